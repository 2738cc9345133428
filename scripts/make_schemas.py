"""Make docs/schemas/*.json from docs/schemas/shapes.yaml and the table of ledgers: what each reading command prints.

python scripts/make_schemas.py            write them
python scripts/make_schemas.py --check    exit 1 where one is not as it would be written
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from svc.domain import correction, ledgers
from svc.domain.kinds import Choice, Count, Day, Flag, Moment, Money
from svc.domain.row_kinds import NamedValues, Refs, Rows

FOLDER = Path(__file__).parent.parent / "docs" / "schemas"
Schema = dict[str, Any]

TIME = {"type": "string", "description": "with its offset; a day where nobody knows the hour", "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?$"}
SCALARS: dict[str, Schema] = {
    "text": {"type": "string"},
    "id": {"type": "string", "pattern": "^[A-Z][A-Z0-9-]{2,31}$"},
    "time": TIME,
    "day": {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"},
    "month": {"type": "string", "pattern": r"^\d{4}-\d\d$"},
    "money": {"type": "string", "pattern": r"^-?\d+\.\d\d$"},
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "figure": {"type": ["number", "string", "null"]},
}


def made() -> dict[str, str]:
    """The text of each schema by file name."""
    shapes = yaml.safe_load((FOLDER / "shapes.yaml").read_text("utf-8"))
    shared = shapes.pop("shared")
    return {f"{name}.json": _document(name, shape, shared) for name, shape in shapes.items()}


def _document(name: str, shape: Mapping[str, Any], shared: Mapping[str, Any]) -> str:
    schema = _schema(shape["of"], shared)
    if "entries" in shape:
        schema["properties"]["entries"] = {"type": "array", "items": _entry(shape["entries"])}
        schema["properties"]["attachments"] = _schema(["$attachment"], shared)
        schema["required"] += ["attachments", "entries"]
        if correction.targets_of(shape["entries"]):
            schema["properties"]["corrections"] = {"type": "array", "items": _correction(shape["entries"], shared)}
            schema["required"].append("corrections")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": shape["title"],
        "description": f"svc {name.replace('-', ' ', 1)} --json",
        **schema,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _schema(shape: Any, shared: Mapping[str, Any]) -> Schema:
    if isinstance(shape, list):
        return {"type": "array", "items": _schema(shape[0], shared)}
    if isinstance(shape, dict):
        return _object(shape, shared)
    if shape.startswith("$"):
        return _schema(shared[shape[1:]], shared)
    return _scalar(shape)


def _object(shape: Mapping[str, Any], shared: Mapping[str, Any]) -> Schema:
    if "_" in shape:
        return {"type": "object", "additionalProperties": _schema(shape["_"], shared)}
    keys = {**shared[shape["$"]], **shape} if "$" in shape else shape
    properties = {key: _schema(one, shared) for key, one in keys.items() if key not in ("$", "~")}
    kind: Any = ["object", "null"] if keys.get("~") else "object"
    return {"type": kind, "properties": properties, "required": list(properties)}


def _scalar(shape: str) -> Schema:
    name = shape.removesuffix("~")
    if name.startswith("="):
        found: Schema = {"enum": name[1:].split("|")}
    elif name.startswith("@"):
        noun, event, field = name[1:].split(".")
        found = {"enum": list(ledgers.kinds(noun, event)[field].words)}
    else:
        found = dict(SCALARS[name])
    if not shape.endswith("~"):
        return found
    if "enum" in found:
        return {"enum": [*found["enum"], None]}
    return {**found, "type": [found["type"], "null"]}


# ---- entries: from the ledger's events ---------------------------------------------------------------


def _entry(noun: str) -> Schema:
    return {"oneOf": [_event(noun, name) for name in ledgers.events(noun)]}


def _correction(noun: str, shared: Mapping[str, Any]) -> Schema:
    """One corrected value: what `old` and `new` are depends on the field."""
    names = [f.name for f in ledgers.event(noun, correction.EVENT).fields if f.name not in ("clear", "reason")]
    shape = _schema("$correction", shared)
    shape["properties"] |= {"field": {"enum": names}, "old": {}, "new": {}}
    shape["required"] += ["field", "old", "new"]
    return shape


def _event(noun: str, name: str) -> Schema:
    event = ledgers.event(noun, name)
    properties: Schema = {
        "ledger": {"const": noun},
        "event": {"const": name},
        "id": SCALARS["id"],
        "at": TIME,
        "by": SCALARS["text"],
        "recorded_at": TIME,
    }
    required = [*properties, *(f.name for f in event.fields if f.required and not f.secret)]
    properties |= {f.name: _kind(f.kind) for f in event.fields if not f.secret}
    return {"type": "object", "properties": properties, "required": required}


def _kind(kind: Any) -> Schema:
    """What a field of a kind looks like in JSON."""
    if isinstance(kind, Choice):
        return {"enum": list(kind.words)}
    if isinstance(kind, Rows):
        keys = {c.name: _kind(c.kind) for c in kind.columns}
        row = {"type": "object", "properties": keys, "required": [c.name for c in kind.columns if c.required]}
        return {"type": "array", "items": row}
    if isinstance(kind, Refs):
        return {"type": "array", "items": _kind(kind.of)}
    if isinstance(kind, NamedValues):
        return {"type": "object", "properties": {key: _kind(kind.kind) for key in kind.keys.words}}
    if isinstance(kind, Count):
        return {"type": "integer", "minimum": kind.low, "maximum": kind.high}
    plain = {Flag: "bool", Moment: "time", Day: "day", Money: "money"}
    return dict(SCALARS[next((name for cls, name in plain.items() if isinstance(kind, cls)), "text")])


def main() -> int:
    files = made()
    stale = [name for name, text in files.items() if _text(name) != text]
    gone = [path for path in FOLDER.glob("*.json") if path.name not in files]
    if "--check" in sys.argv:
        print(*stale, *(path.name for path in gone), sep="\n")
        return 1 if stale or gone else 0
    for path in gone:
        path.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


def _text(name: str) -> str:
    path = FOLDER / name
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
