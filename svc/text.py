"""The two languages of the program: every message is written in both, side by side.

A message is a `Text(en, zh)` where it is raised, so none can be forgotten in one language and no
catalogue has to be kept in step. Which one is shown is decided once per process (`use`), at the
edge; nothing below the edge knows the language.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable

from svc.named import NamedTuple


class Text(NamedTuple):
    """One message in both languages."""

    en: str
    zh: str


_language = "en"


def use(language: str) -> None:
    """Show messages in `language` ("zh" or "en") from now on."""
    global _language
    _language = language


def language() -> str:
    """The language shown now: "zh" or "en"."""
    return _language


def say(text: Text | str) -> str:
    """The message in the language shown now; a plain string is the same in both."""
    return text if isinstance(text, str) else (text.zh if _language == "zh" else text.en)


def from_environment(environ: dict[str, str]) -> str:
    """The language that SVC_LANG or the locale variables ask for: "zh" for any Chinese one, else "en"."""
    for name in ("SVC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def example(line: str, *words: Text) -> Text:
    """A command to be copied, with what is put into its `{}` in either language: the command stays, its words do not."""
    return Text(line.format(*(word.en for word in words)), line.format(*(word.zh for word in words)))


def for_example(line: Text | str) -> Text:
    """The hint that shows a command to be copied."""
    both = Text(line, line) if isinstance(line, str) else line
    return Text(f"for example: {both.en}", f"例如：{both.zh}")


def visible(text: str) -> str:
    """A stored text made safe for a terminal: controls and direction marks shown, not obeyed."""
    if text.isprintable():
        return text
    return "".join(
        c if c == "\n" or c.isprintable() else (f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}")
        for c in text
    )


def quoted(text: object) -> str:
    """A short, safe form of something typed or written, in the quotation marks of English text."""
    if not isinstance(text, str):
        return _short(text)  # a number in a file of lines: no text
    mark = '"' if "'" in text and '"' not in text else "'"
    return f"{mark}{_short(text)}{mark}"


def quoted_zh(text: object) -> str:
    """A short, safe form of something typed or written, in the quotation marks of Chinese text."""
    return f"“{_short(text)}”" if isinstance(text, str) else f" {_short(text)} "


def _short(text: object) -> str:
    shown = visible(str(text)).replace("\n", " ")
    return shown if len(shown) <= 60 else shown[:57] + "..."


def near(word: str, known: Iterable[str], most: int = 1, least: float = 0.6) -> list[str]:
    """The known words most like one that is not known, the likest first: what may have been meant.

    `least` is how like they must be at least, from 0 (nothing in common) to 1 (the same).
    """
    from difflib import get_close_matches  # only a mistake needs it

    return get_close_matches(word, list(known), most, least)


# ---- Why the system refused: what it says itself in English, and the same in Chinese -----------

_CHINESE = {
    errno.ENOENT: "文件或目录不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样操作",
    errno.EEXIST: "文件已存在",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOTEMPTY: "目录不是空的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件太大",
    errno.EROFS: "只读的文件系统",
    errno.EIO: "读写出错（磁盘可能损坏）",
    errno.EBUSY: "正被占用",
    errno.EMFILE: "打开的文件太多",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EINVAL: "参数无效",
    errno.ELOOP: "符号链接循环",
    errno.EXDEV: "不在同一个文件系统",
    errno.ETXTBSY: "文件正在执行",
    errno.EPIPE: "管道已断开",
    errno.ECONNREFUSED: "连接被拒绝",
    errno.ETIMEDOUT: "超时",
}


def reason(error: OSError) -> Text:
    """What the system says of an error; in Chinese too where it is one that people meet."""
    said = str(error.strerror or error)
    return Text(said, _CHINESE.get(error.errno or 0, said))


def asked_for(path: object) -> str:
    """The path of a file as somebody asked for it: not of the one that is written beside it first."""
    return re.sub(r"(^|[/\\])\.([^/\\]+)\.new$", r"\1\2", str(path))
