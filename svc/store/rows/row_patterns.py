"""The plainest spelling of a row as a pattern: what fits is as svc writes it, and need not be taken apart to be sure. Pure.

Enough, not needed: a cell with quotes, a guard or an escape, a 29th (is there one in that month?) or a list without
an end of its own is left to `codec.decode`, which alone says what is wrong. Nothing is taken on trust here: what fits
a pattern, `decode` would read (a property test), so `trusted_row` may, and nine rows of ten fit.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from svc.domain import ledgers
from svc.domain.kinds import Caller, Choice, Code, Count, Day, Flag, Moment, Money, Prose, Ref
from svc.domain.row_kinds import NamedValues, Rows
from svc.errors import SvcError
from svc.store.rows import cells, codec

_DAY = r"20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_MOMENT = _DAY + r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\+(?:0[0-9]|1[0-4]):[0-5][0-9]"
_MONEY = r"(?:0|[1-9][0-9]{0,6})\.[0-9]{2}"
_MASKED = r"[0-9]{2,4}-\*{4}(?:-[0-9]{1,6}){0,2}"
_TEXT = r'[^"\\\n]+'
"""What stands in a document between quotes as it is, where all of it is printable."""


def is_plain(noun: str, row: bytes) -> bool:
    """Whether a row (without its `h`) is spelled plainly; if not, only `codec.decode` can tell whether it is right."""
    try:
        text = row.decode()
        if codec.form(noun) == "csv":
            event, width = text.split(",", 2)[1], text.count(",") + 1
            if width not in codec.widths(noun):
                return False
        elif text.replace("\n", "").isprintable():
            event, width = text.split("\n", 3)[2][8:-1], 0
        else:
            return False
        return _pattern(noun, event, width).fullmatch(text) is not None
    except (UnicodeDecodeError, IndexError, SvcError):
        return False


@cache
def _pattern(noun: str, event: str, width: int) -> re.Pattern[str]:
    """The plain rows of an event; in CSV those of so many cells."""
    kinds = ledgers.kinds(noun, event)
    names = codec.columns(noun)[len(codec.COMMON) : width or None]
    if codec.form(noun) == "csv":
        fields = ["," + _maybe(_cell(kinds.get(name))) for name in names]
        head = rf"{cells.SURE},{re.escape(event)},{_MOMENT},{_MOMENT},{cells.SURE}"
    else:
        fields = [_maybe(_line(name, kinds[name])) for name in names if name in kinds]
        head = rf'---\nid: "{_TEXT}"\nevent: "{re.escape(event)}"\nat: "{_MOMENT}"\nrecorded_at: "{_MOMENT}"\nby: "{_TEXT}"\n'
    return re.compile(head + "".join(fields))


def _maybe(pattern: str | None) -> str:
    return f"(?:{pattern})?" if pattern else ""


def _cell(kind: Any) -> str | None:
    """The plain cells of a kind in a CSV line; None: nothing is plain but an empty one."""
    if type(kind) in (Prose, Code, Ref):
        return cells.SURE
    return rf"{cells.SURE}|{_MASKED}" if type(kind) is Caller else _value(kind)


def _line(name: str, kind: Any) -> str | None:
    """The plain lines of a field in a document."""
    if isinstance(kind, Rows):  # parts of a report among them: a row of theirs is spelled as any
        row = _map([(c.name, _quoted(c.kind), c.required) for c in kind.columns])
        value = rf"\[{row}(?:, {row})*\]" if row else None
    elif type(kind) is NamedValues:
        value = _map([(key, _quoted(kind.kind), False) for key in kind.keys.words])
    else:
        value = _quoted(kind)
    return rf"{name}: {value}\n" if value else None


def _map(keys: list[tuple[str, str | None, bool]]) -> str | None:
    """The plain spellings of a map with these keys in this order, each once: (key, value, whether it must be there)."""
    begun = []
    for n, (key, value, required) in enumerate(keys):
        if value is None:
            return None
        rest = [(f', "{k}": {v}', r) for k, v, r in keys[n + 1 :]]
        begun.append(f'"{key}": {value}' + "".join(text if r else f"(?:{text})?" for text, r in rest))
        if required:
            break
    return rf"\{{(?:{'|'.join(begun)})\}}"


def _quoted(kind: Any) -> str | None:
    value = _TEXT if type(kind) in (Prose, Code, Ref, Caller) else _value(kind)
    return f'"(?:{value})"' if value else None


def _value(kind: Any) -> str | None:
    """The plain spellings of the kinds that are written alike everywhere."""
    if isinstance(kind, Choice):  # of a department's own kinds the others are plain
        return "|".join(map(re.escape, kind.words))
    if type(kind) is Count and kind.high < 100:
        return "|".join(map(str, range(kind.low, kind.high + 1)))
    if type(kind) is Count and kind.low <= 1:
        return f"[1-9][0-9]{{0,{len(str(kind.high)) - 2}}}"
    return {Flag: "yes|no", Moment: _MOMENT, Day: _DAY, Money: _MONEY}.get(type(kind))
