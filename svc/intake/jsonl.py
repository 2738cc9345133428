"""The neutral form: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from svc.errors import BadInput
from svc.recording.lines import Line
from svc.text import Text, quoted, quoted_zh

LONGEST = 1 << 20
"""Bytes a line may have."""


def read(file: Path) -> Iterator[Line]:
    """The lines of a file, one after the other, whatever its size; blank ones are passed over."""
    with file.open("rb") as stream:
        number = 0
        while raw := stream.readline(LONGEST + 1):
            number += 1
            if number == 1:
                _refuse_utf16(raw, file)
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            if raw.strip():
                yield _line(number, raw)
            if len(raw) > LONGEST and not raw.endswith(b"\n"):
                _skip_line(stream)


def _refuse_utf16(raw: bytes, file: Path) -> None:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput(
            Text("the file is UTF-16, not UTF-8", "文件是 UTF-16 编码，不是 UTF-8"),
            Text("save it as UTF-8", "请将文件另存为 UTF-8"),
            place=f"{file.name}:1",
        )


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(LONGEST)) and not rest.endswith(b"\n"):
        pass


def _line(number: int, raw: bytes) -> Line:
    if len(raw) > LONGEST:
        return _wrong(number, "", Text("the line is longer than 1 MiB", "该行超过 1 MiB"))
    try:
        text = raw.decode().strip()
    except UnicodeDecodeError as error:
        what = Text(f"byte {error.start + 1} is not UTF-8", f"第 {error.start + 1} 个字节不是 UTF-8")
        shown = raw.decode("utf-8", "backslashreplace").strip()
        return _wrong(number, shown, what, Text("save the file as UTF-8", "请将文件存为 UTF-8"))
    try:
        given = _read(text)
    except json.JSONDecodeError as error:
        what = Text(
            f"not JSON at column {error.colno}: {error.msg}", f"第 {error.colno} 列不是合法的 JSON：{error.msg}"
        )
        return _wrong(number, text, what)
    except _Unusable as error:
        return _wrong(number, text, error.what)
    except (ValueError, RecursionError) as error:
        return _wrong(number, text, Text(f"not usable: {error}", f"不能使用：{error}"))
    if not isinstance(given, dict):
        return _wrong(number, text, Text("not a JSON object", "不是 JSON 对象"))
    return Line(number, given, given)


def _read(text: str) -> Any:
    """What a line says: as `json` itself reads a value, without looking for blanks around it."""
    try:
        given, end = _DECODER.scan_once(text, 0)  # type: ignore[attr-defined]
    except StopIteration:
        end = -1
    return given if end == len(text) else _DECODER.decode(text)  # which says what is wrong


class _Unusable(Exception):
    def __init__(self, what: Text) -> None:
        super().__init__(what.en)
        self.what = what


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unusable(Text(f"the key {quoted(twice)} is there twice", f"键{quoted_zh(twice)}重复"))
    return found


def _no_constant(word: str) -> Any:
    raise _Unusable(Text(f"{word} is no number", f"{word} 不是数字"))


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant, parse_float=str)


def _wrong(number: int, shown: str, what: Text, hint: Text | None = None) -> Line:
    example = '{"ledger":"call","event":"reply","id":"C2610-0001","at":"2026-10-01T09:00:00+08:00","text":"…"}'
    hint = hint or Text(f"one object a line, like {example}", f"每行一个对象，如 {example}")
    return Line(number, shown, {}, BadInput(what, hint))
