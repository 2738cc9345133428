"""Takes the command lines out of pages, and what they say these print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/tours/*.md")])


class Typed(NamedTuple):
    """A command line of a page and the lines that the page shows under it."""

    line: str
    shown: list[str]


def blocks(page: Path, kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def session(page: Path) -> list[Typed]:
    """All that is typed in the console blocks of a page."""
    found: list[Typed] = []
    for line in "".join(blocks(page, "console")).splitlines():
        if line.startswith("$ "):
            found.append(Typed(line[2:], []))
        elif line.strip():
            found[-1].shown.append(line)
    return found


def plain(line: str) -> str:
    """A line without what depends on the month of the clock or on the width of a column."""
    line = re.sub(r"\b([A-Z])\d{4}-(\d{4})", r"\1-\2", line)
    line = re.sub(r"/\d{4}-\d\d\.", "/MONTH.", line)
    return re.sub(r"-{2,}", "--", re.sub(r"\s+", " ", line)).strip()


def unlike(shown: list[str], printed: str) -> str | None:
    """The first line of a page that was not printed; `…` stands for anything, alone on a line for any lines."""
    lines = iter([plain(line) for line in printed.splitlines() if line.strip()])
    for line in shown:
        if line == "…":
            return None
        pattern = ".*".join(map(re.escape, plain(line).split("…")))
        if not re.fullmatch(pattern, next(lines, "")):
            return line
    left = next(lines, None)
    return f"and then: {left}" if left else None
