"""Suites that cannot fail prove nothing: a dozen mistakes are put into a copy of the source, each must be found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.seeds import SEEDS, Seed
from tests.faults.sizes import tally

pytestmark = pytest.mark.long  # each seed runs a suite of its own

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source with what is compiled of it: made once, one file at a time changed and put back."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("svc", "tests", "data", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".svc"))
    for name in ("pyproject.toml", "rules.yaml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def seeded(copy: Path, seed: Seed) -> Iterator[Path]:
    """The source with one mistake in it, under a date of its own: what was compiled of the file before is not taken for it."""
    source = copy / seed.file
    text, was = source.read_text("utf-8"), source.stat()
    assert text.count(seed.old) == 1, "the seed no longer fits the source"
    source.write_text(text.replace(seed.old, seed.new), "utf-8")
    os.utime(source, (was.st_atime, was.st_mtime + 3600 * (1 + SEEDS.index(seed))))
    yield copy
    source.write_text(text, "utf-8")
    os.utime(source, (was.st_atime, was.st_mtime))


@pytest.mark.parametrize("seed", SEEDS, ids=[seed.name for seed in SEEDS])
def test_the_suite_finds(seed: Seed, seeded: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SVC_FAULTS", "PYTEST", "PYTHONDONTWRITEBYTECODE"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-o", "addopts=", "-x", "-q", "-p", "no:cacheprovider", f"tests/faults/{seed.suite}"],
        cwd=seeded, env={**environ, "PYTHONPATH": str(seeded)}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode == 0 and " skipped" in done.stdout and " passed" not in done.stdout:
        pytest.skip(f"{seed.suite} cannot run here")
    assert done.returncode == 1 and " failed" in done.stdout, (
        f"not found by {seed.suite}:\n{done.stdout[-2000:]}{done.stderr[-500:]}"
    )
    tally("seeded bugs", tried=1, found=1)
