"""Which desk a data folder is: `desk.yaml`, made once and never changed; every hash of every row depends on it."""

from __future__ import annotations

import os
from pathlib import Path

from svc.errors import BadInput, Damaged, NotPermitted
from svc.text import Text

FORMAT = "svc-desk/1"


def new_id() -> str:
    """A name for a desk: it goes into every hash, so that no row of another desk ever fits."""
    return "d" + os.urandom(10).hex()


def refuse_foreign_link(data: Path) -> None:
    """A data folder may be a link, but not one that somebody else can turn to another place."""
    if data.is_symlink() and os.name == "posix" and data.lstat().st_uid not in (0, os.getuid()):
        raise NotPermitted(
            Text(f"{data} is a link that belongs to somebody else", f"{data} 是别人建立的链接"),
            Text("name the folder itself: svc --desk DIR", "请直接指定目录：svc --desk 目录"),
        )


def named(data: Path) -> tuple[str, str]:
    """The name of this desk and the mark of its site ("": none), from its `desk.yaml`.

    The file is ours, and simple enough to be read as lines.
    """
    try:
        text = (data / "desk.yaml").read_text("utf-8")
    except FileNotFoundError:
        raise BadInput(
            Text(f"{data} is no desk", f"{data} 不是 svc 台账目录"),
            Text("make one with: svc init", "用 svc init 新建"),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Damaged(
            Text(f"cannot read desk.yaml: {error}", f"无法读取 desk.yaml：{error}"),
            Text("look whether the disk is sound, or restore the file from a backup", "请检查磁盘，或从备份恢复该文件"),
            place="desk.yaml",
        ) from None
    found = {name: value.strip('"') for name, _, value in (line.partition(": ") for line in text.split("\n"))}
    if found.get("format") != FORMAT or not found.get("ledger", "").replace("-", "").isalnum():
        raise Damaged(
            Text(
                f'desk.yaml does not say format: "{FORMAT}" and ledger: "…"',
                f'desk.yaml 缺少 format: "{FORMAT}" 或 ledger',
            ),
            Text("restore it from a backup: without it no chain can be checked", "请从备份恢复：没有它无法校验"),
            place="desk.yaml:1",
        )
    return found["ledger"], found.get("site", "")


def keep_out(path: Path, option: str) -> Path:
    """The path, where a file may be written that is no part of a desk; BadInput for what lies in a desk's data, or is its rules."""
    own = path.expanduser().resolve()
    for folder in own.parents:
        if (folder / "data" / "desk.yaml").is_file():
            inside = own.relative_to(folder)
            if inside.parts[0] == "data" or inside.name in ("rules.yaml", "rules_tests.yaml"):
                raise BadInput(
                    Text(f"{option} {path}: that is the desk's own", f"{option} {path}：那是工作目录自己的文件"),
                    Text("name a file outside data/, with another name than the rules", "请写 data/ 以外的文件，不要与规则表同名"),
                )  # fmt: skip
    return path
