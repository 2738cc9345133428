"""What waits is on the board, and what is done is not, whatever came in beside it: stories in which a case fell through, or came back.

After each line the board is that of an index made anew, and the index says what the ledgers say.
"""

from __future__ import annotations

import json

import pytest

from tests.conftest import Svc, this_month

CALL = "call log --channel phone --from CU0001 --machine SN-1 --kind {} --summary x --at 2026-10-05T07:00"
REPLY = "call reply C1 --text ok --at 2026-10-05T07:10"


def sent(day: int, call: str = "--call C1", purpose: str = "repair", by: str = "12:00") -> str:
    return f"visit dispatch {call} --staff S02 --promised 2026-10-{day:02}T{by} --purpose {purpose} --at 2026-10-{day:02}T08:00"


def there(visit: str, day: int, at: str = "10:00") -> tuple[str, ...]:
    return f"visit arrive {visit} --at 2026-10-{day:02}T{at}", f"visit leave {visit} --no-call-in --at 2026-10-{day:02}T18:00"


def done(visit: str, day: int, how: str = "--resolved") -> tuple[str, ...]:
    return (
        *there(visit, day),
        f"report close {visit} --fault H1 --cause x --solution y --opinion z --no-parts {how} --at 2026-10-{day:02}T19:00",
        f"report survey {visit} --refused no --at 2026-10-{day:02}T19:10",
    )


NO_CALL = "--customer CU0001 --machine SN-1"
RUDE = "complaint log {} --channel phone --from CU0001 --about S02 --kind quality --cause attitude --summary x --at 2026-10-08T08:00"
RULED = "finding uphold late_arrival/V2611-0001 --reason x"
DOUBTED = (
    sent(5, "--customer CU0001", "tour"), *there("V1", 5),
    "expense submit --trip V1 --line lodging:200:Hangzhou:2026-10-05 --at 2026-10-05T19:00",
    "--as S05 expense review E1 --approve --invalid 1 --reason copy", "finding uphold receipt_invalid/E2611-0001/1 --reason x",
)  # fmt: skip
LATE = (sent(5, "--customer CU0001", "tour"), "visit reassign V1 --to S03 --reason x --at 2026-10-05T14:00", *there("V1", 5, "16:00"))
MERGED = (CALL.format("consult"), CALL.format("consult").replace("07:00", "08:00"), "call merge C2 --into C1")
REPAIRED = (CALL.format("repair"), REPLY, sent(5), *done("V1", 5, "--unresolved"), sent(6), *done("V2", 6))
CALLED_OFF = (CALL.format("repair"), REPLY, sent(5), "visit cancel V1 --asked-by customer --reason x --at 2026-10-05T09:00", sent(6), *done("V2", 6))
QUOTED = (
    CALL.format("repair"), REPLY, sent(5, purpose="tour"), *there("V1", 5), "quote make --call C1 --labour 300 --cause-class wear --at 2026-10-05T19:00",
    "quote accept Q1 --at 2026-10-05T20:00", sent(6, purpose="tour"), *there("V2", 6),
)  # fmt: skip

STORIES: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "not repaired, no call asked, the next visit was called off": (
        (sent(5, NO_CALL), *done("V1", 5, "--unresolved"), sent(6, NO_CALL), "ledger rebuild",
         "visit cancel V2 --asked-by customer --reason x --at 2026-10-06T09:00"),
        {"unresolved R1"},
    ),
    "a complaint of another call about a visit, taken back": (
        (CALL.format("repair"), REPLY, sent(5), *done("V1", 5), CALL.format("complaint"), "call reply C2 --text ok --at 2026-10-05T07:10",
         RUDE.format("--call C2 --visit V1").replace("--channel phone --from CU0001 ", ""), "ledger rebuild", "undo"),
        {"complaint C2"},
    ),
    "a complaint of a call about a visit that no call asked for": (
        (sent(5, NO_CALL), *done("V1", 5), CALL.format("complaint"), REPLY,
         RUDE.format("--call C1 --visit V1").replace("--channel phone --from CU0001 ", "")),
        {"verify K1"},
    ),
    "the trip was another's after the ruling": ((*DOUBTED, "visit correct V1 --staff S03 --reason typo"), {"ruling receipt_invalid/E1/1"}),
    "the promise moves to whoever led it before": (
        (*LATE, RULED, "visit repromise V1 --promised 2026-10-05T15:00 --asked-by customer --reason x --at 2026-10-05T09:00"),
        {"ruling late_arrival/V1"},
    ),
    "an earlier one comes back, and a complaint about its first visit": ((*REPAIRED, RUDE.format("--visit V1")), {"verify K1"}),
    "called off and done by another, and a trip is claimed": (
        (*CALLED_OFF, "expense submit --trip V1 --line lodging:200:Hangzhou:2026-10-05 --at 2026-10-06T20:00"), {"review E1"},
    ),
    "a quote that was done, and a trip before it is claimed": (
        (*QUOTED, "expense submit --trip V1 --line lodging:200:Hangzhou:2026-10-05 --at 2026-10-06T20:00"), {"review E1"},
    ),
    "two logs of a call, the one that stays corrected to after the other": (
        (*MERGED, "call correct C1 --received-at 2026-10-05T08:30 --reason x"), {"reply C1"},
    ),
}  # fmt: skip


def short(id: str) -> str:
    """`receipt_invalid/E2611-0001/1` as `receipt_invalid/E1/1`."""
    return "/".join(f"{part[0]}{int(part.rpartition('-')[2])}" if "-" in part else part for part in id.split("/"))


def board(svc: Svc) -> set[str]:
    return {f"{row['kind']} {short(row['id'])}" for row in svc("today --json").json}


@pytest.mark.parametrize("name", STORIES)
def test_what_waits_is_listed_and_what_is_done_is_not(svc: Svc, name: str) -> None:
    lines, waits = STORIES[name]
    for line in lines:
        svc(this_month(line))
        known = board(svc)
    assert known == waits
    assert "nothing wrong" in svc("ledger verify").out
    svc("ledger rebuild")
    assert board(svc) == waits


def test_a_ruling_that_was_brought_in_about_another_settles_nothing(svc: Svc) -> None:
    for line in (sent(5, "--customer CU0001", "tour"), *there("V1", 5, "16:00")):
        svc(line)
    ruling = {"ledger": "finding", "event": "uphold", "id": this_month("late_arrival/V2611-0001"), "at": "2026-10-06T10:00:00+08:00", "by": "S01"}
    (svc.desk / "in.jsonl").write_text(json.dumps({**ruling, "reason": "x", "about": "S03"}), "utf-8")
    svc("ledger import in.jsonl")
    assert board(svc) == {"ruling late_arrival/V1"}


OWN = """  - id: complaint_service
    clause: "1.6"
    title: 服务投诉有损形象
    title_en: A complaint about service that harms the image
    subject: complaint
    check:
      reported: {fact: complaint.kind, is: service}
    offence_at: complaint.received_at
    decision: {verified: true_fact, harms_image: harmed}
    sanction: {record: [criticism]}

"""


def test_a_ruling_by_one_rule_leaves_what_another_asks(svc: Svc) -> None:
    file = svc.desk / "rules.yaml"
    text = file.read_text("utf-8")
    at = text.index("  - id: complaint_quarrel")
    file.write_text(text[:at] + OWN + text[at:], "utf-8")
    for line in (
        RUDE.format("").replace("--kind quality", "--kind service"), "complaint report K1", "--as S05 complaint verify K1 --upheld --reason x",
        "complaint remedy K1 --text x",
    ):  # fmt: skip
        svc(line)
    assert board(svc) == {"ruling complaint_attitude/K1", "ruling complaint_service/K1"}
    svc(this_month("--as S05 finding uphold complaint_attitude/K2611-0001 --reason x"))
    assert board(svc) == {"ruling complaint_service/K1"}
