-- What may be stored is looked at by the server itself, and by whom. Trusted functions resolve names in pg_catalog and
-- nowhere else: without `pg_temp` at the end of the path PostgreSQL looks there first, and a caller's own pg_temp.text
-- (a domain with a check of his making) would run as the owner.

create table svc.shape (                     -- what a row looks like: written by `svc desk migrate` from the program's tables
    kind text not null check (kind in ('ledger', 'register')),
    noun text not null,
    folder text not null,
    form text not null,
    columns text[] not null,                 -- those of a row, in order, without h
    widths integer[] not null,               -- how many of them a row may have: columns only ever come behind the others
    primary key (kind, noun)
);

create table svc.privilege (                 -- which role may store what; written by `svc desk migrate`. '': everybody
    subject text not null,                   -- 'call log', 'register staff', 'erase customer', 'document rules.yaml'
    role text not null,
    primary key (subject, role)
);

create table svc.staff_login (               -- whose login it ever was: `svc ledger verify` compares it with `by`
    staff text not null,
    login text not null,
    since timestamptz not null default clock_timestamp(),
    primary key (staff, login)
);
insert into svc.staff_login (staff, login)
    select id, cells ->> 'login' from svc.register where noun = 'staff' and coalesce(cells ->> 'login', '') <> '';

-- Who is it -----------------------------------------------------------------------------------------

create or replace function svc.my_marks() returns text[] stable security definer set search_path = pg_catalog, pg_temp
language sql as $$ select coalesce(array_agg(m.mark), '{}') from svc.member m where m.login = session_user $$;

create or replace function svc.my_home() returns text stable security definer set search_path = pg_catalog, pg_temp
language sql as $$ select m.mark from svc.member m where m.login = session_user order by m.home desc, m.mark limit 1 $$;

create or replace function svc.member_of(p_mark text) returns svc.member stable security definer
set search_path = pg_catalog, pg_temp language plpgsql as $$
declare found_member svc.member;
begin
    select * into found_member from svc.member m where m.login = session_user and m.mark = p_mark;
    if not found then
        raise exception 'login % is no member of site %', session_user, p_mark using errcode = 'insufficient_privilege';
    end if;
    return found_member;
end $$;

create function svc.my_roles() returns text[] stable security definer set search_path = pg_catalog, pg_temp
language sql as $$
    select coalesce(array_agg(r.cells ->> 'role'), '{}') from svc.register r
    where r.noun = 'staff' and r.cells ->> 'login' = session_user
        and (coalesce(r.cells ->> 'left', '') = '' or r.cells ->> 'left' >= to_char(clock_timestamp() - interval '1 day', 'YYYY-MM-DD'))
$$;

create function svc.demand(p_subject text) returns void stable security definer set search_path = pg_catalog, pg_temp
language plpgsql as $$
begin
    if exists (select from svc.privilege p where p.subject = p_subject and p.role = any (svc.my_roles() || array[''::text])) then
        return;
    end if;
    raise exception 'login % may not: %', session_user, p_subject using errcode = 'insufficient_privilege';
end $$;

-- Is it a row ---------------------------------------------------------------------------------------

create or replace function svc.row_hash(p_ledger text, p_file text, p_prev text, p_row bytea) returns text
immutable strict set search_path = pg_catalog, pg_temp language plpgsql as $$
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

create function svc.no_row(p_why text) returns void set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    raise exception 'no row as svc writes it: %', p_why using errcode = 'check_violation';
end $$;

create function svc.cells_of(p_line text) returns text[] immutable strict set search_path = pg_catalog, pg_temp
language plpgsql as $$
declare
    piece text;
    begun text;
    cells text[] := '{}';
begin
    if strpos(p_line, '"') = 0 then
        return string_to_array(p_line, ',');
    end if;
    foreach piece in array string_to_array(p_line, ',') loop
        begun := case when begun is null then piece else begun || ',' || piece end;
        if (length(begun) - length(replace(begun, '"', ''))) % 2 = 0 then
            cells := array_append(cells, begun);
            begun := null;
        end if;
    end loop;
    if begun is not null then
        perform svc.no_row('a quote that is not closed');
    end if;
    return cells;
end $$;

create function svc.cell_text(p_cell text) returns text immutable strict set search_path = pg_catalog, pg_temp
language plpgsql as $$
declare t text := p_cell;
begin
    if left(t, 1) = '"' then
        t := replace(substr(t, 2, length(t) - 2), '""', '"');
    end if;
    t := replace(replace(replace(replace(t, '\\', E'\x01'), '\n', E'\n'), '\r', E'\r'), E'\x01', '\');
    return case when left(t, 1) = '''' then substr(t, 2) else t end;
end $$;

-- The id, event, time, time of recording and author that the bytes of a row say.
create function svc.said_by(p_shape svc.shape, p_row bytea) returns text[] stable set search_path = pg_catalog, pg_temp
language plpgsql as $$
declare
    line text;
    cells text[];
    key text;
    place integer := 0;
    next_place integer;
    said text[] := array_fill(null::text, array[5]);
    common constant text[] := array['id', 'event', 'at', 'recorded_at', 'by'];
begin
    if octet_length(p_row) > 524288 then
        perform svc.no_row('too long');
    end if;
    line := convert_from(p_row, 'UTF8');
    if p_shape.form = 'csv' then
        cells := svc.cells_of(line);
        if cardinality(cells) <> all (p_shape.widths) then
            perform svc.no_row(format('%s columns where there are %s', cardinality(cells), cardinality(p_shape.columns)));
        elsif line ~ E'[\n\r]' then
            perform svc.no_row('a line end in it');
        end if;
        for i in 1..5 loop
            said[i] := svc.cell_text(cells[i]);
        end loop;
    else
        cells := string_to_array(line, E'\n');
        if cells[1] is distinct from '---' or cells[cardinality(cells)] is distinct from '' then
            perform svc.no_row('a document begins with --- and ends with a line end');
        end if;
        foreach line in array cells[2:cardinality(cells) - 1] loop
            key := split_part(line, ': ', 1);
            next_place := array_position(p_shape.columns, key);
            if next_place is null or next_place <= place then
                perform svc.no_row('a key that is not known, or out of order');
            end if;
            place := next_place;
            if array_position(common, key) is not null then
                said[array_position(common, key)] := substr(line, length(key) + 3)::json #>> '{}';
            else
                perform substr(line, length(key) + 3)::json;
            end if;
        end loop;
    end if;
    for i in 1..5 loop
        if coalesce(said[i], '') = '' then
            perform svc.no_row(common[i] || ' is missing');
        end if;
    end loop;
    if said[3] !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$' or said[4] !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$' then
        perform svc.no_row('a time that is none');
    end if;
    return said;
exception
    when character_not_in_repertoire or untranslatable_character or invalid_text_representation then
        raise exception 'no row as svc writes it: %', sqlerrm using errcode = 'check_violation';
end $$;

-- The one way in --------------------------------------------------------------------------------------

create or replace function svc.make_month(p_month date) returns void security definer set search_path = pg_catalog, pg_temp
language plpgsql as $$
declare part text := 'entry_' || to_char(p_month, 'YYYY_MM');
begin
    if to_regclass('svc.' || part) is null then
        perform pg_advisory_xact_lock(hashtext('svc month'));
        execute format('create table if not exists svc.%I partition of svc.entry for values from (%L) to (%L)',
                       part, p_month, p_month + interval '1 month');
    end if;
end $$;

create or replace function svc.append(
    p_mark text, p_noun text, p_file text, p_start bigint, p_line integer, p_rows bytea[], p_ids text[],
    p_events text[], p_ats timestamptz[], p_recorded timestamptz[], p_staff text[], p_hashes text[] default null
) returns table (start bigint, h text) security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
#variable_conflict use_column
declare
    me svc.member := svc.member_of(p_mark);
    of_site text := (select s.ledger from svc.site s where s.mark = p_mark);
    shape svc.shape;
    handed constant boolean := p_hashes is not null;
    head bytea := '\x';
    tip svc.head;
    said text[];
    hash text;
    whole bytea;
    as_text text;
begin
    if handed and not me.deputy then
        raise exception 'only a deputy hands over entries' using errcode = 'insufficient_privilege';
    end if;
    select * into shape from svc.shape s where s.kind = 'ledger' and s.noun = p_noun;
    if not found then
        raise exception 'no ledger: %', p_noun using errcode = 'check_violation';
    elsif p_file is null or p_file !~ ('^' || shape.folder || '/20[0-9]{2}-(0[1-9]|1[0-2])\.' || shape.form || '$') then
        raise exception 'no file of a ledger: %', p_file using errcode = 'check_violation';
    elsif p_rows is null or cardinality(p_rows) not between 1 and 1000
        or cardinality(p_ids) is distinct from cardinality(p_rows) or cardinality(p_events) is distinct from cardinality(p_rows)
        or cardinality(p_ats) is distinct from cardinality(p_rows) or cardinality(p_recorded) is distinct from cardinality(p_rows)
        or cardinality(p_staff) is distinct from cardinality(p_rows)
        or (handed and cardinality(p_hashes) is distinct from cardinality(p_rows)) then
        raise exception 'one to 1000 rows, with as many ids, events, times and authors' using errcode = 'check_violation';
    elsif not handed and (select s.apart from svc.site s where s.mark = p_mark) then
        raise exception 'site % records on a desk of its own', p_mark using errcode = 'SVC04';
    end if;
    if shape.form = 'csv' then
        head := '\xefbbbf'::bytea || convert_to(array_to_string(shape.columns, ',') || E',h\n', 'UTF8');
    end if;
    insert into svc.head values (p_mark, p_noun, '', 0, 0, 'x' || repeat('0', 31), 0, null) on conflict do nothing;
    select * into tip from svc.head t where t.mark = p_mark and t.noun = p_noun for update;
    if p_file < tip.file then
        raise exception 'behind: % goes to %', p_noun, tip.file using errcode = 'SVC01';
    elsif p_file > tip.file then
        tip.file := p_file;
        -- What a site hands over may begin behind the header of an older edition, as its file does.
        tip.size := case when handed and p_start between 1 and octet_length(head) then p_start else octet_length(head) end;
        tip.line := case when shape.form = 'csv' then 2 else 1 end;
    end if;
    perform svc.make_month(to_date(substring(p_file from '([0-9]{4}-[0-9]{2})'), 'YYYY-MM'));
    for i in 1..cardinality(p_rows) loop
        said := svc.said_by(shape, p_rows[i]);
        if said[1] is distinct from p_ids[i] or said[2] is distinct from p_events[i] or said[3]::timestamptz is distinct from p_ats[i]
            or said[4]::timestamptz is distinct from p_recorded[i] or said[5] is distinct from p_staff[i] then
            perform svc.no_row('what stands beside it says something else');
        elsif left(said[4], 7) <> substring(p_file from '([0-9]{4}-[0-9]{2})') then
            perform svc.no_row('recorded in another month than the file''s');
        elsif not exists (select from svc.privilege p where p.subject = p_noun || ' ' || p_events[i]) then
            perform svc.no_row(format('%s has no event %s', p_noun, p_events[i]));
        elsif p_recorded[i] < tip.recorded_at then
            raise exception 'behind: the last entry was recorded %', tip.recorded_at using errcode = 'SVC01';
        elsif p_recorded[i] > clock_timestamp() + interval '300 seconds'
            or (not handed and p_recorded[i] < clock_timestamp() - interval '300 seconds') then
            raise exception 'the clock of the server says %', clock_timestamp() using errcode = 'SVC01';
        elsif not me.deputy then
            if not exists (
                select from svc.register r where r.noun = 'staff' and r.id = p_staff[i] and r.cells ->> 'login' = session_user
            ) then
                raise exception 'login % may not record as %', session_user, p_staff[i] using errcode = 'insufficient_privilege';
            end if;
            perform svc.demand(p_noun || ' ' || p_events[i]);
        end if;
        hash := svc.row_hash(of_site, p_file, tip.h, p_rows[i]);
        if handed and p_hashes[i] is distinct from hash then
            raise exception 'row % of % does not follow', tip.n + 1, p_noun using errcode = 'SVC02';
        end if;
        whole := p_rows[i] || convert_to(
            case when shape.form = 'csv' then ',' || hash || E'\n' else 'h: "' || hash || E'"\n' end, 'UTF8');
        insert into svc.entry (month, mark, noun, n, start, line, raw, prev, h, id, event, at, recorded_at, staff)
        values (to_date(substring(p_file from '([0-9]{4}-[0-9]{2})'), 'YYYY-MM'), p_mark, p_noun, tip.n + 1, tip.size, tip.line,
                whole, tip.h, hash, p_ids[i], p_events[i], p_ats[i], p_recorded[i], p_staff[i]);
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
    update svc.head t set file = tip.file, size = tip.size, line = tip.line, h = tip.h, n = tip.n,
        recorded_at = tip.recorded_at where t.mark = p_mark and t.noun = p_noun;
end $$;

-- What may be changed -------------------------------------------------------------------------------

create or replace function svc.keep_rows(p_mark text, p_noun text, p_rows json, p_before jsonb) returns void
security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
declare
    me svc.member := svc.member_of(p_mark);
    shape svc.shape;
    key text;
    cell record;
    row_now svc.register;
begin
    select * into shape from svc.shape s where s.kind = 'register' and s.noun = p_noun;
    if not found then
        raise exception 'no register: %', p_noun using errcode = 'check_violation';
    elsif p_rows is null or json_typeof(p_rows) <> 'object' or p_before is null then
        raise exception 'rows by id are needed, and those that they replace' using errcode = 'check_violation';
    elsif not me.deputy then
        perform svc.demand('register ' || p_noun);
    end if;
    insert into svc.register_change values (p_noun, 0) on conflict do nothing;
    update svc.register_change c set n = n + 1 where c.noun = p_noun;
    for key in select json_object_keys(p_rows) loop
        select * into row_now from svc.register r where r.noun = p_noun and r.id = key for update;
        if row_now.cells::jsonb is distinct from nullif(p_before -> key, 'null'::jsonb) then
            raise exception '% % was changed by somebody else', p_noun, key using errcode = 'SVC03';
        elsif p_noun = 'caller' and row_now.mark <> p_mark then
            raise exception 'the caller % is another site''s', key using errcode = 'insufficient_privilege';
        elsif json_typeof(p_rows -> key) = 'null' then
            if not me.deputy then
                perform svc.demand('erase ' || p_noun);
            end if;
            delete from svc.register r where r.noun = p_noun and r.id = key;
        else
            if key = '' or octet_length(key) > 64 or json_typeof(p_rows -> key) <> 'object' or octet_length((p_rows -> key)::text) > 65536 then
                raise exception 'no row of a register: %', key using errcode = 'check_violation';
            end if;
            for cell in select c.key as name, json_typeof(c.value) as kind from json_each(p_rows -> key) c loop
                if cell.kind <> 'string' or cell.name = 'id' or array_position(shape.columns, cell.name) is null then
                    raise exception '% has no column % with such a value', p_noun, cell.name using errcode = 'check_violation';
                end if;
            end loop;
            insert into svc.register (noun, id, mark, cells) values (p_noun, key, p_mark, p_rows -> key)
            on conflict (noun, id) do update set cells = excluded.cells, login = session_user;
            if p_noun = 'staff' and coalesce(p_rows -> key ->> 'login', '') <> '' then
                insert into svc.staff_login (staff, login) values (key, p_rows -> key ->> 'login') on conflict do nothing;
            end if;
        end if;
        row_now := null;
    end loop;
end $$;

create or replace function svc.set_apart(p_mark text, p_apart boolean) returns void
security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    if not (svc.member_of(p_mark)).deputy then
        raise exception 'only a deputy may say where site % records', p_mark using errcode = 'insufficient_privilege';
    end if;
    update svc.site s set apart = p_apart where s.mark = p_mark;
end $$;

create or replace function svc.keep_document(p_name text, p_body bytea, p_after integer) returns void
security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
declare
    me svc.member := svc.member_of(svc.my_home());
    kind text := case
        when p_name in ('rules.yaml', 'rules_tests.yaml') then 'document rules'
        when p_name ~ '^seals/20[0-9]{2}-(0[1-9]|1[0-2])\.(txt|json|rules\.yaml|sig|tsr)$' then 'document seals'
        when p_name = 'registers/allowed_signers' then 'document keys' end;
    newest integer;
begin
    if kind is null or p_body is null or octet_length(p_body) > 16777216 then
        raise exception 'no document of a desk: %', p_name using errcode = 'check_violation';
    elsif not me.deputy then
        perform svc.demand(kind);
    end if;
    perform pg_advisory_xact_lock(hashtext('svc document'), hashtext(p_name));
    select coalesce(max(d.n), 0) into newest from svc.document d where d.name = p_name;
    if p_after is distinct from newest then
        raise exception '% was changed by somebody else', p_name using errcode = 'SVC03';
    elsif newest > 0 and p_name ~ '^seals/.*\.txt$' then
        raise exception '% is sealed', p_name using errcode = 'insufficient_privilege';
    end if;
    insert into svc.document (name, n, body) values (p_name, newest + 1, p_body);
end $$;

-- Nobody gets what is not named here: functions are granted from the program's table (`svc.store.postgres.rights`).
revoke all on all functions in schema svc from public;
grant select on svc.shape, svc.privilege, svc.staff_login to svc_user;
grant select (login, deputy) on svc.member to svc_user;
