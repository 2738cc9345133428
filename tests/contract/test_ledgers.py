"""What every place that keeps ledgers can do: one suite, run on files and on PostgreSQL."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from svc.errors import BadInput, Busy, Conflict, Damaged
from svc.store.files import verify
from svc.store.files.kept import FolderFiles
from svc.store.files.ledger import FileLedger
from svc.store.handover import FileSide, hand_over
from svc.store.rows import chain, codec
from tests.store.helpers import call, conduct, reply, report, survey

Ledger = Any
NOW = SOON = datetime.now(UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment of the test: a server takes no entries of another time."""
    now = datetime.now(UTC).replace(microsecond=0)
    monkeypatch.setitem(globals(), "NOW", now)
    monkeypatch.setitem(globals(), "SOON", now + timedelta(seconds=2))


@pytest.fixture(params=["files", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A new, empty place."""
    if request.param == "files":
        yield FileLedger.create(tmp_path / "data")
        return
    from svc.store.postgres.ledger import PostgresLedger
    from svc.store.postgres.session import Session

    session = Session(request.getfixturevalue("pg_url"))
    yield PostgresLedger(session)
    session.close()


def problems(ledger: Ledger) -> list[Any]:
    if isinstance(ledger, FileLedger):
        return list(verify.problems(ledger))
    from svc.store.postgres.verify import problems

    return list(problems(ledger))


def put(ledger: Ledger, *entries: Any, now: datetime | None = None) -> list[Any]:
    with ledger.lock():
        receipts: list[Any] = ledger.append(entries, now or NOW)
    return receipts


def ids(ledger: Ledger, noun: str = "call", since: Any = None) -> list[str]:
    return [f"{one.entry.event} {one.entry.id}" for one in ledger.read(noun, since)]


def test_what_was_appended_is_read_in_order(ledger: Ledger) -> None:
    receipts = put(ledger, call(1), report(1), reply(1, 'says "no",\nthen =1+1'), survey(1), conduct(1))
    assert ids(ledger) == ["log C2611-0001", "reply C2611-0001"]
    assert ids(ledger, "report") == ["close R2611-0001", "survey R2611-0001"]
    found = [one for noun in ("call", "report", "conduct") for one in ledger.read(noun)]
    assert {(r.id, r.offset, r.h) for r in receipts} == {(o.entry.id, o.offset, o.h) for o in found}
    for one in found:
        assert codec.decode(one.entry.ledger, one.raw) == (one.entry, one.h)
        assert one.entry.recorded_at == NOW and ledger.line_at(one.file, one.offset) > 0
    assert problems(ledger) == []


def test_rows_are_chained_by_the_name_of_the_site(ledger: Ledger) -> None:
    put(ledger, call(1), call(2))
    put(ledger, reply(1), now=SOON)
    name, previous = ledger.sites[ledger.mark], chain.GENESIS
    for one in ledger.read("call"):
        assert chain.link(name, one.file, previous, codec.split("call", one.raw)[0]) == one.h
        previous = one.h


def test_reading_goes_on_from_a_position(ledger: Ledger) -> None:
    assert ledger.tail_position("call") is None and ledger.tail_positions(["call", "visit"]) == {}
    put(ledger, call(1))
    since = ledger.tail_position("call")
    assert ids(ledger, "call", since) == []
    put(ledger, call(2), reply(1), now=SOON)
    found = list(ledger.read("call", since))
    assert [one.entry.id for one in found] == ["C2611-0002", "C2611-0001"]
    assert ledger.position_after("call", found[-1]) == ledger.tail_position("call")
    assert ledger.tail_positions(["call", "visit"]) == {"call": ledger.tail_position("call")}


def test_the_clock_going_back_a_little_is_borne_and_no_more(ledger: Ledger) -> None:
    put(ledger, call(1))
    assert put(ledger, call(2), now=NOW - timedelta(minutes=4))[0].recorded_at == NOW
    with pytest.raises(BadInput, match="the clock says"):
        put(ledger, call(3), now=NOW - timedelta(minutes=6))
    assert len(ids(ledger)) == 2


def test_what_cannot_be_stored_leaves_nothing(ledger: Ledger) -> None:
    with pytest.raises(BadInput):
        put(ledger, call(1), call(2, "x" * (1 << 20)))
    assert ids(ledger) == [] and problems(ledger) == []


def test_all_or_nothing(ledger: Ledger) -> None:
    put(ledger, call(1))
    with pytest.raises(RuntimeError), ledger.lock(), ledger.all_or_nothing(NOW):
        ledger.append([call(2), report(1)], NOW)
        ledger.append([call(3)], NOW)
        raise RuntimeError
    assert ids(ledger) == ["log C2611-0001"] and ids(ledger, "report") == []
    with ledger.lock(), ledger.all_or_nothing(NOW):
        ledger.append([call(4)], NOW)
        ledger.append([report(2)], NOW)
    assert ids(ledger) == ["log C2611-0001", "log C2611-0004"] and problems(ledger) == []


def test_only_one_writes_and_the_other_is_told(ledger: Ledger, request: pytest.FixtureRequest) -> None:
    if isinstance(ledger, FileLedger):
        other: Ledger = FileLedger(ledger.data)
    else:
        from svc.store.postgres.ledger import PostgresLedger
        from svc.store.postgres.session import Session

        other = PostgresLedger(Session(request.getfixturevalue("pg_url")))
    said: list[str] = []

    def wait() -> None:
        try:
            with other.lock(0.3):
                said.append("in")
        except Busy as busy:
            said.append(busy.what.en)

    with ledger.lock():
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()
    assert len(said) == 1 and "nothing was written" in said[0]
    wait()
    assert said[1] == "in"


def test_files_as_seals_name_them(ledger: Ledger) -> None:
    assert ledger.files("call") == []
    put(ledger, call(1), reply(1))
    (file,) = ledger.files("call")
    assert file == f"calls/{NOW:%Y-%m}.csv"
    position = ledger.position("call", file)
    assert position is not None and ledger.holds(file, position.size, position.h)
    assert not ledger.holds(file, position.size - 1, position.h)
    assert not ledger.holds(file, position.size, chain.GENESIS)
    put(ledger, call(2), now=SOON)
    assert ledger.holds(file, position.size, position.h)


def test_the_same_entries_give_the_same_bytes_and_hashes(tmp_path: Path, pg_url: str) -> None:
    from svc.store.postgres.ledger import PostgresLedger
    from svc.store.postgres.session import Session

    server_side = PostgresLedger(Session(pg_url))
    files = FileLedger.create(tmp_path / "data", server_side.sites[""])
    for place in (files, server_side):
        put(place, call(1), report(1), call(2, "=1+1 密封圈"))
        put(place, reply(2, "两天后到\n带密封圈"), survey(1), now=SOON)
    for noun in ("call", "report"):
        here, there = list(files.read(noun)), list(server_side.read(noun))
        assert [(o.raw, o.h, o.offset, o.file) for o in here] == [(o.raw, o.h, o.offset, o.file) for o in there]
        assert files.site_end(noun) == server_side.site_end(noun)


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_hand_over_is_taken_up_where_it_stopped(tmp_path: Path, pg_url: str, way: str) -> None:
    from svc.store.postgres.ledger import PostgresLedger
    from svc.store.postgres.session import Session

    server_side = PostgresLedger(Session(pg_url))
    files = FileLedger.create(tmp_path / "data", server_side.sites[""])
    source: Ledger = files if way == "up" else server_side
    sides = (FileSide(files), server_side) if way == "up" else (server_side, FileSide(files))
    put(source, call(1), report(1), call(2))
    assert hand_over(*sides) == {"call": 2, "report": 1}
    assert hand_over(*sides) == {}
    put(source, reply(1), now=SOON)
    assert hand_over(*sides) == {"call": 1}
    assert [o.raw for o in files.read("call")] == [o.raw for o in server_side.read("call")]
    assert problems(files) == [] and problems(server_side) == []
    put(source, reply(2), now=SOON)
    put(files if way == "down" else server_side, call(9), now=SOON)
    with pytest.raises(Conflict, match="grown apart"):
        hand_over(*sides)


def test_rows_that_do_not_follow_are_refused(tmp_path: Path, pg_url: str) -> None:
    from svc.store.postgres.ledger import PostgresLedger
    from svc.store.postgres.session import Session

    server_side = PostgresLedger(Session(pg_url))
    other = FileLedger.create(tmp_path / "other")  # another name: its hashes are others
    put(other, call(1))
    rows = list(other.read("call"))
    with pytest.raises(Damaged, match="does not follow"):
        server_side.adopt("call", rows)
    mine = FileLedger.create(tmp_path / "mine")
    with pytest.raises(Damaged, match="does not follow"):
        FileSide(mine).adopt("call", rows)
    assert ids(server_side) == [] and ids(mine) == []


# ---- files that entries name --------------------------------------------------------------------


def files_of(ledger: Ledger) -> Any:
    if isinstance(ledger, FileLedger):
        return FolderFiles(ledger.data)
    from svc.store.postgres.files import PostgresFiles

    return PostgresFiles(ledger.session, ledger)


def test_bytes_are_kept_under_their_hash_once(ledger: Ledger) -> None:
    files = files_of(ledger)
    one, other = (hashlib.sha256(body).hexdigest() for body in (b"one", b"other"))
    with ledger.lock():
        files.put(one, b"one")
        files.put(one, b"one")
        files.put(other, b"other")
    assert (files.read(one), files.has(one), list(files.kept())) == (b"one", True, sorted((one, other)))
    with ledger.lock():
        files.drop(one)
        files.drop(one)
    assert (files.read(one), files.has(one), list(files.kept())) == (None, False, [other])


def test_bytes_are_there_with_their_entry_or_not_at_all(ledger: Ledger) -> None:
    files, sha256 = files_of(ledger), hashlib.sha256(b"one").hexdigest()
    with pytest.raises(ZeroDivisionError), ledger.lock(), ledger.all_or_nothing(NOW, (files.document(sha256),)):
        files.put(sha256, b"one")
        put_nothing = 1 / 0
        ledger.append([call(put_nothing)], NOW)
    assert list(files.kept()) == [] and ids(ledger) == []
    with ledger.lock(), ledger.all_or_nothing(NOW, (files.document(sha256),)):
        files.put(sha256, b"one")
    with pytest.raises(ZeroDivisionError), ledger.lock(), ledger.all_or_nothing(NOW, (files.document(sha256),)):
        files.drop(sha256)
        raise ZeroDivisionError
    assert files.read(sha256) == b"one"
