"""Access: whose signature counts, who saw personal data in clear, whose data was given out or erased.

The keys of `data/registers/allowed_signers` are recorded here, so that nobody puts one in unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from svc.domain.entry import Entry
from svc.domain.facts import Facts
from svc.domain.kinds import Choice, Code, Count, Field, Flag, Moment, Prose, Ref
from svc.domain.ledgers import RULERS, Event
from svc.domain.row_kinds import RowColumn, Rows
from svc.domain.signature import PublicKey
from svc.errors import Conflict
from svc.named import NamedTuple
from svc.text import Text, example

USES = Choice(all="全部", svc_audit="月度封存", svc_approval="同意和认定")
"""What a key signs: the seals of months (namespace svc-audit), consents and rulings (svc-approval), or both."""

MANY = 999_999_999
"""More entries than any file has."""

MONTHS = Rows(RowColumn("month", Code()), RowColumn("lines", Count(0, MANY)), RowColumn("for_others", Count(0, MANY)))

EVENTS = (
    Event(
        "unmask",
        Text("personal data was seen in clear", "查看了未隐藏的个人信息"),
        Text("looked at in clear", "查看号码"),
        "new",
        (
            Field("command", Code(), Text("with which command", "所用命令"), required=True),
            Field("of", Code(), Text("whose: an id, or all", "谁的信息：编号或全部"), required=True),
            Field("count", Count(), Text("how many people", "涉及人数")),
        ),
        (),
        "svc customer show CU0001 --unmask",
    ),
    Event(
        "export",
        Text("all data about one person was given out", "导出一个人的全部信息"),
        Text("exported", "导出"),
        "new",
        (Field("customer", Code(), Text("whose", "谁的信息"), required=True),),
        ("clerk", "head", "gm"),
        "svc customer export CU0001",
    ),
    Event(
        "erase",
        Text("somebody's personal data was erased from the registers", "从登记册删除个人信息"),
        Text("erased", "删除"),
        "new",
        (
            Field(
                "customer",
                Code(),
                Text("whose: a customer, or a caller's call", "谁的信息：客户或来电编号"),
                required=True,
            ),
            Field("reason", Prose(), Text("why", "原因"), required=True),
        ),
        RULERS,
        example('svc customer erase CU0001 --reason "{}"', Text("asked for it in writing on 2026-11-20", "本人 11月20日书面要求")),
    ),
    Event(
        "key-add",
        Text("a key was registered: its signatures count", "登记签名密钥"),
        Text("given a key", "登记密钥"),
        "new",
        (
            Field("staff", Ref("staff"), Text("whose", "谁的密钥"), required=True),
            Field("key", PublicKey(), Text("the public key", "公钥"), required=True),
            Field("uses", USES, Text("what it signs", "用途"), default="all"),
            Field("since", Moment(), Text("from when its signatures count", "生效时间")),
            Field("until", Moment(), Text("until when they do", "失效时间")),
        ),
        RULERS,
        "svc staff key add S02 --file id_ed25519.pub",
    ),
    Event(
        "key-revoke",
        Text("a key was revoked: what it signs from then on does not count", "吊销签名密钥"),
        Text("without a key", "注销密钥"),
        "new",
        (
            Field("staff", Ref("staff"), Text("whose", "谁的密钥"), required=True),
            Field("fingerprint", Code(), Text("which", "密钥指纹"), required=True),
            Field("since", Moment(), Text("from when", "吊销时间"), required=True),
            Field("reason", Prose(), Text("why", "原因"), required=True),
        ),
        RULERS,
        example('svc staff key revoke S02 --reason "{}"', Text("laptop lost", "电脑丢失")),
    ),
    Event(
        "import",
        Text("a file was imported", "导入文件"),
        Text("imported", "导入"),
        "new",
        (
            Field("sha256", Code(), Text("SHA-256 of the file", "文件的 SHA-256"), required=True),
            Field("lines", Count(0, MANY), Text("entries and rows taken in", "导入条数"), required=True),
            Field("for_others", Count(0, MANY), Text("entries that others recorded, by the file", "其中为他人导入")),
            Field("months", MONTHS, Text("entries by the month of what happened", "各月条数")),
        ),
        (),
        "svc ledger import october.jsonl",
    ),
    Event(
        "seal",
        Text("a month was sealed", "封存月份"),
        Text("sealed", "封存"),
        "new",
        (
            Field("month", Code(), Text("which month", "月份"), required=True),
            Field("sha256", Code(), Text("SHA-256 of the seal", "封存文件的 SHA-256"), required=True),
        ),
        RULERS,
        "svc audit submit 2026-10",
    ),
    Event(
        "settle",
        Text("it was said whether what an older seal only listed was settled by hand", "确认旧封存所列差额是否已人工结清"),
        Text("settled", "确认"),
        "new",
        (
            Field("month", Code(), Text("the month it concerns", "所涉月份"), required=True),
            Field("staff", Ref("staff"), Text("whose", "谁的")),
            Field("finding", Code(), Text("which finding", "认定编号"), required=True),
            Field("amount", Code(), Text("yuan, as the seal lists it", "封存所列金额（元）")),
            Field("by_hand", Flag(), Text("settled by hand; no: it is carried", "已人工结清；否则结转"), required=True),
        ),
        RULERS,
        "svc audit settle",
    ),
    Event(
        "clock",
        Text("entries recorded by a clock that ran ahead were recorded anew", "重新登记了时钟超前期间的记录"),
        Text("recorded anew", "重新登记"),
        "new",
        (
            Field("until", Moment(), Text("the furthest that the clock had gone", "当时时钟到过的最晚时间"), required=True),
            Field("what", Prose(), Text("which entries", "哪些记录"), required=True),
        ),
        RULERS,
        "svc ledger repair --yes",
    ),
    Event(
        "set-aside",
        Text("rows of a server that nobody can read were set aside", "搁置了服务器上无法读取的行"),
        Text("set aside", "搁置"),
        "new",
        (Field("what", Prose(), Text("which rows, and why", "哪些行、原因"), required=True),),
        RULERS,
        "svc ledger repair --yes",
    ),
    Event(
        "rules",
        Text("the rules file was changed", "修改规则文件"),
        Text("changed", "修改"),
        "new",
        (
            Field("sha256", Code(), Text("SHA-256 of the file as it is now", "修改后文件的 SHA-256"), required=True),
            Field("what", Prose(), Text("what was set, from when", "改了什么、何时起"), required=True),
        ),
        RULERS,
        example('svc rules set disobeyed_dispatch 300 --from 2026-12-01 --basis "{}"', Text("minutes of 2026-11-20", "11月20日会议决定")),
    ),
)

FACTS: dict[str, Text] = {}


def is_deed(entry: Entry) -> bool:
    """Whether an entry is what somebody did: not a look at something, nor an import whose entries stand in his own name."""
    if entry.ledger != "access":
        return True
    if entry.event == "import":
        return all(row["for_others"] == row["lines"] for row in entry.get("months") or ())
    return entry.event not in ("unmask", "export")


def imported_for_others(entries: Iterable[Entry], first: str, last: str) -> int:
    """How many entries of these months (`2026-10`, both included) an import brought in the name of somebody else."""
    told = (row for entry in entries if entry.event == "import" for row in entry.get("months") or ())
    return sum(row["for_others"] for row in told if first <= row["month"] <= last)


class Access(NamedTuple):
    """One thing that was done."""

    id: str
    entry: Entry


def fold(entries: Sequence[Entry]) -> Access | None:
    """The one entry of an id."""
    return Access(entries[0].id, entries[0]) if entries else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Each is an id of its own (Conflict)."""
    if before:
        raise Conflict(Text(f"{new.id} is taken", f"编号 {new.id} 已使用"))


def facts(access: Access) -> Facts:
    """Rules ask nothing about access."""
    return {}


class Key(NamedTuple):
    """A registered key: whose, what it signs, from and until when; and the entry that revoked it."""

    staff: str
    public: str
    fingerprint: str
    uses: tuple[str, ...]
    since: datetime
    until: datetime | None
    revoked: Entry | None

    @property
    def ends(self) -> datetime | None:
        """From when its signatures no longer count."""
        revoked = self.revoked.get("since") if self.revoked else None
        return min((moment for moment in (self.until, revoked) if moment), default=None)

    def holds(self, use: str, moment: datetime) -> bool:
        """Whether a signature of that namespace made at that moment counts."""
        return use in self.uses and self.since <= moment and (self.ends is None or moment < self.ends)


NAMESPACES = ("svc-audit", "svc-approval")


def keys(entries: Sequence[Entry]) -> list[Key]:
    """The keys as the entries of the whole ledger tell, in the order of registration."""
    from svc.domain.signature import fingerprint

    revoked = [entry for entry in entries if entry.event == "key-revoke"]
    found = []
    for entry in entries:
        if entry.event != "key-add":
            continue
        print_, staff = fingerprint(entry.get("key")), entry.get("staff")
        end = next(
            (
                e
                for e in revoked
                if (e.get("staff"), e.get("fingerprint")) == (staff, print_) and e.recorded_at >= entry.recorded_at
            ),
            None,
        )
        uses = NAMESPACES if entry.get("uses") in (None, "all") else (entry.get("uses"),)
        since = entry.get("since") or entry.recorded_at
        found.append(Key(staff, entry.get("key"), print_, uses, since, entry.get("until"), end))
    return found
