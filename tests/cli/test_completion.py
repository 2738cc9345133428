"""Tab: what the desk knows is offered, in real shells where they are installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.transcripts.terminal import TAB, Terminal


def offered(svc: Svc, *words: str, lang: str = "C.UTF-8") -> dict[str, str]:
    """What is offered for the last of these words, with what stands beside each."""
    out = svc.run(*words, _SVC_TAB="fish", LANG=lang).out
    return dict(line.split("\t") for line in out.split("\n") if "\t" in line)


@pytest.fixture
def known(svc: Svc) -> Svc:
    """A desk with a Chinese customer, a call, a visit, a report."""
    svc("customer add --name 远山机械厂 --phone 138-0000-0007")
    svc("machine add --serial LX-77 --product LX200 --customer CU0002")
    call = svc("call log --channel phone --from CU0002 --kind repair --summary 'boom drifts' --needs-service").id
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 23:59").id
    svc(f"visit arrive {visit}")
    svc(f"report close {visit} --fault hydraulics --part seal:2 --solution x --cause y --opinion z")
    return svc


def test_nouns_verbs_options_choices(known: Svc) -> None:
    assert offered(known, "ca") == {"call": "calls and letters"}
    assert list(offered(known, "call", "l")) == ["log", "list"]
    assert "--needs-service" in offered(known, "call", "log", "--n")
    assert offered(known, "call", "log", "--kind", "rep") == {"repair": "报修"}
    assert offered(known, "call", "log", "--kind", "报") == {"报修": "repair", "报价": "quote"}
    assert list(offered(known, "call", "list", "--format", "m")) == ["markdown"]
    assert offered(known, "--lang", "zh", "call", "log", "--kind", "re")["repair"] == "报修"


def test_customers_by_code_name_pinyin_number_and_id(known: Svc) -> None:
    for typed, value in (("ysj", "YSJXC"), ("远", "远山机械厂"), ("yuansh", "yuanshanjixiechang"), ("CU0002", "CU0002")):
        found = offered(known, "call", "log", "--from", typed)
        assert list(found) == [value] and "远山机械厂" in found[value], typed
    assert list(offered(known, "call", "log", "--from", "1380000000")) == ["13800000001", "13800000007"]
    assert offered(known, "call", "log", "--from", "138") == {}, "numbers are not to be leafed through"


def test_ids_staff_serials_faults_parts_times(known: Svc) -> None:
    [call] = offered(known, "call", "reply", "C")
    assert offered(known, "call", "reply", "C1") == {call: "远山机械厂 boom drifts"}
    assert offered(known, "visit", "dispatch", "--staff", "Te")["Tech"].startswith("S02 Tech technician")
    assert "LX200" in offered(known, "call", "log", "--machine", "LX")["LX-77"]
    assert offered(known, "report", "close", "V1", "--fault", "hy") == {"hydraulics": "×1"}
    assert list(offered(known, "report", "close", "V1", "--part", "s")) == ["seal"]
    assert "20" in offered(known, "visit", "dispatch", "--promised", "+2")["+2h"]


def test_it_loads_little_and_survives_everything(known: Svc, tmp_path: Path) -> None:
    probe = "import sys; from svc.cli import main; sys.argv = ['svc', *sys.argv[1:]]; main(); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", probe, "visit", "dispatch", "--call", "C"],
        env={**known.environ, "_SVC_TAB": "fish"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout and not {"rich", "yaml", "tabulate", "prompt_toolkit", "pypinyin"} & set(done.stderr.split())
    for words in (["nonsense", "x"], ["call", "log", "--from", "'"], ["--desk", "/nowhere", "call", "show", "C"]):
        result = known.run(*words, _SVC_TAB="zsh")
        assert (result.code, result.err) == (0, "")


SHELLS = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}


@pytest.mark.parametrize("shell", SHELLS)
def test_in_a_real_shell(known: Svc, tmp_path: Path, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    bin = tmp_path / "bin"
    bin.mkdir()
    (bin / "svc").write_text(f'#!/bin/sh\nexec {sys.executable} -m svc "$@"\n')
    (bin / "svc").chmod(0o755)
    script = tmp_path / f"svc.{shell}"
    script.write_text(known(f"completion show {shell}").out)
    environ = {**known.environ, "PATH": f"{bin}:{known.environ['PATH']}", "HOME": str(tmp_path), "PS1": "$ "}
    with Terminal(SHELLS[shell], environ, 100, program=[program]) as t:
        t.type(f". {script}; echo rea''dy\r")
        t.expect("ready")
        t.type("svc visit disp" + TAB)
        t.expect("svc visit dispatch")
        t.type("--call C" + TAB)
        t.expect(known("call list --json").json[0]["id"])
        t.type("--staff tec" + TAB)
        t.expect("--staff Tech")
    known.environ["HOME"] = str(tmp_path)
    place = known(f"completion install {shell}").out.split()[0]
    assert Path(place).read_text() == script.read_text()
    known(f"completion install {shell}")
    starts = [p for p in (tmp_path / ".bashrc", tmp_path / ".zshrc") if p.exists()]
    assert all(p.read_text().count("# svc completion") == 1 for p in starts)


def test_power_shell_asks_the_same(known: Svc) -> None:
    assert "Register-ArgumentCompleter" in known("completion show powershell").out
    assert "call\t" in known.run(_SVC_TAB="powershell", _SVC_WORDS="ca").out
    assert "no completion for 'csh'" in known("completion show csh", 2).err
