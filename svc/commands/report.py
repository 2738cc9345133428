"""svc report: service reports and satisfaction surveys (1.5, 3.7, 4.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.desk.lookups import around, fault_codes
from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.ledgers import Event
from svc.domain.nouns.report import CONTENT, Report, lacking_when_closed
from svc.errors import Conflict
from svc.text import Text, say
from svc.ui.attached import Bringing
from svc.ui.files import Out, ending, written
from svc.ui.groups import Readings, add_list, noun
from svc.ui.options import open_desk, text
from svc.ui.verbs import Extra, Recording, Verb, bare

if TYPE_CHECKING:
    from svc.desk.shown import Shown
    from svc.intake.reportform import Filled
    from svc.ui.conversation import Conversation, FollowUp

app = Readings()


def row(shown: Shown, report: Report) -> dict[str, Any]:
    """A report as lists show it; what 4.6 misses is named."""
    closed = report.closed
    first = closed or report.surveys[0]
    return {
        "id": report.id,
        "at": first.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "visit": report.visit,
        "fault": closed.get("fault") if closed else None,
        "cause_class": closed.get("cause_class") if closed else None,
        "resolved": closed.get("resolved") if closed else None,
        "missing": ", ".join(_missing(shown, report.visit, closed)) if closed else None,
        "survey": "returned" if report.returned else "refused" if report.refused else None,
        "archived": report.archived is not None,
    }


def _missing(shown: Shown, visit: str, closed: Entry) -> tuple[str, ...]:
    """What it lacked as it was handed in, of what the rules of that day ask for of such a visit."""
    from svc.desk.lacking import items

    sent = shown.of("visit").get(visit)
    return lacking_when_closed(closed, sent.purpose if sent else None, items(shown.desk, closed.at))


add_list(
    app,
    "report",
    {
        "id": Text("report", "编号"),
        "visit": Text("visit", "派工"),
        "at": Text("closed", "交单"),
        "fault": Text("fault", "故障"),
        "missing": Text("missing (4.6)", "缺项（4.6）"),
        "survey": Text("survey", "调查"),
        "archived": Text("archived", "存档"),
    },
    row,
)


@app.command(
    "form",
    help=text(
        "the form of a visit to take along, report and survey on one page; without VISIT a blank one",
        "打印服务报告单（含满意度调查，一页 A4）；不写派工号为空白表",
    ),
    epilog="svc report form V2610-0001 -o form.pdf\nsvc report form -o blank.xlsx",
)
def form(
    ctx: typer.Context,
    out: Out,
    visit: Annotated[str | None, typer.Argument(metavar="[VISIT]")] = None,
) -> None:
    from svc.audit import papers as paper
    from svc.output.papers import report as page
    from svc.output.papers.model import hidden
    from svc.recording.privacy import may_see_on_paper

    kind = ending(out, page.ENDINGS)
    desk = open_desk(ctx)
    sheet, moment = paper.blank(), datetime(2026, 1, 1, tzinfo=UTC)
    if visit:
        world, sent = around(desk, "visit", visit)
        quotes = [q for q in world.of("quote").values() if sent.id == q.made.get("visit")]
        sheet = paper.visit_form(world, sent, quotes[-1] if quotes else None)
        sheet, moment = hidden(sheet, may_see_on_paper(desk, sent.id, sent.staff)), sent.dispatch.recorded_at
    written(out, page.render(kind, sheet, moment, fault_codes(desk)))


# ---- reports that come on a filled form -----------------------------------------------------------


def close_from_form(desk: Desk, target: str | None, values: dict[str, Any], typed: Mapping[str, Any]) -> list[FollowUp]:
    """`report close --from`: the report's values, and the survey as an entry of its own.

    A survey that is in already stands on the form as it was printed: as such it is passed over.
    """
    filled = _filled(desk, target, typed)
    if filled is None:
        return []
    from svc.intake.reportform import empty
    from svc.ui.conversation import FollowUp

    said = dict(filled.report)
    for one, other in (("parts", "no_parts"), ("no_parts", "parts")):
        if typed.get(one):
            said.pop(other, None)
    _put(said, values, typed)
    values["at"] = filled.at
    if not filled.survey:
        return []
    if target is None or not _surveyed(desk, desk.reference("visit", target), filled.survey):
        return [FollowUp("survey", str(target), {"visit": target, **filled.survey})]
    if not any(values.get(field.name) for field in CONTENT):
        raise empty()
    return []


def _surveyed(desk: Desk, visit: str, survey: Mapping[str, Any]) -> bool:
    """Whether the report of the visit has a survey, or a refusal, that says the same."""
    from svc.domain.nouns import report

    fields = [field for field in ledgers.event("report", "survey").fields if field.name in survey]
    said = {field.name: field.kind.read(survey[field.name], field.name, desk) for field in fields}
    desk.index.catch_up(("report",))
    known = [report.fold(desk.index.entries("report", id)) for id in desk.index.children("report", visit)]
    recorded = [one.returned or one.refused for one in known if one]
    return any(all(entry.get(name) == said[name] for name in said) for entry in recorded if entry)


def survey_from_form(desk: Desk, target: str | None, values: dict[str, Any], typed: Mapping[str, Any]) -> list[FollowUp]:
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


# ---- conversation, editor --------------------------------------------------------------------------


def _talk(desk: Desk, event: Event) -> Conversation:
    from svc.commands.report_dialogue import ReportConversation

    return ReportConversation(desk, event)


def _edit(recording: Recording) -> None:
    from svc.commands.report_dialogue import edit

    edit(recording, close_from_form)


_FROM = Extra("from_file", "--from", "FILE|-", Text("a filled form: .yaml or .xlsx", "填好的表单：.yaml 或 .xlsx"))


def _vans(desk: Desk, entry: Entry) -> str:
    """What is left in the van of parts that stand in the register, once a report used some."""
    numbers = [row["part_no"] for row in entry.get("parts") or () if row.get("part_no")]
    if not numbers or not desk.index.ids("part", "", 1):
        return ""
    from svc.audit.books.stock import stock_rows
    from svc.desk import selections

    view = desk.view()
    rows = {row["part"]: row for row in stock_rows(desk.world(selections.stock(desk.index, view), view))}
    sent = next((e for e in desk.entries("visit", entry.get("visit")) if e.get("staff")), None)
    who = sent.get("staff") if sent else ""
    left = [f"{rows[n]['name'] or n} {rows[n]['vans'].get(who, 0)}" for n in dict.fromkeys(numbers) if n in rows]
    return "  " + text(f"left in the van: {', '.join(left)}", f"车上还剩：{'、'.join(left)}") if left else ""


_PHOTO = Bringing("--photo", "photo", Text("a picture that is kept with the report (may be repeated)", "随报告保存的照片（可重复）"))


def _doubt_code(desk: Desk, entry: Entry) -> str:
    """What to say of a fault code that nobody used before."""
    from svc.desk.faults import doubts

    return "\n".join(say(one) for one in doubts(desk, entry.id, entry.get("fault"))) if entry.get("fault") else ""


def _lacking(desk: Desk, entry: Entry) -> Iterator[Text]:
    """What 4.6 asks for of such a visit and the report does not say, while it can still be taken back."""
    from svc.desk.lacking import lacks

    missing = lacks(desk, entry.get("visit"), entry.fields, entry.at)
    if missing:
        yield Text(
            f"note: 4.6 misses {missing.en}; take it back at once and close it anew: svc undo; later: svc report amend {entry.id} …",
            f"注意：按 4.6 还缺{missing.zh}；马上可用 svc undo 撤销后重报，以后用 svc report amend {entry.id} … 补充",
        )


def _closed(desk: Desk, entry: Entry) -> str:
    """What is said of a report that was handed in: a new fault code, what is left in the van."""
    return "\n".join(filter(None, (_doubt_code(desk, entry), _vans(desk, entry))))


command = noun(
    "report",
    app,
    {
        "close": Verb((_FROM,), close_from_form, _talk, bare, _edit, _closed, _lacking, _PHOTO),
        "archive": Verb(many=True),
        "correct": Verb(after=_doubt_code),
        "survey": Verb((_FROM,), survey_from_form),
    },
)
