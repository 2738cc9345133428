"""`--format` on every list: the same rows in each form, and nothing in them that breaks the form."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.clauses.scenes import sent
from tests.conftest import Svc
from tests.output.test_schemas import reading

LISTS = sorted(
    (f"{noun} {verb}".strip(), verb)
    for noun, verb in reading()
    if verb in ("list", "due") or noun in ("today", "check", "register")
)
FORMS = ("table", "plain", "csv", "tsv", "markdown", "jsonl", "json")


@pytest.fixture(scope="session")
def busy(staffed, tmp_path_factory) -> Svc:  # type: ignore[no-untyped-def]
    import shutil

    svc = Svc(shutil.copytree(staffed, tmp_path_factory.mktemp("busy") / "desk"))
    svc("customer edit CU0001 --key-every-days 30")
    svc('call log --channel phone --from 13800000001 --kind consult --summary "a|b,c =1" --at 2026-10-05T09:00')
    sent(svc)
    return svc


@pytest.mark.parametrize(("line", "verb"), LISTS)
def test_every_list_takes_every_form(busy: Svc, line: str, verb: str) -> None:
    line += " 2026-10" if line.startswith("register") else ""
    code = 1 if line == "check" else 0
    form = FORMS[LISTS.index((line.removesuffix(" 2026-10"), verb)) % (len(FORMS) - 1)]  # each list one, all in all
    rows = busy(f"{line} --format json", code).json
    assert rows == busy(f"{line} --json", code).json
    out = busy(f"{line} --format {form}", code).out
    if form in ("csv", "tsv"):
        assert len(list(csv.reader(io.StringIO(out), delimiter="," if form == "csv" else "\t"))) == len(rows) + 1
    elif rows:
        assert len(out.strip().split("\n")) >= len(rows) + (line != "check" and form not in ("plain", "jsonl"))
    busy(f"{line} --format xml", code=2)


def test_the_same_cell_in_every_form(busy: Svc) -> None:
    out = {form: busy(f"call list --format {form}").out for form in FORMS}
    assert json.loads(out["json"])[0]["summary"] == "a|b,c =1"
    (row,) = csv.DictReader(io.StringIO(out["csv"]))
    assert row["id"] == json.loads(out["json"])[0]["id"]
    assert all(row["id"] in out[form] for form in FORMS)


def test_markdown_keeps_its_columns(busy: Svc) -> None:
    lines = busy("register calls 2026-10 --format markdown").out.strip().split("\n")
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1


def test_nothing_found_is_nothing_said_by_check(svc: Svc) -> None:
    assert [svc(f"check --format {form}").out for form in ("table", "plain", "markdown")] == ["", "", ""]
    assert svc("check --format json").json == []


def test_people_see_twenty_and_how_many_more_programs_all(svc: Svc) -> None:
    lines = [
        {"ledger": "call", "event": "log", "at": f"2026-10-06T{9 + n // 60:02}:{n % 60:02}:00+08:00", "channel": "phone",
         "from": "CU0001", "kind": "consult", "summary": f"question {n}"}
        for n in range(30)
    ]  # fmt: skip
    text = "\n".join(json.dumps(line) for line in lines)
    assert svc.run("ledger", "import", "-", stdin=text).code == 0
    count = len(svc("call list --json").json)
    assert count == 30
    for form in ("jsonl", "csv", "tsv"):
        whole = svc(f"call list --format {form}")
        assert len(whole.out.splitlines()) == count + (form != "jsonl") and whole.err == "", form
    for form in ("plain", "table", "markdown"):
        cut = svc(f"call list --format {form}")
        assert cut.out.count("question") == 20 and f"{count - 20} more: svc call list --last 100" in cut.err, form
    assert f"还有 {count - 20} 条" in svc("--lang zh call list").err
    for asked in ("--last 25", "--month 2026-10", "--open"):
        assert svc(f"call list {asked}").err == "", "what was asked for is whole"
    assert len(svc("call list --json --last 3").json) == 3
