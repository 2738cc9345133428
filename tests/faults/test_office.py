"""LibreOffice opens ledgers and saves them: known as re-saved, and put back byte for byte."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from svc.store.files.ledger import FileLedger
from svc.store.files.repair import carry_out, plan
from svc.store.files.verify import problems
from tests.faults.sizes import LONG, size, tally
from tests.store.helpers import DAY, NOW, call, conduct, put, reply

pytestmark = pytest.mark.long  # LibreOffice

SAVES = {
    "comma, UTF-8": "44,34,76,1,,0,false,true,false",
    "semicolon, UTF-8": "59,34,76,1,,0,false,true,false",
    "every text quoted": "44,34,76,1,,0,true,true,false",
    "GB 18030": "44,34,GB-18030,1,,0,false,true,false",
    "tab": "9,34,76,1,,0,false,true,false",
}
ODD = (
    "007", "1e5", "3-1", "Mar-25", "12:30", "TRUE", "=1+1", "+86 138", "-5", "@x", "'x", "1,000", "50%", "¥5", "2026-03-01", "2026/3/1",
    "3月1日", "上午 9:30", "#N/A", " x ", "a;b", 'a"b', "a,b\nc", "a\tb", "１２３", "1 1/2", "1.10", "0x1F", "漏油", "é", "1.38E+10", "(5)", "$5",
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A profile folder for LibreOffice."""
    if not shutil.which("soffice"):
        pytest.skip("no LibreOffice (soffice)")
    return tmp_path / "profile"


def saved(office: Path, file: Path, options: str) -> bytes:
    """What the file holds after it was opened and saved, as somebody who clicks OK twice does."""
    out = file.parent / "saved"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={office.as_uri()}", "--headless", "--infilter=CSV:44,34,76,1,,0,false,true,false",
         "--convert-to", f"csv:Text - txt - csv (StarCalc):{options}", "--outdir", str(out), str(file)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (out / file.name).read_bytes()


def test_what_libreoffice_saves_is_known_and_put_back(office: Path, tmp_path: Path) -> None:
    ledger = FileLedger.create(tmp_path / "data")
    put(ledger, *(call(n, text) for n, text in enumerate(ODD, 1)))
    put(ledger, *(reply(n, text) for n, text in enumerate(ODD, 1)), *(conduct(n) for n in range(1, 4)), now=NOW + DAY)
    files = ["calls/2026-11.csv", "conduct/2026-11.csv"]
    tried = changed = 0
    for options in list(SAVES.values()) if LONG else list(SAVES.values())[:1]:
        for name in size(files[:1], files):
            path = ledger.data / name
            whole = path.read_bytes()
            path.write_bytes(saved(office, path, options))
            changed += path.read_bytes() != whole
            shutil.rmtree(path.parent / "saved")
            (problem,) = problems(ledger)
            assert "values unchanged" in problem.what.en, (options, problem)
            with ledger.lock():
                list(carry_out(ledger, plan(ledger), tmp_path / "data/.svc/aside/now"))
            assert path.read_bytes() == whole and list(problems(ledger)) == []
            tried += whole.count(b"\n")
    assert changed >= size(1, 8), "the suite did not bite"
    tally("rows through LibreOffice", tried=tried, files=changed)
