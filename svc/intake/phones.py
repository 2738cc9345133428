"""Telephone cells as people fill them: several numbers, extensions, short numbers, a name behind."""

from __future__ import annotations

import re

from svc.domain.people import local, normal
from svc.named import NamedTuple

_NONE = re.compile(r"(?i)\s*(?:无|没有|不详|未知|未留|暂无|none|n/?a|unknown|no|-|—|/)?\s*")
_RUN = re.compile(
    r"(?:\+|00)?[(（]?[0-9０-９][0-9０-９()（） .－-]*[0-9０-９)）](?:\s*(?:转|ext\.?|x|#|分机)\s*[0-9]{1,6})?", re.IGNORECASE
)
_BETWEEN = re.compile(r"[/;；,，、|\n]|\s+(?:or|and|或|和)\s+|(?<=[0-9])\s{2,}(?=[0-9])|(?<=[0-9])\s+(?=1[3-9][0-9]{9}\b)")


class Numbers(NamedTuple):
    """What a cell says: numbers in their normal form, what is behind them, and what is no number."""

    found: tuple[str, ...]
    rest: str

    @property
    def first(self) -> str | None:
        """The first number that anybody could ring from anywhere."""
        return next((one for one in self.found if normal(one)), None)


def numbers_of(text: str) -> Numbers:
    """The numbers of a cell; an area code before the first counts for nothing else."""
    if _NONE.fullmatch(text):
        return Numbers((), "")
    found: list[str] = []
    rest: list[str] = []
    for piece in _BETWEEN.split(text):
        number = normal(piece)
        if number:
            found.append(number)
            continue
        run = _RUN.search(piece)
        number = _of_run(run[0]) if run else None
        if run and number:
            found.append(number)
            piece = f"{piece[: run.start()]} {piece[run.end() :]}"
        outer = r"^[\s:：()（）]+|[\s:：()（）]+$" if run and number else r"^[\s:：]+|[\s:：]+$"
        rest.append(re.sub(outer, "", piece))
    return Numbers(tuple(dict.fromkeys(found)), " ".join(part for part in rest if part))


def masked_of(text: str) -> str:
    """A number whose middle the list itself hides (`138****1234`), as this program writes such; "" where it is none."""
    match = re.fullmatch(r"\s*\+?([0-9]{2,4})[ -]?\*{3,}[ -]?([0-9]{1,4})\s*", text)
    return f"{match[1]}-****-{match[2]}" if match else ""


def _of_run(run: str) -> str | None:
    shown = run.strip(" -－.")
    opened = shown.strip("()（）") if shown[:1] in "(（" and shown[-1:] in ")）" else shown
    for one in (shown, opened, re.sub(r"[()（）]", "", shown)):
        if number := normal(one.replace(".", "")) or local(one):
            return number
    return None
