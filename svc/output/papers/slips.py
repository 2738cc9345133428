"""Amounts in the capital characters that Chinese vouchers ask for (人民币大写): nobody turns 壹 into 柒 with a pen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from svc.output.papers.model import value
from svc.output.words import word
from svc.text import language

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def capital(amount: str) -> str:
    """An amount of yuan with two decimals ("1409.50", below a trillion) in capital characters.

    As the rules for bills have it: zeros in a row are one 零, none before 元; 整 where there are no fen.
    """
    yuan, _, rest = amount.partition(".")
    jiao, fen = (int(digit) for digit in rest.ljust(2, "0"))
    whole = _whole(int(yuan))
    if not whole and not jiao and not fen:
        return "零元整"
    text = f"{whole}元" if whole else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif fen and whole:
        text += "零"
    return text + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    """A whole number by groups of four digits; empty for 0."""
    text, gap = "", False
    for n in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10 ** (4 * n) % 10_000
        if group:
            text += ("零" if text and (gap or group < 1000) else "") + _group(group) + _GROUPS[n]
        gap = bool(text) and (group == 0 or (gap and not group))
    return text


def _group(number: int) -> str:
    """1 to 9999."""
    text, gap = "", False
    for n in (3, 2, 1, 0):
        digit = number // 10**n % 10
        if digit:
            text += ("零" if text and gap else "") + _DIGITS[digit] + _UNITS[n]
            gap = False
        else:
            gap = True
    return text


# ---- A return's slip for the general manager to sign, and a quote for the customer to sign -----

def return_slip(sheet: Mapping[str, Any], at: datetime) -> bytes:
    """One A4 page, PDF (1.11)."""
    from svc.output.typeset import pdf

    return pdf("return-slip.typ", {"known": value(dict(sheet)), "made": "svc"}, at)


def quote_form(sheet: Mapping[str, Any], at: datetime) -> bytes:
    """A quote, PDF: one A4 page but for very many parts (2.2)."""
    from svc.output.typeset import pdf

    pays = sheet["to_pay"]
    data = {
        "known": value(dict(sheet)),
        "why": word(sheet["reason"]) if sheet["reason"] else None,
        "capital": capital(pays) if pays is not None and language() == "zh" else None,
        "made": "svc",
    }
    return pdf("quote-form.typ", data, at)
