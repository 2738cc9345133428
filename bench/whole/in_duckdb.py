"""The whole audit by DuckDB: the files as tables, then the SQL beside this (`duckdb.sql`)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from bench.whole.asked import COLUMNS, EVENTS, Asked, Values, daily, days_off, refuse

SQL = Path(__file__).with_name("duckdb.sql")
FIGURES = ("headline", "calls", "replies", "visits", "reports", "surveys", "repairs", "complaints", "conduct")
LINES = "read_csv({files}, columns = {{'line': 'varchar'}}, delim = '\x01', quote = '', escape = '', header = false, auto_detect = false)"


def audit(asked: Asked) -> Values:
    """The headings of a month."""
    import duckdb  # type: ignore[import-not-found,import-untyped,unused-ignore]

    db = duckdb.connect()
    off = days_off(asked.month)
    for name, moment in (("first", asked.first), ("after", asked.after), ("now", asked.now)):
        db.execute(f"set variable {name} = timestamp '{moment}'")
    db.execute(f"set variable off = {sorted(day for day, free in off.items() if free)}::varchar[]")
    for ledger in EVENTS:
        told = f'select * exclude ("at"), "at" as moment from ({_read(asked, ledger)})'  # "at" is a word of DuckDB's
        db.execute(f"create temp table {ledger}_entry as {told} where moment <= '{asked.known}'")
    for register in ("customers", "staff"):
        db.execute(f"create view {register} as {_rows([asked.register(register)])}")
    refuse(asked, {ledger: _column(db, f"select distinct event from {ledger}_entry") for ledger in EVENTS})
    db.execute(SQL.read_text(encoding="utf-8"))
    return _headings(db, off)


def _headings(db: Any, off: dict[str, bool]) -> Values:
    one = {name: _records(db, name)[0] for name in FIGURES}
    by_day = (db.execute(f"from {name}").fetchall() for name in ("day_of_calls", "day_of_visits"))
    return {
        **one,
        "complaints": {**one["complaints"], "list": _records(db, "complaint_rows")},
        "days": daily(off, *by_day),
        "findings": _records(db, "findings"),
        "breaches": {rule: times for rule, times in db.execute("from breach").fetchall() if times},
    }


def _records(db: Any, view: str) -> list[Values]:
    """The rows of a view by the names of its columns."""
    found = db.execute(f"from {view}")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _column(db: Any, query: str) -> list[str]:
    return [row[0] for row in db.execute(query).fetchall()]


def _read(asked: Asked, ledger: str) -> str:
    """What is asked for of a ledger; nothing where there is no file."""
    files, names = asked.files(ledger), COLUMNS[ledger]
    wanted = ", ".join(f'"{name}"' for name in names)
    if not files:
        nothing = ", ".join(f'null::varchar as "{name}"' for name in names)
        return f"select {nothing} where false"
    if files[0].endswith(".yaml"):
        return _documents(files, names)
    return f"select {wanted} from ({_rows(files)})"


def _rows(files: list[str]) -> str:
    """CSV files as text: their heading is read here, nothing is guessed."""
    with open(files[0], encoding="utf-8-sig", newline="") as stream:
        columns = {name: "varchar" for name in next(csv.reader(stream))}
    return f"from read_csv({files}, columns = {columns}, delim = ',', quote = '\"', escape = '\"', header = true, auto_detect = false)"


def _documents(files: list[str], names: tuple[str, ...]) -> str:
    """YAML files read as lines: a line is `key: value`, a document what lies between two `---`; text loses its quotes."""
    keys = ", ".join(f"any_value(told) filter (key = '{name}') as \"{name}\"" for name in names)
    return f"""
        with line as (select split_part(line, ': ', 1) as key, line from {LINES.format(files=files)}),
        numbered as (select key, line, count(*) filter (key = '---') over (rows unbounded preceding) as document from line),
        cell as (select document, key, trim(substr(line, length(key) + 3), '"') as told from numbered where key in {names})
        select {keys} from cell group by document"""
