"""The quick way to read gives what the strict one gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from svc.domain.entry import Entry
from svc.store import codec
from svc.store.recall import recall

from .helpers import conduct, reply, survey
from .test_codec import H, calls, reports, same


@given(st.one_of(calls(), reports(), st.builds(survey, st.integers(1, 99)), st.builds(reply, st.integers(1, 99))))
def test_what_was_written_is_recalled(entry: Entry) -> None:
    raw = codec.finish(entry.ledger, codec.encode(entry), H)
    assert same(recall(entry.ledger, raw), entry)
    assert recall(entry.ledger, raw) == codec.decode(entry.ledger, raw)[0]


def test_a_count_is_recalled() -> None:
    raw = codec.finish("conduct", codec.encode(conduct(1)), H)
    assert recall("conduct", raw) == conduct(1)
