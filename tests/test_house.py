"""The house keeps its shape: imports flow one way, no file grows beyond reading, no room knows too much."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_imports_flow_one_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(lint)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_style_and_types() -> None:
    for tool in (["ruff", "check", "."], ["mypy"]):
        done = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_no_file_is_too_long_to_read() -> None:
    long = {p.name: n for p in (ROOT / "svc").rglob("*.py") if (n := p.read_text("utf-8").count("\n")) > 430}
    assert not long, long


def test_nothing_names_what_exists_only_elsewhere() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    foreign = "../" + "shared"
    texts = [p for p in tracked if p.endswith((".py", ".md", ".yaml", ".toml", "run", "Makefile"))]
    assert [p for p in texts if (ROOT / p).exists() and foreign in (ROOT / p).read_text("utf-8", "replace")] == []
