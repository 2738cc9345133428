"""A file of the first format means to the yuan what it meant: `first_format.yaml` is the rules file as it was shipped with it.

Held against the oracle (which knows no formats) through the command line, and against the same file written as one of the second.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from svc.audit.findings import findings
from svc.audit.world import World
from svc.desk.open import Desk, Options
from svc.rules.file import examine
from svc.rules.model import Rules
from tests.conftest import Svc
from tests.oracle import quarters
from tests.oracle.test_agreement import AMOUNTS, LIMITS, compare
from tests.oracle.test_agreement import Desk as Told

FIRST = (Path(__file__).parent / "first_format.yaml").read_bytes()
ENTRIES = quarters.quarter(7, 60)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A desk with that file, its amounts and limits set by the command, and a generated quarter."""
    desk = Told(tmp_path_factory.mktemp("first") / "desk")
    (desk.folder / "rules.yaml").write_bytes(FIRST)
    desk.set_amounts(AMOUNTS)
    desk.set_limits(LIMITS)
    desk.import_entries(ENTRIES)
    return desk


def as_second(text: str) -> bytes:
    """The same file as one of the second format."""
    head, pairs, rest = re.split(r"(?ms)^overlaps:\n(.*?)(?=^\S)", text.replace("svc-rules/1", "svc-rules/2"), maxsplit=1)
    return f"{head}overlaps:\n  pairs:\n{re.sub('(?m)^(?=.)', '  ', pairs)}{rest}".encode()


def rules_of(data: bytes) -> Rules:
    rules, problems = examine("rules.yaml", data)
    assert rules is not None, [(p.line, p.what.en) for p in problems]
    return rules


def seen(world: World, rules: Rules) -> list[tuple[Any, ...]]:
    found = findings(world._replace(rules=rules, versions=None))
    return [(one.id, one.status, one.yuan, one.final_at, one.offence_at, one.staff) for one in found]


def test_it_is_of_the_first_format_and_set_keeps_it_so(told: Told) -> None:
    data = (told.folder / "rules.yaml").read_bytes()
    assert rules_of(data).version == rules_of(FIRST).version == 1
    assert rules_of(as_second(data.decode())).version == 2


@pytest.mark.parametrize("month", ["2026-08", "2026-09"])
def test_its_figures_are_those_of_the_definitions(told: Told, month: str) -> None:
    assert compare(told, ENTRIES, month, quarters.CEILING, AMOUNTS, LIMITS) == []


def test_written_as_a_file_of_the_second_it_finds_the_same(told: Told) -> None:
    desk = Desk(told.folder, Options())
    data = (told.folder / "rules.yaml").read_bytes()
    first, second = rules_of(data), rules_of(as_second(data.decode()))
    for month in ("2026-07", "2026-08", "2026-09"):
        world = desk.month(month, desk.view(quarters.CEILING.isoformat()))[0]
        expected = seen(world, first)
        assert len(expected) > 20 and any(yuan for _, _, yuan, *_ in expected)
        assert seen(world, second) == expected


def test_a_month_sealed_by_it_is_judged_by_its_copy(svc: Svc) -> None:
    (svc.desk / "rules.yaml").write_bytes(FIRST)
    svc("rules accept --reason 'as it was'")
    svc("rules set left_without_call 50 --from 2026-01-01")
    call = svc("call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at 2026-10-05T08:00").id
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00").id
    svc(f"visit arrive {visit} --at 2026-10-06T09:50")
    svc(f"visit leave {visit} --no-call-in --at 2026-10-06T15:00")
    svc("audit submit 2026-10")
    text = (svc.desk / "rules.yaml").read_text("utf-8")
    stricter = as_second(text).decode().replace("yuan: 50", "yuan: 90")
    (svc.desk / "rules.yaml").write_text(stricter, "utf-8")
    assert "sealed-month" in svc("rules check", 1).err
    for view in ("2026-11-20T12:00", "now"):
        figures = svc.audit("2026-10", view)
        assert [(one["id"], one["amount"]) for one in figures["findings"]] == [(f"left_without_call/{visit}", "50.00")]
    shown = svc(f"finding show left_without_call/{visit}").out
    assert "50.00" in shown and "data/seals/2026-10.rules.yaml" in shown
