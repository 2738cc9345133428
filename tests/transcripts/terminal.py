"""A real terminal for the tests: a pty with a screen behind it, so that what is seen can be read, cell by cell."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence

import pyte
from wcwidth import wcwidth

ENTER, TAB, BACK, CTRL_C, CTRL_D = "\r", "\t", "\x1b[Z", "\x03", "\x04"


class Terminal:
    """`svc …` running on a terminal of so many columns; `with Terminal(...) as t: t.expect("…"); t.type("…")`."""

    def __init__(
        self,
        words: Sequence[str],
        environ: Mapping[str, str],
        columns: int = 80,
        rows: int = 50,
        program: Sequence[str] = (sys.executable, "-m", "svc"),
        term: str = "xterm-256color",
    ) -> None:
        self.words = list(words)
        self.columns, self.rows = columns, rows
        self.screen = pyte.HistoryScreen(columns, rows, history=5000, ratio=0.5)
        self.screen.write_process_input = self._answer
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.code: int | None = None
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            env = {k: v for k, v in environ.items() if k not in ("COLUMNS", "LINES")} | {"TERM": term}
            os.execve(program[0], [*program, *words], env)
        self.resize(columns, rows)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self._fd)

    def resize(self, columns: int, rows: int) -> None:
        """Another size, as when somebody pulls at the window."""
        self.columns, self.rows = columns, rows
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _answer(self, data: str) -> None:
        os.write(self._fd, data.encode())

    def type(self, text: str) -> None:
        """Type."""
        os.write(self._fd, text.encode())

    def answer(self, question: str, text: str) -> None:
        """Wait for a question, type and press Enter."""
        self.expect(question)
        self.type(text + ENTER)

    def expect(self, text: str, seconds: float = 120) -> None:
        """Wait until something is seen that was not seen before the last time; fails after a while."""
        end = time.monotonic() + seconds
        while text not in self._unread():
            assert self._read(end - time.monotonic()), f"{text!r} was never seen:\n{self.text()}"
        self._seen = self.text().rindex(text) + len(text)

    _seen = 0

    def _unread(self) -> str:
        return self.text()[self._seen :] if self._seen <= len(self.text()) else self.text()

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], max(0.0, seconds))
        try:
            data = os.read(self._fd, 65536) if ready else b""
        except OSError:
            data = b""
        self.raw += data
        self._stream.feed(data)
        return bool(data)

    def end(self, seconds: float = 120) -> int:
        """Wait for the end of the program; its exit code. Fails where it still runs after a while."""
        end = time.monotonic() + seconds
        while self._read(end - time.monotonic()):
            pass
        if time.monotonic() > end:
            raise AssertionError(f"still running:\n{self.text()}")
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._fd)
        return self.code

    def hang_up(self) -> int:
        """Close the terminal under the program; how it ended."""
        os.close(self._fd)
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.code

    def lines(self) -> list[str]:
        """All lines seen, those that have left the screen too; a wide character takes two cells, so it is there once."""
        above = ["".join(row[x].data for x in range(self.columns)) for row in self.screen.history.top]
        return [line.rstrip() for line in (*above, *self.screen.display)]

    def text(self) -> str:
        """The same as one text."""
        return "\n".join(self.lines()).rstrip()


def width(text: str) -> int:
    """How many cells a text takes."""
    return sum(max(0, wcwidth(c)) for c in text)
