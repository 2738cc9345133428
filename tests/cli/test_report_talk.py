"""svc report close, bare or with --edit: asked item by item, what 4.6 would miss is said before it counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clauses.scenes import visited
from tests.conftest import Svc
from tests.transcripts.terminal import CTRL_C, ENTER, Terminal


@pytest.fixture(autouse=True)
def state(svc: Svc, tmp_path: Path) -> Path:
    """Where drafts go."""
    svc.environ["XDG_STATE_HOME"] = str(tmp_path / "state")
    return tmp_path / "state"


def test_item_by_item(svc: Svc) -> None:
    visit = visited(svc)
    with Terminal(["--as", "S02", "report", "close"], svc.environ) as t:
        t.answer("Which visit", visit)
        t.answer("Fault code", "hydraulics")
        t.answer("Cause of the fault", "seal worn")
        t.answer("Class of the cause", "we")
        t.answer("What was done", "")
        t.answer("Replaced parts", "seal:2; hose:1:X-9")
        t.answer("opinion", "content")
        t.answer("fault gone", "")
        t.answer("Survey", "5 4 5 5")
        t.expect("4.6 would miss: the solution")
        t.answer("Enter: record", "5")
        t.answer("What was done", "new seal")
        t.answer("Enter: record", "")
        t.expect("next: for: head, gm, clerk (svc report archive R")  # a technician may not
        assert t.end() == 0
    report = svc("report list --json").json[0]
    assert (report["missing"], report["cause_class"], report["survey"]) == ("", "wear", "returned")
    close = svc(f"report show {report['id']} --json").json["entries"][0]
    assert [part["name"] for part in close["parts"]] == ["seal", "hose"] and close["resolved"] is True


def test_left_in_the_middle_and_resumed(svc: Svc) -> None:
    visit = visited(svc)
    with Terminal(["report", "close", visit], svc.environ) as t:
        t.answer("Fault code", "hydraulics")
        t.expect("Cause of the fault")
        t.type("seal w" + CTRL_C)
        t.expect("report close --resume")
        assert t.end() == 130
    with Terminal(["report", "close", "--resume"], svc.environ) as t:
        t.expect("Cause of the fault (4.6): seal w")
        t.type(CTRL_C)
        assert t.end() == 130
    assert svc("report list --json").json == []


def test_the_visits_offered_are_those_whose_report_is_due(svc: Svc) -> None:
    before = visited(svc, day="02")
    svc("desk begins 2026-10-05")
    call = svc('call log --channel phone --from CU0001 --kind repair --machine SN-1 --summary "boom drifts" --needs-service --at 2026-10-05T09:00').id
    due = visited(svc, more=f"--call {call}")
    survey = "--score speed=5 --score skill=5 --score manners=5 --score overall=5"
    report = svc(f"report survey {due} {survey} --at 2026-10-06T12:10").id
    tour = visited(svc, day="07", more="--purpose tour")
    with Terminal(["report", "close"], svc.environ, columns=100) as t:
        t.expect(f"1  {due}  Tech 2026-10-06 Works SN-1 boom drifts")
        t.answer("Which visit", "1")
        for question in ("Fault code", "Cause of", "Class of", "What was done", "Replaced parts", "opinion", "fault gone"):
            t.answer(question, "")
        t.expect("Enter: record")
        assert tour not in t.text() and before not in t.text()
        assert "Survey" not in t.text()  # it was surveyed already
        t.type(ENTER)
        assert t.end() == 0
    assert [e["event"] for e in svc(f"report show {report} --json").json["entries"]] == ["survey", "close"]


EDITOR = """\
#!/bin/sh
n=$(cat {count} 2>/dev/null || echo 0); n=$((n + 1)); echo $n > {count}
cp "$1" {count}-$n
{steps}
"""


def editor(tmp_path: Path, *steps: str) -> str:
    """An editor that does one of these to the file each time it is opened, and nothing after them."""
    script = tmp_path / "editor"
    cases = [f"[ $n = {n} ] && sed -i '{step}' \"$1\"" for n, step in enumerate(steps, 1)]
    script.write_text(EDITOR.format(count=tmp_path / "opened", steps="\n".join([*cases, "true"])))
    script.chmod(0o755)
    return str(script)


def opened(tmp_path: Path, n: int) -> str:
    """What the person saw when the editor opened for the n-th time."""
    return (tmp_path / f"opened-{n}").read_text()


FULL = "s/^solution:.*/solution: new seal/; s/^no_parts:.*/no_parts: yes/; s/^opinion:.*/opinion: fine/; s/^cause:.*/cause: worn/"


def test_a_form_opens_again_with_its_mistakes_until_it_is_right(svc: Svc, tmp_path: Path, state: Path) -> None:
    visit = visited(svc)
    svc.environ["EDITOR"] = editor(
        tmp_path, f"{FULL}; s/^cause_class:.*/cause_class: rust/; s/  speed:/  speed: 9/", "s/rust/wear/; s/: 9/: 4/"
    )
    made = svc(f"report close {visit} --edit --at 2026-10-06T13:00")
    assert "opens again" in made.err and "would miss" not in made.err
    again = opened(tmp_path, 2).split("\n")
    for wrong in ("cause_class: rust", "  speed: 9"):
        place = next(n for n, line in enumerate(again) if line.startswith(wrong))
        assert again[place - 1].startswith("#! ")
    report = svc(f"report show {made.id} --json").json
    assert (report["cause_class"], report["missing"], report["survey"]) == ("wear", "", "returned")
    assert not list(state.rglob("*.yaml")), "what is recorded is not kept twice"


def test_an_unchanged_form_ends_without_recording(svc: Svc, tmp_path: Path) -> None:
    visit = visited(svc)
    svc.environ["EDITOR"] = editor(tmp_path)
    assert "nothing was filled in" in svc(f"report close {visit} --edit", 130).err
    assert svc("report list --json").json == []


def test_a_form_given_back_with_its_mistakes_is_kept(svc: Svc, tmp_path: Path) -> None:
    visit = visited(svc)
    svc.environ["EDITOR"] = editor(tmp_path, "s/^fault:.*/fault: boom/; s/^cause_class:.*/cause_class: rust/")
    refused = svc(f"report close {visit} --edit", 2).err
    assert "the text is kept" in refused
    svc.environ["EDITOR"] = editor(tmp_path, "", "", "s/rust/wear/")
    svc(f"report close {visit} --edit --at 2026-10-06T13:00")
    assert "fault: boom" in opened(tmp_path, 3), "what was typed before stands there again"
    assert svc("report list --json").json[0]["cause_class"] == "wear"


def test_without_an_editor_the_form_is_where_it_says(svc: Svc) -> None:
    visit = visited(svc)
    svc.environ["EDITOR"] = "no-such-editor"
    assert "no-such-editor" in svc(f"report close {visit} --edit", 2).err
