"""Values with the days from which they hold: rows of amounts and limits, and what sealed months forbid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from svc.domain.ledgers import ROLES, RULERS
from svc.rules.clauses import CLAUSES
from svc.rules.form.problem import Place, quoted
from svc.rules.form.schema import Form, Kind, named, nearest, unknown
from svc.rules.form.tree import Map, Node, Pair, Scalar
from svc.rules.form.values import Wrong, day, money, percent, span
from svc.rules.model import Amount, Cap, Limit, NotRule, Overlap, Question, Row, Rules
from svc.text import Text

V = TypeVar("V")


class Sealed(NamedTuple):
    """The sealed months ("2026-10") and, where known, the rules as they were accepted last.

    With them, only what would *change* a sealed month is refused. Without them nobody can tell an old
    row from a new one, so every value that begins in a sealed month is.
    """

    months: Collection[str] = ()
    before: Rules | None = None

    def item(self, part: str, id: str) -> Amount | Limit | Cap | None:
        """The amount, limit or ceiling as it was."""
        if self.before is None:
            return None
        parts: dict[str, dict[str, Amount | Limit | Cap]] = {
            "amounts": {**self.before.amounts},
            "limits": {**self.before.limits},
            "caps": {**self.before.caps},
        }
        return parts[part].get(id)


def history(
    form: Form, pair: Pair | None, key: str, read: Callable[[str], V | Wrong]
) -> tuple[list[Row[V]], list[Place]]:
    """The rows of a history in the order of the file, and where the day of each stands."""
    rows: list[Row[V]] = []
    places: list[Place] = []
    if pair is None:
        return rows, places
    name = Text(f"a row of the {key} history", "history 的一行")
    for node in form.entries(pair.value, pair.key.place, named(pair)):
        fields = form.fields(node, node.place, name, ("from", key))
        since_pair = fields.get("from")
        form.text(since_pair)
        since = form.value(since_pair, day)
        value = form.value(fields.get(key), read)
        if since is None or since_pair is None or key not in fields:
            continue
        place = since_pair.value.place
        _in_order(form, rows, since, place)
        rows.append(Row(since, value, place.line))
        places.append(place)
    return rows, places


def _in_order(form: Form, rows: Sequence[Row[V]], since: date, place: Place) -> None:
    same = next((row for row in rows if row.since == since), None)
    if same:
        form.notes.add(
            "same-date",
            place,
            Text(f"{since} stands twice, first on line {same.line}", f"{since} 写了两次，第 {same.line} 行已有"),
            Text("keep one row for a day", "同一天只留一行"),
        )
    elif rows and since < rows[-1].since:
        form.notes.add(
            "dates-out-of-order",
            place,
            Text(
                f"{since} stands below {rows[-1].since} (line {rows[-1].line}), which is later",
                f"{since} 写在了更晚的 {rows[-1].since}（第 {rows[-1].line} 行）下面",
            ),
            Text("put the rows in order, the oldest first", "按日期排好，最早的在最上面"),
        )


def check_sealed(
    form: Form,
    now: Sequence[Row[V]],
    places: Sequence[Place],
    owner: Place,
    sealed: Sealed,
    was: Amount | Limit | Cap | None,
) -> None:
    """Note the rows that reach into a sealed month."""
    if sealed.before is None:
        for row, place in zip(now, places, strict=True):
            month = f"{row.since:%Y-%m}"
            if row.value is not None and month in sealed.months:
                _refuse(form, place, month)
        return
    seen: set[Place] = set()
    for month, at in changed(now, was.history if was else (), sealed.months):
        place = owner if at is None else places[at]
        if place not in seen:
            seen.add(place)
            _refuse(form, place, month)


def _refuse(form: Form, place: Place, month: str) -> None:
    form.notes.add(
        "sealed-month",
        place,
        Text(f"this would change {month}, which is sealed", f"这会改动已封存的 {month}"),
        Text(
            "leave its rows as they were and add one that begins after the last sealed month",
            "原来的行不要动，另加一行，从最后一个封存月份之后算起",
        ),
    )


def changed(now: Sequence[Row[Any]], was: Sequence[Row[Any]], months: Collection[str]) -> list[tuple[str, int | None]]:
    """The sealed months with a day on which another value would hold, and which row (None: none) says so."""
    found: list[tuple[str, int | None]] = []
    for month in sorted(months):
        first = date.fromisoformat(month + "-01")
        days = {first, *(row.since for row in (*now, *was) if f"{row.since:%Y-%m}" == month)}
        for one in sorted(days):
            new, old = _index(now, one), _index(was, one)
            if (None if new is None else now[new].value) != (None if old is None else was[old].value):
                found.append((month, new))
                break
    return found


def _index(rows: Sequence[Row[Any]], on: date) -> int | None:
    held = [n for n, row in enumerate(rows) if row.since <= on]
    return max(held, key=lambda n: rows[n].since, default=None)


# ---- The first four parts of a rules file: amounts, limits, questions, sanctions ---------------

SANCTIONS = ("criticism", "bonus_deduction", "demerit", "major_demerit", "dismissal", "legal")
SET_BY = ("contract", "department", "svc")

CAPS = {"monthly_deduction_percent": ("percent", percent), "keep_at_least": ("yuan", money)}
"""The ceilings there can be, each with the key of its rows and how the value is read."""

CLAUSE = Kind("unknown-clause", Text("clause", "条款"))
SANCTION = Kind("unknown-sanction", Text("sanction", "处分"))
ROLE = Kind("unknown-role", Text("role", "角色"))
CAP = Kind("unknown-cap", Text("ceiling", "上限"))
WORD = Kind("unknown-word", Text("value", "取值"))


def _entries(form: Form, part: Pair | None) -> Iterator[tuple[str, Pair]]:
    """The named blocks of a part."""
    if part is None:
        return
    if not isinstance(part.value, Map):
        form.fields(part.value, part.key.place, named(part), ())
        return
    for id, pair in part.value.pairs.items():
        if form.id(pair.key):
            yield id, pair


def _fields(form: Form, pair: Pair, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Mapping[str, Pair]:
    return form.fields(pair.value, pair.key.place, named(pair), required, optional)


def read_amounts(form: Form, part: Pair | None, sealed: Sealed) -> Mapping[str, Amount]:
    """Part one: the amounts, each with its history."""
    found: dict[str, Amount] = {}
    for id, pair in _entries(form, part):
        fields = _fields(form, pair, ("title", "clause", "history"))
        rows, places = history(form, fields.get("history"), "yuan", money)
        check_sealed(form, rows, places, pair.key.place, sealed, sealed.item("amounts", id))
        clause = form.word(fields.get("clause"), CLAUSES, CLAUSE)
        found[id] = Amount(id, form.text(fields.get("title")), clause, tuple(rows), pair.key.place.line)
    return found


def read_limits(form: Form, part: Pair | None, sealed: Sealed) -> Mapping[str, Limit]:
    """Part two: the limits, each with its history."""
    found: dict[str, Limit] = {}
    for id, pair in _entries(form, part):
        fields = _fields(form, pair, ("title", "clause", "set_by", "history"))
        rows, places = history(form, fields.get("history"), "value", span)
        check_sealed(form, rows, places, pair.key.place, sealed, sealed.item("limits", id))
        clause = form.word(fields.get("clause"), CLAUSES, CLAUSE)
        set_by = form.word(fields.get("set_by"), SET_BY, WORD)
        title = form.text(fields.get("title"))
        found[id] = Limit(id, title, clause, set_by, tuple(rows), pair.key.place.line)
    return found


def read_caps(form: Form, part: Pair | None, sealed: Sealed) -> Mapping[str, Cap]:
    """The ceilings on what a person pays in a month: a part that may be left out, as it is when shipped."""
    found: dict[str, Cap] = {}
    for id, pair in _entries(form, part):
        if id not in CAPS:
            unknown(form.notes, pair.key.place, id, CAPS, CAP)
            continue
        key, read = CAPS[id]
        fields = _fields(form, pair, ("title", "history"))
        rows, places = history(form, fields.get("history"), key, read)
        check_sealed(form, rows, places, pair.key.place, sealed, sealed.item("caps", id))
        found[id] = Cap(id, form.text(fields.get("title")), tuple(rows), pair.key.place.line)
    return found


def read_questions(form: Form, part: Pair | None) -> Mapping[str, Question]:
    """Part three: what people decide."""
    found: dict[str, Question] = {}
    for id, pair in _entries(form, part):
        fields = _fields(form, pair, ("title", "ask", "answers", "decided_by"), ("ask_en",))
        found[id] = Question(
            id,
            form.text(fields.get("title")),
            form.both(fields, "ask"),
            _answers(form, fields.get("answers")),
            read_deciders(form, fields.get("decided_by")),
            pair.key.place.line,
        )
    return found


def _answers(form: Form, pair: Pair | None) -> Mapping[str, str]:
    if pair is None:
        return {}
    if not isinstance(pair.value, Map):
        _fields(form, pair, ())
        return {}
    if len(pair.value.pairs) < 2:
        form.notes.add(
            "too-few-answers",
            pair.key.place,
            Text("a question has two answers at least", "一个问题至少要有两种回答"),
            Text("write it like {yes_word: …, no_word: …}", "写成  {是的代号: …, 否的代号: …}  的样子"),
        )
    return {answer: form.text(one) for answer, one in pair.value.pairs.items() if form.id(one.key)}


def read_deciders(form: Form, pair: Pair | None) -> tuple[str, ...]:
    """The roles that may decide; only those that may record a ruling at all can."""
    roles = form.words(pair, ROLES, ROLE, offered=RULERS)
    powerless = [role for role in roles if role not in RULERS]
    if pair and powerless:
        shown, rulers = ", ".join(powerless), ", ".join(RULERS)
        form.notes.add(
            "role-may-not-rule",
            pair.value.place,
            Text(f"{shown} may not record rulings", f"{shown} 没有认定的权限"),
            Text(f"who may: {rulers}", f"可以认定的：{rulers}"),
        )
    return roles


def read_sanctions(form: Form, part: Pair | None) -> Mapping[str, str]:
    """Part four: the kinds of sanctions with their titles."""
    found: dict[str, str] = {}
    for id, pair in _entries(form, part):
        if id not in SANCTIONS:
            unknown(form.notes, pair.key.place, id, SANCTIONS, SANCTION)
            continue
        fields = _fields(form, pair, ("title", "clause"))
        form.word(fields.get("clause"), CLAUSES, CLAUSE)
        found[id] = form.text(fields.get("title"))
    if part and isinstance(part.value, Map):
        keys: list[Scalar] = [pair.key for pair in part.value.pairs.values()]
        if not any(key.bad or key.text not in SANCTIONS for key in keys):
            for id in SANCTIONS:
                if id not in part.value.pairs:
                    form.missing(id, part.key.place, named(part))
    return found


# ---- The last two parts of a rules file, and what concerns the file as a whole: no clause is forgotten 

RULE = Kind("unknown-rule", Text("rule", "规则"))
THEN = ("both", "larger", "ask")
KINDS = ("principle", "see_other", "definition")


def read_overlaps(form: Form, part: Pair | None, ids: Collection[str], fined: Collection[str]) -> tuple[Overlap, ...]:
    """Part six: what happens where two rules meet; each pair once. The part may be blank.

    `fined` are the rules that carry money: only two of those can be told apart by size.
    """
    found: dict[frozenset[str], Overlap] = {}
    if part is None or (isinstance(part.value, Scalar) and part.value.blank):
        return ()
    for node in form.entries(part.value, part.key.place, named(part)):
        fields = form.fields(node, node.place, Text("an overlap", "这一组"), ("rules", "then", "why"), ("decided_by", "why_en"))
        pair = fields.get("rules")
        rules = form.words(pair, ids, RULE)
        then, why = form.word(fields.get("then"), THEN, WORD), form.both(fields, "why")
        deciders = read_deciders(form, fields.get("decided_by")) or ("gm",)
        if then == "larger" and any(rule not in fined for rule in rules):
            _refuse_larger(form, fields["then"].value.place, next(rule for rule in rules if rule not in fined))
        if pair is None or not _two(form, pair, rules):
            continue
        earlier = found.get(frozenset(rules))
        if earlier:
            _refuse_again(form, pair.value.place, earlier.line)
        else:
            found[frozenset(rules)] = Overlap((rules[0], rules[1]), then, why, deciders, node.place.line)
    return tuple(found.values())


def _refuse_larger(form: Form, place: Place, rule: str) -> None:
    form.notes.add(
        "nothing-to-compare",
        place,
        Text(
            f"{quoted(rule)} carries no fine, so nobody can say which is larger",
            f"{quoted(rule)} 没有罚款，比不出哪条重",
        ),
        Text("write both, or ask", "写 both（两条都算）或 ask（由人定）"),
    )


def _two(form: Form, pair: Pair, rules: Collection[str]) -> bool:
    written: tuple[Node, ...] = getattr(pair.value, "items", ())
    if len(rules) == 2 and len(written) == 2:
        return True
    if len(written) != 2 or len({getattr(node, "text", id(node)) for node in written}) != 2:
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


def read_not_rules(
    form: Form, part: Pair | None, ids: Collection[str], judged: Mapping[str, int]
) -> tuple[NotRule, ...]:
    """Part seven: clauses that cannot be checked; `judged` are those of rules, with their lines."""
    found: dict[str, NotRule] = {}
    if part is None:
        return ()
    for node in form.entries(part.value, part.key.place, named(part)):
        fields = form.fields(
            node,
            node.place,
            Text("an entry of not_rules", "not_rules 的一行"),
            ("clause", "kind", "why"),
            ("see", "why_en"),
        )
        clause = form.word(fields.get("clause"), CLAUSES, CLAUSE)
        kind = form.word(fields.get("kind"), KINDS, WORD)
        see = form.words(fields.get("see"), ids, RULE)
        if kind == "see_other" and "see" not in fields:
            form.missing("see", node.place, Text("an entry with kind see_other", "kind 是 see_other 的一行"))
        line = found[clause].line if clause in found else judged.get(clause)
        if clause and line is not None:
            _refuse_twice(form, fields["clause"].value.place, clause, line, clause in judged)
        elif clause:
            found[clause] = NotRule(clause, kind, see, form.both(fields, "why"), node.place.line)
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
