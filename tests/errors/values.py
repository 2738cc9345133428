"""Wrong and odd values, each to be tried by every way in: what number of the list it is, its kind, what comes of it.

`kept` is what stands in the ledger afterwards (None: refused), `but` says where a way in answers otherwise, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Value(NamedTuple):
    """One value."""

    number: int
    kind: str
    typed: str
    kept: str | None
    but: Mapping[str, str | None] = {}


def refused(number: int, kind: str, *values: str, **but: str | None) -> list[Value]:
    return [Value(number, kind, one, None, but) for one in values]


def kept(number: int, kind: str, *values: str, **but: str | None) -> list[Value]:
    return [Value(number, kind, one, one, but) for one in values]


# A cell of a list is stripped of outer blanks (every program pads), and one of blanks alone is a cell with nothing in it.
PADDED = ("csv", "stdin-csv", "xlsx")

TEXTS = [
    *kept(47, "text", "=1+1", "+1", "-1+1", "@SUM(A1)", "＝1"),
    Value(47, "text", "\t=1", "=1"),
    *kept(48, "text", "=cmd|' /C calc'!A0", "=HYPERLINK(http://x)"),
    *refused(49, "text", "\x1b]0;evil\x07", "\x1b[2J", "a\x9b2Jb", "a\bb", "a\x07b", "a\x7fb"),
    *kept(50, "text", "[red]", "[/]", "[link=http://x]", ":key:"),
    *refused(51, "text", "a\u202eb", "a\u2066b", "a\u2069b", "a\u200eb", "a\u200fb", "a\u061cb"),
    # a form is a file that somebody edits: there the place is named, as in the rules
    *(Value(52, "text", f"a{sign}b", "ab", {"yaml": None}) for sign in "\u200b\u200c\u200d\u2060\ufeff\u00ad"),
    *(Value(52, "name", f"吴{sign}工{n}", f"吴工{n}") for n, sign in enumerate("\u200b\u200c\u200d\u2060\ufeff\u00ad")),
    *kept(52, "text", "👨\u200d👩\u200d👧 ok", "👩\u200d❤\ufe0f\u200d👨"),
    *refused(52, "id", "SN\u200b-9", "SN\u200d-9"),
    *refused(53, "text", "a\U000e0041", "\ue000", "\ufdd0", "a\U0001fffe", "\U0010ffff"),
    *refused(54, "text", "a\ufffd"),
    *refused(55, "text", "\udcff\udcfe", "\udcc2\udca9\udcd3"),
    *refused(57, "id", "SN-²", "SN-٣"),
    *refused(58, "id", "СN-9", "SΝ-9"),
    Value(59, "name", "\ufa1c厂", "靖厂"),
    Value(59, "name", "cafe\u0301", "caf\u00e9"),
    *refused(60, "text", "e" + "\u0301" * 100),
    *refused(61, "text", "  ", "\u3000", **dict.fromkeys((*PADDED, "stdin", "jsonl", "yaml"), "")),
    *refused(61, "name", "  ", "\u3000"),
    *refused(62, "text", "x" * 5000),
    *kept(63, "text", "-rf", "--help"),
    *kept(64, "text", "NULL", "no", "nan", "true", "None", "1e5"),
]

IDS = refused(
    65, "id", "../../etc/passwd", "/etc/passwd", "a/b", "..", "~root", "$(id)", "a\nb", "A" * 300, "CON", "nul", "LPT1",
    "SN-9.", "SN 9", ".", "", **{"argv": None},
)  # fmt: skip

MONEY = [
    *refused(56, "money", "１００", "１.５", "1.５"),
    *refused(57, "money", "²", "١٢"),
    *refused(68, "money", "nan", "inf", "-inf", "1e400", "-0", "-5", "1_000", "0x10", "1,000", "1.234", "5.", ".5", "99999999", "200元"),
    Value(68, "money", " 5 ", None, dict.fromkeys(PADDED, "5.00") | {"yaml": None}),
    Value(68, "money", "89.5", "89.50"),
    Value(68, "money", "007", "7.00", {"yaml": None}),
]  # fmt: skip

COUNTS = [
    *refused(56, "count", "３０"),
    *refused(57, "count", "²", "٣٠"),
    *refused(68, "count", "nan", "-1", "0", "1.5", "1_0", "0x10", "1e3", "1,000", "99999999"),
    Value(68, "count", " 30 ", None, dict.fromkeys(PADDED, "30")),
    Value(68, "count", "30", "30"),
]

DAYS = [
    *refused(35, "day", "45717"),
    *refused(37, "day", "3-1", "Mar-25"),
    *refused(56, "day", "２０２５-03-01"),
    *refused(70, "day", "2025-02-29", "2025-02-30", "20250301", "2025-W09-6", "2025-03-01Z", "2025-060", "2025-13-01"),
    *refused(72, "day", "0000-01-01", "0001-01-01", "1899-12-31", "2100-01-01", "9999-12-31"),
    Value(36, "day", "2025/3/1", "2025-03-01", {"yaml": None}),
    *kept(71, "day", "2024-02-29"),
]

TIMES = [
    *refused(35, "time", "45717", "45717.5"),
    *refused(37, "time", "3-1", "Mar-25"),
    *refused(56, "time", "２０２５-03-01T10:00", "2025-03-01T1０:00"),
    *refused(57, "time", "٢٠٢٥-03-01T10:00"),
    *refused(70, "time", "2025-02-29T10:00", "2025-02-30T10:00", "2025-03-01T24:00", "2025-03-01T10:60", "20250301T1000",
             "2025-W09-6", "2025-W09-6T10:00", "2025-03-01T10:00:60"),
    *refused(72, "time", "0001-01-01T00:00", "1999-12-31T23:59", "2100-01-01T00:00", "9999-12-31T23:59"),
    *refused(73, "time", "2025-03-01T10:00+25:00", "2025-03-01T10:00+08:99"),
    *refused(74, "time", "2099-01-01T00:00"),
    Value(36, "time", "2025/3/1 9:00", "2025-03-01T09:00:00+08:00"),
    Value(73, "time", "2025-03-01T09:00", "2025-03-01T09:00:00+08:00"),
]  # fmt: skip

PHONES = [
    *refused(31, "phone", "1.38E+10"),
    *refused(32, "phone", "13800138000.0"),
    *refused(57, "phone", "١٣٨٠٠٠٠٠٠٠١", "138000000²1"),
    *refused(76, "phone", "+86", "12"),
    # what stands in a telephone cell of a department's own list and is no number is kept beside it, as whom to ask for
    *refused(76, "phone", "1380000000", "138000000012", "abc", **dict.fromkeys(PADDED, "")),
    Value(56, "phone", "１３８０００００００１", "138-0000-0001"),
    Value(76, "phone", "+8613800000012", "138-0000-0012"),
    Value(76, "phone", "008613800000013", "138-0000-0013"),
    Value(76, "phone", "0311-8888888-123", "0311-888-8888-123"),
]

VALUES = [*TEXTS, *IDS, *MONEY, *COUNTS, *DAYS, *TIMES, *PHONES]
