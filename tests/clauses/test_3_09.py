"""3.9: there are registers of incoming calls and letters, of dispatches, and expense statements, month by month.

The registers are the ledgers themselves: `register calls|dispatch|expenses MONTH` prints each book line by line,
complete enough to be filed, and gives it as CSV, TSV, Markdown or JSON. Whoever types is asked for what belongs there;
an imported dispatch without customer and call is a breach of `dispatch_registered`, a call without caller or matter
one of `call_registered`.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

from tests.clauses.trade import asked, begun, reported
from tests.conftest import Svc


def test_the_register_of_calls_tells_who_when_what_and_how_long_the_reply_took(svc: Svc) -> None:
    call = asked(svc)
    svc(f'--as S04 call reply {call} --text "tomorrow" --at 2026-10-05T10:30')
    visit = begun(svc, call)
    asked(svc, at="2026-11-01T00:00")
    rows = svc("register calls 2026-10 --json").json
    assert len(rows) == 1
    row = rows[0]
    assert (row["id"], row["at"], row["customer"], row["taken_by_name"]) == (
        call, "2026-10-05T09:00:00+08:00", "Works", "Head",
    )  # fmt: skip
    assert (row["replied_by"], row["reply"], row["wait_minutes"], row["outcome"]) == ("S04", "tomorrow", 90, "within")
    assert (row["machine"], row["kind"], row["summary"], row["visits"]) == ("SN-1", "repair", "drifts", visit)


def test_letters_and_strangers_stand_there_too_with_masked_numbers(svc: Svc) -> None:
    svc(
        "call log --channel letter --from 139-0000-7777 --contact Zhang --kind consult --summary x --at 2026-10-07T09:00"
    )
    masked = svc("register calls 2026-10 --json --as-of 2026-10-07T10:00").json[0]
    assert (masked["channel"], masked["from"], masked["contact"]) == ("letter", "139-****-7777", None)
    assert (masked["replied_at"], masked["wait_minutes"], masked["outcome"]) == (None, None, "pending")
    clear = svc("register calls 2026-10 --unmask --json").json[0]
    assert (clear["from"], clear["contact"]) == ("139-0000-7777", "Zhang")


def test_the_register_of_dispatches_tells_promise_arrival_call_and_leaving(svc: Svc) -> None:
    visit = begun(svc, call := asked(svc), at="2026-10-06T10:00")
    svc(f"visit leave {visit} --called-in 2026-10-06T12:00 --at 2026-10-06T12:10")
    report = reported(svc, visit, "wear")
    cancelled = svc("visit dispatch --customer CU0001 --staff S03 --promised 2026-10-09T10:00 --at 2026-10-08T09:00").id
    svc(f'visit cancel {cancelled} --reason "not needed" --at 2026-10-08T10:00')
    row, other = svc("register dispatch 2026-10 --json").json
    assert (row["id"], row["call"], row["customer_name"], row["machine"], row["name"]) == (
        visit, call, "Works", "SN-1", "Tech",
    )  # fmt: skip
    assert (row["promised"], row["arrived_at"], row["late_minutes"]) == (
        "2026-10-06T10:00:00+08:00", "2026-10-06T10:00:00+08:00", 0,
    )  # fmt: skip
    assert (row["call_in_at"], row["left_at"], row["site_minutes"], row["report"]) == (
        "2026-10-06T12:00:00+08:00", "2026-10-06T12:10:00+08:00", 130, report,
    )  # fmt: skip
    assert (other["outcome"], other["reason"], other["arrived_at"]) == ("cancelled", "not needed", None)


def test_the_expense_statements_line_by_line(svc: Svc) -> None:
    svc("staff add --name Money --role finance")
    visit = begun(svc, asked(svc))
    lines = "--line lodging:280.00:Hangzhou:2026-10-06:A77 --line meals:35.50:Hangzhou:2026-10-06"
    claim = svc(f"--as S02 expense submit --trip {visit} {lines} --at 2026-10-09T09:00").id
    svc(f'--as S06 expense review {claim} --approve --reason "in order" --at 2026-10-10T09:00')
    rows = svc("register expenses 2026-10 --json").json
    assert [(r["id"], r["category"], r["amount"], r["place"], r["date"], r["receipt"]) for r in rows] == [
        (f"{claim}/1", "lodging", "280.00", "Hangzhou", "2026-10-06", "A77"),
        (f"{claim}/2", "meals", "35.50", "Hangzhou", "2026-10-06", None),
    ]
    assert {(r["name"], r["trip"], r["reviewed_by"], r["reason"]) for r in rows} == {("Tech", visit, "S06", "in order")}


def test_they_can_be_printed_and_taken_elsewhere(svc: Svc) -> None:
    asked(svc)
    for book in ("calls", "dispatch", "expenses"):
        for form in ("table", "plain", "markdown", "tsv"):
            assert svc(f"register {book} 2026-10 --format {form}").out
    rows = list(csv.DictReader(io.StringIO(svc("register calls 2026-10 --format csv").out)))
    assert (rows[0]["from"], rows[0]["summary"]) == ("CU0001", "drifts")
    assert "no month" in svc("register calls 2026-13", 2).err


def test_a_dispatch_to_nobody_in_particular_is_refused_when_typed_and_a_breach_when_imported(
    svc: Svc, founded: Path, tmp_path: Path
) -> None:
    typed = "visit dispatch --staff S02 --promised 2026-10-06T10:00 --purpose tour --at 2026-10-05T09:00"
    assert "--customer" in svc(typed, 2).err
    svc(f"{typed} --customer CU0001")
    assert "dispatch_registered" not in svc.audit("2026-10")["breaches"]
    old = {"ledger": "visit", "event": "dispatch", "staff": "S02", "at": "2026-10-05T09:00:00+08:00"}
    file = tmp_path / "old.jsonl"
    file.write_text(json.dumps({**old, "promised": "2026-10-07T10:00:00+08:00"}), encoding="utf-8")
    assert "customer" in svc(f"ledger import {file}", 2).err  # a desk at work asks, however it comes in
    bare = Svc(shutil.copytree(founded, tmp_path / "old"))
    bare("staff add --id S02 --name Tech --role technician")
    bare(f"ledger import {file}")  # old books are taken as they are, and judged
    assert bare.audit("2026-10")["breaches"]["dispatch_registered"] == 1


def test_the_statements_speak_chinese_where_the_desk_does(svc: Svc) -> None:
    visit = begun(svc, asked(svc))
    lines = "--line lodging:280:上海:2026-10-06 --line meals:35:--:2026-10-06"
    svc(f"--as S02 expense submit --trip {visit} {lines} --at 2026-10-09T09:00")
    page = svc("--lang zh register expenses 2026-10").out
    assert "住宿" in page and "餐饮" in page and "lodging" not in page and "待审核" in page
