"""Mails become calls: each once, by its Message-ID; one in a known thread is our reply, or the customer coming back to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from svc.desk.open import Desk
from svc.desk.references import staying
from svc.domain.entry import Entry
from svc.domain.people import normal
from svc.errors import SvcError
from svc.intake.mail import Mail
from svc.named import NamedTuple
from svc.recording.attachments import Given, attach, named
from svc.recording.door import record
from svc.text import Text, say

KINDS = {
    "complaint": "投诉|complain",
    "repair": "报修|故障|维修|修理|坏了|漏|repair|broken|breakdown|fault|leak|defect",
    "quote": "报价|询价|quote|quotation|price",
    "install": "安装|调试|install|commission",
    "consult": "咨询|请问|question|how do|manual",
}
"""By which words a mail is taken for what; a clerk puts right what is not (`svc call correct`)."""
_SERIAL = r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"


class Taken(NamedTuple):
    """What became of a mail: the entry, or why there is none; how many files were kept; what went wrong with one."""

    entry: Entry | None
    why: Text | None
    files: int = 0
    note: Text | None = None


def take(desk: Desk, mail: Mail, ours: Sequence[str], kind: str | None, dry: bool) -> Taken:
    """Record a mail as a call, a reply or a follow-up; one that is known already changes nothing."""
    desk.index.catch_up(("call", "attachment"))
    known = _call_of(desk, mail.key)
    if known:
        return Taken(None, Text(f"known already as {known}", f"已登记为 {known}"))
    if mail.automatic:
        return Taken(None, Text("no person wrote it (automatic, or a mailing list)", "自动回复或群发邮件，未登记"))
    thread = next((id for key in mail.thread if (id := _call_of(desk, key))), None)
    from_us = any(mail.address == one.lower() or mail.address.endswith(one.lower()) for one in ours if one)
    if from_us and thread is None:
        return Taken(None, Text("ours, and of no thread that is known", "本单位发出，且不属于已登记的往来"))
    at = mail.at.astimezone(desk.zone).isoformat(timespec="seconds") if mail.at and mail.at <= desk.now() else None
    if from_us:
        text = mail.text or mail.subject or "-"
        entry = record(desk, "call", "reply", thread, {"text": text, "message": mail.key}, at, dry)
    else:
        entry = record(desk, "call", "log", None, _logged(desk, mail, thread, kind), at, dry)
    files, note = (0, None) if dry else _keep(desk, entry, mail, at)
    return Taken(entry, None, files, note)


def _call_of(desk: Desk, key: str) -> str | None:
    """The call that a mail is recorded under."""
    found = desk.index.ids_quoting("call", key)
    return found[0] if found else None


def _logged(desk: Desk, mail: Mail, thread: str | None, kind: str | None) -> dict[str, Any]:
    said = "\n".join(filter(None, (mail.subject, mail.text))) or "-"
    customer = _sender(desk, mail)
    who = f"{mail.name} <{mail.address}>" if mail.name else mail.address
    found: dict[str, Any] = {
        "channel": "email",
        "from": customer or "unsigned",
        "kind": kind or _kind(said),
        "summary": said,
        "machine": _machine(desk, said, customer),
        "follows": thread,
        "message": mail.key,
        "contact": who if not customer else mail.name or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _kind(text: str) -> str:
    return next((kind for kind, words in KINDS.items() if re.search(words, text, re.IGNORECASE)), "other")


def _sender(desk: Desk, mail: Mail) -> str | None:
    """The customer who wrote: by his address, else by the one customer whose number stands in the mail."""
    found = staying(desk.index, "customer", desk.index.named("customer", mail.address)) if mail.address else []
    if len(found) == 1:
        return found[0]
    numbers = {number for word in re.findall(r"\+?[0-9][0-9 -]{6,20}[0-9]", mail.text) if (number := normal(word))}
    whose = {*staying(desk.index, "customer", (id for number in numbers for id in desk.index.named("customer", number)))}
    return whose.pop() if len(whose) == 1 else None


def _machine(desk: Desk, text: str, customer: str | None) -> str | None:
    """The one registered machine whose serial number stands in the mail, his own before another's."""
    words = dict.fromkeys(word.upper() for word in re.findall(_SERIAL, text) if len(word) >= 3)
    serials = [word for word in words if desk.index.known("machine", word)]
    own = [one for one in serials if customer and desk.person("machine", one).get("customer") == customer]
    return own[0] if own else serials[0] if len(serials) == 1 else None


def _keep(desk: Desk, entry: Entry, mail: Mail, at: str | None) -> tuple[int, Text | None]:
    """Keep the files of a mail with its call; what cannot be kept is told, the call stands."""
    files = list({one.sha256: one for one in (Given(named(file.name), file.body) for file in mail.files)}.values())
    if not files:
        return 0, None
    try:
        return len(attach(desk, "call", entry.id, files, None, at)), None
    except SvcError as error:
        return 0, Text(f"its files were not kept: {say(error.what)}", f"附件未存：{say(error.what)}")
