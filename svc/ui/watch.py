"""A board that stays on the screen: drawn again every so often and when the window changes; `q` leaves.

Whatever goes wrong meanwhile (a lock, a file being written, a desk on a share that is away) is said in the
last line, and the board that was there stays.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator

from svc.errors import BadInput, SvcError
from svc.output.board import NARROW
from svc.output.fold import fold
from svc.text import Text, reason, say

Draw = Callable[[int], list[str]]
"""The lines of the board, for so many columns."""

_ALTERNATE, _USUAL = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"


def watch(draw: Draw, every: int) -> None:
    """Keep a board on the terminal until `q`, Ctrl-C or the end of the terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput(
            Text("--watch needs a terminal", "--watch 需要在终端里使用"),
            Text("for scripts: svc today --json, svc check", "脚本请用：svc today --json、svc check"),
        )
    board: list[str] = []
    with _screen() as changed:
        while True:
            board, trouble = _fresh(draw, board)
            _show(board, trouble, every)
            if _left(every, changed):
                return


def _fresh(draw: Draw, board: list[str]) -> tuple[list[str], str]:
    try:
        return draw(shutil.get_terminal_size().columns), ""
    except SvcError as error:
        return board, say(error.what)
    except OSError as error:
        return board, say(reason(error))


def _show(board: list[str], trouble: str, every: int) -> None:
    size = shutil.get_terminal_size()
    keys = say(Text("r: now   q: leave", "r：立即刷新   q：退出"))
    if size.columns >= NARROW:
        keys = say(Text(f"every {every} s   {keys}", f"每 {every} 秒刷新   {keys}"))
    foot = fold(f"{time.strftime('%H:%M:%S')}   {trouble or keys}", size.columns)[0]
    room = max(1, size.lines - 2)
    shown = board[:room] if len(board) <= room else [*board[: room - 1], say(_more(len(board) - room + 1))]
    body = "\r\n".join(f"{line}\x1b[K" for line in shown)
    with contextlib.suppress(OSError):
        sys.stdout.write(f"\x1b[H{body}\x1b[J\x1b[{size.lines};1H\x1b[7m{foot}\x1b[0m")
        sys.stdout.flush()


def _more(count: int) -> Text:
    return Text(f"… {count} more lines: svc today", f"…… 还有 {count} 行：svc today")


def _left(seconds: int, changed: list[int]) -> bool:
    """Wait until it is time to draw again; whether somebody wants to leave."""
    until = time.monotonic() + seconds
    changed.clear()
    while not changed and (rest := until - time.monotonic()) > 0:
        ready, _, _ = select.select([sys.stdin], [], [], min(rest, 0.25))
        key = os.read(sys.stdin.fileno(), 1) if ready else None
        if key in (b"q", b"Q", b"\x03", b"\x04", b"\x1b", b""):
            return True
        if key in (b"r", b" ", b"\r", b"\n"):
            return False
    return False


@contextlib.contextmanager
def _screen() -> Iterator[list[int]]:
    """The terminal without echo and with a screen of its own; the list fills when the window changes."""
    import termios
    import tty

    changed: list[int] = []
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    old = signal.signal(signal.SIGWINCH, lambda number, frame: changed.append(number))
    try:
        tty.setcbreak(descriptor)
        sys.stdout.write(_ALTERNATE)
        yield changed
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGWINCH, old)
        with contextlib.suppress(OSError, termios.error):
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
            sys.stdout.write(_USUAL)
            sys.stdout.flush()
