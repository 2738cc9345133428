"""What the nouns share: a group whose verbs are built when called, and recording straight from the table of ledgers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info

from svc.desk import Desk, Options
from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.fields import Choice, Field, Flag, Rows, Table
from svc.domain.ledgers import Event
from svc.errors import BadInput, SvcError
from svc.help import show_help
from svc.locale import Text, language, say


def text(en: str, zh: str) -> str:
    """A help text in the language shown now."""
    return zh if language() == "zh" else en


def open_desk(ctx: typer.Context) -> Desk:
    """The desk that the global options name."""
    options = ctx.obj if isinstance(ctx.obj, Options) else Options()
    return Desk.open(options)


# ---- options that all reading commands share ------------------------------------------------------

Json = Annotated[bool, typer.Option("--json", help=text("one JSON document", "输出 JSON"))]
Format = Annotated[
    str,
    typer.Option("--format", metavar="table|plain|csv|tsv|markdown|json", help=text("form of the list", "列表格式")),
]
MayFormat = Annotated[
    str | None,
    typer.Option("--format", metavar="table|plain|csv|tsv|markdown|json", help=text("form of the list", "列表格式")),
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
Month = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help=text("of one month", "某个月"))]
Last = Annotated[int, typer.Option("--last", metavar="N", min=1, help=text("how many, newest first", "最近几条"))]


class NounGroup(TyperGroup):
    """A noun: recording verbs come from its ledger's events, reading verbs from the functions of its file."""

    def __init__(self, noun: str, title: Text, app: typer.Typer, recording: bool) -> None:
        super().__init__(name=noun, help=say(title), no_args_is_help=True, rich_markup_mode=None)
        self._reading = {info.name: info for info in app.registered_commands if info.name}
        self._events = ledgers.events(noun) if recording else {}

    def list_commands(self, ctx: Any) -> list[str]:
        return [*self._events, *(name for name in self._reading if name not in self._events)]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        info = self._reading.get(cmd_name)
        if info is not None:
            info.cls = Reading
            return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
        event = self._events.get(cmd_name)
        return Recording(str(self.name), event) if event else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            raise unknown_verb(ctx, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        titles = {name: say(event.title) for name, event in self._events.items()}
        titles.update({name: info.help or "" for name, info in self._reading.items()})
        show_help(self, ctx, formatter, [(name, titles[name]) for name in self.list_commands(ctx)])


def unknown_verb(ctx: typer.Context, word: str, known: list[str]) -> BadInput:
    """The error for a word that is no verb of the noun, with the nearest known one."""
    import difflib

    near = difflib.get_close_matches(word, known, 1, 0.5)
    path = ctx.command_path
    return BadInput(
        Text(
            f"{path} has no {word!r}" + (f"; did you mean {near[0]!r}" if near else ""),
            f"{path} 没有 {word!r}" + (f"，是不是 {near[0]!r}" if near else ""),
        ),
        Text(f"it has: {', '.join(known)}", f"可用：{'、'.join(known)}"),
    )


class Reading(TyperCommand):
    """A reading verb: a function of the noun's file."""

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        show_help(self, ctx, formatter)


class Recording(TyperCommand):
    """A recording verb: its options are the fields of the event, its work is `Desk.record`."""

    def __init__(self, noun: str, event: Event) -> None:
        from svc.commands._forms import EXTRA

        self._noun, self._event = noun, event
        self._extra = EXTRA.get((noun, event.name))
        params: list[Any] = [*_target(event)]
        for field in _shown(event):
            params.extend(_options(field))
        params += self._extra.params() if self._extra else []
        super().__init__(
            event.name,
            params=[*params, *_common()],
            help=say(event.title),
            epilog=event.example,
            rich_markup_mode=None,
        )

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        show_help(self, ctx, formatter)

    def invoke(self, ctx: typer.Context) -> None:  # type: ignore[override]
        """Record, and print the new entry's id first."""
        from svc.commands._guards import AFTER, BEFORE

        given = dict(ctx.params)
        at, dry, yes = given.pop("at"), given.pop("dry_run"), given.pop("yes")
        target = given.pop("id", None)
        desk = open_desk(ctx)
        values = {f.name: _given(f, given) for f in self._event.fields}
        if self._event.on not in ("new", "own"):
            values[self._event.on] = target
        besides = self._extra.fill(desk, target, values, given) if self._extra else []
        at = at or values.pop("at", None)
        answered: list[str] = []
        if sys.stdin.isatty() and not yes:
            answered = _ask_for_missing(desk, self._event, values)
        try:
            if self._event.on == "own" and target is not None:
                target = desk.reference(self._noun, target)
            before = BEFORE.get((self._noun, self._event.name))
            if before:
                before(desk, self._event, target, values)
            for deed in besides:  # what cannot be recorded after it is better known before
                desk.record(self._noun, deed.event, deed.target, deed.values, at, dry=True)
            entry = desk.record(self._noun, self._event.name, target, values, at, dry)
        except SvcError as error:
            raise _repeatable(error, answered) from error
        receipt(desk, entry, dry)
        for deed in besides:
            receipt(desk, desk.record(self._noun, deed.event, deed.target, deed.values, at, dry), dry)
        after = AFTER.get((self._noun, self._event.name))
        if after:
            print(after(desk, entry))


def _shown(event: Event) -> list[Field]:
    return [f for f in event.fields if f.name != event.on and not f.decided]


def _target(event: Event) -> list[TyperArgument]:
    if event.on == "new":
        return []
    name = "ID" if event.on == "own" else event.on.upper()
    return [TyperArgument(param_decls=["id"], type=str, required=True, metavar=name)]


def _options(field: Field) -> list[TyperOption]:
    flag = _flag(field)
    help = say(field.title) + (text(" (required)", "（必填）") if field.required else "")
    if field.flags:
        return [
            TyperOption(
                param_decls=[f"{field.name}_{code}", f"--{code}"], is_flag=True, help=f"{help}: {text(code, zh)}"
            )
            for code, zh in field.kind.words.items()
        ]
    if isinstance(field.kind, Flag):
        decl = f"{flag}/{field.off}" if field.off else flag
        return [TyperOption(param_decls=[field.name, decl], is_flag=True, default=None, help=help)]
    many = isinstance(field.kind, (Rows, Table))
    return [
        TyperOption(
            param_decls=[field.name, flag], type=str, default=None, multiple=many, metavar=_metavar(field), help=help
        )
    ]


def _metavar(field: Field) -> str:
    if isinstance(field.kind, Choice) and language() == "zh":
        return "|".join(field.kind.words.values())
    return str(field.kind.hint)


def _common() -> list[TyperOption]:
    return [
        TyperOption(
            param_decls=["at", "--at"], type=str, metavar="TIME",
            help=text("when it happened (default: now)", "发生时间（默认现在）"),
        ),
        TyperOption(
            param_decls=["dry_run", "--dry-run"], is_flag=True, default=False,
            help=text("check everything, write nothing", "只检查，不写入"),
        ),
        TyperOption(
            param_decls=["yes", "--yes"], is_flag=True, default=False,
            help=text("never ask", "不提问"),
        ),
    ]  # fmt: skip


def _given(field: Field, given: Mapping[str, Any]) -> Any:
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


def _ask_for_missing(desk: Desk, event: Event, values: dict[str, Any]) -> list[str]:
    """On a terminal a missing required value is asked for until it can be used; what was answered, as options."""
    answered: list[str] = []
    for field in event.fields:
        if field.required and values.get(field.name) is None and not field.decided:
            values[field.name], typed = _ask(desk, field)
            answered += [f"--{typed}"] if field.flags else [_flag(field), typed]
    return answered


def _ask(desk: Desk, field: Field) -> tuple[Any, str]:
    choices = f" [{_metavar(field)}]" if isinstance(field.kind, Choice) else ""
    while True:
        typed: str = typer.prompt(f"{say(field.title)}{choices}", err=True)
        given: Any = tuple(typed.split()) if isinstance(field.kind, (Rows, Table)) else typed
        try:
            read = field.kind.read(given, say(field.title), desk)
        except SvcError as error:
            print(f"{say(error.what)}\n{say(error.hint or '')}", file=sys.stderr)
            continue
        if read not in ("", (), {}):
            return given, str(read) if field.flags else typed


def _flag(field: Field) -> str:
    return field.option or f"--{field.name.replace('_', '-')}"


def _repeatable(error: SvcError, answered: Sequence[str] = ()) -> SvcError:
    """The same error, with the command line to repeat, answers included: nothing typed is lost."""
    if not sys.stdin.isatty() or error.hint is None:
        return error
    import shlex

    again = shlex.join(["svc", *sys.argv[1:], *answered])
    error.hint = Text(f"{error.hint.en}\nrepeat: {again}", f"{error.hint.zh}\n重来：{again}")
    return error


def receipt(desk: Desk, entry: Entry, dry: bool = False) -> None:
    """Print the id, then what was understood: every time with its weekday, every name in full."""
    from svc.domain.times import echo

    said = [f"{entry.ledger} {entry.event}", say(echo(entry.at, desk.zone))]
    for field in ledgers.event(entry.ledger, entry.event).fields:
        value = entry.get(field.name)
        if value is not None and hasattr(value, "tzinfo"):
            said.append(f"{field.name.replace('_', ' ')} {say(echo(value, desk.zone))}")
        elif value is not None and getattr(field.kind, "noun", None) in ("staff", "customer"):
            name = desk.person(field.kind.noun, value).get("name") if value[:1].isalpha() else None
            said.append(f"{value} {name}" if name else str(value))
    note = text(" (dry run: nothing written)", "（试运行：未写入）") if dry else ""
    print(f"{entry.id}  {' · '.join(said)}{note}")
    if not dry and entry.recorded_at > desk.now():
        kept = say(echo(entry.recorded_at, desk.zone))
        print(text(f"the clock is behind the last entry; recorded with its time, {kept}",
                   f"电脑时间早于上一条记录；按上一条的时间记录：{kept}"), file=sys.stderr)  # fmt: skip


def noun(name: str, app: typer.Typer, recording: bool = True) -> Callable[[], NounGroup]:
    """The `command` of a noun's file: builds its group when the noun is called."""

    def command() -> NounGroup:
        from svc.commands import NOUNS

        return NounGroup(name, NOUNS[name], app, recording)

    return command


def single(function: Callable[..., None], name: str, example: str) -> Callable[[], TyperCommand]:
    """The `command` of a noun that has no verbs."""

    def command() -> TyperCommand:
        from typer.models import CommandInfo

        from svc.commands import NOUNS

        info = CommandInfo(name=name, cls=Reading, callback=function, help=say(NOUNS[name]), epilog=example)
        built: TyperCommand = get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)  # type: ignore[assignment]
        return built

    return command
