"""A filled form of a service report and its survey: what it says, as the values that options would give.

The form is a YAML text (`formyaml`) or a sheet (`formsheet`); both come here as `Answers`, each with its
place, so that whatever is wrong is said with line or cell, all of it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from svc.domain import ledgers
from svc.domain.fields import Desk, Field
from svc.domain.nouns.report import DIMENSIONS, PARTS
from svc.domain.text import Named
from svc.errors import BadInput, Conflict, Several, SvcError
from svc.intake.sheets import WORKBOOKS
from svc.store.plain import read_given
from svc.text import Text, near

COLUMNS = {"name": Text("name", "名称"), "qty": Text("number", "数量"), "part_no": Text("part no", "件号")}
"""The columns of the parts table."""

AT = Field("at", None, Text("when it was handed in", "交单时间"))


class Answer(NamedTuple):
    """One thing that a form says: a text (of a part also a mapping by column), and where it stands.

    `columns` says where each column of a part stands, if they do not stand in one place.
    """

    value: Any
    place: str
    excerpt: str | None = None
    columns: Mapping[str, tuple[str, str | None]] = {}


class Answers(NamedTuple):
    """A form as read. `texts` by field name, `scores` by dimension as typed; `problems` could not be read."""

    texts: Mapping[str, Answer]
    parts: Sequence[Answer]
    scores: Mapping[str, Answer]
    problems: Sequence[SvcError] = ()


class Filled(NamedTuple):
    """A form as understood: the values for `report close` and `report survey` (empty: nothing said), as typed."""

    visit: str | None
    at: str | None
    report: dict[str, Any]
    survey: dict[str, Any]


@cache
def single_fields() -> dict[str, Field]:
    """The fields of a form that hold one text, by name: those of the report, why no survey, when."""
    close, survey = ledgers.event("report", "close"), ledgers.event("report", "survey")
    fields = [f for f in close.fields if f.name != "parts"]
    refused = survey.field("refused")
    assert refused is not None
    return {f.name: f for f in (*fields, refused, AT)}


@cache
def labels() -> dict[str, str]:
    """What a form may call its fields, in both languages, and the names they mean."""
    survey, close = ledgers.event("report", "survey"), ledgers.event("report", "close")
    found = {}
    for field in (*single_fields().values(), close.field("parts"), survey.field("scores")):
        assert field is not None
        option = (field.option or field.name).removeprefix("--")
        for word in (field.name, option, plain(field.title.en), plain(field.title.zh)):
            found[word.lower()] = field.name
    return found | {"survey": "scores", "满意度": "scores", "满意度调查": "scores"}


def plain(title: str) -> str:
    """A field's title without what explains it."""
    return title.split("（")[0].split(" (")[0].strip()


def read(file: Path) -> Answers:
    """The answers of a form, whichever kind of file it is; BadInput where it is none."""
    if file.suffix.lower() in WORKBOOKS:
        from svc.intake.formsheet import answers as of_sheet

        return of_sheet(file)
    from svc.intake.formyaml import answers as of_yaml

    try:
        return of_yaml(read_given(file), file.name)
    except FileNotFoundError:
        raise BadInput(
            Text(f"there is no file {file}", f"没有文件 {file}"),
            Text("make one: svc report form VISIT -o form.xlsx", "生成表单：svc report form 派工 -o form.xlsx"),
        ) from None


def understood(answers: Answers, desk: Desk) -> Filled:
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


def _checks(answers: Answers, desk: Desk) -> Iterator[Callable[[], None]]:
    """One check an answer: it can be read as its kind."""
    for name, answer in answers.texts.items():
        field = single_fields()[name]
        read = field.kind.read if field.kind else _moment
        called = Named(name, plain(field.title.zh))
        yield _at(answer, lambda read=read, a=answer, n=called: read(a.value, n, desk))  # type: ignore[misc]
    for n, answer in enumerate(answers.parts, 1):
        called = Named(f"part {n}", f"零件 {n}")
        yield _at(answer, lambda a=answer, n=called: PARTS.row(a.value, n, desk))  # type: ignore[misc]
    scores = ledgers.event("report", "survey").field("scores")
    assert scores is not None
    score = Named("score", "评分")
    for key, answer in answers.scores.items():
        yield _at(answer, lambda k=key, a=answer: scores.kind.read({k: a.value}, score, desk))  # type: ignore[misc]
    if answers.scores and "refused" in answers.texts:
        yield _at(answers.texts["refused"], _both)
    if answers.parts and str(answers.texts.get("no_parts", Answer("", "")).value).lower() in ("yes", "true", "是"):
        yield _at(answers.texts["no_parts"], _parts_and_none)


def _moment(value: str, name: str, desk: Desk) -> datetime:
    return desk.happened(value)


def _line(place: str | None) -> tuple[int, str]:
    """Where a mistake stands among the others: by line of a text, by row of a sheet."""
    spot = (place or "").split(":", 1)[-1]
    return int("".join(c for c in spot.split(":")[0] if c.isdigit()) or 0), spot


def _both() -> None:
    raise BadInput(
        Text("scores, and a reason why there are none", "既有评分，又有拒填原因"), Text("keep one", "只留一种")
    )


def _parts_and_none() -> None:
    raise parts_and_none()


def parts_and_none() -> BadInput:
    """The error for a report that lists replaced parts and says that there were none."""
    return BadInput(
        Text("parts are listed, and it says that none was replaced", "列了更换的零件，又写没有更换"),
        Text("keep one", "只留一种"),
    )


def _at(answer: Answer, check: Callable[[], Any]) -> Callable[[], None]:
    """The check, whose error says where the answer stands."""

    def run() -> None:
        try:
            check()
        except (BadInput, Conflict) as error:
            error.place, error.excerpt = answer.columns.get(error.field or "", (answer.place, answer.excerpt))
            raise

    return run


def unknown(word: str, place: str, excerpt: str | None = None) -> BadInput:
    """The error for a field that no form has, with the nearest known one."""
    return BadInput(
        Text(f"{word!r} is no field of this form", f"表单里没有 {word!r} 这一项"),
        _known(word),
        place=place,
        excerpt=excerpt,
    )


def _known(word: str) -> Text:
    meant = near(word.lower(), labels())
    if meant:
        return Text(f"did you mean {meant[0]}?", f"是不是 {meant[0]}？")
    names = [*(name for name in single_fields()), "parts", "scores"]
    chinese = [plain(field.title.zh) for field in single_fields().values()]
    return Text("a form has " + ", ".join(names), "表单的项目：" + "、".join([*chinese, "更换零件", "评分"]))


def dimension(word: str) -> bool:
    """Whether a word names a dimension of the survey."""
    return word.strip().lower() in DIMENSIONS.words or word.strip() in DIMENSIONS.words.values()
