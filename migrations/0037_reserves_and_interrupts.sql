-- So many idle agents who have the skill are kept back from what does not require it, until that has
-- waited for so long.
alter table skills add column idle_reserve integer not null default 0;
alter table skills add column reserve_wait_seconds integer not null default 30;

-- How many of a kind an agent has at once at the most, whatever room there is; null: as many as fit.
-- And what it may be interrupted in by one of the kind: that is not counted while room is sought.
alter table agent_capacity add column greatest_count integer;
alter table agent_capacity add column interrupts text[] not null default '{}';

-- What agents have, one by one; `agent_loads` sums it.
create view agent_holds as
    select c.agent_id, c.channel_kind, coalesce(k.units, 34) as units
      from conversations c
      left join agent_capacity k on k.agent_id = c.agent_id and k.channel_kind = c.channel_kind
     where c.state in ('active', 'wrap_up');
