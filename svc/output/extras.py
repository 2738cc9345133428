"""Libraries that the base install does without: a command that needs one says so, and how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from svc.errors import BadInput
from svc.installed import adding
from svc.locale import Text


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Around the imports of what the extra brings: BadInput with the install command where one is missing.

    Used as `with needs("report"): import typst`, so that types are known and nothing is imported before.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise missing(error.name or "?", extra) from None


def missing(module: str, extra: str) -> BadInput:
    """The error for a library that is not installed."""
    install = adding(extra)
    return BadInput(
        Text(f"this needs {module}, which is not installed", f"此功能需要 {module}，尚未安装"),
        Text(f"install it: {install.en}", f"请安装：{install.zh}"),
    )
