"""What can be read and is dangerous all the same: a question left out, an amount too many, two rules for one thing.

`lacks` says what a rule leaves out of its clause: in a file of the second format its findings are held until
`departs_from` says that this is meant. `inspect` says the rest, for `svc rules check`: nothing of it stops a month.
"""

from __future__ import annotations

from svc.rules.clauses import NEEDS, Needs
from svc.rules.model import Rule

REPORTED = ("complaint", "conduct")


def lacks(rule: Rule) -> tuple[str, ...]:
    """The conditions of its clause that a rule with a sanction does not keep: questions, facts, gravities."""
    sanction = rule.sanction
    if sanction is None:
        return ()
    needs = NEEDS.get(rule.clause, Needs())
    asks = list(needs.asks)
    reported = rule.subject in REPORTED or "expense.flag" in rule.check.facts
    if reported and "verified" not in asks and "no_good_reason" not in asks:
        asks.insert(0, "verified")
    if rule.clause == "4.3" and (sanction.record or sanction.by_degree):
        asks.append("bad_faith")
    found = [question for question in asks if question not in rule.decision]
    found += [kind for kind in (*sanction.record, *sanction.by_degree) if kind not in needs.record]
    if needs.looks_at and rule.check.kind == "done_between" and needs.looks_at not in rule.check.args:
        found.append(needs.looks_at)
    return tuple(dict.fromkeys(found))
