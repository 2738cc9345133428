"""svc call: calls and letters as they come in (1.3, 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from svc.desk import remarks
from svc.desk.open import Desk
from svc.domain import ledgers, merging
from svc.domain.entry import Entry
from svc.domain.ledgers import Event
from svc.domain.nouns.call import Call, fold
from svc.errors import Conflict
from svc.output.notes import note
from svc.output.words import word
from svc.text import Text, say
from svc.ui.ask import Question, ask
from svc.ui.groups import ReadingLater, Readings, add_list, noun
from svc.ui.options import text
from svc.ui.verbs import Values, Verb, incomplete

if TYPE_CHECKING:
    from svc.desk.shown import Shown
    from svc.domain.cases import Item
    from svc.domain.nouns.visit import Visit
    from svc.ui.conversation import Conversation, FollowUp

app = Readings()


def row(shown: Shown, call: Call) -> dict[str, Any]:
    """A call as lists show it."""
    log, said = call.log, shown.answers.get(call.id)
    return {
        "id": call.id,
        "at": log.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "from": log.get("from"),
        "customer": shown.person("customer", call.customer).get("name") if call.customer else None,
        "channel": log.get("channel"),
        "kind": log.get("kind"),
        "machine": log.get("machine"),
        "needs_service": log.get("needs_service"),
        "replied_at": call.replied_at.astimezone(shown.zone).isoformat(timespec="seconds") if call.replied_at else None,
        "answered_at": said.at.astimezone(shown.zone).isoformat(timespec="seconds") if said else None,
        "answered_by": said.by if said else None,
        "summary": log.get("summary"),
    }


def belonging(shown: Shown, call: Call, as_json: bool) -> dict[str, Any]:
    """What belongs to a call: who was sent for it, which calls came back to it, what it was logged as again."""
    sent = [_sent(shown, one) for one in shown.of("visit").values() if one.dispatch.get("call") == call.id]
    sent.sort(key=lambda one: (one["at"], one["id"]))
    back = [one.id for one in shown.of("call").values() if one.log.get("follows") == call.id]
    said = {"follows": call.log.get("follows"), "followed_by": back, "logged_again": [one.id for one in call.merged]}
    if as_json:
        return {**said, "visits": sent}
    return {**{name: value for name, value in said.items() if value}, "visits_sent": [_visit(one) for one in sent]}


def _sent(shown: Shown, one: Visit) -> dict[str, Any]:
    """A visit of a call: who, when promised, what came of it."""
    def when(moment: datetime | None) -> str | None:
        return moment.astimezone(shown.zone).isoformat(timespec="seconds") if moment else None

    return {
        "id": one.id,
        "at": when(one.dispatch.at),
        "staff": one.staff,
        "name": shown.person("staff", one.staff).get("name"),
        "purpose": one.purpose,
        "promised": when(one.promise.at),
        "expected": when(one.expected),
        "arrived_at": when(one.arrived.at if one.arrived else None),
        "left_at": when(one.left.at if one.left else None),
        "outcome": "cancelled" if one.cancelled else ledgers.module("visit").outcome(one, shown.now),
    }


def _visit(one: Mapping[str, Any]) -> str:
    """The same in one line."""
    from svc.output.tables import cell

    arrived = f" · {say(Text('arrived', '到场'))} {cell(one['arrived_at'])}" if one["arrived_at"] else ""
    promised = say(Text(f"promised {cell(one['promised'])}", f"约定 {cell(one['promised'])}"))
    if one["expected"] != one["promised"]:
        promised += say(Text(f", now {cell(one['expected'])}", f"，现改为 {cell(one['expected'])}"))
    return f"{one['id']} · {one['name'] or one['staff']} · {promised}{arrived} · {word(one['outcome'], 'outcome')}"


add_list(
    app,
    "call",
    {
        "id": Text("call", "编号"),
        "at": Text("came in", "来电时间"),
        "from": Text("from", "来电人"),
        "kind": Text("about", "事由"),
        "answered_at": Text("answered", "答复"),
        "summary": Text("summary", "内容"),
    },
    row,
    belonging,
)

def _talk(desk: Desk, event: Event) -> Conversation:
    from svc.commands.call_dialogue import CallConversation

    return CallConversation(desk, event)


def _remarks(desk: Desk, target: str | None, values: Values, given: Mapping[str, Any]) -> list[FollowUp]:
    """What the conversation says on its way, for whoever types it all on one line (1.2, 2.1, 3.6)."""
    if incomplete(ledgers.event("call", "log"), values):
        return []
    for one in remarks.remarks(desk, str(values["from"]), values.get("machine")):
        desk.tell(Text(f"note: {one.en}", f"注意：{one.zh}"))
    return []


def _next(desk: Desk, entry: Entry) -> Iterator[Text]:
    """What usually comes next and is easily forgotten: a quote out of warranty, a caller to be registered."""
    yield from remarks.hints(desk, entry)


LEFT_OPEN = ("call", "visit", "report", "complaint", "quote")
"""The nouns whose cases may belong to a call."""


def left_open(desk: Desk, id: str) -> list[Item]:
    """What is begun for a call and not finished, of its visits, reports, quotes and complaints too."""
    from svc.audit.open import declared
    from svc.desk import selections

    view = desk.view(None)
    world = desk.world(selections.subjects(desk.index, [("call", id)], view), view)
    return [item for item in declared(world, LEFT_OPEN) if item.noun != "call" or item.id == id]


def _close(desk: Desk, target: str | None, values: Values, given: Mapping[str, Any]) -> list[FollowUp]:
    """Nobody closes what is not done without saying so: asked on a terminal, else Conflict without a reason."""
    if target is None or values.get("reason"):
        return []
    id = desk.reference("call", target)
    call = fold(merging.case(desk.index, "call", id))
    found = [item for item in left_open(desk, id) if item.kind != "reply" or not values.get("text")]
    if not found or (call and call.closed):
        return []
    en, zh = "; ".join(f"{one.id} {one.what.en}" for one in found), "；".join(f"{one.id} {one.what.zh}" for one in found)
    if given.get("asking"):
        note(Text(f"still open: {en}", f"还没有办完：{zh}"))
        why = Text("why is it left open? (empty: the call is not closed)", "为何留着不办？（留空则不结案）")
        values["reason"] = ask(Question(say(why))).strip()
    if not values.get("reason"):
        raise Conflict(
            Text(f"{id} would leave open: {en}", f"{id} 还有事项未办完：{zh}"),
            Text(
                f"finish it first, or say why not: svc call close {id} --leave-open REASON; it stays on the board",
                f"请先办完，或写明原因：svc call close {id} --leave-open 原因；该事项仍留在看板上",
            ),
        )
    return []


def _kept_open(desk: Desk, entry: Entry) -> str:
    """What a closing leaves open is said with it, not only when it is looked for."""
    found = left_open(desk, entry.id) if entry.get("reason") else []
    lines = [text("left open, it stays on the board:", "留待办理，仍在看板上："), *(f"  {one.id}  {say(one.what)}" for one in found)]
    return "\n".join(lines) if found else ""


def _replied(desk: Desk, entry: Entry) -> str:
    """A reply opens a closed call again, and that is said."""
    return say(open_again(entry.id)) if was_closed(desk, entry.id, entry) else ""


def open_again(id: str) -> Text:
    """That a closed call is open again."""
    return Text(f"{id} was closed; it is open again", f"{id} 已结案，现重新打开")


def was_closed(desk: Desk, id: str, entry: Entry) -> bool:
    """Whether a call was closed when an entry about it happened."""
    before = [e for e in merging.case(desk.index, "call", id) if e.at <= entry.at and (e.event, e.at) != (entry.event, entry.at)]
    call = fold(before)
    return call is not None and call.closed is not None


def _import_mail() -> Callable[..., None]:
    from svc.commands.call_mail import import_mail

    return import_mail


app.infos.append(
    ReadingLater(
        "import-mail",
        text("mails as calls: a file, an mbox, a Maildir, or - for one from a pipe", "把邮件登记为来电：文件、mbox、Maildir，或 - 读管道"),
        "svc call import-mail ~/Maildir --ours @service.example\nformail -s svc call import-mail - < inbox",
        _import_mail,
    )
)

command = noun("call", app, {"log": Verb(talk=_talk, fill=_remarks, notes=_next), "close": Verb(fill=_close, after=_kept_open), "reply": Verb(after=_replied)})
