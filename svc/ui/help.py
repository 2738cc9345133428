"""Help pages: what it does, how it is called, each option, one example; in the language shown now."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import typer
from typer.models import Context as TyperContext

from svc.text import Text, say

GLOBAL = {
    "desk": Text(
        "the desk's folder (or SVC_DESK; else the nearest one upwards)", "工作目录（或 SVC_DESK；默认向上查找）"
    ),
    "as_": Text(
        "who acts: id, name (or SVC_STAFF; else by your login)", "操作人编号或姓名（或 SVC_STAFF；默认按登录名）"
    ),
    "site": Text("which site of a company (or SVC_SITE)", "公司的哪个网点（或 SVC_SITE）"),
    "lang": Text("language: zh or en (or SVC_LANG; default: the locale)", "语言：zh 或 en（或 SVC_LANG；默认按系统）"),
    "clock_is_right": Text("the clock is right, although nothing was recorded for days", "电脑时间无误（虽然多日没有记录）"),
    "no_color": Text("no colours (or NO_COLOR)", "不用颜色（或 NO_COLOR）"),
    "quiet": Text("nothing beside the answer; of what was recorded, the id alone", "不输出附带说明；登记时只输出编号"),
    "version": Text("print the version", "显示版本"),
    "help": Text("print this page", "显示本页"),
}


LONGEST = 30
"""Cells that a name takes at most for its text to stand beside it."""

_Formatter: Any = TyperContext.formatter_class  # it has no public name


class Formatter(_Formatter):  # type: ignore[misc]
    """Lays a page out in cells: a Han character takes two, and no blank tells where a line of them may break."""

    def write_heading(self, heading: str) -> None:
        """What stands over options, verbs or examples."""
        self.write(f"{' ' * self.current_indent}{heading}{say(Text(':', '：'))}\n")

    def write_text(self, text: str) -> None:
        """A paragraph."""
        from svc.output.fold import fold

        indent = " " * self.current_indent
        for line in fold(text, self.width - len(indent)):
            self.write(f"{indent}{line}\n")

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names, and beside or below each what it means."""
        from svc.output.fold import cells, fold, pad

        indent = " " * self.current_indent
        first = min(max(cells(name) for name, _ in rows), LONGEST) + 2
        for name, text in rows:
            beside = fold(text, max(10, self.width - len(indent) - first))
            texts = ["", *beside] if cells(name) > LONGEST else beside
            for left, right in zip_longest([name], texts, fillvalue=""):
                self.write(f"{indent}{pad(left, first)}{right}".rstrip() + "\n")


class Context(TyperContext):
    """A command's context, whose help pages are laid out as above."""

    formatter_class = Formatter


def usage_error() -> Any:
    """What Typer raises for a line that it cannot read: the class above `BadParameter`, which has no public name."""
    return typer.BadParameter.__mro__[1]


Rows = Sequence[tuple[str, str]]
"""Words, each with what it means."""


def show_help(command: Any, ctx: Any, formatter: Any, sections: Sequence[tuple[str, Rows]] = ()) -> None:
    """Write a help page into a formatter; `sections` are the words that may follow, under their headings."""
    usage = say(Text("usage: ", "用法："))
    formatter.write_usage(ctx.command_path, _usage(command, ctx, bool(sections)), usage)
    if command.help:
        formatter.write_paragraph()
        formatter.write_text(command.help)
    for heading, rows in sections:
        with formatter.section(heading):
            formatter.write_dl(list(rows))
    options = [record for param in command.get_params(ctx) if (record := _record(param, ctx))]
    if options:
        with formatter.section(say(Text("options", "选项"))):
            formatter.write_dl(options)
    if command.epilog:
        with formatter.section(say(Text("example", "示例"))):
            for line in command.epilog.split("\n"):
                formatter.write(f"{' ' * formatter.current_indent}{line}\n")


def _usage(command: Any, ctx: Any, group: bool) -> str:
    words = [p.make_metavar(ctx) for p in command.get_params(ctx) if p.param_type_name == "argument"]
    words.append(say(Text("[OPTIONS]", "[选项]")))
    if group:
        words.append(say(Text("COMMAND …", "命令 …")))
    return " ".join(words)


def _record(param: Any, ctx: Any) -> tuple[str, str] | None:
    if param.param_type_name != "option" or param.hidden:
        return None
    names = ", ".join(param.opts) + (" / " + ", ".join(param.secondary_opts) if param.secondary_opts else "")
    if not param.is_flag:
        names += f" {param.metavar or 'TEXT'}"
    text = say(GLOBAL[param.name]) if param.name in GLOBAL and not getattr(param, "help", None) else param.help or ""
    if param.name == "help":
        names, text = "-h, --help", say(GLOBAL["help"])
    return names, text
