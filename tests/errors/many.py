"""Many command lines in one process: each in a forked child, so that `svc` is imported once.

As a script it reads from stdin a JSON list of [words, text for stdin or null]; and prints a JSON list of [exit code, stdout, stderr].
Words are texts; bytes that are no UTF-8 stand in them as lone surrogates, as the system gives them to a program.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Result, Svc

Line = tuple[list[str], str | None]

LOADED = (
    *(f"commands.{name}" for name in ("call", "customer", "machine", "quote", "report", "rules", "ledger", "_import", "_guards")),
    *(f"intake.{name}" for name in ("batch", "fit", "jsonl", "mapping", "mapfile", "csvfile", "workbooks", "formfiles")),
    *("desk", "registry", "store.index", "store.files", "store.rebuilt", "store.lookup", "rules.file", "rulebook"),
)  # fmt: skip


def many(svc: "Svc", lines: Sequence[Line]) -> "list[Result]":
    """The answers of many command lines of the head, none of them a traceback."""
    from tests.conftest import Result

    environ = {**svc.environ, "SVC_STAFF": "S01", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, __file__], input=json.dumps(lines), capture_output=True, text=True, env=environ, cwd=svc.desk, timeout=600
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = [Result(*answer) for answer in json.loads(done.stdout)]
    for line, answer in zip(lines, found, strict=True):
        assert answer.code != 99 and "Traceback" not in answer.err, (line, answer)
    return found


def one(words: list[str], given: str | None) -> tuple[int, str, str]:
    """Run a command line in a child."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        source.write((given or "").encode("utf-8", "surrogateescape"))
        source.seek(0)
        child = os.fork()
        if child == 0:
            for number, file in enumerate((source, out, err)):
                os.dup2(file.fileno(), number)
            sys.argv = ["svc", *words]
            _run()
        _, status = os.waitpid(child, 0)
        told = []
        for file in (out, err):
            file.seek(0)
            told.append(file.read().decode("utf-8", "replace"))
        return os.waitstatus_to_exitcode(status), told[0], told[1]


def _run() -> None:
    import traceback

    from svc.__main__ import run

    try:
        run()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(99)


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    for name in (*(f"svc.{module}" for module in LOADED), "pypinyin", "sqlite3"):
        import_module(name)
    print(json.dumps([one(*each) for each in asked]))
