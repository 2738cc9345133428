"""The whole audit by polars: what the rules find in the cases (`polars_cases`), and the figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import polars as pl  # type: ignore[import-not-found,unused-ignore]

from bench.whole.asked import Asked, Values, daily, days_off
from bench.whole.polars_cases import REPLY_WITHIN, Cases, Frame, cases, has

REPEATED_WITHIN = timedelta(days=30)
COMPLAINTS = {
    "attitude": ("complaint_attitude", "1.6", "harms_image"), "quarrel": ("complaint_quarrel", "4.2.1", None),
    "solicitation": ("complaint_demand", "4.2.2", None), "untimely": ("complaint_not_timely", "4.2.3", "personal"),
    "repeat-repair": ("complaint_repeat_repair", "4.2.4", "personal"),
}  # fmt: skip
"""Rule, clause and the question beside whether it is true, by what is complained of."""
STANDS = {"uphold": "final", "dismiss": "dismissed", "waive": "waived"}


def audit(asked: Asked) -> Values:
    """The headings of a month."""
    first, after, now = (datetime.fromisoformat(moment) for moment in (asked.first, asked.after, asked.now))
    known = cases(asked, now)
    found = _findings(known)

    def ours(frame: Frame, column: str = "at", *conditions: Any) -> Frame:
        return frame.filter(has(column).is_between(first, after, closed="left"), *conditions)

    return _figures(known, found, ours, days_off(asked.month), after)


# ---- findings ------------------------------------------------------------------------------------------


def _offences(rule: str, clause: str, found: Frame, at: str, asks: bool, missing: Any = None, **more: Any) -> Frame:
    """Cases that a rule finds: whose, when, whether somebody is asked, what is not known."""
    whose = has("about") if "about" in found.columns else has("staff")
    unknown = pl.lit([], dtype=pl.List(pl.String)) if missing is None else missing
    return found.select(
        rule=pl.lit(rule), clause=pl.lit(clause), subject=has("id"), staff=whose, at=has(at), asks=pl.lit(asks), missing=unknown,
        said=more.get("said", pl.lit(None, dtype=pl.String)), said_at=more.get("said_at", pl.lit(None, dtype=pl.Datetime("us"))),
        reason=more.get("reason", pl.lit(None, dtype=pl.String)),
    )  # fmt: skip


def _unknown(fact: str, when: Any) -> Any:
    """A list with a fact that is not known, where it is not."""
    return pl.when(when).then(pl.lit([fact])).otherwise(pl.lit([], dtype=pl.List(pl.String)))


def _lacks() -> Any:
    """Which items a report lacks, as facts."""
    items = [pl.when(f"lacks_{item}").then(pl.lit(f"report.{item}")) for item in ("cause", "solution", "parts", "opinion")]
    return pl.concat_list(items).list.drop_nulls()


def _findings(known: Cases) -> Frame:
    """All findings with how they stand, by the last ruling on them."""
    visits, conduct = known.visits, known.conduct
    silent = visits.filter(has("left").is_not_null(), ~has("in_between"))
    lacking = known.reports.filter(has("closed").is_not_null(), pl.any_horizontal("^lacks_.*$"))
    found = [
        _offences("left_without_call", "4.4", silent, "left", False,
                  _unknown("visit.hq_calls", has("called_in").is_null() & ~has("denied"))),
        _offences("late_arrival", "4.5", visits.filter(has("state").is_in(["late", "missed"])), "deadline", True,
                  _unknown("visit.arrived_at", has("state") == "missed")),
        _offences("report_incomplete", "4.6", lacking, "closed", False, _lacks()),
        _offences("disobeyed_dispatch", "4.7", conduct.filter(has("kind") == "disobedience"), "at", True),
        _offences("phone_off", "1.7", conduct.filter(has("kind") == "unreachable"), "at", True),
        *(_complained(known, cause) for cause in COMPLAINTS),
    ]  # fmt: skip
    ruled = pl.concat(found).with_columns(id=has("rule") + "/" + has("subject")).join(known.rulings, on="id", how="left")
    itself = pl.when("asks").then(pl.lit("awaiting_ruling")).otherwise(pl.lit("final"))
    stands = pl.coalesce(has("ruling").replace_strict(STANDS, default=None, return_dtype=pl.String), "said", itself)
    unknown = (has("rule") != "report_incomplete") & (has("missing").list.len() > 0)  # what a report lacks is what it is found for
    status = pl.when(unknown).then(pl.lit("facts_missing")).otherwise(stands)
    since = pl.when(~has("asks")).then("at").when(has("said") == "final").then("said_at")
    since = since.when(has("upheld").is_not_null()).then(pl.max_horizontal("upheld", "at"))
    because = pl.when(~unknown).then(pl.coalesce("because", pl.when(has("said").is_not_null()).then("reason")))
    return ruled.with_columns(status=status, reason=because).with_columns(
        final_at=pl.when(has("status").is_in(["final", "waived"])).then(since.dt.to_string("%Y-%m-%dT%H:%M:%S+08:00"))
    )


def _complained(known: Cases, cause: str) -> Frame:
    """What complaints of a cause come to: true, and where the clause asks for more, that too."""
    rule, clause, question = COMPLAINTS[cause]
    upheld, answer = has("standing") == "upheld", has(question) if question else pl.lit("yes")
    said = pl.when((has("standing") == "dismissed") | (upheld & (answer == "no"))).then(pl.lit("dismissed"))
    said = said.when(upheld & (answer == "yes")).then(pl.lit("final"))
    later = pl.max_horizontal("verified", "happened")
    nobody = _unknown("complaint.about", has("about").is_null())
    found = known.complaints.filter(has("cause") == cause)
    return _offences(rule, clause, found, "happened", True, nobody, said=said, said_at=later, reason=has("reason"))


def _repeats(reports: Frame) -> tuple[set[str], set[str]]:
    """The repairs that repeat a resolved one within the window, and those that are repeated."""
    repairs = reports.filter(has("closed").is_not_null(), has("purpose") == "repair").select("id", "closed", "resolved", "machine", "fault")
    both = repairs.filter("resolved").join(repairs, on=["machine", "fault"], suffix="_later")
    waited = has("closed_later") - has("closed")
    both = both.filter(waited > timedelta(0), waited <= REPEATED_WITHIN)
    return set(both["id_later"]), set(both["id"])


# ---- figures -------------------------------------------------------------------------------------------

Ours = Callable[..., Frame]


def _count(frame: Frame, *conditions: Any) -> int:
    return int(frame.filter(*conditions).height)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _tally(frame: Frame, column: str) -> dict[str, int]:
    return dict(frame[column].drop_nulls().value_counts().iter_rows())


def _seconds(frame: Frame, start: str, end: str) -> Frame:
    """How long each took, of those that came to an end; in order."""
    return frame.select((has(end) - has(start)).dt.total_seconds()).to_series().drop_nulls().sort()


def _minutes(seconds: float | None) -> int | None:
    return None if seconds is None else int((seconds + 30) // 60)


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else (seconds / 360 + 0.5) // 1 / 10


def _nearest(series: Frame, share: int) -> int | None:
    """The smallest that so many in a hundred do not exceed."""
    return int(series[(len(series) * share + 99) // 100 - 1]) if len(series) else None


def _figures(known: Cases, found: Frame, ours: Ours, off: dict[str, bool], after: datetime) -> Values:
    again, failed = _repeats(known.reports)
    calls, due, left = ours(known.calls), ours(known.visits, "in_force"), ours(known.visits, "left")
    surveys, complaints, visits = _surveys(known, left, ours), _complaint_figures(known, ours, after), _visit_figures(known.visits, due, left, ours)
    by_day = [frame.group_by(has(at).dt.to_string("%Y-%m-%d"), "state").len().iter_rows() for frame, at in ((calls, "at"), (due, "in_force"))]
    return {
        "headline": {
            "satisfied_rate": surveys["satisfied_rate"],
            "complaints_per_100_visits": _rate(complaints["registered"] * 100, visits["left"]),
        },
        "calls": _call_figures(known, calls, off),
        "replies": _reply_figures(calls),
        "visits": visits,
        "days": daily(off, *by_day),
        "reports": _report_figures(known, left, ours),
        "surveys": surveys,
        "repairs": _repair_figures(known, ours, again, failed),
        "complaints": complaints,
        "conduct": _conduct_figures(known, found, ours),
        "findings": _finding_rows(known, ours(found, "at", has("rule") != "phone_off")),
        "breaches": _breaches(known, found, left, ours, again),
    }


def _call_figures(known: Cases, calls: Frame, off: dict[str, bool]) -> Values:
    since = known.customers.select(has("id").alias("from"), "since")
    callers = calls.filter(has("from").str.contains(r"^\p{L}")).join(since, on="from", how="left")
    earlier = has("since").str.strip_chars_start("'") <= has("at").dt.to_string("%Y-%m-%d")
    needs, logged = calls.filter("needed"), known.complaints["call"].drop_nulls().implode()
    waits = _seconds(needs, "at", "sent")
    return {
        "registered": calls.height,
        "by_channel": _tally(calls, "channel"),
        "by_kind": _tally(calls, "kind"),
        "on_days_off": _count(calls, has("at").dt.to_string("%Y-%m-%d").is_in([day for day, free in off.items() if free])),
        "matched": _count(callers, earlier.fill_null(True)),
        "unreplied": _count(calls, has("replied").is_null()),
        "complaints_not_logged": _count(calls, has("kind") == "complaint", ~has("id").is_in(logged)),
        "needs_service": needs.height,
        "needs_without_visit": _count(needs, has("sent").is_null()),
        "dispatch_median_minutes": _minutes(waits.median()),
        "dispatch_worst_minutes": _minutes(waits.max()),
    }


def _reply_figures(calls: Frame) -> Values:
    states, waits = _tally(calls, "state"), _seconds(calls, "at", "answered")
    counts = {state: states.get(state, 0) for state in ("within", "late", "overdue", "pending", "facts_missing")}
    rate = _rate(counts["within"], counts["within"] + counts["late"] + counts["overdue"])
    return {**counts, "rate": rate, "median_minutes": _minutes(waits.median()), "p90_minutes": _minutes(_nearest(waits, 90))}


def _visit_figures(visits: Frame, due: Frame, left: Frame, ours: Ours) -> Values:
    states = _tally(due, "state")
    counts = {state: states.get(state, 0) for state in ("on_time", "late", "missed", "pending", "facts_missing")}
    again, told = ours(visits, "again_at", has("replaced")), has("called_in").is_not_null() | has("denied")
    customer = _count(again, has("asked_by") == "customer")
    return {
        "due": due.height,
        **counts,
        "rate": _rate(counts["on_time"], counts["on_time"] + counts["late"] + counts["missed"]),
        "left": left.height,
        "left_without_calling": _count(left, ~has("in_between"), told),
        "call_in_unknown": _count(left, ~told),
        "repromised_by_customer": customer,
        "repromised_by_us": again.height - customer,
        "cancelled": 0,
        "past_customers_time": _count(due, has("overruled")),
        "arrived_not_left": _count(ours(visits, "arrived"), has("left").is_null()),
    }


def _report_figures(known: Cases, left: Frame, ours: Ours) -> Values:
    wanted, closed = left.filter("reportable"), ours(known.reports, "closed")
    filed = _count(wanted, has("closed").fill_null(False))
    items = {name: _count(closed, has(f"lacks_{name}")) for name in ("cause", "opinion", "parts", "solution")}
    return {
        "expected": wanted.height,
        "filed": filed,
        "missing": wanted.height - filed,
        "incomplete": _count(closed, pl.any_horizontal("^lacks_.*$")),
        "missing_items": {name: times for name, times in items.items() if times},
        "archived": _count(closed, has("archived").is_not_null()),
    }


def _surveys(known: Cases, left: Frame, ours: Ours) -> Values:
    wanted = left.filter("reportable").with_columns(has("surveyed", "refused").fill_null(False))
    told = ours(known.reports, "surveyed").select(has("scores").str.extract_all(r'"\w+": "\d+"').alias("said")).explode("said")
    score = told.select(has("said").str.extract(r"(\w+)").alias("name"), has("said").str.extract(r"(\d+)\"$").cast(pl.Int64).alias("points"))
    sums = score.drop_nulls().group_by("name").agg(has("points").sum(), pl.len())
    returned, refused = _count(wanted, has("surveyed")), _count(wanted, has("refused"), ~has("surveyed"))
    scored, satisfied = (_count(score, has("name") == "overall", *more) for more in ((), (has("points") >= 4,)))
    return {
        "returned": returned,
        "refused": refused,
        "missing": wanted.height - returned - refused,
        "mean": {name: (points * 200 + n) // (2 * n) / 100 for name, points, n in sums.iter_rows()},
        "satisfied": satisfied,
        "scored": scored,
        "satisfied_rate": _rate(satisfied, scored),
    }


def _repair_figures(known: Cases, ours: Ours, again: set[str], failed: set[str]) -> Values:
    repairs = known.reports.filter(has("closed").is_not_null(), has("purpose") == "repair")
    month = ours(repairs, "closed")
    first = month.filter(~has("id").is_in(list(again)))
    came_again, resolved = has("id").is_in(list(failed)), has("resolved")
    fixed = _count(first, resolved, ~came_again)
    mended = repairs.filter("resolved").group_by("call").agg(pl.coalesce("left", "closed").min().alias("mended"))
    took = _seconds(ours(mended.join(known.calls.select(has("id").alias("call"), "at"), on="call"), "mended"), "at", "mended")
    return {
        "reports": month.height,
        "repeat": month.height - first.height,
        "first": first.height,
        "fixed": fixed,
        "not_resolved": _count(first, ~resolved),
        "came_again": _count(first, resolved, came_again),
        "first_time_fix_rate": _rate(fixed, first.height),
        "repaired": len(took),
        "median_hours": _hours(took.median()),
        "p90_hours": _hours(_nearest(took, 90)),
    }


def _complaint_figures(known: Cases, ours: Ours, after: datetime) -> Values:
    found, standing = ours(known.complaints), has("standing")
    service = found.filter(has("kind") == "service")
    waits = _seconds(service, "at", "reported")
    upheld = known.complaints.filter(standing == "upheld", has("verified") < after, has("remedied").is_null())
    rows = found.join(known.staff.select(has("id").alias("about"), "name"), on="about", how="left").sort("at", "id").select(
        "id", has("at").dt.to_string("%Y-%m-%d").alias("date"), "channel", "kind", "cause", has("about").alias("staff"), "name", "standing",
        has("remedied").is_not_null(), has("closed").is_not_null(),
    )  # fmt: skip
    return {
        "registered": found.height,
        **{f"by_{name}": _tally(found, name) for name in ("channel", "kind", "cause")},
        **{name: _count(found, standing == name) for name in ("upheld", "dismissed", "open")},
        "unremedied": upheld.height,
        "unreported": _count(service, has("reported").is_null()),
        "report_median_minutes": _minutes(waits.median()),
        "report_worst_minutes": _minutes(waits.max()),
        "list": rows.to_dicts(),
    }


def _conduct_figures(known: Cases, found: Frame, ours: Ours) -> Values:
    logged, waiting = ours(known.conduct), found.filter(has("status") == "awaiting_ruling")["subject"].implode()
    still = _count(logged, has("id").is_in(waiting))
    return {"opened": logged.height, "closed": logged.height - still, "open": still, "by_kind": _tally(logged, "kind")}


def _finding_rows(known: Cases, found: Frame) -> list[Values]:
    named = found.join(known.staff.select(has("id").alias("staff"), "name"), on="staff", how="left").sort("at", "id")
    rows: list[Values] = named.select(
        "id", "rule", "clause", "staff", "name", "subject", has("at").dt.to_string("%Y-%m-%d").alias("date"), "status",
        pl.lit(None).alias("amount"), "final_at", "reason", "missing",
    ).to_dicts()  # fmt: skip
    return rows


def _breaches(known: Cases, found: Frame, left: Frame, ours: Ours, again: set[str]) -> dict[str, int]:
    """How often each rule without a sanction was broken; those that depend on a limit that is not set find nothing."""
    wanted, late = left.filter("reportable"), known.calls.filter(has("state").is_in(["late", "overdue"]))
    counts = {
        "reply_24h": ours(late.with_columns(has("at") + REPLY_WITHIN)).height,
        "call_registered": _count(ours(known.calls), has("from").is_null() | has("summary").is_null()),
        "dispatch_registered": _count(ours(known.visits, "sent"), has("staff").is_null() | pl.coalesce("call", "customer").is_null()),
        "report_missing": _count(wanted, ~has("closed").fill_null(False)),
        "survey_missing": _count(wanted, ~(has("surveyed").fill_null(False) | has("refused").fill_null(False))),
        "repeat_repair": _count(ours(known.reports, "closed"), has("id").is_in(list(again))),
        "phone_off": ours(found, "at", has("rule") == "phone_off", has("status") == "final").height,
    }
    return {rule: times for rule, times in counts.items() if times}
