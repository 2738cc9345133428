"""The parts of a rules file around its rules: amounts, limits, ceilings, questions, sanctions, overlaps, clauses without a rule."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from svc.domain.ledgers import ROLES, RULERS
from svc.rules.clauses import CLAUSES
from svc.rules.form.problem import Place
from svc.rules.form.reader import Form, Kind, named, nearest
from svc.rules.form.schema import TEXT, Block, Cell, Got, ListOf, Own, Prose, Table, Word, Words
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq
from svc.rules.form.values import MOST, Wrong, day, money, percent, span
from svc.rules.history import WORD, Rows, Sealed, check_sealed, check_steps, refuse_sealed
from svc.rules.model import Amount, Cap, Limit, Named, NotRule, Overlap, Question
from svc.text import Text, quoted, quoted_zh

SANCTIONS = ("criticism", "bonus_deduction", "demerit", "major_demerit", "dismissal", "legal")
SET_BY = ("contract", "department", "svc")
THEN = ("both", "larger", "ask")

CLAUSE = Kind("unknown-clause", Text("clause", "条款"))
SANCTION = Kind("unknown-sanction", Text("sanction", "处分"))
ROLE = Kind("unknown-role", Text("role", "角色"))
CAP = Kind("unknown-cap", Text("ceiling", "上限"))
RULE = Kind("unknown-rule", Text("rule", "规则"))
OWN = Kind("unknown-part", Text("part", "部分"))

PROSE = Prose()
A_CLAUSE = Word(tuple(CLAUSES), CLAUSE)
DATE = {"type": "string", "format": "date"}
DAY = Cell(day, DATE, needed=True)
YUAN = {"anyOf": [{"type": "number", "minimum": 0, "maximum": MOST}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$"}]}
PERCENT = {
    "type": ["number", "string"],
    "exclusiveMinimum": 0,
    "maximum": 100,
    "pattern": r"^(100(\.00?)?|[1-9]?[0-9](\.[0-9]{1,2})?)$",
}
SPAN = {"type": "string", "pattern": r"^[0-9]{1,6} ?([a-z]+|[\u4e00-\u9fff]+)$"}

CAPS: dict[str, tuple[str, Callable[[str], str | Wrong], dict[str, Any]]] = {
    "monthly_deduction_percent": ("percent", percent, PERCENT),
    "keep_at_least": ("yuan", money, YUAN),
}
"""The ceilings there can be, each with the key of its rows and how the value is read."""


def _deciders(form: Form, pair: Pair) -> tuple[str, ...]:
    """The roles that may decide; only those that may record a ruling at all can."""
    roles = Words(ROLES, ROLE, RULERS).read(form, pair)
    powerless = [role for role in roles if role not in RULERS]
    if powerless:
        shown, rulers = ", ".join(powerless), ", ".join(RULERS)
        form.notes.add(
            "role-may-not-rule",
            pair.value.place,
            Text(f"{shown} may not record rulings", f"{shown} 没有认定的权限"),
            Text(f"who may: {rulers}", f"可以认定的：{rulers}"),
        )
    return roles


def _answers(form: Form, pair: Pair) -> Mapping[str, str]:
    if not isinstance(pair.value, Map):
        form.fields(pair.value, pair.key.place, named(pair), ())
        return {}
    if len(pair.value.pairs) < 2:
        form.notes.add(
            "too-few-answers",
            pair.key.place,
            Text("a question has two answers at least", "一个问题至少要有两种回答"),
            Text("write it like {yes_word: …, no_word: …}", "写成  {是的代号: …, 否的代号: …}  的样子"),
        )
    return {answer: form.text(one) for answer, one in pair.value.pairs.items() if form.id(one.key)}


DECIDERS = Own(_deciders, Words(RULERS, ROLE).json())
ANSWERS = Own(_answers, {"type": "object", "minProperties": 2, "additionalProperties": TEXT})

AMOUNTS = Table(Block({"title": PROSE, "clause": A_CLAUSE, "history": Rows("yuan", money, YUAN)}))
LIMITS = Table(
    Block({"title": PROSE, "clause": A_CLAUSE, "set_by": Word(SET_BY, WORD), "history": Rows("value", span, SPAN)})
)
CEILING = {id: Block({"title": PROSE, "history": Rows(*told)}) for id, told in CAPS.items()}


def _cap(form: Form, pair: Pair) -> Got:
    return CEILING[pair.key.text].read(form, pair)


CEILINGS = Table(Own(_cap, {"anyOf": [one.json() for one in CEILING.values()]}), tuple(CAPS), CAP)
QUESTIONS = Table(Block({"title": PROSE, "ask": PROSE, "answers": ANSWERS, "decided_by": DECIDERS}, {"ask_en": PROSE}))
PENALTIES = Table(Block({"title": PROSE, "clause": A_CLAUSE}), SANCTIONS, SANCTION, every=True)
THING = Block({"title": PROSE}, {"until": DAY})
OWN_THINGS = Table(Table(THING), ("report_items", "conduct_kinds"), OWN)


def amounts(form: Form, got: Mapping[str, Got], sealed: Sealed) -> Mapping[str, Amount]:
    """Part one: the amounts, each with its history."""
    found: dict[str, Amount] = {}
    for id, one in got.items():
        if "history" in one:
            check_sealed(form, one["history"], one.place, sealed, sealed.item("amounts", id))
            if id not in form.known("rewards"):
                check_steps(form, one["history"])
        rows = one["history"].rows if "history" in one else ()
        found[id] = Amount(id, one.get("title", ""), one.get("clause", ""), rows, one.place.line)
    return found


def limits(form: Form, got: Mapping[str, Got], sealed: Sealed) -> Mapping[str, Limit]:
    """Part two: the limits, each with its history."""
    found: dict[str, Limit] = {}
    for id, one in got.items():
        if "history" in one:
            check_sealed(form, one["history"], one.place, sealed, sealed.item("limits", id))
        rows = one["history"].rows if "history" in one else ()
        told = (one.get("title", ""), one.get("clause", ""), one.get("set_by", ""))
        found[id] = Limit(id, told[0], told[1], told[2], rows, one.place.line)
    return found


def caps(form: Form, got: Mapping[str, Got], sealed: Sealed) -> Mapping[str, Cap]:
    """The ceilings on what a person pays in a month: a part that may be left out, as it is when shipped."""
    found: dict[str, Cap] = {}
    for id, one in got.items():
        if "history" in one:
            check_sealed(form, one["history"], one.place, sealed, sealed.item("caps", id))
        found[id] = Cap(id, one.get("title", ""), one["history"].rows if "history" in one else (), one.place.line)
    return found


def questions(got: Mapping[str, Got]) -> Mapping[str, Question]:
    """Part three: what people decide."""
    return {
        id: Question(id, one.get("title", ""), both(one, "ask"), one.get("answers") or {}, one.get("decided_by") or (), one.place.line)
        for id, one in got.items()
    }


def own(got: Mapping[str, Mapping[str, Got]], part: str) -> Mapping[str, Named]:
    """Items of a report, or kinds of conduct, that the department added."""
    things = got.get(part) or {}
    return {id: Named(id, one.get("title", ""), one.place.line, one.get("until")) for id, one in things.items()}


def both(got: Got, key: str) -> Text:
    """A text in the language of the file, and its English beside it (`title_en`); where there is none, itself."""
    said = got.get(key) or ""
    return Text(got.get(f"{key}_en") or said, said)


# ---- overlaps ----------------------------------------------------------------------------------------

PAIR = ListOf(
    Block(
        {"rules": Words("rules", RULE), "then": Word(THEN, WORD), "why": PROSE},
        {"decided_by": DECIDERS, "why_en": PROSE},
        {"from": DAY},
    ),
    Text("an overlap", "这一组"),
    blank=True,
)
OVERLAPS = Block({}, {"otherwise": Word(THEN, WORD), "same_rule": Word(THEN, WORD), "pairs": PAIR})
_OVERLAPS_SHAPE = {"anyOf": [PAIR.json(), OVERLAPS.json()]}


def _overlaps(form: Form, pair: Pair) -> Got:
    if form.version > 1 and isinstance(pair.value, Map):
        return OVERLAPS.read(form, pair)
    if isinstance(pair.value, Map) and {*pair.value.pairs} & {*OVERLAPS.optional}:
        form.too_early(next(iter(pair.value.pairs.values())).key)
        return Got({}, {}, pair.key.place)
    return Got({"pairs": PAIR.read(form, pair)}, {"pairs": pair}, pair.key.place)


OVERLAPS_OF_BOTH = Own(_overlaps, _OVERLAPS_SHAPE)


def overlaps(form: Form, got: Got | None, fined: Collection[str], sealed: Sealed) -> tuple[Overlap, ...]:
    """Part six: what happens where two rules meet; each pair once, or once a day from which it holds.

    `fined` are the rules that carry money: only two of those can be told apart by size.
    """
    found: dict[tuple[object, ...], Overlap] = {}
    for one in got.get("pairs") or () if got else ():
        rules: tuple[str, ...] = one.get("rules") or ()
        then, since = one.get("then"), one.get("from")
        if then == "larger" and any(rule not in fined for rule in rules):
            _refuse_larger(form, one.where("then"), next(rule for rule in rules if rule not in fined))
        if "rules" not in one or not _two(form, one.pairs["rules"], rules):
            continue
        if since and f"{since:%Y-%m}" in sealed.months and not _known(sealed, rules, since):
            refuse_sealed(form, one.where("from"), f"{since:%Y-%m}")
        earlier = found.get((frozenset(rules), since))
        if earlier:
            _refuse_again(form, one.where("rules"), earlier.line)
        else:
            told = Overlap((rules[0], rules[-1]), then or "", both(one, "why"), one.get("decided_by") or ("gm",), one.place.line, since)
            found[frozenset(rules), since] = told
    return tuple(sorted(found.values(), key=lambda o: str(o.since or "")))


def _known(sealed: Sealed, rules: Collection[str], since: object) -> bool:
    before = sealed.before.overlaps if sealed.before else ()
    return any(set(rules) == set(one.rules) and one.since == since for one in before)


def _refuse_larger(form: Form, place: Place, rule: str) -> None:
    form.notes.add(
        "nothing-to-compare",
        place,
        Text(
            f"{quoted(rule)} carries no fine, so nobody can say which is larger",
            f"{quoted_zh(rule)}没有罚款，比不出哪条重",
        ),
        Text("write both, or ask", "写 both（两条都算）或 ask（由人定）"),
    )


def _two(form: Form, pair: Pair, rules: Collection[str]) -> bool:
    written: tuple[Node, ...] = pair.value.items if isinstance(pair.value, Seq) else ()
    texts = [node.text if isinstance(node, Scalar) else id(node) for node in written]
    if len(rules) == 2 and len(written) == 2:
        return True
    if form.version > 1 and len(rules) == 1 and len(written) == 2 and len(set(texts)) == 1:
        return True  # two records of one act by one rule
    if len(written) != 2 or len(set(texts)) != 2:
        form.notes.add(
            "two-rules",
            pair.value.place,
            Text("an overlap is of two different rules", "并罚写的是两条不同的规则"),
            Text("write [one_rule, another_rule]", "写成  [一条规则, 另一条规则]"),
        )
    return False


def _refuse_again(form: Form, place: Place, line: int) -> None:
    form.notes.add(
        "overlap-twice",
        place,
        Text(f"this pair is decided already on line {line}", f"这两条规则第 {line} 行已经写过"),
        Text("keep one of the two", "只留一处"),
    )


# ---- clauses without a rule ----------------------------------------------------------------------------

KINDS = ("principle", "see_other", "definition")
NOT_RULES = ListOf(
    Block({"clause": A_CLAUSE, "kind": Word(KINDS, WORD), "why": PROSE}, {"see": Words("rules", RULE), "why_en": PROSE}),
    Text("an entry of not_rules", "not_rules 的一行"),
)


def not_rules(form: Form, got: Collection[Got], judged: Mapping[str, int]) -> tuple[NotRule, ...]:
    """Part seven: clauses that cannot be checked; `judged` are those of rules, with their lines.

    A file of the second format may add a rule of the department's own under such a clause: what stands here
    says what the contract itself asks.
    """
    found: dict[str, NotRule] = {}
    for one in got:
        clause, kind = one.get("clause"), one.get("kind")
        if kind == "see_other" and "see" not in one:
            form.missing("see", one.place, Text("an entry with kind see_other", "kind 是 see_other 的一行"))
        line = found[clause].line if clause in found else judged.get(clause) if form.version == 1 else None
        if clause and line is not None:
            _refuse_twice(form, one.where("clause"), clause, line, clause in judged)
        elif clause:
            found[clause] = NotRule(clause, kind or "", one.get("see") or (), both(one, "why"), one.place.line)
    return tuple(found.values())


def _refuse_twice(form: Form, place: Place, clause: str, line: int, judged: bool) -> None:
    form.notes.add(
        "clause-twice",
        place,
        Text(
            f"clause {clause} is {'judged by a rule' if judged else 'mentioned already'} (line {line})",
            f"条款 {clause} {'已有规则在查' if judged else '前面已经写过'}（第 {line} 行）",
        ),
        Text(
            "keep the rule or the reason why there is none, not both" if judged else "keep one of the two",
            "要么有规则，要么写明为什么没有，只留一处" if judged else "只留一处",
        ),
    )


def check_coverage(form: Form, owner: Scalar, mentioned: Collection[str]) -> None:
    """Note every clause of the contract that is neither judged nor explained away."""
    meant = {clause if clause in CLAUSES else nearest(clause, CLAUSES) for clause in mentioned}
    for clause, text in CLAUSES.items():
        if clause not in meant:
            form.notes.add(
                "forgotten-clause",
                owner.place,
                Text(f"clause {clause} is mentioned nowhere: {text.en}", f"条款 {clause} 没有着落：{text.zh}"),
                Text(
                    f'add a rule with clause: "{clause}", or a line here that says why there is none',
                    f'加一条 clause: "{clause}" 的规则，或在这里写一行说明为什么没有',
                ),
            )
