"""How a consent or ruling is signed: here with a key, or on another computer, where its text is brought and taken back."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from typer.core import TyperOption

from svc.desk.open import Desk
from svc.domain import signature as approval
from svc.domain.entry import Entry
from svc.errors import BadInput, Conflict
from svc.named import NamedTuple
from svc.store.files.folder import keep_out
from svc.text import Text
from svc.ui.options import key_option, text

_OWN = ("--to-sign", "--signature", "--key", "--at")


class Signing(NamedTuple):
    """What was said about the signature: the private key's file, where the text to sign goes, where a signature is."""

    key: str | None = None
    to_sign: str | None = None
    signature: str | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether it is signed on another computer: nothing is asked then, all of it stands in the line to repeat."""
        return bool(self.to_sign or self.signature)

    def signer(self, desk: Desk, at: str | None, dry: bool) -> Callable[[Entry], str | None] | None:
        """How the entry is signed: for a dry run not with a key, which may ask for its passphrase.

        BadInput for a signature made elsewhere without the moment that it was made for.
        """
        from svc.recording import signing

        if self.signature is None:
            return None if dry else signing.approver(desk, self.key)
        if at is None:
            raise BadInput(
                Text("--signature: the moment that was signed is missing", "--signature：缺少签名时的时间"),
                Text("repeat the line that --to-sign printed, with its --at", "请照 --to-sign 给出的整行命令执行（含 --at）"),
            )
        return signing.consent_from_elsewhere(desk, self.signature)

    def write_text(self, desk: Desk, entry: Entry) -> None:
        """Give out the text to sign, and say what comes next; nothing is recorded."""
        from svc.recording import signing

        assert self.to_sign is not None
        body = signing.to_be_signed(desk, entry)
        if self.to_sign == "-":
            sys.stdout.write(body.decode())
        else:
            _write(Path(self.to_sign), body)
            print(self.to_sign)
        file = "consent.txt" if self.to_sign == "-" else self.to_sign
        again = _again(sys.argv[1:], entry, f"{file}.sig")
        print(
            text(
                f"nothing was recorded; sign it where the key is: ssh-keygen -Y sign -n {approval.NAMESPACE} -f KEY {file}\n"
                f"then: {again}",
                f"尚未记录；请在存有私钥的电脑上签名：ssh-keygen -Y sign -n {approval.NAMESPACE} -f 私钥 {file}\n"
                f"然后执行：{again}",
            ),
            file=sys.stderr,
        )


def options() -> list[TyperOption]:
    """`--key`, `--to-sign`, `--signature`, for deeds that are signed."""
    return [
        key_option(),
        TyperOption(
            param_decls=["to_sign", "--to-sign"], type=str, metavar="FILE|-",
            help=text(
                "write the text to be signed on another computer; record nothing", "写出待签名的文字，带到别的电脑签名；不记录"
            ),
        ),
        TyperOption(
            param_decls=["signature_file", "--signature"], type=str, metavar="FILE|-",
            help=text("record with a signature made elsewhere (with --at as --to-sign said)",
                      "用在别处做的签名来记录（--at 须与 --to-sign 给出的一致）"),
        ),
    ]  # fmt: skip


def taken(given: dict[str, Any]) -> Signing:
    """What was said about the signature, taken out of what else was given."""
    said = Signing(given.pop("key", None), given.pop("to_sign", None), given.pop("signature_file", None))
    if said.to_sign and said.signature:
        raise BadInput(
            Text("--to-sign and --signature contradict each other", "--to-sign 与 --signature 互相矛盾"),
            Text("first the text, then the signature", "先写出文字，再用签名记录"),
        )
    return said


def _write(path: Path, body: bytes) -> None:
    keep_out(path, "--to-sign")
    try:
        with path.open("xb") as stream:
            stream.write(body)
    except FileExistsError:
        raise Conflict(
            Text(f"--to-sign {path}: there is such a file already", f"--to-sign {path}：文件已存在"),
            Text("name a new file", "请写一个新文件名"),
        ) from None


def _again(words: Sequence[str], entry: Entry, file: str) -> str:
    """The command line that records what was signed."""
    kept: list[str] = []
    skip = False
    for word in words:
        name, equals, _ = word.partition("=")
        if skip or name in _OWN:
            skip = not skip and not equals
            continue
        kept.append(word)
    at = entry.at.isoformat(timespec="seconds")
    return shlex.join(["svc", *kept, "--at", at, "--signature", file])
