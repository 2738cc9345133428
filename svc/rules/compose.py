"""A wish of a department, written as a rule with its amount, its limit and its two cases. Pure: texts in, texts out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from svc.domain.text import clean
from svc.named import NamedTuple
from svc.rules.departures import ANSWERS
from svc.rules.form.tree import Map, Pair, read
from svc.rules.model import Rules
from svc.text import Text


class Wish(NamedTuple):
    """What somebody wants, by `what` of `WHAT`.

    `yuan` are one or several amounts, by `per` month, quarter or year where there are several; `key_yuan` those for key
    customers, where they are others. `verify`: somebody has to say that it is true before it counts, by `gm_alone` the general
    manager; `excuse` is the question whose answer excuses. `of` is the rule that must not stand in a clean month.
    """

    id: str
    title: str
    what: str
    clause: str
    basis: str
    since: date
    yuan: Sequence[str]
    per: str = "month"
    key_yuan: Sequence[str] = ()
    limit: str = ""
    score: int = 2
    only_if: str = ""
    verify: bool = True
    waived_by: Sequence[str] = ()
    gm_alone: bool = False
    excuse: str = ""
    of: str = ""
    visits: int = 10

    @property
    def pays(self) -> bool:
        """Whether it is a bonus."""
        return self.what in BONUSES

    @property
    def decision(self) -> dict[str, str]:
        """What people have to answer, and how, for it to count."""
        asked = {"verified": self.verify, f"{self.id}_ruled": self.gm_alone, self.excuse: bool(self.excuse)}
        return {} if self.pays else {question: ANSWERS.get(question, "is_so") for question, wanted in asked.items() if wanted}


BONUSES = ("stars", "clean")
WHAT = {
    "conduct": Text("somebody does what he should not", "有人做了不该做的事"),
    "late": Text("a service report is handed in late", "服务单交晚了"),
    "survey": Text("a customer gives a low overall score", "客户总评打得低"),
    "report": Text("a report lacks something that the department asks for", "服务报告缺部门要的一项"),
    "stars": Text("a bonus: a customer gives a high overall score", "奖金：客户总评打得高"),
    "clean": Text("a bonus: a month in which something did not happen", "奖金：一个月里没有出某种事"),
}
"""What a rule can be about, as it is asked."""

WHOM = {
    "conduct": Text("whoever is named in the record", "登记里写明的人"),
    "late": Text("whoever leads the visit", "带队上门的人"),
    "survey": Text("whoever leads the visit", "带队上门的人"),
    "report": Text("whoever leads the visit", "带队上门的人"),
    "stars": Text("whoever leads the visit", "带队上门的人"),
    "clean": Text("everybody in the department", "部门每个人"),
}
"""Whom it hits."""

EXCUSES = {"personal_cause": Text("that it was not his own doing: roads, weather, the customer …", "不是个人造成的：路况、天气、客户改期等"),
           "no_good_reason": Text("a good reason", "有正当理由")}  # fmt: skip
"""Questions whose answer excuses."""


def _amount(wish: Wish) -> str:
    rows = [_row(wish, wish.yuan, "")]
    if wish.key_yuan:
        rows.append(_row(wish, wish.key_yuan, "when: {customer.key: yes}, "))
    head = f"  {wish.id}:\n    title: {_quote(wish.title)}\n    clause: \"{wish.clause}\"\n    history:\n"
    return head + "".join(rows)


def _row(wish: Wish, yuan: Sequence[str], when: str) -> str:
    value = f"yuan: {yuan[0]}" if len(yuan) == 1 else f"steps: {{per: {wish.per}, yuan: [{', '.join(yuan)}]}}"
    return f"      - {{from: {wish.since}, {when}{value}}}\n"


def _limit(wish: Wish) -> str:
    if wish.what != "late":
        return ""
    head = f"  {wish.id}_within:\n    title: {_quote(wish.title)}\n    clause: \"{wish.clause}\"\n    set_by: department\n    history:\n"
    return head + f"      - {{from: {wish.since}, value: {wish.limit}}}\n"


_CHECKS = {
    "conduct": ("conduct", "is: {{conduct.kind: {id}}}", "conduct.happened_at"),
    "late": ("visit", "done_within: {{start: visit.left_at, done: visit.report_closed_at, limit: {id}_within}}", "deadline"),
    "survey": ("survey", "is: {{survey.overall: up to {score}}}", "survey.given_at"),
    "report": ("report", "fields_filled: {{fields: [report.{id}]}}", "report.closed_at"),
    "stars": ("survey", "is: {{survey.overall: from {score}}}", "survey.given_at"),
    "clean": ("person_month", "is: {{person_month.{of}: 0}}", "person_month.ended_at"),
}


def _rule(wish: Wish) -> str:
    subject, check, at = _CHECKS[wish.what]
    lines = [
        f"- id: {wish.id}", f"  from: {wish.since}", f'  clause: "{wish.clause}"', f"  basis: {_quote(wish.basis)}",
        f"  title: {_quote(wish.title)}", f"  subject: {subject}",
    ]  # fmt: skip
    own = {"late": "visit.reportable: yes", "clean": f"person_month.visits: from {wish.visits}"}.get(wish.what, "")
    only_if = ", ".join(one for one in (own, wish.only_if) if one)
    lines += [f"  only_if: {{{only_if}}}"] if only_if else []
    lines += [f"  check: {{{check.format(id=wish.id, score=wish.score, of=wish.of)}}}"]
    if wish.pays:
        lines += [f"  earned_at: {at}", f"  reward: {{pay: {wish.id}}}"]
    else:
        asked = ", ".join(f"{question}: {answer}" for question, answer in wish.decision.items())
        lines += [f"  offence_at: {at}", *([f"  decision: {{{asked}}}"] if asked else []), f"  sanction: {{fine: {wish.id}}}"]
    lines += [f"  waived_by: [{', '.join(wish.waived_by)}]"] if wish.waived_by else []
    return "".join(f"  {line}\n" for line in lines)


def _question(wish: Wish) -> str:
    """The question that only the general manager answers."""
    if wish.pays or not wish.gm_alone:
        return ""
    return (
        f"  {wish.id}_ruled:\n    title: {_quote(wish.title)}\n    ask: {_quote(wish.title + '，是不是这样')}\n"
        "    answers: {is_so: 是, not_so: 不是}\n    decided_by: [gm]\n"
    )


def _own(wish: Wish) -> tuple[str, str]:
    part = {"conduct": "conduct_kinds", "report": "report_items"}.get(wish.what, "")
    return part, f"    {wish.id}: {{title: {_quote(wish.title)}}}\n" if part else ""


def cases(wish: Wish) -> str:
    """Two cases: in which it stands, and in which it does not."""
    day = wish.since + timedelta(days=9)
    bad, good = {
        "conduct": (f"conduct: {{kind: {wish.id}, happened_at: {day}T10:00}}", f"conduct: {{kind: other, happened_at: {day}T10:00}}"),
        "late": (
            f"visit: {{reportable: yes, left_at: {day}T10:00, report_closed_at: }}",
            f"visit: {{reportable: yes, left_at: {day}T10:00, report_closed_at: {day}T10:01}}",
        ),
        "survey": (f"survey: {{given_at: {day}T10:00, overall: {wish.score}}}", f"survey: {{given_at: {day}T10:00, overall: 5}}"),
        "report": (f"report: {{closed_at: {day}T10:00, {wish.id}: }}", f"report: {{closed_at: {day}T10:00, {wish.id}: 有}}"),
        "stars": (f"survey: {{given_at: {day}T10:00, overall: {wish.score}}}", f"survey: {{given_at: {day}T10:00, overall: 1}}"),
        "clean": (
            f"person_month: {{visits: {wish.visits}, {wish.of}: 0, ended_at: {day}T23:59}}",
            f"person_month: {{visits: {wish.visits}, {wish.of}: 1, ended_at: {day}T23:59}}",
        ),
    }[wish.what]
    key = {"customer.key: yes": "yes", "customer.key: no": "no"}.get(wish.only_if, "no" if wish.key_yuan else "")
    customer = f", customer: {{key: {key}}}" if key else ""
    ruled = ", ruled: uphold" if wish.decision else ""
    now = f"{wish.since + timedelta(days=200)}T12:00"
    stands = f"{{{wish.id}: {{status: final, amount: {wish.yuan[0]}}}}}"
    return (
        f"  - name: {_quote(wish.title + '，成立')}\n    now: {now}\n    given: {{{bad}{customer}{ruled}}}\n    expect: {stands}\n"
        f"  - name: {_quote(wish.title + '，不成立')}\n    now: {now}\n    given: {{{good}{customer}}}\n    expect: {{{wish.id}: ok}}\n"
    )


def _quote(text: str) -> str:
    """A text that YAML reads as it is."""
    said = " ".join(clean(text, "text").split())
    return said if re.fullmatch(r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff ，、。；（）/.+-]*", said) else "'" + said.replace("'", "''") + "'"


# ---- into the file -------------------------------------------------------------------------------------


def write(data: bytes, wish: Wish) -> bytes:
    """The rules file with the wish in it, every other line kept; it must be of the second format."""
    lines = data.decode().splitlines(keepends=True)
    root = read(data).root
    assert isinstance(root, Map)
    places = sorted(_places(root, wish), key=lambda one: -one[0])
    for line, text in places:
        lines[line:line] = [text]
    return "".join(lines).encode()


def _places(root: Map, wish: Wish) -> list[tuple[int, str]]:
    """What is put in behind which line (counted from 1)."""
    found = [(_head(root.pairs["amounts"]), _amount(wish)), (_head(root.pairs["rules"]), _rule(wish))]
    found += [(_head(root.pairs[part]), text) for part, text in (("limits", _limit(wish)), ("questions", _question(wish))) if text]
    part, text = _own(wish)
    own = root.pairs.get("own")
    if part and own is None:
        found.append((_head(root.pairs["amounts"]) - 1, f"own:\n  {part}:\n{text}\n"))
    elif part and own is not None:
        known = own.value.pairs.get(part) if isinstance(own.value, Map) else None
        found.append((_head(known), text) if known else (_head(own), f"  {part}:\n{text}"))
    return found


def _head(pair: Pair) -> int:
    return pair.key.place.line


def append_cases(data: bytes, wish: Wish) -> bytes:
    """The file of cases with two more at its end."""
    text = data.decode()
    return (text if text.endswith("\n") else text + "\n").encode() + cases(wish).encode()


def always(rules: Rules, wish: Wish) -> Rules:
    """The rules with the wish in force from the beginning: for looking at what was before its day."""
    first = date(2000, 1, 1)
    amount, rule = rules.amounts[wish.id], rules.rules[wish.id]
    name = f"{wish.id}_within"
    limits = {
        id: one._replace(history=tuple(row._replace(since=first) for row in one.history))
        for id, one in rules.limits.items()
        if id == name
    }
    amount = amount._replace(history=tuple(row._replace(since=first) for row in amount.history))
    return rules._replace(
        sha256="",
        amounts={**rules.amounts, wish.id: amount},
        limits={**rules.limits, **limits},
        rules={**rules.rules, wish.id: rule._replace(since=None)},
    )
