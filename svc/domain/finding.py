"""Rulings on findings: the machine finds, a person rules (1.6, 4.2, 4.5, 4.7).

A finding is computed, never stored; its id (`late_arrival/V2610-0007`) is made of rule and subject,
so a ruling recorded under that id meets it whenever and wherever it is computed.
"""

from __future__ import annotations

from collections.abc import Sequence

from svc.domain.entry import Entry
from svc.domain.fields import Field, Prose
from svc.domain.ledgers import RULERS, Event
from svc.locale import Text


def _ruling(name: str, title: Text, example: str) -> Event:
    reason = Field("reason", Prose(), Text("why", "理由"), required=True)
    return Event(name, title, "own", (reason,), RULERS, example)


EVENTS = (
    _ruling(
        "uphold",
        Text("rule that it is so: it was personal, it is true", "认定成立：个人原因、属实"),
        'svc finding uphold late_arrival/V2611-0001 --reason "overslept"',
    ),
    _ruling(
        "dismiss",
        Text("rule that it is not so", "认定不成立"),
        'svc finding dismiss late_arrival/V2611-0001 --reason "road closed by snow"',
    ),
    _ruling(
        "waive",
        Text("let it stand but forgive the fine", "成立但免罚"),
        'svc finding waive left_without_call/V2611-0001 --reason "no signal on site"',
    ),
)

FACTS: dict[str, Text] = {}


def fold(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The rulings on one finding in order of time; the last one counts, all stay shown."""
    return tuple(entries)


def check(before: Sequence[Entry], new: Entry) -> None:
    """Any ruling may follow any other; whether the finding exists and whom it concerns is asked where it is judged."""


def parts(finding: str) -> tuple[str, str]:
    """Rule id and subject of a finding's id."""
    rule, _, subject = finding.partition("/")
    return rule, subject
