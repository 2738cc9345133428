"""The one thing that is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from svc.domain.clock.base import minute
from svc.named import NamedTuple


class Entry(NamedTuple):
    """One line of a ledger: something that happened, as somebody recorded it.

    `at` is when it happened, `recorded_at` when it was typed (both aware instants); `by` is the
    staff id of whoever recorded it. `fields` holds the event's own values by field name, in the
    types of `svc.domain.kinds`; a field that is not known is absent, never None or empty. `history` is
    there where it was corrected (`svc.domain.correction`): the entry as recorded, then the corrections.
    """

    ledger: str
    event: str
    id: str
    at: datetime
    recorded_at: datetime
    by: str
    fields: Mapping[str, Any]
    history: tuple[Entry, ...] = ()

    def get(self, name: str) -> Any:
        """The field's value, None where it is not known."""
        return self.fields.get(name)


def after(one: Entry, other: Entry) -> bool:
    """Whether one thing happened after another: by the minute, within one by the order of recording."""
    return (minute(one.at), one.recorded_at) > (minute(other.at), other.recorded_at)
