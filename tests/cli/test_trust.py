"""What somebody tries who wants another figure: each way is found, or refused."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import Svc, contents, lived

ROOT = Path(__file__).parents[2]


@pytest.fixture
def svc(tmp_path: Path) -> Svc:
    """The invented department, its index made."""
    return lived(Svc(tmp_path), invented)


def invented(svc: Svc) -> None:
    svc("init --demo .")
    svc("today")


def ask(desk: Svc, statement: str) -> None:
    with sqlite3.connect(desk.desk / "data/.svc/index.sqlite") as db:
        db.execute(statement)
    db.close()


EDITS = {
    "a time": (
        "update entry set raw = cast(replace(cast(raw as text), 'T10:', 'T08:') as blob), at = at - 7200"
        " where noun = 'visit' and event = 'arrive' and n = (select min(n) from entry where noun = 'visit' and event = 'arrive')"
    ),
    "a key": "update entry set at = at - 7200 where n = (select min(n) from entry where noun = 'visit')",
    "a row put in": "insert into entry (noun, event, id, at, rec, file, place, raw) select noun, event, id, at, rec, file, place + 1, raw from entry limit 1",
    "a row gone": "delete from entry where n = (select max(n) from entry where noun = 'finding')",
    "what waits": "delete from waiting where kind = 'rule'",
    "what is open": "delete from open_case",
    "somebody's number": "delete from alias where noun = 'customer'",
    "a trigger": "create trigger quiet after insert on waiting begin delete from waiting; end",
}


@pytest.mark.parametrize("statement", EDITS.values(), ids=list(EDITS))
def test_an_edited_index_is_named_and_nothing_is_sealed_on_it(svc: Svc, statement: str) -> None:
    svc("ledger verify")
    ask(svc, statement)
    assert "the index differs from the ledgers" in svc("ledger verify", code=1).out
    assert "does not verify" in svc("audit submit 2026-10 --unsigned", code=5).err
    assert not list((svc.desk / "data/seals").glob("*.txt"))
    svc("ledger rebuild")
    svc("ledger verify")
    svc("audit submit 2026-10 --unsigned")


def test_a_desk_without_an_index_verifies(svc: Svc) -> None:
    (svc.desk / "data/.svc/index.sqlite").unlink()
    svc("ledger verify")


def test_nothing_is_sealed_on_a_changed_ledger(svc: Svc) -> None:
    file = next((svc.desk / "data/visits").glob("*.csv"))
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"T0", b"T1", 1))
    assert file.read_bytes() != whole
    assert "does not verify" in svc("audit submit 2026-10 --unsigned", code=5).err
    assert not list((svc.desk / "data/seals").glob("*.txt"))
    file.write_bytes(whole)
    svc("audit submit 2026-10 --unsigned")


def test_a_kept_copy_is_never_written_over(svc: Svc, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    svc(f"audit submit 2026-10 --unsigned --to {shelf}")
    kept = shelf / "2026-10.txt"
    kept.write_bytes(whole := kept.read_bytes().replace(b"by S01", b"by S02"))
    told = svc(f"audit submit 2026-10 --to {shelf}")
    assert "another copy was there and stays" in told.err and kept.read_bytes() == whole
    assert (shelf / "2026-10.2.txt").read_bytes() == (svc.desk / "data/seals/2026-10.txt").read_bytes()
    assert "another copy" not in svc(f"audit submit 2026-10 --to {tmp_path / 'shelf'}").out  # once more: nothing new
    assert len(list(shelf.iterdir())) == 4


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can write to what others own")
def test_what_root_changes_stays_its_owners(svc: Svc) -> None:
    for path in (svc.desk, *svc.desk.rglob("*")):
        os.chown(path, 4242, 4343)
    register, rules = svc.desk / "data/registers/customers.csv", svc.desk / "rules.yaml"
    register.chmod(0o600)
    svc("customer edit CU0001 --contact Somebody")
    svc("rules set disobeyed_dispatch 300 --from 2099-01-01 --basis minutes")
    svc("call log --channel phone --from 13900000009 --kind consult --summary asks")
    (svc.desk / "data/.svc/index.sqlite").unlink()
    svc("today")
    svc("audit submit 2026-10 --unsigned")
    owners = {(path, path.stat().st_uid, path.stat().st_gid) for path in svc.desk.rglob("*")}
    assert {one for one in owners if one[1:] != (4242, 4343)} == set()
    assert register.stat().st_mode & 0o777 == 0o600 and rules.exists()


def test_a_seal_cannot_be_taken_away_or_made_anew(svc: Svc) -> None:
    svc("audit submit 2026-10 --unsigned")
    (entry,) = [one for one in svc("access list --json").json if one["event"] == "seal"]
    seal = svc.desk / "data/seals/2026-10.txt"
    whole = seal.read_bytes()
    assert hashlib.sha256(whole).hexdigest() in str(svc(f"access show {entry['id']} --json").json)
    for edited in (whole.replace(b"by S01", b"by S02"), whole.replace(b"total calls ", b"total calls 1"), b"", None):
        if edited is None:
            seal.unlink()
        else:
            seal.write_bytes(edited)
        assert "not the seal that S01 made" in svc("ledger verify", code=1).out
        svc("audit submit 2026-10 --unsigned", code=4 if edited is None or edited else 5)
    seal.write_bytes(whole)
    svc("ledger verify")


def test_rules_changed_by_hand_are_named_until_somebody_answers_for_them(svc: Svc) -> None:
    svc("rules set disobeyed_dispatch 300 --from 2026-11-01 --basis minutes")
    svc("ledger verify")
    rules = svc.desk / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("yuan: 300", "yuan: 1"), "utf-8")
    assert "rules.yaml" in svc("ledger verify", code=1).out
    assert "does not verify" in svc("audit submit 2026-10 --unsigned", code=5).err
    assert "missing: --reason" in svc("rules accept", code=2).err
    svc("--as S03 rules accept --reason mine", code=3)
    svc("rules accept --reason 'meeting of 2026-11-20' --dry-run")
    svc("ledger verify", code=1)
    svc("rules accept --reason 'meeting of 2026-11-20'")
    svc("ledger verify")
    assert "nothing to accept" in svc("rules accept --reason again").out
    assert [one["event"] for one in svc("access list --json").json].count("rules") == 2


def test_an_erasure_is_whole_or_not_at_all(svc: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full in the middle: the entry and the rows of both registers, or none of them."""
    from svc.store.files import multi_file_write
    from svc.store.files.ledger import FileLedger

    data = svc.desk / "data"
    before = contents(data)
    ledger = FileLedger(data)
    files = ("registers/callers.csv", "registers/customers.csv")
    for stop in (RuntimeError, None):
        with ledger.lock(), suppress(RuntimeError):
            if stop:
                with ledger.all_or_nothing(datetime.now(UTC), files):
                    (data / files[1]).write_bytes(b"half")
                    raise stop
            else:  # killed: nobody takes anything back but the next one who gets the lock
                multi_file_write.begin(data, {}, files)
                (data / files[1]).write_bytes(b"half")
        if not stop:
            assert (data / ".svc/before/1").exists()
        with ledger.lock():
            assert contents(data) == before and not (data / ".svc/before").exists()
    svc("customer erase CU0002 --reason asked")
    assert b"CU0002," not in (data / files[1]).read_bytes() and not (data / ".svc/before").exists()


def test_repair_goes_past_a_note_that_the_disk_did_not_take(svc: Svc) -> None:
    """The fsync of the note itself failed: what it was about is taken back by whoever takes the lock, and that is repair."""
    from svc.store.files import multi_file_write

    data, line = svc.desk / "data", "call log --channel phone --from 139-0000-0009 --kind consult --summary x"
    svc(line)
    file = next((data / "calls").glob("*.csv"))
    multi_file_write.begin(data, {f"calls/{file.name}": file.stat().st_size})
    (data / ".svc/suspect").write_text(".svc/intent 0 Input/output error\n", "utf-8")
    svc(line, 5)
    svc("ledger repair --yes")
    svc(line)
    svc("ledger verify")


AHEAD = "import sys, time; t = time.time; time.time = lambda: t() + 86400 * {days}; from svc.cli import app; sys.argv[0] = 'svc'; sys.exit(app())"


def by_a_clock_ahead(desk: Svc, line: str, days: float = 400) -> subprocess.CompletedProcess[str]:
    """A command so many days later, as the program sees it."""
    words = [sys.executable, "-c", AHEAD.format(days=days), *shlex.split(line)]
    return subprocess.run(words, env=desk.environ, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_a_clock_that_runs_ahead_is_asked_about_and_there_is_a_way_out(svc: Svc) -> None:
    line = "call log --channel phone --from 139-0000-0009 --kind consult --summary x"
    whole = contents(svc.desk / "data")
    refused = by_a_clock_ahead(svc, line)
    assert refused.returncode == 2 and "--clock-is-right" in refused.stderr and contents(svc.desk / "data") == whole
    assert by_a_clock_ahead(svc, f"--clock-is-right {line}").returncode == 0
    assert by_a_clock_ahead(svc, '--clock-is-right visit dispatch --call C1 --staff S02 --promised "+2d"').returncode == 0
    assert "svc ledger repair" in svc(line, code=2).err
    ids = [one["id"] for one in svc("call list --json").json]
    assert svc("ledger repair --dry-run").out.count("recorded anew, now") == 2
    assert "2 entries recorded anew" in svc("ledger repair --yes").out
    svc("ledger verify")
    (told,) = [one for one in svc("access list --json").json if one["event"] == "clock"]
    assert told["by"] == "S01" and list((svc.desk / "data/.svc/aside").rglob("*.csv"))
    assert svc(line).id not in ids and set(ids) <= {one["id"] for one in svc("call list --json").json}
    svc("ledger verify")


@pytest.mark.skipif(not Path("/proc/uptime").exists(), reason="the system does not tell how long it runs")
def test_a_clock_set_forward_by_more_than_a_day_is_doubted_and_silence_is_not(svc: Svc) -> None:
    line = "call log --channel phone --from 139-0000-0009 --kind consult --summary x"
    note = svc.desk / "data/.svc/clock"
    svc(line)
    assert by_a_clock_ahead(svc, line, 0.9).returncode == 0
    whole = contents(svc.desk / "data")
    refused = by_a_clock_ahead(svc, line, 3)
    assert refused.returncode == 2 and "it was set forward by 3 d" in refused.stderr and "--clock-is-right" in refused.stderr
    for other in ("staff edit S02 --role clerk", "staff add --name New --role clerk"):
        assert "set forward" in by_a_clock_ahead(svc, other, 3).stderr, other
    assert contents(svc.desk / "data") == whole
    assert by_a_clock_ahead(svc, "call list", 3).returncode == 0  # whoever only reads is not asked
    assert by_a_clock_ahead(svc, f"--clock-is-right {line}", 3).returncode == 0
    assert by_a_clock_ahead(svc, line, 3).returncode == 0  # believed once, it is the clock that counts
    note.unlink()  # the computer was started anew: nobody was here over a fortnight's holiday
    assert by_a_clock_ahead(svc, line, 17).returncode == 0
    note.write_text("nonsense", "utf-8")
    assert by_a_clock_ahead(svc, line, 17.1).returncode == 0
    assert "set forward" in by_a_clock_ahead(svc, line, 20).stderr


def rebuilt(desk: Svc, kept: int) -> None:
    """What whoever owns the files can do: cut the newest rows off, and the index with them."""
    file = next((desk.desk / "data/calls").glob("*.csv"))
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join(lines[:-kept]) + b"\n")
    for path in (desk.desk / "data/.svc").glob("index*"):
        path.unlink()


def test_a_head_that_somebody_kept_finds_what_the_desk_alone_cannot(svc: Svc, tmp_path: Path) -> None:
    head = svc("ledger head").out.strip()
    kept = tmp_path / "kept.txt"
    kept.write_text(f"Monday's message\n\n{head}\n", "utf-8")
    svc("call log --channel phone --from 139-0000-0009 --kind consult --summary x")
    assert "an extension of 2 earlier heads" in svc(f"ledger verify --against {kept} --against '{head}'").out
    verifier = [sys.executable, str(ROOT / "docs/verify_ledger.py"), str(svc.desk), str(kept)]
    assert subprocess.run(verifier, capture_output=True, text=True).stdout == "nothing wrong\n"
    rebuilt(svc, 4)
    svc("ledger verify")  # nothing in the desk remembers them
    assert "a row ended at byte" in svc(f"ledger verify --against {kept}", code=1).out
    assert "no extension of the head" in subprocess.run(verifier, capture_output=True, text=True).stdout


def test_a_seal_holds_the_head_and_the_independent_verifier_checks_both(svc: Svc) -> None:
    svc("audit submit 2026-10 --unsigned")
    seal = svc.desk / "data/seals/2026-10.txt"
    assert "an extension of 1 earlier head" in svc(f"ledger verify --against {seal}").out
    verifier = [sys.executable, str(ROOT / "docs/verify_ledger.py"), str(svc.desk), str(seal)]
    assert subprocess.run(verifier, capture_output=True, text=True).stdout == "nothing wrong\n"
    (svc.desk / "data/seals/2026-10.json").write_bytes(b"{}")
    assert "figures is not what was sealed" in subprocess.run(verifier, capture_output=True, text=True).stdout
    seal.unlink()
    assert "not the seal that was recorded" in subprocess.run(verifier[:-1], capture_output=True, text=True).stdout
    assert "no such file" in svc(f"ledger verify --against {seal}", code=2).err
    assert "there is no head" in svc("ledger verify --against 'svc-head/1 x'", code=2).err


AUTHORITY = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
[cert]
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
"""


def openssl(*words: str, config: Path) -> None:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, cwd=config.parent)
    assert done.returncode == 0, (words, done.stderr)


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A time-stamping authority of our own: its folder."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path / "authority"
    folder.mkdir()
    config = folder / "tsa.cnf"
    config.write_text(AUTHORITY.format(folder=folder, name="Invented TSA"), "utf-8")
    (folder / "serial").write_text("01\n", "ascii")
    for name in ("ca", "other"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2",
                "-config", "tsa.cnf", "-subj", f"/CN={name}", config=config)  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-config", "tsa.cnf", config=config)
    openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out", "tsa.pem",
            "-extfile", "tsa.cnf", "-extensions", "cert", config=config)  # fmt: skip
    return folder


def test_somebody_outside_says_when_a_seal_was_there(svc: Svc, authority: Path) -> None:
    svc("audit submit 2026-10 --unsigned")
    asked, answered, config = authority / "2026-10.tsq", authority / "2026-10.tsr", authority / "tsa.cnf"
    assert "not sealed" in svc(f"audit stamp 2026-09 --request {asked}", code=4).err
    assert "has no time-stamp" in svc("audit stamp 2026-10", code=4).err
    svc(f"audit stamp 2026-10 --request {asked}")
    openssl("ts", "-query", "-in", str(asked), "-text", config=config)
    openssl("ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", str(asked), "-signer", "tsa.pem", "-inkey", "tsa.key",
            "-out", str(answered), config=config)  # fmt: skip
    before = contents(svc.desk)
    assert "openssl does not believe it" in svc(f"audit stamp 2026-10 --answer {answered} --ca {authority}/other.pem", code=2).err
    assert "no time-stamp of that seal" in svc(f"audit stamp 2026-10 --answer {asked}", code=2).err
    openssl("ts", "-query", "-data", "tsa.cnf", "-sha256", "-out", "other.tsq", config=config)
    openssl("ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", "other.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key",
            "-out", "other.tsr", config=config)  # fmt: skip
    assert "no time-stamp of that seal" in svc(f"audit stamp 2026-10 --answer {authority}/other.tsr", code=2).err
    svc("staff add --name Cl --role clerk --id S44")
    before = contents(svc.desk)
    assert "clerk" in svc(f"--as S44 audit stamp 2026-10 --answer {answered}", code=3).err and contents(svc.desk) == before
    told = svc(f"audit stamp 2026-10 --answer {answered} --ca {authority}/ca.pem").out
    assert f"the seal was there at {datetime.now(UTC):%Y-%m-%d}" in told and "signed by whom you trust" in told
    assert "not checked" in svc("audit stamp 2026-10").out and "trust" in svc(f"audit stamp 2026-10 --ca {authority}/ca.pem").out
    svc("ledger verify")
    kept = svc.desk / "data/seals/2026-10.tsr"
    kept.write_bytes(kept.read_bytes().replace((svc.desk / "data/seals/2026-10.txt").read_bytes()[:4], b"x") [:-300].replace(b"\x04\x20", b"\x04\x21"))
    assert "no time-stamp of that seal" in svc("ledger verify", code=1).out
