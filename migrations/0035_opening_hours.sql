-- When queues are open. `weekly`: the intervals of each weekday, Monday first; `days`: special days
-- with a date, a name and their own intervals. An interval: minutes after its day's midnight.
create table calendars (
    id uuid primary key,
    name text not null unique,
    time_zone text not null,
    weekly jsonb not null,
    days jsonb not null
);

-- A queue without a calendar is always open. What comes while it is closed waits outside it for the
-- opening, or is left in it at once; either way the contact is told, in its language.
alter table queues add column calendar_id uuid references calendars;
alter table queues add column closed_action text not null default 'wait';
alter table queues add column closed_words jsonb not null default '{}';

-- New conversations that wait for an opening, and when to look again whether it has come.
create table awaited_openings (
    conversation_id uuid primary key references conversations on delete cascade,
    look_at timestamptz not null
);
create index awaited_openings_due on awaited_openings (look_at);
