"""The bytes of a rules file made into lines that can be parsed: encoding, odd characters, small slips mended.

A slip whose meaning is plain (a full-width colon, a quote not closed on its line) is noted and mended
in the text to parse, so that the rest of the file can be checked in the same run. The file itself is
never changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from svc.named import NamedTuple
from svc.rules.form.problem import Notes, Place
from svc.text import Text

LARGEST = 1_000_000
"""Bytes of a rules file; the shipped one has about twenty thousand."""

BOM = b"\xef\xbb\xbf"
_NEWLINE = re.compile("\r\n|\n|\r")
# What nobody can see or what turns the line around: it would be judged, but not read.
_ODD = re.compile(
    r"\u200d(?=[\w\s\"']|$)|(?:(?<=[\w\s\"'])|^)\u200d|"  # a joiner stays between the parts of a picture
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ue000-\uf8ff"
    "\ufdd0-\ufdef\ufeff\ufffd-\uffff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})(?= |$)")
_INDENT = re.compile("[ \t\u3000\u00a0]*")
# A key at the start of a line, or in braces, whose colon is full-width or has no space after it.
_KEY_COLON = re.compile(r"\s*(?:- +)*[a-z_][a-z0-9_.]*\s*(：[ \u3000]?|:[\u3000\u00a0]|:(?=[^\s:/]))")
# Lines without these need no closer look: full-width colons, colons right before something, open quotes.
_SUSPECT = re.compile("：|:[^ ]|\"|'")
_FLOW_COLON = re.compile(r"[{,]\s*[a-z_][a-z0-9_.]*\s*(：[ \u3000]?|:[\u3000\u00a0]|:(?=[^\s:/\"'\[{,}]))")


class Source(NamedTuple):
    """A file's lines as they are, and as they are parsed.

    `shifts` tells, by line (from 0), after which columns (from 0) the text was moved, and by how much.
    `whole` is false where the text had to be guessed at: then only
    values are checked, not how things hang together.
    """

    notes: Notes
    text: str
    shifts: Mapping[int, tuple[tuple[int, int], ...]]
    whole: bool

    def place(self, line: int, column: int, width: int = 1) -> Place:
        """The place in the file of a position (from 0) in the parsed text."""
        if line in self.shifts:
            column = max(0, column - sum(by for at, by in self.shifts[line] if at < column))
        return Place(line + 1, column + 1, width if width > 0 else 1)


def source(data: bytes) -> Source:
    """The text to parse, with everything noted that bytes and single lines show to be wrong."""
    data = data.removeprefix(BOM)
    notes = Notes(_lines(data.decode("utf-8", "replace")))
    if not _readable(data, notes) or _conflict(notes) or _empty(notes):
        return Source(notes, "", {}, whole=False)
    mended: list[str] = []
    shifts: dict[int, tuple[tuple[int, int], ...]] = {}
    whole = True
    for number, raw in enumerate(notes.lines):
        line, unseen = _visible_only(raw, number, notes)
        line, inserted = _mended(line, number, notes)
        line, moved = _blanks(line, number, mended, notes)
        whole = whole and moved is None
        if unseen or inserted or moved:
            shifts[number] = (
                *((at - 1, -1) for at in unseen),
                *((at, 1) for at in inserted),
                (-1, moved or 0),
            )
        mended.append(line)
    return Source(notes, "\n".join(mended), shifts, whole)


def _lines(text: str) -> list[str]:
    return _NEWLINE.split(text)


def split_lines(text: str) -> list[str]:
    """The lines of a text, each with its own line end, exactly as the reader counts them."""
    ends = [match.end() for match in _NEWLINE.finditer(text)]
    starts = [0, *ends]
    return [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True) if start < end]


def _readable(data: bytes, notes: Notes) -> bool:
    first = Place(1, 1)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        notes.lines = _lines(data.decode("utf-16", "replace"))
        _not_utf8(notes, "utf-16", first, "UTF-16")
        return False
    if len(data) > LARGEST:
        notes.add(
            "file-too-big",
            first,
            Text(
                f"the file has {len(data)} bytes, which no rules file needs",
                f"文件有 {len(data)} 字节，规则表不会这么大",
            ),
            Text("check that this is the rules file", "请核对是不是规则表"),
        )
        return False
    if b"\0" in data:
        notes.add(
            "nul-byte",
            _place_of_byte(data, data.index(b"\0")),
            Text("there is a zero byte, which is no text", "有空字节，不是正常的文字"),
            Text(
                "the file was damaged or saved as UTF-16; take a backup, or save it as UTF-8",
                "文件损坏，或存成了 UTF-16；请用备份恢复，或另存为 UTF-8",
            ),
        )
        return False
    return _decodes(data, notes)


def _decodes(data: bytes, notes: Notes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _place_of_byte(data, error.start)
        chinese = _as_gbk(data) if data[: error.start].isascii() else None
        if chinese is None:
            _not_utf8(notes, "not-utf-8", place, None)
        else:
            notes.lines = _lines(chinese)
            _not_utf8(notes, "gbk", place, "GBK")
        return False
    return True


def _as_gbk(data: bytes) -> str | None:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return None


def _not_utf8(notes: Notes, code: str, place: Place, name: str | None) -> None:
    notes.add(
        code,
        place,
        Text(
            f"the file is saved as {name}, not as UTF-8" if name else "this is not UTF-8 text",
            f"文件存成了 {name}，不是 UTF-8" if name else "这里不是 UTF-8 文字",
        ),
        Text("open it in the editor and save it with the encoding UTF-8", "用编辑器打开，另存为，编码选 UTF-8"),
    )


def _place_of_byte(data: bytes, offset: int) -> Place:
    before = _lines(data[:offset].decode("utf-8", "replace"))
    return Place(len(before), len(before[-1]) + 1)


def _conflict(notes: Notes) -> bool:
    found = [n for n, line in enumerate(notes.lines, 1) if _CONFLICT.match(line)]
    if not any(notes.lines[n - 1].startswith(("<<<<<<<", ">>>>>>>")) for n in found):
        return False
    shown = ", ".join(str(n) for n in found)
    notes.add(
        "conflict-marker",
        Place(found[0], 1, 7),
        Text(f"two versions of the file were merged by git and nobody chose (lines {shown})",
             f"git 合并时两个版本冲突，还没有选定（第 {shown} 行）"),
        Text("keep the lines that are right, delete the others and the marks <<<<<<< ======= >>>>>>>",
             "留下对的几行，删掉另一版和 <<<<<<< ======= >>>>>>> 标记"),
    )  # fmt: skip
    return True


def _empty(notes: Notes) -> bool:
    if any(line.strip() and not line.lstrip().startswith("#") for line in notes.lines):
        return False
    only_comments = any(line.strip() for line in notes.lines)
    notes.add(
        "empty-file",
        Place(1, 1),
        Text(
            "the file has only comments, no rules" if only_comments else "the file is empty",
            "文件里只有注释，没有规则" if only_comments else "文件是空的",
        ),
        Text(
            "take it back from a backup, or have a fresh one made: svc init in an empty folder",
            "请用备份恢复；或在空文件夹里运行 svc init，取一份新的",
        ),
    )
    return True


def _visible_only(line: str, number: int, notes: Notes) -> tuple[str, tuple[int, ...]]:
    """The line without what nobody can see or read; and the columns at which something was taken out."""
    found = list(_ODD.finditer(line))
    if not found:
        return line, ()
    code = f"U+{ord(found[0].group()):04X}"
    notes.add(
        "odd-character",
        Place(number + 1, found[0].start() + 1),
        Text(f"a character that cannot be seen or read ({code})", f"有看不见或认不得的字符（{code}）"),
        Text("delete it and type the place again", "删掉它，把这里重新输入一遍"),
    )
    return _ODD.sub("", line), tuple(match.start() - nth for nth, match in enumerate(found))


def _blanks(line: str, number: int, before: list[str], notes: Notes) -> tuple[str, int | None]:
    """The line with plain blanks in front; and by how much it moved, where its depth had to be guessed."""
    match = _INDENT.match(line)
    indent = match.group() if match else ""
    rest = line[len(indent) :]
    if not indent.strip(" ") or not rest or rest.startswith("#"):
        return (" " * len(indent) + rest if rest else ""), None
    _note_indent(indent, number, notes)
    depth = _guessed_indent(before)
    return " " * depth + rest, depth - len(indent)


def _note_indent(indent: str, number: int, notes: Notes) -> None:
    odd = next(c for c in indent if c != " ")
    place = Place(number + 1, indent.index(odd) + 1)
    if odd == "\t":
        notes.add(
            "tab",
            place,
            Text("the line begins with a tab", "行首用了制表符（Tab 键）"),
            Text(
                "replace it by spaces, as many as the neighbouring lines have (the arrow stands for the tab)",
                "换成半角空格，个数和相邻的行对齐（箭头就是那个 Tab）",
            ),
        )
    else:
        notes.add(
            "full-width-space",
            place,
            Text("the line begins with a full-width space", "行首用了全角空格"),
            Text(
                "replace it by plain spaces, as many as the neighbouring lines have (＿ stands for it)",
                "换成半角空格，个数和相邻的行对齐（＿ 就是全角空格）",
            ),
        )


def _guessed_indent(before: list[str]) -> int:
    """As deep as the line above; one step deeper where that one opens a block."""
    above = next((line for line in reversed(before) if line.strip() and not line.lstrip().startswith("#")), "")
    item = re.match(r" *(?:- +)*", above)
    depth = item.end() if item else 0
    return depth + 2 if above.split(" #")[0].rstrip().endswith(":") else depth


def _mended(line: str, number: int, notes: Notes) -> tuple[str, tuple[int, ...]]:
    """The line with colons and quotes mended, and where blanks were put in."""
    if not _SUSPECT.search(line) or line.lstrip().startswith("#"):
        return line, ()
    inserted: list[int] = []
    code = line.split(" #")[0]
    first = _KEY_COLON.match(code)
    found = ([first] if first else []) + (list(_FLOW_COLON.finditer(code)) if "{" in code else [])
    for match in reversed(found):
        start, end = match.span(1)
        _note_colon(match.group(1), Place(number + 1, start + 1), notes)
        line = line[:start] + ": " + line[end:]
        if end == start + 1:
            inserted.append(start + 1)
    inserted = [at + sum(1 for other in inserted if other < at) for at in inserted]
    start_of_open = open_quote(line)
    if start_of_open is not None:
        quote = line[start_of_open]
        shift = sum(1 for at in inserted if at < start_of_open)
        _note_quote(quote, Place(number + 1, start_of_open - shift + 1), notes)
        line = line.rstrip("\\") + quote
    return line, tuple(sorted(inserted))


def _note_colon(colon: str, place: Place, notes: Notes) -> None:
    if colon.startswith("："):
        notes.add(
            "full-width-colon",
            place,
            Text("the colon after the key is a full-width one", "冒号用了全角"),
            Text("type an English colon and a space: `key: value`", "改成半角冒号，后面空一格，如  yuan: 200"),
        )
    else:
        notes.add(
            "colon-without-space",
            place,
            Text("there is no space after the colon", "冒号后面没有（半角）空格"),
            Text("put one space after it: `key: value`", "冒号后面空一格，如  yuan: 200"),
        )


def _note_quote(quote: str, place: Place, notes: Notes) -> None:
    notes.add(
        "open-quote",
        place,
        Text(f"the quotation mark {quote} is not closed on this line", f"引号 {quote} 在这一行没有配对"),
        Text(f"put the closing {quote} at the end of the text", f"在这段文字末尾补上 {quote}"),
    )


def open_quote(line: str) -> int | None:
    """Where (from 0) a quotation mark opens that does not close on the line; None where all is well."""
    if "'" not in line and line.count('"') % 2 == 0:
        return None
    i, depth, may_start = 0, 0, True
    while i < len(line):
        c = line[i]
        if c == "#" and (i == 0 or line[i - 1] in " \t"):
            return None
        if may_start and c in "\"'":
            end = _closing(line, i)
            if end is None:
                return i
            i, may_start = end + 1, False
            continue
        following = line[i + 1 : i + 2]
        if c in "[{" and (may_start or depth):
            depth, may_start = depth + 1, True
        elif c in "]}" and depth:
            depth, may_start = depth - 1, False
        elif (c == "," and depth) or (c == ":" and (following in ("", " ", "\t") or depth)):
            may_start = True
        elif not (c.isspace() or (c == "-" and may_start and following == " ")):
            may_start = False
        i += 1
    return None


def _closing(line: str, start: int) -> int | None:
    pattern = r'"(?:[^"\\]|\\.)*"' if line[start] == '"' else r"'(?:[^']|'')*'"
    match = re.compile(pattern).match(line, start)
    return match.end() - 1 if match else None
