"""The least that a Typer command line costs: one lazy group, one leaf, nothing done."""

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_command_from_info

leaf = typer.Typer()


@leaf.command("leaf")
def nothing() -> None: ...


class Lazy(TyperGroup):
    def get_command(self, ctx, cmd_name):  # type: ignore[no-untyped-def]
        return get_command_from_info(leaf.registered_commands[0], pretty_exceptions_short=False, rich_markup_mode=None)


app = typer.Typer(cls=Lazy, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def root() -> None: ...


if __name__ == "__main__":
    get_command(app).main(prog_name="lazy")
