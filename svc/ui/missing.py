"""On a terminal what is missing is asked for, field by field; what was answered is never lost."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from typing import Any

import typer

from svc.desk.completions import source
from svc.desk.open import Desk
from svc.domain.kinds import Choice, Field, Flag, Moment, option_of
from svc.domain.ledgers import Event
from svc.domain.row_kinds import NamedValues, Rows
from svc.errors import SvcError
from svc.text import Text, say
from svc.ui.answers import reading, understood
from svc.ui.ask import Back, Left, Question, ask
from svc.ui.options import metavar, shown


def ask_for_missing(desk: Desk, noun: str, event: Event, values: dict[str, Any]) -> list[str]:
    """Ask for each missing required value until it can be used; what was answered, as options.

    Whoever leaves is told the line that repeats it all.
    """
    missing = [f for f in event.fields if f.required and values.get(f.name) is None and not f.decided]
    answered: list[list[str]] = []
    while len(answered) < len(missing):
        field = missing[len(answered)]
        try:
            values[field.name], typed = _ask(desk, noun, event, field)
        except Back:
            answered = answered[:-1]
        except Left:
            given = [word for words in answered for word in words]
            if given:
                again = shlex.join(["svc", *sys.argv[1:], *given])
                print(f"\n{say(Text('repeat', '重来'))}: {again}", file=sys.stderr)
            raise typer.Abort from None
        else:
            answered.append([f"--{typed}"] if field.flags else [option_of(field), typed])
    return [word for words in answered for word in words]


def _ask(desk: Desk, noun: str, event: Event, field: Field) -> tuple[Any, str]:
    """A value that can be used, and how it was typed."""
    choices = f" [{metavar(field)}]" if isinstance(field.kind, Choice) else ""
    known = source(desk, noun, event.name, field)
    said = reading(desk) if isinstance(field.kind, Moment) else None
    while True:
        typed = ask(Question(f"{say(field.title)}{choices}", source=known, reading=said))
        given: Any = tuple(typed.split()) if isinstance(field.kind, (Rows, NamedValues)) else typed
        try:
            if isinstance(given, str) and given:
                given = typed = understood(desk, field, typed, known)
            read = field.kind.read(given, say(field.title), desk)
        except SvcError as error:
            print(f"{say(error.what)}\n{say(error.hint or '')}", file=sys.stderr)
            continue
        if read not in ("", (), {}):
            return given, str(read) if field.flags else typed


def as_options(event: Event, answers: Mapping[str, str]) -> list[str]:
    """Answers as the options that would have said them."""
    words: list[str] = []
    for field in shown(event):
        answer = answers.get(field.name)
        if not answer:
            continue
        if isinstance(field.kind, Flag):
            words.append(option_of(field) if answer == "yes" else field.off or "")
        elif isinstance(field.kind, (Rows, NamedValues)):
            words += [word for part in answer.split(";") for word in (option_of(field), part.strip())]
        else:
            words += [f"--{answer}"] if field.flags else [option_of(field), answer]
    return [word for word in words if word]
