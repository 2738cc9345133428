"""Signing and checking with OpenSSH (`ssh-keygen -Y`): no keys and no cryptography of our own.

Whose key may sign what, and when, is what the ledger `access` says; OpenSSH says whether a signature is of that
text by that key. `data/registers/allowed_signers` is the same for anybody with OpenSSH and without `svc`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from svc.domain.entry import Entry
from svc.domain.nouns.access import Key
from svc.domain.signature import armoured, bare, parsed
from svc.errors import BadInput
from svc.text import Text, quoted, quoted_zh

TOOL = "ssh-keygen"
SIGNERS = "registers/allowed_signers"


def available() -> bool:
    """Whether OpenSSH's ssh-keygen is on this computer."""
    return shutil.which(TOOL) is not None


def sign(text: bytes, namespace: str, public: str, named: str | None) -> str:
    """The signature of a text by a registered key: base64 on one line.

    The private key is the file `named`, or in ssh-agent, or in ~/.ssh; ssh-keygen asks for its passphrase
    itself. BadInput where it is not to be had, or another key signed.
    """
    if not available():
        raise BadInput(
            Text("OpenSSH's ssh-keygen is needed to sign", "签名需要 OpenSSH 的 ssh-keygen"),
            Text("install it: apt install openssh-client", "请安装：apt install openssh-client"),
        )
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        keys = [named] if named else [*_at_home(public), str(_written(Path(folder) / "key.pub", public))]
        for key in keys:
            command = [TOOL, "-Y", "sign", "-q", "-n", namespace, "-f", str(Path(key).expanduser())]
            done = subprocess.run(command, input=text, capture_output=True)
            if done.returncode == 0:
                return _of_that_key(bare(done.stdout.decode("ascii", "replace")), public)
    why = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
    raise BadInput(
        Text(f"a key is registered, so this is signed, and the private key cannot be used: {why}",
             f"已登记密钥，须签名，但无法使用私钥：{why}"),
        Text("name it with --key FILE (or SVC_KEY), or load it into ssh-agent", "请用 --key 文件（或 SVC_KEY）指定私钥，或加载到 ssh-agent"),
    )  # fmt: skip


def _at_home(public: str) -> list[str]:
    """Private keys in ~/.ssh whose public half is the registered one."""
    try:
        found = sorted((Path.home() / ".ssh").glob("*.pub"))
        return [str(path.with_suffix("")) for path in found if path.read_text("utf-8", "replace").startswith(public)]
    except (OSError, RuntimeError):
        return []


def _written(path: Path, public: str) -> Path:
    path.write_text(public + "\n", "utf-8")
    return path


def _of_that_key(signature: str, public: str) -> str:
    said = parsed(signature)
    if said is None or said.key != public.split(" ")[1]:
        raise BadInput(
            Text("that is not the registered key", "这不是已登记的密钥"),
            Text(
                "see: svc staff key list; give the right one with --key FILE",
                "查看：svc staff key list；用 --key 指定正确的私钥",
            ),
        )
    return signature


def good(text: bytes, signature: str, namespace: str) -> bool:
    """Whether a signature is of just this text, by the key that it names."""
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".sig") as file:
        file.write(armoured(signature))
        file.flush()
        command = [TOOL, "-Y", "check-novalidate", "-n", namespace, "-s", file.name]
        return subprocess.run(command, input=text, capture_output=True).returncode == 0


def refusal(
    text: bytes, signature: str, namespace: str, who: str, moment: datetime, keys: Sequence[Key]
) -> Text | None:
    """Why a signature does not count; None where it does."""
    said = parsed(signature)
    if said is None:
        return Text("this is no signature of OpenSSH", "不是 OpenSSH 签名")
    if said.namespace != namespace:
        return Text(
            f"signed for {quoted(said.namespace)}, not for {quoted(namespace)}: it was made for something else",
            f"签名用途是{quoted_zh(said.namespace)}，不是{quoted_zh(namespace)}：不是为此而签",
        )
    same = [key for key in keys if key.public.split(" ")[1] == said.key]
    own = [key for key in same if key.staff == who]
    if not own:
        whose = same[0].staff if same else None
        return Text(
            f"signed with the key of {whose}, not of {who}"
            if whose
            else f"signed with a key that is not registered for {who}",
            f"用 {whose} 的密钥签名，不是 {who} 的" if whose else f"所用密钥没有登记给 {who}",
        )
    if not any(key.holds(namespace, moment) for key in own):
        return _too_late(own[-1], namespace, moment)
    if not available():
        return Text(
            "it cannot be checked here: ssh-keygen (OpenSSH) is not installed",
            "本机没有 ssh-keygen（OpenSSH），无法验证",
        )
    if not good(text, signature, namespace):
        return Text("the text was changed after it was signed", "签名后文字被改动")
    return None


def _too_late(key: Key, namespace: str, moment: datetime) -> Text:
    if namespace not in key.uses:
        uses = ", ".join(key.uses)
        return Text(f"the key of {key.staff} counts for {uses} only", f"{key.staff} 的密钥只能用于 {uses}")
    if moment < key.since:
        return Text(
            f"signed on {moment:%Y-%m-%d %H:%M}, but the key of {key.staff} counts from {key.since:%Y-%m-%d %H:%M} only",
            f"签于 {moment:%Y-%m-%d %H:%M}，但 {key.staff} 的密钥自 {key.since:%Y-%m-%d %H:%M} 起才有效",
        )
    revoked = key.revoked
    if revoked is not None and moment >= revoked.get("since"):
        day = f"{revoked.get('since'):%Y-%m-%d %H:%M}"
        return Text(
            f"signed on {moment:%Y-%m-%d %H:%M} with a key of {key.staff} that was revoked on {day}",
            f"签于 {moment:%Y-%m-%d %H:%M}，但 {key.staff} 的这把密钥已于 {day} 吊销",
        )
    return Text(
        f"signed on {moment:%Y-%m-%d %H:%M} with a key of {key.staff} that expired on {key.until:%Y-%m-%d %H:%M}",
        f"签于 {moment:%Y-%m-%d %H:%M}，但 {key.staff} 的这把密钥已于 {key.until:%Y-%m-%d %H:%M} 过期",
    )


def allowed_signers(keys: Sequence[Key]) -> bytes:
    """The keys in OpenSSH's form: `ssh-keygen -Y verify -f data/registers/allowed_signers -I S05 …`."""
    return "".join(_line(key) for key in keys).encode()


def _line(key: Key) -> str:
    options = [f'namespaces="{",".join(key.uses)}"', f'valid-after="{_stamp(key.since)}"']
    if key.ends:
        options.append(f'valid-before="{_stamp(key.ends)}"')
    return f"{key.staff} {','.join(options)} {key.public}\n"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}Z"


def valid(keys: Sequence[Key], who: str, use: str, moment: datetime) -> list[Key]:
    """The keys with which a person signs at a moment."""
    return [key for key in keys if key.staff == who and key.holds(use, moment)]


def must_sign(keys: Sequence[Key], entry: Entry, use: str) -> bool:
    """Whether whoever recorded an entry had a key for it then."""
    return bool(valid(keys, entry.by, use, entry.recorded_at))
