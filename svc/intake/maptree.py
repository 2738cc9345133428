"""Takes texts and blocks out of the tree of a map, noting what is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from svc.rules.form.problem import Notes, Place, quoted
from svc.rules.form.tree import Map as Tree
from svc.rules.form.tree import Node, Pair, Scalar, Seq
from svc.text import Text, near


class MapTree:
    """The mistakes found so far, and how to read the parts of a tree."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    def block(self, node: Node | None, known: Iterable[str], what: Text) -> Mapping[str, Pair]:
        """The pairs of a block, all of whose keys must be known."""
        pairs = self.any_block(node)
        listed = tuple(known)
        for name, pair in pairs.items():
            if name not in listed:
                self.note(
                    pair.key.place,
                    Text(f"{quoted(name)} is not known here", f"这里没有 {quoted(name)} 这一项"),
                    nearest(name, listed, Text(f"{what.en}: ", f"{what.zh}：")),
                )
        return pairs

    def any_block(self, node: Node | None) -> Mapping[str, Pair]:
        if isinstance(node, Tree):
            return {name: pair for name, pair in node.pairs.items() if not pair.key.bad}
        if node is not None and not (isinstance(node, Scalar) and node.bad):
            hint = Text("write `key: value` lines under it", "在下面写  key: value  的各行")
            self.note(
                node.place, Text("a block of `key: value` is expected here", "这里应是  key: value  的各行"), hint
            )
        return {}

    def text(self, pair: Pair | None) -> str | None:
        texts = self.texts(pair)
        if pair and len(texts) != 1 and not isinstance(pair.value, Scalar):
            self.note(
                pair.value.place,
                Text("one text is expected here", "这里应是一段文字"),
                Text("write one text", "只写一段文字"),
            )
        return texts[0] if texts else None

    def texts(self, pair: Pair | None) -> list[str]:
        """The text, or the texts of the list."""
        if pair is None or isinstance(pair.value, Tree):
            if pair is not None:
                hint = Text("write a text, or [one, two]", "写一段文字，或 [甲, 乙]")
                self.note(pair.value.place, Text("texts are expected here", "这里应是文字"), hint)
            return []
        nodes = pair.value.items if isinstance(pair.value, Seq) else (pair.value,)
        return [node.text for node in nodes if isinstance(node, Scalar)]

    def yes(self, pair: Pair | None) -> bool:
        text = self.text(pair)
        if pair and text not in ("yes", "no"):
            self.note(
                pair.value.place,
                Text("yes or no is expected here", "这里应是 yes 或 no"),
                Text("yes or no", "yes 或 no"),
            )
        return text == "yes"

    def note(self, place: Place, what: Text, hint: Text) -> None:
        self.notes.add("map", place, what, hint)


def nearest(text: str, known: Iterable[str], before: Text | None = None) -> Text:
    """A hint: the nearest of the known words, else all of them."""
    listed = list(known)
    meant = near(text, listed)
    if meant:
        return Text(f"did you mean {meant[0]}?", f"是不是 {meant[0]}？")
    before = before or Text("known: ", "可用：")
    return Text(before.en + ", ".join(listed), before.zh + "、".join(listed))
