"""Everything else that apprise knows (Telegram, Slack, Matrix …), where it is installed."""

from __future__ import annotations

from typing import Any

from svc.errors import BadInput
from svc.extras import needs
from svc.output.post.send import Message, NotSent
from svc.output.post.targets import Target
from svc.text import Text


def check(target: Target) -> None:
    """BadInput for an address that apprise does not know either."""
    _sender(target)


def send(target: Target, message: Message) -> None:
    """Send by apprise; NotSent where it says that it failed."""
    if not _sender(target).notify(title=message.title, body=message.text):
        raise NotSent(Text("apprise could not deliver it", "apprise 未能送达"))


def _sender(target: Target) -> Any:
    with needs("notify"):
        import apprise
    sender = apprise.Apprise()
    if not sender.add(target.url):
        raise BadInput(
            Text(f"{target.label}: apprise knows no such address", f"{target.label}：apprise 不认识这个地址"),
            Text("see: https://github.com/caronc/apprise/wiki", "参见：https://github.com/caronc/apprise/wiki"),
        )
    return sender
