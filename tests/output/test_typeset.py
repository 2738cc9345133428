"""The font is found or asked for by its install command; pages are the same bytes for the same data."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from svc.errors import BadInput, SvcError
from svc.extras import needs
from svc.output import fonts, typeset

AT = datetime(2026, 10, 31, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No font of another test's making, and none that the developer's shell names."""
    monkeypatch.delenv("SVC_FONT", raising=False)
    fonts.chinese.cache_clear()


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A template beside a copy of the house's."""
    shutil.copy(typeset.TEMPLATES / "house.typ", tmp_path)
    (tmp_path / "page.typ").write_text(
        '#import "house.typ": *\n#show: house.with(title: data.title)\n#data.title #tick() #tick(on: true)\n'
    )
    monkeypatch.setattr(typeset, "TEMPLATES", tmp_path)
    return "page.typ"


def test_pages_are_reproducible_and_data_are_no_markup(page: str) -> None:
    import io

    from pypdf import PdfReader

    made = [typeset.pdf(page, {"title": "#panic() *售后* $x$ <b>"}, AT) for _ in range(2)]
    assert made[0] == made[1]
    read = PdfReader(io.BytesIO(made[0]))
    assert "#panic() *售后* $x$ <b>" in read.pages[0].extract_text()
    assert read.metadata and read.metadata.creation_date == AT
    fonts_used = {str(f["/BaseFont"]) for f in read.pages[0]["/Resources"]["/Font"].values()}
    assert all("NotoSansSC" in name for name in fonts_used)
    pictures = typeset.pictures(page, {"title": "售后"}, AT, ppi=40)
    assert len(pictures) == 1 and pictures[0].startswith(b"\x89PNG")


def test_a_character_that_no_font_has_is_written_by_its_number(page: str) -> None:
    font = fonts.chinese()
    assert fonts.covers(font, fonts.PROBE)
    assert fonts.drawable("售后\U00020bb7 ok", font) == "售后[U+20BB7] ok"


def test_a_warning_stops_the_page(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = fonts.chinese()
    monkeypatch.setattr(fonts, "chinese", lambda: found._replace(family="No Such Family"))
    with pytest.raises(SvcError, match="unknown font family"):
        typeset.pdf(page, {"title": "x"}, AT)


def test_an_error_in_a_template_is_told(page: str) -> None:
    with pytest.raises(SvcError, match=r"page\.typ"):
        typeset.pdf(page, {}, AT)


def test_without_any_chinese_font_it_says_what_to_install(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    monkeypatch.setattr(fonts, "SYSTEM", ("No Such Family",))
    with pytest.raises(BadInput) as caught:
        typeset.pdf(page, {"title": "x"}, AT)
    assert "[report]'" in str(caught.value.hint) and caught.value.exit_code == 2


def test_the_font_may_be_named(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = fonts.chinese()
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    copy = Path(shutil.copy(package.path, tmp_path / "own.ttf"))
    monkeypatch.setenv("SVC_FONT", str(copy))
    fonts.chinese.cache_clear()
    assert fonts.chinese().path == copy
    for wrong in (tmp_path / "page.typ", tmp_path / "none.ttf"):
        monkeypatch.setenv("SVC_FONT", str(wrong))
        fonts.chinese.cache_clear()
        with pytest.raises(BadInput, match="SVC_FONT"):
            fonts.chinese()


def test_a_font_of_the_system_does_where_the_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    package = fonts.chinese()
    elsewhere = package._replace(family="SimHei")
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    monkeypatch.setattr(fonts, "_fonts_in", lambda folder: [elsewhere._replace(family="Arial"), elsewhere])
    fonts.chinese.cache_clear()
    assert fonts.chinese() == elsewhere
    fonts.chinese.cache_clear()


def test_a_missing_library_names_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(BadInput) as caught, needs("report"):
        import typst  # noqa: F401
    assert caught.value.exit_code == 2
    for said in (caught.value.hint.en, caught.value.hint.zh):  # type: ignore[union-attr]
        assert "pip --python" in said and "[report]'" in said
