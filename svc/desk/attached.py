"""Files kept with what is recorded: whose they are, which there are, who may see them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from svc.desk.open import Desk
from svc.domain import ledgers, permissions, registers
from svc.domain.nouns import attachment
from svc.domain.nouns.attachment import Attachment
from svc.errors import BadInput, Conflict, NotPermitted
from svc.store.files.folder import keep_out
from svc.text import Text, quoted, quoted_zh

if TYPE_CHECKING:
    from svc.desk.shown import Shown
    from svc.store.index.wanted import View

NOUN = "attachment"


def subject(desk: Desk, typed: str) -> tuple[str, str]:
    """What a text means that files may belong to: noun and id (`V7`, `CU1`, a serial number, a customer's name)."""
    desk.index.catch_up(None)
    text = typed.strip()
    for noun, row in registers.TABLE.items():
        if desk.index.known(noun, text.upper()):
            return noun, text.upper()
        if row.prefix and re.fullmatch(rf"{row.prefix}[A-Z]{{0,4}}[0-9]+", text.upper()) and desk.named(noun, text):
            return noun, desk.reference(noun, text)
    for noun in ledgers.TABLE:
        if noun != NOUN and desk.index.exists(noun, text.upper()):
            return noun, text.upper()
    ours = next((row.noun for row in ledgers.TABLE.values() if re.fullmatch(rf"{row.letter}[A-Z]{{0,4}}-?[0-9]+(-[A-Z]*[0-9]+)?", text.upper())), None)
    if ours and ours != NOUN:
        return ours, desk.reference(ours, text)
    for noun in ("machine", "customer"):
        try:
            return noun, desk.reference(noun, text)
        except (Conflict, BadInput):
            continue
    raise Conflict(
        Text(f"nothing is recorded or registered as {quoted(typed)}", f"没有编号或名称为{quoted_zh(typed)}的记录"),
        Text("give the id of a call, visit, report, claim …, or a serial number", "请写来电、派工、报告、报销等的编号，或设备序列号"),
    )


def may_see(desk: Desk, noun: str) -> bool:
    """Whether who looks may see what is kept with things of a noun, as he may see these."""
    verb = permissions.verb(noun, "show")
    try:
        role = desk.role(desk.who)
    except NotPermitted:
        return verb is None or not verb.roles
    return verb is None or verb.allows(role)


def of_subject(desk: Desk, id: str, view: View | None = None) -> list[Attachment]:
    """The files of one thing (at a view), in the order in which they were brought."""
    desk.index.catch_up((NOUN,))
    return folded(desk, desk.index.children(NOUN, id), view)


def by_hash(desk: Desk, sha256: str) -> list[Attachment]:
    """The files that have these bytes, erased ones too."""
    return [one for one in folded(desk, desk.index.ids_quoting(NOUN, sha256)) if one.sha256 == sha256]


def folded(desk: Desk, ids: Iterable[str], view: View | None = None) -> list[Attachment]:
    """The files of some ids, in the order in which they were brought; of a view those that were there then."""
    told = (desk.index.entries(NOUN, id) for id in ids)
    found = [one for entries in told if (one := attachment.fold(view.of(entries) if view else entries))]
    return sorted(found, key=lambda one: (one.added.at, one.id))


def row(desk: Desk | Shown, one: Attachment) -> dict[str, Any]:
    """A file as lists show it."""
    added = one.added
    return {
        "id": one.id,
        "at": added.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "of": added.get("of"),
        "subject": added.get("subject"),
        "as": added.get("as"),
        "name": added.get("name"),
        "size": added.get("size"),
        "sha256": one.sha256,
        "same_as": added.get("same_as"),
        "by": added.by,
        "erased_at": one.erased.at.astimezone(desk.zone).isoformat(timespec="seconds") if one.erased else None,
    }


def rows_of(desk: Desk, noun: str, id: str, view: View) -> list[dict[str, Any]]:
    """The files of one thing as its `show` lists them; none where who looks may not see them."""
    return [row(desk, one) for one in of_subject(desk, id, view)] if may_see(desk, noun) else []


def named(one: Attachment) -> str:
    """What a copy of a file is called: its id and the name that it came with, as any computer takes it."""
    kept = str(one.added.get("name"))
    safe = "".join("_" if c in '<>:"/\\|?*' or not c.isprintable() else c for c in kept).strip(". ") or "file"
    return f"{one.id}-{safe}"


def copies(desk: Desk, ids: Iterable[str], page: Path) -> dict[str, str]:
    """Copies of files in a folder beside a page, by id the link from there; what was erased or is not here has none."""
    desk.index.catch_up((NOUN,))
    folder = keep_out(page.with_name(f"{page.stem}_files") / "file", "--with-files").parent
    links = {}
    for one in folded(desk, ids):
        body = desk.kept.files.read(one.sha256) if one.erased is None and may_see(desk, one.added.get("of")) else None
        if body is not None:
            folder.mkdir(exist_ok=True)
            (folder / named(one)).write_bytes(body)
            links[one.id] = f"{quote(folder.name)}/{quote(named(one))}"
    return links
