"""On a screen codes are said as words, in English too; programs get the codes, and what is on the screen may be typed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from svc.commands import register
from svc.desk.open import Desk, Options
from svc.domain import ledgers, registers
from svc.output.words import ways_to_say
from tests.conftest import Svc

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"(?<![\w/.-])[a-z]+(?:_[a-z0-9]+)+(?![\w/.(])")
"""A word with an underscore that is neither part of an id, nor a fact of the rules file, nor a file."""

BOARDS = (
    "today", "--as S03 today", "--as S05 today", "plan week", "check", "audit month 2026-10", "audit month 2026-11 --full", "audit pay 2026-10",
    "audit compare 2026-10 2026-11", "register calls 2026-11", "register dispatch 2026-11", "staff statement S05 --month 2026-10",
    "rules explain late_arrival", "finding list --month 2026-11", "stock list", "upkeep due", "tour due", "search 油管",
)  # fmt: skip
NOUNS = ("fault", "finding", *(noun for noun in (*ledgers.TABLE, *registers.TABLE) if noun not in ("faultcode", "undo", "reading", "finding")))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Svc:
    """The desk that is given with the program, to be read."""
    desk = tmp_path_factory.mktemp("shipped") / "desk"
    shutil.copytree(ROOT / "data", desk / "data", ignore=shutil.ignore_patterns(".svc"))
    shutil.copy(ROOT / "rules.yaml", desk)
    return Svc(desk, SVC_STAFF="S01", SVC_LANG="en")


def codes(svc: Svc, *lines: str) -> dict[str, set[str]]:
    """The codes that stand on the screen of each command, without the names of rules."""
    rules = set(re.findall(r"id: (\w+)", (ROOT / "rules.yaml").read_text("utf-8"))) | {"bonus_cut_attitude"}
    return {line: left for line in lines if (left := set(CODE.findall(svc.run(*line.split()).out)) - rules)}


def test_no_list_shows_a_code(shipped: Svc) -> None:
    assert codes(shipped, *(f"{noun} list" for noun in NOUNS)) == {}


def test_no_card_shows_a_code(shipped: Svc) -> None:
    shows = []
    for noun in NOUNS:
        rows = shipped.run(noun, "list", "--json").json or [{}]
        by_standing = {str([row.get(name) for name in ("status", "standing", "outcome", "answer")]): row for row in rows}
        ids = [row.get("id") or row.get("fault") for row in by_standing.values()]
        shows += [f"{noun} show {id}" for id in ids if id]
    assert codes(shipped, *shows) == {}


def test_no_board_shows_a_code(shipped: Svc) -> None:
    assert codes(shipped, *BOARDS) == {}


def test_programs_get_the_code_and_the_screen_may_be_typed(shipped: Svc) -> None:
    told = [shipped.run("return", "list", "--json", "--status", word).json for word in ways_to_say("awaiting_consent", "standing")]
    assert told[0] and all(one == told[0] for one in told)
    assert "awaiting consent" in shipped("return list").out and "awaiting_consent" in shipped("return list --format csv").out
    assert "there are: " in shipped("return list --status nonsense", code=2).err


def test_a_book_names_a_rule_by_its_title_and_one_that_was_struck_out_by_its_id(shipped: Svc) -> None:
    desk = Desk.open(Options(str(shipped.desk), "S01"))
    titled = register._for_people(desk, {"rule": "tool_not_returned", "reviewed_by": "S01"}, register.EXPENSES)
    assert titled["rule"] in (desk.rules.rules["tool_not_returned"].title.en, desk.rules.rules["tool_not_returned"].title.zh)
    assert titled["reviewed_by"] == desk.person("staff", "S01")["name"]
    assert register._for_people(desk, {"rule": "struck_out_since"}, register.EXPENSES)["rule"] == "struck_out_since"
