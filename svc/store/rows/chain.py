"""The hash that ties each row to the one before. Pure.

`h` of a row = "x" + the first 31 characters of the lower-case base32 of

    SHA-256( VERSION \\0 ledger id \\0 path \\0 previous h \\0 raw bytes of the row )

`path` is the file's name below `data/` ("calls/2026-11.csv"), so a row carried to another month,
site or ledger no longer fits. Only the row may hold any byte at all and it comes last, so no two
different inputs run together. The first row of a month has the last `h` of the month before as its
previous one; the very first row of a ledger has GENESIS.

It stops accidents and naive edits. Who owns the files can rebuild it: seals kept elsewhere find that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

try:  # a tenth of the start-up cost of hashlib, which loads all of OpenSSL for one row
    from _sha256 import sha256  # type: ignore[import-not-found, unused-ignore]
except ImportError:  # Python 3.12 and later
    from hashlib import sha256

VERSION = b"svc-row/1"
GENESIS = "x" + "0" * 31
"""No digest has a `0` in it: the alphabet is a-z2-7."""

SIZE = 32

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_AS_DIGITS = bytes.maketrans(_ALPHABET.encode(), b"0123456789abcdefghijklmnopqrstuv")


AN_H = rb"x(?:[a-z2-7]{31}|0{31})"
"""What an `h` looks like, as a pattern."""


def is_h(text: str) -> bool:
    """Whether a text looks like an `h`."""
    return len(text) == SIZE and text[0] == "x" and (not text[1:].strip(_ALPHABET) or text == GENESIS)


class Check(Protocol):
    """Whether a row with that `h` follows the row with `previous`."""

    def __call__(self, previous: str, row: bytes, h: str, /) -> bool: ...


Link = Callable[[str, bytes], str]
"""The `h` of a row behind the row with that `h`."""


def _start(ledger_id: str, path: str) -> bytes:
    if "\0" in ledger_id or "\0" in path:
        raise ValueError("NUL in a name")
    return b"%b\0%b\0%b\0" % (VERSION, ledger_id.encode(), path.encode())


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:20], "big") >> 5


def link(ledger_id: str, path: str, previous: str, row: bytes) -> str:
    """The `h` of a row (its bytes without the h column and the newline)."""
    return linker(ledger_id, path)(previous, row)


def linker(ledger_id: str, path: str) -> Link:
    """`link` for many rows of one file."""
    start = _start(ledger_id, path)

    def link_row(previous: str, row: bytes) -> str:
        number = _number(sha256(b"%b%b\0%b" % (start, previous.encode(), row)).digest())
        return "x" + "".join([_ALPHABET[number >> shift & 31] for shift in range(150, -1, -5)])

    return link_row


def checker(ledger_id: str, path: str) -> Check:
    """The same question for a million rows: OpenSSL's hash, compared as numbers without base32."""
    from hashlib import sha256 as fast

    start = _start(ledger_id, path)

    def follows(previous: str, row: bytes, h: str) -> bool:
        digest = fast(b"%b%b\0%b" % (start, previous.encode(), row)).digest()
        try:
            return int(h[1:].encode().translate(_AS_DIGITS), 32) == _number(digest) and h[0] == "x" and len(h) == SIZE
        except (ValueError, IndexError):
            return False

    return follows
