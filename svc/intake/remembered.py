"""What was answered at an import, kept for the next list of the same columns: `maps/call-1a2b3c4d.yaml` beside the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from svc.desk.open import Desk
from svc.store.files import durable
from svc.store.files.plain import read_given

FOLDER = "maps"


def _place(desk: Desk, noun: str, names: Sequence[str]) -> Path:
    shape = hashlib.sha256("\x1f".join((noun, *names)).encode()).hexdigest()[:8]
    return desk.folder / FOLDER / f"{noun}-{shape}.yaml"


def answers(desk: Desk, noun: str, names: Sequence[str]) -> dict[str, str]:
    """What was answered for a list of these columns; nothing where none was imported, or the file cannot be used."""
    import yaml

    try:
        found = yaml.safe_load(read_given(_place(desk, noun, names)))
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return {}
    given = found.get("answers") if isinstance(found, dict) else None
    return {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {}


def keep(desk: Desk, noun: str, names: Sequence[str], given: Mapping[str, str]) -> None:
    """Keep answers; where nothing can be written beside the desk, they are asked again."""
    import yaml

    place = _place(desk, noun, names)
    tree = {"columns": list(names), "answers": dict(given)}
    head = "# answers of an import, used for the next list of these columns; delete the file to be asked anew\n"
    try:
        place.parent.mkdir(exist_ok=True)
        durable.replace(place, (head + yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)).encode())
    except OSError:
        return
