-- Files kept with entries: under the SHA-256 of their bytes, at the site that put them in. What was erased leaves no row.

create table svc.file (
    mark text not null references svc.site,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    body bytea not null check (octet_length(body) between 1 and 20971520),
    login name not null default session_user,
    primary key (mark, sha256),
    check (encode(sha256(body), 'hex') = sha256)
);
create index file_hash on svc.file (sha256);
alter table svc.file alter column body set storage external;  -- pictures are compressed already
alter table svc.file enable row level security;
create policy seen on svc.file for select using (mark = any ((select svc.my_marks())::text[]));
grant select on svc.file to svc_user;

create function svc.keep_file(p_mark text, p_sha256 text, p_body bytea) returns void
security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    perform svc.member_of(p_mark);
    insert into svc.file (mark, sha256, body) values (p_mark, p_sha256, p_body) on conflict (mark, sha256) do nothing;
end $$;

create function svc.drop_file(p_mark text, p_sha256 text) returns void
security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
declare
    me svc.member := svc.member_of(p_mark);
begin
    if not me.deputy and not exists (
        select from svc.file f where f.mark = p_mark and f.sha256 = p_sha256 and f.login = session_user
    ) then
        perform svc.demand('attachment erase');
    end if;
    delete from svc.file f where f.mark = p_mark and f.sha256 = p_sha256;
end $$;

revoke all on function svc.keep_file, svc.drop_file from public;
