"""Sending one message to one receiver, and whether it was taken: an answer of HTTP 200 alone says nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from svc.errors import BadInput, SvcError
from svc.extras import needs
from svc.output.post.model import Message, NotSent
from svc.output.post.targets import Target
from svc.store.files import durable
from svc.store.files.folder import keep_out
from svc.text import Text, reason

LIMITS = {"wecom": 2_000, "dingtalk": 18_000, "feishu": 18_000}
"""Bytes of text that the bots take at a time; others take anything."""
ANY = 200_000


def send(target: Target, message: Message) -> Text | None:
    """Send; what to say of it. NotSent, with the reason, unless the receiver said that it has it."""
    if target.kind == "mail":
        from svc.output.post.mail import send as by_mail

        by_mail(target, message)
    elif target.kind == "folder":
        return _into_folder(target, message)
    elif target.kind == "other":
        _by_apprise(target, message)
    else:
        from svc.output.post.bots import send as to_bot

        to_bot(target, message)
    return None


# ---- a folder somewhere else: another disk, a share ----------------------------------------------


def _into_folder(target: Target, message: Message) -> Text | None:
    """Copy the files; NotSent where the folder is not there (not mounted, say) or may not be written.

    A copy that is there and differs is what somebody kept of another state: it stays, and is told of.
    """
    folder = Path(target.url)
    if not folder.is_dir():
        raise NotSent(Text(f"not reached: there is no folder {folder}", f"无法送达：没有目录 {folder}"))
    try:
        beside = [durable.put_beside(keep_out(folder / name, "--to"), data) for name, data in message.files]
    except (OSError, SvcError) as error:
        why = error.what if isinstance(error, SvcError) else reason(error)
        raise NotSent(Text(f"refused: {why.en}", f"无法写入：{why.zh}")) from None
    odd = [str(path) for path in beside if path is not None]
    if not odd:
        return None
    return Text(f"another copy was there and stays; ours is {', '.join(odd)}: one of the two was changed",
                f"原处已有内容不同的副本，予以保留；本次存为 {'、'.join(odd)}：两者之一被改动过")  # fmt: skip


# ---- everything else that apprise knows, where it is installed: Telegram, Slack, Matrix ----------


def check(target: Target) -> None:
    """BadInput for an address of no way that is known here, nor to apprise."""
    _sender(target)


def _by_apprise(target: Target, message: Message) -> None:
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
