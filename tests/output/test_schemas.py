"""The schemas in docs/schemas: as generated, one for each reading command, and what the commands print is as they say."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from svc.cli import app
from svc.commands import NOUNS, load
from svc.domain import ledgers, registers
from svc.ui.verbs import RecordingVerb
from tests import forks
from tests.conftest import Svc
from tests.transcripts import test_a_day as day

jsonschema = pytest.importorskip("jsonschema")

ROOT = Path(__file__).parent.parent.parent
SCHEMAS = {path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "docs/schemas").glob("*.json")}
SHOWN = 12
"""How many of each kind are looked at one by one."""


def test_they_are_as_generated() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/make_schemas.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), "make schemas"


def test_every_reading_command_has_one() -> None:
    assert {f"{noun}-{verb}".rstrip("-") for noun, verb in reading()} == SCHEMAS.keys()


def reading() -> Iterator[tuple[str, str]]:
    """The reading commands that take --json; what recording ones print has one form (tests/cli/test_recorded_json.py)."""
    for noun in NOUNS:
        group: Any = load(noun)
        verbs = group.list_commands(None) if hasattr(group, "list_commands") else [""]
        for verb in verbs:
            command = group.get_command(None, verb) if verb else group
            if any("--json" in param.opts for param in command.params) and not isinstance(command, RecordingVerb):
                yield noun, verb


def strict(schema: Any) -> Any:
    """The schema with no room for a key that it does not name."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        made["additionalProperties"] = False
    return made


def printed(desk: Path, *arguments: str) -> Any:
    """What a command prints with --json, run in this process: there are hundreds."""
    forks.read_signatures()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        app.main(["--desk", str(desk), "--clock-is-right", "--as", "S01", *arguments, "--json"], standalone_mode=False)
    return json.loads(out.getvalue())


def documents(desk: Path, name: str) -> Iterator[Any]:
    """What a command prints on a desk: every month, and some things of each kind."""
    noun, _, verb = name.partition("-")
    months = ("2026-08", "2026-09", "2026-10", "2026-11")
    if noun == "change":
        changed = ["staff", "edit", "S02", "--phone", "138-0000-9999", "--wage", "1"]
        app.main(["--desk", str(desk), "--clock-is-right", "--as", "S01", *changed], standalone_mode=False)
    if noun == "access":
        printed(desk, "customer", "show", "CU0001", "--unmask")
    if noun in ("attach", "attachment"):
        (desk.parent / "note.txt").write_text(name, "utf-8")
        call = printed(desk, "call", "list", "--last", "1")[0]["id"]
        made = printed(desk, "attach", call, str(desk.parent / "note.txt"))
        if noun == "attach":
            yield made
            return
    if noun == "fault":
        codes = [row["fault"] for row in printed(desk, noun, "list")]
        more = {"show": [[code] for code in codes], "merge": [[codes[0], "--into", "other", "--reason", "one fault", "--dry-run"]]}
        yield from (printed(desk, noun, verb, *one) for one in more.get(verb, [[]]))
    elif name == "call-import-mail":
        (desk.parent / "one.eml").write_text("From: a@b.example\nMessage-ID: <1@b>\nSubject: x\n\nhello", "utf-8")
        yield from (printed(desk, "call", "import-mail", str(desk.parent / "one.eml")) for _ in range(2))
    elif name == "search":
        yield printed(desk, "search", "液压")
    elif name == "audit-year":
        yield printed(desk, noun, verb, "2026")
    elif name == "audit-compare":
        yield from (printed(desk, noun, verb, *two) for two in (("2026-09", "2026-10"), ("2026", "2026")))
    elif name == "audit-pay":
        yield from (printed(desk, noun, verb, month, "--draft") for month in months)
    elif name == "staff-statement":
        yield from (printed(desk, noun, verb, row["id"], "--month", "2026-10") for row in printed(desk, "staff", "list"))
    elif name == "plan":
        yield from (printed(desk, noun, "week", "--from", f"{month}-10") for month in months)
        yield from (printed(desk, noun, "week", "--from", f"{month}-10", "--as-of", f"{month}-12T12:00") for month in months)
    elif noun in ("register", "audit") and verb != "settle":
        yield from (printed(desk, noun, verb, month) for month in months)
    elif name == "finding-list":
        yield from (printed(desk, noun, verb, "--month", month) for month in months)
        yield printed(desk, noun, verb, "--open")
    elif name == "staff-show":
        yield from (printed(desk, noun, verb, row["id"], "--month", "2026-10") for row in printed(desk, noun, "list"))
    elif verb == "show" and noun not in ("desk", "config"):
        asked = ("--month", "2026-10") if noun == "finding" else ("--last", "400") if noun in ledgers.TABLE else ()
        rows = printed(desk, noun, "moves" if noun == "stock" else "list", *asked)
        if asked and noun != "finding":
            rows = sorted(rows, key=lambda row: len([v for v in row.values() if v is None]))
        for row in [*rows[: SHOWN // 2], *rows[-SHOWN // 2 :]]:
            yield printed(desk, noun, "show", row["id"])
    elif verb == "list":
        yield printed(desk, noun, verb, *(() if noun in (*registers.TABLE, "rules", "stock") else ("--last", "400")))
    elif name == "defect-concerned":
        yield from (printed(desk, noun, verb, row["id"]) for row in printed(desk, "defect", "list", "--last", "9"))
    elif name == "stock-cost":
        yield from (printed(desk, noun, verb, row["id"]) for row in printed(desk, "customer", "list")[:SHOWN])
    elif name == "rules-explain":
        yield from (printed(desk, "rules", "explain", what) for what in ("late_arrival", "1.1", "4.3"))
    elif name == "rules-replay":
        new = desk / "new.yaml"
        changed = (desk / "rules.yaml").read_text("utf-8").replace("yuan:\n", "yuan: 77\n")
        new.write_text(changed, "utf-8")
        yield printed(desk, "rules", "replay", str(new), "--from", "2026-09", "--to", "2026-11")
    elif name == "check":
        yield printed(desk, "check", "--within", "60d")
    else:
        yield printed(desk, *name.split("-"))


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk that comes with the repository."""
    desk = tmp_path_factory.mktemp("shipped")
    shutil.copytree(ROOT / "data", desk / "data", ignore=shutil.ignore_patterns(".svc"))
    for name in ("rules.yaml", "rules_tests.yaml"):
        shutil.copy(ROOT / name, desk)
    return desk


@pytest.fixture(scope="session")
def lived(staffed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with something in every ledger, an erased customer, and nothing known about much of it."""
    desk = shutil.copytree(staffed, tmp_path_factory.mktemp("lived") / "desk")
    svc = Svc(desk)
    for line in day.REGISTERS.strip().split("\n"):
        svc(line)
    for story in (day.IN_WARRANTY, day.OUT_OF_WARRANTY, day.INSTALLATION_AND_TOUR, day.RETURNS, day.TRIP, day.TROUBLE):
        day.tell(svc, story)
    svc("call log --channel letter --from 13900000009 --kind other --summary '?' --at 2026-10-20T09:00")
    svc("conduct log --about S02 --kind disobedience --summary 'did not go' --at 2026-10-13T09:00")
    svc("part add --number HP-1 --name 油封 --unit 个 --price 10 --low 3")
    svc("stock receive HP-1 --qty 2 --price 7.50 --at 2026-10-02T09:00")
    svc('upkeep plan SN-1 --every "3 months" --from 2026-08-31 --text oil --at 2026-09-01T09:00')
    svc("staff away S02 --from 2026-12-01 --to 2026-12-03 --reason leave")
    svc("upkeep done M1 --at 2026-11-02T09:00")
    svc("statement sign --staff S02 --month 2026-09 --hash 3f9c20d1 --paper")
    return desk


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SVC_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_what_is_printed_is_as_the_schema_says(name: str, shipped: Path, lived: Path) -> None:
    check = jsonschema.Draft202012Validator(strict(SCHEMAS[name]), format_checker=jsonschema.FormatChecker())
    found = 0
    for desk in (shipped, lived):
        for document in documents(desk, name):
            found += 1
            wrong = next(check.iter_errors(document), None)
            assert wrong is None, f"{wrong.json_path}: {wrong.message[:300]}" if wrong else ""
    assert found


def test_a_schema_is_one_and_finds_what_is_wrong(shipped: Path) -> None:
    for schema in SCHEMAS.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    month = printed(shipped, "audit", "month", "2026-10")
    check = jsonschema.Draft202012Validator(SCHEMAS["audit-month"])
    assert check.is_valid({**month, "new_key": 1}), "keys may be added"
    assert not check.is_valid({key: value for key, value in month.items() if key != "fines"})
    assert not check.is_valid({**month, "fines": {**month["fines"], "payable": 200}})
