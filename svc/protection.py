"""The set-up in which nobody but `svc` can write the desk: a service account owns it, clerks reach it through sudo.

Made of what every Linux has: a system user, a group, modes, one sudo rule for one command. Printed as a shell
script, so that an administrator reads what he runs; `--apply` runs just that script.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from svc.desk.open import Desk
from svc.errors import BadInput, NotPermitted, SvcError
from svc.named import NamedTuple
from svc.text import Text, quoted, quoted_zh

_NAME = re.compile(r"[a-z_][a-z0-9_-]{0,30}")


class SetUp(NamedTuple):
    """What the set-up is made of: the service account, the group of those who may call it, the command's name."""

    desk: Path
    account: str
    group: str
    name: str
    python: Path
    members: tuple[str, ...]

    @property
    def inner(self) -> Path:
        """The command that sudo allows: root's, with the desk written into it."""
        return Path("/usr/local/lib/svc-desk") / self.name

    @property
    def outer(self) -> Path:
        """What people type."""
        return Path("/usr/local/bin") / self.name


def plan(desk: Desk, account: str, group: str, name: str, python: str | None) -> SetUp:
    """The set-up of a desk of files; BadInput for names that no system takes."""
    for option, value in (("--account", account), ("--group", group), ("--name", name)):
        if not _NAME.fullmatch(value):
            raise BadInput(
                Text(
                    f"{option} {quoted(value)}: small letters, digits, - and _ only",
                    f"{option} {quoted_zh(value)}：只能用小写字母、数字、- 和 _",
                ),
                Text("for example: svcdesk", "例如：svcdesk"),
            )
    logins = [row["login"] for row in desk.register("staff").values() if row.get("login") and not row.get("left")]
    members = tuple(sorted(login for login in set(logins) if login != "root" and _is_user(login)))
    return SetUp(desk.folder.resolve(), account, group, name, Path(python or sys.executable), members)


def _is_user(login: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(login)
    except KeyError:
        return False
    return bool(_NAME.fullmatch(login))


def script(made: SetUp) -> str:
    """The shell script that makes it; may be run again."""
    desk, inner, outer = (shlex.quote(str(path)) for path in (made.desk, made.inner, made.outer))
    account, group = made.account, made.group
    python = shlex.quote(str(made.python))
    joined = "\n".join(f"usermod -aG {group} {shlex.quote(member)}" for member in made.members)
    return f"""#!/bin/sh
# Nobody but svc writes {made.desk} any more. To be run as root; may be run again.
set -eu

# The account that owns the data: no password, no shell, no home.
id -u {account} >/dev/null 2>&1 || useradd --system --user-group --no-create-home --home-dir /nonexistent \\
    --shell /usr/sbin/nologin {account}

# Those who may call it (further ones: usermod -aG {group} LOGIN).
getent group {group} >/dev/null || groupadd --system {group}
{joined or f"# usermod -aG {group} LOGIN"}

# Everything is the account's; its group is its own, others see nothing.
grep -q '^account: ' {desk}/data/desk.yaml || printf 'account: "{account}"\\n' >> {desk}/data/desk.yaml
chown -R {account}:{account} {desk}/data {desk}/rules.yaml
chown {account}:{account} {desk}
chmod 750 {desk}
find {desk}/data -type d -exec chmod 750 {{}} +
find {desk}/data -type f -exec chmod 640 {{}} +
chmod 640 {desk}/rules.yaml
[ ! -d {desk}/data/.svc ] || {{ chmod 700 {desk}/data/.svc; find {desk}/data/.svc -type f -exec chmod 600 {{}} +; }}

# The one command that sudo allows: root's own, without arguments, this desk and no other, nothing of the caller's
# environment in it. What is asked of it comes down its pipe, as data.
mkdir -p {shlex.quote(str(made.inner.parent))}
cat > {inner} <<'END'
#!/bin/sh
exec env -i PATH=/usr/bin:/bin LANG=C.UTF-8 SUDO_UID="$SUDO_UID" {python} -I -B -m svc.protected.service {desk}
END
chown root:root {inner}
chmod 755 {inner}

# What people type: it runs as themselves, and so do files, editors and terminals.
cat > {outer} <<'END'
#!/bin/sh
exec {python} -I -m svc.protected.client {account} {inner} {desk} "$@"
END
chmod 755 {outer}

# The sudo rule, looked over before it counts.
rule=$(mktemp)
cat > "$rule" <<'END'
Defaults!{made.inner} umask=0027, umask_override
%{group} ALL=({account}) NOPASSWD: {made.inner} ""
END
visudo -qcf "$rule"
install -o root -g root -m 440 "$rule" /etc/sudoers.d/svc-{made.name}
rm -f "$rule"

# Can the account run svc, and reach the desk?
su -s /bin/sh {account} -c {shlex.quote(f"{python} -I -m svc --version")} >/dev/null || {{
    echo "{account} cannot run {made.python}: install svc where everybody may read it (python3 -m venv /opt/svc) and say --python" >&2
    exit 1
}}
su -s /bin/sh {account} -c {shlex.quote(f"test -r {desk}/rules.yaml")} || {{
    echo "{account} cannot reach {made.desk}: a folder above it is closed to others (chmod o+x)" >&2
    exit 1
}}
"""


def apply(made: SetUp) -> None:
    """Run the script; NotPermitted for anybody but root."""
    if os.geteuid() != 0:
        raise NotPermitted(
            Text("only root can make users and sudo rules", "只有 root 能创建用户和 sudo 规则"),
            Text("sudo svc desk protect --apply; or read the script and run it: svc desk protect > protect.sh",
                 "sudo svc desk protect --apply；或查看脚本后执行：svc desk protect > protect.sh"),
        )  # fmt: skip
    missing = [tool for tool in ("sudo", "visudo", "useradd", "groupadd") if not _found(tool)]
    if missing:
        raise BadInput(
            Text(f"not installed: {', '.join(missing)}", f"未安装：{'、'.join(missing)}"),
            Text("apt install sudo passwd", "apt install sudo passwd"),
        )
    done = subprocess.run(["/bin/sh", "-s"], input=script(made), capture_output=True, text=True)
    if done.returncode:
        why = done.stderr.strip() or f"exit {done.returncode}"
        raise SvcError(
            Text(f"the set-up stopped: {why}", f"设置中断：{why}"),
            Text("mend that and run it again; what was done stays", "排除后再次执行；已完成的部分保留"),
        )


def _found(tool: str) -> bool:
    import shutil

    return shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") is not None
