"""What a rules file may name: the facts that the ledgers hold, and the values they can take."""

from __future__ import annotations

from functools import cache

from svc.domain import ledgers
from svc.domain.fields import Choice, Flag
from svc.locale import Text

# To be deleted, noun by noun, as the ledgers land: then `svc.domain.NOUN.FACTS` says it.
PLANNED_FACTS: dict[str, Text] = {
    "report.earlier_at": Text("the earlier resolved repair of the same fault", "上一次修好同一故障的时间"),
    "defect.found_at": Text("when it was found", "发现时间"),
    "defect.reported_at": Text("when it was reported", "上报时间"),
    "return.received_at": Text("when the goods came back", "收到退货的时间"),
    "return.approved_at": Text("the general manager's consent", "总经理同意的时间"),
    "return.cost": Text("what the return cost", "退货费用"),
    "job.in_warranty": Text("whether the warranty covers the day", "是否在保修期内"),
    "job.quality_cause": Text("whether the cause is manufacture, assembly or material", "是否制造、装配、材料原因"),
    "job.charged": Text("what the customer was charged", "收费金额"),
    "job.accepted_at": Text("when the customer accepted the quote", "客户接受报价的时间"),
    "job.started_at": Text("when the work began", "开工时间"),
    "job.bought_in": Text("whether the faulty part was bought in", "是否外购件"),
    "job.claim": Text("the claim on the supplier", "对厂家的索赔"),
    "install.due_at": Text("when it is due", "规定完成时间"),
    "install.done_at": Text("when it was done", "完成时间"),
    "install.trained": Text("how many people were trained", "培训人数"),
    "customer.key": Text("whether it is a key customer", "是否重点客户"),
    "customer.last_visit_at": Text("the last visit", "上次走访"),
    "customer.next_visit_at": Text("the visit after it", "下次走访"),
    "expense.place": Text("the place on the receipt", "票据地点"),
    "expense.trip_places": Text("the places of the trip", "出差地点"),
    "expense.travel": Text("whether it is a travel receipt", "是否出差票据"),
    "expense.flag": Text("what is wrong with the receipt", "票据问题"),
    "expense.amount": Text("the amount", "金额"),
    "expense.date": Text("the date on the receipt", "票据日期"),
    "tool.bought_at": Text("when it was bought", "购买时间"),
    "tool.turned_in_at": Text("when it went into the warehouse", "入库时间"),
    "tool.claimed_at": Text("when it was claimed", "报销时间"),
    "tool.amount": Text("what it cost", "金额"),
    "month.ended_at": Text("the end of the month", "月末"),
    "month.submitted_at": Text("when the month was submitted", "上报时间"),
}

TIMES = ("_at", ".date", "_calls")
"""How the names of facts end that are moments."""


@cache
def facts() -> dict[str, Text]:
    """Every fact that a rule may ask for, with its title."""
    found: dict[str, Text] = {}
    for noun in ledgers.TABLE:
        found.update(getattr(ledgers.module(noun), "FACTS", {}))
    return found | {name: title for name, title in PLANNED_FACTS.items() if name not in found}


@cache
def facts_of(subject: str) -> tuple[str, ...]:
    """The names of the facts of one subject."""
    return tuple(name for name in facts() if name.startswith(subject + "."))


@cache
def subjects() -> tuple[str, ...]:
    """What rules can look at: whatever has facts."""
    return tuple(dict.fromkeys(name.partition(".")[0] for name in facts()))


@cache
def choices(fact: str) -> tuple[str, ...] | None:
    """The values that a fact can have, None where they are not from a list."""
    noun, _, name = fact.partition(".")
    if noun not in ledgers.TABLE:
        return None
    for event in ledgers.events(noun).values():
        field = event.field(name)
        if field and isinstance(field.kind, Choice):
            return tuple(field.kind.words)
        if field and isinstance(field.kind, Flag):
            return ("yes", "no")
    return None
