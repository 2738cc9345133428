"""What waits at a desk, as `svc today` and `svc check` tell it: whom it concerns, who may do it, what to type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from svc.desk.open import Desk
from svc.domain import ledgers, permissions
from svc.domain.cases import Item
from svc.domain.clock.base import days_old, show_span
from svc.domain.ledgers import OFFICE, RULERS
from svc.domain.nouns.finding import parts
from svc.domain.registers import ROLE_WORDS
from svc.store.index.wanted import View
from svc.text import Text, say

COLUMNS = {
    "left": Text("time left", "剩余时间"),
    "id": Text("what", "编号"),
    "who": Text("who", "谁"),
    "text": Text("", "事项"),
}


RULINGS = ("ruling", "overlap", "appeal", "rule", "verify", "degree")
"""What waits for somebody to rule: without a time by which it is due, listed with its age; about a person."""

WITH_COMMAND = {**COLUMNS, "do": Text("type", "命令")}


def concerns(desk: Desk, item: Item, now: datetime) -> bool:
    """Whether a thing needs whoever looks: it waits for him, or is his role's to do.

    The head sees everything; the general manager what only the two may decide, and what is overdue; who is
    sent out what waits for him alone. Somebody not known here sees everything that he may read.
    """
    who = desk.who_if_known
    if who is None:
        return True
    role = desk.role(who)
    if item.staff == who or who in item.also or role == "head":
        return True
    roles = roles_for(item.do)
    if role == "gm":
        return (set(roles) <= set(RULERS) and bool(roles)) or (item.due is not None and item.due < now)
    travels = "technician" in roles  # whoever was sent does it himself
    return role in (roles or OFFICE) and not (travels and item.staff is not None)


def visible(desk: Desk, found: Sequence[Item]) -> list[Item]:
    """The things that whoever looks may see: of findings and verdicts about others, only those whose role sees fines."""
    limit = desk.limited_to("finding", "list")
    return [item for item in found if limit is None or item.kind not in RULINGS or item.staff in (None, limit)]


def rows(desk: Desk, found: Sequence[Item], view: View) -> list[dict[str, Any]]:
    """The items: time left (or overdue, or its age), what it is, what to type now, or which roles have to; names as of the view."""
    ids: dict[str, list[str]] = {}
    for item in found:
        if item.noun in ledgers.TABLE and "-" in item.id and "/" not in item.id:  # given out by a ledger: a tour or a finding is not
            ids.setdefault(item.noun, []).append(item.id)
    short = {id: word for noun, some in ids.items() for id, word in desk.shortest(noun, some).items()}
    staff = desk.at("staff", view)
    names = {item.staff: staff.get(item.staff, {}).get("name") for item in found if item.staff}
    return [_row(desk, item, view.now, short.get(item.id, item.id), names.get(item.staff or "")) for item in found]


def _row(desk: Desk, item: Item, now: datetime, short: str, name: str | None) -> dict[str, Any]:
    hands = others(desk, item)
    stage = "waiting" if item.due is None else "overdue" if item.due < now else "due"
    return {
        "noun": item.noun,
        "kind": item.kind,
        "id": item.id,
        "stage": stage,
        "due": item.due.astimezone(desk.zone).isoformat(timespec="seconds") if item.due else None,
        "since": item.since.astimezone(desk.zone).isoformat(timespec="seconds"),
        "left": _left(desk, item, now),
        "staff": item.staff,
        "who": name or item.staff,
        "name": name,
        "with": list(item.also),
        "text": say(item.what),
        "do": typed(item) if hands is None else None,
        "for": list(hands or ()),
        "short": short,
    }


def typed(item: Item) -> str:
    """The command of an item as it can be pasted: where it names several, the one that shows what is to be decided."""
    words = item.do.split(" ")
    if len(words) > 2 and "|" in words[2]:
        return f"svc {words[1]} show {item.id}"
    return " ".join(words[: next((n for n, word in enumerate(words) if "|" in word), len(words))])


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row for people: where there is nothing for them to type, whose turn it is."""
    return row if row["do"] else {**row, "do": say(handed_on(row["for"]))}


def _age(seconds: float, days: int) -> Text:
    """In hours for two days, then in days as the audit counts them (`days_old`)."""
    return show_span(days * 86_400 if seconds >= 172_800 else seconds)


def _coarse(seconds: float) -> float:
    """After two days nobody counts the minutes, after a week nobody the hours."""
    step = 60 if seconds < 172_800 else 3_600 if seconds < 604_800 else 86_400
    return seconds // step * step


def _left(desk: Desk, item: Item, now: datetime) -> str:
    if item.due is None:
        age = _age(now.timestamp() - item.since.timestamp(), days_old(item.since, now, desk.zone))
        return say(Text(f"for {age.en}", f"已 {age.zh}"))
    seconds = item.due.timestamp() - now.timestamp()
    span = show_span(_coarse(abs(seconds)))
    return say(Text(f"{span.en} overdue", f"超期 {span.zh}") if seconds < 0 else span)


# ---- who may do what a line names ------------------------------------------------------------------

NEVER_ONESELF = ("ruling", "appeal", "overlap", "review", "degree")
"""What nobody decides about himself."""


def roles_for(command: str) -> tuple[str, ...]:
    """The roles that may use a command; empty: everybody."""
    _, noun, verbs, *_ = f"{command} ".split(" ")
    return _roles(noun, verbs)


@cache
def _roles(noun: str, verbs: str) -> tuple[str, ...]:
    found = (permissions.verb(noun, verb) for verb in verbs.split("|"))
    return tuple(dict.fromkeys(role for one in found if one for role in one.roles))


def doers(desk: Desk, item: Item) -> tuple[str, ...]:
    """The roles that may do what an item waits for, as permissions and the rules file have it; empty: everybody."""
    roles = roles_for(item.do)
    narrower = _deciders(desk, item)
    return tuple(role for role in roles if role in narrower) if narrower else roles


def _deciders(desk: Desk, item: Item) -> tuple[str, ...]:
    """Whom the rules file lets rule on it; empty where it names nobody."""
    words = item.do.split()
    if item.kind == "overlap":
        other = words[words.index("--against") + 1] if "--against" in words else ""
        overlap = desk.rules.overlap(parts(item.id)[0], parts(other)[0])
        return overlap.decided_by if overlap else ("gm",)
    if item.kind in ("ruling", "appeal"):
        return desk.rules.deciders(desk.rulebook.rule(parts(item.id)[0]))
    if item.kind == "verify":
        logged = next((e for e in desk.entries("complaint", item.id) if e.event == "log"), None)
        return desk.rules.deciders_of("complaint", logged.get("cause")) if logged else ()
    return ()


def others(desk: Desk, item: Item) -> tuple[str, ...] | None:
    """The roles that have to do it where whoever looks may not; None where he may, or is not known here."""
    who = desk.who_if_known
    if who is None:
        return None
    role, roles = desk.role(who), doers(desk, item)
    own = item.staff == who and item.kind in NEVER_ONESELF
    if not own and (not roles or role in roles):
        return None
    return tuple(one for one in roles if one != role) or roles


def handed_on(roles: Sequence[str]) -> Text:
    """Who has to do it, instead of a command."""
    return Text(f"for: {', '.join(roles)}", f"由{'、'.join(ROLE_WORDS.words[role] for role in roles)}办理")


def next_step(desk: Desk, line: str) -> str:
    """A line `next: svc …` as whoever is at the desk may take it: else with whose turn it is."""
    before, mark, command = line.partition("svc ")
    roles = roles_for(mark + command) if mark else ()
    if not roles or desk.role(desk.who) in roles:
        return line
    turn = handed_on(roles)
    return before + say(Text(f"{turn.en} ({mark}{command})", f"{turn.zh}（{mark}{command}）"))
