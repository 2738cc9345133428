"""The files of a desk as polars frames of text, and a frame a kind of case made of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from typing import Any, NamedTuple

import polars as pl  # type: ignore[import-not-found,unused-ignore]

from bench.whole.asked import COLUMNS, EVENTS, Asked, refuse

Frame = Any  # a polars.DataFrame: polars need not be there to check types
has = pl.col
REPLY_WITHIN = timedelta(hours=24)
REPORTABLE = ("repair", "install", "train", "inspect")
class Cases(NamedTuple):
    """The month's desk: a row a case."""

    calls: Frame
    visits: Frame
    reports: Frame
    complaints: Frame
    conduct: Frame
    rulings: Frame
    staff: Frame
    customers: Frame


# ---- the files -----------------------------------------------------------------------------------------


def _read(asked: Asked, ledger: str) -> Frame:
    """What is asked for of a ledger and known by now, as text."""
    files, names = asked.files(ledger), list(COLUMNS[ledger])
    read = _rows if ledger not in ("reports", "complaints") else _documents
    frames = [read(file, names) for file in files]
    whole = pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return whole.filter(has("at") <= asked.known)


def _rows(file: str, names: list[str]) -> Frame:
    return pl.read_csv(file, columns=names, infer_schema=False)


def _documents(file: str, names: list[str]) -> Frame:
    """YAML read as lines: a line is `key: value`, a document what lies between two `---`; text loses its quotes."""
    line = pl.read_csv(file, has_header=False, separator="\x01", quote_char=None, new_columns=["line"], infer_schema=False)["line"]
    document = (line == "---").cum_sum().cast(pl.Int64)
    found = pl.DataFrame({"document": pl.int_range(1, (document.max() or 0) + 1, eager=True)})
    for name in names:
        here = line.str.starts_with(f"{name}: ")
        told = line.filter(here).str.slice(len(name) + 2).str.strip_chars('"')
        found = found.join(pl.DataFrame({"document": document.filter(here), name: told}), on="document", how="left")
    return found.select(names)


def _moment(name: str) -> Any:
    """A time as ledgers write it, to the minute; all have one offset."""
    return has(name).str.slice(0, 16).str.to_datetime("%Y-%m-%dT%H:%M", time_unit="us")


def _first(entries: Frame, event: str, name: str, *fields: str) -> Frame:
    """The first entry of an event, by case: when, and some of its fields."""
    found = entries.filter(has("event") == event).group_by("id").agg(has("at").min().alias(name), *(has(field).first() for field in fields))
    return found.with_columns(_moment(name))


def _beside(first: Frame, *others: Frame, on: str = "id") -> Frame:
    return reduce(lambda one, other: one.join(other, on=on, how="left"), others, first)


# ---- cases ---------------------------------------------------------------------------------------------


def cases(asked: Asked, now: datetime) -> Cases:
    """What is known at a moment, from the files."""
    entries = {ledger: _read(asked, ledger) for ledger in EVENTS}
    refuse(asked, {ledger: frame["event"].unique().to_list() for ledger, frame in entries.items()})
    calls = _calls(entries["calls"])
    visits = _visits(entries["visits"], calls, now)
    papers, reports = _reports(entries["reports"], visits)
    answered = _answered(calls, visits, now)
    conduct = entries["conduct"].with_columns(_moment("at"))
    rulings = entries["findings"].sort("at").group_by("id").agg(
        has("event").last().alias("ruling"), has("reason").last().alias("because"),
        has("at").filter(has("event") == "uphold").max().alias("upheld"),
    ).with_columns(_moment("upheld"))  # fmt: skip
    staff, customers = (pl.read_csv(asked.register(name), infer_schema=False) for name in ("staff", "customers"))
    return Cases(answered, _beside(visits, papers), reports, _complaints(entries["complaints"], visits), conduct, rulings, staff, customers)


def _calls(entries: Frame) -> Frame:
    log = _first(entries, "log", "at", "from", "channel", "kind", "machine", "summary", "needs_service", "due")
    told = entries.filter(has("text").is_not_null())
    found = _beside(log, _first(entries, "reply", "replied"), _first(told, "close", "told"))
    return found.with_columns(_moment("due"), needed=(has("needs_service") == "yes").fill_null(False))


def _visits(entries: Frame, calls: Frame, now: datetime) -> Frame:
    """The visits with the promise in force: one made before the first came due replaces it."""
    sent = _first(entries, "dispatch", "sent", "call", "customer", "machine", "staff", "purpose", "promised", "agreed", "not_told")
    again = _first(entries, "repromise", "again_at", "promised", "asked_by").rename({"promised": "again"})
    left = _first(entries, "leave", "left", "called_in", "no_call_in")
    asked = calls.select(has("id").alias("call"), has("machine").alias("call_machine"), "due")
    found = _beside(sent, again, _first(entries, "arrive", "arrived"), left).join(asked, on="call", how="left")
    found = found.with_columns(
        _moment("promised"), _moment("again"), _moment("called_in"), has("purpose").fill_null("repair"),
        pl.coalesce("machine", "call_machine").alias("machine"), denied=has("no_call_in").is_not_null(),
    )  # fmt: skip
    found = found.with_columns(replaced=(has("again_at") < has("promised")).fill_null(False))
    found = found.with_columns(in_force=pl.when("replaced").then("again").otherwise("promised"))
    agreed = (has("agreed").is_not_null() & (has("promised") > has("due"))) | (
        has("replaced") & (has("asked_by") == "customer").fill_null(False) & (has("again") > has("due"))
    )
    found = found.with_columns(overruled=((has("in_force") > has("due")) & ~agreed.fill_null(False)).fill_null(False))
    found = found.with_columns(deadline=pl.when("overruled").then("due").otherwise("in_force"))
    kept = pl.when(has("arrived") <= has("deadline")).then(pl.lit("on_time")).otherwise(pl.lit("late"))
    missed = pl.when(has("deadline") < now).then(pl.lit("missed")).otherwise(pl.lit("pending"))
    return found.with_columns(
        state=pl.when(has("arrived").is_not_null()).then(kept).otherwise(missed),
        in_between=has("called_in").is_between(has("arrived"), has("left")).fill_null(False),
        reportable=has("left").is_not_null() & has("purpose").is_in(REPORTABLE),
    )


def _answered(calls: Frame, visits: Frame, now: datetime) -> Frame:
    """The calls with what answered them first: a reply, a closing with a text, a dispatch that was told, an arrival."""
    sent = visits.group_by("call").agg(
        has("sent").min(), has("sent").filter(has("not_told").is_null()).min().alias("promised_at"), has("arrived").min()
    )
    found = calls.join(sent.rename({"call": "id"}), on="id", how="left")
    found = found.with_columns(answered=pl.min_horizontal("replied", "told", "promised_at", "arrived"))
    done = pl.when(has("answered") - has("at") <= REPLY_WITHIN).then(pl.lit("within")).otherwise(pl.lit("late"))
    over = pl.when(pl.lit(now) - has("at") <= REPLY_WITHIN).then(pl.lit("pending")).otherwise(pl.lit("overdue"))
    return found.with_columns(state=pl.when(has("answered").is_not_null()).then(done).otherwise(over))


def _reports(entries: Frame, visits: Frame) -> tuple[Frame, Frame]:
    """By visit which papers there are; and the reports that were handed in or came with a survey."""
    closed = _first(entries, "close", "closed", "visit", "machine", "fault", "cause", "solution", "parts", "no_parts", "opinion", "resolved")
    scored = _first(entries.filter(has("scores").is_not_null()), "survey", "surveyed", "scores", "visit").rename({"visit": "surveyed_visit"})
    refused = _first(entries.filter(has("scores").is_null()), "survey", "refused", "visit").rename({"visit": "refused_visit"})
    found = closed.join(scored, on="id", how="full", coalesce=True).join(refused, on="id", how="full", coalesce=True)
    found = found.join(_first(entries, "archive", "archived"), on="id", how="left")
    found = found.with_columns(visit=pl.coalesce("visit", "surveyed_visit", "refused_visit"), resolved=(has("resolved") == "yes").fill_null(False))
    papers = found.group_by("visit").agg(has(name).is_not_null().any().alias(name) for name in ("closed", "surveyed", "refused"))
    of_visit = visits.select(has("id").alias("visit"), "call", "staff", "left", "purpose", has("machine").alias("own"))
    found = found.join(of_visit, on="visit", how="left")
    repair = has("purpose") == "repair"
    silent = {name: ~has(name).str.contains(r"[\p{L}\p{N}]").fill_null(False) for name in ("cause", "solution", "opinion")}
    nameless = has("parts").str.contains(r'"name": "[^\p{L}\p{N}"]*"').fill_null(True)
    return papers.rename({"visit": "id"}), found.with_columns(
        has("fault").str.strip_chars().str.to_lowercase(), pl.coalesce("machine", "own").alias("machine"),
        lacks_cause=repair & silent["cause"], lacks_solution=silent["solution"],
        lacks_parts=repair & nameless & has("no_parts").is_null(), lacks_opinion=silent["opinion"],
    )  # fmt: skip


def _complaints(entries: Frame, visits: Frame) -> Frame:
    log = _first(entries, "log", "at", "channel", "kind", "cause", "about", "visit", "call")
    verdict = _first(entries, "verify", "verified", "verdict", "reason", "harms_image", "personal")
    others = [_first(entries, event, name) for event, name in (("report", "reported"), ("remedy", "remedied"), ("close", "closed"))]
    found = _beside(log, verdict, *others).join(visits.select(has("id").alias("visit"), "arrived"), on="visit", how="left")
    happened = pl.when(has("arrived") < has("at")).then("arrived").otherwise("at")
    return found.with_columns(standing=has("verdict").fill_null("open"), happened=happened)
