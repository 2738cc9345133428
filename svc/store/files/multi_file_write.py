"""Several files written as one: a note of what to go back to first, so that a crash goes back to it.

The note is `data/.svc/intent`, a line for each file that will be touched: `SIZE FILE` where it only grows (-1: it
is not there yet), `=N FILE` where it is replaced and its old bytes are kept in `data/.svc/before/N`. While it lies
there, readers count each file that grows up to that size only; whoever next gets the lock takes everything back.
The write counts from the moment the note is gone.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from svc.errors import Damaged
from svc.store.files.disk_fault import suspects
from svc.store.files.durable import cut, keep, make_folder, remove, replace
from svc.store.files.plain import PRIVATE_FOLDER_MODE
from svc.text import Text

_LINE = r"(?!-?[0-9]+ \.\.)(-1|=?[0-9]{1,18}) ([a-z-]+/[a-z0-9][a-z0-9._-]*|files/[0-9a-f]{2}/[0-9a-f]{64}|\.\./rules(?:_tests)?\.yaml)"


@contextmanager
def all_or_nothing(data: Path, sizes: Mapping[str, int], replaced: Sequence[str] = ()) -> Iterator[None]:
    """Inside, files may be appended to; afterwards all of it is there, or, after an error or a crash, none.

    `sizes` are all the files ("calls/2026-11.csv") that will be touched, with the size to go back to
    (-1: the file is not there yet); `replaced` are those of which the whole is written anew.
    """
    begin(data, sizes, replaced)
    try:
        yield
    except BaseException:
        roll_back_if_any(data)
        raise
    done(data)


def begin(data: Path, sizes: Mapping[str, int], replaced: Sequence[str] = ()) -> None:
    """Note what to go back to, before anything is written."""
    lines = {file: str(size) for file, size in sizes.items()}
    for number, file in enumerate(replaced):
        lines[file] = f"={number}" if (data / file).exists() else "-1"
        if (data / file).exists():
            make_folder(_before(data), PRIVATE_FOLDER_MODE)
            replace(_before(data) / str(number), (data / file).read_bytes(), 0o600)
    replace(keep(data) / "intent", "".join(f"{size} {file}\n" for file, size in lines.items()).encode(), 0o600)


def done(data: Path) -> None:
    """Everything is on disk: forget the note (durably, or a power cut would bring it back)."""
    remove(data / ".svc/intent")
    _forget(data)


def _before(data: Path) -> Path:
    return data / ".svc/before"


def _forget(data: Path) -> None:
    """What was replaced may have been erased: no copy of it stays."""
    if _before(data).is_dir():
        shutil.rmtree(_before(data))


def pending(data: Path) -> dict[str, int]:
    """The files that are being appended to together just now, and the sizes up to which they count."""
    return {file: int(size) for file, size in _noted(data).items() if size[0] != "="}


def _noted(data: Path) -> dict[str, str]:
    try:
        note = (data / ".svc/intent").read_text("utf-8", "replace")
    except (FileNotFoundError, PermissionError):  # who may only read the desk may not look into .svc
        return {}
    found = [re.fullmatch(_LINE, line) for line in note.split("\n")[:-1]]
    if not all(found) or not note.endswith("\n"):
        hint = Text("look at it, then delete it: rm data/.svc/intent", "查看后删除：rm data/.svc/intent")
        raise Damaged(Text("the intent note is not ours", "intent 记录不是 svc 写的"), hint, place=".svc/intent")
    return {line[2]: line[1] for line in found if line}


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
        _forget(data)
        return
    for file, size in _noted(data).items():
        path = data / file
        if size[0] == "=":
            replace(path, (_before(data) / size[1:]).read_bytes())
        elif path.exists():
            cut(path, int(size)) if size != "-1" else remove(path)
    done(data)
