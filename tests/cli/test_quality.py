"""What quality costs: in yuan by fault, product and supplier; days between failures; parts that fail early (1.5)."""

from __future__ import annotations

from tests.conftest import Svc


def test_cost_of_quality_counted_by_hand(svc: Svc) -> None:
    svc("supplier add --name Far --phone 139-0000-0001")
    svc("part add --number LABOUR --name labour --unit h --price 100")
    svc("machine add --serial SN-2 --product LX300 --customer CU0001 --sold 2026-09-01 --supplier SP01")
    for n, (machine, hours, fault) in enumerate((("SN-1", 1, "hyd"), ("SN-2", 3, "hyd"), ("SN-2", 2, "cab")), 1):
        svc(f"call log --channel phone --from CU0001 --machine {machine} --kind repair --summary x --needs-service --at 2026-11-0{n}T08:00")
        svc(f"visit dispatch --call C{n} --staff S02 --promised 2026-11-0{n}T12:00 --at 2026-11-0{n}T08:30")
        svc(f"visit arrive V{n} --at 2026-11-0{n}T10:00")
        svc(f"visit leave V{n} --no-call-in --at 2026-11-0{n}T{10 + hours}:00")
        svc(f"report close V{n} --fault {fault} --cause x --cause-class wear --solution x --part hose:1 --opinion ok --at 2026-11-0{n}T18:00")
    found = svc.audit("2026-11", "2026-11-10T23:00")["quality"]
    rows = [(r["product"], r["fault"], r["repairs"], r["cost"], r["cumulative"]) for r in found["cost"]]
    assert rows == [("LX300", "hyd", 1, "300.00", 0.5), ("LX300", "cab", 1, "200.00", 500 / 600), ("LX200", "hyd", 1, "100.00", 1.0)]
    assert [(r["product"], r["cost"]) for r in found["by_product"]] == [("LX300", "500.00"), ("LX200", "100.00")]
    assert [(r["supplier"], r["repairs"], r["cost"]) for r in found["by_supplier"]] == [("SP01", 2, "500.00")]
    # ten days of November for one machine of each product, both in their first year
    between = [(r["product"], r["year"], r["machine_days"], r["failures"], r["days_between"]) for r in found["between_failures"]]
    assert between == [("LX200", 1, 10, 1, 10.0), ("LX300", 1, 10, 2, 5.0)]
    assert found["early_parts"] == [{"part": "hose", "product": "LX300", "times": 2, "earliest_days": 62}]
    assert "Time between failures" in svc("audit month 2026-11 --full --as-of 2026-11-10T23:00").out


def test_two_machines_on_one_visit_cost_it_once(svc: Svc) -> None:
    svc("part add --number LABOUR --name labour --unit h --price 100")
    svc("part add --number P-1 --name seal --price 30")
    svc("machine add --serial SN-2 --product LX300 --customer CU0001 --sold 2025-11-16")
    svc("call log --channel phone --from CU0001 --machine SN-1 --kind repair --summary x --needs-service --at 2026-11-15T08:00")
    svc("visit dispatch --call C1 --staff S02 --promised 2026-11-15T12:00 --at 2026-11-15T08:30")
    svc("visit arrive V1 --at 2026-11-15T10:00")
    svc("visit leave V1 --no-call-in --at 2026-11-15T12:00")
    close = "--fault hyd --cause x --cause-class wear --solution x --opinion ok"
    svc(f"report close V1 {close} --no-parts --at 2026-11-15T18:00")
    svc(f"report close V1 {close} --machine SN-2 --part P-1:2 --at 2026-11-15T18:05")
    found = svc.audit("2026-11", "2026-11-20T23:00")
    assert [(r["product"], r["cost"]) for r in found["quality"]["by_product"]] == [("LX200", "200.00"), ("LX300", "60.00")]
    assert found["stock"]["cost"]["total"] == "260.00"
    # SN-2 began its second year on the 16th: it failed on the last of fifteen days of its first
    rows = [(r["product"], r["year"], r["machine_days"], r["failures"]) for r in found["quality"]["between_failures"]]
    assert rows[1:] == [("LX300", 1, 15, 1), ("LX300", 2, 5, 0)]
