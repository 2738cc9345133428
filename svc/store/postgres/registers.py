"""Registers, the rules file and the seals on PostgreSQL: shared by all sites; nobody overwrites what he has not seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from svc.domain.registers import TABLE
from svc.errors import Conflict
from svc.store.files.registers import refuse_known
from svc.store.place import Rows
from svc.store.postgres.ledger import PostgresLedger
from svc.store.postgres.session import Session
from svc.text import Text

APART = "wage"
"""The register of what not everybody may read: by the entry that changed it, and (what was known first) by its owner."""
_KEEP = "select svc.keep_rows(%s, %s, %s::json, %s::jsonb)"


class PostgresRegisters:
    """The registers of a company, as `svc.store.files.registers.Registers` has them for one desk of files."""

    def __init__(self, session: Session, ledger: PostgresLedger) -> None:
        self._session, self._ledger = session, ledger
        self._seen: dict[str, dict[str, dict[str, str]]] = {}

    def load(self, noun: str) -> dict[str, dict[str, str]]:
        """All rows by id, in the order in which they were put in."""
        found = self._rows(noun)
        if noun == APART:  # of whom it is the first one, that stands with him
            found = {id: row for id, row in found.items() if row.get("staff") != id}
        for name in _apart(noun):
            for id, row in self._rows(APART).items():
                if row.get("staff") == id and id in found:
                    found[id][name] = row["value"]
        self._seen[noun] = {id: dict(row) for id, row in found.items()}
        return found

    def _rows(self, noun: str) -> dict[str, dict[str, str]]:
        query = "select id, cells from svc.register where noun = %s order by n"
        return {id: dict(cells) for id, cells in self._session.run(query, (noun,))}

    def add(self, noun: str, rows: Rows) -> None:
        """Put rows with new ids in; Conflict where one is taken."""
        if noun != "caller":
            query = "select id from svc.register where noun = %s and id = any (%s)"
            refuse_known(noun, [id for (id,) in self._session.run(query, (noun, list(rows)))])
        self._keep(noun, rows, {})

    def save(self, noun: str, rows: Rows) -> None:
        """Let these be all rows. Conflict where somebody else changed one that was loaded before."""
        before = self._seen.get(noun) or self.load(noun)
        changed = {id: dict(row) for id, row in rows.items() if before.get(id) != dict(row)}
        gone = {id: None for id in before if id not in rows}
        if changed or gone:
            self._keep(noun, {**changed, **gone}, {id: before[id] for id in {**changed, **gone} if id in before})

    def _keep(self, noun: str, rows: Mapping[str, Mapping[str, str] | None], before: Mapping[str, Mapping[str, str]]) -> None:
        for name in _apart(noun):
            own, were = _taken(rows, name), _taken(before, name)
            changed = {id: own.get(id) for id in rows if own.get(id) != were.get(id)}
            if changed:
                self._keep(APART, changed, {id: were[id] for id in changed if id in were})
            rows, before = _without(rows, name), _without(before, name)
        kept = {id: row and {name: value for name, value in row.items() if value} for id, row in rows.items()}
        values = (self._ledger.mark, noun, json.dumps(kept), json.dumps(before))
        self._session.run(_KEEP, values)

    def signature(self, noun: str) -> str:
        """Changes whenever the register does."""
        found = self._session.run("select n from svc.register_change where noun = %s", (noun,))
        return str(found[0][0]) if found else ""


def _apart(noun: str) -> tuple[str, ...]:
    """The fields of a register that stand apart from it."""
    return TABLE[noun].apart if noun in TABLE else ()


def _taken(rows: Mapping[str, Mapping[str, str] | None], name: str) -> dict[str, dict[str, str]]:
    """What stands apart of some rows, as rows of its own by the same ids."""
    return {id: {"staff": id, "value": row[name]} for id, row in rows.items() if row and row.get(name)}


def _without(rows: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {id: row and {key: value for key, value in row.items() if key != name} for id, row in rows.items()}


class PostgresDocuments:
    """Whole texts by name (`rules.yaml`, `seals/2026-10.txt`); every version is kept, the last counts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, name: str) -> bytes | None:
        """The text of that name; None where there is none."""
        query = "select body from svc.document where name = %s order by n desc limit 1"
        found = self._session.run(query, (name,))
        return bytes(found[0][0]) if found else None

    def keep(self, name: str, body: bytes, before: bytes | None) -> None:
        """Put a new version behind `before`; Conflict where somebody else did meanwhile."""
        query = "select n, body from svc.document where name = %s order by n desc limit 1"
        found = self._session.run(query, (name,))
        n, there = (found[0][0], bytes(found[0][1])) if found else (0, None)
        if there != before:
            raise Conflict(
                Text(f"{name} was changed by somebody else", f"{name} 已被别人修改"),
                Text("look at it and repeat", "请查看后再试"),
            )
        self._session.run("select svc.keep_document(%s, %s, %s::integer)", (name, body, n))

    def names(self, folder: str) -> list[str]:
        """The names that begin with `folder/`, in order."""
        query = "select distinct name from svc.document where starts_with(name, %s) order by 1"
        return [name for (name,) in self._session.run(query, (f"{folder}/",))]
