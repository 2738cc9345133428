"""Rows handed from one place to another as they are: to the byte, in order, each once.

What is handed over is what stands behind the last row that the other side has. So a hand-over that
broke off is taken up where it stopped, and done twice it does nothing. Where the last row of the
other side is not here, somebody else recorded there: the two have grown apart, and nothing is merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice, takewhile
from typing import Any, Protocol

from svc.domain import ledgers
from svc.errors import Conflict, Damaged
from svc.store.files import durable
from svc.store.files.ledger import FileLedger
from svc.store.place import Located, Position
from svc.store.rows import chain, codec
from svc.text import Text

AT_ONCE = 1000


class Side(Protocol):
    """One end of a hand-over: the ledgers of one site."""

    def site_end(self, noun: str) -> Position | None:
        """How far the ledger goes."""

    def site_rows(self, noun: str, since: Position | None = None) -> Iterator[Located]:
        """Its rows behind a position; Damaged where that row is not here."""

    def adopt(self, noun: str, found: Sequence[Located]) -> None:
        """Take over rows of one file behind the last one; Damaged where they do not follow."""


class FileSide:
    """A desk of files as one end of a hand-over. Whoever hands over to it holds its lock."""

    def __init__(self, ledger: FileLedger) -> None:
        self._ledger = ledger

    def site_end(self, noun: str) -> Position | None:
        """How far the ledger goes, what a crash left at its end taken away."""
        return self._ledger.tail_position(noun)

    def site_rows(self, noun: str, since: Position | None = None) -> Iterator[Located]:
        """Its rows behind a position."""
        return self._ledger.read(noun, since)

    def adopt(self, noun: str, found: Sequence[Located]) -> None:
        """Write rows as they are, each checked against the one before it."""
        check_follows(self._ledger.id, noun, found, self.site_end(noun))
        file = found[0].file
        path = self._ledger.data / file
        if path.exists():
            self._ledger.mend(noun, file)
        head = b"" if path.exists() and path.stat().st_size else codec.header_before(noun, found[0].offset)
        durable.append(path, head + b"".join(one.raw for one in found))


class Until:
    """A ledger of files as it was when each of its nouns went so far (None: it was empty); moved on row by row."""

    def __init__(self, ledger: FileLedger, ends: Mapping[str, Position | None]) -> None:
        self._ledger, self._ends = ledger, dict(ends)
        self.id, self.mark, self.sites = ledger.id, ledger.mark, ledger.sites
        self.lock, self.line_at, self.volume = ledger.lock, ledger.line_at, ledger.volume
        self.position_after = ledger.position_after

    def pass_by(self, rows: Iterable[Located]) -> None:
        """From now on it goes as far as these."""
        for one in rows:
            self._ends[one.entry.ledger] = Position(one.file, one.end, one.h)

    def tail_positions(self, nouns: Sequence[str]) -> dict[str, Position]:
        """How far these ledgers go; those that are empty are not there."""
        return {noun: end for noun in nouns if (end := self._ends.get(noun))}

    def read(self, noun: str, since: Position | None = None) -> Iterator[Located]:
        """The entries behind `since`, up to that end."""
        end = self._ends.get(noun)
        if end is not None and (since is None or (since.file, since.size) < (end.file, end.size)):
            yield from takewhile(lambda one: (one.file, one.end) <= (end.file, end.size), self._ledger.read(noun, since))


def check_follows(ledger: str, noun: str, found: Sequence[Located], end: Position | None) -> None:
    """Damaged where rows of one file of a ledger do not follow, each from the one before it, from its end."""
    file, previous = found[0].file, end.h if end else chain.GENESIS
    follows = chain.checker(ledger, file)
    for one in found:
        if not follows(previous, codec.split(noun, one.raw)[0], one.h):
            raise Damaged(
                Text(f"{one.entry.id} does not follow from what is here", f"{one.entry.id} 与已有记录接不上"),
                Text("see: svc ledger verify, on both desks", "请在两处分别执行：svc ledger verify"),
                place=file,
            )
        previous = one.h


def hand_over(source: Side, target: Side, tell: Callable[[int], Any] | None = None) -> dict[str, int]:
    """All that the source's site has and the target has not; how many entries of each ledger.

    Conflict where the target holds rows that the source has not. `tell` hears of each row.
    """
    done = {}
    for noun in ledgers.TABLE:
        since = target.site_end(noun)
        count = 0
        try:
            for piece in _pieces(source.site_rows(noun, since)):
                target.adopt(noun, piece)
                count += len(piece)
                if tell:
                    tell(len(piece))
        except Damaged:
            if count == 0 and since is not None and _is_ahead(source, target, noun):
                continue  # the target has all that is here, and more
            if count == 0 and since is not None:
                raise _apart(source, target, noun) from None
            raise
        if count:
            done[noun] = count
    return done


def _is_ahead(source: Side, target: Side, noun: str) -> bool:
    end = source.site_end(noun)
    if end is None:
        return True
    try:
        next(iter(target.site_rows(noun, end)), None)
    except Damaged:
        return False
    return True


def _pieces(rows: Iterator[Located]) -> Iterator[list[Located]]:
    for _, of_file in groupby(rows, lambda one: one.file):
        while piece := list(islice(of_file, AT_ONCE)):
            yield piece


def _apart(source: Side, target: Side, noun: str) -> Conflict:
    here, there = first_difference(source, target, noun)
    return Conflict(
        Text(
            f"{noun}: the two desks have grown apart: {_named(here)} here, {_named(there)} there; nothing was merged",
            f"{noun}：两处记录已分叉：这里是 {_named(here)}，那里是 {_named(there)}；没有合并任何内容",
        ),
        Text(
            "decide which one counts; export what only the other has, and import it there",
            "请确定以哪一处为准；把另一处独有的记录导出后再导入",
        ),
    )


def first_difference(source: Side, target: Side, noun: str) -> tuple[Located | None, Located | None]:
    """The first rows at which two desks that once were one differ."""
    mine, theirs = source.site_rows(noun), target.site_rows(noun)
    while True:
        here, there = next(mine, None), next(theirs, None)
        if here is None or there is None or here.h != there.h:
            return here, there


def _named(one: Located | None) -> str:
    return f"{one.entry.event} {one.entry.id} ({one.entry.recorded_at:%Y-%m-%d %H:%M})" if one else "-"
