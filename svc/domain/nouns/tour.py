"""Tours: visits to key customers and regions, opinions asked for, products made known (2.4, 2.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from svc.domain.cases import Context, Item
from svc.domain.clock.precision import kept
from svc.domain.entry import Entry
from svc.domain.facts import UNKNOWN, Fact, Facts, when
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Choice, Code, Field, Moment, Prose, Ref
from svc.domain.ledgers import Event
from svc.domain.row_kinds import NamedValues, RowColumn, Rows
from svc.named import NamedTuple
from svc.text import Text, example

ASPECTS = Choice(design="设计", assembly="装配", process="工艺", other="其他")

EVENTS = (
    Event(
        "plan",
        Text("plan a visit to a customer (2.4)", "计划走访客户（2.4）"),
        Text("planned", "计划"),
        "new",
        (
            Field("customer", Ref("customer"), Text("whom", "客户"), required=True),
            Field("due", Moment(), Text("until when", "最晚时间"), required=True, option="--by"),
            Field("staff", Ref("staff"), Text("who goes", "派谁去")),
        ),
        ("head", "gm", "clerk", "sales"),
        "svc tour plan --customer CU0001 --by 2026-12-15T17:00 --staff S02",
    ),
    Event(
        "done",
        Text("record the visit and the customer's opinions by aspect (2.4)", "登记走访和客户对各方面的意见（2.4）"),
        Text("done", "走访"),
        "own",
        (
            Field(
                "opinions",
                NamedValues(ASPECTS, Prose(), "design|assembly|process|other=TEXT"),
                Text("opinion on design, assembly, process or else", "对设计、装配、工艺或其他的意见"),
                required=True,
                option="--opinion",
            ),
            Field(
                "introduced",
                Rows(RowColumn("product", Code())),
                Text("product or part made known to the customer (2.5)", "介绍的产品或配件（2.5）"),
            ),
        ),
        ("technician", "clerk", "head", "gm", "sales"),
        example(
            'svc tour done U2611-0001 --opinion design="{}" --opinion process="{}" --introduced LX300',
            Text("cab is hot", "驾驶室太热"), Text("welds are good", "焊接质量好"),
        ),
    ),
)

FACTS = {
    "customer.key": Text("whether it is a key customer", "是否重点客户"),
    "customer.last_visit_at": Text("the last visit", "上次走访"),
    "customer.next_visit_at": Text("the visit after it", "下次走访"),
}


class Tour(NamedTuple):
    """A planned visit to a customer as its entries tell it."""

    id: str
    plan: Entry
    done: Entry | None

    @property
    def customer(self) -> str:
        customer: str = self.plan.get("customer")
        return customer

    @property
    def by(self) -> datetime:
        by: datetime = self.plan.get("due")
        return by

    @property
    def introduced(self) -> tuple[str, ...]:
        """The products made known."""
        return tuple(row["product"] for row in (self.done.get("introduced") or () if self.done else ()))


def fold(entries: Sequence[Entry]) -> Tour | None:
    """The tour told by its entries in order of time; None without a plan among them."""
    plan = find(entries, "plan")
    return Tour(plan.id, plan, find(entries, "done")) if plan else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second plan or visit, and a visit that was not planned."""
    if new.event == "plan":
        return once(before, new, "plan")
    must_follow(before, new, "plan")
    once(before, new, "done")


def pending(tours: Iterable[Tour], context: Context) -> Iterator[Item]:
    """Visits that are planned and not made."""
    for one in tours:
        if one.done is None:
            name = context.called("customer", one.customer)
            what = Text(f"visit {name}", f"走访 {name}")
            command = f"svc tour done {one.id} --opinion …"
            yield Item("tour", one.id, one.by, one.plan.at, one.plan.get("staff"), what, command)


# ---- key customers -------------------------------------------------------------------------------


class Keeping(NamedTuple):
    """How a key customer's visits are kept up: the interval in days, since when it runs, by which visit."""

    customer: str
    every: int
    since: datetime | None
    last: Tour | None

    @property
    def due(self) -> datetime | None:
        """When the next visit is due; None where nothing says since when the interval runs."""
        return self.since + timedelta(days=self.every) if self.since else None


def every_days(row: Mapping[str, str]) -> int | None:
    """A customer's interval by the register; None for who is no key customer."""
    return int(row["key_every_days"]) if row.get("key_every_days") else None


def registered(row: Mapping[str, str]) -> datetime | None:
    """Since when a customer is a key customer by the register, or else since when it is known."""
    since = row.get("key_since") or row.get("since")
    return kept(since) if since else None


def keeping(customer: str, row: Mapping[str, str], done: Sequence[Tour]) -> Keeping | None:
    """Of a key customer, the interval that runs: from the last of his visits (in order), else from his registration."""
    every = every_days(row)
    if every is None:
        return None
    last = done[-1] if done else None
    return Keeping(customer, every, last.done.at if last and last.done else registered(row), last)


def facts(start: Fact, after: Entry | None) -> Facts:
    """What the rules may ask about one interval between the visits to a key customer."""
    return {
        "customer.key": Fact(True, start.source),
        "customer.last_visit_at": start,
        "customer.next_visit_at": when(after),
    }


def intervals(row: Mapping[str, str], done: Sequence[Tour]) -> list[tuple[str | None, Fact, Entry | None]]:
    """The intervals between a customer's visits in order: the tour that began it (None: registration), start, end."""
    since = registered(row)
    starts: list[tuple[str | None, Fact]] = [(None, Fact(since) if since else UNKNOWN)]
    starts += [(one.id, when(one.done)) for one in done]
    ends = [one.done for one in done] + [None]
    return [(id, start, end) for (id, start), end in zip(starts, ends, strict=True)]
