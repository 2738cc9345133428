"""What the fork server answers is what a process of its own answers; and what it takes for granted is so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forks
from tests.conftest import Result, Svc, contents

LOG = ("call", "log", "--channel", "phone", "--from", "138-0000-0001", "--kind", "repair", "--at", "2026-11-03T09:00")
NOW = "2026-11-20T12:00"
LINES: tuple[tuple[str, ...], ...] = (
    (),
    ("--version",),
    ("--help",),
    ("call", "log", "--help"),
    ("--lang", "zh", "visit", "dispatch", "--help"),
    ("--lang", "en", "rules", "--help"),
    ("call", "lgo"),
    ("call", "list", "--no-such-option"),
    ("call", "show", "C9"),
    ("call", "list"),
    ("--lang", "zh", "call", "list"),
    ("--lang", "en", "call", "show", "C1"),
    ("call", "list", "--format", "csv"),
    ("staff", "list", "--json"),
    ("--lang", "zh", "today"),
    ("--lang=zh", "today", "--help"),
    ("--lang=en", "today", "--help"),
    ("today", "--lang", "zh"),
    ("--lang", "fr", "today"),
    ("audit", "month", "2026-11", "--as-of", NOW),
    ("--lang", "en", "audit", "month", "2026-11", "--json", "--as-of", NOW),
    ("rules", "show"),
    ("rules", "check", "no-such.yaml"),
    ("machine", "show", "SN-1"),
    ("call", "list", "--month", "\udce4\udcbf"),
    ("finding", "list", "--month", "2026-11"),
)
ODD: tuple[dict[str, str], ...] = ({}, {"NO_COLOR": "1"}, {"SVC_STAFF": "S04"}, {"SVC_DESK": "/nowhere"}, {"TZ": "America/New_York"})


@pytest.fixture
def logged(svc: Svc) -> Svc:
    assert svc.run(*LOG, "--summary", "动臂 leaks").code == 0
    return svc


def both(svc: Svc, monkeypatch: pytest.MonkeyPatch, *words: str, **environ: str) -> tuple[Result, Result]:
    """The answer of the fork server and that of a process of its own."""
    monkeypatch.setattr(forks, "WORTH", 0)
    svc.fresh = False
    forked = svc.run(*words, **environ)
    svc.fresh = True
    return forked, svc.run(*words, **environ)


@pytest.mark.parametrize("lang", ["C.UTF-8", pytest.param("zh_CN.UTF-8", marks=pytest.mark.long)])
def test_the_answers_are_the_same(logged: Svc, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    for words in LINES:
        forked, fresh = both(logged, monkeypatch, *words, LANG=lang)
        assert forked == fresh, words
    for environ in ODD:
        forked, fresh = both(logged, monkeypatch, "call", "list", LANG=lang, **environ)
        assert forked == fresh, environ


def test_what_is_written_is_the_same(logged: Svc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(forks, "WORTH", 0)
    lines = ((*LOG, "--summary", "x"), ("customer", "add", "--name", "长沙三一", "--phone", "138-0000-0002"), ("ledger", "rebuild"))
    answers = []
    for fresh in (False, True):
        desk = Svc(shutil.copytree(logged.desk, tmp_path / f"desk-{fresh}"), fresh=fresh)
        for words in lines:
            assert desk.run(*words).code == 0, words
        shown = (desk.run("call", "list", "--format", "csv").out, desk.run("customer", "list", "--format", "csv").out)
        modes = sorted((str(p.relative_to(desk.desk)), p.stat().st_mode) for p in contents(desk.desk))
        answers.append((shown, modes))
    assert answers[0] == answers[1]


SHOWN = """
import json, os, signal, sys, time
def stream(s):
    return (s.encoding, s.errors, s.line_buffering, s.write_through, type(s.buffer).__name__, s.mode, s.name, s.fileno())
shown = {
    "signals": {s.name: str(signal.getsignal(s)) for s in signal.valid_signals() if isinstance(s, signal.Signals)},
    "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
    "umask": os.umask(0),
    "files": sorted(os.listdir("/proc/self/fd"))[:-1],
    "environ": dict(os.environ),
    "argv": sys.argv,
    "path": sys.path,
    "cwd": os.getcwd(),
    "streams": [stream(sys.stdin), stream(sys.stdout), stream(sys.stderr)],
    "read": sys.stdin.read(),
    "zone": (time.tzname, time.timezone),
    "encodings": (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()),
    "flags": str(sys.flags),
    "name": (__name__, sys.modules["__main__"].__name__),
    "group": os.getpgid(0),
    "threads": len(os.listdir("/proc/self/task")),
}
print(json.dumps(shown))
sys.exit(7)
"""


@pytest.mark.parametrize("lang", ["C.UTF-8", "zh_CN.UTF-8", "C"])
@pytest.mark.parametrize("more", [{}, {"TZ": "Asia/Tokyo", "HOME": "/", "x\udce4": "\udcbf"}], ids=["plain", "more"])
def test_the_process_is_like_one_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, more: dict[str, str]
) -> None:
    monkeypatch.setattr(forks, "WORTH", 0)
    (tmp_path / "shown.py").write_text(SHOWN, "utf-8")
    environ = {**Svc(tmp_path).environ, "LANG": lang, **more}
    before = os.umask(0o027)
    try:
        forked, fresh = (
            forks.run(["a", b"\xe4"], environ, tmp_path, "one\r\ntwo 二".encode(), fresh=fresh, module="shown") for fresh in (False, True)
        )
    finally:
        os.umask(before)
    assert (forked.returncode, forked.stderr) == (fresh.returncode, fresh.stderr) == (7, b"")
    assert json.loads(forked.stdout) == json.loads(fresh.stdout)


@pytest.mark.parametrize(
    ("code", "ends"),
    [("1 / 0", 1), ("raise KeyboardInterrupt", -2), ("raise SystemExit('gone')", 1), ("import os; os.abort()", -6)],
)
def test_it_ends_like_one_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, ends: int) -> None:
    monkeypatch.setattr(forks, "WORTH", 0)
    (tmp_path / "ending.py").write_text(code, "utf-8")
    answers = [forks.run([], Svc(tmp_path).environ, tmp_path, fresh=fresh, module="ending") for fresh in (False, True)]
    assert [answer.returncode for answer in answers] == [ends, ends]
    forked, fresh = (answer.stderr.splitlines()[-1:] for answer in answers)
    assert forked == fresh


def test_what_takes_too_long_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forks, "WORTH", 0)
    (tmp_path / "long.py").write_text("import time; print('here', flush=True); time.sleep(600)", "utf-8")
    with pytest.raises(subprocess.TimeoutExpired) as late:
        forks.run([], Svc(tmp_path).environ, tmp_path, timeout=0.5, module="long")
    assert late.value.stdout == b"here\n"


ALONE = """
import os, pkgutil, sys, traceback
from importlib import import_module
import svc, typer
from tests.forks import OTHERS
for name in OTHERS:
    import_module(name)
bad = 0
for module in pkgutil.walk_packages(svc.__path__, "svc."):
    if module.name == "svc.__main__":
        continue
    child = os.fork()
    if child == 0:
        sys.stderr = sys.stdout
        try:
            del sys.modules["svc.text"]  # what `tests.forks` brought
            import_module(module.name)
        except BaseException:
            print(module.name)
            traceback.print_exc()
            sys.stdout.flush()
            os._exit(1)
        os._exit(0)
    bad += os.waitpid(child, 0)[1] != 0
sys.exit(bad > 0)
"""


@pytest.mark.long
def test_every_module_can_be_the_first(tmp_path: Path) -> None:
    """In the fork server all of them are loaded: one that leans on another's import would not be seen there."""
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, cwd=forks.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
