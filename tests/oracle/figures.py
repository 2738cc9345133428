"""The figures of a monthly audit, computed a second time and on purpose in the plainest way.

Nothing here is shared with the product: the input is the raw lines of the neutral JSONL form, the output
the JSON structure of the audit. Slow and simple is the aim; every function restates what it counts.

Words used throughout: *now* is the instant the audit looks from, *the month* is start <= t < next start in
the desk's time zone, and every time is compared as an instant (kept in UTC here).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product
from math import floor
from typing import Any

import chinese_calendar

from . import books, quality

Entry = dict[str, Any]
Amounts = dict[str, list[tuple[date, Decimal | None]]]

REPLY_LIMIT = timedelta(hours=24)
REPEAT_WINDOW = timedelta(hours=30 * 24)
TINY = timedelta(microseconds=1)
SERVED = ("repair", "install", "train", "inspect")
ITEMS = ("cause", "solution", "parts", "opinion")

# rule -> (clause, the amount that belongs to it or None)
RULES = {
    "left_without_call": ("4.4", "left_without_call"),
    "late_arrival": ("4.5", "late_arrival"),
    "report_incomplete": ("4.6", "report_incomplete"),
    "disobeyed_dispatch": ("4.7", "disobeyed_dispatch"),
    "complaint_attitude": ("1.6", "bonus_cut_attitude"),
    "complaint_quarrel": ("4.2.1", None),
    "complaint_demand": ("4.2.2", None),
    "complaint_not_timely": ("4.2.3", None),
    "complaint_repeat_repair": ("4.2.4", None),
    "receipt_wrong_place": ("4.3", None),
    "receipt_invalid": ("4.3", None),
    "receipt_fraud": ("4.3", None),
    "tool_not_returned": ("1.12", None),
    "return_not_approved": ("1.11", None),
}
COMPLAINT_RULES = {
    "attitude": "complaint_attitude",
    "quarrel": "complaint_quarrel",
    "solicitation": "complaint_demand",
    "untimely": "complaint_not_timely",
    "repeat-repair": "complaint_repeat_repair",
}
# besides being upheld, these need a second answer in the verdict
SECOND_ANSWER = {
    "complaint_attitude": "harms_image",
    "complaint_not_timely": "personal",
    "complaint_repeat_repair": "personal",
}
REGISTERS = ("customer", "machine", "staff", "supplier", "part")
RULED = {"uphold": "final", "dismiss": "dismissed", "waive": "waived"}


class Vague(datetime):
    """The beginning of a day of which no hour was written: it may have been any minute of that day."""


def instant(text: str, zone: tzinfo) -> datetime:
    """The minute in which the instant lies that a written time means; without an offset it is the desk's wall clock."""
    return exactly(text, zone).replace(second=0, microsecond=0)


def surely(holds: Callable[..., bool], *times: datetime) -> bool | None:
    """Whether something holds of some times; None where it does at one hour of a day without one and not at another."""
    minutes_of_day = timedelta(hours=23, minutes=59)
    bounds = [(t, t + minutes_of_day) if isinstance(t, Vague) else (t,) for t in times]
    found = {holds(*(datetime.fromtimestamp(t.timestamp(), UTC) for t in tried)) for tried in product(*bounds)}
    return found.pop() if len(found) == 1 else None


def exactly(text: str, zone: tzinfo) -> datetime:
    """The same with its seconds."""
    t = datetime.fromisoformat(text)
    if len(text) == 10:
        return Vague.fromtimestamp(t.replace(tzinfo=zone).timestamp(), UTC)
    return (t if t.tzinfo else t.replace(tzinfo=zone)).astimezone(UTC)


def no_later(one: datetime, other: datetime) -> bool:
    return one <= other


def both(one: bool | None, other: bool | None) -> bool | None:
    """Whether two things hold; None where one does and nobody knows of the other."""
    return False if False in (one, other) else None if None in (one, other) else True


IN_TIME = {True: ("within", "on_time"), False: ("late", "late"), None: ("facts_missing", "facts_missing")}


def month_bounds(month: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """First instant of the month and first instant of the next one."""
    year, number = map(int, month.split("-"))
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    start = datetime(year, number, 1, tzinfo=zone).astimezone(UTC)
    return start, datetime(*after, 1, tzinfo=zone).astimezone(UTC)


class World:
    """Everything that had happened at `now`, grouped by ledger and id, each group in order of time."""

    def __init__(
        self,
        entries: Iterable[Entry],
        month: str,
        as_of: datetime,
        *,
        zone: tzinfo,
        amounts: Amounts | None = None,
        staff: dict[str, Any] | None = None,
        limits: dict[str, timedelta] | None = None,
        begins: date | None = None,
    ) -> None:
        self.begins = begins
        self.zone, self.amounts, self.staff, self.limits = zone, amounts or {}, staff or {}, limits or {}
        exactly_now = as_of.astimezone(UTC)
        self.now = exactly_now.replace(second=0, microsecond=0)
        self.start, self.end = month_bounds(month, zone)
        self.registers: dict[str, dict[str, Entry]] = defaultdict(dict)
        self.groups: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        doubled: dict[str, str] = {}
        for raw in entries:
            entry = dict(raw)
            happened = exactly(entry["at"], zone) if "at" in entry else None
            if happened:
                entry["at"] = happened.replace(second=0, microsecond=0)
            if entry["ledger"] == "customer" and entry["event"] == "merge":
                doubled[entry["id"]] = entry["into"]
            elif entry["ledger"] in REGISTERS:
                self.registers[entry["ledger"]][entry["id"]] = entry
            elif happened and happened <= exactly_now:
                self.groups[entry["ledger"]][entry["id"]].append(entry)
        for ledger in self.groups.values():
            for group in ledger.values():
                group.sort(key=lambda entry: entry["at"])
        self.typed = [e for ledger in self.groups.values() for group in ledger.values() for e in group]
        """Every entry, of calls that were logged twice too."""
        self.tell_customers_as_one(doubled)
        self.tell_as_one()
        self.rulings = self.groups["finding"]
        closed = sorted(self.all("report", "close"), key=lambda e: (bool(e.get("machine")), e["id"]))
        self.closes: dict[str, Entry] = {}
        for e in closed:  # of several machines' reports that of the visit's own
            self.closes.setdefault(e["visit"], e)
        self.surveys: dict[str, list[Entry]] = defaultdict(list)
        for survey in self.all("report", "survey"):
            self.surveys[survey["visit"]].append(survey)

    def tell_customers_as_one(self, doubled: dict[str, str]) -> None:
        """A customer that was registered twice is the one that stays: whose the machines are, who called, who is visited.
        That two rows are of one customer is no fact that begins on some day: it holds of every day that is looked at."""
        for gone, stays in doubled.items():
            row = self.registers["customer"].pop(gone)
            for machine in self.registers["machine"].values():
                if machine["customer"] == gone:
                    machine["customer"] = stays
            for ledger in self.groups.values():
                for entry in (e for group in ledger.values() for e in group):
                    for name in ("from", "customer"):
                        said = entry.get(name)
                        if said == gone or (name == "from" and said and digits(said) and digits(said) == digits(row.get("phone") or "")):
                            entry[name] = stays

    def tell_as_one(self) -> None:
        """A call that was logged twice is the one that stays: counted once, from its own log on, with what happened under
        either id but for closings of the other; what only the other log said (machine, until when, that somebody has to
        come) is known of it; whatever names the other names the one that stays."""
        calls = self.groups["call"]
        into = {id: e["into"] for id, group in calls.items() for e in group if e["event"] == "merge"}
        for gone in sorted(into, key=lambda id: next(e["at"] for e in calls[id] if e["event"] == "log")):
            stays = into[gone]
            while stays in into:
                stays = into[stays]
            log = next(e for e in calls[stays] if e["event"] == "log")
            for entry in calls[gone]:
                if entry["event"] == "log":
                    log.update({k: entry[k] for k in ("machine", "needs_service", "due") if entry.get(k) and not log.get(k)})
                elif entry["event"] not in ("close", "reopen", "merge"):
                    calls[stays].append({**entry, "id": stays})
            calls[stays].sort(key=lambda entry: entry["at"])
            into[gone] = stays
        for gone in into:
            del calls[gone]
        for ledger in self.groups.values():
            for group in ledger.values():
                for entry in group:
                    for name in ("call", "follows"):
                        if entry.get(name) in into:
                            entry[name] = into[entry[name]]

    def all(self, ledger: str, event: str) -> list[Entry]:
        """Every entry of that kind, in order of time."""
        found = [e for group in self.groups[ledger].values() for e in group if e["event"] == event]
        return sorted(found, key=lambda e: e["at"])

    def of(self, ledger: str, ident: str, event: str) -> list[Entry]:
        """The entries of that kind about one thing, in order of time."""
        return [e for e in self.groups[ledger].get(ident, []) if e["event"] == event]

    def first(self, ledger: str, ident: str, event: str) -> Entry | None:
        return next(iter(self.of(ledger, ident, event)), None)

    def is_history(self, ledger: str, ident: str) -> bool:
        """Whether a thing was opened on a day before the desk began."""
        opened = min(e["at"] for e in self.groups[ledger][ident])
        return self.begins is not None and opened.astimezone(self.zone).date() < self.begins

    def in_month(self, t: datetime) -> bool:
        return self.start <= t < self.end

    def day(self, t: datetime) -> str:
        return t.astimezone(self.zone).date().isoformat()


def vague(*times: datetime) -> bool:
    """Whether the hour of one of them is not known."""
    return any(isinstance(t, Vague) for t in times)


def rate(part: int, whole: int) -> float | None:
    """A share, unrounded; nothing to count gives None."""
    return part / whole if whole else None


def money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def count_by(entries: list[Entry], field: str) -> dict[str, int]:
    """How many of each value, only values that occur."""
    return dict(Counter(e[field] for e in entries if e.get(field) is not None))


# --------------------------------------------------------------------------- calls


def month_calls(w: World) -> list[Entry]:
    """Calls that came in during the month."""
    return [c for c in w.all("call", "log") if w.in_month(c["at"])]


def is_day_off(w: World, t: datetime) -> bool:
    """Weekend or public holiday in the desk's calendar; a make-up workday is an ordinary day."""
    return not chinese_calendar.is_workday(t.astimezone(w.zone).date())


def digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def customer_of(w: World, call: Entry) -> str | None:
    """The customer a call came from, by id or by telephone, if registered before the call came."""
    caller = call.get("from") or ""
    for ident, customer in w.registers["customer"].items():
        same = caller == ident or (digits(caller) and digits(caller) == digits(customer.get("phone") or ""))
        if same and ("at" not in customer or customer["at"] < call["at"]):
            return ident
    return None


def first_answer(w: World, call: Entry) -> datetime | None:
    """When the call was first answered: by a reply, by a dispatch for it (whose promise was told, unless it says that it
    was not), by an arrival for it, by a closing that says how it ended."""
    sent = [v for v in w.all("visit", "dispatch") if v.get("call") == call["id"]]
    answers = [reply["at"] for reply in w.of("call", call["id"], "reply")]
    answers += [closing["at"] for closing in w.of("call", call["id"], "close") if closing.get("text")]
    answers += [v["at"] for v in sent if not v.get("not_told")]
    answers += [there for v in sent if (there := arrived(w, v["id"]))]
    return min(answers, default=None)


def calls(w: World) -> dict[str, Any]:
    """Calls of the month: how many, through what, about what, on days off, from whom we know, unanswered."""
    mine = month_calls(w)
    return {
        "registered": len(mine),
        "by_channel": count_by(mine, "channel"),
        "by_kind": count_by(mine, "kind"),
        "on_days_off": sum(is_day_off(w, c["at"]) for c in mine),
        "matched": sum(customer_of(w, c) is not None for c in mine),
        "unreplied": sum(not w.of("call", c["id"], "reply") for c in mine),
        "complaints_not_logged": sum(c.get("kind") == "complaint" and c["id"] not in complained(w) for c in mine),
    }


def complained(w: World) -> set[str]:
    """The calls of which a complaint was made."""
    return {k["call"] for k in w.all("complaint", "log") if k.get("call")}


# --------------------------------------------------------------------------- replies


def reply_standing(w: World, call: Entry) -> str:
    """within / late by the first reply, or overdue / pending by the clock; the limit itself is in time. Where nobody
    wrote the hour that would decide it: facts_missing, and until it is sure to be overdue pending."""
    reply = first_answer(w, call)
    if reply is None:
        return "overdue" if surely(lambda at: w.now > at + REPLY_LIMIT, call["at"]) else "pending"
    return IN_TIME[surely(lambda at, reply: reply <= at + REPLY_LIMIT, call["at"], reply)][0]


def minutes(seconds: Fraction) -> int:
    """Whole minutes, half a minute up."""
    return floor(seconds / 60 + Fraction(1, 2))


def median(values: list[Fraction]) -> Fraction:
    """The middle one; of an even number the mean of the two in the middle."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def p90(values: list[Fraction]) -> Fraction:
    """The smallest value that at least nine tenths of the values do not exceed."""
    return next(v for v in sorted(values) if sum(x <= v for x in values) * 10 >= len(values) * 9)


def reply_times(w: World) -> list[Fraction]:
    """Seconds from call to first reply, for calls of the month that got one."""
    pairs = [(c["at"], first_answer(w, c)) for c in month_calls(w)]
    return [Fraction((reply - at) // TINY, 10**6) for at, reply in pairs if reply and not vague(at, reply)]


def replies(w: World) -> dict[str, Any]:
    """The month's calls by how their first reply stands to the limit, the share in time, typical times."""
    n = Counter(reply_standing(w, c) for c in month_calls(w))
    times = reply_times(w)
    return {
        **{k: n[k] for k in ("within", "late", "overdue", "pending", "facts_missing")},
        "rate": rate(n["within"], n["within"] + n["late"] + n["overdue"]),
        "median_minutes": minutes(median(times)) if times else None,
        "p90_minutes": minutes(p90(times)) if times else None,
    }


# --------------------------------------------------------------------------- visits


def purpose(visit: Entry) -> str:
    """What the visit is for; unsaid means repair."""
    return visit.get("purpose") or "repair"


def arrived(w: World, ident: str) -> datetime | None:
    entry = w.first("visit", ident, "arrive")
    return entry["at"] if entry else None


def left(w: World, ident: str) -> datetime | None:
    entry = w.first("visit", ident, "leave")
    return entry["at"] if entry else None


def cancelled(w: World, ident: str) -> datetime | None:
    entry = w.first("visit", ident, "cancel")
    return entry["at"] if entry else None


def on(w: World, visit: Entry, moment: datetime) -> str:
    """Who answered for the visit at a moment: who was sent, or whom it had been handed over to before that minute."""
    who = visit["staff"]
    for handed in w.of("visit", visit["id"], "reassign"):
        if surely(lambda at, moment: at < moment, handed["at"], moment):
            who = handed["to"]
    return str(who)


def nobody_knows_whose(w: World, visit: Entry, moment: datetime) -> bool:
    """Whether an hour that nobody wrote decides who answered for the visit then."""
    handed = w.of("visit", visit["id"], "reassign")
    return any(surely(lambda at, moment: at < moment, e["at"], moment) is None for e in handed)


def there(w: World, visit: Entry) -> str:
    """Whose work on the site it was: who answered for it when the site was left, or reached; else whoever does now."""
    moment = left(w, visit["id"]) or arrived(w, visit["id"])
    return on(w, visit, moment or w.now + timedelta(minutes=1))


def traveller(w: World, visit: Entry, entry: Entry) -> str:
    """Whose it is what somebody claimed or bought on the trip: his own who was on it, else the leader's of then."""
    along = {visit["staff"], *(e["to"] for e in w.of("visit", visit["id"], "reassign")), *(visit.get("with") or [])}
    by = entry.get("by")
    return str(by) if by in along else on(w, visit, entry["at"])


def promises(w: World, visit: Entry) -> tuple[datetime, list[Entry]]:
    """The promise in force, and the new promises that replaced one.

    A new promise counts when made before the one in force came due and before arrival; otherwise it
    changes nothing.
    """
    force, replaced = instant(visit["promised"], w.zone), []
    for new in w.of("visit", visit["id"], "repromise"):
        if surely(lambda made, due: made < due, new["at"], force) is not False:
            force = instant(new["promised"], w.zone)
            replaced.append(new)
    return force, replaced


def promise_is_open(w: World, visit: Entry) -> bool:
    """Whether an hour that nobody wrote decides which promise is in force."""
    force = instant(visit["promised"], w.zone)
    for new in w.of("visit", visit["id"], "repromise"):
        in_time = surely(lambda made, due: made < due, new["at"], force)
        if in_time is None:
            return True
        force = instant(new["promised"], w.zone) if in_time else force
    return False


def promise(w: World, visit: Entry) -> datetime:
    return promises(w, visit)[0]


def customers_time(w: World, visit: Entry) -> datetime | None:
    """The time that the customer gave with his call, where the promise lies after it and he never agreed to one after it:
    on dispatching, or by asking for a new time himself."""
    call = w.first("call", visit.get("call") or "", "log") or {}
    if not call.get("due"):
        return None
    own = instant(call["due"], w.zone)
    if not surely(lambda own, by: own < by, own, promise(w, visit)):
        return None
    agreed = [visit["promised"]] if visit.get("agreed") else []
    agreed += [new["promised"] for new in promises(w, visit)[1] if new.get("asked_by") == "customer"]
    later = [t for t in agreed if surely(lambda own, t: own < t, own, instant(t, w.zone))]
    return None if later else own


def judged_by(w: World, visit: Entry) -> datetime:
    """What the visit is held against: the promise in force, or the customer's own time."""
    return customers_time(w, visit) or promise(w, visit)


def is_due(w: World, visit: Entry) -> bool:
    """Not called off before its promise came due."""
    off = cancelled(w, visit["id"])
    return off is None or not surely(lambda off, by: off < by, off, judged_by(w, visit))


def visit_standing(w: World, visit: Entry) -> str:
    """on_time / late by arrival; without one missed once the promise has surely passed, pending until then. Where
    nobody wrote the hour that would decide it: facts_missing."""
    there, by, off = arrived(w, visit["id"]), judged_by(w, visit), cancelled(w, visit["id"])
    if promise_is_open(w, visit) or (off and surely(lambda off, by: off < by, off, by) is None):
        return "facts_missing"
    if there is not None:
        return IN_TIME[surely(lambda there, by: there <= by, there, by)][1]
    return "missed" if surely(lambda by: w.now > by, by) else "pending"


def due_visits(w: World) -> list[Entry]:
    """Visits that were due in the month, by the promise in force."""
    return [v for v in w.all("visit", "dispatch") if w.in_month(promise(w, v)) and is_due(w, v)]


def left_visits(w: World) -> list[Entry]:
    """Visits whose leaving falls in the month."""
    return [v for v in w.all("visit", "dispatch") if (t := left(w, v["id"])) and w.in_month(t)]


def call_in_standing(w: World, ident: str) -> str:
    """ok with a call-in from arrival to leaving, both ends included; none where it is known that there was
    no such call; unknown where nothing is known."""
    leave, there = w.of("visit", ident, "leave")[0], arrived(w, ident)
    made = [c["at"] for c in w.of("visit", ident, "call-in")]
    if leave.get("called_in"):
        made.append(instant(leave["called_in"], w.zone))
    on_site = [both(surely(no_later, there, t), surely(no_later, t, leave["at"])) for t in made] if there else []
    if True in on_site:
        return "ok"
    said_so = leave.get("no_call_in") and not hearsay(w, ident, leave)
    return "none" if None not in on_site and (made or said_so) else "unknown"


def hearsay(w: World, ident: str, leave: Entry) -> bool:
    """The word of a technician who did not answer for the visit when it was left: nobody is fined on it."""
    visit, by = w.of("visit", ident, "dispatch")[0], leave.get("by")
    row = w.staff.get(by)
    return by != on(w, visit, leave["at"]) and isinstance(row, dict) and row.get("role") == "technician"


def repromised(w: World, who: str) -> int:
    """Promises replaced in the month at the wish of `who`."""
    taken = [new for v in w.all("visit", "dispatch") for new in promises(w, v)[1]]
    taken += sent_anew(w)
    return sum((new.get("asked_by") or "us") == who and w.in_month(new["at"]) for new in taken)


def sent_anew(w: World) -> list[Entry]:
    """Visits called off before their promise came due, after which somebody was sent for the same call to a later time."""
    found = []
    for v in w.all("visit", "dispatch"):
        off, by = w.first("visit", v["id"], "cancel"), promise(w, v)
        if not off or not v.get("call") or not surely(lambda off, by: off < by, off["at"], by):
            continue
        later = [
            o
            for o in w.all("visit", "dispatch")
            if o.get("call") == v["call"] and o["id"] != v["id"] and surely(lambda o, off: o < off, o["at"], off["at"]) is not True
        ]
        if any(surely(lambda by, o: by < o, by, instant(o["promised"], w.zone)) for o in later):
            found.append(off)
    return found


def visits(w: World) -> dict[str, Any]:
    """Visits due in the month and how they went; visits left in it and their call-in; promises moved."""
    due = due_visits(w)
    n = Counter(visit_standing(w, v) for v in due)
    gone = [call_in_standing(w, v["id"]) for v in left_visits(w)]
    return {
        "due": len(due),
        **{k: n[k] for k in ("on_time", "late", "missed", "pending", "facts_missing")},
        "rate": rate(n["on_time"], n["on_time"] + n["late"] + n["missed"]),
        "left": len(gone),
        "left_without_calling": gone.count("none"),
        "call_in_unknown": gone.count("unknown"),
        "repromised_by_customer": repromised(w, "customer"),
        "repromised_by_us": repromised(w, "us"),
        "cancelled": sum(w.in_month(off["at"]) for off in w.all("visit", "cancel")),
        "past_customers_time": sum(customers_time(w, v) is not None for v in due),
        "arrived_not_left": sum(w.in_month(e["at"]) and left(w, e["id"]) is None for e in w.all("visit", "arrive")),
    }


# --------------------------------------------------------------------------- reports


def is_lacking(text: object) -> bool:
    """A text that says nothing: no letter, digit or character in it."""
    return not any(c.isalnum() for c in str(text or ""))


def missing_items(close: Entry, for_what: str | None = "repair") -> list[str]:
    """Which items the report lacked when it was closed; "no parts" completes the parts.

    Of a repair four are asked for; where nothing was broken, what was done and what the customer thinks.
    """
    if for_what not in (None, "repair"):
        return [item for item in ("solution", "opinion") if is_lacking(close.get(item))]
    lacking = [item for item in ("cause", "solution", "opinion") if is_lacking(close.get(item))]
    named = any(not is_lacking(part.get("name")) for part in close.get("parts") or [])
    if not named and not close.get("no_parts"):
        lacking.append("parts")
    return sorted(lacking, key=ITEMS.index)


def month_closes(w: World) -> list[Entry]:
    """Reports closed in the month."""
    return [c for c in w.all("report", "close") if w.in_month(c["at"])]


def expected_visits(w: World) -> list[Entry]:
    """Visits left in the month that owe a report and a survey."""
    return [v for v in left_visits(w) if purpose(v) in SERVED]


def reports(w: World) -> dict[str, Any]:
    """Reports owed by the month's visits, there or not; of those closed in the month, what lacked and what
    has been archived by now."""
    owed, closed = expected_visits(w), month_closes(w)
    filed = sum(v["id"] in w.closes for v in owed)
    lacking = [missing_items(c, purpose(visit_of(w, c))) for c in closed]
    return {
        "expected": len(owed),
        "filed": filed,
        "missing": len(owed) - filed,
        "incomplete": sum(bool(items) for items in lacking),
        "missing_items": dict(Counter(item for items in lacking for item in items)),
        "archived": sum(bool(w.of("report", c["id"], "archive")) for c in closed),
    }


# --------------------------------------------------------------------------- surveys


def survey_standing(w: World, visit: Entry) -> str:
    """returned if any came back, else refused if the customer would not, else missing."""
    about = w.surveys[visit["id"]]
    if any(s.get("scores") for s in about):
        return "returned"
    return "refused" if any(s.get("refused") for s in about) else "missing"


def month_surveys(w: World) -> list[Entry]:
    """Surveys that came back in the month."""
    return [s for s in w.all("report", "survey") if s.get("scores") and w.in_month(s["at"])]


def mean2(values: list[int]) -> float:
    """Mean to two decimals, half up."""
    exact = Decimal(sum(values)) / Decimal(len(values))
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def survey_means(w: World) -> dict[str, float]:
    """Mean of the month's scores, dimension by dimension, over the surveys that answer it."""
    scores: dict[str, list[int]] = defaultdict(list)
    for survey in month_surveys(w):
        for dimension, score in survey["scores"].items():
            scores[dimension].append(score)
    return {dimension: mean2(given) for dimension, given in scores.items()}


def satisfied_rate(w: World) -> float | None:
    """Share of the month's surveys, among those with an overall score, whose overall is 4 or 5."""
    overall = [s["scores"]["overall"] for s in month_surveys(w) if "overall" in s["scores"]]
    return rate(sum(score >= 4 for score in overall), len(overall))


def surveys(w: World) -> dict[str, Any]:
    """What became of the surveys owed by the month's visits, and what the month's surveys say."""
    n = Counter(survey_standing(w, v) for v in expected_visits(w))
    return {
        **{k: n[k] for k in ("returned", "refused", "missing")},
        "mean": survey_means(w),
        "satisfied_rate": satisfied_rate(w),
    }


# --------------------------------------------------------------------------- repairs


def visit_of(w: World, close: Entry) -> Entry:
    return w.first("visit", close["visit"], "dispatch") or {}


def machine_of(w: World, close: Entry) -> str | None:
    """The machine a report is about: its own word, else the one named on the call, else on the visit."""
    if close.get("machine"):
        return str(close["machine"])
    visit = visit_of(w, close)
    call = w.first("call", visit.get("call") or "", "log") or {}
    return call.get("machine") or visit.get("machine")


def repair_closes(w: World) -> list[Entry]:
    """Reports of repair visits, whatever the month."""
    return [c for c in w.all("report", "close") if purpose(visit_of(w, c)) == "repair"]


def alike(code: str) -> str:
    """A fault code without what people write differently: width, case, blanks."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", code).lower()).strip()


def code_of(w: World, code: str) -> str:
    """The code under which a fault is counted: merged ones with the one that stays, the latest word counting."""
    into: dict[str, str] = {}
    for merged in w.all("faultcode", "merge"):
        into.pop(alike(merged["into"]), None)
        into[alike(merged["fault"])] = alike(merged["into"])
    found, steps = alike(code), 0
    while found in into and steps <= len(into):
        found, steps = into[found], steps + 1
    return found


def shown_code(w: World, code: str) -> str:
    """The code as a report's line is counted: as typed, or the one that it was merged into."""
    stays = {alike(m["into"]): m["into"] for m in w.all("faultcode", "merge")}
    return stays[code_of(w, code)] if code_of(w, code) != alike(code) else code


def comes_back(w: World, early: Entry, late: Entry) -> bool:
    """The later report is the same trouble again: same known machine, same known fault, the earlier one
    resolved, and no more than the window between them."""
    machine, fault = machine_of(w, early), early.get("fault")
    return bool(
        early.get("resolved") is True
        and surely(lambda one, other: one < other, early["at"], late["at"])
        and surely(lambda one, other: other - one <= REPEAT_WINDOW, early["at"], late["at"])
        and machine
        and machine == machine_of(w, late)
        and fault
        and code_of(w, fault) == code_of(w, late.get("fault") or "")
    )


def repeats(w: World) -> list[Entry]:
    """Repair reports that are the same trouble again."""
    everything = repair_closes(w)
    return [late for late in everything if any(comes_back(w, early, late) for early in everything)]


def repairs(w: World) -> dict[str, Any]:
    """Repair reports closed in the month, those that are repeats, and the share put right at the first try:
    neither a repeat nor followed by one, and resolved, out of all that are no repeat."""
    everything = repair_closes(w)
    mine = [c for c in everything if w.in_month(c["at"])]
    again = {c["id"] for c in repeats(w)}
    fresh = [c for c in mine if c["id"] not in again]
    fixed = [
        c
        for c in fresh
        if c.get("resolved") is True and not any(comes_back(w, c, later) for later in everything)
    ]
    return {
        "reports": len(mine),
        "repeat": len(mine) - len(fresh),
        "first_time_fix_rate": rate(len(fixed), len(fresh)),
        **resolution(w),
    }


def resolution(w: World) -> dict[str, Any]:
    """From the call to when whoever mended the machine left (or else handed in the report), where that was in the month."""
    took = []
    for call in w.all("call", "log"):
        mended = []
        for visit in w.all("visit", "dispatch"):
            close = w.closes.get(visit["id"])
            if visit.get("call") == call["id"] and purpose(visit) == "repair" and close and close.get("resolved") is True:
                mended.append(left(w, visit["id"]) or close["at"])
        if mended and w.in_month(min(mended)) and not vague(call["at"], min(mended)):
            took.append(Fraction(int((min(mended) - call["at"]).total_seconds())))
    tenths = {"median": median(took) if took else None, "p90": p90(took) if took else None}
    return {
        "repaired": len(took),
        **{f"{name}_hours": None if t is None else floor(t / 360 + Fraction(1, 2)) / 10 for name, t in tenths.items()},
    }


# --------------------------------------------------------------------------- complaints


def verdict(w: World, ident: str, before: datetime | None = None) -> Entry | None:
    """The latest verification of a complaint, up to now or before an instant."""
    given = [v for v in w.of("complaint", ident, "verify") if before is None or v["at"] < before]
    return given[-1] if given else None


def complaint_standing(w: World, ident: str) -> str:
    """By the verdict; a later ruling that what was found of it is not so takes an upheld one back."""
    given = verdict(w, ident)
    if not given or given["verdict"] != "upheld":
        return given["verdict"] if given else "open"
    later = [
        r
        for id, rulings in w.rulings.items()
        if id.partition("/")[2] == ident
        for r in rulings
        if r["event"] in RULED and given["at"] <= r["at"] <= w.now
    ]
    last = max(later, key=lambda r: r["at"], default=None)
    return "dismissed" if last and last["event"] == "dismiss" else "upheld"


def unremedied(w: World) -> int:
    """Complaints upheld in this month or an earlier one for which nothing has been put right by now."""
    upheld = [
        k["id"]
        for k in w.all("complaint", "log")
        if complaint_standing(w, k["id"]) == "upheld" and (given := verdict(w, k["id"])) and given["at"] < w.end
    ]
    return sum(not w.of("complaint", ident, "remedy") for ident in upheld)


def complaints(w: World) -> dict[str, Any]:
    """The month's complaints by how they came, about what, why, and how they stand now."""
    mine = [k for k in w.all("complaint", "log") if w.in_month(k["at"])]
    n = Counter(complaint_standing(w, k["id"]) for k in mine)
    return {
        "registered": len(mine),
        "by_channel": count_by(mine, "channel"),
        "by_kind": count_by(mine, "kind"),
        "by_cause": count_by(mine, "cause"),
        **{k: n[k] for k in ("upheld", "dismissed", "open")},
        "unremedied": unremedied(w),
    }


# --------------------------------------------------------------------------- findings


def offence(rule: str, subject: str, staff: str | None, when: datetime, **more: Any) -> dict[str, Any]:
    return {"id": f"{rule}/{subject}", "rule": rule, "subject": subject, "staff": staff, "when": when, **more}


def late_arrivals(w: World) -> list[dict[str, Any]]:
    """Came after the promise, or was called off at or after it: a person must rule. Nobody came and the
    promise has passed: facts are missing. The offence is the promise that came due."""
    found = []
    for visit in w.all("visit", "dispatch"):
        by, there, off = judged_by(w, visit), arrived(w, visit["id"]), cancelled(w, visit["id"])
        if there or off:
            broken = surely((lambda t, by: t > by) if there else (lambda t, by: t >= by), there or off, by)
        else:
            broken = False
        known = broken is not False
        lost = (there is None and off is None and bool(surely(lambda by: w.now > by, by))) or broken is None
        if promise_is_open(w, visit):
            continue  # nobody knows which promise came due
        if known or lost:
            found.append(offence("late_arrival", visit["id"], on(w, visit, by), by, facts_missing=lost or nobody_knows_whose(w, visit, by)))
    return found


def leavings_without_call(w: World) -> list[dict[str, Any]]:
    """Left with no call-in on site: stands by itself. Nothing known: facts are missing."""
    found = []
    for visit in w.all("visit", "dispatch"):
        gone = left(w, visit["id"])
        if gone is not None and (how := call_in_standing(w, visit["id"])) != "ok":
            more = {"automatic": True, "facts_missing": how == "unknown" or nobody_knows_whose(w, visit, gone)}
            found.append(offence("left_without_call", visit["id"], on(w, visit, gone), gone, **more))
    return found


def incomplete_reports(w: World) -> list[dict[str, Any]]:
    """A report closed with any item lacking: one offence, stands by itself, whatever is amended later."""
    return [
        offence("report_incomplete", c["id"], on(w, visit_of(w, c), c["at"]), c["at"], automatic=True,
                facts_missing=nobody_knows_whose(w, visit_of(w, c), c["at"]))
        for c in w.all("report", "close")
        if missing_items(c, purpose(visit_of(w, c)))
    ]


def disobediences(w: World) -> list[dict[str, Any]]:
    """Somebody is said to have disobeyed a dispatch: a person must rule."""
    return [
        offence("disobeyed_dispatch", x["id"], x["about"], x["at"])
        for x in w.all("conduct", "log")
        if x["kind"] == "disobedience"
    ]


def complaint_offences(w: World) -> list[dict[str, Any]]:
    """A complaint with a cause that carries a sanction, dated by what happened: as was said, else on its visit, else
    only the complaint has a day."""

    def happened(k: Entry) -> datetime:
        there = arrived(w, k["visit"]) if k.get("visit") else None
        return k.get("happened") or (there if there and there < k["at"] else k["at"])

    return [
        offence(COMPLAINT_RULES[k["cause"]], k["id"], k["about"], happened(k), complaint=True, visit=k.get("visit"))
        for k in w.all("complaint", "log")
        if k["cause"] in COMPLAINT_RULES
    ]


JUDGED = {
    "left_without_call": "visit", "late_arrival": "visit", "report_incomplete": "report", "tool_not_returned": "tool",
    "return_not_approved": "return", "receipt_wrong_place": "expense", "receipt_invalid": "expense",
    "receipt_fraud": "conduct", "disobeyed_dispatch": "conduct", **dict.fromkeys(COMPLAINT_RULES.values(), "complaint"),
}  # fmt: skip
"""Rule -> the ledger of the things that it judges."""


def offences(w: World) -> list[dict[str, Any]]:
    """Every offence known now, of any month; of what was opened before the desk began nobody is accused."""
    found = [
        *late_arrivals(w),
        *leavings_without_call(w),
        *incomplete_reports(w),
        *disobediences(w),
        *complaint_offences(w),
        *books.offences(w),
    ]
    return [one for one in found if not w.is_history(JUDGED[one["rule"]], one["subject"].partition("/")[0])]


def verdict_status(w: World, found: dict[str, Any], before: datetime) -> str:
    """What the verification alone makes of a complaint: upheld is final, unless the rule asks a second
    question (harm done, personal cause): yes is final, no dismisses, unanswered still waits."""
    given = verdict(w, found["subject"], before)
    if given is None:
        return "awaiting_ruling"
    if given["verdict"] == "dismissed":
        return "dismissed"
    question = SECOND_ANSWER.get(found["rule"])
    answer = given.get(question) if question else True
    return {True: "final", False: "dismissed", None: "awaiting_ruling"}[answer]


def last_ruling(w: World, ident: str, before: datetime, whom: str | None = None) -> Entry | None:
    """The latest ruling before an instant; one that says that it is about somebody else holds for nobody else."""
    made = [r for r in w.rulings.get(ident, []) if r["at"] < before and (whom is None or r.get("about") in (None, whom))]
    return made[-1] if made else None


def status(w: World, found: dict[str, Any], before: datetime) -> str:
    """How an offence stood just before an instant: missing facts stay missing; else the latest ruling
    decides; else what it is by itself (automatic: final; complaint: the verdict; others: waiting)."""
    if found.get("facts_missing"):
        return "facts_missing"
    ruling = last_ruling(w, found["id"], before, found["staff"])
    if ruling:
        if RULED[ruling["event"]] == "final" and "degree" in found and not found["degree"]:
            return "awaiting_ruling"  # what follows of a fraud hangs on how grave it was
        return RULED[ruling["event"]]
    if found.get("automatic"):
        return "final" if found["when"] < before else "awaiting_ruling"
    if found.get("complaint"):
        return verdict_status(w, found, before)
    return "awaiting_ruling"


def final_since(w: World, found: dict[str, Any]) -> datetime | None:
    """Since when it has been final without a break, seen from now."""
    moments = {found["when"]} | {r["at"] for r in w.rulings.get(found["id"], [])}
    moments |= {v["at"] for v in w.of("complaint", found["subject"], "verify")}
    since = None
    for moment in sorted(moments):
        final = status(w, found, moment + TINY) == "final"
        since = (since or moment) if final else None
    return since


def amount(w: World, found: dict[str, Any]) -> Decimal | None:
    """The amount of the row whose date is the latest not after the day of the offence."""
    day = found["when"].astimezone(w.zone).date()
    rows = [row for row in w.amounts.get(RULES[found["rule"]][1] or "", []) if row[0] <= day]
    return max(rows, key=lambda row: row[0])[1] if rows else None


def finding_row(w: World, found: dict[str, Any]) -> dict[str, Any]:
    """One line of the list. Two keys are given only where the definition is plain: `final_at` not for what
    was dismissed or waived, `reason` only where a ruling gave one."""
    row = {
        "id": found["id"],
        "rule": found["rule"],
        "clause": RULES[found["rule"]][0],
        "staff": found["staff"],
        "subject": found["subject"],
        "date": w.day(found["when"]),
        "status": status(w, found, w.now + TINY),
        "amount": money(amount(w, found)),
    }
    if row["status"] not in ("dismissed", "waived"):
        since = final_since(w, found)
        row["final_at"] = (w.day(since) if isinstance(since, Vague) else since.isoformat()) if since else None
    ruling = last_ruling(w, found["id"], w.now + TINY, found["staff"])
    if ruling and row["status"] != "facts_missing":
        row["reason"] = ruling.get("reason")
    return row


def findings(w: World) -> list[dict[str, Any]]:
    """One line for each offence dated in the month whose rule carries a sanction."""
    mine = [finding_row(w, found) for found in offences(w) if w.in_month(found["when"])]
    return sorted(mine, key=lambda row: (row["date"], row["id"]))


# --------------------------------------------------------------------------- breaches


def late_replies(w: World) -> int:
    """Calls whose reply fell due in the month and was late or has not come."""
    due = [c for c in w.all("call", "log") if w.in_month(c["at"] + REPLY_LIMIT)]
    return sum(reply_standing(w, c) in ("late", "overdue") for c in due)


def phones_off(w: World) -> int:
    """Phones found off in the month for which the latest ruling says: without good reason."""
    off = [x for x in w.all("conduct", "log") if x["kind"] == "unreachable" and w.in_month(x["at"])]
    off = [x for x in off if not w.is_history("conduct", x["id"])]
    ruled = [last_ruling(w, f"phone_off/{x['id']}", w.now + TINY) for x in off]
    return sum(r is not None and r["event"] == "uphold" for r in ruled)


def breaches(w: World) -> dict[str, int]:
    """Breaches of rules that carry no sanction, counted by rule; only those that occur."""
    n = {
        "reply_24h": late_replies(w),
        "phone_off": phones_off(w),
        "report_missing": reports(w)["missing"],
        "survey_missing": surveys(w)["missing"],
        "repeat_repair": repairs(w)["repeat"],
        **books.breaches(w, w.limits),
    }
    return {rule: count for rule, count in n.items() if count}


# --------------------------------------------------------------------------- fines and sanctions


def owed_changes(w: World) -> list[tuple[dict[str, Any], int]]:
    """Offences with money whose being owed differs between the two ends of the month (the later end is now,
    if the month is not over): +1 became owed in it, -1 was owed before and is forgiven or dismissed in it."""
    end = min(w.end, w.now + TINY)
    changes = []
    for found in offences(w):
        if RULES[found["rule"]][1]:
            change = (status(w, found, end) == "final") - (status(w, found, w.start) == "final")
            if change:
                changes.append((found, change))
    return changes


def fines_by_staff(w: World) -> list[dict[str, Any]]:
    """Per person: offences newly owed, the money less what was taken back, and how many lack an amount."""
    rows: dict[str, dict[str, Any]] = {}
    for found, change in owed_changes(w):
        row = rows.setdefault(found["staff"], {"count": 0, "amount": Decimal(0), "unset": 0})
        sum_of = amount(w, found)
        row["amount"] += change * (sum_of or 0)
        row["count"] += change > 0
        row["unset"] += change > 0 and sum_of is None
    return [
        {
            "staff": who,
            "count": row["count"],
            "own": money(row["amount"]),
            "carried": "0.00",  # nothing is sealed here
            "amount": money(row["amount"]),
            "unset": row["unset"],
        }
        for who, row in sorted(rows.items())
        if row["count"] or row["amount"]
    ]


def fines(w: World) -> dict[str, Any]:
    """What the month costs whom: newly owed less taken back; how many of the new ones have no amount."""
    people = fines_by_staff(w)
    return {
        "payable": money(sum((Decimal(p["amount"]) for p in people), Decimal(0))),
        "by_staff": people,
        "unset": sum(p["unset"] for p in people),
    }


def sanction_kinds(found: dict[str, Any]) -> tuple[str, ...]:
    """What a standing offence puts into a record: attitude brings criticism and a cut of the bonus, the four
    of 4.2 a major demerit, a fraud what its degree says (nothing, and it waits, where nobody said a degree)."""
    if found["rule"] == "receipt_fraud":
        return (books.DEGREES[found["degree"] - 1],) if found["degree"] else ()
    if not found.get("complaint"):
        return ()
    return ("criticism", "bonus_deduction") if found["rule"] == "complaint_attitude" else ("major_demerit",)


def in_record(w: World, found: dict[str, Any], kind: str, before: datetime) -> bool:
    """Whether a kind of sanction stood in the record just before an instant: a waiver forgives money only."""
    return status(w, found, before) in (("final",) if kind == "bonus_deduction" else ("final", "waived"))


def sanctions(w: World) -> list[dict[str, Any]]:
    """What the month put into records, or struck out of them: the difference between its two ends."""
    end = min(w.end, w.now + TINY)
    rows = []
    for found in offences(w):
        moments = {found["when"]} | {r["at"] for r in w.rulings.get(found["id"], [])}
        moments |= {v["at"] for v in w.of("complaint", found["subject"], "verify")}
        for kind in sanction_kinds(found):
            held, since, turned = False, None, None
            for moment in sorted(m for m in moments if m < end):
                now = in_record(w, found, kind, moment + TINY)
                since = moment if now and not held else since
                turned = moment if now != held else turned
                held = now
            if held == in_record(w, found, kind, w.start) or turned is None or since is None:
                continue
            rows.append(
                {
                    "staff": found["staff"],
                    "clause": RULES[found["rule"]][0],
                    "kind": kind,
                    "subject": found["subject"],
                    "date": w.day(turned),
                    "change": "entered" if held else "withdrawn",
                    "concerns": w.day(since)[:7],
                }
            )
    return sorted(rows, key=lambda row: (row["date"], row["subject"], row["kind"]))


# --------------------------------------------------------------------------- products


def product_of(w: World, close: Entry) -> str | None:
    """What kind of machine the report is about, if its machine is registered."""
    return w.registers["machine"].get(machine_of(w, close) or "", {}).get("product")


def pareto(w: World) -> list[dict[str, Any]]:
    """The month's reports that name a fault, by product, fault and class of cause, most first, with the
    share of each line and of all lines down to it."""
    faulty = [c for c in month_closes(w) if c.get("fault")]
    n = Counter((product_of(w, c), shown_code(w, c["fault"]), c.get("cause_class")) for c in faulty)
    rows, so_far = [], 0
    for what, count in sorted(n.items(), key=lambda kv: (-kv[1], [part or "" for part in kv[0]])):
        so_far += count
        row = dict(zip(("product", "fault", "cause_class"), what, strict=True))
        shares = {"share": count / len(faulty), "cumulative": so_far / len(faulty)}
        rows.append({**row, "reports": count, **shares})
    return rows


def parts(w: World) -> list[dict[str, Any]]:
    """Parts fitted according to the month's reports: in how many reports, how many pieces, most first."""
    reported, pieces = Counter[str](), Counter[str]()
    for close in month_closes(w):
        fitted = close.get("parts") or []
        reported.update({part["name"] for part in fitted})
        for part in fitted:
            pieces[part["name"]] += part["qty"]
    order = sorted(pieces, key=lambda name: (-pieces[name], name))
    return [{"part": name, "reports": reported[name], "qty": pieces[name]} for name in order]


# --------------------------------------------------------------------------- conduct and people


def conduct(w: World) -> dict[str, Any]:
    """Incidents of the month; open are those that wait for a ruling, the others (also of no rule, or of history) are closed."""
    mine = [x for x in w.all("conduct", "log") if w.in_month(x["at"])]
    rules = {"disobedience": "disobeyed_dispatch", "unreachable": "phone_off", "fraud": "receipt_fraud"}
    ruled = [(x, last_ruling(w, f"{rules.get(x['kind'])}/{x['id']}", w.now)) for x in mine if not w.is_history("conduct", x["id"])]
    ungraded = [x for x, said in ruled if said and RULED[said["event"]] == "final" and x["kind"] == "fraud" and not x.get("degree")]
    waiting = len(ungraded) + sum(x["kind"] in rules and not said for x, said in ruled)
    return {
        "opened": len(mine),
        "closed": len(mine) - waiting,
        "open": waiting,
        "by_kind": count_by(mine, "kind"),
    }


def overall_scores(w: World, who: str) -> list[int]:
    """Overall scores of the month's surveys about a person's visits."""
    mine = [s for s in month_surveys(w) if (v := visit_of(w, s)) and there(w, v) == who]
    return [s["scores"]["overall"] for s in mine if "overall" in s["scores"]]


def person(w: World, who: str, fined: list[dict[str, Any]], found: list[dict[str, Any]]) -> dict[str, Any]:
    """The month of one person: calls taken, visits due and the share in time, reports closed for their
    visits, mean overall score, complaints of the month upheld by now, offences dated in it, money owed."""
    due = [visit_standing(w, v) for v in due_visits(w) if on(w, v, judged_by(w, v)) == who]
    scores = overall_scores(w, who)
    about = [k for k in w.all("complaint", "log") if w.in_month(k["at"]) and k["about"] == who]
    owed = [row["amount"] for row in fined if row["staff"] == who]
    return {
        "staff": who,
        "calls": sum(c.get("by") == who for c in month_calls(w)),
        "visits": len(due),
        "on_time_rate": rate(due.count("on_time"), len(due) - due.count("pending") - due.count("facts_missing")),
        "reports": sum(on(w, visit_of(w, c), c["at"]) == who for c in month_closes(w)),
        "mean_overall": mean2(scores) if scores else None,
        "complaints_upheld": sum(complaint_standing(w, k["id"]) == "upheld" for k in about),
        "findings": sum(row["staff"] == who for row in found),
        "fines": owed[0] if owed else "0.00",
    }


def is_idle(row: dict[str, Any]) -> bool:
    """Nothing of the person counts in the month."""
    return row["fines"] == "0.00" and not any(v for k, v in row.items() if k not in ("staff", "fines"))


def people(w: World) -> list[dict[str, Any]]:
    """Everybody of the register of whom something counts in the month."""
    fined, found = fines_by_staff(w), findings(w)  # the same for everybody
    return [row for who in sorted(w.staff) if not is_idle(row := person(w, who, fined, found))]


# --------------------------------------------------------------------------- the whole


def audit(
    entries: list[Entry],
    month: str,
    as_of: datetime,
    *,
    zone: tzinfo,
    amounts: Amounts,
    staff: dict[str, Any],
    limits: dict[str, timedelta] | None = None,
    typed_at: datetime | None = None,
    begins: date | None = None,
) -> dict[str, Any]:
    """The audit of `month` as known at `as_of`, straight from the lines of the neutral form.

    `limits` are the department's own deadlines; what was opened on a day before it `begins` is history: it counts in the
    figures, but nobody is accused of it and nothing of it waits. `typed_at` is when all the lines were taken in (None: the
    figures of data quality, which depend on it, are left out).
    """
    w = World(entries, month, as_of, zone=zone, amounts=amounts, staff=staff, limits=limits, begins=begins)
    return {
        "month": month,
        "as_of": as_of.astimezone(zone).isoformat(timespec="seconds"),
        "sealed": False,
        "calls": calls(w),
        "replies": replies(w),
        "visits": visits(w),
        "reports": reports(w),
        "surveys": surveys(w),
        "repairs": repairs(w),
        "complaints": complaints(w),
        "findings": findings(w),
        "breaches": breaches(w),
        "fines": fines(w),
        "sanctions": sanctions(w),
        "products": {"pareto": pareto(w), "parts": parts(w)},
        "conduct": conduct(w),
        **books.all_books(w),
        "quality": quality.quality(w),
        "staff": people(w),
        **({"data_quality": books.data_quality(w, typed_at)} if typed_at else {}),
    }
