"""What the registers share: add, list, show, edit; straight from the table of registers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command_from_info

from svc.domain import registers
from svc.domain.kinds import Field
from svc.domain.permissions import WRITERS
from svc.domain.registers import RegisterType
from svc.recording import privacy
from svc.recording.registers import add_row, doubts, edit_row, is_empty
from svc.text import Text, say
from svc.ui.help import show_help
from svc.ui.importing import add_import
from svc.ui.options import dry_run_note, dry_run_option, metavar
from svc.ui.verbs import Format, Json, Once, Reading, open_desk, text, unknown_verb, warn_exposed


class RegisterGroup(TyperGroup):
    """A register's noun: `add` and `edit` take the register's fields, the rest are functions of its file."""

    def __init__(
        self, register: RegisterType, app: typer.Typer, groups: Mapping[str, Callable[[], TyperGroup]] | None = None
    ) -> None:
        super().__init__(name=register.noun, help=say(register.title), no_args_is_help=True, rich_markup_mode=None)
        self._register = register
        self._groups = groups or {}
        self._reading = {info.name: info for info in app.registered_commands if info.name}

    def list_commands(self, ctx: Any) -> list[str]:
        return ["add", "edit", *self._reading, *self._groups]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        if cmd_name in ("add", "edit"):
            return Write(self._register, cmd_name)
        if cmd_name in self._groups:
            return self._groups[cmd_name]()
        info = self._reading.get(cmd_name)
        if info is None:
            return None
        info.cls = Reading
        return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            raise unknown_verb(ctx, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def titles(self) -> dict[str, str]:
        """What each verb does."""
        said = {name: info.help or "" for name, info in self._reading.items()}
        said |= {name: group().help or "" for name, group in self._groups.items()}
        own = {"add": text("register a new one", "登记"), "edit": text("change what is registered", "修改")}
        return {name: {**said, **own}[name] for name in self.list_commands(None)}

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        show_help(self, ctx, formatter, list(self.titles().items()))


class Write(Once):
    """`add` or `edit`: the options are the register's fields."""

    def __init__(self, register: RegisterType, verb: str) -> None:
        self._register, self._verb = register, verb
        params: list[Any] = [_id_option(register)] if verb == "add" else [_id_argument(register)]
        params += [
            TyperOption(
                param_decls=[f.name, f"--{f.name.replace('_', '-')}"], type=str, metavar=metavar(f),
                help=say(f.title) + (text(" (required)", "（必填）") if f.required and verb == "add" else ""),
            )
            for f in register.fields
        ]  # fmt: skip
        params.append(dry_run_option())
        title = text("register a new one", "登记") if verb == "add" else text("change what is registered", "修改")
        example = (
            register.example
            if verb == "add"
            else f"svc {register.noun} edit {register.prefix or 'SN-'}0001 --{register.fields[0].name} …"
        )
        super().__init__(verb, params=params, help=title, epilog=example, rich_markup_mode=None)

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        show_help(self, ctx, formatter)

    def fields(self) -> tuple[Field, ...]:
        """What its options are made of, for completion."""
        return self._register.fields

    def invoke(self, ctx: typer.Context) -> None:  # type: ignore[override]
        """Write the row and print its id first."""
        given = dict(ctx.params)
        id, dry = given.pop("id", None), given.pop("dry_run")
        desk = open_desk(ctx)
        desk.permit(
            desk.who, WRITERS[self._register.noun],
            Text(f"use: svc {self._register.noun} {self._verb}", f"使用：svc {self._register.noun} {self._verb}"),
        )  # fmt: skip
        if self._verb == "add":
            _ask(self._register, given)
            id, row = add_row(desk, self._register, id, given, dry)
        else:
            id, row = edit_row(desk, self._register, id, given, dry)
        print(f"{id}  {row.get('name') or row.get('product') or ''}".rstrip() + (dry_run_note() if dry else ""))
        for doubt in doubts(desk, self._register.noun, {id: row}, [id] if given.get("name") else []):
            print(say(doubt), file=sys.stderr)
        warn_exposed(desk)


def _ask(register: RegisterType, given: dict[str, Any]) -> None:
    if sys.stdin.isatty():
        for field in register.fields:
            while field.required and is_empty(given.get(field.name)):
                given[field.name] = typer.prompt(say(field.title), err=True)


def _id_option(register: RegisterType) -> TyperOption:
    if register.prefix is None:
        help = text("serial number (required)", "序列号（必填）")
        return TyperOption(param_decls=["id", "--serial"], type=str, metavar="SERIAL", help=help)
    help = text("id, where you give your own", "编号（自定时）")
    return TyperOption(param_decls=["id", "--id"], type=str, metavar="ID", help=help)


def _id_argument(register: RegisterType) -> TyperArgument:
    return TyperArgument(param_decls=["id"], type=str, required=True, metavar="ID" if register.prefix else "SERIAL")


def columns(register: RegisterType) -> dict[str, Text]:
    """The columns of a register's list."""
    return {"id": Text("id", "编号"), **{f.name: f.title for f in register.fields if f.name in _LISTED}}


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
)


def shown(register: RegisterType, id: str, row: Mapping[str, str], unmask: bool) -> dict[str, Any]:
    """A row as lists show it: numbers masked unless asked for; what is not known is None."""
    from svc.domain.people import masked, normal

    out: dict[str, Any] = {name: row.get(name) or None for name in register.columns} | {"id": id}
    if out.get("phone") and not unmask:
        out["phone"] = "; ".join(masked(normal(n.strip()) or n.strip()) for n in str(out["phone"]).split(";"))
    out.pop("wage", None)
    return out


def add_reading(app: typer.Typer, noun: str) -> None:
    """Give a register its `list` and `import`."""
    register = registers.TABLE[noun]
    add_import(app, noun)

    @app.command("list", help=text(f"list the {noun} register", f"列出{register.title.zh}"), epilog=f"svc {noun} list")
    def list_(
        ctx: typer.Context,
        unmask: bool = typer.Option(False, "--unmask", help=text("numbers in clear", "显示完整号码")),
        json_: Json = False,
        format_: Format = "table",
    ) -> None:
        from svc.output import tables as table

        desk = open_desk(ctx)
        if unmask:
            privacy.unmask(desk, noun, f"{noun} list", count=len(desk.register(noun)))
        rows = [shown(register, id, row, unmask) for id, row in desk.register(noun).items()]
        table.emit(rows, columns(register), "json" if json_ else format_)


def add_show(app: typer.Typer, noun: str) -> None:
    """Give a register a plain `show`."""
    register = registers.TABLE[noun]

    @app.command("show", help=text("show one", "查看"), epilog=f"svc {noun} show {register.prefix or 'SN-'}0001")
    def show(
        ctx: typer.Context,
        id: str = typer.Argument(metavar="ID"),
        unmask: bool = typer.Option(False, "--unmask", help=text("numbers in clear", "显示完整号码")),
        json_: Json = False,
    ) -> None:
        from svc.output import card, json

        desk = open_desk(ctx)
        full = desk.reference(noun, id)
        if unmask:
            privacy.unmask(desk, noun, f"{noun} show", full, 1)
        row = shown(register, full, privacy.in_clear(desk, noun, full) if unmask else desk.person(noun, full), unmask)
        if json_:
            json.emit(row)
        else:
            card.state(row)


def command(
    noun: str, app: typer.Typer, groups: Mapping[str, Callable[[], TyperGroup]] | None = None
) -> Callable[[], RegisterGroup]:
    """The `command` of a register's file; `groups` are verbs that have verbs of their own (`staff key add`)."""
    return lambda: RegisterGroup(registers.TABLE[noun], app, groups)
