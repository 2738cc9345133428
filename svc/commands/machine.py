"""svc machine: the machine register, and what changes in a machine's life: its owner, its warranty (2.1)."""

from __future__ import annotations

import typer

from svc.desk import attached, lookups, selections
from svc.domain import ledgers, registers
from svc.recording import privacy
from svc.text import Text, example, say
from svc.ui.groups import Builder, Readings
from svc.ui.options import open_desk, text
from svc.ui.registers import add_reading, edited, register
from svc.ui.shared import AsOf, DryRun, Json, KnownAt
from svc.ui.verbs import RecordingVerb, Verb

app = Readings()
add_reading(app, "machine")


@app.command(
    "show",
    help=text("a machine's life: owners, warranty, hours, visits, parts, costs, upkeep", "设备档案：客户、保修、工时、服务、配件、成本、保养"),
    epilog="svc machine show SN-0001",
)
def show(
    ctx: typer.Context,
    serial: str = typer.Argument(metavar="SERIAL"),
    unmask: bool = typer.Option(False, "--unmask", help=text("numbers in clear", "显示完整号码")),
    json_: Json = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit.life import life
    from svc.output import json, machine_card

    desk = open_desk(ctx)
    full, view = desk.reference("machine", serial), desk.view(as_of, known_at)
    if unmask:
        privacy.unmask(desk, "machine", "machine show", full, 1)
    world = desk.world(selections.machine(desk.index, full, view), view)
    then = desk.at("machine", view)
    row = lookups.register_row(registers.TABLE["machine"], full, then.get(full, {}), unmask)
    told = {**row, **life(world, full, then.until(full)), "attachments": attached.rows_of(desk, "machine", full, view)}
    json.emit(told) if json_ else machine_card.show(told)


@app.command(
    "transfer",
    help=text("a machine goes to another customer, from a day on", "设备转给另一客户，自某日起"),
    epilog="svc machine transfer SN-0001 --to CU0002 --from 2026-11-01",
)
def transfer(
    ctx: typer.Context,
    serial: str = typer.Argument(metavar="SERIAL"),
    to: str = typer.Option(..., "--to", metavar="CUSTOMER", help=text("whose it is from then on", "转给哪个客户")),
    since: str = typer.Option(..., "--from", metavar="DATE", help=text("from which day on", "自哪天起")),
    reason: str | None = typer.Option(None, "--reason", metavar="TEXT", help=text("on what paper", "依据")),
    dry: DryRun = False,
) -> None:
    edited(open_desk(ctx), registers.TABLE["machine"], serial, {"customer": to}, dry, since, reason)


@app.command(
    "extend",
    help=text("a warranty ends on a later day, bought or granted", "延长保修（购买或赠送）"),
    epilog=say(example('svc machine extend SN-0001 --until 2028-01-04 --basis "{}"', Text("contract 2026-118", "合同 2026-118"))),
)
def extend(
    ctx: typer.Context,
    serial: str = typer.Argument(metavar="SERIAL"),
    until: str = typer.Option(..., "--until", metavar="DATE", help=text("its last day", "延长到哪天")),
    basis: str = typer.Option(..., "--basis", metavar="TEXT", help=text("contract or decision", "合同或决定")),
    since: str | None = typer.Option(None, "--from", metavar="DATE", help=text("agreed on (default: today)", "商定日期（默认今天）")),
    dry: DryRun = False,
) -> None:
    desk = open_desk(ctx)
    day = since or desk.now().date().isoformat()
    edited(desk, registers.TABLE["machine"], serial, {"warranty_until": until}, dry, day, basis)


_READ = ledgers.event("reading", "read")

command = register(
    "machine",
    app,
    {"reading": Builder(lambda: say(_READ.title), lambda: RecordingVerb("reading", _READ, Verb(argument="machine")))},
)
