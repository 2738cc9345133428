"""How findings, complaints, appeals and records stand, as every form of a month writes it: read back, beside the JSON.

The words stand here once more, so that a form that says another one is found out.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.conftest import Svc
from tests.output.test_reports import words

STATUS = {"awaiting_ruling": "待认定", "facts_missing": "事实不明", "final": "成立", "dismissed": "不成立", "waived": "免罚"}
STANDING = {"upheld": "属实", "dismissed": "不属实", "open": "待查"}
ASKED = {"ruling": "认定", "overlap": "一事两罚，选定一条", "appeal": "申诉，重新认定", "rule": "先改规则"}
WAITS = {"ruling": "待认定", "overlap": "一事两罚，待选定", "appeal": "当事人申诉，待重新认定", "verify": "投诉待认定", "remedy": "属实，尚未挽回"}
KIND = {"criticism": "批评", "bonus_deduction": "扣奖金", "demerit": "记过", "major_demerit": "记大过", "dismissal": "辞退"}
CHANGE = {"entered": "记入", "withdrawn": "撤销"}
NAMES = {"S02": "Tech", "S03": "Other"}
FIRST = 10
"""So many of what waits stand on a terminal; on a page a few more."""


def one_of(of: dict[str, str]) -> str:
    return "|".join(sorted(of.values(), key=len, reverse=True))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def said(form: str, path: Path) -> str:
    """The text of a file without blanks and markup; of a workbook its rows, cell after cell."""
    if form != "xlsx":
        return words(form, path).replace("\u200b", "")  # where a long id may break
    from openpyxl import load_workbook

    cells = (f"{cell:%Y-%m-%d}" if isinstance(cell, datetime) else cell for sheet in load_workbook(path) for row in sheet.values for cell in row)
    return bare("".join(str(cell) for cell in cells if cell is not None))


def month_agrees(figures: Any, text: str) -> None:
    """Everything in a month that has a status, as a form of it says."""
    for row in figures["findings"]:
        assert f"{row['clause']}{row['date']}{STATUS[row['status']]}{row['id']}" in text, row
        told = set(re.findall(rf"(?<![不未])({one_of(STATUS)}){re.escape(row['id'])}(?![0-9])", text))
        assert told <= {STATUS[row["status"]], WAITS["ruling"]}, (row, told)  # what waits stands in the list of that too
    for row in figures["complaints"]["list"]:
        told = set(re.findall(rf"{row['id']}{row['date']}.{{0,40}}?({one_of(STANDING)})", text))
        assert told == {STANDING[row["standing"]]}, (row, told)
    for row in figures["open_rulings"]:
        assert f"{row['id']}{ASKED[row['kind']]}{row['clause']}" in text, row
    for row in figures.get("waiting", ())[:FIRST]:
        if row["kind"] in WAITS:
            assert f"{WAITS[row['kind']]}{row['id']}" in text, row
    for row in figures["sanctions"]:
        assert f"{row['clause']}{KIND[row['kind']]}{CHANGE[row['change']]}{row['concerns']}{row['subject']}" in text, row


# ---- lists and cards -------------------------------------------------------------------------------


def lists_agree(svc: Svc, listed: list[dict[str, Any]], month: str) -> None:
    """The list of a month's findings for whoever reads Chinese: as sealed, and what is known today."""
    told = bare(svc(f"--lang zh finding list --month {month}").out)
    for row in listed:
        if row["status"]:
            assert re.search(rf"{row['id']}{row['clause']}.{{0,30}}?{row['date']}{STATUS[row['status']]}", told), row
        if row.get("today"):
            now, _, whom = row["today"].partition(" ")
            name = re.escape(f"({NAMES[whom.strip('()')]})") if whom else ""
            assert re.search(rf"{row['id']}[^/]*?{(STATUS | {'ok': '已无此问题'})[now]}{name}", told), row


def cards_agree(svc: Svc, findings: dict[str, str], every: bool) -> None:
    """Each finding's and complaint's card in words, and the board: what waits there, and nothing else."""
    rows = svc("today --json").json
    board = {row["id"] for row in rows if row["noun"] == "finding"}
    verify = {row["id"] for row in rows if row["kind"] == "verify"}
    shown = bare(svc("--lang zh today").out)
    for id, status in findings.items():
        card = svc(f"--lang zh finding show {id}").out
        assert bare(card.split("\n")[0]) == f"{id}{STATUS[status]}", card
        assert (status == "awaiting_ruling") <= (id in board or id.split("/")[1] in verify), id
        assert (id in board) <= (status in ("awaiting_ruling", "final")), id
        assert (id in board) <= (id in shown), id
    complaints = svc("complaint list --last 100 --json").json
    for row in complaints if every else {row["standing"]: row for row in complaints}.values():
        card = bare(svc(f"--lang zh complaint show {row['id']}").out)
        assert re.search(rf"认定[:：]?{STANDING[row['standing']]}", card), (row, card)


def appeals_agree(svc: Svc, folder: Path, appeals: dict[str, dict[str, list[Any]]]) -> int:
    """What statements say of appeals, on a terminal and on paper, is what the board says; how many there are."""
    open_ = {row["id"] for row in svc("today --json").json if row["kind"] == "appeal"}
    told = set()
    for month, people in appeals.items():
        for who, rows in people.items():
            if not rows:
                continue
            path = folder / f"{who}-{month}.pdf"
            svc(f"--lang zh staff statement {who} --month {month} --out {path}")
            terminal, paper = bare(svc(f"--lang zh staff statement {who} --month {month}").out), said("pdf", path)
            for row in rows:
                told.add((who, row["id"]))
                assert (row["id"] in open_) == (not row["decided"]), row
                state = "已重新认定" if row["decided"] else "待认定"
                assert f"申诉{row['id']}{row['date']}{row['reason']}({state})" in terminal, (row, terminal)
                assert f"{row['id']}{row['date']}{row['reason']}{'是' if row['decided'] else '否'}" in paper, (row, paper)
    return len(told)
