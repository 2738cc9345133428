"""svc customer: the customer register, and the caller's card (1.2)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import typer

from svc.desk import attached
from svc.desk.lookups import caller, card, nobody
from svc.desk.open import Desk
from svc.domain import correction
from svc.domain.people import masked
from svc.errors import BadInput
from svc.recording import privacy
from svc.recording.door import record
from svc.text import Text, example, say
from svc.ui.groups import Readings
from svc.ui.options import dry_run_note, open_desk, text
from svc.ui.registers import add_reading, register
from svc.ui.shared import AsOf, DryRun, Json, KnownAt

app = Readings()
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
    view = desk.view(as_of, known_at)
    customer, serial = caller(desk, who, view)
    if unmask and customer:
        privacy.unmask(desk, "customer", "customer show", customer, 1)
    known = desk.in_clear("customer", customer, view) if unmask and customer else None
    document = card(desk, customer, serial, view, known)
    ids = [*(desk.index.known_as("customer", customer) if customer else []), *([serial] if serial else [])]
    document["attachments"] = [row for id in ids for row in attached.rows_of(desk, "customer", id, view)]
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
    epilog=say(example('svc customer erase CU0001 --reason "{}"', Text("asked for it in writing on 2026-11-20", "本人 11月20日书面要求"))),
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
    "merge",
    help=text("one customer registered twice: what was recorded of the one is told of the other", "同一客户登记了两次：合并，以后只看保留的那个"),
    epilog="svc customer merge CU0002 --into CU0001",
)
def merge(
    ctx: typer.Context,
    who: str = typer.Argument(metavar="WHO"),
    into: str = typer.Option(..., "--into", metavar="CUSTOMER", help=text("the one that stays", "保留哪个")),
    reason: str | None = typer.Option(None, "--reason", metavar="TEXT", help=text("how it came", "原因")),
    dry: DryRun = False,
) -> None:
    from svc.recording.merged import merge as merged

    desk = open_desk(ctx)
    done = merged(desk, who, into, reason, dry)
    said = Text(
        f"{done.gone} is told as {done.stays} {done.name}, whenever one looks; machines: {done.machines}",
        f"{done.gone} 已并入 {done.stays} {done.name}（以往各月查看时也一样），随转设备 {done.machines} 台",
    )
    print(f"{done.id}  {say(said)}{dry_run_note() if dry else ''}")


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
    customer, _ = caller(desk, who, desk.view())
    if customer is None:
        raise nobody(desk, who)
    json.emit(privacy.export(desk, customer))


def _earlier_calls(desk: Desk, id: str, row: Mapping[str, str]) -> Iterator[Text]:
    """The calls that came from a new customer's numbers while nobody knew whose they were: they are his (1.2)."""
    numbers = [number for number in row.get("phone", "").split("; ") if number]
    desk.index.catch_up(("call",))
    calls = {call: n for n in numbers for call in desk.index.ids_with("call", "caller", masked(n))}
    kept = desk.registers.load("caller") if calls else {}
    may = desk.role(desk.who) in correction.ROLES
    for call, number in calls.items():
        log = next((e for e in desk.entries("call", call) if e.event == "log"), None)
        if log is None or log.get("from") != masked(number) or number not in kept.get(call, {}).get("phone", ""):
            continue
        if may:
            reason = say(Text(f"registered since as {id}", f"来电人已登记为 {id}"))
            record(desk, "call", correction.EVENT, call, {"from": id, "reason": reason}, None)
            yield Text(f"{call} goes along: {log.get('summary')}", f"{call} 一并转入：{log.get('summary')}")
        else:
            yield Text(f"his too: svc call correct {call} --from {id} --reason …", f"也是该客户的来电：svc call correct {call} --from {id} --reason …")


command = register("customer", app, added=_earlier_calls)
