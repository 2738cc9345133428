"""Values with the days from which they hold: rows of amounts, limits and ceilings, and what sealed months forbid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from svc.named import NamedTuple
from svc.rules.conditions import Condition, as_number, bound, clash, hours, parse
from svc.rules.form.problem import Place
from svc.rules.form.reader import Form, Kind, named, unknown
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq
from svc.rules.form.values import day, money
from svc.rules.model import Amount, Cap, Limit, Row, Rules, Steps
from svc.rules.vocabulary import OF_DAY, OF_PERSON_MONTH, choices, facts, is_number
from svc.rules.vocabulary import named as words_of
from svc.text import Text, quoted, quoted_zh

V = TypeVar("V")
FACT = Kind("unknown-fact", Text("fact", "事实"))
VALUE = Kind("unknown-value", Text("value", "取值"))
WORD = Kind("unknown-word", Text("value", "取值"))
PERIODS = ("month", "quarter", "year")
FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


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
        parts: dict[str, Mapping[str, Amount | Limit | Cap]] = {
            "amounts": self.before.amounts,
            "limits": self.before.limits,
            "caps": self.before.caps,
        }
        return parts[part].get(id)


class History(NamedTuple):
    """Rows as read, in the order of the file, and where the day of each stands. A schema: see `svc.rules.form.schema`."""

    rows: tuple[Row[Any], ...] = ()
    places: tuple[Place, ...] = ()


class Rows(NamedTuple):
    """The schema of a history: `key` is what a row sets, `take` reads it, `shape` is its JSON Schema."""

    key: str
    take: Callable[[str], Any]
    shape: Mapping[str, Any]

    def read(self, form: Form, pair: Pair | None) -> History:
        """The rows; those that cannot be used are noted and left out."""
        rows: list[Row[Any]] = []
        places: list[Place] = []
        for node in form.entries(pair.value, pair.key.place, named(pair)) if pair else ():
            row, place = self._row(form, node)
            if row is not None and place is not None:
                _in_order(form, rows, row, place)
                rows.append(row)
                places.append(place)
        _check_tables(form, rows, places)
        return History(tuple(rows), tuple(places))

    def _row(self, form: Form, node: Node) -> tuple[Row[Any] | None, Place | None]:
        name = Text(f"a row of the {self.key} history", "history 的一行")
        in_steps = self.key == "yuan" and form.version > 1 and isinstance(node, Map) and "steps" in node.pairs
        told = "steps" if in_steps else self.key
        if in_steps and isinstance(node, Map) and self.key in node.pairs:
            form.notes.add(
                "yuan-or-steps",
                node.pairs[self.key].key.place,
                Text("this row has both yuan and steps", "这一行又写了 yuan 又写了 steps"),
                Text("keep one of them: steps where later times cost more", "留一个：后几次要多罚的写 steps"),
            )
            return None, None
        fields = form.fields(node, node.place, name, ("from", told), (), () if self.key == "percent" else ("when", "steps"))
        since_pair = fields.get("from")
        form.text(since_pair)
        since = form.value(since_pair, day)
        steps = _steps(form, fields["steps"]) if in_steps and "steps" in fields else None
        value = steps.yuan[0] if steps else form.value(fields.get(self.key), self.take)
        when = conditions(form, fields.get("when"))
        wrong_when = "when" in fields and len(when) != len(getattr(fields["when"].value, "pairs", (0,)))
        if since is None or since_pair is None or told not in fields or wrong_when:
            return None, None
        place = since_pair.value.place
        return Row(since, value, place.line, when, steps), place

    def json(self) -> dict[str, Any]:
        properties: dict[str, Any] = {
            "from": {"type": "string", "format": "date"},
            self.key: {"anyOf": [dict(self.shape), {"type": "null"}]},
        }
        needs: list[dict[str, Any]] = [{"required": [self.key]}]
        if self.key != "percent":
            properties["when"] = {"type": "object", "minProperties": 1}
        if self.key == "yuan":
            yuan = {"type": "array", "items": dict(self.shape), "minItems": 1}
            shape = {"per": {"enum": list(PERIODS)}, "yuan": yuan}
            properties["steps"] = {"type": "object", "properties": shape, "required": ["per", "yuan"], "additionalProperties": False}
            needs.append({"required": ["steps"]})
        row = {"type": "object", "properties": properties, "required": ["from"], "anyOf": needs, "additionalProperties": False}
        return {"type": "array", "items": row, "minItems": 1}


def _in_order(form: Form, rows: Sequence[Row[V]], new: Row[V], place: Place) -> None:
    since = new.since
    same = next((row for row in rows if row.since == since and _conditions(row) == _conditions(new)), None)
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


def _conditions(row: Row[Any]) -> frozenset[tuple[str, str]]:
    return frozenset((one.fact, one.text) for one in row.when)


def _check_tables(form: Form, rows: Sequence[Row[Any]], places: Sequence[Place]) -> None:
    """Note where two rows of one day can both hold and none says more than both."""
    for since in dict.fromkeys(row.since for row in rows if row.when):
        table = {id(row): place for row, place in zip(rows, places, strict=True) if row.since == since}
        found = clash([row for row in rows if id(row) in table])
        if found and _conditions(found[0]) != _conditions(found[1]):
            one, other = sorted(found, key=lambda row: row.line)
            hint = _both(one, other)
            form.notes.add(
                "rows-clash",
                table[id(other)],
                Text(
                    f"this row and that of line {one.line} can hold at the same time, and no row says what counts then",
                    f"这一行和第 {one.line} 行可能同时成立，没有一行写明那时算哪个",
                ),
                hint,
            )


def _both(one: Row[Any], other: Row[Any]) -> Text:
    """How to say what counts where two rows hold."""
    asked = [*one.when, *other.when]
    if len({c.fact for c in asked}) < len(asked):
        return Text("let the ranges of one fact not overlap, or one lie within the other", "同一事实的范围不要交叉，或者一个包含另一个")
    when = ", ".join(c.written for c in asked)
    return Text(f"add a row for both: when: {{{when}}}", f"给两者同时成立的情况加一行：when: {{{when}}}")


# ---- conditions and steps ----------------------------------------------------------------------------


def conditions(form: Form, pair: Pair | None, own: Collection[str] | None = None) -> tuple[Condition, ...]:
    """What a block of `fact: value` lines asks; `own` are the facts that may be asked (default: all there are)."""
    if pair is None:
        return ()
    if not isinstance(pair.value, Map) or not pair.value.pairs:
        form.fields(pair.value, pair.key.place, named(pair), ())
        return ()
    known = own if own is not None else (*facts(), *OF_DAY)
    found = []
    for name, one in pair.value.pairs.items():
        counts = name.startswith(OF_PERSON_MONTH) and name.removeprefix(OF_PERSON_MONTH) in form.known("rules")
        if one.key.bad:
            continue
        if name not in known and not counts:
            counted = [OF_PERSON_MONTH + id for id in form.known("rules")] if any(k.startswith(OF_PERSON_MONTH) for k in known) else []
            unknown(form.notes, one.key.place, name, (*known, *counted), FACT)
            continue
        texts = [text for node in _values(form, one) if (text := _value(form, node, one, name))]
        if texts:
            found.append(parse(name, texts, within=name == "customer.region"))
    return tuple(found)


def _values(form: Form, pair: Pair) -> tuple[Node, ...]:
    return form.entries(pair.value, pair.key.place, named(pair)) if isinstance(pair.value, Seq) else (pair.value,)


def _value(form: Form, node: Node, pair: Pair, fact: str) -> str:
    """A value, or a range of values, that the fact can have."""
    text = form.scalar(node, pair.key.place, pair.key.text)
    own = form.known("conduct_kinds") if fact == "conduct.kind" else ()
    known = choices(fact)
    if text and fact == "day.weekday":
        text = _weekday(text)
        if text not in (known or ()):
            days = Text("name each day: [mon, tue, wed, thu, fri], or sat, sun", "逐日写：[周一, 周二, 周三, 周四, 周五]，或 周六、周日")
            return _refuse(form, node, fact, days)
    if text and known is not None and text not in (*known, *own):
        unknown(form.notes, node.place, text, (*known, *own), VALUE)
        return ""
    if text and fact == "day.hour" and hours(text) is None:
        return _refuse(form, node, fact, Text("hours are written 18:00-08:00", "时段写成 18:00-08:00 的样子"))
    if text and is_number(fact) and bound(text) is None and as_number(text) is None:
        return _refuse(
            form, node, fact,
            Text("write 5, up to 2, from 10, over 300 or under 2", "写 5、2以下、10以上、超过300 或 不满2"),
        )  # fmt: skip
    return text


def _weekday(text: str) -> str:
    """A day of the week as conditions write it; what is none, as it was written."""
    zh = text.replace("星期", "周").replace("礼拜", "周").replace("天", "日")
    known = words_of("day.weekday") or {}
    found = next((word for word, name in known.items() if zh == name), None)
    low = text.lower()
    return found or (low[:3] if low in FULL_DAYS else low)


def _refuse(form: Form, node: Node, fact: str, hint: Text) -> str:
    text = node.text if isinstance(node, Scalar) else ""
    form.notes.add(
        "not-a-range",
        node.place,
        Text(f"{quoted(text)} is no value of {fact}", f"{quoted_zh(text)}不是 {fact} 的取值"),
        hint,
    )
    return ""


def _steps(form: Form, pair: Pair) -> Steps | None:
    fields = form.fields(pair.value, pair.key.place, named(pair), ("per", "yuan"))
    per = form.word(fields.get("per"), PERIODS, WORD)
    amounts: list[str] = []
    yuan = fields.get("yuan")
    for node in form.entries(yuan.value, yuan.key.place, named(yuan)) if yuan else ():
        form.scalar(node, node.place, "yuan")
        value = form.value(Pair(yuan.key, node), money) if yuan else None
        if isinstance(value, str):
            amounts.append(value)
    return Steps(per, tuple(amounts)) if per and amounts else None


def check_steps(form: Form, history: History) -> None:
    """Note where a later time would cost less: a fine never does, a bonus may (its ceiling is a 0 at the end)."""
    for row, place in zip(history.rows, history.places, strict=True):
        for before, value in pairwise(row.steps.yuan if row.steps else ()):
            if Decimal(value) < Decimal(before):
                form.notes.add(
                    "falling-steps",
                    place,
                    Text(f"{value} comes after {before}: a later time never costs less", f"{value} 排在 {before} 后面：后一次不能比前一次少"),
                    Text("put the amounts in order, the smallest first", "从小到大排好"),
                )
                break


# ---- sealed months -------------------------------------------------------------------------------------


def check_sealed(form: Form, now: History, owner: Place, sealed: Sealed, was: Amount | Limit | Cap | None) -> None:
    """Note the rows that reach into a sealed month."""
    if sealed.before is None:
        for row, place in zip(now.rows, now.places, strict=True):
            month = f"{row.since:%Y-%m}"
            if row.value is not None and month in sealed.months:
                refuse_sealed(form, place, month)
        return
    seen: set[Place] = set()
    for month, at in changed(now.rows, was.history if was else (), sealed.months):
        place = owner if at is None else now.places[at]
        if place not in seen:
            seen.add(place)
            refuse_sealed(form, place, month)


def refuse_sealed(form: Form, place: Place, month: str) -> None:
    """Note that a line would change a sealed month."""
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
            new, old = _table(now, one), _table(was, one)
            if _said(now, new) != _said(was, old):
                found.append((month, new[-1] if new else None))
                break
    return found


def _table(rows: Sequence[Row[Any]], on: date) -> list[int]:
    held = [row.since for row in rows if row.since <= on]
    return [n for n, row in enumerate(rows) if row.since == max(held)] if held else []


def _said(rows: Sequence[Row[Any]], table: Sequence[int]) -> set[tuple[Any, ...]]:
    """What rows of a day say; a blank one says as much as none."""
    said = {(rows[n].value, _conditions(rows[n]), rows[n].steps) for n in table}
    return said if said != {(None, frozenset(), None)} else set()
