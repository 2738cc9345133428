"""What must be asked before some deeds are recorded, beyond the state of their own id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from svc.desk import Desk
from svc.domain.ledgers import ROLES, Event
from svc.errors import BadInput, Conflict
from svc.locale import Text

Before = Callable[[Desk, Event, str | None, Mapping[str, Any]], None]


def somewhere(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """A dispatch answers a call or names the customer."""
    if not given.get("call") and not given.get("customer"):
        raise BadInput(
            Text(
                "missing: --call (or --customer where no call asked for it)", "缺少：--call（没有来电时写 --customer）"
            ),
            Text(f"for example: {event.example}", f"例如：{event.example}"),
        )


def scores_or_refusal(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """A survey carries scores or the reason why there are none."""
    if bool(given.get("scores")) == bool(given.get("refused")):
        raise BadInput(
            Text("give the scores, or --refused with the reason", "请写评分，或用 --refused 写明拒填原因"),
            Text(f"for example: {event.example}", f"例如：{event.example}"),
        )


def one_word_on_calling_in(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """Leaving with a call-in and without one at once contradicts itself."""
    if given.get("called_in") and given.get("no_call_in"):
        raise BadInput(
            Text("--called-in and --no-call-in contradict each other", "--called-in 与 --no-call-in 互相矛盾"),
            Text("give one of them, or neither if it is not known", "只写一个；不清楚就都不写"),
        )


def ruling(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """A ruling needs a finding that may be ruled on, and somebody who may rule, never the person concerned."""
    assert id is not None
    found = desk.finding(id, desk.view())
    if found.staff == desk.who:
        raise Conflict(
            Text(
                f"{id} concerns {desk.who}, who cannot rule on it",
                f"{id} 涉及的就是 {desk.who} 本人，本人不能认定",
            ),
            Text("somebody else who may rule records it", "请由其他有权认定的人认定"),
        )
    roles = {role for q in found.rule.decision for role in desk.rules.questions[q].decided_by}
    if roles:
        desk.permit(desk.who, [r for r in ROLES if r in roles], Text(f"rule on {id}", f"认定 {id}"))
    if found.status == "facts_missing":
        facts = ", ".join(found.missing)
        raise Conflict(
            Text(f"{id} cannot be ruled on yet: not recorded: {facts}", f"{id} 还不能认定：没有记录 {facts}"),
            Text(f"see: svc finding show {id}", f"查看：svc finding show {id}"),
        )


BEFORE: dict[tuple[str, str], Before] = {
    ("visit", "dispatch"): somewhere,
    ("visit", "leave"): one_word_on_calling_in,
    ("report", "survey"): scores_or_refusal,
    ("finding", "uphold"): ruling,
    ("finding", "dismiss"): ruling,
    ("finding", "waive"): ruling,
}
