"""Phone and identity numbers in free text are found as people type them; numbers of parts and machines are left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.numbers import hide

HIDDEN = [
    ("call back on 13800001234", "call back on 138-****-1234"),
    ("打 138-0000-1234 找甄厂长", "打 138-****-1234 找甄厂长"),
    ("电话13800001234，急", "电话138-****-1234，急"),
    ("tel13800001234", "tel138-****-1234"),
    ("Tel: 138 0000 1234.", "Tel: 138-****-1234."),
    ("手机138.0000.1234", "手机138-****-1234"),
    ("１３８００００１２３４ 请回电", "138-****-1234 请回电"),
    ("+86 138 0000 1234 or 0086-13900004321", "138-****-1234 or 139-****-4321"),
    ("座机 021-55550100 转 802", "座机 021-****-0100 转 802"),
    ("座机 (021)55550100", "座机 021-****-0100"),
    ("座机：02155550100", "座机：021-****-0100"),
    ("phone no. 13800001234", "phone no. 138-****-1234"),
    ("手机号码：13800001234", "手机号码：138-****-1234"),
    ("ring +49 30 1234567 please", "ring 00-**** please"),
    ("身份证 110101199003070011 已核对", "身份证 1101************11 已核对"),
    ("身份证号：11010119900307001X", "身份证号：1101************1X"),
    ("110101 19900307 0011", "1101************11"),
    ("13800001234/13900004321", "138-****-1234/139-****-4321"),
    *((f"请回 {typed} 谢谢", f"请回 {shown} 谢谢") for typed, shown in (
        ("010 8765 4321", "010-****-4321"), ("1367777-8888", "136-****-8888"), ("136/7777/8888", "136-****-8888"),
        ("136_7777_8888", "136-****-8888"), ("一三六七七七七八八八八", "136-****-8888"), ("136 77 77 88 88", "136-****-8888"),
        ("1 3 6 7 7 7 7 8 8 8 8", "136-****-8888"), ("0755 8765 4321", "0755-****-4321"), ("400-820-8820", "400-****-8820"),
        ("136，7777，8888", "136-****-8888"), ("136-7777 8888", "136-****-8888"), ("订单13677778888", "订单136-****-8888"),
        ("13677778888x", "136-****-8888x"), ("wx:13677778888", "wx:136-****-8888"), ("13677778888@139.com", "136-****-8888@139.com"),
        ("+852 9123 4567", "00-****"), ("幺三六 七七七七 八八八八", "136-****-8888"), ("136·7777·8888", "136-****-8888"),
        ("〇一〇-八七六五四三二一", "010-****-4321"), ("1 1 0 1 0 1 1 9 9 0 0 3 0 7 0 0 1 1", "1101************11"),
    )),
]  # fmt: skip

LEFT = [
    "seal 4 mm, SN-13800001234, pump HP-2026-11-0001",
    "件号 13800001234 缺货",
    "part no. 13800001234",
    "P/N 13800001234, serial 15900001234",
    "订单号：13800001234",
    "A13800001234 and 13800001234B",
    "2026-10-05 09:00 to 2026-11-23T15:00:00+08:00",
    "12345678901 hours, 138000012345 counts",
    "110101199003070012 is no identity number: wrong check digit",
    "+3d, 24 V, 021 units, 380 V 50 Hz",
    "2026-11-20 13:45:10, 13:30-15:45, 2026年11月20日 14:00",
    "压力 150 2000 3000 rpm，13 14 15 16 17 8 台",
    "一二三四五六七八九，第十三四五六个",
    "尺寸 1350/2000/3000 mm，共 13800001234 元",
    "C2611-0001, V2611-0007, R2611-0001",
    "138-****-1234 was masked before",
    "0.13800001234 bar",
    "油压 0512-62 bar",
]


@pytest.mark.parametrize(("typed", "stored"), HIDDEN)
def test_hidden(typed: str, stored: str) -> None:
    assert hide(typed) == stored
    assert hide(stored) == stored


@pytest.mark.parametrize("typed", LEFT)
def test_left(typed: str) -> None:
    assert hide(typed) == typed


def test_phones_are_told() -> None:
    seen: list[str] = []
    hide("13800001234 or 021-55550100, id 110101199003070011", seen.append)
    assert seen == ["138-0000-1234", "021-5555-0100"]


SEPARATORS = st.sampled_from(["", "-", " ", "."])


@given(
    st.text(alphabet="请打电话给甄 ，。:：\n", max_size=8),
    st.integers(3, 9),
    st.from_regex("[0-9]{9}", fullmatch=True),
    SEPARATORS,
    st.text(alphabet="急转，。！ \n", max_size=8),
)
def test_no_mobile_number_gets_through(before: str, second: int, rest: str, sep: str, after: str) -> None:
    digits = f"1{second}{rest}"
    typed = f"{before}{digits[:3]}{sep}{digits[3:7]}{sep}{digits[7:]}{after}"
    stored = hide(typed)
    assert digits[3:7] not in stored.replace(digits[:3], "", 1) or "****" in stored
    assert "****" in stored and stored.startswith(before) and stored.endswith(after)


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    assert hide(hide(text)) == hide(text)
