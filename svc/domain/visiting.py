"""What the rules may ask about a visit (1.3, 3.4, 3.7, 4.4, 4.5)."""

from __future__ import annotations

from svc.domain.entry import Entry
from svc.domain.facts import UNKNOWN, Fact, Facts, field, when
from svc.domain.nouns.visit import Visit, reportable
from svc.domain.promise import why
from svc.text import Text


def _promised(visit: Visit) -> Fact:
    if visit.overruled and not visit.doubtful:
        at = visit.promise.at.strftime("%Y-%m-%d %H:%M")
        told = Text(f"the customer's own time; he did not agree to {at}", f"客户要求的时间；{at} 的约定未经其同意")
        return Fact(visit.deadline, visit.overruled, told)
    said = why(visit.promise, visit.replaced, visit.late_promises)
    return Fact(None if visit.doubtful else visit.promise.at, visit.promise.entry, said)


def facts(visit: Visit, closed: Entry | None, survey: Entry | None, archived: Entry | None) -> Facts:
    """What the rules may ask about a visit, with its report's closing, survey and archiving where known."""
    dispatch = visit.dispatch
    times = visit.call_in_times
    source = visit.call_ins[0] if visit.call_ins else visit.left
    return {
        "visit.technician": field(dispatch, "staff"),
        "visit.customer": Fact(dispatch.get("call") or dispatch.get("customer"), dispatch),
        "visit.dispatched_at": when(dispatch),
        "visit.promised_at": _promised(visit),
        "visit.arrived_at": when(visit.arrived),
        "visit.cancelled_at": when(visit.cancelled),
        "visit.left_at": when(visit.left),
        "visit.hq_calls": Fact(times, source) if times else UNKNOWN,
        "visit.no_hq_call": field(visit.left, "no_call_in"),
        "visit.reportable": Fact(reportable(visit) if visit.left else None, visit.left),
        "visit.report_id": Fact(closed.id if closed else None, closed),
        "visit.report_closed_at": when(closed),
        "visit.report_archived_at": when(archived),
        "visit.survey_id": Fact(survey.id if survey else None, survey),
    }
