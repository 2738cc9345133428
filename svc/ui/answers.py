"""Answers about fields: read as their kinds, completed from what is known, one match taken for what is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from svc.desk.completions import Source, source
from svc.desk.open import Desk
from svc.domain.clock.base import echo
from svc.domain.kinds import Choice, Field, Flag, Moment
from svc.domain.ledgers import Event
from svc.errors import BadInput, SvcError
from svc.output.words import short
from svc.text import Text, language, say
from svc.ui.ask import Question
from svc.ui.talk import Step, Talk

NONE = ("-", "－", "—", "无", "none")
"""What says that there is none, where a default stands on the line."""


def step(
    event: Event,
    name: str,
    title: Text,
    default: str = "",
    optional: bool = False,
    wanted: Callable[[Talk], bool] = lambda talk: True,
) -> Step:
    """The step that asks for a field of the event."""
    field = event.field(name)
    assert field is not None

    def question(talk: Talk) -> Question:
        return Question(
            say(title) + _choices(field),
            shown(field, default),
            source=source(talk.desk, talk.noun, event.name, field),
            reading=reading(talk.desk) if isinstance(field.kind, Moment) else None,
        )

    def accept(talk: Talk, typed: str) -> str:
        if typed in (("", *NONE) if optional else ()):
            return ""
        if not typed:
            raise BadInput(
                Text(f"{heading.en}: it cannot be left empty", f"{heading.zh}：不能为空"),
                Text("write it, or < to go back", "请填写，或用 < 退回"),
            )
        return understood(talk.desk, field, typed, source(talk.desk, talk.noun, event.name, field))

    def show(talk: Talk, answer: str) -> str:
        if isinstance(field.kind, Moment) and answer:
            return reading(talk.desk)(answer)
        return shown(field, answer)

    heading = Text(short(field.title.en), short(field.title.zh))
    return Step(name, heading, question, accept, wanted, show, lambda talk, answer: shown(field, answer))


def _choices(field: Field) -> str:
    if not isinstance(field.kind, Choice):
        return ""
    words = field.kind.words
    return f" [{'/'.join(words.values() if language() == 'zh' else words)}]"


def shown(field: Field, answer: str) -> str:
    """A code in the language of the conversation."""
    if isinstance(field.kind, Choice) and language() == "zh":
        return field.kind.words.get(answer, answer)
    if isinstance(field.kind, Flag) and answer in ("yes", "no"):
        return say({"yes": Text("yes", "是"), "no": Text("no", "否")}[answer])
    return answer


def understood(desk: Desk, field: Field, typed: str, known: Source | None) -> str:
    """The answer as it goes on: what cannot be read as it stands may be the beginning of the one thing it can mean."""
    if isinstance(field.kind, Flag):
        typed = {"y": "yes", "n": "no", "要": "yes", "不要": "no", "不": "no", "不用": "no"}.get(typed.lower(), typed)
    try:
        return _as_text(field.kind.read(typed, say(field.title), desk), typed, field)
    except SvcError:
        found = known(typed) if known and typed else []
        if len(found) != 1:
            raise
        return _as_text(field.kind.read(found[0].value, say(field.title), desk), found[0].value, field)


def _as_text(value: Any, typed: str, field: Field) -> str:
    """A code or id that was understood stands for what was typed; times and texts stay as typed."""
    if isinstance(field.kind, Moment):
        return str(value.isoformat(timespec="seconds"))
    if isinstance(field.kind, Flag):
        return "yes" if value else "no"
    return value if isinstance(value, str) else typed


def reading(desk: Desk) -> Callable[[str], str]:
    """How a time is read, while it is typed: date and weekday, or why not."""
    def read(typed: str) -> str:
        try:
            return say(echo(desk.time(typed), desk.zone))
        except SvcError as error:
            return say(error.what)

    return read
