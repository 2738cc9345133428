"""The table of nouns: one line and one file `svc/commands/NOUN.py` each, imported only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from svc.domain import ledgers
from svc.text import Text

SECTIONS: dict[Text, dict[str, Text]] = {
    Text("every day", "日常"): {
        "today": Text("what waits, most urgent first", "今日待办，最急的在前"),
        "plan": Text("who is where when, what nobody is sent for yet", "排班：谁何时在哪里，哪些还没派人"),
        "check": Text("what is overdue or due soon (for cron)", "检查超期和即将到期的事项（供定时任务用）"),
        "search": Text("words in what was written of calls, reports, complaints, opinions", "按词查找来电、报告、投诉、意见等内容"),
        "call": Text("calls and letters", "来电来函"),
        "visit": Text("visits: dispatch, arrival, leaving", "派遣：派工、到场、离场"),
        "report": Text("service reports and surveys", "服务报告和满意度调查"),
        "quote": Text("quotes: free or paid for", "报价：免费或收费"),
        "complaint": Text("complaints", "投诉"),
        "conduct": Text("what staff did or failed to do", "员工行为"),
        "install": Text("installations promised, done, people trained", "安装调试和培训"),
        "tour": Text("visits to key customers, their opinions", "走访重点客户、征求意见"),
        "upkeep": Text("upkeep that comes round, by months or hours", "定期保养：按时间或工时"),
        "return": Text("returned goods, with the general manager's consent", "退货（须总经理同意）"),
        "defect": Text("design defects, machines nobody can handle", "设计缺陷、修不好的设备"),
        "claim": Text("claims on suppliers", "外购件质量问题找厂家"),
        "expense": Text("expense claims of trips", "出差报销"),
        "tool": Text("tools bought on trips", "出差购买的工具"),
        "attach": Text("keep photos, receipts, forms, letters with a record", "给记录附上照片、票据、表单、信函"),
        "attachment": Text("the files kept so: list, open, export, erase", "附件：列表、打开、导出、删除"),
        "customer": Text("customers", "客户"),
        "machine": Text("machines sold", "设备"),
        "fault": Text("fault codes: which there are, what helped, which are one", "故障代码：有哪些、怎么修好、合并"),
        "staff": Text("staff", "员工"),
        "absence": Text("who is away and when", "请假外出"),
        "supplier": Text("suppliers", "供应商"),
        "part": Text("parts: number, name, price", "配件：件号、名称、单价"),
        "stock": Text("parts in and out, what is where, what a repair cost", "配件出入库、库存、维修成本"),
        "undo": Text("take back one's own last entry (within 15 minutes)", "撤销本人的上一条记录（15 分钟内）"),
    },
    Text("the month's end", "月末"): {
        "audit": Text("what a month was worth", "月度审计"),
        "finding": Text("findings and rulings", "问题认定"),
        "statement": Text("statements of pay that were read", "已阅的工资结算单"),
        "register": Text("the books of a month: calls, dispatch, expenses", "登记簿：来电、派遣、费用"),
    },
    Text("administration", "管理"): {
        "init": Text("make a new desk", "新建工作目录"),
        "rules": Text("the rules file", "规则文件"),
        "ledger": Text("the ledgers themselves: verify, import, export", "台账：校验、导入、导出"),
        "desk": Text("the desk itself: on a server, at a site, moved, protected", "工作目录本身：数据库、网点、搬迁、保护"),
        "access": Text("who saw personal data, keys", "个人信息查阅和密钥登记"),
        "change": Text("what changed of registered facts, and from when", "登记资料的变更记录"),
        "config": Text("your own settings: desk, person, language, pager, colour", "个人设置：工作目录、本人、语言、分页、颜色"),
        "completion": Text("Tab in your shell: bash, zsh, fish, PowerShell", "命令补全：bash、zsh、fish、PowerShell"),
    },
}
"""The nouns by when they are used, in the order in which help lists them."""

NOUNS = {noun: title for section in SECTIONS.values() for noun, title in section.items()}

_ELSEWHERE = {"return": "return_"}
"""Nouns whose file has another name."""

for _row in ledgers.TABLE.values():  # a ledger without a file here needs none
    if _row.noun not in NOUNS and _row.backlog:
        NOUNS[_row.noun], _ELSEWHERE[_row.noun] = _row.title, "plain_ledgers"


def load(noun: str) -> Any:
    """The command of a noun, its file imported now."""
    return import_module(f"svc.commands.{_ELSEWHERE.get(noun, noun)}").command(noun, NOUNS[noun])
