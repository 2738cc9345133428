"""The Typer app: global options, nouns imported when called, and the one place where errors become words."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from functools import partial
from typing import Any

import typer
from typer.core import TyperGroup, TyperOption
from typer.exceptions import Abort, Exit

import svc
from svc import settings, text
from svc.commands import NOUNS, SECTIONS, load
from svc.errors import BadInput, ClockJump, Several, SvcError
from svc.output.notes import hush, tell
from svc.text import Text, say, visible
from svc.ui.help import Context, show_help, usage_error

HELP = ("help", "帮助", "?", "？")


class Nouns(TyperGroup):
    """The root: a table noun → module, and the catcher of every error."""

    context_class = Context

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "params": _global_options()})

    def invoke(self, ctx: Any) -> Any:
        self.callback = partial(_begin, ctx)
        return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        return load(cmd_name) if cmd_name in NOUNS else None

    def titles(self) -> dict[str, str]:
        """What each noun is."""
        return {name: say(title) for name, title in NOUNS.items()}

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing and sum(word.startswith("-") for word in args) > 1:
            from svc.ui.options import refuse_repeated

            refuse_repeated(ctx, args)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] in HELP:
            args = [*args[1:], "--help"]
            if len(args) == 1:
                print(ctx.get_help())
                raise Exit
        if args[0] not in NOUNS and not args[0].startswith("-"):
            raise _usage_words().no_such(args[0], NOUNS, _verbs())
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        self.help = say(Text("An after-sales service department on plain files. Start with: svc today",
                             "用普通文件管理售后服务部门。从 svc today 开始。"))  # fmt: skip
        self.epilog = "svc today\nsvc help call log"
        sections = [(say(heading), [(noun, say(title)) for noun, title in nouns.items()]) for heading, nouns in SECTIONS.items()]
        show_help(self, ctx, formatter, sections)

    def main(self, args: Sequence[str] | None = None, standalone_mode: bool = True, **extra: Any) -> Any:  # type: ignore[override]
        """Run, and turn whatever went wrong into a message on stderr and an exit code."""
        code = carry_out(lambda: super(Nouns, self).main(args, standalone_mode=False, **extra))
        if standalone_mode:
            sys.exit(code)
        return code


def carry_out(command: Any) -> int:
    """Do what a command does: the exit code, whatever goes wrong told in words."""
    try:
        code = command()
        _flush()
        return code if isinstance(code, int) else 0
    except _AnswerLost as error:
        return _answer_lost(error.reason)
    except SystemExit as stop:
        # the way in which Typer ends when whoever read our output has gone; every other end returns its code
        return 141 if stop.code == 1 else int(stop.code or 0)
    except ClockJump as error:
        report(error)
        return carry_out(command) if _clock_is_right() else error.exit_code
    except SvcError as error:
        report(error)
        return error.exit_code
    except Abort:
        print(file=sys.stderr)
        return 130
    except usage_error() as error:
        return _usage(error)
    except BrokenPipeError:
        # whoever read our output has gone: nothing more to say, and no second complaint at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except UnicodeEncodeError:
        word = next((w for w in sys.argv[1:] if not w.isascii() and _undecoded(w)), None)
        if word is None:
            raise
        report(
            BadInput(
                Text(f"{word!a}: these bytes are no UTF-8 text", f"{word!a}：不是 UTF-8 文字"),
                Text("type it again in a terminal that is set to UTF-8", "请在 UTF-8 的终端里重新输入"),
            )
        )
        return 2
    except OSError as error:
        return _answer_lost(error) if _of_output(error) else _system(error)
    except Exception as error:
        if type(error).__module__ != "sqlite3":  # not imported for this: most commands that fail never needed it
            raise
        return _no_index(error)


def _clock_is_right() -> bool:
    """Whether somebody at a terminal says so; the command is then done once more."""
    from svc.ui.ask import can_ask, confirm

    if not can_ask() or os.environ.get("SVC_CLOCK_IS_RIGHT"):
        return False

    try:
        confirm(say(Text("is the clock right?", "电脑时间正确吗？")))
    except Abort:
        return False
    os.environ["SVC_CLOCK_IS_RIGHT"] = "1"
    return True


def _undecoded(word: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in word)


class _AnswerLost(Exception):
    """The command is done, but its answer did not get out."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _AnswerLost(error) from error


def _of_output(error: OSError) -> bool:
    """Whether it was the answer that could not be written: files of the desk are written by `svc.store` alone."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    module = frame.tb_frame.f_globals.get("__name__", "") if frame else ""
    return error.filename is None and not str(module).startswith("svc.store")


def _answer_lost(error: OSError) -> int:
    from svc.text import reason

    why = reason(error)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the end of the program complains once more
    report(
        SvcError(
            Text(
                f"the command was carried out, but its answer could not be written: {why.en}",
                f"命令已执行，但结果无法输出：{why.zh}",
            ),
            Text(
                "what was recorded stays recorded: look before you repeat it, for example svc call list --last 1",
                "已记录的内容仍然有效：重复之前请先查看，例如 svc call list --last 1",
            ),
        )
    )
    return 6


def _no_index(error: Exception) -> int:
    report(
        SvcError(
            Text(
                f"the index cannot be used ({error}); nothing was written", f"索引无法使用（{error}），没有写入任何内容"
            ),
            Text(
                "look whether the disk has room and is sound, then: svc ledger rebuild",
                "检查磁盘空间与状态，然后执行：svc ledger rebuild",
            ),
        )
    )
    return 6


def _system(error: OSError) -> int:
    from svc.text import asked_for, reason

    path = asked_for(error.filename) if error.filename else None
    en, zh = reason(error)
    report(
        SvcError(
            Text(
                f"the system refuses: {en}" + (f" ({path})" if path else ""),
                f"系统拒绝操作：{zh}" + (f"（{path}）" if path else ""),
            ),
            Text(
                "check that the folder exists, may be written and has room left",
                "请检查目录是否存在、可写、磁盘是否已满",
            ),
        )
    )
    return 6


def _usage(error: Any) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)
        return 2
    if error.format_message().startswith("Missing command") and error.ctx and error.ctx.parent is None:
        print(error.ctx.get_help(), file=sys.stderr)  # `svc --lang zh`: as `svc` alone
        return 2
    report(_usage_words().wrong(error))
    return 2


def _usage_words() -> Any:
    """What a mistyped line is answered with: loaded for it alone."""
    from svc.ui import usage

    return usage


def _verbs() -> Iterator[tuple[str, Mapping[str, str]]]:
    """The verbs of each noun with what they do: all of them are loaded, once somebody is at a loss."""
    for noun in NOUNS:
        titles = getattr(load(noun), "titles", None)
        if titles:
            yield noun, titles()


def report(error: SvcError) -> None:
    """Print an error: `svc: error: place: what`, the excerpt, then how to mend it; all to stderr."""
    for note in error.notes:
        print(say(note), file=sys.stderr)
    if isinstance(error, Several):
        for one in error.errors:
            report(one)
    word = say(Text("error: ", "错误："))
    place = f"{error.place}: " if error.place else ""

    told = [f"svc: {word}{place}{say(error.what)}"]
    if error.excerpt:
        told.append(error.excerpt)
    if error.hint:
        told.append(f"{say(Text('hint: ', '提示：'))}{say(error.hint)}")
    tell(visible(told.pop(0)), sys.stderr)  # it may repeat what was typed: shown, not obeyed by the terminal
    for line in told:
        print(visible(line), file=sys.stderr)  # an excerpt keeps its columns


def _global_options() -> list[TyperOption]:
    """What may stand before the noun: made as they are, for Typer would evaluate each annotation of a function twice."""
    words = {"desk": ("--desk", "DIR"), "as_": ("--as", "STAFF"), "site": ("--site", "MARK"), "lang": ("--lang", "zh|en")}
    flags = {"no_color": ("--no-color",), "clock_is_right": ("--clock-is-right",), "quiet": ("--quiet", "-q")}
    return [
        *(TyperOption(param_decls=[name, option], type=str, metavar=value) for name, (option, value) in words.items()),
        *(TyperOption(param_decls=[name, *options], is_flag=True, default=False) for name, options in flags.items()),
        TyperOption(param_decls=["version", "--version"], is_flag=True, default=False, callback=_version, is_eager=True),
    ]


def _version(ctx: Any, param: Any, asked: bool) -> None:
    if asked:
        print(f"svc {svc.__version__}")
        raise Exit


def _begin(
    ctx: typer.Context, desk: str | None, as_: str | None, site: str | None, lang: str | None, no_color: bool, clock_is_right: bool,
    quiet: bool, version: bool | None,
) -> None:  # fmt: skip
    """Let the options before the noun count."""
    if no_color:
        os.environ["NO_COLOR"] = "1"
    if quiet:
        hush()
    if clock_is_right:
        os.environ["SVC_CLOCK_IS_RIGHT"] = "1"
    if lang not in (None, "zh", "en"):
        raise BadInput(
            Text(f"--lang {lang}: there is no such language here", f"--lang {lang}：没有这种语言"),
            Text("zh or en", "zh 或 en"),
        )
    for name, value in (("--desk", desk), ("--as", as_)):
        if value is not None and not value.strip():  # a variable of a script that was never set
            raise BadInput(Text(f"{name}: nothing is named", f"{name}：没有写内容"), Text(f"leave {name} out, or name one", f"不要写 {name}，或写明"))
    from svc.desk.open import Options

    ctx.obj = Options(desk, as_, site)


app = Nouns(
    name="", context_settings={"help_option_names": ["--help", "-h"]}, no_args_is_help=True, rich_markup_mode=None
)  # made as it is: `typer.Typer` would have to be loaded to make the same of a function
"""The program's command: all nouns, and what may stand before them."""


def language_of(arguments: Sequence[str]) -> str:
    """--lang before the noun, else the locale: known before any help text is made."""
    for n, word in enumerate(arguments):
        if word.startswith("--lang="):
            return word[7:]
        if word == "--lang" and n + 1 < len(arguments):
            return arguments[n + 1]
        if word in NOUNS:
            break
    return text.from_environment(dict(os.environ))


def settle(arguments: Sequence[str], own: Callable[[MutableMapping[str, str]], object] = settings.apply) -> int:
    """Let a user's own settings count, then choose the language: before any word is said. The exit code; 0 for all is well."""
    wrong = None
    try:
        own(os.environ)
    except BadInput as error:
        wrong = error
    text.use("zh" if language_of(arguments) == "zh" else "en")
    if wrong is None or "config" in arguments[:1]:  # which shows where the file is, and changes it
        return 0
    report(wrong)
    return wrong.exit_code


def main() -> int:
    """Do what the command line says; the exit code."""
    for name in ("stdout", "stderr"):  # closed by whoever started us: there is nobody to tell
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if wrong := settle(sys.argv[1:]):
        return wrong
    shell = os.environ.get("_SVC_TAB")
    if shell:
        from svc.ui.completion import run

        run(app, shell, sys.argv[1:])
        return 0
    code: int = app.main(prog_name="svc", standalone_mode=False)
    return code
