"""Signatures and public keys as OpenSSH writes them, kept as one line of text. Pure: nothing is verified here."""

from __future__ import annotations

import re
from typing import Any

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.kinds import Field, InputContext, Prose, wrong
from svc.named import NamedTuple
from svc.text import Text

_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_KEY = r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?: .*)?"


class PublicKey(Prose):
    """A line of a `.pub` file, kept without its comment."""

    hint = "KEY"

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        match = re.fullmatch(_KEY, value.strip()) if isinstance(value, str) else None
        if not match or _inner_type(match[2]) != match[1]:
            raise wrong(
                name, value, Text("a public key of OpenSSH (ssh-ed25519 AAAA…)", "OpenSSH 公钥（ssh-ed25519 AAAA…）")
            )
        return f"{match[1]} {match[2]}"


class Signature(Prose):
    """A signature of `ssh-keygen -Y sign`, its armour taken off: base64 on one line."""

    hint = "SIGNATURE"

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        text = bare(value) if isinstance(value, str) else ""
        if parsed(text) is None:
            raise wrong(name, "…", Text("a signature of ssh-keygen -Y sign", "ssh-keygen -Y sign 生成的签名"))
        return text


def bare(text: str) -> str:
    """The base64 of a signature file, on one line."""
    return "".join(text.replace(_BEGIN, "").replace(_END, "").split())


def armoured(text: str) -> str:
    """The same as `ssh-keygen` reads it."""
    lines = [text[n : n + 70] for n in range(0, len(text), 70)]
    return "\n".join([_BEGIN, *lines, _END, ""])


class Parsed(NamedTuple):
    """What a signature says of itself: by which key (base64 of its blob), for which namespace."""

    key: str
    namespace: str


def parsed(text: str) -> Parsed | None:
    """What a signature says of itself; None for what is none. (PROTOCOL.sshsig of OpenSSH)"""
    raw = _decoded(text)
    if raw is None or raw[:10] != b"SSHSIG\0\0\0\1":
        return None
    key, rest = _string(raw[10:])
    namespace, rest = _string(rest)
    if key is None or namespace is None:
        return None
    from base64 import b64encode

    return Parsed(b64encode(key).decode(), namespace.decode("utf-8", "replace"))


def fingerprint(public: str) -> str:
    """A key's fingerprint as OpenSSH shows it: `SHA256:…`."""
    import hashlib
    from base64 import b64decode, b64encode

    blob = b64decode(public.split(" ")[1])
    return "SHA256:" + b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _inner_type(blob: str) -> str | None:
    raw = _decoded(blob)
    kind = _string(raw)[0] if raw else None
    return kind.decode("ascii", "replace") if kind else None


def _decoded(text: str) -> bytes | None:
    from base64 import b64decode  # signatures are few: what every command loads need not have it

    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None


def _string(raw: bytes) -> tuple[bytes | None, bytes]:
    size = int.from_bytes(raw[:4], "big")
    if len(raw) < 4 + size or len(raw) < 4:
        return None, b""
    return raw[4 : 4 + size], raw[4 + size :]


# ---- What is signed when somebody consents or rules: a text made of the entry alone, so that anybody can make it again 

NAMESPACE = "svc-approval"
FIELD = Field("signature", Signature(), Text("signature (OpenSSH)", "签名（OpenSSH）"), decided=True)
"""The field of an event that is signed where whoever records it has registered a key."""


def text(desk: str, entry: Entry) -> bytes:
    """The text that is signed; `desk` is the name in `desk.yaml`. Nothing of the entry is left out but the signature."""
    import json

    kinds = ledgers.kinds(entry.ledger, entry.event)
    said = {
        "desk": desk,
        "entry": f"{entry.ledger} {entry.event} {entry.id}",
        "at": entry.at.isoformat(timespec="seconds"),
        "by": entry.by,
        **{name: kinds[name].json(value) for name, value in sorted(entry.fields.items()) if name != FIELD.name},
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in said.items()]
    return f"{NAMESPACE}/1\n{''.join(lines)}".encode()
