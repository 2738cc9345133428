"""The fifth part of a rules file: the rules, each with its one check and what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from svc.rules.clauses import CLAUSES
from svc.rules.form.problem import Place, quoted
from svc.rules.form.schema import Form, Kind, named, unknown
from svc.rules.form.tree import Map, Node, Pair, Scalar
from svc.rules.model import Check, Rule, Sanction
from svc.rules.parts import CLAUSE, SANCTION
from svc.rules.vocabulary import TIMES, choices, facts, facts_of, subjects
from svc.text import Text

AMOUNT = Kind("unknown-amount", Text("amount", "金额"))
LIMIT = Kind("unknown-limit", Text("limit", "时限"))
QUESTION = Kind("unknown-question", Text("question", "问题"))
ANSWER = Kind("unknown-answer", Text("answer", "回答"))
FACT = Kind("unknown-fact", Text("fact", "事实"))
SUBJECT = Kind("unknown-subject", Text("subject", "对象"))
CHECK = Kind("unknown-check", Text("check", "查法"))
VALUE = Kind("unknown-value", Text("value", "取值"))

# What each check is told: times and facts by name, lists of facts, limits, plain values. "?" may be left out.
CHECKS: dict[str, dict[str, str]] = {
    "done_by": {"deadline": "time", "done": "time", "given_up": "time?"},
    "done_within": {"start": "time", "done": "time", "limit": "limit"},
    "done_between": {"after": "time", "before": "time", "done": "time", "denied": "fact?"},
    "fields_filled": {"fields": "facts", "fix_within": "limit?"},
    "reported": {"fact": "fact", "is": "value"},
    "done_before": {"done": "time", "act": "time"},
    "one_of": {"fact": "fact", "allowed": "fact"},
    "must_equal": {"fact": "fact", "value": "value"},
    "not_repeated": {"earlier": "time", "at": "time", "window": "limit"},
}
WITH_DEADLINE = ("done_by", "done_within")
WAYS = ("fine", "record", "duty", "duty_en", "by_degree", "refuse", "customer_bears")


class Names(NamedTuple):
    """What the other parts define and rules refer to."""

    amounts: Collection[str]
    limits: Collection[str]
    answers: Mapping[str, Collection[str]]
    sanctions: Collection[str]


def read_rules(form: Form, part: Pair | None, names: Names) -> Mapping[str, Rule]:
    """Part five."""
    found: dict[str, Rule] = {}
    lines: dict[str, int] = {}
    if part is None:
        return found
    for node in form.entries(part.value, part.key.place, named(part)):
        rule = _Reader(form, names, node).rule()
        if rule is None:
            continue
        if rule.id in lines:
            _refuse_second(form, node, rule.id, lines[rule.id])
            continue
        lines[rule.id] = rule.line
        found[rule.id] = rule
    return found


def _refuse_second(form: Form, node: Node, id: str, line: int) -> None:
    assert isinstance(node, Map)
    form.notes.add(
        "duplicate-rule",
        node.pairs["id"].value.place,
        Text(f"there is a rule {quoted(id)} already, on line {line}", f"规则 {quoted(id)} 第 {line} 行已有"),
        Text("give this one another id, or delete one of the two", "换一个代号，或删掉其中一条"),
    )


class _Reader(NamedTuple):
    """Reads one rule."""

    form: Form
    names: Names
    node: Node

    def rule(self) -> Rule | None:
        """The rule; None where it has no id that could be used."""
        form = self.form
        fields = form.fields(
            self.node,
            self._owner(),
            self._name(),
            ("id", "clause", "title", "subject", "check", "offence_at", "sanction"),
            ("see", "title_en", "only_if", "decision"),
        )
        id_pair = fields.get("id")
        id = form.text(id_pair)
        subject = form.word(fields.get("subject"), subjects(), SUBJECT)
        check = self._check(fields.get("check"), subject)
        rule = Rule(
            id,
            form.word(fields.get("clause"), CLAUSES, CLAUSE),
            form.words(fields.get("see"), CLAUSES, CLAUSE),
            form.both(fields, "title"),
            subject,
            self._only_if(fields.get("only_if"), subject),
            check,
            self._offence_at(fields.get("offence_at"), subject, check),
            self._decision(fields.get("decision")),
            self._sanction(fields.get("sanction"), subject),
            self._owner().line,
        )
        usable = id_pair and id and isinstance(id_pair.value, Scalar) and form.id(id_pair.value)
        return rule if usable else None

    def _owner(self) -> Place:
        """Where the rule is named, else where it begins."""
        id = self.node.pairs.get("id") if isinstance(self.node, Map) else None
        return id.value.place if id and isinstance(id.value, Scalar) else self.node.place

    def _name(self) -> Text:
        id = self.node.pairs.get("id") if isinstance(self.node, Map) else None
        if id and isinstance(id.value, Scalar) and id.value.text:
            return Text(f"the rule {quoted(id.value.text)}", f"规则 {quoted(id.value.text)} ")
        return Text("this rule", "这条规则")

    # ---- facts -----------------------------------------------------------------------------------

    def _fact(self, node: Node, owner: Scalar, subject: str, time: bool = False) -> str:
        """A fact of the subject; "" where it is none (noted)."""
        text = self.form.scalar(node, owner.place, owner.text)
        if not text or not subject:
            return text
        own = facts_of(subject)
        if text in facts() and text not in own:
            self._refuse_foreign(node.place, text, subject)
        elif text not in own:
            unknown(self.form.notes, node.place, text, own, FACT)
        elif time and not text.endswith(TIMES):
            self._refuse_timeless(node.place, text, [name for name in own if name.endswith(TIMES)])
        else:
            return text
        return ""

    def _refuse_foreign(self, place: Place, fact: str, subject: str) -> None:
        noun = fact.partition(".")[0]
        self.form.notes.add(
            "foreign-fact",
            place,
            Text(
                f"{quoted(fact)} is a fact of {quoted(noun)}; this rule looks at {quoted(subject)}",
                f"{quoted(fact)} 是 {quoted(noun)} 的事实，这条规则查的是 {quoted(subject)}",
            ),
            Text(
                f"use a fact that begins with {subject}., or `subject: {noun}`",
                f"用 {subject}. 开头的事实，或改成  subject: {noun}",
            ),
        )

    def _refuse_timeless(self, place: Place, fact: str, times: list[str]) -> None:
        self.form.notes.add(
            "not-a-time",
            place,
            Text(f"{quoted(fact)} is not a moment", f"{quoted(fact)} 不是时间"),
            Text("moments are: " + ", ".join(times), "时间有：" + "、".join(times)),
        )

    def _value(self, pair: Pair | None, fact: str) -> str:
        """A value that the fact can have."""
        known = choices(fact) if fact else None
        return self.form.text(pair) if known is None else self.form.word(pair, known, VALUE)

    def _only_if(self, pair: Pair | None, subject: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for one in self._pairs(pair).values():
            fact = "" if one.key.bad else self._fact(one.key, one.key, subject)
            found[fact] = self._value(one, fact)
        return found

    def _pairs(self, pair: Pair | None) -> Mapping[str, Pair]:
        if pair is None:
            return {}
        if not isinstance(pair.value, Map):
            self.form.fields(pair.value, pair.key.place, named(pair), ())
            return {}
        return pair.value.pairs

    # ---- the check -------------------------------------------------------------------------------

    def _check(self, pair: Pair | None, subject: str) -> Check:
        form = self.form
        pairs = self._pairs(pair)
        known = [key for key in pairs if key in CHECKS]
        for key, one in pairs.items():
            if key not in CHECKS and not one.key.bad:
                unknown(form.notes, one.key.place, key, CHECKS, CHECK)
        if pair and isinstance(pair.value, Map) and len(pairs) != 1:
            form.notes.add(
                "one-check",
                pair.key.place,
                Text(
                    f"a rule has one check, this one {len(pairs)}",
                    f"一条规则只有一项检查，这里有 {len(pairs)} 项",
                ),
                Text("make a rule of its own for each", "每项检查单独写一条规则"),
            )
        if not known:
            return Check.of("", {}, 0)
        kind, told = known[0], pairs[known[0]]
        wanted = CHECKS[kind]
        fields = form.fields(
            told.value,
            told.key.place,
            named(told),
            [key for key, what in wanted.items() if not what.endswith("?")],
            [key for key, what in wanted.items() if what.endswith("?")],
        )
        args: dict[str, Any] = {}
        for key in (key for key in wanted if key in fields):
            args[key] = self._arg(fields[key], wanted[key].rstrip("?"), subject, args)
        return Check.of(kind, args, told.key.place.line)

    def _arg(self, pair: Pair, what: str, subject: str, args: Mapping[str, Any]) -> Any:
        if what == "limit":
            return self.form.word(pair, self.names.limits, LIMIT)
        if what == "value":
            return self._value(pair, args.get("fact", ""))
        if what == "facts":
            nodes = self.form.entries(pair.value, pair.key.place, named(pair))
            return tuple(self._fact(node, pair.key, subject) for node in nodes)
        return self._fact(pair.value, pair.key, subject, time=what == "time")

    def _offence_at(self, pair: Pair | None, subject: str, check: Check) -> str:
        if pair is None or not (isinstance(pair.value, Scalar) and pair.value.text == "deadline"):
            return self._fact(pair.value, pair.key, subject, time=True) if pair else ""
        if check.kind and check.kind not in WITH_DEADLINE:
            self.form.notes.add(
                "no-deadline",
                pair.value.place,
                Text(f"{quoted(check.kind)} has no deadline", f"{quoted(check.kind)} 没有期限"),
                Text("name the moment of the offence, like visit.left_at", "写明违规的时刻，如 visit.left_at"),
            )
        return "deadline"

    # ---- what follows ----------------------------------------------------------------------------

    def _decision(self, pair: Pair | None) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for question, one in self._pairs(pair).items():
            if question in self.names.answers:
                found[question] = self.form.word(one, self.names.answers[question], ANSWER)
            elif not one.key.bad:
                unknown(self.form.notes, one.key.place, question, self.names.answers, QUESTION)
        return found

    def _sanction(self, pair: Pair | None, subject: str) -> Sanction | None:
        if pair is None or (isinstance(pair.value, Scalar) and pair.value.text == "none"):
            return None
        form = self.form
        fields = form.fields(pair.value, pair.key.place, named(pair), (), WAYS)
        self._one_way(pair, fields)
        fact = {
            key: self._fact(fields[key].value, fields[key].key, subject) if key in fields else ""
            for key in ("refuse", "customer_bears")
        }
        return Sanction(
            amount=form.word(fields.get("fine"), self.names.amounts, AMOUNT) or None,
            record=form.words(fields.get("record"), self.names.sanctions, SANCTION),
            by_degree=self._by_degree(fields.get("by_degree")),
            refuse=fact["refuse"] or None,
            customer_bears=fact["customer_bears"] or None,
            duty=form.both(fields, "duty") if "duty" in fields else None,
        )

    def _by_degree(self, pair: Pair | None) -> tuple[str, ...]:
        kinds = self.form.words(pair, self.names.sanctions, SANCTION)
        if pair and len(kinds) != 4 and not isinstance(pair.value, Map):
            self._refuse_degrees(pair, len(kinds))
        return kinds

    def _refuse_degrees(self, pair: Pair, count: int) -> None:
        self.form.notes.add(
            "four-degrees",
            pair.value.place,
            Text(f"fraud has four degrees, here are {count}", f"情节分四等，这里写了 {count} 等"),
            Text("name four different sanctions, the lightest first", "写四种不同的处分，最轻的在前"),
        )

    def _one_way(self, pair: Pair, fields: Mapping[str, Pair]) -> None:
        ways = [key for key in ("by_degree", "refuse", "customer_bears") if key in fields]
        ways += ["fine"] if {"fine", "record"} & set(fields) else []
        if isinstance(pair.value, Map) and pair.value.pairs and len(ways) == 1:
            return
        if not isinstance(pair.value, Map) or (not ways and any(k not in WAYS for k in pair.value.pairs)):
            return
        self.form.notes.add(
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
