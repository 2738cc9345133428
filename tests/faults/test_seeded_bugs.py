"""Suites that cannot fail prove nothing: a dozen mistakes are put into a copy of the source, each must be found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.seeds import SEEDS, Seed
from tests.faults.sizes import tally

pytestmark = pytest.mark.long  # each seed runs a suite of its own

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("seed", SEEDS, ids=[seed.name for seed in SEEDS])
def test_the_suite_finds(seed: Seed, tmp_path: Path) -> None:
    for folder in ("svc", "tests", "data", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", ".svc"))
    for file in ("pyproject.toml", "rules.yaml"):
        shutil.copy(ROOT / file, tmp_path / file)
    source = tmp_path / seed.file
    text = source.read_text("utf-8")
    assert text.count(seed.old) == 1, "the seed no longer fits the source"
    source.write_text(text.replace(seed.old, seed.new), "utf-8")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SVC_FAULTS", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-o", "addopts=", "-x", "-q", "-p", "no:cacheprovider", f"tests/faults/{seed.suite}"],
        cwd=tmp_path, env={**environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode == 0 and " skipped" in done.stdout and " passed" not in done.stdout:
        pytest.skip(f"{seed.suite} cannot run here")
    assert done.returncode == 1 and " failed" in done.stdout, (
        f"not found by {seed.suite}:\n{done.stdout[-2000:]}{done.stderr[-500:]}"
    )
    tally("seeded bugs", tried=1, found=1)
