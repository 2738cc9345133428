"""The mark of a disk that failed: which files it was writing, and up to where they can be relied on.

A line of `data/.svc/suspect` is `FILE OFFSET WHY`, FILE as `calls/2026-11.csv` (or `../rules.yaml`).
While there is one, nothing is recorded (`refuse`), and readers count what stands before OFFSET only:
what stands behind it was confirmed to nobody. `svc ledger repair` writes the files anew and takes the
mark away.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from svc.errors import Damaged
from svc.store.files.plain import SAFE, write_all
from svc.text import Text

_REPAIR = Text(
    "look with `svc ledger verify`, mend with `svc ledger repair`",
    "用 `svc ledger verify` 查看，用 `svc ledger repair` 修复",
)


def data_of(path: Path) -> Path | None:
    """The data folder that a file belongs to: it lies in it, in one of its folders, or beside it."""
    places = (path.parent.parent, path.parent, path.parent / "data")
    return next((place for place in places if (place / ".svc").is_dir()), None)


def name_of(path: Path) -> str:
    """How messages and notes call a file: `calls/2026-11.csv`, `../rules.yaml`."""
    beside = (path.parent / "data" / ".svc").is_dir()
    return f"../{path.name}" if beside else f"{path.parent.name}/{path.name}"


def suspects(data: Path) -> dict[str, int]:
    """The files whose last write the disk may have lost, each with the size up to which it is sound."""
    try:
        text = (data / ".svc/suspect").read_text("utf-8", "replace")
    except (FileNotFoundError, PermissionError):  # who may only read the desk may not look into .svc
        return {}
    found: dict[str, int] = {}
    for line in text.split("\n"):
        name, _, rest = line.partition(" ")
        if name:
            offset = int(rest.partition(" ")[0]) if rest.partition(" ")[0].isdecimal() else 0
            found[name] = min(offset, found.get(name, offset))
    return dict(sorted(found.items()))


def mark(path: Path, sound: int, why: str) -> Damaged:
    """Mark a file whose bytes from `sound` on may be lost, as well as a failing disk allows; the error to raise."""
    data, name = data_of(path), name_of(path)
    with suppress(OSError):
        if data:
            note(data, "suspect", f"{name} {sound} {why}\n".encode())
    return Damaged(
        Text(
            f"the disk did not take what was written ({why}); not confirmed", f"磁盘未能写入（{why}）；本次记录未确认"
        ),
        _REPAIR,
        place=name,
    )


def refuse(path: Path) -> None:
    """Damaged while any file of the desk is suspect: nothing more is written behind what may be lost."""
    data = data_of(path)
    if data and os.path.lexists(data / ".svc/suspect"):
        names = ", ".join(suspects(data))
        raise Damaged(
            Text(
                f"the disk failed while {names} was written; nothing more is recorded until that is mended",
                f"写入 {names} 时磁盘出错；修复之前不再记录",
            ),
            _REPAIR,
        )


def note(data: Path, name: str, text: bytes) -> None:
    """Add to a note in `data/.svc`; as durable as can be had without promising it."""
    descriptor = os.open(data / ".svc" / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | SAFE, 0o600)
    try:
        write_all(descriptor, text)
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
