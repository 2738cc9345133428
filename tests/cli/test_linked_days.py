"""What is registered of one is told of another, as of a day: merged customers, machines that went on, desks that were brought along."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import Svc, this_month


@pytest.fixture
def two(svc: Svc) -> Svc:
    """CU0001 has SN-1; CU0002 was registered apart, with a machine, a region and an interval of its own."""
    svc("customer add --name Mill --phone 138-0000-1002 --contact Zhen --region 杭州 --key-every-days 30")
    svc("machine add --serial SN-2 --product LX --customer CU0002 --sold 2026-01-01")
    return svc


def machines(svc: Svc, who: str, view: str = "") -> list[str]:
    return [one["serial"] for one in svc(f"customer show {who} --json {view}").json["machines"]]


def owners(svc: Svc, serial: str, view: str = "") -> list[str]:
    return [one["customer"] for one in svc(f"machine show {serial} --json {view}").json["owners"]]


def moment(svc: Svc) -> str:
    """A moment between what was recorded and what comes now."""
    time.sleep(1.1)
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    time.sleep(1.1)
    return now


def test_a_merge_leaves_what_was_so_on_a_day(svc: Svc) -> None:
    svc("customer add --name Workz --region 杭州")
    svc("customer edit CU0002 --region 宁波 --from 2026-11-15")
    visit = this_month("V2611-0001")
    svc('visit dispatch --customer CU0002 --staff S02 --purpose repair --promised "2026-11-05 12:00" --at 2026-11-04T09:00')
    svc(f"visit arrive {visit} --at 2026-11-05T11:00")
    svc(f'visit leave {visit} --called-in "2026-11-05 13:50" --at 2026-11-05T14:00')
    svc(f"--as S02 expense submit --trip {visit} --line transport:80.00:杭州:2026-11-05:R1 --at 2026-11-06T09:00")
    before = svc("register expenses 2026-11").out
    assert "receipt_wrong_place" not in before
    svc("customer merge CU0002 --into CU0001")
    assert svc("register expenses 2026-11").out == before
    assert svc("customer show CU0001 --as-of 2026-11-10 --json").json["region"] == "杭州"
    assert svc("customer show CU0001 --json").json["region"] == "宁波"
    assert svc.run("ledger", "verify").code == 0


def test_a_machine_that_comes_to_a_merged_customer_is_the_other_s_from_its_day(two: Svc) -> None:
    two("customer add --name Workz")
    two("machine transfer SN-2 --to CU0003 --from 2026-11-01")
    two("customer merge CU0003 --into CU0001")
    assert two("machine show SN-2 --as-of 2026-10-15 --json").json["customer"] == "CU0002"
    assert two("machine show SN-2 --json").json["customer"] == "CU0001"
    assert owners(two, "SN-2") == ["CU0002", "CU0001"]
    assert machines(two, "CU0001") == ["SN-1", "SN-2"] and machines(two, "CU0001", "--as-of 2026-10-15") == ["SN-1"]
    assert machines(two, "CU0002", "--as-of 2026-10-15") == ["SN-2"]
    two("machine transfer SN-2 --to CU0003 --from 2026-11-20")  # nothing new: he is the one who stays
    assert owners(two, "SN-2") == ["CU0002", "CU0001"]


def test_the_machines_of_who_stays_are_listed(two: Svc) -> None:
    two("customer merge CU0002 --into CU0001")
    two("today")
    assert [row["id"] for row in two("machine list --customer CU0001 --json").json] == ["SN-1", "SN-2"]
    assert owners(two, "SN-2") == ["CU0001"]


def test_two_stand_apart_as_long_as_nobody_knew(two: Svc) -> None:
    card = two("customer show CU0002 --json").json
    call = two("call log --channel phone --from CU0002 --kind consult --summary x").id
    known = f"--known-at {moment(two)}"
    two("customer merge CU0002 --into CU0001")
    then = two(f"customer show CU0002 --json {known}").json
    assert [then[name] for name in ("id", "name", "region", "key_every_days", "contact", "phone")] == [
        card[name] for name in ("id", "name", "region", "key_every_days", "contact", "phone")
    ]
    assert then["tour"] and machines(two, "CU0002", known) == ["SN-2"] and machines(two, "SN-2", known) == ["SN-2"]
    assert machines(two, "CU0001", known) == ["SN-1"] and not two(f"customer show CU0001 --json {known}").json["tour"]
    assert two(f"customer show Mill --json {known}").json["id"] == "CU0002"
    assert [row["id"] for row in two(f"call list --customer CU0002 --json {known}").json] == [call]
    assert owners(two, "SN-2", known) == ["CU0002"]
    now = two("customer show CU0002 --json").json
    assert (now["id"], now["region"], now["key_every_days"], now["contact"]) == ("CU0001", "杭州", 30, "Zhen")
    assert now["tour"]["every_days"] == 30


def test_the_interval_of_a_merged_one_counts_the_visits_under_all_his_ids(two: Svc) -> None:
    two("customer edit CU0002 --since 2026-09-01T08:00")
    early = two("tour plan --customer CU0002 --by 2026-10-20T17:00 --at 2026-10-01T09:00").id
    two(f"tour done {early} --opinion design=hot --at 2026-10-08T09:00")
    late = two("tour plan --customer CU0001 --by 2026-11-28T17:00 --at 2026-11-01T09:00").id
    two(f"tour done {late} --opinion design=hot --at 2026-11-04T09:00")
    assert two("audit month 2026-11 --as-of 2026-11-30T12:00 --json").json["tours"]["overdue_customers"] == ["CU0002"]
    two("customer merge CU0002 --into CU0001")
    tours = two("audit month 2026-11 --as-of 2026-11-30T12:00 --json").json["tours"]
    assert (tours["key_customers"], tours["overdue_customers"]) == (1, [])
    [row] = two("tour due --as-of 2026-11-30T12:00 --json").json
    assert row["customer"] == "CU0001" and str(row["last_visit_at"]).startswith("2026-11-04"), row
    visit = two("visit dispatch --customer CU0001 --staff S02 --purpose repair --promised 2026-11-05T10:00 --at 2026-11-04T09:00").id
    two(f"visit arrive {visit} --at 2026-11-05T09:00")
    two(f"visit leave {visit} --called-in 2026-11-05T11:00 --at 2026-11-05T11:00")
    assert [one["visit"] for one in two("stock cost CU0002 --json").json["visits"]] == [visit]


def test_what_is_told_of_a_merged_one_can_be_said_otherwise(two: Svc) -> None:
    two("customer merge CU0002 --into CU0001")
    two('customer edit CU0001 --key-every-days "" --region 宁波 --from 2026-11-20')
    two("customer edit CU0001 --contact Wen --phone 138-0000-1003")
    then, now = (two(f"customer show CU0001 --json --as-of {day}").json for day in ("2026-11-10", "2026-11-25"))
    assert [(one["region"], one["key_every_days"]) for one in (then, now)] == [("杭州", 30), ("宁波", None)]
    assert now["contact"] == "Wen" and now["phone"] == "138-****-1003"
    assert "1002" not in (two.desk / "data/registers/customers.csv").read_text("utf-8")
    assert two.run("ledger", "verify").code == 0


def test_who_is_erased_is_erased_under_all_his_ids(two: Svc) -> None:
    two("customer merge CU0002 --into CU0001")
    told = two("customer export CU0001").json
    assert [one["serial"] for one in told["machines"]] == ["SN-1", "SN-2"] and "138-0000-1002" in told["customer"]["phone"]
    two("customer erase CU0002 --reason asked")
    assert "1002" not in (two.desk / "data/registers/customers.csv").read_text("utf-8")
    assert "Mill" not in (two.desk / "data/registers/customers.csv").read_text("utf-8")
    assert two.run("ledger", "verify").code == 0


def test_what_a_merge_wrote_besides_is_read_as_the_merge_alone(two: Svc) -> None:
    """Until December 2026 a merge noted, as so ever since, the facts and the machines of that day."""
    two("customer add --name Workz --region 南京")
    two("customer edit CU0003 --region 宁波 --from 2026-11-15")
    two("machine transfer SN-2 --to CU0003 --from 2026-11-01")
    now = two("customer show CU0001 --json").json
    common = {"ledger": "change", "at": "2026-11-30T09:00:00+08:00", "by": "S01"}
    lines = [
        {"event": "merge", "id": "H2611-0901", "of": "customer", "subject": "CU0003", "field": "merged_into", "value": "CU0001"},
        {"event": "set", "id": "H2611-0902", "of": "customer", "subject": "CU0001", "field": "region", "value": "宁波"},
        {"event": "set", "id": "H2611-0903", "of": "machine", "subject": "SN-2", "field": "customer", "was": "CU0003", "value": "CU0001"},
    ]
    assert now["region"] is None
    done = two.run("ledger", "import", "-", "--yes", stdin="\n".join(json.dumps({**common, **line}) for line in lines))
    assert done.code == 0, done.err
    assert [two(f"customer show CU0001 --json --as-of {day}").json["region"] for day in ("2026-11-10", "2026-11-20")] == ["南京", "宁波"]
    assert owners(two, "SN-2") == ["CU0002", "CU0001"] and machines(two, "CU0001") == ["SN-1", "SN-2"]
    assert [row["id"] for row in two("machine list --customer CU0001 --json").json] == ["SN-1", "SN-2"]


def test_a_card_of_the_past_has_the_machines_of_then(two: Svc) -> None:
    two("machine transfer SN-1 --to CU0002 --from 2026-11-20")
    two("customer edit CU0002 --region 宁波 --key-every-days 60 --from 2026-11-20")
    then = "--as-of 2026-11-15"
    assert machines(two, "CU0001", then) == ["SN-1"] and machines(two, "CU0002", then) == ["SN-2"]
    assert machines(two, "CU0001") == [] and machines(two, "CU0002") == ["SN-1", "SN-2"]
    assert two(f"customer show SN-1 --json {then}").json["id"] == "CU0001" and two("customer show SN-1 --json").json["id"] == "CU0002"
    assert owners(two, "SN-1", then) == ["CU0001"] and owners(two, "SN-1") == ["CU0001", "CU0002"]
    card = two(f"customer show CU0002 --json {then}").json
    assert (card["region"], card["key_every_days"]) == ("杭州", 30)
    assert two(f"customer show CU0002 --unmask --json {then}").json["region"] == "杭州"


def test_a_transfer_to_come_and_one_not_known_yet_are_not_told(two: Svc) -> None:
    known = f"--known-at {moment(two)}"
    two("machine transfer SN-1 --to CU0002 --from 2026-11-20")
    assert two(f"machine show SN-1 --json {known}").json["customer"] == "CU0001"
    assert owners(two, "SN-1", known) == ["CU0001"] and machines(two, "CU0002", known) == ["SN-2"]
    two("machine transfer SN-2 --to CU0001 --from 2027-03-01")
    assert owners(two, "SN-2") == ["CU0002"] and machines(two, "CU0001") == []


def test_a_card_has_the_files_of_all_his_ids_and_those_of_then(two: Svc) -> None:
    (two.desk.parent / "plan.txt").write_text("x")
    two(f"attach CU0002 {two.desk.parent / 'plan.txt'}")
    known = f"--known-at {moment(two)}"
    two(f"attach SN-2 {two.desk.parent / 'plan.txt'}")
    two("customer merge CU0002 --into CU0001")
    assert [one["subject"] for one in two("customer show CU0001 --json").json["attachments"]] == ["CU0002"]
    assert two(f"customer show CU0001 --json {known}").json["attachments"] == []
    assert len(two("machine show SN-2 --json").json["attachments"]) == 1
    assert two(f"machine show SN-2 --json {known}").json["attachments"] == []


def test_a_list_follows_what_changed_before_it_asks(two: Svc) -> None:
    two("machine transfer SN-1 --to CU0002 --from 2026-11-01")
    assert [row["id"] for row in two("machine list --customer CU0002 --json").json] == ["SN-1", "SN-2"]


def test_a_serial_number_means_whose_the_machine_is_now(two: Svc) -> None:
    two("machine transfer SN-1 --to CU0002 --from 2026-11-01")
    call = two("call log --channel phone --from SN-1 --kind consult --summary x").id
    assert two(f"call show {call} --json").json["from"] == "CU0002"
    assert [row["id"] for row in two("call list --customer SN-1 --json").json] == [call]
    assert [row["id"] for row in two("machine list --customer SN-1 --json").json] == ["SN-1", "SN-2"]


def test_a_desk_brought_along_says_the_same_of_every_day(two: Svc, tmp_path: Path) -> None:
    two("machine edit SN-1 --warranty-until 2027-11-30 --from 2026-11-01")
    two("machine edit SN-1 --warranty-until 2028-01-31 --from 2026-11-01")  # of one day the later counts
    two("machine transfer SN-2 --to CU0001 --from 2026-11-10")
    two("customer edit CU0002 --region 宁波 --from 2026-11-15")
    two("staff edit S02 --wage 3000 --from 2026-10-01")
    two("staff edit S02 --wage 4000 --from 2026-11-01")
    two("staff edit S03 --role clerk --from 2026-11-20")
    two("customer add --name Workz --contact Lu")
    two("customer merge CU0003 --into CU0001")
    (tmp_path / "all.jsonl").write_text(two("ledger export --unmask").out, "utf-8")
    other = Svc(tmp_path / "other", SVC_STAFF="S01")
    assert other.run("init", str(other.desk), "--name", "Head", "--id", "S01", SVC_DESK="").code == 0
    other(f"ledger import {tmp_path / 'all.jsonl'} --yes")
    assert other.run("ledger", "verify").code == 0, other.run("ledger", "verify").out
    for day in ("2026-10-15", "2026-11-05", "2026-11-12", "2026-11-25"):
        for line in ("machine show SN-1", "machine show SN-2", "customer show CU0001", "customer show CU0002", "customer show CU0003"):
            assert two(f"{line} --json --as-of {day}").json == other(f"{line} --json --as-of {day}").json, (line, day)
    assert [row["role"] for row in other("staff list --json").json] == [row["role"] for row in two("staff list --json").json]
    assert (other.desk / "data/registers/wages.csv").read_bytes() == (two.desk / "data/registers/wages.csv").read_bytes()
    assert not [p for p in (other.desk / "data/changes").iterdir() if "4000" in p.read_text("utf-8")]
    again = other.run("ledger", "import", str(tmp_path / "all.jsonl"), "--yes")
    assert again.code == 0, again.err


def test_a_month_given_out_takes_the_changes_of_its_registers_along(two: Svc, tmp_path: Path) -> None:
    two("machine edit SN-1 --warranty-until 2027-11-30 --from 2026-11-01")
    lines = [json.loads(line) for line in two("ledger export --month 2026-10").out.splitlines()]
    assert [one["value"] for one in lines if one["ledger"] == "change" and one["subject"] == "SN-1"] == ["2027-11-30"]
    assert [one["warranty_until"] for one in lines if one.get("id") == "SN-1"] == ["2027-01-09"]
