"""What a filled form of a service report and its survey says, as the values that options would give.

Whatever is wrong is said with its line or cell, all of it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from svc.domain import ledgers
from svc.domain.kinds import InputContext
from svc.domain.nouns.report import PARTS, contradictions
from svc.domain.text import Labelled
from svc.errors import BadInput, Conflict, Several, SvcError
from svc.intake.formfiles import Answer, Answers, plain, single_fields
from svc.named import NamedTuple
from svc.text import Text


class Filled(NamedTuple):
    """A form as understood: the values for `report close` and `report survey` (empty: nothing said), as typed."""

    visit: str | None
    at: str | None
    report: dict[str, Any]
    survey: dict[str, Any]


def understood(answers: Answers, desk: InputContext) -> Filled:
    """What the form says; Several with every mistake and its place where something cannot be meant."""
    problems = list(answers.problems)
    for check in _checks(answers, desk):
        try:
            check()
        except SvcError as error:
            problems.append(error)
    filled = _filled(answers)
    if not problems and not filled.report and not filled.survey:
        raise empty()
    if problems:
        problems.sort(key=lambda error: _line(error.place))
        count = len(problems)
        raise Several(problems, Text(f"the form has {count} mistake{'s' * (count > 1)}; nothing was recorded",
                                     f"表单有 {count} 处错误；没有记录任何内容"))  # fmt: skip
    return filled


def empty() -> BadInput:
    """The error for a form that says nothing, or nothing that is not recorded already."""
    return BadInput(
        Text("nothing is filled in", "表单是空的"), Text("fill in what was done, then repeat", "请填写后再试")
    )


def _filled(answers: Answers) -> Filled:
    texts = {name: answer.value for name, answer in answers.texts.items()}
    report = {name: text for name, text in texts.items() if name not in ("visit", "at", "refused")}
    if answers.parts:
        report["parts"] = tuple(part.value for part in answers.parts)
    survey: dict[str, Any] = {}
    if answers.scores:
        survey["scores"] = {key: answer.value for key, answer in answers.scores.items()}
    if "refused" in texts:
        survey["refused"] = texts["refused"]
    return Filled(texts.get("visit"), texts.get("at"), report, survey)


def _checks(answers: Answers, desk: InputContext) -> Iterator[Callable[[], None]]:
    """One check an answer: it can be read as its kind."""
    for name, answer in answers.texts.items():
        field = single_fields()[name]
        read = field.kind.read if field.kind else _moment
        called = Labelled(name, plain(field.title.zh))
        yield _at(answer, lambda read=read, a=answer, n=called: read(a.value, n, desk))  # type: ignore[misc]
    for n, answer in enumerate(answers.parts, 1):
        called = Labelled(f"part {n}", f"零件 {n}")
        yield _at(answer, lambda a=answer, n=called: PARTS.row(a.value, n, desk))  # type: ignore[misc]
    scores = ledgers.event("report", "survey").field("scores")
    assert scores is not None
    score = Labelled("score", "评分")
    for key, answer in answers.scores.items():
        yield _at(answer, lambda k=key, a=answer: scores.kind.read({k: a.value}, score, desk))  # type: ignore[misc]
    yield from _contradictions(answers)


def _contradictions(answers: Answers) -> Iterator[Callable[[], None]]:
    """What the noun says cannot be said at once, at the place of the one that takes the other back."""
    none = str(answers.texts.get("no_parts", Answer("", "")).value).lower() in ("yes", "true", "是")
    said = {"parts": answers.parts, "no_parts": none, "scores": answers.scores, "refused": answers.texts.get("refused")}
    for error in contradictions(said.get):

        def refuse(error: BadInput = error) -> None:
            raise error

        yield _at(answers.texts[error.field or ""], refuse)


def _moment(value: str, name: str, desk: InputContext) -> datetime:
    return desk.happened(value)


def _line(place: str | None) -> tuple[int, str]:
    """Where a mistake stands among the others: by line of a text, by row of a sheet."""
    spot = (place or "").split(":", 1)[-1]
    return int("".join(c for c in spot.split(":")[0] if c.isdigit()) or 0), spot


def _at(answer: Answer, check: Callable[[], Any]) -> Callable[[], None]:
    """The check, whose error says where the answer stands."""

    def run() -> None:
        try:
            check()
        except (BadInput, Conflict) as error:
            error.place, error.excerpt = answer.columns.get(error.field or "", (answer.place, answer.excerpt))
            raise

    return run
