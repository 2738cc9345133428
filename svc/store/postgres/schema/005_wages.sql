-- What people earn stands apart: seen by whoever may see what everybody owes, and by deputies, who hand it over.

create function svc.may_see(p_noun text) returns boolean stable security definer set search_path = pg_catalog, pg_temp
language sql as $$
    select exists (select from svc.privilege p where p.subject = 'read ' || p_noun and p.role = any (svc.my_roles()))
        or exists (select from svc.member m where m.login = session_user and m.deputy)
        or not exists (select from svc.privilege p where p.subject = 'read ' || p_noun)
$$;

-- Until now a first wage stood among what identifies a member of staff.
insert into svc.register (noun, id, mark, cells)
    select 'wage', r.id, r.mark, json_build_object('staff', r.id, 'value', r.cells ->> 'wage') from svc.register r
    where r.noun = 'staff' and coalesce(r.cells ->> 'wage', '') <> '';
update svc.register set cells = (cells::jsonb - 'wage')::json where noun = 'staff' and cells::jsonb ? 'wage';
insert into svc.register_change values ('wage', 0), ('staff', 0) on conflict do nothing;
update svc.register_change set n = n + 1 where noun in ('wage', 'staff');

drop policy seen on svc.register;
create policy seen on svc.register for select using (
    cardinality((select svc.my_marks())) > 0
    and (noun <> 'caller' or mark = any ((select svc.my_marks())::text[]))
    and (noun <> 'wage' or (select svc.may_see('wage'))));
