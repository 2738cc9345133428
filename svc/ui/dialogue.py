"""Asking for several things: questions in their order, each until its answer can be used, any answer taken back."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from svc.desk.completions import Source, source
from svc.desk.open import Desk
from svc.domain.clock.base import echo
from svc.domain.clock.precision import as_typed
from svc.domain.kinds import Choice, Field, Flag, Moment, Prose, option_of
from svc.domain.numbers import hide
from svc.domain.row_kinds import NamedValues, Rows
from svc.errors import BadInput, SvcError
from svc.named import NamedTuple
from svc.output.fold import show
from svc.output.words import short
from svc.text import Text, language, say
from svc.ui.ask import Back, Left, Question, ask

NONE = ("-", "－", "—", "无", "none")
"""What says that there is none, where a default stands on the line."""


class Step(NamedTuple):
    """One question. `accept` gives the answer to keep or raises SvcError; `wanted` says whether it is asked at all.

    `shown` is the answer among the others, `line` as it stands on the line again, to be changed, `kept` as it stands in
    a draft, where no number is kept in clear.
    """

    name: str
    title: Text
    question: Callable[[Dialogue], Question]
    accept: Callable[[Dialogue, str], str]
    wanted: Callable[[Dialogue], bool] = lambda talk: True
    shown: Callable[[Dialogue, str], str] = lambda talk, answer: answer
    line: Callable[[Dialogue, str], str] = lambda talk, answer: answer
    kept: Callable[[Dialogue, str], str] = lambda talk, answer: hide(answer)


class Dialogue:
    """Steps asked one after the other, each until its answer can be used."""

    def __init__(self, desk: Desk, noun: str, steps: Sequence[Step]) -> None:
        self.desk, self.noun, self.steps = desk, noun, steps
        self.answers: dict[str, str] = {}
        self.known: dict[str, Any] = {}
        """What the steps found out and tell each other."""
        self.asked: list[str] = []
        self.typing: dict[str, str] = {}
        """What was typed and cannot be used, or not yet: it stands on the line again."""
        self.refused: tuple[str, str] | None = None
        """The answer that could not be used last, with its step."""
        self.now = ""
        """The step that is being asked."""
        self.offered: tuple[str, ...] = ()
        """The ids that were just listed by numbers, because any of them may be meant."""

    def next_step(self) -> Step | None:
        """What is asked next; None where all is answered."""
        return next((s for s in self.steps if s.name not in self.asked and s.wanted(self)), None)

    def ask(self, step: Step) -> None:
        """Ask once: the answer is kept, or what is wrong with it said, or the one before taken back. Left goes on."""
        typed = self.typing.get(step.name) or step.line(self, self.answers.get(step.name, ""))
        self.now = step.name
        try:
            refused = self.refused == (step.name, typed)
            typed = self.chosen(step, ask(step.question(self)._replace(typed=typed, refused=refused)))
            self.answers[step.name] = step.accept(self, typed)
        except Back:
            self.take_back()
        except SvcError as error:
            tell(error)
            self.offered = getattr(error, "ids", ())
            self.typing[step.name] = "" if self.offered else typed
            self.refused = (step.name, typed)
            self.keep()
        else:
            self.typing.pop(step.name, None)
            self.asked.append(step.name)
            self.keep()

    def chosen(self, step: Step, typed: str) -> str:
        """What was typed; a number where those that may be meant were listed by numbers just now."""
        offered, self.offered = self.offered, ()
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(offered):
            return str(offered[int(typed) - 1])
        return typed

    def take_back(self) -> None:
        """Ask again what was answered last."""
        if self.asked:
            self.asked.pop()
            self.keep()

    def keep(self) -> None:
        """Write down what was answered so far, where it is worth it."""


def tell(error: SvcError) -> None:
    """Say what is wrong with an answer, in the middle of a conversation."""
    for said in (error.what, error.hint):
        for line in say(said).split("\n") if said else ():
            show(f"  {line}", sys.stderr, "     " if line.startswith("  ") else "  ")


# ---- a field as a step -----------------------------------------------------------------------------


def field_step(
    noun: str,
    verb: str,
    field: Field,
    title: Text | None = None,
    default: str = "",
    optional: bool = False,
    wanted: Callable[[Dialogue], bool] = lambda talk: True,
) -> Step:
    """The step that asks for a field of an event or register."""
    heading = Text(short(field.title.en), short(field.title.zh))

    def question(talk: Dialogue) -> Question:
        return Question(
            say(title or field.title) + _choices(field),
            _shown(field, default),
            source=source(talk.desk, noun, verb, field),
            reading=_reading(talk.desk) if isinstance(field.kind, Moment) else None,
        )

    def accept(talk: Dialogue, typed: str) -> str:
        if typed in (("", *NONE) if optional else ()):
            return ""
        if not typed:
            raise BadInput(
                Text(f"{heading.en}: it cannot be left empty", f"{heading.zh}：不能为空"),
                Text("write it, or < to go back", "请填写，或用 < 退回"),
            )
        return _understood(talk.desk, field, typed, source(talk.desk, noun, verb, field))

    def show(talk: Dialogue, answer: str) -> str:
        if isinstance(field.kind, Moment) and answer:
            return _reading(talk.desk)(answer)
        return _shown(field, answer)

    return Step(field.name, heading, question, accept, wanted, show, lambda talk, answer: _shown(field, answer), _keeping(field))


def _keeping(field: Field) -> Callable[[Dialogue, str], str]:
    """How an answer stands in a draft: texts with their numbers hidden, as in a ledger; times, codes and ids as they are."""
    hidden = isinstance(field.kind, (Prose, Rows, NamedValues))
    return lambda talk, answer: hide(answer) if hidden else answer


def _choices(field: Field) -> str:
    if not isinstance(field.kind, Choice):
        return ""
    words = field.kind.words
    return f" [{'/'.join(words.values() if language() == 'zh' else words)}]"


def _shown(field: Field, answer: str) -> str:
    """A code in the language of the conversation."""
    if isinstance(field.kind, Choice) and language() == "zh":
        return field.kind.words.get(answer, answer)
    if isinstance(field.kind, Flag) and answer in ("yes", "no"):
        return say({"yes": Text("yes", "是"), "no": Text("no", "否")}[answer])
    return answer


def _understood(desk: Desk, field: Field, typed: str, known: Source | None) -> str:
    """The answer as it goes on: what cannot be read as it stands may be the beginning of the one thing it can mean."""
    if isinstance(field.kind, Flag):
        typed = _SPOKEN.get(typed.lower(), typed)
    if isinstance(field.kind, Choice):
        typed = _chosen(field.kind, typed)
    try:
        return _as_text(field.kind.read(_given(field, typed), say(field.title), desk), typed, field)
    except SvcError:
        found = known(typed) if known and typed else []
        if len(found) != 1:
            raise
        return _as_text(field.kind.read(found[0].value, say(field.title), desk), found[0].value, field)


_SPOKEN = {
    **dict.fromkeys(("y", "要", "需要", "好", "好了", "对", "修好了"), "yes"),
    **dict.fromkeys(("n", "不", "不要", "不用", "不需要", "没", "没有", "没好", "没修好"), "no"),
}
"""How yes and no are said."""


def _chosen(kind: Choice, typed: str) -> str:
    """A code by its number or by the pinyin initials of its word, from the first on or within: `2`, `bx`, `bjs`; else what was typed."""
    codes = list(kind.words)
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(codes):
        return codes[int(typed) - 1]
    if not (typed.isascii() and typed.isalpha()) or any(code.startswith(typed.lower()) for code in codes):
        return typed
    from pypinyin import lazy_pinyin

    initials = {code: "".join(part[:1] for part in lazy_pinyin(word)).lower() for code, word in kind.words.items()}
    begun = [code for code, letters in initials.items() if letters.startswith(typed.lower())]
    found = begun or [code for code, letters in initials.items() if typed.lower() in letters]
    return found[0] if len(found) == 1 else typed


def _given(field: Field, answer: str) -> str | tuple[str, ...]:
    """An answer as options would give it: rows are several."""
    return tuple(answer.split()) if isinstance(field.kind, (Rows, NamedValues)) else answer


def _as_text(value: Any, typed: str, field: Field) -> str:
    """A code or id that was understood stands for what was typed; times and texts stay as typed."""
    if isinstance(field.kind, Moment):
        return as_typed(value)
    if isinstance(field.kind, Flag):
        return "yes" if value else "no"
    return value if isinstance(value, str) else typed


def _reading(desk: Desk) -> Callable[[str], str]:
    """How a time is read, while it is typed: date and weekday, or why not."""

    def read(typed: str) -> str:
        try:
            return say(echo(desk.time(typed), desk.zone))
        except SvcError as error:
            return say(error.what)

    return read


# ---- what is missing -------------------------------------------------------------------------------


def ask_for_missing(
    desk: Desk, noun: str, verb: str, fields: Sequence[Field], values: dict[str, Any], offered: tuple[str, ...] = ()
) -> list[str]:
    """Ask for each required value that is missing and put it into `values`; what was answered, as options.

    `offered` are ids that were listed by numbers: a number means one of them.

    Whoever leaves is told the line that repeats it all.
    """
    missing = [f for f in fields if f.required and values.get(f.name) in (None, "", ()) and not f.decided]
    talk = Dialogue(desk, noun, [field_step(noun, verb, field) for field in missing])
    talk.offered = offered
    try:
        while (following := talk.next_step()) is not None:
            talk.ask(following)
    except Left:
        given = as_options(missing, {name: talk.answers[name] for name in talk.asked})
        if given:
            again = shlex.join(["svc", *sys.argv[1:], *given])
            print(f"\n{say(Text('repeat', '重来'))}: {again}", file=sys.stderr)
        raise typer.Abort from None
    values.update({field.name: _given(field, talk.answers[field.name]) for field in missing})
    return as_options(missing, talk.answers)


def as_options(fields: Sequence[Field], answers: Mapping[str, str]) -> list[str]:
    """Answers as the options that would have said them."""
    words: list[str] = []
    for field in fields:
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
