"""Three days on a terminal, key by key, at moments that are given: a clerk's morning of fifteen calls, the head's
dispatch of eight, a technician's day from his board alone. In either language, at any width, always the same.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from svc.output.fold import fold
from tests.conftest import Svc
from tests.transcripts.terminal import CTRL_C, Terminal

DAY = "2026-11-23"
"""A Monday."""
AT = Path(__file__).with_name("at.py")
Two = tuple[str, str]
"""A text in English and in Chinese."""


class Played:
    """A day as it is played: what was typed and seen."""

    def __init__(self, svc: Svc, lang: str, columns: int, who: str) -> None:
        self.svc, self.lang, self.columns = svc, lang, columns
        self.environ = {**svc.environ, "SVC_STAFF": who}
        self.seen: list[tuple[str, Terminal]] = []
        self._clock = "08:00"

    def say(self, two: str | Two) -> str:
        """A text in the language of the day."""
        return two if isinstance(two, str) else two[self.lang == "zh"]

    def at(self, clock: str) -> None:
        """From now on it is that time."""
        self._clock = clock

    def types(self, line: str | Two, *answers: tuple[str, str | Two], code: int = 0) -> None:
        """Type a command and answer its questions: each a word of QUESTIONS, and what is typed."""
        words = ["--lang", self.lang, *shlex.split(self.say(line))]
        program = (sys.executable, str(AT), f"{DAY}T{self._clock}:00+08:00")
        with Terminal(words, self.environ, self.columns, 50, program) as t:
            for question, answer in answers:
                typed = self.say(answer)
                t.expect(self.say(QUESTIONS[question]))
                t.type(typed if typed.endswith(CTRL_C) else f"{typed}\r")
            assert t.end() == code, t.text()
        self.seen.append((self._clock, t))


class Counted(Played):
    """A day as it is counted, in English: what is typed, and nothing else."""

    def __init__(self) -> None:
        self.lang, self.commands, self.answers = "en", [], []

    commands: list[str]
    answers: list[str]

    def types(self, line: str | Two, *answers: tuple[str, str | Two], code: int = 0) -> None:
        """Keep a command and its answers; Ctrl-C takes the place of Enter."""
        self.commands.append(f"svc {self.say(line)}")
        self.answers += [self.say(answer).removesuffix(CTRL_C) for _, answer in answers]


QUESTIONS: dict[str, Two] = {
    "who": ("serial):", "序列号）:"),
    "contact": ("Name of the caller", "来电人姓名"),
    "machine": ("Which machine", "哪台设备"),
    "kind": ("What is it about", "什么事"),
    "words": ("In the caller's words", "来电内容"),
    "visit": ("go there", "要上门吗"),
    "until": ("Until when", "什么时间前"),
    "confirm": ("Enter: record", "回车：登记"),
}

STAFF: tuple[tuple[Two, str], ...] = (
    (("Lu Yuan", "陆远"), "technician"),
    (("Jiang He", "江禾"), "technician"),
    (("Meng Tao", "孟涛"), "technician"),
    (("Lin Xi", "林夕"), "clerk"),
    (("Qin Sheng", "秦声"), "gm"),
    (("Gu Cang", "顾仓"), "warehouse"),
)
"""From S02 on; S01 is the head."""
CUSTOMERS: tuple[tuple[Two, Two, Two], ...] = (
    (("Changfeng Chemical", "长风化工厂"), ("Mr Zhen", "甄厂长"), ("Suzhou", "苏州")),
    (("Changhe Quarry", "长河石料厂"), ("Ms Tong", "佟经理"), ("Wuxi", "无锡")),
    (("Beishan Timber", "北山木业"), ("Mr Shi", "石师傅"), ("Suzhou", "苏州")),
    (("Donghu Port", "东湖港务"), ("Ms Fang", "方主任"), ("Nantong", "南通")),
    (("Xiliu Dairy", "溪柳乳业"), ("Mr Kang", "康科长"), ("Changzhou", "常州")),
)
MACHINES: tuple[tuple[str, Two, int, str], ...] = (
    ("LX-77", ("LX200 excavator", "LX200挖掘机"), 1, "2027-01-04"),
    ("ZT-50", ("ZT50 loader", "ZT50装载机"), 1, "2024-01-04"),
    ("CH-11", ("PE60 crusher", "PE60破碎机"), 2, "2027-06-30"),
    ("BS-21", ("CPD30 forklift", "CPD30叉车"), 3, "2026-03-31"),
    ("DH-31", ("QY25 crane", "QY25起重机"), 4, "2027-09-30"),
    ("XL-41", ("CPD15 forklift", "CPD15叉车"), 5, "2027-02-28"),
)
"""Serial, product, whose, in warranty until."""


def department(say: Callable[[str | Two], str]) -> list[tuple[str, list[str]]]:
    """The registers and a repair of the week before, as lines with their moments."""
    told = [["staff", "add", "--name", say(name), "--role", role] for name, role in STAFF]
    for n, (name, contact, region) in enumerate(CUSTOMERS, 1):
        told.append(["customer", "add", "--name", say(name), "--phone", f"138-0000-{n:04}", "--contact", say(contact), "--region", say(region)])
    for serial, product, owner, until in MACHINES:
        told.append(["machine", "add", "--serial", serial, "--product", say(product), "--customer", f"CU{owner:04}",
                     "--sold", "2023-01-05", "--warranty-until", until])  # fmt: skip
    lines = [("2026-11-02T08:00:00+08:00", line) for line in told]
    drifts, seal = say(("boom drifts", "大臂漂移")), say(("seal worn", "油封老化"))
    lines += [
        ("2026-11-16T08:30:00+08:00", ["--as", "S05", "call", "log", "--channel", "phone", "--from", "CU0001", "--machine", "LX-77", "--kind",
                                       "repair", "--summary", drifts, "--needs-service"]),
        ("2026-11-16T08:50:00+08:00", ["visit", "dispatch", "--call", "C1", "--staff", "S02", "--promised", "2026-11-17T10:00"]),
        ("2026-11-17T09:40:00+08:00", ["--as", "S02", "visit", "arrive", "V1"]),
        ("2026-11-17T11:20:00+08:00", ["--as", "S02", "report", "close", "V1", "--fault", say(("hydraulics", "液压")), "--cause", seal,
                                       "--cause-class", "wear", "--solution", say(("new seal", "换油封")), "--part", say(("oil seal:1", "油封:1")),
                                       "--opinion", say(("content", "满意")), "--resolved"]),
        ("2026-11-17T11:25:00+08:00", ["--as", "S02", "report", "survey", "V1", "--score", "5 5 5 5"]),
        ("2026-11-17T11:30:00+08:00", ["--as", "S02", "visit", "leave", "V1", "--called-in", "11:25"]),
        ("2026-11-18T09:00:00+08:00", ["--as", "S05", "report", "archive", "R1"]),
        ("2026-11-18T09:05:00+08:00", ["--as", "S05", "call", "close", "C1", "--text", say(("repaired", "已修好"))]),
    ]  # fmt: skip
    return lines


def desk(place: Path, lang: str, more: list[tuple[str, list[str]]]) -> Svc:
    """A desk with the department, and what was typed there before the day begins."""
    svc = Svc(place / "desk", SVC_CLOCK_IS_RIGHT="1", XDG_STATE_HOME=str(place / "state"))
    head = ("Zhong Ning", "钟宁")[lang == "zh"]
    begin = ("2026-11-02T07:55:00+08:00", ["init", str(svc.desk), "--name", head, "--id", "S01"])
    lines = [begin, *department(lambda two: two if isinstance(two, str) else two[lang == "zh"]), *more]
    file = place / "lines.json"
    file.write_text(json.dumps(lines, ensure_ascii=False), "utf-8")
    done = subprocess.run([sys.executable, str(AT), "--all", str(file)], env=svc.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return svc


# ---- a clerk's morning of fifteen calls ----------------------------------------------------------------------------


def morning(day: Played) -> None:
    """A clerk's morning of fifteen calls."""
    day.at("08:02")  # 1: known by his number; a machine in warranty that was mended a week ago
    day.types("call log", ("who", "13800000001"), ("machine", "1"), ("kind", ("2", "bx")),
             ("words", ("boom drifts again since Saturday", "大臂上周六起又漂移")), ("visit", ""),
             ("until", ("tomorrow 15:00", "明天下午3点")), ("confirm", ""))  # fmt: skip
    day.at("08:09")  # 2: half of a name; answered while he is there
    day.types("call log", ("who", ("Timber", "北山")), ("machine", ""), ("kind", ("consult", "咨询")),
             ("words", ("which oil for the mast below zero", "门架零下用什么油")), ("visit", ""), ("confirm", ""))  # fmt: skip
    day.types(("call reply C3 --text 'HV 32, the leaflet goes by post'", "call reply C3 --text 用HV32，说明书寄出"))
    day.at("08:17")  # 3: a stranger, who is registered after it
    day.types("call log", ("who", "139-0000-4410"), ("contact", ("Ms Yan", "严女士")), ("machine", ""), ("kind", ("4", "bj")),
             ("words", ("asks for the price of a PE60", "问PE60破碎机价格")), ("visit", ""), ("confirm", ""))  # fmt: skip
    day.types(("customer add --name 'Yanshan Gravel' --phone 139-0000-4410 --contact 'Ms Yan' --region Wuxi",
              "customer add --name 雁山砂石 --phone 139-0000-4410 --contact 严女士 --region 无锡"))  # fmt: skip
    day.at("08:26")  # 4: one who does not show his number
    day.types("call log", ("who", ("withheld", "隐藏号码")), ("contact", ""), ("machine", ""), ("kind", ("consult", "zx")),
             ("words", ("are you open on Saturday", "周六上班吗")), ("visit", ""), ("confirm", ""))  # fmt: skip
    day.at("08:31")  # 5: a complaint, logged with what the call says already
    day.types("call log", ("who", ("Port", "东湖")), ("machine", ""), ("kind", ("complaint", "投诉")),
             ("words", ("nobody called back since Thursday", "周四报的到现在没人回电")), ("visit", ""), ("confirm", ""))  # fmt: skip
    day.types("complaint log --call C6", ("cause", ("3", "bjs")))
    day.at("08:44")  # 6: two are called nearly alike; the one that is meant is picked by its number
    day.types("call log", ("who", ("Chang", "长")), ("who", "2"), ("machine", ""), ("kind", ""),
             ("words", ("jaw plate cracked", "颚板裂了")), ("visit", ""), ("until", ("today 17:00", "今天17:00")), ("confirm", ""))  # fmt: skip
    day.at("08:52")  # 7: by the machine's number; the first answer is taken back
    day.types("call log", ("who", "xl-41"), ("machine", "<"), ("who", ""), ("machine", ""), ("kind", ""),
             ("words", ("does not lift above two metres", "升不到两米以上")), ("visit", ""), ("until", ""), ("confirm", ""))  # fmt: skip
    day.at("09:03")  # 8: the line breaks off in the middle
    day.types("call log", ("who", ("Timber", "北山")), ("machine", ""), ("kind", ""),
             ("words", ("brake pulls to the l" + CTRL_C, "制动往左" + CTRL_C)), code=130)  # fmt: skip
    day.at("09:05")  # 9: a wrong number
    day.types("call log", ("who", "13500000000"), ("contact", "x"), code=130)
    day.at("09:08")  # 10: out of warranty: a quote goes before the visit (2.2)
    day.types("call log", ("who", "0001"), ("machine", "ZT-50"), ("kind", ""), ("words", ("loader will not start", "装载机打不着火")),
             ("visit", ""), ("until", ""), ("confirm", ""))  # fmt: skip
    day.at("09:15")  # 8 again: he rings back, and it goes on where it broke off
    day.types("call log --resume", ("words", ("eft", "跑偏")), ("visit", ""), ("until", ("Wednesday 10:00", "周三10:00")), ("confirm", ""))
    day.at("09:24")  # 11: a line, for one who knows it
    day.types(("call log --channel wechat --from donghu --machine DH-31 --kind repair --summary 'limit switch sticks' --needs-service",
              "call log --channel wechat --from dhgw --machine DH-31 --kind repair --summary 限位开关卡住 --needs-service"))  # fmt: skip
    day.at("09:40")  # 12: a letter that nobody signed
    day.types(("call log --channel letter --from unsigned --kind complaint --summary 'your van parks on our path'",
              "call log --channel letter --from unsigned --kind complaint --summary 你们的车总堵我们的路"))  # fmt: skip
    day.at("10:02")  # 13: he comes back to what he asked before
    day.types(("call log --channel phone --from CU0003 --kind consult --summary 'asks for the leaflet again' --follows C3",
              "call log --channel phone --from CU0003 --kind consult --summary 再问说明书 --follows C3"))  # fmt: skip
    day.at("10:20")  # 14: a machine that is somebody else's
    day.types("call log", ("who", ("Dairy", "溪柳")), ("machine", "BS-21"), ("kind", ("consult", "咨询")),
             ("words", ("bought it from Beishan: who services it", "从北山买来的，找谁保养")), ("visit", ""), ("confirm", ""))  # fmt: skip
    day.at("11:05")  # 15: the same call a second time: two are made one
    day.types(("call log --channel phone --from CU0004 --machine DH-31 --kind repair --summary 'limit switch' --needs-service",
              "call log --channel phone --from CU0004 --machine DH-31 --kind repair --summary 限位开关 --needs-service"))  # fmt: skip
    day.types("call merge C15 --into C11")
    day.at("11:30")
    day.types("call list")
    day.types("today")


QUESTIONS |= {
    "cause": ("complained of", "投诉原因"),
}


# ---- the head's dispatch of eight ------------------------------------------------------------------------------------

WAITING: tuple[tuple[str, str, str, Two, str], ...] = (
    ("07:40", "CU0001", "LX-77", ("boom drifts again", "大臂又漂移"), "2026-11-24T15:00"),
    ("07:45", "CU0002", "CH-11", ("jaw plate cracked", "颚板裂了"), "2026-11-23T17:00"),
    ("07:48", "CU0005", "XL-41", ("does not lift", "起升无力"), ""),
    ("07:52", "CU0003", "BS-21", ("brake pulls to the left", "制动往左跑偏"), "2026-11-25T10:00"),
    ("07:55", "CU0004", "DH-31", ("limit switch sticks", "限位开关卡住"), ""),
    ("07:56", "CU0001", "ZT-50", ("will not start", "打不着火"), ""),
    ("07:58", "CU0002", "CH-11", ("belt slips", "皮带打滑"), ""),
    ("07:59", "CU0005", "XL-41", ("horn dead", "喇叭不响"), ""),
)


def waiting(say: Callable[[str | Two], str]) -> list[tuple[str, list[str]]]:
    """Eight calls that somebody has to go out for."""
    lines = []
    for clock, customer, machine, words, due in WAITING:
        line = ["--as", "S05", "call", "log", "--channel", "phone", "--from", customer, "--machine", machine, "--kind", "repair",
                "--summary", say(words), "--needs-service", *(["--due", due] if due else [])]  # fmt: skip
        lines.append((f"{DAY}T{clock}:00+08:00", line))
    return lines


def dispatching(day: Played) -> None:
    """The head's dispatch of eight."""
    day.at("08:05")
    day.types("today")
    day.types(("staff away S04 --from 2026-11-24 --to 2026-11-25 --reason course", "staff away S04 --from 2026-11-24 --to 2026-11-25 --reason 培训"))
    day.types("visit dispatch --call C2", ("promised", ("tomorrow 10:00", "明天10:00")), ("goes", "1"))
    day.types("visit dispatch --call C3", ("promised", ("today 15:00", "今天15:00")), ("goes", ("Jiang", "江")))
    day.types("visit dispatch --call C4", ("promised", ("tomorrow 10:00", "明天10:00")), ("goes", ("Lu", "陆")), ("still", "n"), code=130)
    day.types("visit dispatch --call C4", ("promised", ("tomorrow 10:00", "明天10:00")), ("goes", "1"))
    day.types("visit dispatch --call C5", ("promised", ("Wednesday 14:00", "周三14:00")), ("goes", ("Lu", "陆")), ("still", "n"), code=130)
    day.types("visit dispatch --call C5", ("promised", ("Wednesday 9:00", "周三9:00")), ("goes", ("Lu", "陆")))
    day.types("visit dispatch --call C6 --hours 4", ("promised", ("tomorrow 13:00", "明天13:00")), ("goes", ("Meng", "孟")), ("still", "n"), code=130)
    day.types("visit dispatch --call C6 --hours 4", ("promised", ("tomorrow 13:00", "明天13:00")), ("goes", "1"))
    day.types(("quote make --call C7 --labour 180 --travel 60 --part relay:1:45", "quote make --call C7 --labour 180 --travel 60 --part 继电器:1:45"))
    day.types("visit dispatch --call C7", ("promised", ("Thursday 10:00", "周四10:00")), ("goes", ("Gu", "顾")), ("still", "n"), code=130)
    day.types("visit dispatch --call C7", ("promised", ("Thursday 10:00", "周四10:00")), ("goes", "1"))
    day.types("visit dispatch --call C8 --staff S03 --promised 2026-11-23T15:30", ("still", "n"), code=130)
    day.types("visit dispatch --call C8 --staff S03 --promised 2026-11-23T16:30")
    day.types("visit dispatch --call C9 --staff S03 --with S02 --promised 2026-11-26T14:00")
    day.types("plan day")
    day.types("plan week")
    day.types("today")


QUESTIONS |= {
    "promised": ("latest:", "最晚"),
    "goes": ("who goes", "派谁"),
    "still": ("all the same", "仍然派"),
}


# ---- a technician's day from his board alone ---------------------------------------------------------------------------


def sent(say: Callable[[str | Two], str]) -> list[tuple[str, list[str]]]:
    """What the technician finds on his board in the morning."""
    promised = {2: ("S02", "2026-11-23T10:00"), 3: ("S02", "2026-11-23T14:00"), 5: ("S02", "2026-11-23T16:30")}
    lines = waiting(say)[:5]
    lines += [(f"{DAY}T08:0{n}:00+08:00", ["visit", "dispatch", "--call", f"C{n}", "--staff", who, "--promised", at]) for n, (who, at) in promised.items()]
    return lines


def out(day: Played) -> None:
    """A technician's day."""
    day.at("08:15")
    day.types("today")
    day.at("09:50")
    day.types("visit arrive V2")
    day.at("11:30")
    day.types("report close", ("which", ""), ("fault", ("hydraulics", "液压")), ("why", ("cylinder scored", "油缸拉伤")), ("class", ("6", "ms")),
             ("done", ("new cylinder and seal", "换油缸和油封")), ("parts", ("cylinder x1; seal x2", "油缸1个；油封2个")),
             ("opinion", ("thorough this time", "这次修得彻底")),
             ("gone", ""), ("survey", "5 5 5 4"), ("confirm", ""))  # fmt: skip
    day.types("visit leave V2 --called-in 11:25")
    day.at("13:20")
    day.types("today")
    day.types(("visit repromise V4 --promised 'tomorrow 9:00' --asked-by customer --reason 'yard is closed'",
              "visit repromise V4 --promised 明天9:00 --asked-by customer --reason 堆场关门"))  # fmt: skip
    day.types("visit arrive V2", code=4)
    day.types("visit arrive V3")
    day.at("15:10")
    day.types("report close V3", ("fault", ("jaw", "颚板")), ("why", ("plate worn through", "颚板磨穿")), ("class", ("6", "ms")),
             ("done", ("plate ordered", "已订颚板")), ("parts", "-"), ("opinion", ("hurry up", "要快")),
             ("gone", "n"), ("survey", ""), ("confirm", ""))  # fmt: skip
    day.types("visit leave V3 --called-in 15:05")
    day.types("undo")
    day.types("visit leave V3 --called-in 15:08")
    day.at("15:20")
    day.types("today")


QUESTIONS |= {
    "which": ("Which visit", "哪次派工"),
    "fault": ("Fault code", "故障代码"),
    "why": ("Cause of the fault", "故障原因"),
    "class": ("Class of the cause", "原因类别"),
    "done": ("What was done", "解决办法"),
    "parts": ("Replaced parts", "更换零件"),
    "opinion": ("opinion", "用户意见"),
    "gone": ("fault gone", "修好了吗"),
    "survey": ("Survey", "满意度"),
}


# ---- all of them -----------------------------------------------------------------------------------------------------

Before = Callable[[Callable[[str | Two], str]], list[tuple[str, list[str]]]]


class Day(NamedTuple):
    """A day: whose it is, what is typed, what was recorded before, what it is called."""

    who: str
    keys: Callable[[Played], None]
    before: Before
    title: Two


DAYS: dict[str, Day] = {
    "clerk": Day("S05", morning, lambda say: [], ("A clerk's morning: fifteen calls, by telephone and letter, from people known and not",
                                                  "文员的上午：十五个来电来信，有熟客也有生客")),
    "head": Day("S01", dispatching, waiting, ("The head's dispatch: eight calls, and what speaks against whom he thinks of first",
                                              "主管派工：八个来电，以及先想到的人为什么不合适")),
    "technician": Day("S02", out, sent, ("A technician's day from his board alone: three visits, one put off, one not repaired",
                                         "技术员的一天，只看自己的待办：三次上门，一次改约，一次没修好")),
}  # fmt: skip


def play(place: Path, whose: str, lang: str, columns: int) -> str:
    """A day from its first key to its last, as a text: what was typed and what was seen."""
    one = DAYS[whose]
    svc = desk(place, lang, one.before(lambda two: two if isinstance(two, str) else two[lang == "zh"]))
    day = Played(svc, lang, columns, one.who)
    one.keys(day)
    rule = "=" * columns
    parts = [rule, *fold(day.say(one.title), columns), rule]
    for clock, t in day.seen:
        parts += ["", f"{clock} $ svc {shlex.join(t.words[2:])}", t.text().strip("\n")]
    return "\n".join(line.rstrip() for line in "\n".join(parts).split("\n")) + "\n"
