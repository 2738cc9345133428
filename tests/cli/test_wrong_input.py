"""Wrong input gets one clear error with the right exit code and changes nothing; never a traceback (`Svc.run` looks)."""

from __future__ import annotations

import pytest

from tests.conftest import Svc, contents

LOG = "call log --channel phone --from 13800000001 --kind consult --summary x"

REFUSED = [
    ("", 2, ""),
    ("cal log", 2, "call"),
    ("call lgo", 2, "log"),
    ("call log --chanel phone", 2, "--chan"),
    ("call log --channel fax --from 13800000001 --kind consult --summary x", 2, "phone"),
    ("call log --channel phone --from 13800000001 --kind fix --summary x", 2, "repair"),
    ("call log --channel phone --kind consult --summary x", 2, "--from"),
    ("call log --channel phone --from nobody --kind consult --summary x", 4, "nobody"),
    ("call log --channel phone --from CU9999 --kind consult --summary x", 4, "CU9999"),
    ("call log --channel phone --from 13800000001 --kind consult --summary x --machine SN-9", 4, "SN-9"),
    ("call log --channel phone --from 1380000000 --kind consult --summary x", 4, "1380000000"),
    (f"{LOG} --at 2026-02-30T10:00", 2, "2026-02-30"),
    (f"{LOG} --at 2026-10-01T24:00", 2, "24:00"),
    (f"{LOG} --at yesterdayish", 2, "yesterdayish"),
    (f"{LOG} --at 2126-01-01T10:00", 2, ""),
    (f"{LOG} --at 2098-12-31T10:00", 2, "future"),
    (f"{LOG} extra", 2, "extra"),
    ("call log --channel phone --from 13800000001 --kind consult --summary", 2, "--summary"),
    ('call log --channel phone --from 13800000001 --kind consult --summary "  "', 2, "--summary"),
    ("call show ../../etc/passwd", 2, "passwd"),
    ("call show /etc/passwd", 2, "passwd"),
    ("call show C2610-0001/../x", 2, ""),
    ("call show '$(id)'", 2, ""),
    ("call show C2610-9999", 4, "C2610-9999"),
    ("visit arrive V7", 4, "V7"),
    ("finding show late_arrival/V2610-0001", 4, "late_arrival"),
    ("finding show nonsense", 2, "nonsense"),
    ("finding uphold no_such_rule/V2610-0001 --reason x", 2, "no_such_rule"),
    ("audit month 2026-13", 2, "2026-13"),
    ("audit month smarch", 2, "smarch"),
    ("audit month", 2, "YYYY-MM"),
    ("audit month 2026-10 --as-of never", 2, "never"),
    ("call list --format pdf", 2, "pdf"),
    ("call list --last 0", 2, "0"),
    ("check --within soon", 2, "soon"),
    ("rules set late_arrival 200元 --from 2026-10-01", 2, "200元"),
    ("rules set late_arrival 1e3 --from 2026-10-01", 2, "1e3"),
    ("rules set late_arival 200 --from 2026-10-01", 2, "late_arrival"),
    ("rules set late_arrival 200 --from 2026-02-30", 2, "2026-02-30"),
    ("rules set late_arrival 200", 2, "--from"),
    ("staff add --name X --role boss", 2, "technician"),
    ("customer add --name X --phone 12", 2, "12"),
    ("machine add --product LX", 2, "--serial"),
    ("machine add --serial ../x --product LX", 2, ""),
    ("machine add --serial SN-1 --product LX", 4, "SN-1"),
    ("machine add --serial SN-2 --product LX --sold 2025-02-29", 2, "2025-02-29"),
    ('customer add --name ""', 2, "missing: --name"),
    ('customer add --name "  "', 2, "missing: --name"),
    ('supplier add --name ""', 2, "missing: --name"),
    ('machine add --serial SN-2 --product ""', 2, "missing: --product"),
    ("staff edit S99 --name X", 4, "S99"),
    ("staff edit S02", 2, "nothing"),
    ("ledger import nowhere.jsonl", 2, "nowhere.jsonl"),
    ("--desk /nowhere call list", 2, "/nowhere"),
    ("--as S99 call list --lang", 2, ""),
    ("--lang fr call list", 2, "fr"),
]


@pytest.mark.parametrize(("line", "code", "said"), REFUSED, ids=[r[0] or "(bare)" for r in REFUSED])
def test_refused(svc: Svc, line: str, code: int, said: str) -> None:
    before = contents(svc.desk)
    result = svc(line, code)
    assert said in result.err
    assert result.out == ""
    if line:
        assert result.err.startswith("svc: error: ")
        assert "hint: " in result.err
    assert before == contents(svc.desk)


@pytest.mark.parametrize(
    "text",
    ["\x1b]0;evil\x07", "a\x9b2Jb", "a\u202eb", "lost \ufffd", "\udcd5", "e" + "\u0301" * 9, "x" * 5000, "\ue000"],
    ids=["escape", "c1", "bidi", "lost", "surrogate", "accents", "long", "private"],
)
def test_text_that_must_not_be_stored(svc: Svc, text: str) -> None:
    result = svc.run("call", "log", "--channel", "phone", "--from", "13800000001", "--kind", "consult", "--summary", text)
    assert result.code == 2 and "--summary" in result.err


@pytest.mark.parametrize("text", ["=1+1", "+1", "-rf", "@SUM(A1)", "＝1", "[red]x[/]", ":key:", "NULL", "no", "'x", "a\nb", 'a"b,c', "1.10"])
def test_text_that_is_kept_as_it_is(svc: Svc, text: str) -> None:
    id = svc.run("call", "log", "--channel", "phone", "--from", "13800000001", "--kind", "consult", f"--summary={text}").id
    assert svc(f"call show {id} --json").json["summary"] == text
    assert svc("ledger verify").code == 0


def test_a_row_without_values_is_read_as_one(svc: Svc) -> None:
    nameless = '{"ledger":"customer","event":"add","id":"CU900","name":""}\n'
    (svc.desk / "a.jsonl").write_text(nameless, "utf-8")
    assert "missing: --name" in svc("ledger import a.jsonl", 2).err
    register = svc.desk / "data" / "registers" / "customers.csv"
    columns = register.read_text("utf-8").split("\n")[0].count(",")
    register.write_text(register.read_text("utf-8") + "CU0900" + "," * columns + "\n", "utf-8")
    for line in ("today", "check", "customer list", "customer show CU0900", "audit month 2026-10"):
        assert svc.run(*line.split()).code in (0, 1), line


def test_broken_rules_are_named_with_their_line(svc: Svc) -> None:
    rules = svc.desk / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("    set_by: contract", "    set_by: contract\n   bad: x", 1), "utf-8")
    assert "rules.yaml:" in svc("audit month 2026-10", 2).err


def test_reading_works_in_odd_places(svc: Svc) -> None:
    svc('call log --channel phone --from 13800000001 --kind consult --summary "漏油 —"')
    for environ in ({"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"HOME": "/nonexistent"}, {"TERM": "dumb"}):
        assert svc.run("call", "list", **environ).code == 0
    assert svc.run("--lang", "zh", "call", "list", PYTHONIOENCODING="gbk").code == 0


def test_a_damaged_ledger_names_file_and_line(svc: Svc) -> None:
    svc(LOG)
    file = next((svc.desk / "data" / "calls").iterdir())
    file.write_bytes(file.read_bytes().replace(b"consult", b"c\x00nsult"))
    for index in (svc.desk / "data" / ".svc").glob("index*"):
        index.unlink()
    assert "calls/" in svc("call list", 5).err and ":2" in svc("call list", 5).err
    assert "calls/" in svc("ledger verify", 1).out
