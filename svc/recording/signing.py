"""Keys of staff, and what is signed with them: seals of months, consents, rulings."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from svc.desk.open import Desk
from svc.domain import signature as approval
from svc.domain.entry import Entry
from svc.domain.nouns import access
from svc.domain.nouns.access import Key
from svc.domain.signature import bare
from svc.errors import BadInput, Conflict
from svc.recording.door import record
from svc.store import access_checks as stored
from svc.store import signatures as sshsig
from svc.store.files.plain import read_given
from svc.store.seals import AUDIT, Seal
from svc.text import Text

LARGEST = 1 << 16
"""Bytes that a key or a signature may have."""


def keys(desk: Desk) -> list[Key]:
    """All keys that were ever registered, in order."""
    return access.keys(stored.entries(desk.ledger))


def approver(desk: Desk, given: str | None) -> Callable[[Entry], str | None]:
    """How a consent or ruling of whoever acts is signed: by his registered key; not at all where he has none.

    `given` names the file of the private key.
    """

    def sign(entry: Entry) -> str | None:
        return signature(desk, approval.text(desk.ledger.id, entry), approval.NAMESPACE, given)

    return sign


def signature(desk: Desk, text: bytes, namespace: str, given: str | None, unsigned: bool = False) -> str | None:
    """The signature of whoever acts under a text; None where he has registered no key (or will sign later)."""
    valid = sshsig.valid(keys(desk), desk.who, namespace, desk.now())
    if not valid or unsigned:
        return None
    return sshsig.sign(text, namespace, valid[-1].public, given or os.environ.get("SVC_KEY"))


def from_elsewhere(desk: Desk, text: bytes, namespace: str, who: str, moment: datetime, file: str) -> str:
    """A signature that was made on another computer, read from a file or - (stdin); BadInput where it does not count."""
    raw = sys.stdin.read() if file == "-" else _read(file)
    found = bare(raw)
    why = sshsig.refusal(text, found, namespace, who, moment, keys(desk))
    if why:
        raise BadInput(
            why,
            Text(
                "sign the text as it stands, with the registered key; then the same options and --at",
                "请用已登记的密钥对原文签名，选项和 --at 也须与当时一致",
            ),
        )
    return found


def to_be_signed(desk: Desk, entry: Entry) -> bytes:
    """The text of a consent or ruling, for whoever signs it elsewhere; Conflict where he has no key that counts."""
    if not sshsig.valid(keys(desk), entry.by, approval.NAMESPACE, desk.now()):
        raise Conflict(
            Text(f"no key is registered with which {entry.by} could sign this", f"没有登记可供 {entry.by} 为此签名的密钥"),
            Text(f"register it: svc staff key add {entry.by} --file KEY.pub", f"请登记：svc staff key add {entry.by} --file 公钥.pub"),
        )  # fmt: skip
    return approval.text(desk.ledger.id, entry)


def consent_from_elsewhere(desk: Desk, file: str) -> Callable[[Entry], str | None]:
    """How an entry gets the signature that was made of its text on another computer."""

    def sign(entry: Entry) -> str | None:
        text = approval.text(desk.ledger.id, entry)
        return from_elsewhere(desk, text, approval.NAMESPACE, entry.by, desk.now(), file)

    return sign


def sign_seal(desk: Desk, month: str, file: str, dry: bool = False) -> Seal:
    """Put a signature that was made elsewhere under a seal; it must be that of whoever sealed, and count.

    With `dry` it is only looked at.
    """
    sealed = desk.seals.read(month)
    if sealed is None:
        raise Conflict(
            Text(f"{month} is not sealed", f"{month} 尚未封存"),
            Text(f"seal it first: svc ledger seal {month} --unsigned", f"先封存：svc ledger seal {month} --unsigned"),
        )
    signature = from_elsewhere(desk, desk.seals.text(month), AUDIT, sealed.by, desk.time(sealed.at), file)
    if not dry:
        with desk.ledger.lock():
            desk.seals.put_signature(month, signature)
    return sealed


def _read(file: str) -> str:
    try:
        return read_given(Path(file).expanduser(), LARGEST).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(Text(f"{file} cannot be read: {error}", f"无法读取 {file}：{error}")) from None


# ---- registering ---------------------------------------------------------------------------------


def add(desk: Desk, who: str, file: str, uses: str, since: str | None, until: str | None, dry: bool) -> Entry:
    """Register a public key; Conflict where it is somebody's already."""
    staff = desk.reference("staff", who, whole=True)
    lines = [line for line in _read(file).split("\n") if line.strip()]
    if len(lines) != 1 or "PRIVATE KEY" in lines[0]:
        raise BadInput(
            Text(f"{file} holds no single public key", f"{file} 中不是单独一个公钥"),
            Text("give the .pub file that ssh-keygen made: svc staff key add S05 --file ~/.ssh/id_ed25519.pub",
                 "请给 ssh-keygen 生成的 .pub 文件：svc staff key add S05 --file ~/.ssh/id_ed25519.pub"),
        )  # fmt: skip
    public = " ".join(lines[0].split(" ")[:2])
    taken = next((key for key in keys(desk) if key.public == public and key.ends is None), None)
    if taken:
        raise Conflict(
            Text(f"this key is registered for {taken.staff} already", f"这把密钥已登记给 {taken.staff}"),
            Text("see: svc staff key list", "查看：svc staff key list"),
        )
    moments = {
        name: desk.moment(said).isoformat(timespec="seconds")
        for name, said in (("since", since), ("until", until))
        if said
    }
    given = {"staff": staff, "key": public, "uses": uses, **moments}
    entry = record(desk, "access", "key-add", None, given, None, dry)
    if not dry:
        write_signers(desk)
    return entry


def revoke(desk: Desk, who: str, fingerprint: str | None, since: str | None, reason: str, dry: bool) -> Entry:
    """Let a key count no longer from a moment on (default: now)."""
    staff = desk.reference("staff", who, whole=True)
    own = [key for key in keys(desk) if key.staff == staff and key.revoked is None]
    if fingerprint:
        own = [
            key
            for key in own
            if key.fingerprint.removeprefix("SHA256:").startswith(fingerprint.removeprefix("SHA256:"))
        ]
    if len(own) != 1:
        listed = ", ".join(key.fingerprint for key in own)
        raise (BadInput if own else Conflict)(
            Text(f"{staff} has several keys: {listed}" if own else f"{staff} has no such key that counts",
                 f"{staff} 有多把密钥：{listed}" if own else f"{staff} 没有这样的有效密钥"),
            Text("say which: --key SHA256:…; see: svc staff key list", "请用 --key SHA256:… 指定；查看：svc staff key list"),
        )  # fmt: skip
    moment = desk.moment(since) if since else desk.now()
    given = {
        "staff": staff,
        "fingerprint": own[0].fingerprint,
        "since": moment.isoformat(timespec="seconds"),
        "reason": reason,
    }
    entry = record(desk, "access", "key-revoke", None, given, None, dry)
    if not dry:
        write_signers(desk)
    return entry


def write_signers(desk: Desk) -> None:
    """Make `data/registers/allowed_signers` anew from what the ledger says."""
    with desk.ledger.lock():
        body = sshsig.allowed_signers(keys(desk))
        before = desk.documents.read(sshsig.SIGNERS)
        if before != body:
            desk.documents.keep(sshsig.SIGNERS, body, before)
