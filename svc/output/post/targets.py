"""Who is told: an address as it is typed, or as a file or the environment keeps it, away from `ps` and shell history."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from svc.errors import BadInput
from svc.named import NamedTuple
from svc.store.files.plain import read_given
from svc.text import Text

BOTS = {
    "qyapi.weixin.qq.com": "wecom",
    "oapi.dingtalk.com": "dingtalk",
    "open.feishu.cn": "feishu",
    "open.larksuite.com": "feishu",
}
"""The group bots that are known by their host; `wecom+https://…` says it of any other."""
KINDS = ("wecom", "dingtalk", "feishu", "webhook")
LOCAL = ("localhost", "127.0.0.1", "::1")


class Target(NamedTuple):
    """One receiver. `kind`: wecom, dingtalk, feishu, webhook, mail, folder or other; `label` has no secret in it."""

    kind: str
    url: str
    secret: str | None
    label: str

    @property
    def key(self) -> str:
        """Knows the receiver again from run to run; says nothing about its secrets."""
        return hashlib.sha256(f"{self.kind} {self.url}".encode()).hexdigest()[:16]


def read(spec: str, environ: Mapping[str, str]) -> list[Target]:
    """The receivers that an address names: `env:NAME` and `@FILE` (one a line) hold others.

    BadInput for what is no address; it never repeats one, which may hold a secret.
    """
    return [target for address in _addresses(spec, environ) for target in _targets(address, environ)]


def _addresses(spec: str, environ: Mapping[str, str]) -> Iterator[str]:
    if spec.startswith("@"):
        for line in _lines(Path(spec[1:]).expanduser()):
            yield from _addresses(line, environ)
    elif spec.startswith("env:"):
        name = spec[4:]
        if not environ.get(name):
            raise BadInput(
                Text(f"the environment has no {name}", f"环境变量 {name} 没有设置"),
                Text(f"export {name}=https://…", f"export {name}=https://…"),
            )
        yield from environ[name].split()
    else:
        yield spec


def _lines(file: Path) -> list[str]:
    try:
        text = read_given(file).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise BadInput(
            Text(f"{file} cannot be read", f"无法读取 {file}"),
            Text("one address a line, in UTF-8; # begins a remark", "每行一个地址，UTF-8；# 开头为注释"),
        ) from None
    return [line.strip() for line in text.split("\n") if line.strip() and not line.strip().startswith("#")]


def _targets(address: str, environ: Mapping[str, str]) -> list[Target]:
    parts = urlsplit(address)
    if parts.scheme in ("mailto", "smtp", "smtps"):
        return _mail(parts, environ)
    if parts.scheme == "file" or not parts.scheme or len(parts.scheme) == 1:  # C:\…
        folder = str(Path(unquote(parts.path) if parts.scheme == "file" else address).expanduser().absolute())
        return [Target("folder", folder, None, folder)]
    kind, _, scheme = parts.scheme.rpartition("+")
    if scheme not in ("http", "https"):
        return [Target("other", address, None, f"{parts.scheme}://{parts.hostname or ''}")]
    if not parts.hostname or (kind and kind not in KINDS):
        raise _wrong(parts)
    return [_hook(kind or BOTS.get(parts.hostname, "webhook"), parts._replace(scheme=scheme))]


def _hook(kind: str, parts: SplitResult) -> Target:
    """A webhook; `secret=` in its query is for signing and goes to nobody."""
    if parts.scheme == "http" and parts.hostname not in LOCAL and kind != "webhook":
        raise BadInput(
            Text(f"{kind} at {parts.hostname}: http:// shows the key to everybody on the way", f"{kind}：http:// 会泄露密钥"),
            Text("write https://", "请写 https://"),
        )  # fmt: skip
    query = parse_qsl(parts.query, keep_blank_values=True)
    secret = next((value for name, value in query if name == "secret"), None)
    rest = urlencode([pair for pair in query if pair[0] != "secret"])
    url = urlunsplit(parts._replace(query=rest, fragment=""))
    target = Target(kind, url, secret, "")
    return target._replace(label=f"{kind} {parts.hostname} ({target.key[:4]})")


def _mail(parts: SplitResult, environ: Mapping[str, str]) -> list[Target]:
    """`mailto:a@x,b@y` by the server in SVC_SMTP, or `smtp://user:password@host:587/a@x,b@y`; one target an address."""
    server = urlsplit(environ.get("SVC_SMTP", "")) if parts.scheme == "mailto" else parts
    if server.scheme not in ("smtp", "smtps") or not server.hostname:
        raise BadInput(
            Text("mail: no server is named", "邮件：没有指定服务器"),
            Text(
                "export SVC_SMTP=smtp://user:password@host:587 (or smtps://…)", "export SVC_SMTP=smtp://用户:密码@主机:587"
            ),
        )  # fmt: skip
    sender = dict(parse_qsl(parts.query)).get("from") or dict(parse_qsl(server.query)).get("from") or ""
    people = [one.strip() for one in unquote(parts.path).strip("/").split(",") if one.strip()]
    if not people or not all("@" in one.strip("@") for one in people):
        raise _wrong(parts)
    base = urlunsplit(server._replace(path="", query=urlencode({"from": sender}) if sender else "", fragment=""))
    account = server.hostname + (f":{server.port}" if server.port else "")
    return [Target("mail", f"{account} {one}", base, f"mail {one}") for one in people]


def _wrong(parts: SplitResult) -> BadInput:
    return BadInput(
        Text(f"{parts.scheme}: this is no address that can be sent to", f"{parts.scheme}：不是可以发送的地址"),
        Text(
            "https://… of a WeCom, DingTalk or Feishu bot or of a webhook, mailto:head@example.com, env:NAME, @FILE",
            "企业微信、钉钉、飞书机器人或其他 https://… 地址，mailto:邮箱，env:变量名，@文件",
        ),
    )
