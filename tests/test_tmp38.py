from tests.clauses.trade import asked, begun, old, reported
from tests.conftest import svc, Svc
def test(svc):
    old(svc)
    v = begun(svc, asked(svc, "SN-4")); 
    assert "outside_part_routed" not in svc.audit("2026-10")["breaches"]
    r = reported(svc, v, "material")
    assert svc.audit("2026-10")["breaches"]["outside_part_routed"] == 1
    print(svc(f"finding show outside_part_routed/{v}").out)
    c = svc(f"claim open --supplier SP01 --report {r} --summary x --at 2026-10-07T09:00").id
    assert "outside_part_routed" not in svc.audit("2026-10")["breaches"]
    v2 = begun(svc, asked(svc, "SN-4", at="2026-10-10T09:00"), at="2026-10-11T09:00"); reported(svc, v2, "material", at="2026-10-12T09:00")
    assert svc.audit("2026-10")["breaches"]["outside_part_routed"] == 1
    svc(f"claim open --supplier SP01 --machine SN-4 --summary x --at 2026-10-12T09:00")
    assert "outside_part_routed" not in svc.audit("2026-10")["breaches"]
    v3 = begun(svc, asked(svc, "SN-1", at="2026-10-10T09:00"), at="2026-10-11T09:00"); reported(svc, v3, "material", at="2026-10-12T09:00")
    assert "outside_part_routed" not in svc.audit("2026-10")["breaches"]
