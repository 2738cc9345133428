"""docs/verify_ledger.py, written from docs/ledger-format.md alone, agrees with `svc` about whole and damaged desks."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from svc.store.files.ledger import FileLedger
from svc.store.rows import chain

from .helpers import DAY, NOW, call, places, put

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs/verify_ledger.py"


def independent(desk: Path) -> tuple[int, list[str]]:
    """What the independent verifier finds: exit code and places."""
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), str(desk)], capture_output=True, text=True, cwd="/")
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, [":".join(line.split(":")[:2]) for line in done.stdout.split("\n") if ":" in line]


def test_it_shares_nothing_with_svc_and_is_short() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    modules = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    modules |= {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert modules <= set(sys.stdlib_module_names)
    written = [line for line in SCRIPT.read_text("utf-8").split("\n") if line.strip()]
    assert len(written) < 100 and max(map(len, written)) <= 150, "it is to be read in one sitting"


def test_the_shipped_desk_is_right() -> None:
    assert independent(ROOT) == (0, [])


def test_odd_texts_are_rows(desk: FileLedger) -> None:
    put(
        desk,
        call(5, "007"),
        call(6, "'=1+1"),
        call(7, '  两格\\n, "x"\n'),
        call(8, "a\u2028b\x0bc"),
        now=NOW + 10 * DAY,
    )
    assert independent(desk.data.parent) == (0, [])


@pytest.mark.parametrize("seed", range(6))
def test_a_changed_byte_is_found_by_both_in_the_same_place(desk: FileLedger, seed: int) -> None:
    found = 0
    for name in ("calls/2026-11.csv", "reports/2026-12.yaml"):
        path = desk.data / name
        whole = path.read_bytes()
        start = whole.find(b"\n") if name.endswith("csv") else 0  # the names of the columns are not hashed
        for at in range(start + seed * 17, len(whole), 113):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << (at + seed) % 8]) + whole[at + 1 :])
            code, theirs = independent(desk.data.parent)
            ours = places(desk)
            assert code == 1 and theirs[0].partition(":")[0] == name and ours[0].partition(":")[0] == name, (
                at,
                theirs,
                ours,
            )
            if name.endswith("csv"):
                assert abs(int(theirs[0].split(":")[1]) - int(ours[0].split(":")[1])) <= 1
            found += 1
        path.write_bytes(whole)
    assert found >= 6


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: (data / "calls/2026-11.csv").unlink(),
        lambda data: (data / "calls/2026-12.csv").write_bytes((data / "calls/2026-12.csv").read_bytes()[:-7]),
        lambda data: (data / "calls/2026-12.csv").rename(data / "calls/2027-01.csv"),
        lambda data: (data / "desk.yaml").write_text('format: "svc-desk/1"\nledger: "d9"\n'),
        lambda data: (data / "conduct/2026-11.csv").write_bytes(b""),
    ],
)
def test_other_damage(desk: FileLedger, spoil: object) -> None:
    spoil(desk.data)  # type: ignore[operator]
    code, theirs = independent(desk.data.parent)
    assert (code, bool(theirs)) == (1, True) or not places(FileLedger(desk.data))


def test_the_example_of_the_page(tmp_path: Path) -> None:
    page = (ROOT / "docs/ledger-format.md").read_text("utf-8")
    assert chain.VERSION.decode() in page and "svc-desk/1" in page
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns(".svc"))
    file = next((tmp_path / "data/calls").iterdir())
    os.truncate(file, file.stat().st_size - 400)
    assert independent(tmp_path)[0] == 1
