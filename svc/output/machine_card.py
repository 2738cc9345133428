"""A machine's life on a terminal: what holds now, then what was, the latest visits last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.output import fold
from svc.output.card import files, state
from svc.output.tables import cell
from svc.output.words import word
from svc.text import Text, say, visible

_LISTS = ("owners", "visits", "parts", "cost", "upkeep", "bulletins", "attachments")
LAST = 10
"""How many visits are shown to people; all of them are in the JSON."""


def show(told: Mapping[str, Any]) -> None:
    """Print it; what there is nothing of is left out."""
    state({name: value for name, value in told.items() if name not in _LISTS})
    _section(Text("owners", "客户"), [f"{cell(one['since'])}  {one['customer']} {visible(one['name'] or '')}" for one in told["owners"]])
    _section(Text("visits", "服务"), [_visit(one) for one in told["visits"][-LAST:]])
    _section(Text("parts fitted", "更换零件"), [f"{visible(name)} {n}" for name, n in told["parts"].items()])
    cost = told["cost"]
    said = Text(
        f"{cost['total']} yuan: in warranty {cost['in_warranty']}, out of it {cost['out_of_warranty']}, not known {cost['warranty_unknown']}",
        f"{cost['total']} 元：保修期内 {cost['in_warranty']}，期外 {cost['out_of_warranty']}，不详 {cost['warranty_unknown']}",
    )
    _section(Text("cost", "成本"), [say(said)] if told["visits"] else [])
    _section(Text("upkeep", "保养"), [_upkeep(one) for one in told["upkeep"]])
    _section(Text("bulletins", "技术通报"), [f"{one['defect']} {visible(one['action'])}: {cell(one['done'])}" for one in told["bulletins"]])
    files(told["attachments"])


def _section(title: Text, lines: list[str]) -> None:
    if lines:
        print()
        fold.show(say(title))
        for line in lines:
            fold.show(f"  {line}", indent="    ")


def _visit(one: Mapping[str, Any]) -> str:
    fault = visible(one["fault"] or "")
    return f"{one['at']}  {one['id']}  {word(one['purpose'], 'purpose')} {fault} · {one['total']}"


def _upkeep(one: Mapping[str, Any]) -> str:
    hours = f" ({one['due_hours']} h)" if one["due_hours"] else ""
    return say(Text(
        f"{one['id']} every {one['every']}: done {one['times']} times, next {cell(one['due'])}{hours}",
        f"{one['id']} 每 {one['every']}：已做 {one['times']} 次，下次 {cell(one['due'])}{hours}",
    ))  # fmt: skip
