"""A department head and his rules file: fill it, break it, read what is said, mend it, try a change, explain.

All through the real command line; nothing but an editor and `svc` is used.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from tests.conftest import Svc, contents

ROOT = Path(__file__).parents[2]

FILLED = {"left_without_call": "100", "late_arrival": "200", "report_incomplete": "50", "disobeyed_dispatch": "300"}

SLIPS = [
    # what he types instead of what, where it is said to be, what is said in English and in Chinese
    ("        yuan: 100  #", "        yuan：100  #", "the colon after the key is a full-width one", "冒号用了全角"),
    ("        yuan: 200  #", "        yuan: 200元  #", "'200元' is not an amount: the number alone, without a unit", "只写数字，不写单位"),
    ("        yuan: 300  #", "        yuan: 3,00  #", "no commas between the thousands", "不要写千分位逗号"),
    ("    set_by: contract\n", "    set_by: contract\n    note: 部门会议定\n", "there is no key 'note'", "没有这个项目：“note”"),
    ("decided_by: [gm]", "decided_by: [boss]", "there is no role 'boss'", "没有这个角色：“boss”"),
]


@pytest.fixture
def office(tmp_path: Path) -> Svc:
    """The shipped department, whose months up to now are not sealed, with a rules file as a new desk gets it."""
    desk = tmp_path / "desk"
    shutil.copytree(ROOT / "data", desk / "data", ignore=shutil.ignore_patterns(".svc", "seals"))
    shutil.copy(ROOT / "svc" / "rules" / "template.yaml", desk / "rules.yaml")
    shutil.copy(ROOT / "svc" / "rules" / "tests_template.yaml", desk / "rules_tests.yaml")
    return Svc(desk, SVC_STAFF="S01", SVC_CLOCK_IS_RIGHT="1")  # nothing was recorded there for weeks


def edit(svc: Svc, old: str, new: str) -> int:
    """Change one place of the file in an editor; the line that it is on."""
    file = svc.desk / "rules.yaml"
    text = file.read_text("utf-8")
    assert text.count(old) >= 1, old
    file.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def carets_under(report: str, excerpt: str) -> bool:
    """Whether in some excerpt the carets stand under exactly that text, counted in columns of a screen."""
    from unicodedata import east_asian_width

    def width(text: str) -> int:
        return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)

    lines = report.split("\n")
    for line, below in itertools.pairwise(lines):
        if excerpt in line and "^" in below:
            start = below.index("^")
            if width(line[: line.index(excerpt)]) == start and width(excerpt) == below.count("^"):
                return True
    return False


def test_the_path_of_a_department_head(office: Svc) -> None:
    svc = office
    assert "in order" in svc("rules check").out
    for amount, yuan in FILLED.items():
        said = svc(f"rules set {amount} {yuan} --from 2026-07-01 --basis '部门会议纪要 2026-06-28'").out
        assert f"+        yuan: {yuan}  # 依据: 部门会议纪要 2026-06-28; 记录: S01" in said
    assert "in order" in svc("rules check").out
    before = (svc.desk / "rules.yaml").read_bytes()

    lines = [edit(svc, old, new) for old, new, _, _ in SLIPS]
    english, chinese = svc("rules check", 1).err, svc("--lang zh rules check", 1).err
    for line, (_, _, en, zh) in zip(lines, SLIPS, strict=True):
        assert en in english and zh in chinese
        assert any(f"rules.yaml:{n}:" in english and f"rules.yaml:{n}:" in chinese for n in (line, line + 1))
    assert "rules.yaml has 5 mistakes" in english and "rules.yaml 有 5 处错误" in chinese
    for text in ("：", "200元", "3,00"):
        assert carets_under(chinese, text), chinese
    assert len(svc("rules check --json", 1).json) == 5
    refused = svc("audit month 2026-10", 2).err
    assert "rules.yaml has 5 mistakes" in refused  # nothing is computed by a file that is wrong
    for old, new, _, _ in SLIPS[::-1]:
        edit(svc, new, old)
    assert (svc.desk / "rules.yaml").read_bytes() == before
    assert "in order" in svc("rules check").out

    raised = svc("rules set late_arrival 250 --from 2026-12-01 --basis '总经理批示 2026-11-20'").out
    assert raised == "+      - from: 2026-12-01\n+        yuan: 250  # 依据: 总经理批示 2026-11-20; 记录: S01\n"

    proposal = svc.desk / "proposal.yaml"
    proposal.write_text(before.decode().replace("yuan: 200  #", "yuan: 260  #"), "utf-8")
    files = contents(svc.desk)
    replay = svc("rules replay proposal.yaml --from 2026-08 --to 2026-10").out
    assert "late_arrival from 2026-07-01: 200.00 yuan → 260.00 yuan" in replay
    assert "late_arrival from 2026-12-01: 250.00 yuan, struck out" in replay
    assert "nothing was written" in replay
    assert contents(svc.desk) == files
    counted = svc("rules replay proposal.yaml --from 2026-08 --to 2026-10 --json").json
    late = [one for one in counted["findings"] if one["new"]["status"] == "final"]
    assert late and all((one["old"]["most"], one["new"]["most"]) == ("200.00", "260.00") for one in late)
    open_ = [one for one in counted["findings"] if one["new"]["status"] == "awaiting_ruling"]
    assert all((one["new"]["least"], one["new"]["most"]) == ("0.00", "260.00") for one in open_)
    old, new = counted["total"]["old"], counted["total"]["new"]
    assert float(new["least"]) - float(old["least"]) == 60 * len(late)
    assert float(new["most"]) - float(old["most"]) == 60 * (len(late) + len(open_))

    assert "0 not" in svc("rules test").out
    shown = svc(f"finding show {late[0]['id']}").out
    assert "due: 1 × 200.00 = 200.00 yuan" in shown and "[rules.yaml:" in shown and "visits/" in shown
    steps = svc(f"--lang zh finding show {late[0]['id']}").out
    assert "应罚：1 × 200.00 = 200.00 元" in steps and "由人认定" in steps
    rule = svc("--lang zh rules explain late_arrival").out
    assert "2026-12-01 起：250.00 元" in rule and "主管、总经理" in rule
    assert "did you mean late_arrival" in svc("rules explain late_arival", 2).err
    assert "no months in order" in svc("rules replay proposal.yaml --from 2026-10 --to 2026-08", 2).err
