"""The files that the invented department keeps: small pictures of what leaked, receipts on paper, made from nothing but numbers."""

from __future__ import annotations

import random
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator

from svc.demo.telling import Event
from svc.named import NamedTuple

WIDTH, HEIGHT = 32, 20
METAL, GROUND, OIL = 176, 132, 24


class Kept(NamedTuple):
    """A file that is kept with an entry of the telling."""

    event: Event
    name: str
    body: bytes


def kept(told: Iterable[Event]) -> Iterator[Kept]:
    """A photo with each ninth report of a fault, the paper of each fifth claim; once one paper with two claims."""
    seen: Counter[str] = Counter()
    paper = b""
    for one in told:
        kind = f"{one['ledger']} {one['event']}"
        seen[kind] += 1
        if kind == "report close" and one.get("fault") and seen[kind] % 9 == 4:
            yield Kept(one, f"{one['fault']}-{one['at'][:10]}.png", photo(seen[kind]))
        elif kind == "expense submit" and seen[kind] % 5 == 2:
            line = one["lines"][0]
            paper = receipt(line["receipt"], line["amount"], line["date"])
            yield Kept(one, f"receipt-{line['receipt']}.pdf", paper)
        elif kind == "expense submit" and seen[kind] == 14 and paper:
            yield Kept(one, "receipt.pdf", paper)


def photo(seed: int) -> bytes:
    """A grey picture as PNG: machine above, ground below, a spot of oil on it. Stored, not packed: the same bytes everywhere."""
    rng = random.Random(f"photo {seed}")
    x, y, size = rng.randrange(8, 24), rng.randrange(12, 17), rng.randrange(3, 6)
    rows = bytearray()
    for row in range(HEIGHT):
        rows.append(0)
        for column in range(WIDTH):
            spot = (column - x) ** 2 + 3 * (row - y) ** 2 < size * size
            rows.append(OIL if spot else (METAL if row < 10 else GROUND) + (row * 7 + column * 13) % 11)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", _stored(bytes(rows))) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _stored(data: bytes) -> bytes:
    """Data as zlib has them when nothing is packed: no two versions of zlib could differ."""
    return b"\x78\x01\x01" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data + struct.pack(">I", zlib.adler32(data))


def receipt(number: str, amount: str, day: str) -> bytes:
    """A receipt as a PDF of one small page."""
    shown = f"BT /F1 12 Tf 12 60 Td (RECEIPT No. {number}) Tj 0 -18 Td ({day}) Tj 0 -18 Td (CNY {amount}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 220 84] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = "%PDF-1.4\n", []
    for number_of, text in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number_of} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return f"{made}xref\n0 6\n0000000000 65535 f \n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n".encode()
