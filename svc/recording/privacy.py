"""Personal data: seen in clear, given out, erased; each of it an entry of the ledger `access`. (PIPL)

Names and numbers of people are in the registers and nowhere else, so that an erasure touches no ledger.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from svc.desk import attached
from svc.desk.open import Desk
from svc.desk.selections import latest
from svc.domain import ledgers
from svc.domain.people import normal
from svc.domain.permissions import CONTACTS, UNMASK
from svc.errors import Conflict, NotPermitted, SvcError
from svc.named import NamedTuple
from svc.recording import attachments
from svc.recording.door import record, record_all
from svc.store import drafts
from svc.store.files import durable, outbox
from svc.store.files.registers import REGISTERS
from svc.text import Text, quoted, quoted_zh

ALL = "all"
"""Whose data was seen, where it was a whole list."""


def unmask(desk: Desk, noun: str, command: str, of: str = ALL, count: int | None = None) -> None:
    """Allow whoever acts to see personal data in clear, and record it; NotPermitted where his role may not."""
    deed = Text(f"see {noun} data in clear (--unmask)", f"查看未隐藏的信息（--unmask：{noun}）")
    desk.permit(desk.who, UNMASK.get(noun, CONTACTS), deed)
    note(desk, command, of, count)


def note(desk: Desk, command: str, of: str, count: int | None = 1) -> None:
    """Record that whoever acts saw personal data in clear."""
    given = {"command": command, "of": of, "count": count}
    record(desk, "access", "unmask", None, {name: value for name, value in given.items() if value is not None}, None)


def seen_today(desk: Desk, command: str, ids: Sequence[str]) -> bool:
    """Whether who acts may see the numbers of his own visits; that he did is recorded once a day for each."""
    try:
        desk.permit(desk.who, CONTACTS, Text("see numbers of customers", "查看客户号码"))
        desk.index.catch_up(("access",))
        since = desk.now().replace(hour=0, minute=0, second=0)
        seen = {e.get("of") for e in latest(desk.index, "access", RECENT) if e.by == desk.who and e.get("command") == command and e.at >= since}
        for id in ids:
            if id not in seen:
                note(desk, command, id)
    except (SvcError, OSError):  # nobody known here, or nobody may write now: the board is shown, with masks
        return False
    return True


RECENT = 500
"""Among how many of the latest entries it is looked for whether somebody saw a number today."""


_PAPER_READERS = ("clerk", "head", "gm", "sales")
"""Who sees the number of any customer on paper; besides them, whoever is sent there."""


def may_see_on_paper(desk: Desk, of: str, sent: str | None = None) -> bool:
    """Whether who acts may see people's numbers in clear on the paper `of` something; it is recorded that he did."""
    try:
        if desk.who != sent and desk.role(desk.who) not in _PAPER_READERS:
            return False
        note(desk, "paper", of)
    except NotPermitted:  # nobody known here, or nobody who may write: the paper is made, with masks
        return False
    return True


def kept_apart(desk: Desk, id: str) -> Mapping[str, str]:
    """What is kept in the registers with an entry: a stranger's number, a caller's name, numbers from the text."""
    return desk.registers.load("caller").get(id, {})


# ---- all about one person ------------------------------------------------------------------------


def belonging(desk: Desk, customer: str) -> list[tuple[str, str]]:
    """Everything recorded about a customer: what names him, what belongs to it (visits of his calls, reports …)."""
    desk.index.catch_up()
    found = {
        (str(noun), str(id))
        for noun, id in desk.index.select("select distinct noun, id from entry where caller = ?", customer)
        if noun not in ("access", ledgers.UNDO)
    }
    fresh = found
    while fresh:
        below = {
            (str(noun), str(id))
            for _, parent in fresh
            for noun, id in desk.index.select("select distinct noun, id from entry where ref = ?", parent)
            if noun != "finding"
        }
        fresh = below - found
        found |= below
    return sorted(found)


def export(desk: Desk, customer: str) -> dict[str, Any]:
    """All data about one customer, in clear, as JSON values; recorded before it is given out."""
    from svc.recording.lines import neutral

    about = belonging(desk, customer)
    callers = desk.registers.load("caller")
    row = dict(desk.in_clear("customer", customer))
    entry = record(desk, "access", "export", None, {"customer": customer}, None)
    entries = [e for noun, id in about for e in desk.index.entries(noun, id)]
    return {
        "customer": {"id": customer, **row},
        "machines": [
            {"serial": serial, **machine}
            for serial, machine in desk.register("machine").items()
            if machine.get("customer") == customer
        ],
        "kept_apart": {id: callers[id] for _, id in about if id in callers},
        "entries": [{**neutral(e), "recorded_at": e.recorded_at.isoformat(timespec="seconds")} for e in entries],
        "exported": {"id": entry.id, "by": entry.by, "at": entry.at.isoformat(timespec="seconds")},
    }


# ---- erasing -------------------------------------------------------------------------------------


class Erased(NamedTuple):
    """What an erasure did: the entry that says so, how many rows went, which copies, where texts still tell, how many files went."""

    id: str
    rows: int
    cleared: list[str]
    standing: list[Text]
    files: int = 0


def erase(desk: Desk, typed: str, reason: str, dry: bool = False) -> Erased:
    """Take a person's data out of the registers and out of copies; with `dry` only say what would go.

    `typed` is a customer, or a caller who is none: his number or the id of his call. The ledgers stay as they
    are: they hold ids and masked numbers. The entry and the register rows are written as one; copies go after that,
    and erasing again takes those away that a crash left.
    """
    desk.index.catch_up()
    id = _customer(desk, typed)
    calls = {call for _, call in belonging(desk, id)} if id else _calls_of(desk, typed)
    if id is None and not calls:
        raise Conflict(
            Text(f"nobody is registered as {quoted(typed)}", f"登记册里没有{quoted_zh(typed)}"),
            Text("give a customer, a caller's number or the id of his call", "请写客户、来电号码或来电编号"),
        )
    whose = [id] if id else sorted(calls)
    files_of = attached_to(desk, id, {one for _, one in belonging(desk, id)} if id else calls)
    callers = desk.registers.load("caller")
    rows = {one: callers[one] for one in calls if one in callers}
    words = Words(rows | ({id: desk.in_clear("customer", id)} if id else {}))
    if dry:
        made = [record(desk, "access", "erase", None, {"customer": one, "reason": reason}, None, dry).id for one in whose]
        return Erased(made[0], len(rows) + (id is not None), clear(desk, words, whose[0], dry), [*texts_that_stand(desk, words)], len(files_of))
    gone: list[int] = []

    def take_out() -> None:
        attachments.let_go(desk, hashes)
        gone.append(_take_out(desk, "caller", calls))
        if id:
            gone.append(_take_out(desk, "customer", {id}))

    with desk.ledger.lock():
        hashes, files = attachments.erasing(desk, files_of, reason) if files_of else ([], [])
        given = [*(("access", "erase", None, {"customer": one, "reason": reason}) for one in whose), *files]
        replaced = [*_REGISTERS, *attachments.documents(desk, hashes)]
        made = [entry.id for entry in record_all(desk, given, None, take_out, replaced) if entry.ledger == "access"]
        desk.index.catch_up(())
        desk.index.forget()
    return Erased(made[0], sum(gone), clear(desk, words, whose[0]), [*texts_that_stand(desk, words)], len(files))


def attached_to(desk: Desk, customer: str | None, ids: set[str]) -> list[str]:
    """The files kept with any of some ids, with the customer himself and with his machines, whose bytes are still there."""
    machines = desk.index.machines_of(customer) if customer else []
    subjects = [*sorted(ids), *([customer] if customer else []), *machines]
    found = [one for subject in dict.fromkeys(subjects) for one in attached.of_subject(desk, subject)]
    return [one.id for one in found if one.erased is None]


_REGISTERS = tuple(f"registers/{REGISTERS[noun].file}" for noun in ("caller", "customer"))


def _customer(desk: Desk, typed: str) -> str | None:
    id = typed.strip().upper()
    if desk.index.known("customer", id):
        return id
    found = desk.named("customer", typed.strip())
    return found[0] if len(found) == 1 else None


def _calls_of(desk: Desk, typed: str) -> set[str]:
    callers = desk.registers.load("caller")
    number = normal(typed)
    if number:
        return {id for id, row in callers.items() if number in row.get("phone", "").split("; ")}
    id = typed.strip().upper()
    return {id} if id in callers else set()


def _take_out(desk: Desk, noun: str, ids: set[str]) -> int:
    rows = desk.registers.load(noun)
    left = {id: row for id, row in rows.items() if id not in ids}
    if len(left) < len(rows):
        desk.registers.save(noun, left)
    return len(rows) - len(left)


# ---- What of an erased person stands outside the registers: copies are cleared, texts of ledgers are told 

SHORTEST = 2
"""Characters that a name must have to be looked for: one alone is in every other word."""


class Words:
    """The names and numbers of a person, as they may stand in a text."""

    def __init__(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        names = {row.get(name, "") for row in rows.values() for name in ("name", "contact", "address")}
        numbers = {number for row in rows.values() for number in row.get("phone", "").split("; ") if number}
        forms = [_name(name) for name in sorted(names) if len(name) >= SHORTEST] + [_digits(number) for number in sorted(numbers)]
        self._pattern = re.compile("|".join(forms), re.IGNORECASE) if forms else None

    def within(self, text: str) -> bool:
        """Whether any of them stands in the text in clear."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def without(self, text: str, instead: str) -> str:
        """The text with `instead` in their places."""
        return self._pattern.sub(lambda _: instead, text) if self._pattern else text


def _name(name: str) -> str:
    """A name; one in Latin letters as words of their own."""
    found = re.escape(name)
    return rf"(?<![A-Za-z0-9]){found}(?![A-Za-z0-9])" if name.isascii() else found


def _digits(number: str) -> str:
    """A number in whatever grouping: 138-0000-1234, 13800001234, 138 0000 1234."""
    digits = re.sub("[^0-9]", "", number.removeprefix("00-"))
    return r"(?<![0-9])" + "[- ]?".join(digits) + r"(?![0-9])"


def texts_that_stand(desk: Desk, words: Words) -> Iterator[Text]:
    """Where they stand in free texts of ledgers: `calls/2026-10.csv:12 C2610-0007 summary`."""
    for noun in ledgers.TABLE:
        for found in desk.ledger.read(noun):
            texts = ((name, json.dumps(value, ensure_ascii=False, default=str)) for name, value in found.entry.fields.items())
            names = [name for name, text in texts if words.within(text)]
            if names:
                place = f"{found.file}:{found.line}" if found.line else found.file
                yield Text(f"{place} {found.entry.id} {', '.join(names)}", f"{place} {found.entry.id} {'、'.join(names)}")


def clear(desk: Desk, words: Words, instead: str, dry: bool = False) -> list[str]:
    """Take away the copies that hold them, or (`dry`) only say which; the names of what was cleared.

    A message that waits says `instead` in their places. Busy where somebody is sending.
    """
    data = desk.folder / "data" if desk.kept.folder else None
    cleared: list[str] = []
    if data:
        with desk.ledger.lock():
            cleared += _files(data, words, dry)
    if _messages(data or desk.kept.cache.parent, words, instead, dry):
        cleared.append("outbox/state.json")
    for path in drafts.files(desk.ledger.id):
        if words.within(_text(path)):
            cleared.append(str(path))
            if not dry:
                drafts.forget(path)
    return cleared


def _text(path: Path) -> str:
    """What a file says: JSON as its values, anything else as it stands."""
    body = path.read_bytes().decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return body


def _files(data: Path, words: Words, dry: bool) -> Iterator[str]:
    """Ends torn off by crashes, and files as they were before a repair."""
    kept = data / ".svc"
    for path in sorted([kept / "torn", *(kept / "aside").rglob("*")]):
        if path.is_file() and not path.is_symlink() and words.within(path.read_bytes().decode("utf-8", "replace")):
            yield path.relative_to(data).as_posix()
            if not dry:
                durable.remove(path)


def _messages(data: Path, words: Words, instead: str, dry: bool) -> bool:
    """Whether messages that wait to be sent hold them; the id stands in their place from now on."""
    if not (data / "outbox").is_dir():
        return False
    with outbox.SendingLock(data):
        state, _ = outbox.load(data)
        found = outbox.Outbox(*(_instead(part, words, instead) for part in state))
        if found != state and not dry:
            outbox.save(data, found)
    return found != state


def _instead(value: Any, words: Words, instead: str) -> Any:
    if isinstance(value, str):
        return words.without(value, instead)
    if isinstance(value, dict):
        return {key: _instead(item, words, instead) for key, item in value.items()}
    return [_instead(item, words, instead) for item in value] if isinstance(value, list) else value
