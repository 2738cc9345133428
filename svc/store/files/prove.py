"""A ledger file as it was recorded, where the chain proves every row of it. Pure.

From the last `h` before the file, one row after the other is looked for that follows: the row that stands
there, in whatever spelling; the row that the index remembers; the row that stands there with its one likely
change undone, or with the `h` that it must have had. The chain proves each, so a wrong guess cannot get in.
A row that stands in the file and fits nowhere may not be lost: then nothing is given back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO

from svc.named import NamedTuple
from svc.store.files.old_values import old_rows
from svc.store.files.respelling import respelled
from svc.store.rows import chain, codec

Candidates = Callable[[str, bytes], Iterable[bytes]]
"""What a row (of a ledger, without its `h`) may have been before somebody changed it."""


class File(NamedTuple):
    """A file to be proved: whose, its name, its bytes, and the `h` of the row before its first."""

    noun: str
    name: str
    ledger_id: str
    data: bytes
    before: str


class Proof(NamedTuple):
    """The whole file as it was recorded, and how many of its rows do not stand there so (the spelling apart)."""

    whole: bytes
    changed: int


def prove(file: File, candidates: Candidates = old_rows, known: Sequence[bytes] = ()) -> Proof | None:
    """The proof of a file; None where not every row can be proved. `known`: the rows of it that the index has."""
    for data in (respelled(file.noun, file.data), file.data):
        found = None if data is None else _Proving(file, candidates).prove(data, known)
        if found is not None:
            return found
    return None


def as_they_stand(noun: str, row: bytes) -> Iterable[bytes]:
    """No candidates: a file is proved only where nothing in it was changed."""
    return ()


class _Proving:
    """The rows proved so far, and the `h` that the next one must follow."""

    def __init__(self, file: File, candidates: Candidates) -> None:
        self._noun, self._candidates, self._before = file.noun, candidates, file.before
        self._link = chain.linker(file.ledger_id, file.name)
        self._follows = chain.checker(file.ledger_id, file.name)
        self._rows: list[bytes] = []
        self._changed = 0
        """A header that is not ours counts as a change, as a row does."""

    def prove(self, data: bytes, known: Sequence[bytes]) -> Proof | None:
        found, remembered = rows_of(self._noun, data), rows_of(self._noun, b"".join(known), headed=False)
        self._changed = int(codec.header_of(self._noun, data) is None)
        here = there = 0
        while here < len(found):
            after = found[here + 1] if here + 1 < len(found) else None
            if self._take(found[here]):
                there += there < len(remembered) and remembered[there] == found[here]
                here += 1
            elif there < len(remembered) and self._take(remembered[there]):
                self._changed += 1
                here += self._stands_for(found[here], after, remembered[there])
                there += 1
            elif self._mend(found[here], after):
                self._changed += 1
                here += 1
            else:
                return None
        for raw in remembered[there:]:
            if not self._take(raw):
                break
            self._changed += 1
        return Proof(self._header(data) + b"".join(self._rows), self._changed)

    def _header(self, data: bytes) -> bytes:
        """The file's header; of one that was spoilt, the one that its first row fits."""
        head = codec.header_of(self._noun, data)
        if head is None:
            first = codec.split(self._noun, self._rows[0])[0].decode() if self._rows else ""
            head = codec.header(self._noun, len(codec.raw_cells(first)) if first else 0)
        return head

    def _take(self, raw: bytes) -> bool:
        """Put a row behind the others, if it follows."""
        if not self._follows_now(raw):
            return False
        self._put(*codec.split(self._noun, raw))
        return True

    def _follows_now(self, raw: bytes) -> bool:
        try:
            return self._follows(self._before, *codec.split(self._noun, raw))
        except codec.BadRow:
            return False

    def _mend(self, raw: bytes, after: bytes | None) -> bool:
        """Put a changed row behind the others as it was, if its old value or its old `h` can be proved."""
        try:
            row, h = codec.split(self._noun, raw)
        except codec.BadRow:
            return False
        for one in self._candidates(self._noun, row):
            if self._follows(self._before, one, h):
                self._put(one, h)
                return True
        return self._candidates is not as_they_stand and self._mend_h(row, after)

    def _mend_h(self, row: bytes, after: bytes | None) -> bool:
        should = self._link(self._before, row)
        try:
            proved = after is not None and self._follows(should, *codec.split(self._noun, after))
        except codec.BadRow:
            return False
        if proved:
            self._put(row, should)
        return proved

    def _put(self, row: bytes, h: str) -> None:
        self._rows.append(codec.finish(self._noun, row, h))
        self._before = h

    def _stands_for(self, found: bytes, after: bytes | None, taken: bytes) -> bool:
        """Whether the remembered row stands for the one that is there now (changed); else its row is missing."""
        if found[-_tail(found) :] == taken[-_tail(taken) :]:
            return True
        if self._follows_now(found) or _id(found) != _id(taken):
            return False
        return after is None or not _is_row(self._noun, found) or self._follows_now(after)


def _tail(raw: bytes) -> int:
    """How many bytes at the end of a row hold its `h`."""
    return 38 if raw.endswith(b'"\n') and raw[-38:-34] == b'h: "' else 34


def _id(raw: bytes) -> bytes:
    """The beginning of a row, which holds its id."""
    return raw.split(b"\n")[1] if raw.startswith(b"---\n") else raw.partition(b",")[0]


def rows_of(noun: str, data: bytes, headed: bool = True) -> list[bytes]:
    """The rows of a file, whatever became of its header."""
    newest, head = codec.header(noun), codec.header_of(noun, data)
    if headed and newest:
        first = data.find(b"\n") + 1
        if head or not data[: len(newest)].strip(b"\0"):
            data = data[len(head or newest) :]
        elif not _is_row(noun, data[:first]):
            data = data[first:]
    return list(codec.rows(noun, BytesIO(data)))


def numbered(noun: str, whole: bytes) -> Iterator[tuple[int, bytes]]:
    """The rows of a whole file, each with the line (from 1) on which it begins."""
    head = codec.header_of(noun, whole) or b""
    line = 1 + head.count(b"\n")
    for raw in codec.rows(noun, BytesIO(whole[len(head) :])):
        yield line, raw
        line += raw.count(b"\n")


def _is_row(noun: str, raw: bytes) -> bool:
    try:
        codec.split(noun, raw)
    except codec.BadRow:
        return False
    return True
