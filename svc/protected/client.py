"""The caller's side of a protected desk: what people type as `svc`. It runs as themselves, and so do files, editors, terminals.

It makes a request of the words (`svc.protected.request`): files are read here and sent as data, what comes back is
written here. Verbs that do not concern the desk run here altogether.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import typer

from svc import cli, settings, text
from svc.cli import app
from svc.desk.completions import Candidate
from svc.domain.kinds import Prose
from svc.errors import BadInput, Conflict, NotPermitted
from svc.named import NamedTuple
from svc.protected import request as requests
from svc.store.files.plain import read_given
from svc.text import Text
from svc.ui import ask
from svc.ui.help import usage_error

LARGEST = 1 << 27
INSTEAD = {
    "edit": Text("write the form (svc report form VISIT -o FILE), fill it in, then: svc report close VISIT --from FILE",
                 "先导出表单（svc report form 派工编号 -o 文件），填好后：svc report close 派工编号 --from 文件"),
    "key": Text("the key is yours: --to-sign FILE gives out the text, --signature FILE.sig records it",
                "私钥在你手里：先用 --to-sign 文件 取得原文，签名后用 --signature 文件.sig 登记"),
    "sign": Text("print it on paper (--paper), or sign elsewhere", "请用 --paper 打印签字，或在别处签名"),
    "to": Text("seal without it; whoever keeps the service account sends seals away from its crontab",
               "封存时不写此项；由管理服务账户的人在其 crontab 中外送"),
    "notify": Text("notices go out from the crontab of the service account: docs/protect.md",
                   "提醒由服务账户的 crontab 发送：见 docs/protect.md"),
}  # fmt: skip
"""What to do where the service does not take an option."""


class Order(NamedTuple):
    """What was typed: the verb, what was given for its parameters as typed, what stands before the noun."""

    words: requests.Words
    given: dict[str, Any]
    before: dict[str, Any]


def order(words: Sequence[str]) -> Order | None:
    """What a line means; None where it runs here: help, what is no verb, what does not concern the desk."""
    root = app
    ctx = typer.Context(root, info_name="svc")
    ctx.resilient_parsing = True
    before, rest, _ = root.make_parser(ctx).parse_args(list(words))
    path: list[str] = []
    found: Any = root
    while hasattr(found, "get_command") and rest:
        ctx = typer.Context(found, parent=ctx, info_name=rest[0])
        command = found.get_command(ctx, rest[0])
        if command is None:
            return None
        path.append(rest[0])
        found, rest = command, rest[1:]
        if hasattr(found, "get_command"):
            _, rest, _ = found.make_parser(typer.Context(found, parent=ctx)).parse_args(list(rest))
    if hasattr(found, "get_command") or {"-h", "--help"} & set(rest) or before.get("version"):
        return None
    if path[0] in requests.ON_ONES_OWN or " ".join(path) in requests.ON_ONES_OWN:
        return None
    given, left, _ = found.make_parser(typer.Context(found, parent=ctx)).parse_args(list(rest))
    if left:
        return None  # too many words: the verb itself says so
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if _was_given(value)}
    return Order(tuple(path), given, before)


def _was_given(value: Any) -> bool:
    return isinstance(value, (str, bool, list, tuple, int)) and value not in ([], ())


class Asked:
    """One request to the service, and what comes of it."""

    def __init__(self, said: Order, desk: str) -> None:
        self._said = said
        named = said.before.get("desk")
        if named is not None and Path(named).resolve() != Path(desk).resolve():
            raise NotPermitted(
                Text(f"this command serves {desk} and no other desk", f"此命令只服务于 {desk}"),
                Text("leave out --desk", "不要写 --desk"),
            )
        self._written: dict[str, Path] = {}
        self._params = {param.name: param for param in requests.command(said.words).params}
        self._stdin = b""

    def message(self) -> dict[str, Any]:
        """The request: files that were named are read now."""
        given = {name: self._sent(name, value) for name, value in self._said.given.items()}
        size, before = shutil.get_terminal_size(), self._said.before
        return {
            "svc": requests.VERSION, "verb": list(self._said.words), "given": given, "lang": text.language(),
            "terminal": [stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)],
            "COLUMNS": size.columns, "LINES": size.lines, "stdin": base64.b64encode(self._stdin).decode(),
            "as": before.get("as_") or os.environ.get("SVC_STAFF"),
            "clock_is_right": bool(before.get("clock_is_right")) or os.environ.get("SVC_CLOCK_IS_RIGHT") == "1",
            "quiet": bool(before.get("quiet")), "no_color": bool(before.get("no_color")) or "NO_COLOR" in os.environ,
        }  # fmt: skip

    def _sent(self, name: str, value: Any) -> Any:
        how = requests.handling(self._said.words, self._params[name])
        if how is None:
            error = requests.refusal(self._said.words, self._params[name].opts[0])
            error.hint = INSTEAD.get(name, error.hint)
            raise error
        if value == "-" and self._params[name].metavar == Prose.hint:
            return sys.stdin.read().strip()
        if how == "read":
            return [self._file(one) for one in value] if isinstance(value, list) else self._file(value)
        if how == "written" and value != "-":
            self._written[name] = Path(value).expanduser()
            if name == "to_sign" and self._written[name].exists():
                raise Conflict(Text(f"--to-sign {value}: there is such a file already", f"--to-sign {value}：文件已存在"),
                               Text("name a new file", "请写一个新文件名"))  # fmt: skip
        return value

    def _file(self, said: str) -> Any:
        if said.startswith("svc-head/"):
            return said
        if said == "-":
            self._stdin = sys.stdin.buffer.read(LARGEST)
            return {"name": "-"}
        data = read_given(Path(said).expanduser(), LARGEST)
        return {"name": said, "data": base64.b64encode(data).decode()}

    def write(self, file: dict[str, Any]) -> None:
        """A file that the service made, where it was asked for."""
        target = self._written[file["of"]]
        if inside := Path(file["inside"]).parts:
            if any(part in ("..", "/") for part in inside):
                raise BadInput(Text(f"{file['inside']}: no name of a file", f"{file['inside']}：不是文件名"))
            target = target.joinpath(*inside)
            target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(base64.b64decode(file["data"]))


def talk(command: Sequence[str], asked: Asked) -> int:
    """Send the request, show what comes, answer what is asked; the exit code."""
    message = json.dumps(asked.message()).encode() + b"\n"
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as service:
        assert service.stdin and service.stdout
        try:
            service.stdin.write(message)
            service.stdin.flush()
        except BrokenPipeError:  # sudo refuses, and says so itself
            return service.wait() or 3

        def rpc(**said: Any) -> dict[str, Any]:
            assert service.stdin and service.stdout
            service.stdin.write(json.dumps(said).encode() + b"\n")
            service.stdin.flush()
            found: dict[str, Any] = json.loads(service.stdout.readline() or b"{}")
            return found

        for line in service.stdout:
            said = json.loads(line)
            if "out" in said:
                sys.stdout.write(said["out"])
            elif "err" in said:
                sys.stdout.flush()
                sys.stderr.write(said["err"])
            elif "file" in said:
                asked.write(said["file"])
            elif "ask" in said:
                sys.stdout.flush()
                service.stdin.write(json.dumps(_answer(said["ask"], rpc)).encode() + b"\n")
                service.stdin.flush()
            elif "end" in said:
                service.stdin.close()
                service.wait()
                return int(said["end"])
        return service.wait() or 5


def _answer(said: dict[str, Any], rpc: Any) -> dict[str, str]:
    def source(typed: str) -> list[Candidate]:
        return [Candidate(value, help) for value, help in rpc(complete=typed).get("known", [])]

    def reading(typed: str) -> str:
        return str(rpc(read=typed).get("reading", ""))

    question = ask.Question(said["text"], said["default"], said["typed"], source if said["completes"] else None,
                            reading if said["reads"] else None)  # fmt: skip
    try:
        return {"answer": ask.typed(question)}
    except ask.Left as left:
        return {"left": left.typed}


def main(arguments: Sequence[str]) -> int:
    """`python -I -m svc.protected.client ACCOUNT SERVICE DESK WORD…`"""
    account, service, desk, *words = arguments
    if wrong := cli.settle(words, settings.apply_looks):
        return wrong
    try:
        said = order(words)
    except usage_error():
        said = None  # the verb itself says what is wrong with the line
    sys.argv = ["svc", *words]
    if said is None:
        return cli.main()
    order_ = said

    def ask_service() -> int:
        return talk(["sudo", "-n", "-u", account, service], Asked(order_, desk))

    try:
        return cli.carry_out(ask_service)
    except KeyboardInterrupt:
        return 130


def run() -> NoReturn:
    """What people type, then the end."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
