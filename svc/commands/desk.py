"""svc desk: where a desk is kept: on a server, at the sites of a company, moved from one to the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svc.desk.identity import FOUNDER
from svc.desk.places import is_address
from svc.domain import ledgers
from svc.domain.kinds import Day
from svc.errors import BadInput
from svc.store.files.folder import new_id
from svc.text import Text, example, say
from svc.ui.groups import Readings, noun
from svc.ui.options import dry_run_note, open_desk, text
from svc.ui.shared import DryRun, Json

if TYPE_CHECKING:
    from svc.desk.open import Desk
    from svc.sites import Done, Tell

app = Readings()

Address = Annotated[
    str, typer.Argument(metavar="URL", help=text("like postgresql://host/database", "形如 postgresql://主机/数据库"))
]
Site = Annotated[
    str,
    typer.Option(
        "--site", metavar="MARK", help=text("one to four letters that stand in its ids", "一到四个字母，会出现在编号里")
    ),
]
Title = Annotated[str, typer.Option("--title", metavar="TEXT", help=text("what the site is called", "网点名称"))]


@app.command(
    "show",
    help=text("where this desk is kept, and how far its ledgers go", "本目录存放在哪里、各台账到哪里"),
    epilog="svc desk show",
)
def show(ctx: typer.Context, json_: Json = False) -> None:
    desk = open_desk(ctx)
    sites = [{"mark": mark, "ledger": name} for mark, name in desk.ledger.sites.items()]
    found = {
        "kind": "files" if desk.kept.folder else "postgresql",
        "folder": str(desk.kept.folder.resolve()) if desk.kept.folder else None,
        "records_at": desk.ledger.mark,
        "sites": sites,
        "ledgers": {noun: _end(desk, noun) for noun in ledgers.TABLE},
    }
    if json_:
        from svc.output import json

        json.emit(found)
        return
    print(found["folder"] or text("on a PostgreSQL server", "在 PostgreSQL 服务器上"))
    for site in sites:
        here = text(" (records here)", "（在此记录）") if site["mark"] == desk.ledger.mark else ""
        print(f"  {site['mark'] or '-':4} {site['ledger']}{here}")
    for name, end in found["ledgers"].items():
        if end:
            print(f"  {say(ledgers.TABLE[name].title)}: {end}")


@app.command(
    "begins",
    help=text(
        "the day from which on the desk waits and judges; what was opened before counts in figures only",
        "启用日期：此前的历史只计入统计，不催办、不提醒、不追究",
    ),
    epilog="svc desk begins 2026-11-01\nsvc desk begins",
)
def begins(
    ctx: typer.Context,
    day: Annotated[str | None, typer.Argument(metavar="[DATE]", help=text("left out: says which it is", "不写则显示现在的日期"))] = None,
    json_: Json = False,
    dry_run: DryRun = False,
) -> None:
    from svc.recording.rules import begin

    desk = open_desk(ctx)
    if day is not None:
        day = Day().read(day, "DATE", desk)
        begin(desk, date.fromisoformat(day), dry_run)
    found = date.fromisoformat(day) if day else desk.rules.begins
    if json_:
        from svc.output import json

        json.emit({"begins": str(found) if found else None})
    elif found is None:
        print(text("no day is set: history waits and is judged like everything else", "没有设定：历史与日常同样催办、认定"))
    else:
        _say(text(f"{found}  what was opened before counts in figures only", f"{found}  此前的历史只计入统计"), dry_run)


def _end(desk: Desk, name: str) -> str | None:
    last = desk.ledger.site_end(name)
    return f"{last.file} {last.h}" if last else None


@app.command(
    "init",
    help=text("make a desk in a database", "在数据库中新建工作目录"),
    epilog=say(example('svc desk init postgresql://db.example/service --name "{}"', Text("Zhen Yifan", "甄一帆"))),
)
def init(
    url: Address,
    name: Annotated[str | None, typer.Option(metavar="NAME", help=text("your name, as head", "主管姓名"))] = None,
    id: Annotated[str | None, typer.Option("--id", metavar="STAFF", help=text("your staff id", "你的员工编号"))] = None,
    site: Site = "",
    title: Title = "",
    dry_run: DryRun = False,
) -> None:
    from svc.sites import found

    _refuse_no_address(url)
    _, head = found(url, name, id or FOUNDER, site.upper(), title, dry_run)
    _say(f"{head}  {_hidden(url)}", dry_run)


@app.command(
    "migrate",
    help=text("bring a desk in a database up to this program", "升级数据库中的工作目录"),
    epilog="svc desk migrate postgresql://db.example/service",
)
def migrate(url: Address, dry_run: DryRun = False) -> None:
    from svc.store.postgres import open as server
    from svc.store.postgres import setup

    _refuse_no_address(url)
    for step in setup.migrate(server.session_of(url), dry_run) or [text("nothing to do", "已是最新")]:
        _say(step, dry_run)


@app.command(
    "add-site",
    help=text("another site of a company", "增加网点"),
    epilog=say(example("svc desk add-site postgresql://db.example/service --site BJ --title {}", Text("Beijing", "北京"))),
)
def add_site(url: Address, site: Site = "", title: Title = "", dry_run: DryRun = False) -> None:
    from svc.store.postgres import open as server
    from svc.store.postgres import setup

    _refuse_no_address(url)
    setup.add_site(server.session_of(url), site.upper(), new_id(), title, dry_run)
    _say(f"{site.upper() or '-'}  {title}".rstrip(), dry_run)


@app.command(
    "add-member",
    help=text("let a login of the server in", "授权一个数据库登录名"),
    epilog="svc desk add-member postgresql://db.example/service wen --site BJ",
)
def add_member(
    url: Address,
    login: Annotated[str, typer.Argument(metavar="LOGIN")],
    site: Site = "",
    everywhere: Annotated[bool, typer.Option("--everywhere", help=text("sees all sites", "可看所有网点"))] = False,
    deputy: Annotated[
        bool, typer.Option("--deputy", help=text("may record for others: imports", "可代他人记录：导入"))
    ] = False,
    dry_run: DryRun = False,
) -> None:
    from svc.store.postgres import open as server
    from svc.store.postgres import setup

    _refuse_no_address(url)
    setup.add_member(server.session_of(url), login, site.upper(), everywhere, deputy, dry_run)
    _say(f"{login}  {site.upper() or '-'}", dry_run)


@app.command(
    "move",
    help=text("copy a desk, whole, between files and a database", "在文件与数据库之间整体搬迁"),
    epilog="svc desk move ./service postgresql://db.example/service",
)
def move(
    source: Annotated[str, typer.Argument(metavar="FROM")],
    target: Annotated[str, typer.Argument(metavar="TO")],
    site: Annotated[
        str | None, typer.Option("--site", metavar="MARK", help=text("which site of a company", "公司的哪个网点"))
    ] = None,
    dry_run: DryRun = False,
) -> None:
    from svc.sites import move as move_

    with _telling() as tell:
        done = move_(source, target, site and site.upper(), tell, dry_run)
    _report(done, dry_run)


@app.command(
    "branch",
    help=text("a desk of files for a site that records on its own", "为独立记录的网点建立本地目录"),
    epilog="svc desk branch postgresql://db.example/service ./beijing --site BJ",
)
def branch(
    url: Address, folder: Annotated[str, typer.Argument(metavar="DIR")], site: Site = "", dry_run: DryRun = False
) -> None:
    from svc.sites import branch as branch_

    _refuse_no_address(url)
    with _telling() as tell:
        done = branch_(url, Path(folder).expanduser(), site.upper(), tell, dry_run)
    _report(done, dry_run)


@app.command(
    "sync",
    help=text("hand over to the company what was recorded here", "把本网点的记录移交公司"),
    epilog="svc desk sync",
)
def sync(ctx: typer.Context, dry_run: DryRun = False) -> None:
    from svc.sites import sync as sync_

    with _telling() as tell:
        done = sync_(open_desk(ctx), tell, dry_run)
    _report(done, dry_run)


@app.command(
    "held",
    help=text("what hand-overs have held: it would not have passed the door", "移交时被搁置的记录：不合规，不计入统计"),
    epilog="svc desk held",
)
def held(ctx: typer.Context, json_: Json = False) -> None:
    from svc.recording.handed import held as held_

    desk = open_desk(ctx)
    rows = [
        {"id": one.id, "at": one.at.isoformat(timespec="seconds"), "by": one.by, "noun": one.get("of"),
         "entry": one.get("entry"), "event": one.get("deed"), "happened": one.get("happened").isoformat(timespec="seconds"),
         "reason": one.get("reason")}
        for one in held_(desk)
    ]  # fmt: skip
    if json_:
        from svc.output import json

        json.emit(rows)
        return
    for row in rows:
        print(f"{row['id']}  {row['noun']} {row['event']} {row['entry']} ({row['happened'][:16]}): {row['reason']}")


@contextmanager
def _telling() -> Iterator[Tell]:
    """A bar for what lasts: how many entries came over."""
    from svc.output.progress import progress

    total = 0

    def count(more: int) -> None:
        nonlocal total
        total += more
        bar(total, 0)

    with progress(Text("entries", "记录")) as bar:
        yield count


def _report(done: Done, dry: bool) -> None:
    parts: list[str] = [f"{name} {count}" for name, count in {**done.rows, **done.entries}.items()]
    total = sum(done.entries.values())
    _say(
        text(f"{total} entries", f"{total} 条记录")
        + (f"  {', '.join([*parts, *done.documents])}" if parts or done.documents else ""),
        dry,
    )


def _say(line: str, dry: bool) -> None:
    print(line + (dry_run_note() if dry else ""))


def _refuse_no_address(url: str) -> None:
    if not is_address(url):
        raise BadInput(
            Text(f"{url} is no address of a database", f"{url} 不是数据库地址"),
            Text(
                "like postgresql://host/database; for files: svc init DIR",
                "形如 postgresql://主机/数据库；文件形式用 svc init 目录",
            ),
        )


def _hidden(url: str) -> str:
    """An address without a password that somebody put into it."""
    import re

    return re.sub(r"(//[^:/@]*):[^@]*@", r"\1:***@", url)


@app.command(
    "protect",
    help=text(
        "the set-up in which nobody but svc can write the desk: printed, or made with --apply",
        "只有 svc 能写台账的设置：打印脚本，或用 --apply 执行",
    ),
    epilog="svc desk protect",
)
def protect(
    ctx: typer.Context,
    apply: Annotated[bool, typer.Option("--apply", help=text("make it (as root)", "执行（需 root）"))] = False,
    account: Annotated[str, typer.Option(metavar="USER", help=text("the service account", "服务账户"))] = "svcdesk",
    group: Annotated[
        str, typer.Option(metavar="GROUP", help=text("those who may call it", "可调用者的用户组"))
    ] = "svcstaff",
    name: Annotated[
        str, typer.Option(metavar="NAME", help=text("the command that people type", "大家使用的命令名"))
    ] = "svc",
    python: Annotated[
        str | None,
        typer.Option(metavar="FILE", help=text("the interpreter that has svc", "装有 svc 的 Python 解释器")),
    ] = None,
) -> None:
    from svc import protection

    made = protection.plan(open_desk(ctx), account, group, name, python)
    if not apply:
        print(protection.script(made), end="")
        return
    protection.apply(made)
    print(
        text(
            f"{made.desk} belongs to {account} now; members of {group} use it with: {made.outer}",
            f"{made.desk} 现归 {account} 所有；{group} 组成员使用：{made.outer}",
        )
    )


command = noun("desk", app, recording=False)
