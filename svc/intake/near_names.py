"""Names of a list that are nearly those of a register: the same without the form of the company, or but for a slip."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from svc.text import near

MOST = 300_000
"""Pairs of names that are compared letter by letter; of larger registers only forms of names are looked at."""
_FORMS = re.compile(
    r"(?:股份|集团|责任|有限|总|分)*公司$|集团$|[\s,.]*\b(?:co|ltd|llc|inc|corp|gmbh|ag|bv|nv|kft|zrt|sa|s a|srl|ltda|company|limited)\b"
)


def plain(name: str) -> str:
    """A name without blanks, capitals, accents, brackets and what says that it is a company."""
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    before = ""
    while text != before:
        before, text = text, _FORMS.sub("", text.strip(" .,()（）"))
    return re.sub(r"[^\w]+", "", text)


def near_names(names: Sequence[str], registered: Iterable[str]) -> dict[str, str]:
    """Name of the list -> the one registered name that is meant by it; those for which none or several are near are left out."""
    by_plain: dict[str, set[str]] = {}
    for name in registered:
        by_plain.setdefault(plain(name), set()).add(name)
    by_plain.pop("", None)
    compare = len(names) * len(by_plain) <= MOST
    found = {}
    for name in names:
        word = plain(name)
        meant = by_plain.get(word) or set()
        if not meant and compare and len(word) >= 3:
            likely = near(word, by_plain, most=2, least=0.8)
            meant = by_plain[likely[0]] if len(likely) == 1 else set()
        if len(meant) == 1:
            found[name] = next(iter(meant))
    return found
