"""Where in a sheet the list stands: its headings, its rows, and what is neither: titles, sums, remarks, other tables.

Nothing is passed over without a word: every row that is no row of the list is told with its number and why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from svc.domain.people import normal
from svc.intake.csvfile import Cell, Row, letters
from svc.intake.timeforms import recognise
from svc.named import NamedTuple
from svc.text import Text, quoted

LOOKED_AT = 30
"""Rows among which the headings are looked for."""

TITLE, SECTION, TOTAL, FOOTER, REPEATED, OTHER = "title", "section", "total", "footer", "repeated", "other table"
REASONS = {
    TITLE: Text("above the headings", "表头以上"),
    SECTION: Text("titles of sections", "分段标题"),
    TOTAL: Text("sums", "合计行"),
    FOOTER: Text("remarks and signatures", "备注、签字等"),
    REPEATED: Text("headings again", "重复的表头"),
    OTHER: Text("another table below: import it by itself, from a sheet of its own", "下方的另一张表：请单独放一张工作表再导入"),
}
"""What a row is that is passed over."""

_TOTAL = re.compile(
    r"(?i)\s*(?:(?:本页|本月|年度|全年)?[合总小累共]\s*计|汇总|(?:sub-?|grand )?totals?\b|sum\b|suma\b|soma\b|totaal\b|totales\b|összesen|gesamt)"
)
_FOOTER = re.compile(
    r"(?i)\s*(?:制表|填表|编制|审核|审批|复核|批准|备\s*注|说\s*明|附\s*注|注\s*[:：]|打印|统计人|签[字名]|盖章|截[至止]|数据来源|导出"
    r"|prepared|printed|generated|exported|reviewed|approved|signed|notes?\s*:|remarks?\s*:|source\s*:|page [0-9]|end of|fuente|elaborado"
    r"|realizado|emitido|bron:|készítette)"
)
_LABEL = re.compile(r"\s*[^\W\d_][^:：]{0,15}[:：]\s*[^\s:：]{0,12}\s*")
"""`部门负责人：` with nothing or a name behind it: places for signatures, below a list."""
_SECTION = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}(?:[、．.]|章|部分|季度)|[（(][一二三四五六七八九十]{1,3}[)）]|[IVX]{1,4}\.\s|[A-Z]\.\s"
    r"|(?:[0-9]{4}年)?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})月份?\s*$|[-=—]{3,})"
)


class Passed(NamedTuple):
    """A row that is none of the list: why (`REASONS`), and what stands first in it."""

    number: int
    why: str
    text: str
    sheet: str = ""


class Head(NamedTuple):
    """The headings: the rows in which they stand (none: the list has none), and a name for every column."""

    rows: tuple[int, ...]
    names: tuple[str, ...]
    above: tuple[Passed, ...] = ()


def text_of(cell: Cell) -> str:
    """A cell as a text."""
    if isinstance(cell, str):
        return cell
    return cell.isoformat(sep=" ") if hasattr(cell, "hour") else cell.isoformat()  # type: ignore[call-arg]


def headings(row: Row) -> list[str]:
    """The headings in a row, those of several lines on one."""
    return [" ".join(text_of(cell).split()) for cell in row.cells]


def letter(column: int) -> str:
    """What a column (from 0) is called that has no name of its own: `[C]`."""
    return f"[{letters(column)}]"


# ---- the headings ----------------------------------------------------------------------------------------


def find_head(found: Sequence[Row], known: Callable[[str], bool]) -> Head:
    """The headings of a list, which look unlike its data; `known` says whether a heading is a usual one."""
    usable = [row for row in found[:LOOKED_AT] if not row.wrong]
    if not usable:
        return Head((), ())
    width = max(len(row.cells) for row in usable)
    usual = _usual([_filled(row) for row in usable])
    scored = [(_likeness(row, usable[n + 1 : n + 9], usual, known), -n) for n, row in enumerate(usable)]
    best, at = max(scored)
    if best <= 0:
        return Head((), tuple(letter(n) for n in range(width)))
    row = usable[-at]
    above = tuple(_passed(one, TITLE) for one in usable[:-at])
    below = usable[-at + 1 : -at + 2]
    if below and _continues(row, below[0], usable[-at + 2 : -at + 8], known):
        return Head((row.number, below[0].number), tuple(_names(_joined(row, below[0]), width)), above)
    if at < 0 and _is_group(usable[-at - 1], row, known):
        top = usable[-at - 1]
        return Head((top.number, row.number), tuple(_names(_joined(top, row), width)), above[:-1])
    return Head((row.number,), tuple(_names(headings(row), width)), above)


def head_of(found: Sequence[Row], rows: Sequence[int]) -> Head:
    """The headings that stand in the given rows of a list."""
    stand = [row for row in found if row.number in rows]
    if not stand:
        return Head((), ())
    width = max(len(row.cells) for row in stand)
    texts = headings(stand[0]) if len(stand) == 1 else _joined(stand[0], stand[1])
    return Head(tuple(row.number for row in stand), tuple(_names(texts, width)))


def _names(texts: Sequence[str], width: int) -> Iterator[str]:
    """A name for every column: its heading, or its letter where it has none or shares it with another."""
    for n in range(width):
        text = texts[n] if n < len(texts) else ""
        yield text if text and texts.count(text) == 1 else letter(n)


def _likeness(row: Row, below: Sequence[Row], usual: int, known: Callable[[str], bool]) -> int:
    """How much a row looks like headings, given the rows below it; 0 or less: not at all."""
    texts = headings(row)
    filled = [n for n, text in enumerate(texts) if text]
    if not filled or (len(filled) < 2 <= usual) or row.across > 1:
        return 0
    points = 0
    for n in filled:
        if is_value(row.cells[n]) or len(texts[n]) > 60:
            points -= 3
            continue
        points += 3 * known(texts[n])
        under = [one.cells[n] for one in below if n < len(one.cells) and one.cells[n] != ""]
        points += bool(under) and sum(map(is_value, under)) * 2 > len(under)
    if points > 0 and len(filled) * 2 < usual:
        points -= 3
    return points


def is_value(cell: Cell) -> bool:
    """Whether a cell is a value rather than a word: a date, a number, a telephone number, a code with digits."""
    if not isinstance(cell, str):
        return True
    text = cell.strip()
    if not any(c.isdigit() for c in text):
        return False
    if normal(text) or recognise([text]).forms:
        return True
    return bool(re.fullmatch(r"[-+]?[0-9][0-9.,:%/ -]*|[A-Za-z]{0,6}[-_ ]?[0-9]{2,}[A-Za-z0-9_-]*", text))


def _continues(top: Row, row: Row, below: Sequence[Row], known: Callable[[str], bool]) -> bool:
    """Whether a row below the headings is their second half: it has names where the first has blanks."""
    upper, lower = headings(top), headings(row)
    filled = [n for n, text in enumerate(lower) if text]
    blank_above = [n for n in filled if n >= len(upper) or not upper[n]]
    if len(filled) < 2 or not blank_above or any(is_value(row.cells[n]) for n in filled):
        return False
    under = [one.cells[n] for one in below for n in filled if n < len(one.cells)]
    differ = any(map(is_value, under)) or sum(known(lower[n]) for n in filled) >= 2
    return differ and _usual([_filled(one) for one in below]) >= len(filled)


def _is_group(top: Row, row: Row, known: Callable[[str], bool]) -> bool:
    """Whether the row above the headings groups them: several names, each over blanks."""
    upper, lower = headings(top), headings(row)
    filled = [n for n, text in enumerate(upper) if text]
    if len(filled) < 2 or any(is_value(top.cells[n]) or re.search(r"[:：]\s*\S", upper[n]) for n in filled):
        return False
    return any(text and not (upper[n] if n < len(upper) else "") for n, text in enumerate(lower))


def _joined(top: Row, row: Row) -> list[str]:
    """Two rows of headings as one: the group before the name, unless they are the same."""
    upper, lower = headings(top), headings(row)
    names, group = [], ""
    for n in range(max(len(upper), len(lower))):
        above, below = (one[n] if n < len(one) else "" for one in (upper, lower))
        group = above or group
        whole = group if below and above != below else above
        names.append(" ".join(part for part in (whole, below if below != whole else "") if part))
    return names


# ---- the rows --------------------------------------------------------------------------------------------


def sort_out(
    rows: Iterable[Row], head: Head, needed: frozenset[int], known: Callable[[str], bool]
) -> Iterator[Row | Passed]:
    """The rows of the list below its headings, and those that are none (`Passed`).

    `needed` are the columns of which a row of the list has at least one filled.
    """
    before, other, widths = (head.rows or (0,))[-1], False, list[int]()
    titled = False
    for row, following in _pairs(rows):
        if row.number in head.rows or (head.rows and row.number < head.rows[0]):
            continue
        if row.wrong:
            yield row
            continue
        gap, before = row.number > before + 1, row.number
        other = other or (gap and following is not None and _opens_another(row, following, known))
        why = OTHER if other else _why(row, head, needed, known, _usual(widths), gap or titled)
        other, titled = why == OTHER, why == SECTION
        if why:
            yield _passed(row, why)
            continue
        if len(widths) < 200:
            widths.append(_filled(row))
        yield row


def _pairs(rows: Iterable[Row]) -> Iterator[tuple[Row, Row | None]]:
    """Each row with the one after it."""
    before: Row | None = None
    for row in rows:
        if before is not None:
            yield before, row
        before = row
    if before is not None:
        yield before, None


def _opens_another(title: Row, row: Row, known: Callable[[str], bool]) -> bool:
    """Whether a lone cell below a gap is the title of another table: usual headings stand right below it."""
    if _filled(title) != 1 or row.wrong or row.number != title.number + 1:
        return False
    texts = [text for text in headings(row) if text]
    return len(texts) > 1 and not any(map(is_value, texts)) and sum(map(known, texts)) * 2 >= max(4, len(texts))


def _why(
    row: Row, head: Head, needed: frozenset[int], known: Callable[[str], bool], usual: int, apart: bool
) -> str | None:
    """Why a row is none of the list; None for one that is."""
    filled = [n for n, cell in enumerate(row.cells) if cell != ""]
    first = text_of(row.cells[filled[0]])
    usual = usual or len(head.names)
    if _TOTAL.match(first) and len(filled) <= max(2, usual) and all(_is_sum(row.cells[n]) for n in filled[1:]):
        return TOTAL
    if _FOOTER.match(first) and len(filled) <= 2 <= len(head.names):
        return FOOTER
    if 2 * len(filled) <= usual and all(isinstance(row.cells[n], str) and _LABEL.fullmatch(text_of(row.cells[n])) for n in filled):
        return FOOTER
    alone = len(filled) == 1 and len(head.names) > 1
    if alone and (row.across > 1 or _SECTION.match(first) or (usual > 2 and filled[0] not in needed)):
        return SECTION
    return None if alone else _headings_again(row, head, filled, known, apart)


def _headings_again(
    row: Row, head: Head, filled: Sequence[int], known: Callable[[str], bool], apart: bool
) -> str | None:
    """Whether a row repeats the headings, or has those of another table."""
    cells = [row.cells[n] for n in filled]
    if any(not isinstance(cell, str) or _DIGIT.search(cell) or len(cell) > 60 for cell in cells):
        return None
    texts = [" ".join(text_of(cell).split()) for cell in cells]
    if head.rows and texts == [head.names[n] if n < len(head.names) else "" for n in filled]:
        return REPEATED
    usual_words = sum(map(known, texts))
    return OTHER if usual_words >= max(2, len(filled) * (0.5 if apart else 1)) else None


_DIGIT = re.compile("[0-9]{2}")


def _is_sum(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(re.match(r"\s*[-+¥￥$€]?[0-9][0-9,. ]*\s*\S{0,4}\s*$|\s*[-/—]\s*$", cell))


def _filled(row: Row) -> int:
    return sum(cell != "" for cell in row.cells)


def _usual(counts: Sequence[int]) -> int:
    """How many cells most rows have filled."""
    ordered = sorted(counts)
    return ordered[len(ordered) * 3 // 5] if ordered else 0


def _passed(row: Row, why: str) -> Passed:
    first = next((text for text in headings(row) if text), "")
    return Passed(row.number, why, first[:40], row.sheet)


def told(passed: Sequence[Passed]) -> Iterator[Text]:
    """What was passed over, a line for each reason: how many rows, which, and the first of them."""
    for why, reason in REASONS.items():
        found = [one for one in passed if one.why == why]
        if found:
            numbers = ", ".join(str(one.number) for one in found[:8]) + (" …" if len(found) > 8 else "")
            many = f"{len(found)} row{'s' * (len(found) > 1)}"
            yield Text(
                f"passed over, {reason.en}: {many} ({numbers}): {quoted(found[0].text)}",
                f"未导入，{reason.zh}：{len(found)} 行（第 {numbers} 行），如“{found[0].text}”",
            )


