"""`svc rules set` on the bytes: one row filled or added, every other byte as it was."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svc.errors import BadInput, Several
from svc.rules.edit import difference, ended, in_force_until, set_value
from svc.rules.file import examine, load

ROOT = Path(__file__).parents[2]
DATA = (ROOT / "rules.yaml").read_bytes()
BASE = (ROOT / "tests" / "errors" / "rules" / "base.yaml").read_bytes()


def put(item, value, since, *, data=BASE, basis=None, who="S01", sealed=frozenset()):
    return set_value(data, load("rules.yaml", data), item, value, date.fromisoformat(since), basis, who, sealed)


def told(item, value, since, **more) -> str:
    data = more.get("data", BASE)
    return difference(data, put(item, value, since, **more))


def rows(data: bytes, item: str) -> list[tuple[str, str | int | None]]:
    rules = load("rules.yaml", data)
    found = rules.amounts.get(item) or rules.limits[item]
    return [(str(row.since), row.value) for row in found.history]


class TestFill:
    def test_blank_row(self):
        assert told("late_arrival", "50", "2026-01-01", basis="部门会议纪要 3 号") == (
            "-        yuan:\n+        yuan: 50  # 依据: 部门会议纪要 3 号; 记录: S01\n"
        )

    def test_without_basis(self):
        assert told("late_arrival", "50", "2026-01-01").endswith("yuan: 50  # 记录: S01\n")

    def test_comment_that_stands_there_is_kept(self):
        new = put("report_fix_within", "3 days", "2026-01-01", data=DATA)
        line = next(line for line in new.decode().split("\n") if "3 days" in line)
        assert line.startswith("        value: 3 days  ") and "事后补写不抵" in line and line.endswith("记录: S01")

    def test_row_in_braces(self):
        old = BASE.replace(b"- from: 2026-01-01\n        yuan:\n", b"- {from: 2026-01-01, yuan: }\n")
        assert b"- {from: 2026-01-01, yuan: 50 }  # " in put("late_arrival", "50", "2026-01-01", data=old)

    def test_key_in_quotes(self):
        old = BASE.replace(b"        yuan:\n", b'        "yuan" :\n')
        assert b'"yuan" : 50  #' in put("late_arrival", "50", "2026-01-01", data=old)

    def test_value_before_from(self):
        old = BASE.replace(b"- from: 2026-01-01\n        yuan:\n", b"- yuan:\n        from: 2026-01-01\n")
        assert b"- yuan: 50  # " in put("late_arrival", "50", "2026-01-01", data=old)


class TestAdd:
    def test_between_two_rows(self):
        new = put("late_arrival", "80", "2026-05-01")
        assert rows(new, "late_arrival") == [
            ("2026-01-01", None),
            ("2026-05-01", "80.00"),
            ("2026-10-01", "200.00"),
        ]

    def test_last(self):
        assert told("late_arrival", "300.50", "2026-12-01") == (
            "+      - from: 2026-12-01\n+        yuan: 300.50  # 记录: S01\n"
        )

    def test_first(self):
        assert [since for since, _ in rows(put("late_arrival", "0", "2025-12-01"), "late_arrival")] == [
            "2025-12-01",
            "2026-01-01",
            "2026-10-01",
        ]

    def test_limit(self):
        new = put("reply_within", "12小时", "2026-12-01")
        assert rows(new, "reply_within") == [("2000-01-01", 86400), ("2026-12-01", 43200)]

    def test_in_the_manner_of_the_neighbour(self):
        old = BASE.replace(
            b"      - from: 2026-10-01\n        yuan: 200\n", b"      -   from: 2026-10-01\n          yuan: 200\n"
        )
        new = put("late_arrival", "300", "2026-12-01", data=old)
        assert b"\n      -   from: 2026-12-01\n          yuan: 300  # " in new

    def test_under_a_row_in_braces(self):
        old = BASE.replace(b"- from: 2026-10-01\n        yuan: 200\n", b"- {from: 2026-10-01, yuan: 200} # x\n")
        assert b"\n      - {from: 2026-12-01, yuan: 300}  # " in put("late_arrival", "300", "2026-12-01", data=old)

    def test_comments_between_rows_stay_with_the_row_below(self):
        old = BASE.replace(b"      - from: 2026-10-01\n", b"      # raised\n      - from: 2026-10-01\n")
        assert b"# raised\n      - from: 2026-10-01\n" in put("late_arrival", "80", "2026-05-01", data=old)
        with_first = BASE.replace(
            b"      - from: 2026-01-01\n        yuan:\n", b"      # first\n      - from: 2026-01-01\n        yuan:\n"
        )
        assert b"# first\n      - from: 2026-01-01\n" in put("late_arrival", "80", "2025-05-01", data=with_first)

    def test_at_the_end_of_a_file_without_a_last_line_end(self):
        limits = BASE[BASE.index(b"limits:") : BASE.index(b"questions:")]
        old = BASE.replace(limits, b"") + limits.rstrip(b"\n")
        new = put("report_fix_within", "2 days", "2026-12-01", data=old)
        assert new == old + b"\n      - from: 2026-12-01\n        value: 2 days  # \xe8\xae\xb0\xe5\xbd\x95: S01"

    @pytest.mark.parametrize(
        ("since", "row"),
        [
            ("2026-12-01", b"[{from: 2010-01-01, value: 24 hours}, {from: 2026-12-01, value: 12 hours}]"),
            ("2009-12-01", b"[{from: 2009-12-01, value: 12 hours}, {from: 2010-01-01, value: 24 hours}]"),
        ],
    )
    def test_a_history_in_one_line(self, since, row):
        old = BASE.replace(
            b"history:\n      - from: 2000-01-01\n        value: 24 hours\n",
            b"history: [{from: 2010-01-01, value: 24 hours}]\n",
        )
        assert row + b"  # \xe8" in put("reply_within", "12 hours", since, data=old)

    def test_rows_with_conditions_and_steps(self):
        rows = (
            b"      - {from: 2026-10-01, steps: {per: month, yuan: [100, 200]}}\n"
            b"      - {from: 2026-10-01, when: {customer.key: yes}, yuan: 300}\n"
        )
        old = BASE.replace(b"svc-rules/1", b"svc-rules/2").replace(b"      - from: 2026-10-01\n        yuan: 200\n", rows)
        assert rows in old
        new = put("late_arrival", "250", "2026-12-01", data=old)
        assert new == old.replace(rows, rows + b"      - {from: 2026-12-01, yuan: 250}  # \xe8\xae\xb0\xe5\xbd\x95: S01\n")
        said = ended(load("rules.yaml", new), "late_arrival", date(2026, 12, 1))
        assert said is not None and "end with 2026-11-30" in said.en
        with pytest.raises(BadInput, match="another value"):  # the day has steps already
            put("late_arrival", "100", "2026-10-01", data=old)

    def test_the_otherwise_of_a_day_that_has_conditions_only(self):
        row = b"      - {from: 2026-11-01, when: {customer.key: yes}, yuan: 300}\n"
        plain = b"      - from: 2026-10-01\n        yuan: 200\n"
        old = BASE.replace(b"svc-rules/1", b"svc-rules/2").replace(plain, plain + row)
        new = put("late_arrival", "150", "2026-11-01", data=old)
        assert row + b"      - {from: 2026-11-01, yuan: 150}" in new


class TestNames:
    @pytest.mark.parametrize(
        ("item", "value", "part"),
        [
            ("complaint_attitude", "300", b"yuan: 300"),
            ("reply_24h", "300 hours", b"value: 300 hours"),
            ("repeat_repair", "60 days", b"value: 60 days"),
            ("file_report_within", "2 days", b"value: 2 days"),
        ],
    )
    def test_a_rule_means_its_fine_or_else_its_limit(self, item, value, part):
        assert part in put(item, value, "2026-12-01", data=DATA)

    @pytest.mark.parametrize("item", ["late_arival", "nothing_like_it", "", "receipt_fraud"])
    def test_unknown(self, item):
        with pytest.raises(BadInput) as caught:
            put(item, "300", "2026-12-01")
        assert caught.value.hint

    def test_in_force_until_the_next_row(self):
        rules = load("rules.yaml", BASE)
        assert in_force_until(rules, "late_arrival", date(2026, 5, 1)) == date(2026, 10, 1)
        assert in_force_until(rules, "late_arrival", date(2026, 10, 1)) is None


class TestRefused:
    @pytest.mark.parametrize("value", ["200元", "1,000", "-1", "", "1e3", "200000", "２００", "1\n2", "0 # x"])
    def test_amount(self, value):
        with pytest.raises(BadInput):
            put("late_arrival", value, "2026-12-01")

    @pytest.mark.parametrize("value", ["24", "0 days", "-1 days", "200", "9999 days", "", "1 day\n- x"])
    def test_limit(self, value):
        with pytest.raises(BadInput):
            put("reply_within", value, "2026-12-01")

    def test_day_with_another_value(self):
        with pytest.raises(BadInput) as caught:
            put("late_arrival", "300", "2026-10-01")
        assert caught.value.place == "rules.yaml:15" and "15" in caught.value.what.en

    def test_same_value_again_changes_nothing(self):
        assert put("late_arrival", "200.00", "2026-10-01") == BASE

    @pytest.mark.parametrize("since", ["1999-12-31", "2100-01-01"])
    def test_year(self, since):
        with pytest.raises(BadInput):
            put("late_arrival", "300", since)

    @pytest.mark.parametrize(
        ("since", "sealed"),
        [("2026-11-15", "2026-11"), ("2026-05-01", "2026-05"), ("2026-01-01", "2026-03"), ("2026-05-01", "2026-09")],
    )
    def test_sealed_month(self, since, sealed):
        with pytest.raises(BadInput) as caught:
            put("late_arrival", "300", since, sealed={sealed})
        assert sealed in caught.value.what.en

    def test_sealed_month_that_keeps_its_value(self):
        assert put("late_arrival", "300", "2026-05-01", sealed={"2026-04", "2026-10", "2026-11"}) != BASE

    def test_a_file_with_mistakes(self):
        with pytest.raises(Several):
            set_value(
                BASE.replace(b"200", b"2oo"),
                load("rules.yaml", BASE),
                "late_arrival",
                "1",
                date(2026, 1, 1),
                None,
                "S01",
            )

    @pytest.mark.parametrize("basis", ["\x1b[2J", "\u202ex"])
    def test_basis_that_is_no_text(self, basis):
        with pytest.raises(BadInput):
            put("late_arrival", "300", "2026-12-01", basis=basis)


def without(new: bytes, old: bytes) -> bool:
    """Whether `old` is `new` with one stretch, or two, taken out."""
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest_old, rest_new = old[start:], new[start:]
    end = next(
        (i for i, (a, b) in enumerate(zip(reversed(rest_old), reversed(rest_new), strict=False)) if a != b),
        min(len(rest_old), len(rest_new)),
    )
    middle = rest_old[: len(rest_old) - end]
    return b"\n" not in middle.strip(b"\r\n") and middle in rest_new


ITEMS = {"late_arrival": "120.50", "bonus_cut_attitude": "7", "reply_within": "36 hours", "report_fix_within": "3天"}


@settings(max_examples=60, deadline=None)
@given(
    item=st.sampled_from(sorted(ITEMS)),
    since=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    basis=st.none() | st.text(max_size=30),
    bom=st.booleans(),
    end=st.sampled_from([b"\n", b"\r\n", b"\r"]),
    shipped=st.booleans(),
)
def test_every_other_byte_is_kept(item, since, basis, bom, end, shipped):
    old = (b"\xef\xbb\xbf" if bom else b"") + (DATA if shipped else BASE).replace(b"\n", end)
    rules = load("rules.yaml", old)
    try:
        new = set_value(old, rules, item, ITEMS[item], since, basis, "S01")
    except BadInput:
        return
    assert examine("rules.yaml", new)[1] == []
    assert without(new, old)
    added = set(dict(rows(new, item))) - set(dict(rows(old, item)))
    assert added <= {str(since)} and (str(since), None) not in rows(new, item)
    removed = [line for line in difference(old, new).split("\n") if line.startswith("-")]
    assert len(removed) <= 1
    ends = new.replace(b"\r\n", b"").count(b"\n"), new.replace(b"\r\n", b"").count(b"\r")
    assert ends[0] == (0 if end != b"\n" else new.count(b"\n")) and ends[1] == (0 if end != b"\r" else new.count(b"\r"))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 300)), max_size=6))
def test_many_settings_in_any_order(settings_made):
    data, made = BASE, {}
    for offset, yuan in settings_made:
        since = date(2027, 1, 1) + timedelta(days=offset)
        try:
            data = put("late_arrival", str(yuan), str(since), data=data)
        except BadInput:
            assert made[str(since)] != f"{yuan}.00"
            continue
        made[str(since)] = f"{yuan}.00"
    assert rows(data, "late_arrival")[2:] == sorted(made.items())
