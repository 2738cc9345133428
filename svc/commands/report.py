"""svc report: service reports and satisfaction surveys (1.5, 3.7, 4.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from svc.desk.open import Desk
from svc.domain.nouns.report import Report, lacking_when_closed
from svc.text import Text
from svc.ui.lists import add_list
from svc.ui.papers import Out
from svc.ui.verbs import noun, open_desk, text

app = typer.Typer()


def row(desk: Desk, report: Report) -> dict[str, Any]:
    """A report as lists show it; what 4.6 misses is named."""
    closed = report.closed
    first = closed or report.surveys[0]
    return {
        "id": report.id,
        "at": first.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "visit": report.visit,
        "fault": closed.get("fault") if closed else None,
        "cause_class": closed.get("cause_class") if closed else None,
        "resolved": closed.get("resolved") if closed else None,
        "missing": ", ".join(lacking_when_closed(closed)) if closed else None,
        "survey": "returned" if report.returned else "refused" if report.refused else None,
        "archived": report.archived is not None,
        "open": report.archived is None,
    }


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
    from svc.ui.papers import ending, may_see, one, written

    kind = ending(out, page.ENDINGS)
    desk = open_desk(ctx)
    sheet, moment = paper.blank(), datetime(2026, 1, 1, tzinfo=UTC)
    if visit:
        world, sent = one(desk, "visit", visit)
        quotes = [q for q in world.of("quote").values() if sent.id == q.made.get("visit")]
        sheet = paper.visit_form(world, sent, quotes[-1] if quotes else None)
        sheet, moment = hidden(sheet, may_see(desk, sent.id, sent.staff)), sent.dispatch.recorded_at
    written(out, page.render(kind, sheet, moment, faults(desk)))


def faults(desk: Desk) -> list[str]:
    """The fault codes in use, the most frequent first."""
    from svc.store.index import closings

    since = desk.view().now - timedelta(days=366)
    return closings.faults(desk.index, int(since.timestamp()))


command = noun("report", app)
