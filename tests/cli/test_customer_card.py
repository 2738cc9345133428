"""The caller's card (1.2): whoever is meant is found however he is typed, and what matters about him stands there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.clauses.trade import asked, begun, old, reported
from tests.conftest import Svc


@pytest.fixture
def works(svc: Svc) -> Svc:
    """The desk with a Chinese customer, CU0002, and his machine."""
    svc("customer add --name 长风化工厂 --phone '138-0000-1234; 021-5555-0100' --contact 甄厂长 --code CF8")
    svc("machine add --serial SN-77 --product LX300 --customer CU0002 --sold 2026-01-10")
    return svc


@pytest.mark.parametrize(
    "typed",
    [
        "13800001234", "138-0000-1234", "+86 138 0000 1234", "008613800001234", "１３８００００１２３４", "02155550100",
        "长风化工厂", "长风", "CF8", "cf8", "changfenghuagongchang", "ZHANGFENGHUAGONGCHANG", "cfhgc", "zfhgc", "changf",
        "甄厂长", "CU0002", "cu0002", "SN-77", "sn-77",
    ],
)  # fmt: skip
def test_found_however_he_is_typed(works: Svc, typed: str) -> None:
    card = works.run("customer", "show", typed, "--json").json
    assert (card["id"], card["name"]) == ("CU0002", "长风化工厂")
    assert card["machines"][0]["serial"] == "SN-77"


def test_a_machine_that_is_nobodys_has_a_card_of_its_own(svc: Svc) -> None:
    svc("machine add --serial SN-9 --product LX300")
    call = svc("call log --channel phone --from 139-0000-7777 --machine SN-9 --kind repair --summary x").id
    card = svc("customer show SN-9 --json").json
    assert (card["id"], card["name"], card["machine"]) == (None, None, "SN-9")
    assert [one["id"] for one in card["open"]["calls"]] == [call]
    assert "customer not known" in svc("customer show SN-9").out


def test_numbers_are_masked_unless_asked_for(works: Svc) -> None:
    assert works("customer show CF8 --json").json["phone"] == "138-****-1234; 021-****-0100"
    assert "138-0000-1234" not in works("customer show CF8").out
    assert "138-0000-1234" in works("customer show CF8 --unmask").out


def test_warranty_left_open_work_and_promises(svc: Svc) -> None:
    old(svc)
    call, done = asked(svc), asked(svc, "SN-2", more="")
    svc(f'call reply {call} --text "tomorrow" --at 2026-10-05T10:00')
    svc(f'call reply {done} --text "oil 46" --at 2026-10-05T10:00')
    svc(f"visit dispatch --call {call} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T10:05")
    svc("install promise --customer CU0001 --product LX500 --due 2026-12-01T17:00 --at 2026-10-05T11:00")
    svc("tour plan --customer CU0001 --by 2026-12-01T17:00 --at 2026-10-05T11:00")
    svc(f"quote make --call {call} --labour 100 --cause-class wear --at 2026-10-05T11:00")
    card = svc("customer show CU0001 --json --as-of 2026-10-05T12:00").json
    left = {one["serial"]: one["warranty_days_left"] for one in card["machines"]}
    assert left == {"SN-1": 96, "SN-2": -634, "SN-3": None, "SN-4": 96}
    assert [(one["id"], one["waits_for"]) for one in card["open"]["calls"]] == [(call, None), (done, None)]
    assert [(v["call"], v["promised"]) for v in card["open"]["visits"]] == [(call, "2026-10-06T10:00:00+08:00")]
    assert [len(card["open"][name]) for name in ("installs", "tours", "quotes")] == [1, 1, 1]
    text = svc("customer show CU0001 --as-of 2026-10-05T12:00").out
    assert "96 days left" in text and "warranty not known" in text and "2 calls answered, not closed" in text


def test_an_open_call_waits_on_the_card_for_what_it_waits_on_the_board(svc: Svc) -> None:
    calls = [asked(svc, at=f"2026-10-05T0{n}:00") for n in range(4)]
    for n, id in enumerate(calls):
        svc(f'call reply {id} --text "soon" --at 2026-10-05T0{n}:30')
    off = svc(f"visit dispatch --call {calls[0]} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T08:00").id
    svc(f"visit cancel {off} --asked-by us --reason ill --at 2026-10-05T09:00")
    svc(f'call escalate {calls[1]} --to design --text "which seal?" --at 2026-10-05T09:00')
    begun(svc, calls[1], at="2026-10-05T10:00")
    complaint = svc("call log --channel phone --from CU0001 --kind complaint --summary rude --at 2026-10-05T11:00").id
    svc(f'call reply {complaint} --text "sorry" --at 2026-10-05T11:10')
    view = "--as-of 2026-10-05T12:00 --json"
    card = {one["id"]: one["waits_for"] for one in svc(f"customer show CU0001 {view}").json["open"]["calls"]}
    board = {row["id"]: row["kind"] for row in svc(f"today --all {view}").json if row["noun"] == "call"}
    assert card == {id: {"escalation": "help"}.get(board.get(id), board.get(id)) for id in (*calls, complaint)}
    assert set(card.values()) == {"dispatch", "help", "complaint"}
    assert "a complaint, none is logged" in svc("customer show CU0001 --as-of 2026-10-05T12:00").out
    svc("desk begins 2026-10-06")
    assert svc(f"customer show CU0001 {view}").json["open"]["calls"] == []


def test_the_last_visits_and_a_likely_repeat(svc: Svc) -> None:
    for day in range(6, 12):
        visit = begun(svc, asked(svc, at=f"2026-10-{day:02d}T08:00"), at=f"2026-10-{day:02d}T09:00")
        svc(f"visit leave {visit} --no-call-in --at 2026-10-{day:02d}T10:00")
        reported(svc, visit, "wear", f"2026-10-{day:02d}T11:00", fault="boom" if day % 2 else "pump")
    again = asked(svc, at="2026-10-20T09:00")
    card = svc("customer show SN-1 --json --as-of 2026-10-20T10:00").json
    assert [one["fault"] for one in card["visits"]] == ["boom", "pump", "boom", "pump", "boom"]
    assert [one["repeat"] for one in card["visits"]] == [True, True, True, True, False]
    assert [(one["fault"], one["days_ago"], one["times"], one["open_call"]) for one in card["likely_repeat"]] == [
        ("boom", 9, 3, again),
        ("pump", 10, 3, again),
    ]
    later = svc("customer show SN-1 --json --as-of 2026-11-20T10:00").json  # thirty days are over
    assert later["likely_repeat"] == []


def test_unresolved_is_no_repeat(svc: Svc) -> None:
    visit = begun(svc, asked(svc))
    reported(svc, visit, "wear --unresolved")
    assert svc("customer show SN-1 --json --as-of 2026-10-20T10:00").json["likely_repeat"] == []


def test_complaints_and_the_next_tour(svc: Svc) -> None:
    svc("customer edit CU0001 --key-every-days 30 --since 2026-09-01T09:00")
    said = "--kind service --cause attitude --summary rude --about S02 --at 2026-10-05T09:00"
    complaint = svc(f"complaint log --channel phone --from CU0001 {said}").id
    card = svc("customer show CU0001 --json --as-of 2026-10-20T10:00").json
    assert [(one["id"], one["standing"]) for one in card["complaints"]] == [(complaint, "open")]
    assert (card["tour"]["overdue"], card["tour"]["days_left"], card["tour"]["last_visit_at"]) == (True, -19, None)
    assert card["key_every_days"] == 30
    assert "overdue" in svc("customer show CU0001 --as-of 2026-10-20T10:00").out
    assert "已超期" in svc("--lang zh customer show CU0001 --as-of 2026-10-20T10:00").out


def test_an_unknown_number_is_said_to_be_one(svc: Svc) -> None:
    call = svc("call log --channel phone --from 139-0000-7777 --kind consult --summary x").id
    refused = svc("customer show 13900007777", 4)
    assert refused.out == "" and call in refused.err
    assert "svc customer add --name … --phone" in refused.err and "139-****-7777" in refused.err
    assert "svc customer list" in svc("customer show nobody", 4).err
    assert "masked" in svc("customer show 139-****-7777", 4).err


def test_a_word_of_several_names_them(svc: Svc) -> None:
    svc("customer add --name Workshop")
    refused = svc("customer show wor", 2)
    assert "CU0001 Works" in refused.err and "CU0002 Workshop" in refused.err
    assert svc("customer show works --json").json["id"] == "CU0001"  # the whole word is the one


def test_the_events_of_the_smaller_books_go_out_and_come_in_again(svc: Svc, tmp_path: Path) -> None:
    call = asked(svc)
    quote = svc(f"quote make --call {call} --part seal:2:89.50 --cause-class wear --at 2026-10-05T10:00").id
    svc(f'quote decline {quote} --reason "too dear" --at 2026-10-05T11:00')
    install = svc(
        "install promise --customer CU0001 --product X --due 2026-10-09T17:00 --training 2 --at 2026-10-01T09:00"
    )
    svc(f"install train {install.id} --people 2 --at 2026-10-08T09:00")
    svc(f"install done {install.id} --at 2026-10-08T10:00")
    tour = svc("tour plan --customer CU0001 --by 2026-10-20T17:00 --at 2026-10-01T09:00").id
    svc(f'tour done {tour} --opinion design="hot" --introduced LX300 --introduced LX500 --at 2026-10-08T09:00')
    exported = svc("ledger export --unmask").out
    file = tmp_path / "all.jsonl"
    file.write_text(exported, "utf-8")
    other = Svc(tmp_path / "other")
    other.run("init", str(other.desk), "--name", "Boss", "--id", "S99")
    assert other.run("ledger", "import", str(file)).code == 0
    months = [desk("audit month 2026-10 --json --as-of 2026-11-20T12:00").json for desk in (svc, other)]
    for key in ("quotes", "installs", "tours", "escalations"):
        assert months[0][key] == months[1][key] != {}
    kept = [json.loads(line) for line in other("ledger export").out.split("\n")[:-1]]
    assert {"design": "hot"} in [row.get("opinions") for row in kept]
