"""What may have been meant by an id or a name that is not there: the three likeliest, each with what it is."""

from __future__ import annotations

from difflib import SequenceMatcher, get_close_matches

from svc.domain import ledgers, registers
from svc.domain.phones import normal
from svc.store.index import Index

RECENT = 400
"""How many ids of a ledger, waiting or latest, are compared."""

WORDS = 50_000
"""How many words of a register are compared."""


def likely(index: Index, noun: str, typed: str, month: str) -> list[str]:
    """The three likeliest things of a noun, as they are shown; `month` ("2611") is where short ids are looked for."""
    if noun in registers.TABLE:
        return [_person(index, noun, id) for id in _people(index, noun, typed)]
    return [f"{id} {_about(index, noun, id)}".rstrip() for id in _ids(index, noun, typed, month)]


def _ids(index: Index, noun: str, typed: str, month: str) -> list[str]:
    from svc.store import select

    full = _in_full(noun, typed, month)
    known = select.latest_ids(index, noun, RECENT)
    near = get_close_matches(full, known, 3, 0.75)
    return sorted(near, key=lambda id: -SequenceMatcher(None, full, id).ratio())


def _in_full(noun: str, typed: str, month: str) -> str:
    """A short id written out, so that it is compared with what it would be."""
    letter = ledgers.ledger(noun).letter
    number = typed.strip().upper().removeprefix(letter).lstrip("-")
    return f"{letter}{month}-{number:0>4}" if number.isdigit() else typed.strip().upper()


def _people(index: Index, noun: str, typed: str) -> list[str]:
    number = normal(typed)
    low = (number or typed).strip().lower()
    words = dict(index.words(noun, "", WORDS))
    words |= {id.lower(): id for id in index.ids(noun, "", WORDS)}
    near = get_close_matches(low, words, 9, 0.85 if number else 0.5)
    part = [word for word in words if not number and len(low) > 1 and low in word]
    return list(dict.fromkeys(words[word] for word in (*part, *near)))[:3]


def _person(index: Index, noun: str, id: str) -> str:
    row = index.person(noun, id)
    said = (id, row.get("name") or row.get("product"), row.get("phone"))  # the index knows numbers masked
    return " ".join(word for word in said if word)


def _about(index: Index, noun: str, id: str) -> str:
    """The first words recorded under an id."""
    for entry in index.entries(noun, id):
        said = (
            entry.get("summary")
            or entry.get("reason")
            or entry.get("fault")
            or entry.get("staff")
            or entry.get("visit")
        )
        if said:
            return str(said).replace("\n", " ")[:24]
    return ""
