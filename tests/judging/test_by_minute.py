"""Times are judged by the minute, as they are shown; the ledgers keep the seconds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc

DAY = "2026-10-06T"


def line(ledger: str, event: str, id: str, at: str, **fields: Any) -> dict[str, Any]:
    return {"ledger": ledger, "event": event, "id": id, "at": at if "T" in at else f"{DAY}{at}", "by": "S00", **fields}


def visit(n: int, promised: str, *steps: tuple[str, str, dict[str, Any]]) -> list[dict[str, Any]]:
    id = f"V2610-000{n}"
    sent = line("visit", "dispatch", id, "07:00:11", customer="CU0001", staff="S02", promised=f"{DAY}{promised}", purpose="tour")
    return [sent, *(line("visit", event, id, at, **fields) for event, at, fields in steps)]


LINES = [
    line("call", "log", "C2610-0001", "08:00:10", channel="phone", **{"from": "CU0001"}, kind="consult", summary="x"),
    line("call", "reply", "C2610-0001", "2026-10-07T08:00:59", text="answered in the last minute"),
    line("call", "log", "C2610-0002", "08:00:50", channel="phone", **{"from": "CU0001"}, kind="consult", summary="y"),
    line("call", "reply", "C2610-0002", "2026-10-07T08:01:02", text="answered twelve seconds and a minute late"),
    *visit(1, "10:00:00", ("arrive", "10:00:40", {}), ("call-in", "16:10:23", {}), ("leave", "16:10:00", {})),
    *visit(2, "10:00:59", ("arrive", "10:01:00", {}), ("leave", "16:10:00", {"called_in": f"{DAY}16:10:59"})),
    *visit(3, "10:00:30", ("cancel", "10:00:05", {"reason": "given up as it came due"})),
    *visit(4, "10:00:30", ("repromise", "09:59:58", {"promised": f"{DAY}12:00:00", "asked_by": "us", "reason": "late"})),
    *visit(5, "10:00:30", ("repromise", "10:00:02", {"promised": f"{DAY}12:00:00", "asked_by": "us", "reason": "too late"})),
]


def desk_of(folder: Path, lines: list[dict[str, Any]]) -> Svc:
    svc = Svc(folder, SVC_STAFF="S00")
    svc(f"init {folder} --name 'Anna Probe'")
    svc("staff add --id S02 --name 'Ben Probe' --role technician")
    svc("customer add --id CU0001 --name 'Probe Works'")
    for rule in ("late_arrival", "left_without_call"):
        svc(f"rules set {rule} 100 --from 2026-02-01")
    file = folder.parent / f"{folder.name}.jsonl"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in lines), "utf-8")
    svc(f"ledger import {file}")
    return svc


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Svc, Svc]:
    """A history with its seconds, and the same without them."""
    top = tmp_path_factory.mktemp("minutes")
    plain = [{k: re.sub(r"(T\d\d:\d\d):\d\d$", r"\1:00", v) if isinstance(v, str) else v for k, v in one.items()} for one in LINES]
    return desk_of(top / "seconds", LINES), desk_of(top / "minutes", plain)


def test_the_minute_decides(desks: tuple[Svc, Svc]) -> None:
    month = desks[0].audit("2026-10")
    assert {k: month["replies"][k] for k in ("within", "late")} == {"within": 1, "late": 1}
    assert {k: month["visits"][k] for k in ("due", "on_time", "late", "missed")} == {"due": 5, "on_time": 1, "late": 1, "missed": 3}
    assert month["visits"]["left_without_calling"] == 0
    assert month["visits"]["repromised_by_us"] == 1
    assert [one["id"] for one in month["findings"] if one["rule"] == "left_without_call"] == []


def test_every_figure_is_that_of_the_same_history_without_seconds(desks: tuple[Svc, Svc]) -> None:
    one, other = (svc.audit("2026-10") for svc in desks)
    assert one["rules"].pop("sha256") == other["rules"].pop("sha256")
    assert one == other


def test_the_ledgers_keep_the_seconds(desks: tuple[Svc, Svc]) -> None:
    told = desks[0]("visit show V2610-0001 --json").json["entries"]
    assert [(one["event"], one["at"][11:19]) for one in told] == [
        ("dispatch", "07:00:11"), ("arrive", "10:00:40"), ("call-in", "16:10:23"), ("leave", "16:10:00"),
    ]  # fmt: skip
    assert desks[0]("finding show late_arrival/V2610-0002").out.count("visits/") >= 1


def test_in_one_minute_the_order_of_recording_decides(svc: Svc) -> None:
    svc("customer add --id CU1 --name 'Probe Works'")
    call = svc("call log --channel phone --from CU1 --kind consult --summary x --at 2026-10-06T16:05:40").id
    svc(f"call reply {call} --text y --at '2026-10-06 16:05'")  # a person types minutes
    assert "was not logged by" in svc(f"call reply {call} --text z --at '2026-10-06 16:04'", code=4).err


@pytest.mark.parametrize("hour", ["16:40", "下午4点40", "4:40pm"])
def test_an_hour_without_a_day_is_of_the_day_of_the_deed(svc: Svc, hour: str) -> None:
    svc("call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at 2026-10-05T08:00")
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00")
    svc("visit arrive V1 --at 2026-10-06T09:30")
    said = svc(f'visit leave V1 --at "2026-10-06 17:00" --called-in "{hour}"').out
    assert "2026-10-06 16:40" in said
    assert svc.audit("2026-10")["visits"]["left_without_calling"] == 0
    again = svc('visit dispatch --call C1 --staff S02 --promised 15:00 --at "2026-10-07 09:00"').out
    assert "2026-10-07 15:00" in again


@pytest.mark.parametrize(
    "line", ["visit repromise V1 --asked-by us --reason x --promised", "call log --channel phone --from CU0001 --kind repair --summary x --due"]
)
@pytest.mark.parametrize("hour", ["9:00", "早上9点", "9am"])
def test_an_hour_to_come_that_was_over_that_day_is_asked_about_with_both_readings(svc: Svc, line: str, hour: str) -> None:
    svc('visit dispatch --customer CU0001 --staff S02 --promised 2026-10-06T10:00 --at "2026-10-05 17:00"')
    said = svc(f'{line} {hour} --at "2026-10-05 18:00"', 2).err
    assert "Tue 2026-10-06 09:00" in said and "Mon 2026-10-05 09:00" in said
    svc(f'{line} 20:00 --at "2026-10-05 18:00"')
    assert "lies before" in svc(f'{line} "2026-10-05 9:00" --at "2026-10-05 18:00"').err  # said whole, it is taken and told
