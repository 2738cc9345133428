"""Whether a folder lies on another machine: there neither locks nor fsync are what they seem to be."""

from __future__ import annotations

import os
import re
from pathlib import Path

from svc.errors import NotPermitted
from svc.text import Text

FORCE = "SVC_ALLOW_NETWORK_FOLDER"
_MOUNTS = Path("/proc/self/mountinfo")
_KINDS = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "ceph", "glusterfs", "lustre", "vboxsf", "prl_fs", "davfs",
    "fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.glusterfs", "fuse.s3fs", "fuse.vmhgfs-fuse", "fuse.ceph-fuse",
}  # fmt: skip
_MOUNT = rb"\S+ \S+ ([0-9]+):([0-9]+) .*? - (\S+) "


def refuse(data: Path) -> None:
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
