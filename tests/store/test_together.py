"""Many processes at one desk, some of them killed."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from svc.store.files.ledger import FileLedger

from .helpers import DAY, NOW, call, ids, problems, report

PROCESSES, EACH = 8, 100


def _clerk(data: Path, who: int, told: int) -> None:
    """Append a hundred entries one by one; tell each id when it was confirmed."""
    ledger = FileLedger(data)
    for n in range(EACH):
        number = who * EACH + n + 1
        entries = [call(number)] if n % 10 else [call(number), report(number)]
        with ledger.lock():
            ledger.append(entries, NOW + n * DAY / 2 if who == -1 else NOW)
        os.write(told, b"C2611-%04d\n" % number)


def test_eight_clerks_at_once_lose_nothing(tmp_path: Path) -> None:
    ledger = FileLedger.create(tmp_path / "data")
    end, told = os.pipe()
    children = []
    for who in range(PROCESSES):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(end)
                _clerk(ledger.data, who, told)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    os.close(told)
    dice = random.Random(7)
    for child in children[:3]:
        time.sleep(0.05 + dice.random() / 20)
        os.kill(child, signal.SIGKILL)
    confirmed = b"".join(iter(lambda: os.read(end, 1 << 16), b"")).decode().split()
    os.close(end)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes[3:] == [0] * 5 and set(codes[:3]) <= {0, -signal.SIGKILL}
    assert -signal.SIGKILL in codes, "nobody was killed: the test did not bite"

    with ledger.lock():
        ledger.append([call(9999)], NOW)
    found = ids(ledger)
    assert len(found) == len(set(found)) and set(confirmed) <= set(found)
    assert len(confirmed) >= 5 * EACH
    assert len(found) - 1 - len(confirmed) <= 3  # at most one unconfirmed entry for each one killed
    assert problems(ledger) == []


def test_readers_beside_a_writer_never_see_half_a_row(tmp_path: Path) -> None:
    ledger = FileLedger.create(tmp_path / "data")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            for n in range(1, 150):
                with ledger.lock():
                    ledger.append([call(2 * n), report(n), call(2 * n + 1)], NOW + n * DAY / 3)
            code = 0
        finally:
            os._exit(code)
    last = rounds = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        found = ids(ledger)
        assert len(found) >= last and len(found) % 2 == 0
        assert found == [f"C2611-{n:04}" for n in range(2, len(found) + 2)]
        position = ledger.tail_position("call")
        assert position is None or list(ledger.read("call", position)) is not None
        last, rounds = len(found), rounds + 1
    assert rounds > 3 and len(ids(ledger)) == 298
