"""Facts of registers have days: what judges is what held on the day, whoever edits a register later."""

from __future__ import annotations

from tests.conftest import Svc, contents

CAPS = """
caps:
  keep_at_least:
    title: what is left of a wage
    history:
      - {from: 2026-01-01, yuan: 2500}
"""


def test_a_raise_changes_no_ceiling_of_a_month_before_it(svc: Svc) -> None:
    rules = svc.desk / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("\nrules:", f"{CAPS}\nrules:", 1), "utf-8")
    svc("rules set disobeyed_dispatch 300 --from 2026-01-01")
    svc("staff edit S02 --wage 3000")
    for day in ("05", "06", "07"):
        id = svc(f"conduct log --about S02 --kind disobedience --summary no --at 2026-10-{day}T09:00").id
        svc(f"finding uphold disobeyed_dispatch/{id} --reason seen --at 2026-10-{day}T12:00")
    before = svc.audit("2026-10")["deductions"]["deductible"]
    assert before == "500.00"  # what was never known counts for the past too
    svc("staff edit S02 --wage 9000")
    assert svc.audit("2026-10")["deductions"]["deductible"] == before
    assert svc.audit("2026-10", "2026-10-28T12:00")["deductions"]["deductible"] == before


def test_a_wage_stands_in_no_ledger_and_not_beside_the_names(svc: Svc) -> None:
    svc("staff edit S02 --wage 3123.45")
    found = [path.name for path, body in contents(svc.desk).items() if b"3123.45" in body]
    assert found == ["wages.csv"]


def test_a_machine_is_whose_it_was_and_under_warranty_as_it_was(svc: Svc) -> None:
    svc("customer add --name Second --phone 138-0000-0002")
    said = svc("machine edit SN-1 --customer CU0002 --from 2026-11-01 --reason contract-7").out
    assert "CU0001 → CU0002, from 2026-11-01" in said
    assert svc("machine show SN-1 --json").json["customer"] == "CU0002"
    told = [one for one in (svc.desk / "data/changes").glob("*.csv")]
    assert "contract-7" in told[0].read_text("utf-8")
    assert svc("customer show CU0002 --json").json["machines"][0]["serial"] == "SN-1"
    assert svc("customer show CU0001 --json").json["machines"] == []


def test_a_region_edited_today_refuses_no_receipt_of_last_month(svc: Svc) -> None:
    svc("customer edit CU0001 --region 杭州")
    svc("call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at 2026-10-05T08:00")
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00")
    svc("visit arrive V1 --at 2026-10-06T09:00")
    svc("visit leave V1 --called-in 2026-10-06T12:00 --at 2026-10-06T12:00")
    svc("--as S02 expense submit --trip V1 --line lodging:200:杭州:2026-10-06 --at 2026-10-10T09:00")
    svc("expense review E1 --approve --at 2026-10-11T09:00")
    assert svc.audit("2026-10")["expenses"]["approved"] == "200.00"
    svc("customer edit CU0001 --region 南京")
    assert svc.audit("2026-10")["expenses"]["approved"] == "200.00"


def test_the_numbers_of_a_customer_stay_in_clear_when_something_else_is_edited(svc: Svc) -> None:
    svc("customer edit CU0001 --region North")
    assert "138-0000-0001" in (svc.desk / "data/registers/customers.csv").read_text("utf-8")


def test_what_cannot_be_is_refused_when_it_is_typed(svc: Svc) -> None:
    assert "before the sale" in svc("machine edit SN-1 --warranty-until 2025-12-31", 2).err
    svc("staff edit S02 --login zhen")
    assert "S02's" in svc("staff edit S03 --login ZHEN", 4).err
    assert "S02's" in svc("staff add --name Third --role clerk --login zhen", 4).err


def test_who_had_a_login_before_is_not_who_has_it_now(svc: Svc) -> None:
    svc("staff edit S02 --login zhen")
    svc("staff edit S02 --login wen")
    svc("staff edit S03 --login zhen")
    rows = {row["id"]: row["login"] for row in svc("staff list --json").json}
    assert (rows["S02"], rows["S03"]) == ("wen", "zhen")
