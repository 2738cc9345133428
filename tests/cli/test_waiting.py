"""What is begun and not finished is on the board, in `check` and in the audit, once, until it is finished.

Each state is made through the command line and ended by what ends it; that a call was closed ends none.
"""

from __future__ import annotations

from typing import Any

from tests.clauses.scenes import call, complained, reported, sent, visited
from tests.conftest import Svc

NOW = "2026-11-20T12:00"
SERVICE = "--kind repair --machine SN-1 --needs-service"


def asked(svc: Svc, more: str = SERVICE, at: str = "2026-10-05T08:00") -> str:
    """A call that was answered at once; its id."""
    id = call(svc, at, more)
    svc(f"call reply {id} --text soon --at {at}")
    return id


def dispatched(svc: Svc, call: str, at: str = "2026-10-05T09:00", more: str = "") -> str:
    return svc(f"visit dispatch --call {call} --staff S02 --promised 2026-10-06T10:00 --at {at} {more}").id


def went(svc: Svc, visit: str, day: str = "06") -> None:
    svc(f"visit arrive {visit} --at 2026-10-{day}T09:00")
    svc(f"visit leave {visit} --called-in 2026-10-{day}T12:00 --at 2026-10-{day}T12:00")


def survey(svc: Svc, visit: str, at: str = "2026-10-06T13:00") -> None:
    svc(f"report survey {visit} --score overall=5 --at {at}")


def waits(svc: Svc, as_of: str = NOW) -> list[tuple[str, str]]:
    """What waits: kind and id, the same on the board, and in the audit."""
    board = [(row["kind"], row["id"]) for row in svc(f"today --all --json --as-of {as_of}").json]
    rows = svc.audit("2026-11", as_of)["waiting"]
    assert sorted(board) == sorted((row["kind"], row["id"]) for row in rows)
    assert all(row["what"] and row["who"] and row["since"] and row["do"].startswith("svc ") for row in rows), rows
    assert len(set(board)) == len(board)
    return [one for one in board if one[0] not in ("ruling", "appeal")]


def checked(svc: Svc) -> set[str]:
    return {row["kind"] for row in svc.run("check", "--json", "--as-of", NOW).json}


def test_a_visit_called_off_leaves_the_need_where_it_was(svc: Svc) -> None:
    id = asked(svc)
    visit = dispatched(svc, id)
    assert waits(svc) == [("arrive", visit)]
    svc(f"visit cancel {visit} --reason ill --at 2026-10-05T20:00")
    assert waits(svc) == [("dispatch", id)] and "dispatch" in checked(svc)
    row = svc.audit("2026-11")["waiting"][0]
    assert (row["noun"], row["who"], row["since"]) == ("call", "head, gm, clerk", "2026-10-05")
    assert waits(svc, "2026-10-05T19:00") == [("arrive", visit)]
    again = dispatched(svc, id, "2026-10-05T21:00")
    assert waits(svc) == [("arrive", again)]
    svc("undo")
    assert waits(svc) == [("dispatch", id)]


def test_arrived_and_not_left_then_no_report_then_no_survey(svc: Svc) -> None:
    visit = dispatched(svc, asked(svc))
    svc(f"visit arrive {visit} --at 2026-10-06T09:00")
    assert waits(svc) == [("leave", visit)] and "leave" in checked(svc)
    svc(f"visit leave {visit} --called-in 2026-10-06T12:00 --at 2026-10-06T12:00")
    assert waits(svc) == [("report", visit)]
    reported(svc, visit, "2026-10-06T13:00")
    assert waits(svc) == [("survey", visit)] and "survey" in checked(svc)
    svc(f'report survey {visit} --refused "no time" --at 2026-10-06T14:00')
    assert waits(svc) == []


def test_not_repaired_waits_for_somebody_to_go_again(svc: Svc) -> None:
    id = asked(svc)
    visit = dispatched(svc, id)
    went(svc, visit)
    survey(svc, visit)
    report = reported(svc, visit, "2026-10-06T13:00", "--fault boom --unresolved")
    svc(f"report archive {report} --at 2026-10-06T14:00")
    assert waits(svc) == [("unresolved", report)] and "unresolved" in checked(svc)
    again = dispatched(svc, id, "2026-10-07T09:00")
    assert waits(svc) == [("arrive", again)]
    svc(f"visit cancel {again} --reason ill --at 2026-10-07T10:00")
    assert waits(svc) == [("unresolved", report)]
    third = dispatched(svc, id, "2026-10-08T09:00")
    went(svc, third, "09")
    survey(svc, third, "2026-10-09T13:00")
    reported(svc, third, "2026-10-09T13:00")
    assert waits(svc) == []


def test_not_repaired_where_no_call_asked(svc: Svc) -> None:
    visit = visited(svc)
    survey(svc, visit)
    report = reported(svc, visit, "2026-10-06T13:00", "--fault boom --unresolved")
    assert waits(svc) == [("unresolved", report)]
    again = sent(svc, day="09")
    assert waits(svc) == [("arrive", again)]


def test_a_complaint_call_waits_for_its_complaint(svc: Svc) -> None:
    id = asked(svc, "--kind complaint")
    assert waits(svc) == [("complaint", id)] and "complaint" in checked(svc)
    assert svc("today --json").json[0]["do"] == f"svc complaint log --call {id}"
    complaint = complained(svc, "attitude", "2026-10-05T09:00", f"--call {id} --kind quality --about S02")
    assert waits(svc) == [("verify", complaint)]


def test_upheld_waits_for_the_remedy(svc: Svc) -> None:
    complaint = complained(svc, "other", more="--kind quality --about S02")
    svc(f"complaint verify {complaint} --upheld --reason heard --at 2026-10-14T09:00")
    svc(f"complaint close {complaint} --at 2026-10-15T09:00")
    assert waits(svc) == [("remedy", complaint)]


def test_an_accepted_quote_waits_for_the_visit_once(svc: Svc) -> None:
    id = asked(svc)
    quote = svc(f"quote make --call {id} --labour 200 --cause-class misuse --at 2026-10-05T09:00").id
    svc(f"quote accept {quote} --at 2026-10-05T10:00")
    assert waits(svc) == [("accepted", quote)] and "accepted" in checked(svc)  # and the call itself not besides
    visit = dispatched(svc, id, "2026-10-05T11:00")
    assert waits(svc) == [("arrive", visit)]
    svc(f"visit cancel {visit} --reason ill --at 2026-10-05T12:00")
    assert waits(svc) == [("accepted", quote)]


def test_an_escalation_waits_for_its_answer_though_the_call_is_closed(svc: Svc) -> None:
    id = asked(svc, "--kind consult")
    svc(f"call escalate {id} --to hq --at 2026-10-05T10:00")
    svc(f"call escalate {id} --to design --at 2026-10-05T11:00")
    assert waits(svc) == [("escalation", id)] and "escalation" in checked(svc)


def test_a_return_that_was_agreed_to_waits_for_the_goods(svc: Svc) -> None:
    id = svc("return request --machine SN-1 --reason wrong --at 2026-10-05T09:00").id
    assert waits(svc) == [("consent", id)]
    svc(f"--as S05 return approve {id} --at 2026-10-06T09:00")
    assert waits(svc) == [("receipt", id)] and "receipt" in checked(svc)


def test_a_promised_installation_waits_for_somebody_to_go(svc: Svc) -> None:
    promise = "install promise --customer CU0001 --product LX200 --due 2026-12-01T17:00 --at 2026-10-05T09:00"
    id = svc(promise).id
    assert svc("today --json").json[0]["do"].startswith("svc visit dispatch --customer CU0001 --purpose install")
    svc("visit dispatch --customer CU0001 --staff S02 --promised 2026-10-06T10:00 --purpose install --at 2026-10-05T10:00")
    (item,) = [row for row in svc("today --json").json if row["id"] == id]
    assert (item["kind"], item["do"]) == ("install", f"svc install done {id}")


def test_a_fraud_waits_until_somebody_says_how_grave_it_is(svc: Svc) -> None:
    logged = 'conduct log --about S02 --kind fraud --summary "two receipts" --at 2026-10-05T09:00'
    id = svc(logged).id
    assert waits(svc) == [("degree", id)] and "degree" in checked(svc)
    assert "S04" in svc(f"--as S04 conduct grade {id} --degree 2 --reason x", 3).err
    svc(f'conduct grade {id} --degree 2 --reason "altered" --at 2026-10-07T09:00')
    assert waits(svc) == []
    assert svc(f"conduct show {id} --json").json["degree"] == 2
    other = svc('conduct log --about S02 --kind other --summary "late" --at 2026-10-05T09:00').id
    assert "no fraud" in svc(f"conduct grade {other} --degree 1 --reason x", 4).err


def test_what_somebody_leaves_behind_is_nobodys_and_says_whose_it_was(svc: Svc) -> None:
    visit = dispatched(svc, asked(svc))
    svc("staff edit S02 --left 2026-10-05")
    (row,) = svc.audit("2026-11")["waiting"]
    assert (row["id"], row["staff"]) == (visit, None) and "Tech" in row["what"] and "2026-10-05" in row["what"]
    assert "离职" in svc("--lang zh today").out
    board: list[Any] = svc("--as S04 today --json").json
    assert [one["id"] for one in board] == [visit]


def test_closing_says_what_it_leaves_open_and_ends_none_of_it(svc: Svc) -> None:
    id = asked(svc)
    refused = svc(f"call close {id}", 4).err
    assert id in refused and "nobody dispatched" in refused and "--leave-open" in refused
    assert "尚未派工" in svc(f"--lang zh call close {id} --yes", 4).err
    svc(f'call close {id} --leave-open "waits for the part" --at 2026-10-06T09:00')
    assert svc(f"call show {id} --json").json["open"] is False
    assert waits(svc) == [("dispatch", id)]
    assert "closed already" in svc(f"call close {id}", 4).err
    visit = svc(f"visit dispatch --call {id} --staff S02 --promised 2026-10-08T10:00 --at 2026-10-07T09:00 --dry-run").id
    assert svc(f"call show {id} --json").json["open"] is False
    told = svc(f"visit dispatch --call {id} --staff S02 --promised 2026-10-08T10:00 --at 2026-10-07T09:00")
    assert told.id == visit and f"{id} was closed; it is open again" in told.out
    assert svc(f"call show {id} --json").json["open"] is True
    assert id in svc("call list --open --json").out


def test_what_is_done_is_closed_without_a_word_and_a_reply_opens_it_again(svc: Svc) -> None:
    id = asked(svc, "--kind consult")
    svc(f"call close {id} --at 2026-10-06T09:00")
    assert [row["id"] for row in svc("call list --open --json").json] == []
    assert "open again" in svc(f'call reply {id} --text "ISO 68" --at 2026-10-07T09:00').out
    assert [row["id"] for row in svc("call list --open --json").json] == [id]
    assert "not closed" in svc(f"call reopen {id}", 4).err
    svc(f"call close {id} --at 2026-10-08T09:00")
    svc(f'call reopen {id} --reason "leaks" --at 2026-10-09T09:00')
    assert svc(f"call show {id} --json").json["open"] is True
    told = call(svc, "2026-10-05T09:00")  # answered with its closing
    assert "not answered" in svc(f"call close {told}", 4).err
    svc(f'call close {told} --text "told him on the phone" --at 2026-10-05T09:01')
    assert waits(svc) == []


def test_a_need_is_given_up_with_a_reason(svc: Svc) -> None:
    id = asked(svc)
    visit = dispatched(svc, id)
    svc(f"visit cancel {visit} --reason repaired --at 2026-10-05T20:00")
    assert waits(svc) == [("dispatch", id)]
    svc(f'call correct {id} --no-service --reason "they repaired it"')
    assert waits(svc) == [] or svc("today --json").json == []
    assert svc("today --json").json == []


def test_a_complaint_call_becomes_a_complaint_with_one_answer(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", "--kind complaint --machine SN-1", summary="nobody came")
    stranger = svc('call log --channel letter --from 139-0000-0009 --kind complaint --summary "rude" --at 2026-10-06T08:00').id
    assert svc.audit("2026-10")["calls"]["complaints_not_logged"] == 2
    made = svc(f"complaint log --call {id} --cause untimely --at 2026-10-05T09:00").id
    shown = svc(f"complaint show {made} --json").json["entries"][0]
    taken = {name: shown[name] for name in ("channel", "from", "machine", "summary", "kind", "call")}
    assert taken == {"channel": "phone", "from": "CU0001", "machine": "SN-1", "summary": "nobody came", "kind": "service", "call": id}
    svc(f"complaint log --call {stranger} --cause attitude --about S02 --kind quality --at 2026-10-06T09:00")
    assert svc.audit("2026-10")["calls"]["complaints_not_logged"] == 0
    assert svc.audit("2026-10", "2026-10-06T08:30")["calls"]["complaints_not_logged"] == 1
    assert "--cause" in svc(f"complaint log --call {id}", 2).err


def test_what_the_head_should_know_is_said_before_somebody_is_sent(svc: Svc) -> None:
    id = asked(svc, f"{SERVICE} --due 2026-10-06T10:00")
    other = asked(svc)
    send = "visit dispatch --staff {} --promised 2026-10-08T{} --at 2026-10-05T09:00 --call {}"
    told = svc(send.format("S02", "10:00", id) + " --dry-run").err
    assert "wants it by" in told and "2026-10-06 10:00" in told
    assert "客户要求" in svc("--lang zh " + send.format("S02", "10:00", id)).err
    assert "S01 is" not in svc(send.format("S03", "10:00", other) + " --dry-run").err
    clash, double = svc(send.format("S02", "10:30", other)).err, svc(send.format("S03", "16:00", id)).err
    assert "promised elsewhere" in clash and "wants it by" not in clash
    assert "is sent for" in double and "promised elsewhere" not in double
    assert "is no technician (clerk)" in svc(send.format("S04", "18:00", other)).err


def test_an_answer_that_was_taken_back_by_reopening_is_none_when_the_call_is_closed_without_a_word(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", "--kind consult")
    svc(f'call close {id} --text "ISO 46" --at 2026-10-06T09:00')
    assert waits(svc) == []
    svc(f'call reopen {id} --reason "leaks" --at 2026-10-06T10:00')
    assert waits(svc) == [("reply", id)]
    svc(f'call close {id} --leave-open "no time" --at 2026-10-06T11:00')
    assert waits(svc) == [("reply", id)]


def test_the_board_and_the_audit_count_the_same_days(svc: Svc) -> None:
    visit = dispatched(svc, asked(svc))
    svc(f"visit arrive {visit} --at 2026-10-06T15:00")
    for as_of, age, days in (
        ("2026-10-08T14:59", "for 47 h 59 min", 2), ("2026-10-08T15:00", "for 2 d", 2), ("2026-10-10T09:00", "for 4 d", 4),
        (NOW, "for 45 d", 45), ("2026-11-20T23:30", "for 45 d", 45),
    ):  # fmt: skip
        [row] = [one for one in svc(f"today --all --json --as-of {as_of}").json if one["kind"] == "leave"]
        [counted] = [one for one in svc.audit(as_of[:7], as_of)["waiting"] if one["kind"] == "leave"]
        assert (row["left"], counted["age_days"]) == (age, days), as_of
