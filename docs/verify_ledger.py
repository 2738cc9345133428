#!/usr/bin/env python3
"""Check the ledgers, seals and kept heads of a desk (docs/ledger-format.md). It needs Python alone and shares nothing with svc.

python3 verify_ledger.py DESK [FILE…]  prints FILE:LINE and what is wrong; exit code 0 nothing, 1 something, 2 no desk
FILE: kept messages or seals in which lines `svc-head/1 …` stand
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
    if len(cells) < len(names) - 1 or re.search(rb"[\0\r]", raw):
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

def sha(file):
    return hashlib.sha256(file.read_bytes() if file.exists() else b"").hexdigest()

def seals(folder, ends, recorded):
    """Seals that do not follow one another, the ledgers, what lies beside them, or what was recorded of them (8)."""
    before = "none"
    yield from (f"seals/{month}.txt: not the seal that was recorded" for month in recorded if sha(folder / f"{month}.txt") != recorded[month])
    for file in sorted(folder.glob("*.txt")):
        lines = [line.partition(" ")[::2] for line in file.read_text("utf-8").split("\n")]
        should = {"previous": before, "figures": sha(file.with_suffix(".json")), "rules": sha(file.with_suffix(".rules.yaml"))}
        wrong = [name for name, value in should.items() if dict(lines).get(name) != value]
        wrong += [rest for word, rest in lines if word == "file" and rest not in ends.values()]
        yield from (f"seals/{file.name}: {one} is not what was sealed" for one in wrong)
        before = f"{file.stem} {sha(file)}"

def heads(kept, ledger, ends):
    """Kept heads of which the desk is no extension (9)."""
    for file in kept:
        for desk, time, places, digest in re.findall(r"svc-head/1 (\S+) (\S+) (\S+) (x[a-z2-7]{31})", Path(file).read_text("utf-8")):
            rows = [f"{ends.get(place)}\n" for place in places.split(",") if place != "-"]
            now = hashlib.sha256("".join([f"svc-head/1\n{desk}\n", *rows]).encode()).digest()
            if desk != ledger or "x" + base64.b32encode(now).decode().lower()[:31] != digest:
                yield f"{file}: the desk is no extension of the head of {time}"

def problems(desk, kept):
    ledger, ends, sealed = re.search(rb'^ledger: "([^"]+)"$', (desk / "data/desk.yaml").read_bytes(), re.M)[1], {}, {}
    for folder in sorted(path for path in (desk / "data").iterdir() if path.is_dir()):
        previous, latest = b"x" + b"0" * 31, ""
        for file in sorted(one for one in folder.iterdir() if re.fullmatch(r"\d{4}-\d\d\.(csv|yaml)", one.name)):
            path, data, names, line, read, size = f"{folder.name}/{file.name}", file.read_bytes(), [], 1, yaml_row, 0
            if file.suffix == ".csv":
                head, _, data = data.partition(b"\n")
                names, line, read, size = head.decode("utf-8", "replace").split(","), 2, csv_row, len(head) + 1
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
                    ends[f"{folder.name}/{file.stem[2:4]}{file.stem[5:]}:{size + len(raw)}"] = f"{path} {size + len(raw)} {h.decode()}"
                    said = dict(re.findall(r'^(\w+): "(.*)"$', row.decode(), re.M))
                    sealed |= {said["month"]: said["sha256"]} if path[:7] == "access/" and said["event"] == "seal" else {}
                except (ValueError, KeyError, TypeError, csv.Error):
                    yield f"{path}:{line}: no row"
                line, size = line + raw.count(b"\n"), size + len(raw)
    yield from seals(desk / "data/seals", ends, sealed)
    yield from heads(kept, ledger.decode(), ends)

if __name__ == "__main__":
    if len(sys.argv) < 2 or not (Path(sys.argv[1]) / "data/desk.yaml").is_file():
        sys.exit(print(__doc__, file=sys.stderr) or 2)
    found = list(problems(Path(sys.argv[1]), sys.argv[2:]))
    print("\n".join(found) if found else "nothing wrong")
    sys.exit(bool(found))
