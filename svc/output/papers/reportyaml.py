"""The form of a service report as a text to fill in: one `item: value` a line, what is known filled in already.

`svc.intake.formfiles` reads it; what may be written stands behind each item as a remark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from svc.domain import ledgers
from svc.domain.nouns.report import CAUSE_CLASSES, DIMENSIONS
from svc.output.words import short, word
from svc.text import Text, language, say

_PLAIN = re.compile(r"[\w.（），。；、/+-][\w .（），。；、/+-]*(?<! )")
_PARTS = (Text("name", "名称"), Text("qty", "数量"), Text("part_no", "件号"))


def yaml(sheet: Mapping[str, Any], faults: Sequence[str] = ()) -> bytes:
    """The form, UTF-8."""
    return ("\n".join([*_head(sheet), *_report(sheet, faults), *_survey(sheet)]) + "\n").encode()


def _head(sheet: Mapping[str, Any]) -> Iterator[str]:
    known = [sheet[name] for name in ("visit", "customer", "product", "machine") if sheet[name]]
    yield f"# {say(Text('Service report', '服务报告'))}  {'  '.join(map(str, known))}".rstrip()
    if sheet["summary"]:
        yield f"# {say(Text('Call: ', '报修：'))}{' '.join(str(sheet['summary']).split())}"
    yield say(Text("# Write behind the colons; lines that begin with # are remarks. Texts with a colon in quotes.",
                   "# 写在冒号后面；# 后面是说明，不用管。内容里有英文冒号的，整段加英文引号。"))  # fmt: skip
    visit = sheet["visit"] or say(Text("VISIT", "派工"))
    yield say(
        Text(f"# Then: svc report close {visit} --from THIS-FILE", f"# 填好后：svc report close {visit} --from 本文件")
    )
    yield f"{_name('visit')}: {_value(sheet['visit'])}".rstrip()
    yield ""


def _report(sheet: Mapping[str, Any], faults: Sequence[str]) -> Iterator[str]:
    marked = Text("  # required (4.6)", "  # 必填（4.6）")
    yield _line(
        "fault", sheet["fault"], say(Text("used before: ", "用过的：")) + ", ".join(faults[:12]) if faults else ""
    )
    yield _line("cause", sheet["cause"], say(marked).strip(" #"))
    yield _line("cause_class", _word(sheet["cause_class"]), ", ".join(word(code) for code in CAUSE_CLASSES.words))
    yield _line("solution", sheet["solution"], say(marked).strip(" #"))
    yield f"{_name('parts')}:{say(Text('  # required (4.6), or the line below them', '  # 必填（4.6）；没有换件写下面一行'))}"
    rows = list(sheet["parts"])
    for row in rows or [{}]:
        pairs = [f"{say(column)}: {_value(row.get(column.en))}".rstrip() for column in _PARTS]
        yield from (f"  {'- ' if n == 0 else '  '}{pair}" for n, pair in enumerate(pairs))
    yield _line("no_parts", _yes(sheet["no_parts"]), say(Text("yes, where nothing was replaced", "没有更换时写：是")))
    yield _line("opinion", sheet["opinion"], say(marked).strip(" #"))
    yield _line("resolved", _yes(sheet["resolved"]), say(Text("yes, no", "是、否")))
    yield ""


def _survey(sheet: Mapping[str, Any]) -> Iterator[str]:
    yield say(Text("# Survey: 1 to 5, 5 is best; or why the customer filled in none.",
                   "# 满意度调查：1 到 5 分，5 分最好；客户不填的，写明原因。"))  # fmt: skip
    yield f"{_name('scores')}:"
    for code in DIMENSIONS.words:
        yield f"  {word(code)}: {_value(sheet['scores'].get(code))}".rstrip()
    yield _line("refused", sheet["refused"], "")


def _line(field: str, value: Any, remark: str) -> str:
    return f"{_name(field)}: {_value(value)}{f'  # {remark}' if remark else ''}".rstrip()


def _name(field: str) -> str:
    """What an item is called: the field's name, on a Chinese form its title."""
    if language() != "zh":
        return field
    found = ledgers.event("report", "close").field(field) or ledgers.event("report", "survey").field(field)
    assert found is not None
    return short(found.title.zh)


def _word(code: str | None) -> str | None:
    return word(code) if code else None


def _yes(flag: bool | None) -> str | None:
    return None if flag is None else say(Text("yes", "是") if flag else Text("no", "否"))


def _value(value: Any) -> str:
    """A text as YAML: as it is where that is safe, else in quotes."""
    if value is None:
        return ""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
