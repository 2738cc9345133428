-- The ledgers on PostgreSQL. Everything belongs to svc_owner, who cannot log in; people are members of svc_user,
-- who may read what their sites may see (row-level security) and call the functions below: nothing else.

create table svc.desk (id text primary key);  -- one row: the name of this desk

create table svc.site (
    mark text primary key check (mark ~ '^[A-Z]{0,4}$'),  -- stands in the ids given out there: C2611-BJ0001
    ledger text not null unique,                           -- the name that goes into every hash, as in desk.yaml
    title text not null default '',
    apart boolean not null default false                   -- records on a desk of its own and hands over
);

create table svc.member (
    login name not null,
    mark text not null references svc.site,
    home boolean not null default true,      -- where this login records, unless it says otherwise
    deputy boolean not null default false,   -- may record for others: imports, the head office
    primary key (login, mark)
);
create unique index member_home on svc.member (login) where home;

create table svc.entry (
    month date not null,                     -- of recording: the file in which the row would stand
    mark text not null references svc.site,
    noun text not null,
    n bigint not null,                       -- 1, 2, 3 ... in its ledger
    start bigint not null,                   -- the byte and the line at which it would stand in that file
    line integer not null,
    raw bytea not null,                      -- the whole row, to the byte
    prev text not null,
    h text not null,
    id text not null,
    event text not null,
    at timestamptz not null,
    recorded_at timestamptz not null,
    staff text not null,
    login name not null default session_user,
    stored_at timestamptz not null default clock_timestamp(),
    primary key (mark, noun, month, n),
    unique (mark, noun, month, prev)         -- two rows behind one: a fork, impossible
) partition by range (month);
create index entry_id on svc.entry (id);

create table svc.head (                      -- how far each ledger goes; who appends holds its row
    mark text not null references svc.site,
    noun text not null,
    file text not null,
    size bigint not null,
    line integer not null,
    h text not null,
    n bigint not null,
    recorded_at timestamptz,
    primary key (mark, noun)
);

create table svc.register (
    noun text not null,
    id text not null,
    mark text not null references svc.site,  -- where it was registered; a stranger's number is seen there only
    n bigint not null generated always as identity,
    cells json not null,
    login name not null default session_user,
    primary key (noun, id)
);
create table svc.register_change (noun text primary key, n bigint not null);

create table svc.document (                  -- rules.yaml, the seals: every version is kept
    name text not null,
    n integer not null,
    body bytea not null,
    login name not null default session_user,
    stored_at timestamptz not null default clock_timestamp(),
    primary key (name, n)
);

-- Who sees and writes what ------------------------------------------------------------------------

create function svc.my_marks() returns text[] stable security definer set search_path = pg_catalog
language sql as $$ select coalesce(array_agg(mark), '{}') from svc.member where login = session_user $$;

create function svc.my_home() returns text stable security definer set search_path = pg_catalog
language sql as $$ select mark from svc.member where login = session_user order by home desc, mark limit 1 $$;

create function svc.member_of(p_mark text) returns svc.member stable security definer set search_path = pg_catalog
language plpgsql as $$
declare found_member svc.member;
begin
    select * into found_member from svc.member where login = session_user and mark = p_mark;
    if not found then
        raise exception 'login % is no member of site %', session_user, p_mark using errcode = 'insufficient_privilege';
    end if;
    return found_member;
end $$;

alter table svc.site enable row level security;
alter table svc.entry enable row level security;
alter table svc.head enable row level security;
alter table svc.register enable row level security;
create policy seen on svc.site for select using (mark = any ((select svc.my_marks())::text[]));
create policy seen on svc.entry for select using (mark = any ((select svc.my_marks())::text[]));
create policy seen on svc.head for select using (mark = any ((select svc.my_marks())::text[]));
create policy seen on svc.register for select
    using (cardinality((select svc.my_marks())) > 0 and (noun <> 'caller' or mark = any ((select svc.my_marks())::text[])));
alter table svc.document enable row level security;
create policy seen on svc.document for select using (cardinality((select svc.my_marks())) > 0);

-- The one way in ----------------------------------------------------------------------------------

create function svc.row_hash(p_ledger text, p_file text, p_prev text, p_row bytea) returns text
immutable strict set search_path = pg_catalog language plpgsql as $$
declare
    digest bytea := sha256(
        convert_to('svc-row/1', 'UTF8') || '\x00'::bytea || convert_to(p_ledger, 'UTF8') || '\x00'::bytea
        || convert_to(p_file, 'UTF8') || '\x00'::bytea || convert_to(p_prev, 'UTF8') || '\x00'::bytea || p_row);
    alphabet constant text := 'abcdefghijklmnopqrstuvwxyz234567';
    bits bigint;
    result text := 'x';
begin
    for part in 0..3 loop
        bits := (get_byte(digest, part * 5)::bigint << 32) | (get_byte(digest, part * 5 + 1)::bigint << 24)
            | (get_byte(digest, part * 5 + 2)::bigint << 16) | (get_byte(digest, part * 5 + 3)::bigint << 8)
            | get_byte(digest, part * 5 + 4)::bigint;
        for five in 0..7 loop
            result := result || substr(alphabet, ((bits >> (35 - five * 5)) & 31)::integer + 1, 1);
        end loop;
    end loop;
    return left(result, 32);
end $$;

create function svc.make_month(p_month date) returns void security definer set search_path = pg_catalog
language plpgsql as $$
declare part text := 'entry_' || to_char(p_month, 'YYYY_MM');
begin
    if to_regclass('svc.' || part) is null then
        perform pg_advisory_xact_lock(hashtext('svc month'));
        execute format('create table if not exists svc.%I partition of svc.entry for values from (%L) to (%L)',
                       part, p_month, p_month + interval '1 month');
    end if;
end $$;

create function svc.append(
    p_mark text, p_noun text, p_file text, p_start bigint, p_line integer, p_rows bytea[], p_ids text[],
    p_events text[], p_ats timestamptz[], p_recorded timestamptz[], p_staff text[], p_hashes text[] default null
) returns table (start bigint, h text) security definer set search_path = pg_catalog language plpgsql as $$
#variable_conflict use_column
declare
    me svc.member := svc.member_of(p_mark);
    of_site text := (select ledger from svc.site where mark = p_mark);
    tip svc.head;
    p_month date;
    is_csv boolean := p_file like '%.csv';
    hash text;
    whole bytea;
    as_text text;
begin
    if p_file !~ '^[a-z]{1,20}/[0-9]{4}-(0[1-9]|1[0-2])\.(csv|yaml)$' then
        raise exception 'no file of a ledger: %', p_file using errcode = 'check_violation';
    end if;
    if p_hashes is null and (select apart from svc.site where mark = p_mark) then
        raise exception 'site % records on a desk of its own', p_mark using errcode = 'SVC04';
    end if;
    p_month := to_date(substring(p_file from '([0-9]{4}-[0-9]{2})'), 'YYYY-MM');
    insert into svc.head values (p_mark, p_noun, '', 0, 0, 'x' || repeat('0', 31), 0, null) on conflict do nothing;
    select * into tip from svc.head where mark = p_mark and noun = p_noun for update;
    if p_file < tip.file then
        raise exception 'behind: % goes to %', p_noun, tip.file using errcode = 'SVC01';
    elsif p_file > tip.file then
        tip.file := p_file;
        tip.size := p_start;
        tip.line := p_line;
    end if;
    perform svc.make_month(p_month);
    for i in 1..cardinality(p_rows) loop
        if p_recorded[i] < tip.recorded_at then
            raise exception 'behind: the last entry was recorded %', tip.recorded_at using errcode = 'SVC01';
        elsif p_hashes is null and abs(extract(epoch from clock_timestamp() - p_recorded[i])) > 300 then
            raise exception 'the clock of the server says %', clock_timestamp() using errcode = 'SVC01';
        elsif p_hashes is null and not me.deputy and not exists (
            select from svc.register r where r.noun = 'staff' and r.id = p_staff[i] and r.cells ->> 'login' = session_user
        ) then
            raise exception 'login % may not record as %', session_user, p_staff[i] using errcode = 'insufficient_privilege';
        end if;
        hash := svc.row_hash(of_site, p_file, tip.h, p_rows[i]);
        if p_hashes is not null and p_hashes[i] is distinct from hash then
            raise exception 'row % of % does not follow', tip.n + 1, p_noun using errcode = 'SVC02';
        end if;
        whole := p_rows[i] || convert_to(case when is_csv then ',' || hash || E'\n' else 'h: "' || hash || E'"\n' end, 'UTF8');
        insert into svc.entry (month, mark, noun, n, start, line, raw, prev, h, id, event, at, recorded_at, staff)
        values (p_month, p_mark, p_noun, tip.n + 1, tip.size, tip.line, whole, tip.h, hash, p_ids[i], p_events[i],
                p_ats[i], p_recorded[i], p_staff[i]);
        start := tip.size;
        h := hash;
        return next;
        tip.n := tip.n + 1;
        tip.size := tip.size + length(whole);
        as_text := convert_from(whole, 'UTF8');
        tip.line := tip.line + length(as_text) - length(replace(as_text, E'\n', ''));
        tip.h := hash;
        tip.recorded_at := p_recorded[i];
    end loop;
    update svc.head set file = tip.file, size = tip.size, line = tip.line, h = tip.h, n = tip.n,
        recorded_at = tip.recorded_at where mark = p_mark and noun = p_noun;
end $$;

-- What may be changed: registers (nobody's row is overwritten unseen), the rules file, the seals ------

create function svc.keep_rows(p_mark text, p_noun text, p_rows json, p_before jsonb) returns void
security definer set search_path = pg_catalog language plpgsql as $$
declare
    me svc.member := svc.member_of(p_mark);
    key text;
    cells_now jsonb;
begin
    insert into svc.register_change values (p_noun, 0) on conflict do nothing;
    update svc.register_change set n = n + 1 where noun = p_noun;
    for key in select json_object_keys(p_rows) loop
        select cells::jsonb into cells_now from svc.register where noun = p_noun and id = key;
        if cells_now is distinct from nullif(p_before -> key, 'null'::jsonb) then
            raise exception '% % was changed by somebody else', p_noun, key using errcode = 'SVC03';
        elsif json_typeof(p_rows -> key) = 'null' then
            delete from svc.register where noun = p_noun and id = key;
        else
            insert into svc.register (noun, id, mark, cells) values (p_noun, key, p_mark, p_rows -> key)
            on conflict (noun, id) do update set cells = excluded.cells, login = session_user;
        end if;
        cells_now := null;
    end loop;
end $$;

create function svc.set_apart(p_mark text, p_apart boolean) returns void
security definer set search_path = pg_catalog language plpgsql as $$
begin
    if not (svc.member_of(p_mark)).deputy then
        raise exception 'only a deputy may say where site % records', p_mark using errcode = 'insufficient_privilege';
    end if;
    update svc.site set apart = p_apart where mark = p_mark;
end $$;

create function svc.keep_document(p_name text, p_body bytea, p_after integer) returns void
security definer set search_path = pg_catalog language plpgsql as $$
begin
    perform svc.member_of(svc.my_home());
    insert into svc.document (name, n, body) values (p_name, p_after + 1, p_body);
end $$;

revoke all on all functions in schema svc from public;
grant usage on schema svc to svc_user;
grant select on svc.desk, svc.site, svc.entry, svc.head, svc.register, svc.register_change, svc.document to svc_user;
grant execute on function svc.append, svc.keep_rows, svc.keep_document, svc.set_apart, svc.my_marks, svc.my_home to svc_user;
