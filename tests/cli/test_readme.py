"""What the README says is so: its ten lines run, its commands are what CI runs, what it links to is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import Svc

ROOT = Path(__file__).parents[2]


def session(page: str) -> list[str]:
    text = (ROOT / page).read_text("utf-8")
    block = re.search(r"```console\n(.*?)```", text, re.DOTALL)
    assert block
    return [line.removeprefix("$ ") for line in block[1].split("\n") if line]


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_ten_lines_run_as_they_stand(tmp_path: Path, page: str) -> None:
    lines = session(page)
    assert len(lines) == 10
    svc = Svc(tmp_path)
    svc.environ.pop("SVC_DESK")
    out = ""
    for line in lines:
        if line.startswith("cd "):
            svc.desk = svc.desk / line[3:]
            continue
        result = svc.run(*shlex.split(line)[1:])
        assert result.code == 0, f"{line}\n{result.err}"
        out += result.out
    assert "late_arrival/V" in out and "awaiting ruling" in out


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "ARCHITECTURE.md", "docs/README.md"])
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text("utf-8"))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_both_languages_give_the_same_commands() -> None:
    pages = [(ROOT / page).read_text("utf-8") for page in ("README.md", "README.zh.md")]
    english, chinese = (re.findall(r"```sh\n(.*?)```", page, re.DOTALL) for page in pages)
    assert english == chinese and len(english) == 2
