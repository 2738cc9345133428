"""The rules of a desk: the file as it is, and what each sealed month was computed by."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from functools import cached_property
from itertools import combinations

from svc.domain import cases, ledgers
from svc.errors import BadInput, Damaged
from svc.rules.model import Rule, Rules, SealedFines, Versions
from svc.store.seals import Seals
from svc.text import Text, near, quoted, quoted_zh

FILE = "rules.yaml"


class Rulebook:
    """`rules.yaml` and the copies kept with the seals. A sealed month is judged by its copy, whatever the file says."""

    def __init__(self, data: bytes, seals: Seals) -> None:
        self._data = data
        self.seals = seals
        self._of: dict[str, Rules] = {}

    @cached_property
    def current(self) -> Rules:
        """The rules in force; Several with every mistake where they are wrong."""
        from svc.rules.file import load

        return load(FILE, self._data)

    @cached_property
    def versions(self) -> Versions:
        """The rules in force, and for each sealed month those that it was computed by."""
        return Versions(self.current, frozenset(self.seals.months()), self.of, lambda: self.fines, lambda: self.others)

    @cached_property
    def fines(self) -> tuple[SealedFines, ...]:
        """The fines that each seal charged, or took back, in the order of the seals."""
        found = []
        for month in self.seals.months():
            seal, times = self.seals.read(month), Counter[tuple[str, str]]()
            figures = json.loads(self.seals.figures(month))
            for line in figures["pay"]["lines"] if "pay" in figures else ():
                if line["kind"] == "fine":
                    times[line["staff"] or "", line["id"]] += line["times"]
            for row in () if "pay" in figures else figures.get("fined", ()):  # a seal from before they kept their lines
                back = row["status"] != "final" if row["amount"] is None else row["amount"].startswith("-")
                times[row["staff"] or "", row["id"]] += -1 if back else 1
            if seal:
                found.append(SealedFines(month, datetime.fromisoformat(seal.at), times))
        return tuple(found)

    def of(self, month: str) -> Rules:
        """The rules that a month is judged by; Damaged where the copy is not what was sealed."""
        if month not in self._of:
            seal = self.seals.read(month)
            other = seal is not None and seal.rules != self.current.sha256
            rules = self._kept(month, seal.rules) if seal and other else self.current
            self._of[month] = rules._replace(same_rule="both") if seal and self._without_lines(month) else rules
        return self._of[month]

    def _without_lines(self, month: str) -> bool:
        """Whether a month was sealed before seals kept what they charged: one rule found twice on one act was charged twice."""
        return b'"pay": {' not in self.seals.figures(month)

    @cached_property
    def others(self) -> tuple[Rules, ...]:
        """The rules files, other than that of today, that sealed months were computed by: each once, however many months."""
        seals = {month: self.seals.read(month) for month in self.seals.months()}
        months = {seal.rules: month for month, seal in seals.items() if seal and seal.rules != self.current.sha256}
        return tuple(self.of(month) for month in months.values())

    def _kept(self, month: str, sha256: str) -> Rules:
        from svc.rules.file import load

        rules = load(*self.seals.rules(month))
        if rules.sha256 != sha256:
            raise Damaged(
                Text(
                    f"the rules kept with {month} are not those it was sealed with", f"{month} 留存的规则与封存时不一致"
                ),
                Text(
                    "svc ledger verify says more; take the file back from a backup",
                    "详见 svc ledger verify；请用备份恢复",
                ),
                place=rules.path,
            )
        return rules

    def last_sealed(self) -> tuple[frozenset[str], Rules | None]:
        """The sealed months, and the rules that the last of them was computed by; None where none is sealed."""
        from svc.rules.file import load

        months = self.seals.months()
        return frozenset(months), (load(*self.seals.rules(months[-1])) if months else None)

    def rule(self, id: str) -> Rule:
        """A rule of the file, or one struck out since that the last sealed month still knows; else BadInput."""
        rule = self.current.rules.get(id)
        before = None if rule else self.last_sealed()[1]
        rule = before.rules.get(id) if before else rule
        if rule is None:
            known = ", ".join(r.id for r in self.current.rules.values() if r.sanction)
            meant = near(id, self.current.rules)
            raise BadInput(
                Text(f"there is no rule {quoted(id)}", f"没有规则{quoted_zh(id)}"),
                Text(f"did you mean {meant[0]}?", f"是不是 {meant[0]}？") if meant
                else Text(f"rules with a sanction: {known}", f"有处分的规则：{known}"),
            )
        return rule

    def asked(self) -> frozenset[str]:
        """Ledgers whose offences may wait for somebody without an entry that says so (`svc.domain.standing` says of the others).

        Visits, complaints … that meet on one act where the file lets somebody choose, or says nothing of two fines;
        offences that somebody has to rule on by a rule of the department's own.
        """
        rules = self.current
        found = [[rules.rules[id].subject for id in o.rules] for o in rules.overlaps if o.then == "ask"]
        priced = [one for one in rules.rules.values() if one.sanction and one.sanction.amount and cases.of_an_act(one.subject)]
        found += [[a.subject, b.subject] for a, b in combinations(priced, 2) if rules.overlap(a.id, b.id) is None]
        ruled = (one for one in rules.rules.values() if one.decision and not cases.tells(one.subject, one.id))
        found += [[one.subject] for one in ruled]
        followed = [nouns for nouns in found if not any(map(cases.always_waits, nouns))]
        return frozenset(ledgers.RECORDED_AS.get(noun, noun) for nouns in followed for noun in nouns)

    def recorded(self) -> frozenset[str]:
        """Ledgers an offence of which goes into a person's record, by the file or by what a sealed month was judged by."""
        found = {"complaint", "conduct"}
        for rules in (self.current, *map(self.of, self.seals.months())):
            for one in rules.rules.values():
                if one.sanction and (one.sanction.record or one.sanction.by_degree):
                    found.add(ledgers.RECORDED_AS.get(one.subject, one.subject))
        return frozenset(found)
