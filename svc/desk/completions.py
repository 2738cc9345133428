"""What may be typed for a value: for completion in the shell and in conversations. Reads the index, little else.

Whoever completes takes only what begins with the text typed, so each candidate is offered under the
spelling that does: a customer by short code, name, pinyin, id or number, a visit by its id.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from svc.desk.open import Desk
from svc.domain import ledgers, registers
from svc.domain.clock.base import echo, month_names
from svc.domain.correction import effective
from svc.domain.entry import Entry
from svc.domain.kinds import Caller, Choice, Code, Field, Flag, Moment, Ref
from svc.domain.row_kinds import Refs, Rows
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.text import Text, language, say

MOST = 60
"""How many are offered at once."""

RECENT = 300
"""How many of the latest entries are looked through for words already used."""

ENOUGH = 7
"""How many digits of a telephone number have to be typed before it is completed."""


class Candidate(NamedTuple):
    """What is put on the line, and what is said beside it."""

    value: str
    help: str = ""


def for_field(desk: Desk, noun: str, event: str, field: Field, start: str) -> list[Candidate]:
    """What may be typed for a field of an event, beginning like `start`."""
    kind = field.kind.of if isinstance(field.kind, Refs) else field.kind
    if isinstance(kind, Moment):
        return moments(desk, start)
    if isinstance(kind, Rows):
        return parts(desk, start)
    if isinstance(kind, Choice):
        return choices(kind, start)
    if isinstance(kind, Flag):
        return starting([Candidate("yes", say(Text("yes", "是"))), Candidate("no", say(Text("no", "否")))], start)
    if isinstance(kind, Ref):
        return references(desk, kind.noun, start, numbers=isinstance(kind, Caller))
    if isinstance(kind, Code):
        return used(desk, noun, field.name, start)
    return []


def starting(found: Iterable[Candidate], start: str) -> list[Candidate]:
    """Those that begin with the text typed, capitals or not."""
    low = start.lower()
    return list(islice((c for c in found if c.value.lower().startswith(low)), MOST))


def choices(kind: Choice, start: str) -> list[Candidate]:
    """The codes of a choice, or its Chinese words where one is being typed (in a Chinese shell: the words)."""
    codes = [Candidate(code, zh) for code, zh in kind.words.items()]
    words = [Candidate(zh, code) for code, zh in kind.words.items()]
    if start and not start.isascii():
        return starting(words, start)
    return starting(words + codes if language() == "zh" and not start else codes, start)


def moments(desk: Desk, start: str) -> list[Candidate]:
    """Some ways to say a time, each with the moment it means; what is typed already, if it is a time."""
    english = ("15:00", "+2h", "+1d", "+3d")
    chinese = ("今天下午3点", "明天上午9点", "明天下午3点", "后天上午", "3天内", "周五前")
    found = []
    for said in (*(chinese if language() == "zh" or not start.isascii() else ()), *english, start):
        if said and said.startswith(start):
            with contextlib.suppress(SvcError):
                found.append(Candidate(said, say(echo(desk.time(said), desk.zone))))
    return list(dict.fromkeys(found))


def months(desk: Desk) -> list[Candidate]:
    """The months of the last year, the latest first."""
    return [Candidate(name) for name in reversed(month_names(f"{desk.now():%Y-%m}", 12))]


def references(desk: Desk, noun: str, start: str, numbers: bool = False) -> list[Candidate]:
    """Ids of a register or ledger; `numbers`: also by telephone."""
    if noun in registers.TABLE:
        return list(islice(_registered(desk, noun, start, numbers), MOST))
    if noun == "finding":
        return findings(desk, start)
    return entries(desk, noun, start)


# ---- registers ------------------------------------------------------------------------------------


def _registered(desk: Desk, noun: str, start: str, numbers: bool) -> Iterator[Candidate]:
    index, low = desk.index, start.strip().lower()
    seen: set[str] = set()
    for word, id in index.words(noun, low, MOST * 4) if low else ():
        if id not in seen and index.named(noun, word) == [id] and not word.startswith("#"):
            seen.add(id)
            spelled = _spelling(row_of(desk, noun, id), word, low)
            unique = index.named(noun, spelled) == [id]
            yield Candidate(spelled if unique else word, _beside(desk, noun, id, word))
    if numbers:
        yield from _by_number(desk, noun, low, seen)
    for id in index.ids(noun, low.upper(), MOST):
        if id not in seen:
            yield Candidate(id, _beside(desk, noun, id, id.lower()))


def _spelling(row: dict[str, str], word: str, low: str) -> str:
    """The short code, the name or its usual pinyin, if it is that which is being typed; else as the register spells it."""
    words = (row.get("code", ""), row.get("name", ""), *row.get("pinyin", "").split())
    usual = [word for word in words if word and word.lower().startswith(low)]
    return usual[0] if usual else next((value for value in row.values() if value.lower() == word), word)


def _by_number(desk: Desk, noun: str, low: str, seen: set[str]) -> Iterator[Candidate]:
    """The number that enough digits begin, typed with dashes or without: nobody leafs through numbers with Tab."""
    digits = low.replace("-", "")
    if not digits.isdigit() or len(digits) < ENOUGH:
        return
    for id, row in desk.registers.load(noun).items():  # the index keeps numbers for looking up, not for reading
        for word in filter(None, map(str.strip, row.get("phone", "").split(";"))):
            if id not in seen and word.replace("-", "").startswith(digits):
                seen.add(id)
                yield Candidate(word if "-" in low else word.replace("-", ""), _beside(desk, noun, id, word))


def _beside(desk: Desk, noun: str, id: str, word: str) -> str:
    """Who or what is behind an id: the name, its masked number, of a machine product and owner."""
    row = row_of(desk, noun, id)
    said = [id if id.lower() != word else "", row.get("name") or row.get("product") or ""]
    if noun == "machine" and row.get("customer"):
        said.append(row_of(desk, "customer", row["customer"]).get("name") or row["customer"])
    if noun == "staff" and row.get("role"):
        said.append(registers.ROLE_WORDS.words.get(row["role"], "") if language() == "zh" else row["role"])
    if noun == "customer":
        said.append(row.get("phone", ""))  # masked, as the index knows it
    return " ".join(part for part in said if part)


def row_of(desk: Desk, noun: str, id: str) -> dict[str, str]:
    """A register's row by its key."""
    return dict(desk.person(noun, id))


# ---- ledgers --------------------------------------------------------------------------------------


def entries(desk: Desk, noun: str, start: str) -> list[Candidate]:
    """Ids of a ledger: what waits for something first, then the latest; a short form leads to its full id."""
    from svc.desk import behind

    index = desk.index
    index.catch_up((noun, "call"))  # by whose call a visit is told
    low = start.strip().upper()
    letter = ledgers.ledger(noun).letter
    number = low.removeprefix(letter).lstrip("-")
    if number.isdigit() and len(number) <= 4 and "-" not in low.removeprefix(letter):
        found = index.ids_ending(noun, number, f"{desk.now():%y%m}")
    else:
        found = [id for id in behind.latest_ids(index, noun, RECENT) if id.startswith(low)]
    return [Candidate(id, about(desk, noun, id)) for id in found[:MOST]]


def findings(desk: Desk, start: str) -> list[Candidate]:
    """Findings that may wait for a ruling, then those that were ruled on; without judging any."""
    from svc.desk import behind

    desk.index.catch_up()
    desk.index.refold()
    query = "select id from waiting where kind = 'rule' and noun = ? order by id desc limit ?"
    waiting = [(rule, str(id)) for noun, rule in RULED_FIRST.items() for (id,) in desk.index.select(query, noun, MOST)]
    open_ = [Candidate(f"{rule}/{id}", about(desk, noun_of(rule), id)) for rule, id in waiting]
    ruled = [Candidate(id) for id in behind.latest_ids(desk.index, "finding", MOST)]
    return starting([*open_, *ruled], start)


RULED_FIRST = {"visit": "late_arrival"}
"""The rule whose ruling a kind of thing usually waits for."""


def noun_of(rule: str) -> str:
    """What the findings of such a rule are about."""
    return next(noun for noun, name in RULED_FIRST.items() if name == rule)


def about(desk: Desk, noun: str, id: str) -> str:
    """What an id is about: the first words recorded under it, in one line."""
    known = effective(desk.index.entries(noun, id))
    if not known:
        return ""
    if noun == "visit":
        return _about_visit(desk, known)
    said = known[0].get("summary") or known[0].get("reason") or known[0].get("fault") or ""
    who = known[0].get("staff") or known[0].get("about") or known[0].get("from") or known[0].get("visit") or ""
    name = row_of(desk, "staff" if who[:1] == "S" else "customer", who).get("name") if who else None
    return " ".join(part for part in (name or who, str(said).replace("\n", " ")[:40]) if part)


def _about_visit(desk: Desk, known: Sequence[Entry]) -> str:
    """What a visit is told by: who went, which day, to whom and which machine, and what the call was about."""
    sent = known[0]
    call = sent.get("call")
    logged = next(iter(effective(desk.index.entries("call", call))), None) if call else None
    there = next((entry.at for entry in known if entry.event == "arrive"), sent.get("promised") or sent.at)
    staff = str(sent.get("staff") or "")
    caller = str((logged.get("from") if logged else None) or sent.get("customer") or "")
    machine = (logged.get("machine") if logged else None) or sent.get("machine") or ""
    summary = str((logged.get("summary") if logged else None) or sent.get("purpose") or "").replace("\n", " ")
    said = (
        row_of(desk, "staff", staff).get("name") or staff,
        f"{there.astimezone(desk.zone):%Y-%m-%d}",
        row_of(desk, "customer", caller).get("name") or caller,
        str(machine),
        summary[:40],
    )
    return " ".join(part for part in said if part)


def used(desk: Desk, noun: str, name: str, start: str) -> list[Candidate]:
    """Words already used for a field of a noun (fault codes, places), the most frequent first."""
    from svc.desk import selections

    desk.index.catch_up((noun,))
    counted = Counter(str(e.get(name)) for e in selections.latest(desk.index, noun, RECENT) if e.get(name))
    return starting((Candidate(word, f"×{count}") for word, count in counted.most_common()), start)


def parts(desk: Desk, start: str) -> list[Candidate]:
    """Names of parts that were replaced lately."""
    from svc.desk import selections

    desk.index.catch_up(("report",))
    latest = selections.latest(desk.index, "report", RECENT)
    counted = Counter(row["name"] for e in latest for row in e.get("parts") or ())
    return starting((Candidate(word, f"×{count}") for word, count in counted.most_common()), start)


Source = Callable[[str], list[Candidate]]
"""What may be typed, given how it begins."""


def source(desk: Desk, noun: str, event: str, field: Field) -> Source | None:
    """The candidates of a field, None where anything may be typed."""
    kinds: tuple[Any, ...] = (Choice, Flag, Ref)
    if isinstance(field.kind, kinds) or type(field.kind) is Code:
        return lambda start: for_field(desk, noun, event, field, start)
    return None
