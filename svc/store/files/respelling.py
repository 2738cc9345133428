"""A ledger that somebody opened and saved in a spreadsheet or an editor, written again in our way. Pure.

A spreadsheet writes the same values in another way: CR LF, no BOM, other quotes, another encoding or
separator, `200` for `200.00`; an editor changes line ends, the BOM, the last newline. Where each row
then gives its own `h` (`svc.store.files.prove`), nothing was changed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from typing import Any

from svc.domain import ledgers
from svc.domain.kinds import Count, Day, Money
from svc.errors import SvcError
from svc.store.rows import cells, codec
from svc.store.rows.kind_cells import is_free

_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]*))?")
_DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")


def respelled(noun: str, data: bytes) -> bytes | None:
    """The same rows in our spelling, proved or not; None where that makes no sense."""
    text = _text(data)
    if text is None:
        return None
    if codec.form(noun) == "yaml":
        return text.replace("\r\n", "\n").rstrip("\n").encode() + b"\n"
    pieces = []
    for number, padded in enumerate(_rows(text)):
        row = padded[: max((n for n, cell in enumerate(padded, 1) if cell), default=0)]  # filled up to the widest row
        if number == 0:
            known = {(*codec.columns(noun)[:width], "h"): codec.header(noun, width) for width in codec.widths(noun)}
            if tuple(row) not in known:
                return None
            pieces.append(known[tuple(row)])
            continue
        raw = _respelled(noun, row[:-1]) if len(row) - 1 in codec.widths(noun) else None
        if raw is None:
            return None
        pieces.append(codec.finish(noun, raw, row[-1]))
    return b"".join(pieces) or None


def _text(data: bytes) -> str | None:
    """The text in whichever of the encodings that spreadsheets save in."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for name in (encoding, "gb18030"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str) -> Iterator[list[str]]:
    separator = next((s for s in ",;\t" if s in text.split("\n", 1)[0]), ",")
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    try:
        yield from (row for row in csv.reader((line for line in lines if line), delimiter=separator, strict=True))
    except csv.Error:
        yield []


def _respelled(noun: str, row: list[str]) -> bytes | None:
    """The cells written in our way."""
    try:
        kinds = ledgers.kinds(noun, row[1])
        names = codec.columns(noun)[: len(row)]
        return ",".join([_cell(name, kinds.get(name), cell) for name, cell in zip(names, row, strict=True)]).encode()
    except (ValueError, SvcError):
        return None


def _cell(name: str, kind: Any, cell: str) -> str:
    if not cell:
        return ""
    repair: Callable[[str], str] | None = _REPAIRS.get(type(kind))
    if repair:
        return repair(cell)
    return cells.write(cells.unescaped(cell), guard=name in ("id", "by") or is_free(kind))


def _money(cell: str) -> str:
    found = _NUMBER.fullmatch(cell.replace(",", ""))
    return f"{int(found[1])}.{(found[2] or '').ljust(2, '0')}" if found else cell


def _count(cell: str) -> str:
    found = _NUMBER.fullmatch(cell.replace(",", ""))
    return str(int(found[1])) if found else cell


def _day(cell: str) -> str:
    found = _DATE.fullmatch(cell)
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else cell


_REPAIRS: dict[type, Callable[[str], str]] = {Money: _money, Count: _count, Day: _day}
