"""Make the pictures of docs/images from the shipped month: the terminal, the page on a desk and on a phone, the PDF, a sheet.

python scripts/make_images.py [NAME …]     (all, or those named)

Needs the `report` extra, Pillow (matplotlib brings it), Chromium for the page, LibreOffice and pdftoppm for the sheet;
what a missing program would draw is left as it is and said. Paper forms: scripts/make_paper_images.py.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from svc.output import fonts

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "images"
MONTH, AS_OF = "2026-10", "2026-11-20T12:00"
MOST = 300_000
"""Bytes that a picture may have."""


def report(work: Path, form: str) -> Path:
    """The shipped month in one form, in Chinese."""
    path = work / f"month.{form}"
    command = [sys.executable, "-m", "svc", "--desk", str(ROOT), "--lang", "zh", "audit", "month", MONTH]
    subprocess.run([*command, "--as-of", AS_OF, "--out", str(path)], check=True, stdout=subprocess.DEVNULL)
    return path


def run(*command: str, **environ: str) -> None:
    """Run a program quietly; FileNotFoundError where it is not installed."""
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(command[0])
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environ})


def shot(work: Path, width: int, height: int) -> Image.Image:
    """The page as Chromium shows it in a frame so wide: a window may not be as narrow as a phone."""
    page = report(work, "html")
    frame = work / "frame.html"
    frame.write_text(
        f'<body style="margin:0"><iframe src="{page.name}" width={width} height={height} style="border:0">'
    )
    return screenshot(work, frame, width, height)


def screenshot(work: Path, shown: Path, width: int, height: int) -> Image.Image:
    """What Chromium makes of a file, so large."""
    picture = work / "shot.png"
    run(
        "chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--allow-file-access-from-files",
        f"--user-data-dir={work / 'chromium'}", f"--window-size={max(width, 520)},{height}", f"--screenshot={picture}", str(shown),
    )  # fmt: skip
    return Image.open(picture).convert("RGB").crop((0, 0, width, height))


_TERMINAL = """<body style="margin:0;background:{background};color:{foreground}">
<pre style="margin:20px;font:17px/22px 'Noto Sans Mono CJK SC',monospace">{code}</pre></body>"""
"""A terminal as a page: in a font whose Chinese characters are two cells wide."""


def on_a_terminal(language: str) -> Callable[[Path], Image.Image]:
    """The month as a terminal of eighty columns shows it."""

    def picture(work: Path) -> Image.Image:
        import pty

        from rich.console import Console
        from rich.terminal_theme import SVG_EXPORT_THEME
        from rich.text import Text

        written: list[bytes] = []

        def read(fd: int) -> bytes:
            written.append(os.read(fd, 65536))
            return written[-1]

        command = ["svc", "audit", "month", MONTH]
        os.environ.update(COLUMNS="80", TERM="xterm-256color", SVC_LANG=language, SVC_DESK=str(ROOT), PAGER="cat")
        with open(os.devnull, "wb") as nowhere:
            screen = os.dup(1)
            os.dup2(nowhere.fileno(), 1)
            pty.spawn([sys.executable, "-m", *command, "--as-of", AS_OF], read)
            os.dup2(screen, 1)
        console = Console(record=True, width=80, file=io.StringIO())
        console.print(Text.from_ansi("$ " + " ".join(command) + "\n" + b"".join(written).decode().replace("\r\n", "\n")))
        drawn = work / "terminal.html"
        drawn.write_text(console.export_html(theme=SVG_EXPORT_THEME, inline_styles=True, code_format=_TERMINAL))
        lines = b"".join(written).count(b"\n") + 2
        return screenshot(work, drawn, 860, 22 * lines + 40)

    return picture


def page(work: Path) -> Image.Image:
    return shot(work, 1280, 1640)


def phone(work: Path) -> Image.Image:
    """Three screens of a phone side by side."""
    long = shot(work, 390, 2532)
    return side_by_side([long.crop((0, top, 390, top + 844)) for top in (0, 844, 1688)], 18)


def paper(work: Path) -> Image.Image:
    """The first page of the PDF, and that on products."""
    from pypdf import PdfReader

    made = report(work, "pdf")
    run("pdftoppm", "-r", "72", "-png", str(made), str(work / "sheet"))
    texts = [sheet.extract_text() for sheet in PdfReader(made).pages]
    products = next(n for n, text in enumerate(texts) if "产品改进" in text)
    sheets = sorted(work.glob("sheet-*.png"))
    return side_by_side([Image.open(sheets[n]).convert("RGB") for n in (0, products)], 14)


def sheet(work: Path) -> Image.Image:
    """The sheet of what breaks, as LibreOffice prints it, with the font of the house."""
    from python_calamine import CalamineWorkbook

    folder = fonts.chinese().path.parent
    (work / "fonts.conf").write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{work}/cache</cachedir></fontconfig>")
    book = report(work, "xlsx")
    run(
        "soffice", "--headless", f"-env:UserInstallation=file://{work}/office", "--convert-to", "pdf", "--outdir", str(work), str(book),
        FONTCONFIG_FILE=str(work / "fonts.conf"),
    )  # fmt: skip
    run("pdftoppm", "-r", "110", "-png", str(work / "month.pdf"), str(work / "print"))
    from pypdf import PdfReader

    names = CalamineWorkbook.from_path(book).sheet_names
    wanted = next(name for name in names if name.startswith("产品故障"))
    texts = [sheet.extract_text() for sheet in PdfReader(work / "month.pdf").pages]
    number = next(n for n, text in enumerate(texts) if wanted[:6] in text and "hydraulics" in text)
    picture = Image.open(sorted(work.glob("print-*.png"))[number]).convert("RGB")
    return picture.crop((0, 0, picture.width, int(picture.height * 0.62)))


def side_by_side(pictures: list[Image.Image], gap: int) -> Image.Image:
    width = sum(one.width for one in pictures) + gap * (len(pictures) - 1)
    whole = Image.new("RGB", (width, max(one.height for one in pictures)), "#8b98a3")
    at = 0
    for one in pictures:
        whole.paste(one, (at, 0))
        at += one.width + gap
    return whole


PICTURES: dict[str, Callable[[Path], Image.Image]] = {
    "terminal": on_a_terminal("en"), "terminal.zh": on_a_terminal("zh"), "page": page, "phone": phone, "pdf": paper, "sheet": sheet,
}  # fmt: skip
"""Name of the file in docs/images → what draws it. A new picture is a line here."""


def save(picture: Image.Image, path: Path) -> None:
    """As PNG with so few colours that it is small; refused where it is not."""
    out = io.BytesIO()
    picture.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    if out.tell() > MOST:
        raise SystemExit(f"{path.name}: {out.tell()} bytes are more than {MOST}")
    path.write_bytes(out.getvalue())
    print(path, out.tell())


def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or PICTURES:
        with tempfile.TemporaryDirectory() as work:
            try:
                save(PICTURES[name](Path(work)), FOLDER / f"{name}.png")
            except FileNotFoundError as error:
                print(f"{name}: left as it is, {error} is not installed", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
