"""What a report lacks of what the rules ask for (4.6), in words, while it can still be said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from svc.audit.complete import asked
from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.nouns.report import MISSING, lacking
from svc.text import Text


def items(desk: Desk, closed: datetime) -> tuple[str, ...]:
    """The items that the rules ask for of a report closed then."""
    day = closed.astimezone(desk.zone).date()
    return asked(desk.rulebook.versions.on(day), day)


def lacks(desk: Desk, visit: str, fields: Mapping[str, Any], closed: datetime) -> Text | None:
    """The items that a report of a visit, handed in then with these fields, would lack; None where it lacks none."""
    sent = ledgers.module("visit").fold(desk.entries("visit", desk.reference("visit", visit)))
    missing = lacking(fields, sent.purpose if sent else None, items(desk, closed))
    own = desk.own_words("report_items")
    told = [MISSING.get(item) or Text(own.get(item, item), own.get(item, item)) for item in missing]
    return Text(", ".join(one.en for one in told), "、".join(one.zh for one in told)) if told else None
