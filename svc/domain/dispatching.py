"""What is asked before somebody is sent, a visit is handed over, or what was typed of it is corrected."""

from __future__ import annotations

from svc.domain import correction, needs
from svc.domain.clock.precision import before, not_after
from svc.domain.entry import Entry
from svc.domain.leads import lead_at, leads
from svc.domain.ledgers import RULERS
from svc.domain.needs import Known
from svc.domain.promise import expected, promises
from svc.errors import BadInput, Conflict, NotPermitted
from svc.text import Text

WEIGHTY = ("staff", "promised", "agreed", "arrived_at", "left_at", "cancelled_at", "called_in", "no_call_in")
"""What may decide about a fine of the person on the visit, who therefore cannot correct it himself."""


def somewhere(known: Known, new: Entry) -> None:
    """A dispatch answers a call or names the customer; of old ones nobody may have written down which."""
    if not known.history and not new.get("call") and not new.get("customer"):
        call, customer = needs.called(known, new, "call", "customer")
        raise BadInput(
            Text(
                f"missing: {call} (or {customer} where no call asked for it)", f"缺少：{call}（没有来电时写 {customer}）"
            ),
            needs.example(known, new),
        )


def still_here(known: Known, new: Entry) -> None:
    """Who is sent, or goes along, is on the staff on the day of the promise."""
    for who in (new.get("staff"), *(new.get("with") or ())):
        needs.refuse_left(known, new, who, new.get("promised"))


def leads_and_others(known: Known, new: Entry) -> None:
    """Who leads is not named again among those who go along."""
    others = new.get("with") or ()
    if new.get("staff") in others or len(set(others)) < len(others):
        staff, along = needs.called(known, new, "staff", "with")
        raise BadInput(
            Text(f"{along}: somebody is named twice", f"{along}：有人写了两次"),
            Text(f"{staff} is who leads, {along} the others, each once", f"{staff} 写带队的人，{along} 写同去的人，每人一次"),
        )


def in_service(known: Known, new: Entry) -> None:
    """Nobody is given a visit for days after his last: on the day of the hand-over, and of a promise still to be kept."""
    entries = correction.effective(known.entries(new.ledger, new.id))
    days = [new.at]
    dispatch = next((e for e in entries if e.event == "dispatch"), None)
    if dispatch and not any(e.event == "arrive" for e in entries):
        made, late, _ = promises(dispatch, [e for e in entries if e.event == "repromise"])
        days.append(expected(made[-1], late))
    needs.refuse_left(known, new, new.get("to"), max(days))


def no_shift_of_what_came_due(known: Known, new: Entry) -> None:
    """A hand-over that is typed later than what it moves to another is the head's word, and never that of those concerned."""
    told = needs.besides(new, known.entries(new.ledger, new.id))
    dispatch = next((e for e in correction.effective(told) if e.event == "dispatch"), None)
    if dispatch is None or any(e.event == "dispatch" for e in known.coming(new.ledger, new.id)):
        return  # all of it comes in together: history, as a file tells it
    made, *_ = promises(dispatch, [e for e in told if e.event == "repromise"])
    since = [made[-1].at, *(e.at for e in told if e.event in ("arrive", "leave"))]
    if not any(before(new.at, moment) is not False and not_after(moment, new.recorded_at) is not False for moment in since):
        return
    held = lead_at(leads(dispatch, [e for e in told if e.event == "reassign"]), new.at)
    if new.by in (held.staff, new.get("to")):
        raise NotPermitted(
            Text(f"{new.id}: {new.by} cannot move to another, or take over, what has come due already",
                 f"{new.id}：已到期的事，{new.by} 本人不能转给别人或接过来"),
            Text("who may: another head or gm", "请由其他主管或总经理登记"),
        )  # fmt: skip
    known.permit(new.by, RULERS, Text(f"hand over {new.id} from a time that is past", f"补记 {new.id} 此前的转交"))


def one_word_on_calling_in(known: Known, new: Entry) -> None:
    """Leaving with a call-in and without one at once contradicts itself."""
    if new.get("called_in") and new.get("no_call_in"):
        said, none = needs.called(known, new, "called_in", "no_call_in")
        raise BadInput(
            Text(f"{said} and {none} contradict each other", f"{said} 与 {none} 互相矛盾"),
            Text("give one of them, or neither if it is not known", "只写一个；不清楚就都不写"),
        )


def not_ones_own(known: Known, new: Entry) -> None:
    """Nobody corrects what may decide about a fine of his own."""
    told = needs.besides(new, known.entries(new.ledger, new.id))
    gone = correction.cleared(new)
    weighty = [name for name in WEIGHTY if new.get(name) is not None or name in gone]
    dispatch = next((e for e in correction.effective(told) if e.event == "dispatch"), None)
    led = leads(dispatch, [e for e in told if e.event == "reassign"]) if dispatch else ()
    if weighty and new.by in {one.staff for one in led}:
        raise NotPermitted(
            Text(
                f"{new.id} is the visit of {new.by}, who cannot correct its {', '.join(weighty)}",
                f"{new.id} 是 {new.by} 本人的派工，本人不能更正 {'、'.join(weighty)}",
            ),
            Text("who may: another clerk, head or gm", "请由其他文员、主管或总经理更正"),
        )


def another_promise(known: Known, new: Entry) -> None:
    """What was promised is put right by the head alone: it may end a finding. A new promise is `repromise`."""
    if new.get("promised") is None or any(e.event == "dispatch" for e in known.coming(new.ledger, new.id)):
        return
    again = f"svc visit repromise {new.id} --promised … --asked-by customer|us --reason …"
    known.permit(new.by, RULERS, Text(f"correct what was promised ({again} records a new promise)", f"更正约定时间（改约请用 {again}）"))


def a_slip_of_the_pen(known: Known, new: Entry) -> None:
    """Another person by a correction: only the head says so, and not while a promise that came due waits for an arrival.

    Then it is a hand-over, and what came due stays with whoever was on the visit.
    """
    if new.get("staff") is None:
        return
    again = f"svc visit reassign {new.id} --to {new.get('staff')} --at … --reason …"
    known.permit(new.by, RULERS, Text(f"correct who was sent ({again} hands a visit over)", f"更正派谁去（换人请用 {again}）"))
    held = correction.effective(needs.besides(new, known.entries(new.ledger, new.id)))
    dispatch = next((e for e in held if e.event == "dispatch"), None)
    if dispatch is None or any(e.event in ("arrive", "cancel") for e in held):
        return
    made, *_ = promises(dispatch, [e for e in held if e.event == "repromise"])
    if before(made[-1].at, new.at) and new.get("staff") != dispatch.get("staff"):
        due = made[-1].at.astimezone(known.zone).strftime("%Y-%m-%d %H:%M")
        raise Conflict(
            Text(f"{new.id} came due on {due} and nobody has arrived: another person now is a hand-over, no slip of the pen",
                 f"{new.id} 已于 {due} 到期而无人到场：现在换人是转交，不是更正登记错误"),
            Text(f"hand it over: {again}; if it was never {dispatch.get('staff')}'s, with --at the time of the dispatch",
                 f"请转交：{again}；如果一开始派的就不是 {dispatch.get('staff')}，--at 写派工时间"),
        )  # fmt: skip
