"""The head of a desk: one line that says how far everything goes, for others to keep (a checkpoint, as C2SP's tlog-checkpoint).

    svc-head/1 DESK TIME calls/2611:8123,visits/2611:4711 xHASH rules=… registers=… seal=2026-10:…

DESK is the name in every hash, TIME the clock's. `calls/2611:8123` says that the last row of that ledger ended at byte 8123
of its file of November 2026 (a site's mark goes before: `BJ/calls/2611:8123`), HASH is over these places and the `h` of the
row that ends at each: SHA-256 of lines (`svc-head/1`, DESK, a line `FILE SIZE H` each), as base32, its first 31
characters. Whoever has kept a head can tell whether a desk is an extension of it: each of those rows must still
end there. What is behind `=` are the first 16 characters of a SHA-256: they may change, and are told.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from svc.domain import ledgers
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.store.place import Documents, Ledger, Place, Position, Problem, RegisterStore
from svc.text import Text

FORMAT = "svc-head/1"
_END = r"(?:[A-Z]{1,4}/)?[a-z]+/[0-9]{4}:[0-9]+"
_HEAD = re.compile(
    rf"svc-head/1 (\S+) (\S+) ({_END}(?:,{_END})*|-) (x[a-z2-7]{{31}}) rules=([0-9a-f]{{16}}) registers=([0-9a-f]{{16}}) seal=(\S+)"
)
_FORMS = {row.folder: row.form for row in ledgers.TABLE.values()}


class Head(NamedTuple):
    """A head as read: the places where ledgers ended (file and size), the hash over them, what else there was."""

    desk: str
    time: str
    ends: tuple[tuple[str, int], ...]
    digest: str
    others: tuple[str, str, str]


def of(place: Place, now: datetime) -> str:
    """The head of a desk as it is now, as a line."""
    ends = place.ledger.ends()
    shown = ",".join(map(_shown, ends)) or "-"
    rules, registers, seal = _others(place.registers, place.documents)
    desk = _desk(place.ledger)
    return f"{FORMAT} {desk} {now.isoformat(timespec='seconds')} {shown} {_digest(desk, ends)} rules={rules} registers={registers} seal={seal}"


def read(text: str) -> list[Head]:
    """All heads that stand in a text: a line, a kept message, a seal; BadInput where there is none."""
    found = [
        Head(m[1], m[2], tuple(map(_end, m[3].split(","))) if m[3] != "-" else (), m[4], (m[5], m[6], m[7]))
        for m in _HEAD.finditer(" ".join(text.split()))
    ]
    if not found:
        raise BadInput(
            Text("there is no head in it", "其中没有 svc-head/1 这样的校验行"),
            Text("a line that begins with svc-head/1, as svc ledger head prints it; or a file that holds one",
                 "应为 svc ledger head 打印的一行，或含有这一行的文件"),
        )  # fmt: skip
    return found


def problems(place: Place, head: Head) -> Iterator[Problem]:
    """Why a desk is no extension of an earlier head of it; nothing where it is."""
    ledger = place.ledger
    if head.desk != _desk(ledger):
        what = Text(f"the head is of another desk ({head.desk})", f"这是另一个工作目录的校验行（{head.desk}）")
        yield Problem("head", None, what, None, None)
        return
    there = [Position(file, size, ledger.h_at(file, size) or "") for file, size in head.ends]
    for one in there:
        if not one.h:
            what = Text(
                f"at {head.time} a row ended at byte {one.size}; it does not any more: what was recorded is another, or missing",
                f"{head.time} 时第 {one.size} 字节处是一条记录的末尾，现在不是：已记录的内容被改动或缺失",
            )
            yield Problem(one.file, None, what, None, None)
    if all(one.h for one in there) and _digest(head.desk, there) != head.digest:
        what = Text(f"the ledgers are not those of {head.time}: rows before their ends then are others", f"台账与 {head.time} 时不同：此前的记录被改动")
        yield Problem("head", None, what, head.digest, _digest(head.desk, there))


def notes(place: Place, head: Head) -> Iterator[Text]:
    """What else is not as it was: it may change, and is told."""
    names = (Text("rules.yaml", "rules.yaml"), Text("the registers", "登记册"), Text("the newest seal", "最新的封存"))
    for name, before, now in zip(names, head.others, _others(place.registers, place.documents), strict=True):
        if before != now:
            yield Text(f"since {head.time}: {name.en} changed", f"自 {head.time} 以来：{name.zh}有变化")


def _desk(ledger: Ledger) -> str:
    return ledger.id.split(" ")[0]


def _shown(end: Position) -> str:
    folder, _, name = end.file.rpartition("/")
    return f"{folder}/{name[2:4]}{name[5:7]}:{end.size}"


def _end(shown: str) -> tuple[str, int]:
    where, _, size = shown.partition(":")
    folder, _, month = where.rpartition("/")
    return f"{folder}/20{month[:2]}-{month[2:]}.{_FORMS.get(folder.rpartition('/')[2], '?')}", int(size)


def _digest(desk: str, ends: Sequence[Position]) -> str:
    from base64 import b32encode

    text = FORMAT + "\n" + desk + "\n" + "".join(f"{end.file} {end.size} {end.h}\n" for end in ends)
    return "x" + b32encode(hashlib.sha256(text.encode()).digest()).decode().lower()[:31]


def _others(registers: RegisterStore, documents: Documents) -> tuple[str, str, str]:
    from svc.domain import registers as domain

    rows = {noun: sorted((id, sorted(row.items())) for id, row in registers.load(noun).items()) for noun in domain.TABLE}
    sealed = [name for name in documents.names("seals") if name.endswith(".txt")]
    seal = f"{sealed[-1][6:13]}:{_short(documents.read(sealed[-1]) or b'')}" if sealed else "none"
    return _short(documents.read("rules.yaml") or b""), _short(json.dumps(rows, ensure_ascii=False).encode()), seal


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
