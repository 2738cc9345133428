"""Play the paths of a day on a real terminal and keep what was seen: `docs/transcripts/{en,zh}-{80,40}.txt`, the path of a new
department to the audit of its first month (in `docs/import.md`, and `docs/transcripts/first-month.zh.txt`), then three whole
days: `{clerk,head,technician}-{en,zh}-{80,40}.txt`.

The first ten minutes of newcomers go to `docs/transcripts/first-….txt` (`--first`: these alone).

With `--pictures FOLDER` each screen is drawn as a PNG too, cell by cell (needs Pillow and a Chinese font), to be
looked at. Run it from the repository: `python scripts/make_transcripts.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.conftest import DEPARTMENT, Svc  # noqa: E402
from tests.transcripts import days, first_month, newcomers  # noqa: E402
from tests.transcripts.plays import TITLES, play_all  # noqa: E402
from tests.transcripts.terminal import Terminal  # noqa: E402


def main() -> None:
    """Both languages, both widths."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pictures", type=Path)
    asked.add_argument("--first", action="store_true", help="the newcomers alone")
    asked.add_argument("--first-month", action="store_true", help="only the path of a new department")
    given = asked.parse_args()
    pictures, folder = given.pictures, ROOT / "docs" / "transcripts"
    folder.mkdir(exist_ok=True)
    for name in () if given.first_month else newcomers.PEOPLE:
        (folder / f"{name}.txt").write_text(newcomers.play(name), "utf-8")
    if given.first:
        return
    for lang in ("en", "zh"):
        with tempfile.TemporaryDirectory() as place:
            first_month.keep(ROOT, lang, first_month.path(Path(place), lang))
        if given.first_month:
            continue
        for columns in (80, 40):
            with tempfile.TemporaryDirectory() as place:
                played = play_all(desk(Path(place)), Path(place) / "state", lang, columns)
            titles = [TITLES[play] if lang == "zh" else (play.__doc__ or "").strip() for play, _ in played]
            text = "\n".join(part for title, (_, t) in zip(titles, played, strict=True) for part in transcript(title, t))
            (folder / f"{lang}-{columns}.txt").write_text(text, "utf-8")
            for n, (play, t) in enumerate(played):
                if pictures:
                    pictures.mkdir(parents=True, exist_ok=True)
                    draw(t, pictures / f"{lang}-{columns}-{n:02d}-{play.__name__}.png")
            for whose in days.DAYS:
                write_day(folder, whose, lang, columns)


def write_day(folder: Path, whose: str, lang: str, columns: int) -> None:
    """A whole day, which is the same whenever it is played (`tests/transcripts/test_days.py` plays it again)."""
    with tempfile.TemporaryDirectory() as place:
        (folder / f"{whose}-{lang}-{columns}.txt").write_text(days.play(Path(place), whose, lang, columns), "utf-8")


def desk(place: Path) -> Svc:
    """A fresh desk with the small department of the tests."""
    svc = Svc(place / "desk")
    assert svc.run("init", str(svc.desk), "--name", "Head", "--id", "S01").code == 0
    for line in DEPARTMENT.strip().split("\n"):
        svc(line)
    return svc


def transcript(title: str, t: Terminal) -> list[str]:
    """What was on the screen, framed by what it is."""
    rule = "=" * t.columns
    seen = t.text().strip("\n").split("\n")
    return [rule, title, "$ svc " + " ".join(t.words), rule, *seen, ""]


def draw(t: Terminal, file: Path) -> None:
    """The screen as a picture: each cell in its place, so that what is out of line is seen."""
    from PIL import Image, ImageDraw, ImageFont

    from svc.output.fonts import chinese

    found = chinese()
    font: Any = ImageFont.truetype(str(found.path), 14, index=found.face)
    lines = [line for line in t.lines() if line.strip()] or [""]
    image = Image.new("RGB", (t.columns * 9 + 10, len(lines) * 19 + 10), "white")
    pen = ImageDraw.Draw(image)
    for y, line in enumerate(lines):
        x = 0
        for character in line:
            pen.text((5 + x * 9, 5 + y * 19), character, fill="black", font=font)
            x += 2 if ord(character) > 0x2E7F else 1
    image.save(file)


if __name__ == "__main__":
    main()
