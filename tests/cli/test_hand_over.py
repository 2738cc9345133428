"""Who leaves hands his work over: his visits are somebody else's from then on, what came due before stays his; all of it is listed."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.conftest import Svc

DAY = f"{datetime.now():%Y-%m-%d}"
SOON = f"{datetime.now() + timedelta(days=5):%Y-%m-%d}"


def test_open_visits_go_to_another_and_the_rest_is_listed(svc: Svc) -> None:
    svc("rules set late_arrival 100 --from 2026-01-01")
    due = svc("visit dispatch --customer CU0001 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T08:00").id
    coming = svc(f"visit dispatch --customer CU0001 --staff S02 --promised {SOON}T10:00 --at 2026-11-01T08:00").id
    done = svc("visit dispatch --customer CU0001 --staff S02 --promised 2026-10-07T10:00 --at 2026-10-05T08:00").id
    svc(f"visit arrive {done} --at 2026-10-07T09:00")
    svc(f"visit leave {done} --at 2026-10-07T10:00 --called-in 2026-10-07T09:50")
    tried = svc(f"staff leave S02 --on {DAY} --hand-over S03 --dry-run").out
    assert f"{coming} is Other's from now on (dry run" in tried
    assert svc(f"visit show {coming} --json").json["staff"] == "S02"
    told = svc(f"staff leave S02 --on {DAY} --hand-over S03").out
    assert f"{coming} is Other's" in told and f"{due} is Other's" in told
    assert f"{done}  no service report yet" in told, "what cannot be handed over by itself is listed"
    assert {svc(f"visit show {one} --json").json["staff"] for one in (due, coming)} == {"S03"}
    assert svc(f"visit show {coming} --json").json["entries"][-1]["event"] == "reassign"
    svc(f"visit arrive {due} --at {datetime.now():%Y-%m-%dT%H:%M}")
    found = {one["id"]: one["staff"] for one in svc("audit month 2026-10 --json").json["findings"]}
    assert found[f"late_arrival/{due}"] == "S02", "what came due before stays his"
    assert "left" in svc(f"visit dispatch --customer CU0001 --staff S02 --promised {SOON}T10:00", 4).err


def test_nothing_is_written_where_one_cannot_take_over(svc: Svc) -> None:
    one = svc(f"visit dispatch --customer CU0001 --staff S02 --promised {SOON}T10:00").id
    svc("staff leave S03 --on 2026-10-31")
    svc(f"staff leave S02 --on {DAY} --hand-over S03", 4)
    assert svc("staff list --json").json[1].get("left") is None
    assert svc(f"visit show {one} --json").json["staff"] == "S02"
