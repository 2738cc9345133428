"""svc ledger: verify, import, export, rebuild."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from svc.commands.audit import Key, Unsigned, say_sealed, say_would_seal
from svc.desk.open import Desk
from svc.domain.ledgers import RULERS
from svc.errors import BadInput, Conflict
from svc.output.progress import progress
from svc.store import heads
from svc.store.files.disk_fault import suspects
from svc.store.files.plain import read_given
from svc.store.place import Problem
from svc.text import Text, quoted, quoted_zh, say
from svc.ui.ask import can_ask, confirm
from svc.ui.groups import Readings, noun
from svc.ui.importing import add_import
from svc.ui.options import dry_run_note, open_desk, text
from svc.ui.receipts import warn_exposed
from svc.ui.shared import DryRun, Json, Month, MonthName

app = Readings()


@app.command(
    "verify",
    help=text("find every change to what was recorded", "查出对已有记录的任何改动"),
    epilog="svc ledger verify",
)
def verify(
    ctx: typer.Context,
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|HEAD",
            help=text("also an extension of this earlier head (may be repeated)", "同时核对以前的校验行或含有它的文件（可重复）"),
        ),
    ] = None,
    json_: Json = False,
) -> None:
    desk = open_desk(ctx)
    kept = [head for one in against or () for head in _heads_in(one)]
    warn_exposed(desk)
    started, looked_at = time.monotonic(), 0

    def seen(done: int, total: int) -> None:
        nonlocal looked_at
        looked_at = done
        tell(done, total)

    with progress(Text("verifying", "校验")) as tell:
        problems = [*desk.kept.verify(seen), *(problem for head in kept for problem in heads.problems(desk.kept, head))]
    if json_:
        from svc.output import json

        json.emit([{**p._asdict(), "what": say(p.what)} for p in problems])
    else:
        for problem in problems:
            print(_line(problem))
        size, seconds = f"{looked_at / 1e6:.1f} MB", f"{time.monotonic() - started:.1f} s"
        for head in kept:
            print("".join(say(note) + "\n" for note in heads.notes(desk.kept, head)), end="")
        if kept and not problems:
            print(text(f"an extension of {len(kept)} earlier head{'s' * (len(kept) > 1)}", f"与 {len(kept)} 个以前的校验行一致"))
        if not problems:
            print(text(f"nothing wrong: {size} verified in {seconds}", f"没有问题：{seconds} 内校验 {size}"))
    if problems:
        if not json_:
            count = len(problems)
            print(text(f"{count} problem{'s' * (count > 1)}; {size} verified in {seconds}", f"共 {count} 处问题；{seconds} 内校验 {size}"),
                  file=sys.stderr)  # fmt: skip
            print(text("hint: what can be mended without loss: svc ledger repair --dry-run",
                       "提示：查看哪些可以无损修复：svc ledger repair --dry-run"), file=sys.stderr)  # fmt: skip
        raise typer.Exit(1)


def _line(problem: Problem) -> str:
    """A problem as a person reads it: where, which field, what, old -> new."""
    field = f" {problem.field}" if problem.field else ""
    if problem.old is None or problem.new is None:
        return f"{problem.place}:{field} {say(problem.what)}"
    change = Text(f"{quoted(problem.old)} -> {quoted(problem.new)}", f"{quoted_zh(problem.old)} → {quoted_zh(problem.new)}")
    return f"{problem.place}:{field} {say(problem.what)}: {say(change)}"


add_import(
    app,
    "call",
    Text("take in entries or a list of calls, all or nothing", "导入记录或来电登记表，全部成功或全部不写"),
    "svc ledger import october.jsonl --dry-run\nsvc ledger import calls.xlsx --dry-run\n"
    "svc ledger import log.csv --map map.yaml --rejects bad.jsonl",
)


@app.command(
    "export",
    help=text("give out entries in the neutral form", "导出记录"),
    epilog="svc ledger export --month 2026-10 > october.jsonl\nsvc ledger export --format parquet -o history/",
)
def export(
    ctx: typer.Context,
    month: Month = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="jsonl|parquet|xlsx", help=text("form", "格式"))
    ] = "jsonl",
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help=text("where (parquet: a new folder)", "输出到（parquet 为新目录）")
        ),
    ] = None,
    unmask: Annotated[
        bool, typer.Option("--unmask", help=text("names and numbers in clear", "显示姓名和完整号码"))
    ] = False,
) -> None:
    from svc.intake.export import give_out, tabulate
    from svc.output.files import hand_over

    desk = open_desk(ctx)
    lines = give_out(desk, month, unmask)
    if unmask:
        from svc.recording import privacy

        privacy.unmask(desk, "ledger", "ledger export", count=len(desk.register("customer")))
    if format_ != "jsonl":
        count = tabulate(desk, month, format_, out)
        print(text(f"{count} entries  {out}", f"{count} 条记录  {out}"))
        return
    if out and out != "-":
        hand_over(Path(out), "".join(f"{line}\n" for line in lines).encode())
        return
    for line in lines:
        print(line)


def _heads_in(said: str) -> list[heads.Head]:
    """The heads that a file holds, or that were given as they are."""
    if said.startswith(heads.FORMAT):
        return heads.read(said)
    if said != "-" and not Path(said).is_file():
        raise BadInput(
            Text(f"--against {said}: no such file, and no head", f"--against {said}：没有这个文件，也不是校验行"),
            Text("a line that begins with svc-head/1, or a file that holds one (a kept message, a seal)",
                 "应为以 svc-head/1 开头的一行，或含有它的文件（留存的消息、封存）"),
        )  # fmt: skip

    return heads.read(read_given(Path(said), 1 << 26).decode("utf-8", "replace"))


@app.command(
    "head",
    help=text("one line that says how far everything goes: for others to keep", "一行校验信息，供他人留存"),
    epilog="svc ledger head\nsvc ledger verify --against kept.txt",
)
def head(ctx: typer.Context) -> None:
    desk = open_desk(ctx)
    print(heads.of(desk.kept, desk.now()))


@app.command(
    "repair",
    help=text("mend what loses nothing: says what first, then does it", "无损修复：先说明要做什么，再执行"),
    epilog="svc ledger repair --dry-run\nsvc ledger repair --yes",
)
def repair(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("say what would be done", "只说明要做什么"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=text("do it without asking", "不再询问，直接执行"))] = False,
) -> None:
    from svc.store.files.repair import carry_out, plan

    desk = open_desk(ctx)
    desk.permit(desk.who, RULERS, Text("repair ledgers", "修复台账"))
    if desk.kept.folder is None:
        _set_aside(desk, dry_run, yes)
        return
    data = desk.folder / "data"
    if _clock_ahead(desk, dry_run, yes):
        return
    mends = plan(desk.ledger)
    for mend in mends:
        print(f"{mend.file}: {say(mend.what)}")
    if not mends and not suspects(data):
        print(
            text(
                "nothing that can be mended; what is wrong: svc ledger verify",
                "没有可以修复的；查看问题：svc ledger verify",
            )
        )
        return
    if dry_run:
        return
    if not yes:
        _confirm(len(mends))
    with desk.ledger.lock():
        if plan(desk.ledger) != mends:
            raise Conflict(
                Text("the files changed meanwhile; nothing was done", "期间文件又有变化，未做任何修改"),
                Text("look again: svc ledger repair", "请重新查看：svc ledger repair"),
            )
        aside = data / ".svc" / "aside" / f"{desk.now():%Y-%m-%dT%H%M%S}"
        done = list(carry_out(desk.ledger, mends, aside))
    kept = text(f"; the files as they were: {aside}", f"；原文件保存在 {aside}") if aside.exists() else ""
    print(text(f"{len(done)} files mended{kept}", f"已修复 {len(done)} 个文件{kept}"))


def _set_aside(desk: Desk, dry: bool, yes: bool) -> None:
    """Pass over the rows of a server that nobody can read: nothing else of it is ours to mend."""
    from svc.recording.unreadable import set_aside
    from svc.store.postgres.repair import plan

    found = plan(desk.ledger)
    for one in found:
        print(text(f"{one.place}: {say(one.what)}: set aside; it stays where it stands, nobody reads it",
                   f"{one.place}：{say(one.what)}：搁置，原处保留，不再读取"))  # fmt: skip
    if not found:
        print(text("every row can be read; what is wrong besides: svc ledger verify", "每一行都能读取；其他问题：svc ledger verify"))
    if not found or dry:
        return
    if not yes:
        _confirm(len(found))
    entry = set_aside(desk, found)
    print(text(f"{len(found)} rows set aside ({entry.id}); what is wrong besides: svc ledger verify",
               f"已搁置 {len(found)} 行（{entry.id}）；其他问题：svc ledger verify"))  # fmt: skip


def _clock_ahead(desk: Desk, dry: bool, yes: bool) -> bool:
    """Whether entries stand there that were recorded by a clock that ran ahead; they are recorded anew, where somebody says so."""
    from svc.recording.clock import put_right
    from svc.store.files.clock_repair import ahead

    found = ahead(desk.ledger, desk.now())
    for one in found:
        print(text(f"{one.file}: {one.entry.id} was recorded {one.entry.recorded_at:%Y-%m-%d %H:%M}, which is still to come: recorded anew, now",
                   f"{one.file}：{one.entry.id} 的登记时间 {one.entry.recorded_at:%Y-%m-%d %H:%M} 尚未到来：按现在的时间重新登记"))  # fmt: skip
    if found and not dry:
        if not yes:
            _confirm(len(found))
        entry = put_right(desk)
        print(text(f"{len(found)} entries recorded anew ({entry.id}); what is wrong besides: svc ledger repair --dry-run",
                   f"已重新登记 {len(found)} 条（{entry.id}）；其他问题：svc ledger repair --dry-run"))  # fmt: skip
    return bool(found)


def _confirm(files: int) -> None:
    if not can_ask():
        raise BadInput(
            Text("nothing was done: this needs a word from you", "未做任何修改：需要确认"),
            Text("do it: svc ledger repair --yes", "执行：svc ledger repair --yes"),
        )

    confirm(text(f"mend these {files} files", f"修复这 {files} 个文件"))


@app.command(
    "seal",
    help=text(
        "seal a month as audit submit does, or put a signature made elsewhere under a seal",
        "封存一个月（同 audit submit），或补上在别处做的签名",
    ),
    epilog="svc ledger seal 2026-10\nsvc ledger seal 2026-10 --signature 2026-10.txt.sig",
)
def seal(
    ctx: typer.Context,
    month: MonthName,
    key: Key = None,
    unsigned: Unsigned = False,
    signature: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|-",
            help=text(
                "made with: ssh-keygen -Y sign -n svc-audit -f KEY data/seals/YYYY-MM.txt",
                "生成方法：ssh-keygen -Y sign -n svc-audit -f 私钥 data/seals/YYYY-MM.txt",
            ),
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    from svc.recording import sealing as submission
    from svc.recording import signing

    desk = open_desk(ctx)
    if dry_run and signature:
        sealed = signing.sign_seal(desk, month, signature, dry=True)
        return print(f"{month}  {sealed.by}{dry_run_note()}")
    if dry_run:
        return say_would_seal(desk, month)
    done = signing.sign_seal(desk, month, signature) if signature else submission.submit(desk, month, key, unsigned)
    say_sealed(desk, done)


@app.command("rebuild", help=text("make the index anew", "重建索引"), epilog="svc ledger rebuild")
def rebuild(ctx: typer.Context) -> None:
    desk = open_desk(ctx)
    with progress(Text("indexing", "建索引")) as tell:
        count = desk.index.rebuild(tell)
    print(text(f"{count} entries indexed", f"已索引 {count} 条记录"))


command = noun("ledger", app, recording=False)
