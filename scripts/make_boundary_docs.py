"""Write docs/boundaries.md: role × function and role × verb, each called as each role, with how many calls were made and got through.

It runs the suites that make the calls (a real PostgreSQL server is needed). Exit code 1, and no page, where one gets through.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "boundaries.md"
SUITES = (
    "tests/postgres/test_boundaries.py::test_each_role_gets_through_where_the_table_says",
    "tests/postgres/test_boundaries.py::test_a_row_that_nobody_can_read_is_set_aside_and_no_other",
    "tests/cli/test_permissions.py::test_every_verb_with_every_role",
)
HEAD = """# Who was let through

Made by `scripts/make_boundary_docs.py` from the calls that the tests make: every function of the server as every kind of login (`{boundaries}`),
every verb that not everybody may use as every role (`tests/cli/test_permissions.py`). A cell says how many calls were made that the role may not
make, and how many of them got through; `may` where it may make some.

"""
KINDS = {
    "function": "## Functions of the server\n\nBesides good calls: other sites, other months, other people, hashes of one's own, garbage "
    "bytes, wrong columns, unknown events, paths, huge and negative versions, nothing at all. stranger: a login that is no member; "
    "hai: a clerk of another site; boss: a deputy, who owns the server besides.\n",
    "verb": "## Verbs\n\nEach by `--as` and by `SVC_STAFF`; refused with exit code 3, nothing printed.\n",
}


def main() -> int:
    """Run, count, write."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "calls.jsonl"
        command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-q", "-n0", *SUITES]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "SVC_HOSTILE_REPORT": str(report)})
        if done.returncode:
            return 1
        calls = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    text = HEAD.format(boundaries="tests/postgres/test_boundaries.py")
    for kind, title in KINDS.items():
        text += title + "\n" + table(kind, [call for call in calls if call["kind"] == kind]) + "\n"
    PAGE.write_text(text, "utf-8")
    print(PAGE.relative_to(ROOT))
    return 0


def table(kind: str, calls: list[dict[str, object]]) -> str:
    """The calls of a kind: a line for each thing called, a column for each role."""
    roles = list(dict.fromkeys(str(call["role"]) for call in calls))
    made: Counter[tuple[str, str]] = Counter()
    through: Counter[tuple[str, str]] = Counter()
    allowed: set[tuple[str, str]] = set()
    for call in calls:
        key = (str(call["what"]), str(call["role"]))
        if call["meant"]:
            allowed.add(key)
        else:
            made[key] += 1
            through[key] += bool(call["through"])
    lines = [f"| {kind} | {' | '.join(roles)} |", "|---|" + "---|" * len(roles)]
    for what in sorted({str(call["what"]) for call in calls}):
        cells = []
        for role in roles:
            key = (what, role)
            hostile = f"{made[key]} made, {through[key]} through" if made[key] else ""
            cells.append(", ".join(filter(None, ("may" if key in allowed else "", hostile))))
        lines.append(f"| `{what}` | {' | '.join(cells)} |")
    total = f"**{sum(made.values()):,} calls that the role may not make, {sum(through.values())} through.**"
    return "\n".join(lines) + f"\n\n{total}\n"


if __name__ == "__main__":
    sys.exit(main())
