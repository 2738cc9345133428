"""svc customer: the customer register, and the caller's card (1.2)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from svc.desk.open import Desk
from svc.domain import registers
from svc.domain.people import is_masked, masked, normal
from svc.errors import BadInput, Conflict
from svc.recording import privacy
from svc.text import Text, say
from svc.ui.registers import add_reading, shown
from svc.ui.registers import command as register_command
from svc.ui.verbs import AsOf, Json, KnownAt, open_desk, text

if TYPE_CHECKING:
    from svc.store.index.wanted import View

app = typer.Typer()
add_reading(app, "customer")

SHOWN = 20
"""How many texts that still name an erased person are told one by one."""
MANY = 8
"""How many customers of one word are named before the list is broken off."""


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
    view, (customer, serial) = desk.view(as_of, known_at), find(desk, who)
    if unmask and customer:
        privacy.unmask(desk, "customer", "customer show", customer, 1)
    document = document_of(desk, customer, serial, view, unmask)
    if json_:
        json.emit(document)
    else:
        customer_card.show(document)


def document_of(
    desk: Desk, customer: str | None, serial: str | None, view: View, unmask: bool = False
) -> dict[str, Any]:
    """A caller's card: of a customer, or of a machine that belongs to nobody known."""
    from svc.audit.card import Whose, card
    from svc.store.index import select

    owned = desk.index.machines_of(customer) if customer else []
    serials = tuple(dict.fromkeys([*([serial] if serial else []), *owned]))
    found = select.about(desk.index, customer, serials, view)
    register = registers.TABLE["customer"]
    known = privacy.in_clear(desk, "customer", customer or "") if unmask else desk.person("customer", customer or "")
    row: dict[str, Any] = shown(register, customer or "", known, unmask)
    row["key_every_days"] = int(row["key_every_days"]) if row["key_every_days"] else None
    return {**row, "id": customer, "machine": serial, **card(desk.world(found, view), Whose(customer, serials))}


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
    customer, _ = find(desk, who)
    if customer is None:
        raise _nobody(desk, who)
    json.emit(privacy.export(desk, customer))


# ---- who is meant ----------------------------------------------------------------------------------


def find(desk: Desk, typed: str) -> tuple[str | None, str | None]:
    """The customer that a text means, and the machine where it is a serial number."""
    typed = typed.strip()
    id = typed.upper()
    if desk.index.known("customer", id):
        return id, None
    if desk.index.known("machine", id):
        return desk.person("machine", id).get("customer"), id
    number = normal(typed)
    named = desk.named("customer", typed)
    if not named and not number and typed:
        named = desk.index.beginning("customer", typed.replace(" ", ""), MANY + 1)
    if len(named) == 1:
        return named[0], None
    if named:
        raise _several(desk, typed, named)
    raise _stranger(desk, number) if number else _nobody(desk, typed)


def _several(desk: Desk, typed: str, named: list[str]) -> BadInput:
    known = [f"{id} {desk.person('customer', id).get('name', '')}".strip() for id in named[:MANY]]
    more = [*known, "…"] if len(named) > MANY else known
    return BadInput(
        Text(f"{typed} may be any of: {', '.join(more)}", f"{typed} 可能是：{'、'.join(more)}"),
        Text("type more of it, or the id", "请再多写几个字，或写编号"),
    )


def _stranger(desk: Desk, number: str) -> Conflict:
    """Nobody's number; calls from one that looks the same when masked are named."""
    from svc.store.index import select

    desk.index.catch_up(("call",))
    calls = select.strangers(desk.index, masked(number))
    before = ", ".join(calls)
    return Conflict(
        Text(
            f"{masked(number)} is no customer's number" + (f"; calls from it before: {before}" if calls else ""),
            f"{masked(number)} 不是已登记客户的号码" + (f"；以前来过电话：{before}" if calls else ""),
        ),
        Text(
            "register the caller: svc customer add --name … --phone …",
            "登记新客户：svc customer add --name … --phone …",
        ),
    )


def _nobody(desk: Desk, typed: str) -> Conflict:
    from svc.desk.references import likely

    hint = "svc customer list"
    near = likely(desk.index, "customer", typed, "")
    meant = Text(f"; did you mean {', '.join(near)}", f"，是不是 {'、'.join(near)}") if near else Text("", "")
    if is_masked(typed):
        return Conflict(
            Text(f"{typed} is masked: it may be anybody's", f"{typed} 是隐藏了中间几位的号码，无法查找"),
            Text("type the whole number", "请写完整号码"),
        )
    return Conflict(
        Text(
            f"no customer and no machine is known as {typed!r}{meant.en}",
            f"没有叫 {typed!r} 的客户，也没有这个序列号的设备{meant.zh}",
        ),
        Text(
            f"see: {hint}; or register: svc customer add --name …", f"查看：{hint}；或登记：svc customer add --name …"
        ),
    )


command = register_command("customer", app)
