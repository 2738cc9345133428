"""4.1: a complaint is any word of bad conduct or of service that did not satisfy, by phone, by letter or in person.

`complaint log --channel` takes them all alike, from known customers and from strangers, about conduct or about
service; the audit counts them by channel, kind and cause.
"""

from __future__ import annotations

from tests.clauses.scenes import complained, statuses
from tests.conftest import Svc


def complaint(svc: Svc, channel: str, who: str = "CU0001", about: str = "--about S02", cause: str = "quarrel") -> str:
    return svc(f"complaint log --channel {channel} --from {who} {about} --kind service --cause {cause}"
               " --summary heard --at 2026-10-12T09:00").id  # fmt: skip


def test_every_channel_counts_alike(svc: Svc) -> None:
    channels = ("phone", "letter", "walk-in", "wechat", "email")
    ids = [complaint(svc, channel) for channel in channels]
    figures = svc.audit("2026-10")
    assert figures["complaints"]["registered"] == 5
    assert figures["complaints"]["by_channel"] == {"email": 1, "letter": 1, "phone": 1, "walk-in": 1, "wechat": 1}
    assert statuses(figures) == {f"complaint_quarrel/{id}": "awaiting_ruling" for id in ids}


def test_the_words_of_the_contract_are_understood(svc: Svc) -> None:
    for word in ("来电", "来函", "来人"):
        complaint(svc, word)
    assert svc.audit("2026-10")["complaints"]["by_channel"] == {"letter": 1, "phone": 1, "walk-in": 1}
    assert "phone, letter, walk-in" in svc("complaint log --channel rumour --from CU0001 --kind service --cause other"
                                           " --summary x", 2).err  # fmt: skip


def test_service_that_did_not_satisfy_is_a_complaint_too(svc: Svc) -> None:
    complained(svc, "other")
    complained(svc, "untimely")
    complained(svc, "other", more="--kind quality")
    complaints = svc.audit("2026-10")["complaints"]
    assert complaints["by_kind"] == {"quality": 1, "service": 2}
    assert complaints["by_cause"] == {"other": 2, "untimely": 1}
    assert complaints["open"] == 3


def test_a_strangers_complaint_counts_and_his_number_is_masked(svc: Svc) -> None:
    id = complaint(svc, "phone", "139-0000-7777")
    assert svc(f"complaint show {id} --json").json["from"] == "139-****-7777"
    assert svc.audit("2026-10")["complaints"]["registered"] == 1


def test_it_belongs_to_the_month_in_which_it_came_in(svc: Svc) -> None:
    complained(svc, "other", "2026-10-31T23:59")
    complained(svc, "other", "2026-11-01T00:00")
    assert svc.audit("2026-10")["complaints"]["registered"] == 1
