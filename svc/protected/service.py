"""The service side of a protected desk: a small program that does what one request says, and speaks JSON lines on its pipe.

It runs as the service account, by sudo's word for whoever called (`svc.desk.identity`). It takes a verb with values
(`svc.protected.request`), opens no path that the caller names, runs no editor, connects nowhere.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, NoReturn

from svc import text
from svc.cli import app, report
from svc.errors import BadInput, SvcError
from svc.protected import request as requests
from svc.protected import wall
from svc.text import Text
from svc.ui import ask

LONGEST = 1 << 28
"""Bytes of one request, its files in it."""
HEAD = "svc-head/"


class Pipe:
    """The caller at the other end: lines of JSON there and back."""

    def __init__(self, read: IO[bytes], write: IO[bytes]) -> None:
        self._read, self._write = read, write
        self.named: dict[str, str] = {}
        """What the caller calls the files of this room."""

    def take(self) -> dict[str, Any]:
        """The next message; BadInput for what is none."""
        raw = self._read.readline(LONGEST)
        try:
            found = json.loads(raw)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise BadInput(Text("no request: one line of JSON is wanted", "不是请求：应为一行 JSON"))
        return found

    def give(self, **message: Any) -> None:
        """Send a message."""
        self._write.write(json.dumps(message).encode() + b"\n")
        self._write.flush()

    def say(self, kind: str, said: str) -> None:
        """Send what is printed, files by the names that the caller gave them."""
        for path, name in self.named.items():
            said = said.replace(path, name)
        self.give(**{kind: said})

    def ask(self, question: ask.Question) -> str:
        """What somebody types; what is known and how it is understood is answered while he does."""
        self.give(ask={"text": question.text, "default": question.default, "typed": question.typed,
                       "completes": question.source is not None, "reads": question.reading is not None})  # fmt: skip
        while True:
            said = self.take()
            if "complete" in said:
                found = question.source(str(said["complete"])) if question.source else []
                self.give(known=[[one.value, one.help] for one in found])
            elif "read" in said:
                self.give(reading=question.reading(str(said["read"])) if question.reading else "")
            elif "answer" in said:
                return str(said["answer"])
            else:
                raise ask.Left(str(said.get("left", "")))


class _Frames(io.RawIOBase):
    """Bytes that become messages."""

    def __init__(self, pipe: Pipe, kind: str) -> None:
        self._pipe, self._kind = pipe, kind

    def write(self, data: Any) -> int:
        self._pipe.say(self._kind, bytes(data).decode("utf-8", "replace"))
        return len(data)

    def writable(self) -> bool:
        return True


class _Printed(io.TextIOWrapper):
    """Standard output or error, a terminal where the caller's own is one."""

    def __init__(self, pipe: Pipe, kind: str, terminal: bool) -> None:
        super().__init__(_Frames(pipe, kind), "utf-8", errors="backslashreplace", write_through=True)  # type: ignore[arg-type]
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


class _Typed(io.TextIOWrapper):
    """Standard input: what the caller sent along, a terminal where his is one."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


def serve(desk: Path, read: IO[bytes], write: IO[bytes], room: Path) -> int:
    """Do what the one request on the pipe says; the exit code, which the caller is told too."""
    pipe = Pipe(read, write)
    code = 2
    made: dict[str, Path] = {}
    try:
        asked = pipe.take()
        _stand_in(pipe, asked)
        words, made = _line(asked, room, pipe)
        code = _run(desk, asked, words)
    except SvcError as error:
        _stand_in(pipe, {})
        report(error)
        code = error.exit_code
    for index, path in made.items():
        _send(pipe, index, path)
    pipe.give(end=code)
    return code


def _stand_in(pipe: Pipe, asked: Mapping[str, Any]) -> None:
    """Terminal, language and input are the caller's."""
    screens = [bool(one) for one in asked.get("terminal", ())][:3] if isinstance(asked.get("terminal"), list) else []
    screens += [False] * (3 - len(screens))
    typed = _Typed(io.BytesIO(_data(asked.get("stdin", ""))), "utf-8", errors="surrogateescape")
    typed.terminal = screens[0]
    sys.stdin, sys.stdout, sys.stderr = typed, _Printed(pipe, "out", screens[1]), _Printed(pipe, "err", screens[2])
    ask.elsewhere = pipe.ask if screens[0] else None
    text.use("zh" if asked.get("lang") == "zh" else "en")
    for name in ("COLUMNS", "LINES"):
        if isinstance(asked.get(name), int) and 0 < asked[name] < 10_000:
            os.environ[name] = str(asked[name])


def _line(asked: Mapping[str, Any], room: Path, pipe: Pipe) -> tuple[list[str], dict[str, Path]]:
    """The arguments that a request makes, its files laid into the room; the files that may come of it, by parameter."""
    verb, given = asked.get("verb"), asked.get("given")
    if not isinstance(verb, list) or not verb or not all(isinstance(word, str) for word in verb) or not isinstance(given, dict):
        raise BadInput(Text("no request: verb and given are wanted", "不是请求：应有 verb 和 given"))
    words = tuple(verb)
    params = {param.name: param for param in requests.command(words).params}
    made: dict[str, Path] = {}
    values: dict[str, Any] = {}
    for number, (name, value) in enumerate(given.items()):
        how = requests.handling(words, params[name]) if name in params else None
        if how is None:
            raise requests.refusal(words, params[name].opts[0] if name in params else f"--{name}")
        if how == "read":
            several = value if isinstance(value, list) else [value]
            found = [_laid(one, room / f"{number}-{n}", pipe) for n, one in enumerate(several)]
            values[name] = found if isinstance(value, list) else found[0]
        elif how == "written" and value != "-":
            place = room / f"{number}-out"
            place.mkdir()
            made[name] = place / _file_name(value)
            values[name] = str(made[name])
            pipe.named[str(made[name])] = str(value)
        else:
            values[name] = value
    return requests.line(words, values), made


def _laid(value: Any, folder: Path, pipe: Pipe) -> str:
    """A file of the caller's, laid into the room: its path there. A head is no file."""
    if isinstance(value, str) and value.startswith(HEAD):
        return value
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise BadInput(Text("a file is given as data, not by its name", "文件应以数据传入，不能写文件名"))
    if value["name"] == "-":
        return "-"
    folder.mkdir()
    path = folder / _file_name(value["name"])
    path.write_bytes(_data(value.get("data")))
    pipe.named[str(path)] = value["name"]
    return str(path)


def _file_name(said: Any) -> str:
    """The last part of a name, as a file in a folder of its own may be called."""
    name = str(said).rsplit("/", 1)[-1]
    return re.sub(r"[^\w.()（） -]", "_", name).lstrip(".-")[-80:] or "file"


def _data(said: Any) -> bytes:
    try:
        return base64.b64decode(str(said or ""), validate=True)
    except binascii.Error:
        raise BadInput(Text("what was sent along is no base64", "附带的数据不是 base64")) from None


def _run(desk: Path, asked: Mapping[str, Any], words: list[str]) -> int:
    options = ["--desk", str(desk)]
    if asked.get("as") is not None:
        options.append(f"--as={asked['as']}")
    for name, option in (("clock_is_right", "--clock-is-right"), ("no_color", "--no-color"), ("quiet", "--quiet")):
        if asked.get(name) is True:
            options.append(option)
    sys.argv = ["svc", *words]
    code: int = app.main([*options, *words], prog_name="svc", standalone_mode=False)
    return code


def _send(pipe: Pipe, index: str, path: Path) -> None:
    """Give back what was made: a file, or a folder of them."""
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path] if path.is_file() else []
    for one in files:
        inside = str(one.relative_to(path)) if one != path else ""
        pipe.give(file={"of": index, "inside": inside, "data": base64.b64encode(one.read_bytes()).decode()})


def main(arguments: list[str] | None = None, built: Callable[[Path, Path], None] = wall.build) -> int:
    """The program: `python -I -m svc.protected.service DESK`."""
    [desk] = sys.argv[1:] if arguments is None else arguments
    read, write = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with tempfile.TemporaryDirectory(prefix="svc-") as folder:
        room = Path(folder)
        os.environ.update(TMPDIR=folder, HOME=folder, XDG_STATE_HOME=folder, XDG_CACHE_HOME=folder, XDG_CONFIG_HOME=folder)
        tempfile.tempdir = folder
        os.chdir(room)
        sys.dont_write_bytecode = True
        built(Path(desk), room)
        code = serve(Path(desk), read, write, room)
    return code


def run() -> NoReturn:
    """One request, then the end."""
    sys.exit(main())


if __name__ == "__main__":
    run()
