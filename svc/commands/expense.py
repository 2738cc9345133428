"""svc expense: expense claims of trips (1.12, 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.domain.nouns.expense import Expense, fold
from svc.errors import BadInput
from svc.output.words import word
from svc.text import Text, say
from svc.ui.attached import Bringing
from svc.ui.groups import Readings, add_list, noun
from svc.ui.lists import Row
from svc.ui.verbs import Extra, Values, Verb

if TYPE_CHECKING:
    from svc.desk.shown import Shown
    from svc.store.index.wanted import View
    from svc.ui.conversation import FollowUp

app = Readings()


def row(shown: Shown, expense: Expense) -> dict[str, Any]:
    """A claim as lists show it."""
    submit, review = expense.submit, expense.review
    return {
        "id": expense.id,
        "at": submit.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "trip": expense.trip,
        "submitted_by": submit.by,
        "amount": f"{sum((Decimal(line.amount) for line in expense.lines), Decimal(0)):.2f}",
        "receipts": len(expense.lines),
        "standing": expense.standing,
        "invalid": ", ".join(map(str, expense.invalid)) or None,
        "reviewed_by": review.by if review else None,
    }


def decided(desk: Desk, id: str, view: View, new: Entry | None = None) -> Row:
    """What is paid of a claim and what not; `new` is a review that a dry run did not write."""
    from svc.audit.books.expense import decided as by_line
    from svc.desk import selections

    found = selections.subjects(desk.index, [("expense", id)], view)
    entries = found["expense"].get(id, [])
    if new is not None and new not in entries:
        entries.append(new)
    return by_line(desk.world(found, view), id)


def sentences(told: Row, standing: str) -> list[tuple[Text, str]]:
    """What was decided, as labels and values: the sum that is paid, what waits, each line that is not paid and why."""
    said = [] if standing == "awaiting_review" else [(Text("paid", "实付"), told["paid"])]
    if told["awaiting"] != "0.00":
        said.append((Text("not decided yet", "待定"), told["awaiting"]))
    for line in told["lines"]:
        what, n = f"{word(line['category'], 'category')} {line['amount']}: ", line["line"]
        if line["outcome"] in ("refused", "blocked_by_tools"):
            why = f"{line['clause']}, {line['rule']}" if line["rule"] else say(Text("the whole claim", "整单退回"))
            label = Text(f"not paid, line {n}", f"不付，第 {n} 行")
            said.append((label, f"{what}{word(line['outcome'], 'outcome')} ({why})"))
        elif line["outcome"] == "awaiting" and standing == "approved":
            ruling = say(Text("waits for a ruling on the receipt (4.3)", "票据待认定（4.3）"))
            said.append((Text(f"not decided, line {n}", f"待定，第 {n} 行"), what + ruling))
    return said


def outcome(desk: Desk, entry: Entry) -> str:
    """What stands under the receipt of a review: what is paid, and which lines are not."""
    told = decided(desk, entry.id, desk.view(), entry)
    standing = {"approve": "approved"}.get(entry.get("verdict"), "rejected")
    return "\n".join(f"  {say(label)}: {value}" for label, value in sentences(told, standing))


def said(shown: Shown, claim: Expense, as_json: bool) -> Row:
    """What `show` adds: what is paid and what not."""
    told = decided(shown.desk, claim.id, shown.view)
    return told if as_json else {say(label): value for label, value in sentences(told, claim.standing)}


add_list(
    app,
    "expense",
    {
        "id": Text("claim", "编号"),
        "at": Text("submitted", "提交时间"),
        "trip": Text("trip", "出差"),
        "submitted_by": Text("by", "提交人"),
        "amount": Text("yuan", "金额"),
        "receipts": Text("lines", "行数"),
        "standing": Text("standing", "状态"),
        "invalid": Text("invalid lines", "问题行"),
        "reviewed_by": Text("reviewed by", "审核人"),
    },
    row,
    said,
)

_RECEIPT = Bringing("--receipt-file", "receipt", Text("a picture or PDF of a receipt (may be repeated)", "票据的照片或 PDF（可重复）"))

_NUMBER = Extra("number", "--number", "N", Text("only this line becomes what --line says", "只改这一行（改为 --line 所写）"))


def _one_line(desk: Desk, target: str | None, values: Values, given: Mapping[str, Any]) -> list[FollowUp]:
    """Of a claim one line is put right: the others stay as they are."""
    number, lines = given.get("number"), list(values.get("lines") or ())
    if number is None:
        return []
    claim = fold(desk.entries("expense", desk.reference("expense", target or "")))
    held = list(claim.submit.get("lines") or ()) if claim else []
    if not (str(number).isdecimal() and 1 <= int(number) <= len(held)) or len(lines) != 1:
        raise BadInput(
            Text(f"--number {number}: one line of the {len(held)}, with the one --line that it becomes",
                 f"--number {number}：写第几行（共 {len(held)} 行），并用一个 --line 写改成什么"),
            Text(f"see: svc expense show {target}", f"查看：svc expense show {target}"),
        )  # fmt: skip
    held[int(number) - 1] = lines[0]
    values["lines"] = held
    return []


command = noun(
    "expense",
    app,
    {"submit": Verb(bring=_RECEIPT), "review": Verb(after=outcome), "correct": Verb((_NUMBER,), _one_line)},
)
