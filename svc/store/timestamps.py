"""Time-stamps of RFC 3161 beside seals: what is asked of a time-stamping authority, and what its answer says.

The question is 59 bytes that hold the SHA-256 of the seal. Of the answer we look at what it was given for and when;
whether the authority signed it is for OpenSSL to say, which knows whom to trust.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from svc.errors import BadInput
from svc.text import Text

_IMPRINT = bytes.fromhex("3031300d060960864801650304020105000420")
"""MessageImprint of SHA-256, before its 32 bytes."""
_MOMENT = re.compile(rb"\x18[\x0d-\x17]([0-9]{14})(?:\.[0-9]+)?Z")


def question(seal: bytes) -> bytes:
    """The TimeStampReq for a seal: version 1, its SHA-256, and that the certificate be sent along."""
    return bytes.fromhex("3039020101") + _IMPRINT + hashlib.sha256(seal).digest() + bytes.fromhex("0101ff")


def moment(seal: bytes, answer: bytes) -> datetime | None:
    """When an answer says that the seal was there; None where it is no answer for this seal."""
    _, found, rest = answer.partition(_IMPRINT + hashlib.sha256(seal).digest())
    said = _MOMENT.search(rest) if found else None
    try:
        return datetime.strptime(said[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC) if said else None
    except ValueError:
        return None


def refusal(seal: bytes, answer: bytes, trusted: Path) -> Text | None:
    """Why OpenSSL does not believe an answer, whose authority the certificates in `trusted` name; None where it does."""
    from tempfile import TemporaryDirectory  # every check looks at seals, few have a stamp

    with TemporaryDirectory(prefix="svc-") as folder:
        data, reply = Path(folder) / "seal.txt", Path(folder) / "answer.tsr"
        data.write_bytes(seal)
        reply.write_bytes(answer)
        command = ["openssl", "ts", "-verify", "-data", str(data), "-in", str(reply), "-CAfile", str(trusted)]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            raise BadInput(Text("openssl is not installed", "未安装 openssl"), Text("leave out --ca, or install it", "不写 --ca，或先安装")) from None
    if done.returncode == 0:
        return None
    why = next((line.rpartition(":")[2].strip() for line in done.stderr.split("\n") if line.strip()), "?")
    return Text(f"openssl does not believe it: {why}", f"openssl 校验不通过：{why}")
