"""Conduct: phones switched off, orders disobeyed, fraud (1.7, 4.3, 4.7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from svc.domain.cases import RULING, Wait
from svc.domain.entry import Entry
from svc.domain.facts import Facts, field, when
from svc.domain.guards import find, once
from svc.domain.kinds import Count, Field, OwnChoice, Prose, Ref
from svc.domain.ledgers import Event
from svc.text import Text

KINDS = OwnChoice("conduct_kinds", unreachable="手机关机停机", disobedience="不服从指挥", fraud="弄虚作假", other="其他")

EVENTS = (
    Event(
        "log",
        Text("record what somebody did or failed to do (1.7, 4.3, 4.7)", "登记行为（1.7、4.3、4.7）"),
        Text("logged", "登记"),
        "new",
        (
            Field("about", Ref("staff"), Text("who", "当事人"), required=True),
            Field("kind", KINDS, Text("what kind", "类别"), required=True),
            Field("visit", Ref("visit"), Text("the visit it happened on", "发生在哪次派工")),
            Field("summary", Prose(), Text("what happened", "经过"), required=True),
            Field(
                "degree",
                Count(1, 4),
                Text(
                    "gravity of a fraud: 1 demerit, 2 major demerit, 3 dismissal, 4 law (4.3)",
                    "弄虚作假情节：1 记过、2 记大过、3 辞退、4 追究法律责任（4.3）",
                ),
            ),
        ),
        ("clerk", "head", "gm", "finance"),
        'svc conduct log --about S02 --kind disobedience --summary "refused the dispatch"',
    ),
)

FACTS = {
    "conduct.happened_at": Text("when it happened", "发生时间"),
    "conduct.kind": Text("what kind", "类别"),
    "conduct.about": Text("who", "当事人"),
    "conduct.degree": Text("the gravity", "情节"),
}


class Conduct(NamedTuple):
    """One thing that somebody did."""

    id: str
    log: Entry


def fold(entries: Sequence[Entry]) -> Conduct | None:
    """The conduct told by its entries; None without a log among them."""
    log = find(entries, "log")
    return Conduct(log.id, log) if log else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second log under the same id."""
    once(before, new, "log")


RULED = ("disobeyed_dispatch", "phone_off", "receipt_fraud")
"""Rules on conduct that somebody has to rule on, whenever some is recorded."""
ACT = True
"""Two offences may be of one act: what somebody did on a visit."""
MEETS = True
"""Each case says so itself: it waits as "overlap"."""


def waits(entry: Entry) -> Iterator[Wait]:
    """A ruling; where it may meet another fine on that visit, a choice."""
    if entry.event == "log":
        yield Wait(True, RULING, "conduct", entry.id)
        if entry.get("visit"):
            yield Wait(True, "overlap", "conduct", entry.id)


def facts(conduct: Conduct) -> Facts:
    """What the rules may ask about it."""
    log = conduct.log
    return {
        "conduct.happened_at": when(log),
        "conduct.kind": field(log, "kind"),
        "conduct.about": field(log, "about"),
        "conduct.degree": field(log, "degree"),
    }
