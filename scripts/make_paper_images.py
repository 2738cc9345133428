"""Make the pictures of paper in docs/images from the shipped desk, through the real command line.

    python scripts/make_paper_images.py        needs svc[report] and pdftoppm (Debian: poppler-utils)
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
DOTS = 80
"""An inch."""


def svc(desk: Path, *arguments: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "svc", "--desk", str(desk), "--as", "S01", "--lang", "zh", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def rows(desk: Path, noun: str) -> list[dict[str, Any]]:
    """The things of October."""
    found: list[dict[str, Any]] = json.loads(svc(desk, noun, "list", "--month", "2026-10", "--json"))
    return found


def papers(desk: Path) -> dict[str, tuple[str, ...]]:
    """What is pictured: a name and the command that prints it."""
    visit = next(row["visit"] for row in rows(desk, "report") if row["survey"] == "returned" and not row["missing"])
    quote = next(row["id"] for row in rows(desk, "quote") if row["charge"] == "chargeable")
    return {
        "report-form": ("report", "form", visit),
        "blank-form": ("report", "form"),
        "quote": ("quote", "form", quote),
        "return-slip": ("return", "slip", rows(desk, "return")[0]["id"]),
        "register-calls": ("register", "calls", "2026-10"),
    }


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder) / "desk"
        shutil.copytree(ROOT / "data", desk / "data", ignore=shutil.ignore_patterns(".svc"))
        shutil.copy(ROOT / "rules.yaml", desk)
        for name, command in papers(desk).items():
            page = Path(folder) / f"{name}.pdf"
            svc(desk, *command, "-o", str(page))
            picture = ["pdftoppm", "-r", str(DOTS), "-f", "1", "-l", "1", "-singlefile", "-png", str(page)]
            subprocess.run([*picture, str(IMAGES / name)], check=True)


if __name__ == "__main__":
    main()
