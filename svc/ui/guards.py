"""What must be asked before some deeds are recorded, beyond the state of their own id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from svc.desk.open import Desk
from svc.domain.kinds import option_of
from svc.domain.ledgers import Event
from svc.errors import BadInput, Conflict, NotPermitted
from svc.text import Text

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


def parts_or_none(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """A report lists the replaced parts or says that there were none."""
    if given.get("parts") and given.get("no_parts"):
        from svc.intake.reportform import parts_and_none

        raise parts_and_none()


def something_added(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """An amendment adds something."""
    from svc.ui.options import shown

    if not any(given.get(field.name) for field in event.fields):
        options = ", ".join(option_of(field) for field in shown(event))
        raise BadInput(
            Text("nothing to add was given", "没有写要补充什么"), Text(f"any of: {options}", f"可补充：{options}")
        )
    parts_or_none(desk, event, id, given)


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
    _refuse_own(desk, id, found.staff)
    if event.name == "waive":
        desk.permit(desk.who, found.rules.waivers(found.rule), Text(f"waive {id}", f"免罚 {id}"))
    elif found.rule.decision:
        desk.permit(desk.who, found.rules.deciders(found.rule), Text(f"rule on {id}", f"认定 {id}"))
    if found.rule.held:
        lacks = ", ".join(found.rule.lacks)
        raise Conflict(
            Text(f"{id} cannot be ruled on: its rule leaves out of clause {found.rule.clause}: {lacks}",
                 f"{id} 不能认定：它的规则漏了合同 {found.rule.clause} 要问的 {lacks}"),
            Text("mend the rule: svc rules check says how", "先改规则表：svc rules check 会说明怎么改"),
        )  # fmt: skip
    if found.status == "facts_missing":
        facts = ", ".join(found.missing)
        raise Conflict(
            Text(f"{id} cannot be ruled on yet: not recorded: {facts}", f"{id} 还不能认定：没有记录 {facts}"),
            Text(f"see: svc finding show {id}", f"查看：svc finding show {id}"),
        )


def appeal(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """Only the person concerned appeals, against what stands or may."""
    assert id is not None
    found = desk.finding(id, desk.view())
    if found.staff != desk.who:
        raise NotPermitted(
            Text(f"{id} does not concern {desk.who}", f"{id} 与 {desk.who} 无关"),
            Text(f"who may appeal: {found.staff or 'nobody'}", f"可以申诉的人：{found.staff or '无'}"),
        )
    if found.status not in ("final", "awaiting_ruling"):
        raise Conflict(
            Text(f"{id} is {found.status}: there is nothing to appeal against", f"{id} 目前不计罚，无须申诉"),
            Text(f"see: svc finding show {id}", f"查看：svc finding show {id}"),
        )


def settle(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """Two findings on one act of which the rules let somebody choose, and who may."""
    assert id is not None
    found = desk.finding(id, desk.view())
    met = next((m for m in found.meetings if m.other == given.get("against")), None)
    if met is None or not met.asks:
        others = ", ".join(m.other for m in found.meetings if m.asks)
        raise Conflict(
            Text(
                f"{id} and {given.get('against')} are not two fines on one act that somebody chooses from",
                f"{id} 和 {given.get('against')} 不是要由人选定的一事两罚",
            ),
            Text(f"it can be settled against: {others or 'nothing'}", f"可以选定的另一条：{others or '没有'}"),
        )
    _refuse_own(desk, id, found.staff)
    desk.permit(desk.who, met.deciders, Text(f"settle {id}", f"选定 {id}"))


def _refuse_own(desk: Desk, id: str, concerned: str | None) -> None:
    if concerned == desk.who:
        raise Conflict(
            Text(
                f"{id} concerns {desk.who}, who cannot rule on it",
                f"{id} 涉及的就是 {desk.who} 本人，本人不能认定",
            ),
            Text("somebody else who may rule records it", "请由其他有权认定的人认定"),
        )


def verdict(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """Who says whether a complaint is true is in the rules file."""
    assert id is not None
    causes = [e.get("cause") for e in desk.index.entries("complaint", id) if e.event == "log"]
    for cause in causes:
        desk.permit(desk.who, desk.rules.deciders_of("complaint", cause), Text(f"rule on {id}", f"认定 {id}"))


def priced(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """A quote is for a call or a visit; whether it is free follows from machine, day and cause (2.1, 2.2)."""
    from svc.recording.quotes import complete

    assert isinstance(given, dict)
    complete(desk, event, given)


def machine_or_part(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """A claim on a supplier names what was bought in (3.8)."""
    if not given.get("machine") and not given.get("part"):
        raise BadInput(
            Text("missing: --machine or --part", "缺少：--machine 或 --part"),
            Text(f"for example: {event.example}", f"例如：{event.example}"),
        )


def review(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """Nobody reviews the expenses of his own trip; a refusal says why (4.3)."""
    from svc.desk.lookups import travelled

    assert id is not None
    if travelled(desk, id) == desk.who:
        raise Conflict(
            Text(
                f"{id} claims the expenses of {desk.who}, who cannot review them",
                f"{id} 是 {desk.who} 本人的报销，本人不能审核",
            ),
            Text("finance, the head or the general manager reviews it", "请由财务、主管或总经理审核"),
        )
    if given.get("verdict") == "refuse" and not given.get("reason"):
        raise BadInput(
            Text("missing: --reason", "缺少：--reason"),
            Text("say why the claim is refused", "请写明退回理由"),
        )


def own_visit(desk: Desk, event: Event, id: str | None, given: Mapping[str, Any]) -> None:
    """Nobody corrects what may decide about a fine of his own."""
    from svc.domain.nouns.visit import WEIGHTY, fold

    assert id is not None
    visit = fold(desk.index.entries("visit", id))
    weighty = [name for name in WEIGHTY if given.get(name) is not None]
    taken_back = str(given.get("clear") or "").replace("-", "_").replace(",", " ").split()
    if visit and visit.staff == desk.who and (weighty or set(taken_back) & set(WEIGHTY)):
        raise NotPermitted(
            Text(
                f"{id} is the visit of {desk.who}, who cannot correct its {', '.join(weighty or taken_back)}",
                f"{id} 是 {desk.who} 本人的派工，本人不能更正 {'、'.join(weighty or taken_back)}",
            ),
            Text("who may: another clerk, head or gm", "请由其他文员、主管或总经理更正"),
        )


BEFORE: dict[tuple[str, str], Before] = {
    ("visit", "dispatch"): somewhere,
    ("visit", "correct"): own_visit,
    ("visit", "leave"): one_word_on_calling_in,
    ("report", "close"): parts_or_none,
    ("report", "amend"): something_added,
    ("report", "correct"): parts_or_none,
    ("report", "survey"): scores_or_refusal,
    ("quote", "make"): priced,
    ("claim", "open"): machine_or_part,
    ("expense", "review"): review,
    ("finding", "uphold"): ruling,
    ("finding", "dismiss"): ruling,
    ("finding", "waive"): ruling,
    ("finding", "appeal"): appeal,
    ("finding", "settle"): settle,
    ("complaint", "verify"): verdict,
}
