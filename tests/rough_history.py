"""A history in which much is wrong: to hold figures that were computed twice, each in its own way, against one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bench import history
from bench.history import CUS, FAULT, ID, REF, SER, WHO, Pattern, pattern

_CALL: dict[str, Any] = {"channel": "phone", "from": CUS}
_PARTS = ({"name": "密封圈", "qty": 2},)
_REPAIR: dict[str, Any] = {"visit": REF, "fault": FAULT, "cause": "漏油", "solution": "换", "parts": _PARTS, "opinion": "满意", "resolved": True}
_COMPLAINT: dict[str, Any] = {**_CALL, "about": WHO, "visit": REF, "kind": "service", "summary": "不满"}
_LATER = history._THEN


def variants() -> dict[str, list[Pattern]]:
    """What else may be recorded where a smooth history has its one kind of entry."""
    called: list[dict[str, Any]] = [
        {"channel": "wechat", "from": "13900000000", "kind": "consult", "summary": "问"},
        {**_CALL, "kind": "complaint", "summary": "不满"},
        {**_CALL, "kind": "repair", "summary": "动臂", "needs_service": True},
    ]
    ways: list[dict[str, Any]] = [{}, {"not_told": True}, {"agreed": True}, {"machine": SER}]
    sent = [{"purpose": purpose, **way} for purpose in ("inspect", "tour", "repair") for way in ways]
    reported: list[dict[str, Any]] = [
        {"cause": "-"}, {"resolved": False}, {"opinion": None}, {"cause": None, "solution": "…"}, {"resolved": None},
        {"parts": ({"name": "—", "qty": 1},)}, {"parts": None}, {"parts": None, "no_parts": True}, {"fault": "hYD-leak "},
    ]  # fmt: skip
    names = ("speed", "skill", "manners", "overall")
    scores = [dict(zip(names, points, strict=True)) for points in ((1, 2, 3, 3), (3, 2, 5, 4))]
    surveyed: list[dict[str, Any]] = [{"refused": "没空"}, *({"scores": one} for one in scores)]
    complained: list[dict[str, Any]] = [{"cause": cause} for cause in ("quarrel", "solicitation", "untimely", "repeat-repair", "attitude")]
    complained += [{"cause": "attitude", "about": None}, {"cause": "other", "kind": "quality"}, {"cause": "attitude", "visit": None}]
    verdicts: list[dict[str, Any]] = [{}, {"harms_image": True}, {"harms_image": False}, {"personal": True}, {"personal": False}]
    left: list[dict[str, Any]] = [{"no_call_in": True}, {}, {"called_in": _LATER}]
    rulings = ("uphold", "dismiss", "waive")
    return {
        "log": [pattern("call", "log", 580, **one) for one in called],
        "need": [pattern("call", "log", 420, **_CALL, machine=SER, kind="repair", summary="动臂", needs_service=True, due=_LATER)],
        "close": [pattern("call", "close", 620, text="好了")],
        "dispatch": [pattern("visit", "dispatch", 420, call=REF, staff=WHO, promised=_LATER, **one) for one in sent],
        "repromise": [pattern("visit", "repromise", 40, promised=_LATER, asked_by="us", reason="改期")],
        "leave": [pattern("visit", "leave", 395, **one) for one in left],
        "report": [_told("report", "close", {**_REPAIR, **one}) for one in reported],
        "survey": [pattern("report", "survey", 330, visit=REF, **one) for one in surveyed],
        "complaint": [_told("complaint", "log", {**_COMPLAINT, **one}) for one in complained],
        "verify": [pattern("complaint", "verify", 14, verdict="upheld", reason="属实", **one) for one in verdicts],
        "conduct": [pattern("conduct", "log", 3, about=WHO, kind="disobedience", summary="不听")],
        "uphold": [pattern("finding", event, 6, id=f"late_arrival/{ID}", reason="因") for event in rulings],
        "ruled": [pattern("finding", event, 3, id=f"{rule}/{ID}", reason="因") for event in rulings for rule in ("disobeyed_dispatch", "phone_off")],
    }  # fmt: skip


def _told(noun: str, event: str, fields: Mapping[str, Any]) -> Pattern:
    return pattern(noun, event, 0, **{name: value for name, value in fields.items() if value is not None})


def make(desk: Path, entries: int, months: int, seed: int, patch: pytest.MonkeyPatch) -> None:
    """A desk of about so many entries, four in ten of them another than a smooth history would have."""
    others, dice = variants(), Random(seed)
    kinds = {f"{name}#{n}": one for name, several in others.items() for n, one in enumerate(several)}
    often = {name: one._replace(share=120) for name, one in history.patterns().items() if name in ("complaint", "conduct")}
    kinds = {**history.patterns(), **often, **kinds}
    smooth = history.Months._deeds

    def deeds(self: history.Months, month: str, calls: int) -> Iterator[tuple[int, str, Mapping[str, str]]]:
        for at, name, values in smooth(self, month, calls):
            if name in ("passed on", "verify") and dice.random() < 0.1:
                continue
            other = name in others and dice.random() < 0.4
            yield at, f"{name}#{dice.randrange(len(others[name]))}" if other else name, values

    patch.setattr(history, "patterns", lambda: kinds)
    patch.setattr(history.Months, "_deeds", deeds)
    history.make(desk, entries, months, seed)
