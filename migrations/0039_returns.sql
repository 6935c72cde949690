-- What a queue does so that who comes back finds the same agent, and by how much its wrap-up may be
-- lengthened, once. Null seconds: never; those of waits: none is waited.
alter table queues add column silence_seconds integer;
alter table queues add column return_wait_seconds integer not null default 60;
alter table queues add column last_agent_seconds integer;
alter table queues add column last_agent_wait_seconds integer not null default 60;
alter table queues add column wrap_up_extension_seconds integer not null default 0;

-- `silent_since`: of an active one; it takes none of its agent's capacity. `returned_at`: its
-- customer has come back out of that, and no answer has followed.
alter table conversations add column silent_since timestamptz;
alter table conversations add column returned_at timestamptz;
-- Who had the contact's conversation last when it ended, and when that was.
alter table conversations add column last_agent_id uuid;
alter table conversations add column last_agent_at timestamptz;
-- Of one that waits: who is asked first, and until when alone.
alter table conversations add column preferred_agent_id uuid;
alter table conversations add column preferred_until timestamptz;
-- By how much its wrap-up may be lengthened, as its queue allowed when that began, and since when it
-- is.
alter table conversations add column wrap_up_extension_seconds integer not null default 0;
alter table conversations add column wrap_up_extended_at timestamptz;

-- Where what comes by an account is to wait, also while it waits for the opening.
create or replace view channel_account_cards as
    select id, kind, name, queue_id from channel_accounts;

create or replace view queue_cards as
    select id, name, wrap_up, wrap_up_seconds, silence_seconds, wrap_up_extension_seconds,
           last_agent_seconds, last_agent_wait_seconds
      from queues;

-- What agents hold, without what is silent.
create or replace view agent_holds as
    select c.agent_id, c.channel_kind, coalesce(k.units, 34) as units
      from conversations c
      left join agent_capacity k on k.agent_id = c.agent_id and k.channel_kind = c.channel_kind
     where c.state in ('active', 'wrap_up') and not (c.state = 'active' and c.silent_since is not null)
    union all
    select h.agent_id, c.channel_kind, coalesce(k.units, 34) as units
      from consults h
      join conversations c on c.id = h.conversation_id
      left join agent_capacity k on k.agent_id = h.agent_id and k.channel_kind = c.channel_kind
     where h.state = 'active'
       and not (c.agent_id = h.agent_id and c.state in ('active', 'wrap_up'));

-- Who has come back keeps an older place in line, and waits since then.
create or replace view queue_waits as
    select queue_id, count(*)::integer as waiting_count,
           min(greatest(queued_at, unanswered_since)) as longest_waiting_since
      from conversations
     where state in ('queued', 'offered')
     group by queue_id;
