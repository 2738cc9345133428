"""What a report lacks of what the rules ask for (4.6), in words, while it can still be said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from svc.audit.complete import asked
from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.nouns.report import MISSING, lacking
from svc.text import Text


def lacks(desk: Desk, visit: str, fields: Mapping[str, Any], day: date) -> Text | None:
    """The items that a report of a visit, handed in on a day with these fields, would lack; None where it lacks none."""
    sent = ledgers.module("visit").fold(desk.entries("visit", desk.reference("visit", visit)))
    missing = lacking(fields, sent.purpose if sent else None, asked(desk.rulebook.versions.on(day), day))
    own = desk.own_words("report_items")
    told = [MISSING.get(item) or Text(own.get(item, item), own.get(item, item)) for item in missing]
    return Text(", ".join(one.en for one in told), "、".join(one.zh for one in told)) if told else None
