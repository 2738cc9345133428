"""JSON Schemas for editors, made from what reads the files: they complete and underline what `svc rules check` says."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from svc.rules.cases import schema
from svc.rules.file import FILE

DIALECT = "http://json-schema.org/draft-07/schema#"


def rules() -> dict[str, Any]:
    """Of `rules.yaml`."""
    return {"$schema": DIALECT, "title": "svc rules", **FILE.json()}


def cases() -> dict[str, Any]:
    """Of `rules_tests.yaml`."""
    return {"$schema": DIALECT, "title": "svc rules tests", **schema(UTC).json()}
