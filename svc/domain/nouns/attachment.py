"""Files kept with what is recorded: the picture of a fault, a receipt, a signed form, a letter.

The bytes lie apart, under their SHA-256; the chained entry holds that hash, so that nobody changes a file unseen. When a
person's data are erased the bytes go and the hash stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from svc.domain import ledgers, registers
from svc.domain.clock.base import minute
from svc.domain.entry import Entry
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Choice, Code, Count, Field, Prose
from svc.domain.ledgers import RULERS, Event
from svc.domain.needs import Filling, Known, Needs
from svc.errors import BadInput, Conflict
from svc.named import NamedTuple
from svc.text import Text, example, quoted, quoted_zh

KINDS = Choice(photo="照片", receipt="票据", form="表单", letter="信函", other="其他")
LARGEST = 20 << 20
"""Bytes that one file may have: a photo of a telephone has 3 to 8 million."""
OF_ONE = 200 << 20
"""Bytes that all files of one case may have together."""


class Sha256(Code):
    """The SHA-256 of a file's bytes, as 64 small hexadecimal digits."""

    hint = "SHA256"

    def read(self, value: Any, name: str, desk: Any) -> str:
        text = super().read(value, name, desk)
        if not re.fullmatch("[0-9a-f]{64}", text):
            raise BadInput(Text(f"{name}: {quoted(text)} is no SHA-256", f"{name}：{quoted_zh(text)}不是 SHA-256"))
        return text

    def load(self, cell: str) -> str:
        if not re.fullmatch("[0-9a-f]{64}", cell):
            raise ValueError(f"{cell!r} is no SHA-256")
        return cell


_TITLES = {row.noun: row.title.zh for row in ledgers.TABLE.values()} | {row.noun: row.title.zh for row in registers.TABLE.values()}
OF = Choice(**_TITLES)

EVENTS = (
    Event(
        "add",
        Text("keep a file with something that is recorded", "把文件附在某条记录上"),
        Text("kept", "存入"),
        "new",
        (
            Field("of", OF, Text("what it belongs to", "属于哪种记录"), required=True, decided=True),
            Field("subject", Code(), Text("the id of that", "记录编号"), required=True, decided=True),
            Field("as", KINDS, Text("what it is", "文件种类"), required=True, decided=True),
            Field("name", Prose(), Text("name of the file", "文件名"), required=True, decided=True),
            Field("size", Count(1, LARGEST), Text("its bytes", "字节数"), required=True, decided=True),
            Field("sha256", Sha256(), Text("SHA-256 of its bytes", "文件指纹（SHA-256）"), required=True, decided=True),
            Field("same_as", Code(), Text("the same file, kept before with something else", "与先前附在别处的文件相同"), decided=True),
        ),
        (),
        "svc attach V2611-0001 cylinder.jpg --as photo",
    ),
    Event(
        "erase",
        Text("take the bytes of a file away; its hash stays", "删除文件内容，保留指纹"),
        Text("erased", "删除内容"),
        "own",
        (Field("reason", Prose(), Text("why", "原因"), required=True),),
        RULERS,
        example('svc attachment erase N2611-0001 --reason "{}"', Text("shows a face", "拍到人脸")),
    ),
)

FACTS: Mapping[str, Text] = {}


class Attachment(NamedTuple):
    """A file as its entries tell it; its bytes are gone once it is erased."""

    id: str
    added: Entry
    erased: Entry | None

    @property
    def sha256(self) -> str:
        """The name under which its bytes lie."""
        return str(self.added.get("sha256"))


def fold(entries: Sequence[Entry]) -> Attachment | None:
    """The file told by its entries; None without the one that brought it in."""
    added = find(entries, "add")
    return Attachment(added.id, added, find(entries, "erase")) if added else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second file under an id, and what is erased twice."""
    if new.event == "add":
        return once(before, new, "add")
    must_follow(before, new, "add")
    once(before, new, "erase")


def facts(one: Attachment) -> Mapping[str, object]:
    """Rules ask nothing about it."""
    return {}


def files_held(entries: Iterable[Entry]) -> Iterable[tuple[str, str, bool]]:
    """What of a desk's kept files the entries of this ledger speak of: hash, id, whether the bytes are still to be there."""
    by_id: dict[str, list[Entry]] = {}
    for entry in entries:
        by_id.setdefault(entry.id, []).append(entry)
    for id, of_id in by_id.items():
        one = fold(of_id)
        if one:
            yield one.sha256, id, one.erased is None


# ---- what is asked before it is recorded --------------------------------------------------------


def _subject_there(known: Known, new: Entry) -> None:
    """A file belongs to something that is recorded or registered."""
    of, subject = new.get("of"), new.get("subject")
    there = known.entries(of, subject) if of in ledgers.TABLE else known.person(of, subject)
    if not there or of == new.ledger:
        raise Conflict(
            Text(f"there is no {of} {subject} to keep a file with", f"没有 {subject}，无法附文件"),
            Text("see: svc search, or the list of its noun", "请用 svc search 或相应的 list 查看编号"),
        )


def _within_budget(known: Known, new: Entry) -> None:
    """All files of a case together stay within what a desk can carry."""
    ids = [id for id in known.children(new.ledger, new.get("subject")) if id != new.id]
    held = [one for id in ids if (one := fold(known.entries(new.ledger, id))) and one.erased is None]
    total = sum(one.added.get("size") for one in held) + new.get("size")
    if total > OF_ONE:
        most = OF_ONE >> 20
        raise Conflict(
            Text(
                f"{new.get('subject')} would have {total >> 20} MiB of files; {most} MiB is the most",
                f"{new.get('subject')} 的附件将达 {total >> 20} MiB，上限为 {most} MiB",
            ),
            Text("make the pictures smaller, or keep fewer", "请压缩图片或减少附件"),
        )


def _same_as(known: Known, new: Entry) -> Mapping[str, Any]:
    """The first id under which the same bytes had been kept with something else; None where they are new."""
    if new.event != "add":
        return {}
    same = [fold(known.entries(new.ledger, id)) for id in known.quoting(new.ledger, new.get("sha256")) if id != new.id]
    others = [
        one for one in same
        if one and one.sha256 == new.get("sha256") and one.added.get("subject") != new.get("subject") and _order(one.added) < _order(new)
    ]  # fmt: skip
    first = min(others, key=lambda one: _order(one.added), default=None)
    return {"same_as": first.id if first else None}


def _order(added: Entry) -> tuple[int, str]:
    return minute(added.at), added.id


NEEDS: Needs = {"add": (_subject_there, _within_budget)}
FILLS = {"add": Filling(("same_as",), _same_as)}
