"""A dozen mistakes that a careless hand could put in, and the suite that must find each.

Each is a change of the source, text for text, so that it stays true to the source as that grows: a
seed that no longer fits fails the run.
"""

from __future__ import annotations

from typing import NamedTuple


class Seed(NamedTuple):
    """A mistake: what it is, where, the text and what replaces it, and who must find it."""

    name: str
    file: str
    old: str
    new: str
    suite: str


POWER, CALLS, TORN = (
    "test_crash_states.py",
    "test_system_calls.py::test_a_clerk_struck_at_every_call",
    "test_torn_writes.py",
)
FULL, MANY, BITS, ANY = "test_full_disk.py", "test_order.py", "test_every_bit.py", "test_machine.py"

SEEDS = (
    Seed(
        "an entry is confirmed before it is on the disk", "svc/store/files/durable.py",
        "        _sync(descriptor, path, offset)\n        if offset == 0:", "        if offset == 0:", POWER,
    ),
    Seed(
        "the folder of a new file is not put on the disk", "svc/store/files/durable.py",
        "        if offset == 0:\n            _sync_folder(path, sound=0)\n", "", POWER,
    ),
    Seed(
        "a file is renamed before its bytes are on the disk", "svc/store/files/durable.py",
        "        os.fsync(descriptor)\n        with folder_of", "        with folder_of", POWER,
    ),
    Seed(
        "several files are written without a note to go back to", "svc/store/files/ledger.py",
        "        if len(entries) <= 1 or self._together:", "        if True:", POWER,
    ),
    Seed(
        "a reader believes what is not on the disk yet", "svc/store/files/ledger.py",
        "            if not self._lock.held and unsettled(self.data):", "            if False:", POWER,
    ),
    Seed(
        "a torn end is written behind", "svc/store/files/ledger.py",
        "            durable.cut(path, tail.size)\n", "            pass\n", TORN,
    ),
    Seed(
        "a short write is taken for a whole one", "svc/store/files/plain.py",
        "    while left:\n        left = left[os.write(descriptor, left) :]", "    os.write(descriptor, left)", TORN,
    ),
    Seed(
        "what a full disk took is left there", "svc/store/files/durable.py",
        "            os.ftruncate(descriptor, offset)\n            os.fsync(descriptor)\n            if offset == 0:",
        "            if offset == 0:", TORN,
    ),
    Seed(
        "an fsync that failed is tried again", "svc/store/files/durable.py",
        "    except OSError as error:\n        raise mark(path, sound, os.strerror(error.errno or 0)) from error\n\n\ndef _sync_folder",
        "    except OSError:\n        os.fsync(descriptor)\n\n\ndef _sync_folder", "test_torn_writes.py::test_an_fsync_that_fails_is_not_tried_again",
    ),
    Seed(
        "nobody waits for the lock", "svc/store/files/lock.py",
        "            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)", "            pass", MANY,
    ),
    Seed(
        "the hash leaves the last byte of a row out", "svc/store/rows/chain.py",
        'digest = fast(b"%b%b\\0%b" % (start, previous.encode(), row)).digest()',
        'digest = fast(b"%b%b\\0%b" % (start, previous.encode(), row[:-1])).digest()', BITS,
    ),
    Seed(
        "a ledger that became shorter is read on", "svc/store/files/ledger.py",
        "        if found == ending:\n            return\n", "        return\n", ANY,
    ),
    Seed(
        "a clock that went back is believed", "svc/store/place.py",
        "    if last - now <= BACKWARDS:", "    if True:", ANY,
    ),
    Seed(
        "formulas are not guarded", "svc/store/rows/cells.py",
        "    if guard and (first in _FORMULA or _is_rewritten(text)):", "    if guard and first in _FORMULA:", "test_office.py",
    ),
    Seed(
        "an error of the system goes through as it is", "svc/store/files/plain.py",
        "            raise _odd(path) if error.errno in _NOT_PLAIN else refused(error, path.name) from error\n    status",
        "            raise ValueError(path) from error\n    status", CALLS,
    ),
)  # fmt: skip
