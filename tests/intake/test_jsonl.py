"""Importing the neutral form: all or nothing, every wrong line named, in any order, as often as you like."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from svc.domain.people import ANONYMOUS
from svc.intake import jsonl
from tests.conftest import Svc

from .conftest import Import, Line, contents, lines

STAFF = [
    {"ledger": "staff", "event": "add", "id": "S02", "name": "甄一帆", "role": "technician"},
    {"ledger": "staff", "event": "add", "id": "S09", "name": "Head Two", "role": "head"},
    {"ledger": "staff", "event": "add", "id": "S10", "name": "Gm", "role": "gm"},
]
WORKS = {"ledger": "customer", "event": "add", "id": "CU001", "name": "长风化工厂", "phone": "138-0000-0001"}
MACHINE = {"ledger": "machine", "event": "add", "id": "SN-1", "product": "LX200", "customer": "CU001"}
CALL = {
    "ledger": "call",
    "event": "log",
    "id": "C2610-0001",
    "at": "2026-10-01T08:05:00+08:00",
    "by": "S09",
    "channel": "phone",
    "from": "CU001",
    "kind": "repair",
    "machine": "SN-1",
    "summary": "动臂下沉",
}
REPLY = {
    "ledger": "call",
    "event": "reply",
    "id": "C2610-0001",
    "at": "2026-10-01T09:00:00+08:00",
    "by": "S02",
    "text": "明天上门",
}
VISIT = {
    "ledger": "visit",
    "event": "dispatch",
    "id": "V2610-0001",
    "at": "2026-10-01T10:00:00+08:00",
    "by": "S09",
    "call": "C2610-0001",
    "staff": "S02",
    "promised": "2026-10-02T10:00:00+08:00",
    "purpose": "repair",
}
ARRIVE = {"ledger": "visit", "event": "arrive", "id": "V2610-0001", "at": "2026-10-02T10:30:00+08:00", "by": "S02"}
LEAVE = {
    "ledger": "visit",
    "event": "leave",
    "id": "V2610-0001",
    "at": "2026-10-02T12:00:00+08:00",
    "by": "S02",
    "no_call_in": True,
}
CLOSE = {
    "ledger": "report",
    "event": "close",
    "id": "R2610-0001",
    "visit": "V2610-0001",
    "at": "2026-10-02T12:30:00+08:00",
    "by": "S02",
    "fault": "hydraulics",
    "cause": "密封圈老化",
    "cause_class": "wear",
    "solution": "更换密封圈",
    "parts": [{"name": "密封圈", "qty": 2}],
    "no_parts": False,
    "opinion": "满意",
    "resolved": True,
}
SURVEY = {
    "ledger": "report",
    "event": "survey",
    "id": "R2610-0001",
    "visit": "V2610-0001",
    "at": "2026-10-03T09:00:00+08:00",
    "by": "S02",
    "scores": {"speed": 5, "skill": 4, "manners": 5, "overall": 5},
}
RULING = {
    "ledger": "finding",
    "event": "uphold",
    "id": "late_arrival/V2610-0001",
    "at": "2026-10-05T09:00:00+08:00",
    "by": "S09",
    "reason": "睡过头",
}
DAY: list[Line] = [*STAFF, WORKS, MACHINE, CALL, REPLY, VISIT, ARRIVE, LEAVE, CLOSE, SURVEY, RULING]


def entries(svc: Svc) -> list[Line]:
    """What is recorded, as export gives it, names and numbers in clear."""
    return [json.loads(line) for line in svc("ledger export --unmask").out.split("\n")[:-1]]


def test_a_whole_file_is_imported_and_counted(take: Import, bare: Svc) -> None:
    result = take(*DAY)
    assert result.code == 0, result.err
    assert result.out.startswith("13 imported")
    assert bare("ledger verify").code == 0
    figures = bare.audit("2026-10")
    assert figures["calls"]["registered"] == 1
    assert figures["visits"]["late"] == 1
    assert figures["reports"]["incomplete"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_lines_does_not_matter(take: Import, bare: Svc, seed: int) -> None:
    mixed = DAY[:]
    random.Random(seed).shuffle(mixed)
    assert take(*mixed).code == 0
    found = {(e["ledger"], e["event"], e["id"]) for e in entries(bare)}
    assert {(e["ledger"], e["event"], e["id"]) for e in DAY} <= found


def test_what_happened_in_one_minute_is_put_in_its_usual_order(take: Import) -> None:
    at = ARRIVE["at"]
    assert take(*STAFF, WORKS, MACHINE, CALL, {**LEAVE, "at": at}, {**ARRIVE, "at": at}, VISIT).code == 0


def test_the_same_file_twice_adds_nothing(take: Import, bare: Svc) -> None:
    take(*DAY)
    before = contents(bare.desk)
    again = take(*DAY)
    assert again.code == 0 and again.out.startswith("0 imported")
    assert contents(bare.desk) == before


def test_a_line_that_stands_twice_counts_once(take: Import, bare: Svc) -> None:
    assert take(*DAY, REPLY, CALL).code == 0
    assert len([e for e in entries(bare) if e["event"] == "reply"]) == 1


def test_more_can_be_added_later(take: Import) -> None:
    assert take(*DAY[:6]).code == 0
    assert take(*DAY).out.startswith("7 imported")


def test_export_goes_into_a_fresh_desk_unchanged(take: Import, bare: Svc, tmp_path: Path) -> None:
    take(*DAY, {**CALL, "id": "C2610-0002", "from": "139-1111-2222", "contact": "王工", "machine": None})
    out = tmp_path / "out.jsonl"
    out.write_text(bare("ledger export --unmask").out, "utf-8")
    other = Svc(tmp_path / "other")
    other.run("init", str(other.desk), "--name", "Head", "--id", "S01")
    result = other.run("ledger", "import", str(out))
    assert result.code == 0, result.err
    assert entries(other) == entries(bare)
    assert other.audit("2026-10")["calls"] == bare.audit("2026-10")["calls"]


def test_a_masked_export_goes_into_a_fresh_desk(take: Import, bare: Svc, tmp_path: Path) -> None:
    take(*DAY, {**CALL, "id": "C2610-0002", "from": "139-1111-2222", "machine": None})
    masked = bare("ledger export").out
    assert "甄一帆" not in masked and "139-1111-2222" not in masked
    other = Svc(tmp_path / "other")
    other.run("init", str(other.desk), "--id", "S01")
    (tmp_path / "out.jsonl").write_text(masked, "utf-8")
    result = other.run("ledger", "import", str(tmp_path / "out.jsonl"))
    assert result.code == 0, result.err
    assert other("ledger export").out == masked


@pytest.mark.parametrize("flag", ["--unmask", ""])
def test_a_desk_with_callers_whom_nobody_can_name_goes_into_a_fresh_desk(svc: Svc, founded: Path, tmp_path: Path, flag: str) -> None:
    bare = Svc(shutil.copytree(founded, tmp_path / "fresh"))
    for word in ("withheld", "unsigned", "隐藏号码", "匿名"):
        svc(f"call log --channel letter --from {word} --kind consult --summary {word}")
        svc(f"complaint log --channel letter --from {word} --kind service --cause attitude --about S02 --summary {word}")
    svc("return request --machine SN-1 --from withheld --reason noise")
    (tmp_path / "out.jsonl").write_text(svc(f"ledger export {flag}").out, "utf-8")
    bare(f"ledger import {tmp_path / 'out.jsonl'}")
    for noun, callers in (("call", {"withheld": 2, "unsigned": 2}), ("complaint", {"withheld": 2, "unsigned": 2}), ("return", {"withheld": 1})):
        assert Counter(row["from"] for row in bare(f"{noun} list --json").json) == callers
    assert [line for line in bare("ledger export").out.split("\n") if '"staff", "event": "add"' not in line] == [
        line for line in svc("ledger export").out.split("\n") if '"staff", "event": "add"' not in line
    ]  # a fresh desk has its own head


def test_in_a_file_each_word_for_nobody_is_understood(take: Import, bare: Svc) -> None:
    words = [(word, code) for code, others in ANONYMOUS.items() for word in (code, code.upper(), *others)]
    calls = [{**CALL, "id": f"C2610-{n:04d}", "from": word} for n, (word, _) in enumerate(words, 1)]
    assert take(*STAFF, WORKS, MACHINE, *calls).code == 0
    assert [row["from"] for row in bare("call list --month 2026-10 --json").json] == [code for _, code in words]


def test_a_dry_run_checks_and_writes_nothing(take: Import, bare: Svc) -> None:
    before = contents(bare.desk)
    result = take(*DAY, options=("--dry-run",))
    assert result.code == 0 and "13 would be imported" in result.out
    assert contents(bare.desk) == before
    assert take(*DAY, {**CALL, "kind": "dance"}, options=("--dry-run",)).code == 2


FUTURE = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 30 * 86_400))

WRONG: dict[str, tuple[Line | str, int, str]] = {
    "broken json": ('{"ledger":"call",', 2, "not JSON at column"),
    "no object": ("[1, 2]", 2, "not a JSON object"),
    "a key twice": ('{"ledger":"call","id":"C1","id":"C2"}', 2, "'id' is there twice"),
    "no number": ('{"ledger":"call","qty":NaN}', 2, "NaN is no number"),
    "no ledger": ({"event": "log"}, 2, "ledger or event is missing"),
    "a list for a ledger": ({**CALL, "ledger": []}, 2, "ledger or event is missing"),
    "unknown ledger": ({**CALL, "ledger": "cals"}, 2, "there is no ledger 'cals'"),
    "unknown event": ({**CALL, "event": "logg"}, 2, "call has no event 'logg'"),
    "unknown field": ({**CALL, "sumary": "x"}, 2, "there is no field 'sumary'"),
    "no at": ({**CALL, "at": None}, 2, "at is missing"),
    "at is a number": ({**CALL, "at": 20261001}, 2, "at is missing"),
    "at in words": ({**CALL, "at": "yesterday"}, 2, "'yesterday' is no time"),
    "impossible day": ({**CALL, "at": "2026-02-30T10:00"}, 2, "does not exist"),
    "in the future": ({**CALL, "at": FUTURE}, 2, "in the future"),
    "a register's at in the future": ({**WORKS, "id": "CU9", "at": FUTURE}, 2, "in the future"),
    "small letters in an id": ({**CALL, "id": "c-1"}, 2, "'c-1' is no call id"),
    "a path for an id": ({**CALL, "id": "../../etc/passwd"}, 2, "is no call id"),
    "a path in a register": ({**WORKS, "id": "../x"}, 2, "is no customer id"),
    "a number for an id": ({**CALL, "id": 7}, 2, "7 is no call id"),
    "a reply without an id": ({**REPLY, "id": None}, 2, "the id of the call is missing"),
    "a finding's id for a call": ({**CALL, "id": "late_arrival/V2610-0001"}, 2, "is no call id"),
    "a wrong choice": ({**CALL, "id": "C2610-0009", "kind": "dance"}, 2, "kind: 'dance' cannot be used"),
    "a control character": ({**CALL, "id": "C2610-0009", "summary": "a\x1b[2J"}, 2, "control character"),
    "no staff on a visit": ({**VISIT, "id": "V2610-0009", "staff": None}, 2, "missing: staff"),
    "a survey with nothing": ({**SURVEY, "scores": None}, 2, "missing: scores"),
    "both words on calling in": ({**LEAVE, "called_in": LEAVE["at"]}, 2, "contradict each other"),
    "money of three decimals": ({**STAFF[0], "id": "S07", "wage": "1.234"}, 2, "'1.234' cannot be used"),
    "nobody of that id": ({**CALL, "id": "C2610-0009", "from": "CU777"}, 4, "there is no customer 'CU777'"),
    "no such machine": ({**CALL, "id": "C2610-0009", "machine": "SN-9"}, 4, "there is no machine 'SN-9'"),
    "a machine of nobody": ({**MACHINE, "id": "SN-9", "customer": "CU777"}, 4, "there is no customer 'CU777'"),
    "no such call": ({**VISIT, "id": "V2610-0009", "call": "C2610-0777"}, 4, "there is no call C2610-0777"),
    "no such visit": ({**CLOSE, "id": "R2610-0009", "visit": "V2610-0777"}, 4, "there is no visit V2610-0777"),
    "no such rule": ({**RULING, "id": "no_such/V2610-0001"}, 2, "there is no rule 'no_such'"),
    "a ruling on nothing": ({**RULING, "id": "late_arrival/V2610-0777"}, 4, "there is no visit V2610-0777"),
    "leaving before arriving": ({**LEAVE, "at": "2026-10-02T10:00:00+08:00"}, 4, "was not reached by"),
    "a reply before the call": ({**REPLY, "at": "2026-10-01T08:00:00+08:00"}, 4, "was not logged by 2026-10-01"),
    "a second arrival": ({**ARRIVE, "at": "2026-10-02T11:00:00+08:00"}, 4, "was reached already"),
    "a second report": ({**CLOSE, "id": "R2610-0002"}, 4, "the report of V2610-0001 is R2610-0001"),
    "other content under an id": ({**CALL, "summary": "other"}, 4, "C2610-0001 was logged already"),
    "other customer under an id": ({**WORKS, "name": "Other"}, 4, "CU001 is registered already, with other values"),
    "may not dispatch": ({**VISIT, "id": "V2610-0009", "by": "S02"}, 3, "S02 (technician) may not dispatch"),
    "by nobody": ({**REPLY, "by": "S99"}, 4, "there is no staff 'S99'"),
    "by a number": ({**REPLY, "by": 2}, 2, "by: 2 is no staff id"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_line_is_named_and_nothing_is_written(take: Import, name: str) -> None:
    line, code, words = WRONG[name]
    # those that contradict a line of the same id stand for it, so that only they are wrong
    event = (line.get("event"), line.get("id")) if isinstance(line, dict) else None
    instead = code == 4 and name in ("leaving before arriving", "a reply before the call")
    others = [one for one in DAY if not (instead and (one.get("event"), one.get("id")) == event)]
    if name == "leaving before arriving":
        others = [one for one in others if one["ledger"] not in ("report", "finding")]
    result = take(*others, "", line)
    assert result.code == code, result.err
    assert words in result.err
    number = len(others) + 2
    assert f"in.jsonl:{number}: " in result.err
    assert "nothing was imported" in result.err
    assert "hint: " in result.err


def test_the_nearest_field_is_named(take: Import) -> None:
    assert "did you mean 'summary'?" in take({**CALL, "sumary": "x"}).err


def test_nobody_rules_on_himself(take: Import) -> None:
    own = {**VISIT, "id": "V2610-0005", "staff": "S09"}
    late = {**ARRIVE, "id": "V2610-0005"}
    result = take(*DAY, own, late, {**RULING, "id": "late_arrival/V2610-0005"})
    assert result.code == 4 and "concerns S09, who cannot rule on it" in result.err


def test_an_entry_that_contradicts_the_desk_is_blamed_itself(take: Import) -> None:
    closed = {"ledger": "call", "event": "close", "id": "C2610-0001", "at": "2026-10-05T10:00:00+08:00", "by": "S09"}
    assert take(*DAY, closed).code == 0
    result = take({**closed, "at": "2026-10-04T10:00:00+08:00"})
    assert result.code == 4
    assert "in.jsonl:1: close of C2610-0001 at 2026-10-04 10:00 contradicts its close at 2026-10-05 10:00" in result.err


def test_many_lines_with_one_mistake_are_told_once_with_the_first_places(take: Import) -> None:
    result = take(*({**CALL, "id": f"C2610-{n:04}", "kind": "x"} for n in range(60)))
    assert result.err.count("svc: error: in.jsonl:") == 1
    assert "(60 lines the same, also 2, 3, 4, 5 …)" in result.err
    assert "60 of 60 lines are wrong" in result.err


def test_the_gravest_error_gives_the_exit_code_even_where_it_is_not_shown(take: Import) -> None:
    bad = [{**CALL, "id": f"C2610-{n:04}", "kind": "x"} for n in range(55)]
    assert take(*STAFF, WORKS, MACHINE, *bad, {**VISIT, "call": "C2610-0777"}).code == 4


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ('{"a":1}\n{"b":"\xe9"}\n'.encode("latin-1"), "in.jsonl:2: byte 7 is not UTF-8"),
        ('{"a":1}\n'.encode("utf-16"), "in.jsonl:1: the file is UTF-16"),
        (b'{"a":"' + b"x" * (1 << 20) + b'"}\n' + lines({"b": 1}).encode(), "in.jsonl:2: ledger or event is missing"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}\n", "in.jsonl:1: not JSON"),
        (b"[" * 100_000 + b"\n", "in.jsonl:1: not usable"),
    ],
    ids=["latin-1", "utf-16", "after a line too long", "two boms", "nested without end"],
)
def test_a_spoilt_file_is_refused(bare: Svc, tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "in.jsonl"
    file.write_bytes(data)
    result = bare.run("ledger", "import", str(file))
    assert result.code == 2 and words in result.err


def test_a_bom_and_windows_line_ends_are_fine(bare: Svc, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + lines(*DAY).replace("\n", "\r\n").encode())
    assert bare.run("ledger", "import", str(file)).code == 0


def test_line_separators_inside_a_text_do_not_split_it(take: Import, bare: Svc) -> None:
    line = json.dumps({**CALL, "from": None, "machine": None, "by": None, "summary": "a\u2028b"}, ensure_ascii=False)
    assert take(line).code == 0
    assert entries(bare)[-1]["summary"] == "a\u2028b"


def test_what_nobody_wrote_down_may_be_missing(take: Import, bare: Svc) -> None:
    bare_call = {k: v for k, v in CALL.items() if k not in ("from", "summary", "machine", "by")}
    assert take(bare_call).code == 0
    assert bare.audit("2026-10")["data_quality"]["empty_calls"] == 1


# ---- ids given by svc ----------------------------------------------------------------------------


def test_ids_that_are_not_given_are_made_and_leave_those_alone_that_are(take: Import, bare: Svc) -> None:
    plain = {k: v for k, v in CALL.items() if k not in ("id", "from", "machine", "by")}
    assert take({**plain, "summary": "one"}, {**plain, "id": "C2610-0001"}, {**plain, "summary": "two"}).code == 0
    found = {e["summary"]: e["id"] for e in entries(bare) if e["ledger"] == "call"}
    assert found == {"动臂下沉": "C2610-0001", "one": "C2610-0002", "two": "C2610-0003"}


def test_lines_without_ids_are_found_again(take: Import) -> None:
    plain = {k: v for k, v in CALL.items() if k not in ("id", "from", "machine", "by")}
    customer = {"ledger": "customer", "name": "No Number"}
    assert take(plain, plain, customer).out.startswith("3 imported")
    assert take(plain, plain, customer).out.startswith("0 imported")
    assert take(plain, plain, plain, customer).out.startswith("1 imported")


def test_a_survey_without_an_id_belongs_to_the_report_of_its_visit(take: Import, bare: Svc) -> None:
    early = {**SURVEY, "id": None, "at": CLOSE["at"]}
    assert take(early, *(line for line in DAY if line is not SURVEY)).code == 0
    assert {e["id"] for e in entries(bare) if e["ledger"] == "report"} == {"R2610-0001"}


# ---- people --------------------------------------------------------------------------------------


def test_customers_of_the_file_are_known_by_number_and_name(take: Import, bare: Svc) -> None:
    two = {**WORKS, "id": "CU002", "name": "Two Phones", "phone": "139-0000-0002；021-5555-0100"}
    calls = [
        {**CALL, "id": f"C2610-{n:04}", "from": who}
        for n, who in enumerate(("13800000001", "02155550100", "长风化工厂", "two phones", "cu002"))
    ]
    assert take(*calls, *DAY[:5], two).code == 0
    found = [e["from"] for e in entries(bare) if e["ledger"] == "call"]
    assert found == ["CU001", "CU002", "CU001", "CU002", "CU002"]


def test_a_number_of_two_customers_is_nobodys(take: Import, bare: Svc) -> None:
    two = {**WORKS, "id": "CU002", "name": "Other"}
    assert take(*DAY[:5], two, {**CALL, "from": "138-0000-0001"}).code == 0
    exported = [json.loads(line) for line in bare("ledger export").out.split("\n")[:-1]]
    assert exported[-1]["from"] == "138-****-0001"


def test_a_strangers_number_is_kept_apart(take: Import, bare: Svc) -> None:
    assert take(*DAY[:5], {**CALL, "from": "139-1111-2222", "contact": "王工"}).code == 0
    data = contents(bare.desk)
    (calls,) = (body for name, body in data.items() if name.startswith("data/calls/"))
    assert b"139-****-2222" in calls
    where = [name for name, body in data.items() if b"139-1111-2222" in body or "王工".encode() in body]
    assert where == ["data/registers/callers.csv"]


def test_staff_of_the_file_act_in_it_by_their_roles_there(take: Import) -> None:
    clerk = {"ledger": "staff", "event": "add", "id": "S20", "name": "Clerk", "role": "clerk"}
    assert take({**VISIT, "by": "S20"}, *DAY[:6], clerk).code == 0
    other = {**VISIT, "id": "V2610-0002", "by": "甄一帆"}
    assert "S02 (technician) may not dispatch" in take(other).err


def test_only_a_head_imports(bare: Svc, tmp_path: Path) -> None:
    tech = bare("staff add --name Tech --role technician").id
    (tmp_path / "in.jsonl").write_text(lines(*DAY), "utf-8")
    assert bare.run("--as", tech, "ledger", "import", str(tmp_path / "in.jsonl")).code == 3


# ---- rejects -------------------------------------------------------------------------------------


def rejected(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text("utf-8").split("\n")[:-1]]


def test_rejects_keep_out_bad_lines_and_what_depends_on_them(take: Import, bare: Svc, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    other = {**CALL, "id": "C2610-0002", "machine": None}
    result = take(*DAY[:5], other, {**CALL, "kind": "x"}, *DAY[6:], "{", options=("--rejects", str(bad)))
    assert result.code == 0
    assert result.out.startswith("6 imported")
    assert "lines kept out" in result.err
    rows = rejected(bad)
    assert [row["place"] for row in rows] == [f"in.jsonl:{n}" for n in range(7, 16)]
    assert rows[0]["error"] == "kind: 'x' cannot be used" and rows[0]["line"]["kind"] == "x"
    assert rows[-1]["line"] == "{"
    assert {e["id"] for e in entries(bare) if e["ledger"] == "call"} == {"C2610-0002"}


def test_after_a_line_too_long_reading_goes_on(take: Import, tmp_path: Path) -> None:
    long = {**WORKS, "id": "CU9", "address": "x" * (1 << 20)}
    result = take(STAFF[0], long, STAFF[1], options=("--rejects", str(tmp_path / "bad.jsonl")))
    assert result.out.startswith("2 imported")
    assert rejected(tmp_path / "bad.jsonl")[0]["error"] == "the line is longer than 1 MiB"


def test_without_bad_lines_an_old_file_of_rejects_is_emptied(take: Import, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("old\n")
    assert take(*DAY, options=("--rejects", str(bad))).code == 0
    assert bad.read_text() == ""
    bad.unlink()
    assert take(*DAY, options=("--rejects", str(bad))).code == 0
    assert not bad.exists()


def test_rejects_overwrite_neither_the_source_nor_the_desk(take: Import, bare: Svc, tmp_path: Path) -> None:
    for target in (tmp_path / "in.jsonl", bare.desk / "data" / "calls" / "2026-10.csv", tmp_path):
        result = take("{", *DAY, options=("--rejects", str(target)))
        assert result.code == 2 and "would overwrite" in result.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_where_rejects_cannot_be_written_nothing_is_imported(take: Import, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    assert take("{", *DAY, options=("--rejects", str(shut / "bad.jsonl"))).code == 6


def test_where_the_folder_of_rejects_is_missing_nothing_is_imported(take: Import, tmp_path: Path) -> None:
    assert take("{", *DAY, options=("--rejects", str(tmp_path / "no" / "bad.jsonl"))).code == 6


# ---- other ways to get it wrong ------------------------------------------------------------------


def test_a_file_that_is_not_there(bare: Svc) -> None:
    result = bare("ledger import none.jsonl", code=2)
    assert "there is no file none.jsonl" in result.err


def test_an_empty_file_adds_nothing(take: Import) -> None:
    assert take().out.startswith("0 imported")


def test_a_list_needs_a_map(bare: Svc, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n")
    assert "--map" in bare.run("ledger", "import", str(tmp_path / "a.csv")).err


def test_reading_is_lazy(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(lines({"a": 1}, "", {"b": 2}))
    found = jsonl.read(file)
    assert next(found).given == {"a": 1}
    assert next(found).number == 3


COUNTED = """
import sys
steps = 0
def count(frame, event, argument):
    global steps
    steps += event == "call"
from svc.cli import main
sys.setprofile(count)
try:
    main()
finally:
    sys.setprofile(None)
    print(steps, file=sys.stderr)
"""


def test_the_cost_of_a_line_does_not_grow_with_their_number(founded: Path, tmp_path: Path) -> None:
    def steps(many: int) -> int:
        """Functions called, which no load of the machine changes."""
        calls = [{**CALL, "id": f"C2610-{n:04}", "from": f"13{n:09}", "machine": None} for n in range(many)]
        people = [{**WORKS, "id": f"CU{n:04}", "name": f"Works {n}", "phone": f"13{n:09}"} for n in range(many)]
        replies = [{**REPLY, "id": f"C2610-{n:04}"} for n in range(many)]
        desk = Svc(shutil.copytree(founded, tmp_path / f"desk{many}"))
        (tmp_path / "in.jsonl").write_text(lines(*STAFF, *people, *calls, *replies), "utf-8")
        command = [sys.executable, "-c", COUNTED, "ledger", "import", str(tmp_path / "in.jsonl")]
        done = subprocess.run(command, env=desk.environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return int(done.stderr.split()[-1])

    assert steps(600) < 4 * steps(200)
