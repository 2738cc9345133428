"""Histories to measure on: seeded, of any size, all ledgers in the proportions of a real department, valid chains.

What an entry looks like is asked of the codec once for each kind of entry (`Pattern`); the millions are
filled into that form and chained as the store chains them. `svc ledger verify` finds nothing wrong.

    python bench/history.py DESK --entries 1000000 --months 120 --seed 1
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.store.files.ledger import FileLedger
from svc.store.files.registers import Registers
from svc.store.rows import chain, codec

CHINA = timezone(timedelta(hours=8))
LAST = (2026, 10)
"""The month that a history ends with."""
PER_CALL = 5.6
"""Entries that one call brings with it, over all ledgers."""
CALLS_A_YEAR = 5
"""For one machine: more would make every other repair a repeat."""
DAY = 1440
ENDS = ("reply", "arrive", "report", "survey", "archive")
"""What is still to come for some cases of the last month, and came for all of those before."""
FAULTS = ("HYD-LEAK", "HYD-PUMP", "ENG-START", "ENG-HEAT", "ELC-SENSOR", "ELC-CABLE", "TRK-CHAIN", "CAB-AC")
STAFF = [("S01", "clerk"), ("S02", "clerk"), ("S03", "gm"), *((f"S{n:02d}", "technician") for n in range(4, 60))]
TECHNICIANS = [id for id, role in STAFF if role == "technician"]

_AT, _RECORDED, _THEN = (datetime(2001, 1, 1, 1, 1, second, tzinfo=CHINA) for second in (1, 2, 3))
_SLOTS = {"at": _AT.isoformat(), "rec": _RECORDED.isoformat(), "then": _THEN.isoformat()} | {
    name: f"{name}{name}{name}" for name in ("id", "by", "ref", "who", "cus", "ser", "fault")
}
ID, BY, REF, WHO, CUS, SER, FAULT = (_SLOTS[name] for name in ("id", "by", "ref", "who", "cus", "ser", "fault"))


class Pattern(NamedTuple):
    """One kind of entry: of `share` calls of a thousand, and its bytes with slots for what differs."""

    noun: str
    share: int
    text: str


def pattern(noun: str, event: str, share: int, id: str = ID, **fields: Any) -> Pattern:
    """The form of an entry, as the codec writes it."""
    text = codec.encode(Entry(noun, event, id, _AT, _RECORDED, BY, fields)).decode().replace("%", "%%")
    for name, marker in _SLOTS.items():
        text = text.replace(marker, f"%({name})s")
    return Pattern(noun, share, text)


def patterns() -> dict[str, Pattern]:
    """What follows from a thousand calls; the shares are those of the department in `data/`, rounded."""
    scores = {name: 4 + n % 2 for n, name in enumerate(ledgers.kinds("report", "survey")["scores"].keys.words)}
    line = {"category": "transport", "amount": "86.00", "place": "本市", "date": "2026-01-05", "receipt": "R-1"}
    lines = ({key: value for key, value in line.items()},)
    return {
        "log": pattern("call", "log", 580, channel="phone", **{"from": CUS}, kind="consult", summary="咨询保养周期和机油型号"),
        "need": pattern("call", "log", 420, channel="phone", **{"from": CUS}, machine=SER, kind="repair",
                        summary="动臂自行下沉，请派人检查", needs_service=True),
        "reply": pattern("call", "reply", 970, text="已答复，明天上门"),
        "escalate": pattern("call", "escalate", 30, to="hq"),
        "close": pattern("call", "close", 620),
        "dispatch": pattern("visit", "dispatch", 420, call=REF, staff=WHO, promised=_THEN, purpose="repair"),
        "repromise": pattern("visit", "repromise", 40, promised=_THEN, asked_by="customer", reason="客户当天停电"),
        "arrive": pattern("visit", "arrive", 400),
        "leave": pattern("visit", "leave", 395, called_in=_AT),
        "report": pattern("report", "close", 385, visit=REF, fault=FAULT, cause="密封圈磨损漏油", cause_class="wear",
                          solution="更换密封圈，加注液压油", parts=({"name": "密封圈", "qty": 2},), opinion="满意",
                          resolved=True),
        "survey": pattern("report", "survey", 330, visit=REF, scores=scores),
        "archive": pattern("report", "archive", 360),
        "complaint": pattern("complaint", "log", 15, channel="phone", **{"from": CUS}, about=WHO, visit=REF,
                             kind="service", cause="attitude", summary="说话不耐烦"),
        "passed on": pattern("complaint", "report", 12),
        "verify": pattern("complaint", "verify", 14, verdict="dismissed", reason="电话录音核实，没有不当"),
        "conduct": pattern("conduct", "log", 3, about=WHO, kind="unreachable", summary="手机关机三小时"),
        "quote": pattern("quote", "make", 60, call=REF, machine=SER, parts=({"name": "液压泵", "qty": 1, "price": "2800.00"},),
                         labour="300.00", charge="chargeable", reason="out-of-warranty", clause="2.2",
                         warranty_until="2020-01-01", day="2026-01-05", total="3100.00"),
        "accept": pattern("quote", "accept", 58),
        "install": pattern("install", "promise", 12, customer=CUS, product="LX200", due=_THEN, training=2),
        "installed": pattern("install", "done", 12),
        "tour": pattern("tour", "plan", 10, customer=CUS, due=_THEN, staff=WHO),
        "toured": pattern("tour", "done", 10, opinions={"design": "驾驶室噪声偏大"}),
        "defect": pattern("defect", "report", 4, product="LX200", summary="油管接头位置不便检修", machine=SER),
        "defect closed": pattern("defect", "close", 4),
        "claim": pattern("claim", "open", 12, supplier="SU0001", summary="主泵早期失效", machine=SER),
        "claim closed": pattern("claim", "close", 12, amount="1200.00"),
        "return": pattern("return", "request", 2, machine=SER, reason="同一故障三次未修好"),
        "approve": pattern("return", "approve", 2),
        "receive": pattern("return", "receive", 2, cost="5200.00"),
        "expense": pattern("expense", "submit", 80, trip=REF, lines=lines),
        "review": pattern("expense", "review", 80, verdict="approve"),
        "tool": pattern("tool", "buy", 8, trip=REF, name="扭力扳手", amount="260.00"),
        "turn-in": pattern("tool", "turn-in", 8),
        "ruled": pattern("finding", "uphold", 3, id=f"phone_off/{ID}", reason="三小时联系不上"),
        "uphold": pattern("finding", "uphold", 6, id=f"late_arrival/{ID}", reason="出发太晚"),
    }  # fmt: skip


class Months:
    """Writes the month files of a desk one after the other, each ledger's chain going on from month to month."""

    def __init__(self, desk: Path, seed: int, customers: int, machines: int) -> None:
        self.data = desk / "data"
        self._ledger_id = FileLedger(self.data).id
        self._previous = defaultdict(lambda: chain.GENESIS)
        self._kinds = patterns()
        self._random = Random(seed)
        self._customers, self._machines = customers, machines
        self._settled = False

    def write(self, year: int, month: int, calls: int, settled: bool) -> int:
        """All entries of a month with so many calls; how many there are. `settled`: nothing of it is still open."""
        self._settled = settled
        rows: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        stamps = _stamps(year, month)
        for at, name, values in self._deeds(f"{year % 100:02d}{month:02d}", calls):
            kind, when = self._kinds[name], stamps[at]
            filled = kind.text % {**values, "at": when, "rec": when, "then": stamps[min(at + 300, len(stamps) - 1)]}
            rows[kind.noun].append((at, len(rows[kind.noun]), filled))
        for noun, filled_rows in rows.items():
            self._file(noun, f"{year}-{month:02d}", [row.encode() for _, _, row in sorted(filled_rows)])
        return sum(map(len, rows.values()))

    def _file(self, noun: str, month: str, rows: list[bytes]) -> None:
        row = ledgers.ledger(noun)
        file = f"{row.folder}/{month}.{row.form}"
        link, previous = chain.linker(self._ledger_id, file), self._previous[noun]
        with (self.data / file).open("wb") as stream:
            stream.write(codec.header(noun))
            for body in rows:
                previous = link(previous, body)
                stream.write(codec.finish(noun, body, previous))
        self._previous[noun] = previous

    def _deeds(self, month: str, calls: int) -> Iterator[tuple[int, str, Mapping[str, str]]]:
        """The minute of the month, kind and values of each entry, call by call."""
        dice, numbers = self._random, defaultdict(int)

        def new(letter: str) -> str:
            numbers[letter] += 1
            return f"{letter}{month}-{numbers[letter]:04d}"

        def happens(name: str, of: int = 1000) -> bool:
            if self._settled and name in ENDS:
                return True
            return dice.random() * of < self._kinds[name].share

        for n in range(calls):
            at = DAY + n * 24 * DAY // calls  # the first day to the 25th: what follows falls into the month
            base = {"id": new("C"), "by": "S01" if n % 2 else "S02", "who": dice.choice(TECHNICIANS)}
            base["cus"] = f"CU{dice.randrange(self._customers) + 1:04d}"
            base["ser"] = f"SN-{dice.randrange(self._machines) + 1:05d}"
            base["fault"] = FAULTS[n % len(FAULTS)]
            visits = happens("need")
            yield at, "need" if visits else "log", base
            if happens("reply"):
                yield at + (2 * DAY if n % 50 == 0 else 5 + n % 600), "reply", base
            if happens("escalate"):
                yield at + 30, "escalate", base
                yield at + DAY, "reply", base  # what head office said
            if visits and happens("quote", 420):  # accepted before somebody is sent: nothing waits for another visit
                quote = {**base, "id": new("Q"), "ref": base["id"], "by": "S03"}
                yield at + 2, "quote", quote
                yield at + 12, "accept", quote
            if visits:
                yield from self._visit(at + 20 + n % 90, base, new, happens)
            if happens("close"):
                yield at + 3 * DAY, "close", base
            yield from self._smaller(at, base, new, happens)

    def _visit(
        self, at: int, call: Mapping[str, str], new: Any, happens: Any
    ) -> Iterator[tuple[int, str, Mapping[str, str]]]:
        dice = self._random
        visit = {**call, "id": new("V"), "ref": call["id"]}
        yield at, "dispatch", visit
        if happens("repromise", 420):
            yield at + 60, "repromise", visit
        if not happens("arrive", 420):
            return
        late = dice.random() < 0.03
        arrived = at + (400 if late else 290)  # promised for 300 minutes after the dispatch
        visit["by"] = visit["who"]
        yield arrived, "arrive", visit
        yield arrived + 120, "leave", visit
        report = {**visit, "id": new("R"), "ref": visit["id"]}
        if happens("report", 400):
            yield arrived + 200, "report", report
            if happens("survey", 400):
                yield arrived + 220, "survey", report
            if happens("archive", 400):
                yield arrived + DAY, "archive", {**report, "by": "S01"}
        if happens("expense", 400):
            expense = {**visit, "id": new("E"), "ref": visit["id"]}
            yield arrived + DAY, "expense", expense
            yield arrived + DAY + 90, "review", {**expense, "by": "S03"}
        if happens("tool", 400):
            tool = {**visit, "id": new("W"), "ref": visit["id"]}
            yield arrived + 100, "tool", tool
            yield arrived + DAY, "turn-in", {**tool, "by": "S01"}
        if happens("complaint", 400):
            said = {**visit, "id": new("K"), "ref": visit["id"]}
            for after, name in ((300, "complaint"), (400, "passed on"), (DAY, "verify")):
                yield arrived + after, name, {**said, "by": "S03" if name == "verify" else "S01"}
        if late and (self._settled or happens("uphold", 12)):
            yield arrived + DAY, "uphold", {**visit, "by": "S03"}

    def _smaller(
        self, at: int, call: Mapping[str, str], new: Any, happens: Any
    ) -> Iterator[tuple[int, str, Mapping[str, str]]]:
        for letter, first, *later in (
            ("I", "install", "installed"), ("U", "tour", "toured"), ("X", "conduct", "ruled"),
            ("D", "defect", "defect closed"), ("L", "claim", "claim closed"), ("T", "return", "approve", "receive"),
        ):  # fmt: skip
            if happens(first):
                values = {**call, "id": new(letter), "ref": call["id"], "by": "S03"}
                for n, name in enumerate((first, *later)):
                    yield at + 60 + 240 * n, name, values


def _stamps(year: int, month: int) -> list[str]:
    """How each minute of a month is written."""
    start = datetime(year, month, 1, tzinfo=CHINA)
    after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=CHINA)
    return [(start + timedelta(minutes=n)).isoformat() for n in range(int((after - start).total_seconds()) // 60)]


def people(desk: Path, customers: int, machines: int) -> None:
    """The registers: invented customers, machines and staff."""
    registers = Registers(desk / "data" / "registers")
    registers.save("staff", {"S00": {"name": "Head", "role": "head", "login": ""}} | {
        id: {"name": f"员工{id[1:]}", "role": role} for id, role in STAFF
    })  # fmt: skip
    registers.save("supplier", {"SU0001": {"name": "远山液压件厂"}})
    registers.save("customer", {
        f"CU{n + 1:04d}": {"name": f"工程公司{n + 1}", "phone": f"{138 + (n + 1) // 10000}-0000-{(n + 1) % 10000:04d}",
                           "pinyin": f"gongchenggongsi{n + 1} gcgs{n + 1}"}
        for n in range(customers)
    })  # fmt: skip
    registers.save("machine", {
        f"SN-{n + 1:05d}": {"product": "LX200", "customer": f"CU{n % customers + 1:04d}", "sold": "2016-01-04",
                            "warranty_until": "2018-01-03"}
        for n in range(machines)
    })  # fmt: skip


def make(
    desk: Path, entries: int, months: int, seed: int = 1, last_calls: int = 0, settled: bool = False, tell: bool = False
) -> int:
    """A desk with about so many entries over so many months; the last month has `last_calls` calls where given.

    `settled`: nothing of the last month is open either.
    """
    if not (desk / "data").exists():
        environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run([sys.executable, "-m", "svc", "init", str(desk), "--name", "Head"], check=True,
                       stdout=subprocess.DEVNULL, env=environ)  # fmt: skip
    each = int((entries - last_calls * PER_CALL) / PER_CALL / (months - bool(last_calls) or 1))
    customers = max(20, min(20_000, entries // 500))
    machines = max(customers * 3 // 2, 12 * max(each, last_calls) // CALLS_A_YEAR)
    people(desk, customers, machines)
    writer, made, started = Months(desk, seed, customers, machines), 0, time.monotonic()
    for n in range(months):
        index = LAST[0] * 12 + LAST[1] - 1 - (months - 1 - n)
        calls = last_calls if last_calls and n == months - 1 else each
        made += writer.write(index // 12, index % 12 + 1, calls, settled or n < months - 1) if calls > 0 else 0
        if tell:
            print(
                f"\r{made:>12,} entries  {made / (time.monotonic() - started):>9,.0f}/s",
                end="",
                file=sys.stderr,
                flush=True,
            )
    if tell:
        print(file=sys.stderr)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("desk", type=Path)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--last-month-calls", type=int, default=0)
    parser.add_argument("--settled", action="store_true", help="nothing is open, in the last month either")
    options = parser.parse_args()
    made = make(
        options.desk, options.entries, options.months, options.seed, options.last_month_calls, options.settled, tell=True
    )
    print(f"{made:,} entries in {options.desk}")


if __name__ == "__main__":
    main()
