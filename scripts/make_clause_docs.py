"""Write docs/clauses.md: each clause of the contract, how svc serves it, and the scenario that proves it.

Made from the list of clauses, the shipped rules and the docstrings of tests/clauses; the same sources give
the same bytes.

    python scripts/make_clause_docs.py
"""

from __future__ import annotations

import ast
from pathlib import Path

from svc.rules.clauses import CLAUSES
from svc.rules.file import load
from svc.rules.model import Rules

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "svc" / "rules" / "template.yaml"
SCENARIOS = ROOT / "tests" / "clauses"
PAGE = ROOT / "docs" / "clauses.md"

HEAD = """\
# The contract, clause by clause

Made by `python scripts/make_clause_docs.py`; change the scenarios or the rules, not this page. Rules are those of
the shipped `svc/rules/template.yaml`; a clause that cannot be checked says why.

| clause | what it asks | how svc serves it | scenario |
|---|---|---|---|
"""


def scenario(clause: str) -> str:
    """The name of a clause's scenario file: `4.2.1` is in `test_4_02_1.py`."""
    part, item, *cause = clause.split(".")
    return "_".join(("test", part, f"{int(item):02d}", *cause)) + ".py"


def docstring(clause: str) -> str:
    """What the scenario file says of itself; empty where there is none."""
    path = SCENARIOS / scenario(clause)
    if not path.is_file():
        return ""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def page() -> str:
    """The whole page."""
    rules = load("template.yaml", TEMPLATE.read_bytes())
    return HEAD + "".join(_row(rules, clause) for clause in CLAUSES)


def _row(rules: Rules, clause: str) -> str:
    serves = " ".join(part for part in (_told(clause), _judged(rules, clause)) if part)
    file = scenario(clause)
    link = f"[{file}](../tests/clauses/{file})"
    return f"| {clause} | {_cell(CLAUSES[clause].en)} | {_cell(serves)} | {link} |\n"


def _told(clause: str) -> str:
    """The sentences of the docstring that follow the restated clause."""
    _, _, rest = docstring(clause).partition("\n\n")
    return " ".join(rest.split())


def _judged(rules: Rules, clause: str) -> str:
    own = [rule.id for rule in rules.rules.values() if rule.clause == clause]
    see = [rule.id for rule in rules.rules.values() if clause in rule.see]
    none = [f"No rule of its own ({one.kind}): {one.why.en}." for one in rules.not_rules if one.clause == clause]
    return " ".join([*_listed("Rules", own), *none, *_listed("See also", see)])


def _listed(title: str, ids: list[str]) -> list[str]:
    return [f"{title}: {', '.join(f'`{id}`' for id in ids)}."] if ids else []


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE.relative_to(ROOT))
