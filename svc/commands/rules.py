"""svc rules: the file that deadlines, findings and fines come from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.commands._noun import Format, Json, noun, open_desk, text
from svc.locale import Text, say

if TYPE_CHECKING:
    from svc.rules.problem import Problem

app = typer.Typer()


@app.command(
    "check",
    help=text("every mistake in the rules file, with its place", "检查规则文件，逐处指出错误"),
    epilog="svc rules check",
)
def check(
    ctx: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="[FILE]")] = None,
    json_: Json = False,
) -> None:
    from svc.commands._rules_edit import read_file
    from svc.rules.check import examine
    from svc.rules.problem import report

    name = file or "rules.yaml"
    if file:
        rules, problems = examine(name, read_file(Path(file)))
    else:
        desk = open_desk(ctx)
        rules, problems = examine(name, desk.documents.read(name) or b"", *desk.rulebook.last_sealed())
    if json_:
        from svc.output import json

        json.emit([_problem(name, p) for p in problems])
    else:
        print(report(name, problems) if problems else "", end="", file=sys.stderr)
    if problems:
        raise typer.Exit(1)
    if rules and not json_:
        print(text(f"{len(rules.rules)} rules, {len(rules.not_rules)} clauses without one: in order",
                   f"{len(rules.rules)} 条规则、{len(rules.not_rules)} 条无规则条款：无误"))  # fmt: skip


def _problem(name: str, p: Problem) -> dict[str, Any]:
    """A mistake for editors: columns count characters from 1, the end is behind the last one."""
    return {
        "file": name,
        "line": p.line,
        "column": p.column,
        "end_column": p.column + p.width,
        "code": p.code,
        "what": say(p.what),
        "hint": say(p.hint),
        "excerpt": p.excerpt,
    }


@app.command(
    "list", help=text("each clause and the rule that serves it", "每条合同条款对应的规则"), epilog="svc rules list"
)
def list_(ctx: typer.Context, json_: Json = False, format_: Format = "table") -> None:
    from svc.output import table
    from svc.rules.clauses import CLAUSES

    desk = open_desk(ctx)
    rows = []
    for clause, words in CLAUSES.items():
        served = [r for r in desk.rules.rules.values() if clause == r.clause or clause in r.see]
        other = next((n for n in desk.rules.not_rules if n.clause == clause), None)
        rows.append(
            {
                "clause": clause,
                "asks": say(words),
                "rules": ", ".join(r.id for r in served) or None,
                "why": other.why if other else None,
            }
        )
    columns = {
        "clause": Text("clause", "条款"),
        "asks": Text("asks", "要求"),
        "rules": Text("rules", "规则"),
        "why": Text("why there is none", "无规则的原因"),
    }
    table.emit(rows, columns, "json" if json_ else format_)


@app.command(
    "set",
    help=text("set an amount or limit from a day on", "从某天起设定金额或时限"),
    epilog='svc rules set late_arrival 200 --from 2026-12-01 --basis "meeting of 2026-11-20"',
)
def set_(
    ctx: typer.Context,
    rule: str = typer.Argument(metavar="RULE"),
    value: str = typer.Argument(metavar="VALUE"),
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help=text("the first day", "起始日期"))] = "",
    basis: Annotated[str | None, typer.Option(metavar="TEXT", help=text("on what basis", "依据"))] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=text("show the difference, write nothing", "只显示差异，不写入"))
    ] = False,
) -> None:
    from svc.commands._rules_edit import change

    print(change(open_desk(ctx), rule, value, from_, basis, dry_run), end="")


command = noun("rules", app, recording=False)
