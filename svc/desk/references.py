"""References: what a person typed, as the id that it means; or who may be meant by a part of what is registered.

A part is half a name, the last digits of a number, an address, some initials. It is looked for only where no id and no whole
word is meant, so that what is typed in full costs a look-up and stays certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from svc.domain import ledgers, registers
from svc.domain.people import by_itself, masked, normal
from svc.errors import BadInput, Conflict
from svc.named import NamedTuple
from svc.store.index import lists
from svc.store.index.lookups import Index
from svc.text import Text, near, quoted, quoted_zh

SHOWN = 8
"""How many of those that may be meant are told one by one."""
SOUNDED = 2000
"""Names of a register up to which they are sounded out: only customers have their pinyin kept."""

_IN = ("name", "contact", "code", "login", "address")
_DIGITS = r"[0-9]{4,11}"


def resolve(index: Index, noun: str, text: str, month: str, mark: str = "", taken_back: bool = False, whole: bool = False) -> str:
    """The full id that a text means; short ones (`V7`) are looked for in `month` ("2611") first.

    Of a register a part of a name is enough, unless the `whole` word is wanted: who acts is not guessed.

    At a site with a `mark` its own ids come first; those of another are `VBJ7`.

    BadInput for what is no id or means several things, Conflict for what is not there; what was taken
    back is there only for those who want to look at it (`taken_back`).
    """
    if noun in registers.TABLE:
        return _registered(index, noun, text, mark, whole)
    if noun == "finding":
        return _finding(index, text, month, mark)
    id = text.strip().upper()
    if index.exists(noun, id):
        return id
    gone = index.taken_back(noun, id)
    if gone and taken_back:
        return id
    if gone:
        raise _taken_back(noun, id)
    return _short(index, noun, id, text, month, mark)


def _taken_back(noun: str, id: str) -> Conflict:
    return Conflict(
        Text(f"{noun} {id} was taken back (svc undo)", f"{id} 已被撤销（svc undo）"),
        Text(
            f"what was known before: svc {noun} show {id} --known-at TIME",
            f"查看撤销前的内容：svc {noun} show {id} --known-at 时间",
        ),
    )


def _finding(index: Index, text: str, month: str, mark: str) -> str:
    """A finding's id; its subject may be short (`late_arrival/V7`), as anywhere."""
    rule, slash, subject = text.strip().partition("/")
    id, *line = subject.split("/")
    noun = next((row.noun for row in ledgers.TABLE.values() if id[:1].upper() == row.letter and id[1:].isdigit()), None)
    if slash and noun and not index.exists(noun, id):
        text = "/".join((rule, _short(index, noun, id.upper(), id, month, mark), *line))
    if re.fullmatch(ledgers.FINDING_ID, text):
        return text
    raise BadInput(
        Text(f"{quoted(text)} is no finding id", f"{quoted_zh(text)}不是有效的认定编号"),
        Text(
            "they look like late_arrival/V2611-0007; see: svc finding list",
            "形如 late_arrival/V2611-0007；查看：svc finding list",
        ),
    )


def _short(index: Index, noun: str, id: str, text: str, month: str, mark: str) -> str:
    letter = ledgers.ledger(noun).letter
    number = id.removeprefix(letter).lstrip("-")
    short = re.fullmatch(r"([A-Z]{0,4})[0-9]{1,9}", number)
    found = index.ids_ending(noun, number, month) if short else []
    if mark and short and not short[1]:  # at a site of a company its own come first
        found = index.ids_ending(noun, mark + number, month) or found
    if len(found) == 1:
        return _the_one(index, noun, found[0], number, text)
    if not re.fullmatch(ledgers.ID, id) and not number.isdigit():
        raise BadInput(
            Text(f"{quoted(text)} is no {noun} id", f"{quoted_zh(text)}不是有效的编号"),
            Text(f"they look like {letter}2611-0001", f"形如 {letter}2611-0001"),
        )
    shown = _did_you_mean(found or likely(index, noun, text, month))
    raise Conflict(
        Text(f"there is no {noun} {text}{shown.en}", f"没有编号为 {text} 的记录{shown.zh}"),
        Text(f"see: svc {noun} list", f"查看：svc {noun} list"),
    )


def _the_one(index: Index, noun: str, id: str, number: str, text: str) -> str:
    """The id that a short one means this month; Several where one of another month is not finished either."""
    others = _also_open(index, noun, id, number)
    if not others:
        return id
    ids = [id, *others]
    lines = "".join(f"\n  {n}  {one} {_about(index, noun, one)}".rstrip() for n, one in enumerate(ids, 1))
    raise Several(
        Text(f"{text} may be any of {len(ids)} that are open:{lines}", f"{text} 可能是以下 {len(ids)} 个未办结的：{lines}"),
        Text("type the whole id", "请写完整编号"),
        ids,
    )


def _also_open(index: Index, noun: str, id: str, number: str) -> list[str]:
    """The ids with the same number in other months that are not finished; none where this one is."""
    same = lists.open_ending(index, noun, number)
    return [one for one in same if one != id] if id in same else []


def _did_you_mean(found: list[str]) -> Text:
    if not found:
        return Text("", "")
    return Text(f"; did you mean {', '.join(found)}", f"，是不是 {'、'.join(found)}")


def _registered(index: Index, noun: str, text: str, mark: str, whole: bool = False) -> str:
    text = text.strip()
    if index.known(noun, text.upper()):
        return text.upper()
    found = staying(index, noun, named(index, noun, text, mark)) or ([] if whole else matches(index, noun, text))
    if len(found) == 1:
        return found[0]
    if found:
        raise several(index, noun, text, found)
    shown = _did_you_mean(likely(index, noun, text, ""))
    raise Conflict(
        Text(f"there is no {noun} {quoted(text)} in the register{shown.en}", f"登记册里没有{quoted_zh(text)}{shown.zh}"),
        Text(f"see: svc {noun} list; or add it: svc {noun} add …", f"查看：svc {noun} list；或登记：svc {noun} add …"),
    )


def named(index: Index, noun: str, text: str, mark: str) -> list[str]:
    """The ids of a register that a phone number, name, login, short code or short id (`CU1`) may mean."""
    return index.named(noun, normal(text) or text) or in_full(noun, text, mark, lambda id: index.known(noun, id))


def in_full(noun: str, text: str, mark: str, known: Callable[[str], bool]) -> list[str]:
    """The known ids of a register that a short one means, whatever zeros stand in it: `CU1` is CU0001.

    At a site with a `mark` its own ids come first; those of another are `CUBJ1`.
    """
    prefix = registers.TABLE[noun].prefix
    short = prefix and re.fullmatch(rf"{prefix}([A-Z]{{0,4}})0*([0-9]{{1,9}})", text.strip().upper())
    if not short:
        return []
    for marked in dict.fromkeys((short[1] or mark, short[1])):
        found = [id for width in range(len(short[2]), 10) if known(id := f"{prefix}{marked}{short[2]:0>{width}}")]
        if found:
            return found
    return []


def shortest(index: Index, noun: str, ids: Iterable[str], month: str) -> dict[str, str]:
    """The least that has to be typed for recorded ids: `V7` where that means it and nothing else, else all of it."""
    given = index.given_out(noun)
    return {id: _least(index, noun, id, month, given) for id in ids}


def _least(index: Index, noun: str, id: str, month: str, given: Sequence[tuple[str, int]]) -> str:
    letter, digits = ledgers.ledger(noun).letter, id.rpartition("-")[2]
    this_month = f"{letter}{month}"
    if not id.startswith(letter) or not digits.isdigit() or len(digits) >= 10:
        return id
    number = int(digits)
    alike = [one for prefix, last in given if last >= number and (one := f"{prefix}{number:04d}") != id]
    rivals = [one for one in alike if one.startswith(this_month)] if id.startswith(this_month) else alike
    if any(index.exists(noun, one) for one in rivals) or (alike and _also_open(index, noun, id, str(number))):
        return id
    return f"{letter}{number}"


def caller(index: Index, text: str, mark: str = "") -> str:
    """The customer id of a known caller; the masked number of one who is not known."""
    told = by_itself(text)
    if told:
        return told
    number = normal(text)
    if number is None:
        return _registered(index, "customer", text, mark)
    found = staying(index, "customer", index.named("customer", number))
    return found[0] if len(found) == 1 else masked(number)


# ---- What may have been meant by an id or a name that is not there: the three likeliest, each with what it is 

RECENT = 400
"""How many ids of a ledger, waiting or latest, are compared."""

WORDS = 50_000
"""How many words of a register are compared."""


def likely(index: Index, noun: str, typed: str, month: str) -> list[str]:
    """The three likeliest things of a noun, as they are shown; `month` ("2611") is where short ids are looked for."""
    if noun in registers.TABLE:
        return [described(index, noun, id) for id in _people(index, noun, typed)]
    return [f"{id} {_about(index, noun, id)}".rstrip() for id in _ids(index, noun, typed, month)]


def _ids(index: Index, noun: str, typed: str, month: str) -> list[str]:
    from svc.desk import behind

    full = _in_full(noun, typed, month)
    known = behind.latest_ids(index, noun, RECENT)
    return near(full, known, 3, 0.75)


def _in_full(noun: str, typed: str, month: str) -> str:
    """A short id written out, so that it is compared with what it would be."""
    letter = ledgers.ledger(noun).letter
    number = typed.strip().upper().removeprefix(letter).lstrip("-")
    return f"{letter}{month}-{number:0>4}" if number.isdigit() else typed.strip().upper()


def _people(index: Index, noun: str, typed: str) -> list[str]:
    number = normal(typed)
    low = (number or typed).strip().lower()
    words = dict(index.words(noun, "", WORDS))
    prefix = registers.TABLE[noun].prefix
    if prefix is None or low.startswith(prefix.lower()):  # `WT220-0007` is not like CU0007
        words |= {id.lower(): id for id in index.ids(noun, "", WORDS)}
    alike = near(low, words, 9, 0.85 if number else 0.5)
    part = [word for word in words if not number and len(low) > 1 and low in word]
    return list(dict.fromkeys(words[word] for word in (*part, *alike)))[:3]


def _about(index: Index, noun: str, id: str) -> str:
    """The first words recorded under an id."""
    for entry in index.entries(noun, id):
        said = (
            entry.get("summary")
            or entry.get("reason")
            or entry.get("fault")
            or entry.get("staff")
            or entry.get("visit")
        )
        if said:
            return str(said).replace("\n", " ")[:24]
    return ""


# ---- who may be meant by a part of it ----------------------------------------------------------


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
    into = index.merged(noun, index.known_at)
    return list(dict.fromkeys(into.get(id, id) for id in ids))


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
