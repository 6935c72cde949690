-- A month's partition could not be made once rows of that month lay in the default one: at a first
-- start, when a message was quicker than the maintenance, or when that had not run for months. Now
-- the rows move. Everybody else waits for it, as for any new partition.
create or replace function make_monthly_partition(parent text, month timestamptz) returns text
    language plpgsql as $$
declare
    first_day timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
    next_month timestamptz :=
        (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    partition text := parent || '_' || to_char(first_day at time zone 'UTC', 'YYYY_MM');
    is_time boolean := (select key_kind = 'time' from partitioned_tables where name = parent);
    since text := case when is_time then first_day::text else uuid7_floor(first_day)::text end;
    until text := case when is_time then next_month::text else uuid7_floor(next_month)::text end;
    key text := (select a.attname from pg_partitioned_table p
                   join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
                  where p.partrelid = parent::regclass);
begin
    if to_regclass(partition) is null then
        execute format('lock table %I in access exclusive mode', parent);
        execute format('create table %I (like %I including all)', partition, parent);
        execute format(
            'with moved as (delete from %I where %I >= %L and %I < %L returning *)
             insert into %I select * from moved',
            parent || '_default', key, since, key, until, partition);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)',
            parent, partition, since, until);
    end if;
    return partition;
end $$;
