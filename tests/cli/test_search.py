"""svc search: what was written is found by its words, by parts of them, by whoever may see it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from svc.desk.open import Desk
from svc.store.index import search
from tests.clauses.trade import asked, begun, reported
from tests.conftest import Svc, this_month


@pytest.fixture
def written(svc: Svc) -> Svc:
    """A call, a report, a complaint and a conduct with words of their own."""
    svc("call log --channel phone --from CU0001 --kind consult --summary '液压油管渗油，回电13900005678' --at 2026-10-05T09:00")
    reported(svc, begun(svc, asked(svc)), "wear")
    svc("complaint log --channel phone --from CU0001 --about S02 --kind service --cause attitude --summary '技术员 shouted at the Foreman'")
    svc("conduct log --about S02 --kind unreachable --summary 'Foreman waited'")
    return svc


def ids(svc: Svc, line: str) -> list[str]:
    return [row["id"] for row in svc(f"{line} --json").json]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("油管渗油", [this_month("C2611-0001")]),
        ("油管", [this_month("C2611-0001")]),  # two letters
        ("油", [this_month("C2611-0001")]),
        ("油管 液压", [this_month("C2611-0001")]),
        ("油管 foreman", []),
        ("FOREMAN shouted", [this_month("K2611-0001")]),
        ("worn", [this_month("R2611-0001")]),
        ("'new seal'", [this_month("R2611-0001")]),
        ("100%", []),
        ("'\"'", []),
        ("nowhere", []),
    ],
)
def test_found_by_words_and_parts(written: Svc, words: str, found: list[str]) -> None:
    assert ids(written, f"search {words}") == found


def test_the_same_is_found_however_many_are_looked_at_first(written: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(12):
        written(f"call log --channel phone --from CU0001 --kind consult --summary 'hose no {n % 3}, 油管' --at 2026-10-1{n % 5}T09:00")
    desk = Desk(written.desk)
    desk.index.catch_up()
    search.follow(desk.index)
    for words in (["hose"], ["no", "1"], ["油管"], ["管"], ["o", "HOSE"], ["油管", "渗油"], ["nowhere"], ["e"]):
        found = []
        for latest in ((100, 1000), (0, 0), (1, 3), (2, 5)):
            monkeypatch.setattr(search, "LATEST", latest)
            hits = search.search(desk.index, words, search.searched(), desk.view())
            found.append([(hit.entry.at, hit.entry.id) for hit in hits])
        assert all(one == found[0] for one in found), words
        assert bool(found[0]) == (words != ["nowhere"]), words
    monkeypatch.setattr(search, "FEW", 0)  # so many trigrams that every text is looked at
    monkeypatch.setattr(search, "LATEST", (0, 0))
    assert len(list(search.search(desk.index, ["油"], search.searched(), desk.view()))) == 13


def test_a_row_says_where_and_shows_the_words(written: Svc) -> None:
    [row] = written("search 渗油 --json").json
    assert (row["noun"], row["event"], row["field"]) == ("call", "log", "summary") and "油管渗油" in row["excerpt"]
    assert "139-****-5678" in row["text"] and "13900005678" not in written("search 渗油").out
    assert ids(written, "search 13900005678") == []
    assert "nothing" in written("search nowhere").out and written("search ''", 2).out == ""


def test_what_is_recorded_later_is_found_and_what_is_taken_back_is_not(written: Svc) -> None:
    assert ids(written, "search leaking") == []
    written("call log --channel phone --from CU0001 --kind consult --summary 'hose leaking'")
    assert ids(written, "search leaking") == [this_month("C2611-0003")]
    written("undo")
    assert ids(written, "search leaking") == []
    written("call log --channel phone --from CU0001 --kind consult --summary 'pump leaking'")
    assert len(ids(written, "search leaking")) == 1
    written("ledger rebuild")
    assert len(ids(written, "search leaking")) == 1


def test_an_index_that_was_searched_is_as_the_ledgers_say_and_one_that_was_edited_is_not(written: Svc) -> None:
    written("search foreman")
    written("call log --channel phone --from CU0001 --kind consult --summary 'after the search'")
    written("undo")
    assert "index differs" not in written.run("ledger", "verify").err + written.run("ledger", "verify").out
    with closing(sqlite3.connect(written.desk / "data/.svc/index.sqlite")) as db:
        db.execute("update prose set words = 'nothing' where words like '%foreman%'")
        db.commit()
    said = written("ledger verify", 1)
    assert "the words of" in said.out + said.err


def test_who_sees_only_his_own_finds_nothing_of_others(written: Svc) -> None:
    assert ids(written, "search foreman") == [this_month("X2611-0001"), this_month("K2611-0001")]
    assert ids(written, "--as S03 search foreman") == [this_month("K2611-0001")]
