"""Options that reading verbs share, as Typer takes them from a function: apart, for a verb that records is built without them."""

from __future__ import annotations

from typing import Annotated

from typer.params import Argument, Option

from svc.ui.options import MONTH, text

Json = Annotated[bool, Option("--json", help=text("one JSON document", "输出 JSON"))]
Format = Annotated[
    str,
    Option("--format", metavar="table|plain|csv|tsv|markdown|json|jsonl", help=text("form of the list", "列表格式")),
]
MayFormat = Annotated[
    str | None,
    Option("--format", metavar="table|plain|csv|tsv|markdown|json|jsonl", help=text("form of the list", "列表格式")),
]
AsOf = Annotated[
    str | None,
    Option(
        "--as-of",
        metavar="TIME",
        help=text("the state of the world then (a date: its beginning)", "按当时的情况（只写日期为当天零点）"),
    ),
]
KnownAt = Annotated[
    str | None,
    Option("--known-at", metavar="TIME", help=text("only what had been typed by then", "只看当时已录入的")),
]
DryRun = Annotated[bool, Option("--dry-run", help=text("check everything, write nothing", "只检查，不写入"))]
MonthName = Annotated[str, Argument(metavar=MONTH)]
Month = Annotated[str | None, Option("--month", metavar=MONTH, help=text("of one month: 2026-10, last, this", "哪个月：2026-10、上月、本月"))]
MOST = 999_999
"""More rows than any list is read for, and as many as every count of an entry may be."""
Last = Annotated[
    int | None,
    Option(
        "--last",
        metavar="N",
        min=1,
        max=MOST,
        help=text("how many, newest first (default: 20; all as json, jsonl, csv, tsv)", "最近几条（默认 20 条；json、jsonl、csv、tsv 为全部）"),
    ),
]
