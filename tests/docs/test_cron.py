"""What docs/cron.md says runs: each line of its crontabs, units and scripts, with other folders and no terminal."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs/cron.md"


class Machine:
    """The folders that the page speaks of, and `svc` on the path."""

    def __init__(self, top: Path, desk: Path) -> None:
        self.desk, self.top = desk, top
        for name in ("bin", "backup", "lists"):
            (top / name).mkdir()
        program = top / "bin" / "svc"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m svc "$@"\n')
        program.chmod(0o755)
        (top / "receivers").write_text("# nobody yet\nhttps://svc.invalid/hook\n")
        (top / "lists/customers.csv").write_text("name,phone\nMine,13800000007\n")
        path = f"{top / 'bin'}:{os.environ['PATH']}"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SVC_", "LC_", "LANG", "PYTHONDONT"))}
        self.environ = {**clean, "PATH": path, "SVC_DESK": str(desk), "SVC_STAFF": "S01", "LANG": "C.UTF-8",
                        "XDG_CONFIG_HOME": str(top / "settings"),
                        "PYTHONPATH": str(ROOT)}  # fmt: skip

    def here(self, text: str) -> str:
        for there, ours in (
            ("/opt/svc/bin", self.top / "bin"), ("/srv/desk", self.desk), ("/etc/svc", self.top),
            ("/backup", self.top / "backup"), ("/srv/lists", self.top / "lists"),
        ):  # fmt: skip
            text = text.replace(there, str(ours))
        return text

    def sh(self, line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", self.here(line)], env=self.environ, cwd=self.top, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, encoding="utf-8", timeout=300,
        )  # fmt: skip


@pytest.fixture
def machine(svc: Svc, tmp_path: Path) -> Machine:
    if shutil.which("sh") is None:
        pytest.skip("no sh here")
    return Machine(tmp_path, svc.desk)


def jobs(block: str) -> list[str]:
    """The commands of a crontab, as cron gives them to sh."""
    lines = [line for line in block.splitlines() if line and not line.startswith("#") and not re.match("[A-Z_]+=", line)]
    assert all(len(line.split(None, 5)) == 6 for line in lines)
    return [line.split(None, 5)[5].replace("\\%", "%") for line in lines]


@pytest.mark.parametrize("number", [0, 1])
def test_the_crontab(machine: Machine, number: int) -> None:
    found = jobs(blocks(PAGE, "cron")[number])
    assert len(found) >= 4
    for job in found:
        done = machine.sh(job)
        assert done.returncode == 0, f"{job}\n{done.stderr}"
        quiet = "submit" not in job
        assert (done.stdout == "") == quiet, f"{job}\n{done.stdout}"
        assert "\x1b" not in done.stdout + done.stderr
        assert not quiet or done.stderr == "", f"{job}\n{done.stderr}"
    assert (machine.top / "backup/data").is_dir()


def test_the_crontab_speaks_when_there_is_something(machine: Machine, svc: Svc) -> None:
    verify, check = (next(j for j in jobs(blocks(PAGE, "cron")[0]) if word in j) for word in ("out=$", "--format plain"))
    svc("call log --channel phone --from 13800000001 --kind repair --summary drifts --at 2026-10-05T09:00")
    assert "drifts" in machine.sh(check).stdout
    file = next((svc.desk / "data/calls").glob("*.csv"))
    file.write_bytes(file.read_bytes().replace(b"drifts", b"shifts"))
    told = machine.sh(verify)
    assert f"{file.name}:" in told.stdout and "'drifts' -> 'shifts'" in told.stdout


def test_the_units(machine: Machine) -> None:
    service, timer = (ConfigParser(interpolation=None, strict=True) for _ in range(2))
    for parser in (service, timer):
        parser.optionxform = str  # type: ignore[assignment,method-assign]
    first, second = blocks(PAGE, "ini")
    service.read_string(first)
    timer.read_string(second)
    assert service["Service"]["SuccessExitStatus"] == "1" and timer["Timer"]["OnCalendar"] == "*:0/10"
    assert machine.sh(service["Service"]["ExecStart"]).returncode == 0
    analyze = shutil.which("systemd-analyze")
    if analyze:
        assert subprocess.run([analyze, "calendar", timer["Timer"]["OnCalendar"]], capture_output=True).returncode == 0


def test_the_scripts(machine: Machine) -> None:
    (block,) = blocks(PAGE, "sh")
    done = machine.sh("set -e\n" + block)
    assert done.returncode == 0, done.stderr
    assert "within" in done.stdout and "1 imported  customer 1" in done.stdout
