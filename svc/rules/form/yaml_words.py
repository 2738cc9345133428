"""What YAML says when it cannot go on, in the words of this project."""

from __future__ import annotations

from svc.named import NamedTuple
from svc.text import Text


class Wording(NamedTuple):
    """A message of YAML's, recognised by some words of it, in the words of this project.

    `at_start`: the mark of what was being read tells more than where reading stopped. `local`: the rest
    of the file can be read without that line.
    """

    words: str
    what: Text
    hint: Text
    at_start: bool
    local: bool


_QUOTE_IT = Text("put the text in quotes", "给这段文字加上英文引号")
WORDINGS = (
    Wording(
        "could not find expected ':'",
        Text("this line has no colon", "这一行缺冒号"),
        Text("write `key: value`", "写成  key: value  的样子"),
        at_start=True,
        local=True,
    ),
    Wording(
        "mapping values are not allowed",
        Text("a second colon on one line, or a line that is indented wrongly", "一行里有两个冒号，或者缩进不对"),
        Text(
            "a text with a colon goes in quotes; a key stands right under the other keys of its block",
            "含冒号的文字加英文引号；同一组的各项要左边对齐",
        ),
        at_start=False,
        local=True,
    ),
    Wording(
        "cannot start any token",
        Text("a text cannot begin with this character", "文字不能以这个字符开头"),
        _QUOTE_IT,
        at_start=False,
        local=True,
    ),
    Wording(
        "unknown escape",
        Text(
            "a backslash in quotes begins a code, and this one is none",
            "引号里的反斜线有特殊含义，这里不成立",
        ),
        Text("use single quotes ' instead, or write \\\\ for \\", "改用单引号 '，或把 \\ 写成 \\\\"),
        at_start=False,
        local=True,
    ),
    Wording(
        "',' or",
        Text("the bracket that opens here is not closed", "从这里开始的括号没有配对，或者缺逗号"),
        Text("close it with ] or }, with commas between the entries", "补上 ] 或 }，各项之间用英文逗号隔开"),
        at_start=True,
        local=False,
    ),
    Wording(
        "node content",
        Text("something is missing here between brackets or commas", "括号或逗号之间缺内容"),
        Text("close every [ with ] and every { with }", "每个 [ 要有 ]，每个 { 要有 }"),
        at_start=False,
        local=False,
    ),
    Wording(
        "document start",
        Text("here is something after the end of the file's one document", "文件到这里已经结束，后面多了内容"),
        Text("delete the bracket, the line ... or --- too many", "删掉多余的括号，或多余的 ... 和 ---"),
        at_start=False,
        local=False,
    ),
    Wording(
        "",
        Text("the lines do not fit together here: mostly the indentation", "从这里起前后接不上，多半是缩进不对"),
        Text(
            "entries of one block begin in the same column; look at this line and the one above",
            "同一组的各项要左边对齐；请看这一行和上一行",
        ),
        at_start=False,
        local=False,
    ),
)
