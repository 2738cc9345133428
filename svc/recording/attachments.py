"""Files kept with what is recorded: bytes and entry together, or neither; taken away again when they are erased."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from svc.desk.attached import by_hash
from svc.desk.open import Desk
from svc.domain.clock.base import echo
from svc.domain.entry import Entry
from svc.domain.nouns import attachment
from svc.domain.nouns.attachment import LARGEST
from svc.domain.text import clean
from svc.errors import BadInput, Conflict
from svc.named import NamedTuple
from svc.recording.door import record_all
from svc.store.files.plain import read_given
from svc.text import Text

_BEGINNINGS = {
    b"\xff\xd8\xff": ".jpg",
    b"\x89PNG\r\n\x1a\n": ".png",
    b"GIF8": ".gif",
    b"RIFF": ".webp",
    b"%PDF": ".pdf",
}
"""What the first bytes of a file say it is, by the ending that such files have."""
PICTURES = (".jpg", ".png", ".gif", ".webp")
NAME = 120
"""Characters of a file's name that are kept, its ending among them."""


class Given(NamedTuple):
    """A file that somebody brings: what it is called and its bytes."""

    name: str
    body: bytes

    @property
    def sha256(self) -> str:
        """The name under which its bytes are kept."""
        return hashlib.sha256(self.body).hexdigest()


def kind_of(body: bytes) -> str | None:
    """The ending that files of these bytes have; None for what nobody here knows."""
    found = next((ending for start, ending in _BEGINNINGS.items() if body.startswith(start)), None)
    return None if found == ".webp" and body[8:12] != b"WEBP" else found


def brought(paths: Iterable[str], option: str = "FILE") -> list[Given]:
    """The files that somebody named (`-`: standard input); BadInput for what is none, empty, or too large."""
    return [_one(path, option) for path in paths]


def _one(typed: str, option: str) -> Given:
    if typed == "-":
        body = sys.stdin.buffer.read(LARGEST + 1)
        return _fitting(Given("stdin" + (kind_of(body) or ""), body), option)
    path = Path(typed).expanduser()
    if not path.is_file():
        raise BadInput(
            Text(f"{option}: there is no file {typed}", f"{option}：没有文件 {typed}"), Text("check the path", "请检查路径")
        )
    if path.stat().st_size > LARGEST:
        raise _too_large(path.name, option)
    return _fitting(Given(named(path.name), read_given(path, LARGEST)), option)


def _fitting(one: Given, option: str) -> Given:
    if not one.body:
        raise BadInput(Text(f"{option}: {one.name} is empty", f"{option}：{one.name} 是空文件"), Text("check the file", "请检查文件"))
    if len(one.body) > LARGEST:
        raise _too_large(one.name, option)
    return one


def named(name: str) -> str:
    """A file's name as it is kept: nothing that a terminal obeys, not too long, its ending whole."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split()) or "file"
    stem, dot, end = plain.rpartition(".")
    kept = plain if len(plain) <= NAME or not dot else f"{stem[: NAME - len(end[:12]) - 1]}.{end[:12]}"
    try:
        return clean(kept[:NAME], "FILE") or "file"
    except BadInput:  # what no ledger keeps: a name that was read in another encoding
        return "".join(c for c in kept[:NAME] if c.isascii()).strip() or "file"


def _too_large(name: str, option: str) -> BadInput:
    most = LARGEST >> 20
    return BadInput(
        Text(f"{option}: {name} has more than {most} MiB", f"{option}：{name} 超过 {most} MiB"),
        Text("make the picture smaller, or keep the file elsewhere and attach a note of where",
             "请压缩图片，或另行保存并附上存放说明"),
    )  # fmt: skip


def guessed(of: str, body: bytes) -> str:
    """What a file is most likely, where nobody says: with an expense claim a receipt, a picture a photo."""
    if of == "expense":
        return "receipt"
    return "photo" if kind_of(body) in PICTURES else "other"


def attach(
    desk: Desk, of: str, subject: str, files: Sequence[Given], as_: str | None, at: str | None = None, dry: bool = False
) -> list[Entry]:
    """Keep files with something recorded or registered; the entries, which are on disk together with the bytes."""
    given = [
        {"of": of, "subject": subject, "as": as_ or guessed(of, one.body), "name": one.name, "size": len(one.body), "sha256": one.sha256}
        for one in files
    ]
    with desk.ledger.lock():
        _refuse_twice(desk, subject, files)
        fresh = {one.sha256: one.body for one in files if not desk.kept.files.has(one.sha256)}

        def put() -> None:
            for sha256, body in fresh.items():
                desk.kept.files.put(sha256, body)

        documents = [desk.kept.files.document(sha256) for sha256 in fresh]
        return record_all(desk, [("attachment", "add", None, one) for one in given], at, put, documents, dry)


def _refuse_twice(desk: Desk, subject: str, files: Sequence[Given]) -> None:
    """The same file is kept with one thing once: Conflict for what is there already, or named twice."""
    seen: set[str] = set()
    for one in files:
        there = next((old for old in by_hash(desk, one.sha256) if old.added.get("subject") == subject and old.erased is None), None)
        if there or one.sha256 in seen:
            id = there.id if there else one.name
            raise Conflict(
                Text(f"{one.name} is kept with {subject} already: {id}", f"{one.name} 已附在 {subject}：{id}"),
                Text(f"see: svc attachment list {subject}", f"查看：svc attachment list {subject}"),
            )
        seen.add(one.sha256)


def repeated(desk: Desk, entry: Entry) -> Text | None:
    """That the same file was kept before with something else: where, by whom, when."""
    first = entry.get("same_as")
    if not first:
        return None
    one = attachment.fold(desk.index.entries("attachment", first))
    assert one is not None
    added, when = one.added, echo(one.added.at, desk.zone)
    return Text(
        f"note: the same file is kept with {added.get('of')} {added.get('subject')} as {first} ({added.by}, {when.en})",
        f"注意：同一文件已附在 {added.get('subject')}（{first}，{added.by}，{when.zh}）",
    )


def erase(desk: Desk, ids: Sequence[str], reason: str, dry: bool = False) -> list[Entry]:
    """Take the bytes of files away; those that another standing file shares stay, its hash says so."""
    with desk.ledger.lock():
        hashes, wanted = erasing(desk, ids, reason)
        return record_all(desk, wanted, None, lambda: let_go(desk, hashes), documents(desk, hashes), dry)


Wanted = tuple[str, str, str | None, Mapping[str, Any]]


def erasing(desk: Desk, ids: Sequence[str], reason: str) -> tuple[list[str], list[Wanted]]:
    """The hashes whose bytes go when files are erased, and what is recorded of it."""
    folded = [one for id in ids if (one := attachment.fold(desk.index.entries("attachment", id)))]
    standing = [one for one in folded if one.erased is None]
    going = {one.id for one in standing}
    hashes = [
        sha256
        for sha256 in dict.fromkeys(one.sha256 for one in standing)
        if not any(other.erased is None and other.id not in going for other in by_hash(desk, sha256))
    ]
    return hashes, [("attachment", "erase", one.id, {"reason": reason}) for one in standing] or [
        ("attachment", "erase", id, {"reason": reason}) for id in ids
    ]


def documents(desk: Desk, hashes: Iterable[str]) -> list[str]:
    """The files of some hashes as a write of several knows them."""
    return [desk.kept.files.document(sha256) for sha256 in hashes if desk.kept.files.has(sha256)]


def let_go(desk: Desk, hashes: Iterable[str]) -> None:
    """The bytes of some hashes are gone."""
    for sha256 in hashes:
        desk.kept.files.drop(sha256)


def let_go_of_taken_back(desk: Desk, gone: Entry) -> None:
    """The bytes of a file whose keeping was taken back (svc undo), unless another one has the same."""
    sha256 = gone.get("sha256")
    if gone.ledger != "attachment" or not sha256:
        return
    with desk.ledger.lock():
        desk.index.catch_up(None)
        if not any(one.erased is None for one in by_hash(desk, sha256)):
            desk.kept.files.drop(sha256)


def restore(desk: Desk, files: Sequence[Given], dry: bool = False) -> list[tuple[Given, str | None]]:
    """Put back bytes that an entry names and that are not there; with each the id of that entry, None where no entry wants it."""
    found: list[tuple[Given, str | None]] = []
    with desk.ledger.lock():
        desk.index.catch_up(None)
        for one in files:
            id = next((held.id for held in by_hash(desk, one.sha256) if held.erased is None), None)
            if id and not dry:
                body = desk.kept.files.read(one.sha256)
                if body is not None and hashlib.sha256(body).hexdigest() != one.sha256:
                    desk.kept.files.drop(one.sha256)
                desk.kept.files.put(one.sha256, one.body)
            found.append((one, id))
    return found
