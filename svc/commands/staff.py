"""svc staff: the staff register, and a person's month and record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from svc.desk.open import Desk
from svc.domain import registers
from svc.text import Text, say
from svc.ui.registers import add_reading, shown
from svc.ui.registers import command as register_command
from svc.ui.verbs import AsOf, Json, Month, open_desk, text

if TYPE_CHECKING:
    from svc.audit.people import Month as OwnMonth

app = typer.Typer()
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
) -> None:
    from svc.audit import people as person
    from svc.output import json
    from svc.rules.explain import rows, steps
    from svc.store.index import select

    desk = open_desk(ctx)
    view = desk.view(as_of)
    id = desk.reference("staff", who)
    desk.permit_about("staff", "show", id, id)
    name = month or f"{view.now.astimezone(desk.zone):%Y-%m}"
    world, span = desk.month(name, view)
    told = person.month(world, span, id)
    found = select.record(desk.index, id, desk.rulebook.recorded(), view)
    record = person.record(desk.world(found, view), id)
    row = shown(registers.TABLE["staff"], id, desk.person("staff", id), unmask=False)
    if json_:
        figures = {**told.figures, "arithmetic": rows(told.arithmetic)}
        for one, finding in zip(figures["findings"], told.findings, strict=True):
            one["steps"] = rows(steps(finding, desk.zone, desk.place))
        json.emit({**row, "month": name, "figures": figures, "record": record})
    else:
        _print(desk, row, name, told, record)


def _print(desk: Desk, row: dict[str, Any], month: str, told: OwnMonth, record: list[Any]) -> None:
    from svc.output import card
    from svc.output.pages import values
    from svc.output.tables import cell
    from svc.output.terminal import show_steps as show_steps
    from svc.output.words import label, word
    from svc.rules.explain import steps

    card.state(row)
    print(f"\n{month}")
    for key, value in told.figures.items():
        if key not in ("staff", "name", "findings"):
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


def _keys() -> TyperGroup:
    from svc.commands.staff_keys import group

    return group()


command = register_command("staff", app, {"key": _keys})
