"""The fifth part of a rules file: the rules, each with its one check and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from svc.named import NamedTuple
from svc.rules.conditions import Condition
from svc.rules.form.problem import Place
from svc.rules.form.reader import Form, named, unknown
from svc.rules.form.schema import Got
from svc.rules.form.tree import Map, Node, Pair, Scalar
from svc.rules.history import FACT, VALUE, Sealed, conditions, refuse_sealed
from svc.rules.model import Check, Departure, Rule, Sanction
from svc.rules.parts import both
from svc.rules.rule_schema import CHECK, CHECKS, FINING, IS, REWARDING, WITH_DEADLINE, Fact, Facts, Value, pairs_of
from svc.rules.vocabulary import OF_CUSTOMER, OF_DAY, TIMES, choices, facts, facts_of
from svc.text import Text, quoted, quoted_zh


def rules(form: Form, part: Pair | None, sealed: Sealed) -> Mapping[str, tuple[Rule, ...]]:
    """Part five: the rules by id, each in all its versions."""
    found: dict[str, tuple[Rule, ...]] = {}
    if part is None:
        return found
    for node in form.entries(part.value, part.key.place, named(part)):
        rule = _Reader(form, node).rule(sealed)
        if rule is None:
            continue
        before = found.get(rule.id, ())
        if before and (form.version == 1 or rule.since is None):
            _refuse_second(form, node, rule.id, before[-1].line)
        elif before and not _follows(form, node, rule, before[-1]):
            continue
        else:
            found[rule.id] = (*before, rule)
    return found


def _refuse_second(form: Form, node: Node, id: str, line: int) -> None:
    assert isinstance(node, Map)
    form.notes.add(
        "duplicate-rule",
        node.pairs["id"].value.place,
        Text(f"there is a rule {quoted(id)} already, on line {line}", f"规则{quoted_zh(id)}第 {line} 行已有"),
        Text("give this one another id, or delete one of the two", "换一个代号，或删掉其中一条"),
    )


def _follows(form: Form, node: Node, rule: Rule, before: Rule) -> bool:
    """Whether a rule may stand below an earlier version of itself (noted where not)."""
    assert isinstance(node, Map) and rule.since is not None
    place = node.pairs["from"].value.place
    if before.since is not None and rule.since <= before.since:
        form.notes.add(
            "versions-out-of-order",
            place,
            Text(f"{rule.id} holds from {before.since} already (line {before.line})", f"{rule.id} 第 {before.line} 行已从 {before.since} 起执行"),
            Text("put the versions of a rule in order, the oldest first", "同一条规则的几个版本按日期排好，最早的在最上面"),
        )
        return False
    other = [key for key in ("subject", "offence_at", "starts_at") if getattr(rule, key) != getattr(before, key)]
    other += ["reward"] if bool(rule.reward) != bool(before.reward) else []
    if other:
        form.notes.add(
            "versions-differ",
            place,
            Text(
                f"{rule.id} has another {other[0]} than its version on line {before.line}: nobody could say which one holds",
                f"{rule.id} 的 {other[0]} 和第 {before.line} 行那一版不同：说不清该用哪一版",
            ),
            Text("keep subject, offence_at and start, or give the new rule another id", "subject、offence_at、起点保持不变，或换一个代号另立一条"),
        )
    return not other


class _Reader(NamedTuple):
    """Reads one rule."""

    form: Form
    node: Node

    def rule(self, sealed: Sealed) -> Rule | None:
        """The rule; None where it has no id that could be used."""
        form = self.form
        keys = {*self.node.pairs} if isinstance(self.node, Map) else set()
        pays = form.version > 1 and bool({"reward", "earned_at"} & keys)
        if pays and {"sanction", "decision"} & keys:
            self._refuse_both()
            return None
        got = (REWARDING if pays else FINING).at(form, self.node, self._owner(), self._name())
        subject = got.get("subject", "")
        check = self._check(got.get("check"), subject)
        rule = Rule(
            got.get("id", ""),
            got.get("clause", ""),
            got.get("see") or (),
            both(got, "title"),
            subject,
            self._only_if(got.get("only_if"), subject),
            check,
            self._offence_at(got.get("earned_at" if pays else "offence_at"), subject, check),
            got.get("decision") or {},
            self._sanction(got.get("sanction"), subject),
            self._owner().line,
            got.get("from"),
            got.get("until"),
            got["reward"].get("pay") or None if "reward" in got else None,
            got.get("waived_by") or (),
            got.get("basis"),
            self._departure(got),
        )
        self._days(got, rule.since, rule.until, sealed)
        usable = "id" in got and rule.id and form.id(_scalar(got.pairs["id"]))
        return rule if usable else None

    def _owner(self) -> Place:
        """Where the rule is named, else where it begins."""
        id = self.node.pairs.get("id") if isinstance(self.node, Map) else None
        return id.value.place if id and isinstance(id.value, Scalar) else self.node.place

    def _name(self) -> Text:
        id = self.node.pairs.get("id") if isinstance(self.node, Map) else None
        if id and isinstance(id.value, Scalar) and id.value.text:
            return Text(f"the rule {quoted(id.value.text)}", f"规则{quoted_zh(id.value.text)}")
        return Text("this rule", "这条规则")

    def _refuse_both(self) -> None:
        self.form.notes.add(
            "fine-or-reward",
            self._owner(),
            Text(f"{self._name().en} both sanctions and pays", f"{self._name().zh}又罚又奖"),
            Text("make two rules: sanction with offence_at, reward with earned_at", "写成两条：罚的写 sanction、offence_at，奖的写 reward、earned_at"),
        )

    def _departure(self, got: Got) -> Departure | None:
        said = got.get("departs_from")
        return Departure(said.get("clause", ""), both(said, "why"), said.place.line) if said else None

    def _days(self, got: Got, since: date | None, until: date | None, sealed: Sealed) -> None:
        if since and until and until < since:
            self.form.notes.add(
                "ends-before",
                got.where("until"),
                Text(f"the last day {until} is before the first, {since}", f"最后一天 {until} 在开始的 {since} 之前"),
                Text("until: is the last day on which the rule holds", "until 是规则执行的最后一天"),
            )
        before = sealed.before.every() if sealed.before else ()
        known = {(rule.id, rule.since, rule.until) for rule in before}
        if since and f"{since:%Y-%m}" in sealed.months and all((got.get("id"), since) != one[:2] for one in known):
            refuse_sealed(self.form, got.where("from"), f"{since:%Y-%m}")
        if until and f"{until:%Y-%m}" in sealed.months and all((got.get("id"), until) != (one[0], one[2]) for one in known):
            refuse_sealed(self.form, got.where("until"), f"{until:%Y-%m}")

    # ---- facts -----------------------------------------------------------------------------------

    def _fact(self, node: Node, owner: Scalar, subject: str, time: bool = False) -> str:
        """A fact of the subject; "" where it is none (noted)."""
        text = self.form.scalar(node, owner.place, owner.text)
        if not text or not subject:
            return text
        own = (*facts_of(subject), *(f"report.{item}" for item in self.form.known("report_items") if subject == "report"))
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
                f"{quoted_zh(fact)}是{quoted_zh(noun)}的事实，这条规则查的是{quoted_zh(subject)}",
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
            Text(f"{quoted(fact)} is not a moment", f"{quoted_zh(fact)}不是时间"),
            Text("moments are: " + ", ".join(times), "时间有：" + "、".join(times)),
        )

    def _value(self, pair: Pair | None, fact: str) -> str:
        """A value that the fact can have."""
        known = choices(fact) if fact else None
        if known is not None and fact == "conduct.kind":
            known = (*known, *self.form.known("conduct_kinds"))
        return self.form.text(pair) if known is None else self.form.word(pair, known, VALUE)

    def _only_if(self, pair: Pair | None, subject: str) -> Mapping[str, Condition]:
        if pair is None:
            return {}
        if self.form.version > 1:
            return {one.fact: one for one in self._conditions(pair, subject, (*OF_CUSTOMER, *OF_DAY))}
        found: dict[str, Condition] = {}
        for one in pairs_of(self.form, pair).values():
            fact = "" if one.key.bad else self._fact(one.key, one.key, subject)
            value = self._value(one, fact)
            found[fact] = Condition(fact, value, frozenset([value]))
        return found

    def _conditions(self, pair: Pair, subject: str, more: tuple[str, ...] = ()) -> tuple[Condition, ...]:
        """Conditions on facts of the subject; those of other subjects are noted as such."""
        known = (*facts_of(subject), *more)
        foreign = False
        for name, one in pair.value.pairs.items() if isinstance(pair.value, Map) else ():
            if subject and name not in known and name in facts():
                self._refuse_foreign(one.key.place, name, subject)
                foreign = True
        return () if foreign else conditions(self.form, pair, known)

    # ---- the check -------------------------------------------------------------------------------

    def _check(self, pair: Pair | None, subject: str) -> Check:
        form = self.form
        if pair is None:
            return Check.of("", {}, 0)
        pairs = pairs_of(form, pair)
        all_checks = (*CHECKS, IS) if form.version > 1 else tuple(CHECKS)
        known = [key for key in pairs if key in all_checks]
        for key, one in pairs.items():
            if key == IS and form.version == 1:
                form.too_early(one.key)
            elif key not in all_checks and not one.key.bad:
                unknown(form.notes, one.key.place, key, all_checks, CHECK)
        if isinstance(pair.value, Map) and len(pairs) != 1:
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
        if kind == IS:
            return Check.of(IS, {one.fact: one for one in self._conditions(told, subject, (*OF_CUSTOMER, *OF_DAY))}, told.key.place.line)
        schemas = {**CHECKS[kind].required, **CHECKS[kind].optional, **CHECKS[kind].later}
        got = CHECKS[kind].read(form, told)
        args: dict[str, Any] = {}
        for key in (key for key in schemas if key in got):
            args[key] = self._arg(got, key, schemas[key], subject, args)
        return Check.of(kind, args, told.key.place.line)

    def _arg(self, got: Got, key: str, schema: Any, subject: str, args: Mapping[str, Any]) -> Any:
        pair = got.pairs[key]
        if isinstance(schema, Fact):
            return self._fact(pair.value, pair.key, subject, time=schema.time)
        if isinstance(schema, Facts):
            return tuple(self._fact(node, pair.key, subject) for node in got[key])
        return self._value(pair, args.get("fact", "")) if isinstance(schema, Value) else got[key]

    def _offence_at(self, pair: Pair | None, subject: str, check: Check) -> str:
        if pair is None or not (isinstance(pair.value, Scalar) and pair.value.text == "deadline"):
            return self._fact(pair.value, pair.key, subject, time=True) if pair else ""
        if check.kind and check.kind not in WITH_DEADLINE:
            self.form.notes.add(
                "no-deadline",
                pair.value.place,
                Text(f"{quoted(check.kind)} has no deadline", f"{quoted_zh(check.kind)}没有期限"),
                Text("name the moment of the offence, like visit.left_at", "写明违规的时刻，如 visit.left_at"),
            )
        return "deadline"

    def _sanction(self, got: Got | None, subject: str) -> Sanction | None:
        if got is None:
            return None
        fact = {
            key: self._fact(got.pairs[key].value, got.pairs[key].key, subject) if key in got else ""
            for key in ("refuse", "customer_bears")
        }
        return Sanction(
            amount=got.get("fine") or None,
            record=got.get("record") or (),
            by_degree=got.get("by_degree") or (),
            refuse=fact["refuse"] or None,
            customer_bears=fact["customer_bears"] or None,
            duty=both(got, "duty") if "duty" in got else None,
        )


def _scalar(pair: Pair) -> Scalar:
    return pair.value if isinstance(pair.value, Scalar) else Scalar("", pair.value.place, bad=True)
