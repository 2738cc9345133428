"""What the events of all ledgers are called in Chinese: the ledgers keep `leave`, a message says 离场."""

from __future__ import annotations

EVENTS = {
    "log": "登记",
    "reply": "答复",
    "escalate": "报总部",
    "close": "结案",
    "dispatch": "派工",
    "repromise": "改约",
    "arrive": "到场",
    "call-in": "来电报总部",
    "leave": "离场",
    "cancel": "取消",
    "survey": "满意度调查",
    "amend": "补充",
    "archive": "存档",
    "report": "上报",
    "verify": "认定",
    "remedy": "挽回",
    "uphold": "认定成立",
    "dismiss": "认定不成立",
    "waive": "免罚",
    "appeal": "申诉",
    "settle": "选定",
    "answer": "答复",
    "open": "提出",
    "request": "申请",
    "approve": "同意",
    "refuse": "不同意",
    "receive": "收货",
    "make": "报价",
    "accept": "接受",
    "decline": "不接受",
    "promise": "约定",
    "done": "完成",
    "train": "培训",
    "plan": "计划",
    "submit": "提交",
    "review": "审核",
    "buy": "购买",
    "turn-in": "入库",
    "undo": "撤销",
    "correct": "更正",
    "unmask": "查看号码",
    "export": "导出",
    "erase": "删除",
    "key-add": "登记密钥",
    "key-revoke": "注销密钥",
}


def chinese(event: str) -> str:
    """What an event is called in Chinese."""
    return EVENTS.get(event, event)
