"""Dates and times in the form that somebody's system writes them: `DD-MM-YYYY HH:mm`, read strictly."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from svc.domain.clock.base import check_year
from svc.errors import BadInput
from svc.text import Text

_TOKEN = re.compile("YYYY|MM|DD|HH|mm|ss|M|D|H|.", re.DOTALL)
_PARTS = {
    "YYYY": ("year", "[0-9]{4}"),
    "MM": ("month", "[0-9]{2}"),
    "M": ("month", "[0-9]{1,2}"),
    "DD": ("day", "[0-9]{2}"),
    "D": ("day", "[0-9]{1,2}"),
    "HH": ("hour", "[0-9]{2}"),
    "H": ("hour", "[0-9]{1,2}"),
    "mm": ("minute", "[0-9]{2}"),
    "ss": ("second", "[0-9]{2}"),
}
SERIAL = "serial"
"""The form of a day that a spreadsheet shows as a number: days since the end of 1899."""
TOKENS = Text(
    "YYYY, MM or M, DD or D, HH or H, mm, ss, and what stands between them, like DD-MM-YYYY HH:mm; or serial",
    "YYYY、MM 或 M、DD 或 D、HH 或 H、mm、ss 和它们之间的符号，如 DD-MM-YYYY HH:mm；或 serial",
)


class Form(NamedTuple):
    """How dates are written: the form as given, and what it matches."""

    text: str
    pattern: re.Pattern[str]

    @property
    def has_time(self) -> bool:
        """Whether it tells an hour."""
        return "hour" in self.pattern.groupindex

    def of(self, text: str) -> Form:
        """The form that a text should be written in: this one."""
        return self

    def read(self, text: str) -> datetime:
        """The wall clock time that a text names (midnight where the form has no hour); BadInput for any other."""
        match = self.pattern.fullmatch(text)
        if match is None:
            raise BadInput(
                Text(f"{text!r} is not written {self.text}", f"{text!r} 不是 {self.text} 的写法"),
                Text("correct the cell, or the format: in the map", "请改正单元格，或对应表中的 format:"),
            )
        try:
            if self.text == SERIAL:
                wall = datetime(1899, 12, 30) + timedelta(days=int(text))
            else:
                wall = datetime(**{name: int(digits) for name, digits in match.groupdict().items()})  # type: ignore[arg-type]
        except ValueError:
            raise BadInput(
                Text(f"{text!r}, read as {self.text}, does not exist", f"{text!r} 按 {self.text} 读，不存在"),
                Text("correct the cell, or the format: in the map", "请改正单元格，或对应表中的 format:"),
            ) from None
        check_year(text, wall)
        return wall


class AnyOf(NamedTuple):
    """One of several forms: the first that a text is written in."""

    forms: tuple[Form, ...]

    @property
    def text(self) -> str:
        """The forms as given."""
        return " | ".join(one.text for one in self.forms)

    @property
    def has_time(self) -> bool:
        """Whether all of them tell an hour."""
        return all(one.has_time for one in self.forms)

    def of(self, text: str) -> Form:
        """The form that a text is written in; BadInput where it is none of them."""
        for one in self.forms:
            if one.pattern.fullmatch(text):
                return one
        raise BadInput(
            Text(f"{text!r} is not written {self.text}", f"{text!r} 不是 {self.text} 的写法"),
            Text("correct the cell, or the format: in the map", "请改正单元格，或对应表中的 format:"),
        )

    def read(self, text: str) -> datetime:
        """As `Form.read`."""
        return self.of(text).read(text)


Written = Form | AnyOf


def form(text: str) -> Form | None:
    """The form that is meant; None where it is no form of a date.

    `MM` right after the hour is minutes: `HH:MM` is what most people write.
    """
    if text == SERIAL:
        return Form(text, re.compile("[2-7][0-9]{4}"))  # 1954 to 2119
    made, seen, last = "", set(), ""
    for token in _TOKEN.findall(text):
        if token == "MM" and last == "hour" and "minute" not in seen:
            token = "mm"
        if token in _PARTS:
            last, digits = _PARTS[token]
            if last in seen:
                return None
            seen.add(last)
            made += f"(?P<{last}>{digits})"
        elif token.isascii() and token.isalpha() and token != "T":
            return None
        else:
            made += r"\s+" if token == " " else re.escape(token)
    whole = {"year", "month", "day"} <= seen and ("hour" in seen) >= ("minute" in seen) >= ("second" in seen)
    return Form(text, re.compile(made)) if whole else None


def clock(text: str) -> tuple[int, int] | None:
    """Hour and minute of `08:00`; None for what is no time of day."""
    match = re.fullmatch("([01]?[0-9]|2[0-3]):([0-5][0-9])", text)
    return (int(match[1]), int(match[2])) if match else None


def wall_clock(cell: str | datetime | date, written: Written | None, at: tuple[int, int] | None) -> datetime | None:
    """What a cell says, with the time of day `at` where it says none; None for a day without one."""
    if isinstance(cell, str):
        if written is None:
            return None
        meant = written.of(cell)
        wall, exact = meant.read(cell), meant.has_time
    elif isinstance(cell, datetime):
        wall, exact = cell, True
    else:
        wall, exact = datetime(cell.year, cell.month, cell.day), written is not None and written.has_time
    if exact:
        return wall
    return wall.replace(hour=at[0], minute=at[1]) if at else None
