"""Whatever changes something can be tried first: every verb has `--dry-run`, and with it not one byte changes."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from svc.domain import ledgers, permissions, registers
from tests.cli.test_permissions import VERBS, run
from tests.conftest import Svc

READING = {
    "today", "check", "search", "staff key list", "visit calendar", "report form", "quote form", "return slip", "tour due",
    "register calls", "register dispatch", "register expenses", "customer export", "audit month", "audit year",
    "audit compare", "audit pay", "rules check", "rules list", "rules explain", "rules test", "rules replay", "rules schema", "ledger verify", "ledger head",
    "ledger export", "attachment open", "attachment export", "upkeep due", "stock moves", "stock cost",
    "defect concerned", "access list", "desk show", "completion show",
    "plan", "desk held", "config get", "config path",
}  # fmt: skip
"""Verbs that only look, besides every `list` and `show`; files of reports that they write are what they are asked for."""

EXCEPTIONS = {
    "ledger rebuild": "makes a cache anew, which may be deleted at any time and holds no truth",
    "rules new": "shows the rule and what it would have found in past months, and asks before it writes",
    "config set": "changes a line of one's own file, and says which",
    "config unset": "changes a line of one's own file, and says which",
    "audit stamp": "keeps an answer once, when it has been checked to be this seal's; without one it only looks",
    "desk protect": "prints what it would do unless --apply is given",
}
"""Verbs that change something and have no dry run, and why."""


def options(command: Any) -> set[str]:
    return {one for param in command.params for one in param.opts}


def test_every_verb_that_changes_something_can_be_tried_first() -> None:
    without = {f"{noun} {name}".strip() for (noun, name), command in VERBS.items() if "--dry-run" not in options(command)}
    listing = {f"{noun} {name}" for noun, name in VERBS if name in ("list", "show")}
    assert without - listing - READING == set(EXCEPTIONS)
    recording = {f"{noun} {event}" for noun in ledgers.TABLE for event in ledgers.events(noun)}
    assert not recording & (READING | set(EXCEPTIONS)), "an entry is recorded there"
    assert not {f"{noun} {name}" for noun in registers.TABLE for name in ("add", "edit", "import")} & without


def test_the_lists_above_name_verbs_that_there_are() -> None:
    known = {f"{noun} {name}".strip() for noun, name in VERBS}
    assert READING | set(EXCEPTIONS) <= known
    assert known >= {f"{noun} {name}".strip() for noun, name in permissions.VERBS}


def tree(*folders: Path) -> dict[str, str]:
    """Every folder and file below with its bytes, the cache aside."""

    def all_below(folder: Path) -> Iterator[Path]:
        yield from (one for one in sorted(folder.rglob("*")) if ".svc" not in one.relative_to(folder).parts)

    return {
        str(one): f"{stat.filemode(one.stat().st_mode)} {hashlib.sha256(one.read_bytes()).hexdigest() if one.is_file() else ''}"
        for folder in folders
        for one in all_below(folder)
    }


def public(name: str) -> str:
    """A public key as OpenSSH writes one; nobody has its private half."""
    kind, point = b"ssh-ed25519", hashlib.sha256(name.encode()).digest()
    return base64.b64encode(b"".join(len(part).to_bytes(4, "big") + part for part in (kind, point))).decode()


@pytest.fixture
def tried(svc: Svc, tmp_path: Path) -> Svc:
    """A desk with something of everything that the lines below are about, and a home folder of its own."""
    home = tmp_path / "home"
    home.mkdir()
    svc.environ.update(HOME=str(home), XDG_DATA_HOME=str(home / "share"), XDG_CONFIG_HOME=str(home / "config"))
    svc("call log --channel phone --from CU0001 --kind repair --summary drifts --needs-service --at 2026-10-05T08:00")
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00")
    svc("visit arrive V1 --at 2026-10-06T10:40")
    for name in ("old", "new"):
        (svc.desk / f"{name}.pub").write_text(f"ssh-ed25519 {public(name)} {name}\n")
    svc("staff key add S03 --file old.pub")
    (svc.desk / "in.csv").write_text("name,phone\nQuarry,138-0000-0009\n")
    (svc.desk / "in.jsonl").write_text(
        '{"ledger":"call","event":"log","at":"2026-10-01T08:05:00+08:00","channel":"phone","from":"CU0001","kind":"repair",'
        '"summary":"x"}\n'
    )
    return svc


LINES = """
call log --channel phone --from 13900000009 --kind consult --summary x
call correct C1 --kind consult --reason misheard
visit leave V1 --at 2026-10-06T12:00
report close V1 --fault hydraulics --cause wear --cause-class wear --solution changed --no-parts --opinion none
expense submit --trip V1 --line meals:40:Here:2026-10-06 --at 2026-10-07T09:00
finding dismiss late_arrival/V1 --reason "gate log"
customer add --name Mill --phone 138-0000-0002
customer edit CU0001 --region North
customer import in.csv
customer erase CU0001 --reason asked
machine add --serial SN-9 --product LX200
staff add --name New --role clerk
staff edit S02 --phone 138-0000-0003
staff leave S03 --on 2026-12-31
machine transfer SN-1 --to CU0001 --from 2026-10-01
machine extend SN-1 --until 2029-01-09 --basis contract
staff key add S02 --file new.pub
staff key revoke S03 --reason lost
supplier add --name Far
rules set late_arrival 200 --from 2026-10-01
audit submit 2026-10
audit submit 2026-10 --to file:///tmp
ledger seal 2026-10
ledger import in.jsonl
ledger repair
undo V1
init fresh/desk
init another --demo
completion install bash
completion install fish
completion install powershell
desk move . moved
"""


def test_nothing_is_written(
    tried: Svc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(tmp_path)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, tried.environ[name])
    for line in LINES.strip().split("\n"):
        code = run(tried.desk, f"{line} --dry-run", monkeypatch)
        said = capsys.readouterr()
        assert code == 0 and said.out, f"svc {line}\n{said.out}{said.err}"
        assert tree(tmp_path) == before, line


def test_what_would_be_refused_is_refused(tried: Svc, tmp_path: Path) -> None:
    before = tree(tmp_path)
    assert "is a desk already" in tried("init . --dry-run", code=4).err
    assert "is no desk" in tried("desk move nowhere there --dry-run", code=2).err
    assert "is another desk" in _another(tried)
    assert tree(tmp_path, tried.desk) == {**before, **tree(tmp_path)}


def _another(tried: Svc) -> str:
    other = tried.desk.parent / "other"
    tried(f"init {other} --name Other")
    here = tree(other)
    said = tried(f"desk move . {other} --dry-run", code=4).err
    assert tree(other) == here
    shutil.rmtree(other)
    return said


def test_a_dry_move_finds_rows_that_do_not_follow(tried: Svc, tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    assert tried(f"desk move . {copied} --dry-run").out.startswith("8 entries")
    tried(f"desk move . {copied}")
    tried("call reply C1 --text soon --at 2026-10-05T08:10")
    before = tree(tmp_path)
    assert tried(f"desk move . {copied} --dry-run").out == "1 entries  call 1 (dry run: nothing written)\n"
    assert tree(tmp_path) == before
    Svc(copied, SVC_STAFF="S01")("call reply C1 --text later --at 2026-10-05T08:20")
    before = tree(tmp_path)
    assert "grown apart" in tried(f"desk move . {copied} --dry-run", code=4).err
    assert tree(tmp_path) == before


@pytest.mark.skipif(os.getuid() != 0, reason="only root can drop his rights")
def test_where_nothing_can_be_written_a_dry_run_says_so(tmp_path: Path) -> None:
    import sys

    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    for folder in (tmp_path, *tmp_path.parents[:-1]):
        if folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    line = [sys.executable, "-m", "svc", "init", str(closed / "desk")]
    drop = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    done = [subprocess.run([*drop, *line, *more], capture_output=True, text=True, cwd="/") for more in (["--dry-run"], [])]
    if "No module named" in done[1].stderr or "Permission denied" in done[1].stderr.partition("svc:")[0]:
        pytest.skip("this interpreter is not for everybody")
    assert done[0].returncode == done[1].returncode != 0 and done[0].stderr == done[1].stderr


def test_check_says_whom_it_would_tell(tried: Svc, tmp_path: Path) -> None:
    tried("call log --channel phone --from CU0001 --kind consult --summary waits --at 2026-10-01T08:00")
    before = tree(tmp_path)
    said = tried("check --notify https://127.0.0.1:9/hook --dry-run", code=1)
    assert "waits" in said.out and "would" not in said.err
    assert "127.0.0.1" in said.err and "waits" in said.err and "dry run" in said.err
    assert tree(tmp_path) == before
