"""What is sent, and what happens where it does not arrive: shared by all the ways out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text


class Message(NamedTuple):
    """What is said: a title, the text below it, the same as data (for programs), and files (for mail and folders)."""

    title: str
    text: str
    data: Mapping[str, Any]
    files: tuple[tuple[str, bytes], ...] = ()


class NotSent(Exception):
    """It did not arrive: the receiver refused it, or was not to be reached."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def patience() -> float:
    """Seconds to wait for a receiver: SVC_NOTIFY_TIMEOUT, else ten."""
    text = os.environ.get("SVC_NOTIFY_TIMEOUT", "10")
    try:
        seconds = float(text)
        if not 0 < seconds <= 600:
            raise ValueError
    except ValueError:
        raise BadInput(
            Text(f"SVC_NOTIFY_TIMEOUT={text}: no number of seconds", f"SVC_NOTIFY_TIMEOUT={text}：不是秒数"),
            Text("from 1 to 600", "1 到 600"),
        ) from None
    return seconds
