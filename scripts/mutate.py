"""Change the judging code in one place at a time and see whether a test notices: `make mutants`.

Each mutant runs the in-process tests of judging in a forked child, so that nothing is imported twice. What
survives is listed in docs/mutants.md: each line there is either the same program or a test that is missing.

    python scripts/mutate.py            all mutants, and the page
    python scripts/mutate.py --for N    as many as N seconds allow, drawn evenly, and the page
    python scripts/mutate.py --only N   the N-th mutant alone, its change printed
"""

from __future__ import annotations

import ast
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "mutants.md"
JUDGING = ("svc/rules/judge.py", "svc/rules/check.py", "svc/rules/overlaps.py", "svc/rules/steps.py", "svc/rules/model.py")
TESTS = ("tests/judging/test_judge.py", "tests/judging/test_cases.py")
WORKERS = int(os.environ.get("SVC_MUTANTS_AT_ONCE", "2"))
SECONDS = 60
"""A child that runs longer has met an endless loop: noticed."""

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


class Mutant(NamedTuple):
    """A module with one thing changed."""

    path: str
    line: int
    was: str
    now: str
    source: str


def mutants(path: str) -> Iterator[Mutant]:
    """Every change of one place in a module, by the order of its lines."""
    text = (ROOT / path).read_text("utf-8")
    count = sum(1 for _ in _places(ast.parse(text)))
    for n in range(count):
        tree = ast.parse(text)
        node, change = list(_places(tree))[n]
        was = ast.unparse(node)
        change()
        now = ast.unparse(node)
        if now != was:
            yield Mutant(path, node.lineno, was, now, ast.unparse(ast.fix_missing_locations(tree)))


def _places(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, object]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield node, lambda node=node: node.ops.__setitem__(0, COMPARED[type(node.ops[0])]())
        elif isinstance(node, ast.BoolOp):
            yield node, lambda node=node: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
            for n in range(len(node.values)):
                yield node, lambda node=node, n=n: node.values.pop(n) if len(node.values) > 1 else None
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, lambda node=node: node.__setattr__("op", ast.Not()) or setattr(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
        elif isinstance(node, ast.IfExp):
            yield node, lambda node=node: node.__dict__.update(body=node.orelse, orelse=node.body)
        elif isinstance(node, ast.Return) and node.value is not None and not _none(node.value):
            yield node, lambda node=node: setattr(node, "value", ast.Constant(None))
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield node, lambda node=node: setattr(node, "value", not node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, int):
            yield node, lambda node=node: setattr(node, "value", node.value + 1)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _code(node.value):
            yield node, lambda node=node: setattr(node, "value", node.value + "_")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            yield node, lambda node=node: setattr(node, "op", ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("any", "all", "max", "min"):
            other = {"any": "all", "all": "any", "max": "min", "min": "max"}[node.func.id]
            yield node, lambda node=node, other=other: setattr(node.func, "id", other)
        elif isinstance(node, ast.If):
            yield node, lambda node=node: setattr(node, "test", ast.Constant(False))


def _none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _code(text: str) -> bool:
    """Whether a text is a word of the program (a status, a fact), not a sentence for people."""
    return text.replace("_", "").isalnum() and text.islower()


def killed(mutant: Mutant) -> bool:
    """Whether a test fails when the module is this one; in a child of its own, so threads may ask at once."""
    child = os.fork()
    if child == 0:
        os._exit(_tested(mutant))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.05)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return True


def _tested(mutant: Mutant) -> int:
    import importlib

    import pytest

    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1), os.dup2(null, 2)
    name = mutant.path.removesuffix(".py").replace("/", ".")
    module = importlib.import_module(name)
    try:
        exec(compile(mutant.source, mutant.path, "exec"), module.__dict__)
        for other in ("svc.rules.explain", "svc.rules.overlaps", "svc.rules.results"):  # they hold on to names of it
            if other != name:
                importlib.reload(importlib.import_module(other))
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", "-k", "not command_line"]
        return int(pytest.main([*options, *TESTS]))
    except BaseException:
        return 1


def main() -> int:
    """Try every mutant, write the page; exit code 1 below 85 %."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    import pytest  # noqa: F401 (the children need it)

    import svc.rules.results  # noqa: F401

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # of no use here, and most of what a child costs
    found = [mutant for path in JUDGING for mutant in mutants(path)]
    if "--only" in sys.argv:
        one = found[int(sys.argv[-1])]
        print(f"{one.path}:{one.line}\n- {one.was}\n+ {one.now}\n{'killed' if killed(one) else 'survived'}")
        return 0
    end = time.monotonic() + (int(sys.argv[-1]) if "--for" in sys.argv else 86_400)
    tried = _tried(Random(1).sample(found, len(found)), end)
    survived = sorted((mutant for mutant, noticed in tried if not noticed), key=lambda m: (m.path, m.line))
    rate = 100 * (len(tried) - len(survived)) / len(tried)
    PAGE.write_text(_page(len(found), len(tried), survived, rate), "utf-8")
    print(f"{len(tried)} of {len(found)} mutants, {len(survived)} survived: {rate:.1f} % killed")
    return 0 if rate >= 85 else 1


def _tried(found: list[Mutant], end: float) -> list[tuple[Mutant, bool]]:
    tried: list[tuple[Mutant, bool]] = []

    def one(mutant: Mutant) -> None:
        if time.monotonic() < end:
            noticed = killed(mutant)
            tried.append((mutant, noticed))
            if not noticed:
                print(f"{mutant.path}:{mutant.line}: {_short(mutant.was)} → {_short(mutant.now)}", flush=True)
            if len(tried) % 50 == 0:
                print(f"{len(tried)} of {len(found)}", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(one, found))
    return tried


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else line[:87] + "..."


def _page(count: int, tried: int, survived: list[Mutant], rate: float) -> str:
    rows = "".join(f"| `{m.path}:{m.line}` | `{_cell(m.was)}` | `{_cell(m.now)}` |\n" for m in survived)
    return (
        "# Mutants of the judging code\n\n"
        f"Made by `make mutants`: {tried} of {count} changes of one place each in {', '.join(f'`{p}`' for p in JUDGING)}, "
        f"each met by the in-process tests of `tests/judging`. {tried - len(survived)} were noticed ({rate:.1f} %), "
        f"{len(survived)} were not:\n\n| where | as it is | as it was tried |\n|---|---|---|\n{rows}"
    )


def _cell(text: str) -> str:
    return _short(text).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
