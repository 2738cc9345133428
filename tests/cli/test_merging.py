"""What was recorded twice is one, what comes back is told together, and what is typed on one line is warned of as in the conversation."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Svc, lived

LOG = "call log --channel phone --kind repair"


@pytest.fixture
def twice(svc: Svc) -> Svc:
    """One customer registered twice, each with a machine; the one is CU0002, the other CU0003."""
    return lived(svc, registered)


def registered(svc: Svc) -> None:
    svc("customer add --name 长风化工厂 --phone 138-0000-1002")
    svc("customer add --name 长风化工 --phone 138-0000-1009 --contact 王经理")
    svc("machine add --serial ZZ-1 --product HX20 --customer CU0003 --sold 2026-02-01")


def test_one_call_logged_twice_is_one_everywhere(svc: Svc) -> None:
    first = svc(f"{LOG} --from 138-0000-1111 --summary drifts --at 2026-10-05T08:00").id
    again = svc(f"{LOG} --from 138-0000-1111 --summary 'still drifts' --machine SN-1 --needs-service --at 2026-10-05T08:30").id
    sent = svc(f"visit dispatch --call {again} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00").id
    svc(f"call reply {again} --text soon --at 2026-10-05T09:10")
    before = svc.audit("2026-10")
    assert before["calls"]["registered"] == 2 and before["replies"]["overdue"] == 1
    assert "earlier one stays" in svc(f"call merge {first} --into {again}", 4).err
    assert "is the call itself" in svc(f"call merge {again} --into {again}", 2).err
    svc(f"call merge {again} --into {first} --reason 'two clerks' --at 2026-10-05T10:00")
    after = svc.audit("2026-10")
    assert (after["calls"]["registered"], after["calls"]["needs_service"]) == (1, 1)
    assert (after["replies"]["within"], after["replies"]["overdue"], after["visits"]["due"]) == (1, 0, 1)
    assert [row["id"] for row in svc("call list --json").json] == [first]
    shown = svc(f"call show {again}")
    assert f"{again} was merged into {first}" in shown.err and "still drifts" in shown.out and sent in shown.out
    card = svc(f"call show {first} --json").json
    assert card["machine"] == "SN-1" and card["logged_again"] == [again] and [one["id"] for one in card["visits"]] == [sent]
    assert "merged into" in svc(f"call reply {again} --text x").err
    assert [e["event"] for e in svc(f"call show {first} --json").json["entries"]][-1] == "reply"
    assert svc.run("ledger", "verify").code == 0
    assert svc(f"call show {again} --as-of 2026-10-05T09:30 --json").json["id"] == first


def test_what_a_merged_call_waited_for_waits_on(svc: Svc) -> None:
    first = svc("call log --channel phone --from CU001 --kind consult --summary x --at 2026-10-05T08:00").id
    again = svc("call log --channel phone --from CU001 --kind repair --needs-service --summary y --at 2026-10-05T09:00").id
    svc(f"call reply {first} --text z --at 2026-10-05T09:30")
    svc(f"call merge {again} --into {first}")
    assert [(row["kind"], row["id"]) for row in svc("today --all --json").json if row["noun"] == "call"] == [("dispatch", first)]
    svc("undo")
    waiting = [(row["kind"], row["id"]) for row in svc("today --all --json").json if row["noun"] == "call"]
    assert sorted(waiting) == [("dispatch", again), ("reply", again)]


def test_calls_of_two_customers_are_no_one_call(twice: Svc) -> None:
    first = twice(f"{LOG} --from CU2 --summary x --at 2026-10-05T08:00").id
    again = twice(f"{LOG} --from CU3 --summary x --at 2026-10-05T08:01").id
    assert "svc customer merge CU0003 --into CU0002" in twice(f"call merge {again} --into {first}", 4).err
    twice("customer merge CU3 --into CU2")
    twice(f"call merge {again} --into {first}")


def test_a_customer_registered_twice_is_told_as_one(twice: Svc) -> None:
    own = twice(f"{LOG} --from CU2 --summary x --at 2026-10-05T08:00").id
    other = twice(f"{LOG} --from 138-0000-1009 --machine ZZ-1 --summary y --at 2026-10-05T09:00").id
    assert "machines: 1" in twice("customer merge 长风化工 --into CU2").out
    for who in ("CU3", "1009", "1002", "CU2", "王经理"):
        card = twice(f"customer show {who} --json").json
        assert card["id"] == "CU0002" and {one["id"] for one in card["open"]["calls"]} == {own, other}, who
        assert [one["serial"] for one in card["machines"]] == ["ZZ-1"] and card["contact"] == "王经理"
    assert "CU0003" not in twice("customer list").out
    for who in ("CU2", "CU3"):
        assert {row["id"] for row in twice(f"call list --customer {who} --json").json} == {own, other}
    assert {row["from"] for row in twice("call list --json").json} == {"CU0002"}
    logged = twice(f"{LOG} --from 138-0000-1009 --summary z")
    assert "CU0002 长风化工厂" in logged.out
    assert "are one already" in twice("customer merge CU3 --into CU2", 2).err
    twice("--as S02 customer merge CU3 --into CU2", 3)


def test_a_call_that_comes_back_names_the_one_before(svc: Svc) -> None:
    first = svc(f"{LOG} --from CU001 --summary x").id
    back = svc(f"call log --channel phone --from CU001 --kind consult --summary 'when do they come' --follows {first}").id
    assert svc(f"call show {first} --json").json["followed_by"] == [back]
    assert svc(f"call show {back} --json").json["follows"] == first
    svc(f"{LOG} --from CU001 --summary x --follows C2610-9999", 4)


NOBODY = [("withheld", "withheld"), ("隐藏号码", "withheld"), ("unsigned", "unsigned"), ("未署名", "unsigned"), ("匿名", "unsigned")]


@pytest.mark.parametrize(("typed", "code"), NOBODY)
def test_nobody_s_number_and_nobody_s_letter_can_be_logged(svc: Svc, typed: str, code: str) -> None:
    id = svc(f"call log --channel letter --from {typed} --kind other --summary x --at 2026-10-05T08:00").id
    assert svc(f"call show {id} --json").json["from"] == code
    calls = svc.audit("2026-10")["calls"]
    assert (calls["registered"], calls["matched"]) == (1, 0)
    shown = svc.run("--lang", "zh", "call", "show", id).out
    assert {"withheld": "号码未显示", "unsigned": "未署名"}[code] in shown


def test_a_stranger_s_calls_go_along_when_he_is_registered(svc: Svc) -> None:
    logged = svc(f"{LOG} --from 138-0000-7777 --machine SN-1 --summary drifts --needs-service --at 2026-10-05T08:00")
    assert "svc customer add" in logged.err
    other = svc(f"{LOG} --from 138-1111-7777 --summary x --at 2026-10-05T08:00").id
    added = svc("customer add --name 新客户厂 --phone 138-0000-7777")
    assert f"{logged.id} goes along" in added.err and other not in added.err
    card = svc("customer show 新客户 --json").json
    assert [one["id"] for one in card["open"]["calls"]] == [logged.id]
    assert svc.audit("2026-10")["calls"]["matched"] == 0  # nobody knew him when he called


def test_one_line_is_warned_as_the_conversation_warns(svc: Svc) -> None:
    svc("customer add --name 别家厂 --phone 138-0000-5555")
    elsewhere = svc(f"{LOG} --from 138-0000-5555 --machine SN-1 --summary x --at 2026-10-05T08:00")
    assert "SN-1 is registered for" in elsewhere.err
    visit = svc(f"visit dispatch --call {elsewhere.id} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00").id
    svc(f"visit arrive {visit} --at 2026-10-06T09:00")
    svc(f"visit leave {visit} --at 2026-10-06T12:00")
    svc(f"report close {visit} --fault HYD --cause a --cause-class wear --solution b --no-parts --opinion c --resolved")
    assert "repeat repair (3.6)" in svc(f"{LOG} --from CU001 --machine SN-1 --summary again").err
    svc("machine add --serial OLD-1 --product P --customer CU001 --sold 2020-01-01 --warranty-until 2021-01-01")
    assert "svc quote make --call" in svc(f"{LOG} --from CU001 --machine OLD-1 --summary x").err


def test_receipts_name_the_customer_and_what_it_is_about(svc: Svc) -> None:
    name = svc("customer show CU001 --json").json["name"]
    id = svc(f"{LOG} --from CU001 --summary 'the boom drifts' --at 2026-10-05T08:00").id
    sent = svc(f"visit dispatch --call {id} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:00")
    for done in (sent, svc(f"visit arrive {sent.id} --at 2026-10-06T09:00"), svc(f"call reply {id} --text x")):
        assert f"{name} · the boom drifts" in done.out


def test_a_short_id_that_fits_two_open_cases_is_refused_with_both(svc: Svc) -> None:
    said = {"channel": "phone", "from": "CU001", "kind": "repair", "summary": "old one"}
    line = {"ledger": "call", "event": "log", "id": "C2610-0001", "at": "2026-10-05T08:00:00+08:00", **said}
    old = svc.run("ledger", "import", "-", stdin=json.dumps(line))
    assert old.code == 0, old.err
    new = svc(f"{LOG} --from CU001 --summary 'new one'").id
    refused = svc("call reply C1 --text x", 2).err
    assert new in refused and "C2610-0001" in refused and "old one" in refused
    assert f"svc call reply {new}" in svc("today --all").out
    svc(f"call close {new} --leave-open later")
    svc("call close C2610-0001 --leave-open later")


def test_a_call_logged_again_is_told_as_one_wherever_it_is_shown(svc: Svc) -> None:
    more = "--channel phone --from CU0001 --kind repair --needs-service --summary leak"
    first = svc(f"call log {more} --at 2026-10-05T09:00").id
    again = svc(f'call log {more} --machine SN-1 --due "2026-10-06 08:00" --at 2026-10-05T09:20').id
    visit = svc(f"visit dispatch --call {again} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:30").id
    svc(f"call merge {again} --into {first} --reason twice")
    twice = svc(f"visit dispatch --call {first} --staff S03 --promised 2026-10-06T07:00 --at 2026-10-05T10:00 --dry-run").err
    assert f"is sent for {first} already ({visit}" in twice
    assert "the customer wants it by" in svc(f"visit dispatch --call {first} --staff S03 --promised 2026-10-06T09:00 --at 2026-10-05T10:00 --dry-run").err
    complaint = svc(f"complaint log --call {first} --about S02 --kind service --cause attitude --at 2026-10-05T11:00").id
    assert svc(f"complaint show {complaint} --json").json["entries"][0]["machine"] == "SN-1"
    for more in (f"--call {first}", f"--call {first} --visit {visit}", f"--visit {visit}"):
        quote = svc(f"quote make {more} --labour 100 --cause-class wear --at 2026-10-05T12:00").id
        assert svc(f"quote show {quote} --json").json["machine"] == "SN-1"
    svc(f"visit arrive {visit} --at 2026-10-06T09:00")
    for shown in (svc("call list --json").json[0], svc(f"call show {first} --json").json):
        assert (shown["answered_at"], shown["answered_by"]) == ("2026-10-05T09:30:00+08:00", "dispatch")
    told = svc("visit list --json").json[0], svc(f"visit show {visit} --json").json
    assert {one["outcome"] for one in told} == {"late"} and svc.audit("2026-10")["visits"]["late"] == 1
