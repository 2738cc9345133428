"""svc staff: the staff register, and a person's month and record."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.desk.lookups import register_row
from svc.desk.open import Desk
from svc.domain import registers
from svc.errors import BadInput
from svc.output.words import label, word
from svc.text import Text, example, say
from svc.ui.groups import Builder, NounGroup, Readings
from svc.ui.options import dry_run_note, open_desk, text
from svc.ui.receipts import receipt
from svc.ui.registers import add_reading, edited, register
from svc.ui.shared import AsOf, DryRun, Format, Json, KnownAt, Month

if TYPE_CHECKING:
    from svc.audit.people import Month as OwnMonth

app = Readings()
add_reading(app, "staff")


@app.command(
    "show",
    help=text(
        "a person's duties, month, fines and record, line by line", "一个人的岗位、当月工作、罚款和处分，逐条说明"
    ),
    epilog="svc staff show S02 --month 2026-10",
)
def show(
    ctx: typer.Context,
    who: str = typer.Argument(metavar="WHO"),
    month: Month = None,
    json_: Json = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc import statements
    from svc.output import json
    from svc.rules.explain import rows, steps

    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    id = desk.reference("staff", who)
    desk.permit_about("staff", "show", id, id)
    name = month or f"{view.now.astimezone(desk.zone):%Y-%m}"
    told, today = statements.months(desk, id, name, view, sealed=not (as_of or known_at))
    record = statements.record(desk, id, view)
    row = register_row(registers.TABLE["staff"], id, desk.at("staff", view).get(id, {}), unmask=False)
    if json_:
        figures = {**told.figures, "arithmetic": rows(told.arithmetic)}
        for one, finding in zip(figures["findings"], told.findings, strict=True):
            one["steps"] = rows(steps(finding, desk.zone, desk.place))
        json.emit({**row, "month": name, "figures": figures, "known_today": today, "record": record})
    else:
        _print(desk, row, name, told, record)
        if today:
            _print_today(today)


def _print(desk: Desk, row: dict[str, Any], month: str, told: OwnMonth, record: list[Any]) -> None:
    from svc.output import card
    from svc.output.pages import values
    from svc.output.tables import cell
    from svc.output.terminal import show_steps
    from svc.rules.explain import steps

    card.state(row)
    print(f"\n{month}")
    for key, value in told.figures.items():
        if key not in ("staff", "name", "findings", "pay", "carried"):
            print(f"  {label(key)}: {values.shown(value, 'rate') if key.endswith('_rate') else cell(value)}")
    for one in told.findings:
        print(f"\n{one.id}  {word(one.status)}")
        show_steps(steps(one, desk.zone, desk.place))
    print("\n" + say(Text("what it comes to", "合计")))
    show_steps(told.arithmetic)
    print("\n" + say(Text("record", "处分记录")))
    for entry in record:
        print(f"  {entry['date']}  {word(entry['kind'])}  {entry['clause']}  {entry['subject']}")
    if not record:
        print("  " + say(Text("nothing", "无")))


def _print_today(today: dict[str, Any]) -> None:
    """What is known of a sealed month by now, where it is not what was sealed."""
    print("\n" + say(Text("known today (the month is sealed as above)", "现在所知（以上为封存时）")))
    print("  " + say(Text(f"as known now: fines {today['fines']}", f"现知罚款：{today['fines']}")))
    for one in today["findings"]:
        was, now = (word(one[name]) if one[name] else "-" for name in ("was", "now"))
        print(f"  {one['id']}: {was} → {now}")


@app.command(
    "statement",
    help=text(
        "a person's statement of pay, to be read and signed (signing means read)",
        "一个人的工资结算单，供本人阅签（签字只表示已阅）",
    ),
    epilog="svc staff statement S02 --month 2026-10 --out statement.pdf",
)
def statement(
    ctx: typer.Context,
    who: str = typer.Argument(metavar="WHO"),
    month: str = typer.Option(..., "--month", metavar="YYYY-MM", help=text("of which month", "哪个月")),
    json_: Json = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help=text("write it as .pdf", "写成 .pdf 文件"))
    ] = None,
    sign: Annotated[bool, typer.Option("--sign", help=text("I have read it", "本人已阅"))] = False,
    paper: Annotated[bool, typer.Option("--paper", help=text("he signed it on paper", "本人已在纸上签字"))] = False,
    key: Annotated[
        str | None, typer.Option(metavar="FILE", help=text("private key to sign with", "签名用的私钥"))
    ] = None,
    dry_run: DryRun = False,
) -> None:
    from svc import statements
    from svc.audit.statement import digest
    from svc.output import json
    from svc.output.papers import statement as page
    from svc.ui.files import ending, written

    if out:
        ending(out, (".pdf",))
    desk = open_desk(ctx)
    id = desk.reference("staff", who)
    desk.permit_about("staff", "statement", id, id)
    made = statements.of(desk, id, month)
    if sign or paper:
        entry = statements.sign(desk, made, paper, key, dry_run)
        print(f"{entry.id}  {entry.get('staff')} {entry.get('month')}  {say(Text('read', '已阅'))}{dry_run_note() if dry_run else ''}")
    elif out:
        written(out, page.pdf(made, digest(made), desk.view().now))
    elif json_:
        json.emit({**made, "hash": digest(made)})
    else:
        page.show(made, digest(made))


# ---- keys for signing: whose signatures count under seals, consents and rulings --------------------

keys = Readings()

Who = Annotated[str, typer.Argument(metavar="WHO")]


@keys.command(
    "add",
    help=text("register a public key: its signatures count from now on", "登记公钥，其签名从此有效"),
    epilog="svc staff key add S02 --file ~/.ssh/id_ed25519.pub",
)
def add(
    ctx: typer.Context,
    who: Who,
    file: Annotated[
        str, typer.Option(metavar="KEY.pub", help=text("the public key (required)", "公钥文件（必填）"))
    ] = "",
    uses: Annotated[
        str,
        typer.Option("--for", metavar="all|svc-audit|svc-approval", help=text("what it signs", "用途")),
    ] = "all",
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help=text("from when (default: now)", "生效时间（默认现在）")),
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help=text("until when", "失效时间"))] = None,
    dry_run: DryRun = False,
) -> None:
    from svc.recording import signing

    if not file:
        raise BadInput(
            Text("missing: --file", "缺少：--file"),
            Text("make a key with ssh-keygen and give its .pub file", "用 ssh-keygen 生成密钥，并给出 .pub 文件"),
        )
    desk = open_desk(ctx)
    receipt(desk, signing.add(desk, who, file, uses, since, until, dry_run), dry_run).show()


@keys.command(
    "revoke",
    help=text("let a key count no longer, from a moment on", "吊销密钥：其后的签名无效"),
    epilog=say(example('svc staff key revoke S02 --reason "{}"', Text("laptop lost", "电脑丢失"))),
)
def revoke(
    ctx: typer.Context,
    who: Who,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=text("why (required)", "原因（必填）"))] = "",
    key: Annotated[
        str | None,
        typer.Option(metavar="SHA256:…", help=text("which, where there are several", "哪一把（有多把时）")),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help=text("from when (default: now)", "吊销时间（默认现在）")),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    from svc.recording import signing

    if not reason.strip():
        raise BadInput(
            Text("missing: --reason", "缺少：--reason"),
            Text('for example: --reason "laptop lost"', '例如：--reason "电脑丢失"'),
        )
    desk = open_desk(ctx)
    receipt(desk, signing.revoke(desk, who, key, since, reason, dry_run), dry_run).show()


COLUMNS = {
    "staff": Text("who", "员工"),
    "name": Text("name", "姓名"),
    "fingerprint": Text("key", "密钥指纹"),
    "uses": Text("signs", "用途"),
    "since": Text("from", "生效"),
    "until": Text("until", "失效"),
    "revoked": Text("revoked", "吊销"),
}


@keys.command("list", help=text("the keys that were registered", "列出登记的密钥"), epilog="svc staff key list")
def list_(
    ctx: typer.Context,
    who: Annotated[str | None, typer.Argument(metavar="[WHO]")] = None,
    json_: Json = False,
    format_: Format = "table",
) -> None:
    from svc.output import tables as table
    from svc.recording import signing

    desk = open_desk(ctx)
    staff = desk.reference("staff", who) if who else None
    rows = [
        {
            "staff": key.staff,
            "name": desk.person("staff", key.staff).get("name"),
            "fingerprint": key.fingerprint,
            "uses": ", ".join(key.uses),
            "since": key.since.isoformat(timespec="seconds"),
            "until": key.until.isoformat(timespec="seconds") if key.until else None,
            "revoked": key.revoked.get("since").isoformat(timespec="seconds") if key.revoked else None,
            "reason": key.revoked.get("reason") if key.revoked else None,
        }
        for key in signing.keys(desk)
        if staff in (None, key.staff)
    ]
    table.emit(rows, COLUMNS, "json" if json_ else format_)


def _keys() -> NounGroup:
    made = NounGroup("key", KEYS, keys, {})
    made.epilog = "svc staff key list"
    return made


KEYS = Text("keys for signing", "签名密钥")

@app.command(
    "leave",
    help=text("somebody's last day, and what he leaves open", "登记离职，并列出其未完成的事项"),
    epilog="svc staff leave S02 --on 2026-11-30 --hand-over S03",
)
def leave(
    ctx: typer.Context,
    who: str = typer.Argument(metavar="WHO"),
    on: str = typer.Option(..., "--on", metavar="DATE", help=text("the last day", "最后工作日")),
    hand_over: str | None = typer.Option(
        None, "--hand-over", metavar="STAFF", help=text("who takes over his visits from now on", "由谁接手其未完成的派工")
    ),
    reason: str | None = typer.Option(None, "--reason", metavar="TEXT", help=text("why", "原因")),
    dry: DryRun = False,
) -> None:
    desk = open_desk(ctx)
    from svc.audit.open import items

    id = desk.reference("staff", who)
    to = desk.reference("staff", hand_over) if hand_over else None
    waiting = items(desk.waiting(desk.view()))
    left = [item for item in waiting if item.staff == id]  # as long as it is his
    along = [item for item in waiting if id in item.also and item.kind in ON_THE_ROAD]
    visits = list(dict.fromkeys(item.id for item in left if to and item.kind in ON_THE_ROAD))
    why = reason or say(Text(f"{id} leaves on {on}", f"{id} 于 {on} 离职"))
    for one in visits:  # what cannot be handed over is better known before
        _hand_over(desk, one, to, why, dry=True)
    edited(desk, registers.TABLE["staff"], id, {"left": on}, dry, None, reason)
    for one in visits:
        print("  " + _hand_over(desk, one, to, why, dry))
    rest = [item for item in left if item.id not in visits]
    if rest:
        print(say(Text(f"  open, for somebody else to do: {len(rest)}", f"  未完成、需交给他人：{len(rest)} 项")))
    for item in rest:
        print(f"  {item.id}  {say(item.what)}  →  {item.do}")
    if along:
        print(say(Text(f"  he goes along: {len(along)}", f"  随同派工：{len(along)} 项")))
    for item in along:
        print(f"  {item.id}  {say(item.what)}  →  svc visit correct {item.id} --with … --reason …")


@app.command(
    "away",
    help=text("somebody is away from one day, or time, to another", "登记请假、外出（自哪天或何时起，到何时止）"),
    epilog=say(example('svc staff away S02 --from 2026-12-01 --to 2026-12-03 --reason "{}"', Text("annual leave", "年假"))),
)
def away(
    ctx: typer.Context,
    who: str = typer.Argument(metavar="WHO"),
    since: str = typer.Option(..., "--from", metavar="TIME", help=text("from when; a day alone: all of it", "自何时起；只写日期为整天")),
    until: str = typer.Option(..., "--to", metavar="TIME", help=text("until when; a day alone: all of it", "到何时止；只写日期为整天")),
    reason: str | None = typer.Option(None, "--reason", metavar="TEXT", help=text("why", "原因")),
    dry: DryRun = False,
) -> None:
    from svc.audit.schedule import clashing
    from svc.commands.plan import world_of
    from svc.recording.door import record

    desk = open_desk(ctx)
    first, last = whole_days(desk, since, until)
    entry = record(desk, "absence", "away", None, {"staff": who, "since": first, "until": last, "reason": reason}, None, dry)
    receipt(desk, entry, dry).show()
    for one in clashing(world_of(desk, entry.get("since"), desk.view()), entry.get("staff"), entry.get("since"), entry.get("until")):
        line = f"svc visit repromise {one.id} --promised … --asked-by us --reason …"
        print(say(Text(f"  promised meanwhile: {one.id}  →  {line}", f"  期间已有约定：{one.id}  →  {line}")))


def whole_days(desk: Desk, since: str, until: str) -> tuple[str, str]:
    """Two times as typed, days alone taken whole: from the beginning of the one to the end of the other."""
    first, last = (_day(desk, one) for one in (since, until))
    ends = last + timedelta(days=1) if last else None
    return f"{first.isoformat()}T00:00" if first else since, f"{ends.isoformat()}T00:00" if ends else until


def _day(desk: Desk, typed: str) -> date | None:
    """The day that was typed; None for a time."""
    try:
        return desk.time(f"{typed} 12:00").astimezone(desk.zone).date()
    except BadInput:
        return None


ON_THE_ROAD = ("arrive", "leave")
"""What waits of a visit for whoever is on it: another one can do it from now on."""


def _hand_over(desk: Desk, visit: str, to: str | None, reason: str, dry: bool) -> str:
    """Hand a visit over from now on; what is said of it."""
    from svc.recording.door import record

    record(desk, "visit", "reassign", visit, {"to": to, "reason": reason}, None, dry)
    name = desk.person("staff", to or "").get("name") or to
    return say(Text(f"{visit} is {name}'s from now on", f"{visit} 由{name}接手")) + (dry_run_note() if dry else "")


command = register("staff", app, {"key": Builder(lambda: say(KEYS), _keys)})
