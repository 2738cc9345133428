"""Codes as people read them: the ledgers keep `walk-in`, a Chinese page says 来人. JSON and CSV keep the codes."""

from __future__ import annotations

from functools import cache

from svc.domain import ledgers, registers
from svc.domain.fields import Choice, Table
from svc.locale import language

_STATES = {
    "awaiting_ruling": "待认定",
    "facts_missing": "事实不明",
    "final": "成立",
    "dismissed": "不成立",
    "waived": "免罚",
    "on_time": "准时",
    "late": "晚到",
    "missed": "未到",
    "pending": "未到期",
    "cancelled": "已取消",
    "open": "待查",
    "upheld": "属实",
    "returned": "已收回",
    "refused": "拒填",
    "criticism": "批评",
    "bonus_deduction": "扣奖金",
    "demerit": "记过",
    "major_demerit": "记大过",
    "dismissal": "辞退",
    "legal": "追究法律责任",
    "cause": "故障原因",
    "solution": "解决办法",
    "parts": "更换零件",
    "opinion": "用户意见",
    "free": "免费",
    "chargeable": "收费",
}

CODED = frozenset(
    "status kind channel cause cause_class outcome standing role purpose survey missing verdict asked_by to charge".split()
)
"""The columns and fields whose values are codes."""


@cache
def _words() -> dict[str, str]:
    found = dict(registers.ROLE_WORDS.words)
    for noun in ledgers.TABLE:
        for event in ledgers.events(noun).values():
            for field in event.fields:
                kind = field.kind.keys if isinstance(field.kind, Table) else field.kind
                if isinstance(kind, Choice):
                    found.update({code: zh for code, zh in kind.words.items() if code not in found})
    return found | _STATES


def word(code: str) -> str:
    """A code in the language shown now; several, separated by a comma, one by one."""
    if language() != "zh":
        return code
    return "、".join(_words().get(part, part) for part in code.split(", "))
