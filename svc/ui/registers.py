"""What the registers share: add, list, show, edit; straight from the table of registers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import typer
from typer.core import TyperArgument, TyperOption

from svc.desk import attached
from svc.desk.lookups import register_row
from svc.desk.open import Desk
from svc.desk.references import matches
from svc.domain import merging, registers
from svc.domain.kinds import Day, Field
from svc.domain.permissions import WRITERS
from svc.domain.registers import RegisterType
from svc.domain.text import folded
from svc.errors import BadInput
from svc.output.notes import note
from svc.output.words import short
from svc.recording import privacy
from svc.recording.registers import add_row, changed, doubts, edit_row
from svc.text import Text, say
from svc.ui.ask import can_ask
from svc.ui.groups import Builder, MakeCommand, NounGroup, Readings
from svc.ui.importing import add_import
from svc.ui.options import Command, dry_run_note, dry_run_option, metavar, open_desk, text
from svc.ui.receipts import warn_exposed
from svc.ui.shared import AsOf, Format, Json, KnownAt

Added = Callable[[Desk, str, Mapping[str, str]], Iterable[Text]]
"""What is done once somebody new is registered, given desk, id and row, and what is said of it."""
SHOWN = 500
"""How many rows people are shown who ask for no part of a register: of one with more the index is asked, not the whole file."""
_TITLES = {"add": Text("register a new one", "登记"), "edit": Text("change what is registered", "修改")}


class RegisterVerb(Command):
    """`add` or `edit`: the options are the register's fields."""

    def __init__(self, register: RegisterType, verb: str, added: Added | None = None) -> None:
        self._register, self._verb, self._added = register, verb, added
        params: list[Any] = [_id_option(register)] if verb == "add" else [_id_argument(register)]
        params += [
            TyperOption(
                param_decls=[f.name, f"--{f.name.replace('_', '-')}"], type=str, metavar=metavar(f),
                help=say(f.title) + (text(" (required)", "（必填）") if f.required and verb == "add" else ""),
            )
            for f in register.fields
        ]  # fmt: skip
        params += [
            TyperOption(param_decls=[s.name, f"--{s.name}"], type=str, metavar="SPAN", help=say(s.title))
            for s in register.spans
            if verb == "add"
        ]
        if verb == "edit" and register.dated:
            params += _dated_options()
        params.append(dry_run_option())
        example = register.example if verb == "add" else f"svc {register.noun} edit {register.edited}"
        super().__init__(verb, params=params, help=say(_TITLES[verb]), epilog=say(example), rich_markup_mode=None)

    def fields(self) -> tuple[Field, ...]:
        """What its options are made of, for completion."""
        return self._register.fields

    def invoke(self, ctx: typer.Context) -> None:  # type: ignore[override]
        """Write the row and print its id first."""
        given = dict(ctx.params)
        id, dry = given.pop("id", None), given.pop("dry_run")
        since, reason = given.pop("since_day", None), given.pop("reason", None)
        desk = open_desk(ctx)
        desk.permit(
            desk.who, WRITERS[self._register.noun],
            Text(f"use: svc {self._register.noun} {self._verb}", f"使用：svc {self._register.noun} {self._verb}"),
        )  # fmt: skip
        if self._verb == "add":
            if can_ask():
                from svc.ui.dialogue import ask_for_missing

                ask_for_missing(desk, self._register.noun, "add", self._register.fields, given)
            id, row = add_row(desk, self._register, id, given, dry)
        else:
            return edited(desk, self._register, id, given, dry, since, reason)
        print(f"{id}  {row.get('name') or row.get('product') or ''}".rstrip() + (dry_run_note() if dry else ""))
        for doubt in doubts(desk, self._register.noun, {id: row}, [id] if given.get("name") else []):
            note(doubt)
        if self._added and not dry:
            for line in self._added(desk, id, row):
                note(line)
        warn_exposed(desk)


def edited(
    desk: Desk, register: RegisterType, id: str, given: Mapping[str, Any], dry: bool, since: str | None, reason: str | None
) -> None:
    """Change a row and say what it is now, and what each fact was before and from which day it is another."""
    day = Day().read(since, "--from", desk) if since else None
    id, row, told = edit_row(desk, register, id, given, dry, day, reason)
    print(f"{id}  {row.get('name') or row.get('product') or ''}".rstrip() + (dry_run_note() if dry else ""))
    for field in register.fields:
        if given.get(field.name) is not None and field.name not in register.dated:
            named = Text(*map(short, field.title))
            print(say(Text(f"  {named.en} changed", f"  {named.zh}已更改")))
    for line in changed(desk, register, told):
        print(say(line))
    for doubt in doubts(desk, register.noun, {id: row}, [id] if given.get("name") else []):
        note(doubt)
    warn_exposed(desk)


def _dated_options() -> list[TyperOption]:
    since = text("from which day on what judges is so (default: today)", "自哪天起生效（默认今天，仅用于判定的资料）")
    why = text("why, on what paper", "原因、依据")
    return [
        TyperOption(param_decls=["since_day", "--from"], type=str, metavar="DATE", help=since),
        TyperOption(param_decls=["reason", "--reason"], type=str, metavar="TEXT", help=why),
    ]


def _id_option(register: RegisterType) -> TyperOption:
    if register.prefix is None:
        serial = register.key == "--serial"
        help = text("serial number (required)", "序列号（必填）") if serial else text("its number (required)", "件号（必填）")
        return TyperOption(param_decls=["id", register.key], type=str, metavar="SERIAL" if serial else "NUMBER", help=help)
    help = text("id, where you give your own", "编号（自定时）")
    return TyperOption(param_decls=["id", "--id"], type=str, metavar="ID", help=help)


def _id_argument(register: RegisterType) -> TyperArgument:
    return TyperArgument(param_decls=["id"], type=str, required=True, metavar="ID" if register.prefix else "SERIAL")


def columns(register: RegisterType) -> dict[str, Text]:
    """The columns of a register's list."""
    return {"id": Text("id", "编号"), **{f.name: Text(*map(short, f.title)) for f in register.fields if f.name in _LISTED}}


_LISTED = (
    "name",
    "code",
    "phone",
    "role",
    "product",
    "customer",
    "sold",
    "warranty_until",
    "supplier",
    "region",
    "login",
    "unit",
    "price",
    "low",
)


def add_reading(app: Readings, noun: str) -> None:
    """Give a register its `list` and `import`."""
    register = registers.TABLE[noun]
    add_import(app, noun)

    @app.command("list", help=text(f"list the {noun} register", f"列出{register.title.zh}"), epilog=f"svc {noun} list")
    def list_(
        ctx: typer.Context,
        part: str | None = typer.Argument(
            None, metavar="[PART]", help=text("only those with this part of a name, number, address", "只列出名称、电话、地址等含有这一段的")
        ),
        customer: str | None = _column(register, "customer", "WHO", "whose they are", "某客户的"),
        product: str | None = _column(register, "product", "PRODUCT", "of one product", "某产品的"),
        unmask: bool = typer.Option(False, "--unmask", help=text("numbers in clear", "显示完整号码")),
        json_: Json = False,
        format_: Format = "table",
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> None:
        from svc.output import tables as table

        desk = open_desk(ctx)
        form = "json" if json_ else format_
        view = desk.view(as_of, known_at) if as_of or known_at else None
        owner = desk.reference("customer", customer) if customer else None
        ids: Collection[str] | None = None  # all that there are
        if part:
            ids = {*matches(desk.index, noun, part), *desk.named(noun, part)}
        elif owner:
            ids = desk.machines_of(owner, view)
        elif not (product or unmask or form in table.MACHINE):
            ids = desk.index.ids(noun, "", SHOWN + 1)
            ids = ids[:SHOWN] if len(ids) > SHOWN else None
        cut = ids is not None and not part and not owner
        all_ = desk.at(noun, view) if view else desk.register(noun)  # the rows are those of now, what they say of then
        known = {id: row for id, row in (all_.items() if ids is None else ((id, all_[id]) for id in sorted(ids)))}
        known = {id: row for id, row in known.items() if not row.get(merging.INTO)}
        if unmask:
            privacy.unmask(desk, noun, f"{noun} list", count=len(known))
        rows = [register_row(register, id, row, unmask) for id, row in known.items()]
        if owner:  # of those with a part of a word
            rows = [row for row in rows if row["customer"] == owner]
        if product:
            rows = [row for row in rows if folded(row["product"] or "") == folded(product)]
        table.emit(rows, columns(register), form)
        if cut:
            note(Text(f"the first {SHOWN}; there are more: svc {noun} list PART, --json", f"只显示前 {SHOWN} 条，还有更多：svc {noun} list 关键字，--json"))


def _column(register: RegisterType, name: str, metavar: str, en: str, zh: str) -> Any:
    """The option that narrows a register's list by a column; hidden where there is none, and then refused."""
    has = name in register.columns

    def refuse(value: str | None) -> str | None:
        if value is not None and not has:
            raise BadInput(Text(f"--{name}: {register.noun} rows name none", f"--{name}：{register.title.zh}没有这一项"))
        return value

    return typer.Option(None, f"--{name}", metavar=metavar, help=text(en, zh), hidden=not has, callback=refuse)


def add_show(app: Readings, noun: str) -> None:
    """Give a register a plain `show`."""
    register = registers.TABLE[noun]

    @app.command("show", help=text("show one", "查看"), epilog=f"svc {noun} show {register.edited.split()[0]}")
    def show(
        ctx: typer.Context,
        id: str = typer.Argument(metavar="ID"),
        unmask: bool = typer.Option(False, "--unmask", help=text("numbers in clear", "显示完整号码")),
        json_: Json = False,
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> None:
        from svc.output import card, json

        desk = open_desk(ctx)
        full = desk.reference(noun, id)
        if unmask:
            privacy.unmask(desk, noun, f"{noun} show", full, 1)
        view = desk.view(as_of, known_at)
        row = register_row(register, full, desk.in_clear(noun, full, view) if unmask else desk.at(noun, view).get(full, {}), unmask)
        files = attached.rows_of(desk, noun, full, view)
        if json_:
            json.emit({**row, "attachments": files})
        else:
            card.state(row)
            card.files(files)


def register(noun: str, app: Readings, groups: Mapping[str, Builder] | None = None, added: Added | None = None) -> MakeCommand:
    """A register's noun; `groups` are verbs that have verbs of their own (`staff key add`), `added` is done for who is new."""

    def builder(verb: str) -> Builder:
        after = added if verb == "add" else None
        return Builder(lambda: say(_TITLES[verb]), lambda: RegisterVerb(registers.TABLE[noun], verb, after))

    return lambda word, title: NounGroup(word, title, app, {verb: builder(verb) for verb in _TITLES}, groups)
