"""Wrong inputs, one row each: by which way it comes in, what it is, and what must be answered.

`code` 0 means that it is taken, safely or in a normal form, which `said` must show. Ways:

* `ledger`: somebody changed `data/calls/MONTH.csv` by hand; `wrong` makes the new bytes of the old;
* `csv`, `jsonl`, `xlsx`: a file to import; `wrong` are its bytes, lines or cells;
* `rules`: somebody changed rules.yaml; `wrong` is (old, new), or the whole file;
* `map`: the map of an import, likewise;
* `argv`: options of `svc call log` (or a whole line, where it begins with `svc`);
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple


class Case(NamedTuple):
    """One wrong input."""

    id: str
    way: str
    wrong: Any
    code: int
    said: str


CUSTOMER = ["svc", "customer", "add", "--name"]


def put(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """The same with one thing replaced, which must be there."""

    def changed(whole: bytes) -> bytes:
        assert old in whole, old
        return whole.replace(old, new, 1)

    return changed


def line(change: Callable[[bytes], bytes], number: int = 3) -> Callable[[bytes], bytes]:
    """The same with one line changed (from 1)."""

    def changed(whole: bytes) -> bytes:
        lines = whole.split(b"\n")
        lines[number - 1] = change(lines[number - 1])
        return b"\n".join(lines)

    return changed


def in_january(row: bytes) -> bytes:
    """A row with its times in a month long past, whatever month the clock shows."""
    changed = re.sub(rb"\b20\d\d-\d\d-", b"2024-01-", row)
    assert changed != row, row
    return changed


HEAD = "opened,who,text\n"
GOOD = HEAD + "2026-10-01 09:00,13800000001,leak\n"


def cell(text: str, column: str = "text") -> bytes:
    """A file to import with one odd cell."""
    row = {"opened": "2026-10-01 09:00", "who": "13800000001", "text": "leak", column: text}
    return (HEAD + ",".join(row.values()) + "\n").encode()


def call(**other: str) -> dict[str, str]:
    """A line of the neutral form."""
    good = {
        "ledger": "call",
        "event": "log",
        "at": "2026-10-01T09:00:00+08:00",
        "channel": "phone",
        "from": "13800000001",
    }
    return {**good, "kind": "consult", "summary": "leak", **other}


FILES: list[Case] = [
    Case("1 unterminated quote", "ledger", line(put(b"note two", b'"note two')), 5, "quote"),
    Case("1 unterminated quote, import", "csv", cell('"leak'), 2, "quote"),
    Case("2 NUL", "ledger", line(put(b"note", b"no\0te")), 5, "NUL"),
    Case("2 NUL, import", "csv", cell("le\0ak"), 2, "NUL"),
    Case("3 lone CR", "ledger", line(put(b"note", b"no\rte")), 5, ""),
    Case("3 lone CR, import", "csv", cell("le\rak"), 2, "CR"),
    Case("4 lone CR quoted", "ledger", line(put(b"note two", b'"no\rte"')), 5, ""),
    Case("4 lone CR quoted, import", "csv", cell('"le\rak"'), 2, ""),
    Case("5 LF in quotes", "ledger", line(put(b"note two", b'"note\ntwo"')), 5, ""),
    Case("5 LF in quotes, import", "csv", cell('"leak\nhere"'), 0, "1 imported"),
    Case("6 BOM in the middle", "ledger", line(lambda row: b"\xef\xbb\xbf" + row), 5, ""),
    Case("6 BOM at the start, import", "csv", b"\xef\xbb\xbf" + cell("leak"), 0, "1 imported"),
    Case("7 two BOMs", "ledger", lambda whole: b"\xef\xbb\xbf" + whole, 5, "header"),
    Case("7 two BOMs, import", "csv", b"\xef\xbb\xbf" * 2 + cell("leak"), 2, ""),
    Case("8 GBK", "ledger", line(put(b"note", "漏油".encode("gbk"))), 5, "UTF-8"),
    Case("8 GBK, import", "csv", cell("漏油").decode().encode("gbk"), 0, "GB18030"),
    Case("8 GBK, neutral form", "jsonl", b'{"ledger":"call"' + "漏油".encode("gbk") + b"}\n", 2, "UTF-8"),
    Case("9 GBK read as UTF-8", "argv", ["--summary", "鎴戞槸瀹㈡埛"], 0, "looks like text in the wrong encoding"),
    Case("9 GBK read as UTF-8, import", "csv", cell("鎴戞槸瀹㈡埛"), 0, "log.csv:2: summary: this looks like text in the wrong"),
    Case("9 GBK read as UTF-8, neutral form", "jsonl", [call(summary="鎴戞槸瀹㈡埛")], 0, "log.jsonl:1: summary: this looks like"),
    Case("9 GBK read as UTF-8, a name", "argv", [*CUSTOMER, "鎴戞槸瀹㈡埛"], 0, "perhaps '我是客户' was meant"),
    Case("10 UTF-16 with its mark", "csv", GOOD.encode("utf-16"), 0, ""),
    Case("10 UTF-16", "ledger", lambda whole: whole.decode("utf-8-sig").encode("utf-16"), 5, "header"),
    Case("11 overlong", "ledger", line(put(b"note", b"no\xc0\xafte")), 5, "UTF-8"),
    Case("11 overlong, neutral form", "jsonl", b'{"ledger":"\xc0\xaf"}\n', 2, "UTF-8"),
    Case("12 surrogate in UTF-8", "ledger", line(put(b"note", b"no\xed\xa0\x80te")), 5, "UTF-8"),
    Case("12 surrogate, neutral form", "jsonl", [call(summary="\ud800")], 2, ""),
    Case("13 cut within a character", "torn", lambda whole: whole + "C2611-0009,log,漏".encode()[:-1], 0, "never finished"),
    Case("14 semicolons", "ledger", lambda whole: whole.replace(b",", b";"), 5, "header"),
    Case("14 semicolons, import", "csv", GOOD.replace(",", ";").encode(), 2, ""),
    Case("15 sep= line", "csv", b"sep=,\n" + GOOD.encode(), 2, ""),
    Case("15 sep= line", "ledger", lambda whole: b"sep=,\n" + whole, 5, "header"),
    Case("16 text behind a quote", "ledger", line(put(b"note two", b'"note" two')), 5, "quote"),
    Case("16 text behind a quote, import", "csv", cell('"leak" here'), 2, "quote"),
    Case("17 quote in the middle", "ledger", line(put(b"note two", b'note "two"')), 5, "quote"),
    Case("18 blank before a quote", "ledger", line(put(b"note two", b' "note two"')), 5, "quote"),
    Case("18 blank before a quote, import", "csv", cell(' "a,b"'), 2, "quote"),
    Case("19 a column too many", "ledger", line(put(b"note two", b"note,two")), 5, "columns"),
    Case("19 a column too many, import", "csv", cell("leak,2"), 2, ""),
    Case("20 a column missing", "ledger", line(put(b"phone,", b"")), 5, "columns"),
    Case("20 a column missing, import", "csv", (HEAD + "2026-10-01 09:00,13800000001\n").encode(), 2, ""),
    Case("21 blank line", "ledger", line(lambda row: b"\n" + row), 5, "empty line"),
    Case("21 blank line, import", "csv", GOOD.replace("\n", "\n\n").encode(), 0, "1 imported"),
    Case("22 header twice", "csv", b"opened,who,text,text\n", 2, ""),
    Case("22 header twice", "ledger", put(b",channel,", b",by,"), 5, "header"),
    Case("23 other order of columns", "ledger", put(b"id,event", b"event,id"), 5, "header"),
    Case("23 other order, import", "csv", b"text,opened,who\nleak,2026-10-01 09:00,13800000001\n", 0, "1 imported"),
    Case("24 no last newline", "repair", lambda whole: whole[:-1], 0, "newline"),
    Case("25 CR LF everywhere", "repair", lambda whole: whole.replace(b"\n", b"\r\n"), 0, "values unchanged"),
    Case("26 mixed line ends", "ledger", line(lambda row: row + b"\r"), 5, "CR LF"),
    Case("27 a field of 200 000 bytes", "csv", cell("x" * 200_000), 2, ""),
    Case("28 a line without end", "ledger", lambda whole: whole + b"x" * (3 << 20) + b"\n", 5, ""),
    Case("28 a line without end, neutral form", "jsonl", b'{"a":"' + b"x" * (3 << 20), 2, ""),
    Case("29 characters that split lines elsewhere", "jsonl", [call(summary="a\u2028b"), call(summary="a\x85b")], 2, "U+0085"),
    Case("30 a spreadsheet's error", "csv", cell("#REF!"), 2, "#REF!"),
    Case("30 a spreadsheet's error", "xlsx", {"text": "#NAME?"}, 2, "#NAME?"),
    Case("31 a phone as a power", "csv", cell("1.38E+10", "who"), 2, "1.38E+10"),
    Case("32 a phone as a fraction", "csv", cell("13800000001.0", "who"), 2, "13800000001.0"),
    Case("33 an identity number rounded", "csv", cell("1.10101E+17"), 2, "1.10101E+17"),
    Case("34 the first zero is lost", "argv", ["--from", "31188888888"], 4, "31188888888"),
    Case("35 a date as a number", "csv", cell("45717", "opened"), 2, "45717"),
    Case("35 a date as a number", "jsonl", [call(at="45717")], 2, "45717"),
    Case("36 a date with slashes", "argv", ["--at", "2026/11/2 9:00"], 0, "2026-11-02 09:00"),
    Case("37 a date without a year", "csv", cell("Mar-25", "opened"), 2, "Mar-25"),
    Case("37 a date without a year", "jsonl", [call(at="3-1")], 2, "3-1"),
    Case("38 letters and accents apart", "show", "cafe\u0301", 0, "caf\u00e9"),
    Case("39 merge conflict", "ledger", line(lambda row: b"<<<<<<< HEAD\n" + row), 5, "merge conflict"),
    Case("39 merge conflict, rules", "rules", ("rules:\n", "<<<<<<< HEAD\nrules:\n"), 2, "merged by git"),
    Case("40 two branches merged", "verify", lambda whole: whole + whole.split(b"\n")[2] + b"\n", 1, "twice"),
    Case("41 a row of another month", "verify", line(in_january, 3), 1, ":3"),
    Case("42 an id twice", "jsonl", [call(id="C2610-0007"), call(id="C2610-0007", summary="other")], 4, "C2610-0007"),
    Case("42 the same twice", "jsonl", [call(id="C2610-0007"), call(id="C2610-0007")], 0, "1 imported"),
    Case("43 a row is missing", "verify", lambda whole: b"\n".join(r for n, r in enumerate(whole.split(b"\n")) if n != 2), 1, "missing"),
    Case("44 a pipe", "file", "fifo", 5, "not a plain file"),
    Case("44 a folder", "file", "folder", 5, "not a plain file"),
    Case("44 a symbolic link", "file", "symlink", 5, "not a plain file"),
    Case("44 a second name", "file", "link", 5, "not a plain file"),
    Case("45 zeros at the end", "torn", lambda whole: whole + bytes(4096), 0, "never finished"),
    Case("46 zeros for a header", "repair", lambda whole: bytes(whole.find(b"\n") + 1) + whole[whole.find(b"\n") + 1 :], 0, "every row written as recorded"),
]  # fmt: skip

TEXTS: list[Case] = [
    *(Case(f"47 formula {text!r}", "show", text, 0, text) for text in ("=1+1", "+1", "-1+1", "@SUM(A1)", "＝1")),
    Case("47 a tab before a formula", "show", "\t=1", 0, "=1"),
    Case("48 a formula that runs a program", "show", "=cmd|' /C calc'!A0", 0, "=cmd|' /C calc'!A0"),
    Case("48 a formula that fetches", "show", '=HYPERLINK("http://x")', 0, '=HYPERLINK("http://x")'),
    Case("49 an escape sequence", "argv", ["--summary", "\x1b]0;evil\x07"], 2, "U+001B"),
    Case("49 C1", "argv", ["--summary", "a\x9b2Jb"], 2, "U+009B"),
    Case("49 backspace", "jsonl", [call(summary="a\bb")], 2, "U+0008"),
    *(Case(f"50 markup {text}", "show", text, 0, text) for text in ("[red]", "[/]", "[link=http://x]", ":key:")),
    Case("51 writing direction", "argv", ["--summary", "a\u202eb"], 2, "U+202E"),
    Case("51 writing direction, import", "csv", cell("a\u2066b"), 2, "U+2066"),
    Case(
        "52 invisible, in a name",
        "argv",
        ["svc", "customer", "add", "--name", "A\u200bB", "--phone", "13800000077"],
        0,
        "AB",
    ),
    Case(
        "52 invisible, in an id", "argv", ["svc", "machine", "add", "--serial", "SN\u200b-9", "--product", "L"], 2, "SN"
    ),
    Case("53 tag characters", "argv", ["--summary", "a\U000e0041"], 2, "U+E0041"),
    Case("53 private use", "argv", ["--summary", "\ue000"], 2, "U+E000"),
    Case("54 lost data", "argv", ["--summary", "a\ufffd"], 2, "U+FFFD"),
    Case("55 bytes that are no text", "argv", ["--summary", b"\xff\xfe"], 2, "--summary"),
    Case("55 GBK on the command line", "argv", ["--summary", "漏油".encode("gbk")], 2, "--summary"),
    Case("56 full-width number", "argv", ["--from", "１３８０００００００１"], 0, "CU0001"),
    Case(
        "56 full-width amount",
        "argv",
        ["svc", "rules", "set", "late_arrival", "２００", "--from", "2026-12-01"],
        2,
        "200",
    ),
    Case("57 raised digit", "argv", ["svc", "rules", "set", "late_arrival", "²", "--from", "2026-12-01"], 2, "²"),
    Case("57 Indian digits", "argv", ["--from", "138000000०1"], 4, "138000000०1"),
    Case("58 Cyrillic letter in an id", "argv", ["svc", "call", "show", "С2611-0001"], 2, "is no call id"),
    Case("60 a pile of accents", "argv", ["--summary", "e" + "\u0301" * 100], 2, "accents"),
    Case("61 only blanks", "argv", ["--summary", " "], 2, "--summary"),
    Case("61 only full-width blanks", "argv", ["--summary", "\u3000"], 2, "--summary"),
    Case("61 a name of blanks", "argv", ["svc", "staff", "add", "--name", "\u3000", "--role", "clerk"], 2, "--name"),
    Case("62 a note of 100 kB", "argv", ["--summary", "x" * 100_000], 2, "too many"),
    Case("62 a note of 10 MB", "jsonl", [call(summary="x" * 10_000_000)], 2, ""),
    Case("63 a value that looks like an option", "show", "-rf", 0, "-rf"),
    *(Case(f"64 {text}", "show", text, 0, text) for text in ("NULL", "no", "nan", "true")),
]

IDS: list[Case] = [
    *(
        Case(f"65 id {text[:20]!r}", "argv", ["svc", "machine", "add", "--serial", text, "--product", "L"], 2, "id")
        for text in ("../../etc/passwd", "/etc/passwd", "a/b", "..", "~root", "$(id)", "a\nb", "A" * 300, "SN-9.")
    ),
    Case("65 id of a device, import", "jsonl", [call(id="NUL")], 2, "not CON"),
    Case("65 id of a device, register", "argv", [*CUSTOMER, "N", "--id", "aux"], 2, "not CON"),
    Case("65 a path, import", "jsonl", [call(id="../../etc/passwd")], 2, "'../../etc/passwd' is no call id"),
    Case("65 a small letter, import", "jsonl", [call(id="c2610-0007")], 2, "capital letters"),
    Case("65 twins by case", "argv", ["svc", "machine", "add", "--serial", "sn-1", "--product", "L"], 4, "SN-1"),
    Case("65 twins by case, register", "argv", [*CUSTOMER, "N", "--id", "cu0001"], 4, "CU0001"),
    Case("66 the whole disk as a desk", "argv", ["svc", "--desk", "/", "today"], 2, "/ is no desk"),
    Case("66 somebody else's link", "file", "foreign", 3, "somebody else"),
    Case("67 a link for a folder", "file", "linked folder", 5, "not a plain file"),
]

_WARRANTY = ["svc", "machine", "add", "--serial", "SN-8", "--product", "L", "--sold", "2024-02-29", "--warranty-until", "2025-02-29"]

NUMBERS: list[Case] = [
    *(
        Case(f"68 amount {text!r}", "argv", ["svc", "rules", "set", "late_arrival", "--from", "2026-12-01", "--", text], 2, "amount")
        for text in ("nan", "inf", "1e400", "-0", "1_000", "0x10", "1,000", "１.５", "200元")
    ),
    *(
        Case(f"69 a fine of {yuan}", "argv", ["svc", "rules", "set", "late_arrival", yuan, "--from", "2026-12-01"], 2, "more than 100000")
        for yuan in ("100000.01", "100001", "9999999")
    ),
    Case("69 a fine of eight digits", "argv", ["svc", "rules", "set", "late_arrival", "99999999", "--from", "2026-12-01"], 2, "amount"),
    Case("69 the highest fine", "argv", ["svc", "rules", "set", "late_arrival", "100000", "--from", "2026-12-01"], 0, "100000"),
    *(
        Case(f"70 time {text}", "argv", ["--at", text], 2, text)
        for text in ("2025-02-29T10:00", "2025-02-30T10:00", "2026-10-01T24:00", "2026-10-01T10:60", "2025-W09-6")
    ),
    Case("70 full-width digits", "argv", ["--at", "２０２６-10-01T10:00"], 2, "write 2026-10-01T10:00"),
    Case("70 full-width digits, month", "argv", ["svc", "audit", "month", "２０２６-10"], 2, "write 2026-10"),
    Case("70 full-width signs", "argv", ["--at", "2026－11－02　09：00"], 0, "2026-11-02 09:00"),
    Case("70 a clerk's time words", "argv", ["--at", "昨天下午３点"], 0, "15:00"),
    Case("70 digits run together", "argv", ["svc", "machine", "add", "--serial", "SN-8", "--product", "L", "--sold", "20250301"], 2, "20250301"),
    Case("71 a year after 29 February", "argv", _WARRANTY, 2, "2025-02-29"),
    *(Case(f"72 year {year}", "argv", ["--at", f"{year}-01-01T00:00"], 2, year) for year in ("0001", "9999", "2126")),
    Case("73 a time without an offset", "argv", ["--at", "2026-11-02T09:00"], 0, "2026-11-02 09:00"),
    Case("74 in the future", "argv", ["--at", "+3d"], 2, "future"),
    Case("74 long ago", "argv", ["--at", "2026-01-05T09:00"], 0, "days ago"),
    Case("75 it ends before it begins", "visit", None, 4, "before"),
    *(Case(f"76 phone {text}", "argv", ["svc", "customer", "add", "--name", "N", "--phone", text], 2, text) for text in ("1380000000", "138000000012")),
    *(
        Case(f"76 phone {text}", "argv", ["svc", "customer", "add", "--name", "N", "--phone", text], 0, "CU")
        for text in ("+8613800000012", "008613800000013", "0311-8888888-123")
    ),
]  # fmt: skip

YAML: list[Case] = [
    Case("77 a key twice", "rules", ("timezone:", "timezone: Asia/Shanghai\ntimezone:"), 2, "second time"),
    Case("77 a key twice, map", "map", ("columns:", "columns: [a]\ncolumns:"), 2, "second time"),
    Case("78 a bomb of aliases", "rules", "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", 2, "alias"),
    Case("79 an alias of itself", "rules", "x: &x [*x]\n", 2, "alias"),
    Case("79 an alias, map", "map", ("columns:", "x: &x [*x]\ncolumns:"), 2, ""),
    Case("80 no for a text", "rules", ("timezone: Asia/Shanghai", "timezone: no"), 2, "no"),
    *(Case(f"81 {text}", "rules", ("timezone: Asia/Shanghai", f"timezone: {text}"), 2, text) for text in ("0123", "12:30", "1_000", ".inf")),
    Case("82 a day that does not exist", "rules", ("from: 2026-01-01", "from: 2025-02-30"), 2, "2025-02-30"),
    Case("83 a tag", "rules", ("timezone: ", "timezone: !!python/object:os.system "), 2, "tag"),
    Case("84 a merge key", "rules", "a: &a {b: c}\nd:\n  <<: *a\n", 2, ""),
    Case("85 two documents", "rules", ("rules:\n", "---\nrules:\n"), 2, "document"),
    Case("86 tabs", "rules", ("timezone:", "x:\n\ty: z\ntimezone:"), 2, "tab"),
    Case("87 three thousand deep", "rules", "[" * 3000 + "]" * 3000 + "\n", 2, "deep"),
    Case("87 three thousand deep, neutral form", "jsonl", b"[" * 3000 + b"]" * 3000 + b"\n", 2, ""),
    Case("88 a key that is no text", "rules", ("timezone:", "1: x\ntimezone:"), 2, ""),
    Case("89 empty", "rules", "", 2, "empty"),
    Case("89 only comments", "rules", "# nothing\n", 2, ""),
    Case("90 a BOM", "rules", ("", "\ufeff"), 0, ""),
    Case("90 NUL", "rules", ("timezone:", "\0timezone:"), 2, "zero byte"),
    Case("90 half a pair", "rules", ("timezone: Asia/Shanghai", 'timezone: "\\ud800"'), 2, ""),
    Case("91 a slip in a key", "rules", ("timezone:", "timezome:"), 2, "timezone"),
    Case("93 cut short by an editor", "rules", "svc: 1\nrules:\n  - id: late_arrival\n    claus", 2, ""),
    Case("94 a backup beside it", "beside", "rules.yaml~", 0, ""),
]  # fmt: skip

PLACES: list[Case] = [
    Case("95 a locale without Chinese", "environment", {"LC_ALL": "C"}, 0, ""),
    Case("95 an ASCII terminal", "environment", {"PYTHONIOENCODING": "ascii"}, 0, ""),
    Case("95 a GBK terminal", "environment", {"PYTHONIOENCODING": "gbk", "LC_ALL": "zh_CN.GBK"}, 0, ""),
    Case("96 no home", "environment", {"HOME": "/nonexistent"}, 0, ""),
    Case("96 stdout is full", "place", "full", 6, "written"),
    Case("96 stdout is closed", "place", "closed", 0, ""),
    Case("96 nobody reads", "place", "pipe", 141, ""),
    Case("96 the folder is gone", "place", "gone", 2, "no longer exists"),
    Case("96 nothing may be written", "place", "read-only", 3, ""),
    Case("96 everybody may read", "place", "open", 0, "chmod"),
    Case("96 umask 000", "place", "umask", 0, ""),
]

ALIKE: list[Case] = [
    Case(f"59 {new}", "alike", new, 0, said)
    for new, said in (
        ("吴工", "CU0002 吴工"), ("呉工", "CU0002 吴工"), ("吳工", "CU0002 吴工"), (" 吴 工", "CU0002 吴工"), ("章丽", "CU0004 张丽"),
        ("АВС", "CU0003 A.B.C."), ("ａｂｃ", "CU0003 A.B.C."), ("abc", "CU0003 A.B.C."), ("武工", ""), ("ABD", ""), ("张莉莉", ""),
    )
]  # fmt: skip
"""Names beside `BESIDE`, and whom each is taken for."""
BESIDE = "name,phone\n吴工,13800000091\nA.B.C.,13800000092\n张丽,13800000093\n"

_LIMIT, _YUAN = "        value: 24 hours\n", "        yuan:\n"
_FIRST = "      - from: 2026-01-01\n        yuan:\n"
RULES: list[Case] = [
    *(
        Case(f"92 a limit of {span}", "value", (_LIMIT, f"        value: {span}\n"), 1, said)
        for span, said in (
            ("-24 hours", "negative"), ("0 hours", "zero"), ("24", "unit is missing"), ("999999 days", "longer than three years"),
            ("1.5 hours", "not a span"), ("24 houres", "not a span"), ("二十四小时", "not a span"), ("24:00", "not a span"), ("nan", "not a span"),
            ("1e9 hours", "not a span"), ("２４小时", "not a span"), ("[1 hours]", ""), ("{}", ""),
        )
    ),
    *(
        Case(f"92 an amount of {text}", "value", (_YUAN, f"        yuan: {text}\n"), 1, said)
        for text, said in (
            ("-5", "never negative"), ("200元", "without a unit"), ("¥200", "without a unit"), ("200 CNY", "without a unit"),
            ("1,000", "no commas"), ("100000.01", "more than 100000"), ("nan", "not an amount"), ("1e3", "not an amount"),
            ("0x10", "not an amount"), ("1.234", "two decimals"), ("[1, 2]", ""), (".inf", "not an amount"),
        )
    ),
    *(
        Case(f"92 steps of an amount, {name}", "value", (_FIRST, f"{_FIRST[:-1]} 100\n      - from: {second}\n        yuan: 200\n"), 1, second)
        for name, second in (("the same day twice", "2026-01-01"), ("backwards", "2025-01-01"), ("a day that is none", "2026-02-30"))
    ),
]  # fmt: skip
"""Values that somebody typed into rules.yaml."""

CASES = [*FILES, *TEXTS, *IDS, *NUMBERS, *YAML, *PLACES]
