"""The house in figures: files, lines, functions, circles, imports inside functions, and the rooms a call passes through.

    python scripts/measure_house.py            this tree
    python scripts/measure_house.py OTHER      another checkout beside it: before → after
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PASSED = """
import os, sys
os._exit = sys.exit
rooms, files = {}, set()
def seen(frame, event, argument):
    name = frame.f_globals.get("__name__", "")
    if event == "call" and name.startswith("svc.") and frame.f_code.co_name != "<module>":
        parts = name.split(".")
        rooms.setdefault(parts[1] if len(parts) > 2 else parts[-1], None)
        files.add(name)
from svc.__main__ import run
sys.argv = ["svc", "call", "log", "--channel", "phone", "--from", "13800000001", "--kind", "consult", "--summary", "x"]
sys.setprofile(seen)
try:
    run()
except SystemExit:
    pass
sys.setprofile(None)
print(len(files), " > ".join(rooms), file=sys.stderr)
"""


class House:
    """The modules of a checkout, as trees."""

    def __init__(self, root: Path) -> None:
        self.root = root
        paths = sorted((root / "svc").rglob("*.py"))
        self.sources = {
            ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path.read_text("utf-8") for path in paths
        }
        self.trees = {name: ast.parse(source) for name, source in self.sources.items()}

    def functions(self) -> list[int]:
        """The lines of each function, shortest first."""
        found = (n for tree in self.trees.values() for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
        return sorted((node.end_lineno or node.lineno) - node.lineno + 1 for node in found)

    def imports(self, name: str) -> Iterator[str]:
        """The modules of this house that one imports, wherever in it that stands."""
        for node in ast.walk(self.trees[name]):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("svc"):
                for alias in node.names:
                    deep = f"{node.module}.{alias.name}"
                    yield deep if deep in self.trees else node.module

    def inside(self) -> int:
        """Imports of this house that stand inside functions."""
        inner = {
            id(node)
            for tree in self.trees.values()
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("svc")
        }
        return len(inner)

    def circles(self) -> list[set[str]]:
        """Groups of modules that import one another, by whatever way."""
        reach: dict[str, set[str]] = defaultdict(set)
        direct = {name: {other for other in self.imports(name) if other in self.trees and other != name} for name in self.trees}
        for name in direct:
            ahead = [*direct[name]]
            while ahead:
                other = ahead.pop()
                if other not in reach[name]:
                    reach[name].add(other)
                    ahead += direct[other]
        groups = {frozenset({name} | {o for o in reach[name] if name in reach[o]}) for name in direct if name in reach[name]}
        return [set(group) for group in groups]

    def passed(self) -> str:
        """The files and rooms in which anything is executed for one `svc call log`."""
        with tempfile.TemporaryDirectory() as folder:
            environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.root), "SVC_DESK": folder, "LANG": "C.UTF-8"}
            for line in (["init", folder, "--name", "Head"], ["customer", "add", "--name", "Works", "--phone", "13800000001"]):
                subprocess.run([sys.executable, "-m", "svc", *line], env=environ, cwd=folder, capture_output=True, check=True)
            done = subprocess.run([sys.executable, "-c", PASSED], env=environ, cwd=folder, capture_output=True, text=True)
        return done.stderr.strip().split("\n")[-1]

    def rows(self) -> dict[str, str]:
        """Each figure by its name."""
        sizes = [source.count("\n") for source in self.sources.values()]
        lengths, circles = self.functions(), self.circles()
        return {
            "files": str(len(sizes)),
            "lines": str(sum(sizes)),
            "functions (median / 90th percentile / longest)": f"{len(lengths)} ({statistics.median(lengths):.0f} / "
            f"{lengths[int(len(lengths) * 0.9)]} / {lengths[-1]})",
            "files under 60 lines": str(sum(size < 60 for size in sizes)),
            "files over 400 lines": str(sum(size > 400 for size in sizes)),
            "circles (files in them)": f"{len(circles)} ({sum(map(len, circles))})",
            "imports inside functions": str(self.inside()),
            "`call log`: files, rooms": self.passed(),
        }


def main() -> None:
    after = House(ROOT).rows()
    before = House(Path(sys.argv[1]).resolve()).rows() if len(sys.argv) > 1 else {}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print("| | " + ("before | after |" if before else "now |"))
        print("|---|" + "---|" * (2 if before else 1))
        for name, value in after.items():
            print(f"| {name} | " + (f"{before[name]} | " if before else "") + f"{value} |")
    print(out.getvalue(), end="")


if __name__ == "__main__":
    main()
