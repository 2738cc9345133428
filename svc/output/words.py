"""Codes as people read them: the ledgers keep `walk-in`, a Chinese page says 来人. JSON and CSV keep the codes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from svc.domain import interval, ledgers, registers
from svc.domain.answering import BY
from svc.domain.entry import Entry
from svc.domain.guards import done
from svc.domain.kinds import Choice
from svc.domain.row_kinds import NamedValues, Rows
from svc.text import language

_STATES = {
    "upkeep": "保养",
    "withheld": "号码未显示",
    "unsigned": "未署名",
    "awaiting_ruling": "待认定",
    "facts_missing": "事实不明",
    "final": "成立",
    "dismissed": "不成立",
    "waived": "免罚",
    "on_time": "准时",
    "late": "逾时",
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
    "awaiting_consent": "待总经理同意",
    "awaiting_review": "待审核",
    "approved": "已同意",
    "rejected": "不同意",
    "received": "已收货",
    "accepted": "接受",
    "declined": "不接受",
    "not_needed": "无须答复",
    "unanswered": "未答复",
    "in_time": "按期",
    "within": "按时",
    "overdue": "超期",
    "free": "免费",
    "chargeable": "收费",
    "entered": "记入",
    "withdrawn": "撤销",
    "blocked_by_tools": "工具未入库",
    "cost_to_customer": "客户承担",
    "cost_to_company": "公司承担",
}

CODED = frozenset(
    [
        "status",
        "kind",
        "channel",
        "category",
        "cause",
        "cause_class",
        "outcome",
        "standing",
        "role",
        "purpose",
        "survey",
        "missing",
        "verdict",
        "asked_by",
        "to",
        "charge",
        "answer",
        "escalated_to",
        "answered_by",
        "of",
        "event",
        "with",
        "from",
        "as",
        "reason",
        "opinions",
        "every",
        "field",
        "was",
        "value",
    ]
)
"""The columns and fields whose values are codes."""


def event_word(entry: Entry) -> str:
    """What an entry did, in the language shown now; in English by the name that is typed."""
    return done(entry).zh if language() == "zh" else entry.event


def short(title: str) -> str:
    """A field's title without what explains it: for a label before a value."""
    return title.split("（")[0].split("：")[0].split(" (")[0].split(":")[0]


LABELS = {
    "at": "时间",
    "from": "来电人",
    "customer": "客户",
    "channel": "渠道",
    "kind": "类别",
    "machine": "设备",
    "needs_service": "需要上门",
    "replied_at": "答复",
    "open": "未结",
    "summary": "内容",
    "follows": "接着来电",
    "followed_by": "后续来电",
    "logged_again": "重复登记",
    "call": "来电",
    "staff": "员工",
    "name": "姓名",
    "purpose": "事由",
    "promised": "约定",
    "asked_by": "提出方",
    "arrived_at": "到场",
    "left_at": "离场",
    "called_in": "离开前来电",
    "cancelled_at": "取消",
    "outcome": "结果",
    "visit": "派工",
    "fault": "故障",
    "cause": "原因",
    "cause_class": "原因类别",
    "resolved": "已修好",
    "missing": "缺项",
    "times": "次数",
    "last_done": "上次",
    "survey": "调查",
    "archived": "存档",
    "about": "被投诉人",
    "standing": "认定",
    "remedied": "已挽回",
    "degree": "情节",
    "role": "岗位",
    "login": "登录名",
    "phone": "电话",
    "contact": "联系人",
    "code": "简码",
    "region": "区域",
    "address": "地址",
    "product": "产品",
    "sold": "销售日期",
    "warranty_until": "保修至",
    "contract": "合同",
    "supplier": "供应商",
    "since": "建档",
    "key_since": "重点客户起",
    "calls": "来电",
    "visits": "应到派工",
    "visits_sent": "派工",
    "on_time_rate": "准时率",
    "reports": "报告",
    "incomplete_reports": "缺项报告",
    "mean_overall": "总体评分",
    "complaints_upheld": "属实投诉",
    "report": "服务报告",
    "part": "配件",
    "answered": "已答复",
    "amount": "金额",
    "reason": "理由",
    "received_at": "收货时间",
    "cost": "费用",
    "consented": "事先同意",
    "trip": "出差",
    "tool": "工具",
    "turned_in_at": "入库时间",
    "submitted_by": "提交人",
    "receipts": "票据数",
    "invalid": "问题行",
    "reviewed_by": "审核人",
    "charge": "收费",
    "clause": "条款",
    "total": "合计",
    "to_pay": "客户付",
    "answer": "客户答复",
    "answered_at": "答复时间",
    "due": "期限",
    "done_at": "完成",
    "training": "约定培训人数",
    "trained": "已培训人数",
    "by": "最晚",
    "opinions": "意见",
    "introduced": "介绍产品",
    "fines": "罚款",
    "answered_by": "以何答复",
    "deadline": "最晚到场",
    "expected": "现约定",
    "past_customers_time": "晚于客户要求",
    "in_warranty": "保修期内",
    "age_days": "售出天数",
    "repairs": "维修次数",
    "repeats": "重复维修",
    "event": "动作",
    "with": "校验",
    "of": "登记册",
    "whose": "谁的",
    "field": "项目",
    "value": "内容",
}
"""What the values of a card are called."""


def label(name: str) -> str:
    """What a value is called in the language shown now."""
    return LABELS.get(name) or _titles().get(name, name) if language() == "zh" else name.replace("_", " ")


@cache
def _titles() -> dict[str, str]:
    """What fields are called that cards have no word of their own for."""
    events = [event for noun in ledgers.TABLE for event in ledgers.events(noun).values()]
    fields = [*(f for event in events for f in event.fields), *(f for row in registers.TABLE.values() for f in row.fields)]
    return {field.name: short(field.title.zh) for field in reversed(fields)}


def _choices() -> Iterator[tuple[str, Choice]]:
    """Every choice that the ledgers keep, by the name of its field or column."""
    for noun in ledgers.TABLE:
        for event in ledgers.events(noun).values():
            for field in event.fields:
                columns = field.kind.columns if isinstance(field.kind, Rows) else ()
                kind = field.kind.keys if isinstance(field.kind, NamedValues) else field.kind
                kinds = [(field.name, kind), *((column.name, column.kind) for column in columns)]
                yield from ((name, one) for name, one in kinds if isinstance(one, Choice))


@cache
def _words() -> dict[str, str]:
    found = dict(registers.ROLE_WORDS.words)
    for _, kind in _choices():
        found.update({code: zh for code, zh in kind.words.items() if code not in found})
    return found | _STATES


@cache
def _own() -> dict[str, dict[str, str]]:
    """What a code means in one column alone, where columns differ: the choice of a field of that name comes first."""
    events = {event.name: event.done.zh for noun in ledgers.TABLE for event in ledgers.events(noun).values()}
    found: dict[str, dict[str, str]] = {}
    for name, kind in _choices():
        found[name] = kind.words | found.get(name, {})
    return {**found, "standing": found["verdict"], "event": events, **_OWN}


_OWN = {
    "answered_by": {code: said.zh for code, said in BY.items()},
    "open": {"open": "未结", "closed": "已结"},
    "field": {field.name: short(field.title.zh) for row in registers.TABLE.values() for field in row.fields},
    "was": dict(registers.ROLE_WORDS.words),
    "value": dict(registers.ROLE_WORDS.words),
    "of": {noun: row.title.zh for noun, row in registers.TABLE.items()},
    "with": {"paper": "打印单据"},
    "outcome": {"approved": "已批准", "refused": "不予报销", "blocked_by_tools": "工具未入库", "awaiting": "待审核"},
}
"""What a code means in one column alone: `refused` is a survey that nobody filled in, or a receipt nobody pays."""


_IN_ENGLISH = {
    "not_needed": "no answer needed",
    "blocked_by_tools": "tools not handed in",
    "cost_to_customer": "customer pays",
    "cost_to_company": "company pays",
}
"""What is said of a code in English where that is more than its words without the underscore."""


def word(code: str, field: str = "", choice: Choice | None = None) -> str:
    """A code in the language shown now; several, separated by a comma, one by one.

    `field` tells apart what two nouns use one code for: a call to have something repaired, a visit to repair it;
    a complaint dismissed as untrue, a finding dismissed. Whoever knows of which `choice` it is need not have all nouns asked.
    """
    if choice and language() == "zh" and code in choice.words:
        return choice.words[code]
    return _chinese(code, field) if language() == "zh" else ", ".join(_english(part, field) for part in code.split(", "))


def ways_to_say(code: str, field: str = "") -> frozenset[str]:
    """The code, and its words in either language: whichever is on the screen may be typed."""
    return frozenset((code, _english(code), _chinese(code, field)))


def _english(code: str, field: str = "") -> str:
    return _IN_ENGLISH.get(code, code.replace("_", " ")) if code in _STATES or field == "field" else code


def _chinese(code: str, field: str) -> str:
    own = _own().get(field, {})
    if code in own or field in ("was", "value"):
        return own.get(code, code)
    if field == "every":
        return interval.words(code).zh.removeprefix("每 ")
    parts = [own.get(part) or _words().get(part) for part in code.split(", ")]
    return "、".join(filter(None, parts)) if all(parts) else code
