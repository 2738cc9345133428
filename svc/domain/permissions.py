"""Who may do what: every verb and the roles that may use it. The one table; docs/permissions.md is made from it.

Recording verbs have their roles in the ledgers' events, registers in WRITERS, everything else in VERBS; `verb` puts
them together. An empty tuple is everybody. Who may rule on a finding is besides for the rules file to say
(`decided_by`), and never the person concerned.
"""

from __future__ import annotations

from collections.abc import Sequence

from svc.domain import ledgers, registers
from svc.domain.ledgers import OFFICE, ROLES, RULERS
from svc.errors import NotPermitted
from svc.named import NamedTuple
from svc.text import Text


class Verb(NamedTuple):
    """The roles that may use a verb; with `own` the others may too, and see what concerns themselves."""

    roles: tuple[str, ...] = ()
    own: bool = False

    def allows(self, role: str) -> bool:
        """Whether a role may use the verb without restriction."""
        return not self.roles or role in self.roles


EVERYBODY = Verb()
FINES = ("head", "gm", "finance")
"""Who sees what everybody owes: fines and entries in a record are personal data."""
CONTACTS = ("technician", "clerk", "head", "gm", "sales")
"""Who may see customers' numbers in clear: those who have to call them."""

WRITERS: dict[str, tuple[str, ...]] = {
    "customer": (),
    "machine": ("head", "gm", "clerk", "sales"),
    "staff": RULERS,
    "supplier": ("head", "gm", "clerk", "purchasing"),
    "part": ("head", "gm", "clerk", "warehouse", "purchasing"),
    "wage": RULERS,
}
"""Who may change which register; wages stand apart from the staff's."""

READERS: dict[str, tuple[str, ...]] = {"wage": FINES}
"""Who may read a register that not everybody may."""

UNMASK: dict[str, tuple[str, ...]] = {
    "customer": CONTACTS,
    "machine": CONTACTS,
    "staff": ("clerk", "head", "gm"),
    "supplier": ("clerk", "head", "gm", "purchasing", "warehouse"),
    "call": CONTACTS,
    "register": CONTACTS,
    "ledger": RULERS,
}
"""Who may see personal data in clear with --unmask, by noun. Each time is an entry of the ledger `access`."""

VERBS: dict[tuple[str, str], Verb] = {
    ("init", ""): EVERYBODY,
    ("today", ""): EVERYBODY,
    ("check", ""): EVERYBODY,
    ("plan", ""): EVERYBODY,
    ("absence", "list"): Verb(("head", "gm", "clerk"), own=True),
    ("absence", "show"): Verb(("head", "gm", "clerk"), own=True),
    ("staff", "away"): Verb(("head", "gm", "clerk")),
    ("undo", ""): EVERYBODY,
    ("attach", ""): EVERYBODY,
    ("attachment", "open"): EVERYBODY,
    ("attachment", "export"): EVERYBODY,
    ("attachment", "restore"): Verb(("clerk", "head", "gm")),
    ("search", ""): EVERYBODY,
    ("completion", "install"): EVERYBODY,
    **{("config", verb): EVERYBODY for verb in ("show", "get", "set", "unset", "path")},
    ("customer", "import"): Verb(("clerk", "head", "gm")),
    ("customer", "erase"): Verb(RULERS),
    ("customer", "merge"): Verb(("clerk", "head", "gm")),
    ("customer", "export"): Verb(("clerk", "head", "gm")),
    ("machine", "import"): Verb(("clerk", "head", "gm")),
    ("staff", "import"): Verb(RULERS),
    ("supplier", "import"): Verb(("clerk", "head", "gm")),
    ("machine", "transfer"): Verb(WRITERS["machine"]),
    ("machine", "extend"): Verb(WRITERS["machine"]),
    ("machine", "reading"): EVERYBODY,
    ("defect", "concerned"): EVERYBODY,
    ("call", "import-mail"): Verb(("clerk", "head", "gm")),
    ("part", "import"): Verb(("clerk", "head", "gm")),
    ("stock", "moves"): EVERYBODY,
    ("stock", "cost"): Verb(OFFICE),
    ("upkeep", "due"): EVERYBODY,
    ("staff", "leave"): Verb(RULERS),
    ("staff", "show"): Verb(FINES, own=True),
    ("staff", "statement"): Verb(FINES, own=True),
    ("statement", "list"): Verb(FINES, own=True),
    ("statement", "show"): Verb(FINES, own=True),
    ("staff", "key add"): Verb(RULERS),
    ("staff", "key revoke"): Verb(RULERS),
    ("staff", "key list"): EVERYBODY,
    ("visit", "calendar"): EVERYBODY,
    ("report", "form"): EVERYBODY,
    ("quote", "form"): EVERYBODY,
    ("return", "slip"): EVERYBODY,
    ("tour", "due"): EVERYBODY,
    ("conduct", "list"): Verb(FINES, own=True),
    ("conduct", "show"): Verb(FINES, own=True),
    ("finding", "list"): Verb(FINES, own=True),
    ("finding", "show"): Verb(FINES, own=True),
    ("register", "calls"): EVERYBODY,
    ("register", "dispatch"): EVERYBODY,
    ("register", "expenses"): Verb(OFFICE),
    ("fault", "list"): EVERYBODY,
    ("fault", "show"): EVERYBODY,
    ("fault", "merge"): Verb(RULERS),
    ("audit", "month"): Verb(FINES),
    ("audit", "year"): Verb(FINES),
    ("audit", "compare"): Verb(FINES),
    ("audit", "pay"): Verb(FINES),
    ("audit", "submit"): Verb(RULERS),
    ("audit", "stamp"): Verb(RULERS),
    ("audit", "settle"): Verb(RULERS),
    ("rules", "check"): EVERYBODY,
    ("rules", "list"): EVERYBODY,
    ("rules", "explain"): EVERYBODY,
    ("rules", "test"): EVERYBODY,
    ("rules", "set"): Verb(RULERS),
    ("rules", "accept"): Verb(RULERS),
    ("rules", "new"): Verb(RULERS),
    ("rules", "schema"): EVERYBODY,
    ("rules", "replay"): Verb(FINES),
    ("ledger", "verify"): EVERYBODY,
    ("ledger", "head"): EVERYBODY,
    ("ledger", "rebuild"): EVERYBODY,
    ("ledger", "repair"): Verb(RULERS),
    ("ledger", "import"): Verb(RULERS),
    ("ledger", "export"): Verb(FINES),
    ("ledger", "seal"): Verb(RULERS),
    ("change", "list"): Verb(FINES),
    ("change", "show"): Verb(FINES),
    ("access", "list"): Verb(RULERS),
    ("access", "show"): Verb(RULERS),
    ("desk", "protect"): Verb(RULERS),
    ("desk", "show"): EVERYBODY,
    ("desk", "begins"): Verb(RULERS),
    ("desk", "init"): EVERYBODY,
    ("desk", "migrate"): EVERYBODY,
    ("desk", "add-site"): EVERYBODY,
    ("desk", "add-member"): EVERYBODY,
    ("desk", "move"): EVERYBODY,
    ("desk", "branch"): EVERYBODY,
    ("desk", "sync"): Verb(RULERS),
    ("desk", "held"): Verb(RULERS),
}


def verb(noun: str, name: str) -> Verb | None:
    """Who may use a verb (of the nouns without verbs: ""); None for one that nobody put into the table."""
    if (noun, name) in VERBS:
        return VERBS[noun, name]
    if noun in registers.TABLE and name in ("add", "edit"):
        return Verb(WRITERS[noun])
    if noun in ledgers.TABLE and name in ledgers.events(noun):
        return Verb(ledgers.events(noun)[name].roles)
    return EVERYBODY if name in ("list", "show") else None


def refusal(who: str, role: str, deed: Text, roles: Sequence[str], people: Sequence[str] = ()) -> NotPermitted:
    """The error for a deed that the role does not allow, naming the roles that may, and of the `people` some."""
    words = registers.ROLE_WORDS.words
    named = [one for one in people[:3] if one]
    return NotPermitted(
        Text(f"{who} ({role or 'no role'}) may not {deed.en}", f"{who}（{words.get(role, '无岗位')}）无权：{deed.zh}"),
        Text(
            f"who may: {', '.join(roles)}" + (f" ({', '.join(named)})" if named else ""),
            "有权的岗位：" + "、".join(words[r] for r in roles) + (f"（{'、'.join(named)}）" if named else ""),
        ),
    )


assert {role for row in VERBS.values() for role in row.roles} <= set(ROLES)
