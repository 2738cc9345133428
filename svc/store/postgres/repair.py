"""Rows of a server that nobody can read: found, and set aside, so that whoever reads their ledger is no longer refused.

They stay where they stand (`svc.entry`), the chain goes through their bytes, and `svc ledger verify` goes on looking at them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from svc.domain import ledgers
from svc.named import NamedTuple
from svc.store.postgres.ledger import PostgresLedger
from svc.store.rows import codec
from svc.text import Text, say

_ROWS = (
    "select month, n, line, raw from svc.entry e where mark = %s and noun = %s and not exists"
    " (select from svc.aside a where a.mark = e.mark and a.noun = e.noun and a.n = e.n) order by month, n"
)


class Unreadable(NamedTuple):
    """A row that is no row: at which site, in which ledger, the how manieth, where it would stand, and why."""

    mark: str
    noun: str
    n: int
    place: str
    what: Text


def plan(ledger: PostgresLedger) -> list[Unreadable]:
    """The rows that cannot be read, of every site that may be seen; nothing is changed."""
    return [one for mark in ledger.sites for noun in ledgers.TABLE for one in _of(ledger, mark, noun)]


def _of(ledger: PostgresLedger, mark: str, noun: str) -> Iterator[Unreadable]:
    for month, n, line, raw in ledger.session.stream(_ROWS, (mark, noun)):
        try:
            codec.decode(noun, raw)
        except codec.BadRow as bad:
            yield Unreadable(mark, noun, n, f"{ledger.place(mark, noun, month)}:{line}", bad.what)


def carry_out(ledger: PostgresLedger, found: Sequence[Unreadable]) -> None:
    """Set them aside, all or none; NotPermitted where the server can read one after all, and who asks is no deputy."""
    for one in found:
        ledger.session.run("select svc.set_aside(%s, %s, %s::bigint, %s)", (one.mark, one.noun, one.n, say(one.what)[:1000] or "?"))
