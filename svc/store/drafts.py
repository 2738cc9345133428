"""Drafts: what was answered in a conversation that was not finished. One file each, of its user alone (0600), for DAYS.

They stand outside the desk, in the user's own state folder: what a person types on the phone must be kept
where the desk is locked, full, or writable by others only. Where that folder cannot be written either, the
system's folder for temporary files is tried; None then says that nothing could be kept.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from svc.named import NamedTuple

Content = Mapping[str, Any]


class Draft(NamedTuple):
    """One draft and where it is."""

    path: Path
    content: dict[str, Any]


def save(desk: str, name: str, content: Content) -> Path | None:
    """Write a draft (`call-log-1764000000`) of a desk, replacing the one of that name; None: it cannot be kept."""
    data = json.dumps(content, ensure_ascii=False, indent=1).encode()
    for folder in _folders(desk):
        try:
            return _write(folder, f"{name}.json", data)
        except OSError:
            continue
    return None


def folder(desk: str) -> Path:
    """A folder for texts of this user alone; OSError where none can be made."""
    refused: OSError | None = None
    for place in _folders(desk):
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_foreign(place)
        except OSError as error:
            refused = error
            continue
        return place
    raise refused or OSError("no folder for drafts")


def kept(desk: str, deed: str) -> list[Draft]:
    """The drafts of a deed (`call-log`) that nobody has gone on with, the latest first; what cannot be read is none."""
    return [draft for draft in left(desk) if draft.path.stem.rpartition("-")[0] == deed]


DAYS = 14
"""How long a draft is kept that nobody goes on with."""


def left(desk: str) -> list[Draft]:
    """The drafts that nobody has gone on with, whatever of, the latest first."""
    _expire()
    found = []
    for folder in _folders(desk):
        for path in folder.glob("*-*-*.json") if folder.is_dir() else ():
            try:
                content = json.loads(path.read_bytes())
            except (OSError, ValueError):
                continue
            if isinstance(content, dict):
                found.append(Draft(path, content))
    return sorted(found, key=lambda draft: draft.path.stem.rpartition("-")[2], reverse=True)


def _expire() -> None:
    """Throw away what is older than DAYS: drafts and forms of any desk of this user, in folders that are his own."""
    expired = time.time() - DAYS * 86_400
    for folder in [folder for place in _folders("") if _is_own(place) for folder in place.iterdir() if _is_own(folder)]:
        for path in folder.iterdir():
            with contextlib.suppress(OSError):  # what another process has just thrown away, too
                if path.is_file() and not path.is_symlink() and path.stat().st_mtime < expired:
                    path.unlink()


def _is_own(folder: Path) -> bool:
    """Whether this is a folder of this user himself, and no way to another."""
    try:
        if folder.is_symlink() or not folder.is_dir():
            return False
        _refuse_foreign(folder)
    except OSError:
        return False
    return True


def files(desk: str) -> list[Path]:
    """Everything that is kept for a desk, forms left by an editor too."""
    folders = [folder for folder in _folders(desk) if folder.is_dir()]
    return [path for folder in folders for path in sorted(folder.iterdir()) if path.is_file() and not path.is_symlink()]


def forget(path: Path | None) -> None:
    """Throw a draft away: it was recorded, or is not wanted any more."""
    if path is not None:
        path.unlink(missing_ok=True)


def _folders(desk: str) -> Iterator[Path]:
    state = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    home = Path(state) if state else Path.home() / ".local" / "state"
    yield home / "svc" / "drafts" / desk
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    temporary = next((found for name in ("TMPDIR", "TEMP", "TMP") if (found := os.environ.get(name))), "/tmp")
    yield Path(temporary) / f"svc-drafts-{user}" / desk


def _write(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_foreign(folder)
    path, new = folder / name, folder / f".{name}.new"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    return path


def _refuse_foreign(folder: Path) -> None:
    """Nothing personal goes into a folder that somebody else made."""
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise OSError(f"{folder} belongs to somebody else")
