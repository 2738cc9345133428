"""Lists and cards as people read them: names where programs are given ids, every value called in the language shown."""

from __future__ import annotations

import re

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
