"""Charts of a report as SVG, drawn by matplotlib with glyphs as paths: whoever looks needs no font and no script.

Each is drawn for the width where it will stand: on a phone or on paper a picture merely scaled down could not be read. The same table gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from svc.extras import needs
from svc.output import fonts
from svc.output.pages.model import Chart, Column, Page, Row
from svc.output.pages.values import shown
from svc.output.progress import Tell
from svc.text import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Draw = Callable[[Chart, str], str]
"""Draws a chart at one of WIDTHS."""

WIDTHS = {"wide": 6.7, "narrow": 3.9, "paper": 5.2}
"""Inches: of a page's column at 100 dots an inch, of a telephone, of A4."""

COLOURS = {
    "good": "#4f9d7c",
    "late": "#efb84c",
    "bad": "#a5302a",
    "open": "#b4bfc9",
    "accent": "#2f6f9f",
    "before": "#b9c9d6",
    "line": "#c14a40",
    "ink": "#1b2a3a",
    "muted": "#5c6b7a",
    "hair": "#d9e0e6",
}
"""What a colour means → the colour. Good, late and bad differ in lightness too, for those who see no red or green."""

SEVERAL = ("#2f6f9f", "#a5302a", "#4f9d7c", "#e3a33b", "#7a5ba6", "#5c6b7a")


def svg(chart: Chart, width: str) -> str:
    """One chart as an SVG element: no XML head, ids of its own, its size by the page.

    Raises BadInput where matplotlib or a Chinese font is missing.
    """
    with needs("report"):
        import matplotlib
        from matplotlib import font_manager
        from matplotlib.figure import Figure
    font = fonts.chinese()
    font_manager.fontManager.addfont(str(font.path))
    family = font_manager.FontProperties(fname=str(font.path)).get_name()
    settings = {
        "font.family": [family],
        "font.size": 8.5,
        "svg.fonttype": "path",
        "svg.hashsalt": "svc",
        "axes.unicode_minus": False,
        "axes.edgecolor": COLOURS["hair"],
        "text.color": COLOURS["ink"],
        "xtick.color": COLOURS["muted"],
        "ytick.color": COLOURS["ink"],
    }
    with matplotlib.rc_context(settings):  # type: ignore[arg-type]
        figure = Figure(figsize=(WIDTHS[width], _height(chart, width)), layout="constrained")
        axes = figure.add_subplot()
        _DRAW[chart.kind](chart, axes, width == "narrow")
        _tidy(axes)
        return _own(_bytes(figure).decode(), f"{chart.table.key}-{chart.series[0]}-{width}")


def told(page: Page, times: int, tell: Tell) -> Draw:
    """`svg`, which tells how far it has come with a page each of whose charts is drawn so many times."""
    count = times * sum(isinstance(block, Chart) for section in page.sections for block in section.blocks)
    done = 0

    def draw(chart: Chart, width: str) -> str:
        nonlocal done
        made = svg(chart, width)
        done += 1
        tell(done, count)
        return made

    return draw


def _bytes(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(
        out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}, transparent=True
    )
    return out.getvalue()


def _own(text: str, name: str) -> str:
    """The element alone, with ids that no other picture of the page has; sized by its frame."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'(xlink:href="#|url\(#)([^")]+)', rf"\1{name}-\2", text)
    return re.sub(
        r'<svg ([^>]*?)\bwidth="[^"]*"',
        r"<svg \1",
        re.sub(r'(<svg [^>]*?)\bheight="[^"]*"', r"\1", text, count=1),
        count=1,
    )


def _height(chart: Chart, width: str) -> float:
    """Bars need room for each row; columns and lines are as high as they look well."""
    if chart.kind in ("bars", "pareto"):
        rows = min(len(chart.table.rows), chart.most)
        each = 0.25 if chart.kind == "pareto" else 0.42
        return 0.75 + each * rows
    return 2.6 if width == "narrow" else 2.35 if width == "wide" else 2.0


# ---- kinds -----------------------------------------------------------------------------------------


def _stacked(chart: Chart, axes: Axes, narrow: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    rows = chart.table.rows
    at = range(len(rows))
    for n, row in enumerate(rows):
        if row.get("off"):
            axes.axvspan(n - 0.5, n + 0.5, color=COLOURS["hair"], alpha=0.45, linewidth=0, zorder=0)
    under = [0.0] * len(rows)
    for name, tint in zip(chart.series, chart.colours, strict=True):
        counts = [_number(row.get(name)) for row in rows]
        if any(counts):
            axes.bar(at, counts, 0.78, bottom=under, color=COLOURS[tint], label=_title(chart, name), zorder=2)
        under = [low + count for low, count in zip(under, counts, strict=True)]
    every = 1 if len(rows) <= 12 else 5 if narrow else 2
    shown_days = [n for n in at if n % every == 0]
    axes.set_xticks(shown_days, [_short(_name(chart, rows[n])) for n in shown_days])
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_ylim(0, max(under, default=0) * 1.05 or 1)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(axes, narrow)


def _bars(chart: Chart, axes: Axes, narrow: bool) -> None:
    rows = chart.table.rows[: chart.most]
    drawn = [name for name in chart.series if any(row.get(name) is not None for row in rows)]
    thick = 0.8 / max(1, len(drawn))
    for n, (name, tint) in enumerate(zip(chart.series, chart.colours, strict=True)):
        if name not in drawn:
            continue
        at = [row + (n - (len(drawn) - 1) / 2) * thick for row in range(len(rows))]
        counts = [_number(row.get(name)) for row in rows]
        axes.barh(at, counts, thick * 0.9, color=COLOURS[tint], label=_title(chart, name))
        for y, row, count in zip(at, rows, counts, strict=True):
            axes.text(count, y, f" {_value(chart, row, name)}", va="center", size=7.5, color=COLOURS["muted"])
    _rows(chart, axes, rows)
    axes.set_xlim(0, (chart.top or max((_number(r.get(s)) for r in rows for s in drawn), default=1)) * 1.08)
    if len(drawn) > 1:
        _legend(axes, narrow)


def _pareto(chart: Chart, axes: Axes, narrow: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    rows = chart.table.rows[: chart.most]
    name = chart.series[0]
    counts = [_number(row.get(name)) for row in rows]
    axes.barh(range(len(rows)), counts, 0.68, color=COLOURS[chart.colours[0]])
    most = max(counts, default=1) or 1
    for n, (row, count) in enumerate(zip(rows, counts, strict=True)):
        axes.text(count + most * 0.015, n, _value(chart, row, name), va="center", size=7.5, color=COLOURS["muted"])
    _rows(chart, axes, rows)
    axes.set_xlim(0, most * (1.1 if chart.line is None else 1.35))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if chart.line:
        for n, row in enumerate(rows):
            share = _value(chart, row, chart.line)
            axes.text(most * 1.345, n, share, va="center", ha="right", size=7.5, color=COLOURS["line"])
        axes.set_title(_title(chart, chart.line), loc="right", size=7.5, color=COLOURS["line"], pad=3)


def _lines(chart: Chart, axes: Axes, narrow: bool) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    at = range(len(chart.series))
    for n, row in enumerate(chart.table.rows[: chart.most]):
        counts = [None if row.get(name) is None else _number(row.get(name)) for name in chart.series]
        colour = SEVERAL[n % len(SEVERAL)]
        axes.plot(at, counts, marker="o", markersize=3.2, linewidth=1.5, color=colour, label=_name(chart, row))  # type: ignore[arg-type]
    every = 2 if narrow and len(chart.series) > 6 else 1
    axes.set_xticks(list(at)[::every], [_title(chart, name) for name in chart.series][::every])
    first = _column(chart, chart.series[0])
    if first and first.kind == "rate":
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_ylim(top=1.02)
    else:
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(axes, narrow)


_DRAW: dict[str, Callable[[Chart, Any, bool], None]] = {
    "stacked": _stacked,
    "bars": _bars,
    "pareto": _pareto,
    "lines": _lines,
}
"""Kind of chart → what draws it."""


# ---- what they share -------------------------------------------------------------------------------


def _rows(chart: Chart, axes: Axes, rows: Sequence[Row]) -> None:
    axes.set_yticks(range(len(rows)), [_name(chart, row) for row in rows])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)


def _legend(axes: Axes, narrow: bool) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        columns = 2 if narrow else 3 if max(map(len, labels)) > 12 else 4
        axes.legend(handles, labels, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=7.5,
                    handlelength=1.1, handleheight=0.8, columnspacing=1.2, borderaxespad=0.2)  # fmt: skip


def _tidy(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="both", length=0)
    upright = bool(axes.yaxis_inverted())
    axes.grid(axis="x" if upright else "y", color=COLOURS["hair"], linewidth=0.6, zorder=0)
    axes.set_axisbelow(True)
    if upright:
        axes.spines["bottom"].set_visible(False)


def _column(chart: Chart, name: str) -> Column | None:
    return next((c for c in chart.table.columns if c.key == name), None)


def _title(chart: Chart, name: str) -> str:
    found = _column(chart, name)
    return _drawable(say(found.title) if found else name)


def _name(chart: Chart, row: Row) -> str:
    kinds = ((row.get(name), _column(chart, name)) for name in chart.x)
    return _drawable(" · ".join(shown(value, column.kind if column else "count") for value, column in kinds))


def _short(name: str) -> str:
    """A day by its number alone; there is one month on the axis."""
    return str(int(name[8:])) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", name) else name


def _value(chart: Chart, row: Row, name: str) -> str:
    found = _column(chart, name)
    return _drawable(shown(row.get(name), found.kind if found else "count"))


def _number(value: Any) -> float:
    return 0.0 if value is None else float(Decimal(value)) if isinstance(value, str) else float(value)


def _drawable(text: str) -> str:
    """Text that the font can draw and matplotlib does not take for a formula."""
    return fonts.drawable(text, fonts.chinese()).replace("$", r"\$")
