"""`NamedTuple` as `typing` has it, made in a third of the time: a command makes half a hundred of these classes before it does anything.

`typing` compiles each annotation on the way, though nobody here asks for them at run time; mypy reads them as they stand.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _Named(type):
        """Makes of a class with annotated fields the tuple of that name; values in it are defaults."""

        def __new__(cls, name, bases, own):
            if not bases:
                return super().__new__(cls, name, bases, own)
            fields = own.pop("__annotations__", {})
            defaults = [own.pop(field) for field in fields if field in own]
            made = namedtuple(name, fields, defaults=defaults, module=own.pop("__module__"))
            made.__annotations__ = fields
            for key, value in own.items():
                if key != "__classcell__":
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Named):
        """The base of a class that is a tuple with names: `class Span(NamedTuple): start: datetime; end: datetime`."""
