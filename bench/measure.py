"""Measuring whole commands side by side: CPU and wall time, bytes read, memory; medians of rounds that alternate."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

STARTER = """
import os, sys, time
files = (sys.argv[1], os.O_RDONLY), (os.devnull, os.O_WRONLY), (os.devnull, os.O_WRONLY)
silent = [(os.POSIX_SPAWN_OPEN, n, file, mode, 0) for n, (file, mode) in enumerate(files)]
started = time.perf_counter()
process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=silent)
_, status, used = os.wait4(process, 0)
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, time.perf_counter() - started, used.ru_maxrss)
"""
"""Starts what is measured. A small process of its own: the peak memory of a process begins with that of its starter."""


class Cost(NamedTuple):
    """What one run cost: seconds of CPU (user and system), seconds by the clock, peak memory in MB."""

    cpu: float
    wall: float
    memory: float


class Subject(NamedTuple):
    """A command to measure; `before` puts things as they must be before each run and is not counted.

    `typed` is a file that it reads as its input. One that ends with another code than `codes` was not measured: what
    refuses to work is quick.
    """

    command: Sequence[str]
    environ: Mapping[str, str] = {}
    before: Callable[[], None] | None = None
    folder: str | None = None
    typed: str = os.devnull
    codes: tuple[int, ...] = (0,)


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """What a user's shell has: compiled modules are kept, nothing of ours is set."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SVC_", "PYTHONDONTWRITE"))}
    return {**kept, "LANG": "C.UTF-8", **more}


def once(subject: Subject) -> Cost:
    """Run a command; what it cost, its children included."""
    if subject.before:
        subject.before()
    executable = shutil.which(subject.command[0]) or subject.command[0]
    started = [sys.executable, "-I", "-S", "-c", STARTER, subject.typed, executable, *subject.command[1:]]
    done = subprocess.run(started, env=environment(subject.environ), cwd=subject.folder, capture_output=True, text=True, check=True)
    code, cpu, wall, memory = map(float, done.stdout.split())
    if code not in subject.codes:
        raise RuntimeError(f"exit code {code:.0f} of {' '.join(subject.command)}")
    return Cost(cpu, wall, memory / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def side_by_side(subjects: Mapping[str, Subject], rounds: int, warm: int = 1) -> dict[str, Cost]:
    """The median cost of each, every round running each once, so that a noisy machine is noisy for all."""
    runs: dict[str, list[Cost]] = {name: [] for name in subjects}
    for n in range(rounds + warm):
        for name, subject in subjects.items():
            cost = once(subject)
            if n >= warm:
                runs[name].append(cost)
    return {
        name: Cost(*(statistics.median(column) for column in zip(*costs, strict=True))) for name, costs in runs.items()
    }


def instructions(subject: Subject) -> float | None:
    """Millions of instructions that a command takes, by callgrind: the same on a busy machine. None without it."""
    if not shutil.which("valgrind"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        out, log = f"{folder}/out", f"{folder}/log"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", f"--log-file={log}", *subject.command]
        once(subject._replace(command=command))
        found = [line for line in Path(log).read_text().splitlines() if "Collected" in line]
    return int(found[-1].split(":")[1].split()[0]) / 1e6 if found else None
