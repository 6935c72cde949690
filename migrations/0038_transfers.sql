-- How a conversation went from one to another by somebody's word, and what became of it. The message
-- tells of it in the thread, with a note for who has it next.
create table transfers (
    id uuid primary key,
    conversation_id uuid not null references conversations on delete cascade,
    message_id uuid not null unique,
    transferred_at timestamptz not null default now(),
    transferred_by uuid references users,
    -- Who had it, if anybody did.
    from_agent_id uuid references agents,
    -- The queue that it waits in, or would; null where it was given to an agent and never had one.
    queue_id uuid references queues,
    -- Whom it was meant for: asked first, until then; or given it without being asked, if null.
    target_agent_id uuid references agents,
    target_until timestamptz,
    outcome text not null check (outcome in
        ('waiting', 'declined', 'timed_out', 'taken', 'given', 'moved', 'ended')),
    taken_by uuid references agents,
    check ((outcome in ('taken', 'given')) = (taken_by is not null))
) with (fillfactor = 70);
-- Of a conversation the newest alone is not settled.
create unique index transfers_open on transfers (conversation_id)
    where outcome in ('waiting', 'declined', 'timed_out');
create index transfers_by_conversation on transfers (conversation_id);

-- Whom alone it waits for, and until when.
alter table conversations add column target_agent_id uuid;
alter table conversations add column target_until timestamptz;

-- A second agent who helps in a conversation without having it.
create table consults (
    id uuid primary key,
    conversation_id uuid not null references conversations on delete cascade,
    agent_id uuid not null references agents,
    asked_by uuid not null references users,
    message_id uuid not null unique,
    state text not null check (state in
        ('asked', 'active', 'declined', 'timed_out', 'withdrawn', 'ended')),
    asked_at timestamptz not null default now(),
    expires_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz
) with (fillfactor = 70);
create unique index consults_open on consults (conversation_id, agent_id)
    where state in ('asked', 'active');
create index consults_by_agent on consults (agent_id) where state in ('asked', 'active');
create index consults_by_conversation on consults (conversation_id);

-- How long the conversation had waited in all its queues before the present one, in microseconds.
alter table report_matters add column earlier_waits_us bigint not null default 0;

-- What agents hold: the conversations they have, and those in which they help.
create or replace view agent_holds as
    select c.agent_id, c.channel_kind, coalesce(k.units, 34) as units
      from conversations c
      left join agent_capacity k on k.agent_id = c.agent_id and k.channel_kind = c.channel_kind
     where c.state in ('active', 'wrap_up')
    union all
    select h.agent_id, c.channel_kind, coalesce(k.units, 34) as units
      from consults h
      join conversations c on c.id = h.conversation_id
      left join agent_capacity k on k.agent_id = h.agent_id and k.channel_kind = c.channel_kind
     where h.state = 'active'
       and not (c.agent_id = h.agent_id and c.state in ('active', 'wrap_up'));

create or replace view agent_loads as
    select agent_id, sum(units)::integer as load_units from agent_holds group by agent_id;
