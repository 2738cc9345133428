"""What pre-commit runs for a desk that is kept in git."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.conftest import Svc

HOOKS = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8"))


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_passes_a_sound_desk_and_stops_another(svc: Svc, hook: dict[str, str]) -> None:
    words = hook["entry"].removeprefix("svc ")
    svc("call log --channel phone --from 13800000001 --kind consult --summary oil --at 2026-10-05T09:00")
    svc(words)
    (svc.desk / "rules.yaml").write_text("x: 1\n", "utf-8")
    ledger = next((svc.desk / "data" / "calls").rglob("*.csv"))
    ledger.write_text(ledger.read_text("utf-8").replace("oil", "fat"), "utf-8")
    assert svc.run(*words.split()).code in (1, 5)
