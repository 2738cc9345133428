"""The second wall of the service: whatever a caller's values lead to, this process opens, runs and connects to nothing else.

The first wall is that no request holds a path. This one is an audit hook, which nothing in the process can take away:
files are opened in the desk, in a room of the service's own and where the program itself lies; nothing is run but
`ssh-keygen` and `openssl`, which look at signatures; nothing is connected to.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import svc

MAY_RUN = ("ssh-keygen", "openssl")
_NEVER = ("os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn", "socket.connect", "socket.bind", "socket.sendto",
          "socket.getaddrinfo", "socket.gethostbyname")  # fmt: skip
_CHANGING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.link", "os.symlink", "os.truncate", "os.utime", "os.chdir")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CODE = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc/self", "/proc/sys", "/proc/uptime", "/proc/cpuinfo", "/proc/meminfo", "/sys/fs/cgroup", "/dev/null",
         "/dev/urandom", "/var/cache/fontconfig")  # fmt: skip


def build(desk: Path, room: Path) -> None:
    """From now on for ever, in this process."""
    own = tuple(os.path.realpath(path) for path in (desk, room))
    program = {sys.prefix, sys.base_prefix, str(Path(svc.__file__).parents[1]), *(path for path in sys.path if path)}
    readable = (*own, *map(os.path.realpath, program), *_CODE)

    def refuse(event: str, said: object) -> None:
        raise PermissionError(errno.EACCES, f"the service of this desk does not do that ({event})", str(said))

    def within(path: object, folders: tuple[str, ...]) -> bool:
        if path is None or isinstance(path, int):
            return True
        name = os.fsdecode(path)  # type: ignore[arg-type]
        if not name.startswith("/"):  # in the room, or in a folder that is held open
            return not os.path.normpath(name).startswith("..")
        found = os.path.realpath(name)
        return any(found == folder or found.startswith(f"{folder}/") for folder in folders)

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & _WRITING
            if not within(path, (*own, "/dev/null") if writes else readable):
                refuse(event, path)
        elif event == "sqlite3.connect":
            name = str(arguments[0]).removeprefix("file:").partition("?")[0]
            if name not in (":memory:", "") and not within(name, own):
                refuse(event, name)
        elif event in _CHANGING:
            if not all(within(path, own) for path in arguments if isinstance(path, (str, bytes, os.PathLike))):
                refuse(event, arguments[0])
        elif event == "subprocess.Popen":
            if list(arguments[1])[:1] not in [[name] for name in MAY_RUN]:
                refuse(event, arguments[0])
        elif event in _NEVER:
            refuse(event, arguments[:1])

    sys.addaudithook(look)
