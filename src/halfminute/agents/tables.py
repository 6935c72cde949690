"""The agents' SQL.

Whoever changes what an agent holds locks the agent's row; a conversation's row is locked before it.
"""

from __future__ import annotations

from typing import Final

# The load is asked for each agent alone: joined, those of all agents would be counted each time.
_VIEW: Final = """
select a.id, u.name, a.team_id, a.presence, a.presence_reason, a.presence_changed_at,
       a.capacity_units,
       coalesce((select l.load_units from agent_loads l where l.agent_id = a.id), 0) as load_units,
       array(select m.queue_id from queue_agents m where m.agent_id = a.id order by m.queue_id)
           as queue_ids
  from agents a
  join users u on u.id = a.id
"""

LIST_VIEWS: Final = _VIEW + " order by u.name, a.id"
LIST_VIEWS_OF: Final = _VIEW + " where a.id = any($1::uuid[])"

GET: Final = """
select a.id, u.name, a.team_id, a.presence, a.presence_reason, a.capacity_units
  from agents a join users u on u.id = a.id where a.id = $1
"""

IS_QUEUE_ATTENDED: Final = """
select exists (select from queue_agents m join agents a on a.id = m.agent_id
                where m.queue_id = $1 and a.presence in ('available', 'busy'))
"""

_ABILITIES: Final = """
select a.id, a.capacity_units, a.presence, a.presence_reason,
       array(select m.queue_id from queue_agents m where m.agent_id = a.id order by m.queue_id)
           as queue_ids,
       coalesce((select jsonb_agg(jsonb_build_array(g.skill_id, g.proficiency) order by g.skill_id)
                   from agent_skills g where g.agent_id = a.id),
                '[]') as skills,
       coalesce((select jsonb_agg(jsonb_build_array(k.channel_kind, k.units)
                                  order by k.channel_kind)
                   from agent_capacity k where k.agent_id = a.id), '[]') as units_by_kind,
       coalesce((select jsonb_agg(jsonb_build_array(k.channel_kind, k.greatest_count)
                                  order by k.channel_kind)
                   from agent_capacity k
                  where k.agent_id = a.id and k.greatest_count is not null), '[]') as limits,
       coalesce((select jsonb_agg(jsonb_build_array(k.channel_kind, k.interrupts)
                                  order by k.channel_kind)
                   from agent_capacity k
                  where k.agent_id = a.id and k.interrupts <> '{}'), '[]') as interrupts
  from agents a
"""

LIST_ABILITIES: Final = _ABILITIES + " order by a.id"
LIST_ABILITIES_OF: Final = _ABILITIES + " where a.id = any($1::uuid[]) order by a.id"

# Also users who are no agents yet: whoever configures them makes them agents.
_DETAILS: Final = """
select u.id, u.name, u.email, a.id is not null as is_agent, a.team_id, t.name as team,
       coalesce(a.presence, 'offline') as presence, a.capacity_units,
       array(select m.queue_id from queue_agents m where m.agent_id = u.id order by m.queue_id)
           as queue_ids,
       coalesce((select jsonb_object_agg(s.name, g.proficiency order by s.name)
                   from agent_skills g join skills s on s.id = g.skill_id where g.agent_id = u.id),
                '{}') as skills,
       coalesce((select jsonb_object_agg(k.channel_kind, k.units order by k.channel_kind)
                   from agent_capacity k where k.agent_id = u.id), '{}') as units_by_kind,
       coalesce((select jsonb_object_agg(k.channel_kind, k.greatest_count order by k.channel_kind)
                   from agent_capacity k
                  where k.agent_id = u.id and k.greatest_count is not null), '{}') as limits,
       coalesce((select jsonb_object_agg(k.channel_kind, k.interrupts order by k.channel_kind)
                   from agent_capacity k
                  where k.agent_id = u.id and k.interrupts <> '{}'), '{}') as interrupts
  from users u
  left join agents a on a.id = u.id
  left join teams t on t.id = a.team_id
"""

LIST_DETAILS: Final = f"{_DETAILS} where u.is_active or a.id is not null order by u.name, u.id"
GET_DETAILS: Final = f"{_DETAILS} where u.id = $1"

RAISE_LOAD_VERSION: Final = """
update agents set load_version = load_version + 1 where id = $1 returning load_version
"""

LOCK: Final = """
select id from agents where id = any($1::uuid[]) order by id for no key update
"""

LOCK_FREE: Final = """
select id from agents where id = any($1::uuid[]) order by id for no key update skip locked
"""

# Whether one more of a kind fits beside what an agent has. By the rules of
# `halfminute_engine.routing.capacity`: without what the kind may interrupt, and not beyond the
# kind's limit. $1 channel kind, $2 units of a kind that is not configured.
_HAS_ROOM: Final = """
coalesce(h.units, 0) + coalesce(k.units, $2) <= a.capacity_units
       and (k.greatest_count is null or h.count < k.greatest_count)
"""
_ROOM: Final = """
  left join agent_capacity k on k.agent_id = a.id and k.channel_kind = $1
 cross join lateral (
    select sum(g.units) filter (where g.channel_kind <> all(coalesce(k.interrupts, '{}'))) as units,
           count(*) filter (where g.channel_kind = $1) as count
      from agent_holds g where g.agent_id = a.id) as h
"""

# $3 agent
HAS_ROOM: Final = f"""
select a.presence = 'available' and {_HAS_ROOM}
  from agents a {_ROOM}
 where a.id = $3
"""

# Everybody by name, whatever their presence; $3 agent, null: all.
LIST_ROOMS: Final = f"""
select a.id, u.name, a.team_id, a.presence, a.presence_reason,
       array(select m.queue_id from queue_agents m where m.agent_id = a.id) as queue_ids,
       coalesce(k.units <= a.capacity_units, false) as takes_kind, {_HAS_ROOM} as has_room
  from agents a
  join users u on u.id = a.id and u.is_active {_ROOM}
 where $3::uuid is null or a.id = $3
 order by u.name, a.id
"""

UPSERT: Final = """
insert into agents (id, team_id, capacity_units) values ($1, $2, $3)
on conflict (id) do update set team_id = excluded.team_id, capacity_units = excluded.capacity_units
"""

DELETE_CAPACITY: Final = """
delete from agent_capacity where agent_id = $1
"""

INSERT_CAPACITY: Final = """
insert into agent_capacity (agent_id, channel_kind, units, greatest_count, interrupts)
select $1, channel_kind, units, greatest_count, array(select jsonb_array_elements_text(interrupts))
  from jsonb_to_recordset($2)
       as t(channel_kind text, units int, greatest_count int, interrupts jsonb)
"""

DELETE_SKILLS: Final = """
delete from agent_skills where agent_id = $1
"""

INSERT_SKILLS: Final = """
insert into agent_skills (agent_id, skill_id, proficiency)
select $1, s.id, t.proficiency
  from unnest($2::text[], $3::int[]) as t(name, proficiency) join skills s using (name)
"""

# The update that changes nothing makes a row that somebody else has just made visible to us.
ENSURE_SKILLS: Final = """
insert into skills (id, name) select * from unnest($1::uuid[], $2::text[]) as t(id, name)
 order by name
on conflict (name) do update set name = excluded.name
"""

_SKILLS: Final = """
select s.id, s.name, s.language, s.idle_reserve, s.reserve_wait_seconds,
       (select count(*) from agent_skills g where g.skill_id = s.id) as agent_count
  from skills s
"""

LIST_SKILLS: Final = f"{_SKILLS} order by s.name"
GET_SKILL: Final = f"{_SKILLS} where s.id = $1"

INSERT_SKILL: Final = """
insert into skills (id, name, language, idle_reserve, reserve_wait_seconds)
values ($1, $2, $3, $4, $5)
"""

UPDATE_SKILL: Final = """
update skills set name = $2, language = $3, idle_reserve = $4, reserve_wait_seconds = $5
 where id = $1
"""

_RESERVES: Final = "select id as skill_id, idle_reserve, reserve_wait_seconds from skills"

LIST_RESERVES: Final = f"{_RESERVES} where idle_reserve > 0 order by id"
LIST_RESERVES_OF: Final = f"{_RESERVES} where id = any($1::uuid[]) order by id"

# The skill's row is locked first, so that nobody is given it while it goes.
LOCK_SKILL: Final = "select name from skills where id = $1 for update"
LIST_SKILLED: Final = "select agent_id from agent_skills where skill_id = $1 order by agent_id"
DELETE_SKILL: Final = "delete from skills where id = $1"

LEAVE_QUEUES: Final = """
delete from queue_agents where agent_id = $1 and not (queue_id = any($2::uuid[])) returning queue_id
"""

JOIN_QUEUES: Final = """
insert into queue_agents (agent_id, queue_id)
select $1, queue_id from unnest($2::uuid[]) as t(queue_id)
on conflict do nothing returning queue_id
"""

ENSURE_TEAM: Final = """
insert into teams (id, name) values ($1, $2)
on conflict (name) do update set name = excluded.name returning id
"""

CHANGE_PRESENCE: Final = """
update agents set presence = $2, presence_reason = $3, presence_changed_at = now()
 where id = $1 and (presence, presence_reason) is distinct from ($2, $3)
   and ($4::text is null or presence = $4)
returning id
"""

# In the order of their ids, so that two processes never wait for each other in a circle.
RECORD_HEARTBEATS: Final = """
with heard as (
    select id from agents where id = any($1::uuid[]) order by id for no key update
)
update agents a set last_heartbeat_at = now() from heard where a.id = heard.id
"""

# A change of presence is a sign of life as well.
LIST_SILENT: Final = """
select id, extract(epoch from now() - greatest(last_heartbeat_at, presence_changed_at))::float8
           as silence_seconds
  from agents
 where presence <> 'offline'
   and greatest(last_heartbeat_at, presence_changed_at) < now() - make_interval(secs => $1)
 order by id
"""

CLOCK: Final = """
select extract(epoch from clock_timestamp())::float8
"""

# The silence is looked at once more under the row's lock: the heartbeat may have come since.
LOSE_SILENT: Final = """
update agents set presence = 'offline', presence_reason = $3, presence_changed_at = now()
 where id = $1 and presence <> 'offline'
   and greatest(last_heartbeat_at, presence_changed_at) < now() - make_interval(secs => $2)
returning id
"""
