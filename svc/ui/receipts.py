"""What is said when something was recorded: its id first, then what was understood, what to look at once more, what was hidden."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from svc.desk.lookups import concerned
from svc.desk.open import Desk
from svc.domain import correction, ledgers, registers
from svc.domain.clock.base import echo
from svc.domain.doubts import slips
from svc.domain.entry import Entry
from svc.domain.interval import Interval
from svc.domain.kinds import Choice, Code, Count, Day, Field, Flag, Money, Prose, Ref, option_of
from svc.domain.ledgers import Event
from svc.domain.row_kinds import NamedValues, Refs, Rows
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.output import notes
from svc.output.words import LABELS, short, word
from svc.recording import lines
from svc.store.files.folder import exposed
from svc.text import Text, say
from svc.ui.ask import can_ask
from svc.ui.options import dry_run_note, text


class Receipt(NamedTuple):
    """What is said of one entry: what was understood, and what should be known besides (on stderr for people)."""

    entry: Entry
    understood: list[str]
    notes: list[str]
    dry: bool

    def show(self) -> None:
        """Print the id, then what was understood."""
        if notes.quiet():
            return print(self.entry.id)
        line = f"{self.entry.id}  {' · '.join(self.understood)}{dry_run_note() if self.dry else ''}"
        if sys.stdout.isatty():
            from svc.output.fold import show

            show(line, indent="  ")
        else:
            print(line)
        for note in self.notes:
            notes.note(note)

    def document(self) -> dict[str, Any]:
        """The same for programs, the entry under the names of its command's options."""
        entry = {**lines.neutral(self.entry), "recorded_at": self.entry.recorded_at.isoformat(timespec="seconds")}
        return {"id": self.entry.id, "dry_run": self.dry, "entry": entry, "understood": self.understood, "notes": self.notes}


def receipt(desk: Desk, entry: Entry, dry: bool = False) -> Receipt:
    """What was understood: every time with its weekday, every name in full."""
    event = ledgers.event(entry.ledger, entry.event)
    done = event.receipt or Text(f"{entry.ledger} {event.done.en}", f"已{event.done.zh}")
    said = [say(done), say(echo(entry.at, desk.zone))]
    if event.name == correction.EVENT:
        said += _corrected(desk, entry)
    else:
        told = (_said(desk, entry.ledger, field, entry.get(field.name)) for field in event.fields if entry.get(field.name) != field.default)
        said += [one for one in told if one]
    said += [one for one in concerned(desk, entry) if not any(one in other for other in said)]
    return Receipt(entry, said, [say(one) for one in doubts(desk, entry, dry)], dry)


def _corrected(desk: Desk, entry: Entry) -> list[str]:
    """What a correction changed, old and new."""
    from svc.output.card import change

    known = [one for one in desk.index.entries(entry.ledger, entry.id) if one != entry]
    return [change(one, desk.zone) for one in correction.changes([*known, entry]) if one.entry is entry]


def _said(desk: Desk, ledger: str, field: Field, value: Any) -> str:
    """A value as a receipt reads it back; nothing of free texts, which whoever typed them sees above, nor of what was worked out."""
    kind = field.kind
    if value is None or type(kind) is Prose or (field.decided and not isinstance(kind, Ref)):
        return ""
    if isinstance(value, datetime):
        return f"{_named(field)} {say(echo(value, desk.zone))}"
    if isinstance(kind, Choice):
        said = word(value, field.name, kind)
        return f"{_named(field)} {said}" if field.name.endswith("_by") else said
    if isinstance(kind, Flag):
        return _named(field) if value else say(Text(f"{_named(field)}: no", f"{_named(field)}：否"))
    if _has_name(getattr(kind, "noun", None)):
        name = desk.person(kind.noun, value).get("name") if value[:1].isalpha() else None
        return f"{value} {name}" if name else word(value) if value.islower() else value  # withheld, unsigned; else a number
    if isinstance(kind, NamedValues):
        return f"{_named(field)} {'/'.join(map(str, value.values()))}" if isinstance(kind.kind, Count) else ""
    if isinstance(kind, Rows):
        from svc.output.card import rows

        return rows(kind, value)
    if isinstance(kind, Refs):
        return f"{_named(field)} {', '.join(_who(desk, kind.of.noun, one) for one in value)}"
    if getattr(kind, "noun", None) == ledger:
        return f"{_named(field)} {value}"
    return f"{_named(field)} {value}" if isinstance(kind, (Code, Count, Money, Day, Interval)) else ""


def _who(desk: Desk, noun: str, id: str) -> str:
    name = desk.person(noun, id).get("name") if _has_name(noun) else None
    return f"{id} {name}" if name else id


def _named(field: Field) -> str:
    """What a value is called before it, as on a card; where cards have no word of their own, by the field's title."""
    own = field.name == "name" or bool(field.option)  # of a tool, not of somebody; since when he is away, not since when he is known
    en = option_of(field).removeprefix("--") if own and not isinstance(field.kind, NamedValues) else field.name
    zh = None if own else LABELS.get(field.name)
    return say(Text(en.replace("_", " "), zh or short(field.title.zh)))


def _has_name(noun: str | None) -> bool:
    """Whether somebody registered there is told by a name."""
    return noun in registers.TABLE and "name" in registers.TABLE[noun].columns


def doubts(desk: Desk, entry: Entry, dry: bool) -> Iterator[Text]:
    """What whoever recorded this entry should look at once more: it is taken as typed, but may be a slip."""
    now = desk.now()
    yield from slips(entry, now, desk.zone)
    if not dry and entry.recorded_at > now:
        kept = echo(entry.recorded_at, desk.zone)
        yield Text(
            f"the clock is behind the last entry; recorded with its time, {kept.en}",
            f"电脑时间早于上一条记录；按上一条的时间记录：{kept.zh}",
        )


def masked(event: Event, given: Mapping[str, Any], entry: Entry) -> list[str]:
    """Which texts were not stored as typed, because of numbers of people in them; none or one sentence."""
    texts = [f for f in event.fields if isinstance(given.get(f.name), str) and isinstance(entry.get(f.name), str)]
    names = [
        option_of(f) for f in texts if type(f.kind) is Prose and entry.get(f.name).count("*") > given[f.name].count("*")
    ]
    if not names:
        return []
    said = text(
        f"note: phone and identity numbers in {', '.join(names)} are masked in the ledger; phone numbers are"
        f" kept apart, where they can be erased: svc {entry.ledger} show {entry.id} --unmask",
        f"提示：{'、'.join(names)} 中的电话和身份证号在台账中已隐藏；电话另存于登记册，可删除："
        f"svc {entry.ledger} show {entry.id} --unmask",
    )
    return [said]


def warn_exposed(desk: Desk) -> None:
    """Say on stderr that everybody may read the registers, where it is so."""
    said = exposed(desk.kept.folder)
    if said:
        notes.note(said)


def repeatable(error: SvcError, answered: Sequence[str] = ()) -> SvcError:
    """The same error, on a terminal with the command line to repeat, answers included: nothing typed is lost."""
    if not can_ask() or error.hint is None:
        return error
    import shlex

    again = shlex.join(["svc", *sys.argv[1:], *answered])
    error.hint = Text(f"{error.hint.en}\nrepeat: {again}", f"{error.hint.zh}\n重来：{again}")
    return error
