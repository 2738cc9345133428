"""Reads a map: the YAML file in which a department says what the columns of its own lists mean.

What may stand where is said once, as a schema (`MAP`), which editors get too. Nothing is guessed (`no` and `12:30` are
text), and every mistake is told with its line, all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from svc.domain import ledgers, registers
from svc.domain.clock.base import span
from svc.domain.kinds import Caller, Choice, Count, Day, Field, Flag, Moment, Money, Prose, Ref
from svc.domain.row_kinds import NamedValues, Rows
from svc.errors import BadInput, Several, SvcError
from svc.intake.mapmodel import Check, Condition, EntryMap, FileMap, Value
from svc.intake.timeforms import TOKENS, AnyOf, Written, clock, form
from svc.rules.form.problem import Place, how_many
from svc.rules.form.reader import Form, Kind, unknown
from svc.rules.form.schema import TEXT, Block, Got, Own, Raw, Table, Texts, Word, Yes
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq, read
from svc.rules.form.values import Wrong
from svc.store.files.plain import read_given
from svc.text import Text, quoted, quoted_zh

LEDGER = Kind("unknown-ledger", Text("ledger", "台账"))
EVENT = Kind("unknown-event", Text("event", "记录"))
FIELD = Kind("unknown-field", Text("field", "字段"))
ENTRY_NAME = Kind("unknown-entry", Text("entry above this one", "写在上面的记录"))
WORD = Kind("unknown-word", Text("value", "取值"))
SOURCES = ("column", "join", "first", "value", "ref", "each")
DELIMITERS = {",": ",", ";": ";", "tab": "\t", "\t": "\t", "|": "|", "，": "，"}


def _pair(form: Form, pair: Pair) -> Pair:
    return pair


def _time(form_: Form, pair: Pair) -> tuple[int, int] | None:
    return form_.value(pair, lambda text: clock(text) or _wrong(Text("no time of day", "不是钟点"), text, Text('write it like "08:00"', '写成 "08:00"')))


def _plus(form_: Form, pair: Pair) -> int:
    return form_.value(pair, _span) or 0


def _span(text: str) -> int | Wrong:
    try:
        return span(text)
    except SvcError as error:
        return Wrong("map", error.what, error.hint or error.what)


def _wrong(what: Text, text: str, hint: Text) -> Wrong:
    return Wrong("map", Text(f"{quoted(text)} is {what.en}", f"{quoted_zh(text)} {what.zh}"), hint)


def _header(form_: Form, pair: Pair) -> tuple[int, ...] | None:
    """The rows of the headings: one, two, or none at all."""
    texts = Texts().read(form_, pair)
    if texts == ("none",):
        return ()
    if texts and len(texts) < 3 and all(text.isascii() and text.isdigit() and 0 < int(text) < 1000 for text in texts):
        return tuple(int(text) for text in texts)
    what = Text(f"{quoted(', '.join(texts))} is no row", f"{quoted_zh('、'.join(texts))}不是行号")
    hint = Text(
        "the row of the headings, like  header: 3; of two rows  header: [3, 4]; without any  header: none",
        "写表头所在的行号，如  header: 3；两行表头写  header: [3, 4]；没有表头写  header: none",
    )
    form_.notes.add("map", pair.value.place, what, hint)
    return None


def _delimiter(form_: Form, pair: Pair) -> str:
    text = pair.value.text if isinstance(pair.value, Scalar) else ""
    if text not in DELIMITERS:
        what = Text(f"{quoted(text)} separates no columns", f"{quoted_zh(text)}不是分隔符")
        form_.notes.add("map", pair.value.place, what, Text('one of "," ";" "|" tab', '"," ";" "|" tab 之一'))
    return DELIMITERS.get(text, ",")


def _columns(form_: Form, pair: Pair) -> Mapping[str, Check | None]:
    """The columns there are, and what their cells look like where that is said."""
    if isinstance(pair.value, Seq):
        return dict.fromkeys(Texts().read(form_, pair))
    return dict(Table(Own(_look, LOOKS.json()), free=True).read(form_, pair))


def _look(form_: Form, pair: Pair) -> Check | None:
    if isinstance(pair.value, Scalar) and pair.value.blank:
        return None
    got = LOOKS.read(form_, pair)
    return Check(got.get("like"), got.get("one_of", ()), got.get("number", False))


def _when(form_: Form, pair: Pair) -> tuple[Condition, ...]:
    nodes = pair.value.items if isinstance(pair.value, Seq) else (pair.value,)
    return tuple(one for node in nodes if (one := _condition(form_, pair, node)))


def _condition(form_: Form, pair: Pair, node: Node) -> Condition | None:
    got = WHEN.at(form_, node, pair.key.place, Text("a condition", "条件"))
    asked = [key for key in ("is", "is_not", "known") if key in got]
    column = got.get("column")
    if not column or len(asked) != 1:
        what = Text("a condition names a column and one of is, is_not, known", "条件应写明列，以及 is、is_not、known 之一")
        form_.notes.add("map", node.place, what, Text("write when: {column: State, is_not: New}", "写成  when: {column: State, is_not: New}"))
        return None
    if asked == ["known"]:
        return Condition(column, None, got["known"])
    return Condition(column, frozenset(got[asked[0]]), asked == ["is"])


RAW, TEXTS, YES = Raw(), Texts(), Yes()
LOOKS = Block({}, {"like": RAW, "one_of": TEXTS, "number": YES})
WHEN = Block({}, {"column": RAW, "is": TEXTS, "is_not": TEXTS, "known": YES})
VALUE = Block(
    {},
    {
        "column": TEXTS, "join": TEXTS, "first": TEXTS, "value": RAW, "ref": RAW, "each": Own(_pair, {"type": "object"}),
        "with": RAW, "words": Own(_pair, {"type": "object", "additionalProperties": RAW.json()}), "otherwise": RAW, "if_unknown": RAW,
        "prefix": RAW, "split": RAW, "format": TEXTS, "time": Own(_time, TEXT), "plus": Own(_plus, TEXT), "or": TEXTS,
    },
)  # fmt: skip
A_VALUE = Own(_pair, {**VALUE.json(), "anyOf": [{"required": [source]} for source in SOURCES]})
ENTRY = Block(
    {"ledger": Word((*ledgers.TABLE, *registers.TABLE), LEDGER)},
    {
        "event": RAW, "when": Own(_when, {"anyOf": [WHEN.json(), {"type": "array", "items": WHEN.json()}]}), "once_per": TEXTS, "once": YES,
        "where_missing": YES, "id": A_VALUE, "at": A_VALUE, "by": A_VALUE, "fields": Table(A_VALUE, free=True),
    },
)  # fmt: skip
_COLUMNS = {"anyOf": [TEXTS.json(), {"type": "object", "additionalProperties": {"anyOf": [LOOKS.json(), {"type": "null"}]}}]}
_ROW = {"type": "integer", "minimum": 1, "maximum": 999}
MAP = Block(
    {"entries": Own(_pair, Table(ENTRY, free=True).json())},
    {
        "columns": Own(_columns, _COLUMNS), "delimiter": Own(_delimiter, {"enum": list(DELIMITERS)}), "sheet": RAW,
        "header": Own(_header, {"anyOf": [{"const": "none"}, _ROW, {"type": "array", "items": _ROW, "maxItems": 2}]}),
        "other_rows": Word(("skip", "refuse"), WORD), "unknown": TEXTS,
    },
)  # fmt: skip


def load(file: Path) -> FileMap:
    """The map in a file; Several with every mistake in it."""
    try:
        return read_map(read_given(file), file.name)
    except OSError as error:
        raise BadInput(
            Text(f"--map {file}: {error.strerror}", f"--map {file}：无法读取"), Text("check the path", "请检查路径")
        ) from None


def read_map(data: bytes, name: str) -> FileMap:
    """The map that is written in these bytes, as those of a file of this name."""
    tree = read(data)
    reader = _Reader(Form(tree.notes))
    found = reader.whole(tree.root) if tree.root and (tree.whole or not tree.notes.problems) else None
    if found is None and not tree.notes.problems:
        reader.note(Place(1, 1), Text("the map is empty", "对应表是空的"), Text("see docs/import.md", "见 docs/import.md"))
    if tree.notes.problems or found is None:
        problems = sorted(tree.notes.problems, key=lambda p: (p.line, p.column))
        raise Several(
            [problem.error(name) for problem in problems],
            how_many(name, len(problems)),
            Text("docs/import.md describes maps", "对应表的写法见 docs/import.md"),
        )
    return found


class _Reader:
    """Makes a map of what the schema read, and looks whether the fields of the ledgers can be made that way."""

    def __init__(self, form_: Form) -> None:
        self.form = form_
        self.used: dict[str, None] = {}
        self.entries: dict[str, EntryMap] = {}

    def note(self, place: Place, what: Text, hint: Text) -> None:
        self.form.notes.add("map", place, what, hint)

    def whole(self, root: Node) -> FileMap:
        got = MAP.at(self.form, root, root.place, Text("the map", "对应表"))
        if "entries" in got:
            self._entries(got["entries"])
        columns = got.get("columns", {})
        return FileMap(
            got.get("delimiter", ","),
            got.get("sheet"),
            got.get("header"),
            frozenset({"", *got.get("unknown", ())}),
            columns,
            tuple(self.entries.values()),
            tuple(dict.fromkeys((*columns, *self.used))),
            got.get("other_rows") == "skip",
        )

    def _entries(self, pair: Pair) -> None:
        """The entries one by one: what one refers to stands above it."""
        if isinstance(pair.value, Map) and not pair.value.pairs:
            self.note(pair.value.place, Text("no entries", "没有写任何记录"), Text("see docs/import.md", "见 docs/import.md"))
        for name, one in Table(Own(_pair, {}), free=True).read(self.form, pair).items():
            made = self._entry(name, one)
            if made:
                self.entries[name] = made

    def _entry(self, name: str, pair: Pair) -> EntryMap | None:
        got = ENTRY.read(self.form, pair)
        noun, event = got.get("ledger"), got.get("event") or ""
        if not noun:
            return None
        if noun in registers.TABLE:
            event, told = "add", registers.TABLE[noun].fields
        elif event in ledgers.events(noun):
            told = ledgers.event(noun, event).fields
        else:
            unknown(self.form.notes, got.where("event" if "event" in got else "ledger"), event, tuple(ledgers.events(noun)), EVENT)
            return None
        fields = {field.name: field for field in told}
        values = self._fields(got.get("fields", {}), fields)
        for key, kind in (("id", None), ("at", Moment()), ("by", Ref("staff"))):
            if key in got:
                values[key] = self._value(got[key], kind)
        self._demand(name, pair, noun, event, fields, values)
        when = got.get("when", ())
        once = () if got.get("once") else got.get("once_per", ()) or None
        self._uses([one.column for one in when], once or ())
        return EntryMap(name, noun, event, when, once, values, got.get("where_missing", False))

    def _uses(self, *columns: Iterable[str]) -> None:
        self.used.update(dict.fromkeys(name for names in columns for name in names))

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

    # ---- values --------------------------------------------------------------------------------

    def _fields(self, told: Mapping[str, Pair], fields: Mapping[str, Field]) -> dict[str, Value]:
        for name, one in told.items():
            if name not in fields:
                unknown(self.form.notes, one.key.place, name, tuple(fields), FIELD)
        return {name: self._value(one, fields[name].kind) for name, one in told.items() if name in fields}

    def _value(self, pair: Pair, kind: Any) -> Value:
        node = pair.value
        if isinstance(node, Scalar):
            if not node.bad:
                hint = Text("{column: Name} takes a column, {value: text} is always the same", "{column: 列名} 取某一列，{value: 文字} 为固定值")
                self.note(node.place if node.text else pair.key.place, Text("say where this comes from", "请写明取自哪里"), hint)
            return Value(kind=kind)
        got = VALUE.read(self.form, pair)
        sources = [key for key in SOURCES if key in got]
        if isinstance(node, Map) and len(sources) != 1:
            hint = Text(f"exactly one of: {', '.join(SOURCES)}", f"只写其中之一：{'、'.join(SOURCES)}")
            self.note(node.place, Text("it must come from one source", "取值来源应恰好一个"), hint)
        made = Value(
            columns=next((got[key] for key in ("column", "join", "first") if key in got), ()),
            joined=(got.get("with") or " ") if "join" in got else None,
            constant=got.get("value"),
            ref=self._ref(got),
            words=self._words(got.get("words"), kind),
            otherwise=got.get("otherwise"),
            if_unknown=got.get("if_unknown"),
            prefix=got.get("prefix") or "",
            split=got.get("split"),
            each=self._each(got.get("each"), kind),
            kind=kind,
            form=self._form(got, kind),
            time=got.get("time"),
            plus=got.get("plus", 0),
            instead=got.get("or", ()),
        )
        self._uses(made.columns, made.instead)
        for key in ("value", "otherwise", "if_unknown"):
            if key in got:
                self._try(got.pairs[key].value, kind, made)
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
        words = Table(RAW, free=True).read(self.form, pair)
        for theirs, ours in words.items():
            if ours and isinstance(pair.value, Map):  # an empty one: not known
                self._try(pair.value.pairs[theirs].value, kind, Value())
        return words

    def _each(self, pair: Pair | None, kind: Any) -> Mapping[str, Value] | None:
        if pair is None:
            return None
        if not isinstance(kind, NamedValues):
            hint = Text("each: is for scores and the like", "each: 用于评分之类")
            self.note(pair.key.place, Text("this field has one value", "这个字段只有一个值"), hint)
            return None
        return {name: self._value(one, kind.kind) for name, one in Table(A_VALUE, free=True).read(self.form, pair).items()}

    def _ref(self, got: Got) -> str | None:
        name: str | None = got.get("ref")
        if "ref" in got and name not in self.entries:
            unknown(self.form.notes, got.where("ref"), name or "", tuple(self.entries), ENTRY_NAME)
        return name

    def _form(self, got: Got, kind: Any) -> Written | None:
        texts: Sequence[str] = got.get("format", ())
        forms = tuple(one for text in texts if (one := form(text)))
        wrong = next((text for text in texts if form(text) is None), None if forms else "")
        made: Written | None = AnyOf(forms) if len(forms) > 1 else forms[0] if forms else None
        if "format" in got and wrong is not None:
            self.note(got.where("format"), Text(f"{quoted(wrong)} is no form of a date", f"{quoted_zh(wrong)}不是日期格式"), TOKENS)
        elif "format" in got and not isinstance(kind, (Moment, Day)):
            hint = Text("leave format: out", "请去掉 format:")
            self.note(got.pairs["format"].key.place, Text("this field is no time", "这个字段不是时间"), hint)
        return made


def json_schema() -> dict[str, Any]:
    """The schema of a whole map, for editors."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "svc import map", **MAP.json()}
