"""A desk's data folder: which desk it is, whether it may be written here, and who else may read it.

`desk.yaml` is made once and never changed: the name in it goes into the hash of every row.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from contextlib import suppress
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


def identify(data: Path) -> tuple[str, str]:
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


# ---- Folders on another machine: there neither locks nor fsync are what they seem to be ---------- 

FORCE = "SVC_ALLOW_NETWORK_FOLDER"
_MOUNTS = Path("/proc/self/mountinfo")
_KINDS = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "ceph", "glusterfs", "lustre", "vboxsf", "prl_fs", "davfs",
    "fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.glusterfs", "fuse.s3fs", "fuse.vmhgfs-fuse", "fuse.ceph-fuse",
}  # fmt: skip
_MOUNT = rb"\S+ \S+ ([0-9]+):([0-9]+) .*? - (\S+) "


def refuse_network(data: Path) -> None:
    """NotPermitted to write to a desk on a network folder, unless the environment says SVC_ALLOW_NETWORK_FOLDER=1."""
    kind = kind_of(data)
    if kind and os.environ.get(FORCE) != "1":
        raise NotPermitted(
            Text(
                f"the data folder lies on another machine ({kind}): two commands could write at once, and what is confirmed"
                " could be lost; nothing was written",
                f"数据文件夹在网络共享上（{kind}）：可能两条命令同时写入，已确认的记录可能丢失；没有写入任何内容",
            ),
            Text(
                f"run svc on that machine (ssh HOST svc …); or, at your own risk: {FORCE}=1",
                f"请在那台机器上运行 svc（ssh 主机 svc …）；如自担风险：{FORCE}=1",
            ),
        )


def kind_of(data: Path) -> str | None:
    """The kind of network file system that a folder is on; None for a disk of this machine, or where that is unknown."""
    device = data.stat().st_dev
    if os.name != "posix" or os.major(device) != 0:  # a disk has a number; what is mounted without one has 0
        return None
    try:
        return kind_in(_MOUNTS.read_bytes(), os.major(device), os.minor(device))
    except OSError:
        return None


def kind_in(mounts: bytes, major: int, minor: int) -> str | None:
    """The same from the text of /proc/self/mountinfo."""
    for line in mounts.split(b"\n"):
        found = re.match(_MOUNT, line)
        if found and (int(found[1]), int(found[2])) == (major, minor):
            kind = found[3].decode("ascii", "replace")
            return kind if kind in _KINDS else None
    return None


# ---- Who may read the files of a desk besides those it belongs to ------------------------------

def exposed(desk: Path | None) -> Text | None:
    """What is wrong, with the command to mend it, where everybody on this computer may read names and numbers."""
    if sys.platform == "win32" or desk is None:
        return None
    data = desk / "data"
    folder = data / "registers"
    with suppress(OSError):
        if not all(path.stat().st_mode & stat.S_IXOTH for path in (data, folder)):
            return None
        loose = next((path for path in sorted(folder.iterdir()) if path.stat().st_mode & stat.S_IROTH), None)
        if loose:
            return Text(
                f"warning: everybody on this computer may read data/registers/{loose.name}: chmod -R o-rwx {data}",
                f"警告：本机所有用户都能读 data/registers/{loose.name}，请执行：chmod -R o-rwx {data}",
            )
    return None
