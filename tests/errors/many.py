"""Many command lines in one process: each in a forked child, so that `svc` is imported once. Run as a script.

Reads from stdin a JSON list of [words, text for stdin or null]; prints a JSON list of [exit code, stdout, stderr].
Words are texts; bytes that are no UTF-8 stand in them as lone surrogates, as the system gives them to a program.
"""

import json
import os
import sys
import tempfile
from importlib import import_module

LOADED = (
    *(f"commands.{name}" for name in ("call", "customer", "machine", "quote", "report", "rules", "ledger", "_import", "_guards")),
    *(f"intake.{name}" for name in ("batch", "fit", "jsonl", "mapping", "mapfile", "sheets", "workbooks", "formyaml")),
    *("desk", "registry", "store.index", "store.files", "store.rebuilt", "store.lookup", "rules.check", "rulebook"),
)  # fmt: skip


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
