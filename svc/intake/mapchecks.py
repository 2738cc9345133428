"""Whether a list is what its map describes: its headings, what its cells look like, its words; how the rest is said."""

from __future__ import annotations

import re
from pathlib import Path

from svc.domain import registers
from svc.domain.kinds import Ref
from svc.errors import BadInput, Several
from svc.intake.csvfile import Row
from svc.intake.layout import headings, letter
from svc.intake.mapmodel import Check, EntryMap, FileMap, Value
from svc.text import Text, near, quoted, quoted_zh

# What a spreadsheet leaves where a value was: its errors, and long numbers of which it kept a few digits.
DAMAGED = re.compile(
    r"#(?:REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!)|#{3,}|Err:[0-9]+|[0-9](?:[.,][0-9]+)?E\+[0-9]+|[0-9]{7,}\.0",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def header_names(file: Path, row: Row, found: FileMap) -> list[str]:
    """The names of the columns; Several where one that the map needs is not there."""
    place = f"{file.name}:{row.number}"
    if row.wrong:
        raise BadInput(row.wrong.what, row.wrong.hint, place=place)
    names = headings(row)
    if names[0].lower().startswith("sep="):
        raise BadInput(
            Text("a line sep= stands before the header", "表头之前有 sep= 行"),
            Text(
                'delete it, and write in the map for example  delimiter: ";"',
                '请删去，并在对应表中写明，如  delimiter: ";"',
            ),
            place=place,
        )
    return names


def refuse_other_header(file: Path, number: int, names: list[str], found: FileMap) -> None:
    """Several where a column that the map needs is not there, or twice."""
    place = f"{file.name}:{number}"
    letters = {letter(n) for n in range(len(names))}
    wanted = [name for name in found.used if name not in letters]
    problems = [_missing(name, names, place) for name in wanted if name not in names]
    problems += [
        BadInput(
            Text(f"the column {quoted(name)} is there twice", f"列{quoted_zh(name)}重复"),
            Text("give each column a name of its own, or name it by its letter, like [C]", "请给每列不同的名称，或用列字母，如 [C]"),
            place=place,
        )
        for name in sorted({name for name in wanted if names.count(name) > 1})
    ]
    if problems:
        shown = Text(f"{file.name} is not what the map describes", f"{file.name} 与对应表不符")
        raise Several(problems, shown, _other_delimiter(names))


def is_letter(name: str) -> bool:
    """Whether a column is named by its letter: `[C]`."""
    return bool(re.fullmatch(r"\[[A-Z]{1,3}\]", name))


def _missing(name: str, names: list[str], place: str) -> BadInput:
    meant = near(name, names)
    listed = ", ".join(names)
    return BadInput(
        Text(f"there is no column {quoted(name)}", f"没有列{quoted_zh(name)}"),
        Text(f"did you mean {quoted(meant[0])}?", f"是不是{quoted_zh(meant[0])}？")
        if meant
        else Text(f"its columns: {listed}", f"现有的列：{listed}"),
        place=place,
    )


def _other_delimiter(names: list[str]) -> Text:
    for sign, word in ((";", '";"'), ("\t", "tab"), ("|", '"|"'), (",", '","')):
        if len(names) == 1 and sign in names[0]:
            return Text(f"write in the map:  delimiter: {word}", f"请在对应表中写：  delimiter: {word}")
    return Text("correct the map, or export the list again", "请改正对应表，或重新导出")


# ---- values ------------------------------------------------------------------------------------------


def translated(value: Value, text: str) -> str:
    if value.words is None or text in value.words:
        return text if value.words is None else value.words[text]
    if isinstance(value.kind, Ref):  # names that mean others; the rest mean themselves
        return text
    if value.otherwise is not None:
        return value.otherwise
    meant = near(text, value.words)
    listed = ", ".join(value.words)
    raise BadInput(
        Text(f"{quoted(text)} is not among the words of the map", f"{quoted_zh(text)}不在对应表的 words 里"),
        Text(f"did you mean {quoted(meant[0])}?", f"是不是{quoted_zh(meant[0])}？")
        if meant
        else Text(f"add it to words: ({listed}), or say otherwise:", f"请加入 words:（{listed}），或写 otherwise:"),
    )


def is_needed(entry: EntryMap, key: str) -> bool:
    """Whether an entry cannot be without a value: of a register its name or id, of a case when and what."""
    return key in ("name", "id") if entry.ledger in registers.TABLE else key in ("at", "summary")


def no_key(entry: EntryMap, key: str, value: Value) -> BadInput:
    column = " + ".join(value.columns)
    if value.ref:
        return BadInput(
            Text(
                f"{entry.name}: the row makes no {value.ref} for it to belong to",
                f"{entry.name}：该行没有生成所属的 {value.ref}",
            ),
            Text("give both the same when: in the map", "请在对应表中给两者写同样的 when:"),
        )
    return BadInput(
        Text(f"{entry.name}: the {key} is not known ({column})", f"{entry.name}：缺少 {key}（{column}）"),
        Text(
            f"fill it in; or, where it did not happen, say in the map  when: {{column: {column}, known: yes}}",
            f"请补上；若事情没有发生，请在对应表中写  when: {{column: {column}, known: yes}}",
        ),
    )


def pattern_of(check: Check) -> re.Pattern[str]:
    if check.one_of:
        return re.compile("|".join(map(re.escape, check.one_of)))
    if check.number or check.like is None:
        return _NUMBER if check.number else re.compile("(?s:.*)")
    signs = {"#": "[0-9]", "@": "[A-Za-z]", "*": "(?s:.*)"}
    return re.compile("".join(signs.get(sign) or re.escape(sign) for sign in check.like))


def wanted(check: Check | None) -> Text:
    assert check is not None
    if check.one_of:
        listed = ", ".join(check.one_of)
        return Text(f"one of {listed}", f" {listed} 之一")
    return Text("a number", "数字") if check.number else Text(f"like {check.like}", f" {check.like} 的样子")
