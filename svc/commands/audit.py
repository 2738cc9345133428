"""svc audit: what a month, or a year, was worth (1.5)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.errors import BadInput, Conflict
from svc.output.notes import note
from svc.text import Text, example, say
from svc.ui.ask import can_ask, yes_or_no
from svc.ui.groups import Readings, noun
from svc.ui.options import dry_run_note, open_desk, text
from svc.ui.shared import AsOf, DryRun, Format, Json, KnownAt, MonthName

if TYPE_CHECKING:
    from svc.desk.open import Desk
    from svc.output.pages.model import Page
    from svc.output.progress import Tell
    from svc.recording.older_seals import Listed
    from svc.store.index.wanted import View
    from svc.store.seals import Seal

app = Readings()

Key = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help=text(
            "private key to sign with, where one is registered for you (or SVC_KEY, ssh-agent, ~/.ssh)",
            "签名用的私钥（已登记密钥时；也可用 SVC_KEY、ssh-agent、~/.ssh）",
        ),
    ),
]
Unsigned = Annotated[
    bool,
    typer.Option(
        "--unsigned", help=text("sign later: svc ledger seal --signature", "稍后签名：svc ledger seal --signature")
    ),
]


def say_sealed(desk: Desk, seal: Seal) -> None:
    """The receipt of a seal: month, when, by whom, its hash, whether it is signed."""
    signed = text(" · signed", " · 已签名") if desk.seals.signature(seal.month) else ""
    word = text("sealed", "已封存")
    line = f"{seal.month}  {word} {seal.at} {seal.by} · data/seals/{seal.month}.txt {seal.sha256[:16]}{signed}"
    print(line, flush=True)


def say_would_seal(desk: Desk, month: str) -> None:
    """What sealing would refuse, refused; nothing is sealed."""
    from svc.recording.sealing import try_submit

    try_submit(desk, month)
    print(f"{month}  {text('would be sealed (dry run: nothing written)', '可以封存（试运行：未写入）')}")


Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help=text("write a report: .html .pdf .xlsx .md (-: Markdown to standard output)", "写成报告文件：.html .pdf .xlsx .md（- 为输出 Markdown）"),
    ),
]


_MORE = Text("all of it: --full, or --out FILE.html; why: svc finding show ID", "完整内容：--full 或 --out 文件.html；查看理由：svc finding show 编号")
_WHY = Text("why: svc finding show ID", "查看理由：svc finding show 编号")


def _answer(
    figures: Callable[[Tell], dict[str, Any]], page: Callable[[Tell], Page], json_: bool, out: Path | None, full: bool = True
) -> None:
    """One JSON document, a file whose ending says its form, or the page on the terminal."""
    from svc.output import files, json, progress

    if json_ and out:
        raise BadInput(
            Text("--json and --out contradict each other", "--json 和 --out 互相矛盾"),
            Text("give one of them", "只能选一个"),
        )
    if out:
        files.form(out)
    with progress.progress(Text("reading", "读取")) as tell:
        made = figures(tell) if json_ else page(tell)
    if isinstance(made, dict):
        return json.emit(made)
    if out:
        with progress.progress(Text("drawing", "绘制")) as tell:
            drawn = files.render(made, out, tell)
        return files.hand_over(out, drawn)
    from svc.output import terminal  # a program asks for the month of every desk: it loads no page

    if sys.stdout.isatty() and not full:
        terminal.brief(made, _MORE)
    else:
        terminal.show(made, _WHY)


def _view(desk: Desk, as_of: str | None, known_at: str | None) -> View | None:
    """The moment that was asked for; None: as sealed, or now."""
    return desk.view(as_of, known_at) if as_of or known_at else None


@app.command(
    "month",
    help=text("all figures of a month, every fine traceable", "一个月的全部数字，每笔罚款都有出处"),
    epilog=say(example("svc audit month 2026-10 --out month.html\nsvc audit month {}", Text("last", "上月"))),
)
def month(
    ctx: typer.Context,
    month: MonthName,
    json_: Json = False,
    out: Out = None,
    with_files: Annotated[
        bool,
        typer.Option(
            "--with-files", help=text("copies of photos and receipts in a folder beside the page, linked", "附件复制到报告旁的文件夹并加链接")
        ),
    ] = False,
    full: Annotated[bool, typer.Option("--full", help=text("on a terminal all of it, not one screen", "在终端显示全部，而不只一屏"))] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.recording.sealing import month_figures

    def page(tell: Tell) -> Page:
        from svc import reports

        return reports.month(desk, month, view, out is not None, tell, out if with_files else None)

    desk = open_desk(ctx)
    view = _view(desk, as_of, known_at)
    if with_files and (out is None or out.suffix.lower() != ".html"):
        raise BadInput(
            Text("--with-files needs a page: --out FILE.html", "--with-files 需要网页：--out 文件.html"),
            Text(f"svc audit month {month} --out month.html --with-files", f"svc audit month {month} --out month.html --with-files"),
        )
    _answer(lambda tell: month_figures(desk, month, view), page, json_, out, full)


@app.command(
    "year",
    help=text("a year: its months side by side, and as a whole", "一年：逐月对照和全年合计"),
    epilog="svc audit year 2026 --out year.pdf",
)
def year(
    ctx: typer.Context,
    year: str = typer.Argument(metavar="YYYY"),
    json_: Json = False,
    out: Out = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc import reports as reporting

    desk = open_desk(ctx)
    view = _view(desk, as_of, known_at)
    _answer(
        lambda tell: reporting.year_figures(desk, year, view, tell),
        lambda tell: reporting.year(desk, year, view, out is not None, tell),
        json_,
        out,
    )


@app.command(
    "compare",
    help=text("two months, or two years, side by side", "两个月份或两个年份对比"),
    epilog="svc audit compare 2026-09 2026-10",
)
def compare(
    ctx: typer.Context,
    a: str = typer.Argument(metavar="A"),
    b: str = typer.Argument(metavar="B"),
    json_: Json = False,
    out: Out = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc import reports as reporting

    desk = open_desk(ctx)
    view = _view(desk, as_of, known_at)
    _answer(
        lambda tell: reporting.compared(desk, a, b, view),
        lambda tell: reporting.comparison(desk, a, b, view),
        json_,
        out,
    )


@app.command(
    "submit",
    help=text("seal a month and send it up to the general manager (1.5)", "封存并上报一个月（1.5）"),
    epilog="svc audit submit 2026-10",
)
def submit(
    ctx: typer.Context,
    month: MonthName,
    key: Key = None,
    unsigned: Unsigned = False,
    to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help=text(
                "send the seal away: mailto:…, a bot or webhook, a folder on another disk; env:NAME and @FILE hold addresses",
                "把封存发出去：mailto:…、机器人或 webhook、另一磁盘的目录；也可写 env:变量名、@文件",
            ),
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    from svc.recording.sealing import submit as seal

    desk = open_desk(ctx)
    sealed = desk.seals.read(month) if to else None
    if dry_run:
        return _try(desk, month, sealed, to or [])
    done = sealed or seal(desk, month, key, unsigned)
    say_sealed(desk, done)
    if to:
        from svc.notices import send_seal

        send_seal(desk, month, to)


@app.command(
    "stamp",
    help=text("a time-stamp (RFC 3161) beside a seal: the question to an authority, and its answer", "给封存加可信时间戳（RFC 3161）：生成请求、存入应答"),
    epilog="svc audit stamp 2026-10 --request 2026-10.tsq\nsvc audit stamp 2026-10 --answer 2026-10.tsr --ca tsa-ca.pem",
)
def stamp(
    ctx: typer.Context,
    month: MonthName,
    request: Annotated[Path | None, typer.Option(metavar="FILE", help=text("write the question (.tsq)", "写出请求（.tsq）"))] = None,
    answer: Annotated[Path | None, typer.Option(metavar="FILE", help=text("keep the authority's answer (.tsr)", "存入应答（.tsr）"))] = None,
    ca: Annotated[
        Path | None, typer.Option(metavar="FILE", help=text("certificates of whom to trust: openssl checks the answer", "可信根证书：由 openssl 校验应答"))
    ] = None,
) -> None:
    from svc.output.files import put
    from svc.recording import stamping

    desk = open_desk(ctx)
    if request:
        from svc.ui.files import ending

        ending(request, (".tsq",))
        print(put(request, stamping.question(desk, month)))
    elif answer:
        print(say(stamping.keep(desk, month, answer, ca)))
    else:
        print(say(stamping.shown(desk, month, ca)))


@app.command(
    "pay",
    help=text("a month's pay, a row a person, for whoever pays", "一个月的工资结算，每人一行，供发薪用"),
    epilog="svc audit pay 2026-10 --out pay.xlsx",
)
def pay(
    ctx: typer.Context,
    month: MonthName,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help=text("write it as .csv or .xlsx", "写成 .csv 或 .xlsx 文件"))
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help=text("of a month that is not sealed", "尚未封存的月份，只作草稿"))] = False,
    json_: Json = False,
    format_: Format = "table",
) -> None:
    from svc import statements
    from svc.output import files, tables

    desk = open_desk(ctx)
    rows = statements.pay_list(desk, month, draft)
    if out:
        from svc.ui.files import ending

        form = ending(out, (".csv", ".xlsx"))
        made = tables.text(rows, statements.COLUMNS, "csv").encode("utf-8-sig") if form == ".csv" else _sheet(rows, month)
        files.hand_over(out, made)
    else:
        tables.emit(rows, statements.COLUMNS, "json" if json_ else format_)


@app.command(
    "settle",
    help=text(
        "say once of what older seals only listed whether it was settled by hand",
        "逐项确认旧封存所列差额是否已人工结清（只需一次）",
    ),
    epilog="svc audit settle --by-hand 2026-08/S02/late_arrival/V2608-0001",
)
def settle(
    ctx: typer.Context,
    by_hand: Annotated[
        list[str] | None, typer.Option(metavar="LINE", help=text("settled by hand (all: every one)", "已人工结清（all：全部）"))
    ] = None,
    carry: Annotated[
        list[str] | None, typer.Option(metavar="LINE", help=text("not settled: carry it (all: every one)", "未结清，结转（all：全部）"))
    ] = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    from svc import statements
    from svc.output import json, tables
    from svc.recording.sealing import settle as record

    desk = open_desk(ctx)
    unsaid = statements.unsaid(desk)
    said = [(one, True) for one in _chosen(unsaid, by_hand)] + [(one, False) for one in _chosen(unsaid, carry)]
    if not said and not json_ and unsaid and can_ask():
        said = [(one, _ask_settled(statements.listed_row(one))) for one in unsaid]
    made = record(desk, said) if said and not dry_run else ()
    for one, settled in said:
        how = text("settled by hand", "已人工结清") if settled else text("carried", "结转")
        print(f"{one.key} {one.line.amount or ''} · {how}{dry_run_note() if dry_run else ''}")
    for entry in made:
        note(Text(f"recorded: {entry.id}", f"已登记：{entry.id}"))
    told = {one.key for one, _ in said}
    rows = [statements.listed_row(one) for one in unsaid if one.key not in told]
    if json_:
        json.emit(rows)
    elif rows:
        tables.emit(rows, statements.LISTED, "table")
    elif not said:
        print(text("nothing is left to be said", "没有需要确认的差额"))


def _chosen(unsaid: list[Listed], keys: list[str] | None) -> list[Listed]:
    """The lines that somebody names; Conflict for one that waits for nobody."""
    found = {one.key: one for one in unsaid}
    if keys == ["all"]:
        return unsaid
    for key in keys or ():
        if key not in found:
            raise Conflict(
                Text(f"no difference {key} waits to be settled", f"没有待确认的差额 {key}"),
                Text("see those that do: svc audit settle --json", "查看待确认的差额：svc audit settle --json"),
            )
    return [found[key] for key in keys or ()]


def _ask_settled(row: dict[str, Any]) -> bool:
    """Whether a line was settled by hand."""
    line = " · ".join(str(value) for value in (row["month"], row["name"] or row["staff"], row["id"], row["amount"]) if value)
    return yes_or_no(text(f"{line}: settled by hand?", f"{line}：已人工结清？"))


def _sheet(rows: list[dict[str, Any]], month: str) -> bytes:
    from svc import statements
    from svc.output.workbook import table

    return table(rows, statements.COLUMNS, statements.MONEY, text(f"pay {month}", f"工资结算 {month}"))


def _try(desk: Desk, month: str, sealed: Seal | None, to: list[str]) -> None:
    """What `submit` would refuse, refused; nothing is sealed or sent."""
    from svc.notices import targets

    receivers = targets(to)
    if sealed is None:
        say_would_seal(desk, month)
    for target in receivers:
        print(f"{month}  → {target.label}{dry_run_note()}")


command = noun("audit", app, recording=False)
