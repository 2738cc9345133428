"""Statements of pay that somebody has read: he signs that he read it, not that he agrees (1.6, 4.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svc.domain.entry import Entry
from svc.domain.kinds import Code, Field, Flag, Ref
from svc.domain.ledgers import Event
from svc.domain.needs import Known, Needs
from svc.domain.signature import FIELD as SIGNED
from svc.errors import NotPermitted
from svc.named import NamedTuple
from svc.text import Text

EVENTS = (
    Event(
        "sign",
        Text("record that somebody read the statement of his pay", "登记当事人已阅工资结算单"),
        Text("read", "已阅"),
        "new",
        (
            Field("staff", Ref("staff"), Text("whose statement", "谁的结算单"), required=True),
            Field("month", Code(), Text("of which month, like 2026-10", "哪个月，如 2026-10"), required=True),
            Field("hash", Code(), Text("the statement's SHA-256", "结算单的 SHA-256"), required=True),
            Field("paper", Flag(), Text("he signed it on paper", "纸质签字")),
            SIGNED,
        ),
        (),
        "svc statement sign --staff S02 --month 2026-10 --hash 3f9c20d1",
        decides=True,
    ),
)
COLUMNS = ("staff month hash paper signature",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS: Mapping[str, Text] = {}


class Reading(NamedTuple):
    """One statement that was read."""

    id: str
    entry: Entry


def fold(entries: Sequence[Entry]) -> Reading | None:
    """The reading that its one entry tells."""
    return Reading(entries[0].id, entries[0]) if entries else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Each is an id of its own."""


def _ones_own(known: Known, new: Entry) -> None:
    """Nobody says for somebody else that he has read it, unless it is signed on paper."""
    if new.by != new.get("staff") and not new.get("paper"):
        raise NotPermitted(
            Text(f"{new.by} cannot say that {new.get('staff')} has read it", f"{new.by} 不能替 {new.get('staff')} 确认已阅"),
            Text("he does it himself, or signs on paper: --paper", "请本人确认，或纸质签字后加 --paper"),
        )


NEEDS: Needs = {"sign": (_ones_own,)}
