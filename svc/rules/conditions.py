"""Conditions on facts, as the rules file writes them: `yes`, `up to 2`, `over 300`, `18:00-08:00`, lists of words.

Of the rows of one day the one counts that is the most exact of those that hold. What is not known is
tried out: every row that may hold is named, and whoever judges looks whether they differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import islice, product
from typing import Any, Protocol, TypeVar

from svc.domain.clock.base import plain
from svc.named import NamedTuple

MOST = 4096
"""Combinations of unknown facts that are tried at most; no table of a department comes near it."""


class Condition(NamedTuple):
    """What one fact must be. `text` is as written; `words` any of, `bounds` and `hours` where it is a range.

    `within`: a region holds where it contains the word (the province holds the city).
    """

    fact: str
    text: str
    words: frozenset[str] = frozenset()
    bounds: tuple[tuple[str, Decimal], ...] = ()
    hours: tuple[tuple[int, int], ...] = ()
    within: bool = False

    @property
    def written(self) -> str:
        """As a rules file has it: `customer.key: yes`, `day.weekday: [sat, sun]`."""
        return f"{self.fact}: [{self.text}]" if ", " in self.text else f"{self.fact}: {self.text}"

    def holds(self, value: Any) -> bool:
        """Whether a known value is so."""
        text = said(value)
        if text in self.words or (self.within and any(word in text for word in self.words)):
            return True
        if self.bounds:
            number = as_number(text)
            return number is not None and any(_in(bound, number) for bound in self.bounds)
        if self.hours:
            minute = as_minute(text)
            return minute is not None and any(_between(one, minute) for one in self.hours)
        return False


def said(value: Any) -> str:
    """A fact's value as the rules file writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def as_number(text: str) -> Decimal | None:
    """The number that a text is, None where it is none."""
    try:
        return Decimal(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else None
    except InvalidOperation:
        return None


def as_minute(text: str) -> int | None:
    """The minute of the day that a text like 18:00 is, None where it is none."""
    match = re.fullmatch(r"([01]?[0-9]|2[0-4]):([0-5][0-9])", text)
    minute = int(match[1]) * 60 + int(match[2]) if match else None
    return minute if minute is not None and minute <= 24 * 60 else None


def _in(bound: tuple[str, Decimal], number: Decimal) -> bool:
    how, limit = bound
    return {"up to": number <= limit, "from": number >= limit, "over": number > limit, "under": number < limit}[how]


def _between(hours: tuple[int, int], minute: int) -> bool:
    first, last = hours
    return first <= minute < last if first < last else minute >= first or minute < last


# ---- reading ---------------------------------------------------------------------------------------

_BOUND = re.compile(r"(up to|from|over|under) ([0-9]+(?:\.[0-9]+)?)")
_ZH_BOUND = re.compile(r"(超过|不满)? ?([0-9]+(?:\.[0-9]+)?) ?(以下|以上)?")
_ZH = {"以下": "up to", "以上": "from", "超过": "over", "不满": "under"}
_HOURS = re.compile(r"([0-9]{1,2}:[0-9]{2}) ?[-–—~～至到] ?([0-9]{1,2}:[0-9]{2})")


def bound(text: str) -> tuple[str, Decimal] | None:
    """`up to 2` or `2以下` (2 included), `from 10` or `10以上`, `over 300` or `超过300`, `under 2` or `不满2`."""
    match = _BOUND.fullmatch(text.lower())
    if match:
        return match[1], Decimal(match[2])
    match = _ZH_BOUND.fullmatch(plain(text))
    words = [word for word in (match[1], match[3]) if word] if match else []
    return (_ZH[words[0]], Decimal(match[2])) if match and len(words) == 1 else None


def hours(text: str) -> tuple[int, int] | None:
    """`18:00-08:00`, over midnight too; the end is not within."""
    match = _HOURS.fullmatch(plain(text))
    first, last = (as_minute(match[1]), as_minute(match[2])) if match else (None, None)
    return (first, last) if first is not None and last is not None and first != last else None


def parse(fact: str, texts: Sequence[str], within: bool = False) -> Condition:
    """The condition that the texts are, any of which may hold."""
    ranges = [(text, bound(text), hours(text)) for text in texts]
    words = frozenset(text for text, number, time in ranges if number is None and time is None)
    bounds = tuple(number for _, number, _ in ranges if number)
    times = tuple(time for _, number, time in ranges if time and not number)
    return Condition(fact, ", ".join(texts), words, bounds, times, within)


# ---- rows ------------------------------------------------------------------------------------------


class Conditional(Protocol):
    """A row that holds where all its conditions do."""

    @property
    def when(self) -> tuple[Condition, ...]: ...


R = TypeVar("R", bound=Conditional)


class Clash(Exception):
    """Two rows hold at once, and none that says more than both."""

    def __init__(self, one: Any, other: Any) -> None:
        super().__init__(one, other)
        self.one, self.other = one, other


def winner(holding: Sequence[R]) -> R | None:
    """Of rows that hold, the one whose conditions include those of all others; None without any, Clash without one."""
    for row in holding:
        if all(_includes(row.when, other.when) for other in holding):
            return row
    if holding:
        first = max(holding, key=lambda row: len(row.when))
        raise Clash(first, next(row for row in holding if not _includes(first.when, row.when)))
    return None


@lru_cache(maxsize=4096)
def _includes(all_of: tuple[Condition, ...], these: tuple[Condition, ...]) -> bool:
    """Whether conditions say all that these say: `over 300` says what `from 200` says."""
    return all(any(one.fact == other.fact and _implies(one, other) for one in all_of) for other in these)


def _implies(one: Condition, other: Condition) -> bool:
    if one.within and other.within:
        return all(any(word in said_ for word in other.words) for said_ in one.words)
    return all(other.holds(value) for value in _values([one, other]) if one.holds(value))


class Chosen(NamedTuple):
    """The rows that may count (one, where all that matters is known; None: no row does), and what is not known."""

    rows: tuple[Any, ...]
    missing: tuple[str, ...] = ()


def choose(rows: Sequence[R], value: Callable[[str], Any]) -> Chosen:
    """The row of a table that counts, or the rows that may; `value` gives what a fact is, None: not known."""
    if not any(row.when for row in rows):
        return Chosen((winner(rows),))
    known = {name: value(name) for name in facts_of(rows)}
    unknown = [name for name, is_ in known.items() if is_ is None]
    if not unknown:
        return Chosen((_safe(rows, known),))
    found: dict[int, R | None] = {}
    for tried in _tried(rows, unknown):
        row = _safe(rows, {**known, **tried})
        found[id(row)] = row
    return Chosen(tuple(found.values()), tuple(unknown) if len(found) > 1 else ())


def _safe(rows: Sequence[R], known: Mapping[str, Any]) -> R | None:
    """The row that counts; of two that hold at once (refused when the file is read) the one that stands first."""
    holding = [row for row in rows if all(one.holds(known[one.fact]) for one in row.when)]
    try:
        return winner(holding)
    except Clash as clash:
        row: R = clash.one
        return row


def clash(rows: Sequence[R]) -> tuple[R, R] | None:
    """Two rows of one day that can both hold without a third for both; None where there are none."""
    for tried in _tried(rows, facts_of(rows)):
        try:
            winner([row for row in rows if all(one.holds(tried[one.fact]) for one in row.when)])
        except Clash as found:
            return found.one, found.other
    return None


def can_both_hold(one: Mapping[str, Condition], other: Mapping[str, Condition]) -> bool:
    """Whether two sets of conditions can hold at once: not where they want different values of one fact."""
    for fact in one.keys() & other.keys():
        asked = [one[fact], other[fact]]
        if not any(all(condition.holds(value) for condition in asked) for value in _values(asked)):
            return False
    return True


def facts_of(rows: Sequence[Conditional]) -> list[str]:
    """The facts that rows ask for."""
    return list(dict.fromkeys(one.fact for row in rows for one in row.when))


def _tried(rows: Sequence[Conditional], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Every value, for each of some facts, that can make a difference to the rows."""
    asked = [one for row in rows for one in row.when]
    values = [_values([one for one in asked if one.fact == name]) for name in names]
    for combination in islice(product(*values), MOST):
        yield dict(zip(names, combination, strict=True))


def _values(asked: Sequence[Condition]) -> list[str]:
    words = dict.fromkeys(word for one in asked for word in sorted(one.words))
    if set(words) <= {"yes", "no"} and not any(one.bounds or one.hours for one in asked):
        return ["yes", "no"]
    found = [*words]
    half = Decimal("0.5")
    for one in asked:
        found += [str(limit + by) for _, limit in one.bounds for by in (-half, Decimal(0), half) if limit + by >= 0]
        found += [_clock(minute + by) for pair in one.hours for minute in pair for by in (-1, 0)]
    return [*dict.fromkeys(found), "something else"]


def _clock(minute: int) -> str:
    minute %= 24 * 60
    return f"{minute // 60:02}:{minute % 60:02}"
