"""Free text as it may enter a ledger: visible, unambiguous, in one Unicode form."""

from __future__ import annotations

import re
from functools import lru_cache

from svc.errors import BadInput
from svc.text import Text, quoted

LONGEST = 4000
"""Characters a text may have; more is a file, not a note."""

# Patterns are compiled when first used (by `re`, which keeps them): a start-up is paid by every command.

# C0 and C1 controls but tab and newline: a terminal obeys them.
_CONTROL = "[\x00-\x08\x0b-\x1f\x7f-\x9f]"
# Direction marks turn text around on the screen: what is read is not what is stored.
_BIDI = "[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
# A joiner stays between the parts of a picture (a family of emoji); beside a letter nobody sees it.
_INVISIBLE = r"[\u200b\u200c\u2060\ufeff\u00ad]|\u200d(?=\w|\Z)|(?:(?<=\w)|\A)\u200d"
_LAST_OF_PLANES = "".join(chr((plane << 16) + 0xFFFE) + chr((plane << 16) + 0xFFFF) for plane in range(15))
_NOT_TEXT = f"[\ufffd\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef{_LAST_OF_PLANES}\U000e0000-\U000e007f\U000f0000-\U0010ffff]"


class Labelled(str):
    """What a value is called in an error, where that is another word in Chinese: a column, a label of a form."""

    zh: str

    def __new__(cls, en: str, zh: str) -> Labelled:
        made = super().__new__(cls, en)
        made.zh = zh
        return made


def in_chinese(name: str) -> str:
    """What a value is called in a Chinese error: an option and a key stay as they are typed."""
    return name.zh if isinstance(name, Labelled) else name


def clean(text: str, name: str) -> str:
    """The text in NFC without invisible characters and outer blanks.

    Raises BadInput, naming `name`, for what must not be stored: control and direction characters,
    broken or private characters, stacks of accents, a text too long.
    """
    if len(text) > LONGEST:
        raise BadInput(
            Text(f"{name}: {len(text)} characters are too many", f"{in_chinese(name)}：{len(text)} 个字符，太长"),
            Text(f"at most {LONGEST} characters", f"最多 {LONGEST} 个字符"),
        )
    if text.isascii() and text.isprintable():
        return text.strip()
    if not text.isprintable() or "\ufffd" in text:  # what is printable has none of these
        text = text.replace("\r\n", "\n").replace("\t", " ")
        _refuse(_CONTROL, text, name, Text("a control character", "控制字符"))
        _refuse(_BIDI, text, name, Text("a character that turns the writing direction", "改变书写方向的字符"))
        _refuse(_NOT_TEXT, text, name, Text("a character that is no text (lost or private)", "无法识别的字符（乱码）"))
        text = re.sub(_INVISIBLE, "", text)
    import unicodedata

    text = unicodedata.normalize("NFC", text)
    marks = 0
    for character in text if any(map(unicodedata.combining, text)) else "":
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > 4:
            raise BadInput(
                Text(f"{name}: a pile of accents on one letter", f"{in_chinese(name)}：一个字母上叠了太多符号"),
                Text("type the text again", "请重新输入"),
            )
    return text.strip().strip("\u3000").strip()


def _refuse(pattern: str, text: str, name: str, kind: Text) -> None:
    found = re.search(pattern, text)
    if found:
        code = f"U+{ord(found.group()):04X}"
        where = found.start() + 1
        raise BadInput(
            Text(f"{name}: {kind.en} ({code}) at character {where}", f"{in_chinese(name)}：第 {where} 个字符是{kind.zh}（{code}）"),
            Text("take it out and repeat", "去掉后再试"),
        )


@lru_cache(maxsize=1 << 12)
def folded(code: str) -> str:
    """A code as it is compared: `HYD`, `hyd` and `ｈｙｄ  ` are one fault; what was typed stays as typed."""
    import unicodedata

    return " ".join(unicodedata.normalize("NFKC", code).casefold().split())


def says_something(text: str | None) -> bool:
    """Whether a text has at least one letter, digit or Han character (4.6: a dash is no cause)."""
    return any(map(str.isalnum, text or ""))


def misread(text: str) -> Text | None:
    """What to say of a text whose UTF-8 was read as GBK on the way (`鎴戞槸` for `我是`); None where that makes no sense."""
    if text.isascii():
        return None
    try:
        meant = text.encode("gb18030").decode("utf-8", "surrogateescape")
    except UnicodeError:
        return None
    if len(meant) >= len(text):  # so it is with nearly every text: what is no UTF-8 is a character a byte here
        return None
    if any("\udc80" <= c <= "\udcff" for c in meant) or not any("\u4e00" <= c <= "\u9fff" for c in meant):
        return None
    return Text(
        f"this looks like text in the wrong encoding; perhaps {quoted(meant)} was meant",
        f"这段文字像是编码错误，可能是“{meant}”",
    )
