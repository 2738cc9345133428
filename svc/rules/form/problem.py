"""A mistake in the rules file: what, where, how to mend it, with the faulty line and a caret under it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, say, visible


class Place(NamedTuple):
    """Where something stands: line and column counted from 1 in characters, and how wide it is."""

    line: int
    column: int
    width: int = 1


class Problem(NamedTuple):
    """One mistake. `code` is its short name, the same in both languages; `width` is in characters.

    A `note` is worth a look and no mistake: the file is used as it is.
    """

    code: str
    line: int
    column: int
    what: Text
    hint: Text
    excerpt: str
    width: int = 1
    note: bool = False

    def row(self, path: str) -> dict[str, object]:
        """The mistake for editors: columns count characters from 1, the end is behind the last one."""
        return {
            "file": path,
            "line": self.line,
            "column": self.column,
            "end_column": self.column + self.width,
            "code": self.code,
            "severity": "note" if self.note else "error",
            "what": say(self.what),
            "hint": say(self.hint),
            "excerpt": self.excerpt,
        }

    def error(self, path: str) -> BadInput:
        """The mistake as an error to be raised or listed."""
        mark = Text("note: ", "提醒：") if self.note else Text("", "")
        what = Text(f"{mark.en}{self.what.en} ({self.code})", f"{mark.zh}{self.what.zh}（{self.code}）")
        return BadInput(what, self.hint, place=f"{path}:{self.line}:{self.column}", excerpt=self.excerpt)


class Notes:
    """Collects the mistakes of one file; its lines are kept for the excerpts."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.problems: list[Problem] = []

    def add(self, code: str, place: Place, what: Text, hint: Text, note: bool = False) -> None:
        """Note a mistake at a place, or what is only worth a look."""
        if place.line > len(self.lines):  # libyaml puts what is missing at the end of a file one line further
            place = Place(max(1, len(self.lines)), 1, 1)
        excerpt = excerpt_of(self.lines, place)
        self.problems.append(Problem(code, place.line, place.column, what, hint, excerpt, place.width, note))


LONGEST = 110
"""Columns of a line shown in an excerpt; of a longer line, the part around the mistake is shown."""


def excerpt_of(lines: Sequence[str], place: Place) -> str:
    """The line and a caret under the place, right under wide (Han) characters too."""
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    start = max(0, place.column - LONGEST // 2) if len(line) > LONGEST else 0
    before = _shown(line[start : place.column - 1])
    marked = _shown(line[place.column - 1 : min(place.column - 1 + place.width, start + LONGEST)])
    after = _shown(line[place.column - 1 + place.width : start + LONGEST])
    carets = "^" * max(1, display_width(marked))
    gap = " " * display_width(before)
    return f"{place.line:>5} | {before}{marked}{after}".rstrip() + f"\n      | {gap}{carets}"


def _shown(text: str) -> str:
    """The text with tabs, full-width blanks and what a terminal would obey made visible."""
    return visible(text.replace("\t", "→").replace("\u3000", "＿"))


def display_width(text: str) -> int:
    """How many columns a text takes on a screen: two for a wide character, none for an accent."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def report(path: str, problems: Sequence[Problem]) -> str:
    """All mistakes as text in the language shown now, each with excerpt and hint, then how many there are."""
    blocks = [_block(problem.error(path)) for problem in problems]
    wrong = sum(not problem.note for problem in problems)
    closing = [say(how_many(path, wrong))] if wrong else []
    return "\n\n".join([*blocks, *closing]) + "\n"


def _block(error: BadInput) -> str:
    hint = f"{say(Text('hint', '怎么改'))}{say(Text(': ', '：'))}{say(error.hint or '')}"
    return f"{error.place}: {say(error.what)}\n{error.excerpt}\n{hint}"


def how_many(path: str, count: int) -> Text:
    """The closing line: how many mistakes the file has."""
    mistakes = "1 mistake" if count == 1 else f"{count} mistakes"
    return Text(f"{path} has {mistakes}", f"{path} 有 {count} 处错误")
