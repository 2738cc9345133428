#!/usr/bin/env python3
"""Check the ledgers of a desk against docs/ledger-format.md. It needs Python alone and shares nothing with svc.

python3 verify_ledger.py DESK     prints FILE:LINE and what is wrong; exit code 0 nothing, 1 something, 2 no desk
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

GENESIS = "x" + "0" * 31
CELL = re.compile(r'"(?:[^"]|"")*"|[^",]*')
KEY = re.compile(r'([a-z][a-z0-9_]*): (["\[{].*)')


def link(ledger, path, previous, row):
    text = b"svc-row/1\0" + ledger.encode() + b"\0" + path.encode() + b"\0" + previous.encode() + b"\0" + row
    return "x" + base64.b32encode(hashlib.sha256(text).digest()).decode().lower()[:31]


def cells(line):
    found, at = [], 0
    while True:
        cell = CELL.match(line, at)
        found.append(cell[0])
        at = cell.end() + 1
        if at > len(line) or line[at - 1] != ",":
            return found if at == len(line) + 1 else None


def csv_rows(data):
    """(line, hashed bytes, h, recorded_at) of each row; a text for what is no row; the header first."""
    head, _, body = data.partition(b"\n")
    names = head.decode("utf-8", "replace").split(",")
    if (
        names[0] != "\ufeffid"
        or names[1:5] != ["event", "at", "recorded_at", "by"]
        or names[-1] != "h"
        or len({*names}) < len(names)
    ):
        yield 1, "the header is wrong"
    for line, raw in enumerate(body.split(b"\n")[:-1], 2):
        row, _, h = raw.rpartition(b",")
        found = cells(row.decode("utf-8", "replace"))
        wrong = b"\0" in raw or b"\r" in raw or found is None or len(found) != len(names) - 1
        yield (line, "not a row") if wrong else (line, row, h.decode("ascii", "replace"), found[3])
    if not data.endswith(b"\n"):
        yield data.count(b"\n") + 1, "the last row has no end: it was never confirmed"


def yaml_rows(data):
    line = 1
    for raw in re.split(rb"(?<=\n)(?=---\n)", data) if data else []:
        row, mark, end = raw.rpartition(b'h: "')
        lines = row.decode("utf-8", "replace").split("\n")
        pairs = [KEY.fullmatch(one) for one in lines[1:-1]]
        try:
            values = {pair[1]: json.loads(pair[2]) for pair in pairs}
            whole = lines[0] == "---" and lines[-1] == "" and mark and end[-2:] == b'"\n' and len(values) == len(pairs)
            yield (
                (line, row, end[:-2].decode("ascii", "replace"), values["recorded_at"])
                if whole
                else (line, "not a document")
            )
        except (ValueError, KeyError, TypeError):
            yield line, "not a document"
        line += raw.count(b"\n")


def problems(desk):
    ledger = re.search(r'^ledger: "([^"]+)"$', (desk / "data/desk.yaml").read_text("utf-8"), re.M)[1]
    for folder in sorted(path for path in (desk / "data").iterdir() if path.is_dir()):
        previous = last = ""
        for file in sorted(p for p in folder.iterdir() if re.fullmatch(r"\d{4}-\d\d\.(csv|yaml)", p.name)):
            path = f"{folder.name}/{file.name}"
            for line, row, *rest in (csv_rows if file.suffix == ".csv" else yaml_rows)(file.read_bytes()):
                if not rest:
                    yield f"{path}:{line}: {row}"
                    continue
                if link(ledger, path, previous or GENESIS, row) != rest[0]:
                    yield f"{path}:{line}: does not follow from the row before"
                if rest[1][:7] != file.stem or rest[1][:19] < last[:19]:
                    yield f"{path}:{line}: recorded at {rest[1]}, which does not fit the file or the row before"
                previous, last = rest


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "data/desk.yaml").is_file():
        sys.exit(f"{__doc__}\nno desk: {' '.join(sys.argv[1:])}" if len(sys.argv) == 2 else __doc__)
    found = list(problems(Path(sys.argv[1])))
    print("\n".join(found) if found else "nothing wrong")
    sys.exit(1 if found else 0)
