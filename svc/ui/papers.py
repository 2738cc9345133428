"""What the commands that print forms share: what they are made of, who sees numbers in clear, where they go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.desk.open import Desk
from svc.errors import BadInput, Conflict, NotPermitted
from svc.recording import privacy
from svc.store.files.folder import keep_out
from svc.text import Text
from svc.ui.verbs import text

if TYPE_CHECKING:
    from svc.audit.world import World

Out = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help=text("the file to write", "写入的文件"))]

MAY_SEE = ("clerk", "head", "gm", "sales")
"""Who sees the number of any customer on paper; besides them, whoever is sent there."""


def may_see(desk: Desk, of: str, sent: str | None = None) -> bool:
    """Whether who acts may see people's numbers in clear on the paper `of` something; it is recorded that he did."""
    try:
        if desk.who != sent and desk.role(desk.who) not in MAY_SEE:
            return False
        privacy.note(desk, "paper", of)
    except NotPermitted:  # nobody known here, or nobody who may write: the paper is made, with masks
        return False
    return True


def ending(out: Path, known: tuple[str, ...]) -> str:
    """The ending of a file's name; BadInput where it is none of those that this paper has, or the file is a desk's own."""
    keep_out(out, "-o")
    suffix = out.suffix.lower()
    if suffix not in known:
        listed = " ".join(known)
        raise BadInput(
            Text(f"-o {out.name}: a file of this kind is not made here", f"-o {out.name}：这里不生成这种文件"),
            Text(f"one of: {listed}", f"可用：{listed}"),
        )
    return suffix


def one(desk: Desk, noun: str, id: str) -> tuple[World, Any]:
    """The world around one thing and its state; Conflict where nothing is recorded of it."""
    from svc.store.index import select

    view = desk.view()
    full = desk.reference(noun, id)
    world = desk.world(select.subjects(desk.index, [(noun, full)], view), view)
    state = world.visits.get(full) if noun == "visit" else world.of(noun).get(full)
    if state is None:
        raise Conflict(Text(f"nothing is recorded of {full}", f"没有 {full} 的记录"))
    clear = world.registers._replace(customers=desk.registers.load("customer"))  # the index keeps numbers masked
    return world._replace(registers=clear), state


def written(out: Path, made: bytes) -> None:
    """Write the file and say where it is."""
    from svc.output.files import put

    print(put(out, made))
