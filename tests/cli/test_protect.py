"""A desk that nobody but svc can write: the set-up printed, and made for real where the machine allows it."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from svc.protected import request as requests
from tests.conftest import Svc, contents, this_month
from tests.faults.sizes import tally

ROOT = Path(__file__).parents[2]
TOOLS = ("sudo", "visudo", "useradd", "userdel", "groupadd", "groupdel", "su", "runuser")
SYSTEM_PYTHON = Path("/usr/bin/python3")


def test_the_script_is_printed_and_says_what_it_does(svc: Svc) -> None:
    script = svc("desk protect").out
    checked = subprocess.run(["sh", "-n"], input=script, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    desk = svc.desk.resolve()
    assert f"chown -R svcdesk:svcdesk {desk}/data {desk}/rules.yaml" in script
    assert '%svcstaff ALL=(svcdesk) NOPASSWD: /usr/local/lib/svc-desk/svc ""\n' in script
    assert f"{sys.executable} -I -B -m svc.protected.service {desk}\n" in script
    assert f'{sys.executable} -I -m svc.protected.client svcdesk /usr/local/lib/svc-desk/svc {desk} "$@"\n' in script
    for option in ("--account 'a b'", "--group 'x;y'", "--name ../svc"):
        assert "small letters" in svc(f"desk protect {option}", code=2).err
    assert svc("--as S02 desk protect", code=3).out == ""


def test_every_parameter_of_every_verb_is_a_value_a_file_or_refused() -> None:
    """What is new is refused until somebody says what it is."""
    refused = {
        (words[-1], param.name)
        for words, command in requests.commands()
        if not {words[0], " ".join(words)} & requests.ON_ONES_OWN
        for param in command.params
        if param.name != "help" and requests.handling(words, param) is None
    }
    assert {name for _, name in refused} == {"edit", "every", "key", "notify", "resume", "sign", "to", "watch"}
    assert {verb for verb, name in refused if name == "to"} == {"submit"}
    paths = {
        (words[-1], param.name)
        for words, command in requests.commands()
        for param in command.params
        if requests.handling(words, param) == "value"
        and (type(param.type).__name__ in ("Path", "TyperPath", "File") or "FILE" in str(param.metavar) or "/" in str(param.default or ""))
    }
    assert paths == set()


def asked(desk: Path, message: object) -> tuple[int, list[dict[str, Any]]]:
    """What the service answers to a message, as its own process: exit code and messages."""
    sent = (message if isinstance(message, bytes) else json.dumps(message).encode()) + b"\n"
    done = subprocess.run(
        [sys.executable, "-B", "-m", "svc.protected.service", str(desk)], input=sent, capture_output=True, cwd=ROOT
    )
    assert done.stderr == b"", done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def told(messages: list[dict[str, Any]], kind: str = "err") -> str:
    return "".join(one.get(kind, "") for one in messages)


def hostile(desk: Path) -> Iterator[tuple[str, object, int, str]]:
    """Messages that somebody might send who wants more than a verb: what it is, the message, the exit code, what is said."""
    secret = f"{desk}/data/registers/customers.csv"

    def call(verb: str, given: object, **more: object) -> dict[str, object]:
        return {"svc": 1, "verb": verb.split(), "given": given, **more}

    yield "no message", b"", 2, "no request"
    yield "no JSON", b"\xff\x00garbage", 2, "no request"
    yield "a list", [1, 2], 2, "no request"
    yield "a verb that is a text", {"verb": "call list", "given": {}}, 2, "no request"
    yield "no verb", call("call", {}), 2, "a verb is missing"
    yield "a verb that is none", call("call sing", {}), 2, "there is no verb"
    for verb in ("desk move", "desk branch", "desk sync", "desk init", "desk protect", "init", "completion install"):
        yield verb, call(verb, {}), 3, "is nothing that the service of this desk does"
    for verb, name, value in (
        ("rules check", "file", secret), ("rules check", "file", "data/desk.yaml"), ("rules test", "file", secret), ("ledger import", "file", [secret]),
        ("ledger import", "map_", secret), ("report close", "from_file", secret), ("staff key add", "file", secret), ("ledger verify", "against", [secret]),
        ("ledger seal", "signature", secret), ("finding uphold", "signature_file", secret), ("rules replay", "file", {"name": [secret]}),
        ("call import-mail", "box", secret), ("call import-mail", "box", "data"),
    ):  # fmt: skip
        yield f"{verb}: a file by its name", call(verb, {name: value}), 2, "given as data"
    for verb, name, value in (
        ("report close", "edit", True), ("check", "notify", ["http://127.0.0.1:1/"]), ("check", "notify", [f"@{secret}"]), ("audit submit", "to", ["/tmp"]),
        ("finding uphold", "key", secret), ("today", "watch", True), ("call log", "resume", True), ("call list", "desk", "/tmp"),
        ("call list", "--out", "/tmp/x"),
        ("call log", "by", "S01"), ("call log", "recorded_at", "2026-01-01T00:00"), ("call log", "id", this_month("C2611-0001")),
    ):  # fmt: skip
        yield f"{verb} --{name}", call(verb, {name: value}), 3, "takes values only"
    yield "an option for a value", call("call show", {"id": "--json"}), 2, "is no call id"
    yield "an option in a value", call("call list", {"customer": "x --desk /tmp"}), 4, "there is no customer"
    yield "a file in a value", call("call log", {"channel": "phone", "from": f"@{secret}", "kind": "consult", "summary": "x"}), 4, "there is no customer"
    yield "a number for a text", call("call show", {"id": 7}), 2, "a value is a text"
    yield "a table for a text", call("call show", {"id": {"a": "b"}}), 2, "a value is a text"
    yield "a zero byte", call("call show", {"id": "C1\0"}), 2, "a value is a text"
    yield "data that is none", call("rules check", {"file": {"name": "x.yaml", "data": "***"}}), 2, "no base64"
    logged = {"channel": "phone", "from": "CU0001", "kind": "consult", "summary": "x"}
    yield "an option for who acts", call("call log", logged, **{"as": "--desk=/tmp"}), 4, "there is no staff"
    yield "a file that would lie elsewhere", call("ledger export", {"out": "../../../../tmp/x.jsonl", "format_": "csv"}), 2, ""


def test_what_is_no_verb_with_values_is_refused_and_nothing_is_written(svc: Svc) -> None:
    svc("audit month 2026-10 --json")
    before, tried = contents(svc.desk), 0
    for name, message, code, says in hostile(svc.desk):
        found, messages = asked(svc.desk, message)
        assert (found, messages[-1]) == (code, {"end": code}), (name, messages)
        assert says in told(messages) and "138-0000" not in json.dumps(messages), (name, messages)
        assert contents(svc.desk) == before, name
        tried += 1
    assert tried > 40
    tally("hostile requests to the service", tried=tried, through=0)


def test_a_mail_is_given_as_data(svc: Svc) -> None:
    mail = b"From: Works <138@works.example>\nSubject: arm sinks\nMessage-ID: <1@works.example>\nDate: Mon, 05 Oct 2026 09:00:00 +0800\n\nit sinks\n"
    given = {"box": {"name": "1.eml", "data": base64.b64encode(mail).decode()}, "ours": ["@service.example"]}
    code, messages = asked(svc.desk, {"svc": 1, "verb": ["call", "import-mail"], "given": given})
    assert (code, told(messages, "out").split()[1:]) == (0, ["arm", "sinks"]), messages
    assert len(svc("call list --json").json) == 1


def test_the_wall_holds_where_a_request_is_let_through(svc: Svc, tmp_path: Path) -> None:
    """Whatever a value led to: this process opens nothing outside, runs nothing, connects nowhere."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret", "utf-8")
    script = f"""
import os, socket, sqlite3, subprocess, sys
from pathlib import Path
from svc.protected import wall
wall.build(Path({str(svc.desk)!r}), Path({str(tmp_path / "room")!r}))
tries = [
    lambda: open({str(outside / "secret.txt")!r}).read(), lambda: open({str(outside / "new.txt")!r}, "w"),
    lambda: os.open({str(outside / "new.txt")!r}, os.O_CREAT | os.O_WRONLY), lambda: os.remove({str(outside / "secret.txt")!r}),
    lambda: os.rename({str(svc.desk / "rules.yaml")!r}, {str(outside / "rules.yaml")!r}), lambda: open("../outside/secret.txt"),
    lambda: os.symlink({str(outside)!r}, {str(svc.desk / "link")!r}), lambda: os.system("true"), lambda: subprocess.run(["sh", "-c", "true"]),
    lambda: subprocess.run(["vi", "x"]), lambda: os.fork(), lambda: os.execv("/bin/true", ["true"]), lambda: os.posix_spawn("/bin/true", ["true"], {{}}),
    lambda: socket.create_connection(("127.0.0.1", 9)), lambda: sqlite3.connect({str(outside / "new.sqlite")!r}), lambda: open("/usr/share/x-svc", "w"),
]
for n, one in enumerate(tries):
    try:
        one()
    except PermissionError as error:
        assert "the service of this desk does not do that" in str(error), (n, error)
    else:
        sys.exit(f"through: {{n}}")
open({str(svc.desk / "rules.yaml")!r}).read()
print(len(tries))
"""
    (tmp_path / "room").mkdir()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path / "room", env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stdout) == (0, "16\n"), done.stderr
    assert sorted(one.name for one in outside.iterdir()) == ["secret.txt"]


class Set(NamedTuple):
    """A protected desk: its folder, the command, a clerk, one of the group who is nobody, one of neither, a fined technician."""

    desk: Path
    command: Path
    clerk: str
    guest: str
    stranger: str
    tech: str


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
    account, group, users = f"{mark}d", f"{mark}g", [f"{mark}{n}" for n in "abce"]
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
    svc(f"staff add --id S03 --name Tech --role technician --login {users[3]}")
    svc("visit dispatch --customer CU0001 --staff S03 --promised 2026-10-06T10:00 --at 2026-10-05T10:00")
    svc(this_month("visit arrive V2611-0001 --at 2026-10-06T11:00"))
    mark = users[0][:-1]
    line = f"desk protect --apply --account {account} --group {group} --name {mark} --python {base}/env/bin/python"
    done = svc(line)
    assert f"/usr/local/bin/{mark}" in done.out
    svc(line)  # may be run again
    subprocess.run(["usermod", "-aG", group, users[1]], check=True)  # may call it, but is nobody on the staff
    return Set(desk, Path(f"/usr/local/bin/{mark}"), *users)


LOG = ("call", "log", "--channel", "phone", "--from", "CU0001", "--kind", "consult", "--summary", "x")


@pytest.mark.long  # users of the machine, and sudo
def test_through_svc_it_works_and_records_who_it_was(protected: Set) -> None:
    done = as_user(protected.clerk, str(protected.command), *LOG)
    assert done.returncode == 0, done.stderr
    shown = as_user(protected.clerk, str(protected.command), "call", "show", done.stdout.split()[0], "--json")
    assert '"by": "S02"' in shown.stdout, shown
    assert as_user(protected.clerk, str(protected.command), "ledger", "verify").returncode == 0


@pytest.mark.long  # users of the machine, and sudo
def test_past_svc_nothing_can_be_read_or_written(protected: Set) -> None:
    calls = next((protected.desk / "data/calls").iterdir(), protected.desk / "data/calls/x.csv")
    for line in (f"echo x >> {calls}", f"cat {protected.desk}/data/registers/customers.csv", f"ls {protected.desk}"):
        tried = as_user(protected.clerk, "sh", "-c", line)
        assert tried.returncode != 0 and "ermission denied" in tried.stderr, (line, tried)


@pytest.mark.long  # users of the machine, and sudo
def test_nobody_is_somebody_else(protected: Set) -> None:
    command = str(protected.command)
    refused = as_user(protected.clerk, command, "--as", "S01", *LOG)
    assert refused.returncode == 3 and "cannot act as S01" in refused.stderr
    assert as_user(protected.clerk, command, *LOG, SVC_STAFF="S01").returncode == 3
    with_variables = as_user(protected.clerk, command, *LOG, SVC_DESK="/tmp", SUDO_USER="root", SUDO_UID="0")
    assert with_variables.returncode == 0  # sudo passes none of them on
    shown = as_user(protected.clerk, command, "call", "show", with_variables.stdout.split()[0], "--json")
    assert '"by": "S02"' in shown.stdout
    guest = as_user(protected.guest, command, *LOG)
    assert guest.returncode == 3 and "no member of staff" in guest.stderr
    assert as_user(protected.guest, command, "audit", "month", "2026-10").returncode == 3
    stranger = as_user(protected.stranger, command, "call", "list")
    assert stranger.returncode == 1 and "svc" not in stranger.stdout  # sudo itself refuses


@pytest.mark.long  # users of the machine, and sudo
def test_the_rule_allows_that_one_command_and_no_words_to_it(protected: Set) -> None:
    inner = f"/usr/local/lib/svc-desk/{protected.command.name}"
    account = f"{protected.command.name}d"
    python = str(protected.desk.parent / "env/bin/python")
    for words in (("sh", "-c", "id"), (python, "-c", "1"), (f"{inner}x",), (inner, "--version"), (inner, "call", "list"), ("-s",), (python, "-m", "svc")):
        assert as_user(protected.clerk, "sudo", "-n", "-u", account, *words).returncode != 0, words
    other = as_user(protected.clerk, str(protected.command), "--desk", "/var/tmp", "call", "list")
    assert other.returncode == 3 and "no other desk" in other.stderr


@pytest.mark.long  # users of the machine, and sudo
def test_files_are_read_and_written_by_whoever_calls(protected: Set, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What he may not read the service does not read for him; what comes back lies where he may write."""
    command, own = str(protected.command), Path(tempfile.mkdtemp(dir="/var/tmp"))
    own.chmod(0o700)
    shutil.chown(own, protected.tech)
    secret = f"{protected.desk}/data/registers/customers.csv"
    for line in (f"rules check {secret}", f"report close V1 --from {secret}", f"ledger verify --against {secret}", f"rules test {secret}"):
        tried = as_user(protected.tech, command, *line.split())
        assert tried.returncode != 0 and "138-0000" not in tried.stdout + tried.stderr, (line, tried)
    before = contents(protected.desk)
    for line in (f"register calls 2026-10 -o{secret}", f"register calls 2026-10 -o {protected.desk}/rules.yaml"):
        tried = as_user(protected.tech, command, *line.split())
        assert tried.returncode != 0 and contents(protected.desk) == before, (line, tried)
    made = as_user(protected.tech, command, "register", "calls", "2026-10", "-o", f"{own}/calls.csv", cwd=str(own))
    assert made.returncode == 0 and (own / "calls.csv").stat().st_uid == own.stat().st_uid, made
    (own / "rules.yaml").write_text("a: b\n", "utf-8")
    (own / "rules.yaml").chmod(0o644)
    told = as_user(protected.tech, command, "rules", "check", "rules.yaml", cwd=str(own))
    assert told.returncode == 1 and "rules.yaml:1:1" in told.stderr, told
    for line in ("report close V1 --edit", "check --notify http://127.0.0.1:1/", "check --notify @/etc/passwd", "today --watch"):
        refused = as_user(protected.tech, command, *line.split(), EDITOR="cp /etc/passwd")
        assert refused.returncode == 3 and "takes values only" in refused.stderr, (line, refused)
    shutil.rmtree(own)


FINE = this_month("late_arrival/V2611-0001")


@pytest.mark.long  # users of the machine, and sudo
def test_a_fined_technician_does_not_get_rid_of_his_fine(protected: Set) -> None:
    """By no verb, by no message of his own making, by no desk of his own."""
    command, account = str(protected.command), f"{protected.command.name}d"
    inner = f"/usr/local/lib/svc-desk/{protected.command.name}"
    own = Path(tempfile.mkdtemp(dir="/var/tmp"))
    shutil.chown(own, protected.tech)
    before = contents(protected.desk)
    svc = Svc(protected.desk)
    assert svc("finding list --month 2026-10 --json").json[0]["id"] == FINE
    mine = f"{protected.desk.parent}/env/bin/python -m svc"
    for line in (
        f"{command} finding dismiss {FINE} --reason mine", f"{command} --as S01 finding dismiss {FINE} --reason mine",
        f"{command} visit correct V1 --arrived-at 2026-10-06T09:00 --reason mine", f"{command} desk move {protected.desk} {own}/desk",
        f"{command} desk move {protected.desk} postgresql://me@127.0.0.1:1/mine", f"{command} desk move {own} {protected.desk}",
        f"{command} desk sync", f"{command} ledger import {own}/x.jsonl", f"{command} rules set late_arrival 0 --from 2026-10-01",
        f"{command} staff edit S03 --role head", f"{command} desk protect --apply", f"{mine} --desk {protected.desk} finding list",
        f"{mine} --desk {protected.desk} --as S01 finding dismiss {FINE} --reason mine", f"{mine} desk move {protected.desk} {own}/desk",
    ):  # fmt: skip
        tried = as_user(protected.tech, *line.split(), cwd=str(own), SVC_STAFF="S01", SUDO_USER="root", SUDO_UID="0")
        assert tried.returncode != 0 and "Traceback" not in tried.stderr, (line, tried)
        assert contents(protected.desk) == before, line
    ruling = {"svc": 1, "verb": ["finding", "dismiss"], "given": {"id": FINE, "reason": "mine"}}
    made = [ruling, {**ruling, "as": "S01"}, {**ruling, "desk": str(own)}, *(message for _, message, *_ in hostile(protected.desk))]
    for message in made:
        sent = message if isinstance(message, bytes) else json.dumps(message).encode()
        file = own / "message"
        file.write_bytes(sent + b"\n")
        file.chmod(0o644)
        tried = as_user(protected.tech, "sh", "-c", f"sudo -n -u {account} {inner} < {file}", cwd=str(own), SUDO_UID="0")
        assert tried.returncode != 0 and '{"end": 0}' not in tried.stdout and "138-0000" not in tried.stdout, (message, tried)
        assert contents(protected.desk) == before, message
    assert svc("finding list --month 2026-10 --json").json[0]["status"] != "dismissed"
    tally("hostile requests to the service", tried=14 + len(made), through=0)
    shutil.rmtree(own)


@pytest.mark.long  # users of the machine, and sudo
def test_it_converses_with_whoever_sits_at_the_terminal(protected: Set) -> None:
    """The questions come over the pipe, the answers too: the terminal is the caller's own."""
    script = shutil.which("script")
    if not script:
        pytest.skip("no script(1), which makes a terminal")
    log = f"{protected.command} call log --from CU0001 --channel phone --kind consult"
    done = as_user(protected.clerk, "sh", "-c", f"(sleep 4; echo drifts; sleep 2; echo; echo; echo; sleep 2) | {script} -qec '{log}' /dev/null", TERM="dumb")
    assert re.search(r"C\d{4}-\d{4}", done.stdout) and "Traceback" not in done.stdout, done.stdout
