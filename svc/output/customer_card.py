"""The caller's card on a terminal: who, what machines, what is open, what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from svc.output import fold
from svc.output.card import files
from svc.output.tables import cell, coded
from svc.output.words import label
from svc.text import Text, say, visible

Row = Mapping[str, Any]


def show(card: Row) -> None:
    """Print a card; what there is nothing of is left out, but for the warning signs."""
    name = card.get("name")
    fold.show(f"{card['id'] or card['machine']}  {visible(name) if name else say(_NOBODY)}", indent="  ")
    for field in ("phone", "contact", "region", "address"):
        if card.get(field):
            fold.show(f"  {label(field)}: {cell(card[field])}", indent="    ")
    _tour(card["tour"])
    _section(_MACHINES, [_machine(one) for one in card["machines"]])
    _section(_REPEATS, [_repeat(one) for one in card["likely_repeat"]])
    _section(_OPEN, _open(card["open"]))
    _section(_VISITS, [_visit(one) for one in card["visits"]])
    _section(_COMPLAINTS, [_complaint(one) for one in card["complaints"]])
    files(card.get("attachments", ()))


_NOBODY = Text("(customer not known)", "（客户不详）")
_MACHINES = Text("machines", "设备")
_OPEN = Text("open", "未办结")
_VISITS = Text("last visits", "最近服务")
_REPEATS = Text(
    "mended lately: the same fault again is a repeat repair (3.6)", "刚修过：同一故障再来即为重复修理（3.6）"
)
_COMPLAINTS = Text("complaints", "投诉")


def _section(title: Text, lines: Sequence[str]) -> None:
    if lines:
        print()
        fold.show(say(title))
        for line in lines:
            fold.show(f"  {line}", indent="    ")


def _day(moment: str | None) -> str:
    return moment[:10] if moment else "-"


def _minute(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else "-"


def _tour(tour: Row | None) -> None:
    if tour is None:
        return
    every, last = tour["every_days"], _day(tour["last_visit_at"])
    state = {None: Text("", ""), True: Text(", overdue", "，已超期"), False: Text("", "")}[tour["overdue"]]
    due = _day(tour["due"])
    plan = tour["planned"]
    planned = Text(f", planned {plan}", f"，已计划 {plan}") if plan else Text("", "")
    fold.show(
        "  "
        + say(
            Text(
                f"key customer, every {every} days; last visit {last}, next due {due}{state.en}{planned.en}",
                f"重点客户，每 {every} 天走访；上次 {last}，下次应在 {due}{state.zh}{planned.zh}",
            )
        ),
        indent="    ",
    )


def _machine(one: Row) -> str:
    left, until = one["warranty_days_left"], one["warranty_until"]
    used, most = one["hours"], one["warranty_hours"]
    if most and used and used > most:
        warranty = Text(f"out of warranty: {used} h run of {most}", f"保修工时已用完：{used}/{most} 小时")
    elif left is None:
        warranty = Text("warranty not known", "保修期不详")
    elif left >= 0:
        warranty = Text(f"in warranty until {until}, {left} days left", f"保修至 {until}，还有 {left} 天")
    else:
        warranty = Text(f"out of warranty since {until}, {-left} days", f"保修已于 {until} 到期，过期 {-left} 天")
    bought = f" · {label('supplier')} {one['supplier']}" if one["supplier"] else ""
    return f"{one['serial']}  {cell(one['product'])} · {say(warranty)}{bought}"


_WAITS = {
    "reply": Text("not answered", "未答复"),
    "help": Text("head office is asked for help", "已报总部协助"),
    "dispatch": Text("answered, nobody dispatched", "已答复，未派工"),
    "complaint": Text("a complaint, none is logged", "客户投诉，尚未登记"),
}


def _open(found: Row) -> list[str]:
    lines = []
    waiting = [one for one in found["calls"] if one["waits_for"]]
    for one in waiting:
        answered = _WAITS[one["waits_for"]]
        due = f" · {say(Text('wanted by', '客户要求'))} {_minute(one['due'])}" if one["due"] else ""
        lines.append(
            f"{one['id']}  {_minute(one['at'])} · {coded('kind', one['kind'])} · {say(answered)}{due}"
            f" · {cell(one['machine'])} · {cell(one['summary'])}"
        )
    rest = [one["id"] for one in found["calls"] if not one["waits_for"]]
    if rest:
        few = say(Text(", ", "、")).join(rest[-3:]) + (" …" if len(rest) > 3 else "")
        lines.append(
            say(Text(f"{len(rest)} {'call' if len(rest) == 1 else 'calls'} answered, not closed: {few}", f"{len(rest)} 个来电已答复未结案：{few}"))
        )
    for one in found["visits"]:
        state = Text("on site", "已到场") if one["arrived_at"] else Text("promised", "约定")
        moment = _minute(one["arrived_at"] or one["promised"])
        late = _late(one) if one["outcome"] == "missed" else ""
        lines.append(
            f"{one['id']}  {say(state)} {moment}{late} · {cell(one['name'] or one['staff'])}"
            f" · {coded('purpose', one['purpose'])} · {cell(one['machine'])}"
        )
    lines += [
        f"{one['id']}  {say(Text('installation promised by', '安装调试期限'))} {_minute(one['due'])} · {cell(one['product'])}"
        for one in found["installs"]
    ]
    lines += [
        f"{one['id']}  {say(Text('visit planned by', '计划走访'))} {_minute(one['by'])}" for one in found["tours"]
    ]
    lines += [
        f"{one['id']}  {say(Text('quote not answered', '报价未答复'))} · {coded('charge', one['charge'])} · {cell(one['total'])}"
        for one in found["quotes"]
    ]
    return lines


def _late(visit: Row) -> str:
    """That he is not there in time; by which time, where it is not the one at which he is expected."""
    if visit["deadline"] == visit["promised"]:
        return say(Text(" (overdue)", "（已超时）"))
    due = _minute(visit["deadline"])
    return say(Text(f" (overdue since {due})", f"（{due} 起已超时）"))


def _visit(one: Row) -> str:
    done = {True: Text("mended", "已修好"), False: Text("not mended", "未修好"), None: Text("no report", "无报告")}
    again = say(Text(" · REPEAT", " · 重复修理")) if one["repeat"] else ""
    return (
        f"{one['id']}  {_minute(one['arrived_at'])} · {cell(one['machine'])} · {cell(one['fault'])}"
        f" · {coded('cause_class', one['cause_class'])} · {say(done[one['resolved'] if one['report'] else None])}{again}"
        f" · {cell(one['name'] or one['staff'])}"
    )


def _repeat(one: Row) -> str:
    days = one["days_ago"]
    times = say(Text(f", {one['times']} times", f"，{one['times']} 次")) if one["times"] > 1 else ""
    call = say(Text(f" · now call {one['open_call']}", f" · 现有来电 {one['open_call']}")) if one["open_call"] else ""
    ago = say(Text(f"{days} days ago", f"{days} 天前"))
    return f"{one['machine']}  {cell(one['fault'])} · {ago} ({one['report']}){times}{call}"


def _complaint(one: Row) -> str:
    return (
        f"{one['id']}  {_day(one['at'])} · {coded('cause', one['cause'])} · {coded('standing', one['standing'])}"
        f" · {cell(one['about'])}"
    )
