"""What a user has settled for himself, in `~/.config/svc/config.toml`: which desk, who he is, language, pager, colour.

Options and the environment go before it. The file is opened at every start and read only where there is one; TOML is
loaded only then.
"""

from __future__ import annotations

import os
import re
from collections.abc import MutableMapping
from pathlib import Path

from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, quoted, quoted_zh


class Setting(NamedTuple):
    """One thing that may be settled: what it is, the variable that goes before it, the words it takes (empty: any text)."""

    title: Text
    variable: str
    words: tuple[str, ...] = ()


SETTINGS = {
    "desk": Setting(Text("the desk, where you stand in none", "默认工作目录（不在任何工作目录中时）"), "SVC_DESK"),
    "person": Setting(Text("who you are: id or name", "本人编号或姓名"), "SVC_STAFF"),
    "language": Setting(Text("zh or en", "语言：zh 或 en"), "SVC_LANG", ("zh", "en")),
    "pager": Setting(Text("program for what is longer than the screen", "超过一屏时用的分页程序"), "SVC_PAGER"),
    "colour": Setting(Text("auto or never", "颜色：auto 或 never"), "NO_COLOR", ("auto", "never")),
}


_ALIKE = {
    "lang": "language", "locale": "language", "语言": "language", "color": "colour", "颜色": "colour", "staff": "person", "user": "person",
    "name": "person", "本人": "person", "folder": "desk", "dir": "desk", "工作目录": "desk",
}  # fmt: skip
"""What other programs call them."""


def place() -> Path:
    """Where the file is, or would be."""
    return Path(_folder(), "svc", "config.toml")


def _folder() -> str:
    return os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - asked at every start


def read() -> dict[str, str]:
    """What is settled; BadInput, with its line, for what cannot be."""
    try:
        with open(f"{_folder()}/svc/config.toml", "rb") as file:
            given = file.read(1 << 16)
    except OSError:
        return {}
    return _parsed(given)


def _parsed(given: bytes) -> dict[str, str]:
    import tomllib  # only who has the file pays for it

    path = place()
    try:
        found = tomllib.loads(given.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            Text(f"this is no TOML: {error}", f"不是合法的 TOML：{error}"),
            Text('write lines like: language = "zh"', '每行写成：language = "zh"'),
            place=str(path),
        ) from None
    for key, value in found.items():
        try:
            check(key, value)
        except BadInput as error:
            error.place = f"{path}:{_line_of(key, given)}"
            raise
    return found


def _line_of(key: str, given: bytes) -> int:
    lines = given.decode("utf-8", "replace").split("\n")
    return next((n for n, line in enumerate(lines, 1) if re.match(rf'\s*\[?"?{re.escape(key)}\b', line)), 1)


def check(key: str, value: object) -> None:
    """BadInput where there is no such setting, or it does not take this value."""
    known(key)
    words = SETTINGS[key].words
    if not isinstance(value, str) or not value.strip() or (words and value not in words):
        wanted = Text(" or ".join(words), " 或 ".join(words)) if words else Text('a text in quotes: "…"', "应为引号中的文字：\"…\"")
        raise BadInput(Text(f"{key}: {quoted(value)} cannot be used", f"{key}：不能用{quoted_zh(value)}"), wanted)


def known(key: str) -> None:
    """BadInput where there is no such setting."""
    if key not in SETTINGS:
        meant = _ALIKE.get(key.lower())
        raise BadInput(
            Text(f"there is no setting {quoted(key)}" + (f"; did you mean {quoted(meant)}" if meant else ""),
                 f"没有设置项{quoted_zh(key)}" + (f"，是不是{quoted_zh(meant)}" if meant else "")),
            Text(f"there are: {', '.join(SETTINGS)}", f"可用：{'、'.join(SETTINGS)}"),
        )


def apply(environ: MutableMapping[str, str]) -> None:
    """Let what is settled count as if the environment said it, where that says nothing.

    The desk is not among it: the folder in which somebody stands goes before (`svc.desk.open`).
    """
    found = apply_looks(environ)
    if "person" in found:
        environ.setdefault(SETTINGS["person"].variable, found["person"])


def apply_looks(environ: MutableMapping[str, str]) -> dict[str, str]:
    """The same for language, pager and colour alone: who and where is settled otherwise (a protected desk)."""
    found = read()
    for key in ("language", "pager"):
        if key in found:
            environ.setdefault(SETTINGS[key].variable, found[key])
    if found.get("colour") == "never":
        environ.setdefault("NO_COLOR", "1")
    return found


def changed(key: str, value: str | None) -> bytes:
    """The file with one setting put in, or (None) taken out; comments and everything else stay."""
    try:
        lines = place().read_text("utf-8-sig").split("\n")
    except FileNotFoundError:
        lines = []
    kept = [line for line in lines if not re.match(rf'\s*"?{key}"?\s*=', line)]
    while kept and not kept[-1].strip():
        kept.pop()
    if value is not None:
        import json

        kept.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "".join(f"{line}\n" for line in kept).encode()
