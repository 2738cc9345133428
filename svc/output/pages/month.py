"""The report of a month, in the order in which a general manager reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from svc.named import NamedTuple
from svc.output.pages import files, matters, metrics, people, products, quality, service
from svc.output.pages.model import Page
from svc.rules.explain import Step
from svc.text import Text

Figures = Mapping[str, Any]


class Material(NamedTuple):
    """What a month's report is made of: its figures, those of the month before, why each finding is what it is.

    `titles` are the rules' names by id; `seal` is None for a month that is not sealed; `links` say where copies of kept
    files lie beside the page, by their id.
    """

    figures: Figures
    before: Figures | None = None
    why: Mapping[str, Sequence[Step]] = {}
    titles: Mapping[str, str] = {}
    seal: matters.SealFacts | None = None
    links: Mapping[str, str] = {}


def page(given: Material) -> Page:
    """The whole report of a month; sections in which there is nothing are left out."""
    f, before = given.figures, given.before
    as_of = f["as_of"][:16].replace("T", " ")
    sections = (
        matters.attention(f),
        service.deadlines(f),
        service.calls(f),
        service.quality(f, before),
        service.complaints(f),
        people.staff(f),
        people.fines(f, given.titles, given.why),
        products.products(f),
        quality.quality(f),
        matters.books(f),
        files.files(f, given.links),
        matters.open_matters(f),
        matters.trust(f, given.seal),
    )
    return Page(
        Text(f"After-sales audit {f['month']}", f"{f['month']} 售后月度审计"),
        _known(f, as_of),
        f["as_of"],
        _state(given.seal),
        given.seal is not None,
        metrics.headline(f, before),
        Text(f"against {before['month']}", f"与 {before['month']} 相比") if before else None,
        tuple(section for section in sections if section.blocks),
    )


def _known(f: Figures, as_of: str) -> Text:
    """What the report knows, and of a month before the desk began that nobody is accused of anything in it."""
    begins = f["rules"].get("begins")
    if begins is None or begins[:7] < f["month"] or begins == f"{f['month']}-01":
        return Text(f"as known {as_of}", f"截至 {as_of}")
    return Text(
        f"as known {as_of} · the desk begins on {begins}: what was opened before is counted, not judged",
        f"截至 {as_of} · {begins} 启用：此前的只计入统计，不认定",
    )


def _state(seal: matters.SealFacts | None) -> Text:
    if seal is None:
        return Text("draft, not sealed", "未封存")
    return Text(f"sealed {seal.sha256[:16]}", f"已封存 {seal.sha256[:16]}")
