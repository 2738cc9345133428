"""Asking on a terminal: one question, completed while it is typed; every answer can be taken back.

With prompt_toolkit where the terminal can do it, line by line elsewhere (`TERM=dumb`). All of it goes to
stderr: what a command answers is on stdout alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import typer

from svc.named import NamedTuple
from svc.output.pager import release
from svc.text import Text, say

if TYPE_CHECKING:
    from svc.desk.completions import Candidate

BACK = ("<", "《", "〈")
"""What takes the last answer back (a Chinese keyboard gives the others)."""


DISCARD = ("x", "X", "ｘ", "Ｘ")
"""What throws a conversation and its draft away, alone on a line."""


class Back(Exception):
    """The answer before is taken back."""


class Left(Exception):
    """Whoever was asked left; `typed` is what stood on the line."""

    def __init__(self, typed: str = "") -> None:
        super().__init__(typed)
        self.typed = typed


class Question(NamedTuple):
    """What is asked. Enter alone gives the `default`; `typed` stands on the line already, to be changed.

    `source` gives what may be typed, `reading` says how the text typed so far is understood.
    """

    text: str
    default: str = ""
    typed: str = ""
    source: Callable[[str], list[Candidate]] | None = None
    reading: Callable[[str], str] | None = None
    refused: bool = False
    """What stands on the line was refused: the next key replaces it."""


elsewhere: Callable[[Question], str] | None = None
"""How it is asked where the terminal is another process's: at a protected desk (`svc.protected`)."""


def ask(question: Question) -> str:
    """The answer as typed; Back or Left where there is none."""
    release()
    answer = elsewhere(question) if elsewhere else typed(question)
    if _takes_back(answer.strip(), question.typed.strip()):
        raise Back
    return answer.strip() or question.default


def typed(question: Question) -> str:
    """What is typed on this terminal, as it is; Left where nothing is."""
    return _rich(question) if _capable() else _plain(question)


def _takes_back(typed: str, before: str) -> bool:
    """Whether the answer before is taken back: by the sign alone, or behind the old answer that stood on the line."""
    return typed in BACK or (bool(before) and typed[-1:] in BACK and typed[:-1].strip() == before)


def now_typing() -> str:
    """What stands on the line at this moment, for whoever has to save it in a hurry."""
    session = _sessions[-1] if _sessions else None
    return str(session.default_buffer.text) if session is not None else ""


_sessions: list[Any] = []


_never = False


def never() -> None:
    """Ask nothing from now on, terminal or not (`--yes`)."""
    global _never
    _never = True


def can_ask() -> bool:
    """Whether somebody sits there who may be asked."""
    return sys.stdin.isatty() and not _never


@cache
def _capable() -> bool:
    return (os.environ.get("TERM", "") not in ("", "dumb") and sys.stderr.isatty()) or os.name == "nt"


def _plain(question: Question) -> str:
    """Line by line: what Enter gives stands in brackets."""
    before = question.typed or question.default
    shown = f" [{before}]" if before else ""
    print(f"{question.text}{shown}: ", end="", file=sys.stderr, flush=True)
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        raise Left from None
    if not line.endswith("\n"):
        raise Left(line)
    return line.strip() or before


def _rich(question: Question) -> str:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.output import create_output

    session: PromptSession[str] = PromptSession(
        message=_message(question.text),
        completer=_completer(question.source) if question.source else None,
        complete_while_typing=True,
        bottom_toolbar=_toolbar(question.reading),
        key_bindings=_keys(),
        reserve_space_for_menu=5,
        placeholder=question.default,
        output=create_output(stdout=sys.stderr),
    )
    _sessions.append(session)
    try:
        return session.prompt(default=question.typed, pre_run=_select_all if question.refused and question.typed else None)
    except KeyboardInterrupt:
        raise Left(session.default_buffer.text) from None
    except EOFError:
        raise Left(session.default_buffer.text) from None
    finally:
        _sessions.pop()


def _select_all() -> None:
    """Let what stands on the line be replaced by what is typed, as a selection is anywhere."""
    from prompt_toolkit.application import get_app

    buffer = get_app().current_buffer
    buffer.cursor_position = 0
    buffer.start_selection()
    assert buffer.selection_state is not None
    buffer.selection_state.enter_shift_mode()
    buffer.cursor_position = len(buffer.text)


def _message(text: str) -> str:
    """The question in lines that fit, the answer behind the last."""
    import shutil

    from svc.output.fold import fold

    return "\n".join(fold(f"{text}:", shutil.get_terminal_size().columns - 1)) + " "


def _completer(source: Callable[[str], list[Candidate]]) -> Any:
    from prompt_toolkit.completion import Completer, Completion

    class Known(Completer):
        """What may be typed, with what is behind it."""

        def get_completions(self, document: Any, complete_event: Any) -> Iterator[Completion]:
            typed = document.text_before_cursor
            for one in source(typed.strip()):
                yield Completion(one.value, -len(typed), display_meta=one.help)

    return Known()


def _toolbar(reading: Callable[[str], str] | None) -> Any:
    if reading is None:
        return None

    def shown() -> str:
        from prompt_toolkit.application import get_app

        typed = get_app().current_buffer.text.strip()
        return reading(typed) if typed else ""

    return shown


def _keys() -> Any:
    """Shift-Tab takes the last answer back, whatever is on the line."""
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("s-tab")
    def _back(event: Any) -> None:
        event.app.exit(result=BACK[0])

    return keys


def keys_help() -> str:
    """The line that tells a beginner the keys."""
    return say(
        Text(
            "Enter: next   <: back   x: throw away   Ctrl-C: keep a draft and stop",
            "回车：下一项   <：退回   x：丢弃   Ctrl-C：存为草稿并退出",
        )
    )


YES, NO = frozenset(("y", "yes", "是", "好")), frozenset(("n", "no", "否", "不"))


def confirm(question: str) -> None:
    """Go on only where it is said: yes; everything else ends the command (130)."""
    try:
        typed = ask(Question(f"{question} [y/N]"))
    except (Back, Left):
        typed = ""
    if typed.strip().lower() not in YES:
        raise typer.Abort


def yes_or_no(question: str) -> bool:
    """Which of the two is said, where neither goes without saying: asked again until one is."""
    typed = ""
    while typed not in YES | NO:
        typed = ask(Question(f"{question} [y/n]")).strip().lower()
    return typed in YES
