"""Names that are taken for one another: 吴工 and 呉工, 章丽 and 张丽, A.B. Works and AB works. Told, never refused.

Two people may well be called alike; a clerk who picks the wrong one sends a technician to the wrong place,
so that whoever registers a name is told of those that look or sound the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from svc.locale import Text

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
