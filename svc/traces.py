"""What of an erased person stands outside the registers: copies are cleared, texts of ledgers are told.

Ledgers are the truth and stay byte for byte: a name that somebody wrote into a text stays there, and whoever erases
is told where. Copies are nobody's truth: what `ledger repair` set aside, ends that crashes tore off, messages not sent
yet, drafts of whoever erases.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from svc.desk import Desk
from svc.domain import ledgers
from svc.locale import Text
from svc.store import drafts, durable, outbox

SHORTEST = 2
"""Characters that a name must have to be looked for: one alone is in every other word."""


class Words:
    """The names and numbers of a person, as they may stand in a text."""

    def __init__(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        names = {row.get(name, "") for row in rows.values() for name in ("name", "contact", "address")}
        numbers = {number for row in rows.values() for number in row.get("phone", "").split("; ") if number}
        forms = [_name(name) for name in sorted(names) if len(name) >= SHORTEST] + [_digits(number) for number in sorted(numbers)]
        self._pattern = re.compile("|".join(forms), re.IGNORECASE) if forms else None

    def within(self, text: str) -> bool:
        """Whether any of them stands in the text in clear."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def without(self, text: str, instead: str) -> str:
        """The text with `instead` in their places."""
        return self._pattern.sub(lambda _: instead, text) if self._pattern else text


def _name(name: str) -> str:
    """A name; one in Latin letters as words of their own."""
    found = re.escape(name)
    return rf"(?<![A-Za-z0-9]){found}(?![A-Za-z0-9])" if name.isascii() else found


def _digits(number: str) -> str:
    """A number in whatever grouping: 138-0000-1234, 13800001234, 138 0000 1234."""
    digits = re.sub("[^0-9]", "", number.removeprefix("00-"))
    return r"(?<![0-9])" + "[- ]?".join(digits) + r"(?![0-9])"


def standing(desk: Desk, words: Words) -> Iterator[Text]:
    """Where they stand in free texts of ledgers: `calls/2026-10.csv:12 C2610-0007 summary`."""
    for noun in ledgers.TABLE:
        for found in desk.ledger.read(noun):
            texts = ((name, json.dumps(value, ensure_ascii=False, default=str)) for name, value in found.entry.fields.items())
            names = [name for name, text in texts if words.within(text)]
            if names:
                place = f"{found.file}:{found.line}" if found.line else found.file
                yield Text(f"{place} {found.entry.id} {', '.join(names)}", f"{place} {found.entry.id} {'、'.join(names)}")


def clear(desk: Desk, words: Words, instead: str, dry: bool = False) -> list[str]:
    """Take away the copies that hold them, or (`dry`) only say which; the names of what was cleared.

    A message that waits says `instead` in their places. Busy where somebody is sending.
    """
    data = desk.folder / "data" if desk.kept.folder else None
    cleared: list[str] = []
    if data:
        with desk.ledger.lock():
            cleared += _files(data, words, dry)
    if _messages(data or desk.kept.cache.parent, words, instead, dry):
        cleared.append("outbox/state.json")
    for path in drafts.files(desk.ledger.id):
        if words.within(_text(path)):
            cleared.append(str(path))
            if not dry:
                drafts.forget(path)
    return cleared


def _text(path: Path) -> str:
    """What a file says: JSON as its values, anything else as it stands."""
    body = path.read_bytes().decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return body


def _files(data: Path, words: Words, dry: bool) -> Iterator[str]:
    """Ends torn off by crashes, and files as they were before a repair."""
    kept = data / ".svc"
    for path in sorted([kept / "torn", *(kept / "aside").rglob("*")]):
        if path.is_file() and not path.is_symlink() and words.within(path.read_bytes().decode("utf-8", "replace")):
            yield path.relative_to(data).as_posix()
            if not dry:
                durable.remove(path)


def _messages(data: Path, words: Words, instead: str, dry: bool) -> bool:
    """Whether messages that wait to be sent hold them; the id stands in their place from now on."""
    if not (data / "outbox").is_dir():
        return False
    with outbox.Turn(data):
        state, _ = outbox.load(data)
        found = outbox.Outbox(*(_instead(part, words, instead) for part in state))
        if found != state and not dry:
            outbox.save(data, found)
    return found != state


def _instead(value: Any, words: Words, instead: str) -> Any:
    if isinstance(value, str):
        return words.without(value, instead)
    if isinstance(value, dict):
        return {key: _instead(item, words, instead) for key, item in value.items()}
    return [_instead(item, words, instead) for item in value] if isinstance(value, list) else value
