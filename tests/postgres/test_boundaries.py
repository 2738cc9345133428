"""Every function of the server, called as every role, with what an attacker would give it: nothing gets through."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import psycopg
import pytest

from svc.domain.entry import Entry
from svc.errors import SvcError
from svc.store.place import Located
from svc.store.postgres import repair, rights, setup
from svc.store.postgres.files import PostgresFiles
from svc.store.postgres.ledger import PostgresLedger
from svc.store.postgres.registers import PostgresDocuments, PostgresRegisters
from svc.store.postgres.session import Session
from svc.store.postgres.verify import problems
from svc.store.rows import chain, codec
from tests.conftest import Svc
from tests.hostile import note
from tests.postgres.fixtures import sql
from tests.store.helpers import call, conduct, report, survey

pytestmark = pytest.mark.long  # a server

STAFF = {"tech": ("BJ", "S21", "technician"), "bei": ("BJ", "S11", "clerk"), "chief": ("BJ", "S22", "head"), "hai": ("SH", "S12", "clerk")}
ROLES = ("stranger", "hai", "tech", "bei", "chief", "boss")
"""No member at all; a clerk of another site; technician, clerk and head of BJ; a deputy."""
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment of the test: a server takes no entries of another time, and the suite takes longer than that."""
    monkeypatch.setitem(globals(), "NOW", datetime.now(UTC).replace(microsecond=0))



class Call(NamedTuple):
    """A call of a function: what it is, the statement and its values, and the roles that get through."""

    name: str
    statement: str
    values: Callable[[str], tuple[Any, ...]]
    allowed: frozenset[str]


def may(*roles: str) -> frozenset[str]:
    return frozenset(roles)


APPEND = (
    "select * from svc.append(%s, %s, %s, %s, %s, %s::bytea[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[])"
)
KEEP = "select svc.keep_rows(%s, %s, %s::json, %s::jsonb)"
DOCUMENT = "select svc.keep_document(%s, %s, %s)"

KEEP_FILE = "select svc.keep_file(%s, %s, %s)"
LARGE = bytes((20 << 20) + 1)
FILE, KEPT, LARGE_FILE = (hashlib.sha256(body).hexdigest() for body in (b"x", b"kept", LARGE))


def staff_of(login: str) -> str:
    return STAFF.get(login, ("", "S01", ""))[1]


def entry(login: str, **changes: Any) -> Entry:
    return call(1)._replace(**{"id": "C2611-BJ0001", "by": staff_of(login), "at": NOW, "recorded_at": NOW, **changes})


def appending(one: Entry, mark: str = "BJ", **changes: Any) -> tuple[Any, ...]:
    """The values of APPEND for an entry, some of them changed."""
    folder = {"call": "calls", "finding": "findings", "report": "reports", "undo": "undone"}[one.ledger]
    form = codec.form(one.ledger)
    values = {
        "mark": mark, "noun": one.ledger, "file": f"{folder}/{one.recorded_at:%Y-%m}.{form}", "start": 0, "line": 0,
        "rows": [codec.encode(one)], "ids": [one.id], "events": [one.event], "ats": [one.at], "recorded": [one.recorded_at],
        "staff": [one.by], "hashes": None, **changes,
    }  # fmt: skip
    return tuple(values.values())


def raw(row: bytes, **changes: Any) -> Callable[[str], tuple[Any, ...]]:
    return lambda login: appending(entry(login), rows=[row], **changes)


def ruling(login: str) -> Entry:
    return Entry("finding", "uphold", "late_arrival/V2611-BJ0001", NOW, NOW, staff_of(login), {"reason": "overslept"})


def taken_back(login: str, **changes: Any) -> Entry:
    """That somebody takes a ruling of the general manager's back."""
    said = {"of": "finding", "entry": "late_arrival/V2611-BJ0001", "deed": "uphold", "happened": NOW, "nth": 1}
    return Entry("undo", "undo", "Z2611-BJ0001", NOW, NOW, staff_of(login), said)._replace(**changes)


EVERYBODY_AT_BJ = may("tech", "bei", "chief", "boss")
OTHER_DAY = NOW - timedelta(days=40)
LONG_AGO = "2001-01"

CALLS = (
    Call("an entry of one's own", APPEND, lambda login: appending(entry(login)), EVERYBODY_AT_BJ),
    Call("an entry at another site", APPEND, lambda login: appending(entry(login), mark="SH"), may("hai", "boss")),
    Call("an entry in another's name", APPEND, lambda _: appending(entry("x", by="S22")), may("chief", "boss")),
    Call("a ruling", APPEND, lambda login: appending(ruling(login)), may("chief", "boss")),
    Call("an entry with a hash (a hand-over)", APPEND,
         lambda login: appending(entry(login), hashes=[hashed(entry(login))]), may("boss")),
    Call("an old entry with a hash", APPEND,
         lambda login: appending(old := entry(login, at=OTHER_DAY, recorded_at=OTHER_DAY), hashes=[hashed(old)]), may("boss")),
    Call("an entry with a wrong hash", APPEND, lambda login: appending(entry(login), hashes=["x" + "a" * 31]), may()),
    Call("an entry of last month", APPEND, lambda login: appending(entry(login, at=OTHER_DAY, recorded_at=OTHER_DAY)), may()),
    Call("an entry of next year", APPEND,
         lambda login: appending(late := entry(login, recorded_at=NOW + timedelta(days=366)), hashes=[hashed(late)]), may()),
    Call("an entry in another month's file", APPEND, lambda login: appending(entry(login), file=f"calls/{LONG_AGO}.csv"), may()),
    Call("an entry in another ledger's file", APPEND, lambda login: appending(entry(login), file=f"visits/{NOW:%Y-%m}.csv"), may()),
    Call("a file that is a path", APPEND, lambda login: appending(entry(login), file="../../etc/2026-11.csv"), may()),
    Call("no file", APPEND, lambda login: appending(entry(login), file=None), may()),
    Call("a ledger that is none", APPEND, lambda login: appending(entry(login), noun="salary"), may()),
    Call("garbage", APPEND, raw(b"x"), may()),
    Call("bytes that are no text", APPEND, raw(b"\xff\xfe\x00,\x80"), may()),
    Call("two lines in one", APPEND, lambda login: appending(entry(login), rows=[codec.encode(entry(login)) + b"\nx"]), may()),
    Call("a column too many", APPEND, lambda login: appending(entry(login), rows=[codec.encode(entry(login)) + b","]), may()),
    Call("a megabyte", APPEND, lambda login: appending(entry(login), rows=[codec.encode(entry(login)) + b"x" * (1 << 20)]), may()),
    Call("columns that say something else", APPEND, lambda login: appending(entry(login), ids=["C2611-BJ0002"]), may()),
    Call("an author that the row does not name", APPEND, lambda login: appending(entry("x", by="S99"), staff=[staff_of(login)]), may()),
    Call("an event that is none", APPEND,
         lambda login: appending(entry(login), events=["pay"], rows=[codec.encode(entry(login)).replace(b",log,", b",pay,")]), may()),
    Call("more ids than rows", APPEND, lambda login: appending(entry(login), ids=["a", "b"]), may()),
    Call("no rows", APPEND, lambda login: appending(entry(login), rows=[], ids=[], events=[], ats=[], recorded=[], staff=[]), may()),
    Call("no values at all", APPEND, lambda _: (None,) * 12, may()),
    Call("a customer", KEEP, lambda _: ("BJ", "customer", '{"CU0009": {"name": "Works"}}', "{}"), EVERYBODY_AT_BJ),
    Call("a member of staff", KEEP, lambda _: ("BJ", "staff", '{"S77": {"name": "X", "role": "head", "login": "tech"}}', "{}"), may("chief", "boss")),
    Call("a role of one's own", KEEP, lambda login: ("BJ", "staff", *promoted(login)), may("chief", "boss")),
    Call("a row that somebody else wrote", KEEP, lambda _: ("BJ", "staff", '{"S01": {"name": "X"}}', '{"S01": {"name": "Y"}}'), may()),
    Call("a staff row gone", KEEP, lambda login: ("BJ", "staff", json.dumps({staff_of(login): None}), promoted(login)[1]), may("chief", "boss")),
    Call("a register that is none", KEEP, lambda _: ("BJ", "salary", '{"S01": {"wage": "1"}}', "{}"), may()),
    Call("a column that is none", KEEP, lambda _: ("BJ", "customer", '{"CU0008": {"salary": "1"}}', "{}"), may()),
    Call("a value that is no text", KEEP, lambda _: ("BJ", "customer", '{"CU0008": {"name": {"a": 1}}}', "{}"), may()),
    Call("rows that are none", KEEP, lambda _: ("BJ", "customer", "[1, 2]", "{}"), may()),
    Call("a row at another site", KEEP, lambda _: ("SH", "customer", '{"CU0007": {"name": "Works"}}', "{}"), may("hai", "boss")),
    Call("another site's caller", KEEP, lambda _: ("BJ", "caller", '{"C2611-SH0001": null}', '{"C2611-SH0001": {"phone": "138-0000-0001"}}'), may()),
    Call("rules", DOCUMENT, lambda _: ("rules.yaml", b"x", 1), may("chief", "boss")),
    Call("a seal", DOCUMENT, lambda _: ("seals/2026-10.txt", b"x", 0), may("chief", "boss")),
    Call("a seal once more", DOCUMENT, lambda _: ("seals/2026-09.txt", b"other", 1), may()),
    Call("whose signature counts", DOCUMENT, lambda _: ("registers/allowed_signers", b"x", 0), may("chief", "boss")),
    Call("a document that is none", DOCUMENT, lambda _: ("notes.txt", b"x", 0), may()),
    Call("a document by a path", DOCUMENT, lambda _: ("seals/../rules.yaml", b"x", 0), may()),
    Call("an old version", DOCUMENT, lambda _: ("rules.yaml", b"x", 0), may()),
    Call("a huge version", DOCUMENT, lambda _: ("rules.yaml", b"x", 2**31 - 2), may()),
    Call("a negative version", DOCUMENT, lambda _: ("rules.yaml", b"x", -5), may()),
    Call("no version", DOCUMENT, lambda _: ("rules.yaml", b"x", None), may()),
    Call("a file", KEEP_FILE, lambda _: ("BJ", FILE, b"x"), EVERYBODY_AT_BJ),
    Call("a file under another hash", KEEP_FILE, lambda _: ("BJ", "0" * 64, b"x"), may()),
    Call("a file by a path", KEEP_FILE, lambda _: ("BJ", "../../etc/passwd", b"x"), may()),
    Call("no bytes", KEEP_FILE, lambda _: ("BJ", FILE, None), may()),
    Call("a file too large", KEEP_FILE, lambda _: ("BJ", LARGE_FILE, LARGE), may()),
    Call("a file at another site", KEEP_FILE, lambda _: ("SH", FILE, b"x"), may("hai", "boss")),
    Call("a file gone", "select svc.drop_file(%s, %s)", lambda _: ("BJ", KEPT), may("chief", "boss")),
    Call("a file gone at another site", "select svc.drop_file(%s, %s)", lambda _: ("SH", KEPT), may("boss")),
    Call("taking back what is not one's own", APPEND, lambda login: appending(taken_back(login)), may("boss")),
    Call("holding an entry", APPEND, lambda login: appending(taken_back(login, event="hold")), may("boss")),
    Call("a look at what is taken back", "select svc.look_at_taking_back()", lambda _: (), may()),
    Call("a row passed over that is none", "select svc.set_aside(%s, %s, %s::bigint, %s)", lambda _: ("BJ", "call", 1, "x"), may()),
    Call("a row passed over of no ledger", "select svc.set_aside(%s, %s, %s::bigint, %s)", lambda _: ("BJ", "salary", 1, "x"), may()),
    Call("a row passed over elsewhere", "select svc.set_aside(%s, %s, %s::bigint, %s)", lambda _: ("SH", "call", 1, "x"), may()),
    Call("where a site records", "select svc.set_apart(%s, true)", lambda _: ("BJ",), may("boss")),
    Call("one's sites", "select svc.my_marks()", lambda _: (), frozenset(ROLES)),
    Call("one's home", "select svc.my_home()", lambda _: (), frozenset(ROLES)),
    Call("a month", "select svc.make_month('2031-01-01')", lambda _: (), may("boss")),
    Call("a hash", "select svc.row_hash('a', 'b', 'c', 'd')", lambda _: (), may("boss")),
    Call("a member", "select svc.member_of('SH')", lambda _: (), may("boss")),
    Call("a demand", "select svc.demand('call log')", lambda _: (), may("boss")),
    Call("roles", "select svc.my_roles()", lambda _: (), may("boss")),
    Call("whether one sees wages", "select svc.may_see('wage')", lambda _: (), frozenset(ROLES)),
    Call("a row that is none", "select svc.no_row('x')", lambda _: (), may()),
    Call("cells", "select svc.cells_of('a,b')", lambda _: (), may("boss")),
    Call("a cell", "select svc.cell_text('a')", lambda _: (), may("boss")),
    Call("what a row says", "select svc.said_by(s, 'x') from svc.shape s limit 1", lambda _: (), may()),
)  # fmt: skip
"""Role × function: `boss` owns the server besides, so that the inner functions are his to call."""


def hashed(one: Entry, ledger: str = "site-bj") -> str:
    file = f"calls/{one.recorded_at:%Y-%m}.csv"
    return chain.link(ledger, file, chain.GENESIS, codec.encode(one))


def promoted(login: str) -> tuple[str, str]:
    staff = staff_of(login)
    before = {"name": login, "role": STAFF[login][2], "login": login} if login in STAFF else {"name": "Head", "role": "head", "login": "boss"}
    return json.dumps({staff: {**before, "role": "gm"}}), json.dumps({staff: before})


@pytest.fixture(scope="session")  # not a module's: a worker may come back to this file, and its database is there
def company(postgres: Any, pg_template: str) -> Iterator[str]:
    """A desk with two sites, people of every role, a seal, a stranger's number at SH."""
    sql(postgres.url("postgres"), f"create database boundaries template {pg_template}")
    url = postgres.url("boundaries")
    boss = Session(url)
    for mark in ("BJ", "SH"):
        setup.add_site(boss, mark, f"site-{mark.lower()}")
    registers = PostgresRegisters(boss, PostgresLedger(boss))
    for login, (mark, staff, role) in STAFF.items():
        sql(url, f"do $$ begin create role {login} login; exception when duplicate_object then null; end $$")
        setup.add_member(boss, login, mark, everywhere=False, deputy=False)
        registers.add("staff", {staff: {"name": login, "role": role, "login": login}})
    sql(url, "do $$ begin create role stranger login; exception when duplicate_object then null; end $$", "grant svc_user to stranger")
    PostgresRegisters(boss, PostgresLedger(boss, "SH")).add("caller", {"C2611-SH0001": {"phone": "138-0000-0001"}})
    PostgresDocuments(boss).keep("seals/2026-09.txt", b"sealed", None)
    PostgresFiles(boss, PostgresLedger(boss, "BJ")).put(KEPT, b"kept")
    boss.close()
    yield url


def as_(url: str, login: str) -> str:
    return url.replace("boss@", f"{login}@")


def through(url: str, login: str, one: Call) -> bool:
    """Whether a call gets through; what it did is taken back."""
    with psycopg.connect(as_(url, login)) as connection:
        try:
            connection.execute("set constraints all immediate")
            connection.execute(one.statement.encode(), one.values(login) or None)
        except psycopg.Error:
            return False
        finally:
            connection.rollback()
    return True


@pytest.mark.parametrize("one", CALLS, ids=lambda one: one.name)
def test_each_role_gets_through_where_the_table_says(company: str, one: Call) -> None:
    assert who_gets_through(company, one) == one.allowed


def who_gets_through(url: str, one: Call) -> set[str]:
    """The logins that a call succeeds for; each try is noted."""
    found = {login for login in ROLES if through(url, login, one)}
    name = re.search(r"svc\.(\w+)\(", one.statement)
    for login in ROLES:
        note("function", name[1] if name else "?", login, login in one.allowed, login in found)
    return found


def test_the_table_names_every_function(company: str) -> None:
    known = {name for (name,) in sql(company, "select proname::text from pg_proc where pronamespace = 'svc'::regnamespace")}
    called = {name for name in known if any(f"svc.{name}(" in one.statement for one in CALLS)}
    assert called == known
    granted = sql(
        company,
        "select proname::text from pg_proc where pronamespace = 'svc'::regnamespace and has_function_privilege('svc_user', oid, 'execute')",
    )
    assert {name for (name,) in granted} == set(rights.FUNCTIONS)
    open_path = sql(
        company,
        "select proname::text from pg_proc where pronamespace = 'svc'::regnamespace"
        " and not coalesce(proconfig::text like '%search_path=pg_catalog, pg_temp%', false)",
    )
    assert open_path == []


OWN_TYPE = """
create function pg_temp.steal() returns boolean language plpgsql as $$ begin
    delete from svc.entry; insert into svc.member values ('bei', '', false, true) on conflict do nothing; return true; end $$;
create domain pg_temp.{name} as pg_catalog.{base} check (pg_temp.steal());
"""


def attacked(url: str, name: str, base: str) -> list[tuple[object, ...]]:
    """Who is a member after a clerk had every function meet a type of his own."""
    with psycopg.connect(as_(url, "bei"), autocommit=True) as connection:
        connection.execute(OWN_TYPE.format(name=name, base=base).encode())  # a database that the administrator left open
        for statement, values in (
            ("select svc.my_marks(), svc.my_home()", ()),
            (KEEP, ("BJ", "customer", json.dumps({f"CU1{name}": {"name": "Works"}}), "{}")),
            (APPEND, appending(entry("bei", id="C2611-BJ0077"))),
            (DOCUMENT, ("rules.yaml", b"x", 1)),
        ):
            with suppress(psycopg.Error):
                connection.execute(statement.replace("::", "::pg_catalog.").encode(), values or None)
    return sql(url, "select login, mark, deputy from svc.member order by 1, 2")


@pytest.mark.parametrize(("name", "base"), [("text", "text"), ("bytea", "bytea"), ("date", "date"), ("record", "text"), ("jsonb", "jsonb")])
def test_a_type_of_the_callers_own_is_not_met(postgres: Any, company: str, name: str, base: str) -> None:
    sql(postgres.url("postgres"), f"create database met_{name} template boundaries")  # the clerk's own entry, which is taken, stays there
    url = postgres.url(f"met_{name}")
    before = sql(company, "select login, mark, deputy from svc.member order by 1, 2")
    assert attacked(url, name, base) == before
    assert sql(url, "select id from svc.entry where noun = 'call'") == [("C2611-BJ0077",)]  # nothing that was there is deleted


def test_the_same_attack_succeeds_where_the_path_is_as_it_was(postgres: Any, company: str) -> None:
    sql(postgres.url("postgres"), "create database attacked template boundaries")
    url = postgres.url("attacked")
    names = sql(url, "select oid::regprocedure::text from pg_proc where pronamespace = 'svc'::regnamespace")
    sql(url, *(f"alter function {name} set search_path = pg_catalog" for (name,) in names))
    assert ("bei", "", True) in attacked(url, "text", "text")


def test_nobody_makes_objects_where_trusted_code_could_meet_them(pg_empty: str) -> None:
    from svc.sites import found

    desk, _ = found(pg_empty, "Head", "S01")
    sql(pg_empty, "do $$ begin create role bei login; exception when duplicate_object then null; end $$")
    setup.add_member(desk.ledger.session, "bei", "", everywhere=False, deputy=False)
    desk.ledger.session.close()
    for statement in ("create temp table text (n int)", "create domain pg_temp.text as int", "create table public.t (n int)", "create schema mine"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(as_(pg_empty, "bei")) as connection:
            connection.execute(statement.encode())


def test_a_schema_of_the_first_kind_is_brought_up_with_what_it_holds(pg_empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migration 2 on a desk made by the first: entries, registers, documents stay; what is recorded then is looked at."""
    session = Session(pg_empty)
    session.run(setup.ROLES)
    session.run("create schema svc authorization svc_owner")
    session.run("set role svc_owner")
    session.run("create table svc.migration (n integer primary key, name text, at timestamptz default now())")
    n, name, text = next(setup.migrations())
    session.run(text)
    session.run("insert into svc.migration (n, name) values (%s, %s)", (n, name))
    session.run("insert into svc.desk values ('d1')")
    session.run("insert into svc.site values ('', 'd1', '')")
    session.run("insert into svc.member values ('boss', '', true, true)")
    session.run("reset role")
    ledger = PostgresLedger(session)
    PostgresRegisters(session, ledger).add("staff", {"S01": {"name": "Head", "role": "head", "login": "boss"}})
    PostgresDocuments(session).keep("rules.yaml", b"version: 1\n", None)
    with ledger.lock():
        ledger.append([call(1), report(1), survey(1), conduct(1)], datetime.now(UTC))
    before = [bytes(raw) for (raw,) in session.run("select raw from svc.entry")]
    with pytest.raises(SvcError, match="aside"):  # until then a newer program says what is to be done
        list(ledger.read("call"))
    assert setup.migrate(session)[0].startswith("002")
    assert setup.migrate(session) == []
    with ledger.lock():
        ledger.append([call(2), report(2)], datetime.now(UTC))
    after = [one.raw for noun in ("call", "report", "conduct") for one in ledger.read(noun)]
    assert [row for row in after if row in before] == before and len(after) == len(before) + 2
    assert list(problems(PostgresLedger(session))) == []
    assert PostgresDocuments(session).read("rules.yaml") == b"version: 1\n"
    found: list[Located] = list(ledger.read("call"))
    assert [one.offset for one in found] == sorted(one.offset for one in found)
    session.close()


def test_an_entry_from_a_login_that_is_not_its_authors_is_named(company: str) -> None:
    ledger = PostgresLedger(Session(as_(company, "bei")))
    with ledger.lock():
        ledger.append([entry("bei", id="C2611-BJ0500")], datetime.now(UTC))
    sql(company, "update svc.entry set login = 'hai' where id = 'C2611-BJ0500'")  # an administrator with every right
    (problem,) = [one for one in problems(PostgresLedger(Session(company))) if not one.place.startswith("seals")]
    assert problem.field == "by" and "hai" in problem.what.en
    sql(company, "delete from svc.entry where id = 'C2611-BJ0500'", "delete from svc.head")


def put_in(url: str, noun: str, n: int, row: bytes, previous: str) -> str:
    """A row as the server took it before it looked at rows: its h is right, whatever the bytes are."""
    folder, month = f"{noun}s", f"{NOW:%Y-%m}"
    h = chain.link("site-bj", f"{folder}/{month}.csv", previous, row)
    raw = codec.finish(noun, row, h)
    with psycopg.connect(url) as connection:
        connection.execute("select svc.make_month(%s)", (NOW.date().replace(day=1),))
        connection.execute(
            "insert into svc.entry (month, mark, noun, n, start, line, raw, prev, h, id, event, at, recorded_at, staff)"
            " values (%s, 'BJ', %s, %s, %s, %s, %s, %s, %s, 'C2611-BJ0001', 'log', %s, %s, 'S11')",
            (NOW.date().replace(day=1), noun, n, len(codec.header(noun)) if n == 1 else 500 + n, n + 1, raw, previous, h, NOW, NOW),
        )
        connection.execute(
            "insert into svc.head values ('BJ', %s, %s, 900, 9, %s, %s, %s) on conflict (mark, noun) do update set h = excluded.h, n = excluded.n",
            (noun, f"{folder}/{month}.csv", h, n, NOW),
        )
    return h


ASIDE = "select svc.set_aside(%s, %s, %s::bigint, %s)"


def test_a_row_that_nobody_can_read_is_set_aside_and_no_other(postgres: Any, company: str) -> None:
    sql(postgres.url("postgres"), "create database aside template boundaries")
    url = postgres.url("aside")
    first = put_in(url, "call", 1, codec.encode(entry("bei")), chain.GENESIS)
    put_in(url, "call", 2, b"garbage,\xff", first)
    good = Call("a row that can be read", ASIDE, lambda _: ("BJ", "call", 1, "x"), may("boss"))
    garbage = Call("a row that cannot", ASIDE, lambda _: ("BJ", "call", 2, "x"), may("chief", "boss"))
    no_reason = Call("without a reason", ASIDE, lambda _: ("BJ", "call", 2, ""), may())
    for one in (good, garbage, no_reason):
        assert who_gets_through(url, one) == one.allowed, one.name
    ledger = PostgresLedger(Session(as_(url, "chief")))
    with pytest.raises(SvcError):
        list(ledger.read("call"))
    [found] = repair.plan(ledger)
    assert (found.mark, found.noun, found.n) == ("BJ", "call", 2)
    repair.carry_out(ledger, [found])
    assert [one.entry.id for one in ledger.read("call")] == ["C2611-BJ0001"] and repair.plan(ledger) == []
    assert [p for p in problems(PostgresLedger(Session(url))) if p.field != "start" and "seals" not in p.place] == []
    sql(url, "insert into svc.aside (mark, noun, n, why, login) values ('BJ', 'call', 1, 'x', 'boss')")
    assert any("set aside by the login boss, although it can be read" in p.what.en for p in problems(PostgresLedger(Session(url))))


def test_repair_of_a_server_says_what_it_sets_aside(on_server: Svc) -> None:
    url = on_server.environ["SVC_DESK"]
    id = on_server("call log --channel phone --from 13800000001 --kind repair --summary drifts").id
    garbage = (
        "do $$ declare tip svc.head; row bytea := 'no,row'; hash text; begin select * into tip from svc.head where noun = 'call';"
        " hash := svc.row_hash((select ledger from svc.site), tip.file, tip.h, row);"
        " insert into svc.entry (month, mark, noun, n, start, line, raw, prev, h, id, event, at, recorded_at, staff)"
        " select month, mark, noun, n + 1, tip.size, tip.line, row || convert_to(',' || hash || E'\\n', 'UTF8'), tip.h, hash, id, event, at, recorded_at, staff"
        " from svc.entry where noun = 'call';"
        " update svc.head set n = n + 1, h = hash, size = size + 40, line = line + 1 where noun = 'call'; end $$"
    )
    sql(url, garbage)
    on_server("call list", code=5)
    assert on_server("ledger verify", code=1)
    assert "set aside; it stays where it stands" in on_server("ledger repair --dry-run").out
    on_server("call list", code=5)
    assert "1 rows set aside" in on_server("ledger repair --yes").out
    assert [row["id"] for row in on_server("call list --json").json] == [id]
    on_server("ledger verify")
    [told] = [row for row in on_server("access list --json").json if row["event"] == "set-aside"]
    assert "calls/" in on_server(f"access show {told['id']}").out
    assert on_server("call log --channel phone --from 13800000001 --kind repair --summary again").id != id
    on_server("ledger verify")
    assert "every row can be read" in on_server("ledger repair").out


def test_ones_own_is_taken_back_and_nobody_elses(postgres: Any, company: str) -> None:
    sql(postgres.url("postgres"), "create database undone template boundaries")
    url = postgres.url("undone")

    def record(login: str, *entries: Entry) -> bool:
        try:
            with psycopg.connect(as_(url, login)) as connection:
                for one in entries:
                    connection.execute(APPEND.encode(), appending(one))
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True

    logged = entry("bei")
    undo = Entry("undo", "undo", "Z2611-BJ0001", NOW, NOW, "S11", {"of": "call", "entry": logged.id, "deed": "log", "happened": logged.at, "nth": 1})
    assert record("bei", logged)
    assert not record("tech", undo._replace(by="S21")) and not record("chief", undo._replace(by="S22"))
    assert not record("bei", undo._replace(fields={**undo.fields, "entry": "C2611-BJ0002"}))
    assert record("bei", undo)
