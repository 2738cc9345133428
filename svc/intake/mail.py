"""Mails as they are: who, when, which thread, what was newly written, what was attached. Nothing here knows a desk."""

from __future__ import annotations

import hashlib
import mailbox
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path

from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text

LARGEST = 50 << 20
"""Bytes that one mail may have."""
LONGEST = 3000
"""Characters of a mail that are taken; what is cut says so."""
SMALL = 4096
"""An inline picture of fewer bytes is a logo, not what the mail is about."""


class Attached(NamedTuple):
    """A file that came with a mail."""

    name: str
    body: bytes


class Mail(NamedTuple):
    """What a mail says. `key` is made of its Message-ID, `thread` of those that it answers; `automatic`: no person wrote it."""

    key: str
    thread: tuple[str, ...]
    name: str
    address: str
    at: datetime | None
    subject: str
    text: str
    files: tuple[Attached, ...]
    automatic: bool


def key_of(id: str) -> str:
    """A Message-ID as a ledger keeps it: it may hold somebody's name."""
    return "m" + hashlib.sha256(id.strip().strip("<>").encode()).hexdigest()[:31]


def boxes(path: Path) -> Iterator[bytes]:
    """The mails of a Maildir, an mbox or one file with one mail."""
    if path.is_dir():
        if not (path / "new").is_dir() and not (path / "cur").is_dir():
            raise BadInput(
                Text(f"{path} is no Maildir: it has neither new/ nor cur/", f"{path} 不是 Maildir：没有 new/ 和 cur/"),
                Text("name the folder that holds them, or one mail's file", "请写含有它们的目录，或单个邮件文件"),
            )
        for folder in ("new", "cur"):
            for one in sorted((path / folder).iterdir()) if (path / folder).is_dir() else ():
                if one.is_file() and one.stat().st_size <= LARGEST:
                    yield one.read_bytes()
        return
    if not path.is_file():
        raise BadInput(Text(f"there is no file {path}", f"没有文件 {path}"), Text("check the path", "请检查路径"))
    with path.open("rb") as stream:
        begins = stream.read(5)
    if begins == b"From ":
        yield from (one.as_bytes() for one in mailbox.mbox(path, create=False))
    elif path.stat().st_size <= LARGEST:
        yield path.read_bytes()


def read(raw: bytes) -> Mail:
    """What a mail says; BadInput for bytes that are none."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if not message.keys() or not (message.get("from") or message.get("date") or message.get("subject")):
        raise BadInput(Text("this is no mail: it has no From, Date or Subject", "不是邮件：没有发件人、日期或主题"))
    name, address = parseaddr(_header(message, "from"))
    id = _header(message, "message-id")
    refs = re.findall(r"<[^<>]+>", f"{_header(message, 'references')} {_header(message, 'in-reply-to')}")
    return Mail(
        key_of(id) if id else "m" + hashlib.sha256(raw).hexdigest()[:31],
        tuple(dict.fromkeys(key_of(one) for one in reversed(refs))),
        name,
        address.lower(),
        _date(message),
        subject(_header(message, "subject")),
        newly_written(_text(message)),
        tuple(_files(message)),
        _automatic(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except Exception:  # a header that no parser takes: the library raises whatever it meets
        return ""


def _date(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(message, "date"))
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else None


def _automatic(message: EmailMessage) -> bool:
    """Whether a machine wrote it: an absence note, a bounce, a mailing list."""
    said = _header(message, "auto-submitted").lower()
    bulk = _header(message, "precedence").lower() in ("bulk", "junk", "list", "auto_reply")
    return (said not in ("", "no")) or bulk or message.get_content_type() == "multipart/report"


def subject(text: str) -> str:
    """A subject without what answering and forwarding put before it."""
    return re.sub(r"(?i)^(?:\s*(?:re|fwd?|aw|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：])+\s*", "", text).strip()


# ---- the text -------------------------------------------------------------------------------------


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, UnicodeError, KeyError):  # a charset that nobody knows
        content = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]
    content = content if isinstance(content, str) else ""
    return _plain(content) if part.get_content_type() == "text/html" else content


class _Plain(HTMLParser):
    """The text of a page, a line for each paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in ("style", "script", "blockquote", "head"):
            self._hidden += 1
        elif tag in ("br", "p", "div", "tr", "li"):
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "blockquote", "head"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def _plain(page: str) -> str:
    reader = _Plain()
    reader.feed(page)
    return "".join(reader.pieces)


_QUOTED = (
    r"^-{2,}\s*(?:Original Message|Forwarded message|原始邮件|转发邮件信息|回复的原邮件|邮件原件)\s*-{2,}\s*$",
    r"^(?:On\b.{4,200}\bwrote|在.{4,200}写道|.{0,120}于\s*\d{4}.{2,60}写道)\s*[:：]\s*$",
    r"^(?:From|发件人)\s*[:：].*$",
    r"^_{10,}\s*$",
)
"""Lines from which on a mail repeats another."""
_SIGNED = (
    r"^-- ?$",
    r"^(?:Sent from my|Get Outlook for|发自我的|发送自|来自我的).*$",
)
"""Lines from which on somebody's signature stands."""


def newly_written(text: str) -> str:
    """What somebody wrote himself: without what he answers, without his signature, blank lines put together."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n"):
        if any(re.match(one, line.strip() if one is not _SIGNED[0] else line.rstrip("\n"), re.IGNORECASE) for one in (*_QUOTED, *_SIGNED)):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    while kept and re.match(_QUOTED[1], " ".join(kept[-2:]), re.IGNORECASE):  # "On … \n wrote:" over two lines
        del kept[-2:]
    plain = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return plain if len(plain) <= LONGEST else plain[:LONGEST].rstrip() + " […]"


# ---- what was attached ----------------------------------------------------------------------------


def _files(message: EmailMessage) -> Iterator[Attached]:
    body = message.get_body(preferencelist=("plain", "html"))
    for n, part in enumerate(message.walk(), 1):
        if part.is_multipart() or part is body:
            continue
        name, kind = part.get_filename(), part.get_content_maintype()
        if not name and kind not in ("image", "application"):
            continue
        found = part.get_payload(decode=True)
        if isinstance(found, bytes) and found and (part.is_attachment() or len(found) >= SMALL):
            yield Attached(name or f"{n}.{part.get_content_subtype()}", found)
