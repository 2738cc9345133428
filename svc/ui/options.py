"""What a verb may be given: options that commands share, those made of fields, and the desk that the global ones name."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperOption

from svc.desk.open import Desk, Options
from svc.domain import correction
from svc.domain.kinds import Choice, Field, Flag, Prose, option_of
from svc.domain.ledgers import Event
from svc.domain.row_kinds import NamedValues, Refs, Rows
from svc.errors import BadInput, Conflict
from svc.output import notes
from svc.text import Text, language, say
from svc.ui import ask
from svc.ui.help import Context, show_help

UsageError = typer.BadParameter.__mro__[1]  # the class above it has no public name


def text(en: str, zh: str) -> str:
    """A help text in the language shown now."""
    return zh if language() == "zh" else en


def open_desk(ctx: typer.Context) -> Desk:
    """The desk that the global options name, opened once a command."""
    options = ctx.obj if isinstance(ctx.obj, Options) else Options()
    if "svc.desk.open" not in ctx.meta:
        ctx.meta["svc.desk.open"] = desk = Desk.open(options)
        desk.tell = notes.note
    found: Desk = ctx.meta["svc.desk.open"]
    return found


def called(ctx: Any) -> tuple[str, str]:
    """Noun and verb of a command as it was called: ("visit", "arrive"), ("staff", "key add"), ("today", "")."""
    path: list[str] = []
    while ctx.parent is not None:
        path.insert(0, str(ctx.info_name))
        ctx = ctx.parent
    return path[0], " ".join(path[1:])


def refuse_repeated(ctx: Any, args: Sequence[str]) -> None:
    """BadInput where an option that holds one value is given twice: the first would be lost without a word.

    What is wrong with the line otherwise is said with the help page of this very command.
    """
    try:
        given = ctx.command.make_parser(ctx).parse_args(list(args))[2]  # in the order of the line, as often as they stand there
    except UsageError as error:  # type: ignore[misc]
        error.ctx = error.ctx or ctx
        raise
    single = [param for param in given if isinstance(param, TyperOption) and not param.multiple and not param.is_flag]
    twice = next((param for param in single if single.count(param) > 1), None)
    if twice is not None:
        name = twice.opts[0]
        raise BadInput(
            Text(f"{name} is given twice", f"{name} 写了两次"), Text("write it once, with all of it", "请只写一次，写全")
        )


TO_FILL_IN = "…"
"""What stands in a hint where whoever copies it writes a value."""


def filled_in(args: Sequence[str]) -> list[str]:
    """The words of a command line without what a copied hint left open: `--text …` says nothing, so it is asked for."""
    kept: list[str] = []
    for word in args:
        if word != TO_FILL_IN:
            kept.append(word)
        elif kept and kept[-1].startswith("--"):
            kept.pop()
    return kept


class Command(TyperCommand):
    """A verb: its help page is laid out in cells, its options are given once each."""

    context_class = Context

    def __init__(self, *args: Any, params: list[Any] | None = None, **more: Any) -> None:
        given = {param.name for param in params or []}
        everywhere = [param for param in _everywhere() if param.name not in given]
        super().__init__(*args, params=[*(params or []), *everywhere], **more)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            args = filled_in(args)
            refuse_repeated(ctx, args)
        found: list[str] = super().parse_args(ctx, args)
        if not ctx.resilient_parsing:
            _read_texts(ctx)
            _read_months(ctx)
        return found

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        show_help(self, ctx, formatter)


def _everywhere() -> list[TyperOption]:
    """What every verb takes without saying so on its page: `-q`, and `--yes` where it would not ask anyway."""

    def hush(ctx: Any, param: Any, given: bool) -> None:
        if given and not ctx.resilient_parsing:
            notes.hush()

    def never(ctx: Any, param: Any, given: bool) -> None:
        if given and not ctx.resilient_parsing:
            ask.never()

    flags: dict[str, Any] = {"is_flag": True, "default": False, "hidden": True, "expose_value": False}
    return [
        TyperOption(param_decls=["quiet", "--quiet", "-q"], callback=hush, **flags),
        TyperOption(param_decls=["yes", "--yes"], callback=never, **flags),
    ]


def _read_texts(ctx: Any) -> None:
    """What was given as `-` where a text is wanted is read from standard input, once."""
    asked = [param for param in ctx.command.params if ctx.params.get(param.name) == "-" and param.metavar == _TEXT]
    if len(asked) > 1:
        both = " ".join(param.opts[0] for param in asked)
        raise BadInput(
            Text(f"{both}: standard input can be read once", f"{both}：标准输入只能读一次"), Text("give one of them otherwise", "请改写其中一个")
        )
    for param in asked:
        ctx.params[param.name] = sys.stdin.read().strip()


def _read_months(ctx: Any) -> None:
    """What was said of a month or a year (上月, last, 10月) becomes its name; what is none of these is refused where it is used."""
    for param in ctx.command.params:
        said = ctx.params.get(param.name) if param.metavar in _SAID else None
        if said and not said.replace("-", "").isdigit():
            from svc.domain.clock import months

            read = months.read_year if param.metavar == YEAR else months.read_month
            ctx.params[param.name] = read(said, open_desk(ctx).now().date())


_TEXT = Prose.hint
MONTH, YEAR = "YYYY-MM", "YYYY"
_SAID = (MONTH, YEAR)

# ---- options that commands share -------------------------------------------------------------------

Json = Annotated[bool, typer.Option("--json", help=text("one JSON document", "输出 JSON"))]
Format = Annotated[
    str,
    typer.Option("--format", metavar="table|plain|csv|tsv|markdown|json|jsonl", help=text("form of the list", "列表格式")),
]
MayFormat = Annotated[
    str | None,
    typer.Option("--format", metavar="table|plain|csv|tsv|markdown|json|jsonl", help=text("form of the list", "列表格式")),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help=text("the state of the world then (a date: its beginning)", "按当时的情况（只写日期为当天零点）"),
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="TIME", help=text("only what had been typed by then", "只看当时已录入的")),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=text("check everything, write nothing", "只检查，不写入"))]
MonthName = Annotated[str, typer.Argument(metavar=MONTH)]
Month = Annotated[str | None, typer.Option("--month", metavar=MONTH, help=text("of one month: 2026-10, last, this", "哪个月：2026-10、上月、本月"))]
MOST = 999_999
"""More rows than any list is read for, and as many as every count of an entry may be."""
Last = Annotated[
    int | None,
    typer.Option(
        "--last",
        metavar="N",
        min=1,
        max=MOST,
        help=text("how many, newest first (default: 20; all as json, jsonl, csv, tsv)", "最近几条（默认 20 条；json、jsonl、csv、tsv 为全部）"),
    ),
]


# ---- options made of fields -------------------------------------------------------------------------


def key_option() -> TyperOption:
    """`--key`, for deeds that are signed."""
    return TyperOption(
        param_decls=["key", "--key"], type=str, metavar="FILE",
        help=text(
            "private key to sign with, where one is registered for you (or SVC_KEY, ssh-agent, ~/.ssh)",
            "签名用的私钥（已登记密钥时；也可用 SVC_KEY、ssh-agent、~/.ssh）",
        ),
    )  # fmt: skip


def fixed_options(noun: str) -> list[TyperOption]:
    """Options that only say why their value cannot be corrected."""

    def refuse(ctx: Any, param: Any, value: str | None) -> None:
        if value is not None:
            raise Conflict(
                Text(f"{param.opts[0]} cannot be corrected: {fixed[param.name[6:]].en}",
                     f"{param.opts[0]} 不能更正：{fixed[param.name[6:]].zh}"),
                Text(f"see what can: svc {noun} correct --help", f"可更正的项目：svc {noun} correct --help"),
            )  # fmt: skip

    fixed = correction.fixed(noun)
    return [
        TyperOption(
            param_decls=[f"fixed_{name}", f"--{name.replace('_', '-')}"], type=str, hidden=True, expose_value=False,
            callback=refuse,
        )
        for name in fixed
    ]  # fmt: skip


def shown(event: Event) -> list[Field]:
    """The fields of an event that have an option."""
    return [f for f in event.fields if f.name != event.on and not f.decided]


def target_argument(event: Event, asked_for: bool, many: bool = False) -> list[TyperArgument]:
    """What the verb is on, or (`many`) all of what; left out only where a conversation on a terminal asks for it."""
    if event.on == "new":
        return []
    name = "ID" if event.on == "own" else event.on.upper()
    optional = asked_for and sys.stdin is not None and sys.stdin.isatty()
    if many:
        return [TyperArgument(param_decls=["id"], type=str, required=True, nargs=-1, metavar=f"{name}…")]
    return [TyperArgument(param_decls=["id"], type=str, required=not optional, metavar=name)]


def argument_of(field: Field) -> TyperArgument:
    """A field that is given without an option, where nothing else stands."""
    named = "SERIAL" if field.name == "machine" else field.kind.hint
    return TyperArgument(param_decls=[field.name], type=str, required=True, metavar=named, help=say(field.title))


def options_of(field: Field) -> list[TyperOption]:
    """The options that give a field."""
    option = option_of(field)
    help = say(field.title) + (text(" (required)", "（必填）") if field.required else "")
    if field.flags:
        return [
            TyperOption(
                param_decls=[f"{field.name}_{code}", f"--{code}"], is_flag=True, help=f"{help}: {text(code, zh)}"
            )
            for code, zh in field.kind.words.items()
        ]
    if isinstance(field.kind, Flag):
        decl = f"{option}/{field.off}" if field.off else option
        return [TyperOption(param_decls=[field.name, decl], is_flag=True, default=None, help=help)]
    many = isinstance(field.kind, (Rows, NamedValues, Refs))
    return [
        TyperOption(
            param_decls=[field.name, option], type=str, default=None, multiple=many, metavar=metavar(field), help=help
        )
    ]


def metavar(field: Field) -> str:
    """What may be typed for a field, in the language shown now."""
    if isinstance(field.kind, Choice) and language() == "zh":
        return "|".join(field.kind.words.values())
    return str(field.kind.hint)


def dry_run_option() -> TyperOption:
    """`--dry-run`, which everything that records has."""
    return TyperOption(
        param_decls=["dry_run", "--dry-run"],
        is_flag=True,
        default=False,
        help=text("check everything, write nothing", "只检查，不写入"),
    )


def dry_run_note() -> str:
    """What is added to an answer of a dry run."""
    return text(" (dry run: nothing written)", "（试运行：未写入）")


def common() -> list[TyperOption]:
    """What every recording verb takes."""
    return [
        TyperOption(
            param_decls=["at", "--at"], type=str, metavar="TIME",
            help=text("when it happened (default: now)", "发生时间（默认现在）"),
        ),
        dry_run_option(),
        TyperOption(
            param_decls=["yes", "--yes"], is_flag=True, default=False,
            help=text("never ask", "不提问"),
        ),
        TyperOption(
            param_decls=["json_", "--json"], is_flag=True, default=False,
            help=text("what was recorded, as one JSON document", "用 JSON 输出所记录的内容"),
        ),
    ]  # fmt: skip


def given_for(field: Field, given: Mapping[str, Any]) -> Any:
    """What was typed for a field; its default where nothing was."""
    if field.flags:
        said = [code for code in field.kind.words if given.get(f"{field.name}_{code}")]
        if len(said) > 1:
            both = " ".join(f"--{code}" for code in said)
            raise BadInput(
                Text(f"{both} contradict each other", f"{both} 互相矛盾"), Text("give one of them", "只能选一个")
            )
        return said[0] if said else None
    value = given.get(field.name)
    if value is None or value == () or value == []:
        return field.default
    return value
