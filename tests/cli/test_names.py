"""Lists and cards as people read them: names where programs are given ids, every value called in the language shown."""

from __future__ import annotations

import re

import pytest

from svc.output import terminal
from svc.output.pages.model import Table
from svc.text import Text
from tests.conftest import Svc


def test_a_list_says_who_by_name_and_gives_programs_the_id(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU0001 --kind repair --machine SN-1 --summary x --needs-service").id
    svc(f"visit dispatch --call {call} --staff S02 --promised 'tomorrow 10:00'")
    assert re.search(r"Works +repair", svc("call list").out) and svc("call list --json").json[0]["from"] == "CU0001"
    assert re.search(r"C\S+ +Tech ", svc("visit list").out) and ",S02," in svc("visit list --format csv").out
    assert "log  Head\n" in svc(f"call show {call}").out


def test_no_card_calls_a_value_in_english_on_a_chinese_screen(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU0001 --kind repair --machine SN-1 --summary x --needs-service").id
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 'tomorrow 10:00'").id
    for line in (f"call show {call}", f"visit show {visit}", "machine show SN-1", "staff show S02", "change list --format plain"):
        shown = svc(f"--lang zh {line}").out
        assert not re.search(r"^ *[a-z_]+( [a-z]+)*: ", shown, re.MULTILINE), shown
    heads = svc("--lang zh customer list").out.split("\n")[0]
    assert heads.split() == ["编号", "名称", "电话", "简码", "区域"], "a heading says what it is, not how it is typed"


def test_a_fine_without_an_amount_is_not_called_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"staff": "S02", "own": "0.00", "count": 1, "unset": 1}
    other = {"staff": "S03", "own": "50.00", "count": 2, "unset": 1}
    terminal._people(Table("fines", Text("Fines", "罚款"), (), ({**row, "name": "Tech"}, {**other, "name": "Other"})))
    said = capsys.readouterr().out
    assert "Tech · 1 fine · amount not set\n" in said and "Other · 2 fines · 50.00 yuan · 1 without an amount\n" in said


def test_who_looks_at_a_finding_is_told_how_to_rule(svc: Svc) -> None:
    svc("call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at 2026-11-02T09:00")
    visit = svc("visit dispatch --call C1 --staff S02 --promised 2026-11-02T10:00 --at 2026-11-02T09:10").id
    svc(f"visit arrive {visit} --at 2026-11-02T11:00")
    found = f"late_arrival/{visit}"
    assert f"svc finding uphold {found} --reason" in svc(f"finding show {found}").err
    assert "uphold" not in svc(f"--as S02 finding show {found}").err, "nobody rules on himself"
    assert "Tech" in svc("finding list --month 2026-11").out and svc("finding list --month 2026-11 --json").json[0]["staff"] == "S02"
