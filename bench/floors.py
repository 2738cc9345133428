"""What the same work costs when written by hand, with nothing around it. Each is a program of its own: `floors.py NAME …`."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import os
import sqlite3
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from statistics import median


def verify(data: str) -> None:
    """Read every row of every ledger and hash it with the hash of the one before."""
    for path in _ledgers(data):
        before = b""
        with open(path, "rb") as stream:
            for row in stream:
                before = hashlib.sha256(before + row).digest()


def rebuild(data: str, into: str) -> None:
    """Read, hash and insert every row, with the same keys as the index."""
    db = sqlite3.connect(into, isolation_level=None)
    db.execute("pragma journal_mode=memory")
    db.execute("pragma synchronous=off")
    db.execute("create table entry (n integer primary key, noun, event, id, at, rec, ref, raw blob)")
    db.execute("begin")

    def rows(path: str):  # type: ignore[no-untyped-def]
        before, noun = b"", path.split("/")[-2]
        with open(path, "rb") as stream:
            for row in stream if path.endswith(".csv") else _documents(stream):
                before = hashlib.sha256(before + row).digest()
                cells = (
                    row.decode().split(",")
                    if path.endswith(".csv")
                    else [line[line.find('"') + 1 : -1] for line in row.decode().split("\n")[1:7]]
                )
                if len(cells) > 5 and cells[2][:2] == "20":
                    at = datetime.fromisoformat(cells[2]).timestamp()
                    yield noun, cells[1], cells[0], at, at, cells[5], row

    for path in _ledgers(data):
        db.executemany("insert into entry (noun, event, id, at, rec, ref, raw) values (?,?,?,?,?,?,?)", rows(path))
    for columns in ("noun, id, at", "noun, at", "ref"):
        db.execute(f"create index key_{columns.replace(', ', '_')} on entry ({columns})")
    db.execute("commit")


def take_in(lines: str, into: str) -> None:
    """Python's csv to sqlite3.executemany, in one transaction, on disk at the end."""
    db = sqlite3.connect(into)
    db.execute("create table entry (ledger, event, id, at, by, a, b, c, d, e)")
    with open(lines, newline="", encoding="utf-8") as stream:
        db.executemany(
            "insert into entry values (?,?,?,?,?,?,?,?,?,?)", ((*row, *[None] * 10)[:10] for row in csv.reader(stream))
        )
    db.commit()


def month(data: str, name: str) -> None:
    """The main figures of a month with csv.reader and dicts."""
    seen = _month_of_csv(data, name)
    print(json.dumps(seen))


def _month_of_csv(data: str, name: str) -> dict[str, object]:
    logged: dict[str, datetime] = {}
    replied: dict[str, datetime] = {}
    kinds: Counter[str] = Counter()
    with open(f"{data}/calls/{name}.csv", encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        at = {column: n for n, column in enumerate(next(reader))}
        for row in reader:
            if row[1] == "log":
                logged[row[0]] = datetime.fromisoformat(row[2])
                kinds[row[at["kind"]]] += 1
            elif row[1] == "reply":
                replied.setdefault(row[0], datetime.fromisoformat(row[2]))
    waits = [(replied[id] - when).total_seconds() for id, when in logged.items() if id in replied]
    due: dict[str, datetime] = {}
    arrived: dict[str, datetime] = {}
    with open(f"{data}/visits/{name}.csv", encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        at = {column: n for n, column in enumerate(next(reader))}
        for row in reader:
            if row[at["promised"]]:
                due[row[0]] = datetime.fromisoformat(row[at["promised"]])
            elif row[1] == "arrive":
                arrived[row[0]] = datetime.fromisoformat(row[2])
    on_time = sum(when <= due[id] for id, when in arrived.items() if id in due)
    faults: Counter[str] = Counter()
    with open(f"{data}/reports/{name}.yaml", encoding="utf-8") as text:
        for line in text:
            if line.startswith("fault: "):
                faults[line[8:-2]] += 1
    return {
        "calls": len(logged), "kinds": dict(kinds), "within": sum(w <= 86400 for w in waits),
        "median": median(waits) if waits else None, "due": len(due), "on_time": on_time, "faults": dict(faults),
    }  # fmt: skip


SQL = """
with call as (select id, min(case when event='log' then "at" end) as came, min(case when event='reply' then "at" end) as replied,
                     max(kind) as kind from calls group by id),
     trip as (select id, max(promised) as due, min(case when event='arrive' then "at" end) as arrived from visits group by id)
select (select count(*) from call where came is not null), (select median(epoch(replied - came)) from call),
       (select count(*) from call where replied - came <= interval 24 hour), (select count(*) from trip),
       (select count(*) from trip where arrived <= due)
"""


def sqlite_month(data: str, name: str) -> None:
    """The same figures, those of the CSV files, by the sqlite3 of Python from tables in memory, loaded by `csv`."""
    db = sqlite3.connect(":memory:")
    for table, columns in (("calls", ("event", "at", "kind")), ("visits", ("event", "at", "promised"))):
        db.execute(f"create table {table} (id, {', '.join(columns)})")
        with open(f"{data}/{table}/{name}.csv", encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            at = {column: n for n, column in enumerate(next(reader))}
            places = [0, *(at[column] for column in columns)]
            db.executemany(f"insert into {table} values (?, ?, ?, ?)", ([row[n] for n in places] for row in reader))
    waits = db.execute(
        "select unixepoch(r.at) - unixepoch(l.at) from calls l left join"
        " (select id, min(at) as at from calls where event = 'reply' group by id) r on r.id = l.id where l.event = 'log'"
    ).fetchall()
    known = [wait for (wait,) in waits if wait is not None]
    due = db.execute(
        "select count(*), sum(arrived <= due) from (select max(nullif(promised, '')) as due,"
        " min(case when event = 'arrive' then at end) as arrived from visits group by id)"
    ).fetchone()
    kinds = db.execute("select kind, count(*) from calls where event = 'log' group by kind").fetchall()
    print(len(waits), median(known) if known else None, sum(wait <= 86400 for wait in known), due, kinds)


def pandas_month(data: str, name: str) -> None:
    """The same figures, those of the CSV files, by pandas."""
    import pandas as pd  # type: ignore[import-not-found,import-untyped,unused-ignore]

    calls, visits = (pd.read_csv(f"{data}/{table}/{name}.csv", encoding="utf-8-sig") for table in ("calls", "visits"))
    key = calls.columns[0]
    for frame, columns in ((calls, ["at"]), (visits, ["at", "promised"])):
        for column in columns:
            frame[column] = pd.to_datetime(frame[column], utc=True)
    log = calls[calls["event"] == "log"].set_index(key)
    wait = (calls[calls["event"] == "reply"].groupby(key)["at"].min() - log["at"]).reindex(log.index)
    trips = visits.groupby(visits.columns[0])
    both = pd.DataFrame({"due": trips["promised"].max(), "at": visits[visits["event"] == "arrive"].groupby(visits.columns[0])["at"].min()})
    print(len(log), wait.median(), (wait <= pd.Timedelta(hours=24)).sum(), len(both), (both["at"] <= both["due"]).sum())
    print(log["kind"].value_counts().to_dict())


def duckdb_month(data: str, name: str) -> None:
    """The same figures, those of the CSV files, by DuckDB."""
    import duckdb  # type: ignore[import-not-found]

    for table, times in (("calls", ("at",)), ("visits", ("at", "promised"))):
        file = f"{data}/{table}/{name}.csv"
        with open(file, encoding="utf-8-sig", newline="") as stream:  # guessing types costs more than the figures
            columns = dict.fromkeys(next(csv.reader(stream)), "varchar")
        told = ", ".join(f'substr("{time}", 1, 19)::timestamp as "{time}"' for time in times)
        duckdb.sql(
            f"create view {table} as select * replace ({told}) from read_csv('{file}', columns = {columns},"
            " delim = ',', quote = '\"', escape = '\"', header = true, auto_detect = false)"
        )
    print(duckdb.sql(SQL).fetchall())
    print(duckdb.sql("select kind, count(*) from calls where event = 'log' group by 1").fetchall())


def polars_month(data: str, name: str) -> None:
    """The same figures, those of the CSV files, by polars."""
    import polars as pl  # type: ignore[import-not-found]

    moment = [pl.col(time).str.slice(0, 19).str.to_datetime("%Y-%m-%dT%H:%M:%S") for time in ("at", "promised")]
    calls = pl.read_csv(f"{data}/calls/{name}.csv", columns=["id", "event", "at", "kind"], infer_schema=False).with_columns(moment[0])
    visits = pl.read_csv(f"{data}/visits/{name}.csv", columns=["id", "event", "at", "promised"], infer_schema=False).with_columns(moment)
    log = calls.filter(pl.col("event") == "log").select("id", "at", "kind")
    reply = calls.filter(pl.col("event") == "reply").group_by("id").agg(pl.col("at").min().alias("replied"))
    both = log.join(reply, on="id", how="left").with_columns(wait=pl.col("replied") - pl.col("at"))
    print(both.height, both["wait"].median(), both.filter(pl.col("wait") <= pl.duration(hours=24)).height)
    print(log.group_by("kind").len())
    trip = visits.group_by("id").agg(
        pl.col("promised").max(), pl.col("at").filter(pl.col("event") == "arrive").min().alias("arrived")
    )
    print(trip.height, trip.filter(pl.col("arrived") <= pl.col("promised")).height)


def append(path: str, lock: str, count: str) -> None:
    """Lock, write a line, fsync, so many times: what recording must cost when several do it at once."""
    holder = os.open(lock, os.O_RDWR | os.O_CREAT)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for _ in range(int(count)):
        fcntl.flock(holder, fcntl.LOCK_EX)
        os.write(
            file,
            b"C2611-0001,log,2026-11-01T09:00:00+08:00,2026-11-01T09:00:00+08:00,S01,phone,CU0001,,repair,drifts,,,,x\n",
        )
        os.fsync(file)
        fcntl.flock(holder, fcntl.LOCK_UN)


def started_append(path: str, lock: str, count: str) -> None:
    """The same by a Python that has loaded what svc's store loads: the starts of the processes are no difference then."""
    import svc.store.files.ledger  # noqa: F401

    append(path, lock, count)


def sqlite_append(path: str, _lock: str, count: str) -> None:
    """The same by SQLite with WAL, on disk at each commit."""
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    db.execute("pragma journal_mode=wal")
    db.execute("pragma synchronous=full")
    db.execute("create table if not exists entry (id, event, at, by, summary)")
    for _ in range(int(count)):
        db.execute("insert into entry values ('C2611-0001', 'log', '2026-11-01T09:00:00+08:00', 'S01', 'drifts')")


def svc_append(desk: str, _lock: str, count: str) -> None:
    """The same by svc's own store: under the desk's lock, chained, read back."""
    from datetime import UTC

    from svc.domain.entry import Entry
    from svc.store.files.ledger import FileLedger

    ledger = FileLedger(Path(desk) / "data")
    for n in range(int(count)):
        with ledger.lock(60):
            now = datetime.now(UTC).replace(microsecond=0)
            fields = {"channel": "phone", "from": "CU0001", "kind": "repair", "summary": "drifts"}
            ledger.append([Entry("call", "log", f"B{os.getpid()}-{n:04d}", now, now, "S00", fields)], now)


def _ledgers(data: str) -> list[str]:
    return sorted(str(p) for p in Path(data).glob("*/20*") if p.suffix in (".csv", ".yaml"))


def _documents(stream: io.BufferedReader):  # type: ignore[no-untyped-def]
    lines: list[bytes] = []
    for line in stream:
        lines.append(line)
        if line.startswith(b'h: "'):
            yield b"".join(lines)
            lines = []


if __name__ == "__main__":
    {
        f.__name__: f
        for f in (
            verify, rebuild, take_in, month, sqlite_month, duckdb_month, polars_month, pandas_month,
            append, started_append, sqlite_append, svc_append,
        )
    }[sys.argv[1]](*sys.argv[2:])
