"""From nothing to the audit of one's own first month: a new department's workbook, as typed and as printed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import Svc, today
from tests.transcripts.terminal import Terminal, width

LIST = "登记表.xlsx"
HEADINGS = ("工单编号", "报修时间", "客户名称", "联系电话", "故障描述", "问题类别", "处理人", "完成时间", "处理结果")
ROWS = (
    ("维2026-001号", "2026-03-05 09:30", "长风化工厂", "138-0000-1234", "动臂下沉", "设备故障", "甄一帆", "2026-03-05 15:10", "更换密封圈"),
    ("维2026-002号", "2026-03-09 14:05", "远山矿业", "021-5555-0100 转802", "问液压油牌号", "咨询", "文静", "2026-03-09 14:20", "已答复"),
    ("维2026-003号", "2026-03-16 08:40", "长风化工厂", "138-0000-1234/139-0000-4321", "制动跑偏", "设备故障", "甄一帆", "2026-03-18 16:00", "调整制动"),
    ("维2026-004号", "2026-03-27 10:15", "宏达机械", "无", "催交配件", "催单"),
)
TITLE, BELOW = "2026年3月报修登记表", ("合计：4单", "制表人：文静")
HOME, SINCE = "/home/head", "2026-11-01"
"""Where the page says that all this happens, and the month in which."""
COLUMNS = 180
MONTH = "2026-03"
KEPT = 24
"""Lines of the report that are shown."""

ANSWERS = {
    "en": (("长风化工厂, 远山矿业", ""), ("not registered as staff", ""), ("is taken as", "5"), ("import this", "y")),
    "zh": (("宏达机械）", ""), ("甄一帆、文静）", ""), ("作为", "5"), ("导入吗", "y")),
}
"""What is waited for, and what is typed then."""


PAGE, CHINESE = "docs/import.md", "docs/transcripts/first-month.zh.txt"
BEGIN, END = "<!-- made by scripts/make_transcripts.py: the list and the path -->", "<!-- made until here -->"


def kept(root: Path, lang: str) -> str:
    """The path as it stands in the docs."""
    if lang == "zh":
        return (root / CHINESE).read_text("utf-8")
    return (root / PAGE).read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip("\n") + "\n"


def keep(root: Path, lang: str, text: str) -> None:
    """Put the path into the docs."""
    if lang == "zh":
        (root / CHINESE).write_text(text, "utf-8")
        return
    before, begin, rest = (root / PAGE).read_text("utf-8").partition(BEGIN)
    (root / PAGE).write_text(f"{before}{begin}\n\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")


def path(folder: Path, lang: str) -> str:
    """The list and the whole path, as the docs show them."""
    lines = [*shown_list(), "", *play(folder, lang)]
    indent = "" if lang == "zh" else "    "
    return "".join(f"{indent}{line}".rstrip() + "\n" for line in lines)


def workbook(folder: Path) -> Path:
    """The list as the department keeps it."""
    from openpyxl import Workbook

    book = Workbook()
    for row in ((TITLE,), (), HEADINGS, *ROWS, *((line,) for line in BELOW)):
        book.active.append(row)
    book.save(folder / LIST)
    return folder / LIST


def shown_list() -> list[str]:
    """The list as a page shows it."""
    wide = [max(width(row[n]) for row in (HEADINGS, *ROWS) if n < len(row)) for n in range(len(HEADINGS))]
    rows = ["  ".join(cell + " " * (wide[n] - width(cell)) for n, cell in enumerate(row)).rstrip() for row in (HEADINGS, *ROWS)]
    return [TITLE, "", *rows, *BELOW]


def play(folder: Path, lang: str) -> list[str]:
    """The lines of the whole path: what is typed behind `$`, and what is printed."""
    workbook(folder)
    began = str(today())
    svc = Svc(folder, LANG="C.UTF-8", SVC_LANG=lang)
    del svc.environ["SVC_DESK"]
    lines = [*_printed(svc, "init desk --name Head --id S01"), "$ cd desk"]
    svc.desk = folder / "desk"
    lines += _conversation(svc, lang)
    for words in (f"desk begins {SINCE}", f"audit month {MONTH}", "call show 维2026-003号"):
        lines += _printed(svc, words)
    now = re.compile(rf"({'|'.join({began, str(today())})}) [0-9:]{{5}}")  # another minute each time it is walked
    return [now.sub("…", line) for line in lines]


def _printed(svc: Svc, words: str) -> Iterator[str]:
    done = svc.run(*words.split())
    assert done.code == 0, done.err
    printed = (done.out + done.err).rstrip("\n").split("\n")
    yield f"$ svc {words}"
    yield from (line.replace(str(svc.desk), HOME) for line in printed[:KEPT])
    if len(printed) > KEPT:
        yield "…"


def _conversation(svc: Svc, lang: str) -> Iterator[str]:
    """The import on a terminal."""
    words = ["ledger", "import", f"../{LIST}"]
    program = ("/bin/sh", "-c", f'cd "$0" && exec {sys.executable} -m svc "$@"', str(svc.desk))
    with Terminal(words, svc.environ, COLUMNS, 60, program) as t:
        for question, answer in ANSWERS[lang]:
            t.answer(question, answer)
        assert t.end() == 0, t.text()
    yield f"$ svc {' '.join(words)}"
    month = f"{today():%Y-%m}-01"
    yield from (line.replace(month, SINCE) for line in t.text().split("\n"))
