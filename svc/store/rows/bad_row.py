"""A row that nobody of ours wrote, and the accidents that happen to whole files, told from one row. Pure."""

from __future__ import annotations

from svc.text import Text

LONGEST = 1 << 20
"""Bytes a row may have; a longer line is no row, and is not read to its end."""


class BadRow(ValueError):
    """A row that nobody of ours wrote: which character of which line of it, which field, and why."""

    def __init__(self, what: Text, field: str | None = None, column: int = 1, line: int = 0) -> None:
        super().__init__(what.en)
        self.what, self.field, self.column, self.line = what, field, column, line


def obvious(raw: bytes) -> Text | None:
    """The accidents that happen to whole files, told from one row."""
    if raw.startswith((b"<<<<<<<", b"=======", b">>>>>>>")):
        return Text("the mark of a merge conflict", "合并冲突标记")
    if b"\0" in raw:
        return Text("NUL bytes, as after a power cut", "含有 NUL 字节（可能断电所致）")
    if raw.endswith(b"\r\n"):
        return Text("line end CR LF: re-saved by a spreadsheet or an editor", "行尾为 CR LF：被表格软件或编辑器另存过")
    if raw.strip() == b"":
        return Text("an empty line", "空行")
    if len(raw) >= LONGEST:
        return Text(f"a line of more than {LONGEST - 1} bytes", f"一行超过 {LONGEST - 1} 字节")
    return None
