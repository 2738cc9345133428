"""svc config: what a user has settled for himself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import typer

from svc import settings
from svc.desk.places import check_named, is_address
from svc.errors import Conflict
from svc.settings import SETTINGS
from svc.text import Text
from svc.ui.groups import NounGroup, Readings
from svc.ui.options import text
from svc.ui.shared import Format, Json

app = Readings()

_KEYS = "|".join(SETTINGS)


class Config(NounGroup):
    """The noun alone shows what is settled."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or ["show"])


@app.command("show", help=text("what is settled, and where", "显示各项设置及其来源"), epilog="svc config show")
def show(json_: Json = False, format_: Format = "table") -> None:
    from svc.output import tables as table

    found = settings.read()
    rows = [{"key": key, **_in_force(key, found), "what": text(*one.title)} for key, one in SETTINGS.items()]
    columns = {"key": Text("setting", "设置"), "value": Text("value", "值"), "from": Text("from", "来源"), "what": Text("what", "说明")}
    table.emit(rows, columns, "json" if json_ else format_)


def _in_force(key: str, found: dict[str, str]) -> dict[str, str | None]:
    """The value that counts now and where it comes from: the environment, the file, or nowhere."""
    variable = SETTINGS[key].variable
    said = os.environ.get(variable)
    if said is not None and not (key in found and said == found[key]) and not (key == "colour" and found.get(key) == "never"):
        return {"value": "never" if key == "colour" else said, "from": variable}
    return {"value": found.get(key), "from": str(settings.place()) if key in found else None}


@app.command("get", help=text("one setting", "显示一项设置"), epilog="svc config get desk")
def get(key: str = typer.Argument(metavar=_KEYS)) -> None:
    settings.known(key)
    found = settings.read()
    if key not in found:
        raise Conflict(Text(f"{key} is not settled", f"没有设置 {key}"), Text(f"svc config set {key} …", f"svc config set {key} …"))
    print(found[key])


@app.command("set", help=text("settle something", "设定一项"), epilog="svc config set language zh\nsvc config set pager 'less -FRX'")
def set_(key: str = typer.Argument(metavar=_KEYS), value: str = typer.Argument(metavar="VALUE")) -> None:
    settings.check(key, value)
    if key == "desk" and not is_address(value):
        check_named(value)
        value = str(Path(value).expanduser().resolve())
    _write(key, value)
    print(f"{key} = {value}")


@app.command("unset", help=text("settle it no longer", "取消一项设置"), epilog="svc config unset desk")
def unset(key: str = typer.Argument(metavar=_KEYS)) -> None:
    settings.known(key)
    _write(key, None)


@app.command("path", help=text("where the file is", "设置文件的位置"), epilog="svc config path")
def path() -> None:
    print(settings.place())


def _write(key: str, value: str | None) -> None:
    from svc.output.files import put

    file = settings.place()
    if value is None and not file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    put(file, settings.changed(key, value))


def command(word: str, title: Text) -> NounGroup:
    """The noun, whose verbs are those above."""
    return Config(word, title, app, {})
