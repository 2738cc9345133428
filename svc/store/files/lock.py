"""The desk's one lock: who holds it may write.

The lock file, `data/.svc/lock`, is never deleted (that would allow two holders). Its one line of 64
bytes names the holder and is blanked when he lets go; a line that nobody blanked tells readers that
what they see may not be on the disk yet (`unsettled`), and the next holder to see to that first.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from svc.errors import Busy, SvcError
from svc.store.files import folder as network
from svc.store.files.durable import keep, settle
from svc.store.files.multi_file_write import roll_back_if_any
from svc.store.files.plain import open_plain, open_to_read, refused
from svc.text import Text

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LINE = 64


class Lock:
    """Only one process at a time writes to a desk: `with Lock(data): ...`

    An flock, waited for at most `timeout` seconds; then Busy says who holds it. The kernel lets go
    when the process dies. Whoever gets it next takes back what a crash left half done, and puts on
    the disk what it left whole. NotPermitted on a network folder.
    """

    name = "lock"

    def __init__(self, data: Path, timeout: float = 30.0) -> None:
        self.data, self.timeout = data, timeout
        self.held = False
        self._descriptor = -1

    def __enter__(self) -> Lock:
        network.refuse_network(self.data)
        self._descriptor = self._acquire()
        try:
            crashed = bool(os.pread(self._descriptor, _LINE, 0).strip(b" \n\0"))
            self._say(f"{os.getpid()} {_user_id()} {time.time():.0f}")
            self._begin(crashed)
        except BaseException:
            self._release()
            raise
        self.held = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.held = False
        if error is None or isinstance(error, Exception):  # an interrupt may come between a write and its fsync
            with suppress(SvcError):  # a line that stays only makes the next one look twice
                self._say("")
        self._release()

    def _say(self, text: str) -> None:
        """Always as many bytes, so that letting go never needs room on the disk."""
        try:
            os.pwrite(self._descriptor, text.ljust(_LINE - 1).encode() + b"\n", 0)
        except OSError as error:
            raise refused(error, "lock") from error

    def _begin(self, crashed: bool) -> None:
        """Mend what the holder before left behind."""
        roll_back_if_any(self.data)
        if crashed:
            _settle_all(self.data)

    def _acquire(self) -> int:
        path = keep(self.data) / self.name
        started, pause = time.monotonic(), 0.0002
        descriptor = -1
        while True:
            if descriptor < 0:
                descriptor = open_plain(path, os.O_RDWR | os.O_CREAT, 0o600)
            if _try_lock(descriptor):
                if _is_still(path, descriptor):
                    return descriptor
                os.close(descriptor)
                descriptor = -1
            waited = time.monotonic() - started
            if waited >= self.timeout:
                raise _held(_note_in(descriptor), waited)
            time.sleep(pause)  # the longer the wait, the more wait: they must not keep the holder from his work by looking
            pause = min(pause * 1.5, 0.02)

    def _release(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        with suppress(OSError):
            os.close(descriptor)


def unsettled(data: Path) -> bool:
    """Whether somebody is writing, or died while he did: what can be read may not be on the disk yet.

    Ask after the size of a file is taken: what is written later does not matter then.
    """
    try:
        descriptor = os.open(data / ".svc/lock", os.O_RDONLY)
    except OSError:  # nobody has written yet, or the reader may keep nothing here anyway
        return False
    try:
        return bool(os.pread(descriptor, _LINE, 0).strip(b" \n\0"))
    finally:
        os.close(descriptor)


def _is_plain(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def _settle_all(data: Path) -> None:
    """Put on the disk what somebody who died may have left: files grow at the end, so the newest of each folder."""
    for folder in sorted(path for path in data.iterdir() if path.is_dir() and path.name != ".svc"):
        names = sorted(path for path in folder.iterdir() if _is_plain(path.lstat()))
        for path in names if folder.name == "registers" else names[-1:]:
            descriptor = open_to_read(path)
            try:
                settle(descriptor, path)
            finally:
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


def _note_in(descriptor: int) -> bytes:
    """What the lock file that is given up says of its holder."""
    if descriptor < 0:
        return b""
    try:
        return os.pread(descriptor, _LINE, 0)
    finally:
        os.close(descriptor)


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
