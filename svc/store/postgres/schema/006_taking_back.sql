-- Whoever may record anything may record that he takes something back, so the server looks at what: his own, of the last
-- quarter of an hour (svc.domain.nouns.undo). Before, a login could take back a ruling on its own fine by a statement of its own.
-- That a hand-over holds an entry only a deputy says, by handing over.

create function svc.look_at_taking_back() returns trigger set search_path = pg_catalog, pg_temp language plpgsql as $$
declare
    names text[];
    cells text[];
    said_of text; said_entry text; said_deed text; said_at timestamptz;
begin
    if new.noun <> 'undo' or (svc.member_of(new.mark)).deputy then
        return new;
    end if;
    if new.event <> 'undo' then
        raise exception 'only a hand-over holds entries' using errcode = 'insufficient_privilege';
    end if;
    select s.columns into names from svc.shape s where s.kind = 'ledger' and s.noun = 'undo';
    cells := svc.cells_of(convert_from(substr(new.raw, 1, octet_length(new.raw) - 34), 'UTF8'));
    said_of := svc.cell_text(cells[array_position(names, 'of')]);
    said_entry := svc.cell_text(cells[array_position(names, 'entry')]);
    said_deed := svc.cell_text(cells[array_position(names, 'deed')]);
    said_at := svc.cell_text(cells[array_position(names, 'happened')])::timestamptz;
    if not exists (
        select from svc.entry e where e.mark = new.mark and e.noun = said_of and e.id = said_entry and e.event = said_deed and e.at = said_at
            and e.staff = new.staff and e.login = session_user and e.recorded_at >= new.recorded_at - interval '15 minutes'
    ) then
        raise exception 'login % takes back nothing of its own of the last 15 minutes', session_user using errcode = 'insufficient_privilege';
    end if;
    return new;
exception
    when invalid_datetime_format or datetime_field_overflow or null_value_not_allowed then
        raise exception 'no row as svc writes it: %', sqlerrm using errcode = 'check_violation';
end $$;

create trigger look_at_taking_back before insert on svc.entry for each row execute function svc.look_at_taking_back();

revoke all on function svc.look_at_taking_back from public;
