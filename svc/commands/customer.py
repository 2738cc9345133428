"""svc customer: the customer register, and the caller's card (1.2)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from svc.desk import attached
from svc.desk.lookups import caller, card, nobody
from svc.errors import BadInput
from svc.recording import privacy
from svc.text import Text, say
from svc.ui.options import AsOf, Json, KnownAt, open_desk, text
from svc.ui.registers import add_reading, register

if TYPE_CHECKING:
    pass

app = typer.Typer()
add_reading(app, "customer")

SHOWN = 20
"""How many texts that still name an erased person are told one by one."""


@app.command(
    "show",
    help=text(
        "who is calling: by number, name, short code, pinyin (half is enough), id or a machine's serial number (1.2)",
        "来电人卡片：按电话、名称、简码、拼音（开头几个字母即可）、编号或设备序列号（1.2）",
    ),
    epilog="svc customer show 138-0000-1234",
)
def show(
    ctx: typer.Context,
    who: str = typer.Argument(metavar="WHO"),
    unmask: bool = typer.Option(False, "--unmask", help=text("numbers in clear", "显示完整号码")),
    json_: Json = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.output import customer_card, json

    desk = open_desk(ctx)
    view, (customer, serial) = desk.view(as_of, known_at), caller(desk, who)
    if unmask and customer:
        privacy.unmask(desk, "customer", "customer show", customer, 1)
    known = privacy.in_clear(desk, "customer", customer) if unmask and customer else None
    document = card(desk, customer, serial, view, known)
    document["attachments"] = [row for id in (customer, serial) if id for row in attached.rows_of(desk, "customer", id)]
    if json_:
        json.emit(document)
    else:
        customer_card.show(document)


@app.command(
    "erase",
    help=text(
        "take a person's name and numbers out of the registers; the ledgers stay as they are",
        "从登记册删除一个人的姓名和号码，台账不变",
    ),
    epilog='svc customer erase CU0001 --reason "asked for it in writing on 2026-11-20"',
)
def erase(
    ctx: typer.Context,
    who: str = typer.Argument(metavar="WHO"),
    reason: str = typer.Option(None, metavar="TEXT", help=text("why (required)", "原因（必填）")),
    dry_run: bool = typer.Option(False, "--dry-run", help=text("check everything, write nothing", "只检查，不写入")),
) -> None:
    desk = open_desk(ctx)
    if not (reason or "").strip():
        raise BadInput(
            Text("missing: --reason", "缺少：--reason"),
            Text("say why: the entry stays when the data is gone", "请写明原因：数据删除后，这条记录会保留"),
        )
    done = privacy.erase(desk, who, reason, dry_run)
    note = text(" (dry run: nothing written)", "（试运行：未写入）") if dry_run else ""
    print(f"{done.id}  " + text(f"{done.rows} register rows erased; the ledgers are as they were",
                                f"已删除 {done.rows} 行登记；台账未变") + note)  # fmt: skip
    if done.files:
        print(text(f"the bytes of {done.files} files are gone; their hashes stay", f"{done.files} 个附件的内容已删除，指纹保留") + note)
    for copy in done.cleared:
        print(text(f"cleared: {copy}", f"已清除：{copy}"), file=sys.stderr)
    for place in done.standing[:SHOWN]:
        print(text("still in a text: ", "文字里仍有：") + say(place), file=sys.stderr)
    if len(done.standing) > SHOWN:
        more = len(done.standing) - SHOWN
        print(text(f"and in {more} more entries", f"另有 {more} 条记录"), file=sys.stderr)
    print(text("not reached: backups, files exported before, drafts of other users (docs/privacy.md)",
               "未涉及：备份、以前导出的文件、其他用户的草稿（见 docs/privacy.md）"), file=sys.stderr)  # fmt: skip


@app.command(
    "export",
    help=text(
        "all data about one person, in clear, as JSON; recorded", "导出一个人的全部信息（JSON，未隐藏，会被记录）"
    ),
    epilog="svc customer export CU0001 > cu0001.json",
)
def export(ctx: typer.Context, who: str = typer.Argument(metavar="WHO")) -> None:
    from svc.output import json

    desk = open_desk(ctx)
    customer, _ = caller(desk, who)
    if customer is None:
        raise nobody(desk, who)
    json.emit(privacy.export(desk, customer))


command = register("customer", app)
