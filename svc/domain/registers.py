"""The registers: customers, machines, staff, suppliers. Small files that may be changed and erased.

Unlike ledgers they hold what is so now, not what happened; personal data (names, numbers) is here
and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from svc.domain.kinds import DAYS, Choice, Code, Count, Day, Field, Moment, Money, Prose, Ref
from svc.domain.ledgers import NO_DEVICE, ROLES
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, example, quoted, quoted_zh

ROLE_WORDS = Choice(
    technician="技术员",
    clerk="文员",
    head="主管",
    gm="总经理",
    finance="财务",
    warehouse="仓库",
    sales="销售",
    purchasing="采购",
)
assert tuple(ROLE_WORDS.words) == ROLES


class Span(NamedTuple):
    """A day that may be said as so and so long after another: a warranty of 12 months from the sale."""

    name: str
    start: str
    end: str
    title: Text


class RegisterType(NamedTuple):
    """How a register is filed: `data/registers/FILE.csv`, ids `PREFIX0001` (without a prefix: what `key` gives, a serial number).

    `dated` are the fields that people and money are judged by: each change of one is an entry of the ledger
    `change` with the day it dates from, and a day is judged by what held on it. The rest identifies people.
    `edited` is what an example of changing one names and sets.
    Those that stand `apart` not everybody may read: a server keeps them by themselves.
    """

    noun: str
    prefix: str | None
    file: str
    title: Text
    fields: tuple[Field, ...]
    personal: tuple[str, ...]
    example: Text | str
    edited: str
    digits: int = 4
    dated: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    key: str = "--serial"
    apart: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return ("id", *(f.name for f in self.fields))


TABLE: dict[str, RegisterType] = {
    row.noun: row
    for row in (
        RegisterType(
            "customer",
            "CU",
            "customers",
            Text("customers", "客户"),
            (
                Field("name", Prose(), Text("name", "名称"), required=True),
                Field("phone", Prose(), Text("phone (several: separated by ;)", "电话（多个用 ; 分开）")),
                Field("contact", Prose(), Text("whom to ask for", "联系人")),
                Field(
                    "code",
                    Code(),
                    Text("short code to type (pinyin initials if not given)", "简码（不写则用拼音首字母）"),
                ),
                Field("region", Code(), Text("sales region", "区域")),
                Field("address", Prose(), Text("address", "地址")),
                Field(
                    "key_every_days",
                    Count(1, 3660),
                    Text("key customer: visit every N days (2.4)", "重点客户：每 N 天走访（2.4）"),
                ),
                Field("since", Moment(), Text("known since", "建档时间")),
                Field(
                    "key_since",
                    Moment(),
                    Text("key customer since, where not since it is known (2.4)", "何时起为重点客户（不写则从建档起，2.4）"),
                ),
                Field("distance_km", Count(0, 20_000), Text("how far away, in km by road", "距离（公里，按公路）")),
                Field("email", Prose(), Text("mail address (several: separated by ;)", "邮箱（多个用 ; 分开）")),
            ),
            ("name", "phone", "contact", "address", "email"),
            example(
                'svc customer add --name "{}" --phone 138-0000-1234 --contact "{}"',
                Text("Changfeng Chemicals", "长风化工厂"), Text("Mr Zhen", "甄厂长"),
            ),
            "CU0001 --phone 138-0000-5678",
            dated=("region", "key_every_days", "since", "key_since", "distance_km"),
        ),
        RegisterType(
            "machine",
            None,
            "machines",
            Text("machines", "设备"),
            (
                Field("product", Code(), Text("product", "产品"), required=True),
                Field("customer", Ref("customer"), Text("whose it is", "所属客户")),
                Field("sold", Day(), Text("day of sale", "销售日期")),
                Field("warranty_until", Day(), Text("last day of the warranty", "保修截止日")),
                Field("contract", Code(), Text("sales contract", "销售合同号")),
                Field(
                    "supplier",
                    Ref("supplier"),
                    Text("supplier of a bought-in machine (3.8)", "外购设备的供应商（3.8）"),
                ),
                Field(
                    "warranty_hours",
                    Count(1),
                    Text("hours of running that the warranty covers, whichever comes first", "保修工时，与截止日先到为准"),
                ),
            ),
            (),
            "svc machine add --serial SN-0001 --product LX200 --customer CU0001 --sold 2026-01-05 --warranty-until 2027-01-04",
            "SN-0001 --warranty-hours 2000 --from 2026-11-01",
            dated=("product", "customer", "sold", "warranty_until", "supplier", "warranty_hours"),
            spans=(
                Span("warranty", "sold", "warranty_until", Text("warranty from the sale: 12mo, 2y, 90d", "自销售起的保修期：12个月、2年")),
            ),
        ),
        RegisterType(
            "staff",
            "S",
            "staff",
            Text("staff", "员工"),
            (
                Field("name", Prose(), Text("name", "姓名"), required=True),
                Field("role", ROLE_WORDS, Text("role", "岗位"), required=True),
                Field("login", Code(), Text("user name on this computer", "电脑登录名")),
                Field("phone", Prose(), Text("service phone", "工作电话")),
                Field("wage", Money(), Text("monthly wage, for a ceiling on deductions", "月工资（用于扣款上限）")),
                Field("left", Day(), Text("last day, for those who left", "离职日期")),
            ),
            ("name", "phone", "wage"),
            example('svc staff add --name "{}" --role technician --login zhen', Text("Zhen Yifan", "甄一帆")),
            "S02 --phone 138-0000-5678",
            digits=2,
            dated=("role", "login", "wage", "left"),
            apart=("wage",),
        ),
        RegisterType(
            "supplier",
            "SP",
            "suppliers",
            Text("suppliers", "供应商"),
            (
                Field("name", Prose(), Text("name", "名称"), required=True),
                Field("phone", Prose(), Text("phone", "电话")),
                Field("contact", Prose(), Text("whom to ask for", "联系人")),
            ),
            ("name", "phone", "contact"),
            example('svc supplier add --name "{}" --phone 139-0000-4321', Text("Yuanshan Hydraulics", "远山液压件厂")),
            "SP01 --phone 139-0000-8765",
            digits=2,
        ),
        RegisterType(
            "part",
            None,
            "parts",
            Text("parts", "配件"),
            (
                Field("name", Prose(), Text("name", "名称"), required=True),
                Field("unit", Code(), Text("unit: piece, m, h", "单位：个、米、小时")),
                Field("price", Money(), Text("what one costs, yuan", "单价（元）")),
                Field("supplier", Ref("supplier"), Text("from whom it comes", "供应商")),
                Field("low", Count(), Text("how many the warehouse should have at least", "库存下限")),
            ),
            (),
            example("svc part add --number HP-100 --name {} --unit {} --price 80.50 --low 4", Text("seal", "油封"), Text("piece", "个")),
            "HP-100 --low 6",
            dated=("unit", "price", "supplier", "low"),
            key="--number",
        ),
    )
}

ID = NO_DEVICE + r"[A-Z0-9][A-Z0-9-]{0,31}"
"""Ids of a register: short codes, serial numbers. Files are never named after them."""


def key(noun: str, text: str) -> str:
    """The id as typed, in capitals; BadInput for what no id looks like."""
    text = text.strip().upper()
    if not re.fullmatch(ID, text):
        raise BadInput(
            Text(f"{quoted(text)} is no {noun} id", f"{quoted_zh(text)}不是有效的编号"),
            Text(
                "ids are letters, digits and dashes, at most 32, like CU0001 or SN-204; not CON, NUL and the like",
                "编号由字母、数字和短横线组成，最多 32 个，如 CU0001、SN-204；不能是 CON、NUL 等",
            ),
        )
    return text


@cache
def _strict(noun: str) -> tuple[Field, ...]:
    """The fields of a register whose values are more than text."""
    return tuple(field for field in TABLE[noun].fields if not isinstance(field.kind, Prose | Ref))


def unusable(noun: str, row: Mapping[str, str]) -> Iterator[tuple[Field, Text]]:
    """The values of a row that a hand left and nobody can reckon with, each with what is wrong."""
    for field in _strict(noun):
        value = row.get(field.name)
        if value:
            try:
                field.kind.load(value)
                if isinstance(field.kind, Day | Moment) and not DAYS[0] <= int(value[:4]) <= DAYS[1]:
                    raise ValueError(f"the year of {quoted(value)} is not from {DAYS[0]} to {DAYS[1]}")
            except (ValueError, BadInput) as error:
                words = getattr(field.kind, "words", None)
                like = "、".join(words) if words else "2026-11-23、4000.00、30"
                yield field, Text(f"{field.name}: {error}", f"{field.title.zh}：{quoted_zh(value)}不能用，应如 {like}")


_SPAN = r"([0-9]{1,4}) *(months?|mo|个月|月|years?|y|年|days?|d|天)"


def end_of(start: str, span: str, option: str) -> str:
    """The last day of a span that begins on a day: the same day so many months or years on, or the month's last.

    As the Civil Code counts (Art. 200-203): the day of the beginning does not count. BadInput for what is no span, and
    for one that ends after every day that a register takes.
    """
    from dateutil.relativedelta import relativedelta

    found = re.fullmatch(_SPAN, span.strip().lower())
    if not found:
        raise BadInput(
            Text(f"{option}: {quoted(span)} is no span", f"{option}：{quoted_zh(span)}不是期限"),
            Text("like 12mo, 2y or 90d", "如 12个月、2年、90天"),
        )
    unit = found[2][0]
    name = "years" if unit in "y年" else "days" if unit in "d天" else "months"
    last = date(DAYS[1], 12, 31)
    try:
        end: date = date.fromisoformat(start) + relativedelta(**{name: int(found[1])})
    except (ValueError, OverflowError):
        end = date.max
    if end > last:
        raise BadInput(
            Text(f"{option}: {quoted(span)} from {start} ends after {last}", f"{option}：自 {start} 起{quoted_zh(span)}超过 {last}"),
            Text(f"a span that ends on {last} at the latest", f"期限最晚到 {last} 为止"),
        )
    return end.isoformat()
