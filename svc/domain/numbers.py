"""Phone and identity numbers in free text: found however people type them, and hidden before anything is kept.

Looked for are digits, with whatever stands between them (blanks, dashes, dots, strokes, commas, brackets), in any width
and as Chinese numerals, from where a group of digits begins to where one ends. Whether they are a number is a matter
of how many there are and how they begin; what looks like one and is none stands in the table NOT_A_NUMBER.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from svc.domain.kinds import Field, Prose
from svc.domain.people import masked, normal
from svc.domain.row_kinds import NamedValues, Rows
from svc.named import NamedTuple

Seen = Callable[[str], None]

NOT_A_NUMBER = {
    "a date, a time": r"(?:19|20)[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?(?:[T ]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[+-][0-9]{2}:[0-9]{2})?)?",
    "a time of day": r"(?<![0-9])[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?(?![0-9])",
    "a part, an order, a serial number, as the word before it says": (
        r"(?i)(?:(?:件号|图号|料号|型号|编号|单号|序列号|批号|批次|货号|合同号|订单号|发票号?|零件|备件|配件|铭牌|机号|出厂号|快递|运单"
        r"|\bpart|\bserial|\bs/?n|\bp/?n|\border|\bbatch|\binvoice|\bcontract|\bmodel|\bno\.?|\bnumber|№|#)"
        r"\s*(?:no\.?|number|号码|号|为|是)?\s*[:：#.]?|(?:订单|合同)\s*[:：#])\s*(?=[0-9])[0-9][0-9 ./-]*"
    ),
    "a quantity, as the unit behind it says": (
        r"(?i)(?<![0-9])[0-9]+(?:[.,、/ ~-]+[0-9]+)*\s*"
        r"(?:mm|cm|rpm|kw|kva|bar|mpa|kpa|kg|hz|yuan|rmb|hours|hrs|pcs|units|counts|元|万|毫米|小时|公里|转/分|公斤|吨|台|套)(?![A-Za-z])"
    ),
}
"""What has digits and is nobody's number, each as a pattern of the digits and what says so."""

_IS_PHONE = (
    r"(?i)(?:电话|手机|号码|座机|致电|拨打|联系方式|微信|tel|phone|mobile|call|cell|whatsapp|wechat)"
    r"\s*(?:no\.?|number|号码|号|为|是|at|on)?\s*[:：.]?\s*$"
)
_FULL_WIDTH = {ord("０") + n: ord("0") + n for n in range(10)} | {
    ord("－"): "-", ord("＋"): "+", ord("　"): " ", ord("（"): "(", ord("）"): ")", ord("＿"): "_", ord("／"): "/", ord("．"): ".",
}  # fmt: skip
_NUMERALS = str.maketrans("〇零一二三四五六七八九幺两", "00123456789" + "12")
_IN_NUMERALS = frozenset("〇零一二三四五六七八九幺两").__contains__
_NUMERAL = "[0-9〇零一二三四五六七八九幺两]"
_BETWEEN = r"[-‐–—−._/\\·,，、;() ]{0,3}"
_RUN = rf"\+?\(?[0-9](?:{_BETWEEN}[0-9])*"
_HAN_RUN = rf"{_NUMERAL}(?:{_BETWEEN}{_NUMERAL}){{9,}}"
_ALONE = r"(?:^|[^0-9A-Za-z_])\+?\(?$"
_GROWN = r"[0-9A-Za-z][-._]\+?\(?$"
_SAID = r"(?i)(?:tel|phone)\+?\(?$"
_EXTENSION = r"(?:-|转|ext\.?) ?([0-9]{1,6})(?![0-9A-Za-z_])"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOST = 20
"""Digits beyond which nothing is anybody's number."""
_FEWEST = 7


class Found(NamedTuple):
    """A number in a text: where it begins and ends, how it is shown, and the phone number that it is."""

    start: int
    end: int
    shown: str
    phone: str | None


def hide(text: str, seen: Seen | None = None) -> str:
    """The text with phone and identity numbers masked; `seen` is told each phone number, in its normal form."""
    if len(text) < _FEWEST or sum(map(str.isdigit, text)) + sum(map(_IN_NUMERALS, text)) < _FEWEST:
        return text
    plain = text.translate(_FULL_WIDTH)
    done, at = [], 0
    for found in sorted({*_found(plain), *_found(_from_numerals(plain))}):
        if found.start < at:
            continue
        if found.phone and seen:
            seen(found.phone)
        done += [text[at : found.start], found.shown]
        at = found.end
    return "".join([*done, text[at:]])


def hide_in(field: Field, value: Any, seen: Seen) -> Any:
    """A field's value with its free texts hidden; codes, ids and times are not free text."""
    return hide(value, seen) if type(field.kind) is Prose else _hidden(field.kind, value, seen)


def holds_text(kind: Any) -> bool:
    """Whether a value of a kind has free text in it."""
    return type(kind) is Prose or isinstance(kind, (NamedValues, Rows))


def _hidden(kind: Any, value: Any, seen: Seen) -> Any:
    if type(kind) is Prose:
        return hide(value, seen)
    if isinstance(kind, NamedValues) and isinstance(value, Mapping):
        return {key: _hidden(kind.kind, item, seen) for key, item in value.items()}
    if isinstance(kind, Rows):
        return tuple({c.name: _hidden(c.kind, row[c.name], seen) for c in kind.columns if c.name in row} for row in value)
    return value


def _from_numerals(text: str) -> str:
    """The text with long runs of Chinese numerals as digits, character for character: 一三八…"""
    return re.sub(_HAN_RUN, lambda run: run[0].translate(_NUMERALS), text)


def _found(text: str) -> Iterator[Found]:
    plain = text
    for pattern in NOT_A_NUMBER.values():
        plain = re.sub(pattern, lambda other: "|" * len(other[0]) if not _is_said(text, other.start()) else other[0], plain)
    for run in re.finditer(_RUN, plain):
        groups = [(one.start() + run.start(), one.end() + run.start()) for one in re.finditer("[0-9]+", run[0])]
        first = 0
        while first < len(groups):
            found = _beginning(plain, groups, first)
            if found:
                yield found
            first = next((n for n in range(first + 1, len(groups)) if found is None or groups[n][0] >= found.end), len(groups))


def _beginning(text: str, groups: list[tuple[int, int]], first: int) -> Found | None:
    """The number that begins with a group of digits and ends with one; the longest identity number, else the first phone number."""
    start = groups[first][0]
    while start > 0 and text[start - 1] in "+(":
        start -= 1
    before = text[max(0, start - 24) : groups[first][0]]
    if not re.search(_SAID, before) and (not re.search(_ALONE, before) or re.search(_GROWN, before)):
        return None
    foreign = "+" in text[start : groups[first][0]]
    digits = ""
    for n, (begin, end) in enumerate(groups[first:], first):
        digits += text[begin:end]
        if len(digits) > _MOST:
            return None
        found = _number(text, before, digits, start, end, foreign, n - first + 1)
        if found:
            return found
    return None


def _number(text: str, before: str, digits: str, start: int, end: int, foreign: bool, groups: int) -> Found | None:
    """The number that these digits are, if they are one and nothing is grown onto them."""
    behind = text[end : end + 2]
    if len(digits) == 17 and behind[:1] in ("X", "x") and not re.match(r"[0-9A-Za-z_]", behind[1:]):
        digits, end, behind = digits + "X", end + 1, text[end + 1 : end + 3]
    if len(digits) == 18 and (_is_identity(digits) or "身份证" in before) and _begins_as_identity(digits):
        return Found(start, end, f"{digits[:4]}{'*' * 12}{digits[-2:]}", None) if not re.match("[0-9A-Za-z_]", behind) else None
    said = _is_said(text, start)
    extension = re.compile(_EXTENSION).match(text, end) if digits[:1] == "0" else None
    if not extension and re.match(r"[0-9A-Z_]|[-._][0-9A-Za-z]", behind):
        return None
    if not _is_phone(digits, foreign, said, groups):
        return None
    phone = normal(f"+{digits}" if foreign else digits)
    if phone is None:
        return None
    if extension:
        phone, end = f"{phone}-{extension[1]}", extension.end()
    return Found(start, end, masked(phone), phone)


def _is_phone(digits: str, foreign: bool, said: bool, groups: int) -> bool:
    """Whether digits are a mobile, a landline with its area, a hotline, a number abroad."""
    if foreign:
        return digits[0] != "0" and (8 <= len(digits) <= 15) and (not digits.startswith("86") or len(digits) > 11)
    own = re.sub(r"^(?:0086|86)(?=1[3-9][0-9]{9}$)", "", digits)
    if re.fullmatch(r"1[3-9][0-9]{9}", own):
        return True
    if groups < 2 and not said:
        return False
    return bool(re.fullmatch(r"0(?:(?:10|2[0-9])[2-9][0-9]{7}|[3-9][0-9]{2}[2-9][0-9]{6,7})|[48]00[0-9]{7}", digits))


def _is_said(text: str, start: int) -> bool:
    """Whether a word before it says that it is a number."""
    return bool(re.search(_IS_PHONE, text[max(0, start - 24) : start]))


def _begins_as_identity(digits: str) -> bool:
    return bool(re.match(r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])", digits))


def _is_identity(digits: str) -> bool:
    """Whether the check digit of an eighteen-digit identity number is right (GB 11643)."""
    rest = sum(int(d) * weight for d, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return "10X98765432"[rest] == digits[-1]
