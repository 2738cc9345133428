"""svc init: a new desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from svc.desk.identity import FOUNDER
from svc.errors import BadInput
from svc.text import Text
from svc.ui.groups import single
from svc.ui.options import dry_run_note, text
from svc.ui.shared import DryRun


def init(
    ctx: typer.Context,
    folder: Annotated[
        str, typer.Argument(metavar="[DIR]", help=text("where (default: here)", "目录（默认当前目录）"))
    ] = ".",
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help=text("your name, as head of the department", "主管姓名"))
    ] = None,
    id: Annotated[
        str | None,
        typer.Option("--id", metavar="STAFF", help=text("your staff id (default: S00)", "你的员工编号（默认 S00）")),
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help=text("fill it with an invented month", "填入一个虚构月份的数据"))
    ] = False,
    dry_run: DryRun = False,
) -> None:
    from svc.founding import fill, found, try_found

    if not folder.strip():  # a variable of a script that was never set
        raise BadInput(Text("DIR: nothing is named", "DIR：没有写内容"), Text("leave it out for here, or name a folder", "不写即为当前目录，或写明目录"))
    path, head = Path(folder).expanduser(), id or ("S01" if demo else FOUNDER)
    if dry_run:
        print(f"{try_found(path, head)}  {path.resolve()}{dry_run_note()}")
        return
    desk, staff = found(path, name, head)
    print(f"{staff}  {path.resolve()}")
    if demo:
        count, month = fill(desk)
        print(text(f"{count} entries; see: svc --desk {folder} audit month {month}",
                   f"{count} 条记录；查看：svc --desk {folder} audit month {month}"))  # fmt: skip


command = single(init, "svc init ~/service --demo")
