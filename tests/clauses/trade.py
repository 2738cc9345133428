"""What the scenarios of part two begin with: a call about a machine, a visit that answers it, its report."""

from __future__ import annotations

from tests.conftest import Svc


def asked(svc: Svc, machine: str = "SN-1", at: str = "2026-10-05T09:00", more: str = "--needs-service") -> str:
    """A call of the known customer about a machine; its id."""
    about = f"--machine {machine}" if machine else ""
    return svc(
        f"call log --channel phone --from 13800000001 --kind repair {about} --summary drifts {more} --at {at}"
    ).id


def begun(svc: Svc, call: str, at: str = "2026-10-06T09:50", purpose: str = "repair") -> str:
    """A visit that answers a call, promised for the moment at which it arrives; its id."""
    day = at[:8] + f"{int(at[8:10]) - 1:02d}"
    sent = f"visit dispatch --call {call} --staff S02 --promised {at} --purpose {purpose} --at {day}T18:00"
    id = svc(sent).id
    svc(f"visit arrive {id} --at {at}")
    return id


def reported(svc: Svc, visit: str, cause: str, at: str = "2026-10-06T13:00", fault: str = "boom") -> str:
    """The report of a visit, with a class of cause; its id."""
    what = f'--fault {fault} --cause "seal worn" --cause-class {cause} --solution "new seal" --part seal:2 --opinion content'
    return svc(f"report close {visit} {what} --at {at}").id


def old(svc: Svc) -> None:
    """SN-2, out of warranty; SN-3, of which the end of the warranty is not registered; SN-4, bought in."""
    svc("supplier add --name Pumps --phone 139-0000-0002")
    own = "machine add --product LX200 --customer CU0001"
    svc(f"{own} --serial SN-2 --sold 2024-01-10 --warranty-until 2025-01-09")
    svc(f"{own} --serial SN-3")
    svc(f"{own} --serial SN-4 --sold 2026-01-10 --warranty-until 2027-01-09 --supplier SP01")
