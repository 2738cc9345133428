"""Bulletins: which machines a defect concerns, whom to call, which are done (1.9)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from svc.domain.nouns.defect import in_order
from tests.conftest import Svc

MACHINES = ("SN-8", "SN-9", "SN-10", "SN-99", "SN-100", "SN-101")


def test_which_machines_are_concerned_and_which_are_done(svc: Svc) -> None:
    for serial in MACHINES:
        svc(f"machine add --serial {serial} --product {'LX300' if serial == 'SN-10' else 'lx200'} --customer CU0001")
    svc('defect report --product LX200 --summary "boom pin seizes" --at 2026-11-02T09:00')
    svc('defect bulletin D1 --product LX200 --serial-from SN-9 --to SN-100 --action "new pin" --who S04 --at 2026-11-03T09:00')

    def left(as_of: str = "2026-11-20T12:00") -> dict[str, str | None]:
        return {row["machine"]: row["done"] for row in svc(f"defect concerned D1 --json --as-of {as_of}").json}

    assert left() == {"SN-9": None, "SN-99": None, "SN-100": None}
    svc("defect apply D1 --machine SN-99 --at 2026-11-05T09:00")
    assert list(left()) == ["SN-9", "SN-100", "SN-99"] and left()["SN-99"] == "2026-11-05"
    assert left("2026-11-04T12:00")["SN-99"] is None
    row = svc("defect concerned D1 --json").json[0]
    assert (row["name"], row["phone"], row["staff"], row["action"]) == ("Works", "138-****-0001", "S04", "new pin")
    board = [one for one in svc("today --json --as-of 2026-11-20T12:00").json if one["kind"] == "bulletin"]
    assert [(one["staff"], one["text"]) for one in board] == [("S04", "bulletin: 2 of 3 machines left (SN-9, SN-100)")]
    for serial in ("SN-9", "SN-100"):
        svc(f"defect apply D1 --machine {serial} --at 2026-11-06T09:00")
    assert not [one for one in svc("today --json --as-of 2026-11-20T12:00").json if one["kind"] == "bulletin"]
    svc('defect bulletin D1 --product LX200 --action "and the bush" --at 2026-11-07T09:00')
    assert set(left()) == {"SN-1", "SN-8", "SN-9", "SN-99", "SN-100", "SN-101"} and not any(left().values())


def test_nothing_is_announced_of_what_nobody_reported(svc: Svc) -> None:
    svc("defect report --product LX200 --summary x --at 2026-11-02T09:00")
    assert svc("defect bulletin D1 --product LX200 --action x --at 2026-11-01T09:00", code=4).err
    svc.environ["SVC_STAFF"] = "S02"
    svc("defect bulletin D1 --product LX200 --action x", code=3)
    assert "there is no machine" in svc("defect apply D1 --machine SN-77", code=4).err


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_serial_numbers_are_in_the_order_of_their_numbers(a: int, b: int) -> None:
    assert (in_order(f"SN-{a}") < in_order(f"sn-{b}")) == (a < b)
