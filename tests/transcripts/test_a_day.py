"""A day in the life of the department, told in its own commands; every figure of the audit can be counted by hand."""

from __future__ import annotations

from tests.conftest import Svc

REGISTERS = """
supplier add --name "Far Mountain Hydraulics" --phone 139-0000-4321
customer add --name "Key Quarry" --phone 138-0000-0002 --region Hangzhou --key-every-days 90
customer edit CU0001 --region Suzhou
machine add --serial SN-2 --product ZT50 --customer CU0002 --sold 2023-01-10 --warranty-until 2024-01-09
machine add --serial SN-3 --product ZT50 --customer CU0001 --sold 2026-02-01 --warranty-until 2027-01-31 --supplier SP01
staff add --name Till --role finance
staff add --name Store --role warehouse
"""

IN_WARRANTY = """
call log --channel phone --from 13800000001 --kind repair --machine SN-1 --needs-service --summary "boom drifts" --at 2026-10-12T08:00
call reply C1 --text "somebody comes at ten" --at 2026-10-12T08:10
visit dispatch --call C1 --staff S02 --promised 2026-10-12T10:00 --at 2026-10-12T08:15
quote make --call C1 --part seal:2:80 --labour 100 --cause-class assembly --at 2026-10-12T08:20
visit arrive V1 --at 2026-10-12T09:50
report close V1 --fault hydraulics --cause "seal pinched" --cause-class assembly --solution "new seal" --part seal:2 --opinion "quick" --at 2026-10-12T11:00
report survey V1 --score speed=5 --score skill=5 --score manners=5 --score overall=5 --at 2026-10-12T11:05
visit leave V1 --called-in 2026-10-12T11:06 --at 2026-10-12T11:10
report archive R1 --at 2026-10-12T17:00
"""

OUT_OF_WARRANTY = """
call log --channel wechat --from 13800000002 --kind repair --machine SN-2 --needs-service --summary "brakes soft" --at 2026-10-12T09:00
call reply C2 --text "after noon; it has to be paid for" --at 2026-10-12T09:30
quote make --call C2 --part "brake disc:2:150.50" --labour 200 --travel 99 --cause-class wear --at 2026-10-12T09:40
quote accept Q2 --at 2026-10-12T10:30
visit dispatch --call C2 --staff S03 --promised 2026-10-12T14:00 --at 2026-10-12T10:35
visit arrive V2 --at 2026-10-12T15:00
report close V2 --fault brake --cause "disc worn" --cause-class wear --solution "new discs" --part "brake disc:2" --opinion "—" --at 2026-10-12T17:00
report survey V2 --refused "no time" --at 2026-10-12T17:01
visit leave V2 --no-call-in --at 2026-10-12T17:05
"""

INSTALLATION_AND_TOUR = """
install promise --customer CU0002 --product LX300 --due 2026-10-20T18:00 --training 3 --at 2026-10-12T09:00
install done I1 --at 2026-10-19T16:00
install train I1 --people 4 --at 2026-10-19T17:00
tour plan --customer CU0002 --by 2026-10-31T18:00 --at 2026-10-12T09:10
tour done U1 --opinion design="cab is hot" --opinion process="welds are good" --introduced LX300 --at 2026-10-15T10:00
"""

RETURNS = """
return request --machine SN-2 --reason "wrong model" --at 2026-10-12T10:00
--as S05 return refuse T1 --reason "used for a year" --at 2026-10-13T09:00
return request --machine SN-3 --reason "cracked on arrival" --at 2026-10-12T10:10
--as S05 return approve T2 --at 2026-10-13T09:10
--as S07 return receive T2 --cost 1200 --at 2026-10-14T10:00
"""

TRIP = """
tool buy --trip V1 --name "torque wrench" --amount 89.50 --at 2026-10-12T10:15
--as S02 expense submit --trip V1 --line transport:35:Suzhou:2026-10-12 --line lodging:260:Nanjing:2026-10-12 \
  --line tool:89.50:Suzhou:2026-10-12 --at 2026-10-13T09:00
--as S06 expense review E1 --approve --reason "as judged" --at 2026-10-13T15:00
--as S07 tool turn-in W1 --at 2026-10-14T09:00
"""

TROUBLE = """
claim open --supplier SP01 --machine SN-3 --summary "pump housing cracked" --at 2026-10-12T16:00
defect report --product LX200 --machine SN-1 --report R1 --summary "the boom seal can be fitted the wrong way" --at 2026-10-12T17:30
complaint log --channel phone --from CU0002 --about S03 --visit V2 --kind service --cause untimely --summary "an hour late" --at 2026-10-12T18:00
--as S05 complaint verify K1 --upheld --personal --reason "no traffic that day" --at 2026-10-14T09:00
complaint remedy K1 --text "head called" --at 2026-10-14T10:00
"""


def tell(svc: Svc, story: str) -> None:
    """Type the lines; a short id means this month's, so each is written out as the program gave it."""
    month = svc("call log --channel phone --from CU0001 --kind other --summary x --dry-run").id[1:5]
    for line in story.strip().replace("\\\n", "").split("\n"):
        words = [f"{w[0]}{month}-{w[1:]:0>4}" if w[:1] in "CVRQIUTEWK" and w[1:].isdigit() else w for w in line.split(" ")]
        svc(" ".join(words))


def test_a_day_in_the_life(svc: Svc) -> None:
    for story in (REGISTERS, IN_WARRANTY, OUT_OF_WARRANTY, INSTALLATION_AND_TOUR, RETURNS, TRIP, TROUBLE):
        tell(svc, story)
    svc("rules set left_without_call 100 --from 2026-10-01")
    svc("rules set late_arrival 200 --from 2026-10-01")
    visit = svc("visit list --json").json[-1]["id"]
    svc(f"finding uphold late_arrival/{visit} --reason 'left too late' --at 2026-10-14T11:00")
    month = svc.audit("2026-10")

    assert month["calls"]["registered"] == 2 and month["calls"]["matched"] == 2
    assert (month["replies"]["within"], month["replies"]["median_minutes"]) == (2, 20)
    assert {k: month["visits"][k] for k in ("due", "on_time", "late", "left", "left_without_calling")} == {
        "due": 2, "on_time": 1, "late": 1, "left": 2, "left_without_calling": 1,
    }  # fmt: skip
    assert month["reports"]["missing_items"] == {"opinion": 1} and month["reports"]["archived"] == 1
    assert (month["surveys"]["returned"], month["surveys"]["refused"]) == (1, 1)
    assert {row["id"].partition("/")[0]: row["staff"] for row in month["findings"] if row["status"] == "final"} == {
        "late_arrival": "S03",
        "left_without_call": "S03",
        "report_incomplete": "S03",
        "complaint_not_timely": "S03",
        "receipt_wrong_place": "S02",
        "tool_not_returned": "S02",
    }
    assert month["fines"]["payable"] == "300.00" and month["fines"]["unset"] == 1
    assert [(row["staff"], row["clause"], row["kind"], row["date"]) for row in month["sanctions"]] == [
        ("S03", "4.2.3", "major_demerit", "2026-10-14")
    ]
    assert month["complaints"]["unremedied"] == 0


def test_the_books_of_that_day(svc: Svc) -> None:
    for story in (REGISTERS, IN_WARRANTY, OUT_OF_WARRANTY, INSTALLATION_AND_TOUR, RETURNS, TRIP, TROUBLE):
        tell(svc, story)
    month = svc.audit("2026-10")
    # quotes: 2 × 80 + 100 free; 2 × 150.50 + 200 + 99 paid for
    assert {k: month["quotes"][k] for k in ("opened", "free", "chargeable", "quoted", "accepted")} == {
        "opened": 2, "free": 1, "chargeable": 1, "quoted": "600.00", "accepted": "600.00",
    }  # fmt: skip
    assert month["breaches"].get("paid_job_quoted") is None
    assert {k: month["installs"][k] for k in ("due", "in_time", "late", "trained")} == {
        "due": 1, "in_time": 1, "late": 0, "trained": 4,
    }  # fmt: skip
    assert month["tours"]["closed"] == 1
    assert {k: month["returns"][k] for k in ("opened", "closed", "open", "without_consent", "cost_to_customer")} == {
        "opened": 2, "closed": 2, "open": 0, "without_consent": 0, "cost_to_customer": "0.00",
    }  # fmt: skip
    # 35 + 260 + 89.50: the lodging is not where the trip went, the wrench was not back when it was claimed
    assert {k: month["expenses"][k] for k in ("submitted", "approved", "refused", "blocked_by_tools")} == {
        "submitted": "384.50", "approved": "35.00", "refused": "260.00", "blocked_by_tools": "89.50",
    }  # fmt: skip
    assert {k: month["tools"][k] for k in ("opened", "closed", "open")} == {"opened": 1, "closed": 1, "open": 0}
    assert month["claims"]["open"] == 1 and month["defects"]["open"] == 1
