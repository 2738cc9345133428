"""The rooms of the house know no more than they should: no circles, few imports inside functions, no noun's name where all nouns meet."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from svc.domain import ledgers
from svc.rules.file import load

ROOT = Path(__file__).parents[1]
FILES = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in (ROOT / "svc").rglob("*.py")}


@cache
def trees() -> dict[str, ast.Module]:
    """Every file as Python reads it: not at import, or each process that collects the tests would pay for it."""
    return {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}


INSIDE_FUNCTIONS = {
    "commands": 212,  # a verb imports what it alone needs: `svc call log` must not pay for `svc audit`
    "ui": 57,  # what is asked on a terminal, pages, papers: seldom needed
    "output": 40,  # pandas, matplotlib, weasyprint, openpyxl: heavy and optional; lines are broken on terminals alone
    "desk": 41,  # rules, audit, selections: not needed to record
    "store": 22,  # what verifies: hashes, and the index beside them, are loaded for it alone; what is kept in brief
    "intake": 19,
    "domain": 12,  # dateutil: for spans and what comes round alone
    "svc": 21,  # tomllib, what a mistyped line is answered with, widths: only who needs them pays
    "recording": 16,  # visits: where a finding on one is ruled on
    "rules": 2,
    "demo": 0,
    "audit": 1,
}
"""How many imports stand inside functions at most, room by room: only where start-up pays for them."""

MAY_NAME = {
    "store/access_checks.py": "who saw what is the store's own ledger",
    "store/seals.py": "seals are signed with keys of the store's own ledger",
    "store/signatures.py": "keys are of the store's own ledger",
    "store/index/undone.py": "what was taken back is left out of the index",
    "store/files/register_checks.py": "what changed of a register's rows is the store's own ledger",
    "store/index/dated.py": "what changed of a register's rows is the store's own ledger",
    "output/pages/compare.py": "a change from one month to another",
    "intake/callmap.py": "lists of calls are the one history that departments bring along",
    "intake/columns.py": "lists of calls are the one history that departments bring along",
    "intake/proposal.py": "lists of calls are the one history that departments bring along",
    "intake/headings.py": "headings tell which kind of list it is",
    "intake/export.py": "the ledger of who saw what is not given out",
    "intake/formfiles.py": "the service report is the one form on paper",
    "intake/reportform.py": "the service report is the one form on paper",
    "output/papers/": "papers are forms of the contract: what stands on one is the form's own",
    "output/pages/matters.py": "a page's chapters are the figures' headings",
    "output/pages/people.py": "a page's chapters are the figures' headings",
    "output/pages/products.py": "a page's chapters are the figures' headings",
    "output/machine_card.py": "the card's lines are the card's own",
    "output/customer_card.py": "the card's lines are the card's own",
    "output/charts.py": "an extra of this name",
    "output/fonts.py": "an extra of this name",
    "output/html.py": "an extra of this name",
    "output/typeset.py": "an extra of this name",
    "output/workbook.py": "an extra of this name; a sheet's columns",
    "output/words.py": "columns of lists by their names",
    "ui/": "being emptied: what a noun needs beyond the table moves to its command file",
}
"""Files of rooms where all nouns meet that name one all the same, and why."""


def imports(name: str) -> Iterator[str]:
    """The modules of this house that a module imports, wherever in it the import stands."""
    for node in ast.walk(trees()[name]):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("svc"):
            for alias in node.names:
                deep = f"{node.module}.{alias.name}"
                yield deep if deep in FILES else node.module


def circles() -> list[set[str]]:
    """Sets of modules that import one another (Tarjan's strongly connected components)."""
    graph = {name: {found for found in imports(name) if found in FILES and found != name} for name in FILES}
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in graph[name]:
            if other not in order:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == order[name]:
            circle = set(stack[stack.index(name) :])
            del stack[stack.index(name) :]
            if len(circle) > 1:
                found.append(circle)

    for name in FILES:
        if name not in order:
            visit(name)
    return found


def test_nothing_imports_in_circles() -> None:
    new = [sorted(c) for c in circles()]
    assert not new, new


def test_imports_inside_functions_are_few() -> None:
    inside: Counter[str] = Counter()
    for name, tree in trees().items():
        room = name.split(".")[1] if name.count(".") > 1 else "svc"
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        inside[room] += len({id(n) for f in functions for n in ast.walk(f) if isinstance(n, (ast.Import, ast.ImportFrom))})
    assert {room: n for room, n in inside.items() if n > INSIDE_FUNCTIONS.get(room, 0)} == {}


def spoken(tree: ast.Module) -> Iterator[str]:
    """The texts of a module that are no docstrings, and the nouns' rooms that it imports."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("svc.domain.nouns"):
            yield from (f"import {alias.name}" for alias in node.names)


@pytest.fixture(scope="module")
def naming() -> dict[str, set[str]]:
    """By file of the rooms where all nouns meet, the nouns and rules that it names: whole texts, or quoted in one."""
    rules = load("template.yaml", (ROOT / "svc/rules/template.yaml").read_bytes()).rules
    names = "|".join(sorted({*ledgers.TABLE, *rules}, key=len, reverse=True))
    whole, quoted = re.compile(names), re.compile(f"'({names})'")
    found: dict[str, set[str]] = defaultdict(set)
    for room in ("store", "ui", "intake", "output"):
        for path in sorted((ROOT / "svc" / room).rglob("*.py")):
            for text in spoken(ast.parse(path.read_text("utf-8"))):
                if whole.fullmatch(text) or quoted.search(text):
                    found[str(path.relative_to(ROOT / "svc"))].add(text[:60])
                elif text.startswith("import "):
                    found[str(path.relative_to(ROOT / "svc"))].add(text)
    return found


def test_where_all_nouns_meet_none_is_named(naming: dict[str, set[str]]) -> None:
    assert {file: said for file, said in naming.items() if not file.startswith(tuple(MAY_NAME))} == {}


def test_nobody_may_name_a_noun_without_need(naming: dict[str, set[str]]) -> None:
    assert [file for file in MAY_NAME if (ROOT / "svc" / file).exists() and not any(f.startswith(file) for f in naming)] == []
