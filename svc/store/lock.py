"""The desk's one lock: who holds it may write."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from svc.errors import Busy
from svc.locale import Text
from svc.store.durable import keep, open_plain, refused, roll_back_if_any

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Lock:
    """Only one process at a time writes to a desk: `with Lock(data): ...`

    An flock on a file that is never deleted (deleting it would allow two holders), waited for at
    most `timeout` seconds; then Busy says who holds it. The kernel lets go when the process dies.
    Whoever gets it first takes back what a crash left half done (`roll_back_if_any`).
    """

    def __init__(self, data: Path, timeout: float = 30.0) -> None:
        self.data, self.timeout = data, timeout
        self._descriptor = -1

    def __enter__(self) -> Lock:
        self._descriptor = self._acquire()
        try:
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, f"{os.getpid()} {_user_id()} {time.time():.0f}\n".encode())
            roll_back_if_any(self.data)
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._release()

    def _acquire(self) -> int:
        path = keep(self.data) / "lock"
        started, pause = time.monotonic(), 0.0002
        while True:
            descriptor = open_plain(path, os.O_RDWR | os.O_CREAT, 0o600)
            if _try_lock(descriptor) and _is_still(path, descriptor):
                return descriptor
            waited = time.monotonic() - started
            if waited >= self.timeout:
                try:
                    raise _held(os.read(descriptor, 200), waited)
                finally:
                    os.close(descriptor)
            os.close(descriptor)
            time.sleep(pause)
            pause = min(pause * 1.5, 0.005)

    def _release(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise refused(error, "lock") from error
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the locked file is the one with that name (somebody may have deleted the folder)."""
    try:
        return sys.platform == "win32" or os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        keep(path.parent.parent)
        return False


def _user_id() -> int:
    return -1 if sys.platform == "win32" else os.getuid()


def _held(note: bytes, waited: float) -> Busy:
    """Who has had the lock all the time, from what the holder wrote into it."""
    try:
        process, user, since = (int(word) for word in note.split())
    except ValueError:
        process, user, since = 0, -1, int(time.time())
    name = str(user)
    with suppress(ImportError, KeyError, OverflowError):
        import pwd

        name = pwd.getpwuid(user).pw_name
    seconds = max(0, int(time.time()) - since)
    return Busy(
        Text(
            f"another svc is writing (process {process}, user {name}, for {seconds} s); waited {waited:.0f} s, nothing was written",
            f"另一个 svc 正在写入（进程 {process}，用户 {name}，已 {seconds} 秒）；等待了 {waited:.0f} 秒，没有写入任何内容",
        ),
        Text("repeat the command", "请再执行一次"),
    )
