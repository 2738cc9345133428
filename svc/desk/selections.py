"""Which entries a question needs: chosen by keys, so that a month costs a month, whatever the history.

The selection may hold more than is asked for (every figure tests for itself what belongs to it),
never less.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime

from svc.desk import closings
from svc.desk.belonging import add_merged, add_other_visits, add_subjects, close_over_links
from svc.desk.closings import Closing
from svc.domain import ledgers
from svc.domain.briefs import Briefs
from svc.domain.entry import Entry
from svc.named import NamedTuple
from svc.store.index import briefs
from svc.store.index.lookups import MAY_BE_KEY, Index
from svc.store.index.selection import Selection
from svc.store.index.wanted import (
    FOREVER,
    SINCE,
    View,
    add,
    add_of_each,
    add_parents,
    begin,
    entries,
    leave_out_before,
    of_one_state,
    since,
)
from svc.store.rows.trusted_row import trusted_entry


@of_one_state
def subjects(index: Index, wanted: Iterable[tuple[str, str]], view: View) -> Selection:
    """The entries of these (noun, id) and of all that belongs to them."""
    begin(index, view)
    index.db.executemany("insert or ignore into wanted values (?, ?)", wanted)
    close_over_links(index)
    return entries(index, view)


@of_one_state
def subject(index: Index, noun: str, id: str, view: View) -> Selection:
    """What it takes to judge one subject; for a report also the others of its machine."""
    begin(index, view)
    add(index, "select noun, id from entry where noun = ? and id = ?", ledgers.RECORDED_AS.get(noun, noun), id)
    if noun == "customer":  # an interval between visits, named after the customer or the visit that began it
        whose = index.select("select distinct caller from entry where noun = 'tour' and id = ? and caller is not null", id) or [(id,)]
        for own in index.known_as("customer", index.stays("customer", str(whose[0][0]))):
            add(index, "select noun, id from entry where noun = 'tour' and caller = ?", own)
    closings.want_same_machine(index, view)
    close_over_links(index)
    return entries(index, view)


@of_one_state
def record(index: Index, who: str, nouns: Iterable[str], view: View) -> Selection:
    """What can put an entry into a person's record: what names him, of all times, in ledgers whose offences go there."""
    begin(index, view)
    wanted = set(nouns)
    if wanted - {"complaint", "conduct"}:  # whose a report is, its visit says
        wanted.add("visit")
    for noun in wanted & set(ledgers.TABLE):
        add(index, "select noun, id from entry where noun = ? and instr(raw, cast(? as blob))", noun, who)
    close_over_links(index)
    return entries(index, view)


@of_one_state
def retold_reports(index: Index, start: datetime, end: datetime, view: View, told: Iterable[Closing]) -> Selection:
    """Of the reports closed in a stretch of time those that have to be read, with their visits and calls.

    `told` is what `closings.between` says of that time: of the others it says enough.
    """
    begin(index, view)
    told = list(told)
    ids = ((one.id,) for one in told if one.retold)
    index.db.executemany("insert or ignore into wanted values ('report', ?)", ids)
    span = int(start.timestamp()), int(end.timestamp())
    add(index, "select noun, id from moved where noun = 'report' and at >= ? and at < ?", *span)
    index.db.executemany("delete from wanted where noun = 'report' and id = ?", ((one.id,) for one in told if not one.retold))
    for child, parent in (("report", "visit"), ("visit", "call")):
        add_parents(index, child, parent)
    add_merged(index)
    return entries(index, view)


@of_one_state
def promised(index: Index, since: datetime, view: View) -> Selection:
    """The visits with a promise, replaced ones too, from a moment on, and what of them was taken back."""
    begin(index, view)
    add(index, "select noun, id from entry where noun = 'visit' and due >= ?", int(since.timestamp()))
    close_over_links(index)
    _add_taken_back(index)
    return entries(index, view)


@of_one_state
def planned(index: Index, start: datetime, view: View) -> Selection:
    """Who is promised where, and who is away, from a moment on; what was promised to be installed or visited by then."""
    begin(index, view)
    for noun in ("visit", "absence"):
        add(index, "select noun, id from entry where noun = ? and due >= ?", noun, int(start.timestamp()))
    for noun in ("visit", "install", "tour"):  # what goes on past the night before; what is done since, too
        add(index, "select noun, id from waiting where noun = ?", noun)
        add(index, f"select noun, id from {SINCE}", noun, *since(view))
    close_over_links(index)
    _add_taken_back(index)
    return entries(index, view)


def _add_taken_back(index: Index) -> None:
    """Add to `wanted` what took back something of the visits that are wanted."""
    add(
        index,
        "select z.noun, z.id from undone u cross join wanted w on w.noun = u.noun and w.id = u.id"
        " cross join entry z on z.noun = 'undo' and z.rec = u.gone where u.noun = 'visit'",
    )


@of_one_state
def tours(index: Index, view: View) -> Selection:
    """The last visit to every key customer, and the visits that are planned."""
    begin(index, view)
    now = int(view.now.timestamp())
    add(index, "select noun, id from waiting where noun = 'tour'")
    add(index, f"select noun, id from {SINCE}", "tour", *since(view))
    add_tours(index, now + 1, now + 1, view)
    return entries(index, view)


@of_one_state
def stock(index: Index, view: View) -> Selection:
    """Every movement of parts, and the reports that name a part by its number."""
    begin(index, view)
    add(index, "select noun, id from entry where noun = 'stock'")
    add(index, "select noun, id from entry where noun = 'report' and instr(raw, cast('part_no' as blob))")
    close_over_links(index)
    return entries(index, view)


@of_one_state
def visits_of(index: Index, key: str, value: str, view: View) -> Selection:
    """Every visit to a customer (`caller`) or for a machine, by its own word or its call's, with what belongs to it."""
    begin(index, view)
    for own in index.known_as("customer", index.stays("customer", value)) if key == "caller" else [value]:
        add(index, f"select noun, id from entry indexed by entry_{key} where {key} = ? and noun in ('visit', 'call')", own)
    close_over_links(index)
    return entries(index, view)


@of_one_state
def machine(index: Index, serial: str, view: View) -> Selection:
    """All of one machine: calls, visits and what belongs to them, readings, upkeep; and the defects with a bulletin."""
    begin(index, view)
    add(index, "select noun, id from entry indexed by entry_machine where machine = ?", serial)
    add(index, "select noun, id from entry where noun = 'defect' and event = 'bulletin'")
    close_over_links(index)
    return entries(index, view)


@of_one_state
def upkeep(index: Index, view: View) -> Selection:
    """The plans of upkeep that stand, with the readings of their machines."""
    begin(index, view)
    add(index, "select noun, id from waiting where noun = 'upkeep'")
    add(index, f"select noun, id from {SINCE}", "upkeep", *since(view))
    close_over_links(index)
    return entries(index, view)


OWN = 30
"""How many of its latest calls, and of its latest visits, a customer's card looks at."""

LEFT_OPEN = 1000
"""Among how many of its latest calls it looks for some that nobody closed."""


@of_one_state
def about(index: Index, customers: Sequence[str], machines: Sequence[str], view: View) -> Selection:
    """What a customer's card shows: by keys, what is open, and of what was the latest; of all the ids under which he is kept."""
    begin(index, view)
    now, known = int(view.now.timestamp()), int(view.known_at.timestamp()) if view.known_at else FOREVER
    keys = [("machine", serial) for serial in machines] + [("caller", customer) for customer in customers]
    for column, key in keys:
        for noun, most in [("call", OWN), ("visit", OWN), *((noun, 200) for noun in _KEYED)]:
            add(
                index,
                f"select noun, id from entry where {column} = ? and noun = ? and at <= ? and rec <= ? order by at desc limit ?",
                key, noun, now, known, most,
            )  # fmt: skip
        add(
            index,
            f"select u.noun, u.id from (select id from entry where {column} = ? and noun = 'call' order by at desc limit ?) e"
            " cross join open_case u on u.noun = 'call' and u.id = e.id",
            key, LEFT_OPEN,
        )  # fmt: skip
        if view.past:
            _add_open_then(index, column, key, view)
    _add_open_of(index, keys)
    close_over_links(index)
    return entries(index, view)


def _add_open_then(index: Index, column: str, key: str, view: View) -> None:
    """What names a key and went on after the view: it may have been open then; and the visits for calls that name it."""
    more = "(x.at > ?2 or (x.rec > x.at and x.rec > ?3))"
    add(
        index,
        f"select e.noun, e.id from entry e indexed by entry_{column} where e.{column} = ?1"
        f" and exists (select 1 from entry x indexed by entry_id where x.noun = e.noun and x.id = e.id and {more})",
        key, *since(view),
    )  # fmt: skip
    add(
        index,
        f"select x.noun, x.id from entry c indexed by entry_{column} cross join entry v indexed by entry_ref on v.ref = c.id and v.noun = 'visit'"
        f" cross join entry x indexed by entry_id on x.noun = v.noun and x.id = v.id and {more} where c.{column} = ?1 and c.noun = 'call'",
        key, *since(view),
    )  # fmt: skip


def _add_open_of(index: Index, keys: Sequence[tuple[str, str]]) -> None:
    # What is open and names one of the keys, and the visits for calls that do. Whichever is less is gone through: what the
    # keys name (at a busy desk), or what is open (for a customer with many cases behind him).
    if not _less_is_named(index, keys):
        return _add_open_through_all(index, keys)
    for key, value in keys:
        for query in _OPEN_BY_KEY:
            add(index, query.format(key=key), value)


def _less_is_named(index: Index, keys: Sequence[tuple[str, str]]) -> bool:
    """Whether keys name fewer entries than there are open cases."""
    count = "select (select count(*) from waiting) + (select count(*) from open_case where noun = 'visit')"
    left = int(str(index.select(count)[0][0]))
    for key, value in keys:
        some = f"select 1 from entry indexed by entry_{key} where {key} = ? limit ?"
        left -= int(str(index.select(f"select count(*) from ({some})", value, left)[0][0]))
        if left <= 0:
            return False
    return True


def _add_open_through_all(index: Index, keys: Sequence[tuple[str, str]]) -> None:
    machines, customers = ([value for key, value in keys if key == column] for column in ("machine", "caller"))
    marks = ", ".join(f"?{n + 1}" for n in range(len(machines)))
    own = ", ".join(f"?{len(machines) + n + 1}" for n in range(len(customers)))
    add(
        index,
        "select t.noun, t.id from waiting t cross join entry e indexed by entry_id on e.noun = t.noun and e.id = t.id"
        f" where e.machine in ({marks}) or e.caller in ({own})",
        *machines, *customers,
    )  # fmt: skip
    add(
        index,
        "select t.noun, t.id from (select noun, id from waiting where noun = 'visit'"
        " union select noun, id from open_case where noun = 'visit') t"
        " cross join entry v indexed by entry_id on v.noun = t.noun and v.id = t.id"
        " left join entry c indexed by entry_id on c.noun = 'call' and c.id = v.ref"
        f" where c.machine in ({marks}) or c.caller in ({own}) or v.machine in ({marks}) or v.caller in ({own})",
        *machines, *customers,
    )  # fmt: skip


_IS_OPEN = (
    "(exists (select 1 from waiting t where t.noun = {e}.noun and t.id = {e}.id)"
    " or exists (select 1 from open_case u where u.noun = 'visit' and u.noun = {e}.noun and u.id = {e}.id))"
)
_OPEN_BY_KEY = (
    f"select e.noun, e.id from entry e indexed by entry_{{key}} where e.{{key}} = ? and {_IS_OPEN.format(e='e')}",
    "select v.noun, v.id from entry c indexed by entry_{key}"
    " cross join entry v indexed by entry_ref on v.ref = c.id and v.noun = 'visit'"
    f" where c.{{key}} = ? and c.noun = 'call' and {_IS_OPEN.format(e='v')}",
)

_KEYED = tuple(noun for noun in ledgers.TABLE if noun not in ("call", "visit", "report", "finding", "conduct"))


def strangers(index: Index, number: str) -> list[str]:
    """The latest calls from a masked number that belongs to no customer, newest first."""
    rows = index.select("select id from entry where caller = ? and noun = 'call' order by at desc limit 5", number)
    return [str(id) for (id,) in rows]


def latest(index: Index, noun: str, most: int) -> list[Entry]:
    """The latest entries of a ledger, newest first."""
    rows = index.select("select raw from entry where noun = ? order by at desc limit ?", noun, most)
    return [trusted_entry(noun, raw) for (raw,) in rows if isinstance(raw, bytes)]


ASKED_SECONDS = 366 * 86_400
"""How far back two fines on one act, of which somebody must choose, are looked for."""


class Waits(NamedTuple):
    """What to look for that waits: `asked` are ledgers of whose offences two may meet on one act and then wait for a decision.

    Before the desk `begins` nothing waits.
    """

    asked: Iterable[str] = ()
    begins: datetime | None = None


class Chosen(NamedTuple):
    """The entries that a question needs, what the index keeps in brief in place of some, and the cases that are `among` them with
    all that belongs to them (None: all)."""

    entries: Selection
    told: Briefs
    among: Mapping[str, Container[str]] | None = None


@of_one_state
def waiting(index: Index, view: View, waits: Waits, brief: bool = False) -> Chosen:
    """What may wait for somebody at `view.now`; for a moment in the past also what was settled since. `brief` as for a month."""
    begin(index, view)
    if brief:
        read_what_changed(index, view)
    add_waiting(index, view, waits)
    close_over_links(index)
    told = briefs.wanted(index.db) if brief else {}
    return Chosen(entries(index, view), told)


def read_what_changed(index: Index, view: View) -> None:
    """Note that what happened, was typed or was taken back after the view is to be read, with what belongs to it: what is kept in
    brief knows too much of it. Nothing more is wanted for that."""
    add_of_each(index, f"select noun, id from {SINCE}", *since(view))
    close_over_links(index)
    briefs.read_whole(index.db)
    begin(index, view)


def add_waiting(index: Index, view: View, waits: Waits) -> None:
    """Add to `wanted` what may wait for somebody at the view."""
    add(index, "select noun, id from waiting")
    earliest = int(view.now.timestamp()) - ASKED_SECONDS
    for noun in waits.asked:
        add(index, "select noun, id from entry where noun = ? and at > ?", noun, earliest)
    add_subjects(index, (str(id) for (id,) in index.select("select id from waiting where noun = 'finding'")))
    if view.past:
        add_of_each(index, f"select noun, id from {SINCE}", *since(view), but=("finding",))
        add_ruled_since(index, view)
    if waits.begins:
        leave_out_before(index, int(waits.begins.timestamp()), ("tour", "finding"))
    add_other_visits(index)
    closings.want_same_machine(index, view)


def add_tours(index: Index, first: int, last: int, view: View) -> None:
    """Add to `wanted` the visits to key customers by which the intervals of first ≤ t < last are known."""
    # Of each key customer the visits before and after the month and the latest: the ends of the intervals that count,
    # for each site by itself too (the mark stands in the id, before its number).
    done = (
        "select 'tour', id from (select p.id as id, {most}(d.at) from (" + MAY_BE_KEY + ") k"
        " cross join entry p indexed by entry_caller on p.caller = k.id and p.noun = 'tour' and p.event = 'plan'"
        " cross join entry d indexed by entry_id on d.noun = 'tour' and d.id = p.id and d.event = 'done'"
        " and d.at <= ?1 and (?2 is null or d.rec <= ?2) and d.at {side} ?3"
        " group by k.id, rtrim(substr(p.id, instr(p.id, '-') + 1), '0123456789'))"
    )
    now = int(view.now.timestamp())
    known = int(view.known_at.timestamp()) if view.known_at else None
    for most, side, moment in (("max", "<", first), ("min", ">=", last), ("max", "<=", now)):
        add(index, done.format(most=most, side=side), now, known, moment)


def add_ruled_since(index: Index, view: View) -> None:
    """Add to `wanted` what somebody ruled on after the moment that is looked at, or typed after it: it waited then."""
    rows = index.select(f"select id from {SINCE}", "finding", *since(view))
    add_subjects(index, (str(id) for (id,) in rows))
