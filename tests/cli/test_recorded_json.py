"""--json on recording verbs: the entry, what was understood, what should be known besides; one document, same exit codes."""

from __future__ import annotations

import json

from tests.conftest import Svc

KEYS = ["id", "dry_run", "entry", "understood", "notes", "also"]


def test_what_was_recorded_is_one_document(svc: Svc) -> None:
    done = svc('call log --json --channel phone --from CU0001 --kind repair --summary "call me: 139-0000-4321" --at 2026-11-02T09:00')
    [shown] = svc(f"call show {done.json['id']} --json").json["entries"]
    assert list(done.json) == KEYS and done.json["entry"] == shown, "the entry is as show tells it"
    assert done.json["dry_run"] is False and done.json["also"] == []
    assert any("Mon 2026-11-02 09:00" in part for part in done.json["understood"])
    assert "--summary are masked" in " ".join(done.json["notes"]) and "masked" not in done.err


def test_a_dry_run_says_so_and_writes_nothing(svc: Svc) -> None:
    done = svc("call log --json --dry-run --channel phone --from CU0001 --kind repair --summary x")
    assert done.json["dry_run"] is True and svc("call list --json").json == []


def test_what_is_recorded_besides_and_said_after_is_in_it(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU0001 --kind repair --machine SN-1 --summary x --at 2026-11-02T09:00").id
    made = svc(f"quote make --call {call} --json --labour 100 --cause-class wear").json
    assert any("pays" in note for note in made["notes"]), made


def test_an_error_is_on_stderr_with_its_code(svc: Svc) -> None:
    refused = svc("call reply C1 --text x --json", 4)
    assert refused.out == "" and "C1" in refused.err


def test_a_script_takes_the_id_from_it(svc: Svc) -> None:
    call = json.loads(svc("call log --json --channel phone --from CU0001 --kind consult --summary x").out)["id"]
    assert svc(f"call reply {call} --text answered --json").json["entry"]["text"] == "answered"
