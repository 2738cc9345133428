"""Taking in a department's own list: the map is proposed and shown, a person confirms, then all or nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from svc.domain import registers
from svc.errors import BadInput
from svc.text import Text, say
from svc.ui.options import DryRun, open_desk, text

if TYPE_CHECKING:
    from svc.desk.open import Desk
    from svc.intake.mapmodel import FileMap
    from svc.intake.proposal import Proposal
    from svc.recording.lines import Done

Source = Annotated[str, typer.Argument(metavar="FILE|-")]
Map = Annotated[
    str | None,
    typer.Option("--map", metavar="FILE", help=text("how columns become entries", "列与记录的对应（对应表文件）")),
]
SaveMap = Annotated[
    str | None,
    typer.Option(
        "--save-map", metavar="FILE", help=text("write the proposed map there, to edit it", "把提出的对应表写到此文件，以便修改")
    ),
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help=text("of a workbook with several", "工作簿中的哪张表"))
]
Rejects = Annotated[
    str | None,
    typer.Option(
        "--rejects", metavar="FILE", help=text("import the good lines, write the bad ones there", "导入好的行，坏行写到此文件")
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help=text("of a CSV file (default: recognised)", "CSV 编码（默认自动识别）")),
]
Yes = Annotated[
    bool, typer.Option("--yes", help=text("take the proposed map without asking", "不再询问，按提出的对应表导入"))
]


class Order(NamedTuple):
    """What was asked for on the command line."""

    noun: str
    typed: str
    file: Path
    map: str | None
    save_map: str | None
    sheet: str | None
    rejects: str | None
    encoding: str | None
    dry: bool
    yes: bool


def add_import(app: typer.Typer, noun: str) -> None:
    """Give a register its `import`."""
    zh = {"customer": "客户", "machine": "设备", "staff": "员工", "supplier": "供应商"}[noun]

    @app.command(
        "import",
        help=text(f"take in a {noun} list (xlsx, xls, CSV) as the department keeps it", f"导入现有的{zh}表（xlsx、xls、CSV）"),
        epilog=f"svc {noun} import list.xlsx --dry-run\nsvc {noun} import list.xlsx --yes --rejects bad.jsonl",
    )
    def import_(
        ctx: typer.Context,
        file: Source,
        map_: Map = None,
        save_map: SaveMap = None,
        sheet: Sheet = None,
        rejects: Rejects = None,
        encoding: Encoding = None,
        dry_run: DryRun = False,
        yes: Yes = False,
    ) -> None:
        carry_out(ctx, Order(noun, file, Path(file), map_, save_map, sheet, rejects, encoding, dry_run, yes))


def carry_out(ctx: typer.Context, order: Order) -> None:
    """Import what was asked for; nothing is written without a map that somebody gave or confirmed."""
    from svc.intake.source import opened

    desk = open_desk(ctx)
    with opened(order.file) as file:
        _import(desk, order._replace(file=file))


def _import(desk: Desk, order: Order) -> None:
    from svc.intake.source import neutral_form

    register = order.noun in registers.TABLE
    if register:
        _refuse_other_forms(order)
    if order.map is not None:
        how: FileMap | None = _given(order)
    elif not register and neutral_form(order.file):
        how = None
    else:
        how = _proposed(desk, order)
        if how is None:
            return
    tell(_take(desk, order, how, order.dry), order.dry, order.rejects)


def _take(desk: Desk, order: Order, how: FileMap | None, dry: bool) -> Done:
    from svc.domain.permissions import VERBS
    from svc.intake.importer import take_in

    who = VERBS[order.noun if order.noun in registers.TABLE else "ledger", "import"].roles
    rejects = Path(order.rejects) if order.rejects else None
    return take_in(desk, order.file, how, rejects, order.encoding, dry, who)


def _refuse_other_forms(order: Order) -> None:
    from svc.intake.source import neutral_form

    if neutral_form(order.file):
        raise BadInput(
            Text(f"{order.file.name} is of the neutral form, not a list", f"{order.file.name} 是中间格式，不是表格"),
            Text(f"svc ledger import {order.typed}", f"svc ledger import {order.typed}"),
        )


def _given(order: Order) -> FileMap:
    """The map of `--map`, which for a register must be of nothing else."""
    from svc.intake.mapfile import load

    found = load(Path(order.map or ""))
    others = [entry.ledger for entry in found.entries if entry.ledger != order.noun]
    if order.noun in registers.TABLE and others:
        raise BadInput(
            Text(f"the map also makes: {', '.join(others)}", f"对应表还会生成：{'、'.join(others)}"),
            Text(f"svc ledger import {order.typed} --map {order.map}", f"svc ledger import {order.typed} --map {order.map}"),
        )
    return found._replace(sheet=order.sheet) if order.sheet else found


# ---- what is proposed ------------------------------------------------------------------------------


def _proposed(desk: Desk, order: Order) -> FileMap | None:
    """The map proposed for the file, shown and confirmed; None where nothing shall be imported now."""
    from svc.intake.proposal import propose

    proposal = propose(desk, order.noun, order.file, order.sheet, order.encoding)
    _show(proposal, order)
    if order.save_map:
        _save(Path(order.save_map), proposal)
        if not order.yes:
            return None
    if not order.yes and not order.dry:
        if not sys.stdin.isatty():
            raise BadInput(
                Text("nothing was imported: look at the columns above, then confirm", "未导入：请先核对以上各列，再确认"),
                Text("--yes takes them so; --save-map FILE writes a map that you can edit; --dry-run checks",
                     "--yes 按此导入；--save-map 文件 写出可修改的对应表；--dry-run 只检查"),
            )  # fmt: skip
        tell(_take(desk, order, proposal.map, True), True, order.rejects)
        from svc.ui.ask import confirm

        confirm(text("import this", "导入吗"))
    return proposal.map


def _show(proposal: Proposal, order: Order) -> None:
    from svc.intake.proposal import kind_of
    from svc.output import tables as table

    unsure = text(" (near: is it?)", "（相近，请核对）")
    rows = [
        {
            "column": one.name,
            "heading": one.heading,
            "field": say(kind_of(order.noun, one.field)) + ("" if one.sure else unsure) if one.field else None,
            "sample": one.sample,
        }
        for one in proposal.columns
    ]
    columns = {
        "column": Text("column", "列"),
        "heading": Text("heading", "表头"),
        "field": Text("taken as", "作为"),
        "sample": Text("first value", "首个值"),
    }
    print(text(f"{order.file.name}, headings in row {proposal.header}:",
               f"{order.file.name}，表头在第 {proposal.header} 行："), file=sys.stderr)  # fmt: skip
    print(table.text(rows, columns, "table"), end="", file=sys.stderr)
    for remark in proposal.remarks:
        print(say(remark), file=sys.stderr)


def _save(target: Path, proposal: Proposal) -> None:
    from svc.store.files.folder import keep_out

    keep_out(target, "--save-map")
    if target.exists():
        raise BadInput(
            Text(f"--save-map {target}: there is such a file already", f"--save-map {target}：文件已存在"),
            Text("name a new file", "请写一个新文件名"),
        )
    target.write_text(proposal.text, "utf-8")
    print(text(f"the map is in {target}: edit it, then import with --map {target}",
               f"对应表已写到 {target}：修改后用 --map {target} 导入"))  # fmt: skip


# ---- what was done ---------------------------------------------------------------------------------


def tell(done: Done, dry: bool, rejects: str | None) -> None:
    """Say what an import did: the counts, then what was noticed and left out."""
    word = text("would be imported" if dry else "imported", "可导入" if dry else "已导入")
    counts = ", ".join(f"{noun} {count}" for noun, count in done.counts.items())
    print(f"{done.total} {word}  {counts}".rstrip())
    notes: Sequence[Text] = done.notes
    for note in notes:
        print(say(note), file=sys.stderr)
    if done.rejected:
        print(
            text(f"{done.rejected} lines kept out: {rejects}", f"{done.rejected} 行未导入，见 {rejects}"),
            file=sys.stderr,
        )
