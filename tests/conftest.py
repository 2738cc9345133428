"""What the tests share: a desk of their own and the real command line to work on it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

from tests import forks
from tests.postgres.fixtures import on_server, pg_empty, pg_template, pg_url, postgres  # noqa: F401

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # what a machine has time for says nothing about what is tested


MEMORY, ROOM = "/dev/shm", 2 << 30


def _in_memory(folder: str = MEMORY) -> bool:
    """Whether the tests' files can be kept in memory: room enough, and programs in it may run."""
    try:
        there = os.statvfs(folder)
    except OSError:
        return False
    return there.f_bavail * there.f_frsize >= ROOM and not there.f_flag & (os.ST_NOEXEC | os.ST_RDONLY) and os.access(folder, os.W_OK)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' desks in memory where there is room: every entry is made safe on the disk, and they make thousands."""
    if "TMPDIR" not in os.environ and not config.option.basetemp and _in_memory():
        os.environ["TMPDIR"] = tempfile.tempdir = MEMORY


def today() -> date:
    """The day that it is at the tests' desks, wherever the machine is: what is typed without `--at` is of it."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def this_month(text: str) -> str:
    """A text with ids as they are given today: written for November 2026 (`C2611-0001`), their month is the clock's."""
    return re.sub("(?<=[A-Z])2611-", f"{today():%y%m}-", text)


class Result(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def id(self) -> str:
        """The first word of the first line: the new entry's id."""
        return self.out.split()[0]

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Svc:
    """`svc` on one desk: `svc("call list --month 2026-10")`. A child of the fork server (`tests/forks.py`) runs it.

    `fresh`: a process of its own runs it, for tests of the start itself.
    """

    def __init__(self, desk: Path, fresh: bool = False, **environ: str) -> None:
        self.desk = desk
        self.fresh = fresh
        # compiled modules are kept, as on any installation: hundreds of commands are started here
        foreign = ("SVC_", "LC_", "LANG", "PYTHONDONTWRITEBYTECODE")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        self.environ = {**clean, "LANG": "C.UTF-8", "SVC_DESK": str(desk), "XDG_CONFIG_HOME": str(desk.parent / "settings"), **environ}

    def run(self, *arguments: str, stdin: str | None = None, **environ: str) -> Result:
        """Run with these arguments, whatever comes of it."""
        done = forks.run(
            arguments,
            {**self.environ, **environ},
            cwd=self.desk if self.desk.is_dir() else None,
            given=(stdin or "").encode("utf-8", "surrogateescape"),
            fresh=self.fresh,
        )
        out, err = _text(done.stdout), _text(done.stderr)
        assert "Traceback" not in err, err
        return Result(done.returncode, out, err)

    def __call__(self, line: str, code: int = 0) -> Result:
        """Run a line as typed; it must end with `code`."""
        result = self.run(*shlex.split(line))
        assert result.code == code, f"svc {line}\nexit {result.code}\n{result.out}{result.err}"
        return result

    def audit(self, month: str, as_of: str = "2026-11-20T12:00") -> Any:
        """The figures of a month."""
        return self(f"audit month {month} --json --as-of {as_of}").json


def _text(written: bytes) -> str:
    """What was written, as a text file is read."""
    return written.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file under a folder, without what a desk keeps for itself."""
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and ".svc" not in p.parts}


_LIVED: dict[object, tempfile.TemporaryDirectory[str]] = {}


def lived(svc: Svc, story: Callable[[Svc], object]) -> Svc:
    """The desk after a story, which is lived once on a desk like this one and copied for every other that has it.

    What a test begins with goes here; what it asks about, it does itself.
    """
    like = hashlib.sha256()
    for path, data in sorted(contents(svc.desk).items()):
        like.update(b"%b\0%d\0%b" % (bytes(path.relative_to(svc.desk)), len(data), data))
    key = story, like.digest(), svc.environ.get("SVC_STAFF")
    if key in _LIVED:
        shutil.copytree(Path(_LIVED[key].name) / "desk", svc.desk, dirs_exist_ok=True)
    else:
        story(svc)
        _LIVED[key] = tempfile.TemporaryDirectory(prefix="lived-")
        shutil.copytree(svc.desk, Path(_LIVED[key].name) / "desk")
    return svc


DEPARTMENT = """
staff add --name Tech --role technician
staff add --name Other --role technician
staff add --name Clerk --role clerk
staff add --name Gm --role gm
customer add --name Works --phone 138-0000-0001
machine add --serial SN-1 --product LX200 --customer CU0001 --sold 2026-01-10 --warranty-until 2027-01-09
"""


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with nothing but its head S01, made once and copied."""
    desk = tmp_path_factory.mktemp("founded") / "desk"
    result = Svc(desk).run("init", str(desk), "--name", "Head", "--id", "S01")
    assert result.code == 0, result.err
    return desk


@pytest.fixture(scope="session")
def staffed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a small department, made once and copied."""
    desk = tmp_path_factory.mktemp("staffed") / "desk"
    shutil.copytree(founded, desk)
    for line in DEPARTMENT.strip().split("\n"):
        Svc(desk)(line)
    return desk


@pytest.fixture
def svc(staffed: Path, tmp_path: Path) -> Svc:
    """A fresh desk with a small department: head S01, technicians S02 S03, clerk S04, gm S05, one machine."""
    return Svc(shutil.copytree(staffed, tmp_path / "desk"))


@pytest.fixture
def bare(founded: Path, tmp_path: Path) -> Svc:
    """A fresh desk with nothing but its head."""
    return Svc(shutil.copytree(founded, tmp_path / "desk"))
