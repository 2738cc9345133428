"""What is wrong with the lines of an import, said: one message a kind with its count and first places, rejects as a sheet."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from svc.desk.open import Desk
from svc.errors import BadInput, Several, SvcError
from svc.recording.lines import Line
from svc.text import Text, say

SHOWN = 50
"""How many kinds of mistakes are shown; the rest are counted."""
FEW = 4
"""So many mistakes of a kind are each told; of more the first, with the places of some."""
PLACES = 5

_DIFFERS = re.compile(r"'[^']*'|\"[^\"]*\"|\b[0-9][0-9.:/-]*\b|\b[A-Z]{1,3}[0-9]{4}[A-Z]*-[0-9]+\b")


def refusal(file: Path, all_: int, lines: Mapping[int, Line], wrong: Mapping[int, SvcError]) -> Several:
    """The error for a file in which some of `all_` lines are wrong."""
    first: dict[int, tuple[int, SvcError]] = {}
    for number, error in sorted(wrong.items()):
        first.setdefault(id(error), (number, error))  # what stands for many lines is said once
    told = [(error, lines[n].where(file.name, error)) for n, error in first.values()]
    errors = _grouped(told)
    bad = len(wrong)
    found = Several(
        errors[:SHOWN],
        Text(
            f"{bad} of {all_} lines are wrong; nothing was imported",
            f"{all_} 行中有 {bad} 行有错；没有导入任何内容",
        ),
        Text(
            "mend them, or keep them out with --rejects bad.jsonl (bad.xlsx, bad.csv: a sheet to mend and import)",
            "请改正，或用 --rejects bad.jsonl 把坏行留在外面（bad.xlsx、bad.csv 为可改正后再导入的表格）",
        ),
    )
    found.exit_code = max(error.exit_code for error, _ in told)
    return found


def _grouped(told: Sequence[tuple[SvcError, str]]) -> list[SvcError]:
    """The errors with their places; many of one kind are one, with the count and the first places."""
    kinds: dict[str, list[tuple[SvcError, str]]] = {}
    for error, place in told:
        kinds.setdefault(_DIFFERS.sub("…", f"{type(error).__name__} {error.what.en}"), []).append((error, place))
    found: list[SvcError] = []
    for some in kinds.values():
        if len(some) <= FEW:
            found += [type(e)(e.what, e.hint, place=place, excerpt=e.excerpt) for e, place in some]
            continue
        error, place = some[0]
        same = all(other.what.en == error.what.en for other, _ in some)
        more = ", ".join(place.rpartition(":")[2] for _, place in some[1:PLACES]) + (" …" if len(some) > PLACES else "")
        kind = Text("the same", "同样问题") if same else Text("of this kind", "同类问题")
        what = Text(
            f"{error.what.en} ({len(some)} lines {kind.en}, also {more})",
            f"{error.what.zh}（{kind.zh}共 {len(some)} 行，另见 {more}）",
        )
        found.append(type(error)(what, error.hint, place=place, excerpt=error.excerpt))
    return found


def refuse_overwriting(desk: Desk, file: Path, rejects: Path) -> None:
    """BadInput where the file of rejects would take the place of something that is needed."""
    own = rejects.resolve()
    data = desk.kept.folder and (desk.kept.folder / "data").resolve()
    if str(rejects) == "-":
        return
    if own == file.resolve() or (data and own.is_relative_to(data)) or own.is_dir():
        raise BadInput(
            Text(f"--rejects {rejects} would overwrite what is needed", f"--rejects {rejects} 会覆盖需要的文件"),
            Text("name a new file, like --rejects bad.jsonl", "请写一个新文件名，如 --rejects bad.jsonl"),
        )


def write_rejects(file: Path, rejects: Path, kept_out: Mapping[int, tuple[Line, SvcError]]) -> None:
    """The lines that were kept out, with their reasons: a line each, or (.csv, .xlsx) a sheet of the same columns."""
    if rejects.suffix.lower() in (".csv", ".xlsx", ".xlsm"):
        return _write_sheet(rejects, _table(file, kept_out))
    with nullcontext(sys.stdout) if str(rejects) == "-" else rejects.open("w", encoding="utf-8", errors="backslashreplace") as stream:
        for line, error in kept_out.values():
            row = {"place": line.where(file.name, error), "error": say(error.what), "line": line.shown}
            print(json.dumps(row, ensure_ascii=False), file=stream)


PLACE, REASON = Text("place", "位置"), Text("reason", "原因")


def _table(file: Path, kept_out: Mapping[int, tuple[Line, SvcError]]) -> list[list[str]]:
    rows = [(line.shown if isinstance(line.shown, Mapping) else {"line": line.shown}, line, error) for line, error in kept_out.values()]
    names = list(dict.fromkeys(name for shown, _, _ in rows for name in shown))
    head = [*names, f"{say(REASON)}", f"{say(PLACE)}"]
    return [head, *([_text(shown.get(name, "")) for name in names] + [say(error.what), line.where(file.name, error)] for shown, line, error in rows)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write_sheet(rejects: Path, table: list[list[str]]) -> None:
    if rejects.suffix.lower() == ".csv":
        with rejects.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as stream:
            csv.writer(stream, lineterminator="\r\n").writerows(table)
        return
    from svc.extras import needs

    with needs("report"):
        import xlsxwriter
    with xlsxwriter.Workbook(str(rejects), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
