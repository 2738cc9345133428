"""What a list of calls, service requests or work orders becomes: a call a row, its answer, its visit, its end."""

from __future__ import annotations

import re
from typing import Any

from svc.domain import ledgers, registers
from svc.domain.kinds import Field
from svc.intake.columns import Column, described
from svc.intake.heading_parts import moment_of
from svc.intake.listed import Listed
from svc.text import Text

KINDS: dict[str, Text] = {
    "at": Text("when it came in", "来电时间"),
    "date": Text("the day", "来电日期"),
    "time": Text("the hour", "来电钟点"),
    "customer": Text("customer", "客户"),
    "phone": Text("who calls", "来电号码"),
    "contact": Text("name of the person calling", "来电人姓名"),
    "machine": Text("serial number of the machine", "设备序列号"),
    "product": Text("product of the machine", "设备型号"),
    "channel": Text("how it came", "来电渠道"),
    "kind": Text("what it is about", "事由类别"),
    "summary": Text("what the caller said", "来电内容"),
    "needs_service": Text("somebody has to go there", "需要上门"),
    "due": Text("until when the customer wants it", "客户要求的时间"),
    "by": Text("who took it", "登记人"),
    "reply_at": Text("reply: when", "答复时间"),
    "reply_text": Text("reply: what was answered or done", "答复内容、处理结果"),
    "reply_by": Text("reply: by whom", "答复人"),
    "technician": Text("who did the work", "维修人员"),
    "dispatched_at": Text("when somebody was sent", "派工时间"),
    "promised": Text("the promised time", "约定上门时间"),
    "arrived_at": Text("when he arrived", "到达时间"),
    "arrived_hour": Text("the hour at which he arrived", "到达钟点"),
    "left_at": Text("when he left", "离开时间"),
    "cause": Text("cause of the fault", "故障原因"),
    "closed_at": Text("when it was settled", "完成时间"),
    "closed_hour": Text("the hour at which it was settled", "完成钟点"),
    "reply_hour": Text("reply: the hour", "答复钟点"),
}
"""What the columns of a list of calls may tell."""

TAKEN_FOR_GRANTED = {"channel": "phone", "kind": "other"}
"""What a call must have: said of every row where no column tells it."""

Map = dict[str, Any]


def call_entries(listed: Listed) -> Map:
    """The entries of a map for a list of calls."""
    made: Map = {}
    made |= _customers(listed) | _machines(listed)
    staff = _staff(listed)
    made |= {field: entry for field, (_, entry) in staff.items() if entry}
    at = _at(listed)
    if at is None:
        at = {"column": "?"}
    call: Map = {"ledger": "call", "event": "log"}
    if number := listed.first("id"):
        if not number.unique:
            call["once_per"] = [number.name]
            listed.remarks.append(
                Text(f"{number.name}: rows of one number are one call", f"{number.name}：编号相同的行是同一来电")
            )
        call["id"] = {"column": number.name}
    call["at"] = at
    call |= _by(staff, "by")
    call["fields"] = _fields(listed, made)
    made["call"] = call
    visited = _visit(listed, staff, made)
    _answers(listed, staff, made, visited)
    if not listed.first("by"):
        listed.remarks.append(Text("no column tells who took the call: whoever imports it", "没有登记人一列：按导入人登记"))
    return made


# ---- whom and what the rows name -------------------------------------------------------------------------


def _customers(listed: Listed) -> Map:
    """The customers that are not registered yet, where they shall be."""
    column = listed.first("customer")
    if column is None or not (new := listed.strangers("customer", column)):
        return {}
    settled = listed.settle("customer", column, new)
    if not settled.register:
        return {}
    fields: Map = {"name": settled.named(column)}
    phone = listed.first("phone")
    if phone and phone.phones > 0.5:
        fields["phone"] = {"column": phone.name}
    return {"customer": {"ledger": "customer", "once_per": column.name, "where_missing": "yes", "fields": fields}}


def _machines(listed: Listed) -> Map:
    column = listed.first("machine")
    if column is None or not _are_serials(listed, column):
        return {}
    new = listed.strangers("machine", column)
    if not new:
        return {}
    settled = listed.settle("machine", column, new)
    if not settled.register:
        return {}
    product = listed.first("product")
    fields: Map = {"product": {"column": product.name, "if_unknown": "-"} if product else {"value": "-"}}
    if not product:
        listed.remarks.append(Text("no column tells the product of the machines: -", "没有设备型号一列：按“-”登记"))
    return {
        "machine": {
            "ledger": "machine", "once_per": column.name, "where_missing": "yes", "id": settled.named(column), "fields": fields
        }
    }  # fmt: skip


def _are_serials(listed: Listed, column: Column) -> bool:
    """Whether all machines are named by what may be a serial number; a list of descriptions goes into the text."""
    return all(re.fullmatch(registers.ID, text.strip().upper()) for text in column.counts)


Staff = dict[str, tuple[Map, Map]]
"""Field -> where a person of its column comes from, and the map's entry that registers those who are not (or nothing)."""


def _staff(listed: Listed) -> Staff:
    """Who stands in the columns of people: registered where they are not, technicians those who do the work."""
    found: Staff = {}
    columns = {field: column for field in ("technician", "reply_by", "by") if (column := listed.first(field))}
    work = columns.get("technician") or columns.get("reply_by")
    for field, column in columns.items():
        new = listed.strangers("staff", column)
        if not new:
            found[field] = ({"column": column.name}, {})
        elif (settled := listed.settle("staff", column, new)).register:
            role = "technician" if work and work.counts.keys() & column.counts.keys() else "clerk"
            fields = {"name": settled.named(column), "role": {"value": role}}
            entry = {"ledger": "staff", "once_per": column.name, "where_missing": "yes", "fields": fields}
            found[field] = ({"ref": field}, entry)
        else:
            found[field] = ({"column": column.name, "words": dict.fromkeys(new, "")}, {})
    return found


def _by(staff: Staff, *fields: str) -> Map:
    """Who did something: the first of several columns of people that there is."""
    return next(({"by": staff[field][0]} for field in fields if field in staff), {})


# ---- the call itself -------------------------------------------------------------------------------------


def _at(listed: Listed) -> Map | None:
    day, hour = listed.first("date"), listed.first("time")
    if whole := listed.first("at"):
        if whole.hours > 0.5 and day:
            return listed.moment(whole, day)
        if not whole.has_hours and hour:
            return listed.moment(hour, whole)
        if not whole.has_hours:
            _say_days(listed, whole)
        return listed.moment(whole)
    if day is None:
        return None
    if day.has_hours:  # a heading says "date" of moments too
        return listed.moment(day)
    if hour:
        return listed.moment(hour, day)
    _say_days(listed, day)
    return listed.moment(day)


def _say_days(listed: Listed, column: Column) -> None:
    listed.remarks.append(
        Text(f"{column.name} tells no hour: recorded as days without one", f"{column.name} 没有钟点：按日期登记，不填钟点")
    )


def _fields(listed: Listed, made: Map) -> Map:
    values: Map = {}
    if caller := _from(listed, made):
        values["from"] = caller
    for field in ledgers.event("call", "log").fields:
        if field.name == "machine":
            if value := _machine(listed, made):
                values["machine"] = value
        elif field.name == "summary":
            if value := _summary(listed):
                values["summary"] = value
        elif field.name != "from" and (value := _value(listed, field)):
            values[field.name] = value
    return values


def _from(listed: Listed, made: Map) -> Map | None:
    customer, phone = listed.first("customer"), listed.first("phone")
    if "customer" in made:
        return {"ref": "customer"} | ({"or": phone.name} if phone else {})
    if customer is None:
        if phone is None:
            listed.remarks.append(Text("no column tells who called: not known", "没有来电人或客户一列：来电人不详"))
        return {"column": phone.name} if phone else None
    new = listed.strangers("customer", customer)
    if new and phone:
        return {"column": phone.name}
    value: Map = {"first": [customer.name, phone.name]} if phone else {"column": customer.name}
    return value | ({"words": dict.fromkeys(new, "")} if new else {})


def _machine(listed: Listed, made: Map) -> Map | None:
    column = listed.first("machine")
    if column is None or not _are_serials(listed, column):
        return None
    if "machine" in made:
        return {"ref": "machine"}
    new = listed.strangers("machine", column)
    return {"column": column.name} | ({"words": dict.fromkeys(new, "")} if new else {})


def _summary(listed: Listed) -> Map | None:
    """What was said: a column of texts, else those columns of words that together tell it."""
    columns = listed.columns_of.get("summary", [])[:3] or described(listed.columns, dict(listed.guesses))
    if not columns and (done := listed.first("reply_text")):
        columns = [done]
    machine = listed.first("machine") or listed.first("product")
    if machine and (listed.first("machine") is None or not _are_serials(listed, machine)):
        columns = [machine, *columns]
        listed.remarks.append(
            Text(f"{machine.name} holds no serial numbers: it goes into the text", f"{machine.name} 不是序列号：写入来电内容")
        )
    if not columns:
        listed.remarks.append(Text("no column tells what was said", "没有来电内容一列"))
        return None
    if len(columns) == 1:
        return {"column": columns[0].name}
    listed.remarks.append(
        Text(f"what was said is put together of {', '.join(c.name for c in columns)}", f"来电内容由 {'、'.join(c.name for c in columns)} 合成")
    )
    return {"join": [column.name for column in columns], "with": " / "}


def _value(listed: Listed, field: Field) -> Map | None:
    granted = TAKEN_FOR_GRANTED.get(field.name)
    column = listed.first(field.name)
    if granted is None:
        return listed.value(field)
    if column is None:
        title, zh = field.title, field.kind.words[granted]
        listed.remarks.append(
            Text(f"{title.en}: no column tells it; {granted} for every row", f"{title.zh}：没有这一列，全部按“{zh}”登记")
        )
        return {"value": granted}
    return {"column": column.name} | listed.words(field.name, field.kind, column, granted) | {"if_unknown": granted}


# ---- what followed ---------------------------------------------------------------------------------------


def _visit(listed: Listed, staff: Staff, made: Map) -> bool:
    """A visit where the list says who went, what was promised, and when he arrived; whether it does."""
    promised, arrived = listed.first("promised") or listed.first("due"), listed.first("arrived_at")
    worker = next((field for field in ("technician", "reply_by") if field in staff), None)
    if arrived is None or worker is None:
        return False
    if promised is None:
        listed.remarks.append(
            Text("no column tells what was promised: visits are left out", "没有约定上门时间一列：不生成派工")
        )
        return False
    sent = listed.first("dispatched_at")
    when = {"when": {"column": arrived.name, "known": "yes"}}
    made["visit"] = {
        "ledger": "visit", "event": "dispatch", **when,
        "at": _moment(listed, sent, "dispatched") if sent else made["call"]["at"],
        "fields": {"call": {"ref": "call"}, "staff": _by(staff, worker)["by"], "promised": listed.moment(promised, past=False)},
    }  # fmt: skip
    made["arrival"] = {"ledger": "visit", "event": "arrive", **when, "id": {"ref": "visit"}, "at": _moment(listed, arrived, "arrived")}
    left = listed.first("left_at")
    if left:
        made["leaving"] = {
            "ledger": "visit", "event": "leave", "when": [when["when"], {"column": left.name, "known": "yes"}],
            "id": {"ref": "visit"}, "at": listed.moment(left),
        }  # fmt: skip
    _report(listed, staff, made, worker, left or arrived, when)
    return True


def _report(listed: Listed, staff: Staff, made: Map, worker: str, last: Column, when: Map) -> None:
    told = {name: column for name, field in (("cause", "cause"), ("solution", "reply_text")) if (column := listed.first(field))}
    if told:
        end = listed.first("closed_at") or last
        made["report"] = {
            "ledger": "report", "event": "close", "when": [when["when"], {"column": end.name, "known": "yes"}],
            "at": listed.moment(end), **_by(staff, worker),
            "fields": {"visit": {"ref": "visit"}, **{name: {"column": column.name} for name, column in told.items()}},
        }  # fmt: skip


def _answers(listed: Listed, staff: Staff, made: Map, visited: bool) -> None:
    """The answer to a call and its end, where the list tells when."""
    closed, replied, text = listed.first("closed_at"), listed.first("reply_at"), listed.first("reply_text")
    at = replied or closed
    by = _by(staff, "reply_by", "technician")
    if at is not None:
        if replied is None:
            listed.remarks.append(
                Text(f"no column tells when it was answered: when it was settled ({at.name})", f"没有答复时间一列：以完成时间（{at.name}）为答复时间")
            )
        when: Map = {"when": {"column": at.name, "known": "yes"}}
        moment = _moment(listed, at, "reply" if replied else "closed")
    elif text is not None and "technician" in staff and not _untold_dates(listed):
        listed.remarks.append(
            Text("a log of work done: answered on the day of its row", "这是维修记录：以该行日期为答复日期")
        )
        when, moment = {"when": {"column": text.name, "known": "yes"}}, made["call"]["at"]
    elif text is not None:
        listed.remarks.append(
            Text("no column tells when it was answered: replies are left out", "没有答复时间一列，答复不导入")
        )
        return
    else:
        return
    reply: Map = {"ledger": "call", "event": "reply", **when, "id": {"ref": "call"}, "at": moment} | by
    made["reply"] = reply | ({"fields": {"text": {"column": text.name}}} if text else {})
    if closed is not None:
        made["close"] = {
            "ledger": "call", "event": "close", "when": {"column": closed.name, "known": "yes"},
            "id": {"ref": "call"}, "at": _moment(listed, closed, "closed"), **by,
        }  # fmt: skip


def _untold_dates(listed: Listed) -> bool:
    """Whether a column of dates is left that may tell when the work was done: then its row is not of that day."""
    return any(c.dates >= 0.5 and c.place not in listed.guesses and moment_of(c.name) is None for c in listed.columns)


def _moment(listed: Listed, column: Column, what: str) -> Map:
    """A moment of a column, of the hours beside a column of days, or of bare hours the day of the call."""
    hour = listed.first(f"{what}_hour")
    if hour and not column.has_hours:
        return listed.moment(hour, column)
    return listed.moment(column, listed.first("date") or listed.first("at") if column.hours > 0.5 else None)

