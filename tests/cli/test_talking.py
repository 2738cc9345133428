"""Talking is easier: a refused answer is replaced, choices take number, pinyin and code, scores and parts as they are said, drafts are seen."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from svc.domain.nouns.call import KINDS
from svc.ui.dialogue import _chosen
from tests.conftest import Svc
from tests.transcripts.terminal import CTRL_C, Terminal


@pytest.mark.parametrize(("typed", "code"), [("2", "repair"), ("bx", "repair"), ("ts", "complaint"), ("9", "9"), ("rep", "rep"), ("zz", "zz")])
def test_a_choice_takes_its_number_and_its_initials(typed: str, code: str) -> None:
    assert _chosen(KINDS, typed) == code


@pytest.fixture
def left(svc: Svc) -> str:
    """A visit that was made; its id."""
    call = svc("call log --channel phone --from CU001 --kind repair --needs-service --summary x --at 2026-10-05T08:00").id
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00").id
    svc(f"visit arrive {visit} --at 2026-10-06T09:00")
    svc(f"visit leave {visit} --at 2026-10-06T12:00")
    return visit


@pytest.mark.parametrize(
    ("typed", "part"),
    [("空滤 x2", ("空滤", 2)), ("空滤2个", ("空滤", 2)), ("空滤×2", ("空滤", 2)), ("O-ring 5 x12", ("O-ring 5", 12)), ("空滤:3", ("空滤", 3))],
)
def test_parts_and_scores_are_taken_as_they_are_said(svc: Svc, left: str, typed: str, part: tuple[str, int]) -> None:
    line = ["report", "close", left, "--fault", "H", "--cause", "a", "--cause-class", "wear", "--solution", "b", "--opinion", "c"]
    assert svc.run(*line, "--part", "O-ring 5").code == 2  # a name that ends in a number is no count
    closed = svc.run(*line, "--part", typed)
    assert closed.code == 0, closed.err
    entries = svc(f"report show {closed.id} --json").json["entries"]
    assert [(one["name"], one["qty"]) for one in entries[0]["parts"]] == [part]
    assert svc.run("report", "survey", left, "--score", "5 4 5").code == 2
    assert svc.run("report", "survey", left, "--score", "5 4 5 5").code == 0
    assert svc(f"report show {closed.id} --json").json["entries"][-1]["scores"] == {"speed": 5, "skill": 4, "manners": 5, "overall": 5}


def test_a_draft_left_behind_is_on_the_board_and_an_empty_one_is_none(svc: Svc, tmp_path: Path) -> None:
    svc.environ["XDG_STATE_HOME"] = str(tmp_path)
    with Terminal(["call", "log"], svc.environ) as t:
        t.expect("Number")
        t.type(CTRL_C)
        assert t.end() == 130
    assert not list(tmp_path.rglob("*.json"))
    with Terminal(["call", "log"], svc.environ) as t:
        t.answer("Number", "nobody at all")
        t.expect("no customer")
        t.answer("Number", "CU001")  # the refused answer is replaced, not added to
        t.expect("Which machine")
        t.type(CTRL_C)
        assert t.end() == 130
    [row] = [row for row in svc("today --json").json if row["kind"] == "draft"]
    assert row["do"] == "svc call log --resume"


def test_x_throws_a_conversation_away_at_any_question(svc: Svc, tmp_path: Path) -> None:
    svc.environ["XDG_STATE_HOME"] = str(tmp_path)
    for sign in ("x", "Ｘ"):
        with Terminal(["call", "log"], svc.environ) as t:
            t.expect("x: throw away")
            t.answer("Number", "CU001")
            t.answer("Which machine", "")
            t.answer("What is it about", sign)
            t.expect("nothing was recorded")
            assert t.end() == 130
        assert not list(tmp_path.rglob("*.json"))
    assert svc("call list --json").json == []


def test_of_several_drafts_one_is_chosen_by_number_or_first_words(svc: Svc, tmp_path: Path) -> None:
    svc.environ["XDG_STATE_HOME"] = str(tmp_path)
    for words in ("boom drifts", "price of a seal"):
        with Terminal(["call", "log", "--from", "CU0001", "--kind", "consult", "--machine", "SN-1"], svc.environ) as t:
            t.expect("In the caller's words")
            t.type(words + CTRL_C)
            assert t.end() == 130
    rows = [row["text"] for row in svc("today --json").json if row["kind"] == "draft"]
    assert rows == [f"draft left behind: CU0001 Works · {words}" for words in ("price of a seal", "boom drifts")]
    with Terminal(["call", "log", "--resume"], svc.environ) as t:
        t.expect("2  20")
        t.answer("Which draft", "works")
        t.expect("2 of them")
        t.answer("Which draft", "boom")
        t.answer("In the caller's words: boom drifts", "")
        t.answer("go there", "x")
        assert t.end() == 130
    [left] = tmp_path.rglob("*.json")
    assert "price of a seal" in left.read_text("utf-8")
    os.utime(left, (time.time() - 15 * 86_400,) * 2)
    with Terminal(["call", "log", "--resume"], svc.environ) as t:
        t.expect("there is no draft")
        assert t.end() == 4
    assert not left.exists(), "what nobody went on with for 14 days is thrown away"


def test_a_draft_holds_no_number_in_clear(svc: Svc, tmp_path: Path) -> None:
    svc.environ["XDG_STATE_HOME"] = str(tmp_path)
    with Terminal(["call", "log"], svc.environ) as t:
        t.answer("Number", "13900009999")
        t.answer("Name of the caller", "Ms Wen")
        t.answer("Which machine", "")
        t.answer("What is it about", "consult")
        t.expect("In the caller's words")
        t.type("call 13600001234 back" + CTRL_C)
        assert t.end() == 130
    [draft] = tmp_path.rglob("*.json")
    assert "139-****-9999" in draft.read_text("utf-8")
    assert not re.search("13900009999|13600001234|139-0000|136-0000", draft.read_text("utf-8"))
    with Terminal(["call", "log", "--resume"], svc.environ) as t:
        t.expect("numbers are not kept in drafts")
        t.answer("serial): 139-****-9999", "139 0000 9999")  # replaces what stands there
        t.answer("In the caller's words", "")
        t.answer("go there", "")
        t.answer("Enter: record", "")
        assert t.end() == 0
    assert svc("call list --json").json[0]["from"] == "139-****-9999"


def test_all_taken_back_leaves_no_draft(svc: Svc, tmp_path: Path) -> None:
    svc.environ["XDG_STATE_HOME"] = str(tmp_path)
    with Terminal(["call", "log"], svc.environ) as t:
        t.answer("Number", "CU001")
        t.answer("Which machine", "<")
        t.expect("serial): CU0001")
        t.type("\x15")
        t.expect("serial): ")
        t.type(CTRL_C)
        assert t.end() == 130
    assert not list(tmp_path.rglob("*.json"))


def test_whoever_is_sent_in_spite_of_something_is_asked_about(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU001 --kind repair --needs-service --summary x").id
    line = ["visit", "dispatch", "--call", call, "--staff", "S04", "--promised", "tomorrow 10:00"]
    with Terminal(line, svc.environ) as t:
        t.expect("Clerk is no technician")
        t.answer("send him all the same [y/N]", "")
        assert t.end() != 0
    assert svc("visit list --json").json == []
    with Terminal([*line, "--yes"], svc.environ) as t:
        assert t.end() == 0
    assert "[y/N]" not in t.text() and len(svc("visit list --json").json) == 1


def test_the_visit_that_one_is_on_is_offered_for_its_report(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU001 --kind repair --needs-service --summary x").id
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 'in 2 hours'").id
    svc(f"--as S02 visit arrive {visit}")
    for who, offered in (("S02", True), ("S01", False)):
        with Terminal(["--as", who, "report", "close"], svc.environ) as t:
            t.expect("Which visit")
            t.type("x\r")
            t.expect("nothing was recorded")
            assert t.end() == 130
        assert (f"1  {visit}" in t.text()) is offered


def test_a_card_in_chinese_has_no_english_label(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU001 --kind repair --machine SN-1 --needs-service --summary 漂移").id
    svc(f"visit dispatch --call {call} --staff S02 --promised 'in 2 hours'")
    for line in (f"call show {call}", "machine show SN-1"):
        shown = svc.run("--lang", "zh", *line.split()).out
        assert re.findall(r"^  ([a-z_]+):", shown, re.MULTILINE) == [], shown
    assert "以何答复: 派工" in svc.run("--lang", "zh", "call", "show", call).out
