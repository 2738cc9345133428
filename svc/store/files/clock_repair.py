"""The way out after a clock that ran ahead: what was recorded by it keeps everybody from recording until that day comes.

Those entries stand at the ends of their ledgers (nothing could be recorded behind them). They are taken off, kept
aside, and recorded anew with the time that it is, under the same ids; an entry of the ledger `access` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.errors import Damaged
from svc.store.files import durable
from svc.store.files import multi_file_write as intent
from svc.store.files.ledger import FileLedger
from svc.store.files.plain import PRIVATE_FOLDER_MODE
from svc.store.place import BACKWARDS, Located
from svc.store.rows import codec


def ahead(ledger: FileLedger, now: datetime) -> list[Located]:
    """The entries that were recorded later than it is now, in the order of recording, ledger by ledger."""
    return [one for noun in ledgers.TABLE for one in _ahead(ledger, noun, now)]


def _ahead(ledger: FileLedger, noun: str, now: datetime) -> Iterator[Located]:
    month = f"{(now - BACKWARDS):%Y-%m}"
    if any(file.rpartition("/")[2][:7] >= month for file in ledger.files(noun)):  # no other file can hold one
        with suppress(Damaged):  # what cannot be read is mended first; the next repair asks again
            yield from [one for one in ledger.read(noun) if one.entry.recorded_at > now + BACKWARDS]


def record_anew(ledger: FileLedger, found: Sequence[Located], now: datetime, aside: Path, said: Entry) -> None:
    """Take the entries off and record them again, with what `said` says of it, as one; the caller holds the lock.

    What was said to have happened by the wrong clock happened now, as far as anybody knows.
    """
    starts: dict[str, int] = {}
    for one in found:
        starts.setdefault(one.file, one.offset)
    for file in starts:
        kept = aside / file
        for folder in (aside.parent, aside, kept.parent):
            durable.make_folder(folder, PRIVATE_FOLDER_MODE)
        durable.replace(kept, (ledger.data / file).read_bytes(), 0o600)
    grown = {f"{row.folder}/{now:%Y-%m}.{row.form}" for row in ledgers.TABLE.values()} - starts.keys()
    sizes = {file: (ledger.data / file).stat().st_size if (ledger.data / file).exists() else -1 for file in grown}
    with intent.all_or_nothing(ledger.data, sizes, tuple(starts)):
        for file, start in starts.items():
            begins = (ledger.data / file).read_bytes()[:start]
            if begins == codec.header_of(_noun(file), begins):
                durable.remove(ledger.data / file)
            else:
                durable.cut(ledger.data / file, start)
        entries = [one.entry._replace(at=min(one.entry.at, now)) for one in found]
        ledger.append_together([*entries, said], now)


def _noun(file: str) -> str:
    folder = file.partition("/")[0]
    return next(row.noun for row in ledgers.TABLE.values() if row.folder == folder)
