"""The table of ledgers: which there are, how each is filed, and what an event of one is made of.

One line here and one file `svc/domain/NOUN.py` make a ledger. The noun's file holds its EVENTS, the
state folded from them, which event may follow, and the facts that the rules may ask for; it is
imported only when that noun is used.
"""

from __future__ import annotations

import keyword
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from svc.domain.kinds import Field
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, quoted, quoted_zh


class LedgerType(NamedTuple):
    """How a ledger is filed: `data/FOLDER/2026-11.FORM`, ids `LETTER2611-0001`.

    `link` is the field that names what it belongs to: a visit its call, a report its visit. `ends` are the events
    after which a case is no longer open (none: it never is finished); where `backlog`, what is open waits as such,
    else the noun's file says what of it waits (`pending`); `ruled`: of what never ends, rulings may wait. `due` is the
    field of the other instant in whose month it counts: a promise. In `any_order`: any event may follow any other. What
    the commands themselves note (`imported` is False) comes in with no file; what is no `work` of the department begins
    no desk. What is `everywhere` belongs to every question: names that others go by.
    """

    noun: str
    letter: str
    folder: str
    form: str
    title: Text
    link: str | None = None
    ends: tuple[str, ...] = ()
    backlog: bool = False
    due: str | None = None
    ruled: bool = False
    any_order: bool = False
    imported: bool = True
    work: bool = True
    everywhere: bool = False


class Event(NamedTuple):
    """One thing that can be recorded in a ledger.

    `title` says what its command does, `done` what happened: "visit V1 was *reached*", V1 已*到场*.
    `on` says what the command names first: "new" (nothing: it opens a new id), "own" (the id of the
    same ledger), or another noun whose id it names (`report close VISIT`; that noun must be a field).
    `roles` may record it; empty means everybody. What opens an id stands under it once, unless `again`.
    `receipt` is what is said of it where that is more than the noun and what happened to it.
    `decides` is a consent, ruling, review or correction: whoever brings it in for somebody else answers for it.
    """

    name: str
    title: Text
    done: Text
    on: str
    fields: tuple[Field, ...]
    roles: tuple[str, ...]
    example: Text | str
    again: bool = False
    decides: bool = False
    receipt: Text | None = None

    def field(self, name: str) -> Field | None:
        """The field of that name, if the event has it."""
        return next((f for f in self.fields if f.name == name), None)

    def default(self, name: str) -> Any:
        """What a person means who says nothing of a field."""
        found = self.field(name)
        return found.default if found else None


TABLE: dict[str, LedgerType] = {
    row.noun: row
    for row in (
        LedgerType("call", "C", "calls", "csv", Text("calls and letters", "来电来函"), ends=("close",), due="due"),
        LedgerType("visit", "V", "visits", "csv", Text("visits", "派遣"), "call", ("leave", "cancel"), due="promised"),
        LedgerType("report", "R", "reports", "yaml", Text("service reports", "服务报告"), "visit", ends=("archive",)),
        LedgerType("complaint", "K", "complaints", "yaml", Text("complaints", "投诉"), "visit", ends=("remedy",), due="happened"),
        LedgerType("conduct", "X", "conduct", "csv", Text("conduct", "行为记录"), "visit", ruled=True),
        LedgerType("quote", "Q", "quotes", "yaml", Text("quotes", "报价"), "visit", ("accept", "decline"), True),
        LedgerType("install", "I", "installs", "csv", Text("installations", "安装调试"), None, ("done",), True, "due"),
        LedgerType("tour", "U", "tours", "yaml", Text("visits to key customers", "走访"), None, ("done",), True),
        LedgerType("defect", "D", "defects", "csv", Text("design defects", "设计缺陷"), "report", ("close",), True, "found"),
        LedgerType("claim", "L", "claims", "csv", Text("claims on suppliers", "厂家索赔"), "report", ("close",), True),
        LedgerType("return", "T", "returns", "csv", Text("returned goods", "退货"), None, ("refuse", "receive"), True),
        LedgerType("expense", "E", "expenses", "yaml", Text("expense claims", "报销"), "trip", ("review",), True),
        LedgerType("tool", "W", "tools", "csv", Text("tools bought on trips", "出差购买的工具"), "trip", ("turn-in",), True),
        LedgerType("upkeep", "M", "upkeep", "csv", Text("upkeep that comes round", "定期保养"), "machine", ("stop",), True),
        LedgerType("reading", "G", "readings", "csv", Text("readings of hour meters", "工时读数"), "machine"),
        LedgerType("stock", "P", "stock", "csv", Text("parts in and out of stock", "配件出入库"), "visit"),
        LedgerType("absence", "J", "absences", "csv", Text("absences", "请假外出"), due="until", work=False),
        LedgerType("finding", "F", "findings", "csv", Text("rulings", "认定"), ruled=True, any_order=True),
        LedgerType("attachment", "N", "attachments", "csv", Text("files kept with records", "附件"), "subject", work=False),
        LedgerType("statement", "B", "statements", "csv", Text("statements of pay that were read", "已阅的工资结算单"), work=False),
        LedgerType(
            "access", "A", "access", "yaml", Text("keys, and who saw personal data", "密钥与个人信息查阅"),
            imported=False, work=False,
        ),
        LedgerType("change", "H", "changes", "csv", Text("changes of registered facts", "登记资料变更"), "subject", work=False),
        LedgerType("faultcode", "Y", "faultcodes", "csv", Text("fault codes merged", "故障代码合并"), work=False, everywhere=True),
        LedgerType("undo", "Z", "undone", "csv", Text("entries taken back", "撤销记录")),
    )
}

RECORDED_AS = {"job": "visit", "survey": "report"}
"""What is judged under a name of its own and recorded in another ledger: a repair, by its visit."""

UNDO = "undo"
"""The ledger of entries taken back: others know it by name."""

CHANGE = "change"
"""The ledger of dated changes of what the registers say."""

ROLES = ("technician", "clerk", "head", "gm", "finance", "warehouse", "sales", "purchasing")
OFFICE = ("clerk", "head", "gm", "sales", "finance", "warehouse", "purchasing")
RULERS = ("head", "gm")

NO_DEVICE = r"(?!(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])\Z)"
"""No id is a name that Windows keeps for a device: whoever makes a file for each id would write to it."""

ID = NO_DEVICE + r"[A-Z][A-Z0-9-]{2,31}"
"""What any id looks like; ids given by others (an old system's numbers) are kept as they are."""

FINDING_ID = r"([a-z][a-z0-9_]{2,39})/([A-Z][A-Z0-9-]{2,31}|[0-9]{4}-[0-9]{2})(/[0-9]{1,3})?"
"""rule/subject, or rule/subject/line for the lines of an expense claim."""


_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def numbered(id: str) -> tuple[str, int | None]:
    """What an id begins with and its number (None: it is not one of ours): `C2611-` and 7, `C2611-BJ` and 7."""
    prefix = id.rstrip(_DIGITS)
    number = id[len(prefix) :]
    ours = prefix.rstrip(_LETTERS).endswith("-") and 0 < len(number) < 10
    return prefix, int(number) if ours else None


def mark(id: str) -> str:
    """The mark of the site at which an id was given out ("": the one without); a finding is its subject's."""
    subject = id.split("/")[1] if "/" in id else id
    prefix, number = numbered(subject)
    return prefix[len(prefix.rstrip(_LETTERS)) :] if number is not None else ""


def ledger(noun: str) -> LedgerType:
    """The row of the table; BadInput with the known nouns where there is none."""
    try:
        return TABLE[noun]
    except KeyError:
        known = ", ".join(TABLE)
        raise BadInput(
            Text(f"there is no ledger {quoted(noun)}", f"没有名为{quoted_zh(noun)}的台账"),
            Text(f"the ledgers are: {known}", f"台账有：{known}"),
        ) from None


@cache
def module(noun: str) -> ModuleType:
    """The noun's file in this room: EVENTS, fold, check, FACTS, facts."""
    name = ledger(noun).noun
    return import_module(f"svc.domain.nouns.{name}_" if name in keyword.kwlist else f"svc.domain.nouns.{name}")


@cache
def events(noun: str) -> dict[str, Event]:
    """The events of a ledger by name, in the order in which they usually happen."""
    found: tuple[Event, ...] = module(noun).EVENTS
    return {event.name: event for event in found}


def event(noun: str, name: str) -> Event:
    """One event; BadInput with the known ones where there is none."""
    known = events(noun)
    try:
        return known[name]
    except KeyError:
        names = ", ".join(known)
        raise BadInput(
            Text(f"{noun} has no event {quoted(name)}", f"{noun} 没有{quoted_zh(name)}这种记录"),
            Text(f"its events are: {names}", f"可用：{names}"),
        ) from None


@cache
def columns(noun: str) -> tuple[str, ...]:
    """The fields of all events of a ledger, in the order of its file's header: the last of its `editions`."""
    return editions(noun)[-1]


@cache
def editions(noun: str) -> tuple[tuple[str, ...], ...]:
    """The columns that a ledger's files had, one edition after the other: each is the one before with names behind it.

    The noun says them (`COLUMNS`, the names that came with each); fields of its events that stand in none are the newest.
    Secret ones (names of callers) are not among them: they live in the registers.
    """
    fields = [f.name for one in events(noun).values() for f in one.fields if not f.secret]
    found: list[tuple[str, ...]] = []
    for names in (*(text.split() for text in getattr(module(noun), "COLUMNS", ())), fields):
        before = found[-1] if found else ()
        wider = tuple(dict.fromkeys((*before, *names)))
        if wider != before or not found:
            found.append(wider)
    return tuple(found)


@cache
def kinds(noun: str, event_name: str) -> dict[str, Any]:
    """The kind of each field of an event."""
    return {f.name: f.kind for f in event(noun, event_name).fields}


@cache
def required(noun: str, event_name: str) -> tuple[Field, ...]:
    """The fields of an event that must be given."""
    return tuple(f for f in event(noun, event_name).fields if f.required)


@cache
def creates(noun: str, event_name: str) -> bool:
    """Whether the event opens a new id."""
    return event(noun, event_name).on != "own"


@cache
def stands_once(noun: str, event_name: str) -> bool:
    """Whether no second entry of that event may bear the same id."""
    found = event(noun, event_name)
    return found.on != "own" and not found.again


@cache
def facts() -> dict[str, Text]:
    """What the ledgers tell that a rule may ask for, with its title."""
    return {name: title for noun in TABLE for name, title in getattr(module(noun), "FACTS", {}).items()}
