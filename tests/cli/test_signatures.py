"""Seals, consents and rulings signed with OpenSSH: what counts, what is refused, each with its own words."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clauses.scenes import visited
from tests.conftest import Svc

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen (openssh-client) is not installed")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the keys of head, gm and of nobody."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("head", "gm", "nobody"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name], check=True)
    return folder


def sign(key: Path, file: Path, namespace: str) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", key, file], check=True, capture_output=True)
    return file.with_name(file.name + ".sig")


def put(svc: Svc, home: Path, key: str, namespace: str = "svc-audit") -> None:
    """Put somebody's signature under the seal of October as a file, past `svc`."""
    made = sign(home / key, svc.desk / "data/seals/2026-10.txt", namespace)
    made.replace(svc.desk / "data/seals/2026-10.sig")


def wrong(svc: Svc) -> str:
    return svc("ledger verify", code=1).out


def test_a_seal_is_signed_chained_and_readable_by_anybody_with_openssh(svc: Svc, home: Path) -> None:
    visited(svc)
    added = svc(f"staff key add S01 --file {home}/head.pub")
    assert added.id.startswith("A")
    (row,) = svc("staff key list --json").json
    assert row["staff"] == "S01" and row["fingerprint"].startswith("SHA256:") and row["revoked"] is None
    assert svc(f"audit submit 2026-09 --key {home}/head").out.rstrip().endswith("· signed")
    assert "signed" in svc(f"ledger seal 2026-10 --key {home}/head").out
    text = (svc.desk / "data/seals/2026-10.txt").read_text("utf-8")
    assert re.search("^previous 2026-09 [0-9a-f]{64}$", text, re.MULTILINE)
    assert "\ntotal visits 1\n" in text and "\ntotal fines 0.00\n" in text and re.search("\nrules [0-9a-f]{64}\n", text)
    verify = ["ssh-keygen", "-Y", "verify", "-f", "data/registers/allowed_signers", "-I", "S01", "-n", "svc-audit"]
    done = subprocess.run(
        [*verify, "-s", "data/seals/2026-10.sig"], cwd=svc.desk, input=text, capture_output=True, text=True
    )
    assert done.returncode == 0 and 'Good "svc-audit" signature for S01' in done.stdout, done.stderr
    assert svc("ledger verify").code == 0


def test_each_fault_of_a_signature_has_its_own_words(svc: Svc, home: Path) -> None:
    svc(f"staff key add S01 --file {home}/head.pub")
    svc(f"staff key add S05 --file {home}/gm.pub")
    assert "--key" in svc("audit submit 2026-10", code=2).err
    svc("audit submit 2026-10 --unsigned")
    assert "not signed, although S01 had a key" in wrong(svc)
    put(svc, home, "head", "svc-approval")
    assert "signed for 'svc-approval', not for 'svc-audit'" in wrong(svc)
    put(svc, home, "gm")
    assert "signed with the key of S05, not of S01" in wrong(svc)
    put(svc, home, "nobody")
    assert "signed with a key that is not registered for S01" in wrong(svc)
    (svc.desk / "data/seals/2026-10.sig").write_text("nothing", "utf-8")
    assert "no signature of OpenSSH" in wrong(svc)
    put(svc, home, "head")
    assert svc("ledger verify").code == 0
    seal = svc.desk / "data/seals/2026-10.txt"
    text = seal.read_text("utf-8")
    seal.write_text(text.replace("total fines 0.00", "total fines 9.00"), "utf-8")
    assert "the text was changed after it was signed" in wrong(svc)
    seal.write_text(text, "utf-8")
    svc("staff key revoke S01 --from 2026-11-01 --reason 'laptop lost'")
    assert "that was revoked on 2026-11-01" in wrong(svc)


def test_a_key_that_expired_or_does_not_count_yet(svc: Svc, home: Path) -> None:
    svc(f"staff key add S01 --file {home}/head.pub --from 2026-01-01 --until 2026-02-01")
    assert "signed" not in svc("audit submit 2026-10").out  # no key counts today
    assert svc("ledger verify").code == 0
    put(svc, home, "head")
    assert "expired on 2026-02-01" in wrong(svc)


def test_a_signature_made_elsewhere_is_put_under_the_seal(svc: Svc, home: Path) -> None:
    svc(f"staff key add S01 --file {home}/head.pub --for svc-audit")
    assert "not sealed" in svc("ledger seal 2026-10 --signature x", code=4).err
    svc("ledger seal 2026-10 --unsigned")
    away = shutil.copy(svc.desk / "data/seals/2026-10.txt", home / "2026-10.txt")
    bad = sign(home / "gm", Path(away), "svc-audit")
    assert "not registered for S01" in svc(f"ledger seal 2026-10 --signature {bad}", code=2).err
    bad.unlink()
    good = sign(home / "head", Path(away), "svc-audit")
    done = svc.run("ledger", "seal", "2026-10", "--signature", "-", stdin=good.read_text("utf-8"))
    assert done.code == 0 and "signed" in done.out, done.err
    assert svc("ledger verify").code == 0


def test_missing_and_changed_seals(svc: Svc) -> None:
    visited(svc)
    svc("audit submit 2026-08")
    assert "first: svc audit submit 2026-09" in svc("audit submit 2026-10", code=4).err
    svc("audit submit 2026-09")
    svc("audit submit 2026-10")
    kept = {path: path.read_bytes() for path in (svc.desk / "data/seals").iterdir()}
    for path in kept:
        if path.name.startswith("2026-09."):
            path.unlink()
    said = wrong(svc)
    assert "the seal of 2026-09, between 2026-08 and 2026-10, is missing" in said
    for path, body in kept.items():
        path.write_bytes(body)
    assert svc("ledger verify").code == 0


def test_consent_and_rulings_are_signed(svc: Svc, home: Path) -> None:
    svc(f"staff key add S05 --file {home}/gm.pub")
    back = svc("return request --machine SN-1 --reason x --from CU0001 --at 2026-10-02T09:00").id
    assert "SVC_KEY" in svc(f"--as S05 return approve {back}", code=2).err
    assert "not the registered key" in svc(f"--as S05 return approve {back} --key {home}/head", code=2).err
    assert svc(f"return show {back} --json").json["standing"] == "awaiting_consent"
    svc(f"--as S05 return approve {back} --text 'freight is ours' --key {home}/gm --at 2026-10-03T09:00")
    shown = svc(f"return show {back} --json").json["entries"][1]
    assert shown["signature"].startswith("U1NIU0lH")
    visit = visited(svc)
    report = svc(f"report close {visit} --fault x --cause wear --at 2026-10-07T09:00").id
    done = svc.run("--as", "S05", "finding", "waive", f"report_incomplete/{report}", "--reason", "new", SVC_KEY=f"{home}/gm")
    assert done.code == 0, done.err
    svc(f"finding waive report_incomplete/{report} --reason 'the head has no key'")
    assert svc("ledger verify").code == 0
    file = next((svc.desk / "data/returns").iterdir())
    body = file.read_text("utf-8")
    file.write_text(body.replace("freight is ours", "freight is yours"), "utf-8")
    said = wrong(svc)
    assert "the text was changed after it was signed" in said and re.search(r"returns/\S+:3: signature", said)


def test_nobody_brings_in_the_consent_of_the_gm_without_his_signature(svc: Svc, home: Path, tmp_path: Path) -> None:
    back = svc("return request --machine SN-1 --reason x --from CU0001 --at 2026-10-02T09:00").id
    svc(f"staff key add S05 --file {home}/gm.pub")
    file = tmp_path / "forged.jsonl"
    file.write_text(
        f'{{"ledger":"return","event":"approve","id":"{back}","at":"2026-10-03T09:00:00+08:00","by":"S05"}}\n', "utf-8"
    )
    refused = svc(f"ledger import {file}", 3).err
    assert "S01 (head) may not approve" in refused and "who may: gm (S05 Gm)" in refused
    assert "not signed, although S05 had a key" in svc(f"--as S05 ledger import {file}", 3).err
    assert svc("ledger verify").code == 0


def test_keys_cannot_be_put_in_past_svc(svc: Svc, home: Path) -> None:
    svc(f"staff key add S01 --file {home}/head.pub")
    signers = svc.desk / "data/registers/allowed_signers"
    before = signers.read_text("utf-8")
    assert re.fullmatch(
        r'S01 namespaces="svc-audit,svc-approval",valid-after="[0-9]{14}Z" ssh-ed25519 \S+\n', before
    )
    forged = (home / "nobody.pub").read_text("utf-8")
    signers.write_text(before + f"S01 {forged}", "utf-8")
    assert "registers/allowed_signers" in wrong(svc)
    signers.write_text(before, "utf-8")
    for line, code, said in (
        (f"staff key add S01 --file {home}/head", 2, "public key"),
        (f"staff key add S05 --file {home}/head.pub", 4, "registered for S01"),
        ("staff key add S05", 2, "--file"),
        (f"staff key add S05 --file {home}/none.pub", 2, "none.pub"),
        (f"--as S02 staff key add S02 --file {home}/gm.pub", 3, "who may: head, gm"),
        ("staff key revoke S05 --reason x", 4, "no such key"),
        ("staff key revoke S01", 2, "--reason"),
    ):
        assert said in svc(line, code=code).err, line
    assert signers.read_text("utf-8") == before and svc("ledger verify").code == 0


def test_a_consent_is_signed_on_another_computer(svc: Svc, home: Path) -> None:
    back = svc("return request --machine SN-1 --reason x --from CU0001 --at 2026-10-02T09:00").id
    assert "no key is registered" in svc(f"--as S05 return approve {back} --to-sign -", code=4).err
    svc(f"staff key add S05 --file {home}/gm.pub")
    away = home / "consent.txt"
    told = svc(f"--as S05 return approve {back} --text 'freight is ours' --to-sign {away}")
    assert told.out == f"{away}\n" and "nothing was recorded" in told.err
    assert b'"return approve ' + back.encode() + b'"' in away.read_bytes()
    assert svc("return list --json").json[0]["standing"] == "awaiting_consent"
    assert "such a file already" in svc(f"--as S05 return approve {back} --to-sign {away}", code=4).err
    again = told.err.rstrip("\n").rpartition("then: svc ")[2]
    assert f"--signature {away}.sig" in again and "--text 'freight is ours'" in again
    assert "cannot be read" in svc(again, code=2).err
    bad = sign(home / "head", away, "svc-approval")
    assert "not registered for S05" in svc(again, code=2).err
    bad.unlink()
    good = sign(home / "gm", away, "svc-approval")
    assert "changed after it was signed" in svc(again.replace("ours", "yours"), code=2).err
    assert "moment that was signed" in svc(f"--as S05 return approve {back} --signature {good}", code=2).err
    assert "contradict" in svc(f"{again} --to-sign x", code=2).err
    assert svc(f"{again} --dry-run").out and svc("return list --json").json[0]["standing"] == "awaiting_consent"
    done = svc.run(*shlex.split(again.replace(str(good), "-")), stdin=good.read_text("utf-8"))
    assert done.code == 0 and done.id == back, done.err
    assert svc("return list --json").json[0]["standing"] == "approved"
    assert svc("ledger verify").code == 0


def test_a_verdict_is_signed_on_another_computer(svc: Svc, home: Path) -> None:
    svc(f"staff key add S05 --file {home}/gm.pub")
    bad = svc("complaint log --channel phone --from CU0001 --about S02 --kind service --cause attitude --summary rude").id
    told = svc(f"--as S05 complaint verify {bad} --upheld --reason 'heard both, call 13900005555' --to-sign -")
    text = home / "consent.txt"
    text.write_text(told.out, "utf-8")
    assert "13900005555" not in told.out, "what is masked in the ledger is signed masked"
    good = sign(home / "gm", text, "svc-approval")
    again = told.err.rstrip("\n").rpartition("then: svc ")[2].replace("consent.txt.sig", str(good))
    assert svc(again).id == bad and svc("ledger verify").code == 0
