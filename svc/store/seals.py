"""Month seals: `data/seals/2026-10.txt` says how far every ledger went when the month was submitted.

Beside it stand the figures as submitted (`.json`) and the rules they were computed by (`.rules.yaml`),
so that the same month reads the same years later. Each seal names the one before it: a seal that is
changed, or missing between two others, is found by `ledger verify`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.nouns.access import keys as registered
from svc.domain.signature import armoured, bare
from svc.errors import Damaged
from svc.named import NamedTuple
from svc.store import signatures as sshsig
from svc.store.access_checks import entries
from svc.store.place import Documents, Ledger, Problem
from svc.store.timestamps import moment
from svc.text import Text

FORMAT = "svc-seal/1"
FIRST = "none"
AUDIT = "svc-audit"
"""The namespace of signatures under seals."""
_SEAL = re.compile(r"seals/[0-9]{4}-[0-9]{2}\.txt")


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
    totals: dict[str, str]


class Seals:
    """The seals of one desk, in `data/seals`."""

    def __init__(self, ledger: Ledger, documents: Documents) -> None:
        self._ledger, self._documents = ledger, documents

    def months(self) -> list[str]:
        """The sealed months in order."""
        return [name[6:13] for name in self._documents.names("seals") if _SEAL.fullmatch(name)]

    def read(self, month: str) -> Seal | None:
        """The seal of a month, None where it is not sealed; Damaged where it cannot be read."""
        data = self._documents.read(f"seals/{month}.txt")
        if data is None:
            return None
        try:
            head, files, totals = _parsed(data.decode())
            return Seal(
                head["month"], head["at"], head["by"], head["figures"], head["rules"], head["previous"], files,
                hashlib.sha256(data).hexdigest(), totals,
            )  # fmt: skip
        except (ValueError, KeyError):
            what = Text("this is no seal as svc writes it", "不是 svc 写的封存文件")
            raise Damaged(what, Text("svc ledger verify", "svc ledger verify"), place=f"seals/{month}.txt") from None

    def figures(self, month: str) -> bytes:
        """The figures as they were submitted, JSON."""
        return self._kept(month, "json")

    def rules(self, month: str) -> tuple[str, bytes]:
        """The rules file that a sealed month was computed by: its name and bytes; Damaged where it is not there."""
        return f"data/seals/{month}.rules.yaml", self._kept(month, "rules.yaml")

    def _kept(self, month: str, ending: str) -> bytes:
        found = self._documents.read(f"seals/{month}.{ending}")
        if found is None:
            what = Text("what was kept with the seal is missing", "封存时留存的文件不见了")
            hint = Text(
                "take it back from a backup; svc ledger verify says which",
                "请用备份恢复；svc ledger verify 会指出是哪个",
            )
            raise Damaged(what, hint, place=f"data/seals/{month}.{ending}")
        return found

    def files(self, month: str) -> Iterator[tuple[str, bytes]]:
        """Everything kept about a sealed month: names and bytes, to be sent away."""
        for name in self._documents.names("seals"):
            if name.startswith(f"seals/{month}."):
                yield name.partition("/")[2], self._documents.read(name) or b""

    def drafted(
        self,
        month: str,
        at: str,
        by: str,
        figures: bytes,
        rules: bytes,
        totals: Mapping[str, object],
        sign: Callable[[bytes], str | None],
        head: str = "",
    ) -> dict[str, bytes]:
        """The documents of a seal, by name, the seal itself last; the caller holds the lock and has asked whether it may be.

        `totals` stand in the seal in clear; `sign` gives the signature of its text, None where there is no key.
        """
        text = self._text(month, at, by, figures, rules, totals, head)
        signature = sign(text)
        signed = {f"seals/{month}.sig": armoured(signature).encode()} if signature else {}
        return {**signed, f"seals/{month}.rules.yaml": rules, f"seals/{month}.json": figures, f"seals/{month}.txt": text}

    def keep(self, month: str, drafted: Mapping[str, bytes]) -> Seal:
        """Put the documents of a seal in their places."""
        for name, body in drafted.items():
            # a submission that broke off may have left them: without a seal they say nothing
            self._documents.keep(name, body, None if name.endswith(".txt") else self._documents.read(name))
        sealed = self.read(month)
        assert sealed is not None
        return sealed

    def _text(
        self, month: str, at: str, by: str, figures: bytes, rules: bytes, totals: Mapping[str, object], head: str
    ) -> bytes:
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
            *([f"head {head}"] if head else []),
            *(f"total {name} {value}" for name, value in totals.items()),
            *self._files(),
        ]
        return "".join(f"{line}\n" for line in lines).encode()

    def text(self, month: str) -> bytes:
        """The text of a seal, which is what is signed; Damaged where there is none."""
        return self._kept(month, "txt")

    def signature(self, month: str) -> str | None:
        """The signature under a seal, as base64; None where it is not signed."""
        found = self._documents.read(f"seals/{month}.sig")
        return None if found is None else bare(found.decode("ascii", "replace"))

    def put_signature(self, month: str, signature: str) -> None:
        """Put a signature under a seal; the caller holds the lock and has checked it."""
        name = f"seals/{month}.sig"
        self._documents.keep(name, armoured(signature).encode(), self._documents.read(name))

    def _signed(self, seal: Seal) -> Iterator[Problem]:
        """The signature under a seal: good, and there where whoever sealed had a key."""
        try:
            keys = registered(entries(self._ledger))
        except Damaged:
            return
        signature, moment = self.signature(seal.month), datetime.fromisoformat(seal.at)
        if signature is None:
            if sshsig.valid(keys, seal.by, AUDIT, moment):
                what = Text(
                    f"not signed, although {seal.by} had a key: svc ledger seal {seal.month} --signature FILE",
                    f"没有签名，而 {seal.by} 当时已有密钥：svc ledger seal {seal.month} --signature 文件",
                )
                yield Problem(f"seals/{seal.month}.txt", "signature", what, None, None)
            return
        why = sshsig.refusal(self.text(seal.month), signature, AUDIT, seal.by, moment, keys)
        if why:
            yield Problem(f"seals/{seal.month}.sig", None, why, None, None)

    def _files(self) -> Iterator[str]:
        for noun in ledgers.TABLE:
            for file in self._ledger.files(noun):
                position = self._ledger.position(noun, file)
                if position is not None:
                    yield f"file {position.file} {position.size} {position.h}"

    def recorded(self) -> dict[str, Entry]:
        """The months that were sealed, as the chained ledger `access` tells: the entry of each."""
        return {entry.get("month"): entry for entry in entries(self._ledger) if entry.event == "seal"}

    def problems(self) -> Iterator[Problem]:
        """Seals that do not fit each other, the ledgers, what is kept beside them, or what was recorded of them."""
        yield from self._unlike_recorded()
        before: Seal | None = None
        for month in self.months():
            try:
                seal = self.read(month)
            except Damaged as error:
                yield Problem(f"seals/{month}.txt", None, error.what, None, None)
                continue
            assert seal is not None
            yield from self._one(seal, before)
            stamped = self._documents.read(f"seals/{month}.tsr")
            if stamped is not None and moment(self._documents.read(f"seals/{month}.txt") or b"", stamped) is None:
                yield Problem(f"seals/{month}.tsr", None, Text("no time-stamp of that seal", "不是该封存的时间戳"), None, None)
            before = seal

    def _unlike_recorded(self) -> Iterator[Problem]:
        """Seals that are gone, another one, or that nobody recorded; those before the first one recorded are older than that."""
        try:
            recorded = self.recorded()
        except Damaged:
            return  # the walk along the ledger tells
        for month in sorted({*recorded, *self.months()}):
            entry, text = recorded.get(month), self._documents.read(f"seals/{month}.txt")
            if entry is None:
                if month > min(recorded, default="9999"):
                    what = Text("nobody recorded that this month was sealed", "没有封存该月的记录")
                    yield Problem(f"seals/{month}.txt", None, what, None, None)
                continue
            found = "missing" if text is None else hashlib.sha256(text).hexdigest()
            if found != entry.get("sha256"):
                what = Text(
                    f"not the seal that {entry.by} made on {entry.at:%Y-%m-%d %H:%M} ({entry.id}): take it back from a kept copy",
                    f"不是 {entry.by} 于 {entry.at:%Y-%m-%d %H:%M} 所做的封存（{entry.id}）：请用留存的副本恢复",
                )
                yield Problem(f"seals/{month}.txt", "sha256", what, entry.get("sha256"), found)

    def _one(self, seal: Seal, before: Seal | None) -> Iterator[Problem]:
        place = f"seals/{seal.month}.txt"
        if before and _after(before.month) != seal.month:
            missing = _after(before.month)
            what = Text(
                f"the seal of {missing}, between {before.month} and {seal.month}, is missing",
                f"缺少 {before.month} 与 {seal.month} 之间 {missing} 的封存",
            )
            yield Problem(f"seals/{missing}.txt", None, what, None, None)
        yield from self._signed(seal)
        expected = f"{before.month} {before.sha256}" if before else FIRST
        if seal.previous != expected:
            what = Text(
                "it does not follow from the seal before: one was changed or is missing",
                "与前一个封存对不上：有封存被改动或缺失",
            )
            yield Problem(place, "previous", what, seal.previous, expected)
        for name, kept in (("figures", f"{seal.month}.json"), ("rules", f"{seal.month}.rules.yaml")):
            body = self._documents.read(f"seals/{kept}")
            found = "missing" if body is None else hashlib.sha256(body).hexdigest()
            if found != getattr(seal, name):
                what = Text("not what was sealed", "与封存时不一致")
                yield Problem(f"seals/{kept}", None, what, getattr(seal, name), found)
        for file, (size, h) in seal.files.items():
            if not self._ledger.holds(file, size, h):
                what = Text(f"{file} is not what was sealed on {seal.at}", f"{file} 与 {seal.at} 封存时不一致")
                yield Problem(place, file, what, h, None)


def _after(month: str) -> str:
    """The month after one."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def _parsed(text: str) -> tuple[dict[str, str], dict[str, tuple[int, str]], dict[str, str]]:
    first, *lines = text.removesuffix("\n").split("\n")
    if first != FORMAT:
        raise ValueError(first)
    head: dict[str, str] = {}
    files: dict[str, tuple[int, str]] = {}
    totals: dict[str, str] = {}
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "file":
            name, size, h = rest.split(" ")
            files[name] = (int(size), h)
        elif word == "total":
            name, _, value = rest.partition(" ")
            totals[name] = value
        else:
            head[word] = rest
    return head, files, totals
