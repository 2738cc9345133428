"""Completion in the shell: what may follow the words typed so far, one candidate a line with what is behind it.

The shell's script (`svc completion show SHELL`) starts the program with `_SVC_TAB`; the words come as
arguments, of bash as its line, of PowerShell in a variable. Whatever goes wrong, nothing is offered.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from svc.text import Text, quoted, quoted_zh

if TYPE_CHECKING:
    from svc.desk.completions import Candidate
    from svc.desk.open import Desk
    from svc.domain.registers import RegisterType

FILES = ":files"
"""Tells the shell's script to offer files."""

_PATHS = ("FILE", "DIR", "FOLDER", "PATH")


def run(root: Any, shell: str, argv: Sequence[str]) -> None:
    """Print the candidates for what is being typed; never an error."""
    words = _words(shell, argv)
    try:
        found = list(candidates(root, words))
    except Exception:  # a broken desk, rules, terminal: completing is no place to tell of it
        return
    start = _cut(words[-1]) if shell == "bash" else 0
    for one in found:
        if one.value == FILES:
            print(FILES)
            return
        value = one.value[start:]
        shown = " ".join(one.help.split())
        print(f"{_escaped(value) if shell == 'bash' else value}\t{shown}")


def _words(shell: str, argv: Sequence[str]) -> list[str]:
    """The words typed, the last of them unfinished."""
    if shell == "bash":
        line = os.environ.get("COMP_LINE", "").encode()[: int(os.environ.get("COMP_POINT", "0"))]
        return _split(line.decode("utf-8", "ignore"))[1:] or [""]
    if shell == "powershell":
        return os.environ.get("_SVC_WORDS", "").split("\n")
    return list(argv) or [""]


def _split(line: str) -> list[str]:
    """A command line, perhaps in the middle of a quoted word."""
    words = None
    for end in ("", "'", '"'):
        try:
            words = shlex.split(line + end)
        except ValueError:
            continue
        break
    found = words if words is not None else line.split()
    return [*found, ""] if line[-1:].isspace() else found


def _cut(word: str) -> int:
    """Where bash begins a new word inside ours: behind a colon or an equals sign."""
    return max(word.rfind(":"), word.rfind("=")) + 1


def _escaped(value: str) -> str:
    return re.sub(r"([\s'\"$`\\!*?(){}\[\]<>|&;#~])", r"\\\1", value)


# ---- what may follow ------------------------------------------------------------------------------


def candidates(root: Any, words: Sequence[str]) -> Iterator[Candidate]:
    """What may stand in the place of the last word."""
    walk = _Walk(root)
    for word in words[:-1]:
        walk.step(word)
    yield from walk.offer(words[-1])


class _Walk:
    """The way from the root to the command that is being typed."""

    def __init__(self, root: Any) -> None:
        self.command, self.path = root, list[str]()
        self.said: dict[str, str] = {}
        self.pending: Any = None
        self.placed = 0
        self.lost = False

    def step(self, word: str) -> None:
        """One whole word."""
        if self.pending is not None:
            self.said[self.pending.name] = word
            self.pending = None
        elif word.startswith("-") and word != "-":
            name, sign, value = word.partition("=")
            option = next((p for p in self._options() if name in (*p.opts, *p.secondary_opts)), None)
            if option is not None and not option.is_flag:
                self.pending = None if sign else option
            if option is not None and sign:
                self.said[option.name] = value
        elif word == "help" and not self.path:
            return  # what follows is the same as without it
        elif hasattr(self.command, "list_commands"):
            found = self.command.get_command(None, word)
            self.lost = self.lost or found is None
            self.command = found if found is not None else self.command
            self.path.append(word)
        else:
            self.placed += 1

    def _options(self) -> list[Any]:
        return [p for p in self.command.params if p.param_type_name == "option"]

    def offer(self, start: str) -> Iterator[Candidate]:
        """What may stand here, beginning like that."""
        from svc.desk.completions import Candidate, starting

        if self.lost:
            return
        if self.pending is not None:
            yield from self._values(self.pending, start)
        elif start.startswith("-"):
            name, sign, value = start.partition("=")
            option = next((p for p in self._options() if name in p.opts), None)
            if sign and option is not None:
                yield from (c._replace(value=f"{name}={c.value}") for c in self._values(option, value))
                return
            yield from starting((Candidate(opt, p.help or "") for p, opt in self._names()), start)
        elif hasattr(self.command, "list_commands"):
            yield from starting((Candidate(name, title) for name, title in self._titles().items()), start)
        else:
            yield from self._positional(start)

    def _names(self) -> Iterator[tuple[Any, str]]:
        for param in self._options():
            yield from ((param, opt) for opt in (*param.opts, *param.secondary_opts) if opt.startswith("--"))

    def _titles(self) -> dict[str, str]:
        titles: dict[str, str] = self.command.titles()
        return titles

    def _positional(self, start: str) -> Iterator[Candidate]:
        places = [p for p in self.command.params if p.param_type_name == "argument"]
        if places:
            yield from self._values(places[min(self.placed, len(places) - 1)], start)

    # ---- values ----------------------------------------------------------------------------

    def _values(self, param: Any, start: str) -> Iterator[Candidate]:
        from svc.desk.completions import Candidate, for_field, months, references, starting

        metavar = str(param.metavar or "")
        field = self._field(param)
        if field is not None:
            noun, event = self.path[0], self.path[1]
            yield from for_field(self._desk(), noun, event, field, start)
        elif any(word in metavar for word in _PATHS):
            yield Candidate(FILES)
        elif metavar == "YYYY-MM":
            yield from starting(months(self._desk()), start)
        elif re.fullmatch(r"[\w-]+(\|[\w-]+)+", metavar) and metavar == metavar.lower():
            yield from starting((Candidate(word) for word in metavar.split("|")), start)
        else:
            for noun in self._nouns(param, metavar):
                yield from references(self._desk(), noun, start, numbers=metavar == "WHO")

    def _field(self, param: Any) -> Any:
        """The field that an option gives, of a recording verb or a register's."""
        fields: Iterable[Any] = getattr(self.command, "fields", lambda: ())()
        return next((f for f in fields if f.name == param.name), None)

    def _nouns(self, param: Any, metavar: str) -> tuple[str, ...]:
        """What an id may be of: the noun's own, or the one that the argument is named after."""
        from svc.domain import ledgers, registers

        named = metavar.strip("[]").lower()
        if named in ledgers.TABLE or named in registers.TABLE:
            return (named,)
        if named == "who":
            own = self.path[0]
            return (own, *(row.noun for row in registers.TABLE.values() if _belongs_to(row, own)))
        own = self.path[0] if self.path else ""
        if named in ("id", "serial") and (own in ledgers.TABLE or own in registers.TABLE):
            return (own,)
        return ()

    def _desk(self) -> Desk:
        from svc.desk.open import Desk, Options

        return Desk.open(Options(self.said.get("desk"), self.said.get("as_")))


def _belongs_to(row: RegisterType, noun: str) -> bool:
    """Whether what is registered there is somebody's: a machine is a customer's, so a customer is found by it."""
    return any(getattr(field.kind, "noun", None) == noun for field in row.fields)


def script(shell: str) -> str:
    """The script that makes a shell ask; BadInput for one that is not known."""
    from importlib.resources import files

    from svc.errors import BadInput

    names = {"bash": "svc.bash", "zsh": "svc.zsh", "fish": "svc.fish", "powershell": "svc.ps1", "pwsh": "svc.ps1"}
    if shell not in names:
        raise BadInput(
            Text(f"no completion for {quoted(shell)}", f"没有{quoted_zh(shell)}的补全脚本"),
            Text("bash, zsh, fish or powershell", "可用：bash、zsh、fish、powershell"),
        )
    return (files("svc.ui") / "shells" / names[shell]).read_text("utf-8")
