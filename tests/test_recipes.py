"""The recipes of ARCHITECTURE.md, carried out: each new thing is its file and its lines in a table, and nothing else.

A new ledger is tried in `tests/test_toy_ledger.py`, another place to keep ledgers by `tests/contract`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from svc.cli import app
from svc.intake import source
from svc.intake.csvfile import Row
from svc.output import files
from svc.rules import check, describe, rule_schema
from svc.rules.form.schema import Block
from svc.text import Text
from tests.conftest import Svc


def run(desk: Path, *arguments: str) -> int:
    """The real command line, in this process, where the tables have one line more."""
    return int(app.main(["--desk", str(desk), *arguments], standalone_mode=False) or 0)


def test_a_new_form_of_a_report_is_a_file_and_a_line(svc: Svc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ModuleType("svc.output.toy")
    made.render = lambda page, tell: f"{page.title.en}\n".encode()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "svc.output.toy", made)
    monkeypatch.setitem(files.FORMS, ".txt", "svc.output.toy")
    svc("call log --channel phone --from CU0001 --kind consult --summary x --at 2026-10-05T08:00")
    assert run(svc.desk, "audit", "month", "2026-10", "--out", str(tmp_path / "october.txt")) == 0
    assert "2026-10" in (tmp_path / "october.txt").read_text("utf-8")


def test_a_new_check_is_a_function_its_parts_and_its_words(
    svc: Svc, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(case: Any) -> check.Outcome:
        """Found as soon as the fact is there."""
        return check.Outcome("breach" if case.get("fact") is not None else "ok")

    monkeypatch.setitem(check.CHECKS, "never", never)
    monkeypatch.setitem(rule_schema.CHECKS, "never", Block({"fact": rule_schema.TIME}))
    monkeypatch.setitem(describe.CHECKS, "never", Text("{fact} is never recorded", "从不登记 {fact}"))  # type: ignore[arg-type]
    rules = svc.desk / "rules.yaml"
    text = rules.read_text("utf-8")
    old = text[text.index("  - id: late_arrival") :]
    old = old[: old.index("\n\n")]
    new = "\n".join(
        line if "done_by:" not in line else "      never: {fact: visit.arrived_at}" for line in old.split("\n")
    )
    rules.write_text(text.replace(old, new), "utf-8")
    svc("call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at 2026-10-05T08:00")
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00")
    svc("visit arrive V1 --at 2026-10-06T09:00")
    assert run(svc.desk, "rules", "check") == 1  # the desk's cases tell that it means something else now
    assert "case-fails" in capsys.readouterr().err
    (svc.desk / "other.yaml").write_bytes(rules.read_bytes())
    assert run(svc.desk, "rules", "check", str(svc.desk / "other.yaml")) == 0, capsys.readouterr()
    capsys.readouterr()
    assert run(svc.desk, "finding", "list", "--month", "2026-10", "--json") == 0
    assert "late_arrival/V" in capsys.readouterr().out
    assert run(svc.desk, "rules", "explain", "late_arrival") == 0
    assert "never recorded" in capsys.readouterr().out


def test_a_new_form_to_import_is_a_reader_and_a_line(
    svc: Svc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cards(of: source.Source, sheet: str | None, notes: list[Text]) -> Iterator[Row]:
        """A row a card: fields behind each other, between stars."""
        lines = of.file.read_text("utf-8").split("\n")[1:]
        return (Row(number, list(line.split("*"))) for number, line in enumerate(lines, 1))

    line = source.ListForm("cards", ".cards", lambda begins, plain: plain.startswith(b"cards v1"), cards)
    monkeypatch.setattr(source, "FORMS", [line, *source.FORMS])
    box = tmp_path / "customers.box"
    box.write_text("CARDS v1\nname*phone*address\nLinden Mill*0571-0000-4321*Mill Lane 4\nOak Yard*0571-0000-4322*Oak Road 1", "utf-8")
    assert run(svc.desk, "customer", "import", str(box), "--yes") == 0, capsys.readouterr().err
    assert {"Linden Mill", "Oak Yard"} <= {row["name"] for row in svc("customer list --json").json}
