"""The paths of a day at the desk, played on a terminal of any width in either language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Svc
from tests.transcripts.terminal import CTRL_C, Terminal

Said = dict[str, str]
"""What is waited for, by what it is, in one language."""

WORDS: dict[str, Said] = {
    "en": {
        "who": "Number", "machine": "Which machine", "kind": "What is it about", "words": "In the caller's words",
        "visit": "go there", "until": "Until when", "confirm": "Enter: record", "draft": "--resume",
        "which": "Which visit", "fault": "Fault code", "cause": "Cause of the fault", "class": "Class of the cause",
        "done": "What was done", "parts": "Replaced parts", "opinion": "opinion", "gone": "fault gone", "survey": "Survey",
        "lacks": "4.6 would miss", "quit": "q: leave",
    },
    "zh": {
        "who": "来电号码", "machine": "哪台设备", "kind": "什么事", "words": "来电内容",
        "visit": "要上门吗", "until": "什么时间前", "confirm": "回车：登记", "draft": "--resume",
        "which": "哪次派工", "fault": "故障代码", "cause": "故障原因", "class": "原因类别",
        "done": "解决办法", "parts": "更换零件", "opinion": "用户意见", "gone": "修好了吗", "survey": "满意度",
        "lacks": "按 4.6 还缺", "quit": "q：退出",
    },
}  # fmt: skip


NAMES = {"S01": "钟宁", "S02": "陆远", "S03": "江禾", "S04": "林夕", "S05": "秦声"}
"""What the people of the tests' department are called where Chinese is spoken."""


def department(svc: Svc, lang: str) -> None:
    """Chinese customers and machines, a repair of last week, something overdue."""
    for id, name in NAMES.items() if lang == "zh" else ():
        svc(f"staff edit {id} --name {name}")
    svc("customer add --name 长风化工厂 --phone 138-0000-0007 --contact 甄厂长 --region 苏州")
    svc("machine add --serial LX-77 --product LX200挖掘机 --customer CU0002 --sold 2026-01-05 --warranty-until 2027-01-04")
    svc("machine add --serial ZT-50 --product ZT50装载机 --customer CU0002 --sold 2023-01-05 --warranty-until 2024-01-04")
    call = svc("call log --channel phone --from CU0002 --kind repair --machine LX-77 --summary 大臂漂移 --needs-service").id
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 23:59").id
    svc(f"call reply {call} --text 下午到")
    svc(f"visit arrive {visit}")
    svc(f"report close {visit} --fault 液压 --cause 油封老化 --cause-class wear --solution 换油封 --part 油封:2 --opinion 满意")
    svc(f"visit leave {visit} --called-in now")
    late = svc("call log --channel phone --from CU0002 --kind repair --machine ZT-50 --summary 制动失灵 --at 2026-10-05T08:00").id
    svc(f"visit dispatch --call {late} --staff S03 --promised 2026-10-05T10:00 --at 2026-10-05T08:30")


Play = Callable[[Svc, str, int], Terminal]


def _start(svc: Svc, lang: str, columns: int, *words: str, rows: int = 60) -> Terminal:
    return Terminal(["--lang", lang, *words], svc.environ, columns, rows)


def log_a_call(svc: Svc, lang: str, columns: int) -> Terminal:
    """A call from ring to record, one answer taken back."""
    said = WORDS[lang]
    with _start(svc, lang, columns, "call", "log") as t:
        t.answer(said["who"], "13800000007")
        t.answer(said["machine"], "1")
        t.answer(said["kind"], "<")
        t.answer(said["machine"], "")
        t.answer(said["kind"], "")
        t.answer(said["words"], "大臂又漂移了，昨天刚换的油封")
        t.answer(said["visit"], "")
        t.answer(said["until"], "明天下午3点")
        t.answer(said["confirm"], "")
        assert t.end() == 0, t.text()
    return t


def leave_a_draft(svc: Svc, lang: str, columns: int) -> Terminal:
    """A call broken off in the middle of a sentence."""
    said = WORDS[lang]
    with _start(svc, lang, columns, "call", "log") as t:
        t.answer(said["who"], "长风")
        t.answer(said["machine"], "2")
        t.answer(said["kind"], "咨询")
        t.expect(said["words"])
        t.type("问装载机在三千米" + CTRL_C)
        t.expect(said["draft"])
        assert t.end() == 130, t.text()
    return t


def resume_it(svc: Svc, lang: str, columns: int) -> Terminal:
    """The rest of it."""
    said = WORDS[lang]
    with _start(svc, lang, columns, "call", "log", "--resume") as t:
        t.answer(said["words"], "以上用要不要调整")
        t.answer(said["visit"], "")
        t.answer(said["confirm"], "")
        assert t.end() == 0, t.text()
    return t


def close_a_report(svc: Svc, lang: str, columns: int) -> Terminal:
    """A report item by item, one item of 4.6 forgotten and put in."""
    said = WORDS[lang]
    visit = svc("visit list --json --last 2").json[0]["id"]
    svc(f"visit arrive {visit} --at 2026-10-05T11:00")
    svc(f"visit leave {visit} --no-call-in --at 2026-10-05T12:00")
    with _start(svc, lang, columns, "report", "close") as t:
        t.answer(said["which"], "")
        t.answer(said["fault"], "液压")
        t.answer(said["cause"], "")
        t.answer(said["class"], "磨损" if lang == "zh" else "wear")
        t.answer(said["done"], "换制动盘")
        t.answer(said["parts"], "制动盘:2")
        t.answer(said["opinion"], "满意")
        t.answer(said["gone"], "")
        t.answer(said["survey"], "5 4 5 5")
        t.expect(said["lacks"])
        t.answer(said["confirm"], "3")
        t.answer(said["cause"], "制动盘磨损")
        t.answer(said["confirm"], "")
        assert t.end() == 0, t.text()
    return t


def see_today(svc: Svc, lang: str, columns: int) -> Terminal:
    """The head's board."""
    with _start(svc, lang, columns, "today") as t:
        assert t.end() == 0, t.text()
    return t


def watch_today(svc: Svc, lang: str, columns: int) -> Terminal:
    """The board that stays, left with q."""
    with _start(svc, lang, columns, "today", "--watch", rows=20) as t:
        t.expect(WORDS[lang]["quit"])
        t.type("q")
        assert t.end() == 0, t.text()
    return t


def see_the_caller(svc: Svc, lang: str, columns: int) -> Terminal:
    """The caller's card."""
    with _start(svc, lang, columns, "customer", "show", "长风") as t:
        assert t.end() == 0, t.text()
    return t


def list_calls(svc: Svc, lang: str, columns: int) -> Terminal:
    """A list: a table, or below sixty columns one thing below the other."""
    with _start(svc, lang, columns, "call", "list") as t:
        assert t.end() == 0, t.text()
    return t


def mistype(svc: Svc, lang: str, columns: int) -> Terminal:
    """A wrong id, answered with the likeliest."""
    with _start(svc, lang, columns, "call", "show", "C9") as t:
        assert t.end() == 4, t.text()
    return t


def take_back(svc: Svc, lang: str, columns: int) -> Terminal:
    """One's own last entry taken back."""
    with _start(svc, lang, columns, "undo") as t:
        assert t.end() == 0, t.text()
    return t


TITLES: dict[Play, str] = {
    see_today: "主管的待办",
    see_the_caller: "来电客户的资料卡",
    log_a_call: "从来电到登记，中间退回一项",
    leave_a_draft: "话说到一半断了线",
    resume_it: "接着登记",
    list_calls: "来电列表：窄屏时逐项排列",
    close_a_report: "逐项填写服务报告，4.6 漏了一项又补上",
    watch_today: "常开的待办，按 q 退出",
    mistype: "编号写错，给出最像的几个",
    take_back: "撤销自己刚才的记录",
}
"""What the plays are called where Chinese is spoken."""

PLAYS: tuple[Play, ...] = (
    see_today,
    see_the_caller,
    log_a_call,
    leave_a_draft,
    resume_it,
    list_calls,
    close_a_report,
    watch_today,
    mistype,
    take_back,
)
"""In the order of a day; the later ones build on the earlier."""


def play_all(svc: Svc, state: Path, lang: str, columns: int) -> list[tuple[Play, Terminal]]:
    """The whole day on one desk."""
    svc.environ["XDG_STATE_HOME"] = str(state)
    department(svc, lang)
    return [(play, play(svc, lang, columns)) for play in PLAYS]
