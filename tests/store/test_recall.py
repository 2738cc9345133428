"""The quick way to read gives what the strict one gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.entry import Entry
from svc.store.rows import codec
from svc.store.rows.row_patterns import is_plain
from svc.store.rows.trusted_row import trusted_entry

from .helpers import NOW, call, conduct, reply, report, survey
from .test_codec import H, calls, reports, same


@given(st.one_of(calls(), reports(), st.builds(survey, st.integers(1, 99)), st.builds(reply, st.integers(1, 99))))
def test_what_was_written_is_recalled(entry: Entry) -> None:
    raw = codec.finish(entry.ledger, codec.encode(entry), H)
    assert same(trusted_entry(entry.ledger, raw), entry)
    assert trusted_entry(entry.ledger, raw) == codec.decode(entry.ledger, raw)[0]


def test_a_count_is_recalled() -> None:
    raw = codec.finish("conduct", codec.encode(conduct(1)), H)
    assert trusted_entry("conduct", raw) == conduct(1)


PLAIN = [
    call(1), reply(2), survey(3), conduct(4), call(5, "动臂下沉 4"),
    report(6)._replace(fields={"cause": "wear", "parts": ({"name": "密封圈", "qty": 12},), "resolved": True}),
    Entry("install", "promise", "I2611-0001", NOW, NOW, "S01", {"customer": "CU001", "product": "LX200", "due": NOW, "training": 2}),
]  # fmt: skip

SMALL = st.text(st.sampled_from([*' ",\'\\\n-+:=0139AZaz动上年\u200b']), min_size=1, max_size=12)
CHANGES = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from([*' ",\'\\\n-+:=0139AZaz｜年\u200b'])), max_size=2)


@given(st.sampled_from(PLAIN), SMALL, CHANGES)
def test_what_is_spelled_plainly_is_what_the_strict_way_reads(entry: Entry, text: str, changes: list[tuple[int, str]]) -> None:
    free = next((name for name in ("summary", "text", "cause") if name in entry.fields), None)
    row = codec.encode(entry._replace(fields={**entry.fields, free: text}) if free else entry).decode()
    for place, letter in changes:  # a character put in anywhere, or in the place of another
        at = place // 2 % len(row)
        row = row[:at] + letter + row[at + place % 2 :]
    if is_plain(entry.ledger, row.encode()):
        raw = codec.finish(entry.ledger, row.encode(), H)
        read, _ = codec.decode(entry.ledger, raw)
        assert trusted_entry(entry.ledger, raw) == read
        assert codec.encode(read) == row.encode()


@pytest.mark.parametrize("entry", PLAIN, ids=lambda entry: f"{entry.ledger} {entry.event} {entry.id}")
def test_what_is_common_is_plain(entry: Entry) -> None:
    row = codec.encode(entry)
    plain = "," not in str(entry.get("summary"))
    assert is_plain(entry.ledger, row) == plain


@pytest.mark.parametrize("spoilt", [
    b"C2611-0002,reply,2026-11-23T15:00:00+08:00,2026-11-31T15:00:00+08:00,S02",  # no such day: for the strict way to say
    b"C2611-0002,reply,2026-11-23T15:00:00+08:00,2026-11-23T24:00:00+08:00,S02",
    b"C2611-0002,reply,2026-11-23T15:00:00+08:00,2026-11-23T15:00:00-00:00,S02",
    b"C2611-0002,shout,2026-11-23T15:00:00+08:00,2026-11-23T15:00:00+08:00,S02",
    b"C2611-0002", b"", b"\xff\xfe,reply,",
])  # fmt: skip
def test_what_may_be_wrong_is_not_plain(spoilt: bytes) -> None:
    assert not is_plain("call", spoilt + b"," * (len(codec.columns("call")) - 5))


def test_a_key_that_stands_twice_is_not_plain() -> None:
    row = codec.encode(survey(1))
    assert is_plain("report", row)
    assert not is_plain("report", row.replace(b'"skill": "4"', b'"speed": "4"'))
