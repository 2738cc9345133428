"""svc call log, bare, on a terminal: the order of a telephone call; nothing typed is ever lost."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Svc, today
from tests.transcripts.terminal import BACK, CTRL_C, CTRL_D, ENTER, TAB, Terminal


@pytest.fixture
def home(svc: Svc, tmp_path: Path) -> Iterator[Path]:
    """Where drafts go."""
    state = tmp_path / "state"
    svc.environ["XDG_STATE_HOME"] = str(state)
    yield state


def drafts(home: Path) -> list[Path]:
    return sorted(home.rglob("*.json"))


def log(svc: Svc, *words: str, columns: int = 80) -> Terminal:
    return Terminal(["call", "log", *words], svc.environ, columns)


def test_a_call_from_ring_to_record(svc: Svc, home: Path) -> None:
    until = today() + timedelta(days=90)
    svc(f"machine edit SN-1 --warranty-until {until}")
    with log(svc) as t:
        t.answer("Number", "13800000001")
        t.expect(f"in warranty until {until}")  # the card, before the second question
        t.answer("Which machine", "")
        t.answer("What is it about", "")
        t.answer("In the caller's words", "boom drifts")
        t.answer("go there", "")
        t.expect("Until when")
        t.type("in 2 days")
        t.expect("20")  # the reading, with weekday and date, below the line
        t.type(ENTER)
        t.answer("Enter: record", "")
        t.expect("next: svc visit dispatch --call C1")
        assert t.end() == 0
    [call] = svc("call list --json").json
    assert (call["from"], call["machine"], call["kind"], call["needs_service"]) == ("CU0001", "SN-1", "repair", True)
    assert svc(f"call show {call['id']} --json").json["entries"][0]["due"]
    assert drafts(home) == [], "what is recorded needs no draft"


def test_every_answer_can_be_taken_back(svc: Svc, home: Path) -> None:
    svc("customer add --name Quarry --phone 138-0000-0002")
    with log(svc) as t:
        t.answer("Number", "138-0000-0001")
        t.answer("Which machine", "<")
        t.expect("Number (or name, code, pinyin, serial): 138-0000-0001")  # the old answer stands there, to be changed
        t.type("\x15138-0000-0002" + ENTER)
        t.expect("CU0002  Quarry")
        t.expect("Which machine")
        t.type(ENTER)
        t.expect("What is it about")
        t.type("cons" + ENTER)  # one thing only begins like that
        t.expect("In the caller's words")
        t.type("half a wo" + BACK)
        t.answer("What is it about", "")
        t.answer("In the caller's words", "how to grease it")
        t.answer("go there", "n")
        t.expect("Enter: record")
        t.type("4" + ENTER)  # by its number, at the end
        t.expect("In the caller's words: how to grease it")
        t.type(" twice" + ENTER)
        t.answer("Enter: record", "")
        assert t.end() == 0
    [call] = svc("call list --json").json
    assert (call["from"], call["kind"], call["summary"]) == ("CU0002", "consult", "how to grease it twice")


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_leaving_early_keeps_a_draft(svc: Svc, home: Path, key: str) -> None:
    with log(svc) as t:
        t.answer("Number", "138-0000-0001")
        t.answer("Which machine", "")
        t.answer("What is it about", "")
        t.expect("In the caller's words")
        t.type(key if key == CTRL_D else "boom dri" + key)
        t.expect("call log --resume")
        assert t.end() == 130
    assert svc("call list --json").json == []
    [draft] = drafts(home)
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    with log(svc, "--resume") as t:
        t.expect("In the caller's words:" + ("" if key == CTRL_D else " boom dri"))
        t.type(("boom dri" if key == CTRL_D else "") + "fts" + ENTER)
        t.answer("go there", "n")
        t.answer("Enter: record", "")
        assert t.end() == 0
    assert svc("call list --json").json[0]["summary"] == "boom drifts"
    assert drafts(home) == []


def test_a_closed_terminal_keeps_even_the_line_that_is_being_typed(svc: Svc, home: Path) -> None:
    with log(svc) as t:
        t.answer("Number", "138-0000-0001")
        t.answer("Which machine", "")
        t.answer("What is it about", "")
        t.expect("In the caller's words")
        t.type("boom drifts when co")
        t.expect("when co")
        t.hang_up()
    [draft] = drafts(home)
    content = json.loads(draft.read_text())
    assert content["answers"]["kind"] == "repair" and content["typing"] == {"summary": "boom drifts when co"}


def test_what_cannot_be_recorded_is_kept(svc: Svc, home: Path) -> None:
    lock = svc.desk / "data" / ".svc" / "lock"
    lock.unlink()
    lock.mkdir()  # nobody can write now
    with log(svc, "--from", "138-0000-0001", "--kind", "consult") as t:
        t.answer("Which machine", "")
        t.answer("In the caller's words", "how to grease it")
        t.answer("go there", "")
        t.answer("Enter: record", "")
        t.expect("kept as a draft")
        assert t.end() in (5, 6)
    lock.rmdir()
    with log(svc, "--resume") as t:
        t.answer("Enter: record", "")
        assert t.end() == 0
    assert svc("call list --json").json[0]["summary"] == "how to grease it"


def test_where_no_draft_can_be_kept_the_line_to_repeat_is_said(svc: Svc, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    (temporary / f"svc-drafts-{os.getuid()}").write_text("no folder")
    svc.environ |= {"XDG_STATE_HOME": str(temporary / f"svc-drafts-{os.getuid()}"), "TMPDIR": str(temporary)}
    with Terminal(["call", "log"], svc.environ, 200) as t:
        t.answer("Number", "138-0000-0001")
        t.answer("Which machine", "")
        t.expect("What is it about")
        t.type(CTRL_C)
        t.expect("svc call log --channel phone --from 138-0000-0001 --machine SN-1")
        assert t.end() == 130


def test_an_unknown_number_is_asked_for_its_name(svc: Svc, home: Path) -> None:
    with log(svc) as t:
        t.answer("Number", "139-0000-9999")
        t.expect("is no customer's number")
        t.answer("Name of the caller", "Ms Wen")
        t.answer("Which machine", "sn-1")
        t.answer("What is it about", "quote")
        t.answer("In the caller's words", "price of a seal")
        t.answer("go there", "")
        t.answer("Enter: record", "")
        assert t.end() == 0
    [call] = svc("call list --json").json
    assert (call["from"], call["machine"], call["needs_service"]) == ("139-****-9999", "SN-1", False)


def test_what_is_shown_is_what_is_recorded_in_the_words_that_were_typed(svc: Svc, home: Path) -> None:
    with Terminal(["--lang", "zh", "call", "log"], svc.environ) as t:
        t.answer("来电号码", "139-0000-9999")
        t.answer("来电人姓名", "王师傅")
        t.answer("哪台设备", "<")
        t.expect("来电人姓名（回车：没说）: 王师傅")
        t.type("<" + ENTER)  # the sign behind the old answer takes back too
        t.expect("来电号码（或名称、简码、拼音、序列号）: 139-0000-9999")
        t.type("\x15CU0001" + ENTER)
        t.answer("哪台设备", "")
        t.answer("什么事", "报修")
        t.answer("来电内容", "")
        t.expect("不能为空")  # said at once, not at the end
        t.answer("来电内容", "大臂漂移")
        t.answer("要上门吗", "y")
        t.answer("什么时间前", "<")
        t.expect("要上门吗（要/不要）: 是")
        t.type("<" + ENTER)
        t.answer("来电内容", "<")
        t.expect("]: 报修")
        t.type(ENTER)
        t.answer("来电内容", "")
        t.answer("要上门吗", "")
        t.answer("什么时间前", "")
        t.expect("回车：登记")
        assert "王师傅" not in t.text().split("什么时间前")[-1]
        t.type(ENTER)
        assert t.end() == 0
    [call] = svc("call list --json").json
    assert (call["from"], call["kind"], call["needs_service"]) == ("CU0001", "repair", True)


def test_likely_repeats_are_flagged(svc: Svc, home: Path) -> None:
    call = svc("call log --channel phone --from CU0001 --kind repair --machine SN-1 --summary x --needs-service").id
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 23:59").id
    svc(f"visit arrive {visit}")
    svc(f"report close {visit} --fault hydraulics --cause worn --solution seal --no-parts --opinion good")
    with log(svc) as t:
        t.answer("Number", "138-0000-0001")
        t.expect("repeat")
        t.answer("Which machine", "")
        t.answer("What is it about", "")
        t.answer("In the caller's words", "drifts again")
        t.answer("go there", "n")
        t.expect("hydraulics was mended 0 days ago")
        t.answer("Enter: record", "x")
        assert t.end() == 130
    assert len(svc("call list --json").json) == 1 and drafts(home) == []


def test_completion_by_pinyin_code_and_number(svc: Svc, home: Path) -> None:
    svc("customer add --name 长风化工厂 --phone 138-0000-0007")
    with log(svc) as t:
        t.expect("Number")
        t.type("changf" + TAB)
        t.expect("changfenghuagongchang")
        t.type("\x15")
        t.type("13800000007")
        t.expect("长风化工厂")
        t.type("\x15cfhg" + ENTER)  # without Tab: one match is what is meant
        t.expect("taken as CU0002 长风化工厂")
        t.expect("Which machine")  # between two questions the key is a signal, and may come too early
        t.type(CTRL_C)
        t.end()


def test_the_one_line_form_asks_nothing(svc: Svc, home: Path) -> None:
    with log(svc, "--channel", "phone", "--from", "CU0001", "--kind", "consult", "--summary", "x") as t:
        assert t.end() == 0
    assert "Number" not in t.text()


def test_resume_without_a_draft_or_a_terminal(svc: Svc, home: Path) -> None:
    assert "needs a terminal" in svc("call log --resume", 2).err
    with log(svc, "--resume") as t:
        t.expect("there is no draft")
        assert t.end() == 4
