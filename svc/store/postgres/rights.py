"""Who may call what on the server, and which role may store what: one table, from which grants are made and tests call.

Recording goes by the login: its member of staff, his role as the register of staff says, whether the administrator made
it a deputy (the head office: imports, hand-over, in anybody's name), and its sites.
"""

from __future__ import annotations

from collections.abc import Iterator

from svc.domain import ledgers, permissions
from svc.store.files.registers import REGISTERS
from svc.store.postgres.session import Session
from svc.store.rows import codec

FUNCTIONS: dict[str, str] = {
    "append": "members, at their own site, as themselves; with hashes (a hand-over) deputies only",
    "keep_rows": "members whose role may change that register; a caller's row at its own site",
    "keep_document": "members whose role may set rules, seal months, register keys",
    "keep_file": "members, at their own site; the server makes the hash",
    "drop_file": "whoever put the file in, else members whose role may erase files, at their own site",
    "set_apart": "deputies",
    "set_aside": "members whose role may repair ledgers, at their own site: rows that the server cannot read; deputies also others",
    "my_marks": "everybody, about himself",
    "my_home": "everybody, about himself",
    "may_see": "everybody, about himself",
}
"""The functions that logins may call, and what they demand; every other one is called by these alone."""


def grant(session: Session) -> None:
    """Let logins call what FUNCTIONS names, and nothing else of the schema."""
    session.run("revoke all on all functions in schema svc from public, svc_user")
    for name in FUNCTIONS:
        session.run(f"grant execute on function svc.{name} to svc_user")


def declare(session: Session) -> bool:
    """Tell the server what rows look like and which role may store what; whether it had to be told."""
    shapes, privileges = sorted(_shapes()), sorted(_privileges())
    known = session.run("select kind, noun, folder, form, columns, widths from svc.shape order by 1, 2")
    allowed = session.run("select subject, role from svc.privilege order by 1, 2")
    if [tuple(row) for row in known] == shapes and sorted(tuple(row) for row in allowed) == privileges:
        return False
    session.run("delete from svc.shape")
    session.run("delete from svc.privilege")
    for row in shapes:
        session.run("insert into svc.shape values (%s, %s, %s, %s, %s, %s)", row)
    for pair in privileges:
        session.run("insert into svc.privilege values (%s, %s)", pair)
    return True


def _shapes() -> Iterator[tuple[str, str, str, str, list[str], list[int]]]:
    for noun, row in ledgers.TABLE.items():
        yield "ledger", noun, row.folder, row.form, list(codec.columns(noun)), list(codec.widths(noun))
    for noun, register in REGISTERS.items():
        yield "register", noun, "registers", "csv", list(register.columns), [len(register.columns)]


def _privileges() -> Iterator[tuple[str, str]]:
    for noun in ledgers.TABLE:
        for name, event in ledgers.events(noun).items():
            yield from ((f"{noun} {name}", role) for role in event.roles or ("",))
    for noun in REGISTERS:
        yield from ((f"register {noun}", role) for role in permissions.WRITERS.get(noun) or ("",))
        yield from ((f"read {noun}", role) for role in permissions.READERS.get(noun, ()))
        yield from ((f"erase {noun}", role) for role in _roles("customer", "erase"))
    yield from (("repair", role) for role in _roles("ledger", "repair"))
    for kind, verb in (("rules", ("rules", "set")), ("seals", ("audit", "submit")), ("keys", ("staff", "key add"))):
        yield from ((f"document {kind}", role) for role in _roles(*verb))


def _roles(noun: str, name: str) -> tuple[str, ...]:
    found = permissions.verb(noun, name)
    return found.roles if found else ()
