"""Phone and identity numbers in free text: found as people type them, and hidden.

What a caller says is written down as it is, and such numbers come with it; ledgers can never be erased. So they are
masked before an entry is made; the phone number itself is kept in the register of callers, where it can be erased.
Numbers of parts, orders and machines are not touched: a word that says so before the number, or letters grown onto it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from svc.domain.fields import Field, Prose
from svc.domain.phones import masked, normal
from svc.domain.rowfields import Rows, Table

_FULL_WIDTH = {ord("０") + n: ord("0") + n for n in range(10)} | {
    ord("－"): "-",
    ord("＋"): "+",
    ord("　"): " ",
    ord("（"): "(",
    ord("）"): ")",
}
_ALONE = r"(?<![0-9A-Za-z_])(?<![0-9A-Za-z][-._])"
_ENDS = r"(?![0-9A-Za-z_]|[-.][0-9A-Za-z])"
# Compiled when first used (by `re`, which keeps them): a start-up is paid by every command, and few texts hold numbers.
_MOBILE = rf"(?:(?:\+|00)?86[- ]?)?1[3-9][0-9]([- .]?)[0-9]{{4}}\1[0-9]{{4}}{_ENDS}"
_LANDLINE = (
    rf"(?:\(0[0-9]{{2,3}}\) ?|0(?:10|2[0-9]|[3-9][0-9]{{2}})[- ])[2-9][0-9]{{6,7}}(?:(?:-|转|ext\.?) ?[0-9]{{1,6}})?{_ENDS}"
)
_SOLID_LANDLINE = rf"0(?:(?:10|2[0-9])[2-9][0-9]{{7}}|[3-9][0-9]{{2}}[2-9][0-9]{{6,7}}){_ENDS}"
_FOREIGN = rf"\+[1-9](?:[- ]?[0-9]){{7,14}}{_ENDS}"
_IDENTITY = (
    r"[1-9][0-9]{5}[ -]?(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[ -]?[0-9]{3}[0-9Xx]" + _ENDS
)
_START = rf"{_ALONE}(?=[0-9+(])|(?<=[Tt][Ee][Ll])(?=[0-9+(])|(?<=[Pp][Hh][Oo][Nn][Ee])(?=[0-9+(])"
_IS_PHONE = (
    r"(?i)(?:电话|手机|号码|座机|致电|拨打|联系方式|微信|tel|phone|mobile|call|cell|whatsapp|wechat)"
    r"\s*(?:no\.?|number|号码|号|为|是|at|on)?\s*[:：.]?\s*$"
)
_IS_SOMETHING_ELSE = (
    r"(?i)(?:件号|图号|料号|型号|编号|单号|序列号|批号|批次|货号|合同号?|订单号?|发票号?|零件|备件|配件|铭牌|机号|出厂号|快递|运单"
    r"|\bpart|\bserial|\bs/?n|\bp/?n|\border|\bbatch|\binvoice|\bcontract|\bmodel|\bno\.?|\bnumber|№|#)"
    r"\s*(?:no\.?|number|号码|号|为|是)?\s*[:：#.]?\s*$"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

Seen = Callable[[str], None]


def hide(text: str, seen: Seen | None = None) -> str:
    """The text with phone and identity numbers masked; `seen` is told each phone number, in its normal form."""
    if sum(map(str.isdigit, text)) < 3:
        return text
    plain = text.translate(_FULL_WIDTH)
    done, at = [], 0
    for start in re.finditer(_START, plain):
        begin = start.start()
        if begin < at:
            continue
        found = _number_at(plain, begin)
        if found is None:
            continue
        end, shown, phone = found
        if phone and seen:
            seen(phone)
        done += [text[at:begin], shown]
        at = end
    return "".join([*done, text[at:]])


def _number_at(text: str, begin: int) -> tuple[int, str, str | None] | None:
    """Where the number that begins there ends, how it is shown, and the phone number that it is."""
    before = text[max(0, begin - 24) : begin]
    said = bool(re.search(_IS_PHONE, before))
    if not said and re.search(_IS_SOMETHING_ELSE, before):
        return None
    identity = re.compile(_IDENTITY).match(text, begin)
    if identity and (_is_identity(identity[0]) or "身份证" in before):
        digits = re.sub("[ -]", "", identity[0])
        return identity.end(), f"{digits[:4]}{'*' * 12}{digits[-2:]}", None
    for pattern in (_MOBILE, _LANDLINE, _FOREIGN, *((_SOLID_LANDLINE,) if said else ())):
        match = re.compile(pattern).match(text, begin)
        if match:
            phone = normal(match[0].replace(".", "")) or re.sub("[^0-9+]", "", match[0])
            return match.end(), masked(phone), phone
    return None


def _is_identity(text: str) -> bool:
    """Whether the check digit of an eighteen-digit identity number is right (GB 11643)."""
    digits = re.sub("[ -]", "", text).upper()
    rest = sum(int(d) * weight for d, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return "10X98765432"[rest] == digits[-1]


def hide_in(field: Field, value: Any, seen: Seen) -> Any:
    """A field's value with its free texts hidden; codes, ids and times are not free text."""
    return _hidden(field.kind, value, seen)


def _hidden(kind: Any, value: Any, seen: Seen) -> Any:
    if type(kind) is Prose:
        return hide(value, seen)
    if isinstance(kind, Table) and isinstance(value, Mapping):
        return {key: _hidden(kind.kind, item, seen) for key, item in value.items()}
    if isinstance(kind, Rows):
        return tuple(
            {c.name: _hidden(c.kind, row[c.name], seen) for c in kind.columns if c.name in row} for row in value
        )
    return value
