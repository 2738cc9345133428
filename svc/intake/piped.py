"""What comes on standard input, as a file: imports look at a file more than once."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from svc.errors import BadInput
from svc.text import Text

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
