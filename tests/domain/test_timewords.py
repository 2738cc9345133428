"""Time words in both languages: the right moment, or a refusal that says why; never a guess."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from svc.domain.clock.base import WEEKDAYS
from svc.domain.clock.words import read_time, read_window
from svc.errors import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


MONDAY = "2026-11-23 10:00"
"""The `now` of most rows."""

UNDERSTOOD = """
    now                             | 2026-11-23 10:00
    现在                            | 2026-11-23 10:00
    15:00                           | 2026-11-23 15:00
    １５：００                      | 2026-11-23 15:00
    09:05                           | 2026-11-23 09:05
    03:00                           | 2026-11-23 03:00
    0:30                            | 2026-11-23 00:30
    15:00:30                        | 2026-11-23 15:00:30
    今天上午9点                     | 2026-11-23 09:00
    今日 15:00                      | 2026-11-23 15:00
    明早九点                        | 2026-11-24 09:00
    明早9点半                       | 2026-11-24 09:30
    今早九点                        | 2026-11-23 09:00
    今晚8点                         | 2026-11-23 20:00
    今晚八点半                      | 2026-11-23 20:30
    明晚7点                         | 2026-11-24 19:00
    昨晚8点                         | 2026-11-22 20:00
    明天下午3点                     | 2026-11-24 15:00
    明天下午三点                    | 2026-11-24 15:00
    明天 下午 3 点                  | 2026-11-24 15:00
    明天下午3点半                   | 2026-11-24 15:30
    明天下午3点一刻                 | 2026-11-24 15:15
    明天下午三点三刻                | 2026-11-24 15:45
    明天下午3点15                   | 2026-11-24 15:15
    明天下午3点15分                 | 2026-11-24 15:15
    明天下午三点零五分              | 2026-11-24 15:05
    明天下午三点二十                | 2026-11-24 15:20
    明天下午三点二十五分            | 2026-11-24 15:25
    明天下午3时整                   | 2026-11-24 15:00
    明天下午3点钟                   | 2026-11-24 15:00
    明天下午3:30                    | 2026-11-24 15:30
    明天下午15点                    | 2026-11-24 15:00
    明天15：30                      | 2026-11-24 15:30
    明天 15:00                      | 2026-11-24 15:00
    明日十点                        | 2026-11-24 10:00
    明天9点                         | 2026-11-24 09:00
    明天7点                         | 2026-11-24 07:00
    明天12点                        | 2026-11-24 12:00
    明天十二点半                    | 2026-11-24 12:30
    明天16点                        | 2026-11-24 16:00
    明天二十三点                    | 2026-11-24 23:00
    明天零点                        | 2026-11-24 00:00
    明天凌晨2点                     | 2026-11-24 02:00
    今天凌晨3点                     | 2026-11-23 03:00
    凌晨5点                         | 2026-11-23 05:00
    中午12点                        | 2026-11-23 12:00
    中午12点半                      | 2026-11-23 12:30
    明天中午1点                     | 2026-11-24 13:00
    明天中午                        | 2026-11-24 12:00
    明天正午                        | 2026-11-24 12:00
    傍晚6点                         | 2026-11-23 18:00
    晚上十一点                      | 2026-11-23 23:00
    半夜11点                        | 2026-11-23 23:00
    下午12点半                      | 2026-11-23 12:30
    下午3点                         | 2026-11-23 15:00
    后天上午                        | 2026-11-25 12:00
    明天下午                        | 2026-11-24 18:00
    后天上午10点                    | 2026-11-25 10:00
    大后天9点                       | 2026-11-26 09:00
    昨天下午4点                     | 2026-11-22 16:00
    前天 8:30                       | 2026-11-21 08:30
    大前天9点                       | 2026-11-20 09:00
    周五 15:00                      | 2026-11-27 15:00
    星期五下午两点                  | 2026-11-27 14:00
    礼拜天9点                       | 2026-11-29 09:00
    周日9点                         | 2026-11-29 09:00
    星期日 9:00                     | 2026-11-29 09:00
    周二十点                        | 2026-11-24 10:00
    周二 十一点                     | 2026-11-24 11:00
    周一11点                        | 2026-11-23 11:00
    周一9点                         | 2026-11-30 09:00
    周一10点                        | 2026-11-30 10:00
    下周三 9点                      | 2026-12-02 09:00
    下个星期三9点                   | 2026-12-02 09:00
    下周一9点                       | 2026-11-30 09:00
    下下周一9点                     | 2026-12-07 09:00
    本周五9点                       | 2026-11-27 09:00
    这周五9点                       | 2026-11-27 09:00
    本周一9点                       | 2026-11-23 09:00
    上周五9点                       | 2026-11-20 09:00
    11月30日 下午2点                | 2026-11-30 14:00
    11月30号下午2点                 | 2026-11-30 14:00
    十一月三十日下午两点            | 2026-11-30 14:00
    11 月 30 日 14:00               | 2026-11-30 14:00
    2027年1月5日 10:00              | 2027-01-05 10:00
    明年1月5日10点                  | 2027-01-05 10:00
    今年8月1日10点                  | 2026-08-01 10:00
    30号上午10点                    | 2026-11-30 10:00
    三十号上午十点                  | 2026-11-30 10:00
    23号9点                         | 2026-11-23 09:00
    本月20号10点                    | 2026-11-20 10:00
    下月5号10点                     | 2026-12-05 10:00
    下个月31号10点                  | 2026-12-31 10:00
    上个月31号10点                  | 2026-10-31 10:00
    2026-11-30 下午2点              | 2026-11-30 14:00
    2026/11/30 3pm                  | 2026-11-30 15:00
    2026-11-30 15:00                | 2026-11-30 15:00
    2026年11月24日 周二 15:00       | 2026-11-24 15:00
    11月30日（周一）下午2点         | 2026-11-30 14:00
    Tue 2026-11-24 15:00            | 2026-11-24 15:00
    Fri 27 Nov 3pm                  | 2026-11-27 15:00
    3天后                           | 2026-11-26 10:00
    三天以后                        | 2026-11-26 10:00
    两小时后                        | 2026-11-23 12:00
    2个小时之后                     | 2026-11-23 12:00
    半小时后                        | 2026-11-23 10:30
    半个小时后                      | 2026-11-23 10:30
    一个半小时后                    | 2026-11-23 11:30
    两个半钟头后                    | 2026-11-23 12:30
    20分钟后                        | 2026-11-23 10:20
    一周后                          | 2026-11-30 10:00
    两个星期后                      | 2026-12-07 10:00
    3天后下午3点                    | 2026-11-26 15:00
    两天后上午                      | 2026-11-25 12:00
    3天内                           | 2026-11-26 10:00
    三天之内                        | 2026-11-26 10:00
    24小时内                        | 2026-11-24 10:00
    二十四小时以内                  | 2026-11-24 10:00
    2小时前                         | 2026-11-23 08:00
    3天前                           | 2026-11-20 10:00
    3天前下午3点                    | 2026-11-20 15:00
    周五前                          | 2026-11-26 23:59
    周五之前                        | 2026-11-26 23:59
    下周一前                        | 2026-11-29 23:59
    12月1日前                       | 2026-11-30 23:59
    明天前                          | 2026-11-23 23:59
    11月30日内                      | 2026-11-30 23:59
    30号以前                        | 2026-11-29 23:59
    明天内                          | 2026-11-24 23:59
    今天之内                        | 2026-11-23 23:59
    周五内                          | 2026-11-27 23:59
    周五下午3点前                   | 2026-11-27 15:00
    明天中午前                      | 2026-11-24 12:00
    15点之前                        | 2026-11-23 15:00
    月底                            | 2026-11-30 23:59
    月底前                          | 2026-11-30 23:59
    本月内                          | 2026-11-30 23:59
    明天9点到11点                   | 2026-11-24 11:00
    明天9-11点                      | 2026-11-24 11:00
    明天上午9点到下午3点            | 2026-11-24 15:00
    下午2点到4点                    | 2026-11-23 16:00
    周五从9点至11点                 | 2026-11-27 11:00
    9:00-11:00                      | 2026-11-23 11:00
    2026-11-30 9:00到11:00          | 2026-11-30 11:00
    tomorrow 15:00                  | 2026-11-24 15:00
    tomorrow 3pm                    | 2026-11-24 15:00
    tomorrow 3 p.m.                 | 2026-11-24 15:00
    Tomorrow at 3:30 PM             | 2026-11-24 15:30
    3pm tomorrow                    | 2026-11-24 15:00
    tomorrow, 3pm                   | 2026-11-24 15:00
    tomorrow at 9                   | 2026-11-24 09:00
    tomorrow at 9 o'clock           | 2026-11-24 09:00
    tomorrow morning                | 2026-11-24 12:00
    tomorrow afternoon              | 2026-11-24 18:00
    this afternoon                  | 2026-11-23 18:00
    tomorrow morning at 9           | 2026-11-24 09:00
    at 3 in the afternoon           | 2026-11-23 15:00
    tomorrow noon                   | 2026-11-24 12:00
    tomorrow at 12 noon             | 2026-11-24 12:00
    tomorrow 12am                   | 2026-11-24 00:00
    tomorrow 12pm                   | 2026-11-24 12:00
    tomorrow 12:30am                | 2026-11-24 00:30
    12:30 pm                        | 2026-11-23 12:30
    today 8pm                       | 2026-11-23 20:00
    tonight at 8                    | 2026-11-23 20:00
    8pm tonight                     | 2026-11-23 20:00
    tonight 20:30                   | 2026-11-23 20:30
    yesterday 4pm                   | 2026-11-22 16:00
    day after tomorrow 9am          | 2026-11-25 09:00
    the day after tomorrow at noon  | 2026-11-25 12:00
    noon                            | 2026-11-23 12:00
    fri 9am                         | 2026-11-27 09:00
    Friday at 9                     | 2026-11-27 09:00
    on monday at 9am                | 2026-11-30 09:00
    monday 11am                     | 2026-11-23 11:00
    at 9 on thursday                | 2026-11-26 09:00
    this fri 9am                    | 2026-11-27 09:00
    next mon 9am                    | 2026-11-30 09:00
    last fri 9am                    | 2026-11-20 09:00
    nov 30 14:00                    | 2026-11-30 14:00
    November 30th at 2pm            | 2026-11-30 14:00
    30 nov 2pm                      | 2026-11-30 14:00
    30th of november 2pm            | 2026-11-30 14:00
    2pm on nov 30                   | 2026-11-30 14:00
    jan 5 2027 10:00                | 2027-01-05 10:00
    Jan 5, 2027, 10am               | 2027-01-05 10:00
    jan 5 10am                      | 2027-01-05 10:00
    +3d                             | 2026-11-26 10:00
    +2h                             | 2026-11-23 12:00
    +90m                            | 2026-11-23 11:30
    +1w                             | 2026-11-30 10:00
    +1d2h                           | 2026-11-24 12:00
    +2 hours                        | 2026-11-23 12:00
    -2h                             | 2026-11-23 08:00
    +3d 15:00                       | 2026-11-26 15:00
    in 3 days                       | 2026-11-26 10:00
    in 2 hours                      | 2026-11-23 12:00
    in an hour                      | 2026-11-23 11:00
    in half an hour                 | 2026-11-23 10:30
    2 weeks from now                | 2026-12-07 10:00
    in 3 days at 3pm                | 2026-11-26 15:00
    within 24 hours                 | 2026-11-24 10:00
    3 days ago                      | 2026-11-20 10:00
    2 hours ago                     | 2026-11-23 08:00
    90 min ago                      | 2026-11-23 08:30
    3 days ago at 15:00             | 2026-11-20 15:00
    end of month                    | 2026-11-30 23:59
    by the end of the month         | 2026-11-30 23:59
    by friday                       | 2026-11-27 23:59
    by tomorrow                     | 2026-11-24 23:59
    by 2026-11-30                   | 2026-11-30 23:59
    before friday                   | 2026-11-26 23:59
    by friday 3pm                   | 2026-11-27 15:00
    by noon                         | 2026-11-23 12:00
    tomorrow 9-11                   | 2026-11-24 11:00
    tomorrow from 9 to 11           | 2026-11-24 11:00
    tomorrow between 9 and 11       | 2026-11-24 11:00
    2-4pm                           | 2026-11-23 16:00
    tomorrow 9-5pm                  | 2026-11-24 17:00
    fri 10am-noon                   | 2026-11-27 12:00
    tomorrow 下午3点                | 2026-11-24 15:00
    周五 3pm                        | 2026-11-27 15:00
"""

AT_OTHER_TIMES = """
    2026-11-30 22:00 | 明早九点          | 2026-12-01 09:00
    2026-11-30 22:00 | tomorrow 3pm      | 2026-12-01 15:00
    2026-11-30 22:00 | 30号23点          | 2026-11-30 23:00
    2026-11-30 22:00 | 下月1号9点        | 2026-12-01 09:00
    2026-11-30 22:00 | 月底              | 2026-11-30 23:59
    2026-11-30 22:00 | +3h               | 2026-12-01 01:00
    2027-02-28 09:00 | 明天9点           | 2027-03-01 09:00
    2028-02-28 09:00 | 明天9点           | 2028-02-29 09:00
    2028-02-28 09:00 | 2月29日9点        | 2028-02-29 09:00
    2028-02-28 09:00 | 月底              | 2028-02-29 23:59
    2027-02-10 09:00 | end of month      | 2027-02-28 23:59
    2027-11-23 09:00 | 2月29日9点        | 2028-02-29 09:00
    2028-02-29 09:00 | +1w               | 2028-03-07 09:00
    2028-02-29 09:00 | 大后天9点         | 2028-03-03 09:00
    2026-12-31 16:00 | 明天下午3点       | 2027-01-01 15:00
    2026-12-31 16:00 | 下月1号9点        | 2027-01-01 09:00
    2026-12-31 16:00 | 月底              | 2026-12-31 23:59
    2026-12-31 16:00 | jan 5 10am        | 2027-01-05 10:00
    2026-12-31 16:00 | 后天上午          | 2027-01-02 12:00
    2027-01-03 16:00 | 12月30日9点       | 2026-12-30 09:00
    2027-01-03 16:00 | 上个月30号9点     | 2026-12-30 09:00
    2027-01-03 16:00 | 去年12月30日9点   | 2026-12-30 09:00
    2026-11-29 10:00 | 周日9点           | 2026-12-06 09:00
    2026-11-29 10:00 | 周日11点          | 2026-11-29 11:00
    2026-11-29 10:00 | 下周日11点        | 2026-12-06 11:00
    2026-11-29 10:00 | 下周一9点         | 2026-11-30 09:00
    2026-11-29 10:00 | 本周一9点         | 2026-11-23 09:00
    2026-11-29 10:00 | 本周日9点         | 2026-11-29 09:00
    2026-11-29 10:00 | next mon 9am      | 2026-11-30 09:00
    2026-11-29 10:00 | next sun 9am      | 2026-12-06 09:00
    2026-11-29 10:00 | last sun 9am      | 2026-11-22 09:00
    2026-11-29 10:00 | this sun 9pm      | 2026-11-29 21:00
    2026-11-29 10:00 | by monday         | 2026-11-30 23:59
    2026-11-29 10:00 | before monday     | 2026-11-29 23:59
    2026-11-27 10:00 | 周五前            | 2026-12-03 23:59
    2026-11-27 10:00 | by friday         | 2026-11-27 23:59
    2026-11-27 10:00 | 周五9点到11点     | 2026-11-27 11:00
    2026-11-27 11:00 | 周五9点到11点     | 2026-12-04 11:00
    2026-11-26 10:00 | 周五前            | 2026-11-26 23:59
    2026-11-23 00:10 | 凌晨2点           | 2026-11-23 02:00
    2026-11-23 00:10 | 昨晚11点          | 2026-11-22 23:00
    2026-11-23 23:50 | 半小时后          | 2026-11-24 00:20
"""

REFUSED = """
    明天
    tomorrow
    周五
    friday
    today
    11月30日
    nov 30
    nov 30 2027
    30号
    2026-11-30
    三天
    24小时
    2h
    3点
    三点半
    at 3
    明天3点
    明天6点
    明天3:00
    tomorrow 3:30
    tomorrow 9
    nov 30 9
    9-11
    9 to 11
    明天2点到4点
    上午10点到2点
    明天11点到9点
    tomorrow 22:00 to 02:00
    9am and 11am
    明天早上
    明天晚上
    今晚
    tonight
    tomorrow evening
    傍晚
    半夜
    凌晨
    晚上12点
    今晚零点
    晚上3点
    夜里2点
    半夜12点
    半夜2点
    上午12点
    中午9点
    早上15点
    tomorrow morning at 3pm
    零点
    0点
    12am
    13pm
    0am
    midnight
    tomorrow midnight
    明天24点
    24:00
    25:00
    明天9:60
    明天9点60分
    9:5
    三点五
    十十点
    3天后前
    3日内
    30日内
    三十日之内
    30日前
    30日后
    2月30日9点
    2027年2月29日9点
    11月31日9点
    31号9点
    13月1日9点
    8月1日9点
    20号10点
    32号9点
    2026-02-30 3pm
    0月0日9点
    next fri
    next fri 9am
    next sun 9am
    11/30 14:00
    11-30 14:00
    2026年11月24日 周三 15:00
    Wed 2026-11-24 15:00
    next week
    this week
    next month
    weekend
    下周
    下个月
    本周末
    周末
    in 2 months
    3个月后
    soon
    asap
    尽快
    马上
    改天
    eod
    end of day
    周五下班前
    3个工作日内
    in 2 working days
    明天3点啊
    明天下午3点左右
    大概明天下午3点
    明天下午3点明天
    tomorrow 3pm or so
    friday next week
    周五前 15:00
    by tomorrow morning
    明天上午前
    by tomorrow 9-11
    半天后
    一天半后
    1.5小时后
    in half a day
    +3
    3d
    +3x
    +1_0h
    +9999w
    2026-11-23T3pm
    20250301
    2025-W09-6
    nan
    1e5
    今天昨天9点
    9点9点
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def test_the_table_is_long_enough() -> None:
    assert len(_rows(UNDERSTOOD)) + len(_rows(AT_OTHER_TIMES)) + len(_rows(REFUSED)) >= 300


@pytest.mark.parametrize(("text", "meant"), _rows(UNDERSTOOD))
def test_understood(text: str, meant: str) -> None:
    assert read_time(text, at(MONDAY), SHANGHAI) == at(meant)


@pytest.mark.parametrize(("now", "text", "meant"), _rows(AT_OTHER_TIMES))
def test_understood_at_other_times(now: str, text: str, meant: str) -> None:
    assert read_time(text, at(now), SHANGHAI) == at(meant)


@pytest.mark.parametrize("text", ["", " ", "\0", "明天" * 40, *(row[0] for row in _rows(REFUSED))])
def test_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_time(text, at(MONDAY), SHANGHAI)
    hint = caught.value.hint
    assert hint and hint.en and hint.zh and caught.value.what.zh


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("明天3点", "3:00 is either 03:00 or 15:00", "03:00，也可能是 15:00"),
        ("明天", "read as Tue 2026-11-24; the hour is missing", "2026-11-24 周二，没有说几点"),
        ("next fri 9am", "either 2026-11-27 or 2026-12-04", "2026-11-27，也可能是 2026-12-04"),
        ("明天3点啊", "read as Tue 2026-11-24 and '3点啊'", "余下“3点啊”不是钟点"),
        ("晚上12点", "noon, or which midnight?", "哪一天的零点"),
        ("31号9点", "read as 2026-11-31, which does not exist", "没有这一天"),
        ("Wed 2026-11-24 15:00", "2026-11-24 is not a Wed", "2026-11-24 不是周三"),
        ("8月1日9点", "the year is missing", "没有说哪一年"),
        ("20号10点", "2026-11-20 is over", "已过"),
        ("3个工作日内", "working days are not counted", "不按工作日计算"),
        ("next week", "does not say which day", "没有说是哪一天"),
        ("30日内", "either a number of days (30) or a day of the month", "30 天，也可能是 30 号"),
        ("明天24点", "read as 24:00, which does not exist", "没有这个钟点"),
        ("hello", "not understood as a time", "不能理解为时间"),
    ],
)
def test_a_refusal_names_the_reading_that_was_tried(text: str, en: str, zh: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_time(text, at(MONDAY), SHANGHAI)
    assert en in caught.value.what.en
    assert zh in caught.value.what.zh


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("明天9点到11点", "2026-11-24 09:00", "2026-11-24 11:00"),
        ("tomorrow 9-11", "2026-11-24 09:00", "2026-11-24 11:00"),
        ("9:00-11:00", "2026-11-23 09:00", "2026-11-23 11:00"),
        ("11-1pm", "2026-11-23 11:00", "2026-11-23 13:00"),
        ("8-11pm", "2026-11-23 20:00", "2026-11-23 23:00"),
        ("下午2点到4点半", "2026-11-23 14:00", "2026-11-23 16:30"),
        ("明天7点到晚上9点", "2026-11-24 07:00", "2026-11-24 21:00"),
        ("明天零点到九点", "2026-11-24 00:00", "2026-11-24 09:00"),
        ("明天上午", None, "2026-11-24 12:00"),
        ("明天15:00", None, "2026-11-24 15:00"),
        ("2026-11-24T15:00", None, "2026-11-24 15:00"),
        ("3天内", None, "2026-11-26 10:00"),
    ],
)
def test_a_window_keeps_its_start_and_promises_its_end(text: str, start: str | None, end: str) -> None:
    assert read_window(text, at(MONDAY), SHANGHAI) == (start and at(start), at(end))


def test_days_keep_the_clock_time_and_hours_are_counted_when_the_clocks_change() -> None:
    now = at("2026-10-24 15:00", BERLIN)
    assert read_time("+1d", now, BERLIN).isoformat() == "2026-10-25T15:00:00+01:00"
    assert read_time("24小时后", now, BERLIN).isoformat() == "2026-10-25T14:00:00+01:00"
    assert read_time("+12h", now, BERLIN).isoformat() == "2026-10-25T02:00:00+01:00"
    for text in ("明天 02:30", "tomorrow 2:30am", "明天凌晨2点半"):
        with pytest.raises(BadInput):
            read_time(text, now, BERLIN)
    with pytest.raises(BadInput):
        read_time("tomorrow 02:30", at("2026-03-28 15:00", BERLIN), BERLIN)


def test_today_is_the_desks_today_whatever_the_offset_of_now() -> None:
    now = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # the 24th, 01:00 in Shanghai
    assert read_time("今天9点", now, SHANGHAI) == at("2026-11-24 09:00")
    assert read_time("tomorrow 9am", now, SHANGHAI) == at("2026-11-25 09:00")


_NOWS = st.datetimes(datetime(2001, 1, 1), datetime(2098, 12, 31)).map(lambda d: d.replace(tzinfo=UTC))
_PIECES = """
    今天 明天 后天 周五 下周三 本周 星期天 11月 30日 30号 2月29日 上午 下午 晚上 凌晨 中午 早 晚 前 后 内
    天 小时 半 点 分 刻 到 从 十 两 三 零 周 年 月 号 个 ， （ ） 9 3 12 24 31 : - + 15:00 2026- 11-30 T Z
    am pm at on by before next last this fri sun tomorrow tonight noon nov jan 2027 in days hours ago week
    month morning evening from to and o'clock
"""
_PIECE = st.sampled_from(_PIECES.split())
_TYPED = (
    st.text()
    | st.lists(_PIECE, min_size=1, max_size=9).map("".join)
    | st.lists(_PIECE, min_size=1, max_size=7).map(" ".join)
)


@given(_TYPED, _NOWS)
@example("9999年9999月9999日9999点", datetime(2026, 11, 23, tzinfo=UTC))
@example("-9999w-9999w-9999w-9999w-9999w-9999w-9999w", datetime(2026, 11, 23, tzinfo=UTC))
def test_any_text_is_a_moment_or_bad_input(text: str, now: datetime) -> None:
    try:
        start, end = read_window(text, now, BERLIN)
    except BadInput:
        return
    assert 2000 <= end.year <= 2099 and end.microsecond == 0 and end.utcoffset() is not None
    assert start is None or start < end


_DAYS_AHEAD = st.integers(0, 180)


@given(_NOWS, _DAYS_AHEAD, st.integers(0, 23), st.integers(0, 59))
def test_both_languages_name_the_same_moment(now: datetime, ahead: int, hour: int, minute: int) -> None:
    day = now.astimezone(SHANGHAI).date() + timedelta(days=ahead)
    meant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * day.month - 3 : 3 * day.month]
    twelve = f"{hour % 12 or 12}:{minute:02}{'am' if hour < 12 else 'pm'}"
    for text in (
        f"{day.month}月{day.day}日 {hour:02}:{minute:02}",
        f"{month} {day.day} {twelve}",
        f"{twelve} on {day.day} {month}",
        f"{ahead}天后 {hour:02}:{minute:02}",
        f"in {ahead} days at {twelve}",
    ):
        assert read_time(text, now, SHANGHAI) == meant, text


@given(_NOWS, st.integers(0, 6))
def test_a_weekday_is_the_next_one_and_still_ahead(now: datetime, weekday: int) -> None:
    for text in (
        f"周{'一二三四五六日'[weekday]}15:00",
        f"{WEEKDAYS[weekday]} 3pm",
    ):
        moment = read_time(text, now, SHANGHAI)
        assert moment.weekday() == weekday
        assert timedelta() < moment - now <= timedelta(days=7)


def test_the_calendar_of_the_tables_is_right() -> None:
    assert date(2026, 11, 23).weekday() == 0 and date(2026, 11, 29).weekday() == 6
