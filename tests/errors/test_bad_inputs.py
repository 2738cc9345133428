"""Every wrong input of `bad_inputs.py`: one clear error, what and how to mend it, nothing changed; or taken safely."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import forks
from tests.conftest import Result, Svc, contents
from tests.errors.bad_inputs import ALIKE, BESIDE, CASES, HEAD, RULES, Case
from tests.errors.many import Line, many
from tests.errors.values import VALUES
from tests.faults.sizes import tally

LOG = ["call", "log", "--channel", "phone", "--kind", "consult"]
MAP = """columns: [opened, who, text]
entries:
  call:
    ledger: call
    event: log
    at: {column: opened, format: "YYYY-MM-DD HH:mm"}
    fields:
      channel: {value: phone}
      kind: {value: consult}
      from: {column: who}
      summary: {column: text}
"""


@pytest.fixture(scope="module")
def worn(tmp_path_factory: pytest.TempPathFactory, staffed: Path) -> Path:
    """A small department with three calls."""
    desk = Svc(shutil.copytree(staffed, tmp_path_factory.mktemp("worn") / "desk"))
    for text in ("note one", "note two", "note three"):
        assert desk.run(*LOG, "--from", "13800000001", "--summary", text).code == 0
    return desk.desk


@pytest.fixture
def svc(worn: Path, tmp_path: Path) -> Svc:
    return Svc(shutil.copytree(worn, tmp_path / "desk"))


def answered(case: Case, result: Result) -> None:
    """The exit code, and for a refusal: what is wrong first, then how to mend it."""
    assert result.code == case.code, (result.code, result.out, result.err)
    assert case.said in result.err + result.out, (case.said, result.out, result.err)
    if case.code in (2, 3, 4, 5, 6):
        assert result.err.startswith("svc: error: ") and "hint: " in result.err, result.err


def without_index(svc: Svc) -> None:
    for path in (svc.desk / "data/.svc").glob("index*"):
        path.unlink()


def ledger_of(svc: Svc) -> Path:
    return next((svc.desk / "data/calls").glob("2*.csv"))


# ---- the ways in -----------------------------------------------------------------------------------


def by_ledger(svc: Svc, case: Case) -> None:
    """Reading refuses, with file and line; verifying finds it; recording does not make it worse."""
    file = ledger_of(svc)
    file.write_bytes(case.wrong(file.read_bytes()))
    without_index(svc)
    spoilt = file.read_bytes()
    result = svc.run("call", "list")
    answered(case, result)
    assert f"calls/{file.name}" in result.err
    found = svc("ledger verify", 1)
    assert f"calls/{file.name}:" in found.out
    assert file.read_bytes() == spoilt


def by_verify(svc: Svc, case: Case) -> None:
    file = ledger_of(svc)
    file.write_bytes(case.wrong(file.read_bytes()))
    answered(case, svc.run("ledger", "verify"))


def by_torn(svc: Svc, case: Case) -> None:
    """A row that nobody confirmed: told, passed over, taken away by the next entry."""
    file = ledger_of(svc)
    whole = file.read_bytes()
    file.write_bytes(case.wrong(whole))
    assert case.said in svc("ledger verify", 1).out
    assert svc.run("call", "list", "--format", "csv").out.count("\n") == 4
    assert svc.run(*LOG, "--from", "13800000001", "--summary", "four").code == 0
    assert file.read_bytes().startswith(whole) and svc("ledger verify").code == 0


def by_repair(svc: Svc, case: Case) -> None:
    """Nothing is lost: told, and put back byte for byte."""
    file = ledger_of(svc)
    whole = file.read_bytes()
    file.write_bytes(case.wrong(whole))
    svc("ledger verify", 1)
    answered(case, Result(*_joined(svc("ledger verify", 1), svc("ledger repair --yes"))))
    assert file.read_bytes() == whole and svc("ledger verify").code == 0


def _joined(one: Result, other: Result) -> tuple[int, str, str]:
    return other.code, one.out + other.out, one.err + other.err


def _take(svc: Svc, case: Case, file: Path, *options: str) -> None:
    before = contents(svc.desk)
    result = svc.run("ledger", "import", str(file), *options)
    answered(case, result)
    if case.code:
        assert contents(svc.desk) == before
        assert file.name in result.err or "map.yaml" in result.err


def _map(svc: Svc, text: str = MAP) -> Path:
    path = svc.desk.parent / "map.yaml"
    path.write_text(text, "utf-8")
    return path


def by_csv(svc: Svc, case: Case) -> None:
    file = svc.desk.parent / "log.csv"
    file.write_bytes(case.wrong)
    _take(svc, case, file, "--map", str(_map(svc)))


def by_jsonl(svc: Svc, case: Case) -> None:
    file = svc.desk.parent / "log.jsonl"
    lines = (
        case.wrong if isinstance(case.wrong, bytes) else "".join(json.dumps(one) + "\n" for one in case.wrong).encode()
    )
    file.write_bytes(lines)
    _take(svc, case, file)


def by_xlsx(svc: Svc, case: Case) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    row = {"opened": "2026-10-01 09:00", "who": "13800000001", "text": "leak", **case.wrong}
    book.active.append(HEAD.strip().split(","))
    book.active.append(list(row.values()))
    file = svc.desk.parent / "log.xlsx"
    book.save(file)
    _take(svc, case, file, "--map", str(_map(svc)))


def by_map(svc: Svc, case: Case) -> None:
    old, new = case.wrong
    file = svc.desk.parent / "log.csv"
    file.write_text(HEAD, "utf-8")
    _take(svc, case, file, "--map", str(_map(svc, MAP.replace(old, new, 1))))


def by_rules(svc: Svc, case: Case) -> None:
    path = svc.desk / "rules.yaml"
    text = path.read_text("utf-8")
    if isinstance(case.wrong, str):
        text = case.wrong
    else:
        assert case.wrong[0] in text, case.wrong[0]
        text = text.replace(*case.wrong, 1)
    path.write_text(text, "utf-8")
    result = svc.run("rules", "check")
    assert case.said in result.out + result.err, (case.said, result.out, result.err)
    assert (result.code != 0) == bool(case.code), result
    if case.code:
        assert "rules.yaml:" in result.out + result.err and "hint: " in result.out + result.err, result
        board = svc.run("audit", "month", "2026-11")
        assert board.code in (2, 5) and "rules.yaml" in board.err and "hint: " in board.err, board


def by_argv(svc: Svc, case: Case) -> None:
    words: list[Any] = list(case.wrong)
    if words[0] == "svc":
        words = words[1:]
    else:
        words = [*LOG, *words]
        for option, value in (("--from", "13800000001"), ("--summary", "leak")):
            words += [] if option in words else [option, value]
    before = contents(svc.desk)
    result = _raw(svc, words)
    answered(case, result)
    if case.code:
        assert result.out == "" and contents(svc.desk) == before


def _raw(svc: Svc, words: list[Any]) -> Result:
    """Run with words that may be bytes."""
    done = forks.run(words, svc.environ, svc.desk, timeout=180)
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in err, err
    return Result(done.returncode, out, err)


def by_show(svc: Svc, case: Case) -> None:
    """A text that is kept as it is, in every form of answer."""
    id = svc.run(*LOG, "--from", "13800000001", f"--summary={case.wrong}").id
    assert svc(f"call show {id} --json").json["summary"] == case.said
    for form in ("table", "csv", "markdown"):
        assert svc(f"call list --format {form}").code == 0
    listed = svc("call list --format csv").out
    assert not any(f",{sign}" in listed for sign in ("=1", "@SUM", "=cmd", "=HYP"))
    assert svc("ledger verify").code == 0


def by_file(svc: Svc, case: Case) -> None:
    """Something else in the place of a file or folder."""
    data, file = svc.desk / "data", ledger_of(svc)
    aside = svc.desk.parent / "aside"
    if case.wrong == "link":
        os.link(file, file.with_suffix(".old"))
    elif case.wrong == "linked folder":
        file.parent.rename(aside)
        file.parent.symlink_to(aside)
    elif case.wrong == "foreign":
        if os.getuid() != 0:
            pytest.skip("only root can give a link to somebody else")
        data.rename(aside)
        data.symlink_to(aside)
        os.lchown(data, 12345, 12345)
        svc.environ["SVC_STAFF"] = "S01"
    else:
        file.rename(aside)
        make: dict[str, Callable[[], object]] = {
            "fifo": lambda: os.mkfifo(file),
            "folder": file.mkdir,
            "symlink": lambda: file.symlink_to(aside),
        }
        make[case.wrong]()
    without_index(svc)
    answered(case, svc.run(*LOG, "--from", "13800000001", "--summary", "x"))
    answered(case, svc.run("call", "list"))


def by_visit(svc: Svc, case: Case) -> None:
    id = svc.run("visit", "dispatch", "--call", "C1", "--staff", "S02", "--promised", "tomorrow 10:00").id
    before = contents(svc.desk)
    result = svc.run("visit", "arrive", id, "--at", "2026-01-05T08:00")
    assert result.code in (2, 4) and result.err.startswith("svc: error: ") and "hint: " in result.err, result
    assert contents(svc.desk) == before


def by_beside(svc: Svc, case: Case) -> None:
    for name in ("rules.yaml~", ".rules.yaml.swp", "#rules.yaml#", "data/calls/.~lock.2026-11.csv#"):
        (svc.desk / name).write_bytes(b"\0garbage")
    assert svc.run("audit", "month", "2026-11").code == 0 and svc("ledger verify").code == 0


def by_environment(svc: Svc, case: Case) -> None:
    svc.run(*LOG, "--from", "13800000001", "--summary", "漏油 —")
    for words in (["call", "list"], ["--lang", "zh", "today"], ["--lang", "zh", "call", "show", "C9"]):
        done = forks.run(words, {**svc.environ, **case.wrong}, svc.desk, timeout=180)
        assert b"Traceback" not in done.stderr and done.returncode in (0, 4), done


def by_place(svc: Svc, case: Case) -> None:
    line = [sys.executable, "-m", "svc", *LOG, "--from", "13800000001", "--summary", "x"]
    run = {"env": svc.environ, "cwd": svc.desk, "stderr": subprocess.PIPE, "text": True, "timeout": 180}
    if case.wrong == "full":
        if not Path("/dev/full").exists():
            pytest.skip("no /dev/full")
        with open("/dev/full", "w") as full:
            done = subprocess.run(line, stdout=full, **run)  # type: ignore[call-overload]
        answered(case, Result(done.returncode, "", done.stderr))
        assert svc("call list --format csv").out.count("\n") == 5 and "svc call list" in done.stderr
    elif case.wrong == "closed":
        done = subprocess.run(["sh", "-c", '"$@" >&-', "sh", *line], **run)  # type: ignore[call-overload]
        assert "Traceback" not in done.stderr and "Exception" not in done.stderr, done
        assert svc("call list --format csv").out.count("\n") == 5
    elif case.wrong == "pipe":
        done = subprocess.run(
            ["bash", "-c", '"$@" | true; exit ${PIPESTATUS[0]}', "sh", *line[:3], "call", "list"], **run
        )  # type: ignore[call-overload]
        assert "Traceback" not in done.stderr and "Exception" not in done.stderr and done.returncode in (0, 141), done
    elif case.wrong == "gone":
        away = svc.desk.parent / "away"
        away.mkdir()
        environ = {k: v for k, v in svc.environ.items() if k != "SVC_DESK"}
        script = f'cd {away} && rmdir {away} && exec "$@"'
        done = subprocess.run(
            ["sh", "-c", script, "sh", sys.executable, "-P", "-m", "svc", "today"], **{**run, "env": environ}
        )
        answered(case, Result(done.returncode, "", done.stderr))
    elif case.wrong == "read-only":
        _read_only(svc, case, line)
    elif case.wrong == "open":
        for path in (svc.desk / "data", svc.desk / "data/registers"):
            path.chmod(0o755)
        (svc.desk / "data/registers/customers.csv").chmod(0o644)
        answered(case, svc("ledger verify"))
    else:
        for mask in (0o000, 0o077):
            done = subprocess.run(line, stdout=subprocess.PIPE, umask=mask, **run)  # type: ignore[call-overload]
            assert done.returncode == 0
        assert ledger_of(svc).stat().st_mode & 0o777 == 0o640


def _read_only(svc: Svc, case: Case, line: list[str]) -> None:
    """Somebody who may read the desk, but not write it; root is nobody here once he may not override that."""
    drop: list[str] = []
    if os.getuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("no setpriv to take root's powers away")
        drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
    for path in (svc.desk, *svc.desk.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = contents(svc.desk)
    done = subprocess.run([*drop, *line], env=svc.environ, cwd=svc.desk, capture_output=True, text=True, timeout=180)
    answered(case, Result(done.returncode, done.stdout, done.stderr))
    done = subprocess.run(
        [*drop, *line[:3], "call", "list"], env=svc.environ, cwd=svc.desk, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0 and "note one" in done.stdout, done
    assert contents(svc.desk) == before
    for path in (svc.desk, *svc.desk.rglob("*")):
        path.chmod(0o755)


WAYS: dict[str, Callable[[Svc, Case], None]] = {
    name[3:]: way for name, way in globals().items() if name.startswith("by_")
}


@pytest.mark.parametrize("case", CASES, ids=[f"{case.id} ({case.way})" for case in CASES])
def test_wrong_input(svc: Svc, case: Case) -> None:
    WAYS[case.way](svc, case)
    tally("wrong inputs", tried=1)


def test_names_that_are_taken_for_one_another_are_told(svc: Svc) -> None:
    assert svc.run("customer", "import", "-", "--yes", stdin=BESIDE).code == 0
    found = many(svc, [(["customer", "add", "--dry-run", "--name", case.wrong], None) for case in ALIKE])
    for case, done in zip(ALIKE, found, strict=True):
        assert done.code == 0 and (f"easily taken for {case.said}:" in done.err if case.said else done.err == ""), (case, done)
        tally("wrong inputs", tried=1)
    imported = svc.run("supplier", "import", "-", "--yes", stdin="name\n呉工\n吴工\n")
    assert imported.code == 0 and "SP01 呉工 is easily taken for SP02 吴工" in imported.err
    assert "staff" not in svc.run("staff", "add", "--name", "甄一帆", "--role", "clerk").err
    assert "S06 甄一帆" in svc.run("--lang", "zh", "staff", "add", "--name", "真一帆", "--role", "clerk").err


def test_bad_values_in_the_rules(svc: Svc) -> None:
    text = (svc.desk / "rules.yaml").read_text("utf-8")
    lines: list[Line] = []
    for n, case in enumerate(RULES):
        assert case.wrong[0] in text, case
        file = svc.desk.parent / f"rules{n}.yaml"
        file.write_text(text.replace(*case.wrong, 1), "utf-8")
        lines.append((["rules", "check", str(file)], None))
    for n, (case, done) in enumerate(zip(RULES, many(svc, lines), strict=True)):
        said = done.out + done.err
        assert done.code == case.code and case.said in said and f"rules{n}.yaml:" in said and "hint: " in said, (case, done)
        tally("wrong inputs", tried=1)


def test_every_number_of_the_list_has_a_case() -> None:
    numbered = {int(case.id.split(" ")[0]) for case in (*CASES, *ALIKE, *RULES)} | {value.number for value in VALUES}
    assert numbered == set(range(1, 97))
    assert {int(case.id.split(" ")[0]) for case in CASES} >= set(range(1, 97)) - {59, 92}
