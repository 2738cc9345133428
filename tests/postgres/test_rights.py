"""Who may what on the server: one way in, everybody's own site, his own name, the server's clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from svc.errors import NotPermitted, SvcError
from svc.store.postgres import setup
from svc.store.postgres.ledger import PostgresLedger
from svc.store.postgres.registers import PostgresRegisters
from svc.store.postgres.session import Session
from svc.store.postgres.verify import problems
from svc.store.rows import codec
from tests.postgres.fixtures import sql
from tests.store.helpers import call

pytestmark = pytest.mark.long  # a server


@pytest.fixture
def company(pg_url: str) -> str:
    """A head office and the sites BJ and SH, with a clerk `bei` at BJ (S11) and `hai` at SH (S12)."""
    boss = Session(pg_url)
    for mark, login, staff in (("BJ", "bei", "S11"), ("SH", "hai", "S12")):
        setup.add_site(boss, mark, f"site-{mark.lower()}")
        sql(pg_url, f"do $$ begin create role {login} login; exception when duplicate_object then null; end $$")
        setup.add_member(boss, login, mark, everywhere=False, deputy=False)
        PostgresRegisters(boss, PostgresLedger(boss)).add("staff", {staff: {"name": login, "role": "clerk", "login": login}})
    boss.close()
    return pg_url


def as_(url: str, login: str) -> Session:
    return Session(url.replace("boss@", f"{login}@"))


def put(session: Session, number: int, by: str, mark: str | None = None) -> None:
    ledger = PostgresLedger(session, mark)
    id = f"C2611-{ledger.mark}{number:04}"
    with ledger.lock():
        ledger.append([call(number)._replace(id=id, by=by)], datetime.now(UTC))


@pytest.mark.parametrize(
    "statement",
    [
        "insert into svc.entry select * from svc.entry",
        "update svc.entry set id = 'C2611-0002'",
        "delete from svc.entry",
        "truncate svc.entry",
        "update svc.head set n = 0",
        "delete from svc.register",
        "update svc.document set body = ''",
        "insert into svc.member values (session_user, '', true, true)",
        "drop table svc.entry",
        "alter table svc.entry disable row level security",
        "create or replace function svc.my_marks() returns text[] language sql as $$ select array['', 'SH'] $$",
        "select svc.make_month('2031-01-01')",
        "set role svc_owner",
        "create table svc.mine (n int)",
    ],
)
def test_nothing_else_is_granted(company: str, statement: str) -> None:
    put(as_(company, "bei"), 1, "S11")
    with pytest.raises(SvcError, match=r"permission denied|must be (owner|member)"):
        as_(company, "bei").run(statement)
    assert sql(company, "select count(*) from svc.entry") == [(1,)]


def test_each_site_sees_its_own_and_the_head_office_all(company: str) -> None:
    put(as_(company, "bei"), 1, "S11")
    put(as_(company, "hai"), 1, "S12")
    put(Session(company), 1, "S01")

    def seen(login: str) -> list[str]:
        return [one.entry.id for one in PostgresLedger(as_(company, login)).read("call")]

    assert seen("bei") == ["C2611-BJ0001"] and seen("hai") == ["C2611-SH0001"]
    assert seen("boss") == ["C2611-0001", "C2611-BJ0001", "C2611-SH0001"]
    assert list(problems(PostgresLedger(Session(company)))) == []


def test_nobody_records_elsewhere_or_as_somebody_else(company: str) -> None:
    with pytest.raises(NotPermitted, match="no member of site SH"):
        put(as_(company, "bei"), 1, "S11", "SH")
    with pytest.raises(NotPermitted, match="may not record as S12"):
        put(as_(company, "bei"), 1, "S12")
    put(Session(company), 1, "S12")  # a deputy may: imports, the head office
    assert sql(company, "select staff, login from svc.entry") == [("S12", "boss")]


def test_a_strangers_number_is_seen_at_its_site_only(company: str) -> None:
    for login, id in (("bei", "C2611-BJ0001"), ("hai", "C2611-SH0001")):
        session = as_(company, login)
        PostgresRegisters(session, PostgresLedger(session)).add("caller", {id: {"phone": "138-0000-0001"}})
    session = as_(company, "bei")
    assert list(PostgresRegisters(session, PostgresLedger(session)).load("caller")) == ["C2611-BJ0001"]
    assert list(PostgresRegisters(session, PostgresLedger(session)).load("staff")) == ["S01", "S11", "S12"]


def test_every_entry_says_which_login_and_when_by_the_servers_clock(company: str) -> None:
    put(as_(company, "bei"), 1, "S11")
    ((login, stored),) = sql(company, "select login, stored_at from svc.entry")
    assert login == "bei" and abs((stored - datetime.now(UTC)).total_seconds()) < 60  # type: ignore[operator]
    ledger = PostgresLedger(as_(company, "bei"))
    with pytest.raises(SvcError, match="the clock of the server"), ledger.lock():
        late = datetime(2099, 1, 1, tzinfo=UTC)
        entry = call(2)._replace(recorded_at=late, by="S11")
        ledger._call("call", "calls/2099-01.csv", [entry], [codec.encode(entry)], None)


def test_a_change_behind_our_back_is_found(company: str) -> None:
    for number in (1, 2, 3):
        put(Session(company), number, "S01")
    ledger = PostgresLedger(Session(company))
    assert list(problems(ledger)) == []
    changes = {
        "update svc.entry set raw = convert_to(replace(convert_from(raw, 'UTF8'), 'drifts', 'floats'), 'UTF8') where n = 2": "h",
        "update svc.entry set staff = 'S02' where n = 2": "by",
        "delete from svc.entry where n = 2": "n",
        "delete from svc.entry where n = 3": None,
    }
    for statement, field in changes.items():
        import psycopg

        with psycopg.connect(company) as connection:
            connection.execute(statement)  # an administrator with every right
            connection.commit()
            found = list(problems(PostgresLedger(Session(company))))
            assert found and field in {problem.field for problem in found}, statement
        sql(company, "truncate svc.entry, svc.head")
        for number in (1, 2, 3):
            put(Session(company), number, "S01")


def test_wages_are_seen_by_few(company: str) -> None:
    """What people earn: the head office and finance see it, a clerk neither in the register nor through the program."""
    boss = PostgresRegisters(Session(company), PostgresLedger(Session(company)))
    sql(company, "do $$ begin create role jin login; exception when duplicate_object then null; end $$")
    setup.add_member(Session(company), "jin", "", everywhere=True, deputy=False)
    boss.add("staff", {"S13": {"name": "jin", "role": "finance", "login": "jin"}, "S14": {"name": "T", "role": "technician", "wage": "4000.00"}})
    rows = boss.load("staff")
    boss.save("staff", {**rows, "S11": {**rows["S11"], "wage": "5000.00"}})
    boss.add("wage", {"H2611-0001": {"staff": "S14", "was": "4000.00", "value": "4500.00"}})

    def seen(login: str) -> tuple[dict[str, str], int, list[str]]:
        session = as_(company, login)
        own = PostgresRegisters(session, PostgresLedger(session))
        raw = session.run("select cells::text from svc.register where noun in ('staff', 'wage')")
        wages = {id: row["wage"] for id, row in own.load("staff").items() if row.get("wage")}
        return wages, len(own.load("wage")), [text for (text,) in raw if "000.00" in text or "4500" in text]

    assert seen("boss")[:2] == ({"S11": "5000.00", "S14": "4000.00"}, 1)
    assert seen("jin")[:2] == ({"S11": "5000.00", "S14": "4000.00"}, 1)
    assert seen("bei") == ({}, 0, []), "not even in the server's own rows"
    with pytest.raises(NotPermitted):
        clerk = as_(company, "bei")
        PostgresRegisters(clerk, PostgresLedger(clerk)).add("wage", {"H2611-0002": {"staff": "S11", "value": "9000.00"}})
    rows = boss.load("staff")
    boss.save("staff", {id: row for id, row in rows.items() if id != "S14"})
    assert "S14" not in str(sql(company, "select id, cells::text from svc.register where noun = 'staff'"))
    assert sql(company, "select count(*) from svc.register where noun = 'wage' and id = 'S14'") == [(0,)]
