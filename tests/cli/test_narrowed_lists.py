"""Lists are narrowed by whose, which machine, who, which product or fault, from when to when, how it stands."""

from __future__ import annotations

import pytest

from svc.store.files.registers import Registers
from tests.clauses.trade import asked, begun, reported
from tests.conftest import Svc, lived, this_month


@pytest.fixture
def two(svc: Svc) -> Svc:
    """Two customers with a machine each; on one a repair with its report, on the other a call alone."""
    return lived(svc, begins)


def begins(svc: Svc) -> None:
    svc("customer add --name 东湾港务公司 --phone 139-0000-0002")
    svc("machine add --serial SN-2 --product LX300 --customer CU0002 --sold 2026-01-10")
    reported(svc, begun(svc, asked(svc)), "wear")
    svc("call log --channel phone --from CU0002 --machine SN-2 --kind repair --summary leaks --at 2026-10-09T09:00")


def ids(svc: Svc, line: str) -> list[str]:
    return [row["id"] for row in svc(f"{line} --json").json]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("call list --customer 港务", [this_month("C2611-0002")]),
        ("call list --customer CU0001", [this_month("C2611-0001")]),
        ("call list --machine sn-2", [this_month("C2611-0002")]),
        ("call list --product lx200", [this_month("C2611-0001")]),
        ("call list --from 2026-10-06", [this_month("C2611-0002")]),
        ("call list --to 2026-10-08", [this_month("C2611-0001")]),
        ("call list --from 2026-10-05 --to 2026-10-05", [this_month("C2611-0001")]),
        ("call list --from 2026-10-09 --customer CU0001", []),
        ("visit list --customer CU0001", [this_month("V2611-0001")]),  # by the call that it answers
        ("visit list --customer CU0002", []),
        ("visit list --staff Tech", [this_month("V2611-0001")]),
        ("visit list --staff S03", []),
        ("visit list --product LX200", [this_month("V2611-0001")]),
        ("report list --fault BOOM", [this_month("R2611-0001")]),
        ("report list --fault pump", []),
        ("report list --customer CU0001 --staff S02 --machine SN-1 --product LX200", [this_month("R2611-0001")]),
        ("report list --machine SN-2", []),
        ("machine list --customer 港务", ["SN-2"]),
        ("machine list --product LX200", ["SN-1"]),
        ("customer list 公司", ["CU0002"]),
        ("customer list nothing-like-it", []),
    ],
)
def test_narrowed(two: Svc, line: str, found: list[str]) -> None:
    assert ids(two, line) == found


def test_by_how_it_stands(two: Svc) -> None:
    assert ids(two, "call list --status open") == [this_month("C2611-0001"), this_month("C2611-0002")]
    two(this_month("call close C2611-0001 --leave-open x") if "--leave-open" in two("call close --help").out else this_month("call close C2611-0001"))
    assert ids(two, "call list --status open") == [this_month("C2611-0002")] == ids(two, "call list --open --customer CU0002")
    assert ids(two, "call list --status closed") == [this_month("C2611-0001")]
    refused = two("visit list --status lost", 2).err
    assert "nothing here is 'lost'" in refused and "there are: " in refused


def test_what_a_noun_has_not_is_refused_and_not_offered(two: Svc) -> None:
    assert "call entries name none" in two("call list --fault boom", 2).err
    assert "--fault" not in two("call list --help").out and "--fault" in two("report list --help").out
    assert "没有这一项" in two("--lang zh call list --staff S02", 2).err
    assert two("staff list --product LX200", 2).out == ""


def test_a_cut_list_says_so_and_machine_forms_are_whole(svc: Svc) -> None:
    call = '{"ledger":"call","event":"log","at":"2026-10-DAYT09:00:00+08:00","channel":"phone","from":"CU0001","kind":"consult","summary":"x"}\n'
    lines = "".join(call.replace("DAY", f"{day:02d}") for day in range(1, 26))
    svc.run("ledger", "import", "-", stdin=lines)
    cut = svc("call list --customer CU0001")
    assert "the latest 20; there are more" in cut.err and "C2610-0025" in cut.out and "C2610-0005" not in cut.out
    assert "只显示最近 20 条" in svc("--lang zh call list --customer CU0001").err
    assert len(ids(svc, "call list --customer CU0001")) == 25
    assert svc("call list --customer CU0001 --format csv").out.count("C2610-") == 25
    assert svc("call list --customer CU0001 --from 2026-10-20").err == ""


def test_who_may_see_only_his_own_sees_no_more_by_narrowing(two: Svc) -> None:
    two("conduct log --about S02 --kind unreachable --summary x")
    assert ids(two, "--as S03 conduct list --staff S02") == []
    assert len(ids(two, "--as S02 conduct list --staff S02")) == 1


def test_of_a_long_register_people_see_the_beginning_and_programs_all(svc: Svc) -> None:
    rows = {f"SN-{n:04d}": {"product": "LX200", "customer": "CU0001"} for n in range(100, 700)}
    Registers(svc.desk / "data" / "registers").save("machine", rows)
    shown = svc("machine list")
    assert (len([line for line in shown.out.splitlines() if "SN-" in line]), "there are more" in shown.err) == (500, True)
    for narrowed in ("--json", "--customer CU0001 --json", "--product LX200 --json", "SN- --json"):
        assert len(svc(f"machine list {narrowed}").json) == 600, narrowed
    assert "more" not in svc("machine list SN-0350").err and "more" not in svc("machine list --customer CU0001").err
