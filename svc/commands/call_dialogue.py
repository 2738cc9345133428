"""The conversation of a call, in the order of a telephone call: who, which machine, what about, until when (1.2, 1.3)."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Any

from svc.desk.completions import Candidate, references
from svc.desk.lookups import caller, card
from svc.desk.open import Desk
from svc.desk.remarks import again, elsewhere
from svc.domain.entry import Entry
from svc.domain.ledgers import Event
from svc.domain.numbers import hide
from svc.domain.people import anonymous, normal
from svc.errors import BadInput, Conflict
from svc.output.fold import show
from svc.output.words import word
from svc.text import Text, say
from svc.ui.ask import Question
from svc.ui.conversation import Conversation, steps_of
from svc.ui.dialogue import NONE, Dialogue, Step

SERVED = ("repair", "install")
"""What a call is about when somebody usually has to go there."""


class CallConversation(Conversation):
    """A conversation about a call. Nearly every one comes by phone: that is asked only of who wants to change it."""

    def __init__(self, desk: Desk, event: Event) -> None:
        super().__init__(desk, "call", event, _steps(event))
        self.answers["channel"] = "phone"
        self.asked.append("channel")
        self.unasked = frozenset({"channel"})

    def warnings(self) -> list[str]:
        """The same fault again (3.6)."""
        machine = self.answers.get("machine")
        repeats = self.known.get("repeats") or []
        return [say(again(one)) for one in repeats if one["machine"] == machine]

    def next(self, entry: Entry) -> list[str]:
        """The complaint to be logged, whom to send, or what to answer."""
        id = self.desk.short(entry.ledger, entry.id)
        if entry.get("kind") == "complaint":
            todo = f"svc complaint log --call {id}"
        elif entry.get("needs_service"):
            todo = f"svc visit dispatch --call {id} --staff … --promised …"
        else:
            todo = f"svc call reply {id} --text …"
        return [say(Text(f"next: {todo}", f"下一步：{todo}"))]


def _steps(event: Event) -> tuple[Step, ...]:
    step = steps_of("call", event)
    return (
        Step("from", Text("from", "来电人"), _who, _found, shown=_name, kept=_kept),
        step(
            "contact",
            Text("Name of the caller (Enter: not said)", "来电人姓名（回车：没说）"),
            optional=True,
            wanted=lambda t: not t.known.get("customer"),
        ),
        Step("machine", Text("machine", "设备"), _which, _machine, shown=_product),
        step("kind", Text("What is it about", "什么事"), default="repair"),
        step("summary", Text("In the caller's words", "来电内容")),
        _visit_needed(step),
        step(
            "due",
            Text("Until when (Enter: not said)", "客户要求什么时间前（回车：没说）"),
            optional=True,
            wanted=lambda t: t.answers.get("needs_service") == "yes",
        ),
        step("channel", Text("How it came", "来电渠道"), default="phone"),
    )


# ---- who ------------------------------------------------------------------------------------------


def _who(talk: Dialogue) -> Question:
    def known(start: str) -> list[Candidate]:
        found = references(talk.desk, "customer", start, numbers=True)
        return found + (references(talk.desk, "machine", start) if len(start) > 1 else [])

    return Question(
        say(Text("Number (or name, code, pinyin, serial)", "来电号码（或名称、简码、拼音、序列号）")), source=known
    )


def _found(talk: Dialogue, typed: str) -> str:
    """Who calls: a customer, whose card appears at once, or a number that is nobody's yet."""
    if not typed:
        raise BadInput(Text("who calls?", "谁来电？"), Text("a number, a name, a code", "号码、名称或简码"))
    if nobody := anonymous(typed):
        talk.known.update(customer=None, serials=(), serial=None, repeats=[])
        return nobody
    number = normal(typed)
    try:
        customer, serial = caller(talk.desk, typed, talk.desk.view())
    except Conflict as unknown:
        if number is None:
            raise
        talk.known.update(customer=None, serials=(), serial=None, repeats=[])
        show(f"  {say(unknown.what)}", sys.stderr, "  ")
        return typed
    talk.known.update(customer=customer, serial=serial)
    _show_card(talk, customer, serial)
    if customer is None and number is None:
        raise BadInput(
            Text(f"{serial} belongs to nobody registered: what is the caller's number?",
                 f"{serial} 没有登记所属客户：来电号码是多少？"),
            Text("type the number; the machine is asked for next", "请写号码，设备在下一步填写"),
        )  # fmt: skip
    return typed if number else str(customer)


def _show_card(talk: Dialogue, customer: str | None, serial: str | None) -> None:
    from svc.output import customer_card

    document = card(talk.desk, customer, serial, talk.desk.view())
    talk.known.update(machines=document["machines"], repeats=document["likely_repeat"])
    with contextlib.redirect_stdout(sys.stderr):
        print()
        customer_card.show(document)
        print()


def _name(talk: Dialogue, answer: str) -> str:
    customer = talk.known.get("customer")
    name = talk.desk.person("customer", customer).get("name") if customer else None
    return " ".join(part for part in (customer, name) if part) or word(answer)


def _kept(talk: Dialogue, answer: str) -> str:
    """The caller as a draft names him: by his id, where he is somebody's customer; else by a number that is hidden."""
    return str(talk.known.get("customer") or hide(answer))


# ---- which machine --------------------------------------------------------------------------------


def _machines(talk: Dialogue) -> list[dict[str, Any]]:
    """The customer's machines, in the order in which their numbers pick them."""
    found: list[dict[str, Any]] = talk.known.get("machines") or []
    return found


def _which(talk: Dialogue) -> Question:
    machines = _machines(talk)
    for n, one in enumerate(machines, 1):
        if len(machines) > 1:
            show(f"  {n}  {one['serial']}  {one['product'] or ''}".rstrip(), sys.stderr, "     ")
    serial = talk.known.get("serial") or (machines[0]["serial"] if len(machines) == 1 else "")
    many = Text(", its number above" if len(machines) > 1 else "", "，或上面的序号" if len(machines) > 1 else "")
    none = Text("Enter" if not serial else "-", "回车" if not serial else "-")
    asked = Text(
        f"Which machine (serial{many.en}; {none.en}: none, not known)",
        f"哪台设备（序列号{many.zh}；{none.zh}：无或不详）",
    )

    def known(start: str) -> list[Candidate]:
        own = [Candidate(one["serial"], one["product"] or "") for one in machines]
        mine = [c for c in own if c.value.lower().startswith(start.lower())]
        return mine or (references(talk.desk, "machine", start) if start else [])

    return Question(say(asked), str(serial), source=known)


def _machine(talk: Dialogue, typed: str) -> str:
    """The machine's serial; what was mended on it lately is said at once (3.6)."""
    machines = _machines(talk)
    if typed in ("", *NONE):
        return ""
    if typed.isdigit() and 1 <= int(typed) <= len(machines):
        serial = machines[int(typed) - 1]["serial"]
    else:
        own = [one["serial"] for one in machines if one["serial"].lower().startswith(typed.lower())]
        serial = own[0] if len(own) == 1 else _registered(talk.desk, typed)
    for one in elsewhere(talk.desk, talk.known.get("customer"), str(serial)):
        show(f"  {say(Text(f'! {one.en}', f'！{one.zh}'))}", sys.stderr)
    return str(serial)


def _registered(desk: Desk, typed: str) -> str:
    found = references(desk, "machine", typed)
    return found[0].value if len(found) == 1 else desk.reference("machine", typed)


def _product(talk: Dialogue, answer: str) -> str:
    return f"{answer}  {talk.desk.person('machine', answer).get('product') or ''}".rstrip() if answer else ""


# ---- what about -----------------------------------------------------------------------------------


_GO, _STAY = Text("y", "要"), Text("n", "不要")


def _visit_needed(step: Callable[..., Step]) -> Step:
    asked = Text("Does somebody have to go there (y/n)", "要上门吗（要/不要）")
    made: Step = step("needs_service", asked)

    def question(talk: Dialogue) -> Question:
        return made.question(talk)._replace(default=say(_GO if talk.answers.get("kind") in SERVED else _STAY), source=None)

    def accept(talk: Dialogue, typed: str) -> str:
        return made.accept(talk, typed)

    return made._replace(question=question, accept=accept)
