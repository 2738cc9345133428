"""A form in the person's own editor, opened again with what is wrong above its line until it is right.

The text stands among the drafts under the name of its visit until it is recorded: nothing typed is lost,
and the same command opens it again.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from svc.errors import BadInput, Several, SvcError
from svc.output.fold import show
from svc.store import drafts
from svc.text import Text, say
from svc.ui.forms import close_from_form

if TYPE_CHECKING:
    from svc.ui.verbs import Deed

MARK = "#! "
"""Begins a line that says what is wrong with the next one; such lines are taken out again."""


def edited(deed: Deed) -> None:
    """Fill in the form of a visit in $EDITOR, and record it; a form left as it was records nothing."""
    if deed.target is None:
        raise BadInput(
            Text("missing: VISIT", "缺少：派工编号"),
            Text("svc report close V2611-0001 --edit", "svc report close V2611-0001 --edit"),
        )
    visit = deed.desk.reference("visit", deed.target)
    blank = _blank(deed, visit)
    file = drafts.folder(deed.desk.ledger.id) / f"report-form-{visit}.yaml"
    text = file.read_bytes().decode("utf-8", "replace") if file.exists() else blank
    while True:
        shown = text
        file.write_text(shown, "utf-8")
        _open(file)
        text = _unmarked(file.read_bytes().decode("utf-8", "replace"))
        file.write_text(text, "utf-8")
        if _says_nothing(text, blank):
            raise _left(file, visit, Text("nothing was filled in", "表单没有填写"))
        try:
            entry_of(deed._replace(target=visit), file)
        except SvcError as error:
            if text == _unmarked(shown) and shown != blank:
                raise _with_kept(error, visit) from None
            text = _marked(text, error)
            show(say(Text("not recorded: the form opens again", "没有记录：表单重新打开")), sys.stderr)
            continue
        break
    if not deed.dry:
        drafts.forget(file)


def entry_of(deed: Deed, file: Path) -> None:
    """Record what the form says, after what it lacks was said."""
    values = dict(deed.values)
    values["visit"] = deed.target
    besides = close_from_form(deed.desk, deed.target, values, {"from_file": str(file)})
    at = deed.at or values.pop("at", None)
    _say_what_is_lacking(deed, values)
    deed._replace(values=values, at=at, besides=besides).record()


def _say_what_is_lacking(deed: Deed, values: dict[str, object]) -> None:
    from svc.ui.ask import Left, Question, ask
    from svc.ui.talk_report import lacking_line

    line = lacking_line(deed.desk, values)
    if line is None:
        return
    show(f" ! {line}", sys.stderr, "   ")
    if not sys.stdin.isatty():
        return
    try:
        typed = ask(Question(say(Text("Enter: edit again   r: record it as it is", "回车：继续填写   r：照此登记"))))
    except Left:
        typed = ""
    if typed.lower() != "r":
        raise BadInput(Text(line, line), Text("fill it in, or record as it is (r)", "请补填，或照此登记（r）"))


def _blank(deed: Deed, visit: str) -> str:
    """The form of the visit, what is known filled in."""
    from svc.audit import papers as paper
    from svc.commands.report import faults
    from svc.output.papers.model import hidden
    from svc.output.papers.reportyaml import yaml
    from svc.ui.papers import one

    world, sent = one(deed.desk, "visit", visit)
    return yaml(hidden(paper.visit_form(world, sent, None), False), faults(deed.desk)).decode()


def _open(file: Path) -> None:
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
            Text("name one: EDITOR=nano svc report close … --edit", "请指定：EDITOR=nano svc report close … --edit"),
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


def _left(file: Path, visit: str, what: Text) -> typer.Exit:
    again = f"svc report close {visit} --edit"
    kept = Text(f"{what.en}; nothing was recorded. Again: {again}", f"{what.zh}；没有记录。继续：{again}")
    show(say(kept), sys.stderr)
    return typer.Exit(130)


def _with_kept(error: SvcError, visit: str) -> SvcError:
    """The error of a form that was given back unchanged: the person has enough of it, the text is kept."""
    again = f"svc report close {visit} --edit"
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
