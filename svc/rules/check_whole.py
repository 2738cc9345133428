"""The last two parts of a rules file, and what concerns the file as a whole: no clause is forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from svc.rules.check_parts import CLAUSE, WORD, read_deciders
from svc.rules.clauses import CLAUSES
from svc.rules.form import Form, Kind, named, nearest
from svc.rules.model import NotRule, Overlap
from svc.rules.problem import Place, quoted
from svc.rules.reader import Node, Pair, Scalar
from svc.text import Text

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
