"""The first four parts of a rules file: amounts, limits, questions, sanctions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from svc.domain.ledgers import ROLES, RULERS
from svc.rules.clauses import CLAUSES
from svc.rules.dated import Sealed, check_sealed, history
from svc.rules.form import Form, Kind, named, unknown
from svc.rules.model import Amount, Cap, Limit, Question
from svc.rules.reader import Map, Pair, Scalar
from svc.rules.values import money, percent, span
from svc.text import Text

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
