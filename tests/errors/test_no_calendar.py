"""Every option of every command that takes a number, a span, a day or a month, with what no calendar, list or number holds.

Each is answered with an exit code of ours and never a traceback, and what is refused has printed nothing. What an older version
took, and what stands at the bounds of what is taken, brings down no board.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from svc.domain import ledgers
from svc.domain.interval import GREATEST
from tests.cli.test_permissions import VERBS, run
from tests.conftest import Svc, this_month

MANY = "9" * 5000
"""More digits than Python itself makes a number of."""
VALUES = {
    "TIME": ("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "+9999w"),
    "DATE": ("0001-01-01", "9999-12-30", "2026-00-00"),
    "[DATE]": ("0001-01-01", "9999-12-31"),
    "YYYY-MM": ("2026-00", "9999-12", "0001-01"),
    "A": ("9999-12", "0001"),
    "B": ("9999-12", "0001"),
    "YYYY": ("0001", "9999", MANY),
    "N": ("0", "999999", "9" * 20, MANY),
    "SECONDS": ("0", "9" * 20),
    "SPAN": ("9999y", "9999w", "9999h", f"{MANY}d"),
    "INTERVAL": ("99999mo", "99999y", f"{MANY}d"),
    "YUAN": ("9999999.99", "9" * 30, MANY),
    "1..4": ("0", MANY),
    "DIMENSION=1..5": (f"quality={MANY}", "quality=0"),
    "NAME:QTY[:PART_NO]": ("seal:999999", f"seal:{MANY}"),
    "NAME:QTY:PRICE": ("seal:999999:9999999.99", f"seal:1:{MANY}"),
    "CATEGORY:AMOUNT:PLACE:DATE[:RECEIPT]": (f"meals:{MANY}:x:2026-11-01", "meals:1:x:9999-12-31"),
    "N[,N…]": ("0", MANY),
    "LINE": ("0", MANY),
    "VALUE": (MANY, "9999999.99"),
    "ID": (f"C2611-{MANY}", f"C{MANY}"),
}
"""By what a help page says may be typed: the bounds, and what lies beyond."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with an entry of nearly every ledger."""
    desk = Svc(tmp_path_factory.mktemp("bounds") / "desk")
    assert desk.run("init", str(desk.desk), "--demo").code == 0
    return desk.desk


def first_ids(desk: Path) -> dict[str, str]:
    """By the letter of a ledger an id that is there."""
    found = {}
    for row in ledgers.TABLE.values():
        for file in sorted((desk / "data" / row.folder).glob("2*")):
            ids = re.findall(rf"\b{row.letter}[0-9]{{4}}-[0-9]{{4}}\b", file.read_text("utf-8"))
            if ids:
                found[row.letter] = ids[-1]
    return found


def lines(desk: Path) -> Iterator[list[str]]:
    """The example of each command, of what the desk has, tried only, with each value of each of its options."""
    ids = first_ids(desk)
    [serial, *_] = re.findall(r"\n([A-Z0-9-]+),", (desk / "data/registers/machines.csv").read_text("utf-8"))
    for (noun, name), command in VERBS.items():
        example = re.split(" > | -o | --out ", command.epilog.split("\n")[0].removeprefix("svc "))[0]
        example = re.sub(r"\b([A-Z])[0-9]{4}-[0-9]{4}\b", lambda m: ids.get(m[1], m[0]), example)
        words = shlex.split(re.sub(r"\bSN-[0-9]+\b", serial, example))
        dry = ["--dry-run"] if any("--dry-run" in param.opts for param in command.params) else []
        for param in command.params:
            for value in VALUES.get(_metavar(param), ()):
                if param.param_type_name == "option":
                    yield [*words, *dry, f"{next(one for one in param.opts if one.startswith('--'))}={value}"]
                else:
                    yield [noun, *([name] if name else []), value, *dry]


def _metavar(param: Any) -> str:
    return str(param.metavar or getattr(param.type, "name", ""))


LEFT_OUT = ("desk protect", "desk add-", "desk branch", "desk init", "desk migrate")
"""What asks a server, or the system for accounts."""


def test_no_option_takes_what_nothing_holds(demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    tried, wrong = 0, []
    for words in lines(demo):
        if " ".join(words).startswith(LEFT_OUT):
            continue
        tried += 1
        try:
            code: object = run(demo, shlex.join(words), monkeypatch, "S01")
        except Exception as error:  # that is what is looked for
            code = repr(error)
        said = capsys.readouterr()
        if code not in (0, 1, 2, 3, 4) or "Traceback" in said.err or (code == 2 and said.out):
            wrong.append((" ".join(words)[:200], code, said.err[-300:]))
    assert not wrong, wrong
    assert tried > 1000, "there are so many"


BOARDS = (
    "today --all", "check --within 90d", "audit month 2026-12", "audit month 2099-12", "audit year 2026", "plan week",
    "plan week --from 2099-12-31", "machine show SN-1", "machine show SN-2", "upkeep due", "upkeep list", "tour due",
    "customer show CU0001", "staff show S02", "today --as-of 2099-12-31T23:59", "upkeep due --as-of 2099-12-31T23:59", "ledger export",
)  # fmt: skip


def boards(svc: Svc) -> None:
    """Every board answers."""
    for line in BOARDS:
        assert svc.run(*line.split()).code in (0, 1), line


def test_what_stands_at_the_bounds_brings_down_no_board(svc: Svc) -> None:
    for line in (
        *(f"upkeep plan SN-1 --every '{most} {unit}' --from {day}" for unit, most in GREATEST.items() if unit != "hours"
          for day in ("1950-01-01", "2099-12-31")),
        f"upkeep plan SN-1 --every {GREATEST['hours']}h --from-hours 999999",
        "machine add --serial SN-2 --product LX --sold 1950-01-01 --warranty 149y --warranty-hours 999999 --customer CU0001",
        "machine reading SN-2 --hours 0 --at 2026-11-01T10:00",
        "machine reading SN-2 --hours 999999",
        "customer edit CU0001 --key-every-days 3660 --key-since 2099-12-31T23:59 --distance-km 20000",
        "staff edit S02 --left 2099-12-31 --wage 9999999.99",
        "call log --channel phone --from CU0001 --kind repair --summary x --needs-service --due 2099-12-31T23:59",
        "visit dispatch --call C1 --staff S03 --promised 2099-12-31T23:59 --hours 240",
    ):  # fmt: skip
        svc(line)
    boards(svc)


def test_the_greatest_that_is_taken_is_said(svc: Svc) -> None:
    for every in ("99999mo", "101y", "36501d", "1201 months"):
        refused = svc(f"upkeep plan SN-1 --every '{every}'", 2).err
        assert "100 years or 99999 h" in refused, refused
    assert "100 年或 99999 小时" in svc("--lang zh upkeep plan SN-1 --every 99999个月", 2).err
    for span in ("9999y", "74y", "9999mo"):
        refused = svc(f"machine add --serial SN-9 --product LX --sold 2026-01-01 --warranty {span}", 2).err
        assert "after 2099-12-31" in refused, refused
    assert "from 1 to 999999" in svc("call list --last 99999999999999999999", 2).err


def test_what_an_older_version_took_is_never_due(svc: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than any calendar holds stands in ledgers, for it was taken once."""
    from svc.domain import interval

    monkeypatch.setitem(interval.GREATEST, "months", 99_999)
    monkeypatch.setitem(interval.GREATEST, "years", 99_999)
    for every in ("99999mo", "99999y"):
        assert run(svc.desk, f"upkeep plan SN-1 --every {every} --at 2026-10-01T09:00", monkeypatch, "S01") == 0
    monkeypatch.undo()
    svc("machine add --serial SN-2 --product LX")
    boards(svc)
    rows = svc("upkeep due --json").json
    assert [(row["id"], row["due"], row["overdue"]) for row in rows] == [(this_month(f"M2611-000{n}"), None, None) for n in (1, 2)]
    assert "nothing" in svc("today --as-of 2099-12-31T00:00").out
    svc("upkeep done M1")
    boards(svc)
    svc("upkeep stop M1 --reason slip")
    assert svc("ledger verify").code == 0


def test_a_hand_s_year_that_no_register_takes_is_named(svc: Svc) -> None:
    register = svc.desk / "data/registers/machines.csv"
    register.write_text(register.read_text("utf-8").replace("2027-01-09", "9999-12-31"), "utf-8")
    assert "9999-12-31" in svc("ledger verify", 1).out
    refused = svc("machine show SN-1", 5).err
    assert "warranty_until" in refused and "1950" in refused and "svc machine edit SN-1 --warranty-until" in refused
    svc("machine edit SN-1 --warranty-until 2027-01-09")
    svc("machine show SN-1")


def test_a_month_that_is_none_is_refused_before_anything_is_given_out(svc: Svc) -> None:
    for flag in ("", "--unmask"):
        refused = svc(f"ledger export --month 2026-00 {flag}", 2)
        assert refused.out == "" and "2026-00" in refused.err
    assert svc("access list --json").json == [], "nobody saw anything"
