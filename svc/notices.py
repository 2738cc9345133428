"""Telling people: what `svc check` found, each thing once per stage and receiver; and sealed months sent away.

What cannot be delivered is kept and goes out with a later run, marked as late where it has been settled
since. A receiver that is down or refuses changes nothing about what the command answers: it is said on
stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from svc.desk.open import Desk
from svc.domain.cases import Item
from svc.domain.numbers import hide
from svc.errors import BadInput, Busy, Conflict, SvcError
from svc.named import NamedTuple
from svc.output.post.model import Message, NotSent
from svc.output.post.send import ANY, LIMITS, check, send
from svc.output.post.targets import Target, read
from svc.store import heads
from svc.store.files import outbox
from svc.store.files.outbox import Outbox
from svc.text import Text, say, visible

STAGES = {
    "day": Text("overdue for more than a day", "超期一天以上"),
    "overdue": Text("overdue", "超期"),
    "due": Text("due soon", "即将到期"),
    "waiting": Text("waiting", "等待处理"),
}
"""The stages, gravest first; each thing is told at each of them once."""
DAY = 86_400
PATIENCE = 120.0
"""Seconds to wait while another run sends."""


class Notice(NamedTuple):
    """Something to tell: the thing (another one with another deadline, and where it waits anew), its stage, the line that says it.

    `named` is how outboxes named the thing that knew nothing of `since`.
    """

    named: str
    since: datetime
    stage: str
    line: str
    row: Mapping[str, Any]

    @property
    def thing(self) -> str:
        return f"{self.named}/{self.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def key(self) -> str:
        return f"{self.thing}/{self.stage}"

    @property
    def former_key(self) -> str:
        return f"{self.named}/{self.stage}"


def notice(item: Item, row: Mapping[str, Any], now: datetime) -> Notice:
    """A row of `svc check` as a notice; numbers of people are hidden, since it leaves the house."""
    stage = str(row["stage"])
    if item.due and now.timestamp() - item.due.timestamp() >= DAY:
        stage = "day"
    text = hide(visible(str(row["text"])).replace("\n", " "))
    who = row.get("who") or row.get("staff") or "-"
    line = f"{row['id']}  {row['left']}  {who}  {text}"
    told = {**row, "text": text, "stage": stage}
    return Notice(f"{row['kind']}/{row['id']}/{row['due'] or '-'}", item.begun or item.since, stage, line, told)


def targets(specs: Sequence[str]) -> list[Target]:
    """The receivers that the addresses name, each once; BadInput before anything is sent where one is none."""
    found = list({target.key: target for spec in specs for target in read(spec, os.environ)}.values())
    for target in found:
        if target.kind == "other":
            check(target)
    return found


def notify(desk: Desk, notices: Sequence[Notice], specs: Sequence[str]) -> None:
    """Tell every receiver what it has not been told, and what could not be delivered before."""
    receivers = _people(specs)
    try:
        with _Turn(desk) as turn:
            for target in receivers:
                _tell(turn, target, notices)
            _send_waiting_seals(turn)
    except Busy as error:  # whoever has the turn tells the same; what he misses is told next time
        complain(error.what)


def _people(specs: Sequence[str]) -> list[Target]:
    receivers = targets(specs)
    if any(target.kind == "folder" for target in receivers):
        raise BadInput(
            Text("--notify: a folder reads no messages", "--notify：目录不能接收消息"),
            Text("give an address: https://…, mailto:…", "请写地址：https://…、mailto:…"),
        )
    return receivers


def preview(desk: Desk, notices: Sequence[Notice], specs: Sequence[str]) -> list[tuple[Target, Message]]:
    """What `notify` would send to whom; nothing is sent, and nothing remembered."""
    receivers = _people(specs)
    turn = _Turn(desk)
    turn.state, _ = outbox.load(turn.data)
    for target in receivers:
        _renamed(turn, target, notices)
    return [(target, message) for target in receivers for message, _ in _due(turn, target, notices)]


class _Turn:
    """The outbox while it is ours. Without a lock or a memory messages still go out, and that is said."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        # a desk on a server keeps its outbox with its cache, on the machine that sends
        self.data = desk.folder / "data" if desk.kept.folder else desk.kept.cache.parent
        self._lock: outbox.SendingLock | None = outbox.SendingLock(self.data, PATIENCE)
        self.state = Outbox({}, {}, [])
        self._told_of_memory = False

    def __enter__(self) -> _Turn:
        try:
            assert self._lock is not None
            self._lock.__enter__()
        except Busy:
            raise
        except (OSError, SvcError) as error:  # who may only read the desk can still tell people
            complain(Text(f"no lock on the outbox ({error})", f"无法锁定发件箱（{error}）"))
            self._lock = None
        self.state, lost = outbox.load(self.data)
        if lost:
            complain(lost)
        return self

    def __exit__(self, *error: Any) -> None:
        if self._lock:
            self._lock.__exit__(*error)

    @cached_property
    def head(self) -> str:
        """The head of the desk as it is now; none where a ledger cannot be read."""
        try:
            return heads.of(self.desk.kept, self.desk.now())
        except SvcError:
            return ""

    def remember(self) -> None:
        trouble = outbox.save(self.data, self.state)
        if trouble and not self._told_of_memory:
            complain(trouble)
            self._told_of_memory = True


def complain(what: Text) -> None:
    """Say on stderr what did not work; the command goes on."""
    print(f"svc: {say(Text('note', '注意'))}: {say(what)}", file=sys.stderr)


# ---- notices -----------------------------------------------------------------------------------------


def _tell(turn: _Turn, target: Target, notices: Sequence[Notice]) -> None:
    renamed = _renamed(turn, target, notices)
    due = _due(turn, target, notices)
    if due or renamed:
        turn.remember()
    if not due:
        return
    told, waiting = turn.state.told[target.key], turn.state.waiting[target.key]
    for message, keys in due:
        try:
            send(target, message)
        except NotSent as error:
            complain(_kept(target, error.why, len(waiting)))
            return
        for key in keys:
            waiting.pop(key, None)
            told[key] = message.data["at"]
        turn.remember()


def _due(turn: _Turn, target: Target, notices: Sequence[Notice]) -> list[tuple[Message, list[str]]]:
    """The messages that a receiver should get now, each with the keys that it delivers; they wait from now on."""
    told = turn.state.told.setdefault(target.key, {})
    waiting = turn.state.waiting.setdefault(target.key, {})
    new = {one.key: one for one in notices if one.key not in told}
    _supersede(waiting, notices)
    known = {one.key for one in notices}
    late = {key: kept for key, kept in waiting.items() if key not in new and key not in known}
    if not new and not late:
        return []
    moment = turn.desk.now().isoformat(timespec="seconds")
    for key, one in new.items():
        waiting.setdefault(key, {"since": moment, "line": one.line, "row": dict(one.row)})
    return _messages(target, list(new.values()), late, moment, turn.head)


def _renamed(turn: _Turn, target: Target, notices: Sequence[Notice]) -> bool:
    """Whether an older outbox told, or kept, something that waits still under a name without `since`: it has the new one from now on."""
    told: dict[str, Any] = turn.state.told.get(target.key, {})
    waiting: dict[str, Any] = turn.state.waiting.get(target.key, {})
    older = [
        (book, one)
        for book, at in ((told, told), (waiting, {key: kept["since"] for key, kept in waiting.items()}))
        for one in notices
        if one.former_key in at and datetime.fromisoformat(at[one.former_key]) >= one.since
    ]
    for book, one in older:
        book[one.key] = book.pop(one.former_key)
    return bool(older)


def _supersede(waiting: dict[str, Any], notices: Sequence[Notice]) -> None:
    """What was to be said of a thing that has come to a graver stage need not be said any more."""
    now = {name: one.stage for one in notices for name in (one.named, one.thing)}
    for key in list(waiting):
        thing, _, stage = key.rpartition("/")
        if thing in now and now[thing] != stage:
            del waiting[key]


def _kept(target: Target, why: Text, count: int) -> Text:
    return Text(
        f"{target.label}: {why.en}; {count} message{'s' * (count != 1)} kept for the next run",
        f"{target.label}：{why.zh}；{count} 条消息留待下次发送",
    )


def _messages(
    target: Target, new: Sequence[Notice], late: Mapping[str, Any], moment: str, desk_head: str
) -> list[tuple[Message, list[str]]]:
    """As few messages as the receiver's limit allows, each with the keys that it delivers.

    Each ends with the head of the desk: whoever keeps it is a witness of how far everything went.
    """
    counts = [(words, sum(one.stage == stage for one in new)) for stage, words in STAGES.items()]
    said = [say(Text(f"{count} {words.en}", f"{count} 项{words.zh}")) for words, count in counts if count]
    if late:
        said.append(say(Text(f"{len(late)} from earlier", f"{len(late)} 项为此前未送达")))
    title = say(Text("After-sales service: ", "售后服务：")) + say(Text(", ", "，")).join(said)
    lines = [*_lines(new), *_late_lines(late)]
    rows = {one.key: dict(one.row) for one in new} | {key: dict(kept["row"]) for key, kept in late.items()}
    shown = {keys[0] for keys, _ in lines if len(keys) == 1}
    chunks = _chunks(lines, LIMITS.get(target.kind, ANY) - len(title.encode()) - len(desk_head.encode()) - 42)
    made = []
    for number, chunk in enumerate(chunks, 1):
        head = title if len(chunks) == 1 else f"{title} ({number}/{len(chunks)})"
        keys = [key for some, _ in chunk for key in some]
        data: dict[str, Any] = {"kind": "check", "at": moment, "items": [rows[key] for key in keys if key in shown]}
        if left := [key for key in keys if key not in shown]:
            data["more"] = len(left)
        body = "\n".join(line for _, line in chunk)
        made.append((Message(head, f"{body}\n\n{desk_head}" if desk_head else body, data), keys))
    return made


MOST = 40
"""Things of a stage that a message lists; of more (after an import) it says how many there are."""

Line = tuple[tuple[str, ...], str]
"""A line of a message, and the keys of the things that it tells."""


def _lines(new: Sequence[Notice]) -> list[Line]:
    """Under a heading for each stage, what is at it."""
    found: list[Line] = []
    for stage, words in STAGES.items():
        here = [(one.key, one.line) for one in new if one.stage == stage]
        found += [((), f"[{say(words)}]"), *_listed(here)] if here else []
    return found


def _late_lines(late: Mapping[str, Any]) -> list[Line]:
    if not late:
        return []
    head = say(Text("[could not be delivered then, settled since]", "[当时未能送达，现已处理]"))
    lines = [(key, f"{kept['since'][:16].replace('T', ' ')}  {kept['line']}") for key, kept in late.items()]
    return [((), head), *_listed(lines)]


def _listed(lines: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """Lines, the last of which counts those that are too many to be read."""
    shown = lines if len(lines) <= MOST else lines[: MOST - 1]
    yield from (((key,), line) for key, line in shown)
    if left := [key for key, _ in lines[len(shown) :]]:
        yield tuple(left), say(Text(f"… and {len(left)} more: svc check", f"……另有 {len(left)} 项：svc check"))


def _chunks(lines: Sequence[Line], most: int) -> list[list[Line]]:
    chunks: list[list[Line]] = [[]]
    size = 0
    for keys, line in lines:
        line = _shortened(line, most)
        length = len(line.encode()) + 1
        if size + length > most and chunks[-1]:
            chunks.append([])
            size = 0
        chunks[-1].append((keys, line))
        size += length
    return chunks


def _shortened(line: str, most: int) -> str:
    """A single line that alone is too long for the receiver is cut, which is better than not sent."""
    data = line.encode()
    return line if len(data) < most else data[: most - 4].decode("utf-8", "ignore") + "…"


# ---- seals -------------------------------------------------------------------------------------------


def send_seal(desk: Desk, month: str, specs: Sequence[str]) -> bool:
    """Send the seal of a month to every receiver; whether all have it. What could not be sent is kept."""
    targets(specs)  # a wrong address is said before anything is sent
    with _Turn(desk) as turn:
        for spec in specs:
            turn.state.seals.append({"month": month, "to": spec, "since": desk.now().isoformat(timespec="seconds")})
        turn.remember()
        return _send_waiting_seals(turn)


def _send_waiting_seals(turn: _Turn) -> bool:
    """Send what waits; a receiver named by file or environment is looked up anew."""
    if not turn.state.seals:
        return True
    left: list[dict[str, Any]] = []
    for kept in turn.state.seals:
        left += _send_one_seal(turn, kept)
    turn.state.seals[:] = left
    turn.remember()
    return not left


def _send_one_seal(turn: _Turn, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What of it is still to be sent."""
    month, left = kept["month"], []
    try:
        receivers = targets([kept["to"]])
        message = _seal_message(turn.desk, month)
    except (BadInput, Conflict) as error:
        complain(error.what)
        return [dict(kept)]
    done = set(kept.get("done", ()))
    failed = False
    for target in receivers:
        if target.key in done:
            continue
        try:
            told = send(target, message)
        except NotSent as error:
            failed = True
            complain(Text(
                f"the seal of {month} to {target.label}: {error.why.en}; kept, sent again with the next"
                f" svc check --notify, or: svc audit submit {month} --to …",
                f"{month} 的封存发往 {target.label}：{error.why.zh}；已保留，下次 svc check --notify 时再发，"
                f"或：svc audit submit {month} --to …",
            ))  # fmt: skip
        else:
            done.add(target.key)
            if told:
                complain(told)
            print(say(Text(f"sent to {target.label}", f"已发送至 {target.label}")), file=sys.stderr)
    if failed:
        left.append({**kept, "done": sorted(done)})
    return left


def _seal_message(desk: Desk, month: str) -> Message:
    """The seal in words, as data, and as files: whoever keeps it can tell later whether the month was changed."""
    seal = desk.seals.read(month)
    if seal is None:
        raise Conflict(Text(f"{month} is not sealed", f"{month} 尚未封存"))
    files = tuple(desk.seals.files(month))
    texts = {name: data.decode("utf-8", "replace") for name, data in files if not name.endswith((".json", ".yaml"))}
    title = say(Text(f"After-sales service: {month} submitted", f"售后服务：{month} 已上报"))
    by = desk.person("staff", seal.by).get("name") or seal.by
    text = say(Text(
        f"sealed {seal.at} by {by}\nSHA-256 of the seal: {seal.sha256}\nKeep this message: with it `svc ledger verify` "
        "can be checked against what was submitted.",
        f"{by} 于 {seal.at} 封存\n封存文件 SHA-256：{seal.sha256}\n请保存这条消息：日后可据此核对上报内容有没有被改动。",
    ))  # fmt: skip
    data = {"kind": "seal", "month": month, "at": seal.at, "by": seal.by, "sha256": seal.sha256, "files": texts}
    return Message(title, text, data, files)
