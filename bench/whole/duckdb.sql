-- The month of the five main ledgers in DuckDB: the tables of cases, the figures (a view a heading), the findings.
-- `calls_entry` … `findings_entry` are what in_duckdb.py has read, all text; times have one offset, so text has their order.

create macro minute(told) as substr(told, 1, 16)::timestamp;
create macro waited(earlier, later) as epoch(later::timestamp) - epoch(earlier::timestamp);
create macro rounded(seconds) as floor((seconds + 30) / 60)::bigint;
create macro nearest(numbers, share) as list_sort(numbers)[(len(numbers) * share + 99) // 100];
create macro hours(seconds) as floor(seconds / 360 + 0.5) / 10;
create macro ours(t) as t >= getvariable('first') and t < getvariable('after');
create macro tally(word) as coalesce(histogram(word), map {});
create macro says(told) as coalesce(regexp_matches(told, '[\p{L}\p{N}]'), false);
create macro named(parts) as coalesce(not regexp_matches(parts, '"name": "[^\p{L}\p{N}"]*"'), false);

-- ---- cases ---------------------------------------------------------------------------------------------

create temp table call_case as
with one as (
    select id, min(moment) filter (event = 'log') as moment, min(moment) filter (event = 'reply') as replied,
           min(moment) filter (event = 'close' and text is not null) as told, any_value("from") as caller, any_value(machine) as machine,
           any_value(channel) as channel, any_value(kind) as kind, any_value(summary) as summary,
           any_value(needs_service) = 'yes' as needed, any_value(due) as due
    from calls_entry group by id)
select * replace (minute(moment) as moment, minute(replied) as replied, minute(told) as told, minute(due) as due, coalesce(needed, false) as needed)
from one where moment is not null;

create temp table trip as
with one as (
    select id, min(moment) filter (event = 'dispatch') as sent, any_value(call) as call, any_value(customer) as customer,
           any_value(machine) as machine, any_value(staff) as staff, coalesce(any_value(purpose), 'repair') as purpose,
           any_value(promised) filter (event = 'dispatch') as promised, min(moment) filter (event = 'repromise') as again_at,
           any_value(promised) filter (event = 'repromise') as again, any_value(asked_by) as asked_by,
           any_value(agreed) is not null as agreed, any_value(not_told) is not null as untold,
           min(moment) filter (event = 'arrive') as arrived, min(moment) filter (event = 'leave') as gone,
           any_value(called_in) as called_in, any_value(no_call_in) is not null as denied
    from visits_entry group by id),
timed as (
    select * replace (minute(sent) as sent, minute(promised) as promised, minute(again_at) as again_at, minute(again) as again,
                      minute(arrived) as arrived, minute(gone) as gone, minute(called_in) as called_in)
    from one where sent is not null),
promise as (  -- one made before the first came due replaces it
    select timed.* replace (coalesce(timed.machine, c.machine) as machine), coalesce(again_at < promised, false) as replaced,
           case when again_at < promised then again else promised end as in_force, c.due
    from timed left join call_case c on c.id = timed.call),
judged as (  -- by the customer's own time where the promise lies after it without his word
    select *, coalesce(in_force > due and not (agreed and promised > due)
                       and not (replaced and asked_by = 'customer' and again > due), false) as overruled,
           case when overruled then due else in_force end as deadline
    from promise)
select *, purpose in ('repair', 'install', 'train', 'inspect') as reportable,
       called_in between arrived and gone as in_between,
       case when arrived is not null then if(arrived <= deadline, 'on_time', 'late')
            when deadline < getvariable('now') then 'missed' else 'pending' end as state
from judged;

create temp table answered as
select c.*, t.sent, least(c.replied, c.told, t.promised_at, t.arrived) as answered,
       case when answered is not null then if(answered - c.moment <= interval 24 hour, 'within', 'late')
            when getvariable('now') - c.moment <= interval 24 hour then 'pending' else 'overdue' end as state
from call_case c left join (
    select call, min(sent) as sent, min(sent) filter (not untold) as promised_at, min(arrived) as arrived
    from trip group by call) t on t.call = c.id;

create temp table report as
select id, any_value(visit) as visit, minute(min(moment) filter (event = 'close')) as closed, any_value(machine) as machine,
       lower(trim(any_value(fault))) as fault, any_value(cause) as cause, any_value(solution) as solution, any_value(parts) as parts,
       any_value(opinion) as opinion, any_value(no_parts) is not null as no_parts, any_value(resolved) = 'yes' as resolved,
       minute(min(moment) filter (scores is not null)) as surveyed, any_value(scores) as scores,
       count(*) filter (event = 'survey' and scores is null) > 0 as refused, count(*) filter (event = 'archive') > 0 as archived
from reports_entry group by id;

create temp table after_visit as
select t.*, coalesce(r.filed, false) as filed, coalesce(r.returned, false) as returned, coalesce(r.refused, false) as refused
from trip t left join (
    select visit, bool_or(closed is not null) as filed, bool_or(surveyed is not null) as returned, bool_or(refused) as refused
    from report group by visit) r on r.visit = t.id
where t.gone is not null;

create temp table filed as
select r.id, r.closed, r.resolved, r.archived, r.fault, t.call, t.staff, t.gone, t.purpose, coalesce(r.machine, t.machine) as machine,
       [item for item in [if(t.purpose = 'repair' and not says(r.cause), 'cause', null), if(not says(r.solution), 'solution', null),
                          if(t.purpose = 'repair' and not r.no_parts and not named(r.parts), 'parts', null),
                          if(not says(r.opinion), 'opinion', null)] if item is not null] as lacks
from report r join trip t on t.id = r.visit where r.closed is not null;

create temp table repeated as
select e.id as earlier, l.id as later
from filed e join filed l on e.machine = l.machine and e.fault = l.fault
where e.purpose = 'repair' and l.purpose = 'repair' and e.resolved and e.closed < l.closed and l.closed - e.closed <= interval 30 day;

create temp table complaint as
select id, minute(min(moment) filter (event = 'log')) as moment, any_value(channel) as channel, any_value(kind) as kind, any_value(cause) as cause,
       any_value(about) as about, any_value(visit) as visit, any_value(call) as call,
       minute(min(moment) filter (event = 'report')) as reported, minute(min(moment) filter (event = 'verify')) as verified,
       coalesce(any_value(verdict), 'open') as standing, any_value(reason) filter (event = 'verify') as reason,
       any_value(harms_image) as harms_image, any_value(personal) as personal,
       count(*) filter (event = 'remedy') > 0 as remedied, count(*) filter (event = 'close') > 0 as closed
from complaints_entry group by id having count(*) filter (event = 'log') > 0;

create temp table ruled as
select id, arg_max(event, moment) as event, arg_max(reason, moment) as reason, minute(max(moment)) as moment,
       minute(max(moment) filter (event = 'uphold')) as upheld
from findings_entry group by id;

-- ---- findings ------------------------------------------------------------------------------------------

create temp table complained as
select c.*, r.*, if(t.arrived < c.moment, t.arrived, c.moment) as happened,
       case when c.standing = 'dismissed' or (c.standing = 'upheld' and r.answer = 'no') then 'dismissed'
            when c.standing = 'upheld' and r.answer = 'yes' then 'final' end as said
from complaint c left join trip t on t.id = c.visit, lateral (
    select case c.cause when 'attitude' then 'complaint_attitude' when 'quarrel' then 'complaint_quarrel'
                        when 'solicitation' then 'complaint_demand' when 'untimely' then 'complaint_not_timely'
                        when 'repeat-repair' then 'complaint_repeat_repair' end as rule,
           case c.cause when 'attitude' then '1.6' when 'quarrel' then '4.2.1' when 'solicitation' then '4.2.2'
                        when 'untimely' then '4.2.3' when 'repeat-repair' then '4.2.4' end as clause,
           case when c.cause in ('quarrel', 'solicitation') then 'yes' when c.cause = 'attitude' then c.harms_image else c.personal end as answer) r;

create temp table finding as
with found as (
    select 'left_without_call' as rule, '4.4' as clause, id as subject, staff, gone as moment, false as asks,
           null as said, null::timestamp as said_at, null as reason, if(called_in is null and not denied, ['visit.hq_calls'], []) as missing
    from trip where gone is not null and not coalesce(in_between, false)
    union all by name
    select 'late_arrival' as rule, '4.5' as clause, id as subject, staff, deadline as moment, true as asks,
           if(state = 'missed', ['visit.arrived_at'], []) as missing
    from trip where state in ('late', 'missed')
    union all by name
    select 'report_incomplete' as rule, '4.6' as clause, id as subject, staff, closed as moment, false as asks,
           ['report.' || item for item in lacks] as missing
    from filed where len(lacks) > 0
    union all by name
    select if(kind = 'disobedience', 'disobeyed_dispatch', 'phone_off') as rule, if(kind = 'disobedience', '4.7', '1.7') as clause,
           id as subject, about as staff, minute(moment) as moment, true as asks, [] as missing
    from conduct_entry
    union all by name
    select rule, clause, id as subject, about as staff, happened as moment, true as asks, said, greatest(verified, happened) as said_at, reason,
           if(about is null, ['complaint.about'], []) as missing
    from complained where rule is not null),
ruled_on as (
    select f.* exclude (reason), coalesce(r.reason, if(f.said is not null, f.reason, null)) as reason,
           rule <> 'report_incomplete' and len(missing) > 0 as unknown,  -- what a report lacks is what it is found for
           coalesce(case r.event when 'uphold' then 'final' when 'dismiss' then 'dismissed' when 'waive' then 'waived' end,
                    f.said, if(asks, 'awaiting_ruling', 'final')) as stands,
           case when not asks then f.moment when f.said = 'final' then f.said_at
                when r.upheld is not null then greatest(r.upheld, f.moment) end as since
    from found f left join ruled r on r.id = f.rule || '/' || f.subject)
select * replace (if(unknown, null, reason) as reason), if(unknown, 'facts_missing', stands) as status from ruled_on;

create view breach as
select 'reply_24h' as rule, count(*) as times from answered where state in ('late', 'overdue') and ours(moment + interval 24 hour)
union all select 'call_registered', count(*) from call_case where ours(moment) and (caller is null or summary is null)
union all select 'dispatch_registered', count(*) from trip where ours(sent) and (staff is null or coalesce(call, customer) is null)
union all select 'report_missing', count(*) from after_visit where reportable and ours(gone) and not filed
union all select 'survey_missing', count(*) from after_visit where reportable and ours(gone) and not returned and not refused
union all select 'repeat_repair', count(distinct later) from repeated join filed on filed.id = later where ours(closed)
union all select 'phone_off', count(*) from finding where rule = 'phone_off' and status = 'final' and ours(moment);

create view findings as
select rule || '/' || subject as id, rule, clause, f.staff, s.name, subject, strftime(f.moment, '%Y-%m-%d') as date, status, null as amount,
       if(status in ('final', 'waived'), strftime(since, '%Y-%m-%dT%H:%M:%S') || '+08:00', null) as final_at, reason, missing
from finding f left join staff s on s.id = f.staff
where rule <> 'phone_off' and ours(f.moment) order by f.moment, 1;

-- ---- figures -------------------------------------------------------------------------------------------

create view calls as
select count(*) as registered, tally(channel) as by_channel, tally(kind) as by_kind,
       count(*) filter (list_contains(getvariable('off'), strftime(a.moment, '%Y-%m-%d'))) as on_days_off,
       count(*) filter (regexp_matches(caller, '^\p{L}') and coalesce(ltrim(c.since, '''') <= strftime(a.moment, '%Y-%m-%d'), true)) as matched,
       count(*) filter (replied is null) as unreplied,
       count(*) filter (kind = 'complaint' and a.id not in (select call from complaint where call is not null)) as complaints_not_logged,
       count(*) filter (needed) as needs_service, count(*) filter (needed and sent is null) as needs_without_visit,
       rounded(median(waited(a.moment, sent)) filter (needed)) as dispatch_median_minutes,
       rounded(max(waited(a.moment, sent)) filter (needed)) as dispatch_worst_minutes
from answered a left join customers c on c.id = a.caller where ours(a.moment);

create view replies as
select count(*) filter (state = 'within') as within, count(*) filter (state = 'late') as late, count(*) filter (state = 'overdue') as overdue,
       count(*) filter (state = 'pending') as pending, 0 as facts_missing, within / nullif(within + late + overdue, 0) as rate,
       rounded(median(waited(moment, answered))) as median_minutes,
       rounded(nearest(list(waited(moment, answered)) filter (answered is not null), 90)) as p90_minutes
from answered where ours(moment);

create view visits as
select count(*) filter (ours(in_force)) as due, count(*) filter (ours(in_force) and state = 'on_time') as on_time,
       count(*) filter (ours(in_force) and state = 'late') as late, count(*) filter (ours(in_force) and state = 'missed') as missed,
       count(*) filter (ours(in_force) and state = 'pending') as pending, 0 as facts_missing, on_time / nullif(on_time + late + missed, 0) as rate,
       count(*) filter (ours(gone)) as "left",
       count(*) filter (ours(gone) and not coalesce(in_between, false) and (called_in is not null or denied)) as left_without_calling,
       count(*) filter (ours(gone) and called_in is null and not denied) as call_in_unknown,
       count(*) filter (ours(again_at) and replaced and asked_by = 'customer') as repromised_by_customer,
       count(*) filter (ours(again_at) and replaced and asked_by is distinct from 'customer') as repromised_by_us, 0 as cancelled,
       count(*) filter (ours(in_force) and overruled) as past_customers_time,
       count(*) filter (ours(arrived) and gone is null) as arrived_not_left
from trip;

create view day_of_calls as
select strftime(moment, '%Y-%m-%d') as day, state, count(*) as n from answered where ours(moment) group by all;
create view day_of_visits as
select strftime(in_force, '%Y-%m-%d') as day, state, count(*) as n from trip where ours(in_force) group by all;

create view reports as
select expected, filed, expected - filed as missing, incomplete, missing_items, archived
from (select count(*) as expected, count(*) filter (filed) as filed from after_visit where reportable and ours(gone)),
     (select count(*) filter (len(lacks) > 0) as incomplete, count(*) filter (archived) as archived from filed where ours(closed)),
     (select tally(item) as missing_items from (select unnest(lacks) as item from filed where ours(closed)));

create view score as
select key, (scores ->> key)::int as points from (select unnest(json_keys(scores)) as key, scores from report where ours(surveyed));
create view surveys as
select returned, refused, wanted - returned - refused as missing, coalesce(mean, map {}) as mean, satisfied, scored,
       satisfied / nullif(scored, 0) as satisfied_rate
from (select count(*) as wanted, count(*) filter (returned) as returned, count(*) filter (refused and not returned) as refused
      from after_visit where reportable and ours(gone)),
     (select map_from_entries(list((key, floor(points * 100 / n + 0.5) / 100))) as mean
      from (select key, sum(points) as points, count(*) as n from score group by 1)),
     (select count(*) as scored, count(*) filter (points >= 4) as satisfied from score where key = 'overall');

create view mended as
select c.moment, min(coalesce(f.gone, f.closed)) as mended
from filed f join call_case c on c.id = f.call where f.purpose = 'repair' and f.resolved group by c.id, c.moment;
create view repairs as
select reports, repeat, first, fixed, not_resolved, came_again, fixed / nullif(first, 0) as first_time_fix_rate, repaired, median_hours, p90_hours
from (select count(*) as reports, count(*) filter (again) as repeat, count(*) filter (not again) as first,
             count(*) filter (not again and resolved and not failed) as fixed, count(*) filter (not again and not resolved) as not_resolved,
             count(*) filter (not again and resolved and failed) as came_again
      from (select id in (select later from repeated) as again, id in (select earlier from repeated) as failed,
                   coalesce(resolved, false) as resolved from filed where purpose = 'repair' and ours(closed))),
     (select count(*) as repaired, hours(median(waited(moment, mended))) as median_hours,
             hours(nearest(list(waited(moment, mended)), 90)) as p90_hours
      from mended where ours(mended));

create view complaints as
select count(*) as registered,
       tally(channel) as by_channel, tally(kind) as by_kind, tally(cause) as by_cause,
       count(*) filter (standing = 'upheld') as upheld, count(*) filter (standing = 'dismissed') as dismissed,
       count(*) filter (standing = 'open') as open,
       (select count(*) from complaint where standing = 'upheld' and verified < getvariable('after') and not remedied) as unremedied,
       count(*) filter (kind = 'service' and reported is null) as unreported,
       rounded(median(waited(moment, reported)) filter (kind = 'service')) as report_median_minutes,
       rounded(max(waited(moment, reported)) filter (kind = 'service')) as report_worst_minutes
from complaint where ours(moment);
create view complaint_rows as
select c.id, strftime(c.moment, '%Y-%m-%d') as date, channel, kind, cause, about as staff, s.name, standing, remedied, closed
from complaint c left join staff s on s.id = c.about where ours(c.moment) order by c.moment, c.id;

create view waiting as select subject from finding where status = 'awaiting_ruling';
create view conduct as
select count(*) as opened, count(*) filter (id not in (from waiting)) as closed, count(*) filter (id in (from waiting)) as open,
       tally(kind) as by_kind
from conduct_entry where ours(minute(moment));
create view headline as
select (select satisfied_rate from surveys) as satisfied_rate,
       (select registered from complaints) * 100 / nullif((select "left" from visits), 0) as complaints_per_100_visits;
