"""Phone numbers: any way of typing one leads to the same digits; shown with dashes, masked by default."""

from __future__ import annotations

import re

_MOBILE = ("13", "14", "15", "16", "17", "18", "19")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－＋（）　", "0123456789-+() ")
_EXTENSION = r"(?:转|ext\.?|x|#)\s*([0-9]{1,6})$"


def normal(text: str) -> str | None:
    """The number in one form (`138-0000-1234`, `021-5555-0100-802`); None for what is no phone number.

    Mainland numbers are written with dashes, so that no spreadsheet takes them for a quantity.
    """
    text = text.strip().translate(_FULL_WIDTH)
    digits = text.replace("-", "").replace(" ", "")
    if len(digits) == 11 and digits[:2] in _MOBILE and digits.isascii() and digits.isdigit():
        return f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"  # what most people give, without patterns to compile
    extension = re.search(_EXTENSION, text, re.IGNORECASE)
    if extension:
        text = text[: extension.start()]
    elif re.fullmatch(r"0[0-9]{2,3}-?[0-9]{7,8}-[0-9]{1,6}", text):
        text, _, tail = text.rpartition("-")
        return _join(text, tail)
    return _join(text, extension[1] if extension else None)


def _join(text: str, extension: str | None) -> str | None:
    if re.search(r"[^0-9+() -]", text) or not re.search(r"[0-9]", text):
        return None
    digits = re.sub(r"[^0-9+]", "", text)
    digits = re.sub(r"^(?:\+86|0086|86(?=1[0-9]{10}$))", "", digits)
    if re.fullmatch(r"1[3-9][0-9]{9}|0(?:10|2[0-9])[0-9]{8}", digits):
        shown = f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"
    elif re.fullmatch(r"0[3-9][0-9]{2}[0-9]{7,8}", digits):
        shown = f"{digits[:4]}-{digits[4:-4]}-{digits[-4:]}"
    elif re.fullmatch(r"[48]00[0-9]{7}", digits):
        shown = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    elif re.fullmatch(r"\+[0-9]{7,15}", digits):
        shown = f"00-{digits[1:]}"
    else:
        return None
    return f"{shown}-{extension}" if extension else shown


def masked(number: str) -> str:
    """A normal number with its middle hidden: `138-****-1234`."""
    head, *middle = number.split("-")
    if len(middle) < 2:
        return f"{head}-****"
    return "-".join([head, "****", *middle[1:]])


def is_masked(text: str) -> bool:
    """Whether this is a masked number as it stands in a ledger or an export."""
    return "*" in text and bool(re.fullmatch(r"[0-9]{2,4}-\*{4}(?:-[0-9]{1,6}){0,2}", text))
