"""Without an extra, its command says which one is needed; everything else works (the base install stays light)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from svc import extras as installed
from tests.clauses.scenes import sent, visited
from tests.conftest import Svc

BROUGHT = ("typst", "xlsxwriter", "icalendar", "apprise", "fontTools", "zhplot", "matplotlib", "jinja2")


@pytest.fixture
def bare_install(svc: Svc, tmp_path: Path) -> Svc:
    """As if nothing but the base had been installed: what the extras bring cannot be imported."""
    for name in BROUGHT:
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError('No module named {name}', name={name!r})\n")
    svc.environ["PYTHONPATH"] = str(tmp_path)
    return svc


@pytest.mark.parametrize(
    ("line", "extra"),
    [
        ("report form -o form.pdf", "report"),
        ("report form -o form.xlsx", "report"),
        ("register dispatch 2026-10 -o book.pdf", "report"),
        ("register dispatch 2026-10 -o book.xlsx", "report"),
        ("visit calendar -o visits.ics --since 2026-10-01", "calendar"),
        ("check --notify tgram://123456789:abcdefg_hijklmnop/12315544/", "notify"),
    ],
)
def test_a_command_says_what_to_install(bare_install: Svc, line: str, extra: str) -> None:
    sent(bare_install)
    said = bare_install(line, code=2).err
    assert "pip --python" in said and f"[{extra}]'" in said and "install 'svc" not in said  # from where this copy came, not by name
    assert not [path for path in bare_install.desk.iterdir() if path.name.startswith(("form", "book", "visits"))]


def test_an_extra_is_added_to_this_copy_from_where_it_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", "/opt/svc's")
    source = tmp_path / "a clone"
    source.mkdir()
    folder, gone = source.as_uri(), (tmp_path / "gone").as_uri()
    said: list[tuple[Any, str]] = [
        ({"url": folder, "dir_info": {"editable": True}}, f" -e '{source}[report]'"),
        ({"url": folder, "dir_info": {}}, f" '{source}[report]'"),
        ({"url": gone, "dir_info": {}}, " '.[report]'"),
        (None, " '.[report]'"),
        (
            {"url": "https://x.test/svc.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            " 'svc-desk[report] @ git+https://x.test/svc.git@abc'",
        ),
        ({"url": "file:///x/svc.whl", "archive_info": {}}, " 'svc-desk[report] @ file:///x/svc.whl'"),
    ]
    for written, install in said:
        text = json.dumps(written)
        monkeypatch.setattr("importlib.metadata.PathDistribution.read_text", lambda *_, text=text: text)
        assert installed.adding("report").en.endswith(f"""pip --python '/opt/svc'"'"'s' install{install}""")


def test_the_rest_works(bare_install: Svc) -> None:
    visit = visited(bare_install)
    bare_install("report form -o form.yaml")
    (bare_install.desk / "form.yaml").write_text("fault: boom\nscores: {overall: 5}\n")
    bare_install(f"report close {visit} --from form.yaml --at 2026-10-06T13:00")
    bare_install("register dispatch 2026-10 -o book.csv")
    assert bare_install("check").out == ""
