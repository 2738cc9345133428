"""Tree → frozen `Rules`, and every mistake of the file in one run.

`examine` says what is wrong; `load` gives the rules in force or raises all their mistakes at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256

from svc.errors import Several
from svc.rules import parts, rule
from svc.rules.departures import lacks
from svc.rules.form.problem import Problem, how_many
from svc.rules.form.reader import Form
from svc.rules.form.schema import Block, Got, Own, Prose, Word
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq, Tree, read
from svc.rules.history import WORD, Sealed
from svc.rules.model import Rule, Rules
from svc.rules.rule_schema import SHAPE
from svc.rules.vocabulary import OF_CUSTOMER
from svc.text import Text, quoted, quoted_zh

FORMATS = ("svc-rules/1", "svc-rules/2")
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
    form = Form(tree.notes, _names(root), _version(root))
    top = FILE.at(form, root, root.place, Text("the rules file", "规则表"))
    part = root.pairs.get("rules") if isinstance(root, Map) else None
    ids, clauses = _written(part, "id"), _written(part, "clause")
    found = rule.rules(form, part, sealed)
    fined = {id for id, versions in found.items() if any(one.amount for one in versions)}
    overlaps = parts.overlaps(form, top.get("overlaps"), fined if len(found) == len(ids) else ids, sealed)
    not_rules = parts.not_rules(form, top.get("not_rules") or (), clauses)
    if "rules" in top and "not_rules" in top:
        left_out = _written(top.pairs["not_rules"], "clause")
        parts.check_coverage(form, top.pairs["not_rules"].key, {*clauses, *left_out})
    made = Rules(
        path,
        sha256(data).hexdigest(),
        top.get("timezone") or "",
        parts.amounts(form, top.get("amounts") or {}, sealed),
        parts.limits(form, top.get("limits") or {}, sealed),
        parts.questions(top.get("questions") or {}),
        {id: got.get("title") or "" for id, got in (top.get("sanctions") or {}).items()},
        {id: versions[-1] for id, versions in found.items()},
        overlaps,
        not_rules,
        parts.caps(form, top.get("caps") or {}, sealed),
        top.pairs["overlaps"].key.place.line if "overlaps" in top else 1,
        form.version,
        {id: versions for id, versions in found.items() if len(versions) > 1},
        begins=top.get("begins"),
    )
    return _known_at_once(made if form.version == 1 else _second(made, top))


def _second(made: Rules, top: Got) -> Rules:
    """What only files of the second format say: what happens where no pair does, things of the department's own."""
    said, own = top.get("overlaps"), top.get("own") or {}
    return made._replace(
        otherwise=(said.get("otherwise") if said else None) or "ask",
        same_rule=(said.get("same_rule") if said else None) or "ask",
        report_items=parts.own(own, "report_items"),
        conduct_kinds=parts.own(own, "conduct_kinds"),
    )


def _known_at_once(made: Rules) -> Rules:
    """The rules with what the file alone says of each, so that nobody asks it again of every case."""
    kept = {id: tuple(_known(one, made) for one in made.versions.get(id, (last,))) for id, last in made.rules.items()}
    return made._replace(
        rules={id: versions[-1] for id, versions in kept.items()},
        versions={id: versions for id, versions in kept.items() if len(versions) > 1},
    )


def _known(one: Rule, made: Rules) -> Rule:
    own = [*one.only_if, *one.check.facts]
    of = [made.amounts.get(one.amount or ""), made.limits.get(one.check.limit or "")]
    asked = {*own, *(asks.fact for dated in of if dated for row in dated.history for asks in row.when)}
    return one._replace(
        lacks=lacks(one) if made.version > 1 else (),
        dated=one.id in made.versions or bool(one.since or one.until),
        asks_day=any(name.startswith("day.") for name in own),
        asks_customer=made.version > 1 and not asked.isdisjoint(OF_CUSTOMER),
    )


def _version(root: Node) -> int:
    """That of the format as written; the first where it cannot be told."""
    said = _pairs(Pair(Scalar("", root.place), root)).get("format")
    return 2 if said and isinstance(said.value, Scalar) and said.value.text == FORMATS[1] else 1


def _names(root: Node) -> Mapping[str, Collection[str]]:
    """What rules may refer to, as written: a mistake in an amount makes no second one in its rule."""
    top = _pairs(Pair(Scalar("", root.place), root))
    questions = _pairs(top.get("questions"))
    own = _pairs(top.get("own"))
    return {
        "amounts": tuple(_pairs(top.get("amounts"))),
        "limits": tuple(_pairs(top.get("limits"))),
        "questions": tuple(questions),
        "rules": tuple(_written(top.get("rules"), "id")),
        "rewards": tuple(_paid(top.get("rules"))),
        "report_items": tuple(_pairs(own.get("report_items"))),
        "conduct_kinds": tuple(_pairs(own.get("conduct_kinds"))),
        **{f"answers of {id}": tuple(_pairs(_pairs(pair).get("answers"))) for id, pair in questions.items()},
    }


def _pairs(pair: Pair | None) -> Mapping[str, Pair]:
    return pair.value.pairs if pair and isinstance(pair.value, Map) else {}


def _paid(pair: Pair | None) -> Iterator[str]:
    """The amounts that rules pay."""
    for node in pair.value.items if pair and isinstance(pair.value, Seq) else ():
        pays = _pairs(node.pairs.get("reward")).get("pay") if isinstance(node, Map) else None
        if pays and isinstance(pays.value, Scalar):
            yield pays.value.text


def _written(pair: Pair | None, key: str) -> dict[str, int]:
    """What the entries of a list have under a key, with the line of the first."""
    found: dict[str, int] = {}
    for node in pair.value.items if pair and isinstance(pair.value, Seq) else ():
        one = node.pairs.get(key) if isinstance(node, Map) else None
        if one and isinstance(one.value, Scalar) and one.value.text:
            found.setdefault(one.value.text, one.value.place.line)
    return found


def _format(form: Form, pair: Pair) -> str:
    text = form.text(pair)
    if text and text not in FORMATS:
        form.notes.add(
            "unknown-format",
            pair.value.place,
            Text(
                f"this program reads {' and '.join(FORMATS)}, not {quoted(text)}",
                f"本程序读 {'、'.join(FORMATS)}，不认得{quoted_zh(text)}",
            ),
            Text(
                f"write `format: {FORMATS[-1]}`; a file of a newer program needs that program",
                f"写成  format: {FORMATS[-1]}；如果是新版本的文件，请升级程序",
            ),
        )
    return text


def _timezone(form: Form, pair: Pair) -> str:
    from zoneinfo import ZoneInfo

    text = form.text(pair)
    try:
        if text:
            ZoneInfo(text)
    except (ValueError, OSError, KeyError):  # an unknown zone is a KeyError; a folder's name an OSError
        form.notes.add(
            "unknown-timezone",
            pair.value.place,
            Text(f"there is no time zone {quoted(text)}", f"没有这个时区：{quoted_zh(text)}"),
            Text("write it like Asia/Shanghai", "写成 Asia/Shanghai 的样子"),
        )
    return text


FILE = Block(
    {
        "format": Own(_format, {"enum": list(FORMATS)}),
        "contract": Prose(),
        "timezone": Own(_timezone, {"type": "string"}),
        "clock_counts": Word(("every_hour",), WORD),
        "money": Block({"places": Word(("2",), WORD), "rounding": Word(("half_up",), WORD)}),
        "amounts": parts.AMOUNTS,
        "limits": parts.LIMITS,
        "questions": parts.QUESTIONS,
        "sanctions": parts.PENALTIES,
        "rules": Own(lambda form, pair: pair, SHAPE),
        "overlaps": parts.OVERLAPS_OF_BOTH,
        "not_rules": parts.NOT_RULES,
    },
    {"begins": parts.DAY, "caps": parts.CEILINGS},
    {"own": parts.OWN_THINGS},
)
