"""Who may do what a line names: asked before a command is shown to somebody who would be refused."""

from __future__ import annotations

from collections.abc import Sequence

from svc.audit.open import Item
from svc.desk.open import Desk
from svc.domain import permissions
from svc.domain.nouns.finding import parts
from svc.domain.registers import ROLE_WORDS
from svc.errors import NotPermitted
from svc.text import Text, say

NEVER_ONESELF = ("ruling", "appeal", "overlap", "review")
"""What nobody decides about himself."""


def roles_for(command: str) -> tuple[str, ...]:
    """The roles that may use a command; empty: everybody."""
    _, noun, verbs, *_ = f"{command} ".split(" ")
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
        return overlap.decided_by if overlap else ()
    if item.kind in ("ruling", "appeal"):
        return desk.rules.deciders(desk.rulebook.rule(parts(item.id)[0]))
    if item.kind == "verify":
        logged = next((e for e in desk.entries("complaint", item.id) if e.event == "log"), None)
        return desk.rules.deciders_of("complaint", logged.get("cause")) if logged else ()
    return ()


def others(desk: Desk, item: Item) -> tuple[str, ...] | None:
    """The roles that have to do it where whoever looks may not; None where he may, or is not known here."""
    try:
        who = desk.who
    except NotPermitted:
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
