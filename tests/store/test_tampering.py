"""What is found of tampering: each edit with the index there, with the index gone, and with a head that somebody kept elsewhere.

The table in docs/reliability.md is what this gives, good or bad: a cell that changes fails.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from svc.store.files.ledger import FileLedger
from svc.store.rows import chain, codec
from tests.conftest import Svc, this_month

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGUN = """
audit submit 2026-09 --unsigned
call log --channel phone --from CU0001 --kind repair --machine SN-1 --summary drifts --at 2026-10-05T09:00
call log --channel phone --from CU0001 --kind consult --summary asks --at 2026-10-05T10:00
call reply C2611-0001 --text soon --at 2026-10-05T11:00
visit dispatch --call C2611-0001 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T12:00
visit arrive V2611-0001 --at 2026-10-06T11:00
rules set late_arrival 200 --from 2026-10-01 --basis minutes
staff edit S02 --role clerk
"""


@pytest.fixture(scope="module")
def kept(staffed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A desk at work, and the head that somebody kept."""
    svc = Svc(shutil.copytree(staffed, tmp_path_factory.mktemp("tampering") / "desk"))
    for line in BEGUN.strip().split("\n"):
        svc(this_month(line))
    return svc.desk, svc("ledger head").out.strip()


def calls(desk: Path) -> Path:
    return next((desk / "data/calls").glob("*.csv"))


def replaced(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


def rebuilt(desk: Path, file: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """A file changed by somebody who makes every hash anew."""
    id, name = FileLedger(desk / "data").id, f"{file.parent.name}/{file.name}"
    head, *rows = file.read_bytes().splitlines(keepends=True)
    previous, whole = chain.GENESIS, head
    for row in change([row.rpartition(b",")[0] for row in rows]):
        previous = chain.link(id, name, previous, row)
        whole += codec.finish("call", row, previous)
    file.write_bytes(whole)


def in_index(desk: Path) -> None:
    import sqlite3

    with sqlite3.connect(desk / "data/.svc/index.sqlite") as db:
        db.execute("update entry set due = due + 9999 where noun = 'visit'")


def cut(desk: Path) -> None:
    file = calls(desk)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))


def unsealed(desk: Path) -> None:
    for path in (desk / "data/seals").glob("2026-09*"):
        path.unlink()


def shortened(desk: Path) -> None:
    lines = calls(desk).read_bytes().splitlines(keepends=True)
    calls(desk).write_bytes(b"".join([*lines[:2], *lines[3:]]))


def floated(rows: list[bytes]) -> list[bytes]:
    return [row.replace(b"drifts", b"floats") for row in rows]


def in_staff(desk: Path) -> None:
    replaced(desk / "data/registers/staff.csv", b"S02,Tech,technician", b"S02,Tech,head")


EDITS: dict[str, Callable[[Path], None]] = {
    "a value in a row": lambda desk: replaced(calls(desk), b"drifts", b"floats"),
    "a row taken out of the middle": shortened,
    "the last row cut off": cut,
    "a value changed, and every hash after it made anew": lambda desk: rebuilt(desk, calls(desk), floated),
    "a row taken out, and every hash after it made anew": lambda desk: rebuilt(desk, calls(desk), lambda rows: rows[:1] + rows[2:]),
    "a whole ledger deleted": lambda desk: calls(desk).unlink(),
    "the index": in_index,
    "a seal edited": lambda desk: replaced(desk / "data/seals/2026-09.txt", b"by S01", b"by S02"),
    "the figures beside a seal edited": lambda desk: replaced(desk / "data/seals/2026-09.json", b'"sealed": true', b'"sealed": false'),
    "a seal deleted, with all that lies beside it": unsealed,
    "rules.yaml edited (after a change by command)": lambda desk: replaced(desk / "rules.yaml", b"200", b"20"),
    "a role in the register edited (after a change by command)": in_staff,
    "a customer's name in the register edited": lambda desk: replaced(desk / "data/registers/customers.csv", b"Works", b"Mills"),
}  # fmt: skip


def found(desk: Path, head: str | None) -> bool:
    words = ["ledger", "verify", *(["--against", head] if head else [])]
    done = Svc(desk).run(*words)
    assert done.code in (0, 1), done.err
    return done.code == 1


def line(kept: tuple[Path, str], name: str, folder: Path) -> str:
    cells = []
    for gone, head in ((False, None), (True, None), (True, kept[1])):
        desk = shutil.copytree(kept[0], folder / f"{gone}{bool(head)}")
        EDITS[name](desk)
        if gone:
            for path in (desk / "data/.svc").glob("index*"):
                path.unlink()
        cells.append("found" if found(desk, head) else "not found")
    if name == "the index":
        cells[1:] = ["–", "–"]
    return f"| {name} | {' | '.join(cells)} |"


@pytest.mark.parametrize("name", EDITS)
def test_what_is_found_is_what_the_page_says(kept: tuple[Path, str], name: str, tmp_path: Path) -> None:
    made = line(kept, name, tmp_path)
    assert made in PAGE.read_text("utf-8").split("\n"), made


def test_the_page_has_a_line_for_each_edit() -> None:
    text = PAGE.read_text("utf-8")
    table = text[text.index("| edit | index there") :]
    assert re.findall(r"^\| (.+?) \|", table, re.M)[1:] == list(EDITS)
