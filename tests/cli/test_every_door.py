"""Every condition of every noun through every door: the same refusal, the same exit code, and nothing is written.

The table is held against the nouns: a condition without a row fails, and so does a row of a condition that is gone.
"""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from svc.desk.open import Desk as Opened
from svc.desk.open import Options
from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.kinds import Flag, option_of
from svc.domain.nouns import undo
from svc.domain.row_kinds import NamedValues
from svc.errors import Several
from svc.recording import handed
from svc.recording.batch import Lines
from svc.recording.door import Deed as Door
from svc.recording.door import record
from svc.store.place import Position
from tests.cli.test_asking import typed as on_a_terminal
from tests.conftest import Result, Svc, contents, this_month

BEGUN = this_month("""
staff add --name Money --role finance --id S06
staff add --name Gone --role technician --id S07
staff edit S07 --left 2026-09-30
supplier add --name Pumps --id SP01
call log --channel phone --from CU0001 --kind repair --machine SN-1 --summary drifts --needs-service --at 2026-10-05T09:00
visit dispatch --call C2611-0001 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T10:00
visit arrive V2611-0001 --at 2026-10-06T11:00
visit dispatch --customer CU0001 --staff S01 --promised 2026-10-06T10:00 --purpose tour --at 2026-10-05T10:00
visit arrive V2611-0002 --at 2026-10-06T11:00
visit dispatch --customer CU0001 --staff S02 --promised 2026-10-07T10:00 --at 2026-10-05T10:00
visit arrive V2611-0003 --at 2026-10-07T09:00
visit leave V2611-0003 --at 2026-10-07T12:00
visit dispatch --customer CU0001 --staff S02 --promised 2026-10-08T10:00 --at 2026-10-05T10:00
visit arrive V2611-0004 --at 2026-10-08T09:00
visit leave V2611-0004 --called-in 2026-10-08T11:00 --at 2026-10-08T12:00
report close V2611-0004 --fault x --cause wear --cause-class wear --solution y --no-parts --opinion z --at 2026-10-08T13:00
report survey V2611-0004 --score speed=5 --score skill=5 --score manners=5 --score overall=5 --at 2026-10-09T09:00
complaint log --channel phone --from CU0001 --about S01 --kind service --cause attitude --summary x --at 2026-10-09T09:00
complaint log --channel phone --from CU0001 --about S02 --kind service --cause quarrel --summary x --at 2026-10-09T09:00
conduct log --about S02 --kind fraud --degree 1 --summary x --at 2026-10-09T09:00
conduct log --about S01 --kind disobedience --visit V2611-0002 --summary x --at 2026-10-09T09:00
expense submit --trip V2611-0002 --line meals:20:杭州:2026-10-06 --at 2026-10-09T09:00
expense submit --trip V2611-0001 --line meals:20:杭州:2026-10-06 --at 2026-10-09T09:00
return request --machine SN-1 --from CU0001 --reason x --at 2026-10-09T09:00
visit dispatch --customer CU0001 --staff S02 --promised 2026-10-07T10:00 --at 2026-10-05T10:00
--as S04 conduct log --about S01 --kind fraud --summary x --at 2026-10-09T09:30
conduct log --about S03 --kind fraud --summary x --at 2026-10-09T09:30
part add --number HP-100 --name seal
machine reading SN-1 --hours 100 --at 2026-10-06T12:00
--as S02 call reply C2611-0001 --text x --at 2026-10-05T09:30
""")
"""A desk at work, on which the head (S01) was on a visit, is complained of and claims expenses himself."""
V1, V2, V3, V4, V5, R1 = (*(this_month(f"V2611-000{n}") for n in (1, 2, 3, 4, 5)), this_month("R2611-0001"))
AT = "2026-10-10T09:00:00+08:00"
EARLY = "2026-10-06T09:00:00+08:00"
AT = "2026-10-10T09:00:00+08:00"
LATE_AT = "2026-10-07T12:30:00+08:00"
GM_RULES = ("verified", "personal_cause")
"""Questions that the rules file of this desk leaves to the general manager alone."""


class Deed(NamedTuple):
    """What is refused: `fields` as a line has them; `says` names fields in {braces}, as each door calls them."""

    condition: str
    noun: str
    event: str
    id: str | None
    fields: Mapping[str, Any]
    code: int
    says: str
    at: str = AT
    by: str | None = None


RULED = {"reason": "x"}
OWN, OTHERS, LACKING = f"late_arrival/{V2}", f"late_arrival/{V1}", this_month("disobeyed_dispatch/X2611-0001")
CALLED = {"called_in": "2026-10-07T11:00:00+08:00", "no_call_in": True}
PARTS = {"parts": ["seal:1"], "no_parts": True}
SCORES = {"scores": ["speed=5"], "refused": "no time"}
UNDO = {"nth": 1, "reason": "slip"}

TABLE = (
    Deed("somewhere", "visit", "dispatch", None, {"staff": "S02", "promised": "2026-10-12T09:00:00+08:00"}, 2,
         "missing: {call} (or {customer} where no call asked for it)"),
    Deed("still_here", "visit", "dispatch", None, {"customer": "CU0001", "staff": "S07", "promised": "2026-10-12T09:00:00+08:00"},
         4, "S07 left on 2026-09-30"),
    Deed("one_word_on_calling_in", "visit", "leave", V1, CALLED, 2, "{called_in} and {no_call_in} contradict each other"),
    Deed("one_word_on_calling_in", "visit", "correct", V4, {**CALLED, "reason": "x"}, 2,
         "{called_in} and {no_call_in} contradict each other"),
    Deed("not_ones_own", "visit", "correct", V2, {"arrived_at": "2026-10-06T09:55:00+08:00", "reason": "x"}, 3,
         f"{V2} is the visit of S01, who cannot correct its arrived_at"),
    Deed("another_promise", "visit", "correct", V1, {"promised": "2026-10-07T10:00:00+08:00", "reason": "x"}, 3,
         "S04 (clerk) may not correct what was promised", by="S04"),
    Deed("leads_and_others", "visit", "dispatch", None,
         {"customer": "CU0001", "staff": "S02", "promised": "2026-10-12T09:00:00+08:00", "with": "S02"}, 2,
         "somebody is named twice"),
    Deed("in_service", "visit", "reassign", V1, {"to": "S07", "reason": "x"}, 4, "S07 left on 2026-09-30"),
    Deed("no_shift_of_what_came_due", "visit", "reassign", V2, {"to": "S02", "reason": "x"}, 3,
         f"{V2}: S01 cannot move to another, or take over, what has come due already", at=EARLY),
    Deed("a_slip_of_the_pen", "visit", "correct", V5, {"staff": "S03", "reason": "x"}, 4, "is a hand-over, no slip of the pen"),
    Deed("_no_contradiction", "report", "close", V3, {"cause": "wear", "solution": "y", "opinion": "z", **PARTS}, 2,
         "parts are listed, and it says that none was replaced"),
    Deed("_something_added", "report", "amend", R1, {}, 2, "nothing to add was given"),
    Deed("_no_contradiction", "report", "amend", R1, PARTS, 2, "parts are listed, and it says that none was replaced"),
    Deed("_no_contradiction", "report", "correct", R1, {**PARTS, "reason": "x"}, 2,
         "parts are listed, and it says that none was replaced"),
    Deed("_no_contradiction", "report", "survey", V3, SCORES, 2, "scores, and a reason why there are none"),
    Deed("_scores_or_refusal", "report", "survey", V3, {}, 2, "missing: {scores}, or {refused} with the reason"),
    Deed("_no_contradiction", "report", "correct", R1, {**SCORES, "reason": "x"}, 2,
         "scores, and a reason why there are none"),
    Deed("_machine_or_part", "claim", "open", None, {"supplier": "SP01", "summary": "x"}, 2, "missing: {machine} or {part}"),
    Deed("_about_somebody_else", "complaint", "verify", this_month("K2611-0001"), {"verdict": "dismissed", **RULED}, 4,
         this_month("K2611-0001 is a complaint about S01, who cannot rule on it")),
    Deed("_may_say_whether_true", "complaint", "verify", this_month("K2611-0002"), {"verdict": "upheld", **RULED}, 3,
         this_month("S01 (head) may not rule on K2611-0002")),
    Deed("_decides", "complaint", "correct", this_month("K2611-0001"), {"verdict": "dismissed", **RULED}, 4,
         this_month("K2611-0001 is a complaint about S01, who cannot rule on it")),
    Deed("_own_before_the_review", "expense", "correct", this_month("E2611-0001"), {"trip": V1, **RULED}, 3,
         this_month("S03 (technician) may not correct E2611-0001"), by="S03"),
    Deed("_not_ones_own", "expense", "review", this_month("E2611-0001"), {"verdict": "approve"}, 4,
         this_month("E2611-0001 claims the expenses of S01, who cannot review them")),
    Deed("_why_refused", "expense", "review", this_month("E2611-0002"), {"verdict": "refuse"}, 2, "missing: {reason}"),
    *(Deed("_somebody_elses", "finding", word, OWN, RULED, 4, f"{OWN} concerns S01, who cannot rule on it")
      for word in ("uphold", "dismiss", "waive")),
    *(Deed("_may_rule", "finding", word, OTHERS, RULED, 3, f"S01 (head) may not rule on {OTHERS}")
      for word in ("uphold", "dismiss")),
    Deed("_may_waive", "finding", "waive", OTHERS, RULED, 3, f"S01 (head) may not waive {OTHERS}"),
    *(Deed("_can_be_ruled_on", "finding", word, f"left_without_call/{V3}", RULED, 4, "cannot be ruled on")
      for word in ("uphold", "dismiss", "waive")),
    Deed("_own_and_standing", "finding", "appeal", OTHERS, RULED, 3, f"{OTHERS} does not concern S01, who cannot appeal"),
    *(Deed("_after_the_offence", "finding", word, OTHERS, RULED, 4, f"{OTHERS} is of 2026-10-06 10:00", at=EARLY)
      for word in ("uphold", "dismiss", "waive", "appeal")),
    Deed("_after_the_offence", "finding", "settle", OTHERS, {"against": OWN, "charge": "this", **RULED}, 4,
         f"{OTHERS} is of 2026-10-06 10:00", at=EARLY),
    Deed("_one_act", "finding", "settle", OTHERS, {"against": this_month("receipt_fraud/X2611-0001"), "charge": "this", **RULED}, 4,
         this_month(f"{OTHERS} and receipt_fraud/X2611-0001 are not two fines on one act that somebody chooses from")),
    Deed("_somebody_elses", "finding", "settle", OWN, {"against": this_month("disobeyed_dispatch/X2611-0002"), "charge": "this", **RULED},
         4, f"{OWN} concerns S01, who cannot rule on it"),
    Deed("_for_something", "quote", "make", None, {"labour": "200"}, 2, "missing: {call} or {visit}"),
    Deed("_in_bounds", "quote", "make", None, {"call": this_month("C2611-0001"), "parts": ["pump:999:99999.00"]}, 2, "is too large"),
    Deed("_ones_own", "statement", "sign", None, {"staff": "S02", "month": "2026-10", "hash": "3f9c20d1"}, 3,
         "S01 cannot say that S02 has read it"),
    Deed("_by_whom", "change", "set", None, {"of": "staff", "subject": "S02", "field": "role", "value": "clerk"}, 3,
         "S04 (clerk) may not change S02", by="S04"),
    Deed("_by_whom", "change", "merge", None, {"of": "staff", "subject": "S02", "field": "merged_into", "value": "S03"}, 3,
         "S04 (clerk) may not change S02", by="S04"),
    Deed("_some_time", "absence", "away", None,
         {"staff": "S02", "since": "2026-10-12T17:00:00+08:00", "until": "2026-10-12T09:00:00+08:00"}, 2, "{until} Mon 2026-10-12 09:00 is not after {since}"),
    Deed("_whose", "stock", "issue", None, {"part": "HP-100", "qty": 1}, 2, "one of {visit}, {staff} is needed, and only one"),
    Deed("_whose", "stock", "back", None, {"part": "HP-100", "qty": 1, "visit": V1, "staff": "S02"}, 2,
         "one of {visit}, {staff} is needed, and only one"),
    Deed("_forwards", "reading", "read", None, {"machine": "SN-1", "hours": 90}, 4, "SN-1 had 100 h on 2026-10-06"),
    Deed("_one_call", "call", "merge", this_month("C2611-0001"), {"into": this_month("C2611-0001")}, 2, this_month("{into}: C2611-0001 is the call itself")),
    Deed("_ones_own", "undo", "undo", None, {"of": "call", "entry": this_month("C2611-0001"), "deed": "reply",
         "happened": "2026-10-05T09:30:00+08:00", **UNDO}, 3, "was recorded by S02: S01 cannot take it back"),
    Deed("_nothing_built_on_it", "undo", "undo", None, {"of": "visit", "entry": V1, "deed": "dispatch",
         "happened": "2026-10-05T10:00:00+08:00", **UNDO}, 4, "cannot be taken back"),
)  # fmt: skip

NOT_TYPED = ("undo", "change")
"""Made by commands that ask nothing of this: `svc undo` is of one's own last entry, a change follows from a register."""

ELSEWHERE = {
    ("undo", "hold", "_by_a_hand_over"): "below, where a site hands over",
    ("attachment", "add", "_subject_there"): "tests/cli/test_attachments.py: it has no command of its own, svc attach brings bytes",
    ("attachment", "add", "_within_budget"): "tests/cli/test_attachments.py: the same",
    ("undo", "undo", "_in_time"): "tests/cli/test_undo.py, which moves the clock",
    ("expense", "submit", "_receipts_once"): "tests/pay/test_once.py: a list of lines is no cell",
    ("expense", "correct", "_receipts_once"): "tests/cli/test_put_right.py: a list of lines is no cell",
    ("expense", "review", "_receipts_once"): "tests/pay/test_once.py: only an old desk holds a receipt twice",
    ("conduct", "grade", "_not_ones_own"): "tests/pay/test_once.py: its reason is another field's name",
}


def test_every_condition_has_its_row() -> None:
    asked = {
        (noun, event, condition.__name__)
        for noun in ledgers.TABLE
        for event, conditions in getattr(ledgers.module(noun), "NEEDS", {}).items()
        for condition in conditions
    }
    assert asked == {(one.noun, one.event, one.condition) for one in TABLE} | ELSEWHERE.keys()


# ---- the doors: how a deed is given at each, and what its fields are called there ----------------


NAMED_FIRST = {("stock", "issue"): "part", ("stock", "back"): "part", ("reading", "read"): "machine"}
"""What a verb is about, where that is a field: typed without an option."""

OTHERWISE_TYPED = {("reading", "read"): ["machine", "reading"]}
"""Verbs that stand with another noun."""


def as_option(deed: Deed) -> Iterator[str]:
    event = ledgers.event(deed.noun, deed.event)
    first = NAMED_FIRST.get((deed.noun, deed.event))
    if first:
        yield deed.fields[first]
    for name, value in deed.fields.items():
        if name == first:
            continue
        field = event.field(name)
        if field is None:
            raise LookupError(name)
        if isinstance(field.kind, Flag):
            yield option_of(field) if value else field.off or ""
        elif field.flags:
            yield f"--{value}"
        elif isinstance(value, list):
            yield from (word for item in value for word in (option_of(field), item))
        else:
            yield from (option_of(field), str(value))


def command(deed: Deed) -> list[str]:
    words = OTHERWISE_TYPED.get((deed.noun, deed.event), [deed.noun, deed.event])
    return [*words, *([deed.id] if deed.id else []), *as_option(deed), "--at", deed.at]


def line(deed: Deed, **more: Any) -> dict[str, Any]:
    """The deed as a line of the neutral form."""
    event = ledgers.event(deed.noun, deed.event)
    target = {} if deed.id is None else {"id" if event.on == "own" else event.on: deed.id}
    fields = {
        name: dict(pair.split("=") for pair in value) if isinstance(event.field(name).kind, NamedValues) else value  # type: ignore[union-attr]
        for name, value in deed.fields.items()
    }
    by = {"by": deed.by} if deed.by else {}
    return {"ledger": deed.noun, "event": deed.event, "at": deed.at, **target, **by, **fields, **more}


def typed(svc: Svc, deed: Deed, folder: Path) -> Result:
    return svc.run(*(["--as", deed.by] if deed.by else []), *command(deed))


def jsonl(svc: Svc, deed: Deed, folder: Path) -> Result:
    file = folder / "in.jsonl"
    file.write_text(json.dumps(line(deed)) + "\n", "utf-8")
    return svc.run("ledger", "import", str(file))


def _cells(deed: Deed) -> dict[str, str]:
    words = {True: "yes", False: "no"}
    given = {**line(deed), **deed.fields}
    given.update(pair.split("=") for pair in given.pop("scores", ()))
    return {
        name: "; ".join(value) if isinstance(value, list) else words.get(value, str(value)) if isinstance(value, bool) else str(value)
        for name, value in given.items()
        if name not in ("ledger", "event")
    }


def _map(deed: Deed, folder: Path) -> str:
    cells = _cells(deed)
    values: dict[str, Any] = {name: {"column": name} for name in cells}
    if "parts" in values:
        values["parts"]["split"] = ";"
    if "scores" in deed.fields:
        values["scores"] = {"each": {"speed": values.pop("speed")}}
    common = {name: values.pop(name) for name in ("at", "id", "by") if name in values}
    entry = {"ledger": deed.noun, "event": deed.event, **common, "fields": values}
    said = {"columns": list(cells), "entries": {"one": entry}}
    path = folder / "map.yaml"
    path.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in said.items()), "utf-8")
    return str(path)


def by_csv(svc: Svc, deed: Deed, folder: Path) -> Result:
    cells = _cells(deed)
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([list(cells), list(cells.values())])
    return svc.run("ledger", "import", str(folder / "list.csv"), "--map", _map(deed, folder))


def by_xlsx(svc: Svc, deed: Deed, folder: Path) -> Result:
    openpyxl = pytest.importorskip("openpyxl")
    cells, book = _cells(deed), openpyxl.Workbook()
    book.active.append(list(cells))
    book.active.append(list(cells.values()))
    book.save(folder / "list.xlsx")
    return svc.run("ledger", "import", str(folder / "list.xlsx"), "--map", _map(deed, folder))


DOORS: dict[str, Callable[[Svc, Deed, Path], Result]] = {"typed": typed, "jsonl": jsonl, "csv": by_csv, "xlsx": by_xlsx}


def expected(deed: Deed, door: str) -> str:
    fields = ledgers.event(deed.noun, deed.event).fields
    return deed.says.format_map({f.name: option_of(f) if door == "typed" else f.name for f in fields})


@pytest.fixture(scope="module")
def begun(staffed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk at work, whose rules leave two questions to the general manager."""
    desk = Svc(shutil.copytree(staffed, tmp_path_factory.mktemp("begun") / "desk"))
    for one in BEGUN.strip().split("\n"):
        desk(one)
    rules = desk.desk / "rules.yaml"
    text = rules.read_text("utf-8")
    for question in GM_RULES:
        text = re.sub(rf"(\n  {question}:\n(?:    .*\n)*?    decided_by: )\[head, gm\]", r"\1[gm]", text)
    rules.write_text(text, "utf-8")
    assert text.count("decided_by: [gm]") == 1 + len(GM_RULES) and desk("rules check").code == 0
    return desk.desk


@pytest.fixture(scope="module")
def desk(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Svc:
    """One desk for all that is refused: what is refused writes nothing."""
    return Svc(shutil.copytree(begun, tmp_path_factory.mktemp("every") / "desk"))


def name_of(deed: Deed) -> str:
    return f"{deed.noun} {deed.event} {deed.condition.strip('_')}"


@pytest.mark.parametrize("deed", TABLE, ids=name_of)
def test_refused_the_same_through_every_door(desk: Svc, deed: Deed, tmp_path: Path) -> None:
    before = contents(desk.desk)
    for door, give in DOORS.items():
        if door == "typed" and deed.noun in NOT_TYPED:
            continue
        done = give(desk, deed, tmp_path)
        assert done.code == deed.code, (door, done.err)
        assert expected(deed, door) in done.err, (door, done.err)
        assert done.err.count("svc: error: ") == (1 if door == "typed" else 2), (door, done.err)
        assert "hint: " in done.err and contents(desk.desk) == before, door


# ---- forms, the editor, a terminal ---------------------------------------------------------------

FORMS = {
    "close": "cause: wear\nsolution: y\nopinion: z\nno_parts: yes\nparts:\n  - name: seal\n    qty: 1\n",
    "survey": "scores:\n  speed: 5\n  skill: 5\n  manners: 5\n  overall: 5\nrefused: no time\n",
}


@pytest.mark.parametrize("event", FORMS)
def test_a_form_is_refused_the_same(desk: Svc, event: str, tmp_path: Path) -> None:
    deed = next(one for one in TABLE if (one.condition, one.event) == ("_no_contradiction", event))
    form = tmp_path / "form.yaml"
    form.write_text(FORMS[event], "utf-8")
    before = contents(desk.desk)
    done = desk.run("report", event, V3, "--from", str(form))
    assert (done.code, deed.says in done.err) == (deed.code, True), done.err
    assert re.search(r"form\.yaml:\d+", done.err), done.err
    assert contents(desk.desk) == before


def test_what_a_terminal_asks_for_ends_at_the_same_door(desk: Svc) -> None:
    deed = next(one for one in TABLE if one.condition == "_machine_or_part")
    before = contents(desk.desk)
    code, out = on_a_terminal(desk, "claim open --supplier SP01", ["x"])  # the summary is asked for
    assert code == deed.code and expected(deed, "typed") in out
    assert contents(desk.desk) == before


# ---- whoever imports answers for it --------------------------------------------------------------

DECIDING = {
    ("call", "correct"), ("call", "merge"), ("visit", "correct"), ("report", "correct"), ("complaint", "verify"), ("return", "approve"),
    ("return", "refuse"), ("expense", "review"), ("finding", "uphold"), ("finding", "dismiss"), ("finding", "waive"),
    ("finding", "settle"), ("undo", "undo"), ("statement", "sign"), ("conduct", "grade"),
    ("complaint", "correct"), ("expense", "correct"), ("faultcode", "merge"), ("undo", "hold"),
}  # fmt: skip

FOR_OTHERS = (
    (Deed("", "return", "approve", this_month("T2611-0001"), {}, 3, "S01 (head) may not approve a return"), "S05"),
    (Deed("", "return", "refuse", this_month("T2611-0001"), {"reason": "x"}, 3, "S01 (head) may not refuse a return"), "S05"),
    (Deed("", "expense", "review", this_month("E2611-0001"), {"verdict": "approve"}, 3, "claims the expenses of S01"), "S06"),
    (Deed("", "complaint", "verify", this_month("K2611-0001"), {"verdict": "dismissed", **RULED}, 3, "a complaint about S01"), "S05"),
    (Deed("", "finding", "dismiss", OWN, RULED, 3, f"{OWN} concerns S01"), "S05"),
    (Deed("", "finding", "uphold", OTHERS, RULED, 3, f"S01 (head) may not rule on {OTHERS}"), "S05"),
    (Deed("", "finding", "waive", OTHERS, RULED, 3, f"S01 (head) may not waive {OTHERS}"), "S05"),
    (Deed("", "visit", "correct", V2, {"arrived_at": "2026-10-06T09:55:00+08:00", "reason": "x"}, 3, "the visit of S01"), "S04"),
    (Deed("", "undo", "undo", None, {"of": "call", "entry": this_month("C2611-0001"), "deed": "reply", "happened":
          "2026-10-05T09:30:00+08:00", **UNDO}, 3, "was recorded by S02: S01 cannot take it back"), "S02"),
    (Deed("", "statement", "sign", None, {"staff": "S02", "month": "2026-10", "hash": "3f9c20d1"}, 3,
          "S01 cannot say that S02 has read it"), "S02"),
)  # fmt: skip


def test_events_that_decide_are_marked() -> None:
    marked = {(noun, name) for noun in ledgers.TABLE for name, event in ledgers.events(noun).items() if event.decides}
    assert marked == DECIDING


@pytest.mark.parametrize(("deed", "by"), FOR_OTHERS, ids=[f"{deed.noun} {deed.event} by {by}" for deed, by in FOR_OTHERS])
def test_what_the_importer_may_not_decide_he_does_not_bring_in(desk: Svc, deed: Deed, by: str, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps(line(deed, by=by)) + "\n", "utf-8")
    before = contents(desk.desk)
    done = desk.run("ledger", "import", str(file))
    assert done.code == 3 and f"in the name of {by}, unsigned" in done.err and deed.says in done.err, done.err
    assert "hint: " in done.err and contents(desk.desk) == before


def imports(svc: Svc) -> Sequence[Mapping[str, Any]]:
    return [row for row in svc("access list --json").json if row["event"] == "import"]


def test_each_import_is_noted_and_what_it_says_for_others_is_counted(begun: Path, tmp_path: Path) -> None:
    svc = Svc(shutil.copytree(begun, tmp_path / "desk"))
    reply = {"ledger": "call", "event": "reply", "id": this_month("C2611-0001"), "text": "x"}
    lines = [
        {**reply, "at": "2026-10-05T09:30:00+08:00", "by": "S04"},
        {**reply, "at": "2026-10-05T09:40:00+08:00", "by": "S01"},
        {**reply, "at": "2026-09-30T23:30:00+00:00", "by": "S04", "ledger": "visit", "event": "repromise", "id": V3},
        line(Deed("", "visit", "correct", V4, {"place": "杭州", "reason": "x"}, 0, ""), by="S04"),
    ]
    lines[2] = {**lines[1], "at": "2026-11-02T09:00:00+08:00", "by": "S02", "text": "later"}
    file = tmp_path / "in.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    assert svc(f"ledger import {file} --dry-run").out and not imports(svc)
    assert svc(f"ledger import {file}").out.startswith("4 imported")
    [noted] = imports(svc)
    shown = svc(f"access show {noted['id']} --json").json
    [entry] = shown["entries"]
    from hashlib import sha256

    assert entry["sha256"] == sha256(file.read_bytes()).hexdigest() and entry["by"] == "S01"
    assert (entry["lines"], entry["for_others"]) == (4, 3)
    assert entry["months"] == [
        {"month": "2026-10", "lines": 3, "for_others": 2},
        {"month": "2026-11", "lines": 1, "for_others": 1},
    ]
    assert svc.audit("2026-10")["data_quality"]["imported_for_others"] == 2
    assert svc.audit("2026-11", "2026-12-01T00:00")["data_quality"]["imported_for_others"] == 1
    assert svc(f"ledger import {file}").out.startswith("0 imported") and len(imports(svc)) == 1
    assert svc("ledger verify").code == 0


def test_history_that_fills_an_empty_desk_is_taken_as_it_claims(founded: Path, tmp_path: Path) -> None:
    svc = Svc(shutil.copytree(founded, tmp_path / "desk"))
    people = [
        {"ledger": "staff", "id": "S10", "name": "Gm", "role": "gm"},
        {"ledger": "customer", "id": "CU001", "name": "Works"},
        {"ledger": "machine", "id": "SN-1", "product": "LX", "customer": "CU001"},
    ]
    asked = {"ledger": "return", "event": "request", "id": "T2610-0001", "at": AT, "by": "S01", "machine": "SN-1", "reason": "x"}
    consent = {"ledger": "return", "event": "approve", "id": "T2610-0001", "at": AT, "by": "S10"}
    file = tmp_path / "old.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in (*people, asked, consent)), "utf-8")
    svc(f"ledger import {file}")
    other = tmp_path / "new.jsonl"
    new = ({**asked, "id": "T2610-0002"}, {**consent, "id": "T2610-0002"})
    other.write_text("".join(json.dumps(one) + "\n" for one in new), "utf-8")
    refused = svc(f"ledger import {other}", 3).err
    assert "may not approve a return" in refused and "who may: gm (S10 Gm)" in refused
    assert svc("--as S10 ledger import " + shlex.quote(str(other))).out.startswith("2 imported")


# ---- a site's hand-over ------------------------------------------------------------------------------


def written_past_svc(folder: Path, deed: Deed) -> Entry:
    """The deed as an entry that nobody was asked about, chained as it should be, at the end of its ledger."""
    desk = Opened(folder, Options(staff="S01"))
    batch = Lines(desk)
    given, event = line(deed), ledgers.event(deed.noun, deed.event)
    batch.add(Door(deed.noun, event, deed.id if event.on == "own" else None, given, desk.time(deed.at), deed.by or "S01"))
    entry = next(iter(batch.made)).entry
    with desk.ledger.lock():
        desk.ledger.append([entry], desk.now())
    return entry


def ends(folder: Path) -> Mapping[str, Position]:
    return Opened(folder).ledger.tail_positions(list(ledgers.TABLE))


def handed_over(folder: Path, before: Mapping[str, Position]) -> list[handed.Held]:
    desk = Opened(folder)
    new = {noun: list(desk.ledger.read(noun, before.get(noun))) for noun in ledgers.TABLE}
    return handed.refused(desk, new, before)


@pytest.mark.parametrize("deed", TABLE, ids=name_of)
def test_refused_the_same_when_a_site_hands_over(begun: Path, deed: Deed, tmp_path: Path) -> None:
    site = shutil.copytree(begun, tmp_path / "site")
    before = ends(site)
    entry = written_past_svc(site, deed)
    if deed.noun in undo.STANDING:
        with pytest.raises(Several) as stopped:
            handed_over(site, before)
        [error] = stopped.value.errors
    else:
        [(row, error)] = handed_over(site, before)
        assert row.entry.fields == entry.fields and row.entry.id == entry.id
    assert error.exit_code == deed.code and expected(deed, "hand-over") in error.what.en, error.what
    assert re.fullmatch(r"[a-z]+/[0-9]{4}-[0-9]{2}\.(csv|yaml):[0-9]+", error.place or "")


def test_what_the_door_took_at_a_site_it_takes_again(staffed: Path, tmp_path: Path) -> None:
    """Whatever came later: a ruling on a lateness that a correction took away, what was taken back, a role that changed."""
    site = Svc(shutil.copytree(staffed, tmp_path / "site"))
    before = ends(site.desk)
    for one in (*BEGUN.strip().split("\n"), *LATER.strip().split("\n")):
        site(one)
    assert handed_over(site.desk, before) == []


def ruled_on(corrected: str) -> Iterator[str]:
    """A visit reached late, which the general manager upheld on the 8th and whose hour was put right on a day, as lines of a file."""
    said: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("visit", "dispatch", "2026-10-05T10:00", {"customer": "CU0001", "staff": "S02", "promised": "2026-10-06T10:00:00+08:00"}),
        ("visit", "arrive", "2026-10-06T11:00", {}),
        ("finding", "uphold", "2026-10-08T09:00", {"reason": "overslept"}),
        ("visit", "correct", f"{corrected}T09:00", {"arrived_at": "2026-10-06T09:50:00+08:00", "reason": "gate log"}),
    )
    for noun, event, at, fields in said:
        id = "V2610-0900" if noun == "visit" else "late_arrival/V2610-0900"
        yield json.dumps({"ledger": noun, "event": event, "id": id, "at": f"{at}:00+08:00", "by": "S05", **fields})


@pytest.mark.parametrize(("day", "code"), [("2026-10-07", 4), ("2026-10-08", 0), ("2026-10-09", 0)])
def test_a_ruling_is_about_what_stood_before_it_in_one_file_too(begun: Path, tmp_path: Path, day: str, code: int) -> None:
    svc = Svc(shutil.copytree(begun, tmp_path / "desk"))
    file = tmp_path / "file.jsonl"
    file.write_text("\n".join(ruled_on(day)) + "\n", "utf-8")
    said = svc(f"--as S05 ledger import {file}", code)
    assert code == 0 or "the rules find nothing against it" in said.err


def test_nor_does_a_site_know_which_of_one_second_came_first(staffed: Path, tmp_path: Path) -> None:
    """A visit reached late, upheld and corrected within the second after it was sent."""
    folder = shutil.copytree(staffed, tmp_path / "site")
    before, second = ends(folder), Opened(folder).now()

    def done(who: str, noun: str, event: str, id: str | None, given: Mapping[str, Any], at: str | None = None, after: int = 1) -> Entry:
        desk = Opened(folder, Options(staff=who))
        desk.kept = desk.kept._replace(clock=lambda: second + timedelta(seconds=after))
        return record(desk, noun, event, id, given, at)

    sent = {"customer": "CU0001", "staff": "S02", "promised": "2026-10-06 10:00"}
    visit = done("S01", "visit", "dispatch", None, sent, "2026-10-05 10:00", after=0).id
    done("S01", "visit", "arrive", visit, {}, "2026-10-06 11:00")
    done("S02", "finding", "appeal", f"late_arrival/{visit}", {"reason": "x"})
    done("S01", "finding", "uphold", f"late_arrival/{visit}", {"reason": "x"})
    done("S01", "visit", "correct", visit, {"arrived_at": "2026-10-06 09:50", "reason": "x"})
    assert handed_over(folder, before) == []


LATER = this_month(f"""
--as S02 finding appeal late_arrival/{V1} --reason x
finding uphold {OTHERS} --reason x
visit correct {V1} --arrived-at 2026-10-06T09:50 --reason x
--as S03 call reply C2611-0001 --text slip --at 2026-10-05T09:50
--as S03 undo
visit dispatch --customer CU0001 --staff S02 --promised 2026-10-20T10:00 --at 2026-10-15T10:00
--as S04 visit cancel V2611-0005 --reason x --at 2026-10-16T09:00
staff edit S04 --role warehouse
complaint verify K2611-0002 --upheld --reason x
""")


@pytest.fixture
def site(staffed: Path, pg_empty: str, tmp_path: Path) -> tuple[Svc, Svc]:
    """A company on a server, and its one site, which records on a desk of files."""
    company, local = Svc(tmp_path), Svc(tmp_path / "site")
    company.environ.update(SVC_DESK=pg_empty, SVC_STAFF="S01", XDG_CACHE_HOME=str(tmp_path / "cache"))
    local.environ.update(SVC_DESK=str(tmp_path / "site"), SVC_STAFF="S01", XDG_CACHE_HOME=str(tmp_path / "cache"))
    company(f"desk move {staffed} {pg_empty}")
    company(f"desk branch {pg_empty} {local.desk}")
    for one in BEGUN.strip().split("\n"):
        local(one)
    assert "entries" in local("desk sync").out
    return company, local


def test_what_a_site_wrote_past_svc_is_held_and_the_rest_comes_over(site: tuple[Svc, Svc], tmp_path: Path) -> None:
    company, local = site
    written_past_svc(local.desk, next(one for one in TABLE if (one.condition, one.event) == ("not_ones_own", "correct")))
    reply = "--as S02 call reply C1 --text soon --at 2026-10-05T09:40"
    local(reply)
    before = contents(local.desk)
    assert "1 entries would be held" in local("desk sync --dry-run", code=3).err and contents(local.desk) == before
    told = local("desk sync", code=3)
    assert re.search(this_month(r"visits/\d{4}-\d\d\.csv:\d+: correct V2611-0002 of S01: V2611-0002 is the visit of S01, who cannot"), told.err)
    assert "held: they count nowhere" in told.err and "hint: see: svc desk held" in told.err
    assert local("desk sync").out.startswith("0 entries")
    for desk in (company, local):
        [one] = desk("desk held --json").json
        assert (one["noun"], one["entry"], one["event"], one["by"]) == ("visit", this_month("V2611-0002"), "correct", "S01")
        assert OWN in [row["id"] for row in desk("finding list --month 2026-10 --json").json]
        assert "soon" in desk(this_month("call show C2611-0001")).out
        desk("ledger verify")


def test_somebody_without_the_right_and_a_file_cannot_hold_anything(site: tuple[Svc, Svc], tmp_path: Path) -> None:
    _, local = site
    desk = Opened(local.desk)
    now = desk.now()
    ruling = Entry("finding", "dismiss", LACKING, now, now, "S02", {"reason": "mine"})
    with desk.ledger.lock():
        desk.ledger.append([ruling], now)
    told = local("desk sync", code=3).err
    assert "S02 (technician) may not" in told and this_month("dismiss disobeyed_dispatch/X2611-0001 of S02") in told
    held = {"ledger": "undo", "event": "hold", "at": AT, "of": "call", "entry": this_month("C2611-0001"), "deed": "reply",
            "happened": "2026-10-05T09:30:00+08:00", "nth": 1}  # fmt: skip
    file = tmp_path / "hold.jsonl"
    file.write_text(json.dumps(held) + "\n", "utf-8")
    assert "only a hand-over holds entries" in local(f"ledger import {file}", code=3).err
    said = undo.fields_for(next(desk.ledger.read("call")).entry, 1, "x")
    with desk.ledger.lock():
        desk.ledger.append([Entry("undo", "hold", this_month("Z2611-9999"), now, now, "S01", said)], desk.now())
    stopped = local("desk sync", code=4).err
    assert this_month("Z2611-9999 holds C2611-0001, with which nothing is wrong") in stopped and "nothing was handed over" in stopped
