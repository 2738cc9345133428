"""Why the system refused: what it says itself in English, and the same in Chinese."""

from __future__ import annotations

import errno
import re

from svc.locale import Text

_CHINESE = {
    errno.ENOENT: "文件或目录不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样操作",
    errno.EEXIST: "文件已存在",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOTEMPTY: "目录不是空的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件太大",
    errno.EROFS: "只读的文件系统",
    errno.EIO: "读写出错（磁盘可能损坏）",
    errno.EBUSY: "正被占用",
    errno.EMFILE: "打开的文件太多",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EINVAL: "参数无效",
    errno.ELOOP: "符号链接循环",
    errno.EXDEV: "不在同一个文件系统",
    errno.ETXTBSY: "文件正在执行",
    errno.EPIPE: "管道已断开",
    errno.ECONNREFUSED: "连接被拒绝",
    errno.ETIMEDOUT: "超时",
}


def reason(error: OSError) -> Text:
    """What the system says of an error; in Chinese too where it is one that people meet."""
    said = str(error.strerror or error)
    return Text(said, _CHINESE.get(error.errno or 0, said))


def asked_for(path: object) -> str:
    """The path of a file as somebody asked for it: not of the one that is written beside it first."""
    return re.sub(r"(^|[/\\])\.([^/\\]+)\.new$", r"\1\2", str(path))
