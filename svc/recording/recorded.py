"""What is recorded already, found by what it says: lines without ids are not taken in twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from svc.desk.open import Desk
from svc.domain import needs
from svc.store.rows import codec

MOMENTS = 1000
"""Of how many moments at a time what is recorded is in memory."""


class Recorded:
    """Looks up entries by moment and content; each is given back once, so that twins stay two."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._found: dict[tuple[str, str, int], dict[str, list[tuple[int, str]]]] = {}
        self._given: set[int] = set()
        self._empty: dict[str, bool] = {}

    def id_of(self, noun: str, event: str, at: datetime, fields: Mapping[str, Any]) -> str | None:
        """The id of a recorded entry with just these values, each given back once."""
        if noun not in self._empty:
            self._empty[noun] = not self._desk.index.select("select 1 from entry where noun = ? limit 1", noun)
        if self._empty[noun]:
            return None
        moment = (noun, event, int(at.timestamp()))
        if moment not in self._found:
            if len(self._found) >= MOMENTS:
                self._found.clear()
            self._found[moment] = self._load(*moment)
        same = self._found[moment].get(_content(noun, event, fields), ())
        n, id = next((one for one in same if one[0] not in self._given), (0, None))
        self._given.add(n)
        return id

    def _load(self, noun: str, event: str, at: int) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        query = "select n, raw from entry where noun = ? and at = ? and event = ? order by n"
        for n, raw in self._desk.index.select(query, noun, at, event):
            assert isinstance(raw, bytes) and isinstance(n, int)
            entry = codec.decode(noun, raw)[0]
            found.setdefault(_content(noun, event, entry.fields), []).append((n, entry.id))
        return found


def _content(noun: str, event: str, fields: Mapping[str, Any]) -> str:
    """What was typed: not what the program added to it, like whether a quote is free and for which machine."""
    filling = needs.filling(noun, event)
    added = filling.fields if filling else ()
    return repr(sorted((name, value) for name, value in fields.items() if name not in added))
