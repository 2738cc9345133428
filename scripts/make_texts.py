"""Every text that the program can print, in both languages, side by side, to be read whole: docs/texts.md.

    python scripts/make_texts.py

Texts stand in the source as `Text("English", "中文")` or `text("English", "中文")`; what is put in at run time is shown as `{…}`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "texts.md"
NAMES = {"Text", "text"}
HEAD = """# Every text of the program

Made by `scripts/make_texts.py` from the source, room by room and file by file; `{…}` is put in when it is printed. A test refuses a text
whose Chinese still has English words (`tests/docs/test_texts.py`).
"""


class Pair(NamedTuple):
    """A text where it stands."""

    file: str
    line: int
    en: str
    zh: str


def pairs(folder: Path = ROOT / "svc") -> Iterator[Pair]:
    """Every text of the source, in the order of files and lines."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES and len(node.args) == 2:
                en, zh = (_written(one) for one in node.args)
                if en is not None and zh is not None:
                    yield Pair(path.relative_to(folder.parent).as_posix(), node.lineno, en, zh)


def _written(node: ast.expr) -> str | None:
    """The literal of one language; None where it is put together elsewhere."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{…}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _written(node.left), _written(node.right)
        return (left or "{…}") + (right or "{…}") if left or right else None
    return None


def page() -> str:
    """The list as a page."""
    lines, file = [HEAD], ""
    for one in pairs():
        if one.file != file:
            file = one.file
            lines.append(f"\n## {file}\n\n| English | 中文 |\n|---|---|")
        lines.append(f"| {_cell(one.en)} | {_cell(one.zh)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ⏎ ").strip() or "–"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(PAGE, sum(1 for _ in pairs()), "texts")
