"""Many command lines of the head, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from tests.conftest import Result, Svc

Line = tuple[list[str], str | None]
"""Words, and the text for stdin. Bytes that are no UTF-8 stand in the words as lone surrogates, as the system gives them."""


def many(svc: Svc, lines: Sequence[Line]) -> list[Result]:
    """Their answers, none of them a traceback."""
    return [svc.run(*words, stdin=given, SVC_STAFF="S01") for words, given in lines]
