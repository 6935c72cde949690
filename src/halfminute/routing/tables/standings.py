"""The SQL by which the router learns where conversations stand now."""

from __future__ import annotations

from typing import Final

# What waits keeps the credit that it was queued with, which the log alone knows; where the log does
# not go back so far, that of its queue must do.
_STANDINGS: Final = """
select c.id, c.state, c.queue_id, c.agent_id, c.channel_kind, c.queued_at,
       c.entered_queue_at, c.origin_queue_ids, c.is_callback, c.target_agent_id, c.target_until,
       c.preferred_agent_id, c.preferred_until, c.returned_at is not null as is_back,
       c.silent_since is not null as is_silent, c.wrap_up_extended_at is not null as is_extended,
       array(select h.agent_id from consults h
              where h.conversation_id = c.id and h.state = 'active' order by h.agent_id)
           as helper_ids,
       case when c.state in ('queued', 'offered') then
           coalesce((select (e.data ->> 'priority_credit_seconds')::integer from events e
                      where e.stream = 'conversation:' || c.id and e.at >= c.queued_at
                        and e.type = 'ConversationQueued' order by e.seq desc limit 1),
                    q.priority_credit_seconds, 0)
       end as priority_credit_seconds,
       case when c.requirements = '[]' then '[]' else
           coalesce((select jsonb_agg(each_.value order by each_.value)
                       from jsonb_array_elements(c.requirements) as each_
                       join skill_cards s on s.id = (each_.value ->> 0)::uuid), '[]')
       end as requirements
  from conversations c left join queues q on q.id = c.queue_id
"""

LIST_ALL: Final = f"""
{_STANDINGS} where c.state in ('queued', 'offered', 'active', 'wrap_up') order by c.queued_at, c.id
"""

LIST_OF: Final = f"""
{_STANDINGS}
 where c.id = any($1::uuid[]) and c.state in ('queued', 'offered', 'active', 'wrap_up')
"""

LIST_WAITING: Final = f"""
{_STANDINGS} where c.state = 'queued' and c.queue_id = any($1::uuid[]) order by c.queued_at, c.id
"""

# $1 skills, as their ids are written; the last element says how well.
LIST_REQUIRING: Final = f"""
{_STANDINGS}
 where c.state = 'queued'
   and exists (select from unnest($1::text[]) as skill
                where c.requirements @> jsonb_build_array(jsonb_build_array(skill)))
 order by c.queued_at, c.id
"""

# $1 conversation, $2 agent
IS_ASSIGNED_TO: Final = """
select exists (select from conversations where id = $1 and agent_id = $2 and state = 'active')
"""
