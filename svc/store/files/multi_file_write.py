"""Several files written as one: a note of the old sizes first, so that a crash goes back to them.

The note is `data/.svc/intent`, a line `SIZE FILE` for each file that will be touched (-1: it is not
there yet). While it lies there, readers count each file up to that size only; whoever next gets the
lock takes back what stands behind it. The write counts from the moment the note is gone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from svc.errors import Damaged
from svc.store.files.disk_fault import suspects
from svc.store.files.durable import cut, keep, remove, replace
from svc.text import Text

_LINE = r"(-1|[0-9]{1,18}) ([a-z-]+/[a-z0-9][a-z0-9.-]*)"


@contextmanager
def all_or_nothing(data: Path, sizes: Mapping[str, int]) -> Iterator[None]:
    """Inside, files may be appended to; afterwards all of it is there, or, after an error or a crash, none.

    `sizes` are all the files ("calls/2026-11.csv") that will be touched, with the size to go back to
    (-1: the file is not there yet).
    """
    begin(data, sizes)
    try:
        yield
    except BaseException:
        roll_back_if_any(data)
        raise
    done(data)


def begin(data: Path, sizes: Mapping[str, int]) -> None:
    """Note the sizes to go back to, before anything is written."""
    replace(keep(data) / "intent", "".join(f"{size} {file}\n" for file, size in sizes.items()).encode(), 0o600)


def done(data: Path) -> None:
    """Everything is on disk: forget the note (durably, or a power cut would bring it back)."""
    remove(data / ".svc/intent")


def pending(data: Path) -> dict[str, int]:
    """The files that are being written together just now, and the sizes up to which they count."""
    try:
        note = (data / ".svc/intent").read_text("utf-8", "replace")
    except (FileNotFoundError, PermissionError):  # who may only read the desk may not look into .svc
        return {}
    found = [re.fullmatch(_LINE, line) for line in note.split("\n")[:-1]]
    if not all(found) or not note.endswith("\n"):
        hint = Text("look at it, then delete it: rm data/.svc/intent", "查看后删除：rm data/.svc/intent")
        raise Damaged(Text("the intent note is not ours", "intent 记录不是 svc 写的"), hint, place=".svc/intent")
    return {line[2]: int(line[1]) for line in found if line}


def limits(data: Path) -> dict[str, int]:
    """The sizes up to which files count for a reader: less than all where something is not confirmed."""
    found = pending(data)
    for file, size in suspects(data).items():
        found[file] = min(size, found.get(file, size))
    return found


def roll_back_if_any(data: Path) -> None:
    """Undo what a crash left half done. May itself be interrupted and done again.

    A file that is shorter than before has lost more than what is undone: `verify` and the index tell.
    """
    if not os.path.lexists(data / ".svc/intent"):
        return
    for file, size in pending(data).items():
        path = data / file
        if size >= 0 and path.exists():
            cut(path, size)
        elif size < 0 and path.exists():
            remove(path)
    done(data)
