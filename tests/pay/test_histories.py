"""Invented histories of whole departments, entry by entry through the command line, against the model of `model.py`.

What they hold is counted, so that none of it goes untried. Many more: `python -m tests.pay.histories`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from svc.audit import ceilings, findings, numbering
from svc.audit.books import expense
from svc.recording.charged import Charged
from svc.rules import judge
from tests.conftest import Svc
from tests.pay.histories import Lived, NearDesk, Refused


def test_all_that_seals_charge_and_pays_deduct_is_what_is_owed(bare: Svc) -> None:
    bare("customer add --name Works --phone 138-0000-0001")

    def run(*arguments: str) -> str:
        done = bare.run(*arguments)
        assert done.code == 0, (arguments, done.err)
        return done.out

    one = Lived(run, bare.desk, seed=2, people=10)
    assert one.live() == []
    assert min(one.carried["fine"], one.carried["record"], one.bound, one.paid_back) > 2, (one.carried, one.bound, one.paid_back)
    tried = {"survey", "claim", "return", "reassign", "undo", "appeal", "verdict", "waive", "corrected"}
    assert min(one.history.seen[name] for name in tried) > 0, one.history.seen


def test_the_model_notices_what_is_not_so(bare: Svc) -> None:
    one = Lived(lambda *_: "", bare.desk, seed=1, people=3)
    one.history.lives("2026-07")
    nothing = {"fines": {"payable": "0"}, "sanctions": [], "pay": {"lines": [], "deducted": [], "by_staff": []}}
    sums = ("approved", "refused", "blocked_by_tools", "cost_to_customer", "cost_to_company")
    books = dict.fromkeys(("expenses", "returns"), dict.fromkeys(sums, "0"))
    one.charges("2026-07", {**nothing, **books}, first=True)
    assert any(" line " in line for line in one.wrong)


SEEDED: dict[str, tuple[Any, str, Any]] = {
    "no ceiling binds": (ceilings, "due", lambda gross, bound: gross),
    "a waiver leaves a deducted bonus in the record": (findings, "MONEY", ()),
    "what is learned late takes the number of its day": (numbering.Places, "__call__", lambda self, one: ""),
    "a ruling holds for whoever it comes to be about": (judge, "about", lambda subject, ruling: True),
    "what happens on the first instant of a month is of the one before": (
        judge.Finding,
        "owed_at",
        lambda self, moment: [turn.standing for turn in self.turns if turn.at <= moment][-1:] == ["final"],
    ),
    "a claim is of whoever typed it": (expense, "staff_of", lambda world, claim: claim.submit.by),
    "a sealed ceiling goes by today's wage": (
        Charged,
        "_ceiling",
        lambda self, who, month: ceilings.ceiling(self._desk.rules, self._view.now.date(), self._desk.register("staff").get(who, {}).get("wage") or None),
    ),
}
"""Mistakes put into the product."""


@pytest.mark.long
@pytest.mark.parametrize("name", SEEDED)
def test_the_model_finds_a_mistake_in_the_product(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setattr(*SEEDED[name])
    desk = NearDesk(tmp_path / "desk")
    try:
        found = Lived(desk, desk.folder, 3, 30).live(all_of_it=False)
    except Refused as refused:  # it answers what was right with a refusal
        found = [str(refused)]
    assert found != []


@pytest.mark.long
@pytest.mark.parametrize(("people", "desks"), [(100, 1), (8, 5)], ids=["many", "few"])
def test_more_histories(tmp_path: Path, people: int, desks: int) -> None:
    for n in range(desks):
        desk = NearDesk(tmp_path / f"{n}" / "desk")
        assert Lived(desk, desk.folder, 100 + 1000 * n, people).live() == []
