"""2.4: key regions and key customers are visited regularly; their opinions on design, assembly, process are asked for.

How often, the contract does not say. A customer's own interval (the register) makes the due list and the figures; the
limit of the rules file, which ships blank, makes the breach.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.conftest import Svc


def key(svc: Svc, every: int = 30, since: str = "--since 2026-09-01T09:00") -> None:
    svc(f"customer edit CU0001 --key-every-days {every} {since}")


def visited(svc: Svc, at: str, opinions: str = '--opinion design="cab is hot"') -> str:
    id = svc(f"tour plan --customer CU0001 --by 2026-10-31T17:00 --staff S02 --at {at[:8]}01T08:00").id
    svc(f"tour done {id} {opinions} --at {at}")
    return id


def test_opinions_are_kept_by_aspect(svc: Svc) -> None:
    visited(svc, "2026-10-05T10:00", '--opinion design="cab is hot" --opinion 工艺="welds are good"')
    visited(svc, "2026-10-20T10:00", '--opinion design="seat is low"')
    tours = svc.audit("2026-10")["tours"]
    assert tours["opinions"]["design"] == {"count": 2, "texts": ["cab is hot", "seat is low"]}
    assert tours["opinions"]["process"] == {"count": 1, "texts": ["welds are good"]}
    assert tours["opinions"]["assembly"]["count"] == 0
    assert (tours["opened"], tours["closed"], tours["open"], tours["key_customers"]) == (2, 2, 0, 0)


def test_a_key_customer_within_the_interval_is_not_overdue(svc: Svc) -> None:
    key(svc)
    visited(svc, "2026-10-20T10:00")
    tours = svc.audit("2026-10", "2026-11-19T10:00")["tours"]
    assert (tours["key_customers"], tours["overdue"], tours["overdue_customers"]) == (1, 0, [])


def test_a_key_customer_is_overdue_after_the_interval_since_the_visit_or_the_registration(svc: Svc) -> None:
    key(svc)
    assert svc.audit("2026-10", "2026-10-01T09:01")["tours"]["overdue_customers"] == ["CU0001"]
    visited(svc, "2026-10-20T10:00")
    assert svc.audit("2026-10", "2026-11-19T10:01")["tours"]["overdue"] == 1


def test_without_interval_nothing_is_overdue(svc: Svc) -> None:
    svc("customer add --name Ordinary")
    tours = svc.audit("2026-10", "2036-05-01T00:00")["tours"]
    assert (tours["key_customers"], tours["overdue"]) == (0, 0)
    assert svc("tour due --json").json == []
    assert svc("customer show CU0002 --json").json["since"] is None


def test_the_first_visit_is_due_an_interval_after_the_day_a_key_customer_was_registered(svc: Svc) -> None:
    svc("customer add --name Later --key-every-days 30")
    svc("customer edit CU0001 --key-every-days 60")
    svc("customer add --name Old --key-every-days 30 --since 2026-09-01T09:00")
    svc("customer edit CU0003 --region North")
    old = svc("customer show CU0003 --json").json
    assert (old["since"], old["key_since"]) == ("2026-09-01T09:00:00+08:00", None)
    svc("customer edit CU0003 --key-since 2026-10-01T00:00")
    due = {row["customer"]: row for row in svc("tour due --json").json}
    assert due["CU0003"]["due"] == "2026-10-31T00:00:00+08:00"
    for customer, days in (("CU0002", 30), ("CU0001", 60)):
        row = svc(f"customer show {customer} --json").json
        since = datetime.fromisoformat(row["key_since"])
        assert row["since"] is None  # calls that came in before are still those of somebody known
        assert (since.hour, since.minute, since.utcoffset()) == (0, 0, timedelta(hours=8))
        assert abs(datetime.now(UTC) - since) < timedelta(days=2)  # this day, whatever the hour
        assert datetime.fromisoformat(due[customer]["due"]) == since + timedelta(days=days)
        assert not due[customer]["overdue"]


def test_the_due_list_has_the_overdue_first(svc: Svc) -> None:
    key(svc, every=60)
    svc("customer add --name Second --key-every-days 30 --since 2026-09-01T09:00")
    visited(svc, "2026-10-20T10:00")
    svc("tour plan --customer CU0002 --by 2026-11-25T17:00 --at 2026-11-01T08:00")
    rows = svc("tour due --json --as-of 2026-11-20T12:00").json
    assert [(r["customer"], r["days_left"], r["overdue"], r["planned"] is None) for r in rows] == [
        ("CU0002", -50, True, False),
        ("CU0001", 29, False, True),
    ]
    assert rows[1]["last_visit_at"] == "2026-10-20T10:00:00+08:00"
    assert "CU0002" in svc("tour due").out.splitlines()[2]


def test_a_limit_that_is_not_set_is_not_broken(svc: Svc) -> None:
    key(svc)
    assert "key_customer_visited" not in svc.audit("2026-10")["breaches"]


def test_each_interval_longer_than_the_limit_is_a_breach_of_the_day_it_ran_out(svc: Svc) -> None:
    key(svc)
    svc('rules set key_customer_visit_every "30 days" --from 2026-01-01')
    first = visited(svc, "2026-10-02T10:00")  # 31 days after the registration: due 1 October 09:00
    assert svc.audit("2026-10")["breaches"]["key_customer_visited"] == 1
    assert svc.audit("2026-09")["breaches"] == {}
    assert svc.audit("2026-11")["breaches"]["key_customer_visited"] == 1  # nobody went again by 1 November 10:00
    assert "the last visit: 2026-10-02 10:00" in svc(f"finding show key_customer_visited/{first}").out
    svc("finding show key_customer_visited/CU0001")
    visited(svc, "2026-11-01T09:59")
    assert svc.audit("2026-11")["breaches"] == {}


def test_planned_visits_wait_in_todays_list(svc: Svc) -> None:
    id = svc("tour plan --customer CU0001 --by 2026-10-31T17:00 --staff S02 --at 2026-10-01T08:00").id
    row = svc("today --json").json[0]
    assert (row["kind"], row["id"], row["staff"], row["stage"]) == ("tour", id, "S02", "overdue")
    assert svc.audit("2026-10")["tours"]["late_plans"] == 1
    assert "--opinion" in svc(f"tour done {id}", 2).err
    assert "taste" in svc(f"tour done {id} --opinion taste=good", 2).err
