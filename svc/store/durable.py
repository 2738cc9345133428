"""Everything that must survive a crash: append, replace, cut, the intent note. Nobody else does.

The contract, which every caller may rely on:

* `append`, `replace` and `cut` return only when the bytes, and where a name is new the folder that
  holds it, are on the disk (fsync). Until then nothing was promised to anybody.
* They raise Busy when there was no room: then the file is as it was. They raise Damaged when the
  disk failed: an fsync that failed is never repeated (the second one reports success and the data
  is gone); the desk is marked suspect and takes no more entries until `svc ledger repair`.
* They follow no symbolic link and touch nothing but regular files with one name.
* They need the lock (`svc.store.lock`); readers need none. A reader may meet the beginning of a row
  that is being written (no newline at its end), and, while an intent note lies there, rows that may
  be taken back.

What a desk keeps for itself lies in `data/.svc/`: `lock` (never deleted), `intent`, `suspect`, and
`torn` (what was cut off the ends of files, for a person to look at).
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from svc.errors import Busy, Damaged, NotPermitted, SvcError
from svc.locale import Text

FILE_MODE, FOLDER_MODE, PRIVATE_FOLDER_MODE = 0o640, 0o750, 0o700
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SAFE = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO in the place of a file must not make us wait
    | getattr(os, "O_BINARY", 0)
)
_REPAIR = Text(
    "look with `svc ledger verify`, mend with `svc ledger repair`",
    "用 `svc ledger verify` 查看，用 `svc ledger repair` 修复",
)


def keep(data: Path) -> Path:
    """The folder of what the desk keeps for itself, made when it is not there."""
    room = data / ".svc"
    if not room.is_dir():
        make_folder(room, PRIVATE_FOLDER_MODE)
    return room


def _data_of(path: Path) -> Path | None:
    """The data folder that a file belongs to: it lies in it, in one of its folders, or beside it."""
    places = (path.parent.parent, path.parent, path.parent / "data")
    return next((place for place in places if (place / ".svc").is_dir()), None)


# One file


def append(path: Path, payload: bytes) -> int:
    """Put `payload` at the end of the file (made if need be); the offset at which it begins."""
    _refuse_suspect(path)
    if not path.parent.is_dir():
        make_folder(path.parent)
    descriptor = open_plain(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, FILE_MODE)
    try:
        offset = os.fstat(descriptor).st_size
        if offset == 0 and sys.platform != "win32":
            os.fchmod(descriptor, FILE_MODE)
        _write(descriptor, path, payload, offset)
        _sync(descriptor, path, offset)
        if offset == 0:
            _sync_folder(path.parent, path)
        if _read(descriptor, len(payload), offset) != payload:
            raise _suspect(path, offset, "read back differently")
        return offset
    finally:
        os.close(descriptor)


def replace(path: Path, payload: bytes, mode: int = FILE_MODE) -> None:
    """Let `payload` be all that the file holds: the whole old file or the whole new one, never a mixture."""
    if not path.parent.is_dir():
        make_folder(path.parent)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = open_plain(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        if sys.platform != "win32":
            os.fchmod(descriptor, mode)
        _write_all(descriptor, payload)
        os.fsync(descriptor)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise refused(error, path.name) from error
    finally:
        os.close(descriptor)
    new.replace(path)
    _sync_folder(path.parent, path)


def cut(path: Path, size: int) -> None:
    """Take away everything behind `size`: the end of a write that nobody was told had succeeded.

    What is cut is kept in `data/.svc/torn`, in case somebody else had put it there.
    """
    descriptor = open_plain(path, os.O_RDWR)
    try:
        whole = os.fstat(descriptor).st_size
        if whole <= size:
            return
        data = _data_of(path)
        with suppress(OSError, SvcError):
            torn = _read(descriptor, min(whole - size, 1 << 20), size)
            if data:
                _note(data, "torn", f"{path.parent.name}/{path.name} {size}\n".encode() + torn + b"\n")
        os.ftruncate(descriptor, size)
        _sync(descriptor, path, size)
    finally:
        os.close(descriptor)


def open_to_read(path: Path) -> int:
    """A descriptor for reading a regular file with one name; FileNotFoundError where there is none."""
    return open_plain(path, os.O_RDONLY)


def make_folder(path: Path, mode: int = FOLDER_MODE) -> None:
    """Make a folder that is still there after a power cut; one that exists is left as it is."""
    try:
        path.mkdir(mode)
    except FileExistsError:
        return
    except OSError as error:
        raise refused(error, path.name) from error
    _sync_folder(path.parent, path)


def open_plain(path: Path, flags: int, mode: int = FILE_MODE) -> int:
    """A descriptor of a regular file with one name, in a folder that is no link; else Damaged."""
    try:
        descriptor = os.open(path, flags | _SAFE, mode)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ENOTDIR):
            raise _odd(path) from error
        raise refused(error, path.name) from error
    status = os.fstat(descriptor)
    folder = os.lstat(path.parent)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or stat.S_ISLNK(folder.st_mode):
        os.close(descriptor)
        raise _odd(path)
    return descriptor


def _write(descriptor: int, path: Path, payload: bytes, offset: int) -> None:
    """Write all of it, or leave the file as it was."""
    try:
        _write_all(descriptor, payload)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise _suspect(path, offset, os.strerror(error.errno or 0)) from error
        with suppress(OSError):
            os.ftruncate(descriptor, offset)
            os.fsync(descriptor)
            if offset == 0:
                path.unlink()
        raise refused(error, path.name) from error


def _write_all(descriptor: int, payload: bytes) -> None:
    left = memoryview(payload)
    while left:
        left = left[os.write(descriptor, left) :]


def _read(descriptor: int, size: int, offset: int) -> bytes:
    pieces = []
    while size > 0:
        piece = os.pread(descriptor, size, offset)
        if not piece:
            break
        pieces.append(piece)
        size, offset = size - len(piece), offset + len(piece)
    return b"".join(pieces)


def _sync(descriptor: int, path: Path, offset: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise _suspect(path, offset, os.strerror(error.errno or 0)) from error


def _sync_folder(folder: Path, of: Path) -> None:
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _suspect(of, 0, os.strerror(error.errno or 0)) from error


# The mark of a disk that failed


def suspects(data: Path) -> list[str]:
    """The files ("calls/2026-11.csv") whose last write the disk may have lost."""
    with suppress(FileNotFoundError, PermissionError):
        return sorted({line.split(" ")[0] for line in (data / ".svc/suspect").read_text("utf-8").split("\n") if line})
    return []


def trust_again(data: Path) -> None:
    """The suspect files were written anew: take entries again."""
    (data / ".svc/suspect").unlink(missing_ok=True)
    _sync_folder(data / ".svc", data / ".svc/suspect")


def _suspect(path: Path, offset: int, why: str) -> Damaged:
    """Mark the desk, as well as a failing disk allows, and say so."""
    data = _data_of(path)
    name = f"{path.parent.name}/{path.name}"
    with suppress(OSError):
        if data:
            _note(data, "suspect", f"{name} {offset} {why}\n".encode())
    return Damaged(
        Text(
            f"the disk did not take what was written ({why}); not confirmed", f"磁盘未能写入（{why}）；本次记录未确认"
        ),
        _REPAIR,
        place=name,
    )


def _refuse_suspect(path: Path) -> None:
    data = _data_of(path)
    if data and os.path.lexists(data / ".svc/suspect"):
        names = ", ".join(suspects(data))
        raise Damaged(
            Text(
                f"the disk failed while {names} was written; nothing more is recorded until that is mended",
                f"写入 {names} 时磁盘出错；修复之前不再记录",
            ),
            _REPAIR,
        )


def _note(data: Path, name: str, text: bytes) -> None:
    """Add to a note of the desk's own; as durable as can be had without promising it."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _SAFE
    descriptor = os.open(keep(data) / name, flags, 0o600)
    try:
        _write_all(descriptor, text)
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


# Several files at once


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
    note = data / ".svc/intent"
    note.unlink()
    _sync_folder(note.parent, note)


def pending(data: Path) -> dict[str, int]:
    """The files that are being written together just now, and the sizes up to which they count."""
    try:
        note = (data / ".svc/intent").read_text("utf-8")
    except (FileNotFoundError, PermissionError):  # who may only read the desk may not look into .svc
        return {}
    sizes = {}
    for line in note.split("\n")[:-1]:
        size, _, file = line.partition(" ")
        if file.count("/") != 1 or file.startswith((".", "/")) or "/." in file:
            hint = Text("look at it, then delete it: rm data/.svc/intent", "查看后删除：rm data/.svc/intent")
            raise Damaged(Text("the intent note is not ours", "intent 记录不是 svc 写的"), hint, place=".svc/intent")
        sizes[file] = int(size)
    return sizes


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
            path.unlink()
            _sync_folder(path.parent, path)
    done(data)


# What the system refused, in words


def _odd(path: Path) -> Damaged:
    return Damaged(
        Text(
            f"{path.parent.name}/{path.name} is not a plain file with one name (a link, a folder, a pipe)",
            f"{path.parent.name}/{path.name} 不是普通文件（是链接、文件夹或管道）",
        ),
        Text("put the file itself in its place", "请把文件本身放回原处"),
        place=f"{path.parent.name}/{path.name}",
    )


def refused(error: OSError, name: str) -> SvcError:
    why = os.strerror(error.errno or 0)
    if error.errno in (errno.EACCES, errno.EPERM):
        return NotPermitted(
            Text(f"{name}: {why}; nothing was written", f"{name}：没有权限（{why}），没有写入任何内容"),
            Text("see who owns the data folder: ls -l data", "查看数据文件夹的归属：ls -l data"),
        )
    if error.errno in _NO_ROOM:
        return Busy(
            Text(f"{name}: disk full ({why}), nothing was written", f"{name}：磁盘已满（{why}），没有写入任何内容"),
            Text("make room and repeat the command", "腾出空间后再执行一次"),
        )
    return Busy(
        Text(f"{name}: {why}; nothing was written", f"{name}：{why}，没有写入任何内容"),
        Text("repeat the command when that is mended", "排除故障后再执行一次"),
    )
