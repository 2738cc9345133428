"""What the nouns share: a group whose verbs are built when called, and recording straight from the table of ledgers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info

from svc.desk.open import Desk, Options
from svc.domain import correction, ledgers, permissions
from svc.domain.clock.base import echo
from svc.domain.entry import Entry
from svc.domain.kinds import Field, Prose, option_of
from svc.domain.ledgers import Event
from svc.errors import BadInput, SvcError
from svc.text import Text, near, say
from svc.ui.help import Context, show_help
from svc.ui.options import (
    common,
    dry_run_note,
    fixed_options,
    given_for,
    options_of,
    refuse_repeated,
    shown,
    target_argument,
)
from svc.ui.options import text as text

if TYPE_CHECKING:
    from svc.ui.forms import Deed as Besides
    from svc.ui.signatures import Signing
    from svc.ui.talk import Talk


def open_desk(ctx: typer.Context) -> Desk:
    """The desk that the global options name, opened once a command."""
    options = ctx.obj if isinstance(ctx.obj, Options) else Options()
    if "svc.desk.open" not in ctx.meta:
        ctx.meta["svc.desk.open"] = Desk.open(options)
    desk: Desk = ctx.meta["svc.desk.open"]
    return desk


def words(ctx: Any) -> tuple[str, str]:
    """Noun and verb of a command as it was called: ("visit", "arrive"), ("staff", "key add"), ("today", "")."""
    path: list[str] = []
    while ctx.parent is not None:
        path.insert(0, str(ctx.info_name))
        ctx = ctx.parent
    return path[0], " ".join(path[1:])


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
DryRun = Annotated[bool, typer.Option("--dry-run", help=text("check everything, write nothing", "只检查，不写入"))]
Month = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help=text("of one month", "某个月"))]
Last = Annotated[int, typer.Option("--last", metavar="N", min=1, help=text("how many, newest first", "最近几条"))]


class NounGroup(TyperGroup):
    """A noun: recording verbs come from its ledger's events, reading verbs from the functions of its file."""

    context_class = Context

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

    def titles(self) -> dict[str, str]:
        """What each verb does."""
        said = {name: say(event.title) for name, event in self._events.items()}
        said.update({name: info.help or "" for name, info in self._reading.items()})
        return {name: said[name] for name in self.list_commands(None)}

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        show_help(self, ctx, formatter, list(self.titles().items()))


def unknown_verb(ctx: typer.Context, word: str, known: list[str]) -> BadInput:
    """The error for a word that is no verb of the noun, with the nearest known one."""
    meant = near(word, known, 1, 0.5)
    path = ctx.command_path
    return BadInput(
        Text(
            f"{path} has no {word!r}" + (f"; did you mean {meant[0]!r}" if meant else ""),
            f"{path} 没有 {word!r}" + (f"，是不是 {meant[0]!r}" if meant else ""),
        ),
        Text(f"it has: {', '.join(known)}", f"可用：{'、'.join(known)}"),
    )


class Once(TyperCommand):
    """A verb whose options are given once each."""

    context_class = Context

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            refuse_repeated(self.make_parser(ctx).parse_args(list(args))[2])
        found: list[str] = super().parse_args(ctx, args)
        return found


class Reading(Once):
    """A reading verb: a function of the noun's file, for those who may use it (`svc.domain.permissions`)."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        noun, verb = words(ctx)
        allowed = permissions.verb(noun, verb)
        if allowed is None or (allowed.roles and not allowed.own):
            open_desk(ctx).permit_verb(noun, verb)
        return super().invoke(ctx)

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        show_help(self, ctx, formatter)


class Recording(Once):
    """A recording verb: its options are the fields of the event, its work is `Desk.record`."""

    def __init__(self, noun: str, event: Event) -> None:
        from svc.ui.forms import EXTRA

        self._noun, self._event = noun, event
        self._extra = EXTRA.get((noun, event.name))
        params: list[Any] = [*target_argument(noun, event)]
        for field in shown(event):
            params.extend(options_of(field))
        params += self._extra.params() if self._extra else []
        if event.name == correction.EVENT:
            params.extend(fixed_options(noun))
        if event.field("signature"):
            from svc.ui.signatures import options

            params.extend(options())
        super().__init__(
            event.name,
            params=[*params, *common()],
            help=say(event.title),
            epilog=event.example,
            rich_markup_mode=None,
        )

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        show_help(self, ctx, formatter)

    def fields(self) -> tuple[Field, ...]:
        """What its options are made of, for completion."""
        return self._event.fields

    def invoke(self, ctx: typer.Context) -> None:  # type: ignore[override]
        """Record, and print the new entry's id first; on a terminal what is missing is asked for."""
        given = dict(ctx.params)
        at, dry, yes = given.pop("at"), given.pop("dry_run"), given.pop("yes")
        target, signing = given.pop("id", None), self._signing(given)
        desk = open_desk(ctx)
        desk.permit(desk.who, self._event.roles, usage(self._noun, self._event))
        values = {f.name: given_for(f, given) for f in self._event.fields}
        if self._event.on not in ("new", "own"):
            values[self._event.on] = target
        besides = self._extra.fill(desk, target, values, given) if self._extra else []
        deed = Deed(desk, self._noun, self._event, target, values, at or values.pop("at", None), dry, besides, signing)
        asking = sys.stdin.isatty() and not yes and not (signing and signing.elsewhere)
        if given.get("edit"):
            from svc.ui.editor import edited

            return edited(deed)
        if given.get("resume") and not asking:
            raise BadInput(
                Text("--resume asks: it needs a terminal", "--resume 需要在终端里使用"),
                Text("run it in a terminal, without --yes", "请在终端里执行，不要加 --yes"),
            )
        if asking and self._talked(deed, bool(given.get("resume"))):
            return
        answered: list[str] = []
        if asking:
            from svc.ui.missing import ask_for_missing

            answered = ask_for_missing(desk, self._noun, self._event, values)
        try:
            deed.record()
        except SvcError as error:
            raise _repeatable(error, answered) from error

    def _signing(self, given: dict[str, Any]) -> Signing | None:
        """What was said about the signature, of an event that has one."""
        if self._event.field("signature") is None:
            return None
        from svc.ui.signatures import taken

        return taken(given)

    def _talked(self, deed: Deed, resume: bool) -> bool:
        """Whether it is one of the deeds that are a conversation, and was held as one."""
        from svc.ui.talks import TALKS

        found = TALKS.get((self._noun, self._event.name))
        if found is None or not (resume or found.begins(self._event, deed.values)):
            return False
        talk = found.make(deed.desk, self._event)
        if resume:
            talk.resume()
        else:
            talk.preset({name: v for name, v in deed.values.items() if v != self._event.default(name)})
        talk.hold(deed.answered, deed.dry)
        return True


class Deed(NamedTuple):
    """What is about to be recorded, and what besides."""

    desk: Desk
    noun: str
    event: Event
    target: str | None
    values: dict[str, Any]
    at: str | None
    dry: bool
    besides: Sequence[Besides] = ()
    signing: Signing | None = None

    def record(self) -> Entry:
        """Record and print the receipts."""
        from svc.ui.guards import AFTER, BEFORE

        desk, name, target = self.desk, self.event.name, self.target
        if self.event.on == "own" and target is not None:
            target = desk.reference(self.noun, target)
        before = BEFORE.get((self.noun, name))
        if before:
            before(desk, self.event, target, self.values)
        for other in self.besides:  # what cannot be recorded after it is better known before
            desk.record(self.noun, other.event, other.target, other.values, self.at, dry=True)
        if self.signing and self.signing.to_sign:
            entry = desk.record(self.noun, name, target, self.values, self.at, dry=True)
            self.signing.write_text(desk, entry)
            return entry
        sign = self.signing.signer(desk, self.at, self.dry) if self.signing else None
        entry = desk.record(self.noun, name, target, self.values, self.at, self.dry, sign)
        receipt(desk, entry, self.dry)
        _tell_masked(self.event, self.values, entry)
        for other in self.besides:
            receipt(desk, desk.record(self.noun, other.event, other.target, other.values, self.at, self.dry), self.dry)
        after = AFTER.get((self.noun, name))
        if after:
            print(after(desk, entry))
        warn_exposed(desk)
        return entry

    def answered(self, talk: Talk) -> None:
        """Record what a conversation was about; it happened when the conversation began."""
        values, besides = talk.values()
        at = self.at or talk.started.isoformat(timespec="seconds")
        entry = self._replace(values={**self.values, **values}, at=at, besides=besides).record()
        from svc.ui.permitted import next_step

        for line in talk.next(entry):
            print(next_step(self.desk, line), file=sys.stderr)  # whole, to be copied


def _tell_masked(event: Event, given: Mapping[str, Any], entry: Entry) -> None:
    """Say on stderr which texts were not stored as typed, because of numbers of people in them."""
    texts = [f for f in event.fields if isinstance(given.get(f.name), str) and isinstance(entry.get(f.name), str)]
    names = [
        option_of(f) for f in texts if type(f.kind) is Prose and entry.get(f.name).count("*") > given[f.name].count("*")
    ]
    if names:
        print(
            text(
                f"note: phone and identity numbers in {', '.join(names)} are masked in the ledger; phone numbers are"
                f" kept apart, where they can be erased: svc {entry.ledger} show {entry.id} --unmask",
                f"提示：{'、'.join(names)} 中的电话和身份证号在台账中已隐藏；电话另存于登记册，可删除："
                f"svc {entry.ledger} show {entry.id} --unmask",
            ),
            file=sys.stderr,
        )


def warn_exposed(desk: Desk) -> None:
    """Say on stderr that everybody may read the registers, where it is so."""
    from svc.store.files.folder import exposed

    said = exposed(desk.kept.folder)
    if said:
        print(say(said), file=sys.stderr)


def usage(noun: str, event: Event) -> Text:
    """What a recording verb does, for a refusal."""
    return Text(f"use: svc {noun} {event.name}", f"使用 svc {noun} {event.name}")


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
    from svc.ui.doubts import doubts

    event = ledgers.event(entry.ledger, entry.event)
    done = Text(f"{entry.ledger} {event.done.en}", f"已{event.done.zh}")
    said = [say(done), say(echo(entry.at, desk.zone))]
    for field in event.fields:
        value = entry.get(field.name)
        if value is not None and hasattr(value, "tzinfo"):
            named = Text(field.name.replace("_", " "), field.title.zh.partition("（")[0])
            said.append(f"{say(named)} {say(echo(value, desk.zone))}")
        elif value is not None and getattr(field.kind, "noun", None) in ("staff", "customer"):
            name = desk.person(field.kind.noun, value).get("name") if value[:1].isalpha() else None
            said.append(f"{value} {name}" if name else str(value))
    note = dry_run_note() if dry else ""
    line = f"{entry.id}  {' · '.join(said)}{note}"
    if sys.stdout.isatty():
        from svc.output.fold import show

        show(line, indent="  ")
    else:
        print(line)
    for doubt in doubts(desk, entry, dry):
        print(say(doubt), file=sys.stderr)


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
