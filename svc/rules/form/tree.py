"""Text of a rules file → a small tree in which every key and value knows its place.

YAML is read by its events alone: no guessing of types (`12:30` stays text), and everything a rules
file has no use for (aliases, tags, merge keys, a second document, bottomless nesting) is refused
where it stands. Only commands that judge import this module: it brings PyYAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from svc.named import NamedTuple
from svc.rules.form.problem import Notes, Place, Problem
from svc.rules.form.source import Source, source
from svc.rules.form.yaml_words import WORDINGS
from svc.text import Text, quoted, quoted_zh

LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
DEEPEST = 20
_ATTEMPTS = 9


class Scalar(NamedTuple):
    """A text. `bad`: noted as a mistake already, its value means nothing."""

    text: str
    place: Place
    bad: bool = False

    @property
    def blank(self) -> bool:
        return not self.text and not self.bad


class Seq(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    place: Place


class Pair(NamedTuple):
    """A key and its value."""

    key: Scalar
    value: Node


class Map(NamedTuple):
    """Keys and values in the order of the file; of a key written twice, the first."""

    pairs: Mapping[str, Pair]
    place: Place


Node = Scalar | Seq | Map


class Tree(NamedTuple):
    """A file as read. `whole` is false where parts could not be read: what is missing may only be unread."""

    root: Node | None
    notes: Notes
    whole: bool


def read(data: bytes, long_texts: bool = False) -> Tree:
    """The tree of a file, with all mistakes of encoding and of YAML noted.

    With `long_texts` a text in quotes or after `|` may go over several lines.
    """
    made = source(data)
    if not made.text:
        return Tree(None, made.notes, whole=False)
    lines = made.text.split("\n")
    whole = made.whole
    again: int | None = None
    for _ in range(_ATTEMPTS):
        builder = _Builder(made, long_texts)
        try:
            builder.build(yaml.parse("\n".join(lines), Loader=LOADER))
            break
        except yaml.YAMLError as error:
            whole = False
            if "nesting depth" in (getattr(error, "problem", None) or ""):  # newer libyaml stops by itself
                mark = error.problem_mark  # type: ignore[attr-defined]
                builder.note_depth(made.place(mark.line, mark.column))
                break
            faulty = _note_syntax(error, made, again)
            if faulty is None or not lines[faulty].strip():
                builder.forget_after(made.notes.problems[-1])
                break
            lines[faulty] = ""
            again = faulty
        except _Enough:
            whole = False
            break
    made.notes.problems.extend(builder.notes.problems)
    return Tree(builder.finish(), made.notes, whole)


class _Enough(Exception):
    """Nothing after this is worth reading."""


class _Open:
    """A list or map that is still being read."""

    def __init__(self, place: Place, is_map: bool) -> None:
        self.place = place
        self.is_map = is_map
        self.items: list[Node] = []
        self.pairs: dict[str, Pair] = {}
        self.key: Scalar | None = None

    def close(self) -> Node:
        if self.key is not None:
            self.pairs.setdefault(self.key.text, Pair(self.key, Scalar("", self.key.place, bad=True)))
        return Map(self.pairs, self.place) if self.is_map else Seq(tuple(self.items), self.place)


class _Builder:
    """Puts events together; what was read before an error is kept."""

    def __init__(self, made: Source, long_texts: bool) -> None:
        self.source = made
        self.long_texts = long_texts
        self.notes = Notes(made.notes.lines)
        self.stack: list[_Open] = []
        self.root: Node | None = None

    def build(self, events: Iterator[Any]) -> None:
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self._refuse_second_document(event)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._put(self.stack.pop().close())

    def forget_after(self, error: Problem) -> None:
        """Drop what was noted from the line of an error on: it follows from the error."""
        self.notes.problems = [p for p in self.notes.problems if p.line < error.line]

    def finish(self) -> Node | None:
        """The tree, with what was still open closed."""
        while self.stack:
            self._put(self.stack.pop().close())
        return self.root

    def _node(self, event: Any) -> None:
        place = self._place(event)
        bad = self._refuse_extras(event, place)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self.stack) >= DEEPEST:
                self.note_depth(place)
                raise _Enough
            self.stack.append(_Open(place, isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, yaml.ScalarEvent):
            self._put(Scalar(event.value, place, bad or self._refuse_long(event, place)))
        else:
            self._put(Scalar("", place, bad=True))

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        if end.line == start.line:
            width = end.column - start.column
        else:
            width = len(self.notes.lines[start.line].rstrip()) - start.column
        return self.source.place(start.line, start.column, width)

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node if self.root is None else self.root
            return
        top = self.stack[-1]
        if not top.is_map:
            top.items.append(node)
        elif top.key is None:
            top.key = self._as_key(node)
        else:
            self._pair(top, top.key, node)
            top.key = None

    def _pair(self, top: _Open, key: Scalar, value: Node) -> None:
        earlier = top.pairs.get(key.text)
        if earlier is None:
            top.pairs[key.text] = Pair(key, value)
        elif not key.bad:
            self.notes.add(
                "duplicate-key",
                key.place,
                Text(
                    f"{quoted(key.text)} stands here a second time, first on line {earlier.key.place.line}",
                    f"{quoted_zh(key.text)}重复了，第 {earlier.key.place.line} 行已经写过",
                ),
                Text("keep one of the two", "两处只留一处"),
            )

    def _as_key(self, node: Node) -> Scalar:
        text = node.text if isinstance(node, Scalar) else None
        if text == "<<":
            self.notes.add(
                "merge-key",
                node.place,
                Text("merge keys (<<) are not used here", "这里不用合并键（<<）"),
                Text("write out the lines that are meant", "请把要用的几行原样写出来"),
            )
        elif not text and not (isinstance(node, Scalar) and node.bad):
            self.notes.add(
                "not-a-key",
                node.place,
                Text("a key is missing before this colon, or it is not a single word", "冒号前面应是一个词"),
                Text("write `key: value`", "写成  key: value  的样子"),
            )
        elif isinstance(node, Scalar):
            return node
        return Scalar(text or "?", node.place, bad=True)

    def _refuse_extras(self, event: Any, place: Place) -> bool:
        """Whether the node is an alias or has an anchor or a tag (noted)."""
        if event.anchor is not None:
            alias = isinstance(event, yaml.AliasEvent)
            self.notes.add(
                "alias",
                place,
                Text(
                    f"{'*' if alias else '&'}{event.anchor}: references inside the file are not used here",
                    f"{'*' if alias else '&'}{event.anchor}：这里不用引用",
                ),
                Text(
                    "write out what is meant; put a text that begins with * or & in quotes",
                    "请把要引用的内容原样写出来；以 * 或 & 开头的文字请加引号",
                ),
            )
            return alias
        if getattr(event, "tag", None) is not None:
            self.notes.add(
                "tag",
                place,
                Text("a mark of type (!) is not used here", "这里不用类型标记（!）"),
                Text(
                    "delete the word that begins with !; put a text that begins with ! in quotes",
                    "删掉以 ! 开头的词；以 ! 开头的文字请加引号",
                ),
            )
            return True
        return False

    def _refuse_long(self, event: Any, place: Place) -> bool:
        """Whether the text goes over several lines (noted, at the second line of a plain one)."""
        plain = not event.style
        if event.start_mark.line == event.end_mark.line or (self.long_texts and not plain):
            return False
        if plain:
            number = event.start_mark.line + 1
            while not self.notes.lines[number].strip():
                number += 1
            line = self.notes.lines[number]
            place = Place(number + 1, len(line) - len(line.lstrip()) + 1, len(line.strip()))
        self.notes.add(
            "several-lines",
            place,
            Text(
                "this line has no `key: value` and was read as the rest of the line above"
                if plain
                else "a text over several lines is not used here",
                "这一行不是  key: value  的样子，被当成了上一行的后半截" if plain else "这里不用跨行的文字",
            ),
            Text(
                "give it a key and a colon, or put the whole text on one line"
                if plain
                else "put the whole text on one line",
                "补上名称和冒号；如果是一段文字，请写在一行里" if plain else "请写在一行里",
            ),
        )
        return True

    def note_depth(self, place: Place) -> None:
        """Note that something stands in too many brackets or lists."""
        self.notes.add(
            "too-deep",
            place,
            Text(f"brackets or lists more than {DEEPEST} deep", f"括号或列表套了 {DEEPEST} 层以上"),
            Text(
                "a rules file needs five; check the brackets of this line",
                "规则表最多用到五层，请检查这一行的括号",
            ),
        )

    def _refuse_second_document(self, event: Any) -> None:
        self.notes.add(
            "second-document",
            self.source.place(event.start_mark.line, event.start_mark.column, 3),
            Text("a second document begins here", "从这里开始是第二份文档"),
            Text("a rules file is one document: delete the line ---", "规则表只有一份：删掉 --- 这一行"),
        )
        raise _Enough


def _note_syntax(error: yaml.YAMLError, made: Source, after: int | None) -> int | None:
    """Note what YAML could not read; the line (from 0) without which the rest can be, if there is one.

    `after` is the line left out before: what goes wrong right below it, or anywhere but within a
    single line, may only follow from that.
    """
    problem = getattr(error, "problem", None) or ""
    wording = next(s for s in WORDINGS if s.words in problem)
    stopped, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    mark = (began or stopped) if wording.at_start else (stopped or began)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    while line >= len(made.notes.lines) or (line and not made.notes.lines[line].strip()):
        line, column = line - 1, 0
    if after is not None and (line <= after + 1 or not wording.local):
        return None
    made.notes.add("yaml-syntax", made.place(line, column), wording.what, wording.hint)
    return line if wording.local else None
