"""Who may read the files of a desk besides those it belongs to."""

from __future__ import annotations

import stat
import sys
from contextlib import suppress
from pathlib import Path

from svc.text import Text


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
