"""Facts of registers have days: what judges is what held on the day, whoever edits a register later."""

from __future__ import annotations

from tests.cli.test_corrections import wait_a_second
from tests.conftest import Svc, contents, this_month

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


def test_a_warranty_may_be_said_in_months_and_ends_with_the_month(svc: Svc) -> None:
    svc("machine add --serial SN-2 --product LX200 --customer CU0001 --sold 2026-01-31 --warranty 1mo")
    svc("machine add --serial SN-3 --product LX200 --customer CU0001 --sold 2024-02-29 --warranty 2年")
    assert svc("machine show SN-2 --json").json["warranty_until"] == "2026-02-28"
    assert svc("machine show SN-3 --json").json["warranty_until"] == "2026-02-28"
    assert "--sold" in svc("machine add --serial SN-4 --product LX200 --warranty 12mo", 2).err
    assert "12mo" in svc("machine add --serial SN-4 --product LX200 --sold 2026-01-31 --warranty soon", 2).err


def test_transfer_and_extension_are_entries_with_a_day_and_a_paper(svc: Svc) -> None:
    svc("customer add --name Second --phone 138-0000-0002")
    assert "from 2026-10-01" in svc("machine transfer SN-1 --to CU0002 --from 2026-10-01 --reason sale").out
    assert "2027-01-09 → 2029-01-09" in svc("machine extend SN-1 --until 2029-01-09 --basis contract").out
    row = svc("machine show SN-1 --json").json
    assert (row["customer"], row["warranty_until"]) == ("CU0002", "2029-01-09")


def test_who_left_neither_acts_nor_rules(svc: Svc) -> None:
    svc("staff edit S02 --left 2026-11-01")
    refused = svc("--as S02 call log --channel phone --from CU0001 --kind consult --summary x", 3)
    assert "left on 2026-11-01" in refused.err


FAULTS = {
    "machines.csv": (
        ("'2027-01-09", "2027/01/09", "warranty_until"),
        ("'2027-01-09", "46396", "warranty_until"),
        ("'2027-01-09", "'2025-01-01", "before the sale"),
        ("'2026-01-10", "10.1.2026", "sold"),
        (",CU0001,", ",CU0099,", "no customer CU0099"),
        ("LX200", "", "product is missing"),
    ),
    "customers.csv": (
        ("138-0000-0001", "1.38E+10", "no phone number"),
        ("138-0000-0001", "13800", "no phone number"),
        ("Works", "", "name is missing"),
    ),
    "staff.csv": (
        (",technician,", ",技术员,", "role"),
        (",technician,", ",head,", "edited by hand"),
        (",technician,", ",,", "role is missing"),
        (",technician,root", ",technician,boss", "staff"),
    ),
}


def test_verify_names_what_a_hand_left_in_a_register_with_its_place(svc: Svc) -> None:
    svc("staff edit S03 --login root2")
    clean = contents(svc.desk)
    for name, faults in FAULTS.items():
        path = svc.desk / "data/registers" / name
        for old, new, said in faults:
            text = path.read_text("utf-8")
            if old not in text:
                continue
            path.write_text(text.replace(old, new, 1), "utf-8")
            found = svc("ledger verify", 1).out
            assert f"registers/{name}:" in found and said in found, (old, new, found)
            for command in ("today", "check", "audit month 2026-10", "customer show CU0001", "finding list --month 2026-10"):
                done = svc.run(*command.split())
                assert done.code in (0, 1, 5), (command, done)
                if done.code == 5:
                    assert f"registers/{name}:" in done.err, done.err
            path.write_bytes(clean[path])
    assert "nothing wrong" in svc("ledger verify").out


def test_a_row_that_the_ledgers_name_and_two_with_one_login_are_named(svc: Svc) -> None:
    path = svc.desk / "data/registers/staff.csv"
    svc("--as S04 call log --channel phone --from CU0001 --kind consult --summary x --at 2026-10-05T08:00")
    whole = path.read_text("utf-8")
    path.write_text("".join(line for line in whole.splitlines(keepends=True) if not line.startswith("S04,")), "utf-8")
    assert "S04, who has no row" in svc("ledger verify", 1).out
    row = next(line for line in whole.splitlines() if line.startswith("S04,"))
    twice = row.replace("S04,", "S09,")
    path.write_text(whole + twice + "\n", "utf-8")
    svc.run("ledger", "verify")
    path.write_text(whole, "utf-8")
    assert "nothing wrong" in svc("ledger verify").out


def test_what_a_hand_broke_is_put_right_by_a_command(svc: Svc) -> None:
    path = svc.desk / "data/registers/machines.csv"
    path.write_text(path.read_text("utf-8").replace("'2027-01-09", "2027/01/09"), "utf-8")
    refused = svc("machine show SN-1", 5)
    assert "registers/machines.csv:2:" in refused.err and "warranty_until" in refused.err
    svc("machine edit SN-1 --warranty-until 2027-01-09")
    assert svc("machine show SN-1 --json").json["warranty_until"] == "2027-01-09"
    assert "nothing wrong" in svc("ledger verify").out


def test_who_leaves_has_his_open_work_listed_for_somebody_else(svc: Svc) -> None:
    svc("call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at 2026-10-05T08:00")
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00")
    said = svc("staff leave S02 --on 2026-11-28").out
    assert "open, for somebody else to do: " in said and this_month("V2611-0001") in said
    assert "S02" not in str([row["staff"] for row in svc("today --json").json])


def test_nobody_is_sent_after_his_last_day_whichever_way_it_comes_in(svc: Svc) -> None:
    svc("call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at 2026-10-05T08:00")
    svc("staff edit S02 --left 2026-10-10")
    refused = svc("visit dispatch --call C1 --staff S02 --promised 2026-10-12T10:00 --at 2026-10-05T09:00", 4)
    assert "S02 left on 2026-10-10" in refused.err
    line = (
        this_month('{"ledger":"visit","event":"dispatch","id":"V2610-0009","at":"2026-10-05T09:00:00+08:00","by":"S01","call":'
        '"C2611-0001","staff":"S02","promised":"2026-10-12T10:00:00+08:00","purpose":"repair"}\n')
    )
    (svc.desk / "in.jsonl").write_text(line, "utf-8")
    assert "S02 left on 2026-10-10" in svc("ledger import in.jsonl", 4).err
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-09T10:00 --at 2026-10-05T09:00")


def test_a_quote_goes_by_the_warranty_of_the_day_of_the_call(svc: Svc) -> None:
    svc("call log --channel phone --from CU0001 --machine SN-1 --kind repair --summary x --at 2026-10-05T08:00")
    svc("machine edit SN-1 --warranty-until 2026-06-30 --from 2026-11-01 --reason voided")
    said = svc("quote make --call C1 --labour 100 --cause-class material --at 2026-10-05T09:00").id
    assert svc(f"quote show {said} --json").json["charge"] == "free"


def test_what_was_known_of_a_day_is_told_as_it_was_known_then(svc: Svc) -> None:
    svc("call log --channel phone --from CU0001 --machine SN-1 --kind repair --needs-service --summary x --at 2026-10-05T08:00")
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00")
    svc("visit arrive V1 --at 2026-10-06T09:00")
    known = svc("visit show V1 --json").json["entries"][-1]["recorded_at"]
    assert svc.audit("2026-10")["quotes"]["unquoted"] == 0
    wait_a_second(svc)
    svc("machine edit SN-1 --warranty-until 2026-06-30 --from 2026-09-01 --reason voided")
    assert svc.audit("2026-10")["quotes"]["unquoted"] == 1
    told = svc(f"audit month 2026-10 --json --known-at {known}").json
    assert (told["quotes"]["unquoted"], told["visits"]["due"]) == (0, 1)


def test_a_fault_is_one_however_its_code_is_written(svc: Svc) -> None:
    for number, (day, code) in enumerate((("01", "hydraulics"), ("03", "Hydraulics"), ("05", "ＨＹＤＲＡＵＬＩＣＳ ")), 1):
        at = f"2026-10-{day}"
        svc(f"call log --channel phone --from CU0001 --machine SN-1 --kind repair --summary x --needs-service --at {at}T08:00")
        svc(f"visit dispatch --call C{number} --staff S02 --promised {at}T10:00 --at {at}T08:30")
        svc(f"visit arrive V{number} --at {at}T09:30")
        svc(f"visit leave V{number} --called-in {at}T12:00 --at {at}T12:00")
        said = f"--cause worn --cause-class wear --solution changed --part seal:1 --opinion good --at {at}T13:00"
        svc(f'report close V{number} --fault "{code}" {said}')
    month = svc.audit("2026-10")
    assert (month["repairs"]["repeat"], month["repairs"]["first_time_fix_rate"]) == (2, 0.0)
    assert [(row["fault"], row["reports"]) for row in month["products"]["pareto"]] == [("Hydraulics", 3)]


def test_a_training_needs_no_cause_and_no_parts_but_everybody_who_was_promised(svc: Svc) -> None:
    svc("call log --channel phone --from CU0001 --kind other --summary x --needs-service --at 2026-10-05T08:00")
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-06T10:00 --purpose train --at 2026-10-05T09:00")
    svc("visit arrive V1 --at 2026-10-06T09:50")
    svc("visit leave V1 --called-in 2026-10-06T15:00 --at 2026-10-06T15:00")
    svc('report close V1 --solution "five trained" --opinion content --at 2026-10-06T16:00')
    svc("install promise --customer CU0001 --product HX --due 2026-10-20T10:00 --training 5 --at 2026-10-05T10:00")
    svc("install done I1 --at 2026-10-19T10:00")
    svc("install train I1 --people 2 --at 2026-10-19T15:00")
    month = svc.audit("2026-10")
    assert (month["reports"]["incomplete"], month["findings"]) == (0, [])
    assert (month["installs"]["untrained"], month["breaches"]["install_training"]) == (1, 1)
