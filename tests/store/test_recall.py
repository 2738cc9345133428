"""The quick way to read gives what the strict one gives."""

from __future__ import annotations

import csv
import json
import os
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from svc.domain import ledgers
from svc.domain.clock.precision import WholeDay
from svc.domain.entry import Entry
from svc.domain.kinds import Moment
from svc.errors import SvcError
from svc.store.files.ledger import FileLedger
from svc.store.rows import cells, chain, codec
from svc.store.rows.trusted_row import trusted_entry

from .helpers import NOW, ZONE, call, conduct, problems, reply, report, survey
from .test_codec import H, calls, reports, same


@given(st.one_of(calls(), reports(), st.builds(survey, st.integers(1, 99)), st.builds(reply, st.integers(1, 99))))
def test_what_was_written_is_recalled(entry: Entry) -> None:
    raw = codec.finish(entry.ledger, codec.encode(entry), H)
    assert same(trusted_entry(entry.ledger, raw), entry)
    assert trusted_entry(entry.ledger, raw) == codec.decode(entry.ledger, raw)[0]


def test_a_count_is_recalled() -> None:
    raw = codec.finish("conduct", codec.encode(conduct(1)), H)
    assert trusted_entry("conduct", raw) == conduct(1)


ROWS = [
    call(1), reply(2), survey(3), conduct(4), call(5, "动臂下沉 4"), report(6), call(7, '=1+1, "x"\n\\'),
    report(6)._replace(fields={"cause": "wear", "parts": ({"name": "密封圈", "qty": 12},), "resolved": True}),
    Entry("install", "promise", "I2611-0001", NOW, NOW, "S01", {"customer": "CU001", "product": "LX200", "due": NOW, "training": 2}),
    Entry("visit", "arrive", "V2611-0001", WholeDay(2026, 11, 23, tzinfo=ZONE), NOW, "S01", {}),
]  # fmt: skip

LETTERS = [*' ",\'\\\n-+:=0139AZaz动上年T[]{}\u200b\u2028\ufeff｜', "yes", '"', ", ", ": ", "\n", "\r\n", "0", "-31", "+00:00"]
CHANGES = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(LETTERS)), max_size=3)
MOVES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 40), st.integers(0, 10_000)), max_size=2)


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, bytes]:
    """A row (without its `h`) to which something was done: letters put in or replaced, pieces said again elsewhere, any byte."""
    entry = draw(st.sampled_from(ROWS))
    row = codec.encode(entry).decode()
    for place, letter in draw(CHANGES):
        at = place // 2 % len(row)
        row = row[:at] + letter + row[at + place % 2 :]
    for place, size, to in draw(MOVES):
        at, to = place % len(row), to % len(row)
        row = row[:to] + row[at : at + size] + row[to + to % 2 * size :]
    spoilt = bytearray(row.encode())
    for place, byte in draw(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=1)):
        spoilt[place % len(spoilt)] = byte
    return entry.ledger, bytes(spoilt)


def as_written(noun: str, row: bytes) -> Entry | None:
    """The entry of a row, read by whoever reads such files, with the kinds alone; None unless svc writes just that of it."""
    try:
        text, width = row.decode(), 0
        if codec.form(noun) == "csv":
            (found,) = csv.reader([text], strict=True)
            (width,) = (some for some in codec.widths(noun) if some == len(found))
            said = {name: cells.unescaped(cell) for name, cell in zip(codec.columns(noun), found, strict=False) if cell}
        else:
            said = {name: json.loads(value) for name, _, value in (line.partition(": ") for line in text.split("\n")[1:-1])}
        id, event, at, recorded, by = (said.pop(name) for name in codec.COMMON)
        kinds = ledgers.kinds(noun, event)
        fields = {name: kinds[name].load(value) for name, value in said.items()}
        entry = Entry(noun, event, id, Moment().load(at), Moment(of_clock=True).load(recorded), by, fields)
        return entry if codec.encode(entry, width) == row else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, csv.Error, SvcError):
        return None


@settings(max_examples=int(os.environ.get("SVC_SPOILT_ROWS", "600")), deadline=None)
@given(spoilt())
def test_a_row_is_read_where_it_is_what_svc_writes_of_it_and_nowhere_else(row: tuple[str, bytes]) -> None:
    noun, spelled = row
    entry, raw = as_written(noun, spelled), codec.finish(noun, spelled, H)
    try:
        read, _ = codec.decode(noun, raw)
    except codec.BadRow:
        assert entry is None, spelled
    else:
        assert entry is not None and same(read, entry), spelled
        assert trusted_entry(noun, raw) == read


@settings(max_examples=int(os.environ.get("SVC_SPOILT_ROWS", "600")) // 4, deadline=None)
@given(spoilt())
def test_verify_refuses_of_chained_rows_what_the_strict_way_refuses(row: tuple[str, bytes]) -> None:
    """Somebody who makes the chain anew behind his change."""
    noun, spelled = row
    with TemporaryDirectory() as folder:
        ledger = FileLedger.create(Path(folder) / "data")
        file = f"{ledgers.ledger(noun).folder}/2026-11.{codec.form(noun)}"
        link, good = chain.linker(ledger.id, file), codec.encode(next(one for one in ROWS if one.ledger == noun))
        whole = codec.finish(noun, spelled, h := link(chain.GENESIS, spelled))
        (ledger.data / file).parent.mkdir(exist_ok=True)
        (ledger.data / file).write_bytes(codec.header(noun) + whole + codec.finish(noun, good, link(h, good)))
        expected = None
        try:
            codec.decode(noun, whole)
        except codec.BadRow as bad:
            expected = bad
        found = problems(ledger)
    if list(codec.rows(noun, BytesIO(whole))) == [whole]:  # else it is no row at all
        told = [one for one in found if one.what.en not in SENSE and not one.what.en.startswith("a second ")]
        assert bool(told) == bool(expected), spelled
        if expected and "re-saved" not in told[0].what.en:
            assert (told[0].what, told[0].field) == (expected.what, expected.field)
    else:
        assert found


SENSE = ("recorded in another month than the file's", "recorded before the row above it")
"""What verify says of a row that reads well."""
