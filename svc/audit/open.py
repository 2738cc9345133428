"""What waits for somebody, with the moment it is due: for the head's board and for cron."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from svc.audit.books import BOOKS, book
from svc.audit.findings import Waiting, findings, waits
from svc.audit.world import World
from svc.domain.nouns import complaint, visit
from svc.text import Text


class Item(NamedTuple):
    """One thing that waits. `due` is None where no limit is set; `do` is the command to type."""

    kind: str
    id: str
    due: datetime | None
    since: datetime
    staff: str | None
    what: Text
    do: str


def items(world: World) -> list[Item]:
    """Everything that waits at `world.now`, what is due first at the top, what has no limit by age after it."""
    found = [*_calls(world), *_visits(world), *_reports(world), *_complaints(world), *_rulings(world)]
    for noun in BOOKS.values():
        found += getattr(book(noun), "waiting", _none)(world)
    return sorted(found, key=lambda i: (i.due is None, (i.due or i.since).timestamp(), i.id))


def open_row(world: World, item: Item) -> dict[str, Any]:
    """One thing that waits, as the audit lists it: since when, until when, whose it is."""
    return {
        "kind": item.kind,
        "id": item.id,
        "staff": item.staff,
        "name": world.name(item.staff),
        "since": world.day(item.since).isoformat(),
        "age_days": (world.day(world.now) - world.day(item.since)).days,
        "due": item.due.astimezone(world.zone).isoformat(timespec="seconds") if item.due else None,
        "overdue": None if item.due is None else item.due < world.now,
    }


def _none(world: World) -> Iterator[Item]:
    return iter(())


def _calls(world: World) -> Iterator[Item]:
    limit = world.rules.limits["reply_within"]
    for one in world.calls.values():
        row = limit.on(world.day(one.at))
        summary = one.log.get("summary") or ""
        if one.replied_at is None and one.closed is None:
            due = _after(one.at, row.value if row else None)
            what = Text(f"call not answered: {summary}", f"来电未答复：{summary}")
            yield Item("reply", one.id, due, one.at, one.log.by, what, f"svc call reply {one.id} --text …")
        if one.log.get("needs_service") and one.closed is None and one.id not in world.dispatched:
            row = world.rules.limits["forward_repair_within"].on(world.day(one.at))
            due = _after(one.at, row.value if row else None)
            what = Text(f"needs a visit, nobody dispatched: {summary}", f"需上门，尚未派工：{summary}")
            command = f"svc visit dispatch --call {one.id} --staff … --promised …"
            yield Item("dispatch", one.id, due, one.at, None, what, command)


def _after(start: datetime, seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(start.timestamp() + seconds, start.tzinfo)


def _visits(world: World) -> Iterator[Item]:
    for one in world.visits.values():
        if one.arrived is None and one.cancelled is None:
            call_id = one.dispatch.get("call")
            what = Text(f"not on site yet ({call_id or one.purpose})", f"尚未到场（{call_id or one.purpose}）")
            yield Item("arrive", one.id, one.promise.at, one.dispatch.at, one.staff, what, f"svc visit arrive {one.id}")


def _reports(world: World) -> Iterator[Item]:
    for one in world.visits.values():
        if one.left and visit.reportable(one) and world.closed(one.id) is None:
            row = world.rules.limits["file_report_within"].on(world.day(one.left.at))
            due = _after(one.left.at, row.value if row else None)
            what = Text("no service report yet", "还没有服务报告")
            yield Item("report", one.id, due, one.left.at, one.staff, what, f"svc report close {one.id} …")


def _complaints(world: World) -> Iterator[Item]:
    limit = world.rules.limits["report_complaint_within"]
    for one in world.complaints.values():
        if one.log.get("kind") == "service" and one.reported is None:
            row = limit.on(world.day(one.log.at))
            due = _after(one.log.at, row.value if row else None)
            what = Text("not reported to the company yet (1.8)", "投诉尚未上报公司（1.8）")
            yield Item("report_complaint", one.id, due, one.log.at, None, what, f"svc complaint report {one.id}")
        about = one.about
        if one.verdict is None:
            cause = one.log.get("cause")
            what = Text(
                f"complaint not verified ({cause})", f"投诉待认定（{complaint.CAUSES.words.get(cause, cause)}）"
            )
            command = f"svc complaint verify {one.id} --upheld|--dismissed --reason …"
            yield Item("verify", one.id, None, one.log.at, about, what, command)
        elif world.verified(one) == "upheld" and not one.remedies:
            what = Text("upheld, not made good", "属实，尚未挽回")
            yield Item("remedy", one.id, None, one.verdict.at, about, what, f"svc complaint remedy {one.id} --text …")


def _rulings(world: World) -> Iterator[Item]:
    for wait in map(waits, findings(world)):
        one = wait.finding if wait else None
        if wait is None or one is None:
            continue
        unverified = one.subject.noun == "complaint" and one.subject.verdict is None and wait.kind == "ruling"
        if not unverified:  # that one is listed as a complaint to verify
            yield Item(wait.kind, one.id, None, wait.since, one.staff, *_asked(wait))


def _asked(wait: Waiting) -> tuple[Text, str]:
    """What a finding waits for, and the command to type."""
    one, title = wait.finding, wait.finding.rule.title
    if wait.kind == "appeal":
        command = f"svc finding uphold|dismiss|waive {one.id} --reason …"
        return Text(f"appealed, to be ruled on again: {title.en}", f"当事人申诉，待重新认定：{title.zh}"), command
    if wait.kind == "rule":
        return Text(
            f"the rule leaves out what its clause asks: {title.en}", f"规则漏了合同要问的事，改好才算：{title.zh}"
        ), "svc rules check"
    if wait.kind == "overlap" and one.held:
        command = f"svc finding settle {one.id} --against {one.held.other} --charge this|other|both --reason …"
        return Text(f"one act, two findings, one to choose: {title.en}", f"一事两罚，待选定：{title.zh}"), command
    return Text(
        f"waits for a ruling: {title.en}", f"待认定：{title.zh}"
    ), f"svc finding uphold|dismiss {one.id} --reason …"
