create table offers (
    id uuid primary key,
    number bigint not null,
    conversation_id uuid not null references conversations,
    agent_id uuid not null references agents,
    queue_id uuid not null references queues,
    channel_kind text not null,
    state text not null
        check (state in ('pending', 'accepted', 'declined', 'timed_out', 'withdrawn')),
    epoch bigint not null,
    offered_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    reason text not null default ''
);
create unique index offers_one_per_conversation on offers (conversation_id)
    where state = 'pending';
create unique index offers_one_per_agent on offers (agent_id) where state = 'pending';
create unique index offers_by_number on offers (number);

-- One writer routes a domain. Its epoch is raised at each take-over; a command that names an older
-- one changes nothing.
create table router_leases (
    domain text primary key,
    epoch bigint not null,
    holder text not null,
    acquired_at timestamptz not null default now(),
    expires_at timestamptz not null
);

-- Everything the router was told, in its order, with the clock it was told: replay gives the same
-- commands.
create table router_journal (
    domain text not null,
    seq bigint not null,
    now_us bigint not null,
    event jsonb not null,
    config_version bigint not null,
    primary key (domain, seq)
);

-- The state after `seq` journal lines, and how far the log was read by then.
create table router_snapshots (
    domain text not null,
    seq bigint not null,
    taken_at timestamptz not null default now(),
    log_xid xid8 not null,
    log_position bigint not null,
    state jsonb not null,
    primary key (domain, seq)
);

-- How far the journal has eaten the log.
create table router_cursors (
    domain text primary key,
    log_xid xid8 not null,
    log_position bigint not null,
    journal_seq bigint not null,
    last_now_us bigint not null
);

-- What features that stand below the conversations may know of them: how full an agent is, and how
-- many wait in a queue. Views, so that the numbers are always the rows themselves and never drift.
create view agent_loads as
    select c.agent_id, sum(coalesce(k.units, 34))::integer as load_units
      from conversations c
      left join agent_capacity k on k.agent_id = c.agent_id and k.channel_kind = c.channel_kind
     where c.state in ('active', 'wrap_up')
     group by c.agent_id;

create view queue_waits as
    select queue_id, count(*)::integer as waiting_count, min(queued_at) as longest_waiting_since
      from conversations
     where state in ('queued', 'offered')
     group by queue_id;
