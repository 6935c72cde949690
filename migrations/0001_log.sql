-- The ordered log that every screen, the router and every report read.

-- Identifiers of rows are UUIDv7 (RFC 9562): their first 48 bits are the milliseconds of their
-- making, so a table can be partitioned by month on its identifier alone.
create function uuid7_floor(at timestamptz) returns uuid
    language sql immutable strict parallel safe
    return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
            || '00000000000000000000')::uuid;

-- Every partitioned table, and whether its key is a time or a UUIDv7.
create table partitioned_tables (
    name text primary key,
    key_kind text not null check (key_kind in ('time', 'uuid7'))
);

-- Makes the partition of the month that holds `month`, unless it is there. Returns its name.
create function make_monthly_partition(parent text, month timestamptz) returns text
    language plpgsql as $$
declare
    first_day timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
    next_month timestamptz :=
        (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    partition text := parent || '_' || to_char(first_day at time zone 'UTC', 'YYYY_MM');
    kind text := (select key_kind from partitioned_tables where name = parent);
begin
    if to_regclass(partition) is null then
        if kind = 'uuid7' then
            execute format('create table %I partition of %I for values from (%L) to (%L)',
                partition, parent, uuid7_floor(first_day), uuid7_floor(next_month));
        else
            execute format('create table %I partition of %I for values from (%L) to (%L)',
                partition, parent, first_day, next_month);
        end if;
    end if;
    return partition;
end $$;

create table streams (
    stream text primary key,
    last_seq bigint not null
) with (fillfactor = 50);

create sequence events_position;

create table events (
    position bigint not null default nextval('events_position'),
    xid xid8 not null default pg_current_xact_id(),
    stream text not null,
    seq bigint not null,
    at timestamptz not null default now(),
    type text not null,
    data jsonb not null
) partition by range (at);
create index events_by_commit on events (xid, position);
create index events_by_stream on events (stream, seq);
create table events_default partition of events default;

insert into partitioned_tables values ('events', 'time');
