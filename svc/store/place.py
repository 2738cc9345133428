"""Where a desk is kept: a folder of files, or a database. What both can do, and how either is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from svc.errors import BadInput
from svc.store import durable
from svc.store.files import FileLedger
from svc.store.registers import Registers
from svc.text import Text

SCHEMES = ("postgresql://", "postgres://")


class Shelf(Protocol):
    """The registers: rows that may be changed."""

    def load(self, noun: str) -> dict[str, dict[str, str]]:
        """All rows by id."""

    def add(self, noun: str, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Put rows with new ids in."""

    def save(self, noun: str, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Let these be all rows."""

    def signature(self, noun: str) -> str:
        """Changes whenever the register does."""


class Documents(Protocol):
    """Whole texts by name: `rules.yaml`, `seals/2026-10.txt`."""

    def read(self, name: str) -> bytes | None:
        """The text of that name; None where there is none."""

    def keep(self, name: str, body: bytes, before: bytes | None) -> None:
        """Replace `before` (None: there was none) by `body`, wholly or not at all."""

    def names(self, folder: str) -> list[str]:
        """The names that begin with `folder/`, in order."""


class Place(NamedTuple):
    """Everything that a desk keeps, and where its cache may lie."""

    ledger: Any
    registers: Shelf
    documents: Documents
    cache: Path
    folder: Path | None = None
    clock: Callable[[], datetime] | None = None
    login: str | None = None


BESIDE = ("rules.yaml", "rules_tests.yaml")
"""The documents that people open: not under `data/`."""


class FileDocuments:
    """Documents as files: `rules.yaml` and its tests beside `data/`, everything else below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where a document stands."""
        return self._folder / name if name in BESIDE else self._folder / "data" / name

    def read(self, name: str) -> bytes | None:
        """The text of that name; None where there is none."""
        path = self.path(name)
        return path.read_bytes() if path.is_file() else None

    def keep(self, name: str, body: bytes, before: bytes | None) -> None:
        """Replace the file, with the mode that it had. The caller holds the desk's lock."""
        path = self.path(name)
        durable.make_folder(path.parent)
        if before is None:
            durable.replace(path, body)
        else:
            durable.replace(path, body, mode=path.stat().st_mode & 0o777)

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder of `data/`, in order."""
        there = self._folder / "data" / folder
        return sorted(f"{folder}/{one.name}" for one in there.iterdir()) if there.is_dir() else []


def on_files(folder: Path) -> Place:
    """A desk in a folder with `rules.yaml` and `data/`."""
    data = folder / "data"
    cache = data / ".svc" / "index.sqlite"
    return Place(FileLedger(data), Registers(data / "registers"), FileDocuments(folder), cache, folder)


def on_server(url: str, site: str | None = None) -> Place:
    """A desk in a database, as the login of the address sees it (`svc[postgres]`)."""
    from svc.store.postgres import place

    return place(url, site)


def is_address(text: str | None) -> bool:
    """Whether a desk is named by the address of a server."""
    return text is not None and text.startswith(SCHEMES)


def keep_out(path: Path, option: str) -> Path:
    """The path, where a file may be written that is no part of a desk; BadInput for what lies in a desk's data, or is its rules."""
    own = path.expanduser().resolve()
    for folder in own.parents:
        if (folder / "data" / "desk.yaml").is_file():
            inside = own.relative_to(folder)
            if inside.parts[0] == "data" or inside.name in ("rules.yaml", "rules_tests.yaml"):
                raise BadInput(
                    Text(f"{option} {path}: that is the desk's own", f"{option} {path}：那是工作目录自己的文件"),
                    Text("name a file outside data/, with another name than the rules", "请写 data/ 以外的文件，不要与规则表同名"),
                )  # fmt: skip
    return path


def find(folder: str | None, environ: Mapping[str, str]) -> Path:
    """The desk's folder: as given, from SVC_DESK, or the nearest one upwards with `rules.yaml` and `data/`."""
    given = folder or environ.get("SVC_DESK")
    if given:
        path = Path(given).expanduser()
        if not (path / "rules.yaml").is_file() or not (path / "data").is_dir():
            raise BadInput(
                Text(
                    f"{path} is no desk: it has no rules.yaml and data/", f"{path} 不是工作目录：缺 rules.yaml 和 data/"
                ),
                Text(f"make one: svc init {path}", f"新建：svc init {path}"),
            )
        return path
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise BadInput(
            Text("the current folder no longer exists", "当前目录已不存在"),
            Text("change to another folder, or say --desk DIR", "请换一个目录，或用 --desk 指定"),
        ) from None
    for path in (here, *here.parents):
        if (path / "rules.yaml").is_file() and (path / "data").is_dir():
            return path
    raise BadInput(
        Text(f"no desk in {here} or above it", f"{here} 及其上级目录中没有工作目录"),
        Text(
            "make one here: svc init; or say which: svc --desk DIR …", "在此新建：svc init；或指定：svc --desk 目录 …"
        ),
    )
