"""A conversation about one entry: a dialogue with a draft, and everything shown before it is recorded.

What was answered stands in a draft from the first answer on; it goes when the entry is recorded. So a closed
terminal, a full disk or a refused entry costs nothing but the time to say `--resume`.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from svc.desk.open import Desk
from svc.domain.kinds import Prose
from svc.domain.ledgers import Event
from svc.domain.numbers import hide
from svc.domain.people import holds_masked, is_masked
from svc.errors import BadInput, Conflict, SvcError
from svc.named import NamedTuple
from svc.output.fold import show
from svc.store import drafts
from svc.text import Text, quoted, quoted_zh, say
from svc.ui.ask import BACK, DISCARD, Back, Left, Question, ask, keys_help, now_typing
from svc.ui.dialogue import Dialogue, Step, as_options, field_step, tell
from svc.ui.options import shown as fields_shown

if TYPE_CHECKING:
    from svc.domain.entry import Entry


class FollowUp(NamedTuple):
    """One more thing to record, after the one that was asked for: a survey that came on the report's form."""

    event: str
    target: str
    values: dict[str, Any]


def steps_of(noun: str, event: Event) -> Callable[..., Step]:
    """Makes the steps that ask for fields of an event: given the field's name, the question, and what `field_step` takes."""
    fields = {field.name: field for field in event.fields}
    return lambda name, title, **more: field_step(noun, event.name, fields[name], title, **more)


class Conversation(Dialogue):
    """The dialogue about one entry on a desk: with a draft, everything shown before it is recorded."""

    def __init__(self, desk: Desk, noun: str, event: Event, steps: Sequence[Step]) -> None:
        super().__init__(desk, noun, steps)
        self.event = event
        self.started = desk.now()
        self.path: Path | None = None
        self.unasked: frozenset[str] = frozenset()
        """Answers that stand there before anything is asked: alone they are no draft."""
        self._name = f"{noun}-{event.name}-{int(time.time() * 1000)}"

    # ---- the draft -----------------------------------------------------------------------------

    def keep(self) -> None:
        """Write down what was answered so far, where that is anything, with no number in clear; else there is no draft."""
        if not self._holds_anything():
            drafts.forget(self.path)
            self.path = None
            return
        content = {
            "label": self.label(),
            "answers": self._hidden(self.answers),
            "asked": self.asked,
            "typing": {name: hide(text) for name, text in self.typing.items()},
            "started": self.started.isoformat(timespec="seconds"),
        }
        self.path = drafts.save(self.desk.ledger.id, self._name, content)

    def _holds_anything(self) -> bool:
        """Whether anything was answered or typed that whoever began would miss."""
        told = set(self.asked) - self.unasked
        return any(text.strip() for text in self.typing.values()) or any(self.answers.get(name) for name in told)

    def _hidden(self, answers: Mapping[str, str]) -> dict[str, str]:
        return {step.name: step.kept(self, answers[step.name]) for step in self.steps if step.name in answers}

    def label(self) -> str:
        """What tells this conversation from others: what it is about, and the first words of the last text."""
        said = {**self.answers, **self.typing}
        prose = {field.name for field in self.event.fields if isinstance(field.kind, Prose)}
        first = next((step for step in self.steps if said.get(step.name) and step.name not in self.unasked), None)
        words = next((said[step.name] for step in reversed(self.steps) if step.name in prose and said.get(step.name)), "")
        about = hide(first.shown(self, said[first.name])) if first and first.name not in self.typing else ""
        return " · ".join(part for part in (about, hide(words)) if part) or hide((first and said[first.name]) or "")

    def resume(self) -> None:
        """Go on with a draft, chosen where there are several; Conflict where there is none."""
        found = drafts.kept(self.desk.ledger.id, f"{self.noun}-{self.event.name}")
        if not found:
            raise Conflict(
                Text(
                    f"there is no draft of {self.noun} {self.event.name}", f"没有 {self.noun} {self.event.name} 的草稿"
                ),
                Text(f"begin: svc {self.noun} {self.event.name}", f"开始：svc {self.noun} {self.event.name}"),
            )
        self.path, content = choose(self.desk, found)
        self._name = self.path.stem
        steps = {step.name: step for step in self.steps}
        self.answers = {k: str(v) for k, v in content.get("answers", {}).items() if k in steps}
        self.asked = [name for name in content.get("asked", []) if name in self.answers]
        self.typing = {k: str(v) for k, v in content.get("typing", {}).items() if k in steps}
        self.started = datetime.fromisoformat(content["started"])
        self._ask_for_numbers()
        self._say_again()

    def _ask_for_numbers(self) -> None:
        """What held a number is asked again, with the number hidden as it was kept."""
        for name in [name for name in self.asked if holds_masked(self.answers[name])]:
            self.asked.remove(name)
            self.typing[name] = self.answers[name]
        hidden = {name: text for name, text in self.typing.items() if holds_masked(text)}
        if hidden:
            tell(BadInput(_NUMBERS, Text("type the number again, or leave it hidden", "请重新输入号码，或保持隐藏")))
        self.refused = next(((name, text) for name, text in hidden.items() if is_masked(text)), None)

    def _say_again(self) -> None:
        """What was answered is understood anew: cards are shown, what is no longer so is asked again."""
        for step in self.steps:
            if step.name in self.asked:
                try:
                    self.answers[step.name] = step.accept(self, self.answers[step.name])
                except SvcError as error:
                    tell(error)
                    self.asked.remove(step.name)

    # ---- asking --------------------------------------------------------------------------------

    def hold(self, record: Callable[[Conversation], None], dry: bool) -> None:
        """Ask everything, then record; leaving early, or whatever goes wrong, keeps the draft."""
        show(keys_help(), sys.stderr)
        with self._kept_on_hangup():
            try:
                while not self._recorded(record):
                    pass
            except Left as left:
                self._leave(left.typed)
            except (SvcError, OSError) as error:
                self._refused(error)
                raise
        if not dry:
            drafts.forget(self.path)

    def _recorded(self, record: Callable[[Conversation], None]) -> bool:
        step = self.next_step()
        if step is not None:
            self.ask(step)
            return False
        if not self._confirmed():
            return False
        try:
            record(self)
        except (BadInput, Conflict) as error:
            tell(error)
            return False
        return True

    def _confirmed(self) -> bool:
        """Show all that will be recorded; Enter records, a number changes, `<` goes back, `x` throws away."""
        shown = [step for step in self.steps if step.wanted(self)]
        print(file=sys.stderr)
        for n, step in enumerate(shown, 1):
            answer = self.answers.get(step.name, "")
            show(f"{n:>2} {say(step.title)}: {step.shown(self, answer) or '-'}", sys.stderr, "   ")
        for line in self.warnings():
            show(f" ! {line}", sys.stderr, "   ")
        self.now = ""
        try:
            typed = ask(Question(say(_CONFIRM)))
        except Back:
            self.take_back()
            return False
        if not typed:
            return True
        if typed in DISCARD:
            self._throw_away()
        elif typed.isdigit() and 1 <= int(typed) <= len(shown):
            name = shown[int(typed) - 1].name
            self.asked = [other for other in self.asked if other != name]
        else:
            tell(BadInput(Text(f"{quoted(typed)}: what is meant?", f"{quoted_zh(typed)}：不明白"), _CONFIRM))
        return False

    # ---- leaving -------------------------------------------------------------------------------

    @contextmanager
    def _kept_on_hangup(self) -> Iterator[None]:
        """A closed terminal or a shutdown in the middle of a line keeps that line too."""
        signals = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
        before = {number: signal.signal(number, self._hung_up) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hung_up(self, number: int, frame: object) -> None:
        self._note(now_typing())
        os._exit(128 + number)

    def _note(self, typed: str) -> None:
        name = self.now
        if name and typed.strip() and typed.strip() not in BACK:
            self.typing[name] = typed.strip()
        self.keep()

    def _leave(self, typed: str) -> None:
        self._note(typed)
        if self._holds_anything():
            print(file=sys.stderr)
            show(say(self.kept()), sys.stderr, "  ")
        raise typer.Exit(130)

    def kept(self) -> Text:
        """Where what was typed is to be had again: the draft, or where none could be written the line to repeat."""
        if self.path is None:
            return Text(f"no draft could be kept; repeat: {self.line()}", f"无法保存草稿；重来：{self.line()}")
        again = shlex.join([*_called(self.noun), self.event.name, "--resume"])
        return Text(f"kept as a draft: {again}", f"已存为草稿：{again}")

    def _refused(self, error: SvcError | OSError) -> None:
        self.keep()
        if isinstance(error, SvcError):
            hint, kept = error.hint or Text("", ""), self.kept()
            error.hint = Text(f"{hint.en}\n{kept.en}".strip(), f"{hint.zh}\n{kept.zh}".strip())
        else:
            show(say(self.kept()), sys.stderr, "  ")

    def chosen(self, step: Step, typed: str) -> str:
        """What was typed; `x` alone throws all of it away at once, whatever is asked."""
        if typed in DISCARD:
            self._throw_away()
        return super().chosen(step, typed)

    def _throw_away(self) -> NoReturn:
        drafts.forget(self.path)
        print(say(Text("thrown away; nothing was recorded", "已丢弃；没有记录")), file=sys.stderr)
        raise typer.Exit(130)

    # ---- what was answered --------------------------------------------------------------------

    def values(self) -> tuple[dict[str, Any], list[FollowUp]]:
        """The answers as values of the event, and what is recorded besides."""
        return {step.name: self.answers[step.name] for step in self._answered()}, []

    def _answered(self) -> list[Step]:
        fields = {field.name for field in self.event.fields}
        return [s for s in self.steps if s.name in fields and self.answers.get(s.name) and s.wanted(self)]

    def warnings(self) -> list[str]:
        """What should be known before it is recorded."""
        return []

    def next(self, entry: Entry) -> list[str]:
        """What is usually done after it, as lines to say."""
        return []

    def line(self) -> str:
        """The whole deed on one line, for those who know it, and for when nothing can be kept."""
        target = [self.answers[self.event.on]] if self.answers.get(self.event.on) else []
        return shlex.join([*_called(self.noun), self.event.name, *target, *as_options(fields_shown(self.event), self.answers)])

    def preset(self, given: Mapping[str, Any]) -> None:
        """Take what was typed on the command line as answered."""
        for step in self.steps:
            value = given.get(step.name)
            if value not in (None, (), []):
                text = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
                self.answers[step.name] = "; ".join(text) if isinstance(text, (list, tuple)) else str(text)
                self.asked.append(step.name)
        self._say_again()


def choose(desk: Desk, found: Sequence[drafts.Draft]) -> drafts.Draft:
    """The draft that is meant: the only one, or of several by its number or its first words; Enter is the latest."""
    if len(found) == 1:
        return found[0]
    labels = [str(draft.content.get("label", "")) for draft in found]
    for n, (draft, label) in enumerate(zip(found, labels, strict=True), 1):
        began = datetime.fromisoformat(draft.content["started"])
        show(f"  {n}  {began.astimezone(desk.zone):%Y-%m-%d %H:%M}  {label}".rstrip(), sys.stderr, "     ")
    while True:
        try:
            typed = ask(Question(say(_WHICH), "1"))
        except (Back, Left):
            raise typer.Exit(130) from None
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(found):
            return found[int(typed) - 1]
        meant = [draft for draft, label in zip(found, labels, strict=True) if typed.casefold() in label.casefold()]
        if len(meant) == 1:
            return meant[0]
        tell(BadInput(Text(f"{quoted(typed)}: {len(meant) or 'none'} of them", f"{quoted_zh(typed)}：符合的有 {len(meant)} 个"), _WHICH))


_WHICH = Text("Which draft (number or first words; Enter: the latest)", "哪份草稿（序号或开头几个字；回车：最近的）")
_NUMBERS = Text("numbers are not kept in drafts", "草稿不保存电话号码")
_CONFIRM = Text(
    "Enter: record   number: change   <: back   x: throw away", "回车：登记   序号：修改   <：退回   x：丢弃"
)


def _called(noun: str) -> list[str]:
    """How the command was called, up to its noun: the desk and who acts are part of what to repeat."""
    words = sys.argv[1:]
    return ["svc", *words[: words.index(noun)], noun] if noun in words else ["svc", noun]
