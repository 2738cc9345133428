"""Everything a person can cause: what is wrong, where, how to mend it, and the exit code.

Rooms raise these; `svc.cli` alone turns them into words on stderr and an exit code.
"""

from __future__ import annotations

from collections.abc import Sequence

from svc.text import Text


class SvcError(Exception):
    """What is wrong (`what`), how to mend it (`hint`), where (`place`: `file:line[:column]`).

    `excerpt` are lines shown under the message as they are (the faulty line with a caret). `field` is the
    field of an entry or register that is wrong, where it is one; `notes` are what was noticed before.
    """

    exit_code = 2

    def __init__(
        self, what: Text, hint: Text | None = None, *, place: str | None = None, excerpt: str | None = None
    ) -> None:
        super().__init__(what.en)
        self.what = what
        self.hint = hint
        self.place = place
        self.excerpt = excerpt
        self.field: str | None = None
        self.notes: tuple[Text, ...] = ()


class BadInput(SvcError):
    """Wrong usage or wrong input: exit code 2."""


class ClockJump(BadInput):
    """The clock is further ahead than a pause explains: right or wrong is for a person to say (`--clock-is-right`)."""


class NotPermitted(SvcError):
    """The person who acts may not do this: exit code 3."""

    exit_code = 3


class Conflict(SvcError):
    """It contradicts what is recorded already, or refers to what is not recorded: exit code 4."""

    exit_code = 4


class Damaged(SvcError):
    """A ledger, the desk or the rules in force cannot be read as written: exit code 5."""

    exit_code = 5


class Busy(SvcError):
    """Somebody else is writing, or there is no room left; nothing was written: exit code 6."""

    exit_code = 6


class Several(SvcError):
    """Many errors of one run, all reported; the exit code is that of the gravest."""

    def __init__(self, errors: Sequence[SvcError], what: Text, hint: Text | None = None) -> None:
        super().__init__(what, hint)
        self.errors = tuple(errors)
        self.exit_code = max((e.exit_code for e in errors), default=2)
