"""The files kept with a month's records, as links to copies beside the page where these were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.output.pages.model import Column, Section, Table, filled
from svc.output.pages.service import facts
from svc.text import Text

Figures = Mapping[str, Any]

_COLUMNS = (
    Column("id", Text("file", "编号")),
    Column("subject", Text("with", "所属记录")),
    Column("as", Text("what", "种类"), "code:as"),
    Column("name", Text("name", "文件名")),
    Column("by", Text("by", "存入人")),
    Column("date", Text("date", "日期"), "date"),
    Column("same_as", Text("same as", "相同文件")),
)


def files(f: Figures, links: Mapping[str, str]) -> Section:
    """How many, the same file twice, and each with its name; nothing where a month has none."""
    title = Text("Files kept with records", "附件")
    book = f.get("attachments") or {}  # months sealed before there were any have none
    if not book.get("kept"):
        return Section("files", title, "4.3", ())
    block = facts(
        f,
        title,
        ("attachments.kept", Text("kept", "存入"), "count"),
        ("attachments.by_kind", Text("of which kind", "种类"), "tally"),
        ("attachments.erased", Text("bytes erased", "内容已删除"), "count"),
    )
    twice = Table("repeated_files", Text("The same file with two records", "同一文件附在两处"), _COLUMNS, _linked(book["repeated"], links))
    every = Table("files", Text("Every file", "全部附件"), _COLUMNS, _linked(book["files"], links), aside=True)
    return Section("files", title, "4.3", filled(block, twice, every))


def _linked(rows: tuple[Mapping[str, Any], ...], links: Mapping[str, str]) -> tuple[Mapping[str, Any], ...]:
    return tuple({**row, "name_link": links.get(row["id"])} for row in rows)
