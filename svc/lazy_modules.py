"""Modules that are imported at the top of what a `svc call log` loads, and that it does not use: loaded when touched.

Of the standard library, of Typer, and of ours. Each is itself from the beginning, only empty: the first name that anybody
asks of it runs its code. Python 3.15 brings this as `lazy import`.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from typing import Any

TYPER = ("typer", "typer.main")
"""The half of Typer that makes commands of functions: whoever needs its classes takes them from the module that has them (`typer.core`)."""

OURS = (
    "svc.store.index.lists", "svc.store.index.wanted", "svc.store.index.undone",
    "svc.domain.briefs", "svc.domain.nouns.undo", "svc.recording.lines",
)  # fmt: skip
"""Modules of ours, which others import whole for that (`from svc.store.index import lists`): an import of a name would touch them."""

SELDOM = ("subprocess", "ipaddress", "textwrap", "tokenize", "bz2", "lzma", "sysconfig", "ntpath", "fnmatch", "shellingham", "shutil", *TYPER, *OURS)

FUNCTIONS = {"difflib": "get_close_matches", "gettext": "gettext", "copy": "copy", "urllib.parse": "quote_from_bytes"}
"""Modules of which others take a function by its name at their top: one stands in for it that loads the module when it is called."""


def put_off(names: tuple[str, ...] = (*SELDOM, *FUNCTIONS)) -> None:
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
        if attribute == "__path__" or (spec.submodule_search_locations and find_spec(f"{name}.{attribute}")):
            raise AttributeError(attribute)  # `from … import` asks whether it is a package, and which of its modules are loaded
        if module.__dict__.pop("__getattr__", None):
            loader.exec_module(module)
        return getattr(module, attribute)

    if function := FUNCTIONS.get(name):
        module.__dict__[function] = lambda *given, **named: load(function)(*given, **named)
    module.__dict__["__getattr__"] = load
    sys.modules[name] = module
    package, _, own = name.rpartition(".")
    if package:
        setattr(sys.modules[package], own, module)
