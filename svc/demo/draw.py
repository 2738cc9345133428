"""Chance for the invented department: decks that leave nothing out, hours at which people call."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, TypeVar

from svc.domain.clock.base import day_off

ZONE = timezone(timedelta(hours=8))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

T = TypeVar("T")


class Deck:
    """Cards drawn without putting them back, shuffled anew when used up: rare ones come, and not in a row."""

    def __init__(self, rng: random.Random, **cards: int) -> None:
        self._rng, self._all, self._left = (
            rng,
            [name for name, n in cards.items() for _ in range(n)],
            list[str](),
        )

    def draw(self) -> str:
        """The next card."""
        if not self._left:
            self._left = self._rng.sample(self._all, len(self._all))
        return self._left.pop()


def idle(day: date) -> bool:
    """Whether a day is off; where the holidays of a year are not known, a weekend."""
    off = day_off(day)
    return day.weekday() >= 5 if off is None else off


def weighted(rng: random.Random, weights: dict[T, int]) -> T:
    """One of the keys, the heavier the likelier."""
    return rng.choices(list(weights), list(weights.values()))[0]


def calling_times(rng: random.Random, day: date) -> list[datetime]:
    """When people call on a day: fewer on days off, some in the evening and at night."""
    count = max(0, round(rng.gauss(1.7 if idle(day) else 3.3, 1.2)))
    return sorted(at(day, *_hour(rng)) for _ in range(count))


def _hour(rng: random.Random) -> tuple[int, int]:
    low, high = weighted(rng, {(7, 11): 46, (13, 17): 34, (11, 13): 6, (18, 21): 9, (22, 23): 2, (0, 6): 3})
    return rng.randint(low, high), rng.randrange(60)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant on a day, as the department's clock shows it."""
    return datetime.combine(day, time(hour, minute), ZONE)


def awake(moment: datetime) -> datetime:
    """The moment itself in waking hours, else some time after the next morning's start."""
    if 7 <= moment.hour < 22:
        return moment
    day = moment.date() + (DAY if moment.hour >= 22 else timedelta(0))
    return at(day, 7, 30 + moment.minute // 2)


def working(moment: datetime) -> datetime:
    """The moment itself in office hours of a working day, else the next such morning."""
    if not idle(moment.date()) and 8 <= moment.hour < 18:
        return moment
    day = moment.date() if moment.hour < 8 else moment.date() + DAY
    while idle(day):
        day += DAY
    return at(day, 8, 10 + moment.minute // 2)


def half_hour(moment: datetime) -> datetime:
    """The next full or half hour: nobody promises 14:07."""
    over = (moment.minute % 30) * MINUTE
    return moment - over + (30 * MINUTE if over else timedelta(0))


def stamp(value: Any) -> Any:
    """Instants as the neutral form has them."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
