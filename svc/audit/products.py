"""What the general manager needs to know to improve the products (1.5): what breaks, why, how often, which way it goes."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from svc.audit.figures import Figures, closed_in
from svc.audit.repeats import closed_at, repeats
from svc.audit.world import Span, World
from svc.domain.text import folded, says_something

TREND_MONTHS = 6
"""How many months the trend shows, the audited one last."""

Key = tuple[str | None, str, str | None]


def products(world: World, span: Span) -> Figures:
    """What breaks and why: product × fault × cause class, and the parts replaced (1.5)."""
    closed = [(one, one.fault, one.closed_at) for one in closed_in(world, span)]
    called = spellings(fault for _, fault, _ in closed)
    counts: Counter[Key] = Counter(
        (world.product_of(one.machine, world.day(at)), called[folded(fault)], one.cause_class) for one, fault, at in closed if fault and at
    )
    return {"pareto": _pareto(counts, counts.total()), "parts": _parts(world, span), "repeats": _repeats(world, span)}


def spellings(codes: Iterable[str | None]) -> dict[str, str]:
    """By each code as it is compared, the way in which it is written most often."""
    counts = Counter(code for code in codes if code)
    ways = sorted(counts, key=lambda code: (-counts[code], code))
    return {folded(code): code for code in reversed(ways)}


def _pareto(counts: Counter[Key], total: int) -> list[Figures]:
    rows: list[Figures] = []
    running = 0
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], *(part or "" for part in item[0]))):
        running += count
        rows.append(
            {
                **dict(zip(("product", "fault", "cause_class"), key, strict=True)),
                "reports": count,
                "share": count / total,
                "cumulative": running / total,
            }
        )
    return rows


def _parts(world: World, span: Span) -> list[Figures]:
    used: Counter[str] = Counter()
    mentioned: Counter[str] = Counter()
    for one in closed_in(world, span):
        named = [part for part in one.parts or () if says_something(part["name"])]
        mentioned.update({part["name"] for part in named})
        for part in named:
            used[part["name"]] += part["qty"]
    return [
        {"part": name, "reports": mentioned[name], "qty": qty}
        for name, qty in sorted(used.items(), key=lambda item: (-item[1], item[0]))
    ]


def _repeats(world: World, span: Span) -> list[Figures]:
    """The repairs of the month that had been done before: machine, fault, the earlier report and this one (3.6)."""
    last = {later.id: (earlier, later) for earlier, later in repeats(world) if span.holds(later.closed_at)}
    return [
        {
            "machine": later.machine,
            "product": world.product_of(later.machine, world.day(closed_at(later))),
            "fault": later.fault,
            "report": later.id,
            "earlier": earlier.id,
        }
        for earlier, later in sorted(last.values(), key=lambda pair: (closed_at(pair[1]), pair[1].id))
    ]


Told = tuple[int, str | None, str | None]
"""What a trend asks of a closed report: the second of closing, the fault and the machine where they are known."""


def trend(world: World, spans: Sequence[tuple[str, Span]], told: Iterable[Told] = ()) -> list[Figures]:
    """Reports by product and fault, month by month, the most frequent over all months first.

    `told` are reports that the world does not hold.
    """
    months: Counter[tuple[str | None, str, str]] = Counter()
    starts, last = [span.start.timestamp() for _, span in spans], spans[-1][1].end.timestamp()
    names = world.fault_names
    reports = [*((at, names.get(folded(fault), fault) if fault else None, machine) for at, fault, machine in told), *_told(world)]
    called = spellings(fault for _, fault, _ in reports)
    for at, fault, machine in reports:
        if fault and starts[0] <= at < last:
            name = spans[bisect(starts, at) - 1][0]
            months[world.product_of(machine, datetime.fromtimestamp(at, world.zone).date()), called[folded(fault)], name] += 1
    totals: Counter[tuple[str | None, str]] = Counter()
    for (product, fault, _), count in months.items():
        totals[product, fault] += count
    return [
        {
            "product": product,
            "fault": fault,
            "months": {name: months[product, fault, name] for name, _ in spans},
            "reports": total,
        }
        for (product, fault), total in sorted(totals.items(), key=_most_first)
    ]


def _told(world: World) -> Iterator[Told]:
    for one in world.told_reports.values():
        if one.closed_at:
            yield int(one.closed_at.timestamp()), one.fault, one.machine


def _most_first(item: tuple[tuple[str | None, str], int]) -> tuple[int, str, str]:
    (product, fault), total = item
    return -total, product or "", fault
