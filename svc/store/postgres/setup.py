"""Making a desk on a server: roles, numbered migrations, sites and who belongs to them. For its administrator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from svc.errors import BadInput, Conflict
from svc.store.files.folder import new_id
from svc.store.postgres import rights
from svc.store.postgres.session import Session
from svc.text import Text, quoted, quoted_zh, say

ROLES = """
do $$ begin
    if not exists (select from pg_roles where rolname = 'svc_owner') then create role svc_owner nologin; end if;
    if not exists (select from pg_roles where rolname = 'svc_user') then create role svc_user nologin; end if;
    if not pg_has_role(session_user, 'svc_owner', 'member') then execute format('grant svc_owner to %I', session_user); end if;
    execute format('grant svc_user to %I', session_user);
    begin
        execute format('revoke temporary, create on database %I from public', current_database());
        revoke create on schema public from public;
    exception when insufficient_privilege then
        raise notice 'the owner of the database must do this: revoke temporary, create on database % from public', current_database();
    end;
end $$
"""
"""Nobody makes names that trusted functions could meet: no temporary objects, nothing in `public`."""
MARK = re.compile(r"[A-Z]{0,4}")


def create(session: Session, mark: str, ledger: str, title: str = "") -> None:
    """A new desk in an empty database, its first site, and whoever makes it as member; Conflict where there is one."""
    if session.run("select to_regclass('svc.desk')::text")[0][0]:
        raise Conflict(
            Text("the database holds a desk already", "数据库里已有工作目录"),
            Text("bring it up to date with: svc desk migrate URL", "升级：svc desk migrate URL"),
        )
    with session.transaction():
        session.run(ROLES)
        session.run("create schema if not exists svc authorization svc_owner")
        session.run("set local role svc_owner")
        session.run("create table svc.migration (n integer primary key, name text, at timestamptz default now())")
        _apply(session, 0)
        session.run("insert into svc.desk values (%s)", (new_id(),))
        _site(session, mark, ledger, title)
        session.run("insert into svc.member values (session_user, %s, true, true)", (mark,))


def migrate(session: Session, dry: bool = False) -> list[str]:
    """Bring a desk up to this program's schema; the names of the steps taken. With `dry` they are taken back."""
    with session.transaction(dry):
        session.run(ROLES)
        session.run("set local role svc_owner")
        session.run("lock table svc.migration in exclusive mode")
        done = session.run("select coalesce(max(n), 0) from svc.migration")[0][0]
        return _apply(session, done)


def _apply(session: Session, done: int) -> list[str]:
    names = []
    session.run("set local search_path = pg_catalog, pg_temp")
    for n, name, text in migrations():
        if n > done:
            session.run(text)
            session.run("insert into svc.migration (n, name) values (%s, %s)", (n, name))
            names.append(name)
    rights.grant(session)
    if rights.declare(session) and not names:
        names.append(say(Text("what rows look like and who may store what", "记录格式与权限")))
    return names


def migrations() -> Iterator[tuple[int, str, str]]:
    """The numbered steps that make the schema, in order."""
    folder = files("svc") / "store" / "postgres" / "schema"
    for name in sorted(one.name for one in folder.iterdir() if one.name.endswith(".sql")):
        yield int(name[:3]), name, (folder / name).read_text("utf-8")


def add_site(session: Session, mark: str, ledger: str, title: str = "", dry: bool = False) -> None:
    """Another site; Conflict where its mark or its ledger is there already. With `dry` it is taken back."""
    with session.transaction(dry):
        session.run("set local role svc_owner")
        known = session.run("select mark from svc.site where mark = %s or ledger = %s", (mark, ledger))
        if known:
            raise Conflict(
                Text(f"the site {known[0][0] or '-'} is there already", f"网点 {known[0][0] or '-'} 已存在"),
                Text("see: svc desk show", "查看：svc desk show"),
            )
        _site(session, mark, ledger, title)
        # the administrator's own login looks after every site
        session.run(
            "insert into svc.member (login, mark, home, deputy) select login, %s, false, true from svc.member"
            " where login = session_user and deputy limit 1",
            (mark,),
        )


def _site(session: Session, mark: str, ledger: str, title: str) -> None:
    if not MARK.fullmatch(mark):
        raise BadInput(
            Text(f"--site {mark}: a mark is one to four letters", f"--site {mark}：网点代号为一到四个字母"),
            Text("like BJ; it stands in the ids: C2611-BJ0001", "如 BJ；会出现在编号里：C2611-BJ0001"),
        )
    session.run("insert into svc.site values (%s, %s, %s)", (mark, ledger, title))


def add_member(session: Session, login: str, mark: str, everywhere: bool, deputy: bool, dry: bool = False) -> None:
    """Let a login of the server in: to one site, or to all of them with `mark` as its home. With `dry` it is taken back."""
    with session.transaction(dry):
        if not session.run("select 1 from pg_roles where rolname = %s", (login,)):
            raise Conflict(
                Text(f"the server has no login {quoted(login)}", f"数据库没有登录名{quoted_zh(login)}"),
                Text(f"make it first: create role {login} login", f"请先创建：create role {login} login"),
            )
        grant = session.run("select 'grant svc_user to ' || quote_ident(%s)", (login,))[0][0]
        session.run(grant)
        session.run("set local role svc_owner")
        marks = [m for (m,) in session.run("select mark from svc.site")] if everywhere else [mark]
        for one in marks:
            session.run(
                "insert into svc.member values (%s, %s, %s, %s) on conflict (login, mark)"
                " do update set home = excluded.home, deputy = excluded.deputy",
                (login, one, one == mark, deputy),
            )
