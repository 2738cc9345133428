"""Setting an amount or a limit in the file itself: one row filled or added, every other byte kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from svc.domain.clock.base import YEARS
from svc.domain.text import clean
from svc.errors import BadInput, Several
from svc.named import NamedTuple
from svc.rules.file import examine, load
from svc.rules.form.problem import Place, how_many
from svc.rules.form.reader import nearest
from svc.rules.form.source import BOM, split_lines
from svc.rules.form.tree import Map, Pair, Scalar, Seq, read
from svc.rules.form.values import Wrong, day, money, span
from svc.rules.history import changed
from svc.rules.model import Amount, Cap, Limit, Row, Rules, in_force
from svc.rules.parts import CAPS
from svc.text import Text, quoted, quoted_zh


class _Written(NamedTuple):
    """A row of a history as it stands in the file: lines are counted from 0. `cell` is where its value stands.

    A row with steps has no such cell; `plain`: it has no conditions.
    """

    since: date
    place: Place
    first: Scalar
    cell: Pair | None
    plain: bool
    start: int
    end: int


class _New(NamedTuple):
    """What is to be written."""

    key: str
    value: str
    since: date
    comment: str


def set_value(
    data: bytes,
    rules: Rules,
    item_id: str,
    value: str,
    since: date,
    basis: str | None,
    who: str,
    sealed: Collection[str] = frozenset(),
) -> bytes:
    """The file with `value` in force from `since`: the blank row of that day filled, or a row added.

    `item_id` is an amount, a limit, or a rule (then its fine, else its limit); `sealed` are sealed
    months ("2026-10"). BadInput where the value cannot be used, the day has another one already, or
    a sealed month would change. A value that stands there already leaves the file as it is.
    """
    now = load(rules.path, data)
    part, item = _item(now, item_id)
    value = value.strip()
    wanted = _usable(part, item.id, value)
    _check_day(since)
    row = next((r for r in item.history if r.since == since and not r.when), None)
    if row is not None and row.value == wanted and not row.steps:
        return data
    if row is not None and row.value is not None:
        raise _has_another(rules.path, item, row)
    _check_sealed(item, Row(since, wanted, 0), row, sealed)
    comment = _comment(basis, who)
    new = _New(_key(part, item.id), value, since, comment)
    result = _write(data, rules.path, part, item.id, new)
    _confirm(rules, result, sealed, now)
    return result


def in_force_until(rules: Rules, item_id: str, since: date) -> date | None:
    """The day on which the next row takes over from one that begins on `since`; None where none does."""
    _, item = _item(rules, item_id)
    return min((row.since for row in item.history if row.since > since), default=None)


def ended(rules: Rules, item_id: str, since: date) -> Text | None:
    """What one row from `since` on puts an end to: conditions or steps of the rows before; None where there are none."""
    _, item = _item(rules, item_id)
    history: tuple[Row[Any], ...] = item.history
    held = in_force(history, since - timedelta(days=1))
    if not any(row.when or row.steps for row in held) or any(row.since == since and row.when for row in history):
        return None
    lines = ", ".join(str(row.line) for row in held)
    return Text(f"the conditions and steps of the rows before (line {lines}) end with {since - timedelta(days=1)}: from then on this value alone counts",
                f"以前各行（第 {lines} 行）的条件、按次递增到 {since - timedelta(days=1)} 为止，之后只按这一个值算")  # fmt: skip


def difference(old: bytes, new: bytes) -> str:
    """The lines that are not the same, with - before the old ones and + before the new ones."""
    from difflib import unified_diff

    before, after = (_lines(data.removeprefix(BOM).decode()) for data in (old, new))
    found = list(unified_diff(before, after, n=0, lineterm=""))[2:]
    return "".join(line + "\n" for line in found if not line.startswith("@@"))


def _lines(text: str) -> list[str]:
    return [line.rstrip("\r\n") for line in split_lines(text)]


def set_begins(data: bytes, path: str, day: date, who: str) -> bytes:
    """The file with the day on which the desk begins: its line written anew, or put below that of the time zone."""
    _check_day(day)
    bom = BOM if data.startswith(BOM) else b""
    lines = split_lines(data[len(bom) :].decode())
    root = read(data).root
    assert isinstance(root, Map)  # the file was found to be without mistakes
    pairs = root.pairs
    made = f"begins: {day}  {_comment(None, who)}"
    if "begins" in pairs:
        at = pairs["begins"].key.place.line - 1
        lines[at] = made + _ending(lines[at])
    else:
        at = pairs["timezone" if "timezone" in pairs else "format"].value.place.line
        lines.insert(at, made + (_ending(lines[0]) or "\n"))
    result = bom + "".join(lines).encode()
    load(path, result)
    return result


# ---- may it be ---------------------------------------------------------------------------------------


def _item(rules: Rules, id: str) -> tuple[str, Amount | Limit | Cap]:
    """The amount, limit or ceiling that an id means, and its part of the file."""
    rule = rules.rules.get(id)
    meant = [id]
    if rule is not None:
        meant += [name for name in (rule.amount, rule.check.limit) if name]
    for name in meant:
        if name in rules.amounts:
            return "amounts", rules.amounts[name]
        if name in rules.limits:
            return "limits", rules.limits[name]
        if name in rules.caps:
            return "caps", rules.caps[name]
    if rule is not None:
        raise BadInput(
            Text(
                f"the rule {quoted(id)} has neither an amount nor a limit",
                f"规则{quoted_zh(id)}没有金额，也没有时限",
            ),
            Text("what can be set: svc rules list", "可以设定的见：svc rules list"),
        )
    known = [*rules.amounts, *rules.limits, *rules.caps, *rules.rules]
    near = nearest(id, known)
    raise BadInput(
        Text(f"there is no amount, limit or rule {quoted(id)}", f"没有这个金额、时限或规则：{quoted_zh(id)}"),
        Text(f"did you mean {quoted(near)}?", f"是不是{quoted_zh(near)}？")
        if near
        else Text("what can be set: svc rules list", "可以设定的见：svc rules list"),
    )


def _key(part: str, id: str) -> str:
    return CAPS[id][0] if part == "caps" else "yuan" if part == "amounts" else "value"


def _usable(part: str, id: str, value: str) -> str | int:
    found: str | int | Wrong
    found = CAPS[id][1](value) if part == "caps" else money(value) if part == "amounts" else span(value)
    if isinstance(found, Wrong):
        raise BadInput(found.what, found.hint)
    return found


def _check_day(since: date) -> None:
    found = day(since.isoformat()[:10])
    if isinstance(found, Wrong):
        raise BadInput(
            found.what,
            Text(
                f"--from takes days from {YEARS[0]} to {YEARS[1]}",
                f"--from 的年份在 {YEARS[0]} 到 {YEARS[1]} 之间",
            ),
        )


def _has_another(path: str, item: Amount | Limit | Cap, row: Row[str] | Row[int]) -> BadInput:
    return BadInput(
        Text(
            f"{item.id} has another value from {row.since} already, on line {row.line}",
            f"{item.id} 从 {row.since} 起已有别的值，在第 {row.line} 行",
        ),
        Text(
            "what was in force stays; choose a later --from, or mend a slip of the pen in the file by hand",
            "已经执行的标准不改：请用更晚的 --from；如果当初写错了，请直接改文件",
        ),
        place=f"{path}:{row.line}",
    )


def _check_sealed(item: Amount | Limit | Cap, row: Row[Any], filled: Row[Any] | None, sealed: Collection[str]) -> None:
    history: Sequence[Row[Any]] = item.history
    kept = [one for one in history if one is not filled]
    touched = changed(sorted([*kept, row], key=lambda r: r.since), item.history, sealed)
    if touched:
        month = touched[0][0]
        raise BadInput(
            Text(
                f"from {row.since} it would also hold in {month}, which is sealed",
                f"从 {row.since} 起会改到已封存的 {month}",
            ),
            Text("choose a day after the last sealed month", "请选最后一个封存月份之后的日期"),
        )


def _comment(basis: str | None, who: str) -> str:
    said = " ".join(clean(basis, "--basis").split()) if basis else ""
    by = " ".join(clean(who, "--as").split())
    return f"# 依据: {said}; 记录: {by}" if said else f"# 记录: {by}"


def _confirm(rules: Rules, result: bytes, sealed: Collection[str], before: Rules) -> None:
    """The result must be a rules file without mistakes."""
    _, problems = examine(rules.path, result, sealed, before)
    if problems:
        raise Several([p.error(rules.path) for p in problems], how_many(rules.path, len(problems)))


# ---- the writing -------------------------------------------------------------------------------------


def _write(data: bytes, path: str, part: str, id: str, new: _New) -> bytes:
    bom = BOM if data.startswith(BOM) else b""
    lines = split_lines(data[len(bom) :].decode())
    owner, rows = _rows(data, part, id, new.key)
    same = next((row for row in rows if row.since == new.since and row.plain), None)
    if same:
        _fill(lines, same, new, path)
    else:
        _add(lines, owner, rows, new, path)
    return bom + "".join(lines).encode()


def _rows(data: bytes, part: str, id: str, key: str) -> tuple[Scalar, list[_Written]]:
    """The key `history` of an item, and its rows in the order of the file."""
    node = read(data).root
    pair: Pair | None = None
    for step in (part, id, "history"):
        assert isinstance(node, Map)  # the file was found to be without mistakes
        pair = node.pairs[step]
        node = pair.value
    assert pair is not None and isinstance(node, Seq)
    return pair.key, [_row(one, key) for one in node.items if isinstance(one, Map)]


def _row(node: Map, key: str) -> _Written:
    since = node.pairs["from"].value
    assert isinstance(since, Scalar)
    lines = [place.line - 1 for pair in node.pairs.values() for place in (pair.key.place, pair.value.place)]
    first = min((pair.key for pair in node.pairs.values()), key=lambda k: (k.place.line, k.place.column))
    start = min(node.place.line - 1, *lines)
    plain = "when" not in node.pairs
    return _Written(date.fromisoformat(since.text), node.place, first, node.pairs.get(key), plain, start, max(lines))


def _by_hand(path: str, line: int) -> BadInput:
    return BadInput(
        Text(
            "the history is written in a way that this command cannot extend",
            "这里 history 的写法本命令接不上",
        ),
        Text(
            "write each row as `- from: …` with its value on the next line, or add the row by hand",
            "请把每行写成 `- from: …`、值写在下一行的样子，或直接改文件",
        ),
        place=f"{path}:{line + 1}",
    )


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _with_comment(line: str, comment: str) -> str:
    """The line with a comment at its end; one that has one already keeps it before."""
    body = line.rstrip("\r\n")
    gap = "" if body.endswith("  ") else "  "
    return body + gap + comment + _ending(line)


def _fill(lines: list[str], row: _Written, new: _New, path: str) -> None:
    """Put the value right behind the colon of the blank cell."""
    assert row.cell is not None  # a row with steps is not blank
    place = row.cell.key.place
    at = place.line - 1
    colon = re.compile(r"[ \t]*:").match(lines[at], place.column - 1 + place.width)
    if not colon:
        raise _by_hand(path, at)
    line = lines[at][: colon.end()] + " " + new.value + lines[at][colon.end() :]
    lines[at] = _with_comment(line, new.comment)


def _add(lines: list[str], owner: Scalar, rows: list[_Written], new: _New, path: str) -> None:
    """Put a row under the last earlier one, in the manner of its neighbour."""
    earlier = [row for row in rows if row.since <= new.since]
    model = earlier[-1] if earlier else rows[0]
    after = model.end if earlier else owner.place.line - 1
    if rows[0].start == rows[-1].start == owner.place.line - 1:
        _add_in_line(lines, earlier[-1] if earlier else None, rows[0], new, path)
        return
    if not earlier and after >= rows[0].start:
        raise _by_hand(path, after)
    ending = _ending(lines[after]) or _ending(lines[0]) or "\n"
    made = _in_manner_of(lines, model, new, ending, path)
    if not _ending(lines[after]):
        lines[after] += ending
        made[-1] = made[-1].rstrip("\r\n")
    lines[after + 1 : after + 1] = made


def _add_in_line(lines: list[str], earlier: _Written | None, first: _Written, new: _New, path: str) -> None:
    """Put a row among those of a history that stands on one line: `[{from: …, yuan: …}]`."""
    at, line = first.start, lines[first.start]
    row = f"{{from: {new.since}, {new.key}: {new.value}}}"
    if earlier is None:
        begin = first.place.column - 1
        line = line[:begin] + row + ", " + line[begin:]
    else:
        end = _closed(line, earlier.place.column - 1)
        if end is None:
            raise _by_hand(path, at)
        line = line[:end] + ", " + row + line[end:]
    lines[at] = _with_comment(line, new.comment)


def _closed(line: str, begin: int) -> int | None:
    """Where the brace that opens at a column is closed; None where it is not, on this line."""
    depth, quote = 0, ""
    for n in range(begin, len(line)):
        sign = line[n]
        if quote or sign in "'\"":
            quote = "" if sign == quote else quote or sign
        elif sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth == 0:
                return n + 1
    return None


def _in_manner_of(lines: list[str], model: _Written, new: _New, ending: str, path: str) -> list[str]:
    line = lines[model.start]
    block = re.compile(r"( *- +)[^ {]").match(line)
    if block and len(block[1]) == model.first.place.column - 1:
        first = f"{block[1]}from: {new.since}"
        second = f"{' ' * len(block[1])}{new.key}: {new.value}  {new.comment}"
        return [first + ending, second + ending]
    flow = re.compile(r"( *- +)\{").match(line)
    if flow and _closed(line, flow.end() - 1) is not None:
        return [f"{flow[1]}{{from: {new.since}, {new.key}: {new.value}}}  {new.comment}" + ending]
    raise _by_hand(path, model.start)
