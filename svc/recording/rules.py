"""The rules file, changed by a command or by hand: each change an entry of the ledger `access`, with the file's hash."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import date, timedelta

from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.domain.ledgers import RULERS
from svc.errors import BadInput, SvcError
from svc.recording.door import record, record_with
from svc.rules.edit import set_begins
from svc.rules.file import load
from svc.rules.model import Rules
from svc.store.access_checks import entries
from svc.store.files import durable
from svc.text import Text, example, for_example

FILE = "rules.yaml"


def keep_rules(desk: Desk, new: bytes, old: bytes, what: str) -> None:
    """Replace the rules file and record that it was, as one; the caller holds the lock and has asked who may."""
    made = {"sha256": hashlib.sha256(new).hexdigest(), "what": what}
    record_with(desk, "access", "rules", [made], lambda: desk.documents.keep(FILE, new, old), [FILE])
    remember(desk, new)


def remember(desk: Desk, data: bytes) -> None:
    """Keep a copy of the rules as recorded beside the index: what a later change by hand is held against. Never truth."""
    with suppress(OSError):
        durable.replace(desk.kept.cache.with_name(FILE), data, 0o600)


def recorded_last(desk: Desk) -> Rules | None:
    """The rules as they were recorded last, else those of the last seal; None where neither is known."""
    with suppress(OSError, SvcError):
        return load(FILE, desk.kept.cache.with_name(FILE).read_bytes())
    return desk.rulebook.last_sealed()[1]


AHEAD = 92
"""Days that a cut-over may lie ahead."""


def begin(desk: Desk, day: date, dry: bool = False) -> bool:
    """Write into the rules file from which day on the desk judges and waits; whether that changed anything.

    NotPermitted for who may not, BadInput for a day too far ahead. Sealed months are judged by the rules sealed with them.
    """
    desk.permit(desk.who, RULERS, Text("set the day on which the desk begins", "设定启用日期"))
    if day > desk.now().astimezone(desk.zone).date() + timedelta(days=AHEAD):
        raise BadInput(
            Text(f"{day} lies more than {AHEAD} days ahead", f"{day} 距今超过 {AHEAD} 天"),
            Text("until then nothing would be waited for or judged: name a nearer day", "在那之前什么都不会催办和认定：请写近一些的日期"),
        )
    with desk.ledger.lock():
        old = desk.documents.read(FILE) or b""
        if desk.rules.begins == day:
            return False
        new = set_begins(old, desk.rules.path, day, desk.who)
        if not dry:
            keep_rules(desk, new, old, f"begins {day}")
    return True


def accept(desk: Desk, reason: str, dry: bool = False) -> Entry | None:
    """Record the rules file as it stands, which somebody changed by hand; None where it is as it was recorded last.

    BadInput without a reason, Several where the file is no rules file: it is not made right by being recorded.
    """
    desk.permit(desk.who, RULERS, Text("change the rules", "修改规则"))
    if not reason.strip():
        raise BadInput(
            Text("missing: --reason", "缺少：--reason"),
            for_example(example('svc rules accept --reason "{}"', Text("meeting of 2026-11-20", "11月20日会议决定"))),
        )
    desk.rules  # noqa: B018 (read and checked: Several with every mistake)
    found = hashlib.sha256(desk.documents.read(FILE) or b"").hexdigest()
    last = next((entry for entry in reversed(entries(desk.ledger)) if entry.event == "rules"), None)
    if last is not None and last.get("sha256") == found:
        return None
    made = record(desk, "access", "rules", None, {"sha256": found, "what": reason}, None, dry)
    if not dry:
        remember(desk, desk.documents.read(FILE) or b"")
    return made
