"""Make docs/reference/{en,zh}/*.md and man/*.1 from the help pages themselves: one page a noun, both languages.

python scripts/make_reference.py            write them
python scripts/make_reference.py --check    exit 1 where one is not as it would be written
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import typer

from svc import text
from svc.commands import NOUNS
from svc.text import Text, say

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en", "zh")


class Page(NamedTuple):
    """A command's help: its words, what it does, its usage, verbs and options (name, text), example lines."""

    path: str
    title: str
    usage: str
    verbs: list[tuple[str, str]]
    options: list[tuple[str, str]]
    example: list[str]
    below: list[Page]


class _Gatherer:
    """Takes what `svc.ui.help.show_help` writes, in place of a formatter."""

    current_indent = 0

    def __init__(self) -> None:
        self.usage, self.text, self.lists, self.example = "", "", {}, ""
        self._section = ""

    def write_usage(self, prog: str, args: str, prefix: str) -> None:
        self.usage = f"{prog} {args}"

    def write_paragraph(self) -> None:
        pass

    def write_text(self, text: str) -> None:
        self.text = text

    def section(self, name: str) -> _Gatherer:
        self._section = name
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def write_dl(self, rows: list[tuple[str, str]]) -> None:
        self.lists[self._section] = rows

    def write(self, text: str) -> None:
        self.example += text


def pages() -> Iterator[Page]:
    """The help of the whole program in the language in use: the root, then each noun."""
    from svc.cli import app

    root = app
    context = typer.Context(root, info_name="svc")
    yield _page(root, context, deep=False)
    for noun in NOUNS:
        command = root.get_command(context, noun)
        yield _page(command, typer.Context(command, info_name=noun, parent=context))


def _page(command: Any, context: typer.Context, deep: bool = True) -> Page:
    found = _Gatherer()
    command.format_help(context, found)
    below = []
    if deep and hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            verb = command.get_command(context, name)
            below.append(_page(verb, typer.Context(verb, info_name=name, parent=context)))
    options = say(Text("options", "选项"))
    return Page(
        context.command_path,
        found.text,
        found.usage,
        [row for heading, rows in found.lists.items() if heading != options for row in rows],
        [row for row in found.lists.get(options, []) if row[0] != "-h, --help" or not deep],
        [line.strip() for line in found.example.split("\n") if line.strip()],
        below,
    )


# ---- Markdown --------------------------------------------------------------------------------------


def markdown(page: Page, language: str) -> str:
    """A page of docs/reference."""
    other = next(one for one in LANGUAGES if one != language)
    name = _file(page)
    link = Text(f"中文：[{name}](../zh/{name}.md)", f"English: [{name}](../{other}/{name}.md)")
    made = Text(
        "Made by `make reference` from the help pages; do not edit.", "由 `make reference` 从帮助生成，请勿手改。"
    )
    parts = [f"# {page.path}", say(made) + " " + say(link), *_markdown(page, "##")]
    return "\n\n".join(parts) + "\n"


def _markdown(page: Page, level: str) -> Iterator[str]:
    if page.title:
        yield _escaped(page.title)
    yield f"```text\n{page.usage}\n```"
    if page.verbs and not page.below:
        yield _table([(f"[{name}]({name}.md)", _escaped(text)) for name, text in page.verbs])
    if page.options:
        yield _table([(f"`{name}`".replace("|", "\\|"), _escaped(text)) for name, text in page.options])
    if page.example:
        yield "```sh\n" + "\n".join(page.example) + "\n```"
    for verb in page.below:
        yield f"{level} {verb.path}"
        yield from _markdown(verb, level + "#")


def _table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("\n", " ")


def _file(page: Page) -> str:
    return page.path.split()[-1]


# ---- roff ------------------------------------------------------------------------------------------


def man(page: Page, others: list[str]) -> str:
    """A manual page (section 1)."""
    name = page.path.replace(" ", "-")
    lines = [f'.TH "{name.upper()}" "1" "" "svc" "svc"', ".SH NAME", f"{_roff(name)} \\- {_roff(page.title or 'svc')}"]
    lines += [".SH SYNOPSIS", f".B {_roff(page.usage)}"]
    lines += _section("COMMANDS", page.verbs if not page.below else [])
    lines += _section("OPTIONS", page.options)
    lines += _example(page, ".SH EXAMPLE")
    for verb in page.below:
        lines += [f'.SH "{_roff(verb.path)}"', _roff(verb.title), ".PP", f".B {_roff(verb.usage)}"]
        lines += _terms(verb.options)
        lines += _example(verb, ".PP")
    if page.path == "svc":
        codes = [("0", "done; check: nothing"), ("1", "a check found something"), ("2", "wrong usage or input")]
        codes += [("3", "not permitted"), ("4", "contradicts what is recorded"), ("5", "damaged"), ("6", "busy, or no room")]
        lines += _section("EXIT STATUS", codes)
    lines += [".SH SEE ALSO", ", ".join(f"\\fB{_roff(one)}\\fR(1)" for one in others)]
    return "\n".join(lines) + "\n"


def _section(title: str, rows: list[tuple[str, str]]) -> list[str]:
    return [f".SH {title}", *_terms(rows)] if rows else []


def _terms(rows: list[tuple[str, str]]) -> list[str]:
    return [line for name, text in rows for line in (".TP", f"\\fB{_roff(name)}\\fR", _roff(text))]


def _example(page: Page, before: str) -> list[str]:
    return [before, ".nf", *map(_roff, page.example), ".fi"] if page.example else []


def _roff(text: str) -> str:
    text = re.sub(r"\s+", " ", text).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text[:1] in (".", "'") else text


# ---- files -----------------------------------------------------------------------------------------


def made() -> dict[str, str]:
    """The text of every file by its path below the project."""
    files: dict[str, str] = {}
    sys.stdin = io.StringIO()  # on a terminal some arguments may be left out, and the help says so
    before = text.language()
    for language in LANGUAGES:
        text.use(language)
        _forget()
        found = list(pages())
        for page in found:
            files[f"docs/reference/{language}/{_file(page)}.md"] = markdown(page, language)
            if language == "en":
                others = ["svc"] if page.path != "svc" else [f"svc-{noun}" for noun in NOUNS]
                files[f"man/{page.path.replace(' ', '-')}.1"] = man(page, others)
    text.use(before)
    _forget()
    return files


def _forget() -> None:
    """Help texts are made when a noun's file is imported, in the language of then: import them anew."""
    for name in [name for name in sys.modules if name == "svc.cli" or name.startswith(("svc.commands", "svc.ui"))]:
        del sys.modules[name]


def stale(files: dict[str, str]) -> list[str]:
    """Files that are not as they would be written, and those that would not be written any more."""
    there = {str(path.relative_to(ROOT).as_posix()) for folder in ("docs/reference", "man") for path in (ROOT / folder).rglob("*.*")}
    return sorted(name for name in there | set(files) if name not in files or not _same(name, files[name]))


def _same(name: str, text: str) -> bool:
    path = ROOT / name
    return path.is_file() and path.read_text("utf-8") == text


def main() -> int:
    """Write the files, or (`--check`) name those that are not current."""
    files = made()
    found = stale(files)
    if "--check" in sys.argv:
        print(*found, sep="\n")
        return 1 if found else 0
    for name in found:
        path = ROOT / name
        if name not in files:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
