"""docs/errors.md says what the cases say, and the cases know every mistake that the program knows."""

from __future__ import annotations

import re
from pathlib import Path

from scripts import make_error_docs

RULES = Path(make_error_docs.ROOT) / "svc" / "rules"
CODES = re.compile(r'(?:notes\.add|Wrong|Kind|_refuse|_note|_add)\(\s*"([a-z0-9-]+)"', re.M)


def test_page_is_current() -> None:
    written = make_error_docs.PAGE.read_text(encoding="utf-8")
    assert written == make_error_docs.page(), "run python scripts/make_error_docs.py"


def test_every_code_has_a_case() -> None:
    of_rules = [path for path in RULES.rglob("*.py") if path.name != "cases.py"]
    known = {code for path in of_rules for code in CODES.findall(path.read_text("utf-8"))}
    said = "".join(case.english for case in make_error_docs.cases())
    shown = set(re.findall(r"\(([a-z0-9-]+)\)$", said, re.M))
    assert len(known) > 40
    known.remove("file-too-big")  # a megabyte: in tests/rules/test_reader.py
    assert known <= shown, sorted(known - shown)


def test_every_code_of_the_cases_file_is_tried() -> None:
    tried = (Path(__file__).parents[1] / "judging/test_cases.py").read_text("utf-8")
    codes = set(CODES.findall((RULES / "cases.py").read_text("utf-8")))
    assert codes and not {code for code in codes if f'"{code}"' not in tried}
