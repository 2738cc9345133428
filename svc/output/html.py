"""A report as one HTML file: nothing outside it is asked for, no script runs, a phone and a printer can show it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable

from svc.extras import needs
from svc.output import charts, fonts
from svc.output.pages.model import Page, in_rows
from svc.output.pages.values import NUMERIC, change, moved, shown, told
from svc.output.progress import Tell
from svc.output.typeset import TEMPLATES
from svc.text import Text, language, say


def render(page: Page, tell: Tell) -> bytes:
    """The page as UTF-8; BadInput where jinja2, matplotlib or a Chinese font is missing."""
    page = page.shortened()
    with needs("report"):
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    house = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    house.filters.update(say=say, shown=shown, told=told, kind=lambda block: type(block).__name__.lower())
    font = fonts.chinese()
    draw = charts.told(page, 2, tell)
    sheet = house.get_template("report.html").render(
        page=page,
        lang="zh-CN" if language() == "zh" else "en",
        style=Markup((TEMPLATES / "report.css").read_text("utf-8")),
        blocks=in_rows,
        pictures=lambda chart: {width: Markup(draw(chart, width)) for width in ("wide", "narrow")},
        change=change,
        moved=moved,
        numeric=NUMERIC,
        first=_first_time(),
        words={name: say(text) for name, text in WORDS.items()},
    )
    return _with_font(fonts.drawable(sheet, font), font).encode()


def _with_font(sheet: str, font: fonts.Font) -> str:
    """The page with the part of the font that it uses inside: it reads the same on a machine that has none."""
    part = fonts.part(font, _unmarked(sheet))
    face = f"@font-face{{font-family:Report;src:url(data:font/woff;base64,{b64encode(part).decode()})}}"
    return sheet.replace("/* the font */", face, 1)


def _unmarked(sheet: str) -> str:
    """Every character that may be seen; drawings are paths, whose letters need no font."""
    from html import unescape

    return "".join(sorted(set(unescape(re.sub(r"<svg .*?</svg>", "", sheet, flags=re.DOTALL))) | set("＋－●")))


WORDS = {
    "contents": Text("Contents", "目录"),
    "figures": Text("the numbers", "查看数据"),
    "clauses": Text("clauses", "条款"),
    "no_reason": Text("as it was sealed", "见封存时的记录"),
    "made": Text(
        "Made by svc from the department's own ledgers; every figure can be traced.",
        "由 svc 按部门台账生成，每个数字都有出处。",
    ),
}


def _first_time() -> Callable[[str], bool]:
    """Whether a finding is met for the first time on the page: on paper it is explained once."""
    met: set[str] = set()

    def first(id: str) -> bool:
        new = id not in met
        met.add(id)
        return new

    return first
