"""Takes single values out of a tree, noting what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from svc.domain.clock.base import plain
from svc.named import NamedTuple
from svc.rules.form.problem import Notes, Place
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq
from svc.rules.form.values import Wrong
from svc.text import Text, near, quoted, quoted_zh

V = TypeVar("V")
ID = re.compile(r"[a-z][a-z0-9_]{2,39}")
EXAMPLES = {
    "format": "svc-rules/1",
    "timezone": "Asia/Shanghai",
    "clock_counts": "every_hour",
    "money": "{places: 2, rounding: half_up}",
    "clause": '"4.5"',
    "from": "2026-01-01",
    "set_by": "department",
    "decided_by": "[head, gm]",
    "sanction": "none",
}
"""How a missing line may look."""


class Kind(NamedTuple):
    """A kind of names: the code of its mistake, and what it is called."""

    code: str
    name: Text


KEY = Kind("unknown-key", Text("key", "项目"))


def named(pair: Pair) -> Text:
    """What stands under a key, by the key's name."""
    return Text(quoted(pair.key.text), quoted_zh(pair.key.text))


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word most like it, None where none is."""
    word = plain(word).lower()
    found = near(word, known)
    holding = [name for name in known if len(word) > 2 and word in name]
    return found[0] if found else holding[0] if len(holding) == 1 else None


def unknown(notes: Notes, place: Place, word: str, known: Collection[str], kind: Kind) -> None:
    """Note a name that does not exist, with the nearest one that does."""
    what = Text(f"there is no {kind.name.en} {quoted(word)}", f"没有这个{kind.name.zh}：{quoted_zh(word)}")
    notes.add(kind.code, place, what, _unknown_hint(word, known))


def _unknown_hint(word: str, known: Collection[str]) -> Text:
    if re.search("[，、。；“”‘’【】｛｝]", word):
        return Text("use English commas, quotation marks and brackets", "逗号、引号、括号请用英文半角")
    near = nearest(word, known)
    if near:
        return Text(f"did you mean {quoted(near)}?", f"是不是{quoted_zh(near)}？")
    if not known:
        return Text("nothing of the kind is named here yet", "这里还没有写过")
    shown = list(known)[:16]
    more = " …" if len(known) > len(shown) else ""
    return Text("there are: " + ", ".join(shown) + more, "可用的有：" + "、".join(shown) + more)


class Form(NamedTuple):
    """Reads nodes of one file. A node that is noted as wrong already is passed over in silence.

    `names` are the ids that the file defines, by part, as they are written; `version` is that of its format.
    """

    notes: Notes
    names: Mapping[str, Collection[str]] = {}
    version: int = 1

    def known(self, names: Collection[str] | str) -> Collection[str]:
        """The words themselves, or those that the file defines in the part of that name."""
        return self.names.get(names, ()) if isinstance(names, str) else names

    def fields(
        self,
        node: Node,
        owner: Place,
        name: Text,
        required: Collection[str],
        optional: Collection[str] = (),
        later: Collection[str] = (),
    ) -> Mapping[str, Pair]:
        """The known keys of a map; unknown and missing ones noted, and `later` ones in a file of the first format."""
        if not isinstance(node, Map):
            self._not_a_map(node, owner, name)
            return {}
        known = (*required, *optional, *(later if self.version > 1 else ()))
        broken = any(isinstance(pair.value, Scalar) and pair.value.bad for pair in node.pairs.values())
        strange = [pair.key for key, pair in node.pairs.items() if key not in known]
        for key in strange:
            if key.text in later:
                self.too_early(key)
            elif not key.bad:
                unknown(self.notes, key.place, key.text, [k for k in known if k not in node.pairs] or known, KEY)
        missing = [key for key in required if key not in node.pairs]
        if not (broken or any(key.bad for key in strange)):
            renamed = {nearest(key.text, missing) for key in strange}
            for absent in missing:
                if absent not in renamed:
                    self.missing(absent, owner, name)
        return {key: pair for key, pair in node.pairs.items() if key in known}

    def too_early(self, key: Scalar) -> None:
        """Note that a key belongs to the second format."""
        self.notes.add(
            "needs-format-2",
            key.place,
            Text(f"{quoted(key.text)} belongs to svc-rules/2", f"{quoted_zh(key.text)}是 svc-rules/2 才有的写法"),
            Text("write `format: svc-rules/2` at the top of the file", "把文件开头改成  format: svc-rules/2"),
        )

    def missing(self, key: str, owner: Place, name: Text) -> None:
        """Note that a key is not there."""
        example = EXAMPLES.get(key, "…")
        self.notes.add(
            "missing-key",
            owner,
            Text(f"{name.en} has no {quoted(key)}", f"{name.zh}缺{quoted_zh(key)}这一项"),
            Text(f"add a line `{key}: {example}`", f"补一行  {key}: {example}"),
        )

    def _not_a_map(self, node: Node, owner: Place, name: Text) -> None:
        if isinstance(node, Scalar) and node.bad:
            return
        blank = isinstance(node, Scalar) and node.blank
        self.notes.add(
            "not-a-map",
            owner if blank else node.place,
            Text(f"{name.en} should be a block of `key: value` lines", f"{name.zh}应写成几行  key: value"),
            Text(
                "look at the other blocks of this part, and at the indentation",
                "请照着同一部分里其他几组写，注意缩进",
            ),
        )

    def entries(self, node: Node, owner: Place, name: Text) -> tuple[Node, ...]:
        """The entries of a list that has at least one."""
        if isinstance(node, Seq) and node.items:
            return node.items
        if not (isinstance(node, Scalar) and node.bad):
            self.notes.add(
                "not-a-list",
                owner,
                Text(f"{name.en} should be a list with at least one entry", f"{name.zh}应是列表，至少有一行"),
                Text(
                    "begin each entry with a dash and a space, or write [one, two]",
                    "每行以英文横线加空格开头，或写成 [甲, 乙]",
                ),
            )
        return ()

    def text(self, pair: Pair | None) -> str:
        """A text that says something; "" where it does not (noted) or is not there."""
        if pair is None:
            return ""
        return self.scalar(pair.value, pair.key.place, pair.key.text)

    def both(self, fields: Mapping[str, Pair], key: str) -> Text:
        """A text in the language of the file, and its English beside it (`title_en`); where there is none, itself."""
        said = self.text(fields.get(key))
        return Text(self.text(fields.get(f"{key}_en")) or said, said)

    def scalar(self, node: Node, owner: Place, name: str) -> str:
        """The text of a node that must be one."""
        if isinstance(node, Scalar) and (node.text or node.bad):
            return "" if node.bad else node.text
        if isinstance(node, Scalar):
            self.notes.add(
                "missing-value",
                owner,
                Text(f"{quoted(name)} is blank", f"{quoted_zh(name)}空着"),
                Text("write the value after the colon", "在冒号后面写上内容"),
            )
        else:
            self.notes.add(
                "not-a-text",
                node.place,
                Text(f"{quoted(name)} takes one value, not a list or a block", f"{quoted_zh(name)}只能写一个值"),
                Text("write it after the colon, without brackets", "直接写在冒号后面，不加括号"),
            )
        return ""

    def word(self, pair: Pair | None, known: Collection[str], kind: Kind) -> str:
        """One of the known words; "" where it is none (noted) or not there."""
        return self._known(pair.value, pair.key, known, kind) if pair else ""

    def words(
        self, pair: Pair | None, known: Collection[str], kind: Kind, offered: Collection[str] = ()
    ) -> tuple[str, ...]:
        """A list of known words, or one alone; `offered` are those a hint may name."""
        if pair is None:
            return ()
        nodes: tuple[Node, ...] = (pair.value,)
        if not isinstance(pair.value, Scalar) or pair.value.blank:
            nodes = self.entries(pair.value, pair.key.place, named(pair))
        found = [self._known(node, pair.key, known, kind, offered) for node in nodes]
        return tuple(word for word in found if word)

    def _known(self, node: Node, key: Scalar, known: Collection[str], kind: Kind, offered: Collection[str] = ()) -> str:
        text = self.scalar(node, key.place, key.text)
        if text and text not in known:
            unknown(self.notes, node.place, text, offered or known, kind)
            return ""
        return text

    def value(self, pair: Pair | None, read: Callable[[str], V | Wrong]) -> V | None:
        """A value read by a function of `svc.rules.form.values`; None where it is blank or wrong (noted)."""
        node = pair.value if pair else None
        if pair is None or node is None or (isinstance(node, Scalar) and (node.bad or node.blank)):
            return None
        if not isinstance(node, Scalar):
            self.scalar(node, pair.key.place, pair.key.text)
            return None
        found = read(node.text)
        if isinstance(found, Wrong):
            self.notes.add(found.code, node.place, found.what, found.hint)
            return None
        return found

    def id(self, key: Scalar) -> bool:
        """Whether a name is made as ids are (noted where not)."""
        if ID.fullmatch(key.text):
            return True
        if not key.bad:
            self.notes.add(
                "not-an-id",
                key.place,
                Text(f"{quoted(key.text)} cannot be used as a name", f"{quoted_zh(key.text)}不能作代号"),
                Text(
                    "small English letters, digits and _, three to forty of them, like late_arrival",
                    "用小写英文字母、数字和下划线，3 到 40 个，如 late_arrival",
                ),
            )
        return False
