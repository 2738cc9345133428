"""The invented department's parts: what one costs, from whom it comes, how many the warehouse should have."""

from __future__ import annotations

from typing import Any

from svc.named import NamedTuple


class Part(NamedTuple):
    """One registered part."""

    number: str
    name: str
    unit: str
    price: str
    supplier: str | None
    low: int


LABOUR = "LABOUR"
KIT = "BY-0500"
PARTS = (
    Part(LABOUR, "工时", "小时", "120.00", None, 0),
    Part(KIT, "500小时保养包", "套", "380.00", None, 3),
    Part("MF-1042", "油缸密封包", "套", "260.00", "SP01", 4),
    Part("YG-3308", "高压油管", "根", "185.00", "SP01", 4),
    Part("GJ-0009", "管夹", "个", "12.00", None, 6),
    Part("LX-2210", "液压滤芯", "个", "98.00", None, 4),
    Part("ZB-0220", "主泵总成", "台", "12800.00", "SP01", 0),
    Part("JW-0082", "节温器", "个", "86.00", None, 2),
    Part("PD-1320", "风扇皮带", "根", "65.00", None, 2),
    Part("ZJ-0041", "张紧轮", "个", "145.00", None, 2),
    Part("HZ-0022", "回转支承滚道", "套", "1650.00", None, 1),
    Part("CL-0715", "行星齿轮组", "套", "980.00", None, 1),
    Part("CJ-0516", "防水插接件", "个", "18.00", "SP02", 8),
    Part("KZ-0007", "控制器", "个", "2600.00", "SP02", 1),
    Part("DC-0120", "蓄电池", "块", "480.00", None, 2),
    Part("ZD-0035", "制动钳修理包", "套", "135.00", None, 4),
    Part("SP-0050", "刹车片", "片", "45.00", None, 8),
    Part("BS-0050", "变速泵", "台", "1250.00", "SP01", 1),
    Part("MC-0612", "摩擦片组", "套", "720.00", None, 1),
    Part("ZP-0014", "振动泵", "台", "3600.00", "SP01", 0),
    Part("JZ-0140", "减振块", "个", "52.00", None, 6),
    Part("HY-0011", "黄油嘴", "个", "6.00", None, 4),
    Part("YD-0221", "引导轮", "件", "860.00", None, 1),
)
BY_NUMBER = {part.number: part for part in PARTS}

PRICES = (("LABOUR", "130.00", 61, "总经理批示：工时单价调整"), ("YG-3308", "198.00", 30, "厂家调价通知"))
"""Prices that change: the new one, so many days after the first day, and why."""


def part_rows() -> list[dict[str, Any]]:
    """The register, in the neutral form."""
    rows = []
    for part in PARTS:
        row = {"ledger": "part", "event": "add", "id": part.number, "name": part.name, "unit": part.unit, "price": part.price}
        row |= {"supplier": part.supplier} if part.supplier else {}
        rows.append(row | ({"low": part.low} if part.low else {}))
    return rows
