"""The queues' SQL."""

from __future__ import annotations

from typing import Final

_COLUMNS: Final = """
id, name, priority_credit_seconds, offer_timeout_seconds, wrap_up, wrap_up_seconds, target_seconds,
is_pull_allowed, is_enabled, wrap_up_extension_seconds
"""

# Named as the fields of `ReturnRules`.
_RETURNS: Final = """
silence_seconds, return_wait_seconds, last_agent_seconds, last_agent_wait_seconds
"""

_ROWS: Final = f"select {_COLUMNS}, {_RETURNS} from queues"

GET: Final = f"{_ROWS} where id = $1"
LIST: Final = f"{_ROWS} order by id"
LIST_OF: Final = f"{_ROWS} where id = any($1::uuid[]) order by id"

# `offset 0` keeps the planner from joining: it would count what waits in all queues each time.
_VIEW: Final = """
select q.id, q.name, q.target_seconds, q.offer_timeout_seconds, q.wrap_up, q.wrap_up_seconds,
       q.is_pull_allowed, coalesce(w.waiting_count, 0) as waiting_count, w.longest_waiting_since
  from queues q
  left join lateral (select * from queue_waits w where w.queue_id = q.id offset 0) as w on true
"""

LIST_VIEWS: Final = f"{_VIEW} where q.is_enabled order by q.name"
LIST_VIEWS_OF: Final = f"{_VIEW} where q.id = any($1::uuid[])"
LIST_VIEWS_OF_AGENT: Final = f"""
{_VIEW} where q.is_enabled
          and q.id in (select queue_id from queue_agents where agent_id = $1)
 order by q.name
"""

# Of the queue q; named as the fields of `WaitingRules`.
_RULES: Final = """
q.slope_per_mille, q.greatest_wait_seconds, q.agent_choice, q.keep_after_seconds,
       case when q.overflow_kind is not null then jsonb_build_object(
                'after_seconds', q.overflow_after_seconds, 'kind', q.overflow_kind,
                'queue_id', q.overflow_queue_id, 'is_kept', q.overflow_is_kept,
                'words', q.overflow_words)
       end as overflow,
       coalesce((select jsonb_agg(jsonb_build_object(
                            'after_seconds', r.after_seconds, 'is_any_agent', r.is_any_agent,
                            'least_language_proficiency', r.least_language_proficiency,
                            'requirements',
                            coalesce((select jsonb_object_agg(l.skill_id, l.least_proficiency
                                                              order by l.skill_id)
                                        from queue_ring_requirements l
                                       where l.queue_id = r.queue_id
                                         and l.after_seconds = r.after_seconds), '{}'))
                        order by r.after_seconds)
                   from queue_rings r where r.queue_id = q.id), '[]') as rings
"""

LIST_RULES: Final = f"""
select q.id, {_RULES} from queues q where q.id = any($1::uuid[]) order by q.id
"""

_DETAILS: Final = f"""
select {_COLUMNS}, q.least_language_proficiency, q.calendar_id, q.closed_action, q.closed_words,
       {_RETURNS}, {_RULES},
       coalesce((select jsonb_object_agg(r.skill_id, r.least_proficiency order by r.skill_id)
                   from queue_requirements r where r.queue_id = q.id), '{{}}') as requirements,
       array(select m.agent_id from queue_agents m where m.queue_id = q.id order by m.agent_id)
           as agent_ids,
       coalesce(w.waiting_count, 0) as waiting_count, w.longest_waiting_since
  from queues q
  left join lateral (select * from queue_waits w where w.queue_id = q.id offset 0) as w on true
"""

LIST_DETAILS: Final = f"{_DETAILS} order by q.name"
GET_DETAILS: Final = f"{_DETAILS} where q.id = $1"

INSERT: Final = """
insert into queues
    (id, name, priority_credit_seconds, offer_timeout_seconds, wrap_up, wrap_up_seconds,
     target_seconds, is_pull_allowed, is_enabled, least_language_proficiency, calendar_id,
     closed_action, closed_words, wrap_up_extension_seconds)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""

UPDATE: Final = """
update queues
   set name = $2, priority_credit_seconds = $3, offer_timeout_seconds = $4, wrap_up = $5,
       wrap_up_seconds = $6, target_seconds = $7, is_pull_allowed = $8, is_enabled = $9,
       least_language_proficiency = $10, calendar_id = $11, closed_action = $12, closed_words = $13,
       wrap_up_extension_seconds = $14
 where id = $1
"""

_CALENDARS: Final = """
select id, name, time_zone, weekly, days,
       array(select q.name from queues q where q.calendar_id = c.id order by q.name) as queue_names
  from calendars c
"""

LIST_CALENDARS: Final = f"{_CALENDARS} order by name"
GET_CALENDAR: Final = f"{_CALENDARS} where id = $1"
LOCK_CALENDAR: Final = "select 1 from calendars where id = $1 for update"

INSERT_CALENDAR: Final = """
insert into calendars (id, name, time_zone, weekly, days) values ($1, $2, $3, $4, $5)
"""

UPDATE_CALENDAR: Final = """
update calendars set name = $2, time_zone = $3, weekly = $4, days = $5 where id = $1
"""

DELETE_CALENDAR: Final = "delete from calendars where id = $1"

_HOURS: Final = """
select q.id as queue_id, q.closed_action, q.closed_words, c.time_zone, c.weekly, c.days
  from queues q join calendars c on c.id = q.calendar_id
"""

LIST_HOURS: Final = f"{_HOURS} where q.id = any($1::uuid[])"

DELETE_REQUIREMENTS: Final = "delete from queue_requirements where queue_id = $1"

INSERT_REQUIREMENTS: Final = """
insert into queue_requirements (queue_id, skill_id, least_proficiency)
select $1, * from unnest($2::uuid[], $3::int[])
"""

ACCOUNT_REQUIREMENTS: Final = """
select skill_id, least_proficiency from channel_account_requirements
 where channel_account_id = $1 order by skill_id
"""

DELETE_ACCOUNT_REQUIREMENTS: Final = """
delete from channel_account_requirements where channel_account_id = $1
"""

INSERT_ACCOUNT_REQUIREMENTS: Final = """
insert into channel_account_requirements (channel_account_id, skill_id, least_proficiency)
select $1, * from unnest($2::uuid[], $3::int[])
"""

LOCK: Final = "select 1 from queues where id = $1 for no key update"

IS_MEMBER: Final = "select exists (select from queue_agents where queue_id = $1 and agent_id = $2)"

LIST_AGENT_IDS: Final = "select agent_id from queue_agents where queue_id = $1 order by agent_id"

REMOVE_AGENTS: Final = """
delete from queue_agents where queue_id = $1 and not (agent_id = any($2::uuid[])) returning agent_id
"""

ADD_AGENTS: Final = """
insert into queue_agents (queue_id, agent_id)
select $1, agent_id from unnest($2::uuid[]) as t(agent_id)
on conflict do nothing returning agent_id
"""

COUNT_AGENTS: Final = "select count(*) from agents where id = any($1::uuid[])"

LIST_LANGUAGE_SKILLS: Final = "select id from skills where language is not null order by id"

LIST_LOWERING_LANGUAGE: Final = """
select distinct queue_id as id from queue_rings where least_language_proficiency is not null
 order by queue_id
"""

SET_RULES: Final = """
update queues
   set slope_per_mille = $2, greatest_wait_seconds = $3, agent_choice = $4,
       keep_after_seconds = $5, overflow_kind = $6, overflow_after_seconds = $7,
       overflow_queue_id = $8, overflow_is_kept = $9, overflow_words = $10
 where id = $1
"""

SET_RETURNS: Final = """
update queues
   set silence_seconds = $2, return_wait_seconds = $3, last_agent_seconds = $4,
       last_agent_wait_seconds = $5
 where id = $1
"""

DELETE_RINGS: Final = "delete from queue_rings where queue_id = $1"

INSERT_RING: Final = """
insert into queue_rings (queue_id, after_seconds, least_language_proficiency, is_any_agent)
values ($1, $2, $3, $4)
"""

INSERT_RING_REQUIREMENTS: Final = """
insert into queue_ring_requirements (queue_id, after_seconds, skill_id, least_proficiency)
select $1, $2, * from unnest($3::uuid[], $4::int[])
"""

# All of them, in one order: what they must fulfil together is looked at by one at a time.
LOCK_ALL: Final = "select 1 from queues order by id for no key update"

LIST_ENABLED: Final = "select id, name from queues where is_enabled order by id"
