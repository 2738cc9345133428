"""Giving out what is recorded: in the neutral form that import takes in, or as tables for other programs.

Tables are Parquet in a folder for each month and site, or a workbook with a sheet a ledger: a row is an entry, a column
a field; what was taken back or corrected is there and says so. Names and numbers of people are not: they stand in the
registers, and leave only with `--unmask` in the neutral form.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from svc.desk.open import Desk
from svc.domain import ledgers, registers
from svc.domain.clock.base import month_bounds
from svc.domain.clock.precision import WholeDay
from svc.domain.entry import Entry
from svc.domain.kinds import Count, Flag, Moment, Money
from svc.domain.people import masked
from svc.domain.row_kinds import NamedValues, Refs, Rows
from svc.errors import BadInput
from svc.extras import needs
from svc.recording.lines import neutral
from svc.store.files.folder import keep_out
from svc.text import Text, say

Bounds = tuple[datetime, datetime] | None


def give_out(desk: Desk, month: str | None, unmask: bool) -> Iterator[str]:
    """One JSON object a line: the registers (names and numbers only with `unmask`), then entries as recorded.

    BadInput at once for a month that is none: who has begun to print has said that it can be given out.
    """
    return _lines(desk, _bounds(desk, month), unmask)


def _lines(desk: Desk, bounds: Bounds, unmask: bool) -> Iterator[str]:
    for row in _registers(desk, unmask):
        yield json.dumps(row, ensure_ascii=False)
    secrets = {**desk.registers.load("caller"), **_wages(desk)} if unmask else {}
    numbers = desk.registers.load("number")
    for noun in ledgers.TABLE:
        if noun == "access":  # who looked is a matter of this desk
            continue
        for found in desk.ledger.read(noun):
            entry = found.entry
            # A row of a register is what it was before all its changes, whenever these were typed.
            if bounds is None or noun == ledgers.CHANGE or bounds[0] <= entry.at < bounds[1]:
                yield json.dumps(_entry(entry, secrets, numbers), ensure_ascii=False)


def tabulate(desk: Desk, month: str | None, form: str, out: str | None) -> int:
    """Write the ledgers as tables for other programs (`FORMS`); how many entries."""
    if form not in FORMS:
        known = ", ".join(["jsonl", *FORMS])
        raise BadInput(
            Text(f"--format {form}: there is no such form", f"--format {form}：没有这种格式"), Text(known, known)
        )
    if not out or out == "-":
        raise BadInput(
            Text(f"--format {form} needs -o, a file or folder", f"--format {form} 需要 -o 指定文件或目录"),
            Text(
                f"for example: svc ledger export --format {form} -o history",
                f"例如：svc ledger export --format {form} -o history",
            ),
        )
    keep_out(Path(out), "-o")
    desk.index.catch_up()
    write, extra = FORMS[form]
    with needs(extra):
        return write(desk, Path(out), _bounds(desk, month))


def _bounds(desk: Desk, month: str | None) -> Bounds:
    if not month:
        return None
    return month_bounds(month, desk.zone)


def _wages(desk: Desk) -> Mapping[str, Mapping[str, str]]:
    """What changes of wages say, by the id of the change; nothing where this user of the computer may not read it."""
    try:
        return desk.registers.load("wage")
    except PermissionError:
        return {}


def _entry(entry: Entry, secrets: Any, numbers: Any) -> dict[str, Any]:
    row = neutral(entry)
    hidden = secrets.get(entry.id)
    if hidden and entry.ledger == ledgers.CHANGE:
        row.update({name: hidden.get(name) for name in ("was", "value")})
    if hidden and entry.event == "log":
        phones = hidden.get("phone", "").split("; ")
        number = next((n for n in phones if n and masked(n) == row.get("from")), None)
        row.update({"from": number or row.get("from"), "contact": hidden.get("contact")})
    if entry.id in numbers and ledgers.creates(entry.ledger, entry.event):
        row["number"] = numbers[entry.id].get("number")
    return {name: value for name, value in row.items() if value is not None}


def _registers(desk: Desk, unmask: bool) -> Iterator[dict[str, Any]]:
    """The registers as they are kept: what changed of them from some day on are entries."""
    for noun in registers.TABLE:
        for row in public_rows(noun, desk.registers.load(noun), unmask):
            yield {"ledger": noun, "event": "add", **row}


def public_rows(noun: str, rows: Mapping[str, Mapping[str, str]], unmask: bool = False) -> Iterator[dict[str, Any]]:
    """The rows of a register; without `unmask` nothing personal is in them, and the id stands for a name."""
    register = registers.TABLE[noun]
    for id, row in rows.items():
        shown = {n: v for n, v in row.items() if v and n != "pinyin" and (unmask or n not in register.personal)}
        if not unmask and "name" in register.columns:
            shown["name"] = id
        yield {"id": id, **shown}


# ---- tables ------------------------------------------------------------------------------------------

COMMON = ("site", "id", "event", "at", "recorded_at", "by", "day_only", "taken_back", "h")
AT_ONCE = 20_000


def columns(noun: str) -> tuple[str, ...]:
    """The columns of a ledger's table: what every entry has, then the fields of its events."""
    return COMMON + tuple(name for name in ledgers.columns(noun) if name not in COMMON)


def rows(desk: Desk, noun: str, bounds: Bounds) -> Iterator[dict[str, Any]]:
    """The entries of a ledger as rows; `at` and `recorded_at` are instants."""
    gone = desk.index.places_taken_back(noun)
    for found in desk.ledger.read(noun):
        entry = found.entry
        if bounds is None or bounds[0] <= entry.at < bounds[1]:
            yield {
                **_plain(entry),
                "site": ledgers.mark(entry.id) or "-",
                "at": entry.at,
                "recorded_at": entry.recorded_at,
                "day_only": " ".join(_days_only(entry)) or None,
                "taken_back": (found.file, found.offset) in gone,
                "h": found.h,
            }


def _days_only(entry: Entry) -> Iterator[str]:
    """The names of the moments of an entry of which only the day is known: as instants they are its beginning."""
    told = {"at": entry.at, **entry.fields}
    return (name for name, value in told.items() if isinstance(value, WholeDay))


def _plain(entry: Entry) -> dict[str, Any]:
    kinds = ledgers.kinds(entry.ledger, entry.event)
    row = neutral(entry)
    for name, value in entry.fields.items():
        if isinstance(kinds[name], Moment):
            row[name] = value
        elif isinstance(kinds[name], Money):
            row[name] = Decimal(value)
        elif isinstance(kinds[name], (Rows, NamedValues)):
            row[name] = json.dumps(row[name], ensure_ascii=False)
        elif isinstance(kinds[name], Refs):
            row[name] = kinds[name].cell(value)
    return row


# ---- Parquet ---------------------------------------------------------------------------------------


def to_parquet(desk: Desk, target: Path, bounds: Bounds) -> int:
    """Files below a new folder, `LEDGER/month=2026-10/site=BJ/part.parquet`; how many entries. Needs `svc[parquet]`."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput(
            Text(f"{target} is there already", f"{target} 已存在"), Text("name a new folder", "请指定新目录")
        )
    total = 0
    for noun in ledgers.TABLE:
        with _Parts(target / noun, _schema(noun)) as parts:
            for row in rows(desk, noun, bounds):
                parts.add(f"month={row['at'].astimezone(desk.zone):%Y-%m}/site={row['site']}", row)
                total += 1
    for noun, register in registers.TABLE.items():
        _register(target / noun, register, public_rows(noun, desk.register(noun)))
    return total


def _register(folder: Path, register: registers.RegisterType, found: Iterable[dict[str, Any]]) -> None:
    """A register as it is now, without what is personal."""
    import pyarrow as pa
    from pyarrow import parquet

    names = ["id", *(name for name in register.columns if name not in ("id", "pinyin", *register.personal))]
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(list(found), schema=pa.schema([(name, pa.string()) for name in dict.fromkeys(names)]))
    parquet.write_table(table, folder / "part.parquet")


def _schema(noun: str) -> Any:
    import pyarrow as pa

    kinds: dict[str, Any] = {}
    for event in ledgers.events(noun):
        kinds.update(ledgers.kinds(noun, event))

    def type_of(name: str) -> Any:
        if name in ("at", "recorded_at") or isinstance(kinds.get(name), Moment):
            return pa.timestamp("s", tz="UTC")
        if name == "taken_back" or isinstance(kinds.get(name), Flag):
            return pa.bool_()
        if isinstance(kinds.get(name), Money):
            return pa.decimal128(12, 2)
        return pa.int64() if isinstance(kinds.get(name), Count) else pa.string()

    return pa.schema([(name, type_of(name)) for name in columns(noun) if name != "site"])


class _Parts:
    """The files of one ledger, written a piece at a time: memory does not grow with the history."""

    def __init__(self, folder: Path, schema: Any) -> None:
        self._folder, self._schema = folder, schema
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> _Parts:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._waiting):
            self._write(name)
        for writer in self._writers.values():
            writer.close()

    def add(self, name: str, row: dict[str, Any]) -> None:
        waiting = self._waiting.setdefault(name, [])
        waiting.append(row)
        if len(waiting) >= AT_ONCE:
            self._write(name)

    def _write(self, name: str) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        if name not in self._writers:
            folder = self._folder / name
            folder.mkdir(parents=True, exist_ok=True)
            self._writers[name] = parquet.ParquetWriter(folder / "part.parquet", self._schema, compression="zstd")
        self._writers[name].write_table(pa.Table.from_pylist(self._waiting.pop(name), schema=self._schema))


# ---- a workbook ------------------------------------------------------------------------------------


def to_workbook(desk: Desk, target: Path, bounds: Bounds) -> int:
    """One sheet a ledger, frozen heads, filters; how many entries. Needs `svc[report]`."""
    import xlsxwriter

    total = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(str(target), options) as book:
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for noun in ledgers.TABLE:
            sheet = book.add_worksheet(say(ledgers.TABLE[noun].title)[:31])
            names = columns(noun)
            sheet.write_row(0, 0, names)
            sheet.freeze_panes(1, 2)
            number = 0
            for number, row in enumerate(rows(desk, noun, bounds), 1):
                _write_row(sheet, number, [row.get(name) for name in names], moment, desk)
            sheet.autofilter(0, 0, number, len(names) - 1)
            total += number
    return total


def _write_row(sheet: Any, number: int, values: list[Any], moment: Any, desk: Desk) -> None:
    for column, value in enumerate(values):
        if isinstance(value, datetime):
            sheet.write_datetime(number, column, value.astimezone(desk.zone).replace(tzinfo=None), moment)
        elif isinstance(value, (bool, int, Decimal)):
            sheet.write(number, column, value)
        elif value is not None:
            sheet.write_string(number, column, str(value))


FORMS: Mapping[str, tuple[Callable[[Desk, Path, Bounds], int], str]] = {
    "parquet": (to_parquet, "parquet"),
    "xlsx": (to_workbook, "report"),
}
"""Form → what writes it, and the extra that brings its library."""
