"""What may stand where in a file of positioned YAML: said once, as data.

A schema reads a value with `Form`, which notes what is wrong at its place; the same schema is written as
JSON Schema, so that editors complete and underline what `svc rules check` would say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from svc.named import NamedTuple
from svc.rules.form.problem import Place
from svc.rules.form.reader import ID, Form, Kind, named, unknown
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq
from svc.text import Text


class Got:
    """A block as read: values by key, and the pairs they stand in. `place` is where it is named, or begins."""

    def __init__(self, values: dict[str, Any], pairs: Mapping[str, Pair], place: Place) -> None:
        self.values, self.pairs, self.place = values, pairs, place

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def __contains__(self, key: str) -> bool:
        return key in self.pairs

    def get(self, key: str, otherwise: Any = None) -> Any:
        """The value under a key; what is left out is `otherwise`."""
        return self.values.get(key, otherwise)

    def where(self, key: str) -> Place:
        """Where a value stands; of what is left out, the block."""
        return self.pairs[key].value.place if key in self.pairs else self.place


class Schema(Protocol):
    """How one value is written: reads it, noting mistakes, and says it as JSON Schema for editors."""

    def read(self, form: Form, pair: Pair | None) -> Any:
        """The value; where nothing is written or it is wrong (noted), an empty one."""

    def json(self) -> dict[str, Any]:
        """The same as JSON Schema."""


TEXT = {"type": ["string", "number", "boolean"]}
"""A text as YAML of an editor has it: 200 and yes are texts here."""
NAME = {"type": "string", "pattern": f"^{ID.pattern}$"}
YES_NO = Kind("unknown-word", Text("value", "取值"))


class Prose(NamedTuple):
    """A text that says something."""

    def read(self, form: Form, pair: Pair | None) -> str:
        return form.text(pair)

    def json(self) -> dict[str, Any]:
        return {**TEXT, "minLength": 1}


class Raw(NamedTuple):
    """A text as it is, which may be empty; None where nothing stands there."""

    def read(self, form: Form, pair: Pair | None) -> str | None:
        if pair is None:
            return None
        return pair.value.text if isinstance(pair.value, Scalar) else form.text(pair)

    def json(self) -> dict[str, Any]:
        return {"type": [*TEXT["type"], "null"]}


class Texts(NamedTuple):
    """A text, or several in a list; none where nothing stands there."""

    def read(self, form: Form, pair: Pair | None) -> tuple[str, ...]:
        if pair is None or (isinstance(pair.value, Scalar) and pair.value.bad):
            return ()
        nodes = pair.value.items if isinstance(pair.value, Seq) else (pair.value,)
        return tuple(node.text if isinstance(node, Scalar) else form.scalar(node, pair.key.place, pair.key.text) for node in nodes)

    def json(self) -> dict[str, Any]:
        return {"anyOf": [Raw().json(), {"type": "array", "items": TEXT}]}


class Yes(NamedTuple):
    """Yes or no; no where nothing stands there."""

    def read(self, form: Form, pair: Pair | None) -> bool:
        return form.word(pair, ("yes", "no"), YES_NO) == "yes"

    def json(self) -> dict[str, Any]:
        return {"enum": ["yes", "no", True, False]}


class Word(NamedTuple):
    """One of some words, or (`known` is the name of a part) of the ids that the file itself defines."""

    known: Collection[str] | str
    kind: Kind

    def read(self, form: Form, pair: Pair | None) -> str:
        return form.word(pair, form.known(self.known), self.kind)

    def json(self) -> dict[str, Any]:
        return NAME if isinstance(self.known, str) else {"enum": list(self.known)}


class Words(NamedTuple):
    """A list of such words, or one alone; `offered` are those that a hint names; one may stand there `again`."""

    known: Collection[str] | str
    kind: Kind
    offered: Collection[str] = ()
    again: bool = False

    def read(self, form: Form, pair: Pair | None) -> tuple[str, ...]:
        found = form.words(pair, form.known(self.known), self.kind, self.offered)
        return found if self.again else tuple(dict.fromkeys(found))

    def json(self) -> dict[str, Any]:
        one = Word(self.known, self.kind).json()
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


class Cell(NamedTuple):
    """A value read by a function of `svc.rules.form.values`. It may be blank, unless it is `needed`."""

    take: Callable[[str], Any]
    shape: Mapping[str, Any]
    needed: bool = False

    def read(self, form: Form, pair: Pair | None) -> Any:
        if self.needed:
            form.text(pair)
        return form.value(pair, self.take)

    def json(self) -> dict[str, Any]:
        return dict(self.shape) if self.needed else {"anyOf": [dict(self.shape), {"type": "null"}]}


class Own(NamedTuple):
    """Read by a function of its own, where what is right depends on what stands around it."""

    take: Callable[[Form, Pair], Any]
    shape: Mapping[str, Any]

    def read(self, form: Form, pair: Pair | None) -> Any:
        return self.take(form, pair) if pair else None

    def json(self) -> dict[str, Any]:
        return dict(self.shape)


class Block(NamedTuple):
    """Lines of `key: value`. `later` are keys that only files of the second format know."""

    required: Mapping[str, Any] = {}
    optional: Mapping[str, Any] = {}
    later: Mapping[str, Any] = {}

    def at(self, form: Form, node: Node, owner: Place, name: Text) -> Got:
        """The block that a node is; `owner` is what it belongs to, `name` what a message calls it."""
        keys = form.fields(node, owner, name, tuple(self.required), tuple(self.optional), tuple(self.later))
        schemas = {**self.required, **self.optional, **self.later}
        return Got({key: schemas[key].read(form, pair) for key, pair in keys.items()}, keys, owner)

    def read(self, form: Form, pair: Pair | None) -> Got:
        """The block under a key."""
        return self.at(form, pair.value, pair.key.place, named(pair)) if pair else Got({}, {}, Place(1, 1))

    def json(self) -> dict[str, Any]:
        schemas = {**self.required, **self.optional, **self.later}
        return {
            "type": "object",
            "properties": {key: schema.json() for key, schema in schemas.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }


class ListOf(NamedTuple):
    """Blocks, each after a dash; at least one, unless the list may be left `blank`."""

    of: Block
    name: Text
    blank: bool = False

    def read(self, form: Form, pair: Pair | None) -> tuple[Got, ...]:
        if pair is None or (self.blank and isinstance(pair.value, Scalar) and pair.value.blank):
            return ()
        nodes = form.entries(pair.value, pair.key.place, named(pair))
        return tuple(self.of.at(form, node, node.place, self.name) for node in nodes)

    def json(self) -> dict[str, Any]:
        shape = {"type": "array", "items": self.of.json(), "minItems": 1}
        return {"anyOf": [shape, {"type": "null"}]} if self.blank else shape


class Table(NamedTuple):
    """Things by name. `only` are the names there can be, or (a text) those of a part of the file; else any that is made as ids are.

    `every`: all of them; `free`: names need not be made as ids are.
    """

    of: Any
    only: Collection[str] | str = ()
    kind: Kind | None = None
    every: bool = False
    free: bool = False

    def read(self, form: Form, pair: Pair | None) -> Mapping[str, Any]:
        if pair is None:
            return {}
        if not isinstance(pair.value, Map):
            form.fields(pair.value, pair.key.place, named(pair), ())
            return {}
        found = {}
        only = form.known(self.only)
        for id, one in pair.value.pairs.items():
            if self.only and id not in only and self.kind:
                if not one.key.bad:
                    unknown(form.notes, one.key.place, id, only, self.kind)
            elif not one.key.bad and (self.free or form.id(one.key)):
                found[id] = self.of.read(form, one)
        if self.every and len(found) == len(pair.value.pairs):
            for id in only:
                if id not in found:
                    form.missing(id, pair.key.place, named(pair))
        return found

    def json(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"type": "object", "additionalProperties": False}
        if self.free or isinstance(self.only, str):
            return {"type": "object", "additionalProperties": self.of.json()}
        if not self.only:
            return {**shape, "patternProperties": {f"^{ID.pattern}$": self.of.json()}}
        shape["properties"] = {id: self.of.json() for id in self.only}
        return {**shape, "required": list(self.only)} if self.every else shape
