"""Facts of the registers that judge, and from which day on: whose a machine is, its warranty, a role, a wage (2.1, 4.3).

A register says what is so now; what was so on a day is told by these entries alone: a change dates from its `from`, and
a day before it is judged by what stood before. A fact never changed is what the register says, since its first day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from svc.domain import merging, registers
from svc.domain.entry import Entry
from svc.domain.facts import Fact
from svc.domain.kinds import Choice, Code, Day, Field, Prose
from svc.domain.ledgers import OFFICE, Event
from svc.domain.needs import Known, Needs
from svc.domain.permissions import WRITERS
from svc.named import NamedTuple
from svc.text import Text

_REGISTERS = Choice(**{row.noun: row.title.zh for row in registers.TABLE.values()})

FIELDS = (
    Field("of", _REGISTERS, Text("register", "登记册"), required=True),
    Field("subject", Code(), Text("its id there", "登记编号"), required=True),
    Field("field", Code(), Text("what changes", "变更项目"), required=True),
    Field("since", Day(), Text("from which day on (not said: ever since)", "自哪天起（不写为一直如此）")),
    Field("was", Prose(), Text("what stood before", "原值")),
    Field("value", Prose(), Text("what it is from then on", "新值")),
    Field("reason", Prose(), Text("why, on what paper", "原因、依据")),
)
EVENTS = (
    Event(
        "set",
        Text("a fact of a register changes from a day on", "登记资料自某日起变更"),
        Text("changed", "变更"),
        "new",
        FIELDS,
        OFFICE,
        "svc machine transfer SN-0001 --to CU0002 --from 2026-11-01",
    ),
    Event(
        merging.EVENT,
        Text("somebody was registered twice: both are one", "同一对象登记了两次：合并为一个"),
        Text("merged", "合并"),
        "new",
        FIELDS,
        OFFICE,
        "svc customer merge CU0002 --into CU0001",
    ),
)
COLUMNS = ("of subject field since was value reason",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS: Mapping[str, Text] = {}

Since = Callable[[str], str | None]
NEVER = "9999-12-31"
APART = ("wage",)
"""What is not in the ledger itself: readable by few, and erased with the person. It stands in the register `wage`."""


class DatedChange(NamedTuple):
    """One fact that changed, told by one entry."""

    id: str
    entry: Entry


def fold(entries: Sequence[Entry]) -> DatedChange | None:
    """The change that its one entry tells."""
    return DatedChange(entries[0].id, entries[0]) if entries else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Each is an id of its own; whether it may be is asked where it is recorded."""


def facts(changed: DatedChange) -> Mapping[str, Fact]:
    """Rules ask for what was so on a day, not for the change."""
    return {}


def made(
    of: str,
    subject: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    since: Since,
    reason: str | None,
    own: Mapping[str, str] | None = None,
) -> list[dict[str, str]]:
    """The fields of the entries that lead from one row to another, one for each dated fact that differs.

    `since` says of a fact's name from which day on (None: it has been so ever since); `own` is the row by itself, where what
    stood `before` is told of it by another that it is one with.
    """
    found = []
    for name in registers.TABLE[of].dated:
        was, value = before.get(name, ""), after.get(name, "")
        if was != value:
            said = {"since": since(name), "was": was if own is None else own.get(name), "value": value, "reason": reason}
            found.append({"of": of, "subject": subject, "field": name, **{key: v for key, v in said.items() if v}})
    return found


def known(changes: Sequence[Entry], moment: datetime) -> Sequence[Entry]:
    """Of the changes those known at a moment; a field of which none was yet is as its first one says it stood before."""
    first: dict[str, Entry] = {}
    for change in changes:
        first.setdefault(change.get("field"), change)
    told = [change for change in changes if change.recorded_at <= moment]
    later = [change for field, change in first.items() if change.recorded_at > moment]
    return [*told, *(one._replace(fields={**one.fields, "since": NEVER}) for one in later)]


def on_day(row: Mapping[str, str], changes: Sequence[Entry], day: date) -> Mapping[str, str]:
    """The row of a register as it was on a day, by the changes of that row in the order of recording.

    Of two changes of one field that both date from before the day the later date counts; of one date, the one
    recorded later. Before the first change stands what that one says stood before it.
    """
    if not changes:
        return row
    until = day.isoformat()
    found = dict(row)
    by_field: dict[str, list[Entry]] = {}
    for change in changes:
        by_field.setdefault(change.get("field"), []).append(change)
    for name, told in by_field.items():
        ordered = sorted(told, key=_since)  # stable: of one day, the order of recording
        past = [change for change in ordered if _since(change) <= until]
        value = past[-1].get("value") if past else told[0].get("was")
        if value:
            found[name] = value
        else:
            found.pop(name, None)
    return found


def emptied(changes: Sequence[Entry], day: date) -> set[str]:
    """The facts of a row of which a change says that nothing is known of them on a day."""
    until = day.isoformat()
    said = sorted((change for change in changes if _since(change) <= until), key=_since)
    return {name for name, value in {change.get("field"): change.get("value") for change in said}.items() if not value}


def _since(change: Entry) -> str:
    return change.get("since") or ""


def _by_whom(known: Known, new: Entry) -> None:
    """Whoever may change a register may change its facts: what decides about people is for the head and the general manager."""
    known.permit(new.by, WRITERS[new.get("of")], Text(f"change {new.get('subject')}", f"变更 {new.get('subject')}"))


NEEDS: Needs = {"set": (_by_whom,), merging.EVENT: (_by_whom,)}
