-- What the log adds up to, for wallboard and reports. All of it can be counted again from the log.

-- How far the log was counted. `as_of`: everything that was committed by then is in the figures.
create table report_cursor (
    is_only boolean primary key default true check (is_only),
    log_xid xid8 not null default '0',
    log_position bigint not null default 0,
    log_ahead bigint[] not null default '{}',
    as_of timestamptz not null default 'epoch'
) with (fillfactor = 10);
insert into report_cursor default values;

-- What is remembered of a conversation, up to the event `last_seq` of its stream. Times are whole
-- microseconds; `queued_us` to `waited_us` are of its latest time in a queue.
create table report_matters (
    conversation_id uuid primary key,
    last_seq bigint not null,
    state text not null check (state in ('new', 'waiting', 'held', 'wrap_up', 'closed')),
    first_message_us bigint,
    queue_id uuid,
    channel_kind text,
    queued_us bigint,
    wait_end text check (wait_end in ('answered', 'abandoned', 'disconnected', 'flowed_out')),
    waited_us bigint,
    has_come_back boolean not null,
    is_solved boolean,
    solved_us bigint,
    since_us bigint,
    talk_us bigint not null,
    wrap_up_us bigint not null,
    changed_us bigint not null
) with (fillfactor = 70);
create index report_matters_open on report_matters (queue_id) where state in ('waiting', 'held');
create index report_matters_closed on report_matters (changed_us) where state = 'closed';

create table report_presences (
    agent_id uuid primary key,
    last_seq bigint not null,
    presence text not null check (presence in ('available', 'busy', 'away', 'offline'))
);

-- Raw counters (halfminute_engine.service_level), by the quarter of an hour in which conversations
-- came into the queue.
create table interval_counters (
    start_at timestamptz not null,
    queue_id uuid not null,
    channel_kind text not null,
    counters jsonb not null,
    primary key (start_at, queue_id, channel_kind)
);

-- The same, by the minute in which waits ended, and conversations: for what rolls.
create table minute_counters (
    book text not null check (book in ('waits', 'closings')),
    start_at timestamptz not null,
    queue_id uuid not null,
    channel_kind text not null,
    counters jsonb not null,
    silent_count integer not null,
    primary key (start_at, book, queue_id, channel_kind)
);
