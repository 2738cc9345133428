"""What a command loads, every start pays for: nothing that it does not need comes in, and nothing new unseen."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from svc.lazy_modules import FUNCTIONS, SELDOM, put_off
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
STORE = {"_sqlite3", "sqlite3", "_sha256", "_hashlib", "_blake2", "hashlib", "unicodedata", "fcntl", "pwd", "keyword", "bisect", "_bisect"}
CLOCK = {"zoneinfo", "_zoneinfo", "sysconfig", "struct", "_struct"}
RULES = {"yaml", "decimal", "_decimal", "numbers", "json", "_json", "base64", "binascii"}
GBK = {"_codecs_cn", "_multibytecodec", "encodings"}
"""Whether a text is UTF-8 that was read as GBK on its way is asked of the codec."""
TALK = {"svc.output", "svc.output.notes", "svc.output.pager", "svc.output.words"}
"""What a receipt is said with: plain modules, which load nothing themselves."""
OTHERS = {"svc.ui.lists", "svc.ui.attached", "svc.desk.filters", "svc.domain.nouns.visit", "svc.domain.nouns.attachment"}
"""What other verbs of the noun need: its list, what belongs to it, the files that are brought."""
FOLDING = {"svc.domain.standing", "svc.store.index.standing", "svc.domain.briefs.call"}
"""What folds cases: whoever records leaves that to whoever asks."""
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
    svc(LOG)
    loaded = modules([LISTED, *shlex.split(LOG)], svc.environ)
    nouns = {name for name in loaded if name.startswith("svc.commands.") and "._" not in name}
    assert nouns == {"svc.commands.call"}
    assert not {name for name in loaded if name.startswith(("svc.rules", "svc.audit", "svc.output", "svc.intake"))} - TALK
    assert not loaded & (OTHERS | FOLDING)


def test_who_reads_chinese_waits_no_longer(svc: Svc) -> None:
    svc(LOG)
    assert modules([LISTED, "--lang", "zh", *shlex.split(LOG)], svc.environ) <= modules([LISTED, *shlex.split(LOG)], svc.environ)


def test_a_month_for_a_program_loads_no_page(svc: Svc) -> None:
    loaded = modules([LISTED, *shlex.split("audit month 2026-11 --json")], svc.environ)
    assert "svc.audit.month" in loaded
    assert not {name for name in loaded if name.startswith(("svc.output.pages", "svc.output.terminal", "svc.reports"))}


PUT_OFF = """
import sys
from svc.lazy_modules import FUNCTIONS, SELDOM, put_off
put_off()
from svc.cli import main
sys.argv = ["svc", *sys.argv[1:]]
main()
print(*(name for name in (*SELDOM, *FUNCTIONS) if "__getattr__" in vars(sys.modules[name])), file=sys.stderr)
"""


def test_what_is_put_off_is_not_touched_by_a_call_that_is_logged(svc: Svc) -> None:
    assert {*SELDOM, *FUNCTIONS} <= modules([PUT_OFF, *shlex.split(LOG)], svc.environ)


def test_what_was_put_off_is_itself_when_it_is_touched() -> None:
    code = "from svc.lazy_modules import put_off; put_off(); import subprocess, bz2; from subprocess import run; "
    code += "run(['true'], check=True); assert run is subprocess.run and subprocess.__spec__.origin.endswith('subprocess.py'); "
    code += "import sys; assert sys.modules['subprocess'] is subprocess; assert bz2.decompress(bz2.compress(b'x')) == b'x'"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_half_of_typer_is_all_of_it_when_it_is_touched() -> None:
    code = "from svc.lazy_modules import put_off; put_off(); from typer.core import TyperGroup; import sys, typer, typer.main; "
    code += "assert '__getattr__' in vars(typer); assert typer.Typer is typer.main.Typer and '__getattr__' not in vars(typer); "
    code += "assert typer.main.TyperGroup is TyperGroup and typer.Context is sys.modules['typer.models'].Context"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_stands_in_for_a_function_is_the_function() -> None:
    code = "from svc.lazy_modules import put_off; put_off(); from copy import copy; from gettext import gettext; import sys, urllib.parse; "
    code += "assert '__getattr__' in vars(sys.modules['copy']); a = [[1]]; assert copy(a) == a and copy(a) is not a and copy(a)[0] is a[0]; "
    code += "import copy as whole; assert whole.deepcopy(a)[0] is not a[0] and whole.copy is not copy and gettext('a') == 'a'; "
    code += "assert urllib.parse.quote('a b') == 'a%20b' and urllib.parse.quote_from_bytes(b' ') == '%20'"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_loaded_already_is_left_alone() -> None:
    before = sys.modules["subprocess"]
    put_off(("subprocess", "there_is_no_such_module"))
    assert sys.modules["subprocess"] is before and "there_is_no_such_module" not in sys.modules
