-- What a provider waits to be told that we have it, and has not been told yet: a person who pressed
-- a button sees it turn until then. A row leaves as soon as it was told.
create table acknowledgements (
    id uuid primary key,
    channel_account_id uuid not null references channel_accounts,
    -- The plug-in's own name for what is to be acknowledged.
    reference jsonb not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now()
);
create index acknowledgements_due on acknowledgements (next_attempt_at);
