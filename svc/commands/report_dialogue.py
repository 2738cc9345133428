"""The conversation of a service report, item by item as 4.6 names them, and what would be missing said before it counts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from svc.desk.completions import Candidate, about, parts, references
from svc.desk.lacking import lacks
from svc.desk.lookups import around, fault_codes
from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.domain.ledgers import Event
from svc.domain.nouns import report
from svc.domain.nouns.report import DIMENSIONS
from svc.domain.nouns.visit import REPORTABLE
from svc.errors import BadInput
from svc.output.fold import show
from svc.text import Text, quoted, quoted_zh, say
from svc.ui.ask import Left, Question, ask, can_ask
from svc.ui.conversation import Conversation, FollowUp, steps_of
from svc.ui.dialogue import NONE, Dialogue, Step
from svc.ui.editor import Draft, fill_in
from svc.ui.verbs import Fill, Recording


class ReportConversation(Conversation):
    """A conversation about a service report, and the customer's survey if it is in."""

    def __init__(self, desk: Desk, event: Event) -> None:
        super().__init__(desk, "report", event, _steps(event))

    def warnings(self) -> list[str]:
        """What 4.6 would miss, and the fine that follows."""
        line = lacking_line(self.desk, self.answers["visit"], self._content())
        return [line] if line else []

    def values(self) -> tuple[dict[str, Any], list[FollowUp]]:
        """The report's values, and the survey as an entry of its own."""
        target = self.answers["visit"]
        survey = _scores(self.answers.get("survey", "")) if _unsurveyed(self) else {}
        more = [FollowUp("survey", target, {"visit": target, **survey})] if survey else []
        return {"visit": target, **self._content()}, more

    def _content(self) -> dict[str, Any]:
        given: dict[str, Any] = {s.name: self.answers[s.name] for s in self._answered() if s.name != "parts"}
        replaced = self.answers.get("parts", "")
        if replaced in NONE:
            return {**given, "no_parts": True}
        return {**given, "parts": tuple(_split(replaced)), "no_parts": None} if replaced else given

    def next(self, entry: Entry) -> list[str]:
        """Leaving the site is said next, where it was not."""
        short = self.desk.short("visit", self.answers["visit"])
        left = any(e.event == "leave" for e in self.desk.index.entries("visit", self.answers["visit"]))
        todo = (
            f"svc report archive {self.desk.short('report', entry.id)}"
            if left
            else f"svc visit leave {short} --called-in …"
        )
        return [say(Text(f"next: {todo}", f"下一步：{todo}"))]


def lacking_line(desk: Desk, visit: str, values: Mapping[str, Any]) -> str | None:
    """What 4.6 would miss of the report of a visit with these values, and what that costs; None where nothing is."""
    named = [part.get("name", "") if isinstance(part, Mapping) else part for part in values.get("parts") or ()]
    own = values.get("items") or {}
    items = own if isinstance(own, Mapping) else dict(one.partition("=")[::2] for one in own)
    missing = lacks(desk, visit, {**values, "parts": [{"name": name} for name in named], "items": items}, desk.now())
    if not missing:
        return None
    amount = _amount(desk)
    fine = Text(f" ({amount} yuan)", f"（{amount} 元）") if amount else Text("", "")
    return say(Text(f"4.6 would miss: {missing.en}{fine.en}", f"按 4.6 还缺：{missing.zh}{fine.zh}"))


def _amount(desk: Desk) -> str | None:
    """What an incomplete report costs today, where the rules say so."""
    rule = desk.rules.rules.get("report_incomplete")
    name = rule.sanction.amount if rule and rule.sanction else None
    row = desk.rules.amounts[name].on(desk.now().date()) if name and name in desk.rules.amounts else None
    return None if row is None or row.value is None else str(row.value)


def _steps(event: Event) -> tuple[Step, ...]:
    content = {
        "fault": Text("Fault code", "故障代码"),
        "cause": Text("Cause of the fault (4.6)", "故障原因（4.6）"),
        "cause_class": Text("Class of the cause", "原因类别"),
        "solution": Text("What was done (4.6)", "解决办法（4.6）"),
    }
    step = steps_of("report", event)
    opinion = Text("The customer's opinion (4.6)", "用户意见（4.6）")
    return (
        Step("visit", Text("visit", "派工"), _visits, _visit, shown=_customer),
        *(step(name, title, optional=True) for name, title in content.items()),
        Step("parts", Text("replaced parts", "更换零件"), _parts, _part_reader(event), shown=_shown_parts),
        step("opinion", opinion, optional=True),
        step("resolved", Text("Is the fault gone (y/n)", "修好了吗（是/否）"), default="yes"),
        Step("survey", Text("survey", "满意度"), _survey, _read_survey, wanted=_unsurveyed),
    )


# ---- which visit ----------------------------------------------------------------------------------


def _visits(talk: Dialogue) -> Question:
    waiting = _waiting(talk)
    for n, one in enumerate(waiting, 1):
        show(f"  {n}  {one.value}  {one.help}".rstrip(), sys.stderr, "     ")
    asked = Text(
        "Which visit (id, or its number above)" if waiting else "Which visit",
        "哪次派工（编号或上面的序号）" if waiting else "哪次派工",
    )
    return Question(
        say(asked), waiting[0].value if len(waiting) == 1 else "", source=lambda start: _known(talk.desk, start)
    )


def _known(desk: Desk, start: str) -> list[Candidate]:
    return references(desk, "visit", start)


SHOWN = 9
"""How many visits are offered: the number of each is one key."""


def _waiting(talk: Dialogue) -> list[Candidate]:
    """The visits that are offered, the same as long as the conversation lasts: their numbers pick them."""
    if "waiting" not in talk.known:
        talk.known["waiting"] = _unreported(talk.desk)
    found: list[Candidate] = talk.known["waiting"]
    return found


def _unreported(desk: Desk) -> list[Candidate]:
    """Visits that are over and whose report is due, as `svc today` has it; one's own first, those one is at too, the latest first."""
    from svc.audit.open import declared

    world = desk.waiting(desk.view())
    wanted = {one.id for one in world.told_visits.values() if one.report_id is None and one.purpose in REPORTABLE}
    waiting = (one for one in declared(world, ("visit",)) if one.id in wanted)
    due = [one for one in waiting if one.kind == "report" or (one.kind == "leave" and one.staff == desk.who)]
    latest = sorted(due, key=lambda one: one.id, reverse=True)
    first = sorted(latest, key=lambda one: one.staff != desk.who)[:SHOWN]
    return [Candidate(one.id, about(desk, "visit", one.id)) for one in first]


def _reports(desk: Desk, visit_id: str) -> list[report.Report]:
    """The report of a visit, or its survey that came before."""
    found = [report.fold(desk.index.entries("report", id)) for id in desk.index.children("report", visit_id)]
    return [one for one in found if one]


def _unsurveyed(talk: Dialogue) -> bool:
    """Whether the customer may still fill a survey in: there is one to a visit (3.7)."""
    visit_id = talk.answers.get("visit")
    return visit_id is None or not any(one.returned for one in _reports(talk.desk, visit_id))


def _visit(talk: Dialogue, typed: str) -> str:
    waiting = _waiting(talk)
    if typed.isdigit() and 1 <= int(typed) <= len(waiting):
        return waiting[int(typed) - 1].value
    if not typed:
        raise BadInput(Text("which visit?", "哪次派工？"), Text("see: svc visit list", "查看：svc visit list"))
    return talk.desk.reference("visit", typed)


def _customer(talk: Dialogue, answer: str) -> str:
    return f"{answer}  {about(talk.desk, 'visit', answer)}".rstrip()


# ---- parts and survey ------------------------------------------------------------------------------


def _parts(talk: Dialogue) -> Question:
    def known(start: str) -> list[Candidate]:
        head, _, last = start.replace("；", ";").rpartition(";")
        begun = f"{head}; " if head else ""
        return [c._replace(value=f"{begun}{c.value}:1") for c in parts(talk.desk, last.strip())]

    return Question(
        say(Text("Replaced parts (name:number; …   -: none)", "更换零件（名称:数量; …  -：没有更换）")), source=known
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]


def _part_reader(event: Event) -> Callable[[Dialogue, str], str]:
    field = next(field for field in event.fields if field.name == "parts")

    def read(talk: Dialogue, typed: str) -> str:
        if typed in NONE:
            return NONE[0]
        field.kind.read(_split(typed), say(field.title), talk.desk)
        return "; ".join(_split(typed))

    return read


def _shown_parts(talk: Dialogue, answer: str) -> str:
    return say(Text("none", "没有更换")) if answer in NONE else answer


def _survey(talk: Dialogue) -> Question:
    names = " ".join(zh for zh in DIMENSIONS.words.values())
    asked = Text(
        f"Survey: 1 to 5 for {' '.join(DIMENSIONS.words)}, or why refused (Enter: not yet)",
        f"满意度 1-5 分：{names}，或拒填原因（回车：还没有）",
    )
    return Question(say(asked))


def _scores(answer: str) -> dict[str, Any]:
    """The survey as values: scores where there are as many digits as dimensions, else the reason of a refusal."""
    if not answer:
        return {}
    digits = [c for c in answer if c.isdigit()]
    if len(digits) == len(DIMENSIONS.words) and not answer.translate(
        {ord(c): None for c in " ,，、" + "".join(digits)}
    ):
        return {"scores": dict(zip(DIMENSIONS.words, digits, strict=True))}
    return {"refused": answer}


def _read_survey(talk: Dialogue, typed: str) -> str:
    from svc.domain.ledgers import event

    said = _scores(typed)
    for name, value in said.items():
        field = event("report", "survey").field(name)
        assert field is not None
        if name == "refused" and not any(c.isalpha() for c in typed):
            count = len(DIMENSIONS.words)
            raise BadInput(
                Text(
                    f"{quoted(typed)}: {count} scores from 1 to 5 are expected", f"{quoted_zh(typed)}：应为 {count} 个 1 到 5 的分数"
                ),
                Text("like 5 4 5 5", "如 5 4 5 5"),
            )
        field.kind.read(value, say(field.title), talk.desk)
    return typed


# ---- the form in an editor -------------------------------------------------------------------------


def edit(recording: Recording, fill: Fill) -> None:
    """Fill in the form of a visit in $EDITOR, and record it; a form left as it was records nothing."""
    if recording.target is None:
        raise BadInput(
            Text("missing: VISIT", "缺少：派工编号"),
            Text("svc report close V2611-0001 --edit", "svc report close V2611-0001 --edit"),
        )
    visit_id = recording.desk.reference("visit", recording.target)
    again = f"svc report close {visit_id} --edit"
    blank = _blank(recording.desk, visit_id)
    draft = Draft(recording.desk, f"report-form-{visit_id}.yaml", blank, again)
    fill_in(draft, lambda file: _record(recording._replace(target=visit_id), fill, file), recording.dry)


def _record(recording: Recording, fill: Fill, file: Path) -> None:
    """Record what the form says, after what it lacks was said."""
    values = dict(recording.values)
    values["visit"] = recording.target
    more = fill(recording.desk, recording.target, values, {"from_file": str(file)})
    at = recording.at or values.pop("at", None)
    _say_what_is_lacking(recording.desk, values)
    recording._replace(values=values, at=at, follow_ups=more).record()


def _say_what_is_lacking(desk: Desk, values: dict[str, object]) -> None:
    line = lacking_line(desk, str(values["visit"]), values)
    if line is None:
        return
    show(f" ! {line}", sys.stderr, "   ")
    if not can_ask():
        return
    try:
        typed = ask(Question(say(Text("Enter: edit again   r: record it as it is", "回车：继续填写   r：照此登记"))))
    except Left:
        typed = ""
    if typed.lower() != "r":
        raise BadInput(Text(line, line), Text("fill it in, or record as it is (r)", "请补填，或照此登记（r）"))


def _blank(desk: Desk, visit_id: str) -> str:
    """The form of the visit, what is known filled in."""
    from svc.audit import papers as paper
    from svc.output.papers.model import hidden
    from svc.output.papers.reportyaml import yaml

    world, sent = around(desk, "visit", visit_id)
    return yaml(hidden(paper.visit_form(world, sent, None), False), fault_codes(desk)).decode()
