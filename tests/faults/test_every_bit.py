"""Every bit of every ledger of a desk turned over, one at a time: none unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from svc.domain import ledgers
from svc.store.files import verify
from svc.store.files.ledger import FileLedger
from svc.store.files.verify import problems
from svc.store.rows import chain, codec
from tests.faults.sizes import LONG, size, tally
from tests.store.helpers import call, conduct, put, reply, report, survey


def small(folder: Path) -> FileLedger:
    """Two rows of each form of ledger, quotes, escapes and Chinese among them."""
    ledger = FileLedger.create(folder / "data")
    put(ledger, call(1, '漏油, "大量"'), reply(1, "两天后\n到"), report(1, "磨损"), survey(1), conduct(1))
    return ledger


def places(size: int, step: int) -> range:
    return range(0, size * 8, step)


def test_every_bit_of_every_file_is_noticed_by_verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_GUESSES", 0)  # what a row said before is another test's matter
    ledger = small(tmp_path)
    assert list(problems(ledger)) == []
    tried = unseen = 0
    for file in [*sorted(path for path in ledger.data.glob("*/2*")), ledger.data / "desk.yaml"]:
        whole = file.read_bytes()
        for place in places(len(whole), size(61, 1)):
            file.write_bytes(
                whole[: place // 8] + bytes([whole[place // 8] ^ 1 << place % 8]) + whole[place // 8 + 1 :]
            )
            tried += 1
            unseen += not _noticed(ledger.data)
        file.write_bytes(whole)
    assert unseen == 0
    assert tried >= size(120, 9_000), "the suite did not bite"
    tally("bits flipped", tried=tried, unseen=unseen)


def _noticed(data: Path) -> bool:
    """Whether somebody who opens the desk and verifies it is told (at once, or with the first problem)."""
    try:
        return next(problems(FileLedger(data)), None) is not None
    except Exception as error:
        return hasattr(error, "what")


def test_every_bit_of_every_row_of_the_shipped_desk_is_noticed() -> None:
    """The rows of a whole department: a row with a bit turned over is not read, or no longer follows."""
    ledger = FileLedger(Path(__file__).parents[2] / "data")
    tried = unseen = 0
    for noun in ledgers.TABLE:
        before = chain.GENESIS
        for number, one in enumerate(ledger.read(noun)):
            follows = chain.checker(ledger.id, one.file)
            if LONG or number % 40 == 0:
                for place in places(len(one.raw), size(97, 1)):
                    raw = bytearray(one.raw)
                    raw[place // 8] ^= 1 << place % 8
                    tried += 1
                    try:
                        row, h = codec.split(noun, bytes(raw))
                    except codec.BadRow:
                        continue
                    unseen += follows(before, row, h)
            before = one.h
    assert unseen == 0 and tried >= size(300, 2_000_000), "the suite did not bite"
    tally("bits flipped", tried=tried, unseen=unseen)
