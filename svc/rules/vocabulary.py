"""What a rules file may name: the facts that the ledgers hold, and the values they can take."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from svc.domain import ledgers
from svc.domain.clock.base import WEEKDAYS, ZH_WEEKDAYS
from svc.domain.kinds import Choice, Flag, Money
from svc.text import Text

COMPUTED: dict[str, Text] = {
    "report.earlier_at": Text("the earlier resolved repair of the same fault", "上一次修好同一故障的时间"),
    "month.ended_at": Text("the end of the month", "月末"),
    "month.submitted_at": Text("when the month was submitted", "上报时间"),
    "survey.given_at": Text("when the customer filled in the survey", "客户填调查表的时间"),
    "survey.speed": Text("the score for speed", "及时性得分"),
    "survey.skill": Text("the score for skill", "技术得分"),
    "survey.manners": Text("the score for manners", "态度得分"),
    "survey.overall": Text("the overall score", "总评得分"),
    "customer.key": Text("whether it is a key customer", "是否重点客户"),
    "customer.region": Text("the customer's region", "客户区域"),
    "customer.distance_km": Text("how far away the customer is, in km", "客户距离（公里）"),
    "person_month.visits": Text("the visits that the person left in the month", "当月离场的派工次数"),
    "person_month.ended_at": Text("the end of the month", "月末"),
}
"""Facts that no single ledger tells: what was before, how a month ended, what a register says of that day."""

OF_DAY: dict[str, Text] = {
    "day.off": Text("whether it is a day off", "是否休息日"),
    "day.weekday": Text("the day of the week", "星期几"),
    "day.hour": Text("the time of day", "几点"),
}
"""Facts of the instant that chooses a row; no rule looks at days by themselves."""

OF_CUSTOMER = ("customer.key", "customer.region", "customer.distance_km")
"""Facts that conditions may ask of whatever has a customer, as they were on the day."""

OF_PERSON_MONTH = "person_month."
TIMES = ("_at", ".date", "_calls")
"""How the names of facts end that are moments."""

YES_OR_NO = (
    "visit.no_hq_call", "visit.reportable", "job.in_warranty", "job.quality_cause", "job.bought_in", "install.training", "expense.travel",
)  # fmt: skip
"""Facts that are worked out, not typed, and are so or not."""

WORDS: dict[str, Mapping[str, str]] = {
    "customer.key": {"yes": "是", "no": "否"},
    "day.off": {"yes": "是", "no": "否"},
    **{name: {"yes": "是", "no": "否"} for name in YES_OR_NO},
    "day.weekday": {en.lower(): "周" + zh for en, zh in zip(WEEKDAYS, ZH_WEEKDAYS, strict=True)},
}
NUMBERS = ("survey.", OF_PERSON_MONTH, "customer.distance_km")


@cache
def facts() -> dict[str, Text]:
    """Every fact that a rule may ask for, with its title."""
    found = ledgers.facts()
    return found | {name: title for name, title in COMPUTED.items() if name not in found}


def title_of(fact: str) -> Text:
    """What a fact is called."""
    if fact.startswith(OF_PERSON_MONTH) and fact not in facts():
        rule = fact.removeprefix(OF_PERSON_MONTH)
        return Text(f"how many {rule} stand in the month", f"当月成立的 {rule} 次数")
    return facts().get(fact) or OF_DAY.get(fact) or Text(fact, fact)


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
    words = named(fact)
    return None if words is None else tuple(words)


def is_number(fact: str) -> bool:
    """Whether a fact is a number, which conditions may bound."""
    return fact.startswith(NUMBERS) and not fact.endswith(TIMES)


@cache
def is_money(fact: str) -> bool:
    """Whether a fact is a sum of money."""
    noun, _, name = fact.partition(".")
    if noun not in ledgers.TABLE:
        return False
    fields = [field for event in ledgers.events(noun).values() for field in event.fields]
    cells = [column for field in fields for column in getattr(field.kind, "columns", ())]
    return any(one.name == name and isinstance(one.kind, Money) for one in (*fields, *cells))


@cache
def built_in(noun: str) -> frozenset[str]:
    """The names that a department need not, and must not, add: kinds of conduct, items of a report."""
    if noun == "conduct":
        return frozenset(choices("conduct.kind") or ())
    return frozenset(field.name for event in ledgers.events(noun).values() for field in event.fields)


@cache
def named(fact: str) -> Mapping[str, str] | None:
    """The values that a fact can have with their Chinese names, None where they are not from a list."""
    noun, _, name = fact.partition(".")
    if fact in WORDS or noun not in ledgers.TABLE:
        return WORDS.get(fact)
    for event in ledgers.events(noun).values():
        field = event.field(name)
        if field and isinstance(field.kind, Choice):
            return field.kind.words
        if field and isinstance(field.kind, Flag):
            return {"yes": "是", "no": "否"}
    return None
