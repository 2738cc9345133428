"""Every wrong or odd value of `values.py`, through every way in: argv, standard input, CSV, a workbook, YAML.

What is refused names where it stands, says how to mend it, and changes nothing; what is taken stands there as it should.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import Svc, contents
from tests.errors.many import Line, many
from tests.errors.values import VALUES, Value
from tests.faults.sizes import tally


class Kind(NamedTuple):
    """Where a value of a kind goes: the command and its option, and the same as a line of the neutral form."""

    words: list[str]
    option: str
    line: dict[str, Any]
    field: str


CALL = {"ledger": "call", "event": "log", "channel": "phone", "from": "CU0001", "kind": "consult"}
AT, LONG_AGO = "2026-10-01T09:00:00+08:00", "2024-01-01T09:00:00+08:00"
KINDS = {
    "text": Kind(["call", "log", "--channel", "phone", "--from", "CU0001", "--kind", "consult"], "--summary", {**CALL, "at": AT}, "summary"),
    "time": Kind([*["call", "log", "--channel", "phone", "--from", "CU0001", "--kind", "consult", "--summary", "x"]], "--at", {**CALL, "summary": "x"}, "at"),
    "name": Kind(["customer", "add"], "--name", {"ledger": "customer", "event": "add", "region": "R"}, "name"),
    "phone": Kind(["customer", "add", "--name", "N"], "--phone", {"ledger": "customer", "event": "add", "name": "N"}, "phone"),
    "count": Kind(["customer", "add", "--name", "N"], "--key-every-days", {"ledger": "customer", "event": "add", "name": "N"}, "key_every_days"),
    "id": Kind(["machine", "add", "--product", "L"], "--serial", {"ledger": "machine", "event": "add", "product": "L"}, "serial"),
    "day": Kind(["machine", "add", "--product", "L", "--serial", "SX-{}"], "--sold",
                {"ledger": "machine", "event": "add", "product": "L", "serial": "SX-{}"}, "sold"),
    "money": Kind(["quote", "make", "--call", "C2401-0001"], "--labour", {"ledger": "quote", "event": "make", "at": AT, "call": ""}, "labour"),
}  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, staffed: Path) -> Path:
    """A small department with a call, and visits that wait for their reports."""
    desk = Svc(shutil.copytree(staffed, tmp_path_factory.mktemp("odd") / "desk"))
    entries = [{**CALL, "id": "C2401-0001", "at": LONG_AGO, "kind": "repair", "summary": "first"}]
    for n in range(60):
        visit = {"ledger": "visit", "id": f"V2610-{n + 1:04d}"}
        entries += [
            {**visit, "event": "dispatch", "at": "2026-10-02T09:00:00+08:00", "call": "C2401-0001", "staff": "S02",
             "promised": "2026-10-03T09:00:00+08:00", "purpose": "repair"},
            {**visit, "event": "arrive", "at": "2026-10-03T09:00:00+08:00"},
            {**visit, "event": "leave", "at": "2026-10-03T10:00:00+08:00", "no_call_in": True},
        ]  # fmt: skip
    done = desk.run("ledger", "import", "-", stdin="".join(json.dumps(one) + "\n" for one in entries))
    assert done.code == 0, done.err
    return desk.desk


@pytest.fixture
def svc(odd: Path, tmp_path: Path) -> Svc:
    return Svc(shutil.copytree(odd, tmp_path / "desk"))


# ---- the ways in: what to run for values of a kind, and how lines are named in messages ---------------------


def row(kind: Kind, value: Value, n: int) -> dict[str, Any]:
    """A line of the neutral form with the value in it."""
    made = {key: text.replace("{}", str(n)) if isinstance(text, str) else text for key, text in kind.line.items()}
    if made.get("call") == "":
        made["call"] = "C2401-0001"
    if made.get("name") == "N":
        made["name"] = f"{kind.field}{n}"
    return {**made, kind.field: value.typed}


def by_stdin(folder: Path, kind: Kind, values: Sequence[Value]) -> tuple[list[str], str, Callable[[int], str]]:
    lines = [json.dumps(row(kind, one, n)) for n, one in enumerate(values)]
    return ["ledger", "import", "-"], "\n".join(lines) + "\n", lambda n: f"stdin.jsonl:{n + 1}:"


def _map(folder: Path, kind: Kind, values: Sequence[Value], columns: Sequence[str]) -> str:
    fields = {name: {"column": name} for name in columns if name not in ("ledger", "event")}
    common = {name: fields.pop(name) for name in ("at", "id", "serial") if name in fields}
    if "serial" in common:
        common["id"] = common.pop("serial")
    first = row(kind, values[0], 0)
    entry = {"ledger": first["ledger"], "event": first["event"], **common, "fields": fields}
    path = folder / "map.yaml"
    said = {"columns": list(columns), "entries": {"one": entry}}
    path.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in said.items()), "utf-8")
    return str(path)


def by_csv(folder: Path, kind: Kind, values: Sequence[Value]) -> tuple[list[str], str | None, Callable[[int], str]]:
    columns = [name for name in row(kind, values[0], 0) if name not in ("ledger", "event")]
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    starts = []
    for n, one in enumerate(values):
        starts.append(out.getvalue().count("\n") + 1)
        writer.writerow([row(kind, one, n)[name] for name in columns])
    file = folder / "list.csv"
    file.write_bytes(out.getvalue().encode("utf-8", "surrogateescape"))
    words = ["ledger", "import", str(file), "--map", _map(folder, kind, values, columns)]
    return words, None, lambda n: f"list.csv:{starts[n]}:"


def by_xlsx(folder: Path, kind: Kind, values: Sequence[Value]) -> tuple[list[str], str | None, Callable[[int], str]]:
    openpyxl = pytest.importorskip("openpyxl")
    columns = [name for name in row(kind, values[0], 0) if name not in ("ledger", "event")]
    book = openpyxl.Workbook()
    book.active.append(columns)
    for n, one in enumerate(values):
        book.active.append(["'"] * len(columns))
        for cell, name in zip(book.active[n + 2], columns, strict=True):
            cell.value, cell.data_type = row(kind, one, n)[name], "s"
    file = folder / "list.xlsx"
    book.save(file)
    words = ["ledger", "import", str(file), "--map", _map(folder, kind, values, columns)]
    return words, None, lambda n: f"list.xlsx:Sheet!{chr(65 + columns.index(kind.field))}?{n + 2}:"


def in_a_workbook(value: Value) -> bool:
    """Whether a cell of an .xlsx, which is XML, can hold it at all."""
    return all(c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and ord(c) & 0xFFFF < 0xFFFE) for c in value.typed)


LISTS = {"stdin": by_stdin, "csv": by_csv, "xlsx": by_xlsx}


def answer(value: Value, way: str) -> str | None:
    return value.but.get(way, value.kept)


def of(way: str, name: str, taken: bool) -> list[Value]:
    return [one for one in VALUES if one.kind == name and (answer(one, way) is not None) == taken
            and (way != "xlsx" or in_a_workbook(one))]  # fmt: skip


def standing(svc: Svc, kind: Kind) -> Counter[str]:
    """What stands in the field of a kind, in the whole desk."""
    if kind.line["ledger"] in ("call", "quote"):
        exported = svc("ledger export").out.split("\n")[:-1]
        rows = [json.loads(line) for line in exported]
        return Counter(str(r.get(kind.field, "")) for r in rows if r["event"] in ("log", "make"))
    file = svc.desk / f"data/registers/{kind.line['ledger']}s.csv"
    with file.open(encoding="utf-8-sig", newline="") as stream:
        column = "id" if kind.field == "serial" else kind.field
        return Counter((r[column] or "").removeprefix("'") for r in csv.DictReader(stream))


# ---- lists: all wrong lines of a file are told at once, and nothing is written -----------------------------


def rejected(words: list[str], given: str | None, folder: Path) -> tuple[Line, Path]:
    """The same order, with every bad line and its place written to a file; nothing else is written, since all are bad."""
    file = folder / "bad.jsonl"
    return ([*words, "--rejects", str(file), "--dry-run"], given), file


@pytest.mark.parametrize("way", LISTS)
def test_refused_in_a_list(svc: Svc, way: str) -> None:
    lines: list[Line] = []
    wanted: list[tuple[list[Value], Callable[[int], str], Path]] = []
    for name, kind in KINDS.items():
        values = of(way, name, taken=False)
        for start in range(0, len(values), 40):  # fifty are told in full
            some = values[start : start + 40]
            folder = svc.desk.parent / f"{name}{start}"
            folder.mkdir()
            words, given, place = LISTS[way](folder, kind, some)
            again, file = rejected(words, given, folder)
            lines += [(words, given), again]
            wanted.append((some, place, file))
    before = contents(svc.desk)
    said = many(svc, lines)
    for (some, place, file), done in zip(wanted, said[::2], strict=True):
        assert done.code in (2, 4) and done.err.count("hint: ") > done.err.count("svc: error: ") // 3, done
        assert re.search(f"{len(some)} of {len(some)} lines are wrong", done.err), done
        places = [json.loads(line)["place"] for line in file.read_text("utf-8").splitlines()]
        for n, value in enumerate(some):
            assert any(re.match(place(n), f"{one}:") for one in places), (value, place(n), places)
        tally("wrong inputs", tried=len(some), **{way: len(some)})
    assert contents(svc.desk) == before


@pytest.mark.parametrize("way", LISTS)
def test_taken_in_a_list(svc: Svc, way: str) -> None:
    lines, wanted = [], []
    for name, kind in KINDS.items():
        values = of(way, name, taken=True)
        if values:
            folder = svc.desk.parent / name
            folder.mkdir()
            words, given, _ = LISTS[way](folder, kind, values)
            lines.append((words, given))
            wanted.append((name, kind, values))
    before = {name: standing(svc, kind) for name, kind, _ in wanted}
    for (name, _, values), done in zip(wanted, many(svc, lines), strict=True):
        assert done.code == 0 and done.out.startswith(f"{len(values)} imported"), (name, done)
    _compare(svc, way, [(name, kind, values, before[name]) for name, kind, values in wanted])
    beside = [one.typed for _, _, values in wanted for one in values if one.kind == "phone" and answer(one, way) == ""]
    contacts = standing(svc, KINDS["phone"]._replace(field="contact"))
    assert [one for one in beside if one not in contacts] == []
    assert svc("ledger verify").code == 0


def _compare(svc: Svc, way: str, wanted: list[tuple[str, Kind, list[Value], Counter[str]]]) -> None:
    for name, kind, values, before in wanted:
        new = standing(svc, kind) - before
        should = Counter(str(answer(one, way)) for one in values)
        assert not should - new, (name, should - new, new)
        tally("wrong inputs", tried=len(values), **{way: len(values)})


# ---- one by one on the command line --------------------------------------------------------------------


def argv(kind: Kind, value: Value, n: int) -> list[str]:
    words = [word.replace("{}", str(n)) if word != "N" else f"{kind.field}{n}" for word in kind.words]
    return [*words, f"{kind.option}={value.typed}"]


def test_refused_on_the_command_line(svc: Svc) -> None:
    tried = [(name, one) for name in KINDS for one in of("argv", name, taken=False)]
    before = contents(svc.desk)
    found = many(svc, [(argv(KINDS[name], one, n), None) for n, (name, one) in enumerate(tried)])
    for (name, one), done in zip(tried, found, strict=True):
        assert done.code in (2, 4) and done.out == "", (name, one, done)
        assert done.err.startswith("svc: error: ") and "hint: " in done.err, (name, one, done)
        tally("wrong inputs", tried=1, argv=1)
    assert contents(svc.desk) == before


def test_taken_on_the_command_line(svc: Svc) -> None:
    wanted = [(name, kind, of("argv", name, taken=True)) for name, kind in KINDS.items()]
    before = {name: standing(svc, kind) for name, kind, _ in wanted}
    lines: list[Line] = [
        (argv(kind, one, n), None) for _, kind, values in wanted for n, one in enumerate(values)
    ]
    for line, done in zip(lines, many(svc, lines), strict=True):
        assert done.code == 0, (line, done)
    _compare(svc, "argv", [(name, kind, values, before[name]) for name, kind, values in wanted])


# ---- YAML: the form of a report, the rules -------------------------------------------------------------


def quoted(text: str) -> str:
    """A text in double quotes, as YAML has it."""
    return json.dumps(text, ensure_ascii=any("\ud800" <= c <= "\udfff" for c in text))


def form(value: Value) -> str:
    """A form of a service report with the value in it."""
    said = {"fault": "x", "cause": "leak", "cause_class": "wear", "solution": "y", "opinion": "fine", "resolved": "yes"}
    if value.kind == "time":
        said |= {"at": value.typed}
    elif value.kind == "text":
        said |= {"cause": value.typed}
    lines = [f"{name}: {quoted(text)}" for name, text in said.items()]
    part = quoted(value.typed) if value.kind == "count" else '"1"'
    return "\n".join([*lines, "parts:", "  - name: seal", f"    qty: {part}", ""])


def rules(svc: Svc, value: Value) -> str:
    """The rules with the value in them."""
    text = (svc.desk / "rules.yaml").read_text("utf-8")
    if value.kind == "day":
        return text.replace("from: 2026-01-01", f"from: {value.typed}", 1)
    return text.replace("        yuan:\n", f"        yuan: {quoted(value.typed)}\n", 1)


def yaml_lines(svc: Svc, values: Sequence[Value]) -> Iterator[Line]:
    for n, one in enumerate(values):
        file = svc.desk.parent / f"{one.kind}{n}.yaml"
        if one.kind in ("text", "time", "count"):
            file.write_bytes(form(one).encode("utf-8", "surrogatepass"))
            yield ["report", "close", f"V2610-{n + 1:04d}", "--from", str(file)], None
        else:
            file.write_bytes(rules(svc, one).encode("utf-8", "surrogatepass"))
            yield ["rules", "check", str(file)], None


IN_YAML = ("text", "time", "count", "money", "day")


def test_refused_in_yaml(svc: Svc) -> None:
    values = [one for name in IN_YAML for one in of("yaml", name, taken=False)]
    before = contents(svc.desk)
    lines = list(yaml_lines(svc, values))
    for value, (words, _), done in zip(values, lines, many(svc, lines), strict=True):
        place = Path(words[-1]).name + ":"
        said = done.out + done.err
        assert done.code == (1 if words[0] == "rules" else 2) and place in said and "hint: " in said, (value, done)
        tally("wrong inputs", tried=1, yaml=1)
    assert contents(svc.desk) == before


def test_taken_in_yaml(svc: Svc) -> None:
    values = [one for name in IN_YAML for one in of("yaml", name, taken=True)]
    lines = list(yaml_lines(svc, values))
    for value, done in zip(values, many(svc, lines), strict=True):
        assert done.code == 0, (value, done)
        tally("wrong inputs", tried=1, yaml=1)
    exported = [json.loads(line) for line in svc("ledger export").out.split("\n")[:-1]]
    causes = Counter(one.get("cause", "") for one in exported if one["ledger"] == "report")
    should = Counter(str(answer(one, "yaml")) for one in values if one.kind == "text")
    assert not should - causes, should - causes


def test_every_kind_has_its_ways() -> None:
    assert {one.kind for one in VALUES} == KINDS.keys()
    assert all(of(way, name, taken=False) for way in ("argv", *LISTS) for name in KINDS)
