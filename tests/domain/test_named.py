"""`svc.named.NamedTuple` makes what `typing.NamedTuple` makes: the same calls work, the same are refused."""

from __future__ import annotations

import copy
import inspect
import pickle
import typing

import pytest

from svc.named import NamedTuple
from svc.text import Text


class Span(NamedTuple):
    """With a default, a method, a property, and what `super` gives."""

    start: int
    end: int = 9

    @property
    def length(self) -> int:
        return self.end - self.start

    def __repr__(self) -> str:
        return super().__repr__().replace("Span", "span")


class Known(typing.NamedTuple):
    start: int
    end: int = 9


def test_values_are_given_in_order_or_by_name() -> None:
    for made in (Span(1), Span(1, 9), Span(start=1), Span(end=9, start=1), Span._make([1, 9])):
        assert made == (1, 9) == Known(1) and (made.start, made.end, made.length) == (1, 9, 8)
    assert Span(1)._replace(end=2) == (1, 2) and Span(1)._asdict() == {"start": 1, "end": 9}
    assert (Span._fields, Span._field_defaults) == (Known._fields, Known._field_defaults)
    assert inspect.signature(Span).parameters.keys() == inspect.signature(Known).parameters.keys()


@pytest.mark.parametrize("wrong", [(), (1, 2, 3)])
def test_too_few_and_too_many_values_are_refused(wrong: tuple[int, ...]) -> None:
    for kind in (Span, Known):
        with pytest.raises(TypeError, match=r"argument"):
            kind(*wrong)  # type: ignore[arg-type]
    for kind in (Span, Known):
        with pytest.raises(TypeError):
            kind._make(wrong)


def test_a_name_that_is_no_field_is_refused() -> None:
    for kind in (Span, Known):
        with pytest.raises(TypeError, match="middle"):
            kind(1, middle=2)  # type: ignore[call-arg]
        with pytest.raises(ValueError, match="middle"):
            kind(1)._replace(middle=2)  # type: ignore[call-arg]


def test_it_is_a_tuple_and_nothing_else_can_be_kept_in_it() -> None:
    match Span(1):
        case Span(start, end):
            assert (start, end) == (1, 9)
    for name in ("other", "start"):
        with pytest.raises(AttributeError):
            setattr(Span(1), name, 3)
    assert hash(Span(1)) == hash((1, 9)) and not hasattr(Span(1), "__dict__")


def test_it_says_what_it_is_and_travels() -> None:
    said = Text("a", "甲")
    assert repr(said) == "Text(en='a', zh='甲')" and repr(Span(1)) == "span(start=1, end=9)"
    for one in (pickle.loads(pickle.dumps(said)), copy.deepcopy(said), copy.copy(said)):
        assert one == said and type(one) is Text
