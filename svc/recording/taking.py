"""Taking in the lines of a file: what is wrong is refused or kept out, the rest written, and who took it in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from svc.desk.open import Desk
from svc.domain import ledgers
from svc.errors import SvcError
from svc.recording.batch import Lines
from svc.recording.door import Deed
from svc.recording.doubts import doubts
from svc.recording.lines import Done, Line
from svc.recording.refusals import refusal, refuse_overwriting, write_rejects
from svc.text import Text, quoted, quoted_zh


def take(
    desk: Desk,
    file: Path,
    lines: Callable[[], Iterable[Line]],
    rejects: Path | None,
    dry: bool,
    who: Iterable[str] = ledgers.RULERS,
) -> Done:
    """Import lines, given anew each time they are asked for; with `rejects` the wrong ones go into that file, with
    their reasons, and the rest is imported.

    `who` are the roles that may (nobody: everybody). Whoever imports answers for it: what was taken in is an entry of
    the ledger `access`, with the hash of the file.
    """
    desk.permit(desk.who, tuple(who), Text("import", "导入"))
    if rejects is not None:
        refuse_overwriting(desk, file, rejects)
    with desk.ledger.lock():
        desk.index.catch_up()
        kept_out: dict[int, tuple[Line, SvcError]] = {}
        while True:
            with closing(Lines(desk)) as batch:
                batch.read(_without(lines(), kept_out) if kept_out else lines())
                batch.check(batch.blame)
                places = batch.places(batch.wrong)
                if batch.wrong and rejects is None:
                    raise refusal(file, batch.many, places, batch.wrong)
                if not batch.wrong:
                    return _written(batch, file, rejects, kept_out, dry)
                kept_out |= {number: (places[number], error) for number, error in batch.wrong.items()}


def _without(lines: Iterable[Line], kept_out: dict[int, tuple[Line, SvcError]]) -> Iterator[Line]:
    """The lines but for those that are kept out, of which what they say is kept for the file of rejects."""
    for line in lines:
        if line.number not in kept_out:
            yield line
        elif not kept_out[line.number][0].shown:
            kept_out[line.number] = line, kept_out[line.number][1]


def _written(
    batch: Lines, file: Path, rejects: Path | None, kept_out: Mapping[int, tuple[Line, SvcError]], dry: bool
) -> Done:
    """Write what is right, and the file of what is not."""
    if rejects is not None and (kept_out or rejects.exists()):
        write_rejects(file, rejects, dict(sorted(kept_out.items())))
    doubtful = [*doubts(batch.desk, file, batch.misread, batch.file.rows)]
    counts = _counts(batch)
    if not dry:
        _note(batch, file, sum(counts.values()))
        apart = {id: row for id, row in batch.apart.items() if batch.made.has((ledgers.CHANGE, id))}
        batch.write({**batch.file.rows, "number": batch.numbers.new, "wage": apart})
    return Done(counts, len(kept_out), (*_notes(batch), *doubtful))


def _counts(batch: Lines) -> dict[str, int]:
    """New rows and entries by noun."""
    counts = {noun: len(rows) for noun, rows in batch.file.rows.items() if rows}
    return counts | batch.made.counts()


def _note(batch: Lines, file: Path, lines: int) -> None:
    """Add the entry that says who took in what; nothing where nothing came in, or from no file."""
    if not lines or not file.is_file():
        return
    import hashlib

    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    months = sorted(batch.months.items())
    given = {
        "sha256": digest,
        "lines": lines,
        "for_others": sum(count for _, (_, count) in months),
        "months": [{"month": f"{y}-{m:02}", "lines": of, "for_others": others} for (y, m), (of, others) in months],
    }
    event, id = ledgers.event("access", "import"), batch.next_id("access", batch.now)
    batch.add(Deed("access", event, id, given, batch.now, batch.desk.who))


def _notes(batch: Lines) -> Iterator[Text]:
    """What whoever imports should know of what was not written."""
    if batch.file.repeated:
        count = batch.file.repeated
        yield Text(
            f"{count} rows of registers were registered already, the same, or stand twice in the file: skipped",
            f"{count} 行登记内容已有且相同，或在文件中重复，已跳过",
        )
    if batch.repeated:
        count = batch.repeated
        yield Text(
            f"{count} entries were recorded already or stand twice in the file",
            f"{count} 条已有或在文件中重复，未再写入",
        )
    for noun, name in sorted(batch.not_kept):
        yield Text(f"{noun}: the register has no {quoted(name)}; it was left out", f"{noun} 登记册没有{quoted_zh(name)}一项，未保留")
