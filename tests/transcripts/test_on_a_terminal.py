"""The paths of a day on a real terminal: 80 and 40 columns, both languages, wide characters where they belong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.transcripts.plays import PLAYS, play_all
from tests.transcripts.terminal import Terminal, width

pytestmark = pytest.mark.long  # days on a real terminal

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")


def printed(t: Terminal) -> list[str]:
    """The lines as the program ended them, without colours."""
    return ANSI.sub("", t.raw.decode("utf-8", "replace")).replace("\r", "").split("\n")


@pytest.mark.parametrize(("lang", "columns"), [("zh", 80), ("en", 40), ("en", 80), ("zh", 40)])
def test_a_day_on_a_terminal(svc: Svc, tmp_path: Path, lang: str, columns: int) -> None:
    seen = {play.__name__: t for play, t in play_all(svc, tmp_path / "state", lang, columns)}
    assert list(seen) == [play.__name__ for play in PLAYS]
    for name in ("see_today", "see_the_caller", "list_calls", "take_back"):
        wide = [line for line in printed(seen[name]) if width(line) > columns]
        assert not wide, (name, wide)
    board = seen["see_today"].text()
    assert "svc visit arrive V2" in board and ("超期" if lang == "zh" else "overdue") in board
    if columns == 80:
        starts = [line for line in seen["see_today"].lines() if re.search(r"^  \S.*?  [CV]\d+  ", line)]
        assert len({width(line[: re.search(r"[CV]\d+  ", line).start()]) for line in starts}) == 1, starts  # type: ignore[union-attr]
    for name in ("log_a_call", "resume_it"):
        last = seen[name].text()
        assert re.search(r"C\d{4}-\d{4}  ", last) and ("svc call reply" in last or "svc visit dispatch" in last.replace("\n", ""))
    again = "重复修理" if lang == "zh" else "repeat"
    assert again in seen["log_a_call"].text().replace("\n", ""), "the same fault again is flagged while the caller is there"
    assert [row["summary"] for row in svc("call list --json").json][-2:] == [
        "大臂又漂移了，昨天刚换的油封",
        "问装载机在三千米以上用要不要调整",
    ]
    reports = {row["fault"]: (row["missing"], row["survey"]) for row in svc("report list --json").json[-1:]}
    assert reports == {"液压": ("", None)}, "what was recorded last, the survey, was taken back"


def test_the_watched_board_follows_the_window_and_survives_trouble(svc: Svc, tmp_path: Path) -> None:
    svc("call log --channel phone --from CU0001 --kind repair --summary 'boom drifts on the long slope'")
    with Terminal(["today", "--watch", "--every", "1"], svc.environ, 80, 12) as t:
        t.expect("call not answered: boom drifts")
        assert re.search(r"boom drifts on the lon(…|g slope) +svc call reply C1\n", t.text()), "everybody's board has a line a thing"
        t.resize(40, 20)
        t.expect("  svc call reply C1")
        rules = svc.desk / "rules.yaml"
        text = rules.read_text()
        rules.write_text("no rules: [")
        t.expect("rules")  # said in the last line, the board stays
        assert "svc call reply C1" in t.text()
        assert "drifts on the long slope" in " ".join(t.text().split()), "one below the other there is room for all of it"
        rules.write_text(text)
        t.type("q")
        assert t.end() == 0
    assert "needs a terminal" in svc("today --watch", 2).err
