"""Reads a map: the YAML file in which a department says what the columns of its own lists mean.

Nothing in it is guessed (`no` and `12:30` are text), and every mistake is told with its line, all at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from svc.domain import ledgers, registers
from svc.domain.clock.base import span
from svc.domain.kinds import Caller, Choice, Count, Day, Field, Flag, Moment, Money, Prose, Ref
from svc.domain.row_kinds import NamedValues, Rows
from svc.errors import BadInput, Several, SvcError
from svc.intake.mapmodel import Check, Condition, EntryMap, FileMap, Value
from svc.intake.maptree import MapTree, nearest
from svc.intake.timeforms import TOKENS, AnyOf, Written, clock, form
from svc.rules.form.problem import Notes, Place, how_many, quoted
from svc.rules.form.tree import Map as Tree
from svc.rules.form.tree import Node, Pair, Scalar, Seq, read
from svc.store.files.plain import read_given
from svc.text import Text


def load(file: Path) -> FileMap:
    """The map in a file; Several with every mistake in it."""
    return read_map(_bytes(file), file.name)


def _bytes(file: Path) -> bytes:
    try:
        return read_given(file)
    except OSError as error:
        raise BadInput(
            Text(f"--map {file}: {error.strerror}", f"--map {file}：无法读取"), Text("check the path", "请检查路径")
        ) from None


def read_map(data: bytes, name: str) -> FileMap:
    """The map that is written in these bytes, as those of a file of this name."""
    tree = read(data)
    reader = _Reader(tree.notes)
    found = reader.whole(tree.root) if tree.whole or not tree.notes.problems else None
    if tree.notes.problems or found is None:
        problems = sorted(tree.notes.problems, key=lambda p: (p.line, p.column))
        raise Several(
            [problem.error(name) for problem in problems],
            how_many(name, len(problems)),
            Text("docs/import.md describes maps", "对应表的写法见 docs/import.md"),
        )
    return found


TOP = ("columns", "delimiter", "sheet", "header", "other_rows", "unknown", "entries")
ENTRY = ("ledger", "event", "when", "once_per", "once", "where_missing", "id", "at", "by", "fields")
SOURCES = ("column", "join", "first", "value", "ref", "each")
VALUE = (*SOURCES, "with", "words", "otherwise", "if_unknown", "prefix", "split", "format", "time", "plus", "or")
WHEN = ("column", "is", "is_not", "known")
LOOKS = ("like", "one_of", "number")
DELIMITERS = {",": ",", ";": ";", "tab": "\t", "\t": "\t", "|": "|", "，": "，"}
_PLACELESS = Place(1, 1)


class _Reader(MapTree):
    """Turns the tree into a map, noting what is wrong as it goes."""

    def __init__(self, notes: Notes) -> None:
        super().__init__(notes)
        self.used: dict[str, None] = {}
        self.entries: dict[str, EntryMap] = {}

    def whole(self, root: Node | None) -> FileMap:
        pairs = self.block(root, TOP, Text("a map begins with", "对应表应有")) if root else {}
        unknown = self.texts(pairs.get("unknown"))
        if "entries" not in pairs:
            self.note(
                root.place if root else _PLACELESS,
                Text("`entries:` is missing", "缺少  entries:"),
                Text("say what the rows become, under entries:", "请在 entries: 下写明每行变成什么记录"),
            )
        else:
            self._entries(pairs["entries"])
        columns = self._columns(pairs.get("columns"))
        return FileMap(
            self._delimiter(pairs.get("delimiter")),
            self.text(pairs.get("sheet")),
            self._header(pairs.get("header")),
            frozenset({"", *unknown}),
            columns,
            tuple(self.entries.values()),
            tuple(dict.fromkeys((*columns, *self.used))),
            self._skips(pairs.get("other_rows")),
        )

    # ---- the parts -----------------------------------------------------------------------------

    def _delimiter(self, pair: Pair | None) -> str:
        if pair is None:
            return ","
        text = pair.value.text if isinstance(pair.value, Scalar) else ""
        if text not in DELIMITERS:
            hint = Text('one of "," ";" "|" tab', '"," ";" "|" tab 之一')
            self.note(
                pair.value.place, Text(f"{quoted(text)} separates no columns", f"{quoted(text)} 不是分隔符"), hint
            )
        return DELIMITERS.get(text, ",")

    def _header(self, pair: Pair | None) -> tuple[int, ...] | None:
        texts = self.texts(pair)
        if pair is None or not texts:
            return None
        if texts == ["none"]:
            return ()
        if not all(text.isascii() and text.isdigit() and 0 < int(text) < 1000 for text in texts) or len(texts) > 2:
            what = Text(f"{quoted(', '.join(texts))} is no row", f"{quoted('、'.join(texts))} 不是行号")
            hint = Text(
                "the row of the headings, like  header: 3; of two rows  header: [3, 4]; without any  header: none",
                "写表头所在的行号，如  header: 3；两行表头写  header: [3, 4]；没有表头写  header: none",
            )
            self.note(pair.value.place, what, hint)
            return None
        return tuple(int(text) for text in texts)

    def _skips(self, pair: Pair | None) -> bool:
        text = self.text(pair)
        if pair and text not in ("skip", "refuse"):
            hint = Text("skip passes them over and says so, refuse is as without it", "skip 为跳过并说明，refuse 同不写")
            self.note(pair.value.place, Text("skip or refuse is expected here", "这里应是 skip 或 refuse"), hint)
        return text == "skip"

    def _columns(self, pair: Pair | None) -> Mapping[str, Check | None]:
        if pair is None:
            return {}
        if isinstance(pair.value, Seq):
            return dict.fromkeys(self.texts(pair))
        checks: dict[str, Check | None] = {}
        for name, one in self.any_block(pair.value).items():
            bare = isinstance(one.value, Scalar) and one.value.blank
            checks[name] = None if bare else self._check(one.value)
        return checks

    def _check(self, node: Node) -> Check:
        pairs = self.block(node, LOOKS, Text("what a column looks like", "列的样子"))
        return Check(
            self.text(pairs.get("like")), tuple(self.texts(pairs.get("one_of"))), self.yes(pairs.get("number"))
        )

    def _entries(self, pair: Pair) -> None:
        found = self.any_block(pair.value)
        if not found and isinstance(pair.value, Tree):
            self.note(
                pair.value.place, Text("no entries", "没有写任何记录"), Text("see docs/import.md", "见 docs/import.md")
            )
        for name, one in found.items():
            made = self._entry(name, one)
            if made:
                self.entries[name] = made

    def _entry(self, name: str, pair: Pair) -> EntryMap | None:
        pairs = self.block(pair.value, ENTRY, Text("an entry has", "一种记录应有"))
        fields = self._known_fields(name, pair, pairs)
        if fields is None:
            return None
        noun = self.text(pairs.get("ledger")) or ""
        event = "add" if noun in registers.TABLE else self.text(pairs.get("event")) or ""
        values = self._fields(pairs.get("fields"), fields)
        for key, kind in (("id", None), ("at", Moment()), ("by", Ref("staff"))):
            if key in pairs:
                values[key] = self._value(pairs[key], kind)
        self._demand(name, pair, noun, event, fields, values)
        missing = self.yes(pairs.get("where_missing"))
        return EntryMap(name, noun, event, self._when(pairs.get("when")), self._once(pairs), values, missing)

    def _known_fields(self, name: str, pair: Pair, pairs: Mapping[str, Pair]) -> Mapping[str, Field] | None:
        """The fields of the ledger's event (or of the register) that an entry is for; None where there is no such."""
        noun = pairs.get("ledger")
        where = noun.value.place if noun else pair.key.place
        known = (*ledgers.TABLE, *registers.TABLE)
        text = self.text(noun)
        if text not in known:
            what = Text(f"{name}: there is no ledger {quoted(text or '')}", f"{name}：没有台账 {quoted(text or '')}")
            self.note(where, what, nearest(text or "", known))
            return None
        if text in registers.TABLE:
            return {f.name: f for f in registers.TABLE[text].fields}
        event = self.text(pairs.get("event")) or ""
        if event not in ledgers.events(text):
            where = pairs["event"].value.place if "event" in pairs else where
            what = Text(f"{text} has no event {quoted(event)}", f"{text} 没有 {quoted(event)} 这种记录")
            self.note(where, what, nearest(event, ledgers.events(text)))
            return None
        return {f.name: f for f in ledgers.event(text, event).fields}

    def _demand(
        self, name: str, pair: Pair, noun: str, event: str, fields: Mapping[str, Field], values: Mapping[str, Value]
    ) -> None:
        """Note what an entry of this kind cannot be without."""
        free = (Prose, Caller) if noun in ledgers.TABLE else ()
        missing = [
            f.name for f in fields.values() if f.required and f.name not in values and not isinstance(f.kind, free)
        ]
        if noun in ledgers.TABLE:
            missing += [key for key in ("at",) if key not in values]
            missing += [key for key in ("id",) if key not in values and ledgers.event(noun, event).on == "own"]
        elif noun == "machine" and "id" not in values:
            missing.append("id")
        if missing:
            names = ", ".join(missing)
            hint = Text("say which column tells it, or give a value:", "请写明来自哪一列，或用 value: 给出固定值")
            self.note(pair.key.place, Text(f"{name}: missing: {names}", f"{name}：缺少 {names}"), hint)

    def _once(self, pairs: Mapping[str, Pair]) -> tuple[str, ...] | None:
        if self.yes(pairs.get("once")):
            return ()
        columns = tuple(self.texts(pairs.get("once_per")))
        self.used.update(dict.fromkeys(columns))
        return columns or None

    def _when(self, pair: Pair | None) -> tuple[Condition, ...]:
        if pair is None:
            return ()
        nodes = pair.value.items if isinstance(pair.value, Seq) else (pair.value,)
        return tuple(condition for node in nodes if (condition := self._condition(node)))

    def _condition(self, node: Node) -> Condition | None:
        pairs = self.block(node, WHEN, Text("a condition has", "条件应有"))
        column = self.text(pairs.get("column"))
        asked = [key for key in ("is", "is_not", "known") if key in pairs]
        if not column or len(asked) != 1:
            hint = Text("write when: {column: State, is_not: New}", "写成  when: {column: State, is_not: New}")
            self.note(
                node.place,
                Text(
                    "a condition names a column and one of is, is_not, known",
                    "条件应写明列，以及 is、is_not、known 之一",
                ),
                hint,
            )
            return None
        self.used[column] = None
        if asked == ["known"]:
            return Condition(column, None, self.yes(pairs["known"]))
        return Condition(column, frozenset(self.texts(pairs[asked[0]])), asked == ["is"])

    # ---- values --------------------------------------------------------------------------------

    def _fields(self, pair: Pair | None, fields: Mapping[str, Field]) -> dict[str, Value]:
        if pair is None:
            return {}
        found: dict[str, Value] = {}
        for name, one in self.any_block(pair.value).items():
            if name not in fields:
                what = Text(f"there is no field {quoted(name)}", f"没有字段 {quoted(name)}")
                self.note(one.key.place, what, nearest(name, fields))
            else:
                found[name] = self._value(one, fields[name].kind)
        return found

    def _value(self, pair: Pair, kind: Any) -> Value:
        node = pair.value
        if isinstance(node, Scalar) and not node.bad:
            hint = Text(
                "{column: Name} takes a column, {value: text} is always the same",
                "{column: 列名} 取某一列，{value: 文字} 为固定值",
            )
            self.note(
                node.place if node.text else pair.key.place, Text("say where this comes from", "请写明取自哪里"), hint
            )
        pairs = self.block(node, VALUE, Text("a value has", "取值可写")) if isinstance(node, Tree) else {}
        sources = [key for key in SOURCES if key in pairs]
        if isinstance(node, Tree) and len(sources) != 1:
            hint = Text(f"exactly one of: {', '.join(SOURCES)}", f"只写其中之一：{'、'.join(SOURCES)}")
            self.note(node.place, Text("it must come from one source", "取值来源应恰好一个"), hint)
        made = Value(
            columns=tuple(self.texts(next((pairs[key] for key in ("column", "join", "first") if key in pairs), None))),
            joined=(self.text(pairs.get("with")) or " ") if "join" in pairs else None,
            constant=self.text(pairs.get("value")),
            ref=self._ref(pairs.get("ref")),
            words=self._words(pairs.get("words"), kind),
            otherwise=self.text(pairs.get("otherwise")),
            if_unknown=self.text(pairs.get("if_unknown")),
            prefix=self.text(pairs.get("prefix")) or "",
            split=self.text(pairs.get("split")),
            each=self._each(pairs.get("each"), kind),
            kind=kind,
            form=self._form(pairs.get("format"), kind),
            time=self._time(pairs.get("time")),
            plus=self._plus(pairs.get("plus")),
            instead=tuple(self.texts(pairs["or"])) if "or" in pairs else (),
        )
        self.used.update(dict.fromkeys((*made.columns, *made.instead)))
        for key in ("value", "otherwise", "if_unknown"):
            if key in pairs:
                self._try(pairs[key].value, kind, made)
        self._fits(pair, kind, made)
        return made

    def _fits(self, pair: Pair, kind: Any, made: Value) -> None:
        """Whether a field of this kind can be made this way."""
        if isinstance(kind, Rows) and made.columns and made.split is None:
            self.note(
                pair.value.place,
                Text("this is a list: say what separates its items", "这是列表：请写明各项用什么隔开"),
                Text(
                    f'for example split: ";" for {kind.hint};{kind.hint}',
                    f'例如  split: ";"  对应 {kind.hint};{kind.hint}',
                ),
            )
        if isinstance(kind, NamedValues) and made.columns:
            keys = ", ".join(kind.keys.words)
            self.note(
                pair.value.place,
                Text("several values are wanted here, by name", "这里要按名称写几个值"),
                Text(
                    f"each: {{NAME: {{column: …}}}} with the names {keys}",
                    f"each: {{名称: {{column: …}}}}，名称：{keys}",
                ),
            )

    def _try(self, node: Node, kind: Any, made: Value) -> None:
        """Note a constant that a field of this kind does not take."""
        if isinstance(node, Scalar) and not made.form and isinstance(kind, (Choice, Flag, Count, Money, Day, Prose)):
            try:
                kind.read(node.text, "value", None)  # type: ignore[arg-type]
            except BadInput as error:
                self.note(node.place, error.what, error.hint or error.what)

    def _words(self, pair: Pair | None, kind: Any) -> Mapping[str, str] | None:
        if pair is None:
            return None
        words: dict[str, str] = {}
        for theirs, one in self.any_block(pair.value).items():
            words[theirs] = self.text(one) or ""
            if words[theirs]:  # an empty one: not known
                self._try(one.value, kind, Value())
        return words

    def _each(self, pair: Pair | None, kind: Any) -> Mapping[str, Value] | None:
        if pair is None:
            return None
        if not isinstance(kind, NamedValues):
            hint = Text("each: is for scores and the like", "each: 用于评分之类")
            self.note(pair.key.place, Text("this field has one value", "这个字段只有一个值"), hint)
            return None
        return {name: self._value(one, kind.kind) for name, one in self.any_block(pair.value).items()}

    def _ref(self, pair: Pair | None) -> str | None:
        name = self.text(pair)
        if pair and name not in self.entries:
            what = Text(
                f"there is no entry {quoted(name or '')} above this one", f"上面没有名为 {quoted(name or '')} 的记录"
            )
            self.note(pair.value.place, what, nearest(name or "", self.entries))
        return name

    def _form(self, pair: Pair | None, kind: Any) -> Written | None:
        texts = self.texts(pair)
        forms = tuple(one for text in texts if (one := form(text)))
        wrong = next((text for text in texts if form(text) is None), None if forms else "")
        made: Written | None = AnyOf(forms) if len(forms) > 1 else forms[0] if forms else None
        if pair and wrong is not None:
            self.note(
                pair.value.place,
                Text(f"{quoted(wrong)} is no form of a date", f"{quoted(wrong)} 不是日期格式"),
                TOKENS,
            )
        elif pair and not isinstance(kind, (Moment, Day)):
            hint = Text("leave format: out", "请去掉 format:")
            self.note(pair.key.place, Text("this field is no time", "这个字段不是时间"), hint)
        return made

    def _time(self, pair: Pair | None) -> tuple[int, int] | None:
        text = self.text(pair)
        made = clock(text) if text else None
        if pair and made is None:
            hint = Text('write it like "08:00"', '写成 "08:00"')
            self.note(
                pair.value.place,
                Text(f"{quoted(text or '')} is no time of day", f"{quoted(text or '')} 不是钟点"),
                hint,
            )
        return made

    def _plus(self, pair: Pair | None) -> int:
        if pair is None:
            return 0
        try:
            return span(self.text(pair) or "")
        except SvcError as error:
            self.note(pair.value.place, error.what, error.hint or error.what)
            return 0
