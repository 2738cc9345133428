-- Rows that nobody can read are passed over, and stay where they are: the chain goes through their bytes. Before schema 2 any
-- login could store such a row, and whoever read its ledger was refused. `svc ledger repair` names them and sets them aside.

create table svc.aside (
    mark text not null references svc.site,
    noun text not null,
    n bigint not null,
    why text not null check (octet_length(why) between 1 and 2000),
    login name not null default session_user,
    set_at timestamptz not null default clock_timestamp(),
    primary key (mark, noun, n)
);
alter table svc.aside enable row level security;
create policy seen on svc.aside for select using (mark = any ((select svc.my_marks())::text[]));
grant select on svc.aside to svc_user;

-- A row that the server can read is nobody's to pass over but a deputy's (it may hold a word that svc does not know: the
-- server knows columns, not words); `svc ledger verify` names those that can be read after all.
create function svc.set_aside(p_mark text, p_noun text, p_n bigint, p_why text) returns void
security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
declare
    me svc.member := svc.member_of(p_mark);
    shape svc.shape;
    one svc.entry;
    said text[];
    sound boolean;
begin
    if not me.deputy then
        perform svc.demand('repair');
    end if;
    select * into shape from svc.shape s where s.kind = 'ledger' and s.noun = p_noun;
    if not found then
        raise exception 'no ledger: %', p_noun using errcode = 'check_violation';
    end if;
    select * into one from svc.entry e where e.mark = p_mark and e.noun = p_noun and e.n = p_n;
    if not found then
        raise exception 'no row % of %', p_n, p_noun using errcode = 'check_violation';
    end if;
    begin
        said := svc.said_by(shape, substr(one.raw, 1, octet_length(one.raw) - case when shape.form = 'csv' then 34 else 38 end));
        sound := said[1] = one.id and said[2] = one.event and said[3]::timestamptz = one.at
            and said[4]::timestamptz = one.recorded_at and said[5] = one.staff;
    exception
        when others then sound := false;
    end;
    if sound and not me.deputy then
        raise exception 'row % of % can be read: it is not passed over', p_n, p_noun using errcode = 'insufficient_privilege';
    end if;
    insert into svc.aside (mark, noun, n, why) values (p_mark, p_noun, p_n, p_why) on conflict do nothing;
end $$;

revoke all on function svc.set_aside from public;
