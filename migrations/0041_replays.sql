-- Settings that are tried on a recorded day, in a process of their own. One at a time, and kept for
-- as long as whoever asked may look. `queue_id`: whose settings `settings` are, with `agent_ids`
-- who would serve it (null: who does). `seen_at`: when the process last said that it lives.
create table replays (
    id uuid primary key,
    requested_at timestamptz not null default now(),
    requested_by uuid references users on delete set null,
    queue_id uuid not null references queues,
    settings jsonb not null,
    agent_ids uuid[],
    day date not null,
    time_zone text not null,
    state text not null default 'running'
        check (state in ('running', 'done', 'failed', 'cancelled')),
    progress real not null default 0,
    seen_at timestamptz not null default now(),
    result jsonb,
    error_code text not null default '',
    error_message text not null default ''
);
create unique index replays_one_at_a_time on replays ((true)) where state = 'running';
