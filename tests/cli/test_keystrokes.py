"""The keys that `docs/keystrokes.md` counts do what it says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from tests.conftest import Svc
from tests.transcripts.terminal import Terminal

ROOT = Path(__file__).parents[2]


def script() -> ModuleType:
    """The script that counts."""
    spec = importlib.util.spec_from_file_location("count_keystrokes", ROOT / "scripts" / "count_keystrokes.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_script_counts() -> None:
    counted = script()
    page = (ROOT / "docs" / "keystrokes.md").read_text("utf-8")
    assert counted.table() in page and counted.whole_days() in page
    assert counted.keys("ab[Ctrl-S]⏎") == 4


def test_no_way_to_log_a_call_takes_fewer_keys_than_being_asked() -> None:
    asked, *others = next(iter(script().DEEDS.values()))
    assert asked.keys < min(way.keys for way in others)


def test_the_keys_of_the_conversation_log_the_call(svc: Svc, tmp_path: Path) -> None:
    svc.environ["XDG_STATE_HOME"] = str(tmp_path / "state")
    svc("customer add --name 长风化工厂 --phone 138-0000-0007")
    svc("machine add --serial LX-77 --product LX200 --customer CU0002")
    svc("machine add --serial ZT-50 --product ZT50 --customer CU0002")
    first, *answers = script().TALK
    assert first == "svc call log⏎"
    questions = ("Number", "Which machine", "What is it about", "In the caller's words", "go there", "Until when", "Enter: record")
    with Terminal(["call", "log"], svc.environ) as t:
        for question, answer in zip(questions, answers, strict=True):
            t.answer(question, answer.removesuffix("⏎"))
        assert t.end() == 0
    [call] = svc("call list --json").json
    assert (call["from"], call["machine"], call["kind"], call["needs_service"]) == ("CU0002", "LX-77", "repair", True)
