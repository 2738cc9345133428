"""Modules that Typer and the standard library import at their top, and that no `svc call log` uses: loaded when touched.

A quarter of what `import typer` costs. Each is itself from the beginning, only empty: the first name that anybody
asks of it runs its code. Python 3.15 brings this as `lazy import`.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from typing import Any

SELDOM = ("subprocess", "ipaddress", "textwrap", "tokenize", "bz2", "lzma", "sysconfig", "ntpath", "fnmatch", "shellingham")


def put_off(names: tuple[str, ...] = SELDOM) -> None:
    """Let modules that are not loaded yet be loaded by the first use of anything in them (from one thread)."""
    for name in names:
        if name not in sys.modules:
            _put_off(name)


def _put_off(name: str) -> None:
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        return
    loader, module = spec.loader, module_from_spec(spec)

    def load(attribute: str) -> Any:
        module.__dict__.pop("__getattr__", None)
        loader.exec_module(module)
        return getattr(module, attribute)

    module.__dict__["__getattr__"] = load
    sys.modules[name] = module
