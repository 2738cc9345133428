"""What is neither finished nor given up is listed exactly once: on random histories of one call, after every step.

The walk keeps its own account of what is done, in the plainest way, and never folds an entry; the program folds all.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from svc.audit.open import declared
from svc.audit.world import Registers, build
from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.rules.file import load

RULES = load("rules.yaml", (Path(__file__).parents[2] / "svc" / "rules" / "template.yaml").read_bytes())
START = datetime(2026, 10, 5, 8, tzinfo=UTC)
CALL, QUOTE, COMPLAINT = "C2610-0001", "Q2610-0001", "K2610-0001"
STEPS = 14


class Walk:
    """One history, and what of it is not done."""

    def __init__(self, seed: int) -> None:
        self.rnd = Random(seed)
        self.entries: list[Entry] = []
        self.now = START
        self.needs, self.complains = self.rnd.random() < 0.5, self.rnd.random() < 0.3
        self.replied = self.told = self.closed = self.given_up = self.asked = False
        self.visits: list[dict[str, Any]] = []
        self.quote: datetime | None = None
        self.quoted = False
        self.complaint: dict[str, bool] = {}
        kind = "complaint" if self.complains else "repair"
        said = {"channel": "phone", "from": "CU001", "kind": kind, "summary": "x", "machine": "SN-1"}
        self.add("call", "log", CALL, **said, **({"needs_service": True} if self.needs else {}))

    def add(self, noun: str, event: str, id: str, **fields: Any) -> None:
        self.now += timedelta(minutes=self.rnd.randint(1, 600))
        self.entries.append(Entry(noun, event, id, self.now, self.now, "S01", fields))

    def step(self) -> None:
        self.rnd.choice([self.on_call, self.on_call, self.on_visit, self.on_visit, self.on_visit, self.on_quote, self.on_complaint])()

    def on_call(self) -> None:
        what = self.rnd.choice(("reply", "escalate", "close", "close", "reopen", "correct"))
        if what == "reply":
            self.add("call", "reply", CALL, text="y")
            self.replied, self.asked, self.closed = True, False, False
        elif what == "escalate":
            self.add("call", "escalate", CALL, to="hq")
            self.asked = True
        elif what == "close" and not self.closed:
            self.told = self.rnd.random() < 0.3
            self.add("call", "close", CALL, **({"text": "told"} if self.told else {"reason": "later"}))
            self.closed = True
        elif what == "reopen" and self.closed:
            self.add("call", "reopen", CALL)
            self.closed = False
        elif what == "correct" and self.rnd.random() < 0.3:
            self.add("call", "correct", CALL, needs_service=False, reason="they repaired it")
            self.needs, self.given_up = False, True

    def on_visit(self) -> None:
        open_ = [one for one in self.visits if one["at"] != "cancelled"]
        one = self.rnd.choice(open_) if open_ else None
        if one is None or (len(self.visits) < 4 and self.rnd.random() < 0.2):
            id = f"V2610-{len(self.visits) + 1:04d}"
            promised = self.now + timedelta(days=2)
            self.add("visit", "dispatch", id, call=CALL, staff="S02", promised=promised, purpose="repair")
            self.visits.append({"id": id, "at": "sent", "left": None, "fixed": None, "asked": False})
        elif one["at"] == "sent":
            one["at"] = self.rnd.choice(("arrived", "arrived", "cancelled"))
            self.add("visit", {"arrived": "arrive", "cancelled": "cancel"}[one["at"]], one["id"])
        elif one["at"] == "arrived":
            self.add("visit", "leave", one["id"])
            one["at"], one["left"] = "left", self.now
        elif one["fixed"] is None and self.rnd.random() < 0.7:
            one["fixed"] = self.rnd.random() < 0.5
            self.add("report", "close", f"R{one['id'][1:]}", visit=one["id"], fault="x", no_parts=True, resolved=one["fixed"])
        elif not one["asked"]:
            self.add("report", "survey", f"R{one['id'][1:]}", visit=one["id"], scores={"overall": 5})
            one["asked"] = True

    def on_quote(self) -> None:
        if not self.quoted:
            self.add("quote", "make", QUOTE, call=CALL, charge="chargeable", total="200.00")
            self.quoted = True
        elif self.quote is None:
            self.add("quote", "accept", QUOTE)
            self.quote = self.now

    def on_complaint(self) -> None:
        if not self.complaint:
            if self.complains:
                said = {"channel": "phone", "from": "CU001", "kind": "quality", "cause": "other", "summary": "x"}
                self.add("complaint", "log", COMPLAINT, call=CALL, **said)
                self.complaint["logged"] = True
        elif "upheld" not in self.complaint:
            self.complaint["upheld"] = self.rnd.random() < 0.6
            verdict = "upheld" if self.complaint["upheld"] else "dismissed"
            self.add("complaint", "verify", COMPLAINT, verdict=verdict, reason="x")
        elif "remedied" not in self.complaint:
            self.add("complaint", "remedy", COMPLAINT, text="x")
            self.complaint["remedied"] = True

    # ---- what is not done ----------------------------------------------------------------------

    def waits(self) -> Counter[tuple[str, str]]:
        answered = self.replied or self.visits or (self.closed and self.told)  # who is sent was announced: that is an answer
        found = [("reply", CALL)] if not answered else []
        found += [("escalation", CALL)] if self.asked else []
        found += [("complaint", CALL)] if self.complains and not self.complaint else []
        living = [one for one in self.visits if one["at"] != "cancelled"]
        found += [(self.of_visit(one), one["id"]) for one in living if self.of_visit(one)]
        return Counter([*found, *self.of_need(living), *self.of_complaint()])

    def of_visit(self, one: dict[str, Any]) -> str:
        if one["at"] != "left":
            return "arrive" if one["at"] == "sent" else "leave"
        return "report" if one["fixed"] is None else "" if one["asked"] else "survey"

    def of_need(self, living: list[dict[str, Any]]) -> list[tuple[str, str]]:
        under_way = any(one["left"] is None for one in living)
        if self.quote and not any(one["left"] is None or one["left"] >= self.quote or one["fixed"] for one in living):
            return [("accepted", QUOTE)]
        found = [("quote", QUOTE)] if self.quoted and not self.quote else []
        if not living:
            needed = self.needs or (self.visits and not self.given_up)
            return [*found, ("dispatch", CALL)] if needed else found
        last = max((one for one in living if one["left"]), key=lambda one: one["left"], default=None)
        if last and last["fixed"] is False and not under_way:
            found.append(("unresolved", f"R{last['id'][1:]}"))
        return found

    def of_complaint(self) -> list[tuple[str, str]]:
        if not self.complaint or "remedied" in self.complaint:
            return []
        if "upheld" not in self.complaint:
            return [("verify", COMPLAINT)]
        return [("remedy", COMPLAINT)] if self.complaint["upheld"] else []


def listed(walk: Walk) -> Counter[tuple[str, str]]:
    found: dict[str, dict[str, list[Entry]]] = {noun: {} for noun in ledgers.TABLE}
    for entry in walk.entries:
        found[entry.ledger].setdefault(entry.id, []).append(entry)
    world = build(found, Registers({}, {}, {}, {}), RULES, walk.now, UTC)
    return Counter((item.kind, item.id) for item in declared(world, ledgers.TABLE))


MANY = int(os.environ.get("SVC_WAITING_HISTORIES", "2000"))


@pytest.mark.parametrize("seeds", [range(200), pytest.param(range(200, 200 + MANY), marks=pytest.mark.long)], ids=len)
def test_what_is_not_done_is_listed_exactly_once(seeds: range) -> None:
    kinds: Counter[str] = Counter()
    for seed in seeds:
        walk = Walk(seed)
        for _ in range(STEPS):
            walk.step()
            assert listed(walk) == walk.waits(), (seed, [(e.event, e.id) for e in walk.entries])
        kinds.update(kind for kind, _ in walk.waits())
    assert len(kinds) >= 12, f"nothing that waits: {kinds}"
