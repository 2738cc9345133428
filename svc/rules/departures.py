"""What a rule leaves out of its clause: questions, facts, gravities. In a file of the second format its findings are held
until `departs_from` says that this is meant."""

from __future__ import annotations

from collections.abc import Iterator

from svc.rules.clauses import NEEDS, Needs
from svc.rules.model import Rule
from svc.text import Text

REPORTED = ("complaint", "conduct")
ANSWERS = {
    "personal_cause": "personal",
    "verified": "true_fact",
    "harms_image": "harmed",
    "no_good_reason": "no_reason",
    "bad_faith": "fraud",
}
"""What must be answered for a sanction to follow."""
OTHER_ANSWERS = ("not_personal", "not_proved", "not_harmed", "has_reason", "mistake")


def lacks(rule: Rule) -> tuple[str, ...]:
    """The conditions of its clause that a rule with a sanction does not keep."""
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
    asks += [question for question, answer in rule.decision.items() if answer in OTHER_ANSWERS]
    found = [question for question in asks if rule.decision.get(question, OTHER_ANSWERS[0]) in OTHER_ANSWERS]
    found += [kind for kind in (*sanction.record, *sanction.by_degree) if kind not in needs.record]
    return tuple(dict.fromkeys([*found, *_other_facts(rule, needs)]))


def _other_facts(rule: Rule, needs: Needs) -> Iterator[str]:
    """What the clause compares and this rule does not, as it would be written."""
    kinds = (needs.kind, "done_within") if needs.kind == "done_by" else (needs.kind,)
    if rule.check.kind not in kinds or not needs.measures:
        return
    written = {**rule.check.args, "offence_at": rule.offence_at}
    if rule.check.kind != needs.kind:  # done_within: what was called off, or never recorded, would count as not done
        if (written.get("start"), written.get("done")) == (needs.measures["deadline"], needs.measures["done"]):
            yield f"given_up: {needs.measures['given_up']}"
        return
    for key, fact in needs.measures.items():
        if written.get(key) != fact and not (key in needs.may_omit and key not in written):
            yield f"{key}: {fact}"


def in_words(rule: Rule, found: tuple[str, ...]) -> tuple[Text, Text]:
    """What a rule leaves out, and how to mend it: questions first, then gravities, then facts."""
    fines = bool(rule.sanction and rule.sanction.amount)
    does = Text("fines", "罚款") if fines else Text("punishes", "处分")
    asked = [one for one in found if one in ANSWERS]
    facts = [one for one in found if ": " in one]
    heavy = [one for one in found if one not in asked and one not in facts]
    if asked:
        add = ", ".join(f"{one}: {ANSWERS[one]}" for one in asked)
        return (
            Text(f"{rule.id} {does.en} under {rule.clause} without asking {', '.join(asked)}",
                 f"{rule.id} 按 {rule.clause} {does.zh}，没有问 {'、'.join(asked)}"),
            Text(f"add  decision: {{{add}}}", f"补上  decision: {{{add}}}"),
        )
    if heavy:
        return (
            Text(f"{rule.id} enters {', '.join(heavy)} under {rule.clause}, which is heavier than the clause",
                 f"{rule.id} 按 {rule.clause} 记 {'、'.join(heavy)}，比合同写的重"),
            Text("keep to what the clause names", "按合同写的处分"),
        )
    named = ", ".join(one.partition(": ")[0] for one in facts)
    return (
        Text(f"{rule.id} {does.en} under {rule.clause} and does not look at what the clause says: {named}",
             f"{rule.id} 按 {rule.clause} {does.zh}，查的不是合同写的：{named}"),
        Text(f"write  {', '.join(facts)}", f"写成  {', '.join(facts)}"),
    )
