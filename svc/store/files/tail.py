"""The end of a ledger file: which of its bytes are whole rows, and which were never confirmed. Pure.

A crash while a row is written leaves its beginning (no end of row), and a power cut may leave zeros
where blocks never reached the disk. Such an end was not acknowledged and may go. Nothing else may:
what does not look like the beginning of a row is damage, and not for us to cut.
"""

from __future__ import annotations

from typing import NamedTuple

from svc.store.rows import codec

_SECTOR = 512
_H_LINE = 38
"""Bytes of the last line of a document: `h: "x..."` and LF."""


class Tail(NamedTuple):
    """Where a file's whole rows end, how many bytes of a torn row follow, the last whole row as it stands."""

    size: int
    torn: int
    last: bytes


def last_row(noun: str, block: bytes, start: int) -> Tail | None:
    """The tail of a file that ends in `block`, which begins at byte `start`; None: the block is too short."""
    first, end = _row_before(noun, block, len(block))
    if first == 0 and start > 0:
        return None
    if _hole(block[first:end], start + first):
        first, end = _row_before(noun, block, first)
        if first == 0 and start > 0:
            return None
    header = codec.form(noun) == "csv" and start + first == 0
    return Tail(start + end, len(block) - end, b"" if header else block[first:end])


def plausible(noun: str, torn: bytes) -> bool:
    """Whether these bytes behind the last whole row can be the end of a write that broke off."""
    if not torn.strip(b"\0"):
        return True
    if len(torn) > codec.LONGEST:
        return False
    if b"\0" in torn or b"\n" not in torn:
        return True
    lines = torn.split(b"\n")
    keys = [line.partition(b": ")[0].decode("ascii", "replace") for line in lines[1:-1]]
    known = codec.columns(noun)
    return codec.form(noun) == "yaml" and lines[0] == b"---" and all(key in known for key in keys)


def _row_before(noun: str, block: bytes, end: int) -> tuple[int, int]:
    """Where the last whole row before `end` begins and ends; (0, 0) where none is seen."""
    if codec.form(noun) == "csv":
        end = block.rfind(b"\n", 0, end) + 1
        return (block.rfind(b"\n", 0, end - 1) + 1 if end else 0), end
    place = _last_h(block, end)
    if place < 0:
        return 0, 0
    before = _last_h(block, place)
    return (before + _H_LINE if before >= 0 else 0), place + _H_LINE


def _last_h(block: bytes, end: int) -> int:
    """Where the last whole `h` line before `end` begins; -1 where there is none."""
    while True:
        place = block.rfind(b'\nh: "', 0, end) + 1
        if place == 0:
            return -1
        if place + _H_LINE <= end and block[place : place + _H_LINE].endswith(b'"\n'):
            return place
        end = place


def _hole(row: bytes, offset: int) -> bool:
    """Whether blocks of a row never reached the disk: zeros from its beginning or from a sector's."""
    at = row.find(b"\0")
    return at >= 0 and (at == 0 or (offset + at) % _SECTOR == 0)
