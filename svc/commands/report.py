"""svc report: service reports and satisfaction surveys (1.5, 3.7, 4.6)."""

from __future__ import annotations

from typing import Any

import typer

from svc.commands._lists import add_list
from svc.commands._noun import noun
from svc.desk import Desk
from svc.domain.report import Report, lacking
from svc.locale import Text

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
        "missing": ", ".join(lacking(closed.fields)) if closed else None,
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

command = noun("report", app)
