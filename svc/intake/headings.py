"""What departments call the columns of their own lists, in Chinese and English, and the words in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from svc.text import near

_CUSTOMER = (
    "客户名称 客户 客户单位 单位 单位名称 公司 公司名称 企业名称 用户 用户名称 用户单位 使用单位 所属客户 购货单位 购机单位",
    "customer, customer name, company, company name, client",
)
_PHONE = (
    "电话 联系电话 电话号码 手机 手机号 手机号码 移动电话 联系方式 座机 固定电话 办公电话",
    "phone, phone number, telephone, tel, mobile, mobile phone, cell phone",
)
_CONTACT = ("联系人 负责人 对接人 联系人姓名", "contact, contact person, attn")
_SERIAL = (
    "序列号 机号 机器编号 设备编号 设备序列号 出厂编号 整机编号 机器号",
    "serial, serial number, serial no, sn, s/n, machine, machine no, machine serial, machine number",
)

_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "customer": {
        "id": ("客户编号 客户编码 客户代码 编号", "id, customer id, customer no, customer number, customer code"),
        "name": (_CUSTOMER[0] + " 名称", _CUSTOMER[1] + ", name"),
        "phone": _PHONE,
        "contact": _CONTACT,
        "code": ("简码 助记码 拼音码 简称代码", "code, short code"),
        "region": ("区域 地区 片区 所属区域 销售区域", "region, area, territory"),
        "address": ("地址 联系地址 单位地址 详细地址 通讯地址", "address"),
        "key_every_days": ("走访周期 走访间隔 走访天数", "key every days, visit every days, visit interval"),
        "since": ("建档日期 建档时间 合作日期 开户日期", "since, known since, customer since"),
        "key_since": ("重点客户起始 重点客户日期 列为重点日期", "key since, key customer since"),
    },
    "machine": {
        "id": _SERIAL,
        "product": ("产品 型号 机型 产品型号 设备型号 规格型号 产品名称 设备名称", "product, model, machine model, machine type"),
        "customer": _CUSTOMER,
        "sold": ("销售日期 购机日期 购买日期 交机日期 售出日期", "sold, sale date, date of sale, sold on, purchase date"),
        "warranty_until": (
            "保修截止 保修截止日 保修截止日期 保修到期 保修到期日 保修期至 质保到期 质保到期日 质保期至 质保截止日期 三包截止日期",
            "warranty until, warranty end, warranty expires, warranty expiry, end of warranty",
        ),
        "contract": ("合同号 销售合同号 合同编号 销售合同", "contract, contract no, sales contract"),
        "supplier": ("供应商 供货商 供货单位 外购厂家", "supplier, vendor"),
    },
    "staff": {
        "id": ("工号 员工编号 人员编号 编号", "id, staff id, employee id, employee no, staff no"),
        "name": ("姓名 名字 员工姓名 员工", "name, full name, staff name, employee"),
        "role": ("岗位 职务 职位 角色 工种", "role, position, job, job title, title"),
        "login": ("登录名 电脑登录名 用户名 账号", "login, user name, username, account"),
        "phone": (_PHONE[0] + " 工作电话", _PHONE[1] + ", service phone"),
        "wage": ("月工资 工资 基本工资 月薪", "wage, monthly wage, salary"),
        "left": ("离职日期 离职时间", "left, leaving date, last day"),
    },
    "supplier": {
        "id": ("供应商编号 供应商编码 供应商代码 编号", "id, supplier id, supplier no, vendor code"),
        "name": ("供应商名称 供应商 供货商 厂家 厂家名称 单位名称 公司名称 名称", "supplier, supplier name, vendor, company, name"),
        "phone": _PHONE,
        "contact": _CONTACT,
    },
    "call": {
        "id": ("编号 登记号 来电编号 登记编号", "id, call id, call no, number"),
        "at": ("来电时间 来电日期时间 登记时间 接听时间 受理时间 来访时间", "received, received at, call time, called at, opened"),
        "date": ("日期 来电日期 登记日期 受理日期", "date, call date"),
        "time": ("时间 时刻 钟点", "time"),
        "customer": _CUSTOMER,
        "phone": (_PHONE[0] + " 来电号码 来电电话 号码 客户电话", _PHONE[1] + ", caller, caller number, from"),
        "contact": ("来电人 来电人姓名 联系人 反映人", "contact, caller name, contact person"),
        "machine": _SERIAL,
        "channel": ("来访方式 方式 渠道 来电方式", "channel, how"),
        "kind": ("类别 事由类别 类型 事由 业务类型 问题类别", "kind, type, category"),
        "summary": (
            "内容 来电内容 反映问题 问题 问题描述 故障现象 故障描述 来电事由 情况 咨询内容",
            "summary, content, problem, description, subject, issue, what was said",
        ),
        "needs_service": ("是否上门 需要上门 是否派工 上门服务", "needs service, needs visit, visit needed"),
        "due": ("要求时间 客户要求时间 要求完成时间", "due, wanted by"),
        "by": ("登记人 接听人 接电话人 接线员 记录人 受理人 接待人", "by, taken by, logged by, clerk"),
        "reply_at": ("回复时间 答复时间 处理时间 回电时间 反馈时间 回复日期 处理日期", "reply time, replied, replied at, answered at"),
        "reply_text": (
            "回复内容 答复内容 回复 答复 处理结果 处理情况 处理意见 处理方式 处理内容",
            "reply, answer, reply text, resolution, result",
        ),
        "reply_by": ("处理人 回复人 答复人 经办人 处理人员", "handled by, handler, replied by, answered by"),
    },
}  # fmt: skip

PASSED_OVER = frozenset(["序号", "行号", "备注", "说明", "no", "no.", "#", "remark", "remarks", "note", "notes"])
"""Headings of columns that no register or ledger keeps: no other heading is meant by them."""


def plain(heading: str) -> str:
    """A heading without what is no part of its name: remarks in brackets, stars, colons, capitals, blanks."""
    text = unicodedata.normalize("NFKC", heading).lower()
    text = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", " ", text).strip(" *:.;。、")
    text = " ".join(re.sub("[_-]+", " ", text).split())
    return text.replace(" ", "") if not text.isascii() else text


def _known() -> Mapping[str, Mapping[str, str]]:
    return {
        noun: {word: name for name, (zh, en) in names.items() for word in (*zh.split(), *en.split(", "))}
        for noun, names in _WORDS.items()
    }


KNOWN = _known()
"""Noun → heading as `plain` gives it → field."""


class Guess(NamedTuple):
    """The field that a heading means; not `sure` where it is only near a known one."""

    field: str
    sure: bool


def guess(noun: str, heading: str) -> Guess | None:
    """What a heading of a list of such things means; None where nothing known is near."""
    word, known = plain(heading), KNOWN[noun]
    if word in known:
        return Guess(known[word], True)
    if not word or word in PASSED_OVER:
        return None
    inside = [one for one in known if len(one) >= 2 and not one.isascii() and word.endswith(one)]
    meant = [max(inside, key=len)] if inside else near(word, known, least=0.8)
    return Guess(known[meant[0]], False) if meant else None


WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {
        "technician": "技师 工程师 服务工程师 售后工程师 售后技术员 维修工 维修员 维修工程师 服务员 engineer service engineer mechanic",
        "clerk": "内勤 客服 前台 接线员 接待员 统计员 office",
        "head": "部长 部门经理 服务经理 售后经理 主任 科长 manager",
        "gm": "厂长 general-manager",
        "finance": "会计 出纳 财务人员 accountant",
        "warehouse": "仓管 库管 仓管员 库管员 保管员 storekeeper",
        "sales": "业务员 销售员 销售经理 salesman",
        "purchasing": "采购员 buyer",
    },
    "kind": {
        "consult": "技术咨询 问询 question",
        "repair": "维修 故障 修理 故障报修 fault breakdown",
        "install": "安装调试 调试 installation",
        "quote": "询价 购件 配件 买配件 price",
        "complaint": "意见",
        "other": "其它",
    },
    "channel": {
        "phone": "来电 手机 座机 tel call telephone",
        "letter": "信函 函件 传真 来信 fax",
        "walk-in": "来访 上门 visit",
        "wechat": "企业微信",
        "email": "邮箱 电子邮件 e-mail mail",
    },
    "needs_service": {"yes": "需要 需 要 有 √ y true", "no": "不需要 不需 不用 无 × n false"},
}
"""Field → our word → theirs, besides those that the field itself reads."""
