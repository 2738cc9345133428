"""Write docs/permissions.md: who may use which verb, from the one table in the code. `--check` only compares."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from svc import text
from svc.commands import NOUNS
from svc.domain import permissions
from svc.domain.ledgers import ROLES
from svc.domain.registers import ROLE_WORDS

PAGE = Path(__file__).parents[1] / "docs" / "permissions.md"

HEAD = """# Who may do what

Made by `scripts/make_permission_docs.py` from the one table in the code (`svc/domain/permissions.py` and the events of
the ledgers); a test holds this page to it and tries every verb with every role. Refusals end with exit code 3 and name
who may instead.

* **yes**: may use it. **own**: sees what concerns himself, nothing about others. Empty: refused.
* Fines, findings and entries in a record are personal data: everybody sees his own, the head, the general manager and
  finance see all.
* Who may rule on a finding is besides for `rules.yaml` to say (`decided_by`), and never the person concerned. Nobody
  reviews his own expenses, nobody corrects what may decide about a fine of his own.
* `--unmask` (names and numbers in clear) is for {unmask}; each time is an entry of the ledger `access`, which the head
  and the general manager read with `svc access list`.
* On plain files the identity is the OS user (`staff edit --login`) or what `--as` says, and whoever can write the files
  can do more than `svc` lets him; somebody who owns the files and is nobody on the staff may read everything. With a
  service account ([protect.md](protect.md)) neither holds: everybody acts as himself and reaches the files through
  `svc` alone.

"""


def verbs() -> Iterator[tuple[str, str, Any]]:
    """Every noun and verb that the command line has, with its command."""
    from svc.cli import Nouns

    root = Nouns(name="svc")
    for noun in NOUNS:
        command: Any = root.get_command(typer.Context(root), noun)
        yield from _below(noun, "", command)


def _below(noun: str, path: str, command: Any) -> Iterator[tuple[str, str, Any]]:
    if not hasattr(command, "list_commands"):
        yield noun, path, command
        return
    ctx = typer.Context(command)
    for name in command.list_commands(ctx):
        yield from _below(noun, f"{path} {name}".strip(), command.get_command(ctx, name))


def _cell(verb: permissions.Verb, role: str) -> str:
    return "yes" if verb.allows(role) else "own" if verb.own else ""


def page() -> str:
    """The page as it should stand."""
    text.use("en")
    unmask = "; ".join(f"{', '.join(roles)} ({noun})" for noun, roles in permissions.UNMASK.items())
    titles = " | ".join(f"{role}<br>{ROLE_WORDS.words[role]}" for role in ROLES)
    lines = [HEAD.format(unmask=unmask), f"| command | {titles} |", f"|---|{'---|' * len(ROLES)}"]
    for noun, name, _ in verbs():
        verb = permissions.verb(noun, name)
        assert verb is not None, f"{noun} {name} is not in svc/domain/permissions.py"
        lines.append(f"| `{f'{noun} {name}'.strip()}` | {' | '.join(_cell(verb, role) for role in ROLES)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or say that it is not current."""
    text = page()
    if "--check" in sys.argv:
        return 0 if PAGE.exists() and PAGE.read_text("utf-8") == text else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
