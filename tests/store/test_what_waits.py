"""The index is the same whether it followed entry by entry or is made anew at once: else `ledger verify` finds it wrong
and no month can be sealed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from svc.domain import ledgers
from svc.domain.briefs import IN_BRIEF
from svc.store.files.ledger import FileLedger
from svc.store.files.registers import Registers
from svc.store.index.lookups import Index
from tests.conftest import Svc, this_month

CALL = "call log --channel phone --from CU0001 --kind {} --summary x {} --at 2026-10-05T07:00"
SENT = "visit dispatch --call C1 --staff S02 --promised 2026-10-05T10:00 --at 2026-10-05T07:30"
LATE = (
    CALL.format("repair", "--needs-service"),
    SENT,
    "visit arrive V1 --at 2026-10-05T10:30",
    "visit leave V1 --no-call-in --at 2026-10-05T11:00",
)
RULED = "finding uphold late_arrival/V2611-0001 --reason so --at 2026-10-06T09:00"
CLOSED = "call close C1 --leave-open so --text done --at 2026-10-05T12:00"
QUARREL = "complaint log {} --channel phone --from CU0001 --about S02 --kind service --cause quarrel --summary x --at 2026-10-05T08:00"

TOLD = {
    "ruled, then corrected in something else": (*LATE, RULED, "visit correct V1 --called-in 2026-10-05T10:50 --reason x"),
    "handed over, then there in time": (*LATE[:2], "visit reassign V1 --to S03 --at 2026-10-05T08:00 --reason x", "visit arrive V1 --at 2026-10-05T09:00"),
    "needs somebody only after one was sent": (CALL.format("consult", ""), SENT, "call correct C1 --needs-service --reason x"),
    "a complaint only after it was taken down": (CALL.format("consult", ""), QUARREL.format("--call C1"), "call correct C1 --kind complaint --reason x"),
    "open again after somebody was there": (*LATE, CLOSED, "call reopen C1 --reason again --at 2026-10-06T12:00"),
    "another call was the same": (*LATE, CALL.format("repair", "--needs-service"), "call merge C2 --into C1 --reason same"),
    "a complaint ruled, then corrected": (
        QUARREL.format(""), "--as S05 complaint verify K1 --upheld --reason so --at 2026-10-07T08:00",
        "--as S05 finding dismiss complaint_quarrel/K2611-0001 --reason x --at 2026-10-08T09:00", "complaint correct K1 --cause attitude --reason x",
    ),
    "closed, taken back, closed again": (
        *LATE, CLOSED, "undo", CLOSED.replace("12:00", "13:00"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_followed_entry_by_entry_it_is_as_made_at_once(svc: Svc, name: str) -> None:
    for line in TOLD[name]:
        svc(this_month(line))
        svc.run("check")
    assert "nothing wrong" in svc("ledger verify").out


def test_what_was_imported_waits_as_it_should_when_only_visits_were_asked_for(svc: Svc) -> None:
    """Who asks of visits alone finds what the calls that came in with them wait for."""
    told = {"at": "2026-10-05T07:00:00+08:00", "by": "S04"}
    asked = {"channel": "phone", "from": "CU0001", "kind": "repair", "summary": "x", "needs_service": True}
    sent = {"call": "C2610-0001", "staff": "S02", "promised": "2026-10-05T10:00:00+08:00"}
    lines = [
        {"ledger": "call", "event": "log", "id": "C2610-0001", **told, **asked},
        {"ledger": "visit", "event": "dispatch", "id": "V2610-0001", **told, **sent},
    ]
    (svc.desk / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    svc("ledger import in.jsonl")
    svc("visit arrive V2610-0001 --at 2026-10-05T09:50")
    assert [row["kind"] for row in svc("today --json").json] == ["leave"]
    assert "nothing wrong" in svc("ledger verify").out


def test_whoever_records_folds_nothing_and_whoever_asks_misses_nothing(svc: Svc) -> None:
    """What was recorded is noted; each of those who ask has it worked out first."""
    index = Index(svc.desk / "data" / ".svc" / "index.sqlite", FileLedger(svc.desk / "data"), Registers(svc.desk / "data" / "registers"))
    asked = ("today --json", "check --json", "call list --open --json", "plan week --json", "audit month 2026-10 --json", "customer show CU0001 --json")
    for n, line in enumerate(asked):
        svc(this_month(CALL.format("repair", "--needs-service")))
        svc(this_month(CALL.format("consult", "")))
        assert index.select("select 1 from stale")
        assert this_month(f"C2611-{2 * n + 1:04}") in svc.run(*line.split()).out, line
        assert not index.select("select 1 from stale"), line
    svc(this_month(CALL.format("repair", "--needs-service")))
    assert "nothing wrong" in svc("ledger verify").out


def stands(index: Index) -> list[tuple[object, ...]]:
    """What the index says of what waits, what is open, and of calls, visits and reports in brief."""
    index.refold()
    told = (f"select '{noun}', * from brief_{noun} order by id" for noun in IN_BRIEF)
    return [row for query in ("select * from waiting", "select noun, id, 'open' from open_case", *told) for row in index.select(query)]


@pytest.mark.parametrize("name", TOLD)
def test_in_whatever_order_ledgers_are_followed_it_is_the_same(svc: Svc, name: str, tmp_path: Path) -> None:
    """One ledger at a time, from several beginnings: what belongs together comes together in the end."""
    kept = FileLedger(svc.desk / "data"), Registers(svc.desk / "data" / "registers")
    followed = [Index(tmp_path / str(n) / "index.sqlite", *kept) for n in range(4)]
    for stage, line in enumerate(TOLD[name]):
        svc(this_month(line))
        for n, index in enumerate(followed):
            if n == stage:
                index.catch_up()
            elif n < stage:  # each is behind by what it was not asked for
                index.catch_up(Random(f"{name} {n} {stage}").sample(list(ledgers.TABLE), 3))
    made = Index(tmp_path / "made" / "index.sqlite", *kept)
    made.rebuild()
    for n, index in enumerate(followed):
        for noun in Random(n).sample(list(ledgers.TABLE), len(ledgers.TABLE)):
            index.catch_up((noun,))
        assert stands(index) == stands(made), n
    assert stands(made)
