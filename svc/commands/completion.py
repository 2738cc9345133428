"""svc completion: Tab in bash, zsh, fish, PowerShell."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from svc.errors import BadInput
from svc.text import Text, say
from svc.ui.groups import Readings, noun
from svc.ui.options import text

app = Readings()

Shell = Annotated[str | None, typer.Argument(metavar="bash|zsh|fish|powershell")]


@app.command(
    "show", help=text("print the script of a shell", "输出某个 shell 的补全脚本"), epilog="svc completion show zsh"
)
def show(shell: Shell = None) -> None:
    from svc.ui.completion import script

    print(script(shell or _own()), end="")


@app.command(
    "install",
    help=text("let your shell complete svc from its next start on", "安装补全，下次打开 shell 时生效"),
    epilog="svc completion install\nsvc completion install fish",
)
def install(
    shell: Shell = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=text("say what would be written, write nothing", "只说明会写什么，不写入"))
    ] = False,
) -> None:
    from svc.ui.completion import script

    name = shell or _own()
    body, place = script(name), _place(name)
    start = _start_file(name)
    line = f". '{place}'  # svc completion"
    if not dry_run:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(body, "utf-8")
        if start is not None and not _has(start, line):
            start.parent.mkdir(parents=True, exist_ok=True)
            with start.open("a", encoding="utf-8") as file:
                file.write(f"\n{line}\n")
    done = Text("written", "已写入") if not dry_run else Text("would be written", "将写入")
    print(f"{place}  {say(done)}")
    if start is not None:
        print(f"{start}  {line}")


def _own() -> str:
    """The shell of whoever calls, as SHELL names it."""
    name = Path(os.environ.get("SHELL", "powershell" if os.name == "nt" else "")).name
    if not name:
        raise BadInput(
            Text("which shell is not known", "不知道是哪种 shell"),
            Text("name it: svc completion install bash", "请写明：svc completion install bash"),
        )
    return name


def _place(shell: str) -> Path:
    """Where the script lies."""
    if shell == "fish":
        config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        return config / "fish" / "completions" / "svc.fish"
    data = Path(os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".local" / "share")
    return data / "svc" / {"powershell": "svc.ps1", "pwsh": "svc.ps1"}.get(shell, f"svc.{shell}")


def _start_file(shell: str) -> Path | None:
    """What the shell reads when it starts, where it has to be told of the script."""
    home = Path.home()
    known = {"bash": home / ".bashrc", "zsh": Path(os.environ.get("ZDOTDIR") or home) / ".zshrc"}
    documents = home / "Documents" / "PowerShell" if os.name == "nt" else home / ".config" / "powershell"
    if shell in ("powershell", "pwsh"):
        return documents / "Microsoft.PowerShell_profile.ps1"
    return known.get(shell)


def _has(start: Path, line: str) -> bool:
    return start.exists() and line in start.read_text("utf-8", "replace")


command = noun("completion", app, recording=False)
