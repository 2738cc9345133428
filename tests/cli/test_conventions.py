"""What people expect of any command line: own settings, `-`, `-q`, `--yes`, pagers, a terminal that can do nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.transcripts.terminal import Terminal

LOG = ("call", "log", "--channel", "phone", "--from", "13800000001", "--kind", "repair")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder for a user's own settings, where nothing is settled yet."""
    return tmp_path / "home"


def settle(home: Path, text: str) -> None:
    (home / "svc").mkdir(parents=True, exist_ok=True)
    (home / "svc" / "config.toml").write_text(text, "utf-8")


# ---- a file of one's own -----------------------------------------------------------------------


def test_settings_are_set_shown_and_taken_back(svc: Svc, home: Path) -> None:
    there = {"XDG_CONFIG_HOME": str(home)}
    assert svc.run("config", "path", **there).out == f"{home}/svc/config.toml\n"
    assert svc.run("config", "get", "language", **there).code == 4
    settle(home, "# mine\n")
    assert svc.run("config", "set", "language", "zh", **there).out == "language = zh\n"
    assert svc.run("config", "get", "language", **there).out == "zh\n"
    rows = {row["key"]: row for row in svc.run("config", "show", "--json", **there).json}
    assert rows["language"]["value"] == "zh" and rows["language"]["from"] == f"{home}/svc/config.toml"
    assert "语言" in svc.run("config", **there).out
    assert svc.run("config", "unset", "language", **there).code == 0
    assert (home / "svc" / "config.toml").read_text() == "# mine\n"


def test_settings_count_behind_options_and_environment(svc: Svc, home: Path, tmp_path: Path) -> None:
    settle(home, f'desk = "{svc.desk}"\nperson = "S03"\nlanguage = "zh"\n')
    there = {"XDG_CONFIG_HOME": str(home)}
    elsewhere = Svc(tmp_path / "nowhere", XDG_CONFIG_HOME=str(home))
    elsewhere.desk.mkdir()
    elsewhere.environ.pop("SVC_DESK")
    assert json.loads(elsewhere.run("staff", "list", "--json").out)[0]["id"] == "S01"
    assert "用法" in svc.run("--help", **there).out
    assert "usage" in svc.run("--help", SVC_LANG="en", **there).out
    assert "usage" in svc.run("--lang", "en", "--help", **there).out

    def who(*before: str, **environ: str) -> str:
        made = svc.run(*before, *LOG, "--summary", "x", "--json", **there, **environ)
        return str(made.json["entry"]["by"])

    assert who() == "S03"
    assert who(SVC_STAFF="S02") == "S02"
    assert who("--as", "S01", SVC_STAFF="S02") == "S01"


def test_the_folder_one_stands_in_goes_before_the_usual_desk(svc: Svc, home: Path, tmp_path: Path) -> None:
    settle(home, f'desk = "{tmp_path / "no such"}"\n')
    svc.environ.pop("SVC_DESK")
    assert svc.run("staff", "list", XDG_CONFIG_HOME=str(home)).code == 0


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('langauge = "zh"', 1, "there is no setting 'langauge'"),
        ('desk = "x"\nlanguage = "fr"', 2, "language: 'fr' cannot be used"),
        ('colour = true', 1, "colour: True cannot be used"),
        ("language = zh", None, "this is no TOML"),
    ],
)
def test_a_mistake_in_the_settings_is_told_with_its_line(svc: Svc, home: Path, text: str, line: int | None, said: str) -> None:
    settle(home, text)
    refused = svc.run("today", XDG_CONFIG_HOME=str(home))
    assert refused.code == 2 and said in refused.err
    assert f"{home}/svc/config.toml" + (f":{line}" if line else "") in refused.err
    assert svc.run("config", "path", XDG_CONFIG_HOME=str(home)).code == 0  # so that it can be mended


def test_what_cannot_be_settled_is_refused(svc: Svc, home: Path) -> None:
    there = {"XDG_CONFIG_HOME": str(home)}
    for words in (("language", "fr"), ("editor", "vi"), ("desk", "/no/such"), ("person", "")):
        assert svc.run("config", "set", *words, **there).code == 2, words
    assert not home.exists()


# ---- standard input and output -----------------------------------------------------------------


def test_a_text_comes_from_standard_input(svc: Svc) -> None:
    made = svc.run(*LOG, "--summary", "-", "--json", stdin="漏油，\n很急\n")
    assert made.json["entry"]["summary"] == "漏油，\n很急"
    call = made.json["id"]
    svc.run("call", "reply", call, "--text", "-", stdin="tomorrow at ten")
    assert svc(f"call show {call} --json").json["entries"][-1]["text"] == "tomorrow at ten"
    twice = svc.run(*LOG, "--summary", "-", "--contact", "-", stdin="x")
    assert twice.code == 2 and "can be read once" in twice.err


def test_files_are_read_from_standard_input(svc: Svc) -> None:
    rules = (svc.desk / "rules.yaml").read_text("utf-8")
    assert svc.run("rules", "check", "-", stdin=rules).code == 0
    assert svc.run("rules", "check", "-", stdin="x: 1").code == 1
    head = svc("ledger head").out
    assert svc.run("ledger", "verify", "--against", "-", stdin=head).code == 0
    assert not list(svc.desk.glob("-*"))


def test_a_filled_form_comes_through_a_pipe(svc: Svc) -> None:
    visit = _visited(svc)
    form = svc.run("report", "form", visit, "-o", "-").out
    assert f"visit: {visit}" in form
    filled = form
    for key, said in (("fault", "hydraulics"), ("cause", "worn"), ("cause_class", "wear"), ("solution", "seal"), ("opinion", "good")):
        lines = [f"{key}: {said}" if line.startswith(f"{key}:") else line for line in filled.split("\n")]
        filled = "\n".join(lines)
    made = svc.run("report", "close", visit, "--from", "-", "--no-parts", stdin=filled)
    assert made.code == 0, made.err
    assert not list(svc.desk.glob("-*"))


def test_reports_are_written_to_standard_output(svc: Svc) -> None:
    _visited(svc)
    assert svc("audit month 2026-10 --out - --as-of 2026-11-20T12:00").out.startswith("# ")
    assert svc("register calls 2026-10 -o -").out.startswith("\ufeffid,") or "id" in svc("register calls 2026-10 -o -").out
    assert svc("visit calendar -o - --since 2026-10-01").out.startswith("BEGIN:VCALENDAR")
    assert '"ledger"' in svc("ledger export -o -").out
    assert not list(svc.desk.glob("-*"))


def test_export_writes_the_file_that_was_named(svc: Svc, tmp_path: Path) -> None:
    _visited(svc)
    assert svc(f"ledger export -o {tmp_path}/all.jsonl").out == f"{tmp_path}/all.jsonl\n"
    assert (tmp_path / "all.jsonl").read_text("utf-8") == svc("ledger export").out


def _visited(svc: Svc) -> str:
    call = svc("call log --channel phone --from 13800000001 --kind repair --summary leak --at 2026-10-05T09:00").id
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T10:00").id
    svc(f"visit arrive {visit} --at 2026-10-06T09:50")
    svc(f"visit leave {visit} --at 2026-10-06T11:00 --called-in 10:50")
    return visit


def test_several_reports_are_archived_at_once(svc: Svc) -> None:
    first, second = (_reported(svc) for _ in range(2))
    refused = svc(f"report archive {first} R9999", 4)
    assert "R9999" in refused.err and svc("report list --json").json[0]["archived"] is False
    done = svc(f"report archive {first} {second} {first}")
    assert [line.split()[0] for line in done.out.splitlines()] == [first, second]
    assert all(row["archived"] for row in svc("report list --json").json)
    third, fourth = (_reported(svc) for _ in range(2))
    document = svc(f"report archive {third} {fourth} --json").json
    assert [document["id"], *(one["id"] for one in document["also"])] == [third, fourth]


def _reported(svc: Svc) -> str:
    return svc(f"report close {_visited(svc)} --fault x --cause y --cause-class wear --solution z --no-parts --opinion good").id


# ---- quiet, never asking -----------------------------------------------------------------------


def test_quiet_says_the_id_alone(svc: Svc) -> None:
    loud = svc.run(*LOG, "--summary", "call me on 13912345678", "--at", "2026-10-05T09:00")
    assert "masked" in loud.err
    for quiet in (svc.run("-q", *LOG, "--summary", "of 13912345678"), svc.run(*LOG, "--summary", "of 13912345678", "-q")):
        assert quiet.out.split() == [quiet.id] and quiet.id.startswith("C") and quiet.err == ""
    refused = svc.run("-q", "call", "show", "C9999")
    assert refused.code == 4 and "error" in refused.err


def test_yes_is_taken_by_every_verb(svc: Svc) -> None:
    for line in ("call list --yes", "staff list --yes", "today --yes", "rules list --yes", "desk show --yes", "ledger verify --yes",
                 "customer add --name New --yes", "config show --yes", "audit month 2026-10 --yes", "undo --yes --dry-run"):  # fmt: skip
        assert "no option" not in svc.run(*line.split()).err, line


def on_screen(svc: Svc, *words: str, rows: int = 24, **environ: str) -> tuple[int, str, bytes]:
    """Exit code, what was seen, and the bytes of it, on a terminal of so many rows."""
    term = environ.pop("TERM", "xterm-256color")
    with Terminal(words, {**svc.environ, **environ}, rows=rows, term=term) as screen:
        code = screen.end()
        return code, screen.text(), screen.raw


def test_yes_asks_nothing_on_a_terminal(svc: Svc) -> None:
    code, seen, _ = on_screen(svc, "customer", "add", "--yes")
    assert code == 2 and "missing: --name" in seen


# ---- terminals ---------------------------------------------------------------------------------


def test_what_is_longer_than_the_screen_goes_through_the_pager(svc: Svc) -> None:
    pager = {"PAGER": "sed s/^/PAGED:/"}
    code, seen, _ = on_screen(svc, "rules", "list", **pager)
    assert code == 0 and "PAGED:" in seen
    assert "PAGED:" not in on_screen(svc, "supplier", "list", **pager)[1]
    for off in ({"SVC_PAGER": ""}, {"SVC_PAGER": "never"}, {"TERM": "dumb"}):
        assert "PAGED:" not in on_screen(svc, "rules", "list", **{**pager, **off})[1], off
    code, seen, _ = on_screen(svc, "rules", "list", PAGER="no-such-pager")
    assert code == 0 and "4.7" in seen
    assert svc.run("rules", "list", **pager).out == svc("rules list").out


def test_a_dumb_terminal_gets_no_control_characters(svc: Svc) -> None:
    svc.run(*LOG, "--summary", "leak", "--needs-service", "--at", "2026-10-05T09:00")
    assert b"\x1b" in on_screen(svc, "today")[2]
    for words in (("--help",), ("today",), ("call", "log", "--help"), ("audit", "month", "2026-10")):
        for dull in ({"TERM": "dumb"}, {"NO_COLOR": "1"}):
            seen = on_screen(svc, *words, **dull)[2]
            assert not re.search(rb"\x1b\[[0-9;]*m", seen) and (b"\x1b" not in seen or "NO_COLOR" in dull), (words, dull)


def test_a_month_on_a_terminal_is_one_screen(svc: Svc) -> None:
    svc("rules set late_arrival 200 --from 2026-10-01 --basis x")
    call = svc("call log --channel phone --from 13800000001 --kind repair --summary leak --at 2026-10-05T09:00").id
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T10:00").id
    svc(f"visit arrive {visit} --at 2026-10-06T11:50")
    svc(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-07T09:00")
    svc("call log --channel phone --from 13800000001 --kind consult --summary oil --at 2026-10-05T09:00")
    for lang, heading, who in (("en", "For your attention", "Tech"), ("zh", "需要关注", "Tech")):
        for columns in (80, 40):
            with Terminal(["--lang", lang, "audit", "month", "2026-10"], svc.environ, columns, 30) as screen:
                assert screen.end() == 0
                lines = screen.text().splitlines()
            assert len(lines) <= 30 and heading in lines, lines
            assert any(who in line for line in lines) and any("--full" in line for line in lines), lines
    full = on_screen(svc, "audit", "month", "2026-10", "--full")[1]
    assert len(full.splitlines()) > 60
    assert svc("audit month 2026-10 --as-of 2026-11-20T12:00").out == svc("audit month 2026-10 --full --as-of 2026-11-20T12:00").out
