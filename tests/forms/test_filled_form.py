"""A form filled in after a visit, taken back: `report close --from` (3.7, 4.6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.errors import BadInput, Several
from svc.intake import formfiles
from svc.intake.reportform import understood
from tests.clauses.scenes import visited
from tests.conftest import Svc

FILLED = """\
# 服务报告
派工: {visit}
故障代码： hydraulics
原因类别: 磨损
cause: |
  seal worn
  and cracked
solution: new seal
parts:
  - 名称: 油封
    数量: 2
    件号: X-1
  - "hose:1"
  - ring:4
opinion: "it's fine"
已修好: 是
满意度:
  及时: 5
  skill: 4
"""


def test_a_filled_form_is_a_report_and_a_survey(svc: Svc) -> None:
    visit = visited(svc)
    (svc.desk / "form.yaml").write_text(FILLED.format(visit=visit), "utf-8")
    made = svc(f"report close {visit} --from form.yaml --at 2026-10-06T13:00")
    assert [line.split()[:3] for line in made.out.strip().split("\n")] == [
        [made.id, "report", "handed"],
        [made.id, "survey", "recorded"],
    ]
    close, survey = svc(f"report show {made.id} --json").json["entries"]
    assert close["cause"] == "seal worn\nand cracked" and close["cause_class"] == "wear"
    assert close["parts"] == [
        {"name": "油封", "qty": 2, "part_no": "X-1"},
        {"name": "hose", "qty": 1},
        {"name": "ring", "qty": 4},
    ]
    assert close["opinion"] == "it's fine" and close["resolved"] is True
    assert survey["scores"] == {"speed": 5, "skill": 4}


def test_what_is_typed_goes_before_what_the_form_says(svc: Svc) -> None:
    visit = visited(svc)
    (svc.desk / "form.yaml").write_text("fault: boom\nsolution: greased\nat: 2026-10-06T12:30\n", "utf-8")
    made = svc(f"report close {visit} --from form.yaml --fault hydraulics --unresolved")
    entry = svc(f"report show {made.id} --json").json["entries"][0]
    assert (entry["fault"], entry["solution"], entry["resolved"]) == ("hydraulics", "greased", False)
    assert entry["at"].startswith("2026-10-06T12:30")


WRONG = """\
fault: boom
原因类别: 老化
opinionn: fine
parts:
  - name: seal
    qty: many
  - hose
scores:
  speed: 7
refused: no time
"""


def test_every_mistake_is_said_with_its_line_and_nothing_recorded(svc: Svc) -> None:
    visit = visited(svc)
    (svc.desk / "form.yaml").write_text(WRONG, "utf-8")
    said = svc(f"report close {visit} --from form.yaml", code=2).err
    places = [line.split(": ")[2] for line in said.split("\n") if line.startswith("svc: error: form.yaml")]
    assert places == [f"form.yaml:{n}" for n in (2, "3:1", 6, 7, 9, 10)]
    assert "there is no field of this form 'opinionn'" in said and "did you mean 'opinion'?" in said and "2 | 原因类别: 老化\n      |           ^^^^" in said
    assert svc("report list --json").json == []
    chinese = svc(f"--lang zh report close {visit} --from form.yaml", code=2).err
    assert "form.yaml:2: 原因类别：不能用" in chinese and "form.yaml:6: 零件 1 数量：不能用“many”" in chinese
    assert "form.yaml:9: 评分 及时：" in chinese and "应为 1 到 5" in chinese


def test_a_form_of_the_future_is_refused_at_its_line(svc: Svc) -> None:
    visit = visited(svc)
    (svc.desk / "form.yaml").write_text("fault: boom\nat: 2099-01-01T10:00\n", "utf-8")
    said = svc(f"report close {visit} --from form.yaml", code=2).err
    assert "form.yaml:2: 2099-01-01 10:00 is in the future" in said and "1 mistake" in said


def test_a_form_for_another_visit_is_not_taken(svc: Svc) -> None:
    one, other = visited(svc), visited(svc, day="07")
    (svc.desk / "form.yaml").write_text(f"visit: {one}\nfault: boom\n", "utf-8")
    assert f"the form is for visit {one}" in svc(f"report close {other} --from form.yaml", code=4).err


@pytest.mark.parametrize("text", ["", "# only a comment\n", "fault:\ncause: ''\nparts: []\n"])
def test_an_empty_form_records_nothing(svc: Svc, text: str) -> None:
    visit = visited(svc)
    (svc.desk / "form.yaml").write_text(text, "utf-8")
    assert "nothing is filled in" in svc(f"report close {visit} --from form.yaml", code=2).err


def test_a_survey_that_cannot_be_recorded_stops_the_report_too(svc: Svc) -> None:
    visit = visited(svc)
    svc(f"report survey {visit} --score overall=5 --at 2026-10-06T12:10")
    (svc.desk / "form.yaml").write_text("fault: boom\nscores: {overall: 4}\n", "utf-8")
    svc(f"report close {visit} --from form.yaml --at 2026-10-06T13:00", code=4)
    assert [row["fault"] for row in svc("report list --json").json] == [None]


@pytest.mark.parametrize("survey", ["--score overall=5 --score speed=4", '--refused "no time"'])
def test_a_survey_that_is_in_already_is_no_obstacle(svc: Svc, survey: str) -> None:
    visit = visited(svc)
    made = svc(f"report survey {visit} {survey} --at 2026-10-06T12:10").id
    svc(f"report form {visit} -o form.yaml")
    assert "nothing is filled in" in svc(f"report close {visit} --from form.yaml", code=2).err
    form = svc.desk / "form.yaml"
    form.write_text(form.read_text("utf-8").replace("solution:", "solution: new seal", 1), "utf-8")
    svc(f"report close {visit} --from form.yaml --at 2026-10-06T13:00")
    assert [e["event"] for e in svc(f"report show {made} --json").json["entries"]] == ["survey", "close"]


class Nowhere:
    """Enough of a desk to read fields."""

    def reference(self, noun: str, text: str) -> str:
        return text

    caller = reference

    def time(self, text: str) -> Any:
        return text

    def own_words(self, part: str) -> dict[str, str]:
        return {}

    happened = time


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_form_or_are_refused(data: bytes) -> None:
    try:
        understood(formfiles.of_yaml(data, "form.yaml"), Nowhere())  # type: ignore[arg-type]
    except (BadInput, Several) as error:
        assert error.what.en


_WORDS = st.text("abcdefgh 零件油封", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(st.dictionaries(st.sampled_from(["fault", "cause", "solution", "opinion"]), _WORDS, min_size=1))
def test_texts_come_back_as_written(texts: dict[str, str]) -> None:
    data = "".join(f"{name}: {text}\n" for name, text in texts.items()).encode()
    assert understood(formfiles.of_yaml(data, "form.yaml"), Nowhere()).report == texts  # type: ignore[arg-type]


def test_a_form_that_is_not_there(svc: Svc, tmp_path: Path) -> None:
    visit = visited(svc)
    assert "there is no file" in svc(f"report close {visit} --from nothing.yaml", code=2).err
    assert "there is no file" in svc(f"report close {visit} --from nothing.xlsx", code=2).err
