"""A command line that Typer cannot read: what is wrong with it in both languages, and what would have been right."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from svc.desk import suggestions
from svc.errors import BadInput
from svc.text import Text, for_example, near, quoted, quoted_zh


def wrong(error: Any) -> BadInput:
    """The error to be shown for one of Typer's own."""
    see = f"{error.ctx.command_path} --help" if error.ctx else "svc --help"
    return BadInput(_translated(error), _before_the_noun(error) or _missing_here(error) or Text(f"see: {see}", f"查看：{see}"))


def _missing_here(error: Any) -> Text | None:
    """What would have been right: an example where something is missing, the option where a word stands alone."""
    if type(error).__name__ in ("MissingParameter", "BadOptionUsage"):
        return _example(error)
    message = error.format_message()
    if "unexpected extra argument" not in message or not error.ctx:
        return None
    words = message.partition(" (")[2].removesuffix(")")
    taken = [name for param in error.ctx.command.params if not getattr(param, "hidden", False) for name in param.opts]
    path = error.ctx.command_path
    line = f"svc --as {words} today" if path == "svc today" else suggestions.option(words, taken)
    line = f"{path} {line}" if line and line.startswith("--") else line
    return Text(f"perhaps: {line}; see: {path} --help", f"可能是：{line}；查看：{path} --help") if line else None


def _example(error: Any) -> Text | None:
    """The first example of the command that lacks something, whole, so that it can be copied."""
    line = (error.ctx.command.epilog or "").split("\n")[0] if error.ctx else ""
    see = f"{error.ctx.command_path} --help" if error.ctx else "svc --help"
    shown = for_example(line)
    return Text(f"{shown.en}\nsee: {see}", f"{shown.zh}\n查看：{see}") if line else None


def _before_the_noun(error: Any) -> Text | None:
    """Where a global option belongs that somebody wrote behind the verb."""
    option = getattr(error, "option_name", None)
    root = error.ctx.find_root() if error.ctx else None
    if option is None or root is None or root is error.ctx:
        return None
    if not any(option in param.opts for param in root.command.params):
        return None
    line = f"svc {option} … {error.ctx.command_path.removeprefix('svc ')} …"
    return Text(f"it stands before the noun: {line}", f"它要写在最前面：{line}")


def no_such(word: str, known: Mapping[str, Text], verbs: Iterable[tuple[str, Mapping[str, str]]]) -> BadInput:
    """The error for a word that is no noun, with what was meant: of the nouns by title, or of their verbs."""
    meant = suggestions.either(suggestions.nouns(word, known, verbs))
    return BadInput(
        Text(f"there is no {quoted(word)}{meant.en}", f"没有{quoted_zh(word)}{meant.zh}"), Text("see: svc --help", "查看：svc --help")
    )


def _translated(error: Any) -> Text:
    """Typer's own complaints in both languages."""
    kind, message = type(error).__name__, error.format_message()
    if kind == "NoSuchOption":
        below_zero = next((w for w in sys.argv[1:] if w.startswith(error.option_name) and w[1:].replace(".", "").isdigit()), None)
        if below_zero:  # an amount typed as `-5`
            return Text(f"{below_zero}: a value cannot be negative", f"{below_zero}：数值不能是负数")
        meant = " or ".join(_options_near(error.option_name, error.ctx))
        return Text(
            f"there is no option {error.option_name}" + (f"; did you mean {meant}" if meant else ""),
            f"没有选项 {error.option_name}" + (f"，是不是 {meant.replace(' or ', ' 或 ')}" if meant else ""),
        )
    if kind == "MissingParameter":
        name = (
            error.param.make_metavar(error.ctx)
            if error.param and error.param.param_type_name == "argument"
            else (error.param.opts[0] if error.param else "")
        )
        return Text(f"missing: {name}", f"缺少：{name}")
    if kind == "BadParameter" and error.param is not None:
        name, least, most = error.param.opts[0], getattr(error.param.type, "min", None), getattr(error.param.type, "max", None)
        if least is not None:
            given = f"{name} {error.message.partition(' is not ')[0].strip(chr(39))}"
            return Text(f"{given}: a whole number is wanted, from {least} to {most}", f"{given}：应为 {least} 到 {most} 的整数")
        return Text(message, f"{name}：这个值不能用（{error.message}）")
    if kind == "BadOptionUsage":
        return Text(f"option {error.option_name} needs a value", f"选项 {error.option_name} 需要一个值")
    if "unexpected extra argument" in message:
        extra = message.partition(" (")[2].removesuffix(")")
        return Text(f"too many words: {extra}", f"多余的内容：{extra}")
    if message.startswith("Missing command"):
        return Text("a verb is missing", "缺少命令")
    return Text(message, message)


def _options_near(option: str, ctx: Any) -> list[str]:
    """The options of a command that were meant by one that it has not: the nearest, never --help, else none."""
    shown = [p for p in ctx.command.params if p.param_type_name == "option" and not p.hidden] if ctx else []
    known = [name[2:] for param in shown for name in param.opts if name != "--help"]
    word = option.lstrip("-")
    longer = [name for name in known if name.startswith(word)] if word else []
    return [f"--{name}" for name in longer[:3] or near(word, known, 2, 0.65)]
