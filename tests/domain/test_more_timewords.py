"""Time words as people type them, said on Wednesday 2026-11-25 at 10:30: right or refused, none silently wrong."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from svc.domain.clock.base import echo
from svc.domain.clock.words import read_time
from svc.errors import BadInput

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=ZONE)

SAID = """
    下周三上午10点半 | Wed 2026-12-02 10:30
    大后天 | refused
    大后天上午 | Sat 2026-11-28 12:00
    月底前 | Mon 2026-11-30 23:59
    月底 | Mon 2026-11-30 23:59
    本月底 | Mon 2026-11-30 23:59
    下月底 | Thu 2026-12-31 23:59
    这周五17:00前 | Fri 2026-11-27 17:00
    周五17点前 | Fri 2026-11-27 17:00
    两小时后 | Wed 2026-11-25 12:30
    半小时内 | Wed 2026-11-25 11:00
    一刻钟后 | Wed 2026-11-25 10:45
    一个半小时内 | Wed 2026-11-25 12:00
    noon | Wed 2026-11-25 12:00
    today noon | Wed 2026-11-25 12:00
    tomorrow noon | Thu 2026-11-26 12:00
    next monday 8:30 | Mon 2026-11-30 08:30
    in 2 hours | Wed 2026-11-25 12:30
    end of month | Mon 2026-11-30 23:59
    by end of month | Mon 2026-11-30 23:59
    １５：３０ | Wed 2026-11-25 15:30
    ２０２６－１２－０１　１５：３０ | refused
    2026－12－01　15：30 | Tue 2026-12-01 15:30
    24:00 | refused
    今天24:00 | refused
    今天24点 | refused
    明天24点 | refused
    今晚12点 | refused
    明晚12点 | refused
    昨天15:00 | Tue 2026-11-24 15:00
    上周五下午3点 | Fri 2026-11-20 15:00
    8pm | Wed 2026-11-25 20:00
    8 pm today | Wed 2026-11-25 20:00
    tomorrow at 8 | Thu 2026-11-26 08:00
    tomorrow 8 | refused
    tomorrow at 3pm | Thu 2026-11-26 15:00
    三天内 | Sat 2026-11-28 10:30
    三日内 | refused
    3天之内 | Sat 2026-11-28 10:30
    一周内 | Wed 2026-12-02 10:30
    一周之内 | Wed 2026-12-02 10:30
    下周内 | refused
    本周内 | refused
    本周五前 | Thu 2026-11-26 23:59
    下周一前 | Sun 2026-11-29 23:59
    下周一之前 | Sun 2026-11-29 23:59
    周一早上8点 | Mon 2026-11-30 08:00
    周一早8点 | Mon 2026-11-30 08:00
    礼拜五下午 | Fri 2026-11-27 18:00
    星期六中午 | Sat 2026-11-28 12:00
    周末 | refused
    下周末 | refused
    国庆前 | refused
    春节后 | refused
    明天一早 | refused
    明天傍晚 | refused
    明天傍晚6点 | Thu 2026-11-26 18:00
    明天中午前 | Thu 2026-11-26 12:00
    明天中午12点前 | Thu 2026-11-26 12:00
    明早 | refused
    明早8点 | Thu 2026-11-26 08:00
    明早8:30 | Thu 2026-11-26 08:30
    明晚8点 | Thu 2026-11-26 20:00
    今晚8点 | Wed 2026-11-25 20:00
    今天晚上8点半 | Wed 2026-11-25 20:30
    后天晚上七点 | Fri 2026-11-27 19:00
    12月1日 | refused
    12月1日前 | Mon 2026-11-30 23:59
    12月1日下午3点 | Tue 2026-12-01 15:00
    12月1号上午九点 | Tue 2026-12-01 09:00
    12.1 15:00 | refused
    12/1 15:00 | refused
    12-01 15:00 | refused
    1/12 15:00 | refused
    2026年12月1日15时30分 | Tue 2026-12-01 15:30
    15时30分 | Wed 2026-11-25 15:30
    15点30 | Wed 2026-11-25 15:30
    15点半 | Wed 2026-11-25 15:30
    下午三点半 | Wed 2026-11-25 15:30
    下午3:30 | Wed 2026-11-25 15:30
    3:30pm | Wed 2026-11-25 15:30
    3.30pm | Wed 2026-11-25 15:30
    half past 3 | refused
    half past three pm | Wed 2026-11-25 15:30
    quarter to four pm | Wed 2026-11-25 15:45
    quarter past 3 pm | Wed 2026-11-25 15:15
    3 o'clock pm | Wed 2026-11-25 15:00
    15h30 | refused
    15h | refused
    1500 | refused
    0900 | refused
    9am tomorrow | Thu 2026-11-26 09:00
    9 in the morning tomorrow | Thu 2026-11-26 09:00
    tomorrow morning | Thu 2026-11-26 12:00
    tomorrow morning 9 | Thu 2026-11-26 09:00
    tomorrow morning at nine | Thu 2026-11-26 09:00
    tomorrow at nine am | Thu 2026-11-26 09:00
    this afternoon | Wed 2026-11-25 18:00
    this afternoon 3pm | Wed 2026-11-25 15:00
    tonight | refused
    tonight 8pm | Wed 2026-11-25 20:00
    tonight at 8 | Wed 2026-11-25 20:00
    monday | refused
    on monday at 9am | Mon 2026-11-30 09:00
    mon 9am | Mon 2026-11-30 09:00
    next week | refused
    next week monday 9am | Mon 2026-11-30 09:00
    monday next week 9am | Mon 2026-11-30 09:00
    a week from today | refused
    a week from monday 9am | refused
    in a week | Wed 2026-12-02 10:30
    in an hour | Wed 2026-11-25 11:30
    in half an hour | Wed 2026-11-25 11:00
    in an hour and a half | Wed 2026-11-25 12:00
    in 90 minutes | Wed 2026-11-25 12:00
    in 1.5 hours | Wed 2026-11-25 12:00
    in 2 days at 9am | Fri 2026-11-27 09:00
    in two hours | Wed 2026-11-25 12:30
    in three days | Sat 2026-11-28 10:30
    within 24h | Thu 2026-11-26 10:30
    within two days | Fri 2026-11-27 10:30
    within 2 working days | refused
    +90m | Wed 2026-11-25 12:00
    +1h30m | Wed 2026-11-25 12:00
    +1w | Wed 2026-12-02 10:30
    +3d 15:00 | Sat 2026-11-28 15:00
    +1d 9am | Thu 2026-11-26 09:00
    +3天 | Sat 2026-11-28 10:30
    3天 | refused
    24小时 | refused
    24h | refused
    2h | refused
    90分钟后 | Wed 2026-11-25 12:00
    40分钟内 | Wed 2026-11-25 11:10
    1小时30分钟后 | Wed 2026-11-25 12:00
    1小时30分后 | Wed 2026-11-25 12:00
    1小时半后 | refused
    一天半后 | refused
    半天内 | refused
    半天后 | refused
    两天半内 | refused
    两周内 | Wed 2026-12-09 10:30
    两个月内 | refused
    一个月后 | refused
    1个月内 | refused
    半个月内 | refused
    三个工作日内 | refused
    3个工作日内 | refused
    next month 5th 10:00 | refused
    the 5th 10:00 | refused
    on the 5th at 10am | refused
    5th dec 10am | Sat 2026-12-05 10:00
    dec 5 10am | Sat 2026-12-05 10:00
    december 5th at 10 am | Sat 2026-12-05 10:00
    5 december 2026 10:00 | Sat 2026-12-05 10:00
    5号10点 | refused
    25号15:00 | Wed 2026-11-25 15:00
    25日15:00 | Wed 2026-11-25 15:00
    下个月5号上午10点 | Sat 2026-12-05 10:00
    下月5日10点 | Sat 2026-12-05 10:00
    本月30日17:00前 | Mon 2026-11-30 17:00
    月末 | Mon 2026-11-30 23:59
    年底前 | Thu 2026-12-31 23:59
    年底 | Thu 2026-12-31 23:59
    季度末 | refused
    月初 | refused
    end of day | refused
    eod | refused
    cob | refused
    close of business | refused
    end of week | refused
    end of next month | Thu 2026-12-31 23:59
    end of the week | refused
    end of this week | refused
    the day after tomorrow at 10 | Fri 2026-11-27 10:00
    day after tomorrow 10:00 | Fri 2026-11-27 10:00
    day after tomorrow morning | Fri 2026-11-27 12:00
    overmorgen 10:00 | refused
    mañana | refused
    今天 | refused
    tomorrow | refused
    明天 | refused
    now | Wed 2026-11-25 10:30
    马上 | refused
    立刻 | refused
    尽快 | refused
    asap | refused
    within the hour | refused
    下班前 | refused
    上班后 | refused
    午饭后 | refused
    午后 | refused
    上午 | Wed 2026-11-25 12:00
    下午 | Wed 2026-11-25 18:00
    晚上 | refused
    凌晨 | refused
    凌晨1点 | Wed 2026-11-25 01:00
    今天凌晨1点 | Wed 2026-11-25 01:00
    明天凌晨1点 | Thu 2026-11-26 01:00
    零点 | refused
    明天零点 | Thu 2026-11-26 00:00
    0点 | refused
    明天0点 | Thu 2026-11-26 00:00
    midnight | refused
    tomorrow midnight | refused
    25:00 | refused
    12:60 | refused
    13点pm | refused
    13pm | refused
    0am | refused
    12am tomorrow | Thu 2026-11-26 00:00
    12pm tomorrow | Thu 2026-11-26 12:00
    12 noon | Wed 2026-11-25 12:00
    12 midnight | refused
    12点 | Wed 2026-11-25 12:00
    12点半 | Wed 2026-11-25 12:30
    12:30 | Wed 2026-11-25 12:30
    12:30am | Wed 2026-11-25 00:30
    2月30日10:00 | refused
    2027-02-29 10:00 | refused
    13月1日10点 | refused
    二〇二六年十二月一日下午三点 | Tue 2026-12-01 15:00
    十二月一日十五点三十分 | Tue 2026-12-01 15:30
    下礼拜三上午10点 | Wed 2026-12-02 10:00
    下个礼拜三上午10点 | Wed 2026-12-02 10:00
    下星期3上午10点 | Wed 2026-12-02 10:00
    周3 10点 | Wed 2026-12-02 10:00
    下周3 10点 | Wed 2026-12-02 10:00
    周日晚8点 | Sun 2026-11-29 20:00
    周日 20:00前 | Sun 2026-11-29 20:00
    后天一早9点 | Fri 2026-11-27 09:00
    大后天下午两点半 | Sat 2026-11-28 14:30
    今儿下午3点 | Wed 2026-11-25 15:00
    明儿下午3点 | Thu 2026-11-26 15:00
    后儿下午3点 | Fri 2026-11-27 15:00
    今天下午四点一刻 | Wed 2026-11-25 16:15
    今天下午差一刻四点 | refused
    今天下午4点45 | Wed 2026-11-25 16:45
    今天下午4点过5分 | refused
    明天上午9-11点 | Thu 2026-11-26 11:00
    明天上午9点到11点 | Thu 2026-11-26 11:00
    9点-11点 | Wed 2026-11-25 11:00
    明天9:00-11:00 | Thu 2026-11-26 11:00
    between 9 and 11 tomorrow | Thu 2026-11-26 11:00
    tomorrow 9-11am | Thu 2026-11-26 11:00
    before noon tomorrow | Thu 2026-11-26 12:00
    by noon tomorrow | Thu 2026-11-26 12:00
    by tomorrow noon | Thu 2026-11-26 12:00
    by 5pm | Wed 2026-11-25 17:00
    by 17:00 | Wed 2026-11-25 17:00
    17:00前 | Wed 2026-11-25 17:00
    17点前 | Wed 2026-11-25 17:00
    下午5点前 | Wed 2026-11-25 17:00
    明天下班前 | refused
    before 5pm friday | Fri 2026-11-27 17:00
    by friday 5pm | Fri 2026-11-27 17:00
    by fri | Fri 2026-11-27 23:59
    before friday | Thu 2026-11-26 23:59
    friday before 5pm | Fri 2026-11-27 17:00
    fri 17:00 | Fri 2026-11-27 17:00
    friday 17h | refused
    Fri, Nov 27, 3pm | Fri 2026-11-27 15:00
    Friday 27 November at 15:00 | Fri 2026-11-27 15:00
    Thu 27 Nov 3pm | refused
    27/11/2026 15:00 | refused
    11/27/2026 15:00 | refused
    2026.11.27 15:00 | Fri 2026-11-27 15:00
    20261127 15:00 | refused
    20261127T1500 | refused
    2026-11-27T15:00Z | Fri 2026-11-27 15:00
    2026-11-27 15:00 +0800 | refused
    2026-11-27T15 | refused
    明天15:00（周四） | refused
    明天（周四）15:00 | Thu 2026-11-26 15:00
    下周三（12月2日）10:00 | refused
    11月27日（周四）15:00 | refused
    这个周五下午 | Fri 2026-11-27 18:00
    这个星期五下午3点 | Fri 2026-11-27 15:00
    这星期五下午3点 | Fri 2026-11-27 15:00
    上上周五3点 | refused
    前天15:00 | Mon 2026-11-23 15:00
    3天前 | Sun 2026-11-22 10:30
    2小时前 | Wed 2026-11-25 08:30
    昨晚8点 | Tue 2026-11-24 20:00
    last friday 3pm | Fri 2026-11-20 15:00
    yesterday 15:00 | Tue 2026-11-24 15:00
    an hour ago | Wed 2026-11-25 09:30
    two hours ago | Wed 2026-11-25 08:30
    10 minutes ago | Wed 2026-11-25 10:20
    刚才 | refused
    刚刚 | refused
    刚才3点 | refused
    一会儿 | refused
    一会 | refused
    待会 | refused
    过两天 | refused
    过3天 | refused
    过两个小时 | Wed 2026-11-25 12:30
    再过半小时 | Wed 2026-11-25 11:00
    隔天 | refused
    次日10点 | refused
    第二天10点 | refused
    翌日10点 | refused
    同日15:00 | refused
    当天15:00 | refused
    当日17:00前 | refused
    工作日17:00前 | refused
    今天17:00以前 | Wed 2026-11-25 17:00
    今天17:00之前 | Wed 2026-11-25 17:00
    今天之内 | Wed 2026-11-25 23:59
    今天内 | Wed 2026-11-25 23:59
    今日内 | Wed 2026-11-25 23:59
    当天内 | refused
    今天前 | Tue 2026-11-24 23:59
    明天前 | Wed 2026-11-25 23:59
    明天之前 | Wed 2026-11-25 23:59
    今日下班前 | refused
    星期五之前 | Thu 2026-11-26 23:59
    周五以前 | Thu 2026-11-26 23:59
    本周五之前 | Thu 2026-11-26 23:59
    本周五内 | Fri 2026-11-27 23:59
    这周内 | refused
    年内 | refused
    本月内 | Mon 2026-11-30 23:59
    月内 | refused
    3月内 | refused
    一小时内 | Wed 2026-11-25 11:30
    1小时以内 | Wed 2026-11-25 11:30
    1小时之内 | Wed 2026-11-25 11:30
    1 小时内 | Wed 2026-11-25 11:30
    1h内 | refused
    2天 内 | Fri 2026-11-27 10:30
    within 1 hour | Wed 2026-11-25 11:30
    within an hour | Wed 2026-11-25 11:30
    within a day | Thu 2026-11-26 10:30
    not later than friday 5pm | Fri 2026-11-27 17:00
    no later than 5pm | Wed 2026-11-25 17:00
    until friday 5pm | Fri 2026-11-27 17:00
    till 5pm | Wed 2026-11-25 17:00
    until 17:00 | Wed 2026-11-25 17:00
    最晚明天下午5点 | Thu 2026-11-26 17:00
    最迟周五17:00 | Fri 2026-11-27 17:00
    不晚于周五17:00 | Fri 2026-11-27 17:00
    明天下午5点之前到 | refused
    周五到 | refused
    around 3pm | refused
    about 3pm | refused
    3pm ish | refused
    下午3点左右 | refused
    下午3点前后 | refused
    大约下午3点 | refused
    3pm CET | refused
    15:00 UTC | refused
    北京时间15:00 | refused
    15:00+08:00 | refused
    明天上午十点一刻 | Thu 2026-11-26 10:15
    後天下午3點 | Fri 2026-11-27 15:00
    下週三上午10點半 | Wed 2026-12-02 10:30
    兩小時後 | Wed 2026-11-25 12:30
    周五下午5:00以前 | Fri 2026-11-27 17:00
    １１月３０日　下午２点 | Mon 2026-11-30 14:00
    十一月三十号上午九点半 | Mon 2026-11-30 09:30
    本周六中午12点 | Sat 2026-11-28 12:00
    下周日20:30 | Sun 2026-12-06 20:30
    礼拜一上午9:15 | Mon 2026-11-30 09:15
    明天十五点 | Thu 2026-11-26 15:00
    三刻钟内 | Wed 2026-11-25 11:15
    两天三小时后 | Fri 2026-11-27 13:30
    1小时15分钟内 | Wed 2026-11-25 11:45
    in 2 hours and 15 minutes | Wed 2026-11-25 12:45
    within 1h 30m | Wed 2026-11-25 12:00
    tomorrow half past nine am | Thu 2026-11-26 09:30
    by end of year | Thu 2026-12-31 23:59
    fri 9 am | Fri 2026-11-27 09:00
    sat noon | Sat 2026-11-28 12:00
    sunday at 10:15 | Sun 2026-11-29 10:15
    dec 24th 6pm | Thu 2026-12-24 18:00
    24 dec 2026 18:00 | Thu 2026-12-24 18:00
    next tuesday at 2 pm | Tue 2026-12-01 14:00
    this friday 5pm | Fri 2026-11-27 17:00
    tue before 11am | Tue 2026-12-01 11:00
    no later than dec 1 9am | Tue 2026-12-01 09:00
    最迟12月1日上午11点 | Tue 2026-12-01 11:00
    不迟于明天17:00 | Thu 2026-11-26 17:00
    晚上9点前 | Wed 2026-11-25 21:00
    今晚8点半前 | Wed 2026-11-25 20:30
    明天24:00 | refused
    2月29日9点 | refused
    next friday 9am | refused
    3点 | refused
    at 3 | refused
    30日内 | refused
    三个月后 | refused
    周内 | refused
    after lunch | refused
    soon | refused
    3 or 4pm | refused
    明天3点或4点 | refused
    tomorrow 25:00 | refused
    2026-11-31 10:00 | refused
    fri 2026-11-28 10:00 | refused
    周五 11月28日 10:00 | refused
    nov 31 9am | refused
    the day before yesterday 3pm | refused
    8:30 pm yesterday | Tue 2026-11-24 20:30
    2026-12-01T09:00+08:00 | Tue 2026-12-01 09:00
    +0h | Wed 2026-11-25 10:30
    -2h | Wed 2026-11-25 08:30
    +1d 2h | Thu 2026-11-26 12:30
    ++2h | refused
"""

ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in SAID.strip().split("\n")]


@pytest.mark.parametrize(("said", "meant"), ROWS, ids=[said for said, _ in ROWS])
def test_right_or_refused(said: str, meant: str) -> None:
    if meant == "refused":
        with pytest.raises(BadInput) as refused:
            read_time(said, NOW, ZONE)
        assert refused.value.what.zh and refused.value.hint
    else:
        moment = read_time(said, NOW, ZONE)
        assert f"{moment:%a %Y-%m-%d %H:%M}" == meant
        assert echo(moment, ZONE).en.startswith(meant.split()[0]), "the echo names the weekday"


@pytest.mark.parametrize("said", [said for said, meant in ROWS if meant != "refused"])
def test_what_is_echoed_can_be_typed(said: str) -> None:
    moment = read_time(said, NOW, ZONE)
    for text in echo(moment, ZONE):
        assert read_time(text, NOW, ZONE) == moment.replace(second=0)


def test_enough_of_them() -> None:
    assert len(ROWS) >= 300 and len({said for said, _ in ROWS}) == len(ROWS)
    assert sum(meant != "refused" for _, meant in ROWS) >= 120
