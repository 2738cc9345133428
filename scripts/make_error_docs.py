"""Write docs/errors.md: every mistake that `svc rules check` knows, from the cases under tests/errors.

Each case is a folder with the input and what the person who made it reads; the tests hold the program to it, and
this page is made of nothing else, so it says what the program says.

    python scripts/make_error_docs.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "errors" / "rules"
PAGE = ROOT / "docs" / "errors.md"

HEAD = """\
# Mistakes in a rules file

Made by `python scripts/make_error_docs.py` from the cases in [tests/errors/rules](../tests/errors/rules); change a case,
not this page. `svc rules check` lists all mistakes of a file in one run and ends with exit code 1; commands that need
the rules refuse a wrong file with exit code 2 and the same list. `svc rules check --json` gives the same for editors
(`file, line, column, end_column, code, what, hint, excerpt`).

`svc rules check` 一次列出全部错误，退出码 1；需要规则的命令遇到错误的文件会拒绝执行，退出码 2。

"""

FIRST_LINE = re.compile(r"^rules\.yaml:\d+:\d+: .*[(（]([a-z0-9-]+)[)）]$", re.M)


class Case(NamedTuple):
    """One folder: the code of its first mistake, what was changed, what is said in both languages."""

    name: str
    code: str
    given: str
    english: str
    chinese: str


def cases() -> list[Case]:
    """All cases by code, then by name."""
    folders = sorted(path for path in CASES.iterdir() if path.is_dir())
    return sorted((_case(folder) for folder in folders), key=lambda case: (case.code, case.name))


def _case(folder: Path) -> Case:
    english = (folder / "expected.en.txt").read_text("utf-8")
    chinese = (folder / "expected.zh.txt").read_text("utf-8")
    found = FIRST_LINE.search(english)
    assert found, f"{folder.name}: no mistake with a code"
    change = next((folder / name for name in ("change.txt", "change-2.txt") if (folder / name).exists()), folder / "input.yaml")
    given = change.read_text("utf-8") if change.suffix == ".txt" else ""
    return Case(folder.name, found[1], given, english, chinese)


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_parts(cases()))


def _parts(found: list[Case]) -> Iterator[str]:
    codes = sorted({case.code for case in found})
    yield f"{len(found)} cases, {len(codes)} kinds: " + ", ".join(f"[`{code}`](#{code})" for code in codes) + "\n"
    before = ""
    for case in found:
        if case.code != before:
            yield f"\n## {case.code}\n"
        before = case.code
        yield f"\n### {case.name.replace('-', ' ')}\n"
        if case.given:
            yield f"\n```diff\n{_visible(case.given)}```\n"
        yield f"\n```text\n{_visible(case.english)}```\n\n```text\n{_visible(case.chinese)}```\n"


def _visible(text: str) -> str:
    """Text as it can stand in a page: what cannot be seen is shown, carriage returns are line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "→")
    shown = "".join(c if c.isprintable() or c == "\n" else f"<U+{ord(c):04X}>" for c in text)
    return "".join(line.rstrip() + "\n" for line in shown.splitlines())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE.relative_to(ROOT))
