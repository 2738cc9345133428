"""`svc` started by a fork: a process that has imported everything once, and forks a child for each command line.

A start of Python with `svc` is a fifth of a second, and the tests make thousands. The server (this file, run as a script)
belongs to one pytest process and ends with it. A child gets the arguments, the whole environment, the folder, the umask
and the three files of the one command, and runs `python -m svc` from its first line: what it answers is what a process
of its own answers (`tests/cli/test_forks.py` holds the one against the other).

What is fixed when Python or a module starts is the same for all children of a server, so there is a server for each
locale and language of `svc`, and none for any other change of the variables that decide it (`FIXED`): such a command
line is a process of its own. So are the first few in each locale, and all where there is no `fork` or `pidfd`.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[0] = str(ROOT)

from svc import text  # noqa: E402

LOCALE = ("LANG", "LC_")
FIXED = ("PYTHON", "MPL", "OPENBLAS_", "LD_", "TYPER_", "_TYPER_", "PSYCOPG_", "PYPINYIN_", "WCWIDTH_", "PY_SAX_")
"""How the variables begin that Python or a module reads while it starts."""
WORTH = 6
"""So many processes of their own cost as much as a server."""

OTHERS = (
    "yaml", "tabulate", "sqlite3", "rich.table", "rich.console", "dateutil.parser", "prompt_toolkit", "chinese_calendar",
    "jinja2", "python_calamine", "zoneinfo", "xlsxwriter", "fontTools.ttLib", "icalendar", "psycopg",
    "pypinyin", "encodings.ascii", "encodings.gb18030", "typer._click.decorators",
)  # fmt: skip
"""What commands import when they need it. Nothing that starts threads: they do not live on in a fork."""
DRAWING = ("matplotlib.figure", "matplotlib.font_manager", "matplotlib.ticker", "matplotlib.backends.backend_svg", "fontTools.subset")
"""What pages and paper are drawn with: imported once somebody asks for some."""

Words = Sequence[str | bytes]


# ---- what a test calls ---------------------------------------------------------------------------------------------


def run(
    words: Words,
    environ: Mapping[str, str],
    cwd: str | os.PathLike[str] | None = None,
    given: bytes = b"",
    timeout: float = 300,
    fresh: bool = False,
    module: str = "svc",
) -> subprocess.CompletedProcess[bytes]:
    """Run `svc` (or another module) with these words, in this environment and no other.

    `fresh`: as a process of its own, whatever it costs.
    """
    server = None if fresh else _server(words, environ)
    if server is None:
        command = [sys.executable, "-m", module, *words]
        return subprocess.run(command, env=environ, cwd=cwd, input=given, capture_output=True, timeout=timeout)
    return server.run(module, words, environ, os.fspath(cwd or Path.cwd()), given, timeout)


Key = tuple[str, tuple[tuple[str, str], ...]]
_servers: dict[Key, Server] = {}
_met: Counter[Key] = Counter()
_lock = threading.Lock()


def _server(words: Words, environ: Mapping[str, str]) -> Server | None:
    if not (hasattr(os, "fork") and hasattr(os, "pidfd_open")) or _fixed(environ) != _fixed(os.environ):
        return None
    language = _language(words, environ)
    key = (language, tuple(sorted((k, v) for k, v in environ.items() if k.startswith(LOCALE))))
    with _lock:
        _met[key] += 1
        if _met[key] > WORTH and key not in _servers:
            _servers[key] = Server(language, environ)
        return _servers.get(key)


def _language(words: Words, environ: Mapping[str, str]) -> str:
    """The language that is most likely meant: what `svc` finds in the end is asked in the child (`speak_as_loaded`)."""
    asked = next((words[n + 1] for n, word in enumerate(words[:-1]) if word == "--lang"), None)
    if asked in ("zh", "en"):
        return str(asked)
    return text.from_environment(dict(environ))


def _fixed(environ: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in environ.items() if k.startswith(FIXED) and k != "PYTHONDONTWRITEBYTECODE"}


class Server:
    """The process that forks, as its clients see it."""

    def __init__(self, language: str, environ: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno()), language],
            env=environ, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()

    def run(
        self, module: str, words: Words, environ: Mapping[str, str], cwd: str, given: bytes, timeout: float
    ) -> subprocess.CompletedProcess[bytes]:
        """As `subprocess.run` with everything captured."""
        line = [os.fsdecode(word) for word in words]
        asked = {"module": module, "words": line, "environ": dict(environ), "cwd": cwd, "umask": _umask()}
        pipes = [os.pipe() for _ in range(4)]
        (stdin, write), (out, stdout), (err, stderr), (told, tell) = pipes
        theirs, ours = (stdin, stdout, stderr, tell), (write, out, err, told)
        try:
            body = json.dumps(asked).encode()
            with self._lock:
                socket.send_fds(self._socket, [len(body).to_bytes(4, "big")], theirs)
                self._socket.sendall(body)
        except BaseException:
            for descriptor in ours:
                os.close(descriptor)
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        read = _exchange(write, given, (out, err, told), timeout)
        numbers = read[told].split()
        if len(numbers) < 2:
            if numbers:  # it runs, and the time is over
                os.kill(int(numbers[0]), signal.SIGKILL)
                raise subprocess.TimeoutExpired([module, *words], timeout, read[out], read[err])
            raise RuntimeError(f"the fork server has ended ({self.process.wait(10)}): what it said is on stderr")
        return subprocess.CompletedProcess([module, *words], int(numbers[1]), read[out], read[err])


def _umask() -> int:
    """The umask, without setting it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("\nUmask:")[2].split(maxsplit=1)[0], 8)


def _exchange(write: int, given: bytes, sources: Sequence[int], timeout: float) -> dict[int, bytes]:
    """Write to one pipe and read others to their ends, or until the time is over; all are closed then."""
    read = dict.fromkeys(sources, b"")
    end = time.monotonic() + timeout
    with selectors.DefaultSelector() as waiting:
        os.set_blocking(write, False)
        waiting.register(write, selectors.EVENT_WRITE)
        for source in sources:
            waiting.register(source, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select(max(0.0, end - time.monotonic())):
                if key.fd == write:
                    given = given[_written(write, given) :]
                    if given:
                        continue
                else:
                    piece = os.read(key.fd, 65536)
                    read[key.fd] += piece
                    if piece:
                        continue
                waiting.unregister(key.fd)
                os.close(key.fd)
            if time.monotonic() > end:
                for descriptor in list(waiting.get_map()):
                    os.close(int(descriptor))
                break
    return read


def _written(descriptor: int, given: bytes) -> int:
    """How much of it is written; all of it where nobody reads any more."""
    try:
        return os.write(descriptor, given[:65536]) if given else 0
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(given)


# ---- the server ----------------------------------------------------------------------------------------------------


class Asked:
    """A command line that came in: what is asked, and the files that came with it."""

    def __init__(self, control: socket.socket) -> None:
        head, self.files, _, _ = socket.recv_fds(control, 4, 4)
        if len(head) < 4:
            raise EOFError
        left, body = int.from_bytes(head, "big"), b""
        while len(body) < left:
            body += control.recv(left - len(body))
        asked = json.loads(body)
        self.module: str = asked["module"]
        self.words: list[str] = asked["words"]
        self.environ: dict[str, str] = asked["environ"]
        self.cwd: str = asked["cwd"]
        self.umask: int = asked["umask"]


class Known:
    """Rules files that several command lines read: made into rules here, once, and not in each child.

    A file is known by its bytes, and a child still reads them: what it does not find here it makes itself.
    """

    def __init__(self) -> None:
        self._met: set[bytes] = set()
        self._read: Callable[[str, bytes], object] | None = None

    def begin(self) -> None:
        """Before anything has imported the function by its name."""
        from svc.rules import file

        self._read = file.load = functools.lru_cache(64)(file.load)

    def meet(self, asked: Asked) -> None:
        """Know the rules of a desk that is asked about, from the second command line on."""
        try:
            data = Path(asked.cwd, asked.environ.get("SVC_DESK", ""), "rules.yaml").read_bytes()
        except (OSError, ValueError):
            return
        if data in self._met and self._read:
            with contextlib.suppress(Exception):  # the child says what is wrong with them
                self._read("rules.yaml", data)
        self._met.add(data)


KNOWN = Known()


def load(language: str) -> None:
    """Import all of `svc`, in a language, and what its commands import when they need it."""
    import pkgutil
    from importlib import import_module

    import svc

    text.use(language)
    KNOWN.begin()
    for module in pkgutil.walk_packages(svc.__path__, "svc."):
        if module.name != "svc.__main__":
            with contextlib.suppress(ImportError):
                import_module(module.name)
    read_signatures()
    load_more(OTHERS)


def load_more(names: Sequence[str]) -> None:
    """Import these too, and leave all that is there to the children as it is."""
    import gc
    from importlib import import_module

    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # or numpy starts threads
    for name in names:
        with contextlib.suppress(ImportError):
            import_module(name)
    gc.collect()
    gc.freeze()
    share_pages()


@functools.cache
def read_signatures() -> None:
    """Let Typer read each function's signature once, in a language: a third of what a small command costs is this reading."""
    from importlib import import_module

    from svc import commands

    main: Any = import_module("typer.main")
    reading = main.get_params_from_function
    kept = functools.cache(lambda function, language: reading(function))
    main.get_params_from_function = lambda function: kept(function, text.language())
    groups: list[Any] = [commands.load(noun) for noun in commands.NOUNS]
    while groups:
        group = groups.pop()
        if hasattr(group, "list_commands"):
            groups += [group.get_command(None, verb) for verb in group.list_commands(None)]


def share_pages() -> None:
    """Have the kernel keep what was loaded in few large pages: a fork copies a table with a line for each page."""
    import ctypes

    large, (hugepage, collapse) = 2 << 20, (14, 25)  # of Linux's madvise; where it knows neither, nothing changes
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in Path("/proc/self/maps").read_text().splitlines():
        ends, rights, *_, inode = line.split()[:5]
        first, last = (int(end, 16) // large for end in ends.split("-"))
        if rights.startswith("rw") and inode == "0" and last > first + 1:
            start, length = (first + 1) * large, (last - first - 1) * large
            for advice in (hugepage, collapse):
                advise(start, length, advice)


def serve(control: socket.socket) -> Asked:
    """Fork a child for each command line and tell how it ends; in a child, return what it is to run."""
    running: dict[int, tuple[int, int]] = {}
    drawing = False
    with selectors.DefaultSelector() as waiting:
        waiting.register(control, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is not control:
                    waiting.unregister(key.fd)
                    os.close(key.fd)
                    child, tell = running.pop(key.fd)
                    _tell(tell, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
                    os.close(tell)
                    continue
                try:
                    asked = Asked(control)
                except (EOFError, OSError):
                    os._exit(0)  # whoever asked is gone
                KNOWN.meet(asked)
                if not drawing and any(word.endswith((".html", ".pdf")) for word in asked.words):
                    drawing = True
                    load_more(DRAWING)
                child = os.fork()
                if child == 0:
                    return asked
                *files, tell = asked.files
                for descriptor in files:
                    os.close(descriptor)
                _tell(tell, child)
                number = os.pidfd_open(child)
                running[number] = child, tell
                waiting.register(number, selectors.EVENT_READ)


def _tell(tell: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(tell, f"{number}\n".encode())


def become(asked: Asked) -> None:
    """Be the process that was asked for: its files, environment, folder, umask and streams."""
    for number, descriptor in enumerate(asked.files[:3]):
        os.dup2(descriptor, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    coerced = os.environ.get("LC_CTYPE")  # Python sets it in a locale that knows ASCII only
    os.environ.clear()
    os.environ.update(({"LC_CTYPE": coerced} if coerced else {}) | asked.environ)
    time.tzset()
    os.umask(asked.umask)
    os.chdir(asked.cwd)
    sys.argv = [asked.module, *asked.words]
    sys.path[0] = asked.cwd
    sys.stdin = sys.__stdin__ = _stream(0, sys.stdin)  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _stream(1, sys.stdout)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, sys.stderr)  # type: ignore[misc]


def _stream(number: int, like: Any) -> Any:
    """A stream as Python makes it when it starts (`create_stdio` in its pylifecycle.c)."""
    raw = io.FileIO(number, "w" if number else "r", closefd=False)
    raw.name = like.name
    at_once = like.write_through  # PYTHONUNBUFFERED
    buffer: Any = io.BufferedReader(raw) if number == 0 else raw if at_once else io.BufferedWriter(raw)
    lines = not at_once and (number == 2 or raw.isatty())
    made = io.TextIOWrapper(buffer, like.encoding, like.errors, "\n", lines, write_through=at_once)
    made.mode = like.mode  # type: ignore[misc]
    return made


def speak_as_loaded() -> None:
    """Help texts were made in one language; a command line that turns out to ask for the other starts from nothing."""
    loaded, use = text.language(), text.use

    def choose(language: str) -> None:
        text.use = use
        if language != loaded:
            os.execv(sys.executable, [sys.executable, "-m", "svc", *sys.argv[1:]])
        use(language)

    text.use = choose


if __name__ == "__main__":
    import runpy

    control = socket.socket(fileno=int(sys.argv[1]))
    load(sys.argv[2])
    try:
        asked = serve(control)
    except KeyboardInterrupt:
        os._exit(130)
    control.detach()
    become(asked)
    speak_as_loaded()
    runpy.run_module(asked.module, run_name="__main__", alter_sys=True)
