"""What was told to whom, and what could not be told yet: `data/outbox/state.json`.

Not a ledger: nothing is judged by it. Where it is lost or unreadable, everything that is still open is
told again; a message too many is better than one too few. It is written before anything is sent, and
again when it has arrived: whoever is interrupted in between sends twice, never not at all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from svc.errors import SvcError
from svc.named import NamedTuple
from svc.store.files import durable
from svc.store.files.lock import Lock
from svc.text import Text

FORMAT = "svc-outbox/1"

Kept = dict[str, Any]


class SendingLock(Lock):
    """Only one process at a time sends; a lock of its own, so that nobody's entry waits for a slow receiver."""

    name = "sending"

    def _begin(self, crashed: bool) -> None:
        """Sending leaves nothing half done in ledgers: nothing to take back."""


class Outbox(NamedTuple):
    """By receiver (`Target.key`): when each thing was told, and the messages that wait; and seals that wait.

    A key of `told` names a thing at a stage; the value is the moment (ISO 8601).
    """

    told: dict[str, dict[str, str]]
    waiting: dict[str, dict[str, Kept]]
    seals: list[Kept]


def _path(data: Path) -> Path:
    return data / "outbox" / "state.json"


def load(data: Path) -> tuple[Outbox, Text | None]:
    """What is remembered, and what to say where it could not be read."""
    try:
        text = _path(data).read_bytes()
    except FileNotFoundError:
        return Outbox({}, {}, []), None
    except OSError as error:
        return Outbox({}, {}, []), _lost(str(error.strerror))
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise ValueError(found["format"])
        return Outbox(dict(found["told"]), dict(found["waiting"]), list(found["seals"])), None
    except (ValueError, KeyError, TypeError) as error:
        return Outbox({}, {}, []), _lost(str(error))


def _lost(why: str) -> Text:
    return Text(
        f"outbox/state.json cannot be read ({why}): what is open is told again",
        f"outbox/state.json 无法读取（{why}）：未完成的事项会重新发送",
    )


def save(data: Path, outbox: Outbox) -> Text | None:
    """Remember; what to say where that was not possible."""
    document = {"format": FORMAT, **outbox._asdict()}
    try:
        durable.make_folder(_path(data).parent, 0o700)
        durable.replace(_path(data), json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n", 0o600)
    except (SvcError, OSError) as error:
        why = error.what if isinstance(error, SvcError) else Text(str(error), str(error))
        return Text(
            f"what was sent cannot be remembered ({why.en}): it will be sent again",
            f"无法记住已发送的内容（{why.zh}）：下次会重复发送",
        )
    return None
