"""A company's desk on a server and the desks of its sites: founded, moved, branched off, brought together again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from svc.desk import places
from svc.desk.identity import FOUNDER
from svc.desk.open import Desk, Options
from svc.domain import ledgers, registers
from svc.errors import BadInput, Conflict, Damaged, Several, SvcError
from svc.founding import refuse_unwritable, template
from svc.named import NamedTuple
from svc.recording import handed
from svc.store import kept_files
from svc.store.dry_run import DrySide, dry_run
from svc.store.files import durable, register_checks
from svc.store.files.folder import new_id
from svc.store.files.ledger import FileLedger
from svc.store.files.registers import BESIDE, Registers
from svc.store.handover import FileSide, Side, hand_over
from svc.store.place import Located, Place, Position, Rows
from svc.text import Text

Tell = Callable[[int], Any]
SHARED = (*registers.TABLE, "caller", "number", "wage")


class Done(NamedTuple):
    """What came over: entries by ledger, rows of registers by register, documents."""

    entries: Mapping[str, int]
    rows: Mapping[str, int]
    documents: tuple[str, ...]


def found(
    url: str, name: str | None, id: str = FOUNDER, mark: str = "", title: str = "", dry: bool = False
) -> tuple[Desk, str]:
    """Make a desk in a database, with blank rules and the login that makes it as head; Conflict where there is one.

    With `dry` everything is done and taken back.
    """
    from svc.store.postgres import open as server
    from svc.store.postgres import setup

    session = server.session_of(url)
    head = registers.key("staff", id)
    with session.transaction(dry):
        setup.create(session, mark, new_id(), title)
        kept = server.open_place(url, mark or "-", session)
        kept.documents.keep("rules.yaml", template(), None)
        kept.documents.keep("rules_tests.yaml", template("tests_template.yaml"), None)
        kept.registers.add(
            "staff", {head: {"name": name or kept.login or "", "role": "head", "login": kept.login or ""}}
        )
    return Desk(kept, Options()), head


def move(source: str, target: str, site: str | None = None, tell: Tell | None = None, dry: bool = False) -> Done:
    """Copy a desk, whole, to another place; taken up where it stopped when it is repeated.

    Both sides check every hash. Conflict where the other place holds what does not follow from this one.
    With `dry` all is read and checked, and nothing written.
    """
    from_ = _open(source, site)
    with _made(target, from_, dry) as to:
        return _bring(from_, to, tell, dry)


def branch(url: str, folder: Path, mark: str, tell: Tell | None = None, dry: bool = False) -> Done:
    """A desk of files for one site of a company, which records there from now on and hands over with `sync`."""
    company = places.on_server(url, mark or "-")
    with _made(str(folder), company, dry) as local:
        done = _bring(company, local, tell, dry)
        if not dry:
            _remember(folder, url, local)
            company.ledger.set_apart(True)
    return done


def sync(desk: Desk, tell: Tell | None = None, dry: bool = False) -> Done:
    """Hand over what a site recorded since the last time; take down what the company changed in registers and rules.

    Entries go one way, in order, each once; what the door would not have taken is held (`svc.recording.handed`) and
    told once everything has come over. A row of a register changed on both sides is told (Conflict), with both
    versions, and not merged. With `dry` nothing is written on either side.
    """
    folder = desk.folder
    url, base = _remembered(folder)
    local, company = _shown_to(dry, desk.kept), _shown_to(dry, places.on_server(url, desk.ledger.mark or "-"))
    with ExitStack() as locked:
        locked.enter_context(desk.ledger.lock())
        locked.enter_context(company.ledger.lock())
        refuse_edited_staff(desk)
        there = {noun: company.ledger.site_end(noun) for noun in ledgers.TABLE}
        held = handed.refused(desk, _behind(desk, there), there)
        agreeing = _Agreeing(base, dry)
        documents = _rules_down(local, company, base, agreeing)
        rows, wrong = _merge(local, company, base, agreeing)
        if held and not dry:
            handed.hold(desk, held)
        with nullcontext() if dry else company.ledger.all_or_nothing(desk.now()):
            _files(local, company)
            entries = hand_over(_side(local), _side(company, dry), tell)
        if not dry:
            _remember(folder, url, local, except_=wrong)
            agreeing.forget()
    if held:
        raise handed.as_error(held, list(wrong.values()), dry)
    if wrong:
        raise Several(list(wrong.values()), Text(
            f"{len(wrong)} rows were changed on both sides and are left as they are",
            f"{len(wrong)} 行两边都改过，保持原样",
        ), Text("make them the same on both sides (svc … edit) and repeat", "请在两边改成一致（svc … edit）后再试"))  # fmt: skip
    return Done(entries, rows, documents)


# ---- opening and making both ends ------------------------------------------------------------------


def _open(address: str, site: str | None) -> Place:
    if places.is_address(address):
        return places.on_server(address, site)
    folder = Path(address).expanduser()
    if not (folder / "rules.yaml").is_file():
        raise BadInput(
            Text(f"{address} is no desk", f"{address} 不是工作目录"),
            Text(
                "a folder with rules.yaml and data/, or postgresql://…",
                "应为含 rules.yaml 和 data/ 的目录，或 postgresql://…",
            ),
        )
    return places.on_files(folder)


@contextmanager
def _made(address: str, source: Place, dry: bool) -> Iterator[Place]:
    """The other end, made where it is not there yet: the same site, by the same name.

    For a dry run it is made and unmade again: in the database, or in a temporary folder.
    """
    name, mark = _name(source), source.ledger.mark
    if places.is_address(address):
        with _site_made(address, name, mark, dry) as site:
            yield _shown_to(dry, site)
        return
    folder = Path(address).expanduser()
    with ExitStack() as held:
        if not (folder / "data" / "desk.yaml").exists():
            if dry:
                refuse_unwritable(folder)
                folder = Path(held.enter_context(TemporaryDirectory()))
            folder.mkdir(parents=True, exist_ok=True)
            FileLedger.create(folder / "data", name, mark)
        kept = places.on_files(folder)
        if kept.ledger.id != name:
            raise Conflict(
                Text(f"{address} is another desk", f"{address} 是另一个工作目录"),
                Text("name an empty folder", "请指定空目录"),
            )
        yield _shown_to(dry, kept)


@contextmanager
def _site_made(url: str, name: str, mark: str, dry: bool) -> Iterator[Place]:
    from svc.store.postgres import open as server
    from svc.store.postgres import setup

    session = server.session_of(url)
    with session.transaction(dry=True) if dry else nullcontext():
        if not session.run("select to_regclass('svc.desk')::text")[0][0]:
            setup.create(session, mark, name)
        elif session.run("select ledger from svc.site where mark = %s", (mark,)) != [(name,)]:
            setup.add_site(session, mark, name)
        yield server.open_place(url, mark or "-", session)


def _shown_to(dry: bool, kept: Place) -> Place:
    """A place as a command has it that may only look (`dry`) or may write."""
    return dry_run(kept) if dry else kept


def _name(kept: Place) -> str:
    """What goes into the hashes of a site's ledgers."""
    return str(kept.ledger.id if kept.folder else kept.ledger.sites[kept.ledger.mark])


def _side(kept: Place, dry: bool = False) -> Side:
    side: Side = FileSide(kept.ledger) if kept.folder else kept.ledger
    return DrySide(side, _name(kept)) if dry else side


def _bring(source: Place, target: Place, tell: Tell | None, dry: bool) -> Done:
    with ExitStack() as held:
        held.enter_context(source.ledger.lock())
        held.enter_context(target.ledger.lock())
        documents = tuple(_documents(source, target))
        rows = {noun: count for noun in SHARED if (count := _rows(noun, source, target))}
        _files(source, target)
        entries = hand_over(_side(source), _side(target, dry), tell)
    return Done(entries, rows, documents)


def _files(source: Place, target: Place) -> None:
    """The files that the other side has not, before the entries that name them; what was erased here goes there too."""
    there = set(target.files.kept())
    for sha256 in source.files.kept():
        body = source.files.read(sha256) if sha256 not in there else None
        if body is not None:
            target.files.put(sha256, body)
    wanted, gone, _ = kept_files.held(source.ledger)
    for sha256 in gone.keys() - wanted.keys():  # erased here: the other side lets go of it too
        if sha256 in there:
            target.files.drop(sha256)


def _documents(source: Place, target: Place) -> Iterator[str]:
    for name in (*BESIDE, *source.documents.names("seals")):
        body, there = source.documents.read(name), target.documents.read(name)
        if body is None or there == body:
            continue
        if there is not None and name not in BESIDE:
            raise Conflict(
                Text(f"{name} is another one there", f"{name} 在另一处内容不同"),
                Text(
                    "one of the two was changed: see svc ledger verify", "其中一处被改动：请用 svc ledger verify 查看"
                ),
            )
        target.documents.keep(name, body, there)
        yield name


def _rows(noun: str, source: Place, target: Place) -> int:
    mine, theirs = source.registers.load(noun), target.registers.load(noun)
    different = [id for id in mine if id in theirs and theirs[id] != mine[id]]
    if different:
        raise Conflict(
            Text(f"{noun} {different[0]} is another one there", f"{noun} {different[0]} 在另一处内容不同"),
            Text("make them the same on both sides, or give one another id", "请在两边改成一致，或换一个编号"),
        )
    new = {id: row for id, row in mine.items() if id not in theirs}
    if new:
        target.registers.add(noun, new)
    return len(new)


# ---- a site that records on its own ----------------------------------------------------------------


def _remember(folder: Path, url: str, kept: Place, except_: Mapping[tuple[str, str], SvcError] = {}) -> None:
    """Note the company and what both sides agreed on: the ground for telling who changed what since."""
    note = folder / "data" / "branch"
    durable.make_folder(note)
    durable.make_folder(note / "registers")
    agreed, before = Registers(note / "registers"), Registers(note / "registers")
    for noun in SHARED:
        old = before.load(noun)
        rows = {id: row for id, row in kept.registers.load(noun).items() if (noun, id) not in except_}
        kept_old = {id: row for id, row in old.items() if (noun, id) in except_}
        agreed.save(noun, {**rows, **kept_old})
    durable.replace(note / "company.txt", f"{url}\n".encode())
    durable.replace(note / "rules.yaml", kept.documents.read("rules.yaml") or b"")


def _remembered(folder: Path) -> tuple[str, Path]:
    note = folder / "data" / "branch"
    try:
        return (note / "company.txt").read_text("utf-8").strip(), note
    except FileNotFoundError:
        raise BadInput(
            Text("this desk belongs to no company", "本目录没有所属的公司目录"),
            Text("branch one off: svc desk branch postgresql://… DIR --site BJ",
                 "先建立分支：svc desk branch postgresql://… 目录 --site BJ"),
        ) from None  # fmt: skip


class _Agreeing:
    """What a hand-over is about to make the same on both sides, noted before it does: one that was killed in between
    leaves a side at what was agreed, and that is no change of somebody's. Hashes only: rows are personal."""

    def __init__(self, base: Path, dry: bool) -> None:
        self._path, self._dry = base / "agreeing.json", dry
        self._noted: dict[str, str] = json.loads(self._path.read_bytes()) if self._path.is_file() else {}

    def note(self, side: str, noun: str, changes: Mapping[str, object]) -> None:
        """These rows (or texts) by id go to a side; on the disk when it returns."""
        self._noted |= {f"{side} {noun} {id}": _mark(value) for id, value in changes.items()}
        if changes and not self._dry:
            durable.replace(self._path, json.dumps(self._noted, ensure_ascii=False).encode(), 0o600)

    def is_ours(self, side: str, noun: str, id: str, value: object) -> bool:
        """Whether what a side has is what an earlier hand-over put there."""
        return self._noted.get(f"{side} {noun} {id}") == _mark(value)

    def forget(self) -> None:
        """Both sides agreed, and that is remembered."""
        if self._path.is_file():
            durable.remove(self._path)


def _mark(value: object) -> str:
    shown = json.dumps(value, sort_keys=True, ensure_ascii=False, default=lambda data: data.hex())
    return hashlib.sha256(shown.encode()).hexdigest()


def _rules_down(local: Place, company: Place, base: Path, agreeing: _Agreeing) -> tuple[str, ...]:
    """The company's rules count at its sites; Conflict where they were changed here."""
    agreed = (base / "rules.yaml").read_bytes()
    here, there = local.documents.read("rules.yaml"), company.documents.read("rules.yaml")
    if there is None or here == there:
        return ()
    if here != agreed and not agreeing.is_ours("down", "document", "rules.yaml", here):
        raise Conflict(
            Text("rules.yaml was changed here; the company's rules count", "rules.yaml 在本地被改过，应以公司的为准"),
            Text("bring the change in at the head office, and put the old file back here: data/branch/rules.yaml",
                 "请在总部修改；本地恢复为 data/branch/rules.yaml"),
        )  # fmt: skip
    agreeing.note("down", "document", {"rules.yaml": there})
    local.documents.keep("rules.yaml", there, here)
    return ("rules.yaml",)


def _merge(
    local: Place, company: Place, base: Path, agreeing: _Agreeing
) -> tuple[dict[str, int], dict[tuple[str, str], SvcError]]:
    """Rows changed on one side go to the other; those changed on both, differently, stay and are told."""
    counts: dict[str, int] = {}
    wrong: dict[tuple[str, str], SvcError] = {}
    agreed = Registers(base / "registers")
    for noun in SHARED:
        mine, theirs, old = local.registers.load(noun), company.registers.load(noun), agreed.load(noun)
        up, down = dict(theirs), dict(mine)
        for id in dict.fromkeys((*mine, *theirs)):
            here, there, before = mine.get(id), theirs.get(id), old.get(id)
            if here == there:
                continue
            if there == before or agreeing.is_ours("up", noun, id, there):
                if there is None and noun == "staff" and here and here.get("role") in ledgers.RULERS and not _was_recorded(local, id):
                    wrong[noun, id] = Conflict(
                        Text(f"staff {id} ({here['role']}): nobody recorded that he rules: register him at the head office",
                             f"员工 {id}（{here['role']}）：没有登记过其裁定权：请由总部登记"),
                    )  # fmt: skip
                    continue
                _put(up, id, here)
            elif here == before or agreeing.is_ours("down", noun, id, here):
                _put(down, id, there)
            else:
                wrong[noun, id] = Conflict(
                    Text(f"{noun} {id}: {_shown(here)} here, {_shown(there)} there",
                         f"{noun} {id}：这里是 {_shown(here)}，那里是 {_shown(there)}"),
                )  # fmt: skip
                continue
            counts[noun] = counts.get(noun, 0) + 1
        agreeing.note("up", noun, {id: up.get(id) for id in {*up, *theirs} if up.get(id) != theirs.get(id)})
        agreeing.note("down", noun, {id: down.get(id) for id in {*down, *mine} if down.get(id) != mine.get(id)})
        _save(company, noun, theirs, up)
        _save(local, noun, mine, down)
    return counts, wrong


def refuse_edited_staff(desk: Desk) -> None:
    """Damaged where a hand changed who is who at a site: rights to record go by that."""
    for problem in register_checks.problems(Registers(desk.folder / "data/registers"), desk.ledger, ()):
        if problem.field in ("role", "login") and problem.place.startswith("registers/staff"):
            raise Damaged(problem.what, Text("see: svc ledger verify", "查看：svc ledger verify"), place=problem.place)


def _behind(desk: Desk, ends: Mapping[str, Position | None]) -> dict[str, list[Located]]:
    """The rows of a site that the company has not; where the two have grown apart none, and the hand-over tells."""
    found = {}
    for noun, end in ends.items():
        with suppress(Damaged):
            found[noun] = list(desk.ledger.read(noun, end))
    return found


def _was_recorded(local: Place, staff: str) -> bool:
    """Whether an entry says who gave somebody his role: a row that a hand put in has none."""
    found = (one.entry for one in local.ledger.read(ledgers.CHANGE))
    return any((e.get("of"), e.get("subject"), e.get("field")) == ("staff", staff, "role") for e in found)


def _put(rows: dict[str, dict[str, str]], id: str, row: dict[str, str] | None) -> None:
    if row is None:
        rows.pop(id, None)
    else:
        rows[id] = row


def _save(kept: Place, noun: str, before: Rows, after: Rows) -> None:
    if before != after:
        kept.registers.save(noun, after)


def _shown(row: Mapping[str, str] | None) -> str:
    """A row without what is nobody's business in a message."""
    hidden = {"phone", "contact", "pinyin"}
    return ", ".join(f"{k}={v}" for k, v in row.items() if k not in hidden) if row else "-"
