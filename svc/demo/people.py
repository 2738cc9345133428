"""The invented department's registers: people, customers, machines, suppliers.

The customers are places of old novels and sayings, the numbers a range that nobody is given.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from svc.demo.parts import part_rows

Row = dict[str, Any]

STAFF = (
    ("S01", "甄一帆", "head"),
    ("S02", "贾致远", "gm"),
    ("S03", "吴小满", "clerk"),
    ("S04", "梅若兰", "clerk"),
    ("S05", "甄大山", "technician"),
    ("S06", "贾铁生", "technician"),
    ("S07", "吴长河", "technician"),
    ("S08", "梅向东", "technician"),
    ("S09", "甄石开", "technician"),
    ("S10", "计清", "finance"),
    ("S11", "储有余", "warehouse"),
    ("S12", "贾春晓", "sales"),
    ("S13", "吴采薇", "purchasing"),
)

TECHNICIANS = tuple(id for id, _, role in STAFF if role == "technician")

CUSTOMERS = (
    ("花果山石料厂", "孙经理", "东区"),
    ("高老庄农机合作社", "朱社长", "西区"),
    ("流沙河疏浚公司", "沙队长", "西区"),
    ("火焰山矿业公司", "牛矿长", "西区"),
    ("女儿国园林公司", "柳经理", "南区"),
    ("水帘洞隧道工程队", "袁队长", "东区"),
    ("梁山泊水利公司", "宋工", "北区"),
    ("聚义厅建材公司", "晁经理", "北区"),
    ("快活林物流园", "施主任", "北区"),
    ("大观园园林公司", "林经理", "南区"),
    ("太虚幻境度假村", "景主任", "南区"),
    ("桃花源砂石场", "陶场长", "南区"),
    ("乌托邦建设公司", "莫工", "东区"),
    ("子虚矿业公司", "虚经理", "东区"),
    ("乌有路桥公司", "吴经理", "北区"),
    ("黄粱砂石厂", "卢厂长", "东区"),
    ("南柯城建公司", "淳经理", "南区"),
    ("镜花水运码头", "唐主任", "南区"),
    ("蓬莱岛港务公司", "安经理", "东区"),
    ("不周山爆破公司", "共工长", "西区"),
    ("瑶池水务公司", "王主任", "西区"),
    ("广寒宫冷库工地", "吴工头", "北区"),
    ("华胥国混凝土公司", "华经理", "北区"),
    ("无何有乡农场", "庄场长", "西区"),
)

MAIL = (
    "huaguoshan", "gaolaozhuang", "liushahe", "huoyanshan", "nverguo", "shuiliandong", "liangshanpo", "juyiting",
    "kuaihuolin", "daguanyuan", "taixuhuanjing", "taohuayuan", "wutuobang", "zixu", "wuyou", "huangliang", "nanke",
    "jinghuashuiyun", "penglaidao", "buzhoushan", "yaochi", "guanghangong", "huaxuguo", "wuheyouxiang",
)  # fmt: skip
"""Each customer's domain below `.example`, a name that nobody can have."""

KEY = {1: 90, 4: 60, 7: 90, 14: 90, 19: 60, 22: 120}
"""Key customers: their number, and every how many days they are to be visited."""

PRODUCTS = {"WT220": "挖掘机", "WT75": "小挖", "ZT50": "装载机", "YT14": "压路机"}
MACHINES = {"WT220": 16, "WT75": 9, "ZT50": 10, "YT14": 5}
BOUGHT_IN = {"YT14": "SP01"}
BY_HOURS = {"WT220-0003": 3000, "WT220-0006": 4000, "WT75-0005": 3000, "ZT50-0001": 3000, "ZT50-0005": 2800}
"""Machines whose warranty goes by hours too; the last one has run them long before its day."""
SUPPLIERS = (("SP01", "远山液压件厂", "139-0000-0901"), ("SP02", "近水电控公司", "139-0000-0902"))


def department() -> list[Row]:
    """The rows of the registers in the neutral form, in the order in which they can be added."""
    return [*_suppliers(), *_staff(), *_customers(), *_machines(), *part_rows()]


def _row(ledger: str, id: str, **fields: Any) -> Row:
    return {"ledger": ledger, "event": "add", "id": id, **fields}


def _suppliers() -> list[Row]:
    return [_row("supplier", id, name=name, phone=phone) for id, name, phone in SUPPLIERS]


def _staff() -> list[Row]:
    return [
        _row("staff", id, name=name, role=role, phone=f"139-0000-00{n:02}")
        for n, (id, name, role) in enumerate(STAFF, 1)
    ]


def _customers() -> list[Row]:
    rng = random.Random("customers")
    rows = []
    for n, (name, contact, region) in enumerate(CUSTOMERS, 1):
        row = _row("customer", f"CU{n:04}", name=name, phone=f"138-0000-1{n:03}", contact=contact, region=region)
        if n % 6 == 0:
            row["phone"] += f"; 139-0000-2{n:03}"
        if n in KEY:
            row["key_every_days"] = KEY[n]
        row["email"] = f"service@{MAIL[n - 1]}.example"
        row["since"] = f"{date(2022, 3, 1) + timedelta(days=rng.randrange(1400))}T09:00:00+08:00"
        rows.append(row)
    return rows


def _machines() -> list[Row]:
    rng = random.Random("machines")
    rows: list[Row] = []
    for product, count in MACHINES.items():
        for n in range(1, count + 1):
            customer = CUSTOMER_OF[(len(rows) * 7) % len(CUSTOMER_OF)]
            sold = date(2023, 2, 1) + timedelta(days=rng.randrange(1220))
            row = _row("machine", f"{product}-{n:04}", product=product, customer=customer, sold=sold.isoformat())
            row["warranty_until"] = (sold.replace(year=sold.year + 2, day=min(sold.day, 28))).isoformat()
            row["contract"] = f"XS{sold:%y%m}-{rng.randrange(1, 90):02}"
            if product in BOUGHT_IN:
                row["supplier"] = BOUGHT_IN[product]
            if row["id"] in BY_HOURS:
                row["warranty_hours"] = BY_HOURS[row["id"]]
            rows.append(row)
    return rows


def hours_run(machine: Row, day: date) -> int:
    """What the hour meter of a machine says on a day: each is used so many hours a day since its sale."""
    a_day = random.Random(f"hours {machine['id']}").uniform(2.5, 6.5)
    return round(a_day * max(0, (day - date.fromisoformat(machine["sold"])).days))


CUSTOMER_OF = [f"CU{n:04}" for n in range(1, len(CUSTOMERS) + 1)]
