"""Group bots of WeCom, DingTalk and Feishu, and webhooks that take JSON.

The bots answer HTTP 200 whatever they think of a message; what counts is the code in the answer. A
secret signs: DingTalk in the address, Feishu in the message, a webhook in a header.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from svc.named import NamedTuple
from svc.output.post.model import Message, NotSent, patience
from svc.output.post.targets import Target
from svc.text import Text, visible

LONGEST_ANSWER = 65_536


class Request(NamedTuple):
    """What is sent: address, JSON, headers."""

    url: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]


def send(target: Target, message: Message) -> None:
    """Post it; NotSent unless the answer says that it was taken."""
    made = _MAKERS[target.kind](target, message, time.time())
    status, answer = _post(made)
    if not 200 <= status < 300:
        raise NotSent(_refused(str(status), answer[:200].decode("utf-8", "replace")))
    _judge(target.kind, answer)


# ---- what each of them wants to read -----------------------------------------------------------------


def wecom(target: Target, message: Message, now: float) -> Request:
    """WeCom: a text; its key is in the address."""
    return Request(target.url, {"msgtype": "text", "text": {"content": _whole(message)}}, {})


def dingtalk(target: Target, message: Message, now: float) -> Request:
    """DingTalk: a text; with a secret, milliseconds and their signature are added to the address."""
    url = target.url
    if target.secret:
        stamp = str(int(now * 1000))
        sign = _mac(target.secret, f"{stamp}\n{target.secret}")
        url += ("&" if "?" in url else "?") + urlencode({"timestamp": stamp, "sign": sign})
    return Request(url, {"msgtype": "text", "text": {"content": _whole(message)}}, {})


def feishu(target: Target, message: Message, now: float) -> Request:
    """Feishu: a text; with a secret, seconds and a signature keyed by both stand beside it."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": _whole(message)}}
    if target.secret:
        stamp = str(int(now))
        body |= {"timestamp": stamp, "sign": _mac(f"{stamp}\n{target.secret}", "")}
    return Request(target.url, body, {})


def webhook(target: Target, message: Message, now: float) -> Request:
    """Anybody's webhook: title, text and the same as data; a secret signs the bytes, as GitHub's hooks do it."""
    body = {"title": message.title, "text": message.text, **message.data}
    if not target.secret:
        return Request(target.url, body, {})
    sign = hmac.new(target.secret.encode(), _bytes(body), hashlib.sha256).hexdigest()
    return Request(target.url, body, {"X-Svc-Signature-256": f"sha256={sign}"})


_MAKERS = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu, "webhook": webhook}


def _whole(message: Message) -> str:
    return f"{message.title}\n{message.text}"


def _mac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _bytes(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


# ---- sending and the answer --------------------------------------------------------------------------


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A bot that sends us elsewhere is none; and a redirected POST would lose its content."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(made: Request) -> tuple[int, bytes]:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "svc", **made.headers}
    request = urllib.request.Request(made.url, _bytes(made.body), headers, method="POST")
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=patience()) as answer:
            return answer.status, answer.read(LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        return error.code, error.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(_unreached(error)) from None


def _judge(kind: str, answer: bytes) -> None:
    """NotSent unless a bot's code is 0. A webhook may answer anything, but an `errcode` is believed too."""
    try:
        said = json.loads(answer)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        if kind != "webhook":
            raise NotSent(_refused("?", answer[:200].decode("utf-8", "replace")))
        return
    names = ("code", "StatusCode") if kind == "feishu" else ("errcode",)
    code = next((said[name] for name in names if name in said), None)
    if code != 0 and (kind != "webhook" or code is not None):
        raise NotSent(
            _refused(str(code), str(said.get("errmsg") or said.get("msg") or said.get("StatusMessage") or ""))
        )


def _refused(code: str, words: str) -> Text:
    shown = " ".join(visible(words).split())[:200]
    return Text(f"refused: {code} {shown}".rstrip(), f"对方拒收：{code} {shown}".rstrip())


def _unreached(error: Exception) -> Text:
    why = getattr(error, "reason", None) or error
    name = "timed out" if isinstance(why, TimeoutError) else str(why) or type(error).__name__
    return Text(f"not reached: {name}", f"无法送达：{name}")
