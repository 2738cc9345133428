"""Conduct: phones switched off, orders disobeyed, fraud (1.7, 4.3, 4.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from svc.domain.cases import Context, Item
from svc.domain.entry import Entry
from svc.domain.facts import Fact, Facts, field, when
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Count, Field, OwnChoice, Prose, Ref
from svc.domain.ledgers import RULERS, Event
from svc.domain.needs import Known, Needs
from svc.errors import Conflict
from svc.named import NamedTuple
from svc.text import Text, example

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
        example('svc conduct log --about S02 --kind disobedience --summary "{}"', Text("refused the dispatch", "拒绝出车")),
    ),
    Event(
        "grade",
        Text("judge how grave a fraud is (4.3)", "认定弄虚作假的情节（4.3）"),
        Text("graded", "定情节"),
        "own",
        (
            Field(
                "degree",
                Count(1, 4),
                Text("1 demerit, 2 major demerit, 3 dismissal, 4 law", "1 记过、2 记大过、3 辞退、4 追究法律责任"),
                required=True,
            ),
            Field("summary", Prose(), Text("on what evidence", "依据"), required=True, option="--reason"),
        ),
        RULERS,
        example('svc conduct grade X2611-0001 --degree 2 --reason "{}"', Text("two receipts altered", "涂改两张票据")),
        decides=True,
    ),
)
COLUMNS = ("about kind visit summary degree",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS = {
    "conduct.happened_at": Text("when it happened", "发生时间"),
    "conduct.kind": Text("what kind", "类别"),
    "conduct.about": Text("who", "当事人"),
    "conduct.degree": Text("the gravity", "情节"),
}


class Conduct(NamedTuple):
    """One thing that somebody did; how grave it is was judged later, or said at once."""

    id: str
    log: Entry
    graded: Entry | None = None

    @property
    def degree(self) -> int | None:
        """The gravity of a fraud, 1 to 4; None while nobody has judged it."""
        said: int | None = (self.graded or self.log).get("degree")
        return said


def fold(entries: Sequence[Entry]) -> Conduct | None:
    """The conduct told by its entries; None without a log among them."""
    log = find(entries, "log")
    graded = [e for e in entries if e.event == "grade"]
    return Conduct(log.id, log, graded[-1] if graded else None) if log else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second log under the same id, and a degree of what is no fraud."""
    if new.event == "log":
        return once(before, new, "log")
    must_follow(before, new, "log")
    log = find(before, "log")
    if log and log.get("kind") != "fraud":
        raise Conflict(
            Text(f"{new.id} is no fraud: only that has a degree (4.3)", f"{new.id} 不是弄虚作假，不分情节（4.3）"),
            Text(f"see: svc conduct show {new.id}", f"查看：svc conduct show {new.id}"),
        )


RULED = ("disobeyed_dispatch", "phone_off", "receipt_fraud")
"""Rules on conduct that somebody has to rule on, whenever some is recorded."""
ACT = True
"""Two offences may be of one act: what somebody did on a visit."""
def to_rule(conduct: Conduct, context: Context) -> Iterator[tuple[str, str | None]]:
    """Whatever it is: that it happened is for somebody to say."""
    yield conduct.id, conduct.log.get("about")


def meets(conduct: Conduct) -> bool:
    """Whether it may be of one act with another offence: where it is about a visit."""
    return bool(conduct.log.get("visit"))


def _not_ones_own(known: Known, new: Entry) -> None:
    """Nobody judges how grave a fraud of his own is."""
    log = find(known.entries(new.ledger, new.id), "log")
    if log and log.get("about") == new.by:
        raise Conflict(
            Text(f"{new.id} is about {new.by}, who cannot judge it", f"{new.id} 说的就是 {new.by} 本人，本人不能认定"),
            Text("somebody else who may rule does", "请由其他有权认定的人认定"),
        )


NEEDS: Needs = {"grade": (_not_ones_own,)}


def pending(conducts: Iterable[Conduct], context: Context) -> Iterator[Item]:
    """A fraud whose gravity nobody has judged: without it no sanction follows (4.3). A finding that fell needs none."""
    for one in conducts:
        fallen = context.last_ruling(f"receipt_fraud/{one.id}") in ("dismiss", "waive")
        if one.log.get("kind") == "fraud" and one.degree is None and not fallen:
            what = Text("fraud without a degree: no sanction follows (4.3)", "弄虚作假未定情节，尚无处理（4.3）")
            command = f"svc conduct grade {one.id} --degree … --reason …"
            yield Item("degree", one.id, None, one.log.at, one.log.get("about"), what, command)


def facts(conduct: Conduct) -> Facts:
    """What the rules may ask about it."""
    log = conduct.log
    return {
        "conduct.happened_at": when(log),
        "conduct.kind": field(log, "kind"),
        "conduct.about": field(log, "about"),
        "conduct.degree": Fact(conduct.degree, conduct.graded or log),
    }
