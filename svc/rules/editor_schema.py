"""JSON Schemas for editors, made from what reads the files: they complete and underline what `svc rules check` says."""

from __future__ import annotations

from typing import Any

from svc.rules.cases import FORMAT, RULED, STATUSES, VERDICT
from svc.rules.file import FILE
from svc.rules.form.schema import TEXT
from svc.rules.vocabulary import subjects

DIALECT = "http://json-schema.org/draft-07/schema#"
_MONEY = {"type": ["number", "string", "null"]}


def rules() -> dict[str, Any]:
    """Of `rules.yaml`."""
    return {"$schema": DIALECT, "title": "svc rules", **FILE.json()}


def cases() -> dict[str, Any]:
    """Of `rules_tests.yaml`."""
    ruled = {"enum": list(RULED)}
    yes = {"enum": ["yes", "no", True, False]}
    given = {
        **{noun: {"type": "object"} for noun in subjects()},
        "ruled": {"anyOf": [ruled, {"type": "array", "items": ruled}]},
        "verdict": _block({name: yes for name in VERDICT}, ["upheld"]),
        "earlier": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
    }
    status = {"enum": list(STATUSES)}
    expected = _block({"status": status, "amount": _MONEY, "sanctions": {"type": ["array", "string"]}}, ["status"])
    expect = {
        "type": "object",
        "minProperties": 1,
        "properties": {"due": _MONEY},
        "additionalProperties": {"anyOf": [status, expected]},
    }
    case = {
        "name": TEXT,
        "now": {"type": "string"},
        "given": _block(given),
        "expect": expect,
        "amounts": {"type": "object", "additionalProperties": _MONEY},
    }
    tests = {"type": "array", "minItems": 1, "items": _block(case, ["name", "now", "given", "expect"])}
    return {"$schema": DIALECT, "title": "svc rules tests", **_block({"format": {"const": FORMAT}, "tests": tests}, ["format", "tests"])}


def _block(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required or [], "additionalProperties": False}
