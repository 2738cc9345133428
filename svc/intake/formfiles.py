"""A filled form of a service report as it stands in a file: a YAML text or a sheet, every answer with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from svc.domain import ledgers
from svc.domain.kinds import Field
from svc.domain.nouns.report import DIMENSIONS
from svc.errors import BadInput, SvcError
from svc.intake.csvfile import WORKBOOKS, Cell, letters
from svc.intake.workbooks import read as read_sheet
from svc.rules.form.problem import Place, excerpt_of
from svc.rules.form.tree import Map, Node, Scalar, Seq
from svc.rules.form.tree import read as read_tree
from svc.store.files.plain import read_given
from svc.text import Text, near

COLUMNS = {"name": Text("name", "名称"), "qty": Text("number", "数量"), "part_no": Text("part no", "件号")}
"""The columns of the parts table."""

AT = Field("at", None, Text("when it was handed in", "交单时间"))


class Answer(NamedTuple):
    """One thing that a form says: a text (of a part also a mapping by column), and where it stands.

    `columns` says where each column of a part stands, if they do not stand in one place.
    """

    value: Any
    place: str
    excerpt: str | None = None
    columns: Mapping[str, tuple[str, str | None]] = {}


class Answers(NamedTuple):
    """A form as read. `texts` by field name, `scores` by dimension as typed; `problems` could not be read."""

    texts: Mapping[str, Answer]
    parts: Sequence[Answer]
    scores: Mapping[str, Answer]
    problems: Sequence[SvcError] = ()


@cache
def single_fields() -> dict[str, Field]:
    """The fields of a form that hold one text, by name: those of the report, why no survey, when."""
    close, survey = ledgers.event("report", "close"), ledgers.event("report", "survey")
    fields = [f for f in close.fields if f.name != "parts"]
    refused = survey.field("refused")
    assert refused is not None
    return {f.name: f for f in (*fields, refused, AT)}


@cache
def labels() -> dict[str, str]:
    """What a form may call its fields, in both languages, and the names they mean."""
    survey, close = ledgers.event("report", "survey"), ledgers.event("report", "close")
    found = {}
    for field in (*single_fields().values(), close.field("parts"), survey.field("scores")):
        assert field is not None
        option = (field.option or field.name).removeprefix("--")
        for word in (field.name, option, plain(field.title.en), plain(field.title.zh)):
            found[word.lower()] = field.name
    return found | {"survey": "scores", "满意度": "scores", "满意度调查": "scores"}


def plain(title: str) -> str:
    """A field's title without what explains it."""
    return title.split("（")[0].split(" (")[0].strip()


def read(file: Path) -> Answers:
    """The answers of a form, whichever kind of file it is; BadInput where it is none."""
    if file.suffix.lower() in WORKBOOKS:
        return of_sheet(file)
    try:
        return of_yaml(read_given(file), file.name)
    except FileNotFoundError:
        raise BadInput(
            Text(f"there is no file {file}", f"没有文件 {file}"),
            Text("make one: svc report form VISIT -o form.xlsx", "生成表单：svc report form 派工 -o form.xlsx"),
        ) from None


def unknown(word: str, place: str, excerpt: str | None = None) -> BadInput:
    """The error for a field that no form has, with the nearest known one."""
    return BadInput(
        Text(f"{word!r} is no field of this form", f"表单里没有 {word!r} 这一项"),
        _known(word),
        place=place,
        excerpt=excerpt,
    )


def _known(word: str) -> Text:
    meant = near(word.lower(), labels())
    if meant:
        return Text(f"did you mean {meant[0]}?", f"是不是 {meant[0]}？")
    names = [*(name for name in single_fields()), "parts", "scores"]
    chinese = [plain(field.title.zh) for field in single_fields().values()]
    return Text("a form has " + ", ".join(names), "表单的项目：" + "、".join([*chinese, "更换零件", "评分"]))


def dimension(word: str) -> bool:
    """Whether a word names a dimension of the survey."""
    return word.strip().lower() in DIMENSIONS.words or word.strip() in DIMENSIONS.words.values()


# ---- a sheet -----------------------------------------------------------------------------------------
# Answers are found by their labels, not by their cells: a sheet in which somebody put in a line is read as meant.

Grid = Sequence[Sequence[Cell]]


def of_sheet(file: Path) -> Answers:
    """The answers of a form that was made by `svc report form -o FILE.xlsx`."""
    if not file.is_file():
        raise BadInput(
            Text(f"there is no file {file}", f"没有文件 {file}"),
            Text("make one: svc report form VISIT -o form.xlsx", "生成表单：svc report form 派工 -o form.xlsx"),
        )
    grid = [[_text(cell) for cell in row.cells] for row in read_sheet(file, None, [])]
    texts: dict[str, Answer] = {}
    scores: dict[str, Answer] = {}
    parts: list[Answer] = []
    for r, c, word in _words(grid):
        field = labels().get(word.lower())
        if field == "parts":
            parts = list(_rows_of_parts(grid, r, c, file.name))
        elif dimension(word) and (found := _right_of(grid, r, c)):
            scores[word] = Answer(found[1], _place(file.name, r, found[0]))
        elif field and field != "scores" and field not in texts and (found := _right_of(grid, r, c)):
            texts[field] = Answer(found[1], _place(file.name, r, found[0]))
    if not labels().keys() & {word.lower() for _, _, word in _words(grid)}:
        raise BadInput(
            Text("this is no form of a service report", "这不是服务报告表单"),
            Text("make one: svc report form VISIT -o form.xlsx", "生成表单：svc report form 派工 -o form.xlsx"),
            place=file.name,
        )
    return Answers(texts, parts, scores)


def _text(cell: Cell) -> str:
    """What a cell says. A moment is one of the desk's zone, as everything typed without offset."""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else cell.strip()


def _words(grid: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, str]]:
    for r, row in enumerate(grid):
        for c, text in enumerate(row):
            if text:
                yield r, c, text.split("（")[0].split(" (")[0].strip("：: ")


def _right_of(grid: Sequence[Sequence[str]], r: int, c: int) -> tuple[int, str] | None:
    """The first cell to the right that says something, unless it is a label itself."""
    for column in range(c + 1, len(grid[r])):
        text = grid[r][column]
        if text:
            word = text.split("（")[0].split(" (")[0].strip("：: ")
            return None if word.lower() in labels() or dimension(word) else (column, text)
    return None


def _rows_of_parts(grid: Sequence[Sequence[str]], r: int, c: int, name: str) -> Iterator[Answer]:
    """The rows under the heads of the parts table, to the first row with a label of its own in front."""
    heads = _heads(grid, r)
    if heads is None:
        return
    top, columns = heads
    for row in range(top + 1, len(grid)):
        first = grid[row][c] if c < len(grid[row]) else ""
        if first and first.split("（")[0].lower() in labels():
            return
        part = {key: grid[row][at] for key, at in columns.items() if at < len(grid[row]) and grid[row][at]}
        if part:
            cells = {key: (_place(name, row, at), None) for key, at in columns.items()}
            yield Answer(part, _place(name, row, min(columns.values())), None, cells)


def _heads(grid: Sequence[Sequence[str]], r: int) -> tuple[int, Mapping[str, int]] | None:
    """The row at or right below the label that names the columns, and where each is."""
    for row in range(r, min(r + 2, len(grid))):
        found = {key: at for key, text in COLUMNS.items() for at, cell in enumerate(grid[row]) if cell in text}
        if "name" in found:
            return row, found
    return None


def _place(name: str, row: int, column: int) -> str:
    return f"{name}:{letters(column)}{row + 1}"


# ---- a text: one `field: value` a line, parts as a list, scores as a block ---------------------------------

# `- seal:2` is how a part is written on the command line; YAML would take no note of it, the reader would
_PART = re.compile(r"(?m)^([ ]*- )([^\s\"'#{\[][^\"#\n]*:[0-9]+(?::[^\s#]+)?)[ ]*$")
_CHINESE_KEY = re.compile(r"(?m)^([ ]*(?:- )?[\u4e00-\u9fff]+)：[ \u3000]*")


def of_yaml(data: bytes, name: str) -> Answers:
    """The answers of a form; mistakes of YAML and unknown fields are among its problems."""
    if not _says_anything(data):
        return Answers({}, (), {})
    return _YamlForm(data, name).answers()


def _says_anything(data: bytes) -> bool:
    lines = data.decode("utf-8", "replace").split("\n")
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)


class _YamlForm:
    """Takes a form's tree apart, noting what does not belong."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
        tree = read_tree(_mended(data), long_texts=True)
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
