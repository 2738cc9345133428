#!/usr/bin/env python3
"""Check the ledgers of a desk against docs/ledger-format.md. It needs Python alone and shares nothing with svc.

python3 verify_ledger.py DESK     prints FILE:LINE and what is wrong; exit code 0 nothing, 1 something, 2 no desk
"""

import base64
import csv
import hashlib
import json
import re
import sys
from pathlib import Path

csv.field_size_limit(1 << 20)
FIRST = ["\ufeffid", "event", "at", "recorded_at", "by"]


def link(*parts):
    """The h of a row: of the desk's id, the file's name, the h before and the row's bytes (5)."""
    digest = hashlib.sha256(b"\0".join([b"svc-row/1", *parts])).digest()
    return b"x" + base64.b32encode(digest).lower()[:31]


def csv_row(raw, names):
    """The hashed bytes, h and recorded_at of a line (3); ValueError or csv.Error where it is no row."""
    row, _, h = raw.rpartition(b",")
    cells = next(csv.reader([row.decode()], strict=True))
    if len(cells) != len(names) - 1 or re.search(rb"[\0\r]", raw):
        raise ValueError(raw)
    return row, h, cells[3]


def yaml_row(raw, _):
    """The same of a document (4)."""
    row, _, h = raw.rpartition(b'h: "')
    first, *lines, last = row.decode().split("\n")
    values = {name: json.loads(value) for name, value in (line.split(": ", 1) for line in lines)}
    if (first, last, h[-2:]) != ("---", "", b'"\n') or len(values) < len(lines):
        raise ValueError(raw)
    return row, h[:-2], values["recorded_at"]


def problems(desk):
    ledger = re.search(rb'^ledger: "([^"]+)"$', (desk / "data/desk.yaml").read_bytes(), re.M)[1]
    for folder in sorted(path for path in (desk / "data").iterdir() if path.is_dir()):
        previous, latest = b"x" + b"0" * 31, ""
        for file in sorted(one for one in folder.iterdir() if re.fullmatch(r"\d{4}-\d\d\.(csv|yaml)", one.name)):
            path, data, names, line, read = f"{folder.name}/{file.name}", file.read_bytes(), [], 1, yaml_row
            if file.suffix == ".csv":
                head, _, data = data.partition(b"\n")
                names, line, read = head.decode("utf-8", "replace").split(","), 2, csv_row
                if names[:5] != FIRST or names[-1] != "h" or len(set(names)) < len(names):
                    yield f"{path}:1: the header is wrong"
            *rows, end = re.split(rb"(?<=\n)" if names else rb"(?<=\n)(?=---\n|\Z)", data)
            for raw in [*rows, end] if end else rows:
                try:
                    row, h, recorded = read(raw.removesuffix(b"\n") if names else raw, names)
                    if link(ledger, path.encode(), previous, row) != h or not raw.endswith(b"\n"):
                        yield f"{path}:{line}: does not follow from the row before, or has no end"
                    if recorded[:7] != file.stem or recorded[:19] < latest[:19]:
                        yield f"{path}:{line}: recorded at {recorded}, which does not fit the file or the row before"
                    previous, latest = h, recorded
                except (ValueError, KeyError, TypeError, csv.Error):
                    yield f"{path}:{line}: no row"
                line += raw.count(b"\n")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "data/desk.yaml").is_file():
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    found = list(problems(Path(sys.argv[1])))
    print("\n".join(found) if found else "nothing wrong")
    sys.exit(bool(found))
