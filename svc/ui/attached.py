"""What is said of files that were kept, and the options by which other verbs bring some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from typer.core import TyperOption

from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.named import NamedTuple
from svc.output.words import word
from svc.text import Text, say
from svc.ui.receipts import Receipt, receipt

if TYPE_CHECKING:
    from svc.recording.attachments import Given


class Bringing(NamedTuple):
    """The option by which a recording verb brings files that are kept with what it records (`--photo`), and what they are."""

    flag: str
    kind: str
    title: Text

    def param(self) -> TyperOption:
        """The option as Typer knows it; it may be given several times."""
        return TyperOption(
            param_decls=["bring", self.flag], type=str, default=None, multiple=True, metavar="FILE", help=say(self.title)
        )

    def looked_at(self, paths: Sequence[str] | None) -> Brought | None:
        """The files that were named, looked at before anything is recorded; None where there are none."""
        return Brought(self.kind, _recording().brought(paths, self.flag)) if paths else None


class Brought(NamedTuple):
    """Files that are kept with an entry once it is recorded, and what they are."""

    kind: str
    files: Sequence[Given]

    def keep(self, desk: Desk, entry: Entry, at: str | None, silent: bool) -> list[Receipt]:
        """Keep the files with an entry; tell of each, unless `silent`."""
        told = receipts_of(desk, _recording().attach(desk, entry.ledger, entry.id, self.files, self.kind, at), False)
        for one in () if silent else told:
            one.show()
        return told


def _recording() -> Any:
    """The room that keeps files, loaded when some are brought: few verbs do."""
    from svc.recording import attachments

    return attachments


def receipts_of(desk: Desk, made: Sequence[Entry], dry: bool) -> list[Receipt]:
    """A receipt for each file: its id, name and size, what it belongs to; whether it is kept elsewhere already."""
    told = []
    for entry in made:
        one = receipt(desk, entry, dry)
        kilobytes = f"{max(1, round(entry.get('size') / 1000))} kB"
        said = [f"{word(entry.get('as'), 'as')} {entry.get('name')} ({kilobytes})", entry.get("subject")]
        again = _recording().repeated(desk, entry)
        told.append(one._replace(understood=[*one.understood, *said], notes=[*one.notes, *([say(again)] if again else [])]))
    return told


def shown(told: Sequence[Receipt], as_json: bool) -> None:
    """Print receipts: the first, with the others `also`, as one document for programs."""
    if not as_json:
        for one in told:
            one.show()
        return
    from svc.output import json

    json.emit({**told[0].document(), "also": [one.document() for one in told[1:]]})
