"""Opening what belongs to a desk, and what the system refuses in words.

The contract: a descriptor from here is a regular file with one name, reached through no symbolic link
(neither the file nor its folder; the folder is held open in between, so that nobody can swap it), and
a pipe in its place makes nobody wait. Anything else is Damaged.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from svc.errors import BadInput, Busy, Damaged, NotPermitted, SvcError
from svc.text import Text

FILE_MODE, FOLDER_MODE, PRIVATE_FOLDER_MODE = 0o640, 0o750, 0o700
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SAFE = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO in the place of a file must not make us wait
    | getattr(os, "O_BINARY", 0)
)
_FOLDER = SAFE | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_PATH", 0)
_NOT_PLAIN = {errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ENOTDIR}


def open_plain(path: Path, flags: int, mode: int = FILE_MODE) -> int:
    """A descriptor of a regular file with one name, in a folder that is no link; else Damaged."""
    with folder_of(path) as folder:
        try:
            descriptor = os.open(path.name if folder is not None else path, flags | SAFE, mode, dir_fd=folder)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise _odd(path) if error.errno in _NOT_PLAIN else refused(error, path.name) from error
    status = os.fstat(descriptor)
    if flags & os.O_CREAT and status.st_size == 0 and status.st_uid == 0:
        give_to_owner_of(path.parent, path)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        os.close(descriptor)
        raise _odd(path)
    return descriptor


def keep_owner(descriptor: int, like: os.stat_result) -> None:
    """Give a new file to the owner and group of what it takes the place of, as far as the system lets us."""
    if sys.platform != "win32":
        status = os.fstat(descriptor)
        if (status.st_uid, status.st_gid) != (like.st_uid, like.st_gid):
            with suppress(OSError):
                os.fchown(descriptor, like.st_uid, like.st_gid)


def give_to_owner_of(folder: Path, path: Path) -> None:
    """What root makes in somebody's folder is his: a desk that root once wrote to stays open to its owner."""
    if sys.platform != "win32" and os.geteuid() == 0:
        status = folder.stat()
        if status.st_uid:
            os.chown(path, status.st_uid, status.st_gid)


def open_to_read(path: Path) -> int:
    """A descriptor for reading a regular file with one name; FileNotFoundError where there is none."""
    return open_plain(path, os.O_RDONLY)


@contextmanager
def folder_of(path: Path) -> Iterator[int | None]:
    """The folder that a file lies in, held open; None where the system has no such thing (Windows)."""
    if sys.platform == "win32":
        yield None
        return
    try:
        descriptor = os.open(path.parent, _FOLDER)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _odd(path) if error.errno in _NOT_PLAIN else refused(error, path.parent.name) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_all(descriptor: int, size: int, offset: int) -> bytes:
    """So many bytes from an offset, fewer only where the file ends."""
    pieces = []
    while size > 0:
        piece = os.pread(descriptor, size, offset)
        if not piece:
            break
        pieces.append(piece)
        size, offset = size - len(piece), offset + len(piece)
    return b"".join(pieces)


def write_all(descriptor: int, payload: bytes) -> None:
    """All of it: the system may take less than it is given."""
    left = memoryview(payload)
    while left:
        left = left[os.write(descriptor, left) :]


def refused(error: OSError, name: str) -> SvcError:
    """What the system refused, in words; nothing was written."""
    why = os.strerror(error.errno or 0)
    if error.errno in (errno.EACCES, errno.EPERM):
        return NotPermitted(
            Text(f"{name}: {why}; nothing was written", f"{name}：没有权限（{why}），没有写入任何内容"),
            Text("see who owns the data folder: ls -l data", "查看数据文件夹的归属：ls -l data"),
        )
    if error.errno in NO_ROOM:
        return Busy(
            Text(f"{name}: disk full ({why}), nothing was written", f"{name}：磁盘已满（{why}），没有写入任何内容"),
            Text("make room and repeat the command", "腾出空间后再执行一次"),
        )
    return Busy(
        Text(f"{name}: {why}; nothing was written", f"{name}：{why}，没有写入任何内容"),
        Text("repeat the command when that is mended", "排除故障后再执行一次"),
    )


def _odd(path: Path) -> Damaged:
    name = f"{path.parent.name}/{path.name}"
    return Damaged(
        Text(
            f"{name} is not a plain file with one name (a link, a folder, a pipe)",
            f"{name} 不是普通文件（是链接、文件夹或管道）",
        ),
        Text("put the file itself in its place", "请把文件本身放回原处"),
        place=name,
    )


def read_given(path: Path, most: int = 1 << 20) -> bytes:
    """All of a file that somebody named (`-`: standard input); BadInput for more than `most` bytes (`/dev/zero` never ends)."""
    with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as stream:
        found = stream.read(most + 1)
    if len(found) > most:
        raise BadInput(
            Text(f"{path} is larger than {most >> 10} KiB: not what is meant here", f"{path} 超过 {most >> 10} KiB，不是这里要的文件"),
            Text("check the path", "请检查路径"),
        )
    return found
