-- Whom a queue asks as time goes on. A ring says all that it lowers of what conversations require,
-- counted from when they entered the queue; 0: not required any more.
create table queue_rings (
    queue_id uuid not null references queues on delete cascade,
    after_seconds integer not null check (after_seconds > 0),
    -- How well the contact's language; null: as it was.
    least_language_proficiency smallint check (least_language_proficiency between 0 and 5),
    is_any_agent boolean not null,
    primary key (queue_id, after_seconds)
);

create table queue_ring_requirements (
    queue_id uuid not null,
    after_seconds integer not null,
    skill_id uuid not null references skills on delete cascade,
    least_proficiency smallint not null check (least_proficiency between 0 and 5),
    primary key (queue_id, after_seconds, skill_id),
    foreign key (queue_id, after_seconds) references queue_rings on delete cascade
);
create index queue_ring_requirements_by_skill on queue_ring_requirements (skill_id);

-- How what waits is weighed, and how waiting ends. `overflow`: null where it never does.
alter table queues add column slope_per_mille integer not null default 1000;
alter table queues add column greatest_wait_seconds integer;
alter table queues add column agent_choice text not null default 'longest_idle';
alter table queues add column keep_after_seconds integer;
alter table queues add column overflow_kind text;
alter table queues add column overflow_after_seconds integer;
alter table queues add column overflow_queue_id uuid references queues;
alter table queues add column overflow_is_kept boolean not null default true;
alter table queues add column overflow_words jsonb not null default '{}';

-- When it entered the queue in which it is, and by which others it came there. `overflowed_at`: in
-- this queue a call-back or a message was due, and was seen to.
alter table conversations add column entered_queue_at timestamptz;
alter table conversations add column origin_queue_ids uuid[] not null default '{}';
alter table conversations add column overflowed_at timestamptz;
alter table conversations add column is_callback boolean not null default false;
