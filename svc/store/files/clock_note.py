"""Did somebody set the clock forward? The system counts the seconds since it was started, whatever the clock says.

Clock less running time is one moment, as long as nobody sets the clock: it is noted beside the index at the first
recording after a start. A desk at which nothing happens for weeks keeps it; only a clock that was set moves it.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from pathlib import Path

from svc.store.files.plain import give_to_owner_of

_UPTIME, _BOOT = Path("/proc/uptime"), Path("/proc/sys/kernel/random/boot_id")
NOTE = ".svc/clock"
SMALL = timedelta(days=1)
"""So far a clock may be set right without anybody being asked."""


def set_forward(data: Path, now: datetime, sure: bool) -> timedelta | None:
    """By how much the clock was set forward since it was noted; None where by a day at most, or where nobody can know.

    What is not known yet, or believed (`sure`), is noted. A clock that went back and returns was set forward to nothing new.
    """
    started = _started(now)
    if started is None:
        return None
    boot, moment = started
    path = data / NOTE
    try:
        noted, _, seconds = path.read_text("ascii").partition(" ")
        by = timedelta(seconds=moment - int(seconds)) if noted == boot else None
    except (OSError, ValueError):
        by = None
    if by is not None and by > SMALL and not sure:
        return by
    if by is None or by > SMALL:
        with contextlib.suppress(OSError):  # a full disk, a desk without `.svc`: nothing is known then
            path.write_text(f"{boot} {moment}", "ascii")
            path.chmod(0o600)
            give_to_owner_of(path.parent, path)
    return None


def _started(now: datetime) -> tuple[str, int] | None:
    """Which start of the system this is, and when it was by the clock of now; None where the system does not tell."""
    try:
        running = float(_UPTIME.read_bytes().split()[0])
        return _BOOT.read_text("ascii").strip(), int(now.timestamp() - running)
    except (OSError, ValueError, IndexError):
        return None
