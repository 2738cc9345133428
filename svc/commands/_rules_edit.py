"""Changing the rules file on behalf of a person, under the desk's lock."""

from __future__ import annotations

from svc.desk import Desk
from svc.domain.fields import Day
from svc.domain.ledgers import RULERS
from svc.errors import BadInput
from svc.locale import Text
from svc.store import durable


def change(desk: Desk, item: str, value: str, since: str, basis: str | None, dry: bool) -> str:
    """Set a value from a day on; the difference, as lines. NotPermitted for who may not, BadInput for what is wrong."""
    from datetime import date

    from svc.rules.edit import difference, set_value

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
    path = desk.folder / "rules.yaml"
    with desk.ledger.lock():
        old = path.read_bytes()
        new = set_value(old, desk.rules, item, value, day, basis, desk.who, frozenset())
        if not dry:
            durable.replace(path, new, mode=path.stat().st_mode & 0o777)
    return difference(old, new)
