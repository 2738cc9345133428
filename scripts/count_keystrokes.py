"""Count the keys of the most frequent deeds: `svc`, taskwarrior, a spreadsheet. Writes `docs/keystrokes.md`.

A key is a key: each letter, digit, Enter, Tab; a chord (Ctrl-S) is one. Seconds are those of the keystroke-level
model: 0.2 s a key for somebody who types well, 1.35 s for each thing that has to be thought of or looked for.
What the machine takes is measured here where the programs are installed, else left out.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

KEY, THOUGHT = 0.2, 1.35
ENTER = "⏎"
SUMMARY = "boom drifts"


class Way(NamedTuple):
    """One way to do a deed: what is typed, piece by piece; each piece is one thing to think of.

    `⏎` and `⇥` are single keys, `[Ctrl-S]` is one.
    """

    tool: str
    typed: tuple[str, ...]
    note: str = ""

    @property
    def keys(self) -> int:
        return sum(keys(piece) for piece in self.typed)

    @property
    def seconds(self) -> float:
        return round(self.keys * KEY + len(self.typed) * THOUGHT, 1)


def keys(piece: str) -> int:
    """The keys of one piece; a name in brackets is one key."""
    plain, count = piece, 0
    while "[" in plain:
        before, _, rest = plain.partition("[")
        _, _, after = rest.partition("]")
        plain, count = before + after, count + 1
    return count + len(plain)


TALK = ("svc call log⏎", "13800000007⏎", "1⏎", "⏎", f"{SUMMARY}⏎", "⏎", "tomorrow 15:00⏎", "⏎")
"""The conversation of a call as a test types it (`tests/cli/test_keystrokes.py`)."""

ONE_LINE = (
    "svc call log --ch[Tab]ph[Tab]",
    "--fr[Tab]13800000007 ",
    "--ma[Tab]LX[Tab]",
    "--ki[Tab]rep[Tab]",
    f"--su[Tab]'{SUMMARY}' ",
    "--ne[Tab]",
    "--du[Tab]'tomorrow 15:00'⏎",
)

DEEDS: dict[str, tuple[Way, ...]] = {
    "a call comes in: who, which machine, what, until when": (
        Way("svc, asked", TALK, "the caller's card, warranty and repeats appear on the way"),
        Way("svc, one line with Tab", ONE_LINE),
        Way(
            "taskwarrior",
            ("task add ", "project:call ", "customer:CU0002 ", "machine:LX-77 ", "kind:repair ", f"{SUMMARY} ", "due:tomorrow+15h⏎"),
            "four attributes to be configured first; the customer's id and serial must be known",
        ),
        Way(
            "spreadsheet",
            (
                "[Ctrl-PgDn][Ctrl-F]13800000007⏎[Esc]",
                "[Ctrl-PgUp][Ctrl-End][Down][Home]",
                "[Ctrl-;] [Ctrl-Shift-;]⇥",
                "phone⇥",
                "CU0002⇥",
                "LX-77⇥",
                "repair⇥",
                f"{SUMMARY}⇥",
                "yes⇥",
                "2026-11-26 15:00⏎",
                "[Ctrl-S]",
            ),
            "the customer is looked up on another sheet; warranty and repeats are not seen",
        ),
    ),
    "the call is answered": (
        Way("svc", ("svc call reply C7 --te[Tab]", "'tomorrow at ten'⏎")),
        Way("taskwarrior", ("task 7 annotate ", "tomorrow at ten⏎")),
        Way("spreadsheet", ("[Ctrl-F]C2611-0007⏎[Esc]", "[Right][Right][Right][Right]", "[Ctrl-;] [Ctrl-Shift-;]⇥", "tomorrow at ten⏎", "[Ctrl-S]")),
    ),
    "somebody is sent": (
        Way("svc", ("svc vi[Tab]di[Tab]--ca[Tab]C7 ", "--st[Tab]tec[Tab]", "--pr[Tab]'tomorrow 10:00'⏎")),
        Way("taskwarrior", ("task add ", "project:visit depends:7 ", "staff:S02 ", "visit for 7 ", "due:tomorrow+10h⏎")),
        Way("spreadsheet", ("[Ctrl-PgDn][Ctrl-End][Down][Home]", "[Ctrl-;] [Ctrl-Shift-;]⇥", "C2611-0007⇥", "S02⇥", "2026-11-26 10:00⏎", "[Ctrl-S]")),
    ),
    "somebody arrives": (
        Way("svc", ("svc vi[Tab]ar[Tab]V7⏎",)),
        Way("taskwarrior", ("task 8 start⏎",)),
        Way("spreadsheet", ("[Ctrl-F]V2611-0007⏎[Esc]", "[Right][Right][Right][Right]", "[Ctrl-;] [Ctrl-Shift-;]⏎", "[Ctrl-S]")),
    ),
    "what waits, most urgent first": (
        Way("svc", ("svc today⏎",), "left standing with --watch: none"),
        Way("taskwarrior", ("task next⏎",)),
        Way("spreadsheet", ("[Alt-Down]", "[Down][Down][Down] [Enter]", "[Ctrl-Shift-L]"), "a filter and a sort, no time left"),
    ),
    "a slip is taken back": (
        Way("svc", ("svc undo⏎",), "stays on file, as a cancelled entry"),
        Way("taskwarrior", ("task undo⏎", "yes⏎"), "gone"),
        Way("spreadsheet", ("[Ctrl-Z]",), "while the file is open; gone"),
    ),
}


def table() -> str:
    """The counts as Markdown."""
    lines = []
    for deed, ways in DEEDS.items():
        lines += [f"### {deed[0].upper()}{deed[1:]}", "", "| with | keys | things to think of | seconds | |", "|---|---:|---:|---:|---|"]
        lines += [f"| {w.tool} | {w.keys} | {len(w.typed)} | {w.seconds:.1f} | {w.note} |" for w in ways]
        lines += ["", *(f"    {w.tool:22} {'  '.join(w.typed)}" for w in ways), ""]
    return "\n".join(lines)


PARTS = {
    "clerk": "a clerk's morning of fifteen calls",
    "head": "the head's dispatch of eight",
    "technician": "a technician's day from his board alone",
}


def whole_days() -> str:
    """The three days of `docs/transcripts`, as they are typed there in English: each command and each answer is one thing to think of."""
    from tests.transcripts.days import DAYS, Counted

    lines = ["| day | commands | answers | keys | seconds | a command |", "|---|---:|---:|---:|---:|---:|"]
    for whose, day in DAYS.items():
        counted = Counted()
        day.keys(counted)
        keys = sum(len(typed) + 1 for typed in (*counted.commands, *counted.answers))
        thoughts = len(counted.commands) + sum(bool(typed) for typed in counted.answers)
        seconds = keys * KEY + thoughts * THOUGHT
        lines.append(
            f"| {PARTS[whose]} | {len(counted.commands)} | {len(counted.answers)} | {keys} | {seconds:.0f} | {seconds / len(counted.commands):.1f} |"
        )
    return "\n".join(lines)


def measured() -> str:
    """What the machine takes for an entry, medians of 15 in turn, as multiples of starting Python."""
    with tempfile.TemporaryDirectory() as place:
        from tests.conftest import Svc

        svc = Svc(Path(place) / "desk")
        svc.run("init", str(svc.desk), "--name", "Head")
        svc("customer add --name Works --phone 138-0000-0001")
        runs = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "svc call log": [
                sys.executable, "-m", "svc", "call", "log", "--channel", "phone", "--from", "CU0001", "--kind", "repair", "--summary", "x",
            ],
        }  # fmt: skip
        task = shutil.which("task")
        if task:
            rc = Path(place) / "taskrc"
            rc.write_text(f"data.location={place}/task\nconfirmation=no\n")
            runs["task add"] = [task, f"rc:{rc}", "add", "project:call", "boom drifts"]
        took: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(15):
            for name, words in runs.items():
                start = time.perf_counter()
                subprocess.run(words, env=svc.environ, capture_output=True, cwd=place, check=True)
                took[name].append(time.perf_counter() - start)
    floor = statistics.median(took["python -c pass"])
    return "\n".join(f"| `{name}` | {statistics.median(times) / floor:.1f} |" for name, times in took.items())


HEAD = """\
# Keystrokes

Made by `scripts/count_keystrokes.py`, which holds what is typed, piece by piece; `tests/cli/test_keystrokes.py` types the
lines of `svc` on a real terminal and compares this page with the script. A key is a key; a chord is one. Seconds are the
keystroke-level model's: 0.2 s a key, 1.35 s for each thing to think of. The text of the call is counted in English for
all three; Chinese costs each the same.

What the count does not show: `svc` says who is calling, what is in warranty and what was mended lately while the caller
speaks; the other two say nothing unless somebody goes and looks.
"""


DAYS_HEAD = """\
## Three days, key by key

What is typed in `docs/transcripts/{clerk,head,technician}-en-80.txt`, without Tab and without anything copied from the board.
Enter on an answer that stands there already is a key and no thing to think of.
"""


def page(machine: str) -> str:
    """The whole document."""
    told = "## What the machine takes\n\nMedians of 15 runs in turn, `python -c pass` = 1.\n\n| | × |\n|---|---:|\n"
    return f"{HEAD}\n{table()}\n{DAYS_HEAD}\n{whole_days()}\n\n{told}{machine}\n"


if __name__ == "__main__":
    (ROOT / "docs" / "keystrokes.md").write_text(page(measured()), "utf-8")
