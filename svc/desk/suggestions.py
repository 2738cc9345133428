"""What was meant by a word that is no command: another program's word, a Chinese one, an id without its verb, a word too many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from svc.domain import ledgers, registers
from svc.text import Text, near, quoted, quoted_zh

ALIKE = (
    ("list", "ls", "find", "search", "all", "index", "列表", "列出", "清单", "查找", "查询"),
    ("show", "get", "view", "info", "cat", "explain", "查看", "显示", "详情", "看"),
    ("log", "add", "make", "new", "create", "register", "open", "report", "登记", "新增", "新建", "添加", "录入"),
    ("correct", "edit", "change", "update", "modify", "amend", "更正", "修改", "改"),
    ("cancel", "delete", "remove", "rm", "unset", "取消", "删除"),
    ("close", "finish", "done", "end", "结案", "完成", "关闭"),
    ("reply", "answer", "回复", "答复"),
    ("dispatch", "send", "assign", "派工", "派人"),
    ("uphold", "rule", "confirm", "认定"),
    ("export", "backup", "dump", "备份", "导出"),
    ("import", "load", "restore", "导入"),
    ("month", "monthly", "月报", "本月"),
)
"""Words that other programs and people have for one thing: of each line a noun has one verb, or none."""
LIKE = 0.6
"""How like a known word one must be to have been meant, from 0 (nothing in common) to 1 (the same)."""
GIVEN = re.compile(r"([A-Za-z]+)[0-9][0-9-]*")
NAMED = ("customer", "about", "staff", "from")
"""The options that take a name, in the order in which a bare name is likeliest to be one."""


def verb(word: str, titles: Mapping[str, str], following: Sequence[str] = ()) -> list[str]:
    """What was meant by a word that is no verb: a verb of the noun, or the verb that shows what it names."""
    found = alike(word, titles) or near(word.lower(), titles, 1, LIKE)
    if found:
        return found
    if {"get", "set"} <= set(titles):
        return [" ".join(["set" if following else "get", word, *following])]
    return [f"show {word}"] if "show" in titles and not word.startswith("-") else []


def alike(word: str, titles: Mapping[str, str]) -> list[str]:
    """The verbs of a noun that mean the same, by words of others or by what they are called in Chinese."""
    low = word.lower()
    same = [name for group in ALIKE if low in group for name in group if name in titles]
    return same[:1] or [name for name, title in titles.items() if not word.isascii() and word in title][:1]


def nouns(word: str, known: Mapping[str, Text], verbs: Iterable[tuple[str, Mapping[str, str]]]) -> list[str]:
    """What was meant by a word that is no noun: by its Chinese title, a verb without its noun, a word like it."""
    titled = [noun for noun, title in known.items() if title.zh.startswith(word)] or [n for n, title in known.items() if word in title.zh]
    if titled:
        return titled[:3]
    alone = [(noun, titles) for noun, titles in verbs]
    exact = [f"{noun} {word.lower()}" for noun, titles in alone if word.lower() in titles]
    spoken = [noun for noun, title in known.items() if word.lower() in re.findall(r"\w+", title.en.lower())]
    others = (f"{noun} {one}" for noun, titles in alone for one in alike(word, titles))
    return exact[:6] or spoken[:3] or near(word.lower(), known, 1, LIKE) or list(others)[:3]


def option(words: str, options: Iterable[str]) -> str | None:
    """The option by which a word that stands alone would be taken: `--call C1`, `--customer 蓬莱`; None where none would."""
    taken = set(options)
    first = words.split(" ")[0]
    match = GIVEN.fullmatch(first)
    if match:
        letters = {row.letter: row.noun for row in ledgers.TABLE.values()} | {"S": "staff", "CU": "customer"}
        name = letters.get(match[1].upper())
        return f"--{name} {first}" if f"--{name}" in taken else None
    if first.isdigit() or (first.isascii() and first.lower() in registers.ROLE_WORDS.words):
        return None
    return next((f"--{name} {first}" for name in NAMED if f"--{name}" in taken), None)


def either(meant: Sequence[str]) -> Text:
    """Some of which one was meant, as the end of a sentence; nothing where there are none."""
    if not meant:
        return Text("", "")
    return Text("; did you mean " + " or ".join(map(quoted, meant)), "，是不是" + "、".join(map(quoted_zh, meant)))
