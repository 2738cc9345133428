"""Month seals: `data/seals/2026-10.txt` says how far every ledger went when the month was submitted.

Beside it stand the figures as submitted (`.json`) and the rules they were computed by (`.rules.yaml`),
so that the same month reads the same years later. Each seal names the one before it: a seal that is
changed, or missing between two others, is found by `ledger verify`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from svc.domain import ledgers
from svc.errors import Damaged
from svc.locale import Text
from svc.store import durable
from svc.store.ledger import Problem

if TYPE_CHECKING:
    from svc.store.files import FileLedger

FORMAT = "svc-seal/1"
FIRST = "none"


class Seal(NamedTuple):
    """One seal as read: when and by whom (staff id), and the hash of its own text."""

    month: str
    at: str
    by: str
    figures: str
    rules: str
    previous: str
    files: dict[str, tuple[int, str]]
    sha256: str


class Seals:
    """The seals of one desk, in `data/seals`."""

    def __init__(self, ledger: FileLedger) -> None:
        self._ledger = ledger
        self.folder = ledger.data / "seals"

    def months(self) -> list[str]:
        """The sealed months in order."""
        return sorted(path.stem for path in self.folder.glob("????-??.txt")) if self.folder.is_dir() else []

    def read(self, month: str) -> Seal | None:
        """The seal of a month, None where it is not sealed; Damaged where it cannot be read."""
        path = self.folder / f"{month}.txt"
        if not path.is_file():
            return None
        data = path.read_bytes()
        try:
            head, files = _parsed(data.decode())
            return Seal(
                head["month"], head["at"], head["by"], head["figures"], head["rules"], head["previous"], files,
                hashlib.sha256(data).hexdigest(),
            )  # fmt: skip
        except (ValueError, KeyError):
            what = Text("this is no seal as svc writes it", "不是 svc 写的封存文件")
            raise Damaged(what, Text("svc ledger verify", "svc ledger verify"), place=f"seals/{month}.txt") from None

    def figures(self, month: str) -> bytes:
        """The figures as they were submitted, JSON."""
        return (self.folder / f"{month}.json").read_bytes()

    def rules(self, month: str) -> tuple[str, bytes]:
        """The rules file that a sealed month was computed by: its name and bytes; Damaged where it is not there."""
        path = self.folder / f"{month}.rules.yaml"
        try:
            return f"data/seals/{path.name}", path.read_bytes()
        except FileNotFoundError:
            what = Text("the rules kept with the seal are missing", "封存时留存的规则文件不见了")
            hint = Text(
                "take it back from a backup; svc ledger verify says which",
                "请用备份恢复；svc ledger verify 会指出是哪个",
            )
            raise Damaged(what, hint, place=f"data/seals/{path.name}") from None

    def write(self, month: str, at: str, by: str, figures: bytes, rules: bytes) -> Seal:
        """Seal a month; the caller holds the lock and has asked whether it may be."""
        durable.make_folder(self.folder)
        durable.replace(self.folder / f"{month}.rules.yaml", rules)
        durable.replace(self.folder / f"{month}.json", figures)
        earlier = self.months()
        last = self.read(earlier[-1]) if earlier else None
        lines = [
            FORMAT,
            f"month {month}",
            f"at {at}",
            f"by {by}",
            f"figures {hashlib.sha256(figures).hexdigest()}",
            f"rules {hashlib.sha256(rules).hexdigest()}",
            f"previous {last.month + ' ' + last.sha256 if last else FIRST}",
            *self._files(),
        ]
        durable.replace(self.folder / f"{month}.txt", "".join(f"{line}\n" for line in lines).encode())
        sealed = self.read(month)
        assert sealed is not None
        return sealed

    def _files(self) -> Iterator[str]:
        for noun in ledgers.TABLE:
            for file in self._ledger.files(noun):
                position = self._ledger.position(noun, file)
                if position is not None:
                    yield f"file {position.file} {position.size} {position.h}"

    def problems(self) -> Iterator[Problem]:
        """Seals that do not fit each other, the ledgers, or what is kept beside them."""
        before: Seal | None = None
        for month in self.months():
            try:
                seal = self.read(month)
            except Damaged as error:
                yield Problem(f"seals/{month}.txt", None, error.what, None, None)
                continue
            assert seal is not None
            yield from self._one(seal, before)
            before = seal

    def _one(self, seal: Seal, before: Seal | None) -> Iterator[Problem]:
        place = f"seals/{seal.month}.txt"
        expected = f"{before.month} {before.sha256}" if before else FIRST
        if seal.previous != expected:
            what = Text(
                "it does not follow from the seal before: one was changed or is missing",
                "与前一个封存对不上：有封存被改动或缺失",
            )
            yield Problem(place, "previous", what, seal.previous, expected)
        for name, kept in (("figures", f"{seal.month}.json"), ("rules", f"{seal.month}.rules.yaml")):
            path = self.folder / kept
            found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
            if found != getattr(seal, name):
                what = Text("not what was sealed", "与封存时不一致")
                yield Problem(f"seals/{kept}", None, what, getattr(seal, name), found)
        for file, (size, h) in seal.files.items():
            if not self._ledger.holds(file, size, h):
                what = Text(f"{file} is not what was sealed on {seal.at}", f"{file} 与 {seal.at} 封存时不一致")
                yield Problem(place, file, what, h, None)


def _parsed(text: str) -> tuple[dict[str, str], dict[str, tuple[int, str]]]:
    first, *lines = text.removesuffix("\n").split("\n")
    if first != FORMAT:
        raise ValueError(first)
    head: dict[str, str] = {}
    files: dict[str, tuple[int, str]] = {}
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "file":
            name, size, h = rest.split(" ")
            files[name] = (int(size), h)
        else:
            head[word] = rest
    return head, files
