"""The neutral form: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from svc.errors import BadInput
from svc.locale import Text

LONGEST = 1 << 20
"""Bytes a line may have."""


class Line(NamedTuple):
    """One thing to import and where it stands; `wrong` says why it cannot be read at all."""

    number: int
    text: str
    given: dict[str, Any]
    wrong: BadInput | None = None


def read(file: Path) -> Iterator[Line]:
    """The lines of a file, one after the other, whatever its size; blank ones are passed over."""
    with file.open("rb") as stream:
        number = 0
        while raw := stream.readline(LONGEST + 1):
            number += 1
            if number == 1:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            if raw.strip():
                yield _line(number, raw)
            if len(raw) > LONGEST:
                return


def _line(number: int, raw: bytes) -> Line:
    if len(raw) > LONGEST:
        return Line(number, "", {}, _wrong(Text("the line is longer than 1 MiB", "该行超过 1 MiB")))
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        what = Text(f"byte {error.start + 1} is not UTF-8", f"第 {error.start + 1} 个字节不是 UTF-8")
        return Line(number, "", {}, _wrong(what, Text("save the file as UTF-8", "请将文件存为 UTF-8")))
    try:
        given = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=str)
    except json.JSONDecodeError as error:
        what = Text(f"not JSON at column {error.colno}: {error.msg}", f"第 {error.colno} 列不是合法的 JSON：{error.msg}")
        return Line(number, text, {}, _wrong(what))
    except (_Twice, ValueError, RecursionError) as error:
        return Line(number, text, {}, _wrong(Text(f"not usable: {error}", f"不能使用：{error}")))
    if not isinstance(given, dict):
        return Line(number, text, {}, _wrong(Text("not a JSON object", "不是 JSON 对象")))
    return Line(number, text, given)


class _Twice(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Twice(f"the key {twice!r} is there twice")
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _wrong(what: Text, hint: Text | None = None) -> BadInput:
    example = '{"ledger":"call","event":"reply","id":"C2610-0001","at":"2026-10-01T09:00:00+08:00","text":"…"}'
    return BadInput(what, hint or Text(f"one object a line, like {example}", f"每行一个对象，如 {example}"))
