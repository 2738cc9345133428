"""The end of a ledger file: which of its bytes are whole rows, which were never confirmed, and what grows behind them. Pure.

A crash while a row is written leaves its beginning (no end of row), and a power cut may leave zeros
where blocks never reached the disk. Such an end was not acknowledged and may go. Nothing else may:
what does not look like the beginning of a row is damage, and not for us to cut.
"""

from __future__ import annotations

from datetime import datetime

from svc.domain.clock.precision import cell
from svc.domain.entry import Entry
from svc.errors import Damaged
from svc.named import NamedTuple
from svc.store.place import Receipt, encoded
from svc.store.rows import chain, codec
from svc.text import Text

VERIFY = Text("see all that is wrong: svc ledger verify", "查看全部问题：svc ledger verify")
_SECTOR = 512
_H_LINE = 38
"""Bytes of the last line of a document: `h: "x..."` and LF."""


class Tail(NamedTuple):
    """Where a file's whole rows end, how many bytes of a torn row follow, the last whole row as it stands, the header."""

    size: int
    torn: int
    last: bytes
    head: bytes = b""


class End:
    """The growing end of one ledger while entries are being prepared for it."""

    def __init__(self, ledger_id: str, noun: str, file: str, old: Tail | None, previous: str, recorded: datetime) -> None:
        self.noun, self.file, self.previous, self.recorded = noun, file, previous, recorded
        self.old_size = old.size if old else -1
        head = b"" if self.old_size > 0 else codec.header(noun)
        self._width = codec.width_of(noun, head or (old.head if old else b""))
        self.pieces = [head] if head else []
        self._at = max(self.old_size, 0) + len(head)
        self._link, self._recorded = chain.linker(ledger_id, file), cell(recorded)

    def add(self, entry: Entry) -> Receipt:
        """Put one entry behind the others."""
        row = encoded(entry, self._width, self._recorded)
        self.previous = self._link(self.previous, row)
        piece = codec.finish(self.noun, row, self.previous)
        self.pieces.append(piece)
        receipt = Receipt(entry.id, self.file, self._at, self.previous, self.recorded)
        self._at += len(piece)
        return receipt


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


def judged(noun: str, file: str, tail: Tail | None, block: bytes, begins: bytes, size: int) -> Tail:
    """The tail, where what precedes and follows it is as a crash may leave it; else Damaged."""
    head = codec.header_of(noun, begins)
    if head is None:
        written = [codec.header(noun, width) for width in codec.widths(noun)]
        never_written = any(one.startswith(begins) for one in written) or not begins.strip(b"\0")
        if never_written and (tail is None or not tail.last or b"\0" in tail.last):
            return Tail(0, size, b"")
        raise bad_header(file, begins)
    if tail is None or not plausible(noun, block[len(block) - tail.torn :] if tail.torn else b""):
        what = Text("the end of the file is not as svc wrote it", "文件末尾与 svc 写的不一致")
        raise Damaged(what, VERIFY, place=file)
    return tail._replace(head=head)


def bad_header(file: str, head: bytes) -> Damaged:
    """Words for a header that is not ours."""
    what = Text("the header is not as svc wrote it", "表头与 svc 写的不一致")
    if not head.startswith(codec.BOM) or head.endswith((b"\r", b"\r\n")):
        what = Text(
            "the header is not as svc wrote it: re-saved by a spreadsheet?", "表头与 svc 写的不一致：被表格软件另存过？"
        )
    hint = Text(
        "svc ledger verify tells whether values changed; svc ledger repair restores it",
        "用 svc ledger verify 查看值是否改变；用 svc ledger repair 恢复",
    )
    return Damaged(what, hint, place=f"{file}:1:1")


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
