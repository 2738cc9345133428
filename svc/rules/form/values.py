"""Amounts, days and spans of time as the rules file writes them: read strictly, refused helpfully."""

from __future__ import annotations

import re
from datetime import date

from svc.domain.clock.base import SECONDS, YEARS, plain
from svc.named import NamedTuple
from svc.text import Text, quoted, quoted_zh


class Wrong(NamedTuple):
    """Why a text is not the value it should be."""

    code: str
    what: Text
    hint: Text


MOST = 100_000
"""Yuan: no single fine is higher, what is higher is a slip of the finger."""

LONGEST = 1096 * 86_400
"""Seconds: three years."""

_MONEY = re.compile(r"(0|[1-9][0-9]{0,6})(?:\.([0-9]{1,2}))?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LIKE_A_DAY = re.compile(r"([0-9]{4})\D?([0-9]{1,2})\D?([0-9]{1,2})日?")
_SPAN = re.compile(r"([0-9]{1,6}) ?([a-z]+|[\u4e00-\u9fff]+)")
_UNDECIDED = ("null", "none", "~", "tbd", "n/a", "-", "?", "？", "无", "空", "未定", "待定", "暂无", "没有")

_BLANK_HINT = Text(
    "leave the place after the colon blank while it is not decided", "还没有定就留空：冒号后面什么也不写"
)


def money(text: str) -> str | Wrong:
    """Yuan with two decimals ("200.00")."""
    match = _MONEY.fullmatch(text)
    if not match:
        return _not_money(text)
    yuan, fen = int(match[1]), (match[2] or "").ljust(2, "0")
    if yuan * 100 + int(fen) > MOST * 100:
        return Wrong(
            "money-too-big",
            Text(f"{text} yuan is more than {MOST} for one time", f"每次 {text} 元，超过了上限 {MOST} 元"),
            Text("count the digits; no fine here is that high", "请数一数位数：没有这么高的罚款"),
        )
    return f"{yuan}.{fen}"


def _not_money(text: str) -> Wrong:
    why = Text(f"{quoted(text)} is not an amount", f"{quoted_zh(text)}不是金额")
    if text.lower() in _UNDECIDED or not text:
        return Wrong("not-money", why, _BLANK_HINT)
    better = re.sub(r"(?i)[,，_ ]|元.*|块.*|圆.*|yuan|rmb|cny|[¥￥]", "", plain(text))
    if re.fullmatch(r"-.*[0-9].*", better):
        reason = Text("an amount is never negative", "金额不能是负数")
        return Wrong("not-money", _because(why, reason), _money_hint(better.lstrip("-")))
    if re.fullmatch(r"[0-9]+\.[0-9]{3,}", better):
        reason = Text("yuan have two decimals at most", "最多两位小数")
        hint = Text("round it to two decimals", "请四舍五入到两位小数")
        return Wrong("not-money", _because(why, reason), hint)
    return Wrong("not-money", _because(why, _why_not_money(text)), _money_hint(better))


def _why_not_money(text: str) -> Text:
    if plain(text) != text and text.strip() == text:
        return Text("the digits are full-width ones", "数字用了全角")
    if re.search("[0-9][,，][0-9]", text):
        return Text("no commas between the thousands", "不要写千分位逗号")
    if re.search("元|块|圆|[¥￥]|(?i:yuan|rmb|cny)", text):
        return Text("the number alone, without a unit", "只写数字，不写单位")
    return Text("only digits and a decimal point are allowed", "只能写数字和小数点")


def _money_hint(better: str) -> Text:
    better = better.lstrip("0") if re.fullmatch("0+[1-9][0-9.]*", better) else better
    if _MONEY.fullmatch(better):
        return Text(f"perhaps {better}", f"是不是 {better}")
    return Text("write the yuan like 200 or 89.50, or leave it blank", "写成 200 或 89.50 的样子；没定就留空")


def _because(what: Text, why: Text) -> Text:
    return Text(f"{what.en}: {why.en}", f"{what.zh}：{why.zh}")


def percent(text: str) -> str | Wrong:
    """A percentage of a wage, with two decimals ("20.00"): above 0, not above 100."""
    found = money(text)
    if isinstance(found, Wrong) or not 0 < float(found) <= 100:
        return Wrong(
            "not-a-percentage",
            Text(f"{quoted(text)} is not a percentage of a wage", f"{quoted_zh(text)}不是工资的百分比"),
            Text("write the number alone, like 20: more than 0, at most 100", "只写数字，如 20；大于 0，不超过 100"),
        )
    return found


def day(text: str) -> date | Wrong:
    """A day of the calendar, written 2026-01-01."""
    match = _DAY.fullmatch(text)
    if not match:
        return _not_a_day(text)
    try:
        found = date(*(int(part) for part in match.groups()))
    except ValueError:
        return Wrong(
            "not-a-date",
            Text(f"there is no day {text}", f"没有 {text} 这一天"),
            Text("look at the calendar: the month or the day is wrong", "请查日历：月份或日子写错了"),
        )
    if not YEARS[0] <= found.year <= YEARS[1]:
        return Wrong(
            "not-a-date",
            Text(f"the year of {text} cannot be meant", f"{text} 的年份不对"),
            Text(f"years are from {YEARS[0]} to {YEARS[1]}", f"年份在 {YEARS[0]} 到 {YEARS[1]} 之间"),
        )
    return found


def _not_a_day(text: str) -> Wrong:
    hint = Text("write the day like 2026-01-01", "写成 2026-01-01 的样子")
    match = _LIKE_A_DAY.fullmatch(plain(text))
    if match:
        better = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
        if isinstance(day(better), date):
            hint = Text(f"perhaps {better}", f"是不是 {better}")
    return Wrong("not-a-date", Text(f"{quoted(text)} is not a date", f"{quoted_zh(text)}不是日期"), hint)


def span(text: str) -> int | Wrong:
    """A span of time in seconds: `24 hours`, `30天`."""
    match = _SPAN.fullmatch(text)
    unit = match[2].removeprefix("个") if match else ""
    if not match or unit not in SECONDS:
        return _not_a_span(text)
    seconds = int(match[1]) * SECONDS[unit]
    if seconds == 0:
        return Wrong(
            "zero-duration",
            Text(f"{quoted(text)}: nobody can keep a limit of zero", f"{quoted_zh(text)}：时限为零，谁也做不到"),
            _BLANK_HINT,
        )
    if seconds > LONGEST:
        return Wrong(
            "long-duration",
            Text(f"{quoted(text)} is longer than three years", f"{quoted_zh(text)}超过了三年"),
            Text("check the number and its unit", "请核对数字和单位"),
        )
    return seconds


def _not_a_span(text: str) -> Wrong:
    what = Text(f"{quoted(text)} is not a span of time", f"{quoted_zh(text)}不是时长")
    hint = Text(
        "write a whole number and its unit: 90 minutes, 24 hours, 30 days, 2 weeks",
        "写整数加单位：90 minutes、24 hours、30 days、2 weeks，或 90分钟、24小时、30天、2周",
    )
    if text.lower() in _UNDECIDED or not text:
        return Wrong("not-a-duration", what, _BLANK_HINT)
    if re.fullmatch("[0-9]{1,6}", plain(text)):
        number = plain(text)
        return Wrong(
            "not-a-duration",
            _because(what, Text("the unit is missing", "缺单位")),
            Text(
                f"perhaps {number} hours, or {number} days",
                f"是不是 {number} hours（小时），或 {number} days（天）",
            ),
        )
    if re.match(r"-", text):
        return Wrong("not-a-duration", _because(what, Text("it is negative", "不能是负数")), hint)
    return Wrong("not-a-duration", what, hint)
