"""How this copy of svc was installed, so that what is missing is added to it and to nothing else."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from svc.errors import BadInput
from svc.text import Text

DISTRIBUTION = "svc-desk"
"""What packagers call it: another project is called svc where packages are published."""


def adding(extra: str) -> Text:
    """The command that adds an extra to this environment, from where svc came.

    Never by name alone: what is fetched by name need not be this copy's version. Where it came from is
    not known (a copied folder, a source that is gone), it is to be said in the folder of the source.
    """
    came = _source(extra)
    command = f"pip --python {shlex.quote(_environment())} install {came or shlex.quote(f'.[{extra}]')}"
    if came:
        return Text(command, command)
    return Text(f"in the folder of svc's source: {command}", f"在 svc 源码目录中：{command}")


def _environment() -> str:
    """What `pip --python` calls this environment: its folder, outside of one the interpreter."""
    return sys.prefix if sys.prefix != sys.base_prefix else sys.executable


def _source(extra: str) -> str | None:
    """What to install for the extra, quoted for a shell; None where nobody wrote down where svc came from."""
    found = _direct_url()
    url = found.get("url")
    if not isinstance(url, str):
        return None
    if "dir_info" in found:
        folder = Path(url2pathname(urlsplit(url).path))
        if not folder.is_dir():
            return None
        editable = "-e " if found["dir_info"].get("editable") else ""
        return editable + shlex.quote(f"{folder}[{extra}]")
    vcs = found.get("vcs_info") or {}
    kind, commit = vcs.get("vcs"), vcs.get("commit_id")
    return shlex.quote(f"{DISTRIBUTION}[{extra}] @ " + (f"{kind}+{url}@{commit}" if kind else url))


def _direct_url() -> dict[str, Any]:
    """What the installer wrote down about the source (PEP 610); empty where it wrote nothing."""
    from importlib import metadata

    try:
        text = metadata.distribution(DISTRIBUTION).read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return {}
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


# ---- Libraries that the base install does without: a command that needs one says so, and how to get it 

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
