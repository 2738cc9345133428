"""Fault codes that were merged: the product against the oracle, before the merging and after it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.oracle import figures, quarters
from tests.oracle.test_agreement import AMOUNTS, LIMITS, compare, desk_with

pytestmark = pytest.mark.long  # a quarter lived twice


def test_figures_follow_a_merging_from_then(tmp_path: Path) -> None:
    entries = quarters.quarter(8, 50)
    codes = [code for code, _ in Counter(e["fault"] for e in entries if e.get("fault")).most_common(3)]
    at = "2026-09-15T12:00:00+08:00"
    merging = {"ledger": "faultcode", "event": "merge", "at": at, "by": quarters.HEAD, "reason": "one fault"}
    told = [*entries, *({**merging, "id": f"Y2609-000{n}", "fault": code, "into": codes[0]} for n, code in enumerate(codes[1:], 1))]
    desk = desk_with(tmp_path, told, AMOUNTS, LIMITS)
    moment = datetime.fromisoformat(at)
    found = [
        line
        for month in ("2026-08", "2026-09")
        for as_of in (moment - timedelta(minutes=1), moment, quarters.CEILING)
        for line in compare(desk, told, month, as_of, AMOUNTS, LIMITS)
    ]
    assert not found, "\n".join(found[:20])
    before, after = (figures.audit(told, "2026-08", t, zone=quarters.ZONE, amounts={}, staff={}) for t in (moment - timedelta(minutes=1), moment))
    assert before["products"]["pareto"] != after["products"]["pareto"]
