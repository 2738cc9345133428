"""The desks of examples/ are made as their scripts say; what is given to others to install holds what the program needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import Svc
from tests.postgres.fixtures import sql

ROOT = Path(__file__).parents[2]


def run(script: str, *arguments: str, **environ: str) -> str:
    """What a script of examples/desks prints, with `svc` of this tree on the PATH."""
    foreign = ("SVC_", "LC_", "LANG")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    done = subprocess.run(
        ["sh", str(ROOT / "examples/desks" / script), *arguments],
        env={**clean, "LANG": "C.UTF-8", "TZ": "Asia/Shanghai", **environ}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH whose first `svc` is this tree's."""
    command = tmp_path / "bin" / "svc"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m svc "$@"\n')
    command.chmod(0o755)
    return f"{command.parent}:{os.environ['PATH']}"


@pytest.mark.long
@pytest.mark.parametrize("script", ["shop.sh", "department.sh"])
def test_a_desk_of_files(tmp_path: Path, path: str, script: str) -> None:
    run(script, str(tmp_path / "desk"), PATH=path, XDG_CONFIG_HOME=str(tmp_path))
    svc = Svc(tmp_path / "desk")
    svc("ledger verify")
    assert svc("rules check").code == 0 and svc("customer list --json").json


@pytest.mark.long
def test_a_desk_on_a_server(tmp_path: Path, path: str, pg_empty: str) -> None:
    sql(pg_empty, "drop role if exists examplelogin", "create role examplelogin login")
    said = run("company.sh", pg_empty, "examplelogin", PATH=path, XDG_CACHE_HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    assert "-BJ0001" in said


def test_the_workflow_runs_commands_that_there_are(svc: Svc) -> None:
    steps = yaml.safe_load((ROOT / "examples/workflow.yml").read_text())["jobs"]["desk"]["steps"]
    for line in (step["run"] for step in steps if step.get("run", "").startswith("svc ")):
        assert svc.run(*line.split(">")[0].split("||")[0].split()[1:]).code in (0, 1), line


@pytest.mark.long
def test_a_wheel_holds_what_the_program_needs(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    if subprocess.run([*pip, "--version"], capture_output=True).returncode:
        pip = ["pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(tmp_path), str(ROOT)], check=True, capture_output=True)
    wheel = next(tmp_path.glob("svc_desk-*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", str(tmp_path / "site"), str(wheel)], check=True, capture_output=True)
    here = {p.relative_to(ROOT / "svc") for p in (ROOT / "svc").rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    there = {p.relative_to(tmp_path / "site/svc") for p in (tmp_path / "site/svc").rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert there == here
    done = subprocess.run(
        [sys.executable, "-m", "svc", "init", str(tmp_path / "desk"), "--name", "Zhen Yifan"],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site"), "XDG_CONFIG_HOME": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.long
def test_the_container_is_built_where_there_is_an_engine() -> None:
    try:
        engine = subprocess.run(["docker", "info"], capture_output=True)
    except FileNotFoundError:
        pytest.skip("no docker on this machine")
    if engine.returncode:
        pytest.skip("no docker engine runs on this machine")
    subprocess.run(["docker", "build", "-q", "-t", "svc-desk-tried", str(ROOT)], check=True)
    shown = subprocess.run(["docker", "run", "--rm", "svc-desk-tried", "--version"], check=True, capture_output=True, text=True)
    assert shown.stdout.startswith("svc ")
