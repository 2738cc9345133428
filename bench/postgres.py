"""Appending on PostgreSQL: 1, 4, 16, 64 writers against plain INSERT … COMMIT on the same server in the same run.

A server is started for the run, in a folder of its own, and thrown away. Every writer is a process with a connection of
its own, as branch offices are. `svc` chains its rows: writers of one ledger of one site go one after the other, those of
different sites do not wait for each other; both are shown. What was acknowledged is counted again at the end: lost must
be 0. And one `svc call log`, the whole command, on both places.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg

from svc.domain.entry import Entry
from svc.sites import found as found_desk
from svc.store.postgres import setup
from svc.store.postgres.ledger import PostgresLedger
from svc.store.postgres.session import Session
from tests.postgres.server import Server, folder

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ROW = b"C2611-0001,log,2026-11-23T15:00:00+08:00,2026-11-23T15:00:00+08:00,S01,phone,CU0001,,repair,drifts"


def mark(writer: int) -> str:
    return f"Z{LETTERS[writer // 26]}{LETTERS[writer % 26]}"


def chained(url: str, site: str, writer: int, seconds: float) -> list[str]:
    """Append calls through the store until the time is over; the ids acknowledged."""
    ledger = PostgresLedger(Session(url), site)
    done: list[str] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with ledger.lock(60):
            now = datetime.now(UTC).replace(microsecond=0)
            id = f"C{now:%y%m}-W{writer:02}-{len(done) + 1:06}"
            fields = {"channel": "phone", "from": "CU0001", "kind": "repair", "summary": "drifts"}
            ledger.append([Entry("call", "log", id, now, now, "S01", fields)], now)
        done.append(id)
    return done


def plain(url: str, writer: int, seconds: float) -> int:
    """The floor: the same bytes into a table without chain, rights or checks."""
    done = 0
    with psycopg.connect(url, autocommit=True) as connection:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            connection.execute("insert into plain (row) values (%s)", (ROW,))
            done += 1
    return done


def run(url: str, writers: int, seconds: float) -> dict[str, float]:
    """Appends a second of each kind with so many writers at once."""
    rates: dict[str, float] = {}
    with ProcessPoolExecutor(writers) as pool:
        list(pool.map(time.sleep, [0.05] * writers))  # all processes are there before the clock starts
        counts = list(pool.map(plain, [url] * writers, range(writers), [seconds] * writers))
        rates["insert"] = sum(counts) / seconds
        for name, sites in (("one site", ["-"] * writers), ("own sites", [mark(n) for n in range(writers)])):
            with psycopg.connect(url) as connection:
                before = connection.execute("select count(*) from svc.entry").fetchone()[0]  # type: ignore[index]
            found = list(pool.map(chained, [url] * writers, sites, range(writers), [seconds] * writers))
            with psycopg.connect(url) as connection:
                after = connection.execute("select count(*) from svc.entry").fetchone()[0]  # type: ignore[index]
            acknowledged = sum(len(ids) for ids in found)
            rates[name] = acknowledged / seconds
            rates[f"{name}, lost"] = acknowledged - (after - before)
    return rates


def grown(url: str, sizes: list[int]) -> list[dict[str, float]]:
    """What one append, one look at the heads and reading all cost as the table grows (one site, one ledger)."""
    ledger = PostgresLedger(Session(url), "-")
    table: list[dict[str, float]] = []
    count = 0
    fields = {"channel": "phone", "from": "CU0001", "kind": "repair", "summary": "drifts"}
    for size in sizes:
        while count < size:
            now = datetime.now(UTC).replace(microsecond=0)
            many = min(1000, size - count)
            with ledger.lock(60):
                ledger.append(
                    [
                        Entry("call", "log", f"C{now:%y%m}-G{count + n:07}", now, now, "S01", fields)
                        for n in range(many)
                    ],
                    now,
                )
            count += many
        one = []
        for _ in range(60):
            started = time.perf_counter()
            with ledger.lock(60):
                now = datetime.now(UTC).replace(microsecond=0)
                ledger.append([Entry("call", "log", f"C{now:%y%m}-G{count:07}", now, now, "S01", fields)], now)
            one.append(time.perf_counter() - started)
            count += 1
        heads = []
        for _ in range(60):
            started = time.perf_counter()
            ledger.tail_positions(["call"])
            heads.append(time.perf_counter() - started)
        started = time.perf_counter()
        rows = sum(1 for _ in ledger.read("call"))
        reading = time.perf_counter() - started
        table.append(
            {
                "rows": rows,
                "append_ms": statistics.median(one) * 1000,
                "heads_ms": statistics.median(heads) * 1000,
                "read_rows_per_second": rows / reading,
            }
        )
    return table


def command(desk: str, cache: str, rounds: int) -> float:
    """Median seconds of `svc call log`, the whole command."""
    environ = {**os.environ, "SVC_DESK": desk, "XDG_CACHE_HOME": cache}
    line = [
        sys.executable,
        "-m",
        "svc",
        "call",
        "log",
        "--channel",
        "phone",
        "--from",
        "13800000001",
        "--kind",
        "repair",
        "--summary",
        "x",
    ]
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run(line, env=environ, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--growth", default="", help="rows, like 10000,100000,500000: what an append costs then")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with folder() as place, tempfile.TemporaryDirectory() as here:
        server = Server(place, "-c max_connections=200").make().start()
        try:
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                connection.execute("create database bench")
            url = server.url("bench")
            found_desk(url, "Head", "S01")
            session = Session(url)
            for n in range(64):
                setup.add_site(session, mark(n), f"site-{n}")
            session.run(
                "create table plain (n bigint generated always as identity primary key, row bytea, at timestamptz default now())"
            )
            table = {writers: run(url, writers, options.seconds) for writers in (1, 4, 16, 64)}
            subprocess.run(
                [sys.executable, "-m", "svc", "init", f"{here}/files", "--name", "Head"],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            growth = grown(url, [int(size) for size in options.growth.split(",") if size])
            latency = {
                "files": command(f"{here}/files", here, options.rounds),
                "postgresql": command(url, here, options.rounds),
            }
        finally:
            server.stop()
    if options.json:
        print(json.dumps({"appends_per_second": table, "call_log_seconds": latency, "growth": growth}, indent=2))
        return
    print(
        f"{'writers':>8}{'INSERT/s':>10}{'one site':>10}{'ratio':>7}{'lost':>6}{'own sites':>11}{'ratio':>7}{'lost':>6}"
    )
    for writers, row in table.items():
        one, own = row["one site"], row["own sites"]
        print(
            f"{writers:>8}{row['insert']:>10.0f}{one:>10.0f}{one / row['insert']:>7.2f}{row['one site, lost']:>6.0f}"
            f"{own:>11.0f}{own / row['insert']:>7.2f}{row['own sites, lost']:>6.0f}"
        )
    print(
        f"\ncall log, whole command: PostgreSQL {latency['postgresql'] / latency['files']:.2f} x files ({latency['files'] * 1000:.0f} ms)"
    )
    for row in growth:
        print(
            f"{row['rows']:>10,.0f} rows: one append {row['append_ms']:.1f} ms, heads {row['heads_ms']:.2f} ms,"
            f" read {row['read_rows_per_second']:,.0f} rows/s"
        )


if __name__ == "__main__":
    main()
