"""Tree → frozen `Rules`, and every mistake of the file in one run.

`examine` says what is wrong; `load` gives the rules in force or raises all their mistakes at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

from svc.errors import Several
from svc.rules.form.problem import Problem, how_many, quoted
from svc.rules.form.schema import Form, Kind, named
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq, Tree, read
from svc.rules.model import Rules
from svc.rules.parts import (
    SANCTIONS,
    Sealed,
    check_coverage,
    read_amounts,
    read_caps,
    read_limits,
    read_not_rules,
    read_overlaps,
    read_questions,
    read_sanctions,
)
from svc.rules.rules import Names, read_rules
from svc.text import Text

HEAD = ("format", "contract", "timezone", "clock_counts", "money")
PARTS = ("amounts", "limits", "questions", "sanctions", "rules", "overlaps", "not_rules")
FORMAT = "svc-rules/1"
WORD = Kind("unknown-word", Text("value", "取值"))

# What stays true of a value even where the lines around it could not be read.
_OF_VALUES = ("not-money", "money-too-big", "not-a-date", "not-a-duration", "zero-duration", "long-duration")


def load(path: str, data: bytes) -> Rules:
    """The rules in force; Several (exit code 2), with every mistake and its place, where they are wrong."""
    rules, problems = examine(path, data)
    if rules is None:
        raise Several(
            [problem.error(path) for problem in problems],
            how_many(path, len(problems)),
            Text(
                "mend the file (`svc rules check` shows the same list), or take it back from a backup",
                "改好这个文件（svc rules check 会列出同样的清单），或用备份恢复",
            ),
        )
    return rules


def examine(
    path: str, data: bytes, sealed: Collection[str] = frozenset(), before: Rules | None = None
) -> tuple[Rules | None, list[Problem]]:
    """The rules of a file and its mistakes in the order of its lines; rules only where there are none.

    `sealed` are sealed months ("2026-10"); `before` are the rules as accepted last: with them only what
    would change a sealed month is a mistake, without them every value that begins in one is.
    """
    tree = read(data)
    of_reading = set(tree.notes.problems)
    rules = None if tree.root is None else _rules(path, data, tree, tree.root, Sealed(sealed, before))
    problems = [p for p in tree.notes.problems if tree.whole or p in of_reading or p.code in _OF_VALUES]
    problems = sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column))
    return (None if problems else rules), problems


def _rules(path: str, data: bytes, tree: Tree, root: Node, sealed: Sealed) -> Rules:
    form = Form(tree.notes)
    top = form.fields(root, root.place, Text("the rules file", "规则表"), (*HEAD, *PARTS), ("caps",))
    ids, clauses = _written(top.get("rules"), "id"), _written(top.get("rules"), "clause")
    timezone = _head(form, top)
    rules = read_rules(form, top.get("rules"), _names(top))
    fined = {rule.id for rule in rules.values() if rule.sanction and rule.sanction.amount}
    overlaps = read_overlaps(form, top.get("overlaps"), ids, fined if len(rules) == len(ids) else ids)
    not_rules = read_not_rules(form, top.get("not_rules"), ids, clauses)
    if "rules" in top and "not_rules" in top:
        check_coverage(form, top["not_rules"].key, {*clauses, *_written(top["not_rules"], "clause")})
    return Rules(
        path,
        sha256(data).hexdigest(),
        timezone,
        read_amounts(form, top.get("amounts"), sealed),
        read_limits(form, top.get("limits"), sealed),
        read_questions(form, top.get("questions")),
        read_sanctions(form, top.get("sanctions")),
        rules,
        overlaps,
        not_rules,
        read_caps(form, top.get("caps"), sealed),
        top["overlaps"].key.place.line if "overlaps" in top else 1,
    )


def _names(top: Mapping[str, Pair]) -> Names:
    """What rules may refer to, as written: a mistake in an amount makes no second one in its rule."""
    questions = _pairs(top.get("questions"))
    return Names(
        tuple(_pairs(top.get("amounts"))),
        tuple(_pairs(top.get("limits"))),
        {id: tuple(_pairs(_pairs(pair).get("answers"))) for id, pair in questions.items()},
        SANCTIONS,
    )


def _pairs(pair: Pair | None) -> Mapping[str, Pair]:
    return pair.value.pairs if pair and isinstance(pair.value, Map) else {}


def _written(pair: Pair | None, key: str) -> dict[str, int]:
    """What the entries of a list have under a key, with the line of the first."""
    found: dict[str, int] = {}
    for node in pair.value.items if pair and isinstance(pair.value, Seq) else ():
        one = node.pairs.get(key) if isinstance(node, Map) else None
        if one and isinstance(one.value, Scalar) and one.value.text:
            found.setdefault(one.value.text, one.value.place.line)
    return found


def _head(form: Form, top: Mapping[str, Pair]) -> str:
    """The time zone; what else stands at the head has one value and is there to be read."""
    _format(form, top.get("format"))
    form.text(top.get("contract"))
    form.word(top.get("clock_counts"), ("every_hour",), WORD)
    if "money" in top:
        pair = top["money"]
        fields = form.fields(pair.value, pair.key.place, named(pair), ("places", "rounding"))
        form.word(fields.get("places"), ("2",), WORD)
        form.word(fields.get("rounding"), ("half_up",), WORD)
    return _timezone(form, top.get("timezone"))


def _format(form: Form, pair: Pair | None) -> None:
    text = form.text(pair)
    if pair and text and text != FORMAT:
        form.notes.add(
            "unknown-format",
            pair.value.place,
            Text(
                f"this program reads {FORMAT}, not {quoted(text)}",
                f"本程序读 {FORMAT}，不认得 {quoted(text)}",
            ),
            Text(
                f"write `format: {FORMAT}`; a file of a newer program needs that program",
                f"写成  format: {FORMAT}；如果是新版本的文件，请升级程序",
            ),
        )


def _timezone(form: Form, pair: Pair | None) -> str:
    from zoneinfo import ZoneInfo

    text = form.text(pair)
    try:
        if text:
            ZoneInfo(text)
    except (ValueError, OSError, KeyError):  # an unknown zone is a KeyError; a folder's name an OSError
        assert pair is not None
        form.notes.add(
            "unknown-timezone",
            pair.value.place,
            Text(f"there is no time zone {quoted(text)}", f"没有这个时区：{quoted(text)}"),
            Text("write it like Asia/Shanghai", "写成 Asia/Shanghai 的样子"),
        )
    return text
