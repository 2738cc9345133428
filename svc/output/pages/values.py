"""How a value of the figures is written, by its kind: the same on a terminal, a page, paper and in Markdown.

Rates are fractions, spans minutes, money text with two decimals; None is a dash, never a nought.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from svc.domain.clock.base import show_span
from svc.domain.people import masked, normal
from svc.output.pages.model import Fact
from svc.output.words import word
from svc.text import Text, language, say, visible

NOTHING = "-"

_NUMBER = re.compile(
    r"(?<![0-9])(?:\+?86[ -]?)?(?:1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}|0[0-9]{2,3}-?[0-9]{7,8})(?![0-9])"
)


def shown(value: Any, kind: str) -> str:
    """The value as a person reads it, in the language shown now."""
    if value is None or value == "" or value == {} or value == []:
        return NOTHING
    name, _, field = kind.partition(":")
    return word(value, field) if name == "code" else _KINDS[name](value)


def told(fact: Fact) -> str:
    """A figure with what it is made of: 96.2 % (25 of 26)."""
    if fact.detail is None:
        return shown(fact.value, fact.kind)
    return say(fact.detail) if fact.unknown else f"{shown(fact.value, fact.kind)} ({say(fact.detail)})"


def change(now: Any, before: Any, kind: str) -> str | None:
    """How much a figure went up or down, with its sign; None where one of them is not known."""
    if now is None or before is None:
        return None
    if kind == "rate":
        points = f"{abs(now - before) * 100:.1f}"
        return _signed(now - before, say(Text(f"{points} points", f"{points} 个百分点")))
    if kind == "money":
        difference = Decimal(now) - Decimal(before)
        return _signed(float(difference), shown(f"{abs(difference):.2f}", kind))
    return _signed(now - before, shown(abs(now - before), kind))


def _signed(difference: float, size: str) -> str:
    return "±0" if difference == 0 else f"{'+' if difference > 0 else '-'}{size}"


def moved(now: Any, before: Any, better: int) -> str:
    """Whether a change is good: `good`, `bad`, or `same` where it is neither, or not known."""
    if now is None or before is None or not better:
        return "same"
    difference = Decimal(str(now)) - Decimal(str(before))
    return "same" if not difference else "good" if (difference > 0) == (better > 0) else "bad"


def masked_text(text: str) -> str:
    """Free text with whatever looks like a phone number masked: a report goes further than a ledger."""
    return _NUMBER.sub(lambda m: masked(normal(m[0]) or "-"), text)


def _text(value: Any) -> str:
    return visible(masked_text(str(value))).replace("\n", " ")


AND = Text(", ", "，")
"""Between counts that stand in one line."""


def _tally(counts: Mapping[str, int]) -> str:
    return say(AND).join(f"{word(name)} {count}" for name, count in counts.items())


def _means(means: Mapping[str, float]) -> str:
    return say(AND).join(f"{word(name)} {value:.2f}" for name, value in means.items())


def _sums(sums: Mapping[str, str]) -> str:
    return say(AND).join(f"{name} {_money(value)}" for name, value in sums.items())


def _money(value: str) -> str:
    return f"{Decimal(value):,.2f}"


def _moment(value: str) -> str:
    return value[:16].replace("T", " ")


def _flag(value: bool) -> str:
    return say(Text("yes", "是")) if value else say(Text("no", "否"))


def _words(values: Any) -> str:
    return ("、" if language() == "zh" else ", ").join(_text(value) for value in values)


_KINDS: dict[str, Callable[[Any], str]] = {
    "text": _text,
    "clock": _text,
    "count": str,
    "days": lambda value: say(Text(f"{value} d", f"{value} 天")),
    "rate": lambda value: f"{value * 100:.1f} %",
    "per100": lambda value: f"{value:.1f}",
    "score": lambda value: f"{value:.2f}",
    "hours": lambda value: say(Text(f"{value:.1f} h", f"{value:.1f} 小时")),
    "money": _money,
    "span": lambda value: say(show_span(value * 60)),
    "date": str,
    "moment": _moment,
    "flag": _flag,
    "tally": _tally,
    "means": _means,
    "sums": _sums,
    "words": _words,
    "hash": lambda value: str(value)[:16],
}
"""Kind of value → how it is written; besides these `code` (or `code:FIELD`), a word of the ledgers."""

NUMERIC = frozenset(("own", "count", "days", "rate", "per100", "score", "hours", "money", "span"))
"""Kinds that stand on the right of a column, and are numbers in a workbook."""
