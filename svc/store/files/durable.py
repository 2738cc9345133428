"""Everything that must survive a crash: append, replace, cut, remove, make a folder. Nobody else does.

The contract, which every caller may rely on:

* They return only when the bytes, and where a name is new, changed or gone the folder that holds it,
  are on the disk (fsync). Until then nothing was promised to anybody.
* They raise Busy when there was no room: then the file is as it was. They raise Damaged when the
  disk failed: an fsync that failed is never repeated (the second one reports success and the data
  is gone); the file is marked (`svc.store.files.disk_fault`) and the desk takes no more entries until
  `svc ledger repair`.
* They open files through `svc.store.files.plain`: no link is followed, nothing but a regular file touched.
* They need the lock (`svc.store.files.lock`); readers need none. A reader may meet the beginning of a row
  that is being written (no newline at its end), a whole row that is not on the disk yet (`settle`
  first, then rely on it), and, while an intent note lies there, rows that may be taken back.
* Several files at once: `svc.store.files.multi_file_write`.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from svc.errors import SvcError
from svc.store.files.disk_fault import data_of, mark, name_of, note, refuse
from svc.store.files.plain import (
    FILE_MODE,
    FOLDER_MODE,
    NO_ROOM,
    PRIVATE_FOLDER_MODE,
    folder_of,
    give_to_owner_of,
    keep_owner,
    open_plain,
    read_all,
    refused,
    write_all,
)

_CANNOT_SYNC = {errno.EROFS, errno.EINVAL}


def append(path: Path, payload: bytes) -> int:
    """Put `payload` at the end of the file (made if need be); the offset at which it begins.

    Damaged, with nothing written, while the desk has a suspect file.
    """
    refuse(path)
    if not path.parent.is_dir():
        make_folder(path.parent)
    descriptor = open_plain(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, FILE_MODE)
    try:
        offset = os.fstat(descriptor).st_size
        if offset == 0 and sys.platform != "win32":
            os.fchmod(descriptor, FILE_MODE)  # whatever the umask
        _write(descriptor, path, payload, offset)
        _sync(descriptor, path, offset)
        if offset == 0:
            _sync_folder(path, sound=0)
        if _read_back(descriptor, path, len(payload), offset) != payload:
            raise mark(path, offset, "read back differently")
        return offset
    finally:
        with suppress(OSError):  # what is synced cannot be lost by closing
            os.close(descriptor)


def replace(path: Path, payload: bytes, mode: int | None = None) -> None:
    """Let `payload` be all that the file holds: the whole old file or the whole new one, never a mixture.

    A file that is there keeps its owner and group, and its mode unless another is given.
    """
    if not path.parent.is_dir():
        make_folder(path.parent)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    before = path.stat() if path.exists() else None
    if mode is None:
        mode = before.st_mode & 0o777 if before else FILE_MODE
    descriptor = open_plain(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        if sys.platform != "win32":
            if before:
                keep_owner(descriptor, before)
            os.fchmod(descriptor, mode)
        write_all(descriptor, payload)
        os.fsync(descriptor)
        with folder_of(path) as folder:
            source, target = (new, path) if folder is None else (new.name, path.name)
            os.replace(source, target, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise refused(error, path.name) from error
    finally:
        os.close(descriptor)
    _sync_folder(path, sound=len(payload))


def cut(path: Path, size: int) -> None:
    """Take away everything behind `size`: the end of a write that nobody was told had succeeded.

    What is cut is kept in `data/.svc/torn`, in case somebody else had put it there.
    """
    descriptor = open_plain(path, os.O_RDWR)
    try:
        whole = os.fstat(descriptor).st_size
        if whole <= size:
            return
        data = data_of(path)
        with suppress(OSError, SvcError):
            torn = read_all(descriptor, min(whole - size, 1 << 20), size)
            if data:
                note(data, "torn", f"{name_of(path)} {size}\n".encode() + torn + b"\n")
        os.ftruncate(descriptor, size)
        _sync(descriptor, path, size)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Let the file be gone, and stay so after a power cut."""
    path.unlink()
    _sync_folder(path, sound=0)


def make_folder(path: Path, mode: int = FOLDER_MODE) -> None:
    """Make a folder that is still there after a power cut; one that exists is left as it is."""
    try:
        path.mkdir(mode)
        path.chmod(mode)  # whatever the umask
        give_to_owner_of(path.parent, path)
    except FileExistsError:
        return
    except OSError as error:
        raise refused(error, path.name) from error
    _sync_folder(path, sound=0)


def put_beside(path: Path, payload: bytes) -> Path | None:
    """Put a copy where none is; one that differs is left alone, and ours goes beside it: under which name."""
    if path.exists() and path.read_bytes() == payload:
        return None
    if not path.exists():
        replace(path, payload)
        return None
    number = 2
    while (beside := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        if beside.read_bytes() == payload:
            return beside
        number += 1
    replace(beside, payload)
    return beside


def keep(data: Path) -> Path:
    """`data/.svc`, the folder of what the desk keeps for itself, made when it is not there."""
    room = data / ".svc"
    if not room.is_dir():
        make_folder(room, PRIVATE_FOLDER_MODE)
    return room


def settle(descriptor: int, path: Path) -> None:
    """Make sure that what can be read of an open file now is on the disk, and its name too.

    For whoever is going to remember what he read while somebody else was writing. Damaged where the
    disk fails. On a disk that nobody can write there is nothing to settle.
    """
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno in _CANNOT_SYNC:
            return
        raise mark(path, os.fstat(descriptor).st_size, os.strerror(error.errno or 0)) from error
    _sync_folder(path, sound=os.fstat(descriptor).st_size)
    data = data_of(path)
    if data:
        _sync_folder(data / ".svc/intent", sound=0)  # a note that is gone must not come back


def _write(descriptor: int, path: Path, payload: bytes, offset: int) -> None:
    """Write all of it, or leave the file as it was."""
    try:
        write_all(descriptor, payload)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise mark(path, offset, os.strerror(error.errno or 0)) from error
        with suppress(OSError):
            os.ftruncate(descriptor, offset)
            os.fsync(descriptor)
            if offset == 0:
                path.unlink()
        raise refused(error, path.name) from error


def _read_back(descriptor: int, path: Path, size: int, offset: int) -> bytes:
    try:
        return read_all(descriptor, size, offset)
    except OSError as error:
        raise mark(path, offset, os.strerror(error.errno or 0)) from error


def _sync(descriptor: int, path: Path, sound: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise mark(path, sound, os.strerror(error.errno or 0)) from error


def _sync_folder(path: Path, sound: int) -> None:
    """Put the name of a file or folder on the disk; where that fails it is suspect from `sound` on."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise mark(path, sound, os.strerror(error.errno or 0)) from error
