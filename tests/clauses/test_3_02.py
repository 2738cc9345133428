"""3.2: questions are answered with patience; what cannot be answered goes to head office for help, and is not forgotten.

`call escalate --to head|hq|design` asks for help; the first reply to the call after that is the answer; closing
the call is none. What has not been answered is listed with its age by `today`, `check` and the audit until it is.
"""

from __future__ import annotations

from tests.clauses.trade import asked
from tests.conftest import Svc


def test_a_question_to_head_office_is_open_until_a_later_answer(svc: Svc) -> None:
    call = asked(svc, more="")
    svc(f'call reply {call} --text "we ask head office" --at 2026-10-05T09:30')
    svc(f'call escalate {call} --to hq --text "which oil?" --at 2026-10-05T09:31')
    open_ = svc.audit("2026-10", "2026-10-15T09:00")["escalations"]
    assert {name: open_[name] for name in ("opened", "closed", "open", "overdue")} == {
        "opened": 1, "closed": 0, "open": 1, "overdue": None,
    }  # fmt: skip
    assert [(one["id"], one["to"], one["age_days"]) for one in open_["list"]] == [(call, "hq", 10)]
    assert [(r["id"], r["kind"]) for r in svc("today --json").json] == [(call, "escalation")]
    svc(f'call reply {call} --text "ISO 46" --at 2026-11-02T09:00')
    assert svc("today --json").json == []
    october, november = svc.audit("2026-10")["escalations"], svc.audit("2026-11")["escalations"]
    assert (october["opened"], october["closed"], october["open"], october["list"]) == (1, 0, 0, [])
    assert (november["opened"], november["closed"], november["open"]) == (0, 1, 0)
    assert svc.audit("2026-10", "2026-10-15T09:00")["escalations"] == open_


def test_one_of_an_earlier_month_stays_open_and_closing_the_call_does_not_end_it(svc: Svc) -> None:
    call = asked(svc, more="", at="2026-08-05T09:00")
    svc(f"call escalate {call} --to design --at 2026-08-05T10:00")
    assert svc.audit("2026-11")["escalations"]["open"] == 1
    assert "no answer" in svc(f"call close {call} --at 2026-11-10T09:00", 4).err
    svc(f'call close {call} --leave-open "they call back" --at 2026-11-10T09:00')
    assert svc.audit("2026-11")["escalations"]["open"] == 1
    svc(f'call reply {call} --text "ISO 46" --at 2026-11-10T10:00')
    figures = svc.audit("2026-11")["escalations"]
    assert (figures["opened"], figures["closed"], figures["open"]) == (0, 1, 0)
    assert svc.audit("2026-11", "2026-11-10T09:59")["escalations"]["open"] == 1


def test_an_answer_typed_late_but_given_before_leaves_it_open(svc: Svc) -> None:
    call = asked(svc, more="")
    svc(f"call escalate {call} --to hq --at 2026-10-05T12:00")
    svc(f"call reply {call} --text soon --at 2026-10-05T11:00")
    assert svc.audit("2026-11")["escalations"]["open"] == 1


def test_a_call_answered_at_once_is_none(svc: Svc) -> None:
    svc(f"call reply {asked(svc, more='')} --text ISO46 --at 2026-10-05T09:30")
    figures = svc.audit("2026-10")["escalations"]
    assert (figures["opened"], figures["open"], figures["list"]) == (0, 0, [])
