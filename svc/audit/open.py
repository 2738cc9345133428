"""What waits for somebody, with the moment it is due: for the head's board, for cron and for the audit.

What of a case waits is declared at its noun (`pending`); what findings wait for is added here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from svc.audit.findings import Waiting, that_wait, to_be_ruled_on
from svc.audit.world import World
from svc.domain import cases, ledgers
from svc.domain.cases import Item
from svc.domain.clock.precision import end_of
from svc.rules.judge import Finding
from svc.text import Text


def items(world: World, judged: Iterable[Finding] | None = None) -> list[Item]:
    """Everything that waits at `world.now`, what is due first at the top, what has no limit by age after it.

    `judged`: the findings on all of the world, where they are at hand; of a month or somebody's month the audit itself tells.
    """
    rulings = that_wait(world) if judged is None else [one for one in judged if one.subject.noun not in ("month", "person_month")]
    found = [_orphaned(world, item) for item in [*declared(world.complete, ledgers.TABLE), *_rulings(world, rulings)]]
    return sorted(found, key=lambda i: (i.due is None, (i.due or i.since).timestamp(), i.id))


def declared(world: World, nouns: Iterable[str]) -> list[Item]:
    """What of the cases of some nouns is begun and not finished; of one need that is told by its accepted quote, no more.

    What was opened before the desk began waits for nobody. What is due on a day is overdue when the day is over.
    """
    found = [item._replace(due=item.due and end_of(item.due)) for noun in nouns for item in cases.pending(noun, world)]
    if world.rules.begins:
        found = [item for item in found if not world.waits_for_nobody(item.noun, item.id)]
    taken = {item.about for item in found if item.kind == "accepted"}
    return [item for item in found if item.kind not in ("dispatch", "unresolved") or item.about not in taken]


def _orphaned(world: World, item: Item) -> Item:
    """What was left by somebody who is no longer here is nobody's in particular, and says whose it was."""
    left = world.registers.staff.get(item.staff or "", {}).get("left")
    if not left or left >= world.day(world.now).isoformat() or item.kind in ABOUT_A_PERSON:
        return item
    name, what = world.name(item.staff) or item.staff, item.what
    return item._replace(
        staff=None, what=Text(f"{what.en} (of {name}, who left on {left})", f"{what.zh}（原由{name}负责，已于 {left} 离职）")
    )


ABOUT_A_PERSON = ("ruling", "overlap", "appeal", "rule", "verify", "remedy", "degree", "turn-in", "review")
"""What concerns a person, and does not wait for him to do something that somebody else could."""


def open_row(world: World, item: Item) -> dict[str, Any]:
    """One thing that waits, as the audit lists it: since when, until when, whose it is."""
    return {
        "noun": item.noun,
        "kind": item.kind,
        "id": item.id,
        "what": item.what,
        "who": item.staff,
        "staff": item.staff,
        "name": world.name(item.staff),
        "since": world.day(item.since).isoformat(),
        "age_days": world.days_old(item.since),
        "due": item.due.astimezone(world.zone).isoformat(timespec="seconds") if item.due else None,
        "overdue": None if item.due is None else item.due < world.now,
        "do": item.do,
    }


def _rulings(world: World, found: Iterable[Finding]) -> Iterator[Item]:
    for wait in to_be_ruled_on(world, found):
        one = wait.finding
        told = world.complaints.get(one.subject.id.split("/")[0]) if one.subject.noun == "complaint" else None
        unverified = told is not None and told.verdict is None and wait.kind == "ruling"
        if not unverified:  # that one is listed as a complaint to verify
            yield Item(wait.kind, one.id, None, wait.since, one.staff, *_asked(wait), noun="finding")


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
