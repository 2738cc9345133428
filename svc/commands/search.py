"""svc search: words in what was written of calls, visits, reports, complaints, defects, opinions."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from svc.desk.open import Desk
from svc.domain import ledgers
from svc.errors import BadInput
from svc.output import tables as table
from svc.output.notes import note
from svc.store.index import search as index_of_words
from svc.text import Text, example, say
from svc.ui.groups import single
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, Format, Json, KnownAt, Last

SHOWN = 20
"""How many are shown to people who do not say how many."""
BEFORE, LENGTH = 12, 60
"""Letters of a text that are shown before the word that was found, and in all."""
COLUMNS = {
    "id": Text("id", "编号"),
    "at": Text("when", "时间"),
    "what": Text("what", "类别"),
    "name": Text("recorded by", "记录人"),
    "excerpt": Text("words", "内容"),
}
Words = Annotated[
    list[str], typer.Argument(metavar="WORDS", help=text("all of them must be there; a part of a word is enough", "须全部出现；写一部分即可"))
]


def search(
    ctx: typer.Context,
    words: Words,
    last: Last = None,
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    desk, form = open_desk(ctx), "json" if json_ else format_
    asked = [word for typed in words for word in typed.split()]
    if not asked:
        raise BadInput(Text("nothing to search for", "没有要查的词"), Text("svc search hose", "svc search 油管"))
    view, nouns = desk.view(as_of, known_at), index_of_words.searched()
    desk.index.catch_up()
    index_of_words.follow(desk.index)
    most = last or (None if form in table.MACHINE else SHOWN)
    rows: list[dict[str, Any]] = []
    more = False
    seen: set[str] = set()
    for hit in index_of_words.search(desk.index, asked, [noun for noun in nouns if desk.limited_to(noun, "list") is None], view):
        if hit.entry.id in seen or desk.site not in (None, ledgers.mark(hit.entry.id)):
            continue
        if more := most is not None and len(rows) == most:
            break
        seen.add(hit.entry.id)
        rows.append(_row(desk, hit, asked))
    table.emit(rows, COLUMNS, form)
    if more and not last:
        ways = f"--last {SHOWN * 5}, --json"
        note(Text(f"the latest {SHOWN}; there are more: {ways}", f"只显示最近 {SHOWN} 条，还有更多：{ways}"))


def _row(desk: Desk, hit: Any, words: list[str]) -> dict[str, Any]:
    entry = hit.entry
    field, said = next(((f, t) for f, t in hit.texts if any(w.lower() in t.lower() for w in words)), hit.texts[0])
    return {
        "id": entry.id,
        "at": entry.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "what": say(ledgers.ledger(entry.ledger).title),
        "noun": entry.ledger,
        "event": entry.event,
        "field": field,
        "by": entry.by,
        "name": desk.person("staff", entry.by).get("name"),
        "excerpt": _excerpt(said, words),
        "text": said,
    }


def _excerpt(said: str, words: list[str]) -> str:
    """The part of a text in which the first word stands, in one line."""
    line = " ".join(said.split())
    start = max(0, min((at for word in words if (at := line.lower().find(word.lower())) >= 0), default=0) - BEFORE)
    end = start + LENGTH
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")


command = single(search, example("svc search {}", Text("hose leaks", "油管 渗油")))
