"""Nouns as groups of verbs: each verb is built when it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import typer.main
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandInfo

from svc.domain import ledgers, permissions
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.output.pager import paged
from svc.text import Text, quoted, quoted_zh, say
from svc.ui.help import Context, show_help
from svc.ui.options import Command, called, open_desk, text
from svc.ui.verbs import PLAIN, RecordingVerb, Verb

if TYPE_CHECKING:
    from svc.ui.lists import More, RowOf


class Builder(NamedTuple):
    """A verb that no function of the noun's file stands for: what it does, and how it is built."""

    title: Callable[[], str]
    build: Callable[[], Any]


class ReadingLater(CommandInfo):
    """A reading verb whose function is made when it is called."""

    def __init__(self, name: str, help: str, epilog: str, make: Callable[[], Callable[..., None]]) -> None:
        super().__init__(name, help=help, epilog=epilog)
        self.make = make


class Readings:
    """The reading verbs of a noun's file, in its order: functions, of which Typer makes a command when one is called."""

    def __init__(self) -> None:
        self.infos: list[CommandInfo] = []

    def command(self, name: str, help: str, epilog: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """The decorator that makes a function such a verb."""

        def keep(function: Callable[..., None]) -> Callable[..., None]:
            self.infos.append(CommandInfo(name, callback=function, help=help, epilog=epilog))
            return function

        return keep


class NounGroup(TyperGroup):
    """A noun: the verbs that are built from its fields, then the functions of its file, then groups of its own."""

    context_class = Context

    def __init__(
        self, name: str, title: Text, app: Readings, first: Mapping[str, Builder], last: Mapping[str, Builder] | None = None
    ) -> None:
        super().__init__(name=name, help=say(title), no_args_is_help=True, rich_markup_mode=None)
        self._reading = {info.name: info for info in app.infos if info.name}
        self._first, self._last = first, last or {}

    def list_commands(self, ctx: Any) -> list[str]:
        return list(dict.fromkeys((*self._first, *self._reading, *self._last)))

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        info = self._reading.get(cmd_name)
        if info is not None:
            info.cls = Reading
            if isinstance(info, ReadingLater):
                info.callback = info.callback or info.make()
            return typer.main.get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
        made = self._first.get(cmd_name) or self._last.get(cmd_name)
        return made.build() if made else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            raise _unknown_verb(ctx, args, self.titles())
        return super().resolve_command(ctx, args)

    def titles(self) -> dict[str, str]:
        """What each verb does."""
        said = {name: made.title() for name, made in (*self._first.items(), *self._last.items())}
        said.update({name: info.help or "" for name, info in self._reading.items()})
        return {name: said[name] for name in self.list_commands(None)}

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        show_help(self, ctx, formatter, [(say(Text("commands", "命令")), list(self.titles().items()))])


def _unknown_verb(ctx: typer.Context, words: list[str], known: Mapping[str, str]) -> BadInput:
    """The error for a word that is no verb of the noun, with what was meant."""
    from svc.desk import suggestions as suggest

    path = ctx.command_path
    meant = suggest.either(suggest.verb(words[0], known, words[1:2]))
    return BadInput(
        Text(f"{path} has no {quoted(words[0])}{meant.en}", f"{path} 没有{quoted_zh(words[0])}{meant.zh}"),
        Text(f"it has: {', '.join(known)}", f"可用：{'、'.join(known)}"),
    )


class Reading(Command):
    """A reading verb: a function of the noun's file, for those who may use it (`svc.domain.permissions`)."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        noun, verb = called(ctx)
        allowed = permissions.verb(noun, verb)
        if allowed is None or (allowed.roles and not allowed.own):
            open_desk(ctx).permit_verb(noun, verb)
        with paged() if _only_reads(ctx) else nullcontext():
            return super().invoke(ctx)


def _only_reads(ctx: Any) -> bool:
    """Whether a verb answers and asks nothing: what has a JSON form and nothing to try out; a board that is watched draws itself."""
    return "json_" in ctx.params and "dry_run" not in ctx.params and not ctx.params.get("watch")


MakeCommand = Callable[[str, Text], Any]
"""The `command` of a noun's file: builds what the noun is when it is called, given its word and its title."""


def noun(name: str, app: Readings, verbs: Mapping[str, Verb] | None = None, recording: bool = True) -> MakeCommand:
    """A noun whose recording verbs are the events of its ledger; `verbs` are what its file adds to them."""
    added = verbs or {}
    events = ledgers.events(name) if recording else {}

    def builder(verb: str) -> Builder:
        event = events[verb]
        return Builder(lambda: say(event.title), lambda: RecordingVerb(name, event, added.get(verb, PLAIN)))

    return lambda word, title: NounGroup(word, title, app, {verb: builder(verb) for verb in events})


def add_list(app: Readings, noun: str, columns: Mapping[str, Text], row_of: RowOf, more: More | None = None, name: str = "list") -> None:
    """Give a noun its list, by whatever `name`, and `show` (`svc.ui.lists`, which is loaded for them alone)."""

    def made(verb: str) -> Callable[..., None]:
        from svc.ui import lists

        return lists.verbs(noun, columns, row_of, more, name)[verb]

    ledger = ledgers.ledger(noun)
    title = say(ledger.title)
    app.infos += [
        ReadingLater(name, text(f"list {title}", f"列出{title}"), f"svc {noun} {name} --month 2026-10", lambda: made(name)),
        ReadingLater("show", text("show one, entry by entry", "查看一条的全部记录"), f"svc {noun} show {ledger.letter}2610-0001", lambda: made("show")),
    ]


def single(function: Callable[..., None], example: Text | str) -> MakeCommand:
    """A noun that has no verbs."""

    def command(word: str, title: Text) -> TyperCommand:
        info = CommandInfo(name=word, cls=Reading, callback=function, help=say(title), epilog=say(example))
        built: TyperCommand = typer.main.get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)  # type: ignore[assignment]
        return built

    return command
