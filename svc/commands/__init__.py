"""The table of nouns: one line and one file `svc/commands/NOUN.py` each, imported only when it is called."""

from __future__ import annotations

from svc.locale import Text

NOUNS: dict[str, Text] = {
    "init": Text("make a new desk", "新建工作目录"),
    "today": Text("what waits, most urgent first", "今日待办，最急的在前"),
    "check": Text("what is overdue or due soon (for cron)", "检查超期和即将到期的事项（供定时任务用）"),
    "customer": Text("customers", "客户"),
    "machine": Text("machines sold", "设备"),
    "staff": Text("staff", "员工"),
    "supplier": Text("suppliers", "供应商"),
    "call": Text("calls and letters", "来电来函"),
    "visit": Text("visits: dispatch, arrival, leaving", "派遣：派工、到场、离场"),
    "report": Text("service reports and surveys", "服务报告和满意度调查"),
    "complaint": Text("complaints", "投诉"),
    "conduct": Text("what staff did or failed to do", "员工行为"),
    "finding": Text("findings and rulings", "问题认定"),
    "audit": Text("what a month was worth", "月度审计"),
    "rules": Text("the rules file", "规则文件"),
    "ledger": Text("the ledgers themselves: verify, import, export", "台账：校验、导入、导出"),
}
