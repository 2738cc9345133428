"""Mistakes are cheap: the nearest word, the likeliest ids, a dry run of whatever records, one's own board."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Svc


def test_unknown_words_are_answered_with_known_ones(svc: Svc) -> None:
    for line, meant in (("cal list", "'call'"), ("call lgo", "'log'"), ("dispatch", "'visit dispatch'"), ("派遣", "'visit'")):
        assert f"did you mean {meant}" in svc(line, 2).err, line
    assert "did you mean --summary" in svc("call log --sumary x", 2).err


@pytest.mark.parametrize(("line", "meant"), [
    ("来电 列表", "'call'"), ("call 列表", "'list'"), ("call find x", "'list'"), ("call C1", "'show C1'"), ("visit 派工", "'dispatch'"),
    ("log", "'call log' or 'complaint log'"), ("month", "'audit month'"), ("import x", "'ledger import'"), ("cron", "'check'"),
    ("completion bash", "'show bash'"), ("config desk /x", "'set desk /x'"), ("config desk", "'get desk'"),
    ("visit dispatch C1", "svc visit dispatch --call C1"), ("call list 蓬莱", "svc call list --customer 蓬莱"),
    ("today 甄一帆", "svc --as 甄一帆 today"), ("call log 蓬莱 坏了", "svc call log --from 蓬莱"),
    ("audit month", "svc audit month 2026-10"), ("call log --from", "svc call log --channel"),
])  # fmt: skip
def test_what_others_call_it_is_answered_with_what_is_meant(bare: Svc, line: str, meant: str) -> None:
    assert meant in bare(line, 2).err


def test_help_is_understood_in_chinese_and_a_farewell_is_no_command(bare: Svc) -> None:
    assert bare("帮助 call log").out == bare("help call log").out
    assert "did you mean" not in bare("exit", 2).err


def test_what_a_hint_leaves_open_is_never_a_value(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU0001 --kind repair --summary x --needs-service").id
    assert "missing: --text" in svc(f"call reply {call} --text …", 2).err
    assert "missing: --staff" in svc(f"visit dispatch --call {call} --staff … --promised …", 2).err
    svc(f"call reply {call} --text 'soon …'")
    assert svc(f"call show {call} --json").json["entries"][-1]["text"] == "soon …"


def test_wrong_ids_are_answered_with_the_likeliest(svc: Svc) -> None:
    ids = [svc(f"call log --channel phone --from CU0001 --kind consult --summary case{n}").id for n in range(4)]
    said = svc("call show C9", 4).err
    assert sum(id in said for id in ids) == 3 and "case" in said
    svc("customer add --name 'Far Quarry' --phone 138-0000-0002")
    assert "did you mean CU0002 Far Quarry 138-****-0002" in svc("customer show quarri", 4).err
    assert "did you mean S03 Other" in svc(f"visit dispatch --call {ids[0]} --staff Othr --promised 23:59", 4).err
    assert "did you mean SN-1 LX200" in svc("call log --channel phone --from CU0001 --kind repair --summary x --machine SN1", 4).err


def snapshot(desk: Path) -> str:
    """Every byte of the desk but its cache."""
    found = subprocess.run(
        ["find", ".", "-type", "f", "-not", "-path", "*/.svc/*", "-exec", "sha256sum", "{}", "+"],
        cwd=desk, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return "\n".join(sorted(found.stdout.split("\n")))


RECORDING = """
call log --channel phone --from CU0001 --kind repair --summary x
customer add --name New --phone 138-0000-0009
customer edit CU0001 --region North
machine add --serial SN-9 --product LX200
staff add --name New --role clerk
supplier add --name Far
rules set late_arrival 200 --from 2026-12-01
audit submit 2026-10
undo
ledger import all.jsonl
"""


def test_whatever_records_can_be_tried_first(svc: Svc) -> None:
    svc("call log --channel phone --from CU0001 --kind repair --summary before")
    (svc.desk / "all.jsonl").write_text(
        '{"ledger":"call","event":"log","at":"2026-10-01T08:05:00+08:00","channel":"phone","from":"CU0001","kind":"repair",'
        '"summary":"x"}\n'
    )
    before = snapshot(svc.desk)
    for line in RECORDING.strip().split("\n"):
        svc(f"{line} --dry-run")
        assert snapshot(svc.desk) == before, line


def test_a_global_option_behind_the_verb_is_told_its_place(bare: Svc) -> None:
    said = bare("audit month 2026-10 --lang en", code=2).err
    assert said.endswith("hint: it stands before the noun: svc --lang … audit month …\n")
    assert "它要写在最前面：svc --as … today …" in bare("--lang zh today --as S01", code=2).err
    assert "see: svc today --help" in bare("today --nonsense", code=2).err


NEEDS = {
    "S01": {"reply", "arrive", "consent"},  # the head sees everything
    "S02": {"arrive"},  # a technician what waits for him
    "S03": set(),
    "S04": {"reply"},  # the office answers
    "S05": {"arrive", "consent"},  # only the general manager consents; what is overdue comes up too
}


def test_the_board_shows_what_needs_whoever_looks(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at 2026-10-05T08:00").id
    svc("call log --channel phone --from CU0001 --kind consult --summary y")
    svc(f"visit dispatch --call {call} --staff S02 --promised 2026-10-05T10:00 --at 2026-10-05T09:00")
    svc(f"call reply {call} --text soon --at 2026-10-05T08:10")
    svc("return request --machine SN-1 --reason 'wrong model'")
    for who, kinds in NEEDS.items():
        rows = svc(f"--as {who} today --json").json
        assert {row["kind"] for row in rows} == kinds, who
        assert all(row["id"] in (row["do"] or row["id"]) and len(row["short"]) < len(row["id"]) for row in rows)
    assert len(svc("--as S03 today --all --json").json) == 3


def test_a_refusal_is_worded_for_whoever_reads_it(svc: Svc) -> None:
    """Only near options, and never --help; what is below zero; what the system says, of the file asked for."""
    assert "did you mean --channel\n" in svc("call log --chanel phone", code=2).err
    assert "did you mean" not in svc("call log --foo x", code=2).err
    assert "-5: a value cannot be negative" in svc("rules set late_arrival -5 --from 2026-12-01", code=2).err
    line = f"audit month 2026-10 -o {svc.desk}/nowhere/x.html"
    assert f"系统拒绝操作：文件或目录不存在（{svc.desk}/nowhere/x.html）" in svc(f"--lang zh {line}", code=6).err
    assert "S02（技术员）无权：使用 svc audit month" in svc("--lang zh --as S02 audit month 2026-10", code=3).err


def test_what_was_done_with_personal_data_is_told_in_chinese(svc: Svc) -> None:
    svc("customer show CU0001 --unmask")
    svc("customer erase CU0001 --reason asked")
    told = svc("--lang zh access list").out
    assert "查看号码" in told and "删除" in told and "unmask" not in told and "erase" not in told
