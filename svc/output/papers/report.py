"""The form of a service report with its survey: as a page to print, or as a sheet to fill in and send back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from svc.domain.nouns.report import CAUSE_CLASSES, DIMENSIONS, GRADES, QUESTIONS
from svc.domain.nouns.visit import PURPOSES
from svc.output.papers.model import options, value
from svc.text import say

ENDINGS = (".pdf", ".xlsx", ".yaml")


def render(ending: str, sheet: Mapping[str, Any], at: datetime, faults: Sequence[str]) -> bytes:
    """The form as a file of that ending; `faults` are the codes to choose from."""
    if ending == ".pdf":
        return pdf(sheet, at)
    if ending == ".xlsx":
        from svc.output.papers.reportsheet import xlsx

        return xlsx(sheet, at, faults)
    from svc.output.papers.reportyaml import yaml

    return yaml(sheet, faults)


def pdf(sheet: Mapping[str, Any], at: datetime) -> bytes:
    """One A4 page. `at` is the moment that stands in the file."""
    from svc.output.typeset import pdf as typeset

    return typeset("visit-form.typ", data(sheet), at)


def data(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """What the template reads."""
    return {
        "known": value(dict(sheet)),
        "made": "svc",
        "purposes": options(PURPOSES, "purpose"),
        "cause_classes": options(CAUSE_CLASSES),
        "grades": [say(grade) for grade in GRADES],
        "dimensions": [[code, say(QUESTIONS[code])] for code in DIMENSIONS.words],
    }
