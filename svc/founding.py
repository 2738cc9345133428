"""Founding a desk: its folders, a commented rules file, the OS user as its head."""

from __future__ import annotations

import errno
import os
from importlib.resources import files
from pathlib import Path

from svc.desk.identity import FOUNDER, login
from svc.desk.open import Desk, Options
from svc.domain import registers
from svc.errors import Conflict
from svc.recording.rules import remember
from svc.store.files import durable
from svc.store.files.folder import keep_out
from svc.store.files.ledger import FileLedger
from svc.text import Text

IGNORE = "# the index and the lock: never truth, never shared\ndata/.svc/\n"


def found(folder: Path, name: str | None, id: str = FOUNDER) -> tuple[Desk, str]:
    """Make a desk in a folder; the desk and the id of its head. Conflict where there is one already."""
    head = try_found(folder, id)
    folder.mkdir(parents=True, exist_ok=True)
    FileLedger.create(folder / "data")
    durable.replace(folder / "rules.yaml", template())
    durable.replace(folder / "rules_tests.yaml", template("tests_template.yaml"))
    if not (folder / ".gitignore").exists():
        durable.replace(folder / ".gitignore", IGNORE.encode())
    desk = Desk(folder, Options())
    user = login()
    with desk.ledger.lock():
        desk.registers.add("staff", {head: {"name": name or user, "role": "head", "login": user}})
    remember(desk, template())
    return desk, head


def try_found(folder: Path, id: str = FOUNDER) -> str:
    """What `found` would refuse, refused; the id of the head. Nothing is made."""
    head = registers.key("staff", id)
    keep_out(folder, "init")
    if (folder / "rules.yaml").exists() or (folder / "data" / "desk.yaml").exists():
        raise Conflict(
            Text(f"{folder} is a desk already", f"{folder} 已经是工作目录"),
            Text(f"use it: svc --desk {folder} today", f"直接使用：svc --desk {folder} today"),
        )
    refuse_unwritable(folder)
    return head


def refuse_unwritable(folder: Path) -> None:
    """OSError, as making it would raise, where a folder cannot be made or written."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not there.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def template(name: str = "template.yaml") -> bytes:
    """The rules file that a new desk gets: amounts blank, for the department to fill; or its cases."""
    return (files("svc") / "rules" / name).read_bytes()


def fill(desk: Desk) -> tuple[int, str]:
    """Fill a desk with an invented month (the last one that has ended); entries and the month's name."""
    from svc.demo import month

    return month(desk)
