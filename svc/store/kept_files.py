"""Are the files that entries name there, with the bytes that they had? And nothing besides them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.errors import Damaged
from svc.store.place import Files, Ledger, Problem
from svc.text import Text


def problems(ledger: Ledger, files: Files) -> Iterator[Problem]:
    """Every file that is missing, changed, not to be there any more, or named by nobody; read one by one.

    An entry that cannot be read is told of by its own ledger.
    """
    wanted, gone, loose = held(ledger)
    kept = set(files.kept())
    for sha256, id in wanted.items():
        body = _read(files, sha256)
        if body is None:
            what = Text(
                f"the file of {id} is not here: svc attachment restore FILE puts it back",
                f"{id} 的文件不在：用 svc attachment restore 文件 放回",
            )
            yield Problem(files.document(sha256), None, what, None, None)
        elif hashlib.sha256(body).hexdigest() != sha256:
            what = Text(f"the file of {id} was changed", f"{id} 的文件被改动")
            yield Problem(files.document(sha256), None, what, None, None)
    for sha256 in sorted(kept - set(wanted) - loose):
        erased = gone.get(sha256)
        what = (
            Text(f"{erased} was erased, and its file is here again (an old backup?): delete it",
                 f"{erased} 的内容已删除，文件却又出现（恢复了旧备份？）：请删除该文件")
            if erased
            else Text("no entry names this file: nobody attached it; delete it", "没有记录提到此文件，请删除")
        )  # fmt: skip
        yield Problem(files.document(sha256), None, what, None, None)


def held(ledger: Ledger) -> tuple[dict[str, str], dict[str, str], set[str]]:
    """By hash the ids whose bytes are to be there, those whose bytes are gone, and what was taken back again."""
    undone = {(e.get("of"), e.get("entry")) for e in _entries(ledger, ledgers.UNDO)}
    wanted: dict[str, str] = {}
    gone: dict[str, str] = {}
    loose: set[str] = set()
    for noun in ledgers.TABLE:
        told = getattr(ledgers.module(noun), "files_held", None)
        for sha256, id, there in told(_entries(ledger, noun)) if told else ():
            if (noun, id) in undone:
                loose.add(sha256)
            elif there:
                wanted.setdefault(sha256, id)
            else:
                gone[sha256] = id
    return wanted, gone, loose


def _entries(ledger: Ledger, noun: str) -> Iterator[Entry]:
    try:
        for found in ledger.read(noun):
            yield found.entry
    except Damaged:
        return


def _read(files: Files, sha256: str) -> bytes | None:
    try:
        return files.read(sha256)
    except Damaged:
        return b""
