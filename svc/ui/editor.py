"""A form in the person's own editor, opened again with what is wrong above its line until it is right.

The text stands among the drafts under a name of its own until it is recorded: nothing typed is lost,
and the same command opens it again.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from svc.desk.open import Desk
from svc.errors import BadInput, Several, SvcError
from svc.named import NamedTuple
from svc.output.fold import show
from svc.store import drafts
from svc.text import Text, say

MARK = "#! "
"""Begins a line that says what is wrong with the next one; such lines are taken out again."""


class Draft(NamedTuple):
    """A text to be filled in: its file among the desk's drafts, how it looks untouched, the command that opens it again."""

    desk: Desk
    name: str
    blank: str
    again: str


def fill_in(draft: Draft, record: Callable[[Path], None], dry: bool) -> None:
    """Let a person fill in a text and record it; one left as it was records nothing."""
    blank, again = draft.blank, draft.again
    file = drafts.folder(draft.desk.ledger.id) / draft.name
    text = file.read_bytes().decode("utf-8", "replace") if file.exists() else blank
    while True:
        shown = text
        file.write_text(shown, "utf-8")
        _open(file, again)
        text = _unmarked(file.read_bytes().decode("utf-8", "replace"))
        file.write_text(text, "utf-8")
        if _says_nothing(text, blank):
            raise _left(again, Text("nothing was filled in", "表单没有填写"))
        try:
            record(file)
        except SvcError as error:
            if text == _unmarked(shown) and shown != blank:
                raise _with_kept(error, again) from None
            text = _marked(text, error)
            show(say(Text("not recorded: the form opens again", "没有记录：表单重新打开")), sys.stderr)
            continue
        break
    if not dry:
        drafts.forget(file)


def _open(file: Path, again: str) -> None:
    """Run the editor and wait for it."""
    import subprocess

    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not words:
        known = next((name for name in ("nano", "vim", "vi", "notepad") if shutil.which(name)), None)
        words = [known] if known else []
    if not words or shutil.which(words[0]) is None:
        name = words[0] if words else "$EDITOR"
        raise BadInput(
            Text(f"there is no editor {name}; the form is {file}", f"找不到编辑器 {name}；表单在 {file}"),
            Text(f"name one: EDITOR=nano {again}", f"请指定：EDITOR=nano {again}"),
        )
    done = subprocess.run([*words, str(file)], check=False)
    if done.returncode != 0:
        raise BadInput(
            Text(f"the editor ended with {done.returncode}; nothing was recorded, the text is kept in {file}",
                 f"编辑器异常退出（{done.returncode}）；没有记录，内容保存在 {file}"),
            Text("the same command opens it again", "再执行同一命令即可继续"),
        )  # fmt: skip


def _says_nothing(text: str, blank: str) -> bool:
    said = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    return text == blank or not said


def _left(again: str, what: Text) -> typer.Exit:
    kept = Text(f"{what.en}; nothing was recorded. Again: {again}", f"{what.zh}；没有记录。继续：{again}")
    show(say(kept), sys.stderr)
    return typer.Exit(130)


def _with_kept(error: SvcError, again: str) -> SvcError:
    """The error of a form that was given back unchanged: the person has enough of it, the text is kept."""
    hint = error.hint or Text("", "")
    error.hint = Text(f"{hint.en}\nthe text is kept: {again}".strip(), f"{hint.zh}\n内容已保存：{again}".strip())
    return error


def _unmarked(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(MARK))


def _marked(text: str, error: SvcError) -> str:
    """The text with every mistake above its line; those without a place at the top."""
    lines = text.split("\n")
    errors = error.errors if isinstance(error, Several) else (error,)
    for one in sorted(errors, key=_line, reverse=True):
        said = [say(one.what), *([say(one.hint)] if one.hint else [])]
        at = max(0, min(_line(one) - 1, len(lines)))
        lines[at:at] = [MARK + part for message in said for part in message.split("\n")]
    return "\n".join(lines)


def _line(error: SvcError) -> int:
    spot = (error.place or "").split(":")
    return int(spot[1]) if len(spot) > 1 and spot[1].isdigit() else 1
