"""What some recording verbs take besides the fields of their event: a filled form in the place of options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from typer.core import TyperOption

from svc.text import Text, say

if TYPE_CHECKING:
    from svc.desk.open import Desk
    from svc.intake.reportform import Filled


class Deed(NamedTuple):
    """One more thing to record, after the one that was asked for: a survey that came on the report's form."""

    event: str
    target: str
    values: dict[str, Any]


class Extra(NamedTuple):
    """Options of a verb that are no fields, and what they do.

    `fill` puts what it finds into the values (the time as `at`), except where something was typed, and
    names what is to be recorded besides; it is given desk, target, the values, and all that was typed.
    """

    options: tuple[tuple[str, str, str, Text], ...]
    fill: Callable[[Desk, str | None, dict[str, Any], Mapping[str, Any]], list[Deed]]

    def params(self) -> list[TyperOption]:
        """The options as Typer knows them; without a metavar it is a flag."""
        return [
            TyperOption(param_decls=[name, flag], type=str, default=None, metavar=metavar, help=say(title))
            if metavar
            else TyperOption(param_decls=[name, flag], is_flag=True, default=False, help=say(title))
            for name, flag, metavar, title in self.options
        ]


def nothing(desk: Desk, target: str | None, values: dict[str, Any], typed: Mapping[str, Any]) -> list[Deed]:
    """Options that fill no values: they say how the rest is asked for."""
    return []


def close_from_form(desk: Desk, target: str | None, values: dict[str, Any], typed: Mapping[str, Any]) -> list[Deed]:
    """`report close --from`: the report's values, and the survey as a deed of its own.

    A survey that is in already stands on the form as it was printed: as such it is passed over.
    """
    filled = _filled(desk, target, typed)
    if filled is None:
        return []
    from svc.domain.nouns.report import CONTENT
    from svc.intake.reportform import empty

    said = dict(filled.report)
    for one, other in (("parts", "no_parts"), ("no_parts", "parts")):
        if typed.get(one):
            said.pop(other, None)
    _put(said, values, typed)
    values["at"] = filled.at
    if not filled.survey:
        return []
    if target is None or not _surveyed(desk, desk.reference("visit", target), filled.survey):
        return [Deed("survey", str(target), {"visit": target, **filled.survey})]
    if not any(values.get(field.name) for field in CONTENT):
        raise empty()
    return []


def _surveyed(desk: Desk, visit: str, survey: Mapping[str, Any]) -> bool:
    """Whether the report of the visit has a survey, or a refusal, that says the same."""
    from svc.domain import ledgers
    from svc.domain.nouns import report

    fields = [field for field in ledgers.event("report", "survey").fields if field.name in survey]
    said = {field.name: field.kind.read(survey[field.name], field.name, desk) for field in fields}
    desk.index.catch_up(("report",))
    known = [report.fold(desk.index.entries("report", id)) for id in desk.index.children("report", visit)]
    recorded = [one.returned or one.refused for one in known if one]
    return any(all(entry.get(name) == said[name] for name in said) for entry in recorded if entry)


def survey_from_form(desk: Desk, target: str | None, values: dict[str, Any], typed: Mapping[str, Any]) -> list[Deed]:
    """`report survey --from`: the survey alone, of a form whose report is in already."""
    filled = _filled(desk, target, typed)
    if filled:
        _put(filled.survey, values, typed)
        values["at"] = filled.at
    return []


def _put(found: Mapping[str, Any], values: dict[str, Any], typed: Mapping[str, Any]) -> None:
    """What was typed on the command line goes before what the form says."""
    values.update({name: value for name, value in found.items() if typed.get(name) in (None, (), [])})


def _filled(desk: Desk, target: str | None, typed: Mapping[str, Any]) -> Filled | None:
    if typed.get("from_file") is None:
        return None
    from pathlib import Path

    from svc.errors import Conflict
    from svc.intake.formfiles import read
    from svc.intake.reportform import understood

    file = Path(typed["from_file"])
    filled = understood(read(file), desk)
    if filled.visit and target and desk.reference("visit", filled.visit) != desk.reference("visit", target):
        again = f"svc report close {filled.visit} --from {file}"
        raise Conflict(
            Text(f"the form is for visit {filled.visit}, not {target}", f"表单是派工 {filled.visit} 的，不是 {target}"),
            Text(again, again),
            place=file.name,
        )
    return filled


_FROM = ("from_file", "--from", "FILE", Text("a filled form: .yaml or .xlsx", "填好的表单：.yaml 或 .xlsx"))

_RESUME = ("resume", "--resume", "", Text("go on with the draft that was kept", "继续上次存下的草稿"))

_EDIT = ("edit", "--edit", "", Text("fill in a form in your editor ($EDITOR)", "在编辑器中填写表单（$EDITOR）"))

EXTRA: dict[tuple[str, str], Extra] = {
    ("call", "log"): Extra((_RESUME,), nothing),
    ("report", "close"): Extra((_FROM, _EDIT, _RESUME), close_from_form),
    ("report", "survey"): Extra((_FROM,), survey_from_form),
}
