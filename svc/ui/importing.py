"""Taking in a department's own list: the map is proposed and shown, a person confirms, then all or nothing."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svc.desk.behind import first_entry
from svc.domain import registers
from svc.domain.permissions import VERBS
from svc.errors import BadInput, SvcError
from svc.named import NamedTuple
from svc.output.notes import note
from svc.store.files.folder import keep_out
from svc.text import Text, say
from svc.ui.ask import Back, Left, ask, can_ask, confirm
from svc.ui.ask import Question as Asked
from svc.ui.groups import Readings
from svc.ui.options import open_desk, text
from svc.ui.shared import DryRun

if TYPE_CHECKING:
    from svc.desk.open import Desk
    from svc.intake.importer import Import
    from svc.intake.listed import Question
    from svc.intake.mapmodel import FileMap
    from svc.intake.proposal import Proposal
    from svc.recording.lines import Done

Source = Annotated[list[str], typer.Argument(metavar="FILE…|-")]
Map = Annotated[
    str | None,
    typer.Option("--map", metavar="FILE", help=text("how columns become entries", "列与记录的对应（对应表文件）")),
]
SaveMap = Annotated[
    str | None,
    typer.Option(
        "--save-map", metavar="FILE", help=text("write the proposed map there, to edit it", "把提出的对应表写到此文件，以便修改")
    ),
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help=text("of a workbook with several (*: all of them)", "工作簿中的哪张表（* 为全部）"))
]
Rejects = Annotated[
    str | None,
    typer.Option(
        "--rejects", metavar="FILE", help=text("import the good lines, write the bad ones there", "导入好的行，坏行写到此文件")
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help=text("of a CSV file (default: recognised)", "CSV 编码（默认自动识别）")),
]
Yes = Annotated[
    bool, typer.Option("--yes", help=text("take the proposed map without asking", "不再询问，按提出的对应表导入"))
]


class Order(NamedTuple):
    """What was asked for on the command line; `file` is the one that is looked at now."""

    noun: str
    typed: tuple[str, ...]
    file: Path
    map: str | None
    save_map: str | None
    sheet: str | None
    rejects: str | None
    encoding: str | None
    dry: bool
    yes: bool


def add_import(app: Readings, noun: str, about: Text | None = None, examples: str | None = None) -> None:
    """Give a register, or the ledger of calls, its `import`."""
    about = about or _about(noun)
    examples = examples or f"svc {noun} import list.xlsx --dry-run\nsvc {noun} import list.xlsx --yes --rejects bad.xlsx"

    @app.command("import", help=say(about), epilog=examples)
    def import_(
        ctx: typer.Context,
        file: Source,
        map_: Map = None,
        save_map: SaveMap = None,
        sheet: Sheet = None,
        rejects: Rejects = None,
        encoding: Encoding = None,
        dry_run: DryRun = False,
        yes: Yes = False,
    ) -> None:
        _carry_out(ctx, Order(noun, tuple(file), Path(file[0]), map_, save_map, sheet, rejects, encoding, dry_run, yes))


def _about(noun: str) -> Text:
    zh = registers.TABLE[noun].title.zh
    return Text(f"take in a {noun} list (xlsx, xls, CSV …) as the department keeps it", f"导入现有的{zh}表（xlsx、xls、CSV 等）")


def _carry_out(ctx: typer.Context, order: Order) -> None:
    """Import what was asked for; nothing is written without a map that somebody gave or confirmed."""
    from svc.intake.source import spooled

    desk = open_desk(ctx)
    with ExitStack() as stack:
        files = [stack.enter_context(spooled(Path(name))) for name in order.typed]
        _import(desk, order, files)


def _import(desk: Desk, order: Order, files: Sequence[Path]) -> None:
    from svc.intake.importer import Import
    from svc.intake.source import opened

    register = order.noun in registers.TABLE
    imports: list[Import] = []
    talk = _Talk(desk, order)
    for file in files:
        order = order._replace(file=file)
        neutral = order.map is None and opened(file, order.encoding).neutral
        if register and neutral:
            raise _other_form(order)
        how = _given(order) if order.map is not None else None if neutral else talk.settle(file)
        if how is None and not neutral:
            return
        imports.append(Import(file, how))
    if talk.proposals and not talk.confirmed(imports):
        return
    desk.index.catch_up()
    before = first_entry(desk.index)
    tell(_take(desk, order, imports, order.dry, talk.said), order.dry, order.rejects, talk.said)
    if not order.dry:
        talk.remember()
    if talk.proposals and not register and before is None:
        _propose_cut_over(desk)


def _propose_cut_over(desk: Desk) -> None:
    """After the first list of a desk: that its history need not wait for anybody, nor accuse anybody."""
    start = desk.now().astimezone(desk.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    desk.index.catch_up()
    first = first_entry(desk.index)
    if first is None or first >= start.timestamp() or desk.rules.begins:
        return
    day = f"{start:%Y-%m-%d}"
    note(
        Text(
            f"hint: what was opened before a day can be history: it counts in figures and cards, waits for nobody, accuses nobody: svc desk begins {day}",
            f"提示：可设启用日期，此前的历史只计入统计和卡片，不催办、不提醒、不追究：svc desk begins {day}",
        )
    )


def _take(desk: Desk, order: Order, imports: Sequence[Import], dry: bool, said: Collection[str]) -> Done:
    """Take the files in; an error repeats nothing that was `said`."""
    from svc.intake.importer import take_in

    who = VERBS[order.noun if order.noun in registers.TABLE else "ledger", "import"].roles
    rejects = Path(order.rejects) if order.rejects else None
    try:
        return take_in(desk, imports, rejects, order.encoding, dry, who)
    except SvcError as error:
        error.notes = tuple(note for note in error.notes if say(note) not in said)
        raise


def _other_form(order: Order) -> BadInput:
    again = f"svc ledger import {' '.join(order.typed)}"
    return BadInput(
        Text(f"{order.file.name} is of the neutral form, not a list", f"{order.file.name} 是中间格式，不是表格"),
        Text(again, again),
    )


def _given(order: Order) -> FileMap:
    """The map of `--map`, which for a register must be of nothing else."""
    from svc.intake.mapfile import load

    found = load(Path(order.map or ""))
    others = [entry.ledger for entry in found.entries if entry.ledger != order.noun]
    if order.noun in registers.TABLE and others:
        again = f"svc ledger import {' '.join(order.typed)} --map {order.map}"
        raise BadInput(
            Text(f"the map also makes: {', '.join(others)}", f"对应表还会生成：{'、'.join(others)}"), Text(again, again)
        )
    return found._replace(sheet=order.sheet) if order.sheet else found


# ---- what is proposed, asked and confirmed -----------------------------------------------------------------


class _Talk:
    """One import of lists: the map of each file is proposed, what it leaves open is asked, once for all files."""

    def __init__(self, desk: Desk, order: Order) -> None:
        self.desk, self.order = desk, order
        self.proposals: list[Proposal] = []
        self.answers: dict[str, str] = {}
        self.said: set[str] = set()
        self.asks = can_ask() and sys.stderr.isatty() and not order.yes and not order.dry

    def settle(self, file: Path) -> FileMap | None:
        """The map of a file; None where only a draft of it was to be written."""
        from svc.intake import remembered

        proposal = self._propose(file)
        known = remembered.answers(self.desk, self.order.noun, proposal.head.names)
        if new := {key: answer for key, answer in known.items() if key not in self.answers}:
            self.answers = {**new, **self.answers}
            proposal = self._propose(file)
            note(Text("answered as at the last import of such a list", "按上次导入同类表格时的回答"))
        _show(proposal, self.order, file)
        if self.asks:
            proposal = self._ask_all(file, proposal)
        for remark in (*proposal.notes, *proposal.remarks):
            note(remark)
            self.said.add(say(remark))
        if self.order.save_map:
            _save(Path(self.order.save_map), proposal)
            if not self.order.yes:
                return None
        if proposal.lacks:
            raise proposal.lacks
        if open_ := [one for one in proposal.questions if one.default is None and one.key not in self.answers]:
            raise _undecided(open_)
        self.proposals.append(proposal)
        return proposal.map

    def _propose(self, file: Path) -> Proposal:
        from svc.intake.proposal import propose

        return propose(self.desk, self.order.noun, file, self.order.sheet, self.order.encoding, self.answers)

    def _ask_all(self, file: Path, proposal: Proposal) -> Proposal:
        """Ask what is open until nothing is; `<` goes back one question."""
        asked: list[str] = []
        while open_ := next(_open(proposal, self.answers), None):
            try:
                self.answers[open_.key] = _ask(open_)
                asked.append(open_.key)
            except Back:
                if asked:
                    del self.answers[asked.pop()]
            except Left:
                self._leave(file)
            proposal = self._propose(file)
        return proposal

    def _leave(self, file: Path) -> None:
        """What was answered so far is kept for the next time; the import ends."""
        from svc.intake import remembered

        remembered.keep(self.desk, self.order.noun, self._propose(file).head.names, self.answers)
        print(text("nothing was imported; your answers are kept for the next time", "未导入；已回答的内容会保留到下次"), file=sys.stderr)
        raise typer.Abort

    def confirmed(self, imports: Sequence[Import]) -> bool:
        """Whether what would be imported shall be."""
        if self.order.yes or self.order.dry:
            return True
        if not self.asks:
            raise BadInput(
                Text("nothing was imported: look at the columns above, then confirm", "未导入：请先核对以上各列，再确认"),
                Text("--yes takes them so; --save-map FILE writes a map that you can edit; --dry-run checks",
                     "--yes 按此导入；--save-map 文件 写出可修改的对应表；--dry-run 只检查"),
            )  # fmt: skip
        tell(_take(self.desk, self.order, imports, True, self.said), True, self.order.rejects, self.said)
        confirm(text("import this", "导入吗"))
        return True

    def remember(self) -> None:
        """Keep what was answered for the next list of the same columns."""
        from svc.intake import remembered

        if self.answers:
            for proposal in self.proposals:
                remembered.keep(self.desk, self.order.noun, proposal.head.names, self.answers)


def _open(proposal: Proposal, answers: dict[str, str]) -> Iterator[Question]:
    """The questions that nobody answered yet: first which columns are meant, then the rest."""
    if proposal.lacks:
        yield from (one for one in proposal.wanted if one.key not in answers)
    yield from (one for one in proposal.questions if one.key not in answers)


def _undecided(questions: Sequence[Question]) -> BadInput:
    listed = Text("; ".join(one.what.en for one in questions), "；".join(one.what.zh for one in questions))
    choices = ", ".join(meaning.en for one in questions for _, meaning in one.choices)
    return BadInput(
        Text(f"only a person can say: {listed.en}: {choices}", f"需要由人说明：{listed.zh}：{choices}"),
        Text("answer on a terminal; or write a draft with --save-map FILE, decide there, and import with --map",
             "请在终端上回答；或用 --save-map 文件 写出草稿，在其中定下后用 --map 导入"),
    )  # fmt: skip


def _ask(question: Question) -> str:
    """The answer to a question: the word, its Chinese, or its number in the list."""
    shown = "  ".join(f"{n} {say(meaning)}" for n, (_, meaning) in enumerate(question.choices, 1))
    default = next((str(n) for n, (code, _) in enumerate(question.choices, 1) if code == question.default), "")
    while True:
        typed = ask(Asked(f"{say(question.what)}  ({shown})" if shown else say(question.what), default))
        for n, (code, meaning) in enumerate(question.choices, 1):
            if typed.lower() in (str(n), code.lower(), meaning.zh, meaning.en.lower()):
                return code
        if not question.choices and typed:
            return typed.upper() if len(typed) <= 2 else typed
        print(text("type one of the numbers", "请输入其中一个数字"), file=sys.stderr)


def _show(proposal: Proposal, order: Order, file: Path) -> None:
    from svc.intake.proposal import field_title
    from svc.output import tables

    unsure = text(" (near: is it?)", "（相近，请核对）")
    rows = [
        {
            "column": one.name,
            "heading": one.heading,
            "field": say(field_title(order.noun, one.field)) + ("" if one.sure else unsure) if one.field else None,
            "sample": one.sample,
        }
        for one in proposal.columns
    ]
    columns = {
        "column": Text("column", "列"),
        "heading": Text("heading", "表头"),
        "field": Text("taken as", "作为"),
        "sample": Text("first value", "首个值"),
    }
    where = " + ".join(map(str, proposal.head.rows))
    if where:
        print(text(f"{file.name}, headings in row {where}:", f"{file.name}，表头在第 {where} 行："), file=sys.stderr)
    else:
        print(text(f"{file.name}, a list without headings:", f"{file.name}，没有表头的表格："), file=sys.stderr)
    print(tables.text(rows, columns, "table"), end="", file=sys.stderr)


def _save(target: Path, proposal: Proposal) -> None:
    if str(target) == "-":
        return print(proposal.text, end="")
    keep_out(target, "--save-map")
    if target.exists():
        raise BadInput(
            Text(f"--save-map {target}: there is such a file already", f"--save-map {target}：文件已存在"),
            Text("name a new file", "请写一个新文件名"),
        )
    target.write_text(proposal.text, "utf-8")
    if proposal.lacks:
        print(say(proposal.lacks.what), file=sys.stderr)
        print(text(f"a draft of the map is in {target}: complete it, then import with --map {target}",
                   f"对应表草稿已写到 {target}：补全后用 --map {target} 导入"))  # fmt: skip
        return
    print(text(f"the map is in {target}: edit it, then import with --map {target}",
               f"对应表已写到 {target}：修改后用 --map {target} 导入"))  # fmt: skip


# ---- what was done ---------------------------------------------------------------------------------


def tell(done: Done, dry: bool, rejects: str | None, said: Collection[str] = ()) -> None:
    """Say what an import did: the counts, then what was noticed and left out, but for what was `said` already."""
    word = text("would be imported" if dry else "imported", "可导入" if dry else "已导入")
    counts = ", ".join(f"{noun} {count}" for noun, count in done.counts.items())
    print(f"{done.total} {word}  {counts}".rstrip())
    notes: Sequence[Text] = done.notes
    for one in notes:
        if say(one) not in said:
            note(one)
    if done.rejected:
        print(
            text(f"{done.rejected} lines kept out: {rejects}", f"{done.rejected} 行未导入，见 {rejects}"),
            file=sys.stderr,
        )
