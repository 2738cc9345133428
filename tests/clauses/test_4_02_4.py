"""4.2.4: the same fault repaired twice for personal reasons, rightly complained of: a major demerit, made good.

`complaint log --cause repeat-repair` opens the finding; only `complaint verify --upheld --personal` makes it a major
demerit. Upheld without a word on the reasons it stays open: nobody is punished on a guess.
"""

from __future__ import annotations

from tests.clauses.scenes import NO_FINES, complained, demerit, statuses, verified
from tests.conftest import Svc

CAUSE, RULE = "repeat-repair", "complaint_repeat_repair"


def ruled(svc: Svc, answers: str) -> str:
    id = complained(svc, CAUSE)
    verified(svc, id, answers)
    return id


def test_upheld_and_personal_is_one_major_demerit_and_no_fine(svc: Svc) -> None:
    id = ruled(svc, "--upheld --personal")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"{RULE}/{id}": "final"}
    assert figures["sanctions"] == [demerit("4.2.4", id)]
    assert figures["fines"] == NO_FINES


def test_upheld_without_a_word_on_the_reasons_it_stays_open(svc: Svc) -> None:
    id = ruled(svc, "--upheld")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"{RULE}/{id}": "awaiting_ruling"}
    assert (figures["complaints"]["upheld"], figures["sanctions"]) == (1, [])


def test_a_ruling_later_answers_what_was_left_open(svc: Svc) -> None:
    id = ruled(svc, "--upheld")
    svc(f'finding uphold {RULE}/{id} --reason "wrong seal" --at 2026-11-02T09:00')
    assert svc.audit("2026-10")["sanctions"] == []
    assert svc.audit("2026-11")["sanctions"] == [demerit("4.2.4", id, "2026-11-02")]


def test_upheld_but_not_personal_and_dismissed_are_no_demerit(svc: Svc) -> None:
    ids = [ruled(svc, "--upheld --not-personal"), ruled(svc, "--dismissed")]
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"{RULE}/{id}": "dismissed" for id in ids}
    assert figures["sanctions"] == []
    assert [figures["complaints"][name] for name in ("upheld", "dismissed")] == [1, 1]


def test_upheld_it_is_to_be_made_good_whatever_the_reasons(svc: Svc) -> None:
    ids = [ruled(svc, "--upheld --personal"), ruled(svc, "--upheld --not-personal")]
    ruled(svc, "--dismissed")
    assert svc.audit("2026-10")["complaints"]["unremedied"] == 2
    svc(f'complaint remedy {ids[0]} --text "came at once" --at 2026-10-15T09:00')
    assert svc.audit("2026-10")["complaints"]["unremedied"] == 1
