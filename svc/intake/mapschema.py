"""The JSON Schema of a map, made from the keys that its reader knows, so that editors complete and underline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from svc.domain import ledgers, registers
from svc.intake.mapfile import DELIMITERS, ENTRY, LOOKS, SOURCES, TOP, VALUE, WHEN
from svc.rules.form.schema import TEXT

_TEXTS = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
_YES = {"enum": ["yes", "no", True, False]}


def json_schema() -> dict[str, Any]:
    """The schema of a whole map."""
    when = _block(WHEN, {"column": TEXT, "is": _TEXTS, "is_not": _TEXTS, "known": _YES})
    value = {**_block(VALUE, {}), "anyOf": [{"required": [source]} for source in SOURCES]}
    values = {"type": "object", "additionalProperties": value}
    entry = _block(
        ENTRY,
        {
            "ledger": {"enum": [*ledgers.TABLE, *registers.TABLE]},
            "when": {"anyOf": [when, {"type": "array", "items": when}]},
            "once": _YES,
            "fields": values,
            "id": value,
            "at": value,
            "by": value,
        },
    )
    looks = {"anyOf": [_block(LOOKS, {"number": _YES}), {"type": "null"}]}
    columns = {"anyOf": [{"type": "array", "items": TEXT}, {"type": "object", "additionalProperties": looks}]}
    entries = {"type": "object", "minProperties": 1, "additionalProperties": {**entry, "required": ["ledger"]}}
    header = {"type": "integer", "minimum": 1, "maximum": 999}
    known = {"columns": columns, "delimiter": {"enum": list(DELIMITERS)}, "header": header, "unknown": _TEXTS, "entries": entries}
    dialect = "http://json-schema.org/draft-07/schema#"
    return {"$schema": dialect, "title": "svc import map", **_block(TOP, known), "required": ["entries"]}


def _block(keys: Iterable[str], known: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {key: known.get(key, {}) for key in keys}, "additionalProperties": False}
