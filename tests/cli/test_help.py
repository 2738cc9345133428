"""Every listed command has its help, in both languages, with an example that names it."""

from __future__ import annotations

import re
import shlex

import pytest

from svc import __version__
from svc.commands import NOUNS
from svc.output.fold import cells
from tests.conftest import Svc

SINGLE = {"init", "today", "plan", "check", "undo", "search", "attach"}


def verbs(svc: Svc, noun: str) -> list[str]:
    page = svc.run(noun, "--help").out
    section = page.partition("commands:\n")[2].partition("\n\n")[0]
    return re.findall(r"^  (\S+)", section, re.MULTILINE)


@pytest.mark.parametrize("noun", NOUNS)
def test_help(bare: Svc, noun: str) -> None:
    pages = [(noun,)] if noun in SINGLE else [(noun, verb) for verb in verbs(bare, noun)]
    assert pages
    for page in pages:
        english = bare.run("--lang", "en", *page, "--help")
        chinese = bare.run("--lang", "zh", *page, "--help")
        name = " ".join(page)
        assert english.code == chinese.code == 0
        assert f"svc {name}" in english.out.partition("example:")[2], name
        assert f"svc {name}" in chinese.out.partition("示例")[2], name
        assert not re.search("[\u4e00-\u9fff]", english.out), name
        assert_same_but_for_words(english.out, chinese.out)
        options = chinese.out.partition("选项")[2].partition("示例")[0]
        assert all(re.search("[\u4e00-\u9fff]", line) for line in _entries(options)), (name, options)


def assert_same_but_for_words(english: str, chinese: str) -> None:
    """An example is one command in both languages; what a person writes in it is written in the language shown."""
    lines = [re.split(r"(?:example:|示例：)\n", page)[1].strip().splitlines() for page in (english, chinese)]
    for en, zh in zip(*(map(shlex.split, one) for one in lines), strict=True):
        for written, said in zip(en, zh, strict=True):
            assert written == said or re.search("[\u4e00-\u9fff]", said), (written, said)
            assert not re.search("[a-z]{2} [a-z]", said), said


def _entries(section: str) -> list[str]:
    """Each option with its help, though the help may stand on the next line."""
    return re.split(r"\n  (?=-)", section.strip(":：\n"))


def test_the_root_lists_every_noun(bare: Svc) -> None:
    for lang in ("zh", "en"):
        page = bare.run("--lang", lang, "--help").out
        assert all(re.search(rf"^  {noun}\s", page, re.MULTILINE) for noun in NOUNS)


def test_the_root_groups_nouns_and_says_where_to_start(bare: Svc) -> None:
    page = bare.run("--help").out
    assert "Start with: svc today" in page
    order = [page.index(f"\n{heading}:\n") for heading in ("every day", "the month's end", "administration", "options")]
    assert order == sorted(order)
    assert page.index("\n  call ") < order[1] < page.index("\n  audit ") < order[2] < page.index("\n  rules ")
    assert "从 svc today 开始" in bare.run("--lang", "zh", "--help").out


def test_help_is_a_word_and_a_letter_too(bare: Svc) -> None:
    root, noun, verb = (bare.run(*path, "--help").out for path in ((), ("visit",), ("visit", "arrive")))
    assert (bare("help").out, bare("help visit").out, bare("help visit arrive").out) == (root, noun, verb)
    assert (bare("-h").out, bare("visit -h").out, bare("visit arrive -h").out) == (root, noun, verb)
    assert bare("--lang zh help visit").out == bare.run("--lang", "zh", "visit", "--help").out
    assert "did you mean 'visit'" in bare("help visti", 2).err


def test_a_language_alone_shows_the_page_in_it(bare: Svc) -> None:
    assert bare("--lang zh", 2).err.strip() == bare.run("--lang", "zh", "--help").out.strip()


@pytest.mark.parametrize("line", ["call log --kind", "visit arrive V1 --at", "customer add --name", "rules set a 1 --from", "audit month 2026-10 --out"])
def test_a_missing_value_points_to_the_page_of_its_own_command(bare: Svc, line: str) -> None:
    words = line.split()
    refused = bare(line, 2).err
    assert f"option {words[-1]} needs a value" in refused and f"see: svc {' '.join(words[:2])} --help" in refused


def test_svc_lang_goes_before_the_locale_and_behind_the_option(bare: Svc) -> None:
    assert "用法" in bare.run("--help", SVC_LANG="zh", LANG="en_US.UTF-8").out
    assert "usage" in bare.run("--help", SVC_LANG="en", LANG="zh_CN.UTF-8").out
    assert "usage" in bare.run("--lang", "en", "--help", SVC_LANG="zh").out


def test_the_locale_decides_where_nothing_is_said(bare: Svc) -> None:
    assert "用法" in bare.run("--help", LANG="zh_CN.UTF-8").out
    assert "usage" in bare.run("--help", LANG="de_DE.UTF-8").out
    assert "usage" in bare.run("--lang", "en", "--help", LANG="zh_CN.UTF-8").out


def test_the_rules_are_told_in_the_language_of_whoever_reads(bare: Svc) -> None:
    for page in ("rules list", "rules list --json", "rules explain late_arrival", "rules explain receipt_fraud", "rules explain 1.10"):
        assert not re.search("[\u4e00-\u9fff]", bare(f"--lang en {page}").out), page
    assert "因个人原因没有按客户定的时间到场" in bare("--lang zh rules explain late_arrival").out
    assert "节假日也要接听登记" in bare("--lang zh rules list --json").out


def test_version(bare: Svc) -> None:
    assert bare.run("--version").out == f"svc {__version__}\n"


def test_a_chinese_page_is_laid_out_in_cells(bare: Svc) -> None:
    """Behind names of any width every text begins in the same column, and none runs out of the page."""
    page = bare.run("--lang", "zh", "call", "log", "--help").out
    options = page.partition("选项：\n")[2].partition("\n\n")[0].splitlines()
    texts = [re.search(r"(?:^|\S) {2,}(?=[^ -])", line) for line in options]
    assert len({cells(line[: found.end()]) for line, found in zip(options, texts, strict=True) if found}) == 1
    assert all(cells(line) <= 80 for line in page.partition("示例")[0].splitlines())
