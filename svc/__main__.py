"""The program: `svc` and `python -m svc`."""

import gc

gc.set_threshold(500_000)  # before anything else: neither what modules make while they load nor a month of entries is garbage to look for

import atexit  # noqa: E402
import contextlib  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from typing import NoReturn  # noqa: E402

from svc.lazy_modules import put_off  # noqa: E402

put_off()

from svc.cli import main  # noqa: E402


def run() -> NoReturn:
    """Run a command, then end at once: taking the interpreter apart would be a tenth of what a command costs."""
    code = main()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
