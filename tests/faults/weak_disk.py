"""A disk that keeps no more than it has promised, as a model: what a desk does to it is recorded, and every
state that a power cut may leave is made from the record.

The promises are those of POSIX and no more: `fsync` of a file keeps what was written to it before,
`fsync` of a folder keeps the names in it. What is not kept yet may be there or not, each change of a
name by itself, each write wholly, up to any byte, or as zeros for as many bytes (a size that reached
the disk before its blocks), from or up to any sector.
"""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

SECTOR = 512
Tree = dict[str, bytes | None]
"""The files of a folder by relative name, with their bytes; folders with None."""


class Event(NamedTuple):
    """One thing that was done: `kind` and its operands, names relative to the recorded folder."""

    kind: str
    name: str = ""
    file: int = -1
    at: int = 0
    data: bytes = b""
    to: str = ""
    told: Any = None


class Recorder:
    """Records what a process does to the files below `root` while `recording` is on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.events: list[Event] = []
        self.names: dict[str, int] = {}
        self._open: dict[int, tuple[str, int]] = {}
        self._next = 0
        self.after: Callable[[], None] | None = None
        self._busy = False
        self.base = tree(root)
        for name, data in self.base.items():
            if data is not None:
                self._new(name)
        self.first_files = dict(self.names)

    def _new(self, name: str) -> int:
        self.names[name] = self._next
        self._next += 1
        return self.names[name]

    def told(self, what: Any) -> None:
        """Note that somebody was told something just now: an entry was confirmed, a position remembered."""
        self.events.append(Event("told", told=what))

    def _did(self, event: Event) -> None:
        self.events.append(event)
        if self.after and not self._busy:
            self._busy = True
            try:
                self.after()
            finally:
                self._busy = False

    def _relative(self, path: Any, folder: int | None = None) -> str | None:
        base = Path(f"/proc/self/fd/{folder}").readlink() if folder is not None else Path.cwd()
        full = base / os.fspath(path)
        return str(full.relative_to(self.root)) if full.is_relative_to(self.root) else None

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Watch the functions of `os` through which a desk changes files."""
        kept = {
            name: getattr(os, name)
            for name in ("open", "write", "pwrite", "ftruncate", "fsync", "replace", "unlink", "mkdir")
        }
        for name in kept:
            setattr(os, name, getattr(self, f"_{name}_")(kept[name]))
        try:
            yield
        finally:
            for name, real in kept.items():
                setattr(os, name, real)

    def _open_(self, real: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
            descriptor = real(path, flags, mode, dir_fd=dir_fd)
            name = self._relative(path, dir_fd)
            self._open.pop(descriptor, None)
            if name is not None:
                if name not in self.names and flags & os.O_CREAT:
                    self._did(Event("create", name, self._new(name)))
                self._open[descriptor] = (name, self.names.get(name, -1))
            return descriptor

        return opened

    def _write_(self, real: Callable[..., int]) -> Callable[..., int]:
        def written(descriptor: int, data: Any) -> int:
            where = self._open.get(descriptor)
            at = os.fstat(descriptor).st_size  # all of the store's files are written at their ends
            count = real(descriptor, data)
            if where and where[1] >= 0:
                self._did(Event("write", where[0], where[1], at, bytes(data[:count])))
            return count

        return written

    def _pwrite_(self, real: Callable[..., int]) -> Callable[..., int]:
        def written(descriptor: int, data: bytes, at: int) -> int:
            count = real(descriptor, data, at)
            where = self._open.get(descriptor)
            if where and where[1] >= 0:
                self._did(Event("write", where[0], where[1], at, data[:count]))
            return count

        return written

    def _ftruncate_(self, real: Callable[..., None]) -> Callable[..., None]:
        def cut(descriptor: int, size: int) -> None:
            real(descriptor, size)
            where = self._open.get(descriptor)
            if where and where[1] >= 0:
                self._did(Event("truncate", where[0], where[1], size))

        return cut

    def _fsync_(self, real: Callable[..., None]) -> Callable[..., None]:
        def synced(descriptor: int) -> None:
            real(descriptor)
            where = self._open.get(descriptor)
            if where:
                self._did(Event("sync", where[0], where[1]))

        return synced

    def _replace_(self, real: Callable[..., None]) -> Callable[..., None]:
        def replaced(old: Any, new: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
            real(old, new, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
            one, other = self._relative(old, src_dir_fd), self._relative(new, dst_dir_fd)
            if one is not None and other is not None:
                self.names[other] = self.names.pop(one)
                self._did(Event("rename", one, self.names[other], to=other))

        return replaced

    def _unlink_(self, real: Callable[..., None]) -> Callable[..., None]:
        def gone(path: Any, *, dir_fd: int | None = None) -> None:
            real(path, dir_fd=dir_fd)
            name = self._relative(path, dir_fd)
            if name is not None and self.names.pop(name, None) is not None:
                self._did(Event("unlink", name))

        return gone

    def _mkdir_(self, real: Callable[..., None]) -> Callable[..., None]:
        def made(path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
            real(path, mode, dir_fd=dir_fd)
            name = self._relative(path, dir_fd)
            if name is not None:
                self._did(Event("mkdir", name))

        return made


class Disk:
    """What is kept for sure after some events, and what is not kept yet."""

    def __init__(self, recorder: Recorder) -> None:
        self.folders = {name for name, data in recorder.base.items() if data is None} | {"."}
        self.names = dict(recorder.first_files)
        self.data = {file: recorder.base[name] or b"" for name, file in recorder.first_files.items()}
        self.waiting_names: list[Event] = []
        self.waiting_data: dict[int, list[Event]] = {}

    def do(self, event: Event) -> None:
        """Take in one event."""
        if event.kind in ("create", "rename", "unlink", "mkdir"):
            self.waiting_names.append(event)
        elif event.kind in ("write", "truncate"):
            self.waiting_data.setdefault(event.file, []).append(event)
        elif event.kind == "sync" and event.file >= 0:
            for waiting in self.waiting_data.pop(event.file, []):
                self.data[event.file] = _written(self.data.get(event.file, b""), waiting)
        elif event.kind == "sync":
            kept = [e for e in self.waiting_names if _folder(e.name) == event.name]
            self.names, self.folders = _named(self.names, self.folders, kept)
            self.waiting_names = [e for e in self.waiting_names if _folder(e.name) != event.name]

    def states(self, dice: random.Random, most: int, every_byte: bool) -> Iterator[Tree]:
        """The trees that a power cut now may leave; at most so many, the two extremes always among them."""
        count = len(self.waiting_names)
        if count <= 5:
            subsets = list(itertools.product((False, True), repeat=count))
        else:  # in order, and with one of them left out
            subsets = [tuple(n < k for n in range(count)) for k in range(count + 1)]
            subsets += [tuple(n != k for n in range(count)) for k in range(count)]
        files = sorted(self.waiting_data)
        choices = [list(_variants(self.data.get(f, b""), self.waiting_data[f], dice, every_byte)) for f in files]
        total = len(subsets)
        for one in choices:
            total *= len(one)
        if total <= most:
            picks: Iterator[tuple[Any, ...]] = itertools.product(subsets, *choices)
        else:
            extremes = [(subsets[0], *(one[0] for one in choices)), (subsets[-1], *(one[1] for one in choices))]
            drawn = ((dice.choice(subsets), *(dice.choice(one) for one in choices)) for _ in range(most))
            picks = itertools.chain(extremes, drawn)
        for subset, *contents in picks:
            yield self._tree(subset, dict(zip(files, contents, strict=True)))

    def _tree(self, subset: Sequence[bool], contents: Mapping[int, bytes]) -> Tree:
        chosen = [event for event, there in zip(self.waiting_names, subset, strict=True) if there]
        names, folders = _named(self.names, self.folders, chosen)
        made: Tree = {name: None for name in folders}
        for name, file in names.items():
            if _folder(name) in folders:
                made[name] = contents.get(file, self.data.get(file, b""))
        return made


def _named(names: Mapping[str, int], folders: set[str], events: Sequence[Event]) -> tuple[dict[str, int], set[str]]:
    names, folders = dict(names), set(folders)
    for event in events:
        if event.kind == "create":
            names[event.name] = event.file
        elif event.kind == "unlink":
            names.pop(event.name, None)
        elif event.kind == "mkdir":
            folders.add(event.name)
        elif event.name in names:
            names[event.to] = names.pop(event.name)
        elif event.file >= 0:
            names[event.to] = event.file
    return names, folders


def _folder(name: str) -> str:
    return str(Path(name).parent)


def _written(data: bytes, event: Event, part: bytes | None = None) -> bytes:
    if event.kind == "truncate":
        return data[: event.at].ljust(event.at, b"\0")
    new = event.data if part is None else part
    return data[: event.at].ljust(event.at, b"\0") + new + data[event.at + len(new) :]


def _variants(data: bytes, waiting: Sequence[Event], dice: random.Random, every_byte: bool) -> Iterator[bytes]:
    """What a file may hold: nothing of what waits, all of it, or all up to a point within one of the writes."""
    whole = data
    for event in waiting:
        whole = _written(whole, event)
    yield data
    yield whole
    for event in waiting:
        if event.kind == "write":
            for part in _parts(event, dice, every_byte):
                yield _written(data, event, part)
        data = _written(data, event)
        if data != whole:
            yield data


def _parts(event: Event, dice: random.Random, every_byte: bool) -> Iterator[bytes]:
    size = len(event.data)
    places = (
        range(1, size)
        if every_byte and size <= 400
        else sorted({1, size - 1, *(dice.randrange(size) for _ in range(10))})
    )
    for place in places:
        yield event.data[:place]
    yield bytes(size)
    yield event.data[: size // 2] + bytes(size - size // 2) if not event.at % SECTOR else bytes(max(1, size // 2))
    for sector in range(-(event.at % SECTOR) % SECTOR, size, SECTOR):
        if sector:
            yield event.data[:sector] + bytes(size - sector)
            yield bytes(sector) + event.data[sector:]


def tree(root: Path) -> Tree:
    """All files and folders below a folder."""
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in sorted(root.rglob("*"))
    }


def lay(root: Path, wanted: Tree, there: Tree) -> None:
    """Make the folder hold `wanted`, knowing that it holds `there`."""
    for name in sorted(there.keys() - wanted.keys(), reverse=True):
        path = root / name
        path.rmdir() if there[name] is None else path.unlink()
    for name, data in sorted(wanted.items()):
        path = root / name
        if data is None:
            path.mkdir(exist_ok=True)
        elif name not in there or there[name] != data:
            path.write_bytes(data)
