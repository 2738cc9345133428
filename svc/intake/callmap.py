"""What a list of calls becomes: a call a row, and its reply where one is written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from svc.domain import ledgers
from svc.domain.kinds import Field
from svc.text import Text

if TYPE_CHECKING:
    from svc.intake.proposal import Listed

KINDS: dict[str, Text] = {
    "at": Text("when it came in", "来电时间"),
    "date": Text("the day", "来电日期"),
    "time": Text("the hour", "来电钟点"),
    "customer": Text("customer", "客户"),
    "phone": Text("who calls", "来电号码"),
    "contact": Text("name of the person calling", "来电人姓名"),
    "machine": Text("serial number of the machine", "设备序列号"),
    "channel": Text("how it came", "来访方式"),
    "kind": Text("what it is about", "事由类别"),
    "summary": Text("what the caller said", "来电内容"),
    "needs_service": Text("somebody has to go there", "需要上门"),
    "due": Text("until when the customer wants it", "客户要求的时间"),
    "by": Text("who took it", "登记人"),
    "reply_at": Text("reply: when", "答复时间"),
    "reply_text": Text("reply: what was answered", "答复内容"),
    "reply_by": Text("reply: by whom", "答复人"),
}
"""What the columns of a list of calls may tell."""

TAKEN_FOR_GRANTED = {"channel": "phone", "kind": "other"}
"""What a call must have: said of every row where no column tells it."""


def entries(listed: Listed) -> tuple[dict[str, Any], list[Text]]:
    """The entries of a map for a list of calls, and what they take for granted."""
    remarks: list[Text] = []
    at = _at(listed, remarks)
    call: dict[str, Any] = {"ledger": "call", "event": "log"}
    number = listed.first("id")
    if number and all(re.fullmatch(ledgers.ID, text) for text in listed.texts(number)):
        call["id"] = {"column": number}
    call["at"] = at
    call |= _by(listed, "by")
    call["fields"] = _fields(listed, remarks)
    found: dict[str, Any] = {"call": call}
    if replied := listed.first("reply_at"):
        found["reply"] = _reply(listed, replied)
    elif listed.first("reply_text"):
        remarks.append(
            Text("no column tells when it was answered: replies are left out", "没有答复时间一列，答复不导入")
        )
    if not listed.first("by"):
        remarks.append(Text("no column tells who took the call: whoever imports it", "没有登记人一列：按导入人登记"))
    return found, remarks


def _at(listed: Listed, remarks: list[Text]) -> dict[str, Any]:
    day, hour = listed.first("date"), listed.first("time")
    if whole := listed.first("at"):
        return listed.moment(whole, "08:00", day)
    assert day is not None
    if hour:
        return listed.moment(hour, None, day)
    remarks.append(
        Text("no column tells the hour: 08:00 where the day has none", "没有钟点一列：只有日期的按 08:00 登记")
    )
    return listed.moment(day, "08:00")


def _by(listed: Listed, field: str) -> dict[str, Any]:
    heading = listed.first(field)
    return {"by": {"column": heading}} if heading else {}


def _fields(listed: Listed, remarks: list[Text]) -> dict[str, Any]:
    who = [heading for field in ("phone", "customer") if (heading := listed.first(field))]
    named = listed.first("customer")
    if named and len(who) > 1:
        strangers = {name for name in listed.texts(named) if not listed.registered(name)}
        if not strangers:
            who.reverse()
        else:
            count = len(strangers)
            remarks.append(
                Text(
                    f"{count} customers are not registered (first: svc customer import); the number says who calls",
                    f"有 {count} 家客户未登记（可先 svc customer import）；按来电号码认客户",
                )
            )
    values: dict[str, Any] = {"from": {"first": who} if len(who) > 1 else {"column": who[0]}}
    for field in ledgers.event("call", "log").fields:
        if field.name != "from" and (made := _value(listed, field, remarks)):
            values[field.name] = made
    return values


def _value(listed: Listed, field: Field, remarks: list[Text]) -> dict[str, Any] | None:
    made = listed.value(field)
    if field.name not in TAKEN_FOR_GRANTED:
        return made
    granted = TAKEN_FOR_GRANTED[field.name]
    if made is None:
        title, zh = field.title, field.kind.words[granted]
        remarks.append(
            Text(f"{title.en}: no column tells it; {granted} for every row", f"{title.zh}：没有这一列，全部按“{zh}”登记")
        )
        return {"value": granted}
    return made | {"if_unknown": granted}


def _reply(listed: Listed, replied: str) -> dict[str, Any]:
    day = listed.first("date")
    reply: dict[str, Any] = {
        "ledger": "call",
        "event": "reply",
        "when": {"column": replied, "known": "yes"},
        "id": {"ref": "call"},
        "at": listed.moment(replied, "18:00", day),
    }
    reply |= _by(listed, "reply_by")
    text = listed.first("reply_text")
    return reply | ({"fields": {"text": {"column": text}}} if text else {})
