create table teams (
    id uuid primary key,
    name text not null unique
);

-- An agent is a user who answers; it bears the user's id.
create table agents (
    id uuid primary key references users,
    team_id uuid references teams,
    presence text not null default 'offline'
        check (presence in ('available', 'busy', 'away', 'offline')),
    presence_reason text not null default '',
    presence_changed_at timestamptz not null default now(),
    capacity_units integer not null default 100 check (capacity_units between 1 and 1000),
    -- Raised by every change of what the agent holds; the router's commands name the one they saw.
    load_version bigint not null default 0,
    last_heartbeat_at timestamptz
);

-- How much of an agent's capacity one conversation of a kind takes.
create table agent_capacity (
    agent_id uuid not null references agents on delete cascade,
    channel_kind text not null,
    units integer not null check (units between 1 and 1000),
    primary key (agent_id, channel_kind)
);

create table skills (
    id uuid primary key,
    name text not null unique
);

create table agent_skills (
    agent_id uuid not null references agents on delete cascade,
    skill_id uuid not null references skills on delete cascade,
    proficiency smallint not null check (proficiency between 1 and 5),
    primary key (agent_id, skill_id)
);

create table queues (
    id uuid primary key,
    name text not null unique,
    priority_credit_seconds integer not null default 0,
    offer_timeout_seconds integer not null default 20 check (offer_timeout_seconds between 1 and 600),
    wrap_up text not null default 'fixed' check (wrap_up in ('none', 'fixed', 'open')),
    wrap_up_seconds integer not null default 30 check (wrap_up_seconds between 0 and 3600),
    target_seconds integer not null default 30,
    is_pull_allowed boolean not null default true,
    is_enabled boolean not null default true,
    created_at timestamptz not null default now()
);
alter table channel_accounts add foreign key (queue_id) references queues;

create table queue_agents (
    queue_id uuid not null references queues on delete cascade,
    agent_id uuid not null references agents on delete cascade,
    primary key (queue_id, agent_id)
);
create index queue_agents_by_agent on queue_agents (agent_id);

-- Published: what other features may join of an agent, of a queue, and of who serves it.
create view agent_cards as select id, team_id from agents;
create view queue_members as select queue_id, agent_id from queue_agents;
create view queue_cards as select id, name, wrap_up, wrap_up_seconds from queues;
