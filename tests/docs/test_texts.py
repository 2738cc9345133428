"""Every text of the program is there in both languages, and the list that people review is of today's source."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import make_texts  # type: ignore[import-not-found]  # noqa: E402

CODE = re.compile(
    r"svc(?: [a-z-]+){0,3}|--[a-z-]+|\{…\}|https?://\S+|[\w./-]+\.(?:yaml|csv|html|pdf|xlsx|txt|py|ics|jsonl?|md|sql|toml)\b"
    r"|[a-z_]+: \S+|[a-z_]+:(?=[ …]|$)|~?/[\w./-]+|[A-Z_]{2,}(?:=\S+)?|YYYY\S*"
)
"""What is typed as it stands in either language: commands, options, files, keys of the rules file, variables."""

NAMES = frozenset((Path(__file__).parent / "as_typed.txt").read_text("utf-8").split())
"""File forms, programs and units; commands and what stands in them; codes and keys: typed and read as they stand."""


def test_no_chinese_text_has_an_english_word_left() -> None:
    left = {
        f"{one.file}:{one.line}": words
        for one in make_texts.pairs()
        if (words := [w for w in re.findall(r"[A-Za-z][A-Za-z'_-]{2,}", CODE.sub(" ", one.zh)) if w not in NAMES])
    }
    assert left == {}, "translate, or name it among what is typed as it stands"


def test_no_english_text_has_a_chinese_word_left() -> None:
    typed = {"svc/domain/clock/words.py", "svc/intake/timeforms.py"}  # words that are typed in Chinese, told as such
    left = [f"{one.file}:{one.line}" for one in make_texts.pairs() if re.search("[一-鿿]", one.en) and one.file not in typed]
    assert left == []


def test_prose_is_not_the_same_in_both_languages() -> None:
    alike = (one for one in make_texts.pairs() if one.en == one.zh and not one.en.startswith("apt "))
    assert [one for one in alike if re.search("[a-z]{3,} [a-z]{2,} [a-z]{2,}", CODE.sub("", one.en))] == []


def test_what_somebody_wrote_stands_in_the_marks_of_its_language() -> None:
    """“ ” in Chinese and ' ' in English, by `quoted_zh` and `quoted`: a `repr` shows what Python thinks of a value."""
    calls = [(path, node) for path in (ROOT / "svc").rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in make_texts.NAMES]  # fmt: skip
    halves = [(path, n, half) for path, node in calls for n, half in enumerate(node.args) for half in ast.walk(half)]
    wrong = [f"{path.name}:{half.lineno}" for path, n, half in halves if isinstance(half, ast.Call) and isinstance(half.func, ast.Name)
             and half.func.id in (("quoted_zh", "repr"), ("quoted", "repr"))[n]]  # fmt: skip
    wrong += [f"{path.name}:{half.lineno}" for path, _, half in halves if isinstance(half, ast.FormattedValue) and half.conversion == ord("r")]
    assert wrong == []


def test_the_list_for_review_is_of_this_source() -> None:
    assert make_texts.PAGE.read_text("utf-8") == make_texts.page(), "make it anew: python scripts/make_texts.py"
