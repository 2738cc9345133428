"""Mail by a server of the department's, encrypted on the way unless the server is this machine."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from svc.output.post.model import Message, NotSent, patience
from svc.output.post.targets import LOCAL, Target
from svc.text import Text, visible


def send(target: Target, message: Message) -> None:
    """Hand it to the server; NotSent where the server or the receiver does not take it."""
    assert target.secret is not None
    server = urlsplit(target.secret)
    receiver = target.label.removeprefix("mail ")
    try:
        with _connected(server) as smtp:
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(_letter(server, receiver, message), to_addrs=[receiver])
    except smtplib.SMTPRecipientsRefused as error:
        raise NotSent(_refused(*error.recipients[receiver])) from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(_refused(error.smtp_code, error.smtp_error)) from None
    except (smtplib.SMTPException, OSError) as error:
        name = "timed out" if isinstance(error, TimeoutError) else str(error)
        raise NotSent(Text(f"not reached: {name}", f"无法送达：{name}")) from None


def _connected(server: SplitResult) -> smtplib.SMTP:
    host, secure = server.hostname or "", ssl.create_default_context()
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, server.port or 465, timeout=patience(), context=secure)
    smtp = smtplib.SMTP(host, server.port or 587, timeout=patience())
    smtp.ehlo()
    if smtp.has_extn("starttls") or host not in LOCAL:
        smtp.starttls(context=secure)  # refuses, with the reason, where the server cannot
    return smtp


def _letter(server: SplitResult, receiver: str, message: Message) -> EmailMessage:
    letter = EmailMessage()
    user = unquote(server.username or "")
    sender = dict(parse_qsl(server.query)).get("from") or (user if "@" in user else f"svc@{server.hostname}")
    letter["From"], letter["To"], letter["Subject"] = sender, receiver, message.title
    letter["Date"], letter["Message-ID"] = formatdate(localtime=True), make_msgid("svc", sender.rpartition("@")[2])
    letter.set_content(message.text)
    for name, data in message.files:
        letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return letter


def _refused(code: int, words: bytes | str) -> Text:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    shown = " ".join(visible(said).split())[:200]
    return Text(f"refused: {code} {shown}", f"对方拒收：{code} {shown}")
