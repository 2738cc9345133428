"""Phone numbers: any way of typing one leads to the same digits; shown with dashes, masked by default."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from svc.text import Text

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
    elif re.fullmatch(r"0[0-9]{2,3}-?[0-9]{3,4}-?[0-9]{4}-[0-9]{1,6}", text):
        text, _, tail = text.rpartition("-")
        return _join(text, tail)
    return _join(text, extension[1] if extension else None)


def _join(text: str, extension: str | None) -> str | None:
    if re.search(r"[^0-9+() -]", text) or not re.search(r"[0-9]", text):
        return None
    digits = re.sub(r"[^0-9+]", "", text)
    digits = re.sub(r"^(?:\+86|0086|86(?=1[0-9]{10}$))(?=[2-9]|10)(?!1[3-9])", "0", digits)  # a landline abroad is without 0
    digits = re.sub(r"^(?:\+86|0086|86(?=1[0-9]{10}$))", "", digits)
    if re.fullmatch(r"1[3-9][0-9]{9}|0(?:10|2[0-9])[0-9]{8}", digits):
        shown = f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"
    elif re.fullmatch(r"0[3-9][0-9]{2}[0-9]{7,8}", digits):
        shown = f"{digits[:4]}-{digits[4:-4]}-{digits[-4:]}"
    elif re.fullmatch(r"[48]00[0-9]{7}", digits):
        shown = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    elif re.fullmatch(r"(?:\+|00)[1-9][0-9]{6,14}", digits):
        shown = f"00-{digits.removeprefix('00').removeprefix('+')}"
    else:
        return None
    return f"{shown}-{extension}" if extension else shown


def local(text: str) -> str | None:
    """A number that can be rung only nearby (no area code, a short number of a firm), with a dash: `6234-5678`, `666-888`.

    None for what is none. Not among what `normal` reads: such digits may be anything else.
    """
    digits = text.strip().translate(_FULL_WIDTH).replace("-", "").replace(" ", "")
    if not re.fullmatch("[0-9]{5,8}", digits):
        return None
    return f"{digits[:-4]}-{digits[-4:]}" if len(digits) > 6 else f"{digits[:-3]}-{digits[-3:]}"


def masked(number: str) -> str:
    """A normal number with its middle hidden: `138-****-1234`."""
    head, *middle = number.split("-")
    if len(middle) < 2:
        return f"{head}-****"
    return "-".join([head, "****", *middle[1:]])


def is_masked(text: str) -> bool:
    """Whether this is a masked number as it stands in a ledger or an export."""
    if "-****" not in text:
        return False  # as nearly always
    head, *rest = text.split("-")
    if rest[:1] != ["****"] or len(rest) > 3 or not text.isascii():
        return False
    return head.isdigit() and 2 <= len(head) <= 4 and all(part.isdigit() and len(part) <= 6 for part in rest[1:])


def holds_masked(text: str) -> bool:
    """Whether a masked number stands somewhere in a text."""
    return "-****" in text


ANONYMOUS = {"withheld": ("隐藏号码", "未显示号码", "无号码"), "unsigned": ("未署名", "匿名", "无署名")}
"""What is written for who called where nobody can say: a number that was not shown, a letter nobody signed (1.3)."""


def anonymous(text: str) -> str | None:
    """The word for a caller whom nobody can name, as typed in either language; None for everybody else."""
    return _ANONYMOUS.get(text.strip().lower())


def is_nobody(noun: str, text: str) -> bool:
    """Whether what stands where a list has a customer says that nobody can name him: there is nobody to register."""
    return noun == "customer" and anonymous(text) is not None


def by_itself(text: str) -> str | None:
    """The caller whom a text tells without any register: a masked number as it stands, or the word for nobody who can be named."""
    return text if is_masked(text) else anonymous(text)


_ANONYMOUS = {word: code for code, words in ANONYMOUS.items() for word in (code, *words)}


# ---- Names that are taken for one another: 吴工 and 呉工, 章丽 and 张丽, A.B. Works and AB works. Told, never refused 

NOUNS = ("customer", "staff", "supplier")
"""The registers of people and firms."""
MANY = 3
"""How many namesakes of one name are told."""
FEW = 20
"""New names up to which the register is looked through for what comes near before anything is sounded out."""

# Cyrillic and Greek capitals and small letters that nobody can tell from Latin ones.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХаеорсухіј" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXaeopcyxij" + "ABEZHIKMNOPTYXo")
_HAN = ("\u3400", "\u9fff")


def key(name: str) -> str:
    """What a name looks and sounds like: the same for two that are easily taken for each other.

    Han characters become their sound with its tone (the forms of one character, 吴 呉 吳, share it), letters of other
    alphabets the Latin ones that they look like; blanks, signs, width and capitals do not count.
    """
    folded = _folded(name)
    return _sound(folded) if _has_sound(folded) else folded


def _folded(name: str) -> str:
    plain = name if name.isascii() else unicodedata.normalize("NFKC", name).translate(_LOOKALIKES)
    return "".join(c for c in plain.casefold() if c.isalnum())


def _has_sound(folded: str) -> bool:
    return not folded.isascii() and any(_HAN[0] <= c <= _HAN[1] for c in folded)


def _sound(folded: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return " ".join(lazy_pinyin(folded, style=Style.TONE3))


def alike(names: Mapping[str, str], known: Iterable[tuple[str, str]]) -> Iterator[Text]:
    """What to say of new `names` (by id) that are easily taken for each other or for one `known` (id, name)."""
    everybody = {**dict(known), **names}
    new = [_folded(name) for name in names.values()]
    same: dict[str, list[str]] = {}
    for id, name in everybody.items():
        folded = _folded(name)
        if not _has_sound(folded):
            same.setdefault(folded, []).append(id)
        elif len(new) > FEW or any(_near(folded, one) for one in new):
            same.setdefault(_sound(folded), []).append(id)
    for ids in same.values():
        first = next((id for id in ids if id in names), None)
        if first is not None and len(ids) > 1:
            yield _told(first, [id for id in ids if id != first], everybody)


def _near(one: str, other: str) -> bool:
    """Whether two may sound the same: sounding out a whole register for a single name would take a second."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 2


def _told(one: str, others: Sequence[str], names: Mapping[str, str]) -> Text:
    listed = [f"{id} {names[id]}" for id in others[:MANY]]
    more = "…" if len(others) > MANY else ""
    return Text(
        f"note: {one} {names[one]} is easily taken for {', '.join(listed)}{more}: if it is the same, keep one",
        f"注意：{one} {names[one]} 容易与 {'、'.join(listed)}{more} 混淆；若是同一家（人），请只留一个",
    )
