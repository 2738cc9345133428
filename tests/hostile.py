"""What was tried against a boundary, written down for docs/boundaries.md (`scripts/make_boundary_docs.py`)."""

from __future__ import annotations

import json
import os


def note(kind: str, what: str, role: str, meant: bool, through: bool) -> None:
    """A call of something as a role: whether that role may, and whether it got through."""
    path = os.environ.get("SVC_HOSTILE_REPORT")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "what": what, "role": role, "meant": meant, "through": through}) + "\n")
