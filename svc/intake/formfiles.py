"""A filled form of a service report as it stands in a file: a YAML text or a sheet, every answer with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from svc.domain import ledgers
from svc.domain.kinds import Field
from svc.domain.nouns.report import DIMENSIONS
from svc.errors import BadInput, SvcError
from svc.intake.csvfile import WORKBOOKS, Cell, letters
from svc.intake.workbooks import read as read_sheet
from svc.named import NamedTuple
from svc.rules.form.problem import Place, excerpt_of
from svc.rules.form.reader import Form, Kind, named, unknown
from svc.rules.form.schema import Own, Table
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq
from svc.rules.form.tree import read as read_tree
from svc.store.files.plain import read_given
from svc.text import Text

LARGEST = 16 << 20
"""Bytes that a form on standard input may have."""

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


@cache
def sheet_labels() -> dict[str, str]:
    """What a sheet may call its fields: beside "machine" it prints the visit's own one, as it does the customer."""
    return {word: name for word, name in labels().items() if name != "machine"}


def plain(title: str) -> str:
    """A field's title without what explains it."""
    return title.split("（")[0].split(" (")[0].strip()


def read(file: Path) -> Answers:
    """The answers of a form, whichever kind of file it is; BadInput where it is none."""
    if str(file) == "-":
        return _of_stdin()
    if file.suffix.lower() in WORKBOOKS:
        return of_sheet(file)
    try:
        return of_yaml(read_given(file), file.name)
    except FileNotFoundError:
        raise BadInput(
            Text(f"there is no file {file}", f"没有文件 {file}"),
            Text("make one: svc report form VISIT -o form.xlsx", "生成表单：svc report form 派工 -o form.xlsx"),
        ) from None


def _of_stdin() -> Answers:
    """The answers of a form that comes on standard input: a workbook where it begins like one, else YAML."""
    given = read_given(Path("-"), LARGEST)
    if not given.startswith(b"PK"):
        return of_yaml(given, "stdin")
    with TemporaryDirectory(prefix="svc-") as folder:
        copy = Path(folder, "stdin.xlsx")
        copy.write_bytes(given)
        return of_sheet(copy)


def dimension(word: str) -> bool:
    """Whether a word names a dimension of the survey."""
    return word.strip().lower() in DIMENSIONS.words or word.strip() in DIMENSIONS.words.values()


# ---- a sheet -----------------------------------------------------------------------------------------
# Answers are found by their labels, not by their cells: a sheet in which somebody put in a line is read as meant.


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
        field = sheet_labels().get(word.lower())
        if field == "parts":
            parts = list(_rows_of_parts(grid, r, c, file.name))
        elif dimension(word) and (found := _right_of(grid, r, c)):
            scores[word] = Answer(found[1], _place(file.name, r, found[0]))
        elif field and field != "scores" and field not in texts and (found := _right_of(grid, r, c)):
            texts[field] = Answer(found[1], _place(file.name, r, found[0]))
    if not sheet_labels().keys() & {word.lower() for _, _, word in _words(grid)}:
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
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    if not any(line.strip() and not line.lstrip().startswith("#") for line in lines):
        return Answers({}, (), {})
    tree = read_tree(_mended(data), long_texts=True)
    tree.notes.lines = lines  # excerpts show what was typed, not what was mended
    form = Form(tree.notes)
    said: dict[str, Any] = {}
    whole = Pair(Scalar("form", Place(1, 1)), tree.root) if tree.root and not _blank(tree.root) else None
    for word, pair in ANY.read(form, whole).items():
        field = labels().get(word.strip().lower())
        if field is None:
            unknown(form.notes, pair.key.place, word, labels(), FIELD)
        elif not _blank(pair.value) and (answer := FORM.get(field, TEXT_ANSWER).read(form, pair)):
            said[field] = [*said.get("parts", ()), *answer] if field == "parts" else answer
    placed = _Placed(name, lines)
    scores = {word: placed.answer(node) for word, node in said.pop("scores", {}).items() if node}
    parts = [placed.part(one) for one in said.pop("parts", ())]
    problems = [problem.error(name) for problem in tree.notes.problems]
    return Answers({field: placed.answer(node) for field, node in said.items()}, parts, scores, problems)


def _text_of(form: Form, pair: Pair) -> Scalar | None:
    """What a field says, where it stands; None where it says nothing, or is no text (noted)."""
    form.scalar(pair.value, pair.value.place, pair.key.text) if not isinstance(pair.value, Scalar) else None
    return pair.value if isinstance(pair.value, Scalar) and not _blank(pair.value) else None


def _parts_of(form: Form, pair: Pair) -> list[Scalar | Mapping[str, Scalar]]:
    """A list of `name:qty[:part_no]` or of blocks; a single text holds one or several, separated by ;."""
    if isinstance(pair.value, Scalar):
        texts = pair.value.text.replace("；", ";").split(";")
        return [Scalar(text.strip(), pair.value.place) for text in texts if text.strip()]
    if isinstance(pair.value, Seq) and not pair.value.items:
        return []
    items = form.entries(pair.value, pair.key.place, named(pair))
    found = [(_row(form, Pair(pair.key, item)) if isinstance(item, Map) else TEXT_ANSWER.read(form, Pair(pair.key, item))) for item in items]
    return [one for one in found if one]


def _row(form: Form, pair: Pair) -> Mapping[str, Scalar]:
    """A part by column; a column in Chinese is one too."""
    names = {word: name for name, words in COLUMNS.items() for word in (name, *words)}
    row = Table(TEXT_ANSWER, tuple(names), FIELD, free=True).read(form, pair)
    return {names[word]: node for word, node in row.items() if node}


FIELD = Kind("unknown-field", Text("field of this form", "表单项目"))
ANY = Table(Own(lambda form, pair: pair, {}), free=True)
TEXT_ANSWER = Own(_text_of, {})
FORM: Mapping[str, Any] = {"parts": Own(_parts_of, {}), "scores": Table(TEXT_ANSWER, free=True)}
"""How the fields of a form are read that hold more than a text."""


class _Placed(NamedTuple):
    """What was read, with its line and the line itself."""

    name: str
    lines: Sequence[str]

    def where(self, place: Place) -> tuple[str, str]:
        return f"{self.name}:{place.line}", excerpt_of(self.lines, place)

    def answer(self, node: Scalar) -> Answer:
        return Answer(node.text.strip(), *self.where(node.place))

    def part(self, one: Scalar | Mapping[str, Scalar]) -> Answer:
        if isinstance(one, Scalar):
            return self.answer(one)
        cells = {column: self.where(node.place) for column, node in one.items()}
        first = min((node.place for node in one.values()), key=lambda place: (place.line, place.column))
        return Answer({column: node.text for column, node in one.items()}, *self.where(first), cells)


def _blank(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text.strip()


def _mended(data: bytes) -> bytes:
    """The form with what is meant plainly as YAML has it: `故障：漏油`, what a Chinese keyboard types, and parts."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data  # the reader says so, with the place
    return _PART.sub(r'\1"\2"', _CHINESE_KEY.sub(r"\1: ", text)).encode()
