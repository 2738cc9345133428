"""Invented histories of whole departments, entry by entry through the command line, against the model of `histories.py`.

What they hold is counted, so that none of it goes untried. Many more: `python -m tests.pay.histories`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.pay.histories import Lived, NearDesk


def test_all_that_seals_charge_and_pays_deduct_is_what_is_owed(bare: Svc) -> None:
    bare("customer add --name Works --phone 138-0000-0001")

    def run(*arguments: str) -> str:
        done = bare.run(*arguments)
        assert done.code == 0, (arguments, done.err)
        return done.out

    one = Lived(run, bare.desk, seed=2, people=10)
    assert one.live() == []
    assert min(one.carried, one.bound, one.paid_back) > 2, (one.carried, one.bound, one.paid_back)


def test_the_model_notices_what_is_not_so(bare: Svc) -> None:
    one = Lived(lambda *_: "", bare.desk, seed=1, people=3)
    one.history.lives("2026-07")
    one.charges("2026-07", {"pay": {"lines": [], "deducted": [], "by_staff": []}}, first=True)
    assert any(" line " in line for line in one.wrong)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 103))
def test_two_thousand_histories(tmp_path: Path, seed: int) -> None:
    desk = NearDesk(tmp_path / "desk")
    assert Lived(desk, desk.folder, seed, 200).live() == []
