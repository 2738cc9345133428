"""A desk that nobody but svc can write: the set-up printed, and made for real where the machine allows it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Svc

ROOT = Path(__file__).parents[2]
TOOLS = ("sudo", "visudo", "useradd", "userdel", "groupadd", "groupdel", "su", "runuser")
SYSTEM_PYTHON = Path("/usr/bin/python3")


def test_the_script_is_printed_and_says_what_it_does(svc: Svc) -> None:
    script = svc("desk protect").out
    checked = subprocess.run(["sh", "-n"], input=script, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    desk = svc.desk.resolve()
    assert f"chown -R svcdesk:svcdesk {desk}/data {desk}/rules.yaml" in script
    assert "%svcstaff ALL=(svcdesk) NOPASSWD: /usr/local/lib/svc-desk/svc\n" in script
    assert f'SVC_ONLY={desk} exec {sys.executable} -I -m svc --desk {desk} "$@"' in script
    for option in ("--account 'a b'", "--group 'x;y'", "--name ../svc"):
        assert "small letters" in svc(f"desk protect {option}", code=2).err
    assert svc("--as S02 desk protect", code=3).out == ""


def test_only_one_desk_and_none_of_its_files(svc: Svc, founded: Path) -> None:
    """What root's command sets: no other desk, no file of this one on the command line."""
    only = {"SVC_ONLY": str(svc.desk)}
    assert svc.run("call", "list", **only).code == 0
    assert "no other desk" in svc.run("--desk", str(founded), "call", "list", **only).err
    data = svc.desk / "data"
    link = svc.desk.parent / "link"
    link.symlink_to(data / "registers/customers.csv")
    for words in (
        ("ledger", "import", str(data / "registers/customers.csv")),
        ("ledger", "import", "data/registers/customers.csv"),
        ("ledger", "import", str(link)),
        ("audit", "month", "2026-10", f"--out={data}/calls/2026-10.csv"),
        ("audit", "submit", "2026-10", "--to", f"@{data}/desk.yaml"),
    ):
        result = svc.run(*words, **only)
        assert result.code == 3 and "lies in the desk" in result.err, (words, result)


class Set(NamedTuple):
    """A protected desk: its folder, the command, two users of it and one who is none."""

    desk: Path
    command: Path
    clerk: str
    guest: str
    stranger: str


NEEDED = (
    "typer", "annotated_doc", "shellingham", "rich", "markdown_it", "mdurl", "pygments", "typing_extensions",
    "yaml", "_yaml", "dateutil", "six", "tabulate", "wcwidth", "chinese_calendar",
)  # fmt: skip


def as_user(user: str, *words: str, cwd: str = "/", **environ: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", **environ}
    return subprocess.run(
        [shutil.which("runuser", path="/usr/sbin:/sbin:/usr/bin") or "runuser", "-u", user, "--", *words],
        capture_output=True,
        text=True,
        env=env,
        cwd=cwd,
        timeout=300,
    )


def why_not() -> str | None:
    """What this machine lacks, for a reason that a reader understands."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux: users and a sudo rule are made"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [tool for tool in TOOLS if not shutil.which(tool, path=path)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if not SYSTEM_PYTHON.exists():
        return "no /usr/bin/python3, which every user can run"
    version = subprocess.run([SYSTEM_PYTHON, "-V"], capture_output=True, text=True).stdout.split()[1]
    if version.split(".")[:2] != sys.version.split()[0].split(".")[:2]:
        return f"/usr/bin/python3 is {version}, the tests run on {sys.version.split()[0]}"
    return None


@pytest.fixture(scope="module")
def protected(founded: Path) -> Iterator[Set]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    base = Path(tempfile.mkdtemp(prefix="svc-protect-", dir="/var/tmp"))
    mark = f"svct{os.getpid()}"
    account, group, users = f"{mark}d", f"{mark}g", [f"{mark}{n}" for n in "abc"]
    try:
        yield _made(base, founded, account, group, users)
    finally:
        for user in (*users, account):
            subprocess.run(["userdel", user], capture_output=True)
        subprocess.run(["groupdel", group], capture_output=True)
        for path in (f"/etc/sudoers.d/svc-{mark}", f"/usr/local/bin/{mark}", f"/usr/local/lib/svc-desk/{mark}"):
            Path(path).unlink(missing_ok=True)
        shutil.rmtree(base, ignore_errors=True)


def _made(base: Path, founded: Path, account: str, group: str, users: list[str]) -> Set:
    base.chmod(0o755)
    desk = shutil.copytree(founded, base / "desk")
    subprocess.run([SYSTEM_PYTHON, "-m", "venv", "--without-pip", base / "env"], check=True)
    site = next((base / "env/lib").glob("python*/site-packages"))
    # What the tests run on, made readable for everybody: copied, since it may lie in somebody's home.
    shutil.copytree(ROOT / "svc", site / "svc", ignore=shutil.ignore_patterns("__pycache__"))
    for name in NEEDED:
        spec = importlib.util.find_spec(name)
        found = Path(spec.origin) if spec and spec.origin else None
        if found and found.name == "__init__.py":
            shutil.copytree(found.parent, site / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif found:
            shutil.copy(found, site)
    for user in users:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/bin/sh", user], check=True)
    svc = Svc(desk)
    svc(f"staff add --id S02 --name Clerk --role clerk --login {users[0]}")
    svc("customer add --name Works --phone 138-0000-0001")
    mark = users[0][:-1]
    line = f"desk protect --apply --account {account} --group {group} --name {mark} --python {base}/env/bin/python"
    done = svc(line)
    assert f"/usr/local/bin/{mark}" in done.out
    svc(line)  # may be run again
    subprocess.run(["usermod", "-aG", group, users[1]], check=True)  # may call it, but is nobody on the staff
    return Set(desk, Path(f"/usr/local/bin/{mark}"), *users)


LOG = ("call", "log", "--channel", "phone", "--from", "CU0001", "--kind", "consult", "--summary", "x")


def test_through_svc_it_works_and_records_who_it_was(protected: Set) -> None:
    done = as_user(protected.clerk, str(protected.command), *LOG)
    assert done.returncode == 0, done.stderr
    shown = as_user(protected.clerk, str(protected.command), "call", "show", done.stdout.split()[0], "--json")
    assert '"by": "S02"' in shown.stdout, shown
    assert as_user(protected.clerk, str(protected.command), "ledger", "verify").returncode == 0


def test_past_svc_nothing_can_be_read_or_written(protected: Set) -> None:
    calls = next((protected.desk / "data/calls").iterdir(), protected.desk / "data/calls/x.csv")
    for line in (f"echo x >> {calls}", f"cat {protected.desk}/data/registers/customers.csv", f"ls {protected.desk}"):
        tried = as_user(protected.clerk, "sh", "-c", line)
        assert tried.returncode != 0 and "ermission denied" in tried.stderr, (line, tried)


def test_nobody_is_somebody_else(protected: Set) -> None:
    command = str(protected.command)
    refused = as_user(protected.clerk, command, "--as", "S01", *LOG)
    assert refused.returncode == 3 and "cannot act as S01" in refused.stderr
    with_variables = as_user(protected.clerk, command, *LOG, SVC_STAFF="S01", SUDO_USER="root", SUDO_UID="0")
    assert with_variables.returncode == 0  # sudo passes none of them on
    shown = as_user(protected.clerk, command, "call", "show", with_variables.stdout.split()[0], "--json")
    assert '"by": "S02"' in shown.stdout
    guest = as_user(protected.guest, command, *LOG)
    assert guest.returncode == 3 and "no member of staff" in guest.stderr
    assert as_user(protected.guest, command, "audit", "month", "2026-10").returncode == 3
    stranger = as_user(protected.stranger, command, "call", "list")
    assert stranger.returncode == 1 and "svc" not in stranger.stdout  # sudo itself refuses


def test_the_rule_allows_that_one_command(protected: Set) -> None:
    inner = f"/usr/local/lib/svc-desk/{protected.command.name}"
    account = f"{protected.command.name}d"
    for words in (("sh", "-c", "id"), (str(protected.desk.parent / "env/bin/python"), "-c", "1"), (f"{inner}x",)):
        assert as_user(protected.clerk, "sudo", "-n", "-u", account, *words).returncode != 0, words
    assert as_user(protected.clerk, "sudo", "-n", "-u", account, inner, "--version").returncode == 0
    other = as_user(protected.clerk, str(protected.command), "--desk", "/var/tmp", "call", "list")
    assert other.returncode != 0
    export = as_user(protected.clerk, str(protected.command), "ledger", "import", f"{protected.desk}/data/desk.yaml")
    assert export.returncode == 3
