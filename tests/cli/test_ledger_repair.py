"""`svc ledger verify` and `svc ledger repair` as a person meets them."""

from __future__ import annotations

from tests.conftest import Svc

LOG = "call log --channel phone --from 13800000001 --kind consult --summary"


def test_changed_told_planned_and_mended(svc: Svc) -> None:
    for n in range(3):
        svc(f"{LOG} 'note {n}'")
    file = next((svc.desk / "data" / "calls").iterdir())
    whole = file.read_bytes()
    assert "nothing wrong" in svc("ledger verify").out
    file.write_bytes(whole.replace(b"note 1", b"all is well"))
    found = svc("ledger verify", 1)
    assert found.out == f"calls/{file.name}:3: summary changed after it was recorded: 'note 1' -> 'all is well'\n"
    assert "1 problem" in found.err and "svc ledger repair" in found.err
    assert svc("ledger verify --json", 1).json[0]["old"] == "note 1"
    planned = svc("ledger repair --dry-run").out
    assert planned.startswith(f"calls/{file.name}: changed after it was recorded")
    refused = svc("ledger repair", 2)  # no terminal to ask at
    assert "--yes" in refused.err and refused.out == planned and file.read_bytes() != whole
    assert "1 files mended" in svc("ledger repair --yes").out
    assert file.read_bytes() == whole and "nothing wrong" in svc("ledger verify").out
    assert next((svc.desk / "data/.svc/aside").rglob(file.name)).read_bytes() != whole
    assert "nothing that can be mended" in svc("ledger repair").out
    assert svc.run("--as", "S04", "ledger", "repair", "--yes").code == 3
