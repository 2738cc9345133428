"""Two dozen mistakes that a careless hand could put in, and the suite that must find each.

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
TRUST, SERVER = "../cli/test_trust.py", "../postgres/test_boundaries.py"
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
    # Boundaries, each as it was
    Seed(
        "verify believes the index", "svc/desk/places.py",
        "        yield from compare.problems(cache, ledger, registers)\n", "", f"{TRUST}::test_an_edited_index_is_named_and_nothing_is_sealed_on_it",
    ),
    Seed(
        "a month is sealed on what does not verify", "svc/recording/sealing.py",
        "        refuse_unverified(desk)\n        figures", "        figures", f"{TRUST}::test_nothing_is_sealed_on_a_changed_ledger",
    ),
    Seed(
        "nothing remembers that a month was sealed", "svc/store/seals.py",
        "        yield from self._unlike_recorded()\n", "", f"{TRUST}::test_a_seal_cannot_be_taken_away_or_made_anew",
    ),
    Seed(
        "rules changed by hand are seen by nobody", "svc/store/access_checks.py",
        "    yield from _rules(documents, recorded)\n", "", f"{TRUST}::test_rules_changed_by_hand_are_named_until_somebody_answers_for_them",
    ),
    Seed(
        "a kept copy is written over", "svc/store/files/durable.py",
        "    if not path.exists():\n        replace(path, payload)\n        return None\n    number = 2",
        "    replace(path, payload)\n    return None\n    number = 2", f"{TRUST}::test_a_kept_copy_is_never_written_over",
    ),
    Seed(
        "what root makes is root's", "svc/store/files/plain.py",
        "        if status.st_uid:\n", "        if False:\n", f"{TRUST}::test_what_root_changes_stays_its_owners",
    ),
    Seed(
        "who reads is refused on a full disk", "svc/store/index/cache.py",
        "            if not _no_room(error):\n                raise\n            return self._in_memory()", "            raise",
        f"{FULL}::test_who_only_reads_is_not_refused",
    ),
    Seed(
        "a clock that runs ahead is believed", "svc/recording/door.py",
        "        refuse_jump(desk, self.now)\n", "", f"{TRUST}::test_a_clock_that_runs_ahead_is_asked_about_and_there_is_a_way_out",
    ),
    Seed(
        "what is replaced together is not kept aside", "svc/store/files/multi_file_write.py",
        "    for number, file in enumerate(replaced):", "    for number, file in enumerate(replaced[:0]):", f"{TRUST}::test_an_erasure_is_whole_or_not_at_all",
    ),
    Seed(
        "numbers have dashes between them", "svc/domain/numbers.py",
        "_RUN = rf\"\\+?\\(?[0-9](?:{_BETWEEN}[0-9])*\"", "_RUN = r\"\\+?\\(?[0-9](?:-?[0-9])*\"", "../domain/test_personal.py",
    ),
    Seed(
        "a head whose rows are gone fits", "svc/store/heads.py",
        "        if not one.h:\n", "        if False:\n", f"{TRUST}::test_a_head_that_somebody_kept_finds_what_the_desk_alone_cannot",
    ),
    Seed(
        "a trusted function meets a caller's names", "svc/store/postgres/schema/002_boundaries.sql",
        "p_after integer) returns void\nsecurity definer set search_path = pg_catalog, pg_temp",
        "p_after integer) returns void\nsecurity definer set search_path = pg_catalog",
        f"{SERVER}::test_the_table_names_every_function",
    ),
    Seed(
        "anybody hands over", "svc/store/postgres/schema/002_boundaries.sql",
        "    if handed and not me.deputy then", "    if false then", f"{SERVER}::test_each_role_gets_through_where_the_table_says",
    ),
    Seed(
        "a register is anybody's", "svc/store/postgres/schema/002_boundaries.sql",
        "        perform svc.demand('register ' || p_noun);", "        null;", f"{SERVER}::test_each_role_gets_through_where_the_table_says",
    ),
)  # fmt: skip
