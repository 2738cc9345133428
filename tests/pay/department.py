"""A department whose October is sealed, and what is learned of it afterwards: the words that the tests of pay share."""

from __future__ import annotations

from typing import Any

from tests.conftest import Svc, lived

AMOUNTS = {"left_without_call": 50, "late_arrival": 100, "disobeyed_dispatch": 300}
CAPS = "\ncaps:\n  keep_at_least:\n    title: 至少留\n    history:\n      - from: 2026-01-01\n        yuan: 2500\n"


def priced(svc: Svc) -> None:
    for amount, yuan in AMOUNTS.items():
        svc(f"rules set {amount} {yuan} --from 2026-01-01")


class Department:
    """S01 head, S02 and S03 technicians, S04 clerk, S05 general manager; 4.4 costs 50, 4.5 100, 4.7 300."""

    def __init__(self, svc: Svc) -> None:
        self.svc = lived(svc, priced)

    def __call__(self, line: str, code: int = 0) -> str:
        result = self.svc(line, code)
        return result.out.split()[0] if result.out.split() else ""

    def visited(self, staff: str = "S02", day: str = "2026-10-06", arrived: str = "09:50") -> str:
        """A visit promised for ten o'clock."""
        call = self(f"call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at {day}T07:00")
        visit = self(f"visit dispatch --call {call} --staff {staff} --promised {day}T10:00 --at {day}T07:30")
        self(f"visit arrive {visit} --at {day}T{arrived}")
        return visit

    def left(self, visit: str, day: str = "2026-10-06", how: str = "--no-call-in", hour: str = "11:00") -> None:
        said = f"--called-in {day}T{hour}" if how == "--called-in" else how
        self(f"visit leave {visit} {said} --at {day}T{hour}")

    def silent(self, staff: str = "S02", day: str = "2026-10-06") -> str:
        """A visit left without a call to head office: 50 yuan of themselves."""
        visit = self.visited(staff, day)
        self.left(visit, day)
        return visit

    def disobeyed(self, day: str, staff: str = "S02", ruled: str | None = None) -> str:
        """300 yuan, ruled on the same day unless it is said when."""
        deed = self(f"conduct log --about {staff} --kind disobedience --summary no --at {day}T09:00")
        self(f"finding uphold disobeyed_dispatch/{deed} --reason so --at {ruled or day}T12:00")
        return deed

    def seal(self, month: str = "2026-10") -> None:
        self(f"audit submit {month}")

    def capped(self, wage: int | None = 3000, *staff: str) -> None:
        """500 yuan at most: 2500 are kept of a wage of 3000."""
        path = self.svc.desk / "rules.yaml"
        text = path.read_text("utf-8")
        mark = text.index("# ━━━━━━━━ 三、")
        path.write_text(text[:mark] + CAPS + "\n" + text[mark:], "utf-8")
        self("rules accept --reason 'decided today'")
        for who in staff or ("S02",):
            if wage:
                self(f"staff edit {who} --wage {wage}")

    def month(self, month: str = "2026-11", *more: str) -> Any:
        return self.svc(" ".join(("audit month", month, "--json", *more))).json

    def pay(self, staff: str = "S02", month: str = "2026-11") -> dict[str, str]:
        """What a person's pay comes to."""
        rows = self.month(month)["pay"]["by_staff"]
        return next((row for row in rows if row["staff"] == staff), {})


def carried(figures: Any, kind: str = "fine") -> dict[tuple[str, str], str]:
    """What a month carries: by person and the month that it concerns."""
    found: dict[tuple[str, str], str] = {}
    for row in figures["carried"]:
        if row["kind"] == kind:
            key = (row["staff"], row["concerns"])
            assert key not in found
            found[key] = row["amount"]
    return found


def lines(figures: Any, staff: str = "S02") -> list[str]:
    """A person's fines of a month: its own, then what is carried."""
    own = [row["amount"] for row in figures["fined"] if row["staff"] == staff]
    return [*own, *(row["amount"] for row in figures["carried"] if row["staff"] == staff and row["kind"] == "fine")]
