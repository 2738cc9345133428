"""Mending what loses nothing: first what would be done (`plan`), then doing it (`carry_out`).

* A file saved by a spreadsheet or an editor, with a changed value, a row that went missing or a
  spoilt header is written as it was recorded, where the chain proves every row of it.
* A torn end is taken away (or completed where only its newline is missing): nobody was told that it
  was recorded. Nothing else is ever cut: a row that stands in a file stays there.
* After a disk that failed, its files are written anew and the desk takes entries again.

Each file as it was is kept aside first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from svc.domain import ledgers
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.store.files import durable
from svc.store.files.disk_fault import suspects
from svc.store.files.index_evidence import IndexEvidence
from svc.store.files.ledger import FileLedger
from svc.store.files.plain import PRIVATE_FOLDER_MODE
from svc.store.files.prove import File, prove
from svc.store.place import Problem
from svc.store.rows import chain, codec
from svc.text import Text


class Mend(NamedTuple):
    """What would be done to a file: why, and all that it will hold."""

    file: str
    what: Text
    whole: bytes


_RESAVED = Text(
    "saved by a spreadsheet or editor, values unchanged: written as svc wrote it",
    "被表格软件或编辑器另存过，值未改变：恢复为 svc 的写法",
)
_PROVED = Text(
    "changed after it was recorded: every row written as recorded, proved by the chain",
    "记录后被改动：逐行恢复为原来的内容（由哈希链证明）",
)
_TORN = Text("its unfinished end, confirmed to nobody, is taken away", "末尾未写完、未确认的部分将去掉")
_NEWLINE = Text("its last newline is put back", "补上末尾的换行")
_ANEW = Text("the disk failed while it was written: written to the disk anew", "写入时磁盘出错：重新写入磁盘")


def plan(ledger: FileLedger) -> list[Mend]:
    """What can be mended, in the order of the files; nothing is changed."""
    evidence, marked = IndexEvidence(ledger.data), suspects(ledger.data)
    found = [mend for noun in ledgers.TABLE for mend in _ledger(ledger, noun, evidence, marked)]
    planned = {mend.file for mend in found}
    for name in marked:
        path = ledger.data / name
        own = name.startswith(".svc/")  # a note of what was being written: whoever takes the lock goes by it, and takes it away
        if name not in planned and not own and path.is_file() and not path.is_symlink():
            found.append(Mend(name, _ANEW, path.read_bytes()))
    return found


def carry_out(ledger: FileLedger, mends: Sequence[Mend], aside: Path) -> Iterator[Problem]:
    """Do what was planned, telling each when it is done; the caller holds the lock. `aside` keeps the old files."""
    for mend in mends:
        path = ledger.data / mend.file
        if path.exists():
            kept = aside / mend.file.removeprefix("../")
            for folder in (aside.parent, aside, kept.parent):
                durable.make_folder(folder, PRIVATE_FOLDER_MODE)
            durable.replace(kept, path.read_bytes(), 0o600)
        durable.replace(path, mend.whole)
        yield Problem(mend.file, None, mend.what, None, None)
    if suspects(ledger.data):
        durable.remove(ledger.data / ".svc/suspect")


def _ledger(ledger: FileLedger, noun: str, evidence: IndexEvidence, marked: dict[str, int]) -> Iterator[Mend]:
    before: str | None = chain.GENESIS
    for file in sorted({*ledger.files(noun), *evidence.files(noun)}):
        path = ledger.data / file
        if path.exists() and (path.is_symlink() or not path.is_file()):
            before = None
            continue
        data = path.read_bytes() if path.exists() else b""
        mend = _mend(ledger, noun, file, data, before, evidence.rows(file))
        if mend is None and file in marked:
            mend = Mend(file, _ANEW, data)
        if mend is not None:
            yield mend
        before = _last_h(noun, mend.whole if mend else data)


def _mend(
    ledger: FileLedger, noun: str, file: str, data: bytes, before: str | None, known: Sequence[bytes]
) -> Mend | None:
    if before is None:
        return None
    if not data.strip(b"\0") and not known:  # a file that never reached the disk: the next entry makes it anew
        return Mend(file, _TORN, b"") if data else None
    sound = _sound(ledger, noun, file, data)
    proof = prove(File(noun, file, ledger.id, sound, before), known=known)
    if proof is None or proof.whole == data:
        return None if sound == data or proof is not None else Mend(file, _TORN, sound)
    if proof.whole == sound:
        return Mend(file, _NEWLINE if sound == data + b"\n" else _TORN, sound)
    return Mend(file, _PROVED if proof.changed else _RESAVED, proof.whole)


def _sound(ledger: FileLedger, noun: str, file: str, data: bytes) -> bytes:
    """The file without its torn end; with its last newline where only that is missing."""
    try:
        tail = ledger.tail(noun, file)
    except (SvcError, FileNotFoundError):
        return data
    if not tail.torn:
        return data
    if ledger.only_newline_missing(noun, file, tail):
        return data + b"\n"
    return data[: tail.size]


def _last_h(noun: str, data: bytes) -> str | None:
    """The `h` of the last row; None where it cannot be read."""
    end = data[data.rfind(b"\n---\n") + 1 :] if codec.form(noun) == "yaml" else data[data.rfind(b"\n", 0, -1) + 1 :]
    try:
        return codec.split(noun, end)[1]
    except codec.BadRow:
        return None
