"""The ten-minute tours: every line in them is run on a fresh desk and prints what the page shows."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.docs.pages import ROOT, plain, session, unlike

ROLES = ("clerk", "technician", "head", "gm", "finance-warehouse")
TOURS = [f"{role}.{language}" for role in ROLES for language in ("en", "zh")]
SETUP = 9


def shell(top: Path, language: str) -> Svc:
    svc = Svc(top, LANG="zh_CN.UTF-8" if language == "zh" else "C.UTF-8")
    del svc.environ["SVC_DESK"]
    return svc


def typed(svc: Svc, line: str) -> str:
    """What a line as typed prints; it must be done (or, of a check, find something)."""
    words = shlex.split(line)
    if words[0] == "cd":
        svc.desk = svc.desk / words[1]
        return ""
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        svc.environ[name] = value
        return ""
    assert words[0] == "svc", line
    result = svc.run(*words[1:])
    assert result.code == (1 if words[1] == "check" else 0), f"{line}\n{result.err}"
    return "" if words[1] == "init" else result.out + result.err


@pytest.fixture(scope="module", params=["en", "zh"])
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The desk that the tours of a language begin with: their first lines, the same in all of them."""
    language = request.param
    top = tmp_path_factory.mktemp(f"tour-{language}")
    svc = shell(top, language)
    first = session(ROOT / f"docs/tours/clerk.{language}.md")[:SETUP]
    for line, shown in first:
        assert unlike(shown, typed(svc, line)) is None, line
    for role in ROLES:
        assert session(ROOT / f"docs/tours/{role}.{language}.md")[:SETUP] == first
    return language, top


@pytest.mark.parametrize("role", ROLES)
def test_a_tour_runs_as_it_stands(begun: tuple[str, Path], role: str, tmp_path: Path) -> None:
    language, top = begun
    shutil.copytree(top, tmp_path / "top")
    svc = shell(tmp_path / "top" / "tour", language)
    lines = session(ROOT / f"docs/tours/{role}.{language}.md")[SETUP:]
    assert len(lines) >= 10
    wrong = {line: told for line, shown in lines if (told := unlike(shown, typed(svc, line)))}
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_both_languages_take_the_same_steps(role: str) -> None:
    def steps(language: str) -> list[list[str]]:
        lines = session(ROOT / f"docs/tours/{role}.{language}.md")
        return [[word for word in shlex.split(line) if word.startswith("-") or (word.isalpha() and word.isascii())][:3] for line, _ in lines]

    assert steps("en") == steps("zh")


def test_what_a_page_shows_is_compared() -> None:
    assert unlike(["C2611-0001  call log · …"], "C2702-0001  call log · Mon") is None
    assert unlike(["a", "…"], "a\nb\nc\n") is None
    assert unlike(["a"], "a\nb\n") == "and then: b"
    assert unlike(["a", "c"], "a\nb\n") == "c"
    assert plain("no  ------  --") == "no -- --"
