"""Recording verbs: made of an event of the ledgers, with what the noun's file adds (`Verb`)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperOption

from svc.desk.open import Desk
from svc.domain import correction
from svc.domain.entry import Entry
from svc.domain.kinds import Field
from svc.domain.ledgers import Event
from svc.errors import BadInput, SvcError
from svc.named import NamedTuple
from svc.output.notes import note, quiet, tell
from svc.text import Text, say
from svc.ui.ask import can_ask
from svc.ui.options import (
    Command,
    argument_of,
    common,
    fixed_options,
    given_for,
    open_desk,
    options_of,
    shown,
    target_argument,
)
from svc.ui.receipts import Receipt, masked, receipt, repeatable, warn_exposed

if TYPE_CHECKING:
    from svc.ui.attached import Bringing, Brought
    from svc.ui.conversation import Conversation, FollowUp
    from svc.ui.signatures import Signing

Values = dict[str, Any]
Fill = Callable[[Desk, str | None, Values, Mapping[str, Any]], "list[FollowUp]"]


class Extra(NamedTuple):
    """An option of a verb that is no field; without a metavar it is a flag."""

    name: str
    flag: str
    metavar: str
    title: Text

    def param(self) -> TyperOption:
        """The option as Typer knows it."""
        if self.metavar:
            return TyperOption(
                param_decls=[self.name, self.flag], type=str, default=None, metavar=self.metavar, help=say(self.title)
            )
        return TyperOption(param_decls=[self.name, self.flag], is_flag=True, default=False, help=say(self.title))


_RESUME = Extra("resume", "--resume", "", Text("go on with the draft that was kept", "继续上次存下的草稿"))
_EDIT = Extra("edit", "--edit", "", Text("fill in a form in your editor ($EDITOR)", "在编辑器中填写表单（$EDITOR）"))


def incomplete(event: Event, values: Mapping[str, Any]) -> bool:
    """Something required is missing."""
    return any(f.required and values.get(f.name) is None for f in event.fields)


def bare(event: Event, values: Mapping[str, Any]) -> bool:
    """Nothing was said but what the verb is on."""
    return all(values.get(f.name) in (None, f.default) for f in event.fields if f.name != event.on)


class Verb(NamedTuple):
    """What a noun's file adds to a recording verb. The functions are called when they are needed and load the rest then."""

    extra: tuple[Extra, ...] = ()
    """Options that are no fields."""
    fill: Fill | None = None
    """Puts what it finds (in a form) into the values (the time as `at`), except where something was typed, and names
    what is to be recorded besides; given desk, target, the values, and all that was typed (`asking`: a person answers)."""
    talk: Callable[[Desk, Event], Conversation] | None = None
    """Makes the conversation that is held on a terminal."""
    begins: Callable[[Event, Mapping[str, Any]], bool] = incomplete
    """Whether there is anything to talk about, of the values given."""
    edit: Callable[[Recording], None] | None = None
    """What `--edit` does."""
    after: Callable[[Desk, Entry], str] | None = None
    """What a verb decided is part of its answer: it stands below the receipt."""
    notes: Callable[[Desk, Entry], Iterable[Text]] | None = None
    """What may be done next: a note, which stands beside the answer."""
    bring: Bringing | None = None
    """The option by which files are brought that are kept with the entry."""
    many: bool = False
    """Whether it may be done to several at once: `report archive R1 R2 …`."""
    argument: str = ""
    """The field that is given as an argument, without an option: the machine that upkeep is planned for."""

    def options(self) -> list[TyperOption]:
        """All options that are no fields."""
        own = [*self.extra, *([_EDIT] if self.edit else []), *([_RESUME] if self.talk else [])]
        return [*(one.param() for one in own), *([self.bring.param()] if self.bring else [])]


PLAIN = Verb()


class RecordingVerb(Command):
    """A recording verb: its options are the fields of the event, its work is `Desk.record`."""

    def __init__(self, noun: str, event: Event, added: Verb = PLAIN) -> None:
        self._noun, self._event, self._added = noun, event, added
        params: list[Any] = [*target_argument(event, added.talk is not None, added.many)]
        for field in shown(event):
            params.extend([argument_of(field)] if field.name == added.argument else options_of(field))
        params += added.options()
        if event.name == correction.EVENT:
            params.extend(fixed_options(noun))
        if event.field("signature"):
            from svc.ui.signatures import options

            params.extend(options())
        super().__init__(
            event.name,
            params=[*params, *common()],
            help=say(event.title),
            epilog=say(event.example),
            rich_markup_mode=None,
        )

    def fields(self) -> tuple[Field, ...]:
        """What its options are made of, for completion."""
        return self._event.fields

    def invoke(self, ctx: typer.Context) -> None:  # type: ignore[override]
        """Record, and print the new entry's id first; on a terminal what is missing is asked for."""
        given = dict(ctx.params)
        at, dry, yes, as_json = (given.pop(name) for name in ("at", "dry_run", "yes", "json_"))
        desk, signing = open_desk(ctx), self._signing(given)
        desk.permit(desk.who, self._event.roles, usage(self._noun, self._event))
        target, others = self._targets(desk, given.pop("id", None))
        values = {f.name: given_for(f, given) for f in self._event.fields}
        if self._event.on not in ("new", "own"):
            values[self._event.on] = target
        asking = can_ask() and not yes and not (signing and signing.elsewhere)
        with told_after(desk, not asking):
            self._carry_out(desk, given, values, target, at, dry, as_json, signing, asking, others)

    def _carry_out(
        self, desk: Desk, given: dict[str, Any], values: Values, target: str | None, at: str | None, dry: bool, as_json: bool,
        signing: Signing | None, asking: bool, others: list[FollowUp],
    ) -> None:  # fmt: skip
        """Record what was said, asking for what is missing."""
        more = self._added.fill(desk, target, values, {**given, "asking": asking}) if self._added.fill else others
        at = at or values.pop("at", None)
        recording = Recording(
            desk, self._noun, self._event, target, values, at, dry, more, signing, self._added.after, as_json,
            bring.looked_at(given.get("bring")) if (bring := self._added.bring) else None, self._added.notes,
        )
        if given.get("edit") and self._added.edit:
            return self._added.edit(recording)
        resume = bool(given.get("resume"))
        if resume and not asking:
            raise BadInput(
                Text("--resume asks: it needs a terminal", "--resume 需要在终端里使用"),
                Text("run it in a terminal, without --yes", "请在终端里执行，不要加 --yes"),
            )
        if asking and self._talked(recording, resume):
            return
        answered: list[str] = []
        if asking:
            from svc.ui.dialogue import ask_for_missing

            answered = ask_for_missing(desk, self._noun, self._event.name, self._event.fields, values)
        try:
            recording.record()
        except SvcError as error:
            raise repeatable(error, answered) from error

    def _targets(self, desk: Desk, typed: Any) -> tuple[str | None, list[FollowUp]]:
        """What it is on, and the further ones where it may be done to several."""
        if not self._added.many:
            return typed, []
        from svc.ui.conversation import FollowUp

        first, *rest = dict.fromkeys(desk.reference(self._noun, one) for one in typed)
        return first, [FollowUp(self._event.name, one, {}) for one in rest]

    def _signing(self, given: dict[str, Any]) -> Signing | None:
        """What was said about the signature, of an event that has one."""
        if self._event.field("signature") is None:
            return None
        from svc.ui.signatures import taken

        return taken(given)

    def _talked(self, recording: Recording, resume: bool) -> bool:
        """Whether it is recorded by a conversation, and was."""
        added = self._added
        if added.talk is None or not (resume or added.begins(self._event, recording.values)):
            return False
        talk = added.talk(recording.desk, self._event)
        if resume:
            talk.resume()
        else:
            talk.preset({name: v for name, v in recording.values.items() if v != self._event.default(name)})
        talk.hold(recording.answered, recording.dry)
        return True


@contextmanager
def told_after(desk: Desk, after: bool) -> Iterator[None]:
    """Inside, what a desk tells is kept until all is done where nobody can answer: a receipt is the first line of what is printed."""
    tell = desk.tell
    held: list[Text] = []
    if after:
        desk.tell = held.append
    try:
        yield
    finally:
        desk.tell = tell
        for one in held:
            tell(one)


class Recording(NamedTuple):
    """What is about to be recorded, and what after it."""

    desk: Desk
    noun: str
    event: Event
    target: str | None
    values: Values
    at: str | None
    dry: bool
    follow_ups: Sequence[FollowUp] = ()
    signing: Signing | None = None
    after: Callable[[Desk, Entry], str] | None = None
    as_json: bool = False
    brought: Brought | None = None
    notes: Callable[[Desk, Entry], Iterable[Text]] | None = None

    def record(self) -> Entry:
        """Record and print the receipts."""
        from svc.recording.door import record

        desk, name, target = self.desk, self.event.name, self.target
        if self.event.on == "own" and target is not None:
            target = desk.reference(self.noun, target)
        for other in self.follow_ups:  # what cannot be recorded after it is better known before
            record(desk, self.noun, other.event, other.target, other.values, self.at, dry=True)
        if self.signing and self.signing.to_sign:
            entry = record(desk, self.noun, name, target, self.values, self.at, dry=True)
            self.signing.write_text(desk, entry)
            return entry
        sign = self.signing.signer(desk, self.at, self.dry) if self.signing else None
        entry = record(desk, self.noun, name, target, self.values, self.at, self.dry, sign)
        told = [self._told(entry, self.values, self.notes(desk, entry) if self.notes else ())]
        try:
            for other in self.follow_ups:
                following = record(desk, self.noun, other.event, other.target, other.values, self.at, self.dry)
                told.append(self._told(following, {}))
            if self.brought and not self.dry:
                told.extend(self.brought.keep(desk, entry, self.at, self.as_json))
        finally:
            self._end(told)
        return entry

    def _told(self, entry: Entry, typed: Values, besides: Iterable[Text] = ()) -> Receipt:
        """The receipt of an entry, for people printed at once."""
        made = receipt(self.desk, entry, self.dry)
        made.notes.extend([*masked(self.event, typed, entry), *(say(one) for one in besides)])
        if not self.as_json:
            made.show()
        return made

    def _end(self, told: list[Receipt]) -> None:
        """What is said when all is recorded."""
        said = self.after(self.desk, told[0].entry) if self.after else None
        if self.as_json:
            from svc.output import json

            told[0].notes.extend(line.strip() for line in (said or "").split("\n") if line)
            json.emit({**told[0].document(), "also": [one.document() for one in told[1:]]})
        elif said and not quiet():
            tell(said, sys.stdout)
        warn_exposed(self.desk)

    def answered(self, talk: Conversation) -> None:
        """Record what a conversation was about; it happened when the conversation began."""
        values, more = talk.values()
        at = self.at or talk.started.isoformat(timespec="seconds")
        entry = self._replace(values={**self.values, **values}, at=at, follow_ups=more).record()
        from svc.desk.waiting import next_step

        for line in talk.next(entry):
            note(next_step(self.desk, line))  # whole, to be copied


def usage(noun: str, event: Event) -> Text:
    """What a recording verb does, for a refusal."""
    return Text(f"use: svc {noun} {event.name}", f"使用 svc {noun} {event.name}")
