"""svc ledger: verify, import, export, rebuild."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from svc.commands._noun import Json, Month, noun, open_desk, text
from svc.locale import Text, say
from svc.output.progress import progress

app = typer.Typer()


@app.command(
    "verify",
    help=text("find every change to what was recorded", "查出对已有记录的任何改动"),
    epilog="svc ledger verify",
)
def verify(ctx: typer.Context, json_: Json = False) -> None:
    desk = open_desk(ctx)
    with progress(Text("verifying", "校验")) as tell:
        problems = list(desk.ledger.verify(tell))
    if json_:
        from svc.output import json

        json.emit([{**p._asdict(), "what": say(p.what)} for p in problems])
    else:
        for problem in problems:
            field = f" {problem.field}" if problem.field else ""
            change = f": {problem.old!r} -> {problem.new!r}" if problem.new is not None else ""
            print(f"{problem.place}:{field} {say(problem.what)}{change}")
    if problems:
        if not json_:
            print(text(f"{len(problems)} problems", f"共 {len(problems)} 处问题"), file=sys.stderr)
        raise typer.Exit(1)


@app.command(
    "import",
    help=text("take in entries, all or nothing", "导入记录，全部成功或全部不写"),
    epilog="svc ledger import october.jsonl --dry-run\nsvc ledger import log.csv --map map.yaml --rejects bad.jsonl",
)
def import_(
    ctx: typer.Context,
    file: str = typer.Argument(metavar="FILE"),
    map_: Annotated[
        str | None, typer.Option("--map", metavar="FILE", help=text("how columns become entries", "列与记录的对应"))
    ] = None,
    rejects: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help=text("import the good lines, write the bad ones there", "导入好的行，坏行写到此文件")
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=text("of a CSV file (default: recognised)", "CSV 编码（默认自动识别）")),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=text("check everything, write nothing", "只检查，不写入"))
    ] = False,
) -> None:
    from svc.intake import take_in

    desk = open_desk(ctx)
    done = take_in(
        desk, Path(file), Path(map_) if map_ else None, Path(rejects) if rejects else None, encoding, dry_run
    )
    word = text("would be imported" if dry_run else "imported", "可导入" if dry_run else "已导入")
    counts = ", ".join(f"{noun} {count}" for noun, count in done.counts.items())
    print(f"{done.total} {word}  {counts}".rstrip())
    for note in done.notes:
        print(say(note), file=sys.stderr)
    if done.rejected:
        print(
            text(f"{done.rejected} lines kept out: {rejects}", f"{done.rejected} 行未导入，见 {rejects}"),
            file=sys.stderr,
        )


@app.command(
    "export",
    help=text("give out entries in the neutral form", "导出记录"),
    epilog="svc ledger export --month 2026-10 > october.jsonl",
)
def export(
    ctx: typer.Context,
    month: Month = None,
    format_: Annotated[str, typer.Option("--format", metavar="jsonl", help=text("form", "格式"))] = "jsonl",
    unmask: Annotated[
        bool, typer.Option("--unmask", help=text("names and numbers in clear", "显示姓名和完整号码"))
    ] = False,
) -> None:
    from svc.intake.export import give_out

    desk = open_desk(ctx)
    for line in give_out(desk, month, format_, unmask):
        print(line)


@app.command(
    "repair",
    help=text("mend what loses nothing: re-saved files, torn ends", "修复：被另存的文件、写到一半的末尾"),
    epilog="svc ledger repair",
)
def repair(ctx: typer.Context) -> None:
    from svc.domain.ledgers import RULERS

    desk = open_desk(ctx)
    desk.permit(desk.who, RULERS, Text("repair ledgers", "修复台账"))
    with desk.ledger.lock():
        for problem in desk.ledger.repair():
            print(f"{problem.place}: {say(problem.what)}")


@app.command("rebuild", help=text("make the index anew", "重建索引"), epilog="svc ledger rebuild")
def rebuild(ctx: typer.Context) -> None:
    desk = open_desk(ctx)
    count = desk.index.rebuild()
    print(text(f"{count} entries indexed", f"已索引 {count} 条记录"))


command = noun("ledger", app, recording=False)
