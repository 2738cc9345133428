"""Moments, months and spans: what is read, what is refused, what is shown."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.clock.base import echo, minutes, month_bounds, read_iso, show_span, span
from svc.domain.clock.words import read_time
from svc.errors import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
SANTIAGO = ZoneInfo("America/Santiago")
ZONES = (SHANGHAI, BERLIN, NEW_YORK, UTC, timezone(timedelta(hours=5, minutes=45)))


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("2026-11-23T15:00", "2026-11-23T15:00:00+08:00"),
        ("2026-11-23T15:00:05", "2026-11-23T15:00:05+08:00"),
        ("2026-11-23T15:00+08:00", "2026-11-23T15:00:00+08:00"),
        ("2026-11-23T15:00:05+09:30", "2026-11-23T15:00:05+09:30"),
        ("2026-11-23T15:00Z", "2026-11-23T15:00:00+00:00"),
        ("2026-11-23T15:00-05:00", "2026-11-23T15:00:00-05:00"),
        ("2026-11-23 15:00:00-05:00", "2026-11-23T15:00:00-05:00"),
        ("2026-11-23 15:00+08:00", "2026-11-23T15:00:00+08:00"),
        ("2026-11-23 15:00", "2026-11-23T15:00:00+08:00"),
        ("  2026-11-23   15:00 ", "2026-11-23T15:00:00+08:00"),
        ("2026/11/23 15:00", "2026-11-23T15:00:00+08:00"),
        ("2026.11.23 15:00", "2026-11-23T15:00:00+08:00"),
        ("2026-3-1 9:05", "2026-03-01T09:05:00+08:00"),
        ("2026/11/23 3:00", "2026-11-23T03:00:00+08:00"),
        ("2026－11－23　15：00", "2026-11-23T15:00:00+08:00"),
        ("2026-11-23 15：00", "2026-11-23T15:00:00+08:00"),
        ("2028-02-29T00:00", "2028-02-29T00:00:00+08:00"),
        ("2000-01-01T00:00", "2000-01-01T00:00:00+08:00"),
        ("2099-12-31T23:59:59", "2099-12-31T23:59:59+08:00"),
    ],
)
def test_iso_is_read(typed: str, iso: str) -> None:
    moment = read_iso(typed, SHANGHAI)
    assert moment is not None
    assert moment.isoformat(timespec="seconds") == iso


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-23",
        "2026/11/23",
        "2026-02-30",
        "2026-11-23T24:00",
        "2026-11-23T15:60",
        "2026-11-23T15:00:60",
        "2025-02-30T10:00",
        "2025-02-29T10:00",
        "2026-13-01T10:00",
        "2026-00-10T10:00",
        "2026-11-00T10:00",
        "0000-01-01T00:00",
        "0001-01-01T00:00",
        "1999-12-31T23:59",
        "2100-01-01T00:00",
        "9999-12-31T23:59",
        "20250301",
        "20250301T1000",
        "2025-W09-6",
        "2025W096",
        "2025-060",
        "2025-060 15:00",
        "2026-11-23T15:00+08:60",
        "2026-11-23T15:00+15:00",
        "2026-11-23 09:00-11:00",
        "２０２６－１１－２３　１５：００",
        "２０２６-11-23T15:00",
        "2026-11-23T1５:00",
    ],
)
def test_what_looks_like_iso_but_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_iso(typed, SHANGHAI)
    assert repr(typed) in caught.value.what.en
    assert caught.value.hint and caught.value.hint.en and caught.value.hint.zh


@pytest.mark.parametrize(
    "typed",
    ["", "15:00", "tomorrow 15:00", "明天", "2026-11-23 下午3点", "2026-11-23T15", "2026-11-23T15:0",
     "26-11-23 15:00", "2026-11/23 15:00", "2026-11-23T15:00:00.5", "2026-11-23T15:00+0800",
     "2026-11-23t15:00z", "٢٠٢٦-١١-٢٣ ١٥:٠٠"],
)  # fmt: skip
def test_what_is_not_iso_is_left_to_the_words(typed: str) -> None:
    assert read_iso(typed, SHANGHAI) is None


def test_messages_say_what_is_missing_and_how_to_mend_it() -> None:
    with pytest.raises(BadInput) as day:
        read_iso("2026/3/1", SHANGHAI)
    assert "the hour is missing" in day.value.what.en and "缺钟点" in day.value.what.zh
    assert day.value.hint and "2026-03-01T15:00" in day.value.hint.en
    with pytest.raises(BadInput) as midnight:
        read_iso("2026-11-23 24:00", SHANGHAI)
    assert midnight.value.hint and "00:00 of the next day" in midnight.value.hint.en
    with pytest.raises(BadInput) as window:
        read_iso("2026-11-23 09:00-11:00", SHANGHAI)
    assert "from 09:00 to 11:00" in window.value.what.en and "offset -11:00" in window.value.what.en


def test_a_clock_time_left_out_or_shown_twice_is_refused_with_both_readings() -> None:
    with pytest.raises(BadInput) as missing:
        read_iso("2026-03-29T02:30", BERLIN)
    assert "leave it out" in missing.value.what.en
    assert missing.value.hint
    assert missing.value.hint.en == "write 2026-03-29T03:30+02:00 or 2026-03-29T01:30+01:00"
    with pytest.raises(BadInput) as twice:
        read_iso("2026-10-25 02:30", BERLIN)
    assert "twice" in twice.value.what.en
    assert twice.value.hint
    assert twice.value.hint.zh == "请写 2026-10-25T02:30+02:00 或 2026-10-25T02:30+01:00"
    assert read_iso("2026-10-25T02:30+01:00", BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_moments_are_compared_as_instants_across_a_change_of_clocks() -> None:
    before, after = read_iso("2026-10-25T01:30", BERLIN), read_iso("2026-10-25T03:30", BERLIN)
    assert before and after
    assert after - before == timedelta(hours=3)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)), st.sampled_from(ZONES))
def test_every_moment_that_is_printed_reads_back(wall: datetime, zone: ZoneInfo) -> None:
    moment = wall.replace(tzinfo=UTC, microsecond=0).astimezone(zone)
    printed = moment.isoformat(timespec="seconds")
    read = read_iso(printed, SHANGHAI)
    # Not `==`: Python calls no time of a doubled hour equal to one of another zone.
    assert read and read.timestamp() == moment.timestamp()
    again = read_time(printed.replace("T", " "), moment, SHANGHAI)
    assert again.isoformat(timespec="seconds") == printed


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)), st.sampled_from(ZONES), st.booleans())
def test_every_moment_that_is_echoed_reads_back(wall: datetime, zone: ZoneInfo, chinese: bool) -> None:
    moment = wall.replace(second=0, microsecond=0, tzinfo=UTC).astimezone(zone)
    told = echo(moment, zone)
    try:
        assert read_time(told.zh if chinese else told.en, moment, zone) == moment
    except BadInput as refused:
        assert "twice" in refused.what.en  # the night the clocks are put back


@given(
    st.text()
    | st.from_regex(r"[0-9]{1,5}[-/.][0-9]{1,3}[-/.][0-9]{1,3}[T ][0-9]{1,3}:[0-9]{1,3}(Z|\+..:..)?")
)
def test_reading_iso_never_fails_otherwise_than_by_bad_input(text: str) -> None:
    try:
        moment = read_iso(text, BERLIN)
    except BadInput:
        return
    assert moment is None or moment.utcoffset() is not None


def test_words_are_read_where_it_is_no_iso() -> None:
    now = datetime(2026, 11, 23, 10, 0, 30, 999, tzinfo=SHANGHAI)
    assert read_time("明天下午3点", now, SHANGHAI).isoformat() == "2026-11-24T15:00:00+08:00"
    assert read_time("now", now, SHANGHAI).isoformat() == "2026-11-23T10:00:30+08:00"
    with pytest.raises(BadInput):
        read_time("2026-11-23", now, SHANGHAI)


@pytest.mark.parametrize(
    ("month", "zone", "start", "end"),
    [
        ("2026-10", SHANGHAI, "2026-10-01T00:00:00+08:00", "2026-11-01T00:00:00+08:00"),
        ("2026-12", SHANGHAI, "2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00"),
        ("2028-02", SHANGHAI, "2028-02-01T00:00:00+08:00", "2028-03-01T00:00:00+08:00"),
        ("2099-12", SHANGHAI, "2099-12-01T00:00:00+08:00", "2100-01-01T00:00:00+08:00"),
        ("2026-03", BERLIN, "2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"),
        ("2026-10", BERLIN, "2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00"),
        ("2024-09", SANTIAGO, "2024-09-01T00:00:00-04:00", "2024-10-01T00:00:00-03:00"),
    ],
)
def test_month_bounds(month: str, zone: ZoneInfo, start: str, end: str) -> None:
    assert [moment.isoformat() for moment in month_bounds(month, zone)] == [start, end]


def test_a_month_with_a_change_of_clocks_is_an_hour_shorter_or_longer() -> None:
    march, october = month_bounds("2026-03", BERLIN), month_bounds("2026-10", BERLIN)
    assert march[1] - march[0] == timedelta(days=31, hours=-1)
    assert october[1] - october[0] == timedelta(days=31, hours=1)


def test_a_month_whose_first_midnight_is_left_out_begins_when_the_clocks_go_on() -> None:
    # Paraguay put the clocks on at midnight of 1 October 2017.
    assert month_bounds("2017-10", ZoneInfo("America/Asuncion"))[0].isoformat() == "2017-10-01T01:00:00-03:00"


@pytest.mark.parametrize(
    "month",
    [
        "2026-13",
        "2026-00",
        "2026-1",
        "２０２６-10",
        "abc",
        "",
        "2026",
        "202610",
        "2026/10",
        "1999-12",
        "2026-10-01",
        "10-2026",
    ],
)
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(BadInput) as caught:
        month_bounds(month, SHANGHAI)
    assert caught.value.hint and "2026-10" in caught.value.hint.en


@pytest.mark.parametrize(
    ("seconds", "whole"),
    [
        (0, 0),
        (29, 0),
        (29.999, 0),
        (30, 1),
        (89, 1),
        (90, 2),
        (150, 3),
        (3600, 60),
        (-30, 0),
        (-31, -1),
        (86_430, 1441),
    ],
)
def test_minutes_round_half_up(seconds: float, whole: int) -> None:
    assert minutes(seconds) == whole


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h", 7200),
        ("30m", 1800),
        ("3d", 259_200),
        ("1w", 604_800),
        ("24 hours", 86_400),
        ("1 hour", 3600),
        ("30 days", 2_592_000),
        ("90 min", 5400),
        ("1d 12h", 129_600),
        ("1h30m", 5400),
        ("15 h 30 min", 55_800),
        ("2小时", 7200),
        ("2个小时", 7200),
        ("2 小时", 7200),
        ("3天", 259_200),
        ("30分钟", 1800),
        ("15 小时 30 分", 55_800),
        ("２Ｈ", 7200),
        ("1周", 604_800),
    ],
)
def test_span(text: str, seconds: int) -> None:
    assert span(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "2", "h", "-2h", "+2h", "0h", "0 days", "2x", "2 months", "1.5h", "1e3h", "1_0h", "2h2h", "30m 1h",
     "2hh", "两小时", "nan", "inf h", "999999h", "2h ago", "day"],
)  # fmt: skip
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        span(text)


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (0, "0 min", "0 分"),
        (29, "0 min", "0 分"),
        (-20, "0 min", "0 分"),
        (30, "1 min", "1 分"),
        (55_800, "15 h 30 min", "15 小时 30 分"),
        (3600, "1 h", "1 小时"),
        (86_400, "24 h", "24 小时"),
        (172_799, "2 d", "2 天"),
        (172_860, "2 d 1 min", "2 天 1 分"),
        (2_592_000, "30 d", "30 天"),
        (-900, "-15 min", "-15 分"),
    ],
)
def test_show_span(seconds: float, en: str, zh: str) -> None:
    assert show_span(seconds) == (en, zh)


@given(st.integers(1, 99_999))
def test_every_span_shown_reads_back(whole: int) -> None:
    told = show_span(whole * 60)
    assert span(told.en) == span(told.zh) == whole * 60


def test_echo_shows_weekday_and_the_desks_own_clock() -> None:
    moment = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert echo(moment, SHANGHAI) == ("Tue 2026-11-24 15:00", "2026年11月24日 周二 15:00")
    assert echo(moment, BERLIN).en == "Tue 2026-11-24 08:00"


def test_importing_times_brings_no_zones_and_no_words() -> None:
    asked = "import sys, svc.domain.clock.base; print({'zoneinfo', 'svc.domain.clock.words'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
