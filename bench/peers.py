"""Others that do such work, each in a place of its own: programs of the system, Python packages in `bench/.peers`.

One that cannot be had is left out with a word; nothing is installed into the system unless asked for
(`--install-peers`, as root, by apt).
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.measure import Subject

HERE = Path(__file__).parent
PACKAGES = HERE / ".peers"
FROM_PIP = ("jrnl", "sqlite-utils", "duckdb", "polars", "pandas", "chinesecalendar", "beancount", "beanquery")
FROM_APT = {"task": "taskwarrior", "hledger": "hledger", "git": "git", "sqlite3": "sqlite3", "recins": "recutils"}


class Peer(NamedTuple):
    """One entry added to a history of so many, by another program."""

    name: str
    size: int
    subject: Subject


def prepare(install: bool) -> Path | None:
    """The Python that has the packages, those that can be had; None where there is none (said on stderr)."""
    python = PACKAGES / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(PACKAGES)], check=True)
    there = _installed()
    for package in (one for one in FROM_PIP if one not in there):
        pip = shutil.which("pip") or shutil.which("pip3") or "pip"
        if subprocess.run([pip, "--python", str(python), "install", "-q", package], check=False).returncode:
            print(f"left out: {package}: pip could not install it", file=sys.stderr)
    missing = [package for program, package in FROM_APT.items() if not shutil.which(program)]
    if missing and install:
        for words in (["update", "-qq"], ["install", "-y", "-qq", *missing]):
            subprocess.run(["apt-get", *words], check=False, stdout=subprocess.DEVNULL)
    for program, package in FROM_APT.items():
        if not shutil.which(program):
            print(f"left out: {program} (apt-get install {package}, or --install-peers)", file=sys.stderr)
    return python if _installed() else None


def _installed() -> set[str]:
    """Which of the packages are there."""
    found = {one.name.partition("-")[0] for one in PACKAGES.glob("lib/*/site-packages/*.dist-info")}
    return {one for one in FROM_PIP if one.replace("-", "_") in found}


def has(package: str) -> bool:
    """Whether a package is there to be measured."""
    return package in _installed()


def logging(folder: Path, python: Path | None, sizes: tuple[int, ...]) -> Iterator[Peer]:
    """How other programs add one entry to histories of these sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        if shutil.which("task"):
            yield Peer("taskwarrior, task add", size, _task(folder / f"task{size}", size))
        if shutil.which("hledger"):
            yield Peer("hledger add", size, _hledger(folder / f"hledger{size}.journal", size))
        if shutil.which("recins"):
            yield Peer("recins", size, _recins(folder / f"recutils{size}.rec", size))
        if shutil.which("sqlite3"):
            yield Peer("sqlite3, insert by its CLI", size, _sqlite(folder / f"cli{size}.db", size))
        if shutil.which("git"):
            yield Peer("git commit of a line", size, _git(folder / f"git{size}", size))
        if python and (python.parent / "jrnl").exists():
            yield Peer("jrnl", size, _jrnl(folder / f"jrnl{size}", size, str(python.parent / "jrnl")))
        if python and (python.parent / "sqlite-utils").exists():
            yield Peer("sqlite-utils insert", size, _sqlite_utils(folder / f"sqlite{size}.db", size, python.parent))


def reporting(folder: Path, python: Path | None, size: int, month: str) -> Iterator[Peer]:
    """How others that keep books in plain text report a month of so many transactions: the balances of all accounts."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("hledger"):
        journal = _journal(folder / "month.journal", size, month, "")
        yield Peer("hledger balance", size, Subject(["hledger", "-f", str(journal), "balance", "-p", month]))
    if python and has("beanquery"):
        opened = "".join(f"2000-01-01 open {account}\n" for account in ("Assets:Customers", *ACCOUNTS))
        journal = _journal(folder / "month.beancount", size, month, opened)
        query = f"select account, sum(position) where year = {month[:4]} and month = {int(month[5:])} group by account"
        yield Peer("bean-query", size, Subject([str(python.parent / "bean-query"), str(journal), query]))


ACCOUNTS = tuple(f"Income:{kind}:{what}" for kind in ("Calls", "Visits", "Reports", "Complaints") for what in ("Phone", "Repair", "Other"))


def _journal(path: Path, size: int, month: str, head: str) -> Path:
    """Transactions of a month in a form that both read."""
    with path.open("w") as stream:
        stream.write(head + "\n")
        for n in range(size):
            account = ACCOUNTS[n % len(ACCOUNTS)]
            stream.write(f'{month}-{n * 28 // size + 1:02d} * "boom drifts {n}"\n  {account}  {n % 90 + 10}.50 CNY\n  Assets:Customers\n\n')
    return path


def entries(data: Path) -> int:
    """How many entries the ledgers of a desk hold."""
    rows = sum(file.read_bytes().count(b"\n") - 1 for file in data.glob("*/20*.csv"))
    return rows + sum(file.read_bytes().count(b"\nh: ") for file in data.glob("*/20*.yaml"))


def _task(data: Path, size: int) -> Subject:
    data.mkdir(exist_ok=True)
    rc = data / "rc"
    rc.write_text(f"data.location={data}\nconfirmation=off\nhooks=off\n")
    rows = (
        f'[description:"boom drifts {n}" entry:"17{n % 10**8:08d}" status:"pending"'
        f' uuid:"00000000-0000-4000-8000-{n:012d}"]\n'
        for n in range(size)
    )
    (data / "pending.data").write_text("".join(rows))
    return Subject(["task", "add", "boom drifts"], {"TASKRC": str(rc)})


def _hledger(journal: Path, size: int) -> Subject:
    journal.write_text(
        "".join(f"2026-10-{n % 28 + 1:02d} call {n}\n    calls:phone    1\n    customers\n\n" for n in range(size))
    )
    typed = journal.with_suffix(".typed")
    typed.write_text("2026-11-01\nboom drifts\ncalls:phone\n1\ncustomers\n\n.\ny\n.\n")
    return Subject(["hledger", "-f", str(journal), "add"], typed=str(typed))


def _recins(records: Path, size: int) -> Subject:
    records.write_text("".join(f"Id: {n}\nKind: phone\nSummary: boom drifts {n}\n\n" for n in range(size)))
    fields = [word for name, value in (("Id", "1"), ("Kind", "phone"), ("Summary", "boom drifts"))
              for word in ("-f", name, "-v", value)]  # fmt: skip
    return Subject(["recins", *fields, str(records)])


def _sqlite(database: Path, size: int) -> Subject:
    database.unlink(missing_ok=True)
    db = sqlite3.connect(database)
    db.execute("create table calls (id, kind, summary)")
    db.executemany("insert into calls values (?, 'phone', ?)", ((n, f"boom drifts {n}") for n in range(size)))
    db.commit()
    db.close()
    return Subject(["sqlite3", str(database), "insert into calls values (1, 'phone', 'boom drifts')"])


def _git(repository: Path, size: int) -> Subject:
    shutil.rmtree(repository, ignore_errors=True)
    repository.mkdir()
    log = repository / "log.csv"
    log.write_text("".join(f"{n},phone,boom drifts\n" for n in range(size)))
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-qm", "1"],
    ):
        subprocess.run(["git", *words], cwd=repository, check=False, stdout=subprocess.DEVNULL)

    def before() -> None:
        with log.open("a") as stream:
            stream.write("1,phone,boom drifts\n")

    command = ["git", "-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-qam", "boom drifts"]
    return Subject(command, before=before, folder=str(repository))


def _jrnl(folder: Path, size: int, program: str) -> Subject:
    folder.mkdir(exist_ok=True)
    journal = folder / "journal.txt"
    journal.write_text("".join(f"[2026-10-{n % 28 + 1:02d} 09:00] boom drifts {n}\n\n" for n in range(size)))
    config = folder / "jrnl.yaml"
    config.write_text(f"journals:\n  default: {journal}\nencrypt: false\nversion: v4.2\neditor: ''\nhighlight: false\n")
    return Subject([program, "--config-file", str(config), "boom", "drifts"])


def _sqlite_utils(database: Path, size: int, programs: Path) -> Subject:
    database.unlink(missing_ok=True)
    rows = database.with_suffix(".csv")
    with rows.open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [("id", "kind", "summary"), *((n, "phone", f"boom drifts {n}") for n in range(size + 1))]
        )
    program = str(programs / "sqlite-utils")
    subprocess.run(
        [program, "insert", str(database), "calls", str(rows), "--csv"], check=False, stdout=subprocess.DEVNULL
    )
    one = database.with_suffix(".json")
    one.write_text('{"id": "1", "kind": "phone", "summary": "boom drifts"}')
    return Subject([program, "insert", str(database), "calls", str(one)])
