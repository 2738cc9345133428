"""One entry, one spelling: CSV lines and YAML documents."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from svc.domain.entry import Entry
from svc.store.rows import cells, chain, codec

from .helpers import call, conduct, reply, report, survey

ODD = "=+-@\t\r\n\\'\"，, ＝＋－＠\x00\x0b\x0c\x1b\x1c\x85\u2028\u2029\ufeff\ufffe\u202e\u200b0129.:/eE%¥年月上午true#"
texts = st.one_of(
    st.text(min_size=1, max_size=40),
    st.text(st.sampled_from(ODD), min_size=1, max_size=12),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=4000).map(lambda text: text[:4000]),
    st.sampled_from(["007", "1e5", "3-1", "Mar-25", "TRUE", "12:30", "'", "''=1", " x", "x ", "\\n", "#REF!", "1 1/2"]),
)
storable = texts.filter(lambda text: "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1)).flatmap(
    lambda when: st.integers(-14 * 60, 14 * 60).map(
        lambda minutes: when.replace(microsecond=0, fold=0, tzinfo=timezone(timedelta(minutes=minutes)))
    )
)


def same(one: Entry, other: Entry) -> bool:
    """Equal, with the same offsets (instants alone are equal across them)."""
    return one == other and codec.encode(one) == codec.encode(other)


@given(st.text("0123456789-", min_size=1, max_size=14))
@example("138-0000-1234")
@example("2026-03-01")
def test_digits_between_dashes_are_told_by_how_many_they_are(text: str) -> None:
    pattern = re.fullmatch(cells._REWRITTEN, text, re.IGNORECASE | re.VERBOSE)
    assert cells._is_rewritten(text) == bool(pattern)



@st.composite
def calls(draw: st.DrawFn) -> Entry:
    fields: dict[str, Any] = {"channel": draw(st.sampled_from(["phone", "walk-in"])), "from": draw(storable)}
    fields["summary"] = draw(storable)
    if draw(st.booleans()):
        fields["machine"] = draw(storable)
        fields["needs_service"] = draw(st.booleans())
        fields["due"] = draw(moments)
    return Entry("call", "log", draw(storable.filter(lambda id: id[0] != "\ufeff")), draw(moments), draw(moments), draw(storable), fields)


@st.composite
def reports(draw: st.DrawFn) -> Entry:
    fields: dict[str, Any] = {"visit": draw(storable), "cause": draw(storable), "resolved": draw(st.booleans())}
    rows = st.fixed_dictionaries({"name": storable, "qty": st.integers(1, 999_999)}, optional={"part_no": storable})
    if draw(st.booleans()):
        fields["parts"] = tuple(draw(st.lists(rows, max_size=3)))
    return Entry("report", "close", draw(storable.filter(lambda id: id[0] != "\ufeff")), draw(moments), draw(moments), draw(storable), fields)


H = chain.link("d1", "calls/2026-11.csv", chain.GENESIS, b"row")


@given(calls())
def test_a_line_gives_back_its_entry(entry: Entry) -> None:
    raw = codec.finish("call", codec.encode(entry), H)
    assert raw.count(b"\n") == 1 and b"\r" not in raw
    found, h = codec.decode("call", raw)
    assert same(found, entry) and h == H
    assert codec.stamp("call", raw) == (entry.recorded_at.isoformat(), H)
    assert list(codec.rows("call", BytesIO(raw + raw))) == [raw, raw]


@given(reports())
def test_a_document_gives_back_its_entry_and_is_yaml(entry: Entry) -> None:
    raw = codec.finish("report", codec.encode(entry), H)
    found, h = codec.decode("report", raw)
    assert same(found, entry) and h == H
    assert codec.stamp("report", raw) == (entry.recorded_at.isoformat(), H)
    assert list(codec.rows("report", BytesIO(raw + raw))) == [raw, raw]
    loaded = yaml.load(raw, yaml.CSafeLoader)
    assert loaded["cause"] == entry.fields["cause"] and loaded["id"] == entry.id and loaded["h"] == H
    parts = [{key: str(value) for key, value in part.items()} for part in entry.fields.get("parts", ())]
    assert loaded.get("parts", []) == parts


def test_a_table_of_scores_is_kept() -> None:
    raw = codec.finish("report", codec.encode(survey(1)), H)
    assert b'scores: {"speed": "5", "skill": "4"}\n' in raw
    assert codec.decode("report", raw)[0] == survey(1)


@given(texts)
@example("\ud800")
@example("\0")
def test_a_text_is_one_cell_or_refused(text: str) -> None:
    if not text or "\0" in text:
        with pytest.raises(ValueError):
            cells.write(text)
        return
    for guard in (True, False):
        cell = cells.write(text, guard)
        assert cells.split(f"{cell},{cell}") == [cell, cell]
        assert cells.read(cell, guard) == text
    assert cells.write(text)[:1] not in tuple("=+-@\t＝＋－＠") and cells.write(text)[:2] not in ('"=', '"+', '"@')
    assert cells.read_any(cells.write(text)) == text


@given(st.text(st.sampled_from(ODD + "ab"), min_size=1, max_size=8))
def test_a_cell_has_one_spelling(cell: str) -> None:
    try:
        text = cells.read(cell)
    except ValueError:
        return
    assert cells.write(text) == cell


@pytest.mark.parametrize(
    "text", ["007", "1e5", "3-1", "2026/3/1", "Mar-25", "12:30", "TRUE", "=1", "＋1", "'x", "#N/A"]
)
def test_what_a_spreadsheet_would_rewrite_is_guarded(text: str) -> None:
    assert cells.write(text) == "'" + text


@pytest.mark.parametrize("text", ["138-0000-1234", "S01", "C2611-0001", "3号机漏油", "LX200", "may come later", "漏油"])
def test_what_a_spreadsheet_keeps_is_not(text: str) -> None:
    assert cells.write(text) == text


LINE_OF_CALL = codec.finish("call", codec.encode(call(1, "boom drifts")), H)
LINE = codec.finish("call", codec.encode(call(1, 'a "b", c')), H)
DOCUMENT = codec.finish("report", codec.encode(report(1)), H)


@settings(max_examples=400)
@given(st.data())
def test_any_bytes_are_read_back_to_themselves_or_refused(data: st.DataObject) -> None:
    noun, raw = data.draw(st.sampled_from([("call", LINE), ("report", DOCUMENT)]))
    place = data.draw(st.integers(0, len(raw) - 1))
    length = data.draw(st.integers(0, 4))
    put = data.draw(
        st.one_of(st.binary(max_size=4), st.text(st.sampled_from(ODD + "ab{}[]"), max_size=4).map(str.encode))
    )
    raw = raw[:place] + put + raw[place + length :]
    try:
        entry, h = codec.decode(noun, raw)
    except codec.BadRow as bad:
        assert bad.what.en and bad.what.zh and bad.column >= 1
        return
    width = len(codec.raw_cells(raw.decode())) - 1 if noun == "call" else 0  # an older edition's row keeps its width
    assert codec.finish(noun, codec.encode(entry, width), h) == raw


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"phone", b"fax", "fax"),
        (LINE_OF_CALL, b"<<<<<<< HEAD\n", "merge conflict"),
        (b"\n", b"\r\n", "CR LF"),
        (b"drifts", b"dri\0ts", "NUL"),
        (b",yes", b"", "columns"),
        (b",yes", b",yes,", "columns"),
        (b",yes", b",TRUE", "neither yes nor no"),
        (b"2026-11-23T15:00:00+08:00,2", b"2026/11/23 15:00,2", "at:"),
        (b",log,", b",logs,", "no event"),
        (b",phone,", b', "phone",', "quote"),
        (b"drifts", "我的".encode("gbk"), "UTF-8"),
        (b"drifts", b"\xc0\xaf", "UTF-8"),
        (b"drifts", b"\xed\xa0\x80", "UTF-8"),
        (b"boom", b'"boom', "quote"),
        (b"boom drifts", b'"boom drifts"', "not written the way"),
        (b"boom drifts", b"=boom drifts", "not written the way"),
        (b"boom drifts", b"boom\\x drifts", "no escape"),
        (b",S01", b",", "by is empty"),
    ],
)
def test_a_wrong_line_is_refused_in_words(old: bytes, new: bytes, what: str) -> None:
    raw = LINE_OF_CALL
    assert old in raw
    with pytest.raises(codec.BadRow, match=what):
        codec.decode("call", raw.replace(old, new, 1))


def test_the_place_of_a_wrong_cell_is_told() -> None:
    raw = LINE.replace(b"repair", b"repare")
    with pytest.raises(codec.BadRow) as caught:
        codec.decode("call", raw)
    assert caught.value.field == "kind"
    assert raw.decode()[caught.value.column - 1 :].startswith("repare")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"S01"', b"S01"),
        (b'by: "S01"\n', b'by: "S01"\nby: "S01"\n'),
        (b'by: "S01"\n', b""),
        (b'no_parts: "no"', b"no_parts: no"),
        (b'resolved: "yes"', b'resolved: "yes" # sure'),
        (b'{"name": "seal"', b'{"name":"seal"'),
        (b'"qty": "2"', b'"qty": 2'),
        (b"wear", b"we\\u0061r"),
        (b"wear", b"\xff"),
        (b"---\n", b"--- \n"),
        (b'cause: "', b'cause:  "'),
        (b'cause: "wear"', b'cause: ["wear"]'),
        (b'visit: "V2611-0001"', b'visit: {"a": "b"}'),
        (b'resolved: "yes"', b'resolved: ["yes"]'),
    ],
)
def test_a_document_of_another_spelling_is_refused(old: bytes, new: bytes) -> None:
    assert old in DOCUMENT
    with pytest.raises(codec.BadRow):
        codec.decode("report", DOCUMENT.replace(old, new, 1))


def test_what_no_event_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no field"):
        codec.encode(call(1)._replace(fields={"colour": "red"}))
    with pytest.raises(ValueError):
        codec.encode(reply(1)._replace(by=""))
    raw = codec.finish("call", codec.encode(reply(1)), H).replace(b"S02,,", b"S02,phone,")
    with pytest.raises(codec.BadRow, match="has no channel"):
        codec.decode("call", raw)


def test_the_header_is_the_columns() -> None:
    assert codec.header("call").startswith(b"\xef\xbb\xbfid,event,at,recorded_at,by,channel,from,")
    assert codec.header("call").endswith(b",h\n")
    assert codec.header("report") == b""
    assert codec.header("conduct").count(b",") == codec.finish("conduct", codec.encode(conduct(1)), H).count(b",")


def test_lines_end_at_lf_alone() -> None:
    raw = codec.finish("call", codec.encode(call(1, "a\u2028b\x85c\x0bd\x0ce\x1cf")), H)
    assert list(codec.rows("call", BytesIO(raw))) == [raw]


def test_a_line_without_end_is_not_read_to_its_end() -> None:
    stream = BytesIO(b"x" * (3 * codec.LONGEST))
    first = next(codec.rows("call", stream))
    assert len(first) == codec.LONGEST
    with pytest.raises(codec.BadRow, match="more than"):
        codec.decode("call", first)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_h_depends_on_everything(one: bytes, other: bytes) -> None:
    link = chain.link("d1", "calls/2026-11.csv", chain.GENESIS, one)
    assert chain.is_h(link)
    assert chain.checker("d1", "calls/2026-11.csv")(chain.GENESIS, one, link)
    assert (one == other) == (chain.link("d1", "calls/2026-11.csv", chain.GENESIS, other) == link)
    assert chain.link("d2", "calls/2026-11.csv", chain.GENESIS, one) != link
    assert chain.link("d1", "calls/2026-12.csv", chain.GENESIS, one) != link
    assert chain.link("d1", "calls/2026-11.csv", link, one) != link


def test_h_is_what_it_always_was() -> None:
    digest = hashlib.sha256(b"svc-row/1\0d1\0calls/2026-11.csv\0" + chain.GENESIS.encode() + b"\0row").digest()
    assert "x" + base64.b32encode(digest).decode().lower()[:31] == H
    assert not chain.checker("d1", "calls/2026-11.csv")(chain.GENESIS, b"row", "")
    assert not chain.checker("d1", "calls/2026-11.csv")(chain.GENESIS, b"row", "y" + H[1:])
