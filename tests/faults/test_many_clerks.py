"""Eight clerks log at once while some are killed: every id that was printed is there once, and the chain holds."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

from tests.conftest import Svc

CLERKS, EACH = 8, 8
LOG = ["call", "log", "--channel", "phone", "--from", "13800000001", "--kind", "consult", "--summary"]


def clerk(svc: Svc, number: int, printed: list[str], kills: list[int]) -> None:
    dice = random.Random(number)
    for n in range(EACH):
        process = subprocess.Popen(
            [sys.executable, "-m", "svc", *LOG, f"clerk {number} call {n}"],
            env=svc.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        if dice.random() < 0.35:
            time.sleep(dice.uniform(0.05, 0.6))
            os.kill(process.pid, signal.SIGKILL)
            kills.append(process.pid)
        out = process.communicate()[0]
        if out.strip():
            printed.append(out.split()[0])


def test_every_printed_id_is_there_once(svc: Svc) -> None:
    printed: list[str] = []
    kills: list[int] = []
    threads = [threading.Thread(target=clerk, args=(svc, n, printed, kills)) for n in range(CLERKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = [json.loads(line) for line in svc("ledger export").out.split("\n") if line]
    stored = [e["id"] for e in entries if e["ledger"] == "call"]
    assert len(kills) >= 5 and len(printed) >= CLERKS * EACH // 3, "the test did not bite"
    assert len(stored) == len(set(stored))
    assert set(printed) <= set(stored) and len(printed) == len(set(printed))
    assert svc("ledger verify").code == 0
