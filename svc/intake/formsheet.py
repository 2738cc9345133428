"""A filled form as a sheet: every label with its answer to the right, the parts as a table.

Answers are found by their labels, not by their cells, so that a sheet in which somebody put in a line is
read as it is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from svc.errors import BadInput
from svc.intake.reportform import COLUMNS, Answer, Answers, dimension, labels
from svc.intake.sheets import Cell
from svc.intake.workbooks import read
from svc.text import Text

Grid = Sequence[Sequence[Cell]]


def answers(file: Path) -> Answers:
    """The answers of a form that was made by `svc report form -o FILE.xlsx`."""
    if not file.is_file():
        raise BadInput(
            Text(f"there is no file {file}", f"没有文件 {file}"),
            Text("make one: svc report form VISIT -o form.xlsx", "生成表单：svc report form 派工 -o form.xlsx"),
        )
    grid = [[_text(cell) for cell in row.cells] for row in read(file, None, [])]
    texts: dict[str, Answer] = {}
    scores: dict[str, Answer] = {}
    parts: list[Answer] = []
    for r, c, word in _words(grid):
        field = labels().get(word.lower())
        if field == "parts":
            parts = list(_parts(grid, r, c, file.name))
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


def _parts(grid: Sequence[Sequence[str]], r: int, c: int, name: str) -> Iterator[Answer]:
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
    letters, n = "", column + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{name}:{letters}{row + 1}"
