"""What an import holds of a file: on disk as in memory the same answers, and little of it in memory."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from svc.domain.clock.precision import whole_day
from svc.domain.entry import Entry
from svc.recording import on_disk
from svc.recording.batched import ByIds, Coming, InMemory, Made
from svc.recording.lines import Line, Named
from svc.recording.on_disk import OnDisk, Pile
from tests.conftest import Svc

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
DAY = whole_day(date(2026, 10, 5), UTC)


def entry(ledger: str, event: str, id: str, at: datetime, **fields: Any) -> Entry:
    return Entry(ledger, event, id, at, NOW, "S01", fields)


ENTRIES = [
    entry("visit", "dispatch", "V1", NOW - timedelta(hours=3), call="C1", staff="S02"),
    entry("call", "reply", "C1", NOW - timedelta(hours=2), text="下午到"),
    entry("call", "log", "C1", NOW - timedelta(hours=4), summary="漏油"),
    entry("call", "log", "C2", DAY, summary="异响"),
    entry("visit", "dispatch", "V2", NOW - timedelta(hours=1), call="C1", staff="S03"),
    entry("call", "reply", "C2", NOW - timedelta(hours=2), text="已答复"),
]


def answers(coming: Coming) -> list[Any]:
    """All that whoever checks a batch may ask of it."""
    known = ByIds(coming)
    return [
        len(coming), [made.entry for made in coming], sorted(coming.events()), [*coming.keys()],
        {key: [made.entry for made in group] for groups in coming.groups() for key, group in groups.items()},
        [made.entry for made in coming.of("call")], [made.entry for made in coming.of("call", "log")],
        coming.children("visit", "C1"), coming.children("visit", "C2"), coming.has(("call", "C2")), coming.has(("call", "C9")),
        {key: known[key] for key in known}, known.get(("call", "C9"), ()), [made.source.place for made in coming],
        coming.has(("call", "C9")),  # that it was asked for does not make it known
        [made.entry for made in coming.in_time({("call", "reply"), ("visit", "dispatch"), ("visit", "log")})],
    ]  # fmt: skip


@pytest.mark.parametrize("held", [0, 3, 100])
def test_ids_that_may_repeat_something_are_told(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(on_disk, "HELD", held)
    monkeypatch.setattr(on_disk, "AT_ONCE", 2)
    many = OnDisk(NOW)
    again = entry("call", "reply", "C1", NOW - timedelta(hours=2, seconds=-20), text="下午到")
    for n, one in enumerate([*ENTRIES, again]):
        many.add(Made(Line(n, "", {}), one))
    told = [*many.repeating()]
    assert [ids for ids, _ in told] == [[("call", "C1"), ("call", "C2")], [("visit", "V1"), ("visit", "V2")]]
    assert [twice for _, twice in told] == [{("call", "C1")}, set()]
    many.close()


@pytest.mark.parametrize("held", [0, 3, 100])
def test_what_lies_on_disk_gives_the_answers_of_memory(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(on_disk, "HELD", held)
    few, many = InMemory(), OnDisk(NOW)
    for n, one in enumerate(ENTRIES):
        for coming in (few, many):
            coming.add(Made(Line(n, "", {"text": True}, place=f"S!{n}", cells={"at": f"S!B{n}"}), one))
    assert answers(few) == answers(many) and any(type(made.entry.at) is type(DAY) for made in many)
    for coming in (few, many):
        first, second = [*coming.of("call", "reply")]
        coming.put(first._replace(entry=first.entry._replace(at=NOW)))
        coming.drop([second])
    assert answers(few) == answers(many) and len(many) == len(ENTRIES) - 1
    assert [made.entry.event for made in many.group(("call", "C1"))] == ["log", "reply"] and many.counts() == {"call": 3, "visit": 2}
    many.close()


@pytest.mark.parametrize("held", [0, 3, 1000])
def test_lines_put_aside_come_back_as_they_were(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(on_disk, "HELD", held)
    pile = Pile()
    lines = [Line(n, {"a": "1"}, {"id": Named(("call", n), "call 1")}, None, ("call", n), f"S!{n}", {"id": "S!A1"}, "f", True) for n in range(300)]
    for line in lines:
        pile.add(line)
    assert [*pile] == lines == [*pile] and len(pile) == 300
    assert lines[7].own and not lines[7]._replace(name=("customer", ("甲",))).own


def test_of_many_lines_kept_out_each_says_what_it_said(bare: Svc, tmp_path: Path) -> None:
    days = [n % 40 + 1 for n in range(120)]
    rows = [f"2026-3-{day} 9:30,1380000{n:04d},不转{n}" for n, day in enumerate(days)]
    file, bad = tmp_path / "l.csv", tmp_path / "bad.csv"
    file.write_text("\n".join(["来电时间,电话,内容", *rows, ""]), "utf-8")
    assert bare(f"ledger import {file} --yes --rejects {bad}").out == "93 imported  call 93\n"
    kept = bad.read_text("utf-8-sig").splitlines()[1:]
    wrong = [row for row, day in zip(rows, days, strict=True) if day > 31]
    assert len(kept) == 27 and all(line.startswith(f"{row},") for line, row in zip(kept, wrong, strict=True))


@pytest.mark.long
def test_a_hundred_thousand_rows_take_less_than_250_mb(bare: Svc, tmp_path: Path) -> None:
    start = datetime(2023, 1, 1, 8)
    times = [start + timedelta(minutes=9 * n) for n in range(100_000)]
    heads = "工单编号,报修时间,客户名称,联系电话,故障描述,问题类别,处理人,处理时间,完成时间,处理结果\n"
    rows = "".join(
        f"维{n:06d}号,{at:%Y-%m-%d %H:%M},客户{n % 300}厂,1380000{n % 9000 + 1000},动臂下沉，请尽快派人来看 {n},设备故障,文静,"
        f"{at + timedelta(hours=2):%Y-%m-%d %H:%M},{at + timedelta(hours=5):%Y-%m-%d %H:%M},更换密封圈 {n}\n"
        for n, at in enumerate(times)
    )
    (tmp_path / "l.csv").write_text(heads + rows, "utf-8")
    program = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    command = [sys.executable, "-m", "svc", "--desk", str(bare.desk), "ledger", "import", str(tmp_path / "l.csv"), "--yes"]
    done = subprocess.run([sys.executable, "-c", program, *command], env=bare.environ, capture_output=True, text=True, check=True)
    imported, most = done.stdout.strip().split("\n")
    assert imported.startswith("300301 imported") and int(most) // 1024 <= 250, done.stdout
