"""What belongs to what is wanted: the visits of calls, the reports of visits, the rulings on all of them."""

from __future__ import annotations

from collections.abc import Iterable

from svc.domain import ledgers
from svc.store.index.lookups import MAY_BE_KEY, Index
from svc.store.index.wanted import add, add_children, add_either_parent, add_parents

# "cross join" and "indexed by": from the few that are wanted to their entries, never through the whole
# history; without statistics SQLite guesses wrong here.


def add_subjects(index: Index, findings: Iterable[str]) -> None:
    # Whatever ledger a finding's subject is of: ids given by others do not say.
    subjects_ = [id.partition("/")[2].partition("/")[0] for id in findings]
    for noun in ledgers.TABLE:
        if noun != "finding":
            index.db.executemany(
                "insert or ignore into wanted select distinct noun, id from entry where noun = ? and id = ?",
                ((noun, subject) for subject in subjects_),
            )


def close_over_links(index: Index) -> None:
    """Add the reports of visits, the visits of calls, then what everything belongs to, and all rulings."""
    add_either_parent(index, "quote", "call", "visit")  # quotes for a call and for each of its visits settle one another (2.2)
    add_parents(index, "visit", "call")
    first = index.db.total_changes
    _add_of_calls(index)
    for child in ("expense", "tool", "conduct", "stock"):  # claims and tools of one trip are judged together (1.12, 4.3)
        add_parents(index, child, "visit")
    before = index.db.total_changes
    add_parents(index, "report", "visit")
    add_either_parent(index, "complaint", "visit", "call")
    if index.db.total_changes != first:
        add_parents(index, "visit", "call")
    add(index, "select 'call', a.ref from wanted w cross join also a on a.noun = w.noun and a.id = w.id")
    if index.db.total_changes != before:  # what is brought in so is brought in whole: else it looks as if nothing followed
        _add_of_calls(index)
    add_children(index, "visit", "report", "expense", "tool", "complaint", "conduct", "quote")  # one act may be found from several (4.5, 4.7)
    _add_claims(index)
    _add_hours(index)
    index.db.execute(
        "insert or ignore into wanted select 'finding', e.id from wanted w cross join entry e indexed by entry_ref"
        " on e.ref = w.id and e.noun = 'finding' where w.noun != 'finding'"
    )
    add(  # a key customer who was not visited, a month that was not reported: they have no entries of their own
        index,
        f"select f.noun, f.id from ({MAY_BE_KEY}) k cross join entry f indexed by entry_ref on f.ref = k.id and f.noun = 'finding'",
    )
    add(index, "select noun, id from entry indexed by entry_ref where ref >= '1' and ref < ':' and noun = 'finding'")


def _add_of_calls(index: Index) -> None:
    # What was done for calls: those that were merged with them, visits with reports, complaints, what was quoted.
    add_merged(index)
    add_children(index, "call", "visit", "complaint", "quote")
    add_children(index, "visit", "report")
    add(index, "select a.noun, a.id from wanted w cross join also a indexed by also_of on a.ref = w.id where w.noun = 'call'")


def _add_hours(index: Index) -> None:
    # What a warranty by hours, or upkeep by them, goes by: all readings and services of the machines that are met.
    recorded = [noun for (noun,) in index.select("select noun from stamp where noun in ('reading', 'upkeep')")]
    for noun in recorded:
        index.db.execute(
            "insert or ignore into wanted select r.noun, r.id from wanted w cross join entry e indexed by entry_id"
            " on e.noun = w.noun and e.id = w.id and e.machine is not null cross join entry r indexed by entry_machine"
            " on r.machine = e.machine and r.noun = ?",
            (noun,),
        )


def add_merged(index: Index) -> None:
    """Add to a call those that were merged into it, and that into which it was merged, however many: whichever is asked for."""
    before = -1
    while index.db.total_changes != before:  # of most calls nothing was: once
        before = index.db.total_changes
        add_parents(index, "call", "call")
        add_children(index, "call", "call")


def _add_claims(index: Index) -> None:
    # What a repair is judged with beside the quotes: the claims for its machine or its report.
    if index.select("select noun from stamp where noun = 'claim'"):
        add_children(index, "report", "claim")
        index.db.execute(
            "insert or ignore into wanted select c.noun, c.id from wanted w cross join entry e indexed by entry_id"
            " on e.noun = w.noun and e.id = w.id and e.machine is not null cross join entry c indexed by entry_machine"
            " on c.machine = e.machine and c.noun = 'claim' where w.noun in ('visit', 'call')"
        )


_NOT_ENOUGH = (
    "select v.id from waiting w cross join entry r indexed by entry_id on r.noun = w.noun and r.id = w.id"
    " cross join entry v indexed by entry_id on v.noun = 'visit' and v.id = r.ref and v.event = 'dispatch' and v.ref is null"
    " where w.noun = 'report' and w.kind = 'unresolved'"
)
"""The visits that no call asked for, and after which somebody has to go there again."""


def add_other_visits(index: Index) -> None:
    """Who was sent since where no call asked: to the machine, or else the customer, of a visit that was not enough, and to
    the customer of an installation. Of a call they are brought in by what belongs to what."""
    add(index, f"select 'visit', id from ({_NOT_ENOUGH})")
    for key in ("machine", "caller"):
        add(
            index,
            f"select o.noun, o.id from wanted t cross join entry d indexed by entry_id on d.noun = t.noun and d.id = t.id"
            f" and d.{key} is not null cross join entry o indexed by entry_{key} on o.{key} = d.{key}"
            " and o.noun in ('visit', 'call') and o.at >= d.at"
            f" where (t.noun = 'visit' and t.id in ({_NOT_ENOUGH}))"
            " or t.noun = 'install'",
        )
