"""Make the shipped desk: two months of the invented department and the one that runs, recorded through the program itself.

Every event becomes the command line that a clerk would type, run in-process with the clock set to the
moment of typing. The same seed gives the same bytes.

    python scripts/make_demo_data.py [--into DIR]
"""

from __future__ import annotations

import argparse
import email.policy
import email.utils
import io
import os
import random
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import time_machine

import svc.cli
from svc.demo import SEED, department, events
from svc.demo.kept import Kept, kept, photo
from svc.demo.parts import PRICES
from svc.demo.telling import DAY, MINUTE, at
from svc.domain import ledgers, registers
from svc.domain.kinds import Choice, Field, Flag
from svc.domain.row_kinds import NamedValues, Rows

ROOT = Path(__file__).resolve().parent.parent
START, END = date(2026, 9, 1), date(2026, 11, 30)
NOW = at(date(2026, 11, 29), 18)
"""Nothing is typed after it: the last month is running."""
LEDGER = "demo-2026"
FOUNDED = at(date(2026, 8, 27), 8, 30)

AMOUNTS = (
    ("2026-08-28", "left_without_call", "100", "2026-09-01", "部门会议纪要 2026-08-27"),
    ("2026-08-28", "late_arrival", "100", "2026-09-01", "部门会议纪要 2026-08-27"),
    ("2026-08-28", "report_incomplete", "50", "2026-09-01", "部门会议纪要 2026-08-27"),
    ("2026-09-04", "bonus_cut_attitude", "300", "2026-09-01", "总经理批示 2026-09-03"),
    ("2026-09-04", "disobeyed_dispatch", "200", "2026-09-01", "总经理批示 2026-09-03"),
    ("2026-10-12", "late_arrival", "150", "2026-10-15", "总经理批示 2026-10-11"),
)
"""What was decided when."""


class Typed(NamedTuple):
    """A command line and when it was typed; `event` is what it records, `kept` a file that it keeps with that."""

    moment: datetime
    event: dict[str, Any] | None
    words: list[str]
    kept: Kept | None = None


def main() -> None:
    """Make the desk beside its place, then put it there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=ROOT, metavar="DIR")
    folder = parser.parse_args().into
    with tempfile.TemporaryDirectory() as made:
        count = make(Path(made), START, END, SEED)
        place(Path(made), folder)
    print(f"{count} commands recorded into {folder}")


def place(made: Path, folder: Path) -> None:
    """Replace data/ and rules.yaml of a folder; nothing else there is touched."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    shutil.copytree(made / "data", folder / "data", ignore=shutil.ignore_patterns(".svc"))
    shutil.copyfile(made / "rules.yaml", folder / "rules.yaml")
    for path in [folder / "data", *(folder / "data").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)  # an example: for everybody to read


def make(folder: Path, start: date, end: date, seed: int) -> int:
    """Record everything into a new desk; how many commands it took."""
    type_in(folder, FOUNDED, ["init", str(folder), "--name", "甄一帆", "--id", "S01"])
    files = folder.parent / "files"
    files.mkdir(exist_ok=True)
    (folder / "data" / "desk.yaml").write_text(f'format: "svc-desk/1"\nledger: "{LEDGER}"\n', "utf-8")
    type_in(folder, FOUNDED, ["--as", "S01", "staff", "edit", "S01", "--login", ""])
    told = [*founding(), *rulebook(), *prices(), *life(start, end, seed)]
    lines = sorted((line for line in told if line.moment <= NOW), key=lambda line: line.moment)
    ids: dict[str, str] = {}
    for line in lines:
        words = line.words if line.event is None else deed(line.event, ids)
        if line.kept:
            words = attach(line.kept, ids, files)
        elif line.event is not None and mailed(line.event):
            words = mail(line.event, files)
        answer = type_in(folder, line.moment, words)
        if line.event is not None:
            ids.setdefault(line.event["id"], answer.split()[0])
            if mailed(line.event) and line.event["needs_service"]:
                said = ["--needs-service", "--reason", "来信没写，电话核实须上门"]
                type_in(folder, line.moment, ["--as", line.event["by"], "call", "correct", ids[line.event["id"]], *said])
    return len(lines) + 2


COMMAND = svc.cli.app


def type_in(folder: Path, moment: datetime, words: list[str]) -> str:
    """Run one command line at a moment; what it printed. Stops at the first that fails."""
    out = io.StringIO()
    desk = [] if words[0] == "init" else ["--desk", str(folder), "--clock-is-right"]  # days without an entry are meant
    with time_machine.travel(moment, tick=False), redirect_stdout(out):
        code = COMMAND.main([*desk, *words], prog_name="svc", standalone_mode=False)
        if code == 4 and "close" in words and "call" in words:  # what is still to come is said, as the desk asks
            words = [*words, "--leave-open", "余下事项另行跟进"]
            code = COMMAND.main([*desk, *words], prog_name="svc", standalone_mode=False)
    if code:
        raise SystemExit(f"{moment:%Y-%m-%d %H:%M} $ svc {shlex.join(words)}: exit code {code}")
    return out.getvalue()


# ---- what is typed, and when -------------------------------------------------------------------------


def founding() -> Iterator[Typed]:
    """The registers, one row a minute."""
    rows = (row for row in department() if row["id"] != "S01")
    for n, row in enumerate(rows, 1):
        register = registers.TABLE[row["ledger"]]
        words = ["--as", "S01", register.noun, "add"]
        words += ["--id" if register.prefix else register.key, row["id"]]
        for field in register.fields:
            if row.get(field.name) is not None:
                words += [f"--{field.name.replace('_', '-')}", str(row[field.name])]
        yield Typed(FOUNDED + n * MINUTE, None, words)


def rulebook() -> Iterator[Typed]:
    """The amounts, each set some days before or after the day from which it holds."""
    for day, rule, yuan, since, basis in AMOUNTS:
        words = ["--as", "S01", "rules", "set", rule, yuan, "--from", since, "--basis", basis]
        yield Typed(at(date.fromisoformat(day), 17, 5), None, words)


def prices() -> Iterator[Typed]:
    """Prices that change, each written down some days before."""
    for part, yuan, days, reason in PRICES:
        since = START + timedelta(days=days)
        words = ["--as", "S01", "part", "edit", part, "--price", yuan, "--from", f"{since}", "--reason", reason]
        yield Typed(at(since - timedelta(days=3), 16, 40), None, words)


def life(start: date, end: date, seed: int) -> Iterator[Typed]:
    """Each event with the moment of its typing: minutes later, sometimes days; never before what it names."""
    rng = random.Random(seed)
    case: dict[str, str] = {}
    last: dict[str, datetime] = {}
    told = events(start, end, seed, NOW)
    files = {id(one.event): one for one in kept(told)}
    for event in told:
        named = (*(event.get(k) for k in ("call", "visit", "trip", "report")), *event["id"].split("/")[:2])
        roots = [case[id] for id in named if id in case] or [event["id"]]
        case.setdefault(event["id"], roots[0])
        moment = max(typing_time(rng, event), *(last.get(root, FOUNDED) + MINUTE for root in roots))
        last.update(dict.fromkeys(roots, moment))
        yield Typed(moment, event, [])
        if id(event) in files:
            yield Typed(moment + MINUTE, None, [], files[id(event)])


def typing_time(rng: random.Random, event: dict[str, Any]) -> datetime:
    """Mostly within minutes; what happens at night in the morning; now and then a day or more later."""
    happened = max(datetime.fromisoformat(event[k]) for k in ("at", "called_in") if event.get(k))
    if rng.random() < 0.025 and event["ledger"] in ("call", "visit", "report"):
        return happened + DAY + timedelta(minutes=rng.randint(30, 2 * 24 * 60))
    if happened.hour < 6 and rng.random() < 0.5:
        return happened.replace(hour=7, minute=0) + rng.randint(5, 55) * MINUTE
    return happened + rng.choice((1, 2, 3, 4, 6, 9, 14, 25)) * MINUTE


# ---- an event as a command line ----------------------------------------------------------------------


def deed(event: dict[str, Any], ids: dict[str, str]) -> list[str]:
    """The command line that records an event; `ids` are the numbers that the program has given so far."""
    noun, one = event["ledger"], ledgers.event(event["ledger"], event["event"])
    words = ["--as", event["by"], *NAMED.get((noun, one.name), (noun, one.name))]
    first = FIRST.get(noun) if one.on == "new" else None
    if one.on == "own":
        words.append("/".join(ids.get(part, part) for part in event["id"].split("/")))
    elif one.on != "new":
        words.append(ids[event[one.on]])
    elif first:
        words.append(event[first])
    for field in one.fields:
        if event.get(field.name) is not None and field.name not in (one.on, first):
            words += option(field, ids.get(str(event[field.name]), event[field.name]))
    return [*words, "--at", event["at"][:16]]


NAMED = {("reading", "read"): ("machine", "reading")}
FIRST = {"stock": "part", "upkeep": "machine", "reading": "machine"}
"""What stands behind the verb without an option."""


def attach(one: Kept, ids: dict[str, str], files: Path) -> list[str]:
    """Keep a file with what an event recorded."""
    path = files / one.name
    path.write_bytes(one.body)
    return ["--as", one.event["by"], "attach", ids[one.event["id"]], str(path)]


def mailed(event: dict[str, Any]) -> bool:
    """Whether a call came as a mail from an address that is known."""
    known = event.get("from", "").startswith("CU") and not event.get("due")
    return event["event"] == "log" and event.get("channel") == "email" and known


def mail(event: dict[str, Any], files: Path) -> list[str]:
    """The mail as it came, with a greeting and a signature; from each third a photo hangs."""
    row = next(row for row in department() if row["id"] == event["from"])
    message, came = EmailMessage(policy=email.policy.SMTP), datetime.fromisoformat(event["at"])
    message["From"] = email.utils.formataddr((row["contact"], row["email"]))
    message["To"] = "service@agent.example"
    message["Date"] = email.utils.format_datetime(came)
    message["Subject"] = re.split("[，。]", event["summary"])[0]
    message["Message-ID"] = f"<{came:%Y%m%d%H%M}@{row['email'].split('@')[1]}>"
    machine = f"\n设备号：{event['machine']}" if event.get("machine") else ""
    message.set_content(f"您好，{event['summary']}。{machine}\n-- \n{row['name']} {row['contact']}\n")
    if event.get("machine") and came.day % 3 == 0:
        message.add_attachment(photo(came.toordinal()), "image", "png", filename="IMG_0001.png")
    path = files / "mail.eml"
    path.write_bytes(message.as_bytes())
    return ["--as", event["by"], "call", "import-mail", str(path), "--kind", event["kind"]]


def option(field: Field, value: Any) -> list[str]:
    """One field as it is typed."""
    name = field.option or f"--{field.name.replace('_', '-')}"
    if isinstance(field.kind, Choice) and field.flags:
        return [f"--{value}"]
    if isinstance(field.kind, Flag):
        return [name] if value else [str(field.off)]
    if isinstance(field.kind, Rows):
        return [word for row in value for word in (name, ":".join(str(part) for part in row.values()))]
    if isinstance(field.kind, NamedValues):
        return [word for key, score in value.items() for word in (name, f"{key}={score}")]
    return [name, str(value)]


if __name__ == "__main__":
    os.environ.pop("SVC_STAFF", None)
    os.environ.pop("SVC_DESK", None)
    main()
