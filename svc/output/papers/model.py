"""How values stand on paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from svc.domain.clock.precision import WholeDay
from svc.domain.kinds import Choice
from svc.domain.people import masked, normal
from svc.output.words import word
from svc.text import language

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[+-][0-9]{2}:[0-9]{2}")
_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def value(found: Any) -> Any:
    """A value as paper shows it: a moment to the minute with its weekday, money and the rest as they are."""
    if isinstance(found, Mapping):
        return {key: value(one) for key, one in found.items()}
    if isinstance(found, list):
        return [value(one) for one in found]
    if isinstance(found, str) and _MOMENT.fullmatch(found):
        return clock(datetime.fromisoformat(found))
    return found


def clock(moment: datetime) -> str:
    """A moment with its weekday, in the language shown now."""
    day = _DAYS[moment.weekday()] if language() == "zh" else moment.strftime("%a")
    return f"{moment:%Y-%m-%d} {day}" + ("" if isinstance(moment, WholeDay) else f" {moment:%H:%M}")


def options(choice: Choice, field: str = "") -> list[list[str]]:
    """The codes of a choice with their words in the language shown now."""
    return [[code, word(code, field)] for code in choice.words]


def hidden(sheet: Mapping[str, Any], clear: bool) -> dict[str, Any]:
    """The sheet with people's numbers masked and names of contacts left out, unless they may be seen."""
    made = dict(sheet)
    numbers = [one.strip() for one in str(made.get("phone") or "").split(";") if one.strip()]
    if clear:
        made["phone"] = "; ".join(numbers) or None
        return made
    made["phone"] = "; ".join(masked(normal(one) or one) for one in numbers) or None
    made["contact"] = _initial(made.get("contact"))
    return made


def _initial(name: str | None) -> str | None:
    """The first character of a name and stars for the rest."""
    return f"{name[0]}**" if name else None
