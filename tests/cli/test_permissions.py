"""Who may do what: every verb tried with every role, the page of the table current, one's own fines and nobody else's."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from svc.domain import permissions
from svc.domain.ledgers import ROLES
from tests import forks
from tests.clauses.scenes import sent, visited
from tests.conftest import Svc
from tests.hostile import note

ROOT = Path(__file__).parents[2]


def script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERBS = {(noun, name): command for noun, name, command in script("make_permission_docs").verbs()}


def test_every_verb_is_in_the_table_and_the_page_is_current() -> None:
    assert [key for key in VERBS if permissions.verb(*key) is None] == []
    made = script("make_permission_docs")
    assert made.page() == made.PAGE.read_text("utf-8"), "run scripts/make_permission_docs.py"


def test_the_page_of_what_was_tried_names_every_restricted_verb() -> None:
    page = (ROOT / "docs/boundaries.md").read_text("utf-8")
    assert [key for key in RESTRICTED if f"| `{' '.join(key).strip()}` |" not in page] == [], "run scripts/make_boundary_docs.py"
    assert not re.search(r"[1-9][0-9]* through", page)


@pytest.fixture(scope="module")
def roles(staffed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with one person of each role, P1 … P8."""
    desk = shutil.copytree(staffed, tmp_path_factory.mktemp("roles") / "desk")
    for n, role in enumerate(ROLES, 1):
        Svc(desk)(f"staff add --id P{n} --name {role}son --role {role}")
    return desk


def run(desk: Path, line: str, monkeypatch: pytest.MonkeyPatch, staff: str = "") -> int:
    """A command line in this process: eight hundred of them are tried."""

    from svc import text
    from svc.cli import app

    forks.read_signatures()
    text.use("en")
    monkeypatch.chdir(desk)
    monkeypatch.setenv("SVC_DESK", str(desk))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.parent / "settings"))  # an example settles the language
    monkeypatch.delenv("SVC_STAFF", raising=False)
    if staff:
        monkeypatch.setenv("SVC_STAFF", staff)
    code = app.main(shlex.split(line.partition(" > ")[0]), standalone_mode=False)
    return int(code)


RESTRICTED = sorted(key for key in VERBS if (found := permissions.verb(*key)) and found.roles and not found.own)
OPEN = sorted(VERBS.keys() - set(RESTRICTED) - {("init", "")})


@pytest.mark.parametrize("role", ROLES)
def test_every_verb_with_every_role(
    roles: Path, role: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    person = f"P{ROLES.index(role) + 1}"
    for noun, name in RESTRICTED:
        verb = permissions.verb(noun, name)
        assert verb is not None
        example = VERBS[noun, name].epilog.split("\n")[0].removeprefix("svc ")
        for given in ((f"--as {person}", ""), ("", person)):
            code = run(roles, f"{given[0]} {example}", monkeypatch, given[1])
            said = capsys.readouterr()
            note("verb", f"{noun} {name}".strip(), role, verb.allows(role), code != 3)
            if verb.allows(role):
                assert code != 3, (role, example, said.err)
                break
            assert code == 3 and said.out == "", (role, example, said)
            assert f"who may: {', '.join(verb.roles)} (" in said.err and person in said.err, said.err


OF_ANOTHER = {"staff show", "staff statement", "statement sign"}
"""Of these the example names somebody, and only he (or who sees fines) may; the others show everybody his own or what is there."""


def test_what_is_open_to_everybody_is(
    roles: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for noun, name in OPEN:
        example = VERBS[noun, name].epilog.split("\n")[0].removeprefix("svc ")
        refused = run(roles, f"--as P6 {example}", monkeypatch) == 3
        assert refused == (f"{noun} {name}" in OF_ANOTHER), (example, capsys.readouterr().err)
        if refused:
            his = example.replace("S02", "P6").partition(" --out")[0]
            assert run(roles, f"--as P6 {his}", monkeypatch) != 3, (his, capsys.readouterr().err)


def test_a_person_sees_his_own_and_nobody_elses(svc: Svc) -> None:
    from tests.clauses.scenes import visited

    visit = visited(svc)
    report = svc(f"report close {visit} --fault x --cause wear --at 2026-10-07T09:00").id
    finding = f"report_incomplete/{report}"
    own, other, finance = "--as S02", "--as S03", "--as P5"
    svc("staff add --id P5 --name Fin --role finance")
    for who in (own, finance, "--as S05", ""):
        assert [row["id"] for row in svc(f"{who} finding list --month 2026-10 --json").json] == [finding]
        assert finding in svc(f"{who} finding show {finding}").out
        assert svc(f"{who} staff show S02 --month 2026-10 --json").json["figures"]["findings"]
    assert svc(f"{other} finding list --month 2026-10 --json").json == []
    for line in (f"finding show {finding}", "staff show S02", "audit month 2026-10"):
        refused = svc(f"{other} {line}", code=3)
        assert refused.out == "" and "who may: head, gm, finance (S01 Head" in refused.err
    svc(f"{other} staff show S03")
    svc("conduct log --about S02 --kind disobedience --summary x --at 2026-10-08T09:00")
    assert len(svc(f"{own} conduct list --json").json) == 1
    assert svc(f"{other} conduct list --json").json == []
    svc(f"{own} conduct show X1")
    svc(f"{other} conduct show X1", code=3)


def test_who_owns_the_files_reads_them_and_records_nothing(svc: Svc) -> None:
    """Nobody on the staff, but the files are his: what they hold cannot be kept from him."""
    svc("staff edit S01 --login somebody-else")
    assert svc("audit month 2026-10 --json").json["month"] == "2026-10"
    refused = svc("call log --channel phone --from CU0001 --kind consult --summary x", code=3)
    assert "no member of staff" in refused.err
    assert "--as S01" in refused.err


def test_the_board_names_no_command_that_whoever_reads_it_may_not_use(svc: Svc) -> None:
    """His own finding, his own expenses, a tool that the warehouse takes in; a return that the general manager consents to."""
    visit = visited(svc)
    tool = svc(f"tool buy --trip {visit} --name wrench --amount 9 --at 2026-10-06T11:00").id
    claim = svc(f"--as S02 expense submit --trip {visit} --line meals:9:x:2026-10-06 --at 2026-10-08T10:00").id
    late = f"late_arrival/{sent(svc, day='07')}"
    svc(f"visit arrive {late[13:]} --at 2026-10-07T13:00")
    back = svc("return request --machine SN-1 --reason x --at 2026-10-02T09:00").id

    def board(who: str) -> dict[str, Any]:
        return {row["id"]: row for row in svc(f"--as {who} today --all --json").json}

    tech, head, gm = board("S02"), board("S01"), board("S05")
    assert [tech[id]["do"] for id in (tool, claim, late, back)] == [None] * 4
    assert tech[claim]["for"] == ["finance", "head", "gm"] and tech[visit]["do"].startswith("svc report close")
    assert (head[claim]["do"], head[claim]["for"]) == (f"svc expense review {claim}", [])  # what can be pasted: it asks for the rest
    assert (head[back]["do"], head[back]["for"]) == (None, ["gm"]) and gm[back]["do"] == f"svc return approve {back}"
    assert "由总经理办理" in svc("--lang zh today").out
