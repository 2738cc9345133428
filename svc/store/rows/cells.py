"""A cell of our CSV: text <-> the one way in which it is written. Pure; shared by ledgers and registers.

* newline, carriage return and backslash are written `\\n`, `\\r`, `\\\\`: one row is one physical line;
* a text that a spreadsheet would run as a formula or turn into a number, a date or a truth value is
  guarded with a leading `'`, and so is a text that begins with `'` itself;
* a cell is quoted when it holds a comma, a quote or an outer blank, and only then;
* empty is absent: no text is empty.

Strict: `read` refuses every spelling but that of `write`.
"""

from __future__ import annotations

import re

# A spreadsheet runs what begins like this (the full-width forms too, in Chinese editions).
_FORMULA = frozenset("=+-@\t\r＝＋－＠'")

# ... and rewrites what looks like this, so that it cannot be known afterwards: 007, 1e5, 3-1, 12:30, true.
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august"
_MONTH += "|september|october|november|december"
_DATE = r"[0-9]{1,4} [-/.] [0-9]{1,2} (?: [-/.] [0-9]{1,4} )?"
_REWRITTEN = rf"""
      \(? \s* [$¥￥€£]? \s* [0-9.,]* [0-9] [0-9.,]* (?: \s* e [+-]? [0-9]+ )? \s* [%)$¥￥€£元]?   # 007 $5 (5) 1,000
    | {_DATE} (?: [ t] [0-9:. apm]* )?                                # 3-1 2026/3/1 2026-03-01 9:00
    | (?: 上午 | 下午 )? \s* [0-9]+ : [0-9:.]* \s* (?: [ap]\.?m\.? )?  # 12:30 190:20:30
    | [0-9]+ \s+ [0-9]+ / [0-9]+                                      # 1 1/2
    | (?: [0-9]{{1,4}}年 )? [0-9]{{1,2}}月 (?: [0-9]{{1,2}}日 )? | [0-9]{{1,4}}年
    | (?: [0-9]{{1,4}} [-/ .,] \s* )? (?: {_MONTH} ) \.? (?: [-/ .,] \s* [0-9, -]{{1,10}} )?  # Mar-25, 1 March
    | true | false | \#.*                                             # and #N/A, #REF!
"""
_IN_REWRITTEN = frozenset("-+.,:/%()$¥￥€£元年月日上下午0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""What all of that is written with, besides blanks; an error's name begins with `#`."""
_SPECIAL = frozenset(',"\\\0\r\n')
_NOT_SURE = frozenset(
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "tru", "fal"]
)
"""How a word may begin that a spreadsheet rewrites."""
_ESCAPE = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_UNESCAPE = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}
# Seldom needed, so compiled when first used (by `re`, which keeps them): a start-up is paid by every command.
_ESCAPED = r"\\(?s:.)?"
_CELL = r'"[^"]*(?:""[^"]*)*"(?=,|\Z)|[^",]*(?=,|\Z)'


def write(text: str, guard: bool = True) -> str:
    """The cell of a text. `guard=False` for kinds whose canonical form can be told from a spreadsheet's."""
    if _is_sure(text):
        return text
    if not text or "\0" in text:
        raise ValueError("an empty text or a NUL cannot be stored")
    first = text[0]
    if guard and (first in _FORMULA or _is_rewritten(text)):
        text = "'" + text
    if "\\" in text or "\n" in text or "\r" in text:
        text = re.sub(r"[\\\n\r]", lambda found: _ESCAPE[found[0]], text)
    if "," in text or '"' in text or text[0] in " \t" or text[-1] in " \t":
        return '"' + text.replace('"', '""') + '"'
    return text


def _is_sure(text: str) -> bool:
    """Whether this is the common cell that needs neither guard nor escape nor quotes: an id, a word, a sentence."""
    first = text[:1]
    return (
        (("A" <= first <= "z" and first.isalpha()) or ("\u4e00" <= first <= "\u9fff" and first not in "上下"))
        and text[:3].lower() not in _NOT_SURE
        and text[-1] not in " \t"
        and _SPECIAL.isdisjoint(text)
    )


def _is_rewritten(text: str) -> bool:
    """Whether a spreadsheet would take the text for a number, a date or a truth value."""
    bare = text.lstrip()
    if len(text) >= 40 or not (all(c in _IN_REWRITTEN or c.isspace() for c in bare) or (bare[:1] == "#" and "\n" not in bare)):
        return False
    parts = text.split("-")
    if text.isascii() and all(map(str.isdigit, parts)):  # a telephone number, which each call has: no pattern is made for it
        return len(parts) == 1 or (len(parts) < 4 and all(len(part) <= most for part, most in zip(parts, (4, 2, 4), strict=False)))
    return bool(re.fullmatch(_REWRITTEN, text.strip(), re.IGNORECASE | re.VERBOSE))  # compiled when first needed


def read(cell: str, guard: bool = True) -> str:
    """The text of a cell that is not empty; ValueError for any spelling that `write` does not give."""
    if _is_sure(cell):
        return cell
    text = cell[1:-1].replace('""', '"') if cell[0] == '"' else cell
    if "\\" in text:
        text = re.sub(_ESCAPED, lambda found: _unescape(found[0]), text)
    if guard and text[:1] == "'":
        text = text[1:]
    if write(text, guard) != cell:
        raise ValueError("not written the way svc writes it")
    return text


def _unescape(pair: str) -> str:
    try:
        return _UNESCAPE[pair]
    except KeyError:
        raise ValueError(f"{pair!r} is no escape") from None


def split(line: str) -> list[str]:
    """The cells of a line as they stand (quotes and all); ValueError for quotes where none can be."""
    if '"' not in line:
        return line.split(",")
    cells: list[str] = []
    match, at = re.compile(_CELL).match, 0
    while at <= len(line):
        found = match(line, at)
        if not found:
            raise ValueError(f"character {at + 1}: a quote that does not open and close a cell")
        cells.append(found[0])
        at = found.end() + 1
    return cells


def plain(line: str) -> bool:
    """Whether every cell of a line is its own text: no quotes, guards or escapes."""
    return '"' not in line and "'" not in line and "\\" not in line


def column_of(line: str, index: int) -> int:
    """The character (from 1) at which the cell `index` (from 0) begins; for messages."""
    try:
        return 1 + sum(len(cell) + 1 for cell in split(line)[:index])
    except ValueError:
        return 1


def read_any(cell: str) -> str:
    """The text of a cell in anybody's spelling: a spreadsheet's quotes, a guard too many or too few."""
    return unescaped(cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell)


def read_all(line: str) -> list[str]:
    """The texts of the cells of a line in anybody's spelling; ValueError for quotes where none can be."""
    if '"' in line or "\\" in line:
        return [read_any(cell) for cell in split(line)]
    return f",{line}".replace(",'", ",")[1:].split(",") if "'" in line else line.split(",")  # guards alone, as before every date


def unescaped(text: str) -> str:
    """The text of a cell whose quotes are gone already."""
    if "\\" in text:
        text = re.sub(_ESCAPED, lambda found: _UNESCAPE.get(found[0], found[0]), text)
    return text.removeprefix("'")
