"""Complaints, their verification and remedy (1.6, 1.8, 4.1, 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from svc.domain import correction, needs
from svc.domain.cases import Context, Item, Others
from svc.domain.correction import Correctable, effective
from svc.domain.entry import Entry, after
from svc.domain.facts import Fact, Facts, field, when
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Caller, Choice, Field, Flag, Moment, Prose, Ref
from svc.domain.ledgers import RULERS, Event
from svc.domain.needs import Known, Needs
from svc.domain.nouns.call import CHANNELS
from svc.domain.nouns.finding import about
from svc.domain.row_kinds import Refs
from svc.domain.signature import FIELD as SIGNED
from svc.errors import Conflict
from svc.named import NamedTuple
from svc.text import Text, example

KINDS = Choice(service="服务", quality="质量")
CAUSES = Choice(
    quarrel="争吵",
    solicitation="索要财物",
    untimely="服务不及时",
    repeat_repair="重复修理",
    attitude="态度",
    other="其他",
)
VERDICTS = Choice(upheld="属实", dismissed="不属实")

RECORDED = (
    Event(
        "log",
        Text("log a complaint, however it came (4.1)", "登记投诉（4.1）"),
        Text("logged", "登记"),
        "new",
        (
            Field("channel", CHANNELS, Text("how it came", "投诉渠道"), required=True),
            Field(
                "from",
                Caller(),
                Text("who complains: number, customer, short code", "投诉人：电话、客户或简码"),
                required=True,
            ),
            Field("contact", Prose(), Text("name of the person (kept apart)", "投诉人姓名（单独存放）"), secret=True),
            Field("about", Ref("staff"), Text("whom it is about", "被投诉人")),
            Field("happened", Moment(), Text("when what is complained of happened", "所投诉的事发生的时间")),
            Field("visit", Ref("visit"), Text("the visit it is about", "相关派工")),
            Field("call", Ref("call"), Text("the call it came with: who, how and which machine are taken from it", "对应来电（投诉人、方式、设备照来电）")),
            Field("kind", KINDS, Text("about service or quality (1.8)", "服务或质量（1.8）"), required=True),
            Field("cause", CAUSES, Text("what is complained of (4.2)", "投诉原因（4.2）"), required=True),
            Field("summary", Prose(), Text("what was said", "投诉内容"), required=True),
            Field("machine", Ref("machine"), Text("serial number of the machine", "设备序列号")),
        ),
        (),
        example(
            'svc complaint log --channel phone --from CU0001 --about S02 --kind service --cause attitude --summary "{}"',
            Text("shouted at the operator", "对操作手大声呵斥"),
        ),
    ),
    Event(
        "report",
        Text("report a complaint to the company (1.8)", "投诉上报公司（1.8）"),
        Text("reported", "上报"),
        "own",
        (Field("text", Prose(), Text("to whom, what", "报给谁、说明")),),
        (),
        "svc complaint report K2611-0001",
    ),
    Event(
        "verify",
        Text("say whether a complaint is true (1.6, 4.2)", "认定投诉是否属实（1.6、4.2）"),
        Text("verified", "认定"),
        "own",
        (
            Field("verdict", VERDICTS, Text("upheld or dismissed", "属实或不属实"), required=True, flags=True),
            Field(
                "personal",
                Flag(),
                Text("for personal reasons (4.2.3, 4.2.4)", "个人原因（4.2.3、4.2.4）"),
                off="--not-personal",
            ),
            Field("harms_image", Flag(), Text("it harms the company (1.6)", "有损公司形象（1.6）"), off="--no-harm"),
            Field("reason", Prose(), Text("on what evidence", "依据"), required=True),
            Field("about", Ref("staff"), Text("whom it turned out to be about", "查明的被投诉人")),
            SIGNED,
        ),
        RULERS,
        example('svc complaint verify K2611-0001 --upheld --harms-image --reason "{}"', Text("two witnesses", "有两人作证")),
        decides=True,
    ),
    Event(
        "remedy",
        Text("record what was done to make good (4.2)", "登记挽回措施（4.2）"),
        Text("remedied", "挽回"),
        "own",
        (Field("text", Prose(), Text("what was done", "措施"), required=True),),
        (),
        example('svc complaint remedy K2611-0001 --text "{}"', Text("head called and apologised", "主管已致电道歉")),
    ),
    Event(
        "close",
        Text("close a complaint", "投诉结案"),
        Text("closed", "结案"),
        "own",
        (Field("text", Prose(), Text("how it ended", "结果")),),
        (),
        "svc complaint close K2611-0001",
    ),
)

CORRECTABLE = (
    Correctable("log", ("about", "happened", "visit", "kind", "cause", "machine"), "received_at"),
    Correctable("verify", ("verdict", "personal", "harms_image")),
)
DECIDING = ("about", "verdict", "personal", "harms_image")
"""What a correction may change of people's fines and records: only who may say whether a complaint is true corrects it."""


def _correct() -> Event:
    """The event `correct`: a verdict is named there like any value, and a complaint may be about several people."""
    made = correction.event(
        Text("put right whom a complaint is about, a verdict, or what was typed wrong; the first entry stays", "更正被投诉人、认定结论或登记错误，原记录保留"),
        RECORDED,
        CORRECTABLE,
        example('svc complaint correct K2611-0001 --about S02 --about S03 --reason "{}"', Text("both of them shouted", "两人都对客户大声呵斥")),
    )
    about = Field("about", Refs("staff"), Text("whom it is about: one, or several", "被投诉人，可多人"))
    fields = tuple(about if f.name == "about" else f._replace(flags=False) for f in made.fields)
    return made._replace(fields=fields)


EVENTS = (*RECORDED, _correct())

FACTS = {
    "complaint.received_at": Text("when it came in", "投诉时间"),
    "complaint.reported_at": Text("when it was reported to the company", "上报时间"),
    "complaint.kind": Text("about service or quality", "服务或质量"),
    "complaint.cause": Text("what is complained of", "投诉原因"),
    "complaint.about": Text("whom it is about", "被投诉人"),
}


class Complaint(NamedTuple):
    """A complaint as its entries tell it."""

    id: str
    log: Entry
    reported: Entry | None
    verdict: Entry | None
    remedies: tuple[Entry, ...]
    closed: Entry | None

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it is about: as put right since, else as the verdict found it, else as the complaint said."""
        put_right = isinstance(self.log.get("about"), tuple)
        found = (self.verdict.get("about") if self.verdict and not put_right else None) or self.log.get("about")
        return named(found)

    @property
    def about(self) -> str | None:
        """The one whom it is about, of several the first."""
        return next(iter(self.people), None)

    def subjects(self) -> list[tuple[str, str | None]]:
        """What is judged, by the end of its finding's id: the complaint, of several people each for himself, `K1`, `K1/2`."""
        return [(self.id if n == 1 else f"{self.id}/{n}", who) for n, who in enumerate(self.people or (None,), 1)]

    def verdict_on(self, who: str | None) -> Entry | None:
        """The verdict as far as it is about somebody: of whoever was named since, where nobody was before too, it says nothing."""
        if self.verdict is None:
            return None
        first, *changes = self.log.history or (self.log,)
        before = [e for e in changes if e.recorded_at < self.verdict.recorded_at or not after(e, self.verdict)]
        then = [e.get("about") for e in (first, *before) if e.get("about")]
        meant = named(self.verdict.get("about") or (then[-1] if then else None))
        return self.verdict if who in (meant or (None,)) else None

    @property
    def found(self) -> str:
        """open, upheld or dismissed, as it was verified."""
        return self.verdict.get("verdict") if self.verdict else "open"


def named(about: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """The people that one value, or several, name."""
    return about if isinstance(about, tuple) else (about,) if about else ()


def standing(complaint: Complaint, rulings: Iterable[Entry]) -> str:
    """open, upheld or dismissed: as it was verified; where what was found of everybody whom it is about now was dismissed after that,
    the verdict is taken back.

    `rulings` are those on the findings of this complaint; one about somebody whom it is not about any more says nothing.
    """
    verdict = complaint.verdict
    if complaint.found != "upheld" or verdict is None:
        return complaint.found
    said = [e for e in rulings if e.event in ("uphold", "dismiss", "waive") and e.at >= verdict.at]
    own = [[e for e in said if e.id.endswith(f"/{subject}") and about(e, who)] for subject, who in complaint.subjects()]
    return "dismissed" if all(of and max(of, key=lambda e: e.at).event == "dismiss" for of in own) else "upheld"


def fold(entries: Sequence[Entry]) -> Complaint | None:
    """The complaint told by its entries in order of time; None without a log among them."""
    entries = effective(entries)
    log = find(entries, "log")
    if log is None:
        return None
    return Complaint(
        log.id,
        log,
        find(entries, "report"),
        find(entries, "verify"),
        tuple(e for e in entries if e.event == "remedy"),
        find(entries, "close"),
    )


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second report, verdict or closing."""
    if new.event == "log":
        return once(before, new, "log")
    must_follow(before, new, "log")
    if new.event == correction.EVENT:
        correction.check(before, new)
    if new.event in ("report", "verify", "close"):
        once(before, new, new.event)


WHOSE = ("verify", correction.EVENT)
"""What may say of somebody else that he is meant."""
RULED = ("complaint_attitude", "complaint_quarrel", "complaint_demand", "complaint_not_timely", "complaint_repeat_repair")
"""Rules of which one looks at a complaint, by its cause, and asks somebody to rule; others of the department's own may besides."""
ACT = True
"""Two offences may be of one act: a complaint about a visit."""


def pending(complaints: Iterable[Complaint], context: Context) -> Iterator[Item]:
    """The report to the company (1.8), the verdict, and where it is true the remedy (4.2)."""
    for one in complaints:
        id, log = one.id, one.log
        if log.get("kind") == "service" and one.reported is None:
            due = context.until("report_complaint_within", log.at)
            what = Text("not reported to the company yet (1.8)", "投诉尚未上报公司（1.8）")
            yield Item("report_complaint", id, due, log.at, None, what, f"svc complaint report {id}")
        if one.verdict is None:
            cause = log.get("cause")
            what = Text(f"complaint not verified ({cause})", f"投诉待认定（{CAUSES.words.get(cause, cause)}）")
            command = f"svc complaint verify {id} --upheld|--dismissed --reason …"
            yield Item("verify", id, None, log.at, one.about, what, command)
        elif context.verified(one) == "upheld" and not one.remedies:
            what = Text("upheld, not made good", "属实，尚未挽回")
            yield Item("remedy", id, None, one.verdict.at, one.about, what, f"svc complaint remedy {id} --text …")


def is_open(complaint: Complaint, others: Others) -> bool:
    """What is not true is finished with its verdict, what is true when it was made good, be it before the verdict."""
    stands = others.verified(complaint)
    return stands == "open" or (stands == "upheld" and not complaint.remedies)


def to_rule(complaint: Complaint, context: Context) -> Iterator[tuple[str, str | None]]:
    """Of what is true, or what nobody has said yet of somebody, each one whom it is about."""
    for subject, who in complaint.subjects():
        verdict = complaint.verdict_on(who)
        if verdict is None or verdict.get("verdict") == "upheld":
            yield subject, who


def facts(complaint: Complaint, about: str | None = None) -> Facts:
    """What the rules may ask about a complaint, as far as it is about somebody; the verdict's answers are rulings, not facts."""
    log = complaint.log
    return {
        "complaint.received_at": when(log),
        "complaint.reported_at": when(complaint.reported),
        "complaint.kind": field(log, "kind"),
        "complaint.cause": field(log, "cause"),
        "complaint.about": Fact(about or complaint.about, complaint.verdict or log),
    }


# ---- what is asked before it is recorded --------------------------------------------------------


def _about_somebody_else(known: Known, new: Entry) -> None:
    """Nobody rules on a complaint about himself."""
    told = fold(needs.besides(new, known.entries(new.ledger, new.id)))
    if told and new.by in (*told.people, *named(told.log.get("about")), *named(new.get("about"))):
        raise Conflict(
            Text(
                f"{new.id} is a complaint about {new.by}, who cannot rule on it",
                f"{new.id} 投诉的就是 {new.by} 本人，本人不能认定",
            ),
            Text("somebody else who may rule records the verdict", "请由其他有权认定的人认定"),
        )


def _may_say_whether_true(known: Known, new: Entry) -> None:
    """Who says whether a complaint is true is in the rules file."""
    log = find(known.entries(new.ledger, new.id), "log")
    if log:
        roles = known.deciders(new.ledger, log.get("cause"))
        known.permit(new.by, roles, Text(f"rule on {new.id}", f"认定 {new.id}"))


def _decides(known: Known, new: Entry) -> None:
    """Whom it is about, and whether it is true, is put right by who may say so, and by nobody whom it concerns.

    A name where nobody was named yet is a fact like any other: the office says it, and a ruling on it waits.
    """
    told = fold(needs.besides(new, known.entries(new.ledger, new.id)))
    named_first = new.get("about") is not None and told is not None and not told.people
    decided = [name for name in DECIDING if not (named_first and name == "about")]
    if named_first:
        _about_somebody_else(known, new)
    if any(new.get(name) is not None or name in correction.cleared(new) for name in decided):
        known.permit(new.by, RULERS, Text(f"correct the verdict on {new.id}", f"更正 {new.id} 的认定"))
        _about_somebody_else(known, new)
        _may_say_whether_true(known, new)


NEEDS: Needs = {"verify": (_about_somebody_else, _may_say_whether_true), correction.EVENT: (_decides,)}
