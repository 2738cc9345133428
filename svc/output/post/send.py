"""Sending one message to one receiver, and whether it was taken: an answer of HTTP 200 alone says nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from svc.errors import BadInput
from svc.output.post.targets import Target
from svc.text import Text

LIMITS = {"wecom": 2_000, "dingtalk": 18_000, "feishu": 18_000}
"""Bytes of text that the bots take at a time; others take anything."""
ANY = 200_000


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


def send(target: Target, message: Message) -> None:
    """Send; NotSent, with the reason, unless the receiver said that it has it."""
    if target.kind == "mail":
        from svc.output.post.mail import send as by_mail

        by_mail(target, message)
    elif target.kind == "folder":
        from svc.output.post.folder import send as into_folder

        into_folder(target, message)
    elif target.kind == "other":
        from svc.output.post.others import send as by_apprise

        by_apprise(target, message)
    else:
        from svc.output.post.bots import send as to_bot

        to_bot(target, message)


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
