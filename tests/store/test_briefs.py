"""What the index keeps of calls, visits and reports in brief is what their entries say; what has more to say than its columns
hold is not kept."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.audit.world import World
from svc.desk.open import Desk
from svc.domain import briefs
from svc.domain.briefs import IN_BRIEF
from svc.domain.clock.precision import whole_day
from svc.store.index import briefs as kept
from svc.store.index.wanted import View
from tests.conftest import Svc, this_month
from tests.oracle import quarters
from tests.oracle.test_agreement import AMOUNTS, LIMITS, desk_with
from tests.oracle.test_selection import corrections, everything, record, taken_back

CALL = "call log --channel phone --from CU0001 --kind repair --summary x --needs-service --at 2026-10-05T07:00"
SENT = "visit dispatch --call C1 --staff S02 --promised 2026-10-05T10:00 --at 2026-10-05T07:30"
PLAIN = (
    CALL,
    SENT,
    "visit repromise V1 --promised 2026-10-05T12:00 --asked-by customer --reason x --at 2026-10-05T08:00",
    "visit arrive V1 --at 2026-10-05T09:30",
    "visit leave V1 --called-in 2026-10-05T10:50 --at 2026-10-05T11:00",
    "report close V1 --fault hydraulics --cause worn --solution replaced --part seal:2 --opinion content --at 2026-10-05T12:00",
    "report survey V1 --score speed=5 --score overall=4 --at 2026-10-05T13:00",
    "report archive R1 --at 2026-10-05T14:00",
)
MORE = {
    "past the customer's own time": "call correct C1 --due 2026-10-05T09:00 --reason x",
    "handed over": "visit reassign V1 --to S03 --reason x --at 2026-10-05T08:00",
    "corrected": "call correct C1 --summary y --reason x",
    "asked of head office": "call escalate C1 --to hq --at 2026-10-05T15:00",
    "amended": "report amend R1 --opinion very",
    "made known": "call close C1 --text done --introduced LX300 --at 2026-10-05T15:00",
    "two logs": "call merge C2 --into C1 --reason same",
}


def all_kept(desk: Desk) -> dict[str, dict[str, tuple[Any, bool]]]:
    """By noun and id what the index keeps in brief, and whether what belongs to it is kept too."""
    desk.index.catch_up()
    desk.index.refold()
    found: dict[str, dict[str, tuple[Any, bool]]] = {}
    for noun in IN_BRIEF:
        rows = desk.index.select(f"select * from brief_{noun}")
        told = kept._shape(noun).read(rows)
        found[noun] = {one.id: (one, not row[-1]) for one, row in zip(told, rows, strict=True)}
    return found


def said(world: World) -> dict[str, dict[str, Any]]:
    """What the entries say in brief."""
    return {noun: {id: one._replace(evidence=None) for id, one in some.items()} for noun, some in world.told.items()}


def holds(desk: Desk) -> int:
    """Hold what is kept against what the entries say; how much is kept of families of which all is."""
    world, found, whole = everything(desk, View(desk.now() + timedelta(days=9), None, False)), all_kept(desk), 0
    for noun, some in said(world).items():
        for id, one in some.items():
            if id in found[noun]:
                assert found[noun][id][0] == one, (noun, id)
                whole += found[noun][id][1]
            else:
                odd = [name for name, value in one._field_defaults.items() if getattr(one, name) != value]
                heard = any(entry.get("no_call_in") for entry in world.selection[noun][id])  # whose word it was, the register says
                assert odd or heard or "WholeDay" in repr(one), (noun, id)
        assert found[noun].keys() <= some.keys()
    return whole


@pytest.mark.parametrize("seed", [3, 4])
def test_what_is_kept_is_what_the_entries_say(tmp_path: Path, seed: int) -> None:
    desk, rnd = Desk(desk_with(tmp_path, quarters.quarter(seed, 70), AMOUNTS, LIMITS).folder), Random(seed)
    now = desk.now()
    desk.index.catch_up()
    before = holds(desk)
    record(desk, corrections(desk, rnd, now + timedelta(days=1)), now + timedelta(days=1))
    record(desk, taken_back(desk, rnd, now + timedelta(days=2)), now + timedelta(days=2))
    after = holds(desk)
    assert 10 < after < before
    followed = all_kept(desk)
    desk.index.rebuild()
    assert all_kept(desk) == followed


def test_a_brief_tells_the_facts_that_the_entries_tell(tmp_path: Path) -> None:
    """Rules ask the columns first: what they read there is what is judged."""
    desk = Desk(desk_with(tmp_path, quarters.quarter(5, 100), AMOUNTS, LIMITS).folder)
    found, told = all_kept(desk), 0
    world = everything(desk, View(desk.now() + timedelta(days=9), None, False))
    for noun, some in found.items():
        own = briefs.module(noun)
        for id, (one, _) in some.items():
            facts = own.facts(world.told[noun][id])
            reads = {name: read(one) for name, read in own.TOLD.items() if name in facts}
            assert reads == {name: fact.value for name, fact in facts.items() if name in reads}, (noun, id)
            assert {name: fact.value for name, fact in own.facts(one).items()} == {name: fact.value for name, fact in facts.items()}
            told += len(reads)
    assert told > 1000


def names(svc: Svc) -> dict[str, list[str]]:
    return {noun: [id for id, (_, whole) in some.items() if whole] for noun, some in all_kept(Desk(svc.desk)).items()}


def test_a_plain_call_is_kept_with_its_visit_and_report(svc: Svc) -> None:
    for line in PLAIN:
        svc(this_month(line))
    assert list(map(len, names(svc).values())) == [1, 1, 1]


@pytest.mark.parametrize("more", MORE)
def test_what_has_more_to_say_is_read_with_all_that_belongs_to_it(svc: Svc, more: str) -> None:
    lines = [*PLAIN, MORE[more]] if "V1" not in MORE[more] else [*PLAIN[:2], MORE[more], *PLAIN[2:]]
    for line in (*lines[:1], CALL, *lines[1:]) if more == "two logs" else lines:
        svc(this_month(line))
    assert list(map(len, names(svc).values())) == [0, 0, 0]


TAMPERED = {
    "update brief_call set channel = 'letter'": ("channel", "call C2612-0001 was changed in it"),
    "delete from brief_visit": ("", "visit V2612-0001 is missing"),
    "update brief_report set torn = 1": ("torn", "report R2612-0001 was changed in it"),
}


@pytest.mark.parametrize("change", TAMPERED)
def test_verify_names_what_the_entries_do_not_tell_of_a_brief(svc: Svc, change: str) -> None:
    for line in PLAIN:
        svc(this_month(line))
    assert "nothing wrong" in svc("ledger verify").out
    with sqlite3.connect(svc.desk / "data/.svc/index.sqlite") as db:
        db.execute(change)
    db.close()
    said = svc.run("ledger", "verify")
    field, what = TAMPERED[change]
    assert f".svc/index.sqlite: {field}" in said.out + said.err and this_month(what.replace("2612", "2611")) in said.out + said.err
    svc("ledger rebuild")
    assert "nothing wrong" in svc("ledger verify").out


texts = st.none() | st.text(max_size=12)
moments = st.builds(
    lambda minute, offset: datetime.fromtimestamp(minute * 60, timezone(timedelta(minutes=offset))),
    st.integers(0, 4_000_000_000 // 60),
    st.integers(-14 * 60, 14 * 60),
)
PLAINLY = {
    "tuple[Replaced, ...]": st.lists(st.tuples(moments, st.sampled_from(("customer", "us", None))), max_size=3).map(tuple),
    "str": st.text(max_size=12),
    "bool": st.booleans(),
    "datetime": moments,
    "tuple[datetime, ...]": st.lists(moments, max_size=3).map(tuple),
    "tuple[str, ...]": st.lists(st.sampled_from(("cause", "parts", "opinion")), max_size=3).map(tuple),
    "tuple[Mapping[str, Any], ...]": st.lists(st.fixed_dictionaries({"name": st.text(max_size=5), "qty": st.integers(1, 9)}), min_size=1).map(tuple),
    "Mapping[str, str]": st.dictionaries(st.text(max_size=5), st.text(max_size=5), min_size=1),
    "Mapping[str, int]": st.dictionaries(st.sampled_from(("speed", "overall")), st.integers(1, 5), min_size=1),
}


def value(kind: str) -> st.SearchStrategy[Any]:
    found = PLAINLY[kind.removesuffix(" | None")]
    return st.none() | found if kind.endswith(" | None") else found


@pytest.mark.parametrize("noun", IN_BRIEF)
@given(data=st.data())
def test_whatever_columns_hold_is_read_as_it_was(noun: str, data: st.DataObject) -> None:
    shape = kept._shape(noun)
    one = shape.brief(*(data.draw(value(shape.brief.__annotations__[name])) for name in shape.names))
    with sqlite3.connect(":memory:") as db:
        db.execute(shape.table)
        row = shape.row(one)
        assert row is not None
        db.execute(shape.insert, (*row, False))
        (found,) = shape.read(db.execute(f"select * from brief_{noun}"))
        assert found == one
        for name in shape.names:
            if isinstance(said := getattr(one, name), datetime):
                assert getattr(found, name).utcoffset() == said.utcoffset()
    db.close()


def test_a_day_without_an_hour_is_not_kept() -> None:
    shape, now = kept._shape("call"), datetime(2026, 10, 5, tzinfo=UTC)
    values = dict.fromkeys(shape.names) | {"id": "C1", "registered_at": now, "by": "S01", "late": (), "ahead": ()}
    assert shape.row(shape.brief(**values | {"at": now})) is not None
    assert shape.row(shape.brief(**values | {"at": whole_day(now.date(), UTC)})) is None
    assert shape.row(shape.brief(**values | {"at": now, "late": (whole_day(now.date(), UTC),)})) is None


def test_a_month_is_of_one_state_of_the_index(svc: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody records between the reading of calls and that of visits: the visit would be read without its call."""
    for line in PLAIN:
        svc(this_month(line))
    desk, shape = Desk(svc.desk), kept._shape("call")
    expected = desk.month("2026-10", desk.view(), brief=True)[0].told
    recorded: list[str] = []

    def read(rows: Any) -> Any:
        found = list(type(shape).read(shape, rows))
        recorded.append(svc("visit correct V1 --arrived-at 2026-10-05T09:40 --reason x").out)
        return iter(found)

    monkeypatch.setattr(shape, "read", read)
    world = desk.month("2026-10", desk.view(), brief=True)[0]
    assert recorded and world.told == expected
    monkeypatch.undo()
    (visit,) = desk.month("2026-10", desk.view(), brief=True)[0].told_visits.values()
    assert (visit.caller, visit.corrected) == ("CU0001", True)
