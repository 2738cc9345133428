"""svc attachment: the files kept with what is recorded: listed, opened, given out, erased, put back."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from svc.desk import attached
from svc.desk.open import Desk
from svc.domain.nouns.attachment import EVENTS, KINDS, Attachment
from svc.errors import BadInput, Conflict, NotPermitted
from svc.output import tables
from svc.output.files import put
from svc.recording import attachments, privacy
from svc.recording.attachments import kind_of
from svc.store.files.folder import keep_out
from svc.store.index.wanted import View
from svc.text import Text, say
from svc.ui.groups import Readings, noun
from svc.ui.lists import show_one
from svc.ui.options import open_desk, text
from svc.ui.receipts import receipt
from svc.ui.shared import AsOf, DryRun, Format, Json, KnownAt, Last, Month

app = Readings()

COLUMNS = {
    "id": Text("file", "编号"),
    "at": Text("since", "时间"),
    "subject": Text("with", "所属记录"),
    "as": Text("what", "种类"),
    "name": Text("name", "文件名"),
    "size": Text("bytes", "字节"),
    "same_as": Text("same as", "相同文件"),
    "erased_at": Text("erased", "已删除"),
}


@app.command(
    "list",
    help=text("the files of a case, a machine or a customer; without ID all", "某条记录、设备或客户的附件；不写编号为全部"),
    epilog="svc attachment list V2611-0001\nsvc attachment list --repeated",
)
def list_(
    ctx: typer.Context,
    subject: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    as_: Annotated[str | None, typer.Option("--as", metavar=KINDS.hint, help=text("of one kind", "某种类的"))] = None,
    month: Month = None,
    repeated: Annotated[bool, typer.Option("--repeated", help=text("only files that are kept with something else too", "只看别处也有的相同文件"))] = False,
    last: Last = None,
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    found = _under(desk, subject, view) if subject else _all(desk, view)
    kind = KINDS.read(as_, "--as", desk) if as_ else None
    span = desk.month_span(month) if month else None
    rows = [
        attached.row(desk, one)
        for one in found
        if attached.may_see(desk, one.added.get("of"))
        and (kind is None or one.added.get("as") == kind)
        and (span is None or span.holds(one.added.at))
        and (not repeated or one.added.get("same_as"))
    ]
    tables.emit(rows[-last:] if last else rows, COLUMNS, "json" if json_ else format_)


def _all(desk: Desk, view: View | None = None) -> list[Attachment]:
    desk.index.catch_up(("attachment",))
    ids = desk.index.select("select distinct id from entry where noun = 'attachment' and event = 'add' order by at, id")
    return attached.folded(desk, (str(id) for (id,) in ids), view)


def _under(desk: Desk, typed: str, view: View | None = None) -> list[Attachment]:
    """The files of one thing; of a customer all that belong to anything recorded about him."""
    of, id = attached.subject(desk, typed)
    if of != "customer":
        return attached.of_subject(desk, id, view)
    return attached.folded(desk, privacy.attached_to(desk, id, {id for _, id in privacy.belonging(desk, id)}), view)


@app.command("show", help=text("one file: whose, by whom, its hash", "查看一个附件的记录"), epilog="svc attachment show N2610-0001")
def show(
    ctx: typer.Context, id: Annotated[str, typer.Argument(metavar="ID")], json_: Json = False, as_of: AsOf = None, known_at: KnownAt = None
) -> None:
    desk = open_desk(ctx)
    full = desk.reference("attachment", id)
    _permitted(desk, attached.folded(desk, [full]))
    show_one(desk, "attachment", full, desk.view(as_of, known_at), attached.row, json_, False)


@app.command(
    "open",
    help=text("look at a file, in the program that your computer has for it", "用本机程序打开附件"),
    epilog="svc attachment open N2611-0001",
)
def open_(ctx: typer.Context, id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    desk = open_desk(ctx)
    [one] = _permitted(desk, attached.folded(desk, [desk.reference("attachment", id)]))
    body = _bytes(desk, one)
    kind = kind_of(body)
    if kind is None:
        raise BadInput(
            Text(f"{one.id} {one.added.get('name')} is no picture and no PDF: it is not opened unseen",
                 f"{one.id} {one.added.get('name')} 不是图片或 PDF，不直接打开"),
            Text(f"take it out: svc attachment export {one.id} -o DIR", f"请导出：svc attachment export {one.id} -o 目录"),
        )  # fmt: skip
    folder = Path(tempfile.mkdtemp(prefix="svc-"))
    path = folder / f"{one.id}{kind}"
    path.write_bytes(body)
    path.chmod(0o400)
    print(path)
    if sys.stdout.isatty() and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform != "linux"):
        typer.launch(str(path))


@app.command(
    "export",
    help=text("copies of files, under their names: one, those of a case, or all of a customer", "导出附件：一个、一条记录的，或一个客户的全部"),
    epilog="svc attachment export N2611-0001 -o .\nsvc attachment export V2611-0001 -o photos/",
)
def export(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="ID", help=text("a file, a case, a machine, a customer", "附件、记录、设备或客户的编号"))],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help=text("the folder to write to", "写入的目录"))],
) -> None:
    desk = open_desk(ctx)
    keep_out(out / "file", "-o")
    desk.index.catch_up(("attachment",))
    own = desk.index.exists("attachment", what.strip().upper()) or (what.strip().upper().startswith("N") and what.strip()[1:].isdigit())
    found = _permitted(desk, attached.folded(desk, [desk.reference("attachment", what)]) if own else _under(desk, what))
    left = [one for one in found if one.erased is None]
    if not left:
        raise Conflict(
            Text(f"no file is kept with {what}", f"{what} 没有附件"), Text(f"see: svc attachment list {what}", f"查看：svc attachment list {what}")
        )
    out.mkdir(parents=True, exist_ok=True)
    for one in left:
        print(put(out / attached.named(one), _bytes(desk, one)))


def _permitted(desk: Desk, found: list[Attachment]) -> list[Attachment]:
    """The files, where who looks may see what they belong to; NotPermitted for all of them where he may not."""
    hidden = next((one for one in found if not attached.may_see(desk, one.added.get("of"))), None)
    if hidden:
        raise NotPermitted(
            Text(f"{hidden.id} belongs to {hidden.added.get('subject')}, which you may not see",
                 f"{hidden.id} 属于 {hidden.added.get('subject')}，您无权查看"),
        )  # fmt: skip
    return found


def _bytes(desk: Desk, one: Attachment) -> bytes:
    """What is in a file; Conflict where it was erased or is not here."""
    if one.erased:
        raise Conflict(
            Text(f"the bytes of {one.id} were erased ({one.erased.get('reason')}); its hash stands",
                 f"{one.id} 的内容已删除（{one.erased.get('reason')}），仅存指纹"),
            Text(f"see: svc attachment show {one.id}", f"查看：svc attachment show {one.id}"),
        )  # fmt: skip
    body = desk.kept.files.read(one.sha256)
    if body is None:
        raise Conflict(
            Text(f"the bytes of {one.id} are not here", f"{one.id} 的文件不在本机"),
            Text("put the file back: svc attachment restore FILE", "放回文件：svc attachment restore 文件"),
        )
    return body


@app.command("erase", help=text("take the bytes of a file away; its hash stays", "删除附件内容，保留指纹"), epilog=say(EVENTS[1].example))
def erase(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=text("why (required)", "原因（必填）"))] = None,
    dry: DryRun = False,
) -> None:
    desk = open_desk(ctx)
    if not (reason or "").strip():
        raise BadInput(Text("missing: --reason", "缺少：--reason"), Text("say why: the entry stays", "请写明原因：这条记录会保留"))
    [entry] = attachments.erase(desk, [desk.reference("attachment", id)], str(reason), dry)

    receipt(desk, entry, dry).show()


@app.command(
    "restore",
    help=text("put back files that entries name and that are not here (after an import, from a backup)", "放回记录中有而本机缺的文件（导入后，或从备份）"),
    epilog="svc attachment restore backup/*.jpg",
)
def restore(
    ctx: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE…")],
    dry: DryRun = False,
) -> None:
    desk = open_desk(ctx)
    found = attachments.restore(desk, attachments.brought(files), dry)
    for one, id in found:
        print(f"{id}  {one.name}" if id else say(Text(f"-  {one.name}: no entry names this file", f"-  {one.name}：没有记录提到此文件")))
    if not any(id for _, id in found):
        raise Conflict(
            Text("no entry names any of these files", "这些文件都没有对应的记录"),
            Text("to keep new ones: svc attach ID FILE", "存新附件：svc attach 编号 文件"),
        )


command: Any = noun("attachment", app, recording=False)
