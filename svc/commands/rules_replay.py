"""svc rules replay: past months by another rules file, old → new, in words, by finding and person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from svc.audit.replay import Change, Range, Replay, cost, in_words, replay, total
from svc.commands.rules_edit import read_file
from svc.desk.open import Desk
from svc.domain.clock.base import month_names
from svc.errors import BadInput
from svc.rules.judge import Finding
from svc.rules.model import Rules
from svc.text import Text, language, say

MOST = 36
"""Months of one replay."""


def months(first: str, last: str, desk: Desk) -> list[str]:
    """The months from one to another; BadInput for what are none, or in the wrong order, or too many."""
    desk.month_span(first), desk.month_span(last)
    names = month_names(last, MOST)
    if first not in names:
        raise BadInput(
            Text(
                f"from {first} to {last} are no months in order, {MOST} at most",
                f"{first} 到 {last} 不是从先到后的月份，最多 {MOST} 个月",
            ),
            Text("for example: --from 2026-07 --to 2026-09", "例如：--from 2026-07 --to 2026-09"),
        )
    return names[names.index(first) :]


class Run:
    """One replay, ready to be shown."""

    def __init__(self, desk: Desk, file: str, first: str, last: str) -> None:
        from svc.rules.file import load

        self.desk, self.file, self.first, self.last = desk, file, first, last
        self.new: Rules = load(file, read_file(Path(file)))
        view = desk.view()
        self.made: Replay = replay(((m, *desk.month(m, view)) for m in months(first, last, desk)), self.new)

    def document(self) -> dict[str, Any]:
        """The replay as JSON; sums are at least and at most."""
        made = self.made
        return {
            "from": self.first,
            "to": self.last,
            "rules": {"old": self.desk.rules.sha256, "new": self.new.sha256},
            "changed": [say(line) for line in in_words(self.desk.rules, self.new)],
            "findings": [self._change(one) for one in made.changes],
            "by_staff": [
                {
                    "staff": who,
                    "name": self._name(who),
                    "old": _sum(total(made.old, who)),
                    "new": _sum(total(made.new, who)),
                }
                for who in made.people()
            ],
            "total": {"old": _sum(total(made.old)), "new": _sum(total(made.new))},
        }

    def _change(self, one: Change) -> dict[str, Any]:
        return {
            "id": one.id,
            "month": one.month,
            "staff": one.staff,
            "name": self._name(one.staff),
            "old": _state(one.old),
            "new": _state(one.new),
        }

    def _name(self, staff: str | None) -> str | None:
        return self.desk.person("staff", staff).get("name") if staff else None

    def show(self) -> None:
        """The replay for people."""
        from svc.output import tables as table

        made = self.made
        lines = list(in_words(self.desk.rules, self.new))
        print(say(Text(f"what {self.file} changes:", f"{self.file} 改了什么：")))
        for line in lines or [Text("nothing", "没有改动")]:
            print(f"  {say(line)}")
        print()
        rows = [
            {"id": one.id, "name": self._name(one.staff), "old": _shown(one.old), "new": _shown(one.new)}
            for one in made.changes
        ]
        columns = {
            "id": Text("finding", "编号"),
            "name": Text("who", "当事人"),
            "old": Text("as it is", "原来"),
            "new": Text("would be", "改后"),
        }
        if rows:
            table.emit(rows, columns, "table")
            print()
        people: list[dict[str, Any]] = [
            {"name": self._name(who) or who, "old": total(made.old, who).text(), "new": total(made.new, who).text()}
            for who in made.people()
        ]
        people.append({"name": say(Text("all", "合计")), "old": total(made.old).text(), "new": total(made.new).text()})
        sums = {
            "name": Text("who", "姓名"),
            "old": Text("yuan as it is", "原来（元）"),
            "new": Text("yuan would be", "改后（元）"),
        }
        table.emit(people, sums, "table")
        print()
        print(say(Text(f"{len(made.changes)} of {len(made.old)} findings would be others; nothing was written",
                       f"{len(made.old)} 条问题中 {len(made.changes)} 条会不同；没有写入任何内容")))  # fmt: skip


def _sum(amount: Range) -> dict[str, str]:
    return {"least": f"{amount.low:.2f}", "most": f"{amount.high:.2f}"}


def _state(one: Finding | None) -> dict[str, Any] | None:
    return {"status": one.status, "amount": one.yuan, **_sum(cost(one))} if one else None


def _shown(one: Finding | None) -> str:
    from svc.output.words import word

    if one is None:
        return say(Text("no finding", "没有问题"))
    yuan = f" {cost(one).text()}" if one.priced and one.yuan is not None else ""
    return word(one.status) + yuan if language() == "zh" else one.status + yuan
