"""What lists and cards say of a moment that is past: what was so then, of what is linked with a case too.

Random commands hold them against what they said then: `tests/oracle/commands.py`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from tests.clauses.scenes import call, complained, reported, verified, visited
from tests.conftest import Svc


def now() -> str:
    """The moment, as an option takes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def test_a_call_is_not_answered_before_somebody_was_sent(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", "--kind repair --machine SN-1")
    svc(f"visit dispatch --call {id} --staff S02 --promised 2026-10-05T12:00 --at 2026-10-05T09:00")
    for hour, answered in (("08:30", None), ("09:30", "2026-10-05T09:00:00+08:00")):
        as_of = f"--as-of 2026-10-05T{hour} --json"
        [row] = svc(f"call list {as_of}").json
        told = svc(f"call show {id} {as_of}").json
        assert row["answered_at"] == told["answered_at"] == answered
        assert len(told["visits"]) == (1 if answered else 0)


def test_a_visit_is_not_missed_before_it_is_due(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", "--kind repair --machine SN-1")
    visit = svc(f"visit dispatch --call {id} --staff S02 --promised 2026-10-05T12:00 --at 2026-10-05T09:00").id
    svc(f"visit arrive {visit} --at 2026-10-05T13:00")
    for hour, outcome in (("11:00", "pending"), ("12:30", "missed"), ("13:30", "late")):
        as_of = f"--as-of 2026-10-05T{hour} --json"
        said = svc(f"visit list {as_of}").json[0], svc(f"visit show {visit} {as_of}").json, svc(f"call show {id} {as_of}").json["visits"][0]
        assert {one["outcome"] for one in said} == {outcome}


def test_a_complaint_that_was_dismissed_after_all_is_not_open_on_any_list(svc: Svc) -> None:
    id = complained(svc, "untimely")
    verified(svc, id, "--upheld --personal")
    assert svc("complaint list --open --json").json[0]["standing"] == "upheld"
    svc(f"--as S05 finding dismiss complaint_not_timely/{id} --reason x --at 2026-10-15T09:00")
    [row] = svc("complaint list --json").json
    assert (row["standing"], row["open"]) == ("dismissed", False) and svc("complaint list --open --json").json == []
    [then] = svc("complaint list --as-of 2026-10-14T12:00 --json").json
    assert (then["standing"], then["open"]) == ("upheld", True)


def test_a_quote_that_a_newer_one_replaced_is_open_nowhere(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", "--kind repair --machine SN-1")
    made = [svc(f"quote make --call {id} --labour {n}00 --cause-class wear --at 2026-10-05T{n + 8:02d}:00").id for n in (1, 2)]
    assert [row["id"] for row in svc("quote list --open --json").json] == made[1:]
    svc(f"quote decline {made[1]} --at 2026-10-05T12:00")
    assert svc("quote list --open --json").json == [] and svc.audit("2026-10")["quotes"]["open"] == 0
    [then] = svc("quote list --as-of 2026-10-05T09:30 --json").json
    assert then["open"] is True


def test_a_ruling_about_somebody_else_takes_no_verdict_back(svc: Svc) -> None:
    id = complained(svc, "untimely")
    verified(svc, id, "--upheld --personal")
    svc(f"--as S05 finding dismiss complaint_not_timely/{id} --reason x --at 2026-10-15T09:00")
    svc("staff add --id S77 --name Other --role technician")
    svc(f"--as S05 complaint correct {id} --about S77 --reason mistaken --at 2026-10-16T09:00")
    [row] = svc("complaint list --open --json").json
    assert (row["standing"], row["about"]) == ("upheld", "S77")
    figures = svc.audit("2026-10")
    assert (figures["complaints"]["upheld"], figures["complaints"]["dismissed"]) == (1, 0)
    assert f"complaint_not_timely/{id}" in {one["id"] for one in figures["open_rulings"]}


def test_boards_plans_and_months_say_what_was_known_then(svc: Svc) -> None:
    asked = ("today --all", "check --within 30d", "plan --from 2026-10-05", "staff show S02 --month 2026-10")
    id = call(svc, "2026-10-05T08:00", "--kind repair --machine SN-1 --needs-service")
    then = f"--as-of 2026-10-05T09:30 --known-at {now()}"
    said = {line: svc.run(*f"{line} {then} --json".split()).json for line in asked}
    time.sleep(1.1)  # times are recorded to the second
    svc(f"visit dispatch --call {id} --staff S02 --promised 2026-10-05T12:00 --at 2026-10-05T09:00")
    svc("staff edit S02 --role clerk --from 2026-10-01")
    for line, told in said.items():
        if "plan" not in line:
            assert svc.run(*f"{line} --as-of 2026-10-05T09:30 --json".split()).json != told
        assert svc.run(*f"{line} {then} --json".split()).json == told
    assert "--known-at looks at another moment" in svc(f"check --known-at {now()} --notify http://127.0.0.1:9/x", 2).err


def test_registers_and_files_say_what_was_so_then(svc: Svc, tmp_path: Path) -> None:
    svc("customer add --name Other --phone 138-0000-0002")
    svc("supplier add --name Steel")
    known = now()
    time.sleep(1.1)
    svc("machine transfer SN-1 --to CU0002 --from 2026-10-01")
    (tmp_path / "photo.txt").write_text("x", "utf-8")
    svc(f"attach SN-1 {tmp_path / 'photo.txt'}")
    for line, fields in (("machine list", ("customer",)), ("machine show SN-1", ("customer", "owners", "attachments"))):
        for more, owner in (("", "CU0002"), ("--as-of 2026-09-30", "CU0001"), (f"--known-at {known}", "CU0001")):
            told = svc(f"{line} {more} --json").json
            row = told[0] if isinstance(told, list) else told
            assert row["customer"] == owner, (line, more)
            if "owners" in fields:
                assert [one["customer"] for one in row["owners"]][-1] == owner and len(row["attachments"]) == (not more)
    assert len(svc("attachment list --json").json) == 1 and svc(f"attachment list --known-at {known} --json").json == []
    for customer, more, machines in (("CU0001", "", 0), ("CU0001", f"--known-at {known}", 1), ("CU0002", f"--known-at {known}", 0), ("CU0002", "", 1)):
        assert len(svc(f"machine list --customer {customer} {more} --json").json) == machines
        assert len(svc(f"customer show {customer} {more} --json").json["machines"]) == machines
    assert svc("supplier show Steel --as-of 2026-10-01 --json").json["name"] == "Steel"


def test_a_report_lacks_on_the_list_what_it_lacks_in_the_audit(svc: Svc) -> None:
    reported(svc, visited(svc), "2026-10-06T15:00")
    visit = visited(svc, day="07", more="--purpose install")
    svc(f"report close {visit} --solution set --at 2026-10-07T15:00")
    missing = [row["missing"] for row in svc("report list --json").json]
    assert missing == ["", "opinion"] and svc.audit("2026-10")["reports"]["missing_items"] == {"opinion": 1}
