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
FORMS = ("table", "plain", "csv", "tsv", "markdown", "json")


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
        assert len(out.strip().split("\n")) >= len(rows) + (line != "check" and form != "plain")
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
