"""Expense claims of a month, line by line: what is paid, what is not, and by which clause (1.12, 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from svc.audit.books import Case, backlog, tool
from svc.audit.findings import standing, total
from svc.audit.world import Span, World, once
from svc.domain.nouns import expense
from svc.domain.nouns.expense import Expense
from svc.domain.nouns.tool import Tool
from svc.domain.receipts import ReceiptLine, Trip, places
from svc.named import NamedTuple
from svc.rules.judge import Subject

OUTCOMES = ("approved", "refused", "blocked_by_tools", "awaiting")
RECEIPT_RULES = ("receipt_wrong_place", "receipt_invalid")


class Judged(NamedTuple):
    """One line and what becomes of it; `rule` is the one that refuses or blocks it."""

    claim: Expense
    line: ReceiptLine
    outcome: str
    rule: str | None


def figures(world: World, span: Span) -> dict[str, Any]:
    """Claims submitted (`opened`) and reviewed (`closed`) in the month, not reviewed now; money of the month's claims.

    The money is that of all lines of the claims *submitted* in the month, whenever they are decided.
    Each line is in exactly one place, the first that holds, so the four add up to `submitted`:
    `refused`          the reviewer refused the claim as a whole, or the rule on places and days or that
                       on invalid receipts stands against the line (4.3: final, not dismissed or waived);
    `blocked_by_tools` it asks for a tool that was not in the warehouse when the claim was submitted,
                       and that finding stands (1.12); or for none that was bought and not paid for yet;
    `awaiting`         the claim is not reviewed, or the receipt waits for a ruling whether it is valid;
    `approved`         all others. What is not known (nobody said where the trip went) refuses nothing.
    `lines` counts the lines of each; `unpaid` names those that are refused or blocked, and why.
    """
    claims = sorted(world.of("expense").values(), key=lambda e: (e.submit.at, e.id))
    cases = [Case(e.submit.at, e.review.at if e.review else None) for e in claims]
    lines = [one for one in judged(world) if span.holds(one.claim.submit.at)]
    sorts = {name: [one for one in lines if one.outcome == name] for name in OUTCOMES}
    return {
        **backlog(cases, span, world.now, has_limit=False),
        "submitted": total(one.line.amount for one in lines),
        **{name: total(one.line.amount for one in of) for name, of in sorts.items()},
        "lines": {"submitted": len(lines), **{name: len(of) for name, of in sorts.items()}},
        "unpaid": [_row(world, one) for one in lines if one.outcome in ("refused", "blocked_by_tools")],
    }


def settles(world: World, span: Span) -> Iterator[tuple[str, str, str, str | None, str]]:
    """Each decided line of the claims submitted in the span: claimant, id, sum that it goes into, rule, yuan."""
    for one in judged(world):
        if one.outcome != "awaiting" and span.holds(one.claim.submit.at):
            id = f"{one.claim.id}/{one.line.number}"
            yield staff_of(world, one.claim), id, one.outcome, one.rule, one.line.amount


def _row(world: World, one: Judged) -> dict[str, Any]:
    staff = staff_of(world, one.claim)
    return {
        "id": f"{one.claim.id}/{one.line.number}",
        "staff": staff,
        "name": world.name(staff),
        "category": one.line.category,
        "amount": one.line.amount,
        "outcome": one.outcome,
        "rule": one.rule,
    }


@once
def judged(world: World) -> list[Judged]:
    """Every line of every claim with what becomes of it, by time of submission."""
    asked, withheld = tool.asked(world), tool.not_reimbursed(world)
    found = []
    for claim, line, subject in sorted(lines(world), key=lambda one: (one[0].submit.at, one[0].id)):
        tools = asked.get((claim.id, line.number), ())
        out = any(t.id in withheld for t in tools if not t.in_by(claim.submit.at))
        found.append(Judged(claim, line, *_outcome(world, claim, subject, out or _without_tool(world, line, tools))))
    return found


def _without_tool(world: World, line: ReceiptLine, tools: Sequence[Tool]) -> bool:
    """Whether a line asks the money of a tool that is not shown to have been bought, or was paid for already (1.12)."""
    return line.category == "tool" and not tools and "tool_not_returned" in world.rules.rules


def decided(world: World, id: str) -> dict[str, Any]:
    """What is paid of one claim, what waits, and each line with what becomes of it, by which rule and clause."""
    lines = [one for one in judged(world) if one.claim.id == id]
    rules = world.rules.rules
    return {
        "paid": total(one.line.amount for one in lines if one.outcome == "approved"),
        "awaiting": total(one.line.amount for one in lines if one.outcome == "awaiting"),
        "lines": [
            {
                "line": one.line.number,
                "category": one.line.category,
                "amount": one.line.amount,
                "outcome": one.outcome,
                "rule": one.rule,
                "clause": rules[one.rule].clause if one.rule else None,
            }
            for one in lines
        ],
    }


def _outcome(world: World, claim: Expense, subject: Subject, blocked: bool) -> tuple[str, str | None]:
    found = {rule: standing(world, rule, subject) for rule in RECEIPT_RULES}
    broken = next((rule for rule, status in found.items() if status == "final"), None)
    if claim.standing == "rejected" or broken:
        return "refused", broken
    if blocked:
        return "blocked_by_tools", "tool_not_returned"
    if claim.standing == "awaiting_review" or "awaiting_ruling" in found.values():
        return "awaiting", None
    return "approved", None


def staff_of(world: World, claim: Expense) -> str:
    """Whose claim it is: of whoever was on the trip (`Visit.traveller`); who typed it where that is not known."""
    sent = world.told_visits.get(claim.trip)
    return sent.traveller(claim.submit) if sent else claim.submit.by


def trip_of(world: World, claim: Expense) -> Trip | None:
    """Where and when the trip was: the dispatch's place and the customer's region; from the dispatch until leaving.

    Until it is recorded that the site was left, the trip lasts at least to the day of the claim.
    """
    sent = world.told_visits.get(claim.trip)
    if sent is None:
        return None
    first = world.day(sent.dispatched_at)
    region = world.registers.on(first).customers.get(sent.customer or sent.caller or "", {}).get("region")
    named = [*places(sent.place or ""), *places(region or "")]
    last = world.day(sent.left_at) if sent.left_at else world.day(claim.submit.at)
    return Trip(tuple(dict.fromkeys(named)), first, last, sent.evidence.visit.dispatch if sent.evidence else None)


@once
def lines(world: World) -> list[tuple[Expense, ReceiptLine, Subject]]:
    """Each line of each claim, and as it is judged: `E2611-0001/2`."""
    found = []
    for claim in world.of("expense").values():
        whose, trip = staff_of(world, claim), trip_of(world, claim)
        for line in claim.lines:
            facts = expense.facts(claim, line, trip, world.zone)
            found.append((claim, line, Subject("expense", f"{claim.id}/{line.number}", whose, facts)))
    return found


def subjects(world: World) -> Iterator[Subject]:
    """Each line of each claim."""
    return (subject for _, _, subject in lines(world))
