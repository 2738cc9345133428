"""One thing with its history: a heading of what holds now, then each entry as it was recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from svc.domain import ledgers
from svc.domain.correction import Correction, changes
from svc.domain.entry import Entry
from svc.domain.kinds import Choice, Field
from svc.domain.row_kinds import Rows
from svc.output import fold
from svc.output.tables import cell, coded
from svc.output.words import CODED, event_word, label, short, word
from svc.text import Text, say, visible


def show(row: Mapping[str, Any], entries: Sequence[Entry], zone: tzinfo, named: Callable[[str], str]) -> None:
    """Print the state, then the entries in order of what happened, each with who recorded it, `named`."""
    state(row)
    print()
    changed = changes(entries)
    for entry in entries:
        typed = entry.recorded_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        late = say(Text(f"(typed {typed})", f"（{typed} 录入）")) if _late(entry) else ""
        print(f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M}  {event_word(entry)}  {named(entry.by)} {late}".rstrip())
        told = {one.field for one in changed if one.entry is entry} | {"clear"}
        for field in ledgers.event(entry.ledger, entry.event).fields:
            value = entry.get(field.name)
            if value is not None and field.name not in told:
                print(f"    {short(say(field.title))}: {_said(field, value, zone)}".replace("\n", "\n      "))
        print(end="".join(f"    {change(one, zone)}\n" for one in changed if one.entry is entry))


def change(made: Correction, zone: tzinfo) -> str:
    """One correction: what was said, what is true."""
    field = ledgers.event(made.entry.ledger, made.entry.event).field(made.field)
    assert field is not None
    old, new = (_said(field, value, zone) if value is not None else "—" for value in (made.old, made.new))
    return f"{short(say(field.title))}{say(Text(':', '：'))}{say(Text(' ', ''))}{old} → {new}"


def _said(field: Field, value: Any, zone: tzinfo) -> str:
    if isinstance(field.kind, Choice):
        return word(value, field.name)
    return rows(field.kind, value) if isinstance(field.kind, Rows) else _value(field.name, value, zone)


def rows(kind: Rows, value: Sequence[Mapping[str, Any]]) -> str:
    """Small rows, one after the other; their codes as words."""
    coded = {column.name for column in kind.columns if isinstance(column.kind, Choice)}
    return "; ".join(" ".join(word(str(v), k) if k in coded else str(v) for k, v in row.items()) for row in value)


def state(row: Mapping[str, Any]) -> None:
    """Print what holds now: the id, then one known value a line."""
    print(str(row["id"]))
    for name, value in row.items():
        if isinstance(value, list) and value:
            print(f"  {label(name)}:")
            for one in value:
                fold.show(f"    {visible(str(one))}", indent="      ")
        elif name != "id" and value not in (None, "", []):
            print(f"  {_called(name, row)}: {coded(name, value)}")


def _called(name: str, row: Mapping[str, Any]) -> str:
    """What a value of a card is called: people have another word for their name than machines and files, moments for `by` than people."""
    if name == "name" and "role" not in row:
        return say(Text("name", "名称"))
    return say(Text("by", "登记人")) if name == "by" and str(row[name])[:1].isalpha() else label(name)


def files(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the files that are kept with it, one a line, with the command that opens one."""
    if not rows:
        return
    print()
    print(say(Text("files (svc attachment open ID):", "附件（svc attachment open 编号）：")))
    for row in rows:
        gone = say(Text(" (erased)", "（内容已删除）")) if row["erased_at"] else ""
        again = say(Text(f" (same as {row['same_as']})", f"（与 {row['same_as']} 相同）")) if row["same_as"] else ""
        print(f"  {row['id']}  {word(row['as'], 'as')}  {visible(row['name'])}{gone}{again}")


def _late(entry: Entry) -> bool:
    return entry.recorded_at.timestamp() - entry.at.timestamp() > 3600


def _value(name: str, value: Any, zone: tzinfo) -> str:
    if name in ("signature", "key"):
        return f"{str(value)[:24]}…"
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{word(key)} {item}" for key, item in value.items())
    if name in CODED:
        return coded(name, value)
    return visible(str(value)) if not isinstance(value, bool) else cell(value)
