"""The smaller books a second time, in the plainest way: quotes, installations, tours, escalations, defects,
claims, returns, expenses, tools; and what the rules find in them. See `figures.py` for the words used.

`limits` are the department's own deadlines (rule → how long), which the contract leaves blank.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import figures as base

if TYPE_CHECKING:
    from .figures import Entry, World

QUALITY = ("manufacture", "assembly", "material")
ASPECTS = ("design", "assembly", "process", "other")
DEGREES = ("demerit", "major_demerit", "dismissal", "legal")


def stand(
    w: World, pairs: Iterable[tuple[datetime, datetime | None]], due: list[datetime] | None = None
) -> dict[str, Any]:
    """Opened in the month, settled in the month; open: opened before its end and not settled by now.

    `overdue` is for books that know until when; else nobody can say.
    """
    pairs = list(pairs)
    waiting = [n for n, (a, b) in enumerate(pairs) if a < w.end and b is None]
    return {
        "opened": sum(w.in_month(a) for a, _ in pairs),
        "closed": sum(b is not None and w.in_month(b) for _, b in pairs),
        "open": len(waiting),
        "overdue": None if due is None else sum(due[n] < w.now for n in waiting),
    }


def when(entry: Entry | None) -> datetime | None:
    return entry["at"] if entry else None


def money(amounts: Iterable[Any]) -> str:
    """The sum, two decimals; what has no amount adds nothing."""
    return f"{sum((Decimal(a) for a in amounts if a is not None), Decimal(0)):.2f}"


def age(w: World, t: datetime) -> int:
    """Days between two days of the desk's calendar."""
    return (w.now.astimezone(w.zone).date() - t.astimezone(w.zone).date()).days


def local_day(w: World, t: datetime) -> date:
    return t.astimezone(w.zone).date()


# --------------------------------------------------------------------------- defects, claims, escalations


def open_rows(w: World, ledger: str, opening: str, row: Callable[[Entry], dict[str, Any]]) -> list[dict[str, Any]]:
    """Those opened before the month's end and not closed by now, oldest first."""
    mine = [e for e in w.all(ledger, opening) if e["at"] < w.end and not w.of(ledger, e["id"], "close")]
    return [{"id": e["id"], **row(e)} for e in sorted(mine, key=lambda e: (e["at"], e["id"]))]


def defects(w: World) -> dict[str, Any]:
    """Design defects reported and closed; those open, with age and the report that shows them."""
    reported = w.all("defect", "report")
    return {
        **stand(w, ((d["at"], when(w.first("defect", d["id"], "close"))) for d in reported)),
        "by_product": base.count_by([d for d in reported if w.in_month(d["at"])], "product"),
        "list": open_rows(
            w,
            "defect",
            "report",
            lambda d: {
                "product": d["product"],
                "machine": d.get("machine"),
                "age_days": age(w, d["at"]),
                "answered": bool(w.of("defect", d["id"], "answer")),
                "reports": [d["report"]] if d.get("report") else [],
            },
        ),
    }


def claims(w: World) -> dict[str, Any]:
    """Claims on suppliers; `recovered` is what suppliers bore according to the closings of the month."""
    opened = w.all("claim", "open")
    return {
        **stand(w, ((c["at"], when(w.first("claim", c["id"], "close"))) for c in opened)),
        "by_supplier": base.count_by([c for c in opened if w.in_month(c["at"])], "supplier"),
        "recovered": money(c.get("amount") for c in w.all("claim", "close") if w.in_month(c["at"])),
        "list": open_rows(
            w,
            "claim",
            "open",
            lambda c: {
                "supplier": c["supplier"],
                "machine": c.get("machine"),
                "part": c.get("part"),
                "report": c.get("report"),
                "age_days": age(w, c["at"]),
                "answered": bool(w.of("claim", c["id"], "answer")),
            },
        ),
    }


def help_came(w: World, asked: Entry) -> datetime | None:
    """The first reply to the call after head office was asked; closing the call is none."""
    later = [e["at"] for e in w.of("call", asked["id"], "reply") if e["at"] > asked["at"]]
    return min(later, default=None)


def escalations(w: World) -> dict[str, Any]:
    """Questions to head office: asked and answered in the month, open now."""
    asked = w.all("call", "escalate")
    return stand(w, ((e["at"], help_came(w, e)) for e in asked))


# --------------------------------------------------------------------------- returns


def consented(w: World, ident: str, before: datetime) -> bool:
    """The general manager agreed before that moment or at it."""
    return any(e["at"] <= before for e in w.of("return", ident, "approve"))


def returns(w: World) -> dict[str, Any]:
    """Goods sent back: what came in without consent, and whom that costs (1.11)."""
    asked = w.all("return", "request")
    arrived = [e for e in w.all("return", "receive") if w.in_month(e["at"])]
    bare = [e for e in arrived if not consented(w, e["id"], e["at"])]
    forgiven = {
        e["id"] for e in bare if (r := base.last_ruling(w, f"return_not_approved/{e['id']}", w.now + base.TINY))
        and r["event"] in ("dismiss", "waive")
    }  # fmt: skip
    theirs = [e for e in bare if e["id"] not in forgiven]
    ends = {
        r["id"]: [e["at"] for name in ("refuse", "receive") for e in w.of("return", r["id"], name)] for r in asked
    }
    undecided = [
        r
        for r in asked
        if r["at"] < w.end
        and not any(w.of("return", r["id"], name) for name in ("approve", "refuse", "receive"))
    ]
    return {
        **stand(w, ((r["at"], min(ends[r["id"]], default=None)) for r in asked)),
        "awaiting_consent": len(undecided),
        "received": len(arrived),
        "without_consent": len(bare),
        "cost_to_customer": money(e["cost"] for e in theirs),
        "cost_to_company": money(e["cost"] for e in arrived if e not in theirs),
    }


# --------------------------------------------------------------------------- installations


def installs(w: World) -> dict[str, Any]:
    """Installations that a contract promises: due in the month and how they went; people trained."""
    promised = w.all("install", "promise")
    due = {p["id"]: base.instant(p["due"], w.zone) for p in promised}
    done = {p["id"]: when(w.first("install", p["id"], "done")) for p in promised}
    trained = Counter[str]()
    for e in w.all("install", "train"):
        trained[e["id"]] += e["people"]
    n: Counter[str] = Counter()
    for ident in (i for i in due if w.in_month(due[i])):
        end = done[ident] or w.now
        n["late" if end > due[ident] else "in_time" if done[ident] else "pending"] += 1
    finished = [p for p in promised if (t := done[p["id"]]) and w.in_month(t)]
    return {
        **stand(w, ((p["at"], done[p["id"]]) for p in promised), [due[p["id"]] for p in promised]),
        "due": n.total(),
        **{k: n[k] for k in ("in_time", "late", "pending")},
        "trained": sum(e["people"] for e in w.all("install", "train") if w.in_month(e["at"])),
        "untrained": sum(trained[p["id"]] < p.get("training", 0) for p in finished),
    }


# --------------------------------------------------------------------------- tours


def visits_to(w: World, customer: str) -> list[Entry]:
    """The visits made to a customer, in order of time."""
    planned = {p["id"] for p in w.all("tour", "plan") if p["customer"] == customer}
    return [e for e in w.all("tour", "done") if e["id"] in planned]


def key_customers(w: World) -> list[Entry]:
    return [c for c in w.registers["customer"].values() if c.get("key_every_days")]


def left_alone(w: World) -> list[str]:
    """Key customers whose last visit (or registration) is longer ago than their interval."""
    found = []
    for c in key_customers(w):
        since = [e["at"] for e in visits_to(w, c["id"])] or [c["at"]]
        if since[-1] + timedelta(days=c["key_every_days"]) < w.now:
            found.append(c["id"])
    return found


def tours(w: World) -> dict[str, Any]:
    """Visits to key customers: overdue ones, opinions by aspect, what was made known (2.4, 2.5)."""
    planned = w.all("tour", "plan")
    ends = [when(w.first("tour", p["id"], "done")) for p in planned]
    counts = stand(
        w, zip((p["at"] for p in planned), ends, strict=True), [base.instant(p["due"], w.zone) for p in planned]
    )
    made = sorted((e for e in w.all("tour", "done") if w.in_month(e["at"])), key=lambda e: e["id"])
    said = {a: [e["opinions"][a] for e in made if a in e["opinions"]] for a in ASPECTS}
    shown = Counter(row["product"] for e in made for row in e.get("introduced", []))
    shown.update(e["introduced"] for e in w.all("call", "close") if w.in_month(e["at"]) and e.get("introduced"))
    alone = left_alone(w)
    return {
        **counts,
        "overdue": len(alone),
        "overdue_customers": alone,
        "late_plans": counts["overdue"],
        "key_customers": len(key_customers(w)),
        "opinions": {a: {"count": len(texts), "texts": texts} for a, texts in said.items()},
        "introduced": dict(shown),
    }


# --------------------------------------------------------------------------- quotes and the work they are for


def call_of(w: World, visit: Entry | None) -> Entry | None:
    return w.first("call", visit["call"], "log") if visit and visit.get("call") else None


def machine_row(w: World, serial: str | None) -> Entry | None:
    return w.registers["machine"].get(serial or "")


def is_covered(w: World, serial: str | None, asked: datetime) -> bool | None:
    """Whether the warranty covers the day of the call, its last day included; None: not known."""
    row = machine_row(w, serial)
    if row is None or not row.get("warranty_until"):
        return None
    return local_day(w, asked) <= date.fromisoformat(row["warranty_until"])


def reported_cause(w: World, visit: str, until: datetime) -> str | None:
    """The class of cause that the visit's report gave first, by an instant."""
    own = [
        e
        for group in w.groups["report"].values()
        if any(e.get("visit") == visit for e in group)
        for e in group
        if e["event"] in ("close", "amend") and e["at"] <= until and e.get("cause_class")
    ]
    return min(own, key=lambda e: e["at"])["cause_class"] if own else None


def quoted_for(w: World, quote: Entry) -> tuple[str | None, datetime, str | None]:
    """Machine, day that counts and class of cause of a quote: its own word, else what the call and the
    report had said by then."""
    visit = w.first("visit", quote["visit"], "dispatch") if quote.get("visit") else None
    call = w.first("call", quote["call"], "log") if quote.get("call") else call_of(w, visit)
    first = call or visit
    assert first is not None
    machine = quote.get("machine") or (visit or {}).get("machine") or (call or {}).get("machine")
    sent = [visit] if visit else [v for v in w.all("visit", "dispatch") if v.get("call") == first["id"]]
    causes = [c for v in sent if (c := reported_cause(w, v["id"], quote["at"]))]
    return machine, first["at"], quote.get("cause_class") or (causes[-1] if causes else None)


def charge(w: World, quote: Entry) -> str:
    """free in warranty for a quality cause (2.1), chargeable otherwise (2.2), unknown where a fact lacks."""
    machine, asked, cause = quoted_for(w, quote)
    covered = is_covered(w, machine, asked)
    if machine is None or covered is None or (covered and cause is None):
        return "unknown"
    return "free" if covered and cause in QUALITY else "chargeable"


def worth(quote: Entry) -> Decimal | None:
    """Parts, labour and travel; None where no amount was given at all."""
    sums = [part["qty"] * Decimal(part["price"]) for part in quote.get("parts", [])]
    sums += [Decimal(quote[k]) for k in ("labour", "travel") if quote.get(k) is not None]
    return sum(sums, Decimal(0)) if sums else None


def answer(w: World, quote: Entry) -> Entry | None:
    """The customer's last word."""
    said = [e for e in w.groups["quote"][quote["id"]] if e["event"] in ("accept", "decline")]
    return said[-1] if said else None


def settled(w: World, quote: Entry) -> datetime | None:
    """Free from the start; by the answer; or by a newer quote for the same call or visit."""
    if charge(w, quote) == "free":
        return quote["at"]
    if (said := answer(w, quote)) is not None:
        return said["at"]
    newer = [q for q in quotes_made(w) if trouble_of(w, q) == trouble_of(w, quote) and order(q) > order(quote)]
    return newer[0]["at"] if newer else None


def order(quote: Entry) -> tuple[datetime, str]:
    return quote["at"], quote["id"]


def quotes_made(w: World) -> list[Entry]:
    return sorted(w.all("quote", "make"), key=order)


def trouble_of(w: World, quote: Entry) -> str:
    """What a quote is about: the call, or the visit that no call asked for."""
    visit = w.first("visit", quote.get("visit") or "", "dispatch") or {}
    return str(quote.get("call") or visit.get("call") or quote.get("visit"))


def quotes(w: World) -> dict[str, Any]:
    """Quotes of the month, their worth; what customers accepted and declined in it; work without a price."""
    made = quotes_made(w)
    mine = [q for q in made if w.in_month(q["at"])]
    said = [(q, a) for q in made if (a := answer(w, q)) and w.in_month(a["at"]) and charge(w, q) != "free"]
    bare = [v["id"] for v in jobs(w) if without_price(w, v) and w.in_month(started(w, v))]
    return {
        **stand(w, ((q["at"], settled(w, q)) for q in made)),
        "free": sum(charge(w, q) == "free" for q in mine),
        "chargeable": sum(charge(w, q) == "chargeable" for q in mine),
        "undecided": sum(charge(w, q) == "unknown" for q in mine),
        "quoted": money(worth(q) for q in mine if charge(w, q) == "chargeable"),
        "accepted": money(worth(q) for q, a in said if a["event"] == "accept"),
        "declined": money(worth(q) for q, a in said if a["event"] == "decline"),
        "unquoted": len(bare),
    }


def jobs(w: World) -> list[Entry]:
    """Repairs that were begun: repair visits that somebody arrived at."""
    return [v for v in w.all("visit", "dispatch") if base.purpose(v) == "repair" and base.arrived(w, v["id"])]


def started(w: World, visit: Entry) -> datetime:
    there = base.arrived(w, visit["id"])
    assert there is not None
    return there


def job_machine(w: World, visit: Entry) -> str | None:
    return visit.get("machine") or (call_of(w, visit) or {}).get("machine")


def job_covered(w: World, visit: Entry) -> bool | None:
    return is_covered(w, job_machine(w, visit), (call_of(w, visit) or visit)["at"])


def job_quotes(w: World, visit: Entry) -> list[Entry]:
    """The quotes for the visit, or for its call where they name no visit."""
    return [
        q
        for q in quotes_made(w)
        if q.get("visit") == visit["id"] or (not q.get("visit") and q.get("call") == visit.get("call"))
    ]


def accepted(w: World, visit: Entry) -> list[tuple[Entry, Entry]]:
    """Quotes of the job whose last answer is yes, with that answer."""
    return [
        (q, a) for q in job_quotes(w, visit) if (a := answer(w, q)) is not None and a["event"] == "accept"
    ]


def without_price(w: World, visit: Entry) -> bool:
    """Out of warranty, and begun before the customer had accepted a price (2.2); one accepted for the call's earlier visit counts."""
    call = visit.get("call")
    same = [v for v in w.all("visit", "dispatch") if call and v.get("call") == call and v["id"] != visit["id"]]
    agreed = [a["at"] for one in (visit, *same) for q, a in accepted(w, one) if charge(w, q) != "free"]
    in_time = base.surely(base.no_later, min(agreed), started(w, visit)) if agreed else False
    return job_covered(w, visit) is False and in_time is False


def job_cause(w: World, visit: Entry) -> str | None:
    """Of the report; before there is one, of the last quote that names (or knew) one."""
    said = reported_cause(w, visit["id"], w.now)
    quoted = [c for q in sorted(job_quotes(w, visit), key=by_visit_first) if (c := quoted_for(w, q)[2])]
    return said or (quoted[-1] if quoted else None)


def by_visit_first(quote: Entry) -> tuple[bool, datetime, str]:
    return quote.get("visit") is None, quote["at"], quote["id"]


def was_charged(w: World, visit: Entry) -> bool:
    """In warranty, a quality cause, and the customer accepted to pay something (2.1)."""
    yes = [q for q, _ in accepted(w, visit)]
    sums = [Decimal(0) if charge(w, q) == "free" else worth(q) for q in yes]
    if None in sums or not (job_covered(w, visit) and job_cause(w, visit) in QUALITY):
        return False
    return sum(filter(None, sums), Decimal(0)) > 0


def not_put_to_supplier(w: World, visit: Entry) -> bool:
    """A bought-in machine, a quality cause, and no claim on the supplier for its report or machine (3.8)."""
    row = machine_row(w, job_machine(w, visit))
    if row is None or not row.get("supplier") or job_cause(w, visit) not in QUALITY:
        return False
    asked, close = (call_of(w, visit) or visit)["at"], w.closes.get(visit["id"])
    for claim in w.all("claim", "open"):
        end = when(w.first("claim", claim["id"], "close"))
        if close and claim.get("report") == close["id"]:
            return False
        if claim.get("machine") == job_machine(w, visit) and (end is None or end >= asked):
            return False
    return True


# --------------------------------------------------------------------------- expenses and tools


def bare(place: str) -> str:
    """A place as people mean it: 杭州市 is 杭州."""
    text = "".join(unicodedata.normalize("NFKC", place).casefold().split())
    return text[:-1] if len(text) > 2 and text[-1] in "省市县区" else text


def trip_places(w: World, visit: Entry) -> list[str]:
    """Where the trip went: the place said at dispatch and the region of the customer."""
    call = call_of(w, visit)
    customer = w.registers["customer"].get(visit.get("customer") or whose_call(w, call) or "", {})
    said = f"{visit.get('place') or ''},{customer.get('region') or ''}"
    return [p for p in re.split("[,;/，；、／]", said) if not base.is_lacking(p)]


def whose_call(w: World, call: Entry | None) -> str | None:
    """The customer with that id or telephone, whenever registered."""
    caller = (call or {}).get("from") or ""
    for ident, row in w.registers["customer"].items():
        if caller == ident or (base.digits(caller) and base.digits(caller) == base.digits(row.get("phone") or "")):
            return ident
    return None


def line_day(w: World, line: Entry) -> datetime:
    """0 o'clock of the day on the receipt."""
    midnight = datetime.combine(date.fromisoformat(line["date"]), time(), w.zone)
    return midnight.astimezone(base.UTC)


CITIES = ("杭州", "上海", "北京", "宁波", "南京")
"""Of all that everybody knows, those that the generated histories and the tests name."""


def relation(one: str, other: str) -> str:
    """yes (the same, or one a part of the other), no (two cities) or doubt."""
    a, b = bare(one), bare(other)
    first = [min((text.index(c), c) for c in CITIES if c in text)[1] if any(c in text for c in CITIES) else None for text in (a, b)]
    if all(first):
        return "yes" if first[0] == first[1] else "no"
    return "yes" if a in b or b in a or one in other or other in one else "doubt"


def away(w: World, submit: Entry, line: Entry) -> int:
    """How many days the receipt is beside the trip."""
    visit = w.first("visit", submit["trip"], "dispatch")
    assert visit is not None
    first, last = local_day(w, visit["at"]), local_day(w, base.left(w, visit["id"]) or submit["at"])
    day = date.fromisoformat(line["date"])
    return max((first - day).days, (day - last).days, 0)


def place_standing(w: World, submit: Entry, line: Entry) -> str:
    """ok, wrong (another city, or more than three days off), unknown, or doubt, which whoever reviews the claim decides."""
    visit = w.first("visit", submit["trip"], "dispatch")
    if visit is None or base.is_lacking(line["place"]):
        return "unknown"
    off = away(w, submit, line)
    if off > 3:
        return "wrong"
    known = trip_places(w, visit)
    if not known:
        return "unknown"
    if off > 1:
        return "doubt"
    ends = re.split("[-–—~～→至到]+", line["place"]) if line["category"] == "transport" else []
    said = {relation(text, p) for text in [line["place"], *ends] if not base.is_lacking(text) for p in known}
    if "yes" in said:
        return "ok"
    return "doubt" if off or "doubt" in said else "wrong"


def is_doubtful(w: World, submit: Entry, line: Entry) -> bool:
    """In doubt and not reviewed: it waits as one that a reviewer flags does."""
    if reviewed(w, submit) is not None or w.first("visit", submit["trip"], "dispatch") is None:
        return False
    return place_standing(w, submit, line) == "doubt" or 1 < away(w, submit, line) <= 3


def reviewed(w: World, submit: Entry) -> Entry | None:
    return w.first("expense", submit["id"], "review")


def is_invalid(w: World, submit: Entry, number: int) -> bool:
    review = reviewed(w, submit)
    return review is not None and str(number) in re.split("[,，、 ]+", review.get("invalid") or "")


def submissions(w: World) -> list[Entry]:
    return sorted(w.all("expense", "submit"), key=lambda e: (e["at"], e["id"]))


def all_lines(w: World) -> list[tuple[Entry, int, Entry]]:
    """Every line with its claim and its number, by time of submission."""
    return [(s, n, line) for s in submissions(w) for n, line in enumerate(s["lines"], 1)]


def is_in(w: World, tool: Entry, by: datetime) -> bool:
    """In the warehouse by an instant, at the latest exactly then."""
    back = w.first("tool", tool["id"], "turn-in")
    return back is not None and back["at"] <= by


def asked_tools(w: World) -> dict[tuple[str, int], list[Entry]]:
    """Which tools each line asks the money of: one of its trip and its amount, rather one that is in the
    warehouse; if there is none of its amount, all of the trip. What has been paid is not asked for again."""
    asked: dict[tuple[str, int], list[Entry]] = {}
    paid: set[str] = set()
    for claim in submissions(w):
        t = claim["at"]
        there = [
            e
            for e in sorted(w.all("tool", "buy"), key=lambda e: (e["at"], e["id"]))
            if e["trip"] == claim["trip"] and e["at"] <= t and e["id"] not in paid
        ]
        taken: set[str] = set()
        for number, line in enumerate(claim["lines"], 1):
            if line["category"] != "tool":
                continue
            fits = [e for e in there if e["id"] not in taken and Decimal(e["amount"]) == Decimal(line["amount"])]
            fits = [e for e in fits if is_in(w, e, t)] or fits
            asked[claim["id"], number] = fits[:1] or there
            taken |= {e["id"] for e in asked[claim["id"], number]}
        review = reviewed(w, claim)
        if review is None or review["verdict"] != "refuse":
            paid |= {e["id"] for e in there if e["id"] in taken and is_in(w, e, t)}
    return asked


def claimed_at(w: World) -> dict[str, datetime]:
    """When each tool's money was first asked for."""
    first: dict[str, datetime] = {}
    asked = asked_tools(w)
    for claim, number, _ in all_lines(w):
        for tool in asked.get((claim["id"], number), []):
            first.setdefault(tool["id"], claim["at"])
    return first


def stands(w: World, ident: str, *, ruled: bool = False) -> str:
    """final, dismissed, waived or awaiting_ruling: by the last ruling, else by itself."""
    ruling = base.last_ruling(w, ident, w.now + base.TINY)
    if ruling:
        return base.RULED[ruling["event"]]
    return "awaiting_ruling" if ruled else "final"


def line_outcome(w: World, submit: Entry, number: int, line: Entry, asked: dict[Any, list[Entry]]) -> str:
    """Exactly one of refused, blocked_by_tools, awaiting, approved, the first that holds."""
    review, ident = reviewed(w, submit), f"{submit['id']}/{number}"
    wrong = place_standing(w, submit, line) == "wrong" and stands(w, f"receipt_wrong_place/{ident}") == "final"
    flagged = is_invalid(w, submit, number) or is_doubtful(w, submit, line)
    doubt = stands(w, f"receipt_invalid/{ident}", ruled=True) if flagged else None
    if (review and review["verdict"] == "refuse") or wrong or doubt == "final":
        return "refused"
    if line["category"] == "tool" and not asked.get((submit["id"], number)):
        return "blocked_by_tools"  # nothing bought that is not paid for
    out = [e for e in asked.get((submit["id"], number), []) if not is_in(w, e, submit["at"])]
    if any(is_early(w, e) and stands(w, f"tool_not_returned/{e['id']}") == "final" for e in out):
        return "blocked_by_tools"
    return "awaiting" if review is None or doubt == "awaiting_ruling" else "approved"


def is_early(w: World, tool: Entry) -> bool:
    """Its money was claimed before it was in the warehouse (1.12)."""
    claimed = claimed_at(w).get(tool["id"])
    return claimed is not None and not is_in(w, tool, claimed)


def expenses(w: World) -> dict[str, Any]:
    """The money of the claims submitted in the month, each line in one place (1.12, 4.3)."""
    claims_, asked = submissions(w), asked_tools(w)
    mine = [
        (line_outcome(w, s, n, line, asked), line["amount"]) for s, n, line in all_lines(w) if w.in_month(s["at"])
    ]
    kinds = ("approved", "refused", "blocked_by_tools", "awaiting")
    return {
        **stand(w, ((s["at"], when(reviewed(w, s))) for s in claims_)),
        "submitted": money(a for _, a in mine),
        **{k: money(a for kind, a in mine if kind == k) for k in kinds},
        "lines": {"submitted": len(mine), **{k: sum(kind == k for kind, _ in mine) for k in kinds}},
    }


def tools(w: World) -> dict[str, Any]:
    """Tools bought on trips and turned in; what those cost that are out."""
    bought = w.all("tool", "buy")
    out = [e for e in bought if e["at"] < w.end and not w.of("tool", e["id"], "turn-in")]
    return {
        **stand(w, ((e["at"], when(w.first("tool", e["id"], "turn-in"))) for e in bought)),
        "bought": money(e["amount"] for e in bought if w.in_month(e["at"])),
        "not_turned_in": money(e["amount"] for e in out),
    }


def attachments(w: World) -> dict[str, Any]:
    """Files kept in the month; those whose bytes had been kept with something else before, by when each was typed."""
    kept = w.all("attachment", "add")
    mine = [e for e in kept if w.in_month(e["at"])]
    erased = w.all("attachment", "erase")
    repeated = []
    for e in sorted(mine, key=order):
        before = [o for o in kept if o["sha256"] == e["sha256"] and o["subject"] != e["subject"] and order(o) < order(e)]
        if before:
            repeated.append({"id": e["id"], "same_as": min(before, key=order)["id"]})
    return {
        "repeated": repeated,
        "kept": len(mine),
        "by_kind": base.count_by(mine, "as"),
        "bytes": sum(e["size"] for e in mine),
        "erased": sum(w.in_month(e["at"]) for e in erased),
        "files": [{"id": e["id"], "subject": e["subject"], "erased": e["id"] in {x["id"] for x in erased}} for e in sorted(mine, key=order)],
    }


def upkeep_days(plan: Entry, last: date) -> list[date]:
    """Every day, up to one past `last`, on which a plan comes round: whole months or days after the first."""
    first, (count, unit) = date.fromisoformat(plan["anchor"]), plan["every"].split(" ")
    found: list[date] = []
    while not found or found[-1] <= last:
        n = (len(found) + 1) * int(count)
        if unit == "days":
            found.append(first + timedelta(days=n))
            continue
        month = first.year * 12 + first.month - 1 + n
        ends = (date(month // 12 + (month % 12 == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        found.append(date(month // 12, month % 12 + 1, min(first.day, ends)))
    return found


def upkeep(w: World) -> dict[str, Any]:
    """Upkeep that comes round: a service is for the next day that is not served, and for all missed before it."""
    cases, due, mine, late = [], [], 0, 0
    for plan in w.all("upkeep", "plan"):
        stopped = w.first("upkeep", plan["id"], "stop")
        days = upkeep_days(plan, local_day(w, w.now) + timedelta(days=4000))
        next_one = days[0]
        for done in w.of("upkeep", plan["id"], "done"):
            on = local_day(w, done["at"])
            if w.in_month(done["at"]):
                mine += 1
                late += on > next_one
            next_one = next(day for day in days if day > max(on, next_one))
        by = datetime(next_one.year, next_one.month, next_one.day, 23, 59, tzinfo=w.zone)
        cases.append((plan["at"], when(stopped)))
        due.append(by)
    return {**stand(w, cases, due), "done": mine, "late": late}


def price(w: World, part: str, day: date) -> Decimal | None:
    """What one cost on a day; `prices` are later ones, each with the day from which it holds."""
    row = w.registers["part"].get(part, {})
    later = [yuan for since, yuan in sorted(row.get("prices", {}).items()) if since <= day.isoformat()]
    said = later[-1] if later else row.get("price")
    return Decimal(said) if said else None


def fitted(w: World, close: Entry) -> list[tuple[str, int, bool]]:
    """What a report says was fitted: number or name, how many, whether it is registered."""
    rows = close.get("parts") or ()
    return [(r["part_no"], r["qty"], True) if r.get("part_no") in w.registers["part"] else (r["name"], r["qty"], False) for r in rows]


def visit_cost(w: World, visit: Entry) -> tuple[Decimal, Decimal, Decimal, set[str]]:
    """Labour, parts, travel of a visit, and what nobody set a price for."""
    labour = parts = travel = Decimal(0)
    came, went = base.arrived(w, visit["id"]), base.left(w, visit["id"])
    if came and went:
        labour = Decimal((went - came) // timedelta(minutes=1)) / 60 * (price(w, "LABOUR", local_day(w, went)) or 0)
    unpriced = set()
    reports = [close for close in w.all("report", "close") if close["visit"] == visit["id"]]  # one a machine
    for day, (number, qty, known) in ((local_day(w, one["at"]), row) for one in reports for row in fitted(w, one)):
        each = price(w, number, day) if known else None
        if each is None:
            unpriced.add(number)
        parts += (each or 0) * qty
    for submit in submissions(w):
        review = reviewed(w, submit)
        if submit["trip"] == visit["id"] and not (review and review["verdict"] == "refuse"):
            for line in submit["lines"]:
                travel += Decimal(line["amount"]) if line["category"] in ("transport", "lodging", "meals") else 0
                parts += Decimal(line["amount"]) if line["category"] == "parts" else 0
    return labour, parts, travel, unpriced


def stock(w: World) -> dict[str, Any]:
    """Parts received and used in the month, short now; what the visits left in it cost, by what the warranty was."""
    received = sum((Decimal(e.get("price") or 0) * e["qty"] for e in w.all("stock", "receive") if w.in_month(e["at"])), Decimal(0))
    used: dict[str, list[tuple[int, Decimal | None]]] = {}
    for close in base.month_closes(w):
        if w.first("visit", close["visit"], "dispatch"):
            for number, qty, known in fitted(w, close):
                if known:
                    used.setdefault(number, []).append((qty, price(w, number, local_day(w, close["at"]))))
    have: dict[str, int] = {}
    for move in sorted((e for group in w.groups["stock"].values() for e in group), key=lambda e: e["at"]):
        now, qty = have.get(move["part"], 0), move["qty"]
        have[move["part"]] = qty if move["event"] == "count" else now - qty if move["event"] == "issue" else now + qty
    sums = {True: Decimal(0), False: Decimal(0), None: Decimal(0)}
    labour = parts = travel = Decimal(0)
    unpriced: set[str] = set()
    for visit in w.all("visit", "dispatch"):
        gone = base.left(w, visit["id"])
        if gone and w.in_month(gone):
            a, b, c, missing = visit_cost(w, visit)
            labour, parts, travel, unpriced = labour + a, parts + b, travel + c, unpriced | missing
            sums[job_covered(w, visit)] += a + b + c
    return {
        "received": money([received]),
        "used": [
            {"part": p, "qty": sum(n for n, _ in rows), "cost": None if None in [y for _, y in rows] else money(n * (y or 0) for n, y in rows)}
            for p, rows in sorted(used.items(), key=lambda i: (-sum(n for n, _ in i[1]), i[0]))
        ],
        "short": [
            {"part": p, "have": have.get(p, 0), "low": row["low"]}
            for p, row in sorted(w.registers["part"].items()) if row.get("low") and have.get(p, 0) < row["low"]
        ],
        "cost": {
            "labour": money([labour]), "parts": money([parts]), "travel": money([travel]), "total": money([labour + parts + travel]),
            "unpriced": sorted(unpriced), "in_warranty": money([sums[True]]), "out_of_warranty": money([sums[False]]),
            "warranty_unknown": money([sums[None]]),
        },
    }  # fmt: skip


# --------------------------------------------------------------------------- what rules find in the books


def offences(w: World) -> list[dict[str, Any]]:
    """Offences of 1.11, 1.12 and 4.3, of any month."""
    found = [
        base.offence("receipt_fraud", x["id"], x["about"], x["at"], degree=x.get("degree"))
        for x in w.all("conduct", "log")
        if x["kind"] == "fraud"
    ]
    for submit, number, line in all_lines(w):
        ident, trip = f"{submit['id']}/{number}", w.first("visit", submit["trip"], "dispatch")
        who, place = base.traveller(w, trip, submit) if trip else submit["by"], place_standing(w, submit, line)
        if place not in ("ok", "doubt"):
            more = {"automatic": True, "facts_missing": place == "unknown"}
            found.append(base.offence("receipt_wrong_place", ident, who, line_day(w, line), **more))
        if is_invalid(w, submit, number) or is_doubtful(w, submit, line):
            found.append(base.offence("receipt_invalid", ident, who, line_day(w, line)))
    first = claimed_at(w)
    for tool in w.all("tool", "buy"):
        if is_early(w, tool):
            trip = w.first("visit", tool["trip"], "dispatch")
            who = base.traveller(w, trip, tool) if trip else tool["by"]
            found.append(base.offence("tool_not_returned", tool["id"], who, first[tool["id"]], automatic=True))
    for come in w.all("return", "receive"):
        if not consented(w, come["id"], come["at"]):
            found.append(base.offence("return_not_approved", come["id"], None, come["at"], automatic=True))
    return found


def late_for(
    w: World, limit: timedelta | None, pairs: Iterable[tuple[datetime, datetime | None]]
) -> int:
    """How many started things passed their limit in the month: done later, or not done by now. What began on a day
    without an hour counts where it is sure, by the last moment at which the limit may have passed."""
    if limit is None:
        return 0

    def passed(start: datetime, done: datetime) -> bool:
        return done > start + limit

    def last(start: datetime) -> datetime:
        begins_late = base.vague(start) and limit % timedelta(days=1)
        return start + limit + (timedelta(hours=23, minutes=59) if begins_late else timedelta(0))

    return sum(w.in_month(last(start)) and bool(base.surely(passed, start, done or w.now)) for start, done in pairs)


def intervals(w: World) -> list[tuple[datetime, datetime | None]]:
    """From each visit to a key customer (at first: registration) to the next one."""
    found = []
    for c in key_customers(w):
        times = [base.instant(c["at"], w.zone) if isinstance(c["at"], str) else c["at"]]
        times += [e["at"] for e in visits_to(w, c["id"])]
        found += list(zip(times, [*times[1:], None], strict=True))
    return found


def first_dispatch(w: World, call: Entry) -> datetime | None:
    return min((v["at"] for v in w.all("visit", "dispatch") if v.get("call") == call["id"]), default=None)


def archived(w: World, visit: str) -> datetime | None:
    close = w.closes.get(visit)
    return when(w.first("report", close["id"], "archive")) if close else None


def breaches(w: World, limits: dict[str, timedelta]) -> dict[str, int]:
    """What the contract asks for without a sanction, by rule."""
    service = [k for k in w.all("complaint", "log") if k["kind"] == "service"]
    needs = [c for c in w.all("call", "log") if c.get("needs_service")]
    gone = [v for v in w.all("visit", "dispatch") if base.left(w, v["id"]) and base.purpose(v) in base.SERVED]
    promised = [(p, when(w.first("install", p["id"], "done"))) for p in w.all("install", "promise")]
    mine = [v for v in jobs(w) if w.in_month(started(w, v))]
    return {
        "call_registered": sum(not c.get("from") or not c.get("summary") for c in base.month_calls(w)),
        "dispatch_registered": sum(
            w.in_month(v["at"]) and not v.get("call") and not v.get("customer") for v in w.all("visit", "dispatch")
        ),
        "repair_forwarded": late_for(
            w, limits.get("forward_repair_within"), ((c["at"], first_dispatch(w, c)) for c in needs)
        ),
        "report_filed": late_for(
            w,
            limits.get("file_report_within"),
            ((base.left(w, v["id"]) or w.now, archived(w, v["id"])) for v in gone),
        ),
        "other_complaint_reported": late_for(
            w,
            limits.get("report_complaint_within"),
            ((k["at"], when(w.first("complaint", k["id"], "report"))) for k in service),
        ),
        "unsolved_reported": late_for(
            w,
            limits.get("report_unsolved_within"),
            ((base.instant(d["found"], w.zone), d["at"]) for d in w.all("defect", "report") if d.get("found")),
        ),
        "key_customer_visited": late_for(w, limits.get("key_customer_visit_every"), intervals(w)),
        "install_on_time": sum(
            done is not None and done > (by := base.instant(p["due"], w.zone)) and w.in_month(by)
            for p, done in promised
        ),
        "install_training": sum(
            done is not None and w.in_month(done) and bool(p.get("training"))
            and sum(e["people"] for e in w.of("install", p["id"], "train")) < p["training"]
            for p, done in promised
        ),
        "warranty_charged": sum(was_charged(w, v) for v in mine),
        "paid_job_quoted": sum(without_price(w, v) for v in mine),
        "outside_part_routed": sum(not_put_to_supplier(w, v) for v in mine),
    }


# --------------------------------------------------------------------------- data quality


def data_quality(w: World, typed_at: datetime) -> dict[str, Any]:
    """How far the month's own entries can be trusted; `typed_at` is when all of them were imported."""
    mine = [e for e in w.typed if w.in_month(e["at"])]
    return {
        "typed_late": sum(typed_at - e["at"] > timedelta(days=1) for e in mine),
        "dated_ahead": 0,
        "promises_corrected": len({e["id"] for e in mine if e["ledger"] == "visit" and e["event"] == "correct" and e.get("promised")}),
        "empty_calls": sum(base.is_lacking(c.get("summary")) for c in base.month_calls(w)),
    }


def all_books(w: World) -> dict[str, Any]:
    """Every smaller book under its key."""
    return {
        "quotes": quotes(w),
        "installs": installs(w),
        "tours": tours(w),
        "escalations": escalations(w),
        "defects": defects(w),
        "claims": claims(w),
        "returns": returns(w),
        "expenses": expenses(w),
        "tools": tools(w),
        "attachments": attachments(w),
        "upkeep": upkeep(w),
        "stock": stock(w),
    }
