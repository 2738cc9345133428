"""Who may be meant by a part of what is registered: half a name, the last digits of a number, an address, some initials.

Looked through only where no id and no whole word is meant, so that what is typed in full costs a look-up and stays certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from svc.domain import registers
from svc.domain.people import normal
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.store.index.lookups import Index
from svc.text import Text

SHOWN = 8
"""How many of those that may be meant are told one by one."""
SOUNDED = 2000
"""Names of a register up to which they are sounded out: only customers have their pinyin kept."""

_IN = ("name", "contact", "code", "login", "address")
_DIGITS = r"[0-9]{4,11}"


class Several(BadInput):
    """What was typed may mean several: their `ids`, in the order of their numbers."""

    def __init__(self, what: Text, hint: Text, ids: list[str]) -> None:
        super().__init__(what, hint)
        self.ids = tuple(ids)


def several(index: Index, noun: str, typed: str, ids: list[str]) -> Several:
    """The error for what may mean several, each with a number, a name and its masked phone number."""
    lines = "".join(f"\n  {n}  {described(index, noun, id)}" for n, id in enumerate(ids[:SHOWN], 1))
    left = len(ids) - SHOWN
    more = Text(f"\n  and {left} more", f"\n  另有 {left} 个") if left > 0 else Text("", "")
    return Several(
        Text(f"{typed} may be any of {len(ids)}:{lines}{more.en}", f"{typed} 可能是以下 {len(ids)} 个：{lines}{more.zh}"),
        Text("type more of it, or the id", "请再多写几个字，或写编号"),
        ids,
    )


def described(index: Index, noun: str, id: str) -> str:
    """An id with what it is known by; numbers masked, as the index keeps them."""
    row = index.person(noun, id)
    return " ".join(word for word in (id, row.get("name") or row.get("product"), row.get("phone")) if word)


def matches(index: Index, noun: str, typed: str) -> list[str]:
    """The ids of a register that a part of a word may mean, those that begin with it first; none for a single letter."""
    part = typed.strip().lower()
    if (len(part) < 2 and part.isascii()) or "*" in part or normal(part):
        return []
    digits = re.sub(r"[\s-]", "", part)
    found = [*_with_words(index, noun, part)]
    if re.fullmatch(_DIGITS, digits):
        found += index.ending(noun, digits)
    if not found:
        found = [*_sounding(index, noun, part)]
    return staying(index, noun, found)


def staying(index: Index, noun: str, ids: Iterable[str]) -> list[str]:
    """The ids under which these are told: of those that were merged, the ones that stay."""
    return list(dict.fromkeys(index.stays(noun, id) for id in ids))


def _with_words(index: Index, noun: str, part: str) -> Iterator[str]:
    yield from sorted(index.beginning(noun, part.replace(" ", ""), SOUNDED))
    yield from index.containing(noun, part, _IN)
    if registers.TABLE[noun].prefix is None:  # a serial number is a name
        yield from index.ids_containing(noun, part)
    elif part.isalpha() and part.isascii():
        yield from (id for id, initials in index.initials(noun) if any(part in word for word in initials))


class _Person(NamedTuple):
    id: str
    initials: str
    spelled: str


def _sounding(index: Index, noun: str, part: str) -> Iterator[str]:
    """Those whose name in pinyin, or its initials, the letters are a part of, where the register keeps no pinyin."""
    if not part.isalpha() or not part.isascii() or "name" not in registers.TABLE[noun].columns or index.initials(noun):
        return
    for one in _sounded(index.values(noun, "name", SOUNDED)):
        if part in one.initials or one.spelled.startswith(part):
            yield one.id


def initials_of(index: Index, noun: str, typed: str) -> list[str]:
    """The ids of a register whose names in pinyin have these initials, all of them, or are spelled so."""
    low = typed.lower()
    return [one.id for one in _sounded(index.values(noun, "name", SOUNDED)) if low in (one.initials, one.spelled)]


def _sounded(names: list[tuple[str, str]]) -> Iterator[_Person]:
    han = [(id, name) for id, name in names if not name.isascii()]
    if not han:
        return
    from pypinyin import lazy_pinyin

    for id, name in han:
        syllables = lazy_pinyin(name)
        yield _Person(id, "".join(s[:1] for s in syllables).lower(), "".join(syllables).lower())
