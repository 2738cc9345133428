"""The pages of the commands are what the help says; every command that a page names is there, every link leads somewhere."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.pages import PAGES, ROOT


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "scripts/make_reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/make_reference.py"), "--check"],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stdout.split()) == (0, []), f"run: make reference\n{done.stdout}{done.stderr}"


def commands() -> set[tuple[str, ...]]:
    """Every command by its words: (call, log), (check,)."""
    found: set[tuple[str, ...]] = set()
    for page in (ROOT / "docs/reference/en").glob("*.md"):
        for path in re.findall(r"^#+ svc ?(.*)$", page.read_text("utf-8"), re.MULTILINE):
            found.add(tuple(path.split()))
    return found


NAMED = re.compile(
    r"(?:^|[$*;&|(=] |=\S+ |[0-9] |bin/)svc"
    r"((?: --(?:desk|as|site|lang)[= ](?:\"[^\"]*\"|[^\s`]+)| --no-color)*) ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?",
    re.MULTILINE,
)
NO_COMMAND = {"docs/decisions.md", "docs/errors.md", "CHANGELOG.md"}
"""Pages that tell of the past or of messages, not of what to type."""


def named(text: str) -> list[tuple[str, str]]:
    """The nouns and verbs of the command lines in code spans and blocks."""
    code = [*re.findall(r"```(?:sh|console|cron|ini|text)?\n(.*?)```", text, re.DOTALL), *re.findall(r"`(svc [^`\n]+)`", text)]
    code += re.findall(r"^    (svc .*)$", text, re.MULTILINE)
    return [(noun, verb) for part in code for _, noun, verb in NAMED.findall(part)]


@pytest.mark.parametrize("page", [p for p in PAGES if str(p.relative_to(ROOT)) not in NO_COMMAND], ids=lambda p: p.name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    known = commands()
    nouns = {path[0] for path in known if path}
    verbs = {path[:2] for path in known if len(path) > 1}
    single = {noun for noun in nouns if not any(verb[0] == noun for verb in verbs)}
    unknown = [
        f"svc {noun} {verb}".strip() for noun, verb in named(page.read_text("utf-8"))
        if noun not in nouns or (noun not in single and verb and (noun, verb) not in verbs)
    ]  # fmt: skip
    assert unknown == []


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert named("`svc --lang zh call log --x` and\n\n```console\n$ svc cal lgo\n```\n") == [("cal", "lgo"), ("call", "log")]


def test_links_of_the_pages_lead_somewhere() -> None:
    wrong = []
    for page in [*PAGES, *(ROOT / "docs/reference").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in link and not link.startswith("mailto:") and not (page.parent / link).exists():
                wrong.append(f"{page.relative_to(ROOT)}: {link}")
    assert wrong == []


def test_the_manual_pages_are_good_roff() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    pages = sorted((ROOT / "man").glob("*.1"))
    assert len(pages) > 20
    for name in ("svc.1", "svc-call.1", "svc-ledger.1"):
        done = subprocess.run([groff, "-man", "-ww", "-z", "-Tutf8", "-k", name], cwd=ROOT / "man", capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), name


def test_the_scripts_own_marks() -> None:
    made = script()
    assert made._roff(".x -a\\b") == "\\&.x \\-a\\eb"
    assert made._escaped("a|b<c*") == "a\\|b&lt;c\\*"
