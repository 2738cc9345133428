"""A damaged ledger file, row for row as it was recorded, where that can be proved. Pure.

From the last `h` before the file, one row after the other is looked for that follows: the row that
stands there; the row that the index remembers; the row that stands there with its one likely change
undone, or with the `h` it must have had. The chain proves each, so a wrong guess cannot get in. A row
that stands in the file and fits nowhere may not be lost: then nothing is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from svc.store.files.old_values import old_row
from svc.store.rows import chain, codec


def rebuilt(noun: str, file: str, ledger_id: str, data: bytes, before: str, known: Sequence[bytes]) -> bytes | None:
    """The whole file as it was recorded; None where not every row can be proved. `known`: rows that the index has."""
    walk = _Rebuilding(noun, chain.linker(ledger_id, file), chain.checker(ledger_id, file), before)
    found, remembered = _rows(noun, data), _rows(noun, b"".join(known), headed=False)
    here = there = 0
    while here < len(found):
        if walk.take(found[here]):
            there = _behind(remembered, there, found[here])
            here += 1
        elif there < len(remembered) and walk.take(remembered[there]):
            here += _same_place(walk, found, here, remembered[there])
            there += 1
        elif not walk.mend(found[here], found[here + 1] if here + 1 < len(found) else None):
            return None
        else:
            here += 1
    while there < len(remembered) and walk.take(remembered[there]):
        there += 1
    return codec.header(noun) + b"".join(walk.rows)


class _Rebuilding:
    """The rows proved so far, and the `h` that the next one must follow."""

    def __init__(self, noun: str, link: chain.Link, follows: chain.Check, before: str) -> None:
        self.noun, self._link, self._follows, self.before = noun, link, follows, before
        self.rows: list[bytes] = []

    def take(self, raw: bytes) -> bool:
        """Put a row behind the others, if it follows."""
        try:
            row, h = codec.split(self.noun, raw)
        except codec.BadRow:
            return False
        if not self._follows(self.before, row, h):
            return False
        self._put(row, h)
        return True

    def follows_now(self, raw: bytes) -> bool:
        """Whether a row would follow."""
        try:
            row, h = codec.split(self.noun, raw)
        except codec.BadRow:
            return False
        return self._follows(self.before, row, h)

    def mend(self, raw: bytes, after: bytes | None) -> bool:
        """Put a changed row behind the others as it was, if its old value or its old `h` can be proved."""
        try:
            row, h = codec.split(self.noun, raw)
        except codec.BadRow:
            return False
        old = old_row(self.noun, row, lambda one: self._follows(self.before, one, h))
        if old is not None:
            self._put(old, h)
            return True
        should = self._link(self.before, row)
        try:
            proved = after is not None and self._follows(should, *codec.split(self.noun, after))
        except codec.BadRow:
            return False
        if proved:
            self._put(row, should)
        return proved

    def _put(self, row: bytes, h: str) -> None:
        self.rows.append(codec.finish(self.noun, row, h))
        self.before = h


def _same_place(walk: _Rebuilding, found: Sequence[bytes], here: int, taken: bytes) -> int:
    """1 where the remembered row stands for the one that is there now (changed), 0 where its row is missing."""
    if found[here][-_tail(found[here]) :] == taken[-_tail(taken) :]:
        return 1
    if walk.follows_now(found[here]):
        return 0
    if _id(found[here]) != _id(taken):
        return 0
    last = here + 1 == len(found)
    return 1 if last or not _is_row(walk.noun, found[here]) or walk.follows_now(found[here + 1]) else 0


def _behind(remembered: Sequence[bytes], there: int, row: bytes) -> int:
    return there + 1 if there < len(remembered) and remembered[there] == row else there


def _tail(raw: bytes) -> int:
    """How many bytes at the end of a row hold its `h`."""
    return 38 if raw.endswith(b'"\n') and raw[-38:-34] == b'h: "' else 34


def _id(raw: bytes) -> bytes:
    """The beginning of a row, which holds its id."""
    return raw.split(b"\n")[1] if raw.startswith(b"---\n") else raw.partition(b",")[0]


def _rows(noun: str, data: bytes, headed: bool = True) -> list[bytes]:
    """The rows of a file, whatever became of its header."""
    head = codec.header(noun)
    if headed and head:
        first = data.find(b"\n") + 1
        if data.startswith(head) or not data[: len(head)].strip(b"\0"):
            data = data[len(head) :]
        elif not _is_row(noun, data[:first]):
            data = data[first:]
    return list(codec.rows(noun, BytesIO(data)))


def _is_row(noun: str, raw: bytes) -> bool:
    try:
        codec.split(noun, raw)
    except codec.BadRow:
        return False
    return True
