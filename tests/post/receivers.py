"""Receivers on loopback that answer as the real ones do: HTTP 200 for everything, the verdict in the JSON."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, Any] | str]


class Got(NamedTuple):
    """One request that came in."""

    path: str
    query: dict[str, list[str]]
    body: Any
    raw: bytes
    headers: dict[str, str]


class Receiver:
    """What came in, where to send, and how to answer next (None: as the kind does)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.got: list[Got] = []
        self.answers: list[Answer] = []
        self.hang = threading.Event()
        self.delay = 0.0

    def url(self, kind: str, path: str = "/hook") -> str:
        return f"{kind}+http://127.0.0.1:{self.port}{path}"


def _mac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def wecom(got: Got) -> Answer:
    if got.query.get("key") != ["k-1"]:
        return 200, {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1234]"}
    if got.body.get("msgtype") != "text" or len(got.body["text"]["content"].encode()) > 2048:
        return 200, {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
    return 200, {"errcode": 0, "errmsg": "ok"}


def dingtalk(got: Got) -> Answer:
    stamp = got.query.get("timestamp", ["0"])[0]
    if got.query.get("access_token") != ["t-1"]:
        return 200, {"errcode": 300005, "errmsg": "token is not exist"}
    if abs(time.time() * 1000 - int(stamp)) > 3_600_000:
        return 200, {"errcode": 310000, "errmsg": "invalid timestamp"}
    if got.query.get("sign") != [_mac("SEC-ding", f"{stamp}\nSEC-ding")]:
        return 200, {"errcode": 310000, "errmsg": "sign not match"}
    if not isinstance(got.body["text"]["content"], str):
        return 200, {"errcode": 43004, "errmsg": "invalid body"}
    return 200, {"errcode": 0, "errmsg": "ok"}


def feishu(got: Got) -> Answer:
    stamp = got.body.get("timestamp", "0")
    signed = got.body.get("sign") == _mac(f"{stamp}\nfei-secret", "")
    if not signed or abs(time.time() - int(stamp)) > 3600:
        said = "sign match fail or timestamp is not within one hour from current time"
        return 200, {"code": 19021, "data": {}, "msg": said}
    if got.body["msg_type"] != "text" or not got.body["content"]["text"]:
        return 200, {"code": 9499, "data": {}, "msg": "Bad Request"}
    return 200, {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}


def webhook(got: Got) -> Answer:
    return 204, ""


@contextmanager
def receiver(kind: Callable[[Got], Answer], port: int = 0) -> Iterator[Receiver]:
    """A server of that kind on loopback, stopped in the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            if here.hang.is_set():
                while here.hang.is_set():
                    time.sleep(0.05)
                return
            time.sleep(here.delay)
            parts = urlsplit(self.path)
            got = Got(parts.path, parse_qs(parts.query), json.loads(raw), raw, dict(self.headers))
            here.got.append(got)
            status, body = here.answers.pop(0) if here.answers else kind(got)
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if status != 204:
                self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    here = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
