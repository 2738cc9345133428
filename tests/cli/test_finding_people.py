"""Whoever is meant is found by a part: half a name, last digits, initials, an address, a serial; one is taken and said, several are listed."""

from __future__ import annotations

import pytest

from tests.conftest import Svc, lived
from tests.transcripts.terminal import Terminal


@pytest.fixture
def harbour(svc: Svc) -> Svc:
    """A desk with two customers of Chinese names and a machine, and a technician."""
    return lived(svc, met)


def met(svc: Svc) -> None:
    svc("customer add --name 东湾港务有限公司 --phone '138-0000-1234; 0571-8888-1111' --contact 甄厂长 --address 滨江路77号")
    svc("customer add --name 长风化工厂 --phone 139-0000-5678 --code CF8")
    svc("machine add --serial WT220-0007 --product WT220 --customer CU0003 --sold 2026-01-10")
    svc("staff add --name 甄一帆 --role technician")


@pytest.mark.parametrize(
    "typed", ["港务", "东湾港", "有限", "gw", "dwgw", "1234", "88881111", "8888-1111", "1111", "厂长", "滨江路", "CU2"],
)  # fmt: skip
def test_a_part_is_enough_to_look_and_to_record(harbour: Svc, typed: str) -> None:
    shown = harbour.run("customer", "show", typed, "--json")
    assert shown.json["id"] == "CU0002"
    logged = harbour.run("call", "log", "--channel", "phone", "--from", typed, "--kind", "consult", "--summary", "x")
    assert logged.code == 0, logged.err
    assert harbour(f"call show {logged.id} --json").json["entries"][0]["from"] == "CU0002"
    if typed != "CU2":
        assert f"{typed}: taken as CU0002 东湾港务有限公司 138-****-1234" in logged.err
        assert "138-0000-1234" not in logged.err


def test_who_is_meant_is_said_in_chinese_too(harbour: Svc) -> None:
    said = harbour.run("--lang", "zh", "customer", "show", "港务").err
    assert "港务：按 CU0002 东湾港务有限公司 138-****-1234; 0571-****-1111 处理" in said


def test_a_serial_number_means_its_owner(harbour: Svc) -> None:
    call = harbour("call log --channel phone --from wt220-0007 --kind consult --summary x").id
    assert harbour(f"call show {call} --json").json["entries"][0]["from"] == "CU0003"
    assert harbour("customer show 220-0007 --json").json["machine"] == "WT220-0007"
    unknown = harbour("call log --channel phone --from WT220-0008 --kind consult --summary x", 4).err
    assert "CU0" not in unknown.replace("CU0003 长风", "")


def test_people_and_machines_are_found_by_a_part_as_well(harbour: Svc) -> None:
    call = harbour("call log --channel phone --from 长风 --machine 0007 --kind repair --summary x --needs-service")
    assert "0007: taken as WT220-0007 WT220" in call.err
    for who in ("一帆", "zyf", "zhenyi"):
        visit = harbour(f"visit dispatch --call {call.id} --staff {who} --promised +3d")
        assert f"{who}: taken as S06 甄一帆" in visit.err
        assert harbour(f"visit show {visit.id} --json").json["staff"] == "S06"
    harbour(f"visit dispatch --call {call.id} --staff qq --promised +3d", 4)


def test_several_are_a_numbered_list_that_says_how_many_more(harbour: Svc) -> None:
    for n in range(12):
        harbour.run("customer", "add", "--name", f"华星{n}厂")
    many = harbour.run("customer", "show", "华星")
    assert many.code == 2 and many.out == ""
    assert "华星 may be any of 12:\n  1  CU0004 华星0厂\n" in many.err and "\n  8  CU0011 华星7厂\n  and 4 more\n" in many.err
    assert "另有 4 个" in harbour.run("--lang", "zh", "customer", "edit", "华星", "--region", "x").err
    assert harbour.run("call", "log", "--channel", "phone", "--from", "华星", "--kind", "consult", "--summary", "x").code == 2


def test_a_number_of_the_list_answers_in_a_conversation(harbour: Svc) -> None:
    harbour.run("customer", "add", "--name", "西湾港务局")
    with Terminal(["call", "log"], harbour.environ, 80) as t:
        t.answer("Number", "港务")
        t.expect("2  CU0004 西湾港务局")
        t.answer("Number", "2")
        for asked in ("Which machine", "What is it about"):
            t.answer(asked, "")
        t.answer("In the caller's words", "drifts")
        t.answer("go there", "n")
        t.answer("Enter: record", "")
        assert t.end() == 0
    assert harbour("call list --json").json[0]["from"] == "CU0004"


def test_who_acts_and_who_is_erased_is_never_guessed(harbour: Svc) -> None:
    assert "'一帆'" in harbour("--as 一帆 call log --channel phone --from 长风 --kind consult --summary x", 4).err
    harbour.run("customer", "erase", "港务", "--reason", "asked")
    assert harbour("customer show CU0002 --json").json["name"] == "东湾港务有限公司"
    harbour("call log --channel phone --from g --kind consult --summary x", 4)  # one letter is too little
