"""What a caller may ask of the service of a protected desk: a verb and its values, as data. What is not named here is refused.

Both sides speak lines of JSON. Of the caller: one request, then answers to what is asked meanwhile. Of the service:
what it prints, what it asks, files that it made, the exit code. docs/protect.md has the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import typer

from svc.cli import app
from svc.domain import ledgers, registers
from svc.errors import BadInput, NotPermitted
from svc.text import Text, quoted, quoted_zh

VERSION = 1
Handling = Literal["value", "read", "written"]

READ = {
    ("import", "file"), ("import", "map_"), ("rules check", "file"), ("rules test", "file"), ("rules replay", "file"),
    ("report close", "from_file"), ("report survey", "from_file"), ("staff key add", "file"), ("ledger seal", "signature"),
    ("ledger verify", "against"), ("", "signature_file"), ("attach", "files"), ("attachment restore", "files"), ("", "bring"),
    ("audit stamp", "answer"), ("audit stamp", "ca"), ("call import-mail", "box"),
}  # fmt: skip
"""Files that the caller reads, and gives as data: by verb (or its last word; "": any) and parameter."""

WRITTEN = {("", "out"), ("import", "rejects"), ("import", "save_map"), ("", "to_sign"), ("audit stamp", "request")}
"""Files that the service makes in a room of its own and gives back as data: the caller writes them."""

VALUES = frozenset(
    ["A", "ADDRESS|@DOMAIN", "B", "CALL", "CODE", "CUSTOMER", "DATE", "FINDING", "ID", "LINE", "MACHINE", "N", "NAME", "NUMBER", "PART", "PRODUCT", "REPORT",
     "RULE", "RULE|CLAUSE", "SERIAL", "SHA256:…", "SPAN", "STAFF", "SUPPLIER", "TEXT", "TIME", "VALUE", "VISIT", "VISIT|SERIAL|CUSTOMER", "WHO",
     "WORD", "WORDS", "YUAN", "YYYY", "YYYY-MM"]
)  # fmt: skip
"""What help calls a parameter that is a plain value; so are choices (small letters), flags, and the fields of an entry or register."""

NEVER = frozenset(("edit", "watch", "resume", "sign", "key", "notify"))
"""Parameters that need a terminal, a private key, a connection or drafts of one's own."""

NOT_DONE = {
    "attachment open": Text("take it out and look at it yourself: svc attachment export ID -o DIR", "请导出后自行打开：svc attachment export 编号 -o 目录"),
}
"""Verbs that run something on the caller's computer, and what to do instead."""

ON_ONES_OWN = {"init", "completion", "config", "desk init", "desk migrate", "desk add-site", "desk add-member", "desk move", "desk branch",
               "desk sync", "desk protect", "rules schema"}  # fmt: skip
"""Verbs that do not concern the protected desk: they run as whoever calls them, where he may."""

Words = tuple[str, ...]


def commands(group: Any = None, ctx: Any = None, path: Words = ()) -> Iterator[tuple[Words, Any]]:
    """Every verb with its words, nouns and groups first."""
    group = group or app
    ctx = ctx or typer.Context(group)
    if not hasattr(group, "list_commands"):
        yield path, group
        return
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        yield from commands(command, typer.Context(command, parent=ctx, info_name=name), (*path, name))


def command(words: Words) -> Any:
    """The verb of these words; BadInput where there is none, NotPermitted where it does not concern the desk."""
    found: Any = app
    ctx = None
    for word in words:
        ctx = typer.Context(found, parent=ctx)
        found = found.get_command(ctx, word) if hasattr(found, "get_command") else None
        if found is None:
            raise BadInput(Text(f"there is no verb {quoted(' '.join(words))}", f"没有{quoted_zh(' '.join(words))}"))
    if hasattr(found, "list_commands"):
        raise BadInput(Text("a verb is missing", "缺少动作"))
    if (instead := NOT_DONE.get(" ".join(words))) is not None:
        raise NotPermitted(Text("the service of this desk opens nothing for anybody", "本目录的服务不替任何人打开文件"), instead)
    if words[0] in ON_ONES_OWN or " ".join(words) in ON_ONES_OWN:
        raise NotPermitted(
            Text(f"svc {' '.join(words)} is nothing that the service of this desk does", f"本目录的服务不执行 svc {' '.join(words)}"),
            Text("it runs as yourself, on a desk of your own", "它以你自己的身份、在你自己的目录上执行"),
        )
    return found


def handling(words: Words, param: Any) -> Handling | None:
    """How what is given for a parameter reaches the service; None: not at all."""
    places = (" ".join(words), words[-1], "")
    if any((place, param.name) in READ for place in places):
        return "read"
    if any((place, param.name) in WRITTEN for place in places):
        return "written"
    if (places[0], param.name) == ("staff key revoke", "key"):
        return "value"
    if param.name in NEVER or (places[0], param.name) == ("audit submit", "to"):
        return None
    shown = str(param.metavar or "").strip("[]…")
    plain = getattr(param, "is_flag", False) or shown in VALUES or re.fullmatch(r"[a-z][a-z|-]*", shown) or (not shown and param.name.startswith("fixed_"))
    return "value" if plain or param.name in _fields(words) else None


def _fields(words: Words) -> frozenset[str]:
    noun, verb = words[0], words[-1]
    if noun in ledgers.TABLE and verb in (events := ledgers.events(noun)):
        return frozenset(name for f in events[verb].fields for name in (f.name, f"{f.name}_", *(() if not f.off else (f"no_{f.name}",))))
    if noun in registers.TABLE and verb in ("add", "edit"):
        return frozenset(name for f in registers.TABLE[noun].fields for name in (f.name, f"{f.name}_"))
    return frozenset()


def line(words: Words, given: Mapping[str, Any]) -> list[str]:
    """The arguments of a verb made of what was given; NotPermitted for what no service takes, BadInput for what is no value."""
    found = command(words)
    params = {param.name: param for param in found.params}
    options: list[str] = []
    arguments: list[str] = []
    for name, value in given.items():
        param = params.get(name)
        if param is None or handling(words, param) is None:
            raise refusal(words, getattr(param, "opts", [f"--{name}"])[0])
        values = value if isinstance(value, list) else [value]
        if param.param_type_name == "argument":
            continue
        for one in values:
            options += _option(param, one)
    for param in found.params:  # in their own order
        if param.param_type_name == "argument" and param.name in given:
            value = given[param.name]
            arguments += [_text(one) for one in (value if isinstance(value, list) else [value])]
    return [*words, *options, *(["--", *arguments] if arguments else [])]


def _option(param: Any, value: Any) -> list[str]:
    if param.is_flag and isinstance(value, bool):
        names = param.opts if value else param.secondary_opts
        if not names:
            raise BadInput(Text(f"{param.opts[0]} cannot be false", f"{param.opts[0]} 不能为否"))
        return [names[0]]
    if param.is_flag:  # one of several flags of one field: --upheld, --dismissed
        return [next((name for name in param.opts if name == f"--{value}"), param.opts[0])]
    long = next((name for name in param.opts if name.startswith("--")), param.opts[0])
    return [f"{long}={_text(value)}"]


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise BadInput(Text("a value is a text", "取值应为文字"))
    return value


def refusal(words: Words, option: str) -> NotPermitted:
    """The error for what no service of a protected desk does."""
    return NotPermitted(
        Text(f"{option} of svc {' '.join(words)}: the service of this desk takes values only, it opens nothing that a caller names",
             f"svc {' '.join(words)} 的 {option}：本目录的服务只接受数据，不打开调用者指定的任何东西"),
        Text("see docs/protect.md for what to do instead", "替代办法见 docs/protect.md"),
    )  # fmt: skip
