"""A real PostgreSQL server for the tests: on a socket in a folder of its own, run by a user who is not root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def found(name: str) -> str | None:
    """The server's own programs are not on everybody's path."""
    return next((str(folder / name) for folder in FOLDERS if (folder / name).exists()), shutil.which(name))


class Server:
    """One server, with trust among its own users: `boss` may do everything."""

    def __init__(self, folder: Path, options: str = "") -> None:
        self.folder, self.data, self._options = folder, folder / "data", options

    def make(self) -> Server:
        """A new, empty cluster."""
        self._run("initdb", "-D", str(self.data), "-A", "trust", "-U", "boss", "-E", "UTF8", "--locale=C", "-N")
        return self

    def start(self) -> Server:
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=150 {self._options}"
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        return self

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop", check=False)

    def run(self, program: str, *arguments: str) -> None:
        """Another of the server's programs, by the same user."""
        self._run(program, *arguments)

    def url(self, database: str, user: str = "boss") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        command = [found(program) or program, *arguments]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid", _nobody(), "--regid", "nogroup", "--clear-groups", *command]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        if check and done.returncode:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")


def _nobody() -> str:
    """Who runs the server where the tests are root, which a server refuses to be."""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return "65534"


@contextmanager
def folder() -> Iterator[Path]:
    """A short path (sockets have no long ones) that the server's user may write."""
    path = Path(tempfile.mkdtemp(prefix="svc-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(path, _nobody())
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
