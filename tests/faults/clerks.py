"""Running the clerk of `clerk.py` under some fault, and asking afterwards whether all is well."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from svc.store.files.disk_fault import suspects
from svc.store.files.ledger import FileLedger
from svc.store.files.repair import carry_out, plan
from svc.store.files.verify import NO_NEWLINE, TORN, problems
from tests.store.helpers import DAY, NOW, call, small_desk

MISSED = "Python itself was struck, while it looked for a module: its calls are not always as many as when they were counted"
IN_PYTHON = re.compile(r"(?m)^(?:ModuleNotFoundError|ImportError): ")

CLERK = (sys.executable, "-m", "tests.faults.clerk")


class Answer(NamedTuple):
    """What a clerk did: exit code (negative for a signal), the ids that he was told are recorded, his complaint."""

    code: int
    told: tuple[str, ...]
    complaint: str


def run(
    data: Path, *arguments: object, under: Sequence[str] = (), limit: Callable[[], None] | None = None, **environ: str
) -> Answer:
    """Let a clerk append to the desk at `data`."""
    import os

    done = subprocess.run(
        [*under, *CLERK, str(data), *map(str, arguments)],
        capture_output=True,
        text=True,
        preexec_fn=limit,
        env={**os.environ, "PYTHONHASHSEED": "0", **environ},
    )
    if under and IN_PYTHON.search(done.stderr):
        return Answer(done.returncode, (), MISSED)
    assert "Traceback" not in done.stderr, done.stderr
    return Answer(done.returncode, tuple(line.split(" ")[0] for line in done.stdout.split("\n")[:-1]), done.stderr)


def fresh(template: Path, folder: Path) -> Path:
    """A copy of a desk to do harm to."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    return folder


def made(folder: Path) -> Path:
    """A small desk; its data folder."""
    ledger = small_desk(folder)
    with ledger.lock():
        pass
    return ledger.data


def stored(data: Path) -> list[str]:
    """The ids of all that stands there, in order."""
    ledger = FileLedger(data)
    return [one.entry.id for noun in ("call", "report") for one in ledger.read(noun)]


def check(data: Path, before: Sequence[str], answer: Answer, asked: Mapping[str, object] | Sequence[str] = ()) -> None:
    """What was told is there once, nothing old is gone, nothing is there that nobody asked for; the desk goes on."""
    seen = stored(data)
    ledger = FileLedger(data)
    with ledger.lock():
        if suspects(data):
            list(carry_out(ledger, plan(ledger), data / ".svc/aside/now"))
        ledger.append([call(9999)], NOW + 12 * DAY)
    found = stored(data)
    new = [id for id in found if id not in before and id != "C2611-9999"]
    assert set(answer.told) <= set(seen) & set(found), f"lost: {set(answer.told) - set(found)}"
    assert len(set(new)) == len(new) and set(new) <= set(asked) | set(answer.told), f"unasked or twice: {new}"
    assert [id for id in found if id in before] == list(before), "an old entry is lost"
    assert {p.what for p in problems(ledger)} <= {TORN, NO_NEWLINE}
