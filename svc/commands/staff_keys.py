"""svc staff key: whose signatures count under seals, consents and rulings."""

from __future__ import annotations

from typing import Annotated

import typer

from svc.errors import BadInput
from svc.text import Text
from svc.ui.verbs import Format, Json, NounGroup, open_desk, receipt, text

app = typer.Typer()

DryRun = Annotated[bool, typer.Option("--dry-run", help=text("check everything, write nothing", "只检查，不写入"))]
Who = Annotated[str, typer.Argument(metavar="WHO")]


@app.command(
    "add",
    help=text("register a public key: its signatures count from now on", "登记公钥，其签名从此有效"),
    epilog="svc staff key add S02 --file ~/.ssh/id_ed25519.pub",
)
def add(
    ctx: typer.Context,
    who: Who,
    file: Annotated[
        str, typer.Option(metavar="KEY.pub", help=text("the public key (required)", "公钥文件（必填）"))
    ] = "",
    uses: Annotated[
        str,
        typer.Option("--for", metavar="all|svc-audit|svc-approval", help=text("what it signs", "用途")),
    ] = "all",
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help=text("from when (default: now)", "生效时间（默认现在）")),
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help=text("until when", "失效时间"))] = None,
    dry_run: DryRun = False,
) -> None:
    from svc.recording import signing

    if not file:
        raise BadInput(
            Text("missing: --file", "缺少：--file"),
            Text("make a key with ssh-keygen and give its .pub file", "用 ssh-keygen 生成密钥，并给出 .pub 文件"),
        )
    desk = open_desk(ctx)
    receipt(desk, signing.add(desk, who, file, uses, since, until, dry_run), dry_run)


@app.command(
    "revoke",
    help=text("let a key count no longer, from a moment on", "吊销密钥：其后的签名无效"),
    epilog='svc staff key revoke S02 --reason "laptop lost"',
)
def revoke(
    ctx: typer.Context,
    who: Who,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=text("why (required)", "原因（必填）"))] = "",
    key: Annotated[
        str | None,
        typer.Option(metavar="SHA256:…", help=text("which, where there are several", "哪一把（有多把时）")),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help=text("from when (default: now)", "吊销时间（默认现在）")),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    from svc.recording import signing

    if not reason.strip():
        raise BadInput(
            Text("missing: --reason", "缺少：--reason"),
            Text('for example: --reason "laptop lost"', '例如：--reason "电脑丢失"'),
        )
    desk = open_desk(ctx)
    receipt(desk, signing.revoke(desk, who, key, since, reason, dry_run), dry_run)


COLUMNS = {
    "staff": Text("who", "员工"),
    "name": Text("name", "姓名"),
    "fingerprint": Text("key", "密钥指纹"),
    "uses": Text("signs", "用途"),
    "since": Text("from", "生效"),
    "until": Text("until", "失效"),
    "revoked": Text("revoked", "吊销"),
}


@app.command("list", help=text("the keys that were registered", "列出登记的密钥"), epilog="svc staff key list")
def list_(
    ctx: typer.Context,
    who: Annotated[str | None, typer.Argument(metavar="[WHO]")] = None,
    json_: Json = False,
    format_: Format = "table",
) -> None:
    from svc.output import tables as table
    from svc.recording import signing

    desk = open_desk(ctx)
    staff = desk.reference("staff", who) if who else None
    rows = [
        {
            "staff": key.staff,
            "name": desk.person("staff", key.staff).get("name"),
            "fingerprint": key.fingerprint,
            "uses": ", ".join(key.uses),
            "since": key.since.isoformat(timespec="seconds"),
            "until": key.until.isoformat(timespec="seconds") if key.until else None,
            "revoked": key.revoked.get("since").isoformat(timespec="seconds") if key.revoked else None,
            "reason": key.revoked.get("reason") if key.revoked else None,
        }
        for key in signing.keys(desk)
        if staff in (None, key.staff)
    ]
    table.emit(rows, COLUMNS, "json" if json_ else format_)


def group() -> NounGroup:
    """The verbs of `svc staff key`."""
    made = NounGroup("key", Text("keys for signing", "签名密钥"), app, recording=False)
    made.epilog = "svc staff key list"
    return made
