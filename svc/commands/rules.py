"""svc rules: the file that deadlines, findings and fines come from."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from svc.desk.open import Desk
from svc.domain.kinds import Day
from svc.domain.ledgers import RULERS
from svc.errors import BadInput
from svc.text import Text, example, for_example, quoted, quoted_zh, say
from svc.ui.ask import can_ask, confirm
from svc.ui.groups import Readings, noun
from svc.ui.options import dry_run_note, open_desk, text
from svc.ui.shared import Format, Json

if TYPE_CHECKING:
    from svc.rules.model import Rule, Rules

app = Readings()


class SchemaOf(StrEnum):
    """The files that there is a JSON Schema of."""

    rules = "rules"
    tests = "tests"
    map = "map"



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
    from svc.commands.rules_check import look
    from svc.rules.form.problem import report

    made = look(ctx, file)
    if json_:
        from svc.output import json

        json.emit([p.row(made.name) for p in made.problems])
    else:
        print(report(made.name, made.problems) if made.problems else "", end="", file=sys.stderr)
    if made.wrong:
        raise typer.Exit(1)
    if made.rules and not json_:
        print(text(f"{len(made.rules.rules)} rules, {len(made.rules.not_rules)} clauses without one: in order",
                   f"{len(made.rules.rules)} 条规则、{len(made.rules.not_rules)} 条无规则条款：无误"))  # fmt: skip
        for line in made.hits:
            print(say(line))


@app.command(
    "list", help=text("each clause and the rule that serves it", "每条合同条款对应的规则"), epilog="svc rules list"
)
def list_(ctx: typer.Context, json_: Json = False, format_: Format = "table") -> None:
    from svc.output import tables as table
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
                "why": say(other.why) if other else None,
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
    epilog=say(example('svc rules set late_arrival 200 --from 2026-12-01 --basis "{}"', Text("meeting of 2026-11-20", "11月20日会议决定"))),
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
    yes: Annotated[bool, typer.Option("--yes", help=text("do not ask", "不再询问"))] = False,
) -> None:
    print(_change(open_desk(ctx), rule, value, from_, basis, dry_run, yes), end="")


@app.command(
    "accept",
    help=text("record that rules.yaml was changed by hand", "登记手工修改过的规则文件"),
    epilog=say(example('svc rules accept --reason "{}"', Text("meeting of 2026-11-20", "11月20日会议决定"))),
)
def accept(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=text("what was changed and why", "改了什么、为什么"))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("write nothing", "不写入"))] = False,
) -> None:
    from svc.commands.rules_check import accepted

    entry, hit = accepted(open_desk(ctx), reason, dry_run)
    if entry is None:
        print(text("nothing to accept: rules.yaml is as it was recorded", "无需登记：规则文件与上次记录一致"))
    else:
        note = dry_run_note() if dry_run else ""
        print(text(f"{entry.id}  rules.yaml accepted as it is{note}", f"{entry.id}  规则文件已按现状登记{note}"))
        for line in hit:
            print(say(line))


def _change(desk: Desk, item: str, value: str, since: str, basis: str | None, dry: bool, yes: bool) -> str:
    """Set a value from a day on; the difference, and whom it hits in open months, as lines.

    Where somebody would pay more, a person at a terminal is asked. NotPermitted for who may not, BadInput for what
    is wrong.
    """
    from svc.recording.rules import keep_rules
    from svc.rules.edit import difference, ended, in_force_until, set_value
    from svc.rules.file import load

    desk.permit(desk.who, RULERS, Text("change the rules", "修改规则"))
    if not since:
        raise BadInput(
            Text("missing: --from", "缺少：--from"),
            for_example(f"svc rules set {item} {value} --from 2026-12-01"),
        )
    day = date.fromisoformat(Day().read(since, "--from", desk))
    hit = _hit(desk, item, value, day, basis, yes or dry)
    with desk.ledger.lock():
        old = desk.documents.read("rules.yaml") or b""
        new = set_value(old, desk.rules, item, value, day, basis, desk.who, frozenset(desk.seals.months()))
        if not dry and new != old:
            keep_rules(desk, new, old, f"{item} = {value}, {day}" + (f": {basis}" if basis else ""))
    if new == old:
        return say(
            Text(
                f"nothing changed: {item} is {value} from {day} already; on what basis stands beside it in rules.yaml\n",
                f"没有变化：{item} 自 {day} 起已是 {value}；依据写在 rules.yaml 中那一行\n",
            )
        )
    shown = difference(old, new) + hit
    now = load("rules.yaml", new)
    over = ended(now, item, day)
    if over:
        shown += say(Text(f"note: {over.en}", f"提醒：{over.zh}")) + "\n"
    ends = in_force_until(now, item, day)
    if ends:
        shown += say(Text(f"in force until {ends}, when the next row begins\n", f"执行到 {ends}，之后由下一行接替\n"))
    return shown


def _hit(desk: Desk, item: str, value: str, day: date, basis: str | None, sure: bool) -> str:
    """Whom a value hits that holds in open months already; Abort where somebody at a terminal does not go on."""
    from svc.rules.edit import set_value
    from svc.rules.file import load

    if day > desk.now().date():
        return ""
    from svc.commands.rules_runs import hits, raises, told_of

    old = desk.documents.read("rules.yaml") or b""
    new = set_value(old, desk.rules, item, value, day, basis, desk.who, frozenset(desk.seals.months()))
    made = hits(desk, load("rules.yaml", old), load("rules.yaml", new), f"{day:%Y-%m}") if new != old else None
    lines = [Text("in open months this changes:", "在未封存的月份里会改变："), *told_of(desk, made)] if made and made.changes else []
    shown = "".join(say(line) + "\n" for line in lines)
    if made and raises(made) and not sure and can_ask():
        print(shown, end="")
        confirm(say(Text("somebody pays more: go on?", "有人会多扣钱，继续吗？")))
        return ""
    return shown


@app.command(
    "explain",
    help=text(
        "what a rule or clause asks, who rules, what it costs and since when",
        "一条规则或条款：查什么、谁认定、罚多少、从何时起",
    ),
    epilog="svc rules explain late_arrival",
)
def explain(
    ctx: typer.Context,
    what: str = typer.Argument(metavar="RULE|CLAUSE"),
    json_: Json = False,
) -> None:
    from svc.output import json
    from svc.output.terminal import show_steps as show_steps
    from svc.rules import describe
    from svc.rules.explain import rows

    rules = open_desk(ctx).rules
    meant = _meant(rules, what)
    told = [(rule.id, describe.told(rules, one)) for rule in meant for one in rules.versions.get(rule.id, (rule,))]
    if any(one.clause == what for one in rules.not_rules):
        told = [(what, describe.of_clause(rules, what)), *told]
    if json_:
        json.emit([{"id": id, "steps": rows(steps)} for id, steps in told])
        return
    for n, (_, steps) in enumerate(told):
        print("\n" if n else "", end="")
        show_steps(steps)


def _meant(rules: Rules, what: str) -> list[Rule]:
    """The rule of that id, or those that serve a clause; BadInput for what is neither."""
    from svc.rules.clauses import CLAUSES
    from svc.rules.describe import serving
    from svc.rules.form.reader import nearest

    if what in rules.rules:
        return [rules.rules[what]]
    if what in CLAUSES:
        return serving(rules, what)
    near = nearest(what, [*rules.rules, *CLAUSES])
    raise BadInput(
        Text(f"there is no rule or clause {quoted(what)}", f"没有规则或条款{quoted_zh(what)}"),
        Text(f"did you mean {near}?", f"是不是 {near}？")
        if near
        else Text("see: svc rules list", "查看：svc rules list"),
    )


@app.command(
    "test",
    help=text(
        "carry out the cases of rules_tests.yaml; FILE holds other cases, or other rules",
        "运行 rules_tests.yaml 里的测试；FILE 是另外的测试或规则表",
    ),
    epilog="svc rules test",
)
def test(
    ctx: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="[FILE]")] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help=text("exit 1 also where a sanction is not tested both ways", "处分没有两个方向的测试时也以 1 退出"),
        ),
    ] = False,
    json_: Json = False,
) -> None:
    from svc.commands.rules_runs import Trial
    from svc.output import json

    made = Trial.of(open_desk(ctx), file)
    if json_:
        json.emit(made.document())
    else:
        made.show()
    if not made.passed or (strict and not made.coverage.complete):
        raise typer.Exit(1)


@app.command(
    "replay",
    help=text(
        "what past months would have been by another rules file; nothing is written",
        "按另一份规则表重算过去的月份；不写入任何内容",
    ),
    epilog="svc rules replay new.yaml --from 2026-07 --to 2026-09",
)
def replay(
    ctx: typer.Context,
    file: str = typer.Argument(metavar="FILE"),
    from_: str = typer.Option(..., "--from", metavar="YYYY-MM", help=text("the first month", "起始月份")),
    to: str = typer.Option(..., "--to", metavar="YYYY-MM", help=text("the last month", "最后一个月")),
    json_: Json = False,
) -> None:
    from svc.commands.rules_runs import PastMonths
    from svc.output import json

    run = PastMonths(open_desk(ctx), file, from_, to)
    if json_:
        json.emit(run.document())
    else:
        run.show()


@app.command(
    "new",
    help=text(
        "ask what shall be a rule, and write it with its cases; on a terminal",
        "逐项提问，写出一条新规则和它的测试；在终端里用",
    ),
    epilog="svc rules new",
)
def new(ctx: typer.Context) -> None:
    from svc.commands.rules_new import converse

    converse(open_desk(ctx))


@app.command(
    "schema",
    help=text(
        "JSON Schema of rules.yaml, of its tests or of an import map, so that editors complete and underline",
        "rules.yaml、测试文件或导入对应表的 JSON Schema，编辑器据此补全和标错",
    ),
    epilog="svc rules schema > rules.schema.json",
)
def schema(
    what: Annotated[SchemaOf, typer.Argument(metavar="[rules|tests|map]", help=text("of which file", "哪个文件"))] = SchemaOf.rules,
) -> None:
    from svc.output import json
    from svc.rules import editor_schema

    if what is SchemaOf.map:
        from svc.intake.mapfile import json_schema

        json.emit(json_schema())
    else:
        json.emit(editor_schema.cases() if what is SchemaOf.tests else editor_schema.rules())


command = noun("rules", app, recording=False)
