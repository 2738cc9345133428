"""A folder somewhere else (another disk, a share): the files of a message are copied there."""

from __future__ import annotations

from pathlib import Path

from svc.errors import SvcError
from svc.output.post.send import Message, NotSent
from svc.output.post.targets import Target
from svc.store import durable
from svc.store.identity import keep_out
from svc.text import Text, reason


def send(target: Target, message: Message) -> None:
    """Copy the files; NotSent where the folder is not there (not mounted, say) or may not be written."""
    folder = Path(target.url)
    if not folder.is_dir():
        raise NotSent(Text(f"not reached: there is no folder {folder}", f"无法送达：没有目录 {folder}"))
    try:
        for name, data in message.files:
            durable.replace(keep_out(folder / name, "--to"), data)
    except (OSError, SvcError) as error:
        why = error.what if isinstance(error, SvcError) else reason(error)
        raise NotSent(Text(f"refused: {why.en}", f"无法写入：{why.zh}")) from None
