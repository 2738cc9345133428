"""Changing the rules file on behalf of a person, under the desk's lock."""

from __future__ import annotations

from pathlib import Path

from svc.desk.open import Desk
from svc.domain.kinds import Day
from svc.domain.ledgers import RULERS
from svc.errors import BadInput
from svc.text import Text, say

LARGEST = 1 << 20
"""Bytes a rules file may have; a larger one is something else."""


def read_file(path: Path) -> bytes:
    """The bytes of a rules file; BadInput for what is no ordinary file."""
    if not path.is_file():
        raise BadInput(Text(f"there is no file {path}", f"没有文件 {path}"), Text("check the path", "请检查路径"))
    if path.stat().st_size > LARGEST:
        raise BadInput(
            Text(f"{path} is larger than 1 MiB: no rules file", f"{path} 超过 1 MiB，不是规则文件"),
            Text("check the path", "请检查路径"),
        )
    return path.read_bytes()


def change(desk: Desk, item: str, value: str, since: str, basis: str | None, dry: bool) -> str:
    """Set a value from a day on; the difference, as lines. NotPermitted for who may not, BadInput for what is wrong."""
    from datetime import date

    from svc.rules.edit import difference, in_force_until, set_value
    from svc.rules.file import load

    desk.permit(desk.who, RULERS, Text("change the rules", "修改规则"))
    if not since:
        raise BadInput(
            Text("missing: --from", "缺少：--from"),
            Text(
                f"for example: svc rules set {item} {value} --from 2026-12-01",
                f"例如：svc rules set {item} {value} --from 2026-12-01",
            ),
        )
    day = date.fromisoformat(Day().read(since, "--from", desk))
    with desk.ledger.lock():
        old = desk.documents.read("rules.yaml") or b""
        new = set_value(old, desk.rules, item, value, day, basis, desk.who, frozenset(desk.seals.months()))
        if not dry and new != old:
            desk.documents.keep("rules.yaml", new, old)
    if new == old:
        return say(
            Text(
                f"nothing changed: {item} is {value} from {day} already; on what basis stands beside it in rules.yaml\n",
                f"没有变化：{item} 自 {day} 起已是 {value}；依据写在 rules.yaml 中那一行\n",
            )
        )
    shown = difference(old, new)
    ends = in_force_until(load("rules.yaml", new), item, day)
    if ends:
        shown += say(Text(f"in force until {ends}, when the next row begins\n", f"执行到 {ends}，之后由下一行接替\n"))
    return shown
