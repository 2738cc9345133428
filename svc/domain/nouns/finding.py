"""Rulings on findings: the machine finds, a person rules (1.6, 4.2, 4.5, 4.7).

A finding is computed, never stored; its id (`late_arrival/V2610-0007`) is made of rule and subject,
so a ruling recorded under that id meets it whenever and wherever it is computed. The person concerned
may appeal: the appeal changes nothing by itself, it asks for another ruling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from svc.domain import ledgers
from svc.domain.cases import Context
from svc.domain.clock.base import minute
from svc.domain.entry import Entry
from svc.domain.kinds import Choice, Code, Field, InputContext, Prose, Ref
from svc.domain.ledgers import FINDING_ID, RULERS, Event
from svc.domain.needs import Filling, Known, Needs
from svc.domain.signature import FIELD as SIGNED
from svc.errors import BadInput, Conflict, NotPermitted
from svc.text import Text, example, quoted, quoted_zh


class FindingId(Code):
    """The id of another finding."""

    hint = "FINDING"

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        text = super().read(value, name, desk).strip()
        if not re.fullmatch(FINDING_ID, text):
            raise BadInput(
                Text(f"{name}: {quoted(text)} is no finding id", f"{name}：{quoted_zh(text)}不是有效的认定编号"),
                Text("they look like late_arrival/V2611-0007", "形如 late_arrival/V2611-0007"),
            )
        return text


def _reason() -> Field:
    return Field("reason", Prose(), Text("why", "理由"), required=True)


ABOUT = Field("about", Ref("staff"), Text("whom it is about, and holds for", "针对谁（只对此人有效）"), decided=True)
"""Whom a ruling is about: written by the program, so that it holds for him and for nobody else."""


def _ruling(name: str, title: Text, done: Text, example: Text | str) -> Event:
    return Event(name, title, done, "own", (_reason(), SIGNED, ABOUT), RULERS, example, decides=True)


EVENTS = (
    _ruling(
        "uphold",
        Text("rule that it is so: it was personal, it is true", "认定成立：个人原因、属实"),
        Text("upheld", "认定成立"),
        example('svc finding uphold late_arrival/V2611-0001 --reason "{}"', Text("overslept", "睡过头")),
    ),
    _ruling(
        "dismiss",
        Text("rule that it is not so", "认定不成立"),
        Text("dismissed", "认定不成立"),
        example('svc finding dismiss late_arrival/V2611-0001 --reason "{}"', Text("road closed by snow", "大雪封路")),
    ),
    _ruling(
        "waive",
        Text("let it stand but forgive the fine", "成立但免罚"),
        Text("waived", "免罚"),
        example('svc finding waive left_without_call/V2611-0001 --reason "{}"', Text("no signal on site", "现场没有信号")),
    ),
    Event(
        "appeal",
        Text(
            "say why it is not right, as the person concerned: another ruling follows", "当事人申诉，由有权的人重新认定"
        ),
        Text("appealed against", "申诉"),
        "own",
        (_reason(), ABOUT),
        (),
        example('svc finding appeal late_arrival/V2611-0001 --reason "{}"', Text("the customer was not there before ten", "客户十点以后才到")),
    ),
    Event(
        "settle",
        Text("say which of two fines on one act is charged", "一件事碰到两条罚款时，定罚哪一条"),
        Text("settled", "选定"),
        "own",
        (
            Field("against", FindingId(), Text("the other finding on the same act", "同一件事的另一条"), required=True),
            Field(
                "charge",
                Choice(this="只罚这一条", other="只罚另一条", both="两条都罚"),
                Text("which is charged", "罚哪一条"),
                required=True,
            ),
            _reason(),
            ABOUT,
        ),
        RULERS,
        example(
            'svc finding settle late_arrival/V2611-0001 --against disobeyed_dispatch/X2611-0001 --charge this --reason "{}"',
            Text("one act", "同一件事"),
        ),
        decides=True,
    ),
)

RULINGS = ("uphold", "dismiss", "waive", "settle")
"""The events by which somebody rules."""
COLUMNS = ("reason signature against charge", "about")
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS: dict[str, Text] = {}


def fold(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The rulings on one finding in order of time; the last one counts, all stay shown."""
    return tuple(entries)


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second appeal before anybody ruled on the first.

    Any ruling may follow any other; whether the finding exists and whom it concerns is asked where it is judged.
    """
    last = next((e for e in reversed(before) if e.event in (*RULINGS, "appeal")), None)
    if new.event == "appeal" and last is not None and last.event == "appeal":
        raise Conflict(
            Text(
                f"{new.id} was appealed at {last.at:%Y-%m-%d %H:%M} already and nobody has ruled since",
                f"{new.id} 已于 {last.at:%Y-%m-%d %H:%M} 申诉，尚未重新认定",
            ),
            Text(f"see: svc finding show {new.id}", f"查看：svc finding show {new.id}"),
        )


def may_wait(said: Sequence[Entry], context: Context) -> Iterator[str]:
    """An appeal, for another ruling: none about whoever appealed was made since."""
    for appeal in (one for one in said if one.event == "appeal"):
        ruled = [minute(one.at) for one in said if one.event != "appeal" and about(one, appeal.get("about"))]
        if minute(appeal.at) >= max(ruled, default=0):
            yield "appeal"


def about(ruling: Entry, who: str | None) -> bool:
    """Whether a ruling may be about somebody: older ones do not say whom they are about."""
    return who is None or ruling.get("about") in (None, who)


def belongs_to(entry: Entry) -> str:
    """The subject of a ruling, without the line of a claim."""
    return parts(entry.id)[1].partition("/")[0]


def parts(finding: str) -> tuple[str, str]:
    """Rule id and subject of a finding's id."""
    rule, _, subject = finding.partition("/")
    return rule, subject


# ---- what is asked before it is recorded --------------------------------------------------------


def _somebody_elses(known: Known, new: Entry) -> None:
    """The person concerned never rules."""
    if known.finding(new).staff == new.by:
        raise Conflict(
            Text(f"{new.id} concerns {new.by}, who cannot rule on it", f"{new.id} 涉及的就是 {new.by} 本人，本人不能认定"),
            Text("somebody else who may rule records it", "请由其他有权认定的人认定"),
        )  # fmt: skip


def _may_rule(known: Known, new: Entry) -> None:
    """Who may rule is in the rules file."""
    known.permit(new.by, known.finding(new).deciders, Text(f"rule on {new.id}", f"认定 {new.id}"))


def _may_waive(known: Known, new: Entry) -> None:
    """Who may waive is in the rules file too."""
    known.permit(new.by, known.finding(new).waivers, Text(f"waive {new.id}", f"免罚 {new.id}"))


def _can_be_ruled_on(known: Known, new: Entry) -> None:
    """Nobody can rule by a rule that leaves out what the contract asks, or before the facts are there."""
    found = known.finding(new)
    if found.lacks:
        lacks = ", ".join(found.lacks)
        raise Conflict(
            Text(f"{new.id} cannot be ruled on: its rule leaves out of clause {found.clause}: {lacks}",
                 f"{new.id} 不能认定：它的规则漏了合同 {found.clause} 要问的 {lacks}"),
            Text("mend the rule: svc rules check says how", "先改规则表：svc rules check 会说明怎么改"),
        )  # fmt: skip
    if found.status == "facts_missing":
        known_as = [ledgers.facts().get(name, Text(name, name)) for name in found.missing]
        facts = Text(", ".join(one.en for one in known_as), "、".join(one.zh for one in known_as))
        raise Conflict(
            Text(f"{new.id} cannot be ruled on yet: not recorded: {facts.en}", f"{new.id} 还不能认定：没有记录{facts.zh}"),
            Text(f"see: svc finding show {new.id}", f"查看：svc finding show {new.id}"),
        )


def _after_the_offence(known: Known, new: Entry) -> None:
    """Nobody can have ruled on what had not happened yet."""
    since = known.finding(new).offence_at
    if since is not None and minute(new.at) < minute(since):
        was, at = (moment.astimezone(known.zone).strftime("%Y-%m-%d %H:%M") for moment in (since, new.at))
        raise Conflict(
            Text(f"{new.id} is of {was}: at {at} it had not happened yet", f"{new.id} 发生在 {was}，{at} 时还没有发生"),
            Text("give the time of the ruling with --at; without it, it is now", "请用 --at 写对认定的时间；不写即为现在"),
        )


def _own_and_standing(known: Known, new: Entry) -> None:
    """Only the person concerned appeals, against what stands or may."""
    found = known.finding(new)
    if found.staff != new.by:
        raise NotPermitted(
            Text(f"{new.id} does not concern {new.by}, who cannot appeal", f"{new.id} 与 {new.by} 无关，不能申诉"),
            Text(f"who may appeal: {found.staff or 'nobody'}", f"可以申诉的人：{found.staff or '无'}"),
        )
    if found.status not in (None, "final", "awaiting_ruling"):
        raise Conflict(
            Text(f"{new.id} is {found.status}: there is nothing to appeal against", f"{new.id} 目前不计罚，无须申诉"),
            Text(f"see: svc finding show {new.id}", f"查看：svc finding show {new.id}"),
        )


def _one_act(known: Known, new: Entry) -> None:
    """Two findings on one act of which the rules let somebody choose, and who may."""
    found, against = known.finding(new), new.get("against")
    if against not in found.choices:
        others = ", ".join(found.choices)
        raise Conflict(
            Text(
                f"{new.id} and {against} are not two fines on one act that somebody chooses from",
                f"{new.id} 和 {against} 不是要由人选定的一事两罚",
            ),
            Text(f"it can be settled against: {others or 'nothing'}", f"可以选定的另一条：{others or '没有'}"),
        )
    known.permit(new.by, found.choices[against], Text(f"settle {new.id}", f"选定 {new.id}"))


def _whom(known: Known, new: Entry) -> dict[str, Any]:
    """Whom a ruling is about: whom its finding concerns now. What a line says itself, or somebody signed, stays."""
    if new.get("about") is not None or new.get("signature") is not None or known.history:
        return {}
    return {"about": known.finding(new).staff}


FILLS = dict.fromkeys((*RULINGS, "appeal"), Filling((ABOUT.name,), _whom))

_RULING = (_somebody_elses, _after_the_offence, _may_rule, _can_be_ruled_on)
NEEDS: Needs = {
    "uphold": _RULING,
    "dismiss": _RULING,
    "waive": (_somebody_elses, _after_the_offence, _may_waive, _can_be_ruled_on),
    "appeal": (_after_the_offence, _own_and_standing),
    "settle": (_somebody_elses, _after_the_offence, _one_act),
}
