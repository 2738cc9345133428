"""A filled form as YAML: one `field: value` a line, parts as a list, scores as a block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from svc.errors import BadInput
from svc.intake.reportform import COLUMNS, Answer, Answers, labels, unknown
from svc.rules.form.problem import Place, excerpt_of
from svc.rules.form.tree import Map, Node, Scalar, Seq, read
from svc.text import Text

# `- seal:2` is how a part is written on the command line; YAML would take no note of it, the reader would
_PART = re.compile(r"(?m)^([ ]*- )([^\s\"'#{\[][^\"#\n]*:[0-9]+(?::[^\s#]+)?)[ ]*$")
_CHINESE_KEY = re.compile(r"(?m)^([ ]*(?:- )?[\u4e00-\u9fff]+)：[ \u3000]*")


def answers(data: bytes, name: str) -> Answers:
    """The answers of a form; mistakes of YAML and unknown fields are among its problems."""
    if not _says_anything(data):
        return Answers({}, (), {})
    return _Reader(data, name).answers()


def _says_anything(data: bytes) -> bool:
    lines = data.decode("utf-8", "replace").split("\n")
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)


class _Reader:
    """Takes a form's tree apart, noting what does not belong."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
        tree = read(_mended(data), long_texts=True)
        self._root = tree.root
        self._problems = [problem.error(name) for problem in tree.notes.problems]

    def answers(self) -> Answers:
        texts: dict[str, Answer] = {}
        parts: list[Answer] = []
        scores: dict[str, Answer] = {}
        for word, key, value in self._pairs(self._root):
            field = labels().get(word.lower())
            if field is None:
                self._problems.append(unknown(word, *self._where(key)))
            elif field == "parts":
                parts += self._parts(value)
            elif field == "scores":
                scores |= {w: self._answer(v) for w, _, v in self._pairs(value) if not _blank(v)}
            elif not isinstance(value, Scalar):
                self._problem(value, Text("one text is expected here", "这里应是一段文字"))
            elif not _blank(value):
                texts[field] = self._answer(value)
        return Answers(texts, parts, scores, self._problems)

    def _pairs(self, node: Node | None) -> Iterator[tuple[str, Place, Node]]:
        if isinstance(node, Map):
            yield from ((pair.key.text.strip(), pair.key.place, pair.value) for pair in node.pairs.values())
        elif node is not None and not _blank(node):
            self._problem(node, Text("lines of `field: value` are expected here", "这里应是“项目: 内容”的各行"))

    def _parts(self, node: Node) -> Iterator[Answer]:
        """A list of `name:qty[:part_no]` or of blocks; a single text holds one or several, separated by ;."""
        if isinstance(node, Scalar):
            for text in node.text.replace("；", ";").split(";"):
                if text.strip():
                    yield Answer(text.strip(), *self._where(node.place))
        for item in node.items if isinstance(node, Seq) else ():
            if isinstance(item, Map):
                row = self._row(item)
                if row:
                    said = {column: value.text for column, value in row.items()}
                    where = {column: self._where(value.place) for column, value in row.items()}
                    yield Answer(said, *self._where(item.place), where)
            elif not _blank(item):
                yield self._answer(item)
        if isinstance(node, Map):
            self._problem(node, Text("a list of parts is expected here", "这里应是零件的列表"))

    def _row(self, node: Map) -> Mapping[str, Scalar]:
        """A part by column; a column in Chinese is one too."""
        names = {zh: name for name, (_, zh) in COLUMNS.items()} | {en: name for name, (en, _) in COLUMNS.items()}
        found: dict[str, Scalar] = {}
        for word, key, value in self._pairs(node):
            column = word if word in COLUMNS else names.get(word)
            if column is None:
                self._problems.append(unknown(word, *self._where(key)))
            elif isinstance(value, Scalar) and value.text:
                found[column] = value
        return found

    def _answer(self, node: Node) -> Answer:
        if not isinstance(node, Scalar):
            self._problem(node, Text("one text is expected here", "这里应是一段文字"))
            return Answer("", *self._where(node.place))
        return Answer(node.text.strip(), *self._where(node.place))

    def _where(self, place: Place) -> tuple[str, str]:
        return f"{self._name}:{place.line}", excerpt_of(self._lines, place)

    def _problem(self, node: Node, what: Text) -> None:
        place, excerpt = self._where(node.place)
        if isinstance(node, Scalar) and node.bad:
            return  # noted already
        hint = Text(
            "see a fresh form: svc report form VISIT -o form.yaml", "参考新表单：svc report form 派工 -o form.yaml"
        )
        self._problems.append(BadInput(what, hint, place=place, excerpt=excerpt))


def _blank(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text.strip()


def _mended(data: bytes) -> bytes:
    """The form with what is meant plainly as YAML has it: `故障：漏油`, what a Chinese keyboard types, and parts."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data  # the reader says so, with the place
    return _PART.sub(r'\1"\2"', _CHINESE_KEY.sub(r"\1: ", text)).encode()
