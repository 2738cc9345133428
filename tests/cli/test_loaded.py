"""What a command loads, every start pays for: nothing that it does not need comes in, and nothing new unseen."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from tests.conftest import Svc

LISTED = """
import sys
from svc.cli import main
sys.argv = ["svc", *sys.argv[1:]]
try:
    main()
finally:
    print("\\n" + " ".join(sys.modules), file=sys.stderr)
"""
EMPTY = "import sys, typer; print(' '.join(sys.modules), file=sys.stderr)"
LOG = "call log --channel phone --from 13800000001 --kind repair --summary 动臂下滑"
HEAVY = {
    "rich", "tabulate", "dateutil", "pydantic", "logging", "importlib.metadata", "prompt_toolkit", "pypinyin",
    "chinese_calendar", "email", "http", "xml", "asyncio", "csv", "tempfile", "random", "ssl",
}  # fmt: skip
"""Never needed to log a call or to look at what is open, whoever brings them in."""
STORE = {"_sqlite3", "sqlite3", "_sha256", "_hashlib", "_blake2", "hashlib", "unicodedata", "fcntl", "pwd", "keyword"}
CLOCK = {"zoneinfo", "_zoneinfo", "sysconfig", "struct", "_struct"}
RULES = {"yaml", "decimal", "_decimal", "numbers", "json", "_json", "base64", "binascii"}
GBK = {"_codecs_cn", "_multibytecodec", "encodings"}
"""Whether a text is UTF-8 that was read as GBK on its way is asked of the codec."""
MORE: dict[str, set[str]] = {"--version": set(), LOG: STORE | CLOCK | GBK, "check": STORE | CLOCK | RULES}
"""What a command may load beyond an empty Typer command, by top names."""


def modules(command: list[str], environ: dict[str, str]) -> set[str]:
    done = subprocess.run([sys.executable, "-c", *command], env=environ, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("line", [*MORE], ids=["version", "log", "check"])
def test_only_what_is_needed_is_loaded(svc: Svc, line: str) -> None:
    empty = modules([EMPTY], svc.environ)
    loaded = modules([LISTED, *shlex.split(line)], svc.environ)
    extra = loaded - empty
    heavy = extra & HEAVY
    assert not heavy, f"{line} loads {', '.join(sorted(heavy))}"
    top = {name.partition(".")[0] for name in extra if not name.startswith(("_sysconfigdata", "cython", "_cython"))}
    unforeseen = top - MORE[line] - {"svc", "typer", "__future__"}
    assert not unforeseen, f"{line} loads {', '.join(sorted(unforeseen))}: needed? then say so here"
    assert {"svc.cli", "svc.errors"} <= loaded


def test_a_verb_loads_its_own_noun_only(svc: Svc) -> None:
    loaded = modules([LISTED, *shlex.split(LOG)], svc.environ)
    nouns = {name for name in loaded if name.startswith("svc.commands.") and "._" not in name}
    assert nouns == {"svc.commands.call"}
    assert not {name for name in loaded if name.startswith(("svc.rules", "svc.audit", "svc.output", "svc.intake"))}
