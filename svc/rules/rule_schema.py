"""What a rule may look like: its checks, its sanctions, what only the second format knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.named import NamedTuple
from svc.rules.clauses import CLAUSES
from svc.rules.form.reader import Form, Kind, named, unknown
from svc.rules.form.schema import NAME, TEXT, Block, Got, Own, Word, Words
from svc.rules.form.tree import Map, Node, Pair, Scalar
from svc.rules.parts import A_CLAUSE, CLAUSE, DAY, DECIDERS, PROSE, SANCTION, SANCTIONS
from svc.rules.vocabulary import TIMES, facts, subjects
from svc.text import Text

AMOUNT = Kind("unknown-amount", Text("amount", "金额"))
LIMIT = Kind("unknown-limit", Text("limit", "时限"))
QUESTION = Kind("unknown-question", Text("question", "问题"))
ANSWER = Kind("unknown-answer", Text("answer", "回答"))
SUBJECT = Kind("unknown-subject", Text("subject", "对象"))
CHECK = Kind("unknown-check", Text("check", "查法"))


class Fact(NamedTuple):
    """The schema of a fact's name; whether the rule's subject has it is looked at with the rule."""

    time: bool = False

    def read(self, form: Form, pair: Pair | None) -> Pair | None:
        return pair

    def json(self) -> dict[str, Any]:
        return {"enum": sorted(name for name in facts() if not self.time or name.endswith(TIMES))}


class Facts(NamedTuple):
    """The schema of a list of names of facts."""

    def read(self, form: Form, pair: Pair | None) -> tuple[Node, ...]:
        return form.entries(pair.value, pair.key.place, named(pair)) if pair else ()

    def json(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "pattern": r"^[a-z_]+\.[a-z0-9_]+$"}, "minItems": 1}


class Value(NamedTuple):
    """The schema of a value that the fact beside it can have."""

    def read(self, form: Form, pair: Pair | None) -> Pair | None:
        return pair

    def json(self) -> dict[str, Any]:
        return TEXT


TIME, FACT_NAME, A_LIMIT = Fact(time=True), Fact(), Word("limits", LIMIT)

CHECKS: dict[str, Block] = {
    "done_by": Block({"deadline": TIME, "done": TIME}, {"given_up": TIME}, {"grace": A_LIMIT}),
    "done_within": Block({"start": TIME, "done": TIME, "limit": A_LIMIT}),
    "done_between": Block({"after": TIME, "before": TIME, "done": TIME}, {"denied": FACT_NAME}),
    "fields_filled": Block({"fields": Facts()}, {"fix_within": A_LIMIT}),
    "reported": Block({"fact": FACT_NAME, "is": Value()}),
    "done_before": Block({"done": TIME, "act": TIME}),
    "one_of": Block({"fact": FACT_NAME, "allowed": FACT_NAME}),
    "must_equal": Block({"fact": FACT_NAME, "value": Value()}),
    "not_repeated": Block({"earlier": TIME, "at": TIME, "window": A_LIMIT}),
}
"""What each check is told."""
IS = "is"
"""The check of the second format: found when all of its conditions hold."""
WITH_DEADLINE = ("done_by", "done_within")

_CONDITIONS = {"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}}
_ONE_CHECK = {
    "type": "object",
    "properties": {**{kind: block.json() for kind, block in CHECKS.items()}, IS: _CONDITIONS},
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}


def _pair(form: Form, pair: Pair) -> Pair:
    return pair


def _decision(form: Form, pair: Pair) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for question, one in pairs_of(form, pair).items():
        if question in form.known("questions"):
            found[question] = form.word(one, form.known(f"answers of {question}"), ANSWER)
        elif not one.key.bad:
            unknown(form.notes, one.key.place, question, form.known("questions"), QUESTION)
    return found


def pairs_of(form: Form, pair: Pair) -> Mapping[str, Pair]:
    """The pairs of a block, whatever its keys (noted where it is none)."""
    if not isinstance(pair.value, Map):
        form.fields(pair.value, pair.key.place, named(pair), ())
        return {}
    return pair.value.pairs


def _degrees(form: Form, pair: Pair) -> tuple[str, ...]:
    kinds = Words(SANCTIONS, SANCTION).read(form, pair)
    if len(kinds) != 4 and not isinstance(pair.value, Map):
        form.notes.add(
            "four-degrees",
            pair.value.place,
            Text(f"fraud has four degrees, here are {len(kinds)}", f"情节分四等，这里写了 {len(kinds)} 等"),
            Text("name four different sanctions, the lightest first", "写四种不同的处分，最轻的在前"),
        )
    return kinds


SANCTION_BLOCK = Block(
    {},
    {
        "fine": Word("amounts", AMOUNT),
        "record": Words(SANCTIONS, SANCTION),
        "duty": PROSE,
        "duty_en": PROSE,
        "by_degree": Own(_degrees, {"type": "array", "items": {"enum": list(SANCTIONS)}, "minItems": 4, "maxItems": 4}),
        "refuse": FACT_NAME,
        "customer_bears": FACT_NAME,
    },
)


def _sanction(form: Form, pair: Pair) -> Got | None:
    if isinstance(pair.value, Scalar) and pair.value.text == "none":
        return None
    got = SANCTION_BLOCK.read(form, pair)
    _one_way(form, pair, got)
    return got


def _one_way(form: Form, pair: Pair, got: Got) -> None:
    ways = [key for key in ("by_degree", "refuse", "customer_bears") if key in got]
    ways += ["fine"] if {"fine", "record"} & set(got.pairs) else []
    if isinstance(pair.value, Map) and pair.value.pairs and len(ways) == 1:
        return
    if not isinstance(pair.value, Map) or (not ways and any(k not in SANCTION_BLOCK.optional for k in pair.value.pairs)):
        return
    form.notes.add(
        "one-sanction",
        pair.key.place,
        Text("it is not clear what follows from the offence", "看不出违规以后怎么处理"),
        Text(
            "write none, or one of {fine: …}, {record: [...]} (with or without fine), "
            "{by_degree: [...]}, {refuse: …}, {customer_bears: …}",
            "写 none，或 {fine: …}、{record: [...]}（可带 fine）、{by_degree: [...]}、{refuse: …}、"
            "{customer_bears: …} 之一",
        ),
    )


REWARD = Block({"pay": Word("amounts", AMOUNT)})
DEPARTS = Block({"clause": A_CLAUSE, "why": PROSE}, {"why_en": PROSE})
_TIME_NAME = Own(_pair, {"type": "string"})

_CERTAIN: dict[str, Any] = {
    "id": PROSE,
    "clause": A_CLAUSE,
    "title": PROSE,
    "subject": Word(subjects(), SUBJECT),
    "check": Own(_pair, _ONE_CHECK),
}
_LATER: dict[str, Any] = {
    "from": DAY, "until": DAY, "basis": PROSE, "waived_by": DECIDERS, "departs_from": DEPARTS,
}  # fmt: skip
_MORE: dict[str, Any] = {"see": Words(tuple(CLAUSES), CLAUSE), "title_en": PROSE, "only_if": Own(_pair, _CONDITIONS)}
_FOLLOWS: dict[str, Any] = {
    "offence_at": _TIME_NAME,
    "sanction": Own(_sanction, {"anyOf": [{"const": "none"}, SANCTION_BLOCK.json()]}),
}
_DECISION = Own(_decision, {"type": "object", "minProperties": 1, "additionalProperties": NAME})

FINING = Block({**_CERTAIN, **_FOLLOWS}, {**_MORE, "decision": _DECISION}, _LATER)
REWARDING = Block({**_CERTAIN, "earned_at": _TIME_NAME, "reward": REWARD}, _MORE, _LATER)
"""A rule that pays: positive money, apart from fines."""


SHAPE = {"type": "array", "items": {"anyOf": [FINING.json(), REWARDING.json()]}, "minItems": 1}
"""The JSON Schema of all rules."""


