"""A machine's three years through the command line, every figure of `machine show` counted by hand.

Sold in January 2023, installed, people trained; serviced every six months and every 1000 hours; repaired in warranty, with a photo;
transferred in 2024; concerned by a bulletin; out of warranty by its hours in 2025 and repaired for a price.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc

STORY = """
customer add --name Second --phone 138-0000-0002
part add --number HP-100 --name seal --unit piece --price 80 --low 2
part add --number LABOUR --name labour --unit h --price 100
machine add --serial SN-7 --product LX200 --customer CU0001 --sold 2023-01-10 --warranty 36mo --warranty-hours 3000
install promise --customer CU0001 --product LX200 --machine SN-7 --due 2023-01-20T17:00 --training 2 --at 2023-01-10T09:00
visit dispatch --customer CU0001 --machine SN-7 --staff S02 --promised 2023-01-16T10:00 --purpose install --at 2023-01-12T09:00
visit arrive V1 --at 2023-01-16T09:30
visit leave V1 --no-call-in --at 2023-01-16T15:30
report close V1 --solution "set up" --opinion fine --at 2023-01-16T16:00
install done I1 --at 2023-01-16T15:00
install train I1 --people 2 --at 2023-01-16T15:10
upkeep plan SN-7 --every "6 months" --from 2023-01-31 --text "oil and filters" --at 2023-01-31T09:00
upkeep plan SN-7 --every "1000 h" --from-hours 0 --text "hydraulic oil" --at 2023-01-31T09:00
machine reading SN-7 --hours 10 --at 2023-01-31T10:00
upkeep done M1 --hours 600 --at 2023-07-31T10:00
machine reading SN-7 --hours 1005 --at 2023-11-30T10:00
upkeep done M2 --hours 1010 --at 2023-12-04T10:00
upkeep done M1 --at 2024-02-02T10:00
stock receive HP-100 --qty 10 --price 50 --at 2023-01-05T09:00
call log --channel phone --from CU0001 --machine SN-7 --kind repair --summary "boom leaks" --needs-service --at 2024-03-04T08:00
visit dispatch --call C1 --staff S02 --promised 2024-03-05T10:00 --at 2024-03-04T09:00
stock issue HP-100 --qty 2 --visit V2 --at 2024-03-04T17:00
visit arrive V2 --at 2024-03-05T09:45
visit leave V2 --no-call-in --at 2024-03-05T12:15
report close V2 --fault hydraulics --cause "seal worn" --cause-class material --solution "seal replaced" --part HP-100:2 --opinion ok \
 --photo {folder}/before.jpg --photo {folder}/after.jpg --at 2024-03-05T13:00
machine transfer SN-7 --to CU0002 --from 2024-06-01
defect report --product LX200 --machine SN-7 --summary "boom pin seizes" --at 2024-09-02T09:00
defect bulletin D1 --product LX200 --serial-from SN-5 --to SN-9 --action "new boom pin" --who S04 --at 2024-09-10T09:00
upkeep done M1 --hours 1900 --at 2024-07-31T10:00
upkeep done M2 --hours 2100 --at 2024-10-15T10:00
defect apply D1 --machine SN-7 --at 2024-10-15T11:00
upkeep done M1 --at 2025-01-31T10:00
machine reading SN-7 --hours 3001 --at 2025-06-02T10:00
call log --channel phone --from CU0002 --machine SN-7 --kind repair --summary "boom leaks again" --needs-service --at 2025-07-07T08:00
visit dispatch --call C2 --staff S03 --promised 2025-07-08T10:00 --at 2025-07-07T09:00
quote make --visit V3 --part seal:1:120 --labour 250 --travel 80 --cause-class wear --at 2025-07-07T10:00
quote accept Q1 --at 2025-07-07T11:00
visit arrive V3 --at 2025-07-08T09:55
visit leave V3 --no-call-in --at 2025-07-08T11:25
part edit HP-100 --price 90 --from 2025-01-01
report close V3 --fault hydraulics --cause "seal worn" --cause-class wear --solution "seal replaced" --part HP-100:1 --opinion ok --at 2025-07-08T12:00
expense submit --trip V3 --line transport:64:东区:2025-07-08 --receipt-file {folder}/before.jpg --at 2025-07-09T09:00
"""


@pytest.fixture(scope="module")
def lived(staffed: Path, tmp_path_factory: pytest.TempPathFactory) -> Svc:
    import re
    import shutil

    top = tmp_path_factory.mktemp("life")
    (top / "before.jpg").write_bytes(b"\xff\xd8\xff before")
    (top / "after.jpg").write_bytes(b"\xff\xd8\xff after")
    svc, ids = Svc(shutil.copytree(staffed, top / "desk")), {}
    for line in STORY.replace("\\\n", "").strip().split("\n"):
        said = svc(re.sub(r"\b[A-Z][0-9]\b", lambda m: ids.get(m[0], m[0]), line.format(folder=top)))
        id = said.out.split()[0] if said.out else ""
        if re.fullmatch(r"[A-Z][0-9]{4}-[0-9]{4}", id) and id not in ids.values():
            ids[f"{id[0]}{sum(known[0] == id[0] for known in ids) + 1}"] = id
    svc.environ["IDS"] = ""
    svc.ids = ids  # type: ignore[attr-defined]
    return svc


def life(svc: Svc, as_of: str) -> Any:
    return svc(f"machine show SN-7 --json --as-of {as_of}").json


def test_whose_it_was_and_how_long_it_ran(lived: Svc) -> None:
    told = life(lived, "2026-01-09T12:00")
    assert [(one["customer"], one["name"], one["since"]) for one in told["owners"]] == [
        ("CU0001", "Works", "2023-01-10"), ("CU0002", "Second", "2024-06-01"),
    ]  # fmt: skip
    assert (told["hours"], told["age_days"], told["warranty_until"], told["warranty_hours"]) == (3001, 1095, "2026-01-10", "3000")


def test_in_warranty_until_its_hours_were_run(lived: Svc) -> None:
    # 3 years to the day: until 2026-01-10; but 3001 h were read on 2025-06-02
    assert [life(lived, day)["in_warranty"] for day in ("2024-03-05T12:00", "2025-06-01T12:00", "2025-06-02T12:00", "2026-01-09T12:00")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_what_broke_and_what_it_cost(lived: Svc) -> None:
    told = life(lived, "2026-01-09T12:00")
    assert (told["calls"], told["repairs"], told["repeats"], told["parts"]) == (2, 2, 0, {"seal": 3})
    rows = [
        (one["purpose"], one["at"], one["in_warranty"], one["labour"], one["parts"], one["travel"], one["total"], one["accepted"])
        for one in told["visits"]
    ]
    assert rows == [
        ("install", "2023-01-16", True, "600.00", "0.00", "0.00", "600.00", None),  # 6 h of 100
        ("repair", "2024-03-05", True, "250.00", "160.00", "0.00", "410.00", None),  # 2.5 h, two seals of 80
        ("repair", "2025-07-08", False, "150.00", "90.00", "64.00", "304.00", "450.00"),  # 1.5 h, a seal of 90 by then, the train
    ]
    assert told["cost"] == {"total": "1314.00", "in_warranty": "1010.00", "out_of_warranty": "304.00", "warranty_unknown": "0.00"}
    quote = lived.ids["Q1"]  # type: ignore[attr-defined]
    assert lived(f"quote show {quote} --json").json["charge"] == "chargeable"
    compared = lived("stock cost SN-7 --json --as-of 2026-01-09T12:00").json["visits"][2]
    assert (compared["differs"], compared["parts_quoted"], compared["parts_used"]) == ("-146.00", {"seal": 1}, {"seal": 1})


def test_what_came_round(lived: Svc) -> None:
    by_month, by_hours = life(lived, "2026-01-09T12:00")["upkeep"]
    # month's ends: 2023-07-31, 2024-01-31 (done two days late), 2024-07-31, 2025-01-31; 2025-07-31 was missed
    assert (by_month["times"], by_month["last_done"], by_month["due"], by_month["due_hours"]) == (4, "2025-01-31", "2025-07-31", None)
    # every 1000 h from the last service: 1000, 2010 (reached 2024-10-15 at 2100), 3100
    assert (by_hours["times"], by_hours["last_done"], by_hours["due_hours"]) == (2, "2024-10-15", 3100)
    # 2991 h in 853 days (2023-01-31 to 2025-06-02) are 3.506 a day: the 99 left take 28 days
    assert by_hours["due"] == "2025-06-30"
    book = lived.audit("2024-02", "2024-03-01T12:00")["upkeep"]
    assert (book["done"], book["late"]) == (1, 1)


def test_what_was_announced_kept_and_is_in_stock(lived: Svc) -> None:
    told = life(lived, "2026-01-09T12:00")
    assert [(one["action"], one["done"]) for one in told["bulletins"]] == [("new boom pin", "2024-10-15")]
    files = lived("attachment list --json").json
    assert [(one["of"], one["name"], bool(one["same_as"])) for one in files] == [
        ("report", "before.jpg", False), ("report", "after.jpg", False), ("expense", "before.jpg", True),
    ]  # fmt: skip
    [seal] = [one for one in lived("stock list --json --as-of 2026-01-09T12:00").json if one["part"] == "HP-100"]
    assert (seal["warehouse"], seal["vans"]) == (8, {"S03": -1})  # ten, less two given out and fitted; the third nobody gave out
    month = lived.audit("2025-07", "2025-08-01T12:00")
    assert (month["repairs"]["median_hours"], month["stock"]["cost"]["out_of_warranty"]) == (27.4, "304.00")  # 27 h 25 min
    lived("ledger verify")


def test_it_is_told_to_people_in_both_languages(lived: Svc) -> None:
    english, chinese = (lived(f"--lang {lang} machine show SN-7 --as-of 2026-01-09T12:00").out for lang in ("en", "zh"))
    assert "1314.00 yuan: in warranty 1010.00, out of it 304.00" in english and "2024-06-01  CU0002 Second" in english
    assert "合计" not in english and "1314.00 元：保修期内 1010.00，期外 304.00" in chinese and "已做 4 次" in chinese
