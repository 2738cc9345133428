"""`svc rules schema`: what editors are told agrees with what `svc rules check` says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from svc.rules import editor_schema
from tests.conftest import Svc
from tests.errors.test_rules_errors import BASE, BASE_2, CASES, HERE, given

ROOT = Path(__file__).parents[2]
SEEN = {
    "unknown-key", "missing-key", "unknown-clause", "unknown-word", "unknown-sanction", "unknown-check", "unknown-subject", "unknown-cap",
    "unknown-part", "not-a-map", "not-a-list", "not-an-id", "unknown-format", "one-check", "four-degrees", "too-few-answers", "not-a-percentage",
}  # fmt: skip
"""Mistakes that a schema can see: of shape and of words, not of what hangs together, of spelling or of days."""
UNSEEN = {"merge-key", "clause-with-brackets", "unknown-key-typo-of-part", "format-unset", "format-blank", "forgotten-clause"}


def parsed(text: bytes) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)  # as the project reads it: every scalar a text


@pytest.mark.parametrize("file", [BASE, BASE_2, ROOT / "svc/rules/template.yaml"])
def test_what_is_in_order_is_in_order(file: Path) -> None:
    jsonschema.validate(_blanks(parsed(file.read_bytes())), editor_schema.rules())


def test_the_cases_too() -> None:
    jsonschema.validate(_blanks(parsed((ROOT / "svc/rules/tests_template.yaml").read_bytes())), editor_schema.cases())


def _blanks(value: Any) -> Any:
    """Blank values as an editor reads them: null."""
    if isinstance(value, dict):
        return {key: _blanks(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_blanks(one) for one in value]
    return None if value == "" else value


def codes(name: str) -> set[str]:
    return set(re.findall(r"\(([a-z0-9-]+)\)$", (HERE / name / "expected.en.txt").read_text("utf-8"), re.M))


@pytest.mark.parametrize("name", [name for name in CASES if codes(name) and codes(name) <= SEEN and name not in UNSEEN])
def test_an_editor_underlines_it(name: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(_blanks(parsed(given(HERE / name))), editor_schema.rules())


def test_through_the_command_line(svc: Svc) -> None:
    for what in ("rules", "tests", "map"):
        jsonschema.Draft7Validator.check_schema(svc(f"rules schema {what}").json)
