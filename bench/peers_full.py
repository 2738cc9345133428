"""The whole audit of a month of the five main ledgers as one would write it in DuckDB and in polars, straight from the files.

    python bench/peers_full.py duckdb DESK/data       # prints what `svc audit month 2026-10 --json` has under HEADINGS
    python bench/peers_full.py --check DESK [polars]                # names each value that differs from svc's

Calls, visits, reports, complaints and conduct, with the rulings on their findings: every figure under these headings, every
finding, by the rules and limits that `svc init` ships (written out by hand: nothing of svc is loaded). Not in it: the twenty
smaller books, pay, boards and what waits, which svc computes in the same run.

What holds of generated histories is made use of: one offset in all times, no day without an hour; no undo, correction, merging,
cancelling, handing over, amending (a desk with other events is refused); one new promise a visit, one ruling a finding, one
name a complaint, no finding that another one on the same visit holds back; no facts with days in the registers; no code in
full width, no quote within a text; what the month asks for lies in the files since the month before. The days off are those of
the package that svc asks too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.whole.asked import Asked, Values

PEERS = Path(__file__).parent / ".peers" / "bin" / "python"
"""The Python that has the engines (`peers.prepare`); where it is not there, this one."""
ENGINES = ("duckdb", "polars")
HEADINGS = (
    "headline", "calls", "replies", "visits", "days", "reports", "surveys", "repairs", "complaints", "conduct", "breaches", "findings",
)  # fmt: skip
RULES = {
    "reply_24h", "call_registered", "dispatch_registered", "report_missing", "survey_missing", "repeat_repair", "phone_off",
    "left_without_call", "late_arrival", "report_incomplete", "disobeyed_dispatch", "complaint_attitude", "complaint_quarrel",
    "complaint_demand", "complaint_not_timely", "complaint_repeat_repair",
}  # fmt: skip
"""The rules that look at the five ledgers; those without a limit find nothing."""


def month(engine: str, asked: Asked) -> Values:
    """The headings by one of the engines."""
    if engine == "duckdb":
        from bench.whole import in_duckdb as audit
    else:
        from bench.whole import in_polars as audit  # type: ignore[no-redef,unused-ignore]
    return audit.audit(asked)


def svc(desk: Path, name: str, now: str) -> Values:
    """What svc says of the same."""
    audit = ["audit", "month", name, "--json", "--as-of", now]
    return of_five(_run([sys.executable, "-m", "svc", "--clock-is-right", "--desk", str(desk.resolve()), "--as", "S00", *audit]))


def of_five(told: Values) -> Values:
    """What an audit says of the five ledgers: the same headings, the rules that look at them."""
    breaches = {rule: times for rule, times in told["breaches"].items() if rule in RULES}
    findings = [row for row in told["findings"] if row["rule"] in RULES]
    return {**{heading: told[heading] for heading in HEADINGS}, "breaches": breaches, "findings": findings}


def _run(command: list[str]) -> Values:
    """What a program prints, in a process of its own: svc and the engines need not be of one Python."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    return dict(json.loads(done.stdout))


def differences(where: str, ours: Any, theirs: Any) -> Iterator[str]:
    """Each value that is not the same, by its place."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys((*ours, *theirs)):
            yield from differences(f"{where}.{key}", ours.get(key, "(not there)"), theirs.get(key, "(not there)"))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for n, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(f"{where}[{n}]", one, other)
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield f"{where}: {len(ours)} rows, {len(theirs)} rows"
    elif ours != theirs:
        yield f"{where}: {ours!r}, {theirs!r}"


def check(desk: Path, name: str, now: str, engines: list[str]) -> int:
    """Print what differs between svc and each engine (svc's value first); how much that is."""
    ours, found = svc(desk, name, now), 0
    for engine in engines:
        python, data = str(PEERS if PEERS.exists() else sys.executable), str(desk.resolve() / "data")
        theirs = _run([python, str(Path(__file__).resolve()), engine, data, "--month", name, "--now", now])
        told = list(differences("", ours, theirs))
        found += len(told)
        values = json.dumps(ours).count(":")
        print(f"{engine}: {len(told)} of {values} values differ from svc's")
        print("".join(f"  {line}\n" for line in told[:50]), end="")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("engine", nargs="?", choices=ENGINES)
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--month", default="2026-10")
    parser.add_argument("--now", default="2026-11-20T00:00", help="the moment as of which the month is told, in the desk's zone")
    parser.add_argument("--check", type=Path, metavar="DESK", help="compare with svc, which this Python must have")
    options = parser.parse_args()
    if options.check:
        sys.exit(check(options.check, options.month, options.now, [options.engine] if options.engine else list(ENGINES)) > 0)
    print(json.dumps(month(options.engine, Asked(options.data, options.month, options.now)), ensure_ascii=False))


if __name__ == "__main__":
    main()
