"""The files that are imported: what kind each is, and its rows. What comes on standard input is one as well."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from svc.errors import BadInput
from svc.intake import csvfile
from svc.intake.csvfile import WORKBOOKS, Row
from svc.text import Text


def neutral_form(file: Path) -> bool:
    """Whether a file is by its name one of the neutral form, not a list."""
    return file.suffix.lower() in (".jsonl", ".ndjson", ".json")


def refuse_missing(file: Path) -> None:
    """BadInput where there is no such file."""
    if not file.is_file():
        raise BadInput(Text(f"there is no file {file}", f"没有文件 {file}"), Text("check the path", "请检查路径"))


def rows(file: Path, delimiter: str, sheet: str | None, encoding: str | None, notes: list[Text]) -> Iterator[Row]:
    """The rows of a file that have anything in them; what was noticed on the way is added to `notes`."""
    found: Iterator[Row]
    if file.suffix.lower() in WORKBOOKS:
        from svc.intake import workbooks

        found = workbooks.read(file, sheet, notes)
    else:
        found = csvfile.read(file, delimiter, encoding, notes)
    return (row for row in found if row.wrong or any(cell != "" for cell in row.cells))


STDIN = "-"
"""The file name that means standard input."""

_ENDINGS = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}


@contextmanager
def opened(file: Path) -> Iterator[Path]:
    """The file itself, or for `-` one of this user alone that holds what comes on standard input.

    What kind of file it is, its first bytes tell: a workbook, the neutral form (a line that begins with a brace), else
    a CSV. Messages call it `stdin.csv`. BadInput where nothing comes.
    """
    if str(file) != STDIN:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="svc-") as folder:
        spool = Path(folder) / "stdin"
        with spool.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
        if not spool.stat().st_size:
            raise BadInput(
                Text("nothing came on standard input", "标准输入没有内容"),
                Text("for example: svc ledger import - < october.jsonl", "例如：svc ledger import - < october.jsonl"),
            )
        named = spool.with_suffix(_ending(spool))
        yield spool.rename(named)


def _ending(spool: Path) -> str:
    with spool.open("rb") as stream:
        begins = stream.read(256)
    plain = begins.removeprefix(b"\xef\xbb\xbf").lstrip()
    return _ENDINGS.get(begins[:4]) or (".jsonl" if plain.startswith(b"{") else ".csv")
