"""svc rules new: asks a head at a terminal what he wants, writes it as a rule with its two cases, shows and replays it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import typer

from svc.commands.rules_runs import hits, months, told_of
from svc.desk.open import Desk
from svc.domain.clock.base import month_names
from svc.domain.kinds import Day
from svc.domain.ledgers import RULERS
from svc.errors import BadInput, Conflict, Several, SvcError
from svc.recording.rules import keep_rules
from svc.rules import compose
from svc.rules.cases import read_cases, tried
from svc.rules.clauses import CLAUSES
from svc.rules.compose import EXCUSES, WHAT, WHOM, Wish
from svc.rules.describe import told
from svc.rules.file import examine
from svc.rules.form.problem import Problem, how_many, report
from svc.rules.form.reader import ID
from svc.rules.form.values import Wrong, money, span
from svc.rules.inspection import gives_reason, inspect
from svc.rules.model import Rules
from svc.rules.results import carry_out
from svc.text import Text, quoted, quoted_zh, say
from svc.ui.ask import Back, Left, Question, ask, can_ask, confirm

V = TypeVar("V")
FILE, CASES = "rules.yaml", "rules_tests.yaml"


def converse(desk: Desk) -> None:
    """Ask, show, replay, and write both files; nothing is written before it was confirmed."""
    desk.permit(desk.who, RULERS, Text("change the rules", "修改规则"))
    if not can_ask():
        raise BadInput(
            Text("svc rules new asks its questions at a terminal", "svc rules new 在终端里逐项提问"),
            Text("or write the rule into rules.yaml: docs/rules.md has thirteen examples", "也可以直接写进 rules.yaml：docs/rules.md 有十三个例子"),
        )
    if desk.rules.version == 1:
        raise BadInput(
            Text("rules.yaml is of the first format", "rules.yaml 还是第一版格式"),
            Text("write `format: svc-rules/2` at its top and look with svc rules check", "把开头改成  format: svc-rules/2，再运行 svc rules check"),
        )
    wish = _asked(desk)
    old, old_cases = desk.documents.read(FILE) or b"", desk.documents.read(CASES) or b"format: svc-rules-tests/1\ntests:\n"
    new, new_cases = compose.write(old, wish), compose.append_cases(old_cases, wish)
    rules, notes = _examined(desk, new, new_cases, wish)
    _show(desk, rules, wish)
    if notes:
        print(report(FILE, notes), file=sys.stderr)
    confirm(say(Text("write it into rules.yaml and rules_tests.yaml?", "写进 rules.yaml 和 rules_tests.yaml 吗？")))
    with desk.ledger.lock():
        if desk.documents.read(FILE) != old:
            raise Conflict(
                Text("rules.yaml was changed by somebody else meanwhile", "这期间别人改了 rules.yaml"),
                Text("begin again: svc rules new", "请重新开始：svc rules new"),
            )
        desk.documents.keep(CASES, new_cases, desk.documents.read(CASES))
        keep_rules(desk, new, old, f"{wish.id}: {wish.basis}")
    print(say(Text(f"written: {wish.id}, in force from {wish.since}", f"已写入：{wish.id}，{wish.since} 起执行")))


# ---- asking --------------------------------------------------------------------------------------------


def _asked(desk: Desk) -> Wish:
    """The wish, question by question; a wrong answer is asked for again."""
    what = _choice(Text("what happens", "发生了什么事"), WHAT)
    print(say(Text(f"  it concerns {WHOM[what].en}", f"  落到：{WHOM[what].zh}")))
    only_if = _whom(what)
    title = _one(Text("in words, as it stands on a statement", "用一句话写明，会印在通知单上"), _some_text)
    known = {*desk.rules.rules, *desk.rules.amounts}
    id = _one(Text("a short name in English letters, like smoking", "英文代号，如 smoking"), lambda text: _new_id(text, known))
    clause = _one(Text("which clause it belongs to, like 3.3", "属于合同哪一条，如 3.3"), _clause)
    basis = _one(Text("on what decision, of which day, made known how", "依据：部门哪天的什么规定、是否公布"), _some_text)
    since = _one(Text("from which day on", "从哪天起"), lambda text: _since(text, desk))
    limit = _one(Text("within which time, like 48 hours", "多长时间以内，如 48 hours"), _span) if what == "late" else ""
    bounds = {"survey": (Text("up to which score (1 to 4)", "几分以下（1 到 4）"), _score, "2"),
              "stars": (Text("from which score on (2 to 5)", "几分以上（2 到 5）"), _high_score, "5")}  # fmt: skip
    score = int(_one(*bounds[what])) if what in bounds else 2
    of, visits = _of_month(desk) if what == "clean" else ("", 10)
    yuan = _one(Text("how many yuan; several for the 1st, 2nd, … time", "多少元；按次数递增的写几个，如 100 200 400"), _amounts)
    per = _choice(Text("counted in", "按多长时间计次"), PERIODS) if len(yuan) > 1 else "month"
    wish = Wish(id, title, what, clause, basis, since, yuan, per, (), limit, score, only_if, False, (), False, "", of, visits)
    return wish if wish.pays else _sanctioned(wish)


def _whom(what: str) -> str:
    """To whom it is narrowed, as a condition."""
    if what in ("conduct", "clean"):
        return ""
    narrowed = {"": Text("at every customer", "不管哪家客户"), "customer.key: yes": Text("only at key customers", "只看重点客户"),
                "customer.key: no": Text("only at others than key customers", "只看非重点客户")}  # fmt: skip
    return _choice(Text("to whom", "查哪些"), narrowed)


def _of_month(desk: Desk) -> tuple[str, int]:
    """Which rule must not stand in a month, and in how many visits."""
    rules = [rule.id for rule in desk.rules.rules.values() if rule.subject != "person_month"]

    def known(text: str) -> str:
        if text not in rules:
            raise _refused(text, Text("a rule of svc rules list, like late_arrival", "规则代号，如 late_arrival（svc rules list）"))
        return text

    of = _one(Text("what did not happen: a rule, like late_arrival", "没有出什么事：规则代号，如 late_arrival"), known)
    return of, _one(Text("in at least how many visits", "至少多少次上门"), _count, "10")


def _sanctioned(wish: Wish) -> Wish:
    """What makes it worse, who rules, what excuses, who may waive."""
    worse: tuple[str, ...] = ()
    if not wish.only_if and wish.what != "conduct":
        worse = _one(Text("what makes it worse: yuan at a key customer (Enter: the same)", "重点客户罚多少（回车：一样）"), _maybe_amounts, "-")
    ruling = {"both": Text("head or general manager, who say that it is true", "主管或总经理，先认定属实"),
              "gm": Text("the general manager alone", "只由总经理认定")}  # fmt: skip
    if wish.what != "conduct":  # what somebody only says of another is never charged by itself
        ruling["nobody"] = Text("nobody: it counts by itself", "不用认定，查到就算")
    rules = _choice(Text("who rules", "由谁认定"), ruling)
    excuse = _choice(Text("what excuses", "什么情况可以不算"), {"": Text("nothing", "没有"), **EXCUSES})
    waive = _one(Text("who may waive it: head, gm or both (Enter: who rules)", "谁可以免罚：head、gm（回车：认定的人）"), _roles, "-")
    return wish._replace(key_yuan=worse, verify=rules != "nobody", gm_alone=rules == "gm", excuse=excuse, waived_by=waive)


PERIODS = {"month": Text("a month", "一个月"), "quarter": Text("a quarter", "一个季度"), "year": Text("a year", "一年")}


def _one(asked: Text, read: Callable[[str], V], default: str = "") -> V:
    while True:
        try:
            return read(ask(Question(say(asked), default)))
        except SvcError as error:
            print(say(error.what) + (f" · {say(error.hint)}" if error.hint else ""), file=sys.stderr)
        except (Back, Left):
            raise typer.Abort from None


def _choice(asked: Text, known: dict[str, Text]) -> str:
    print(say(asked) + say(Text(":", "：")), file=sys.stderr)
    for n, words in enumerate(known.values(), 1):
        print(f"  {n}  {say(words)}", file=sys.stderr)
    keys = list(known)

    def number(text: str) -> str:
        if text in keys:
            return text
        if text.isascii() and text.isdigit() and 0 < int(text) <= len(keys):
            return keys[int(text) - 1]
        raise _refused(text, Text(f"a number from 1 to {len(keys)}", f"1 到 {len(keys)} 的数字"))

    return _one(Text("number", "序号"), number)


def _refused(text: str, hint: Text) -> BadInput:
    return BadInput(Text(f"{quoted(text)} will not do", f"{quoted_zh(text)}不行"), hint)


def _some_text(text: str) -> str:
    if not gives_reason(text):
        raise _refused(text, Text("write it in words: it stands on every statement", "请写明：它要印在每张通知单上"))
    return text


def _since(text: str, desk: Desk) -> date:
    day = date.fromisoformat(Day().read(text, "--from", desk))
    if f"{day:%Y-%m}" in desk.rulebook.last_sealed()[0]:
        raise _refused(text, Text(f"{day:%Y-%m} is sealed: a later day", f"{day:%Y-%m} 已封存：请写以后的日子"))
    return day


def _new_id(text: str, known: set[str]) -> str:
    if not ID.fullmatch(text):
        raise _refused(text, Text("small letters, digits and _, three at least", "小写字母、数字和下划线，至少三个"))
    if text in known:
        raise _refused(text, Text("there is a rule or amount of that name", "已有同名的规则或金额"))
    return text


def _clause(text: str) -> str:
    if text not in CLAUSES:
        raise _refused(text, Text("see: svc rules list", "条款见：svc rules list"))
    return text


def _span(text: str) -> str:
    found = span(text)
    if isinstance(found, Wrong):
        raise BadInput(found.what, found.hint)
    return text


def _score(text: str) -> str:
    if text not in ("1", "2", "3", "4"):
        raise _refused(text, Text("1 to 4", "1 到 4"))
    return text


def _high_score(text: str) -> str:
    if text not in ("2", "3", "4", "5"):
        raise _refused(text, Text("2 to 5", "2 到 5"))
    return text


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1000):
        raise _refused(text, Text("a number, like 10", "数字，如 10"))
    return int(text)


def _amounts(text: str) -> tuple[str, ...]:
    found = [money(one) for one in text.replace(",", " ").replace("，", " ").split()]
    wrong = next((one for one in found if isinstance(one, Wrong)), None)
    if wrong or not found:
        raise BadInput(wrong.what, wrong.hint) if wrong else _refused(text, Text("like 50", "如 50"))
    return tuple(str(one) for one in found)


def _maybe_amounts(text: str) -> tuple[str, ...]:
    return () if text == "-" else _amounts(text)


def _roles(text: str) -> tuple[str, ...]:
    if text == "-":
        return ()
    roles = tuple(text.replace(",", " ").replace("、", " ").replace(" and ", " ").split())
    if not roles or any(role not in RULERS for role in roles):
        raise _refused(text, Text(" or ".join(RULERS), "、".join(RULERS)))
    return roles


# ---- showing -------------------------------------------------------------------------------------------


def _examined(desk: Desk, new: bytes, new_cases: bytes, wish: Wish) -> tuple[Rules, list[Problem]]:
    """The new rules and what of the new one is worth a look, where they and their cases are in order; Several with what is not."""
    rules, problems = examine(FILE, new, *desk.rulebook.last_sealed())
    notes: list[Problem] = []
    if rules is not None:
        cases, mistakes = read_cases(new_cases, rules)
        told_ = [p for p in inspect(new, rules, desk.now().date(), tried(cases)) if wish.id in p.what.en]
        notes = [p for p in told_ if p.note and p.code != "undeclared-pair"]
        problems = mistakes or [p for p in told_ if not p.note]
        failed = [case.name for case in cases if wish.id in case.expect and carry_out(case, rules).differences]
        if failed:
            raise BadInput(Text(f"its cases come out otherwise: {', '.join(failed)}", f"测试结果不符：{'、'.join(failed)}"))
    if rules is None or problems:
        raise Several([p.error(FILE) for p in problems], how_many(FILE, len(problems)))
    return rules, notes


def _show(desk: Desk, rules: Rules, wish: Wish) -> None:
    """The rule in words, in both languages, and what the last three months would have been by it."""
    steps = told(rules, rules.rules[wish.id])
    for words in ([step.text.zh for step in steps], [step.text.en for step in steps]):
        print("\n".join(f"  {line}" for line in words) + "\n")
    now = f"{desk.now():%Y-%m}"
    past = months(month_names(now, 3)[0], now, desk)
    always = compose.always(rules, wish)
    lines = told_of(desk, hits(desk, desk.rules, always, past[0]))
    said = Text("had it held for the last three months, as far as they are open:", "如果过去三个月（未封存的）就执行：")
    print(say(said))
    for line in lines or [Text("  nobody would have been concerned", "  不会涉及任何人")]:
        print(say(line))
