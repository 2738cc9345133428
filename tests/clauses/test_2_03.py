"""2.3: what a sales contract promises to install, put to work and train people for is done within its time.

`install promise` holds what the contract says (until when, how many people to train), `install done` and
`install train` what came of it. Done exactly in time is in time; done later, or done without the training that was
promised, is a breach; not done and overdue is shown as late, and a breach once it is known when it was done.
"""

from __future__ import annotations

from tests.conftest import Svc


def promised(svc: Svc, due: str, more: str = "--training 4") -> str:
    what = f"--customer CU0001 --product LX200 --due {due} {more} --at 2026-10-01T09:00"
    return svc(f"install promise {what}").id


def test_done_and_trained_in_time(svc: Svc) -> None:
    id = promised(svc, "2026-10-10T17:00")
    svc(f"install done {id} --at 2026-10-10T17:00")
    svc(f"install train {id} --people 3 --at 2026-10-10T16:00")
    svc(f"install train {id} --people 1 --at 2026-10-12T10:00")
    figures = svc.audit("2026-10")
    assert figures["installs"] == {
        "opened": 1, "closed": 1, "open": 0, "overdue": 0, "due": 1, "in_time": 1, "late": 0, "pending": 0,
        "trained": 4, "untrained": 0, "facts_missing": 0,
    }  # fmt: skip
    assert figures["breaches"] == {}


def test_done_late_and_without_the_promised_training(svc: Svc) -> None:
    id = promised(svc, "2026-10-10T17:00")
    svc(f"install done {id} --at 2026-10-10T17:01")
    figures = svc.audit("2026-10")
    assert figures["breaches"] == {"install_on_time": 1, "install_training": 1}
    assert (figures["installs"]["late"], figures["installs"]["untrained"]) == (1, 1)


def test_no_training_promised_none_is_missed(svc: Svc) -> None:
    id = promised(svc, "2026-10-10T17:00", "")
    svc(f"install done {id} --at 2026-10-09T12:00")
    figures = svc.audit("2026-10")
    assert figures["breaches"] == {} and figures["installs"]["untrained"] == 0


def test_not_done_is_not_known_to_be_late_by_rule_but_overdue(svc: Svc) -> None:
    id = promised(svc, "2026-10-10T17:00")
    figures = svc.audit("2026-10")
    assert figures["breaches"] == {}
    assert (figures["installs"]["open"], figures["installs"]["overdue"], figures["installs"]["late"]) == (1, 1, 1)
    assert svc.audit("2026-10", "2026-10-10T17:00")["installs"]["pending"] == 1
    waits = [row for row in svc("today --json").json if row["id"] == id]
    assert (waits[0]["kind"], waits[0]["stage"]) == ("install", "overdue")
    svc("check", 1)


def test_nothing_is_done_twice_nor_without_a_promise(svc: Svc) -> None:
    id = promised(svc, "2026-10-10T17:00")
    assert "promised" in svc(f"install done {id} --at 2026-09-30T09:00", 4).err
    svc(f"install done {id}")
    assert "done already" in svc(f"install done {id}", 4).err
    assert "may not" in svc("--as S02 install promise --customer CU0001 --product X --due +3d", 3).err
