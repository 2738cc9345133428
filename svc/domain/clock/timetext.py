"""The text of time words made plain before it is read: widths, numerals, other ways to say the same."""

from __future__ import annotations

import re

from svc.domain.clock.times import EXAMPLES, plain
from svc.text import Text


class Refused(Exception):
    """Understood, but not as one moment."""

    def __init__(self, en: str, zh: str, hint: Text = EXAMPLES) -> None:
        super().__init__(en)
        self.why, self.hint = Text(en, zh), hint


_DIGITS = "零〇一二两三四五六七八九十"
N = f"(?:[0-9]{{1,4}}|[{_DIGITS}]{{1,3}})"
_HAN = "[\u4e00-\u9fff]"


_TRADITIONAL = str.maketrans("後週點鐘兩號內禮時個這間遲裡準過年於", "后周点钟两号内礼时个这间迟里准过年于")
_ONES = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(1, 13),
        strict=True,
    )
)
_TENS = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "ninety": 90}
_COUNT = re.compile(
    rf"\b(?:({'|'.join(w for w in _TENS if w[-1] == 'y')})[ -]({'|'.join(w for w in _ONES if _ONES[w] < 10)})"
    rf"|({'|'.join([*_ONES, *_TENS])}))\b"
)
_DAY_NAME = "(mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_HAN_DAYS = dict(zip(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "一二三四五六日", strict=True))

_SAME: tuple[tuple[str, str], ...] = (
    (r"\b(?:no|not) later than |\bat the latest by |\buntil |\btill ", "by "),
    (r"^(?:最迟|最晚|不迟于|不晚于)(?:在)?", "by "),
    (r"\bhalf past ([0-9]{1,2})\b", r"\1:30"),
    (r"\b(?:a )?quarter past ([0-9]{1,2})\b", r"\1:15"),
    (r"\b([0-9]{1,2})\.([0-9]{2})(?= ?(?:am|pm)\b)", r"\1:\2"),
    (r"^(?:on )?the ([0-9]{1,2})(?:st|nd|rd|th)\b(?! of)", r"\1号"),
    (r"([今明后])儿(?:个)?(?![0-9])", r"\1天"),
    (r"(?<![周期拜])一大?早(?=[0-9零〇一二三四五六七八九十])", "早"),
    (r"^再?过(?=(?:[0-9]+|[零〇一二两三四五六七八九十半]+)个?半?(?:小时|钟头|分钟)$)(.+)$", r"\1后"),
    (r"^([+-] ?[0-9]{1,4})(?:个)?小时$", r"\1h"),
    (r"^([+-] ?[0-9]{1,4})分钟?$", r"\1m"),
    (r"^([+-] ?[0-9]{1,4})天(?=$|[^前后内之以])", r"\1d"),
    (r"^([+-] ?[0-9]{1,4})(?:周|个?星期)$", r"\1w"),
    (r"(小时|钟头)半(?=[之以]?[后内前])", r"半\1"),
)
"""Other ways to say what the grammar knows; none of them adds a meaning of its own."""


def _same(words: str) -> str:
    for pattern, other in _SAME:
        words = re.sub(pattern, other, words)
    words = re.sub(r"\b(?:a )?quarter to ([0-9]{1,2})\b", lambda m: f"{(int(m[1]) - 2) % 12 + 1}:45", words)
    words = re.sub(rf"\b(next|this) week (?:on )?{_DAY_NAME}\b", _of_week, words)
    words = re.sub(rf"\b{_DAY_NAME} (?:of )?(next|this) week\b", lambda m: _han_day(m[2], m[1]), words)
    words = re.sub(r"(周|星期|礼拜)([1-6])(?=[上下早晚中凌傍前之以内 (]|$)", _han_digit, words)
    words = re.sub("([〇零一二三四五六七八九]{4})年", lambda m: "".join(map(_digit, m[1])) + "年", words)
    return re.sub(rf"^({_DAY_NAME}|today|tomorrow) (by|before) (?=[0-9])(.+)$", r"\3 \1 \4", words)


def _of_week(match: re.Match[str]) -> str:
    return _han_day(match[1], match[2])


def _han_day(which: str, name: str) -> str:
    return {"next": "下周", "this": "本周"}[which] + _HAN_DAYS[name]


def _han_digit(match: re.Match[str]) -> str:
    return match[1] + "一二三四五六"[int(match[2]) - 1]


def _digit(sign: str) -> str:
    return str("零一二三四五六七八九".index(sign.replace("〇", "零")))


def _counted(match: re.Match[str]) -> str:
    tens, ones, alone = match.groups()
    return str(_TENS[tens] + _ONES[ones] if tens else (_ONES | _TENS)[alone])


def normal(text: str) -> str:
    """The words in small letters, plain digits and simple signs, said in one of the ways that the grammar knows."""
    words = plain(text).lower().translate(_TRADITIONAL)
    words = _COUNT.sub(_counted, words)
    if len(words) > 60:
        return ""
    words = words.replace(",", " ").replace("a.m.", "am").replace("p.m.", "pm")
    words = re.sub(r"\b(?:12 )?noon\b|正午", "12:00", words)
    words = re.sub(r"\bbetween (.+) and (.+)", r"from \1 to \2", words)
    numerals = f"(?<=[{_DIGITS}]) (?=[{_DIGITS}])"
    words = re.sub(numerals, "\0", " ".join(words.split()))
    words = re.sub(f"(?<={_HAN}) | (?={_HAN})", "", words).replace("\0", " ")
    return _same(words)


def number_of(text: str) -> int:
    """The number of 12, 十二, 二十三, 三十, 零五, 两; -1 for what is none."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    digit = {"": 0, "〇": 0, "零": 0, "两": 2} | {c: n for n, c in enumerate("一二三四五六七八九", 1)}
    if not ten:
        ones = ones[1:] if len(ones) == 2 and ones[0] in "零〇" else ones
        return digit.get(ones, -1)
    if tens in digit and ones in digit and tens not in ("零", "〇") and ones not in ("零", "〇"):
        return (digit[tens] or 1) * 10 + digit[ones]
    return -1
