"""Some forty mistakes that a careless hand could put in, and the suite that must find each.

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
DOORS, PROTECTED = "../cli/test_every_door.py", "../cli/test_protect.py"
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
        "        yield from compare.problems(cache, ledger, registers, told)\n", "", f"{TRUST}::test_an_edited_index_is_named_and_nothing_is_sealed_on_it",
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
    Seed(
        "a row is no longer looked at by the server", "svc/store/postgres/schema/002_boundaries.sql",
        "            perform svc.no_row('what stands beside it says something else');", "            null;",
        f"{SERVER}::test_each_role_gets_through_where_the_table_says",
    ),
    Seed(
        "any row may be set aside", "svc/store/postgres/schema/004_set_aside.sql",
        "    if sound and not me.deputy then", "    if false then", f"{SERVER}::test_a_row_that_nobody_can_read_is_set_aside_and_no_other",
    ),
    Seed(
        "nobody compares the login with the author", "svc/store/postgres/verify.py",
        "        if not self._logins.may(stored.login, entry.by):", "        if False:",
        f"{SERVER}::test_an_entry_from_a_login_that_is_not_its_authors_is_named",
    ),
    Seed(
        "a number and its call are two transactions", "svc/recording/door.py",
        "len(self.made) == 1 and desk.kept.folder is not None", "len(self.made) == 1",
        "../postgres/test_broken.py::test_a_strangers_number_and_his_call_are_there_together_or_not_at_all",
    ),
    Seed(
        "a site hands over what nobody was asked about", "svc/sites.py",
        "        held = handed.refused(desk, _behind(desk, there), there)\n", "        held: list[handed.Held] = []\n",
        f"{DOORS}::test_what_a_site_wrote_past_svc_is_held_and_the_rest_comes_over",
    ),
    Seed(
        "a file may hold entries", "svc/domain/nouns/undo.py",
        "_nothing_built_on_it), HOLD: (_by_a_hand_over,)}", "_nothing_built_on_it)}",
        f"{DOORS}::test_somebody_without_the_right_and_a_file_cannot_hold_anything",
    ),
    Seed(
        "the service opens what a caller names", "svc/protected/service.py",
        "    if not isinstance(value, dict) or not isinstance(value.get(\"name\"), str):",
        "    if isinstance(value, str):\n        return value\n    if not isinstance(value, dict):",
        f"{PROTECTED}::test_what_is_no_verb_with_values_is_refused_and_nothing_is_written",
    ),
    Seed(
        "the service takes what it does not know", "svc/protected/request.py",
        "    return \"value\" if plain or param.name in _fields(words) else None", "    return \"value\"",
        f"{PROTECTED}::test_every_parameter_of_every_verb_is_a_value_a_file_or_refused",
    ),
    Seed(
        "the wall has a hole", "svc/protected/wall.py",
        "    sys.addaudithook(look)\n", "", f"{PROTECTED}::test_the_wall_holds_where_a_request_is_let_through",
    ),
    Seed(
        "silence is taken for a clock that is right", "svc/store/files/clock_note.py",
        "    if by is not None and by > SMALL and not sure:", "    if False:",
        f"{TRUST}::test_a_clock_set_forward_by_more_than_a_day_is_doubted_and_silence_is_not",
    ),
    Seed(
        "a fact that a hand changed in a register is believed", "svc/store/files/register_checks.py",
        "        if row.get(name, \"\") not in stood:", "        if False:",
        "../cli/test_facts_have_days.py::test_verify_names_what_a_hand_left_in_a_register_with_its_place",
    ),
    Seed(
        "whoever makes the chain anew is found by nobody", "svc/store/index/compare.py",
        "        if not told:\n", "        if False:\n", "../store/test_tampering.py::test_what_is_found_is_what_the_page_says",
    ),
    Seed(
        "verify does not look at the rows of the index", "svc/store/index/witness.py",
        "            if row != tables.row(one):", "            if False:",
        "../test_bench.py::test_what_verifies_without_making_an_index_sees_every_change_of_the_one_that_is_there",
    ),
    Seed(
        "a time-stamp of another seal counts", "svc/store/timestamps.py",
        "_IMPRINT + hashlib.sha256(seal).digest())\n    said", "_IMPRINT)\n    said", f"{TRUST}::test_somebody_outside_says_when_a_seal_was_there",
    ),
)  # fmt: skip
