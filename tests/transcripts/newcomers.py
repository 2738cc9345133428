"""The first ten minutes of a clerk, a head and somebody from IT: what people type who know the README alone, slips and all.

Each begins in an empty folder with the README's ten lines or some of them; the clock stands, a minute further with each
command, so that what is seen is the same on every day and every machine.
"""

from __future__ import annotations

import re
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.conftest import Svc
from tests.transcripts.terminal import CTRL_C, Terminal

ROOT = Path(__file__).parents[2]
CLOCK = datetime(2026, 10, 6, 6, 0, tzinfo=UTC)
"""14:00 on a Tuesday in Shanghai, the day on which the ten lines end."""
SEEN_AS = "/home/you/service"
"""What stands for the folder in a transcript: as long as its name, so that nothing breaks elsewhere."""
STANDING = "import os, sys, time_machine as t; t.travel(sys.argv.pop(1), tick=False).start(); os.chdir(sys.argv.pop(1))\n"
START = f"{STANDING}sys.argv[0] = 'svc'\nfrom svc.__main__ import run\nrun()"


LINE_AWAY = "\x15"
"""Ctrl-U: what stands on the line is taken away."""


class Typed(NamedTuple):
    """A command line, what is answered when its questions are seen, and how it ends."""

    line: str
    answers: tuple[tuple[str, str], ...] = ()
    code: int = 0


CLERK = (
    Typed("svc 来电", code=2),
    Typed("svc call log 长风 臂架漂移", code=2),
    Typed("svc call log", (
        ("来电号码", "长风\r"), ("哪台设备", "\r"), ("什么事", "坏了\r"), ("什么事", "bx\r"), ("来电内容", "臂架又漂移，装车时往下掉\r"),
        ("要上门吗", "要\r"), ("什么时间前", "尽快\r"), ("什么时间前", "明天上午10点\r"), ("回车：登记", "<\r"),
        ("什么时间前", f"{LINE_AWAY}明天下午3点\r"), ("回车：登记", "\r"),
    )),
    Typed("svc call log", (("来电号码", "13800009999\r"), ("来电人姓名", "秦\r"), ("哪台设备", "\r"), ("什么事", CTRL_C)), 130),
    Typed("svc call log --resume", (
        ("来电号码", f"{LINE_AWAY}13800009999\r"), ("什么事", "咨询\r"), ("来电内容", "问斗齿价格\r"), ("要上门吗", "\r"), ("回车：登记", "x\r"),
    ), 130),
    Typed("svc visit dispatch C2", code=2),
    Typed("svc visit dispatch", (("对应来电", "1\r"), ("最晚到场时间", "明天下午3点\r"), ("派谁去", "小雨\r"))),
    Typed("svc call reply C2 --text …", (("答复内容", "文师傅明天下午3点前到\r"),)),
    Typed("svc undo"),
    Typed("svc call list 长风", code=2),
    Typed("svc call list --customer 长风"),
    Typed("svc customer 长风", code=2),
    Typed("svc customer show 长风"),
    Typed("svc today"),
)  # fmt: skip

HEAD = (
    Typed("svc today"),
    Typed("svc finding list --open"),
    Typed("svc finding late_arrival/V1", code=2),
    Typed("svc finding show late_arrival/V2610-0001"),
    Typed("svc finding rule late_arrival/V2610-0001", code=2),
    Typed("svc finding uphold late_arrival/V2610-0001", (("理由", "本人承认睡过头\r"),)),
    Typed("svc audit month", code=2),
    Typed("svc audit month 2026-10"),
    Typed("svc pay", code=2),
    Typed("svc staff statement 文小雨 --month 2026-10"),
    Typed("svc --lang en finding show late_arrival/V2610-0001"),
    Typed("svc --lang en staff statement 文小雨 --month 2026-10"),
    Typed("svc --lang en audit month 2026-10"),
)

IT = (
    Typed("svc --version"),
    Typed("svc init desk --name 'Zhen Yifan'"),
    Typed("svc --desk desk check"),
    Typed("svc cron", code=2),
    Typed("svc config desk desk", code=2),
    Typed("svc config set desk desk"),
    Typed("svc config set lang en", code=2),
    Typed("svc config set language en"),
    Typed("svc config"),
    Typed("svc import old.csv", code=2),
    Typed("svc ledger import old.csv", (("register them", "\r"), ("register them", "\r"), ("import this", "y\r"))),
    Typed("svc call list"),
    Typed("svc ledger verify"),
    Typed("svc backup", code=2),
    Typed("svc ledger export --out all.jsonl"),
    Typed("svc completion bash", code=2),
    Typed("svc completion install"),
)

OLD_LIST = """date,customer,phone,problem,technician,settled
2026-09-03 09:10,Changfeng Works,138-0000-1234,boom drifts,Wen Xiaoyu,2026-09-04 11:00
2026-09-05 14:20,Far Quarry,138-0000-7701,oil leak at the boom,Wen Xiaoyu,2026-09-06 10:00
2026-09-08 08:05,Changfeng Works,138-0000-1234,hard to start,,
"""

PEOPLE: Mapping[str, tuple[str, int, Sequence[Typed]]] = {
    "first-clerk": ("zh", 8, CLERK),
    "first-head": ("zh", 8, HEAD),
    "first-it": ("en", 0, IT),
}
"""Each with the language, how many of the README's ten lines went before, and what is typed."""


def ten_lines(lang: str) -> list[str]:
    """The README's ten lines."""
    page = (ROOT / ("README.zh.md" if lang == "zh" else "README.md")).read_text("utf-8")
    block = page.partition("```console\n")[2].partition("```")[0]
    return [line.removeprefix("$ ") for line in block.strip().split("\n")]


def play(name: str) -> str:
    """The whole transcript of one newcomer."""
    lang, before, typed = PEOPLE[name]
    with tempfile.TemporaryDirectory(prefix="svc-", dir="/tmp") as top:  # columns are as wide as its name is long
        place = Path(top)
        place.chmod(0o700)
        (place / "old.csv").write_text(OLD_LIST, "utf-8")
        svc = Svc(place, SVC_LANG=lang, HOME=top, XDG_CONFIG_HOME=f"{top}/.config", XDG_STATE_HOME=f"{top}/.state", SHELL="/bin/bash")
        for unset in ("SVC_DESK", "XDG_DATA_HOME", "EDITOR", "VISUAL", "PAGER"):
            svc.environ.pop(unset, None)
        seen, minutes = [], 0
        for one in [*(Typed(line) for line in ten_lines(lang)[:before]), *typed]:
            seen.append(f"$ {one.line}")
            if one.line.startswith("cd "):
                place = place / one.line[3:]
                continue
            seen.append(run(svc, one, place, CLOCK + timedelta(minutes=minutes)))
            minutes += 1
    text = re.sub(r"[ \t]+$", "", "\n".join(seen), flags=re.MULTILINE)
    text = re.sub(r"in \d+\.\d s$", "in 0.2 s", text, flags=re.MULTILINE)  # how fast the machine is
    return text.replace(top, SEEN_AS) + "\n"


def run(svc: Svc, one: Typed, place: Path, now: datetime) -> str:
    """One command on a terminal of eighty columns; what was seen."""
    program = (sys.executable, "-c", START, now.isoformat(), str(place))
    with Terminal(shlex.split(one.line)[1:], svc.environ, 80, 60, program) as t:
        for question, answer in one.answers:
            t.expect(question)
            t.type(answer)
        code = t.end()
    assert code == one.code, f"{one.line}\nexit {code}\n{t.text()}"
    return t.text().strip("\n") + "\n"
