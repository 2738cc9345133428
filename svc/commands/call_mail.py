"""svc call import-mail: what became of each mail, one line each."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from svc.commands.call_mails import Taken, take
from svc.desk.open import Desk
from svc.domain.nouns.call import KINDS
from svc.errors import SvcError
from svc.intake import mail as mails
from svc.output import json
from svc.text import Text, say
from svc.ui.options import dry_run_note, open_desk, text
from svc.ui.receipts import warn_exposed
from svc.ui.shared import DryRun, Json


def import_mail(
    ctx: typer.Context,
    box: str = typer.Argument(metavar="FILE|-|MAILDIR"),
    ours: Annotated[
        list[str] | None,
        typer.Option(
            "--ours", metavar="ADDRESS|@DOMAIN", help=text("what we write ourselves: a reply in its thread", "本单位的地址：在往来中即为答复")
        ),
    ] = None,
    kind: str | None = typer.Option(
        None, "--kind", metavar=KINDS.hint, help=text("what they are about (default: by their words)", "事由（默认按内容判断）")
    ),
    dry: DryRun = False,
    json_: Json = False,
) -> None:
    """Record the mails of a box, as `svc.commands.call` names it."""
    desk = open_desk(ctx)
    import_box(desk, box, ours or (), KINDS.read(kind, "--kind", desk) if kind else None, dry, json_)


def import_box(desk: Desk, box: str, ours: Sequence[str], kind: str | None, dry: bool, as_json: bool) -> None:
    """Take the mails of a box one by one; what is wrong with one does not keep out the others (then exit code 2)."""
    rows, wrong = [], 0
    for raw in _raw(box):
        try:
            read = mails.read(raw)
            row = _row(read, take(desk, read, ours, kind, dry))
        except SvcError as error:
            wrong += 1
            row = {"id": None, "event": None, "subject": None, "files": 0, "why": say(error.what), "wrong": True}
        rows.append(row)
        if not as_json:
            print(_line(row, dry))
    if as_json:
        json.emit(rows)
    warn_exposed(desk)
    if wrong:
        print(say(Text(f"{wrong} of {len(rows)} mails could not be taken", f"{len(rows)} 封邮件中有 {wrong} 封未能登记")), file=sys.stderr)
        raise typer.Exit(2)


def _raw(box: str) -> Iterator[bytes]:
    if box == "-":
        yield sys.stdin.buffer.read(mails.LARGEST)
    else:
        yield from mails.boxes(Path(box).expanduser())


def _row(read: mails.Mail, taken: Taken) -> dict[str, Any]:
    entry, why = taken.entry, taken.why or taken.note
    return {
        "id": entry.id if entry else None,
        "event": entry.event if entry else None,
        "subject": read.subject,
        "files": taken.files,
        "why": say(why) if why else None,
        "wrong": False,
    }


def _line(row: dict[str, Any], dry: bool) -> str:
    """The new entry's id first; a dash for a mail that made none, with the reason."""
    said = [str(row["subject"] or "-")[:60]]
    if row["event"] == "reply":
        said.insert(0, say(Text("reply", "答复")))
    if row["files"]:
        said.append(say(Text(f"{row['files']} files", f"{row['files']} 个附件")))
    if row["why"]:
        said.append(row["why"])
    return f"{row['id'] or '-'}  {' · '.join(said)}" + (dry_run_note() if dry and row["id"] else "")
