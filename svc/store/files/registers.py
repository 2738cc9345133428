"""Registers: what is so now about customers, machines, staff, suppliers, and who a stranger's call came from.

Small CSV files in `data/registers/` with the cells of the ledgers but no chain: they may be changed,
by `svc` and by hand, and erased. Names and numbers of people are here and nowhere else. What a
spreadsheet leaves (CR LF, needless quotes, no BOM, columns in another order) is read as it is meant;
a row that can mean two things is Damaged, with its line. Whoever writes holds the desk's lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from svc.domain import registers as domain
from svc.errors import BadInput, Conflict, Damaged
from svc.named import NamedTuple
from svc.store.files import durable
from svc.store.files.plain import open_to_read
from svc.store.place import Rows
from svc.store.rows import cells
from svc.store.rows.codec import BOM, LONGEST
from svc.text import Text, quoted, quoted_zh

_SECTOR = 512


class Register(NamedTuple):
    """How a register is filed: the file's name and its columns, `id` first."""

    file: str
    columns: tuple[str, ...]


REGISTERS: dict[str, Register] = {
    noun: Register(f"{row.file}.csv", row.columns + (("pinyin",) if noun == "customer" else ()))
    for noun, row in domain.TABLE.items()
} | {
    "caller": Register("callers.csv", ("id", "phone", "contact")),
    "number": Register("numbers.csv", ("id", "noun", "number")),
    "wage": Register("wages.csv", ("id", "staff", "was", "value")),
}
"""The domain's registers (customers with what pinyin finds them), the strangers behind single calls, the wages."""


class Registers:
    """The registers of one desk, in its folder `data/registers`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, noun: str) -> dict[str, dict[str, str]]:
        """All rows by id; none where there is no file. Damaged with file:line where a row is wrong."""
        found: dict[str, dict[str, str]] = {}
        for line, row in self._rows(noun):
            id = row.pop("id", "")
            if not id or (id in found and noun != "caller"):
                what = Text(f"the id {quoted(id)} is there twice", f"编号{quoted_zh(id)}重复") if id else Text("no id", "缺少编号")
                raise self._damaged(noun, line, what)
            found[id] = row  # a crash may have left a caller's row behind: the later one counts
        return found

    def add(self, noun: str, rows: Rows) -> None:
        """Put rows with new ids at the end; on disk when it returns.

        Callers are many and added one by one, with the id of their call: what is there is not read.
        """
        if noun != "caller":
            known = self.load(noun)
            refuse_known(noun, [id for id in rows if id in known])
        body = b"".join(_line(noun, id, row) for id, row in rows.items())
        begins = self._bytes(noun, len(_header(noun)))
        if not _header(noun).startswith(begins):  # somebody's spelling: made ours
            return self.save(noun, {**self.load(noun), **rows})
        durable.append(self._path(noun), self._joint(noun, begins) + body)

    def save(self, noun: str, rows: Rows) -> None:
        """Let these be all rows: the whole old file or the whole new one, whatever happens."""
        body = [_line(noun, id, row) for id, row in rows.items()]
        durable.replace(self._path(noun), b"".join([_header(noun), *body]))

    def place(self, noun: str, id: str, name: str) -> str:
        """Where a value stands: `registers/staff.csv:3:12`, line and column from 1."""
        file = f"registers/{REGISTERS[noun].file}"
        lines = self._bytes(noun).removeprefix(BOM).decode("utf-8", "replace").split("\n")
        names = [_plain(cell) for cell in lines[0].removesuffix("\r").split(",")]
        for number, line in enumerate(lines[1:], 2):
            try:
                found = cells.split(line.removesuffix("\r"))
            except ValueError:
                continue
            if len(found) == len(names) and _plain(found[names.index("id")]) == id and name in names:
                return f"{file}:{number}:{1 + sum(len(cell) + 1 for cell in found[: names.index(name)])}"
        return file

    def signature(self, noun: str) -> str:
        """Changes whenever the file does: for whoever keeps what was made of it."""
        try:
            status = os.stat(f"{self.folder}/{REGISTERS[noun].file}")  # noqa: PTH116 (a Path costs more than the call, and each command asks for all)
        except FileNotFoundError:
            return ""
        return f"{status.st_size} {status.st_ino} {status.st_mtime_ns} {status.st_ctime_ns}"

    def foreign(self) -> list[str]:
        """The files in somebody else's spelling: a row that is added makes them anew."""
        files = {noun: f"{self.folder.name}/{register.file}" for noun, register in REGISTERS.items()}
        return [file for noun, file in files.items() if not _header(noun).startswith(self._bytes(noun, len(_header(noun))))]

    def sizes(self) -> dict[str, int]:
        """The sizes to go back to, for an intent note."""
        found = {}
        for register in REGISTERS.values():
            path = self.folder / register.file
            found[f"{self.folder.name}/{register.file}"] = path.stat().st_size if path.exists() else -1
        return found

    def _path(self, noun: str) -> Path:
        return self.folder / REGISTERS[noun].file

    def _bytes(self, noun: str, first: int = -1, last: int = 0) -> bytes:
        """The file's bytes: all, the `first` or the `last` so many."""
        try:
            descriptor = open_to_read(self._path(noun))
        except FileNotFoundError:
            return b""
        with os.fdopen(descriptor, "rb") as stream:
            if last:
                stream.seek(max(0, os.fstat(descriptor).st_size - last))
            return stream.read(first)

    def _joint(self, noun: str, begins: bytes) -> bytes:
        """What must stand between the file as it is and new rows; cuts off a row that a crash left unfinished."""
        path = self._path(noun)
        if begins != _header(noun):
            if begins:
                durable.cut(path, 0)
            return _header(noun)
        size = path.stat().st_size
        end = self._bytes(noun, last=LONGEST)
        torn = len(end) - _sound(end, size - len(end))
        if torn == 0:
            return b""
        if _cells(end[-torn:].decode("utf-8", "replace"), len(REGISTERS[noun].columns)):
            return b"\n"
        durable.cut(path, size - torn)
        return b""

    def _rows(self, noun: str) -> Iterator[tuple[int, dict[str, str]]]:
        data = self._bytes(noun)
        whole, torn = data[: _sound(data)], data[_sound(data) :]
        if not whole and not _header(noun).startswith(torn.rstrip(b"\0")):
            whole, torn = torn + b"\n", b""  # one line without its end, and not the beginning of ours
        if _header(noun).startswith(whole) or not whole.strip(b"\0"):
            return  # empty, or a crash broke off the very first write
        try:
            lines = whole.removeprefix(BOM).decode().split("\n")[:-1]
        except UnicodeDecodeError as error:
            what = Text("no UTF-8 (saved in another encoding?)", "不是 UTF-8 编码（用别的编码保存过？）")
            raise self._damaged(noun, whole.count(b"\n", 0, error.start) + 1, what) from None
        names = self._names(noun, lines[0] if lines else "")
        for number, line in enumerate(lines[1:], 2):
            found = _cells(line.removesuffix("\r"), len(names))
            if found is None:
                raise self._damaged(noun, number, _why(line, len(names)))
            yield number, {name: value for name, value in zip(names, found, strict=True) if value}
        found = _cells(torn.decode("utf-8", "replace"), len(names)) if torn else None
        if found:  # somebody's editor leaves out the last newline; what a crash leaves has too few cells
            yield len(lines) + 1, {name: value for name, value in zip(names, found, strict=True) if value}

    def _names(self, noun: str, line: str) -> list[str]:
        wanted = REGISTERS[noun].columns
        names = [_plain(cell) for cell in line.removesuffix("\r").split(",")]
        if "id" not in names or len(set(names)) != len(names) or not set(names) <= set(wanted):
            listed = ",".join(wanted)
            raise self._damaged(noun, 1, Text(f"the columns are not {listed}", f"表头应为 {listed}"))
        return names

    def _damaged(self, noun: str, line: int, what: Text) -> Damaged:
        hint = Text("correct the line by hand, or restore the file from a backup", "请手工改正这一行，或从备份恢复")
        return Damaged(what, hint, place=f"registers/{REGISTERS[noun].file}:{line}")


BESIDE = ("rules.yaml", "rules_tests.yaml")
"""The documents that people open: not under `data/`."""


class FileDocuments:
    """Documents as files: `rules.yaml` and its tests beside `data/`, everything else below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where a document stands."""
        return self._folder / name if name in BESIDE else self._folder / "data" / name

    def read(self, name: str) -> bytes | None:
        """The text of that name; None where there is none."""
        path = self.path(name)
        return path.read_bytes() if path.is_file() else None

    def keep(self, name: str, body: bytes, before: bytes | None) -> None:
        """Replace the file, with the owner and mode that it had. The caller holds the desk's lock."""
        path = self.path(name)
        durable.make_folder(path.parent)
        durable.replace(path, body)

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder of `data/`, in order."""
        there = self._folder / "data" / folder
        return sorted(f"{folder}/{one.name}" for one in there.iterdir()) if there.is_dir() else []


def refuse_known(noun: str, twice: Sequence[str]) -> None:
    """Conflict where any id that is to be new is taken."""
    if twice:
        raise Conflict(Text(f"{noun} {twice[0]} is registered already", f"编号 {twice[0]} 已经登记"))


def _sound(data: bytes, offset: int = 0) -> int:
    """Where the whole rows of a file end (its bytes from `offset` on, which begin with a row).

    Behind it stands what a crash left of one: its beginning, or a row with zeros from its beginning or
    a sector's on. Zeros anywhere else are damage, and not for us to pass over.
    """
    hole = data.find(b"\0")
    if hole < 0:
        return data.rfind(b"\n") + 1
    start = data.rfind(b"\n", 0, hole) + 1
    behind = data.count(b"\n", data.rfind(b"\0"))
    torn = behind == 0 or (behind == 1 and data.endswith(b"\n") and (hole == start or (offset + hole) % _SECTOR == 0))
    return start if torn else len(data)


def _header(noun: str) -> bytes:
    return BOM + ",".join(REGISTERS[noun].columns).encode() + b"\n"


def _line(noun: str, id: str, row: Mapping[str, str]) -> bytes:
    columns = REGISTERS[noun].columns
    unknown = row.keys() - set(columns)
    try:
        if unknown or not id:
            raise ValueError(f"no column {', '.join(sorted(unknown))}" if unknown else "no id")
        values = {**row, "id": id}
        line = ",".join(cells.write(values[name]) if values.get(name) else "" for name in columns).encode() + b"\n"
        if len(line) > LONGEST:
            raise ValueError("too long")
    except ValueError as error:
        raise BadInput(Text(f"{noun} {id}: cannot be stored: {error}", f"{id}：无法保存：{error}")) from None
    return line


def _cells(line: str, wanted: int) -> list[str] | None:
    """The texts of a line in anybody's spelling; None where it is no row of so many columns."""
    try:
        found = cells.read_all(line)
    except ValueError:
        return None
    return None if len(found) != wanted or "\0" in line or "\r" in line else found


def _plain(cell: str) -> str:
    return cells.read_any(cell) if cell else ""


def _why(line: str, wanted: int) -> Text:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return Text("the mark of a merge conflict", "合并冲突标记")
    if "\0" in line or "\r" in line.removesuffix("\r"):
        return Text("a NUL or CR in the line", "行内有 NUL 或 CR 字符")
    return Text(f"not {wanted} columns, or a quote too many", f"不是 {wanted} 列，或引号有误")
