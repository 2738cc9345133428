"""Who sits at the desk: the user of this computer, as a member of staff.

On plain files it is the OS user (or whom he says he is, --as), and whoever can write the files can do more than
`svc` lets him. Where `svc desk protect` gave the data to a service account, named in `desk.yaml`, clerks reach it
through sudo alone: then, and only then, it is whoever called sudo, and nobody can say that he is somebody else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from svc.domain import ledgers, permissions
from svc.errors import NotPermitted
from svc.store.place import Place
from svc.text import Text

if TYPE_CHECKING:
    from svc.store.index.lookups import Index

FOUNDER = "S00"
"""The id of whoever makes a desk: out of the way of the ids that a staff list of the department brings."""

Find = Callable[[str], list[str]]
"""The ids of staff with a login."""


def login() -> str:
    """The user of this computer, as the system knows him: not what an environment variable says."""
    try:
        return _user_name(os.getuid())
    except (ImportError, KeyError, AttributeError):
        return os.environ.get("USERNAME") or os.environ.get("USER") or "?"


def _user_name(uid: int) -> str:
    import pwd

    return pwd.getpwuid(uid).pw_name


def account(kept: Place) -> str | None:
    """The service account that owns a protected desk of files, from its `desk.yaml`."""
    if kept.folder is None:
        return None
    try:
        text = (kept.folder / "data" / "desk.yaml").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    if "account: " not in text:  # most desks: nothing to compile a pattern for
        return None
    found = re.search(r'^account: "([a-z_][a-z0-9_-]*)"$', text, re.MULTILINE)
    return found[1] if found else None


def caller(kept: Place) -> str | None:
    """Who called the service account of a protected desk, by sudo's word; None where that is not how we run."""
    name = account(kept)
    if name is None or login() != name:
        return None
    uid = os.environ.get("SUDO_UID", "")
    try:
        return _user_name(int(uid))
    except (KeyError, ValueError):
        return ""


def actor(kept: Place, asked: str | None, find: Find) -> str:
    """The staff id of whoever acts; `asked` is the id that he says is his. NotPermitted where he is nobody."""
    called = caller(kept)
    if called is None:
        return asked or _registered(kept.login or login(), find)
    if not called:
        raise NotPermitted(
            Text(
                f"the account {login()} is nobody on the staff, and nobody called it through sudo",
                f"服务账户 {login()} 不是员工，也不是由谁经 sudo 调用的",
            ),
            Text("call svc as yourself: docs/protect.md", "请用自己的账户执行 svc：见 docs/protect.md"),
        )
    own = _registered(called, find)
    if asked and asked != own:
        raise NotPermitted(
            Text(
                f"{called} is {own} here and cannot act as {asked}",
                f"{called} 在这里是 {own}，不能以 {asked} 的身份操作",
            ),
            Text("leave out --as and SVC_STAFF", "不要写 --as 和 SVC_STAFF"),
        )
    return own


def _registered(user: str, find: Find) -> str:
    found = find(user)
    if FOUNDER in found or len(found) == 1:
        return FOUNDER if FOUNDER in found else found[0]
    raise NotPermitted(
        Text(
            f"the user {user} of this computer is no member of staff here",
            f"本机用户 {user} 没有登记为员工",
        ),
        Text(
            f"say who you are: svc --as S01 …; or let the head run: svc staff edit S01 --login {user}",
            f"请说明身份：svc --as S01 …；或请主管执行：svc staff edit S01 --login {user}",
        ),
    )


def owns(kept: Place) -> bool:
    """Whether the files are the user's own (or he is root): nothing that they hold can be kept from him.

    Somebody who came through sudo to a protected desk owns nothing.
    """
    if kept.folder is None or caller(kept):
        return False
    try:
        return os.geteuid() in (0, (kept.folder / "data").stat().st_uid)
    except AttributeError:  # Windows
        return True


class Acting(Protocol):
    """Who acts at a desk, and what he may do: the part of a desk that asks for roles."""

    kept: Place

    @property
    def asked(self) -> str | None: ...
    @property
    def index(self) -> Index: ...
    def reference(self, noun: str, text: str, taken_back: bool = False, whole: bool = False) -> str: ...
    def register(self, noun: str) -> Mapping[str, Mapping[str, str]]: ...
    def person(self, noun: str, id: str, day: date | None = None) -> Mapping[str, str]: ...
    def now(self) -> datetime: ...

    @cached_property
    def who(self) -> str:
        """The id of the member of staff who acts: --as, SVC_STAFF, or whose login is the user (`svc.desk.identity`)."""
        own = self.reference("staff", self.asked, whole=True) if self.asked else None
        found = actor(self.kept, own, self._logged_in)
        last_day = self.register("staff").get(found, {}).get("left")
        if last_day and last_day < self.now().date().isoformat():
            raise NotPermitted(
                Text(f"{found} left on {last_day} and no longer acts here", f"{found} 已于 {last_day} 离职，不能再操作"),
                Text("somebody on the staff does it: svc --as S01 …", "请由在职人员操作：svc --as S01 …"),
            )
        return found

    def _logged_in(self, user: str) -> list[str]:
        """The ids of staff with a login today: who had it before and has another now is somebody else."""
        staff = self.register("staff")
        return [id for id in self.index.named("staff", user) if staff[id].get("login", user).lower() == user.lower()]

    @cached_property
    def who_if_known(self) -> str | None:
        """The id of who acts; None where he is nobody here."""
        try:
            return self.who
        except NotPermitted:
            return None

    @cached_property
    def looks(self) -> str | None:
        """Who looks at the desk; None for the owner of the files where he is nobody on the staff."""
        try:
            return self.who
        except NotPermitted:
            if self.asked or not owns(self.kept):
                raise
            return None

    def role(self, staff: str) -> str:
        """The role of a member of staff."""
        return self.register("staff").get(staff, {}).get("role", "")

    def permit(self, staff: str, roles: Sequence[str], deed: Text, day: date | None = None) -> None:
        """Refuse (NotPermitted) a deed to somebody whose role on a day is none of `roles` (empty: everybody may)."""
        role = self.person("staff", staff, day).get("role", "")
        if roles and role not in roles:
            people = [
                f"{id} {row.get('name', '')}" for id, row in self.register("staff").items() if row.get("role") in roles
            ]
            raise permissions.refusal(staff, role, deed, roles, people)

    def permit_verb(self, noun: str, name: str) -> None:
        """Refuse a verb to whoever looks and may not use it, nor see with it what concerns himself."""
        verb = permissions.verb(noun, name) or permissions.Verb(ledgers.RULERS)
        if verb.roles and not verb.own and self.looks is not None:
            self.permit(self.looks, verb.roles, Text(f"use: svc {noun} {name}", f"使用 svc {noun} {name}"))

    def limited_to(self, noun: str, name: str) -> str | None:
        """The member of staff whose matters alone whoever looks may see with a verb; None: everybody's."""
        verb = permissions.verb(noun, name)
        if verb is None or not verb.own or self.looks is None or verb.allows(self.role(self.looks)):
            return None
        return self.looks

    def permit_about(self, noun: str, name: str, staff: str | None, id: str) -> None:
        """Refuse to show what concerns somebody else to whoever may see his own alone."""
        if self.limited_to(noun, name) not in (None, staff):
            verb = permissions.verb(noun, name)
            assert verb is not None
            self.permit(
                self.looks or "", verb.roles, Text(f"see {id}: it concerns somebody else", f"查看 {id}：涉及他人")
            )
