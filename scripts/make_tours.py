"""Write into the tours of docs/tours what their lines print today, where they show something else.

    python scripts/make_tours.py

What a tour leaves out with `…` stays left out: of a line that prints otherwise as many lines are shown as before.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.docs.pages import session, unlike  # noqa: E402
from tests.docs.test_tours import TOURS, shell, typed  # noqa: E402


def renewed(page: Path, language: str) -> str:
    """The page with what is printed today."""
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as top:
        svc = shell(Path(top), language)
        for line, shown in session(page):
            printed = typed(svc, line)
            if unlike(shown, printed) is None:
                continue
            lines = [one for one in printed.splitlines() if one.strip()]
            if "…" in shown:
                lines = [*lines[: shown.index("…")], "…"]
            lines = [left_out(old, new) for old, new in zip(shown, lines, strict=False)] + lines[len(shown) :]
            text = text.replace("\n".join([f"$ {line}", *shown]) + "\n", "\n".join([f"$ {line}", *lines]) + "\n", 1)
    return text


def left_out(old: str, new: str) -> str:
    """A line with `…` where it was before: what the clock says."""
    was = old.split(" · ")
    return " · ".join("…" if was[n : n + 1] == ["…"] else part for n, part in enumerate(new.split(" · ")))


if __name__ == "__main__":
    for tour in TOURS:
        page = ROOT / "docs" / "tours" / f"{tour}.md"
        page.write_text(renewed(page, tour.rpartition(".")[2]), "utf-8")
