"""The lifecycle's SQL: each statement changes a row only from the states it is given.

In all of the single ones: $1 id, $2 the states it may come from, $3 the state it goes to, $4 the
version the caller has read, or null when any will do.
"""

from __future__ import annotations

from typing import Final

GET: Final = "select * from conversations where id = $1"

# Of the conversation c that comes to wait in the queue q. The contact's language is required only
# where somebody who serves the queue speaks it, or where the requirement comes to an end, by a ring
# that drops it or by a message that closes: else it would wait for ever.
_REQUIREMENTS = """
coalesce((
    select jsonb_agg(jsonb_build_array(skill_id, least_proficiency) order by skill_id)
      from (select skill_id, max(least_proficiency) as least_proficiency
              from (select skill_id, least_proficiency
                      from queue_requirements where queue_id = q.id
                    union all
                    select skill_id, least_proficiency from channel_account_requirements
                     where channel_account_id = c.channel_account_id
                    union all
                    select s.id, q.least_language_proficiency
                      from contact_cards k
                      join skills s on s.language = lower(split_part(k.language, '-', 1))
                     where k.id = c.contact_id and q.least_language_proficiency is not null
                       and (exists (select from queue_members m
                                      join agent_skills g on g.agent_id = m.agent_id
                                     where m.queue_id = q.id and g.skill_id = s.id
                                       and g.proficiency >= q.least_language_proficiency)
                            or exists (select from queue_rings r
                                        where r.queue_id = q.id
                                          and (r.is_any_agent or r.least_language_proficiency = 0))
                            or exists (select from queue_ring_requirements l
                                        where l.queue_id = q.id and l.skill_id = s.id
                                          and l.least_proficiency = 0)
                            or q.overflow_kind = 'message' and not q.overflow_is_kept)) as each_
             group by skill_id) as most), '[]')
"""

_IS_BACK_SOON = "c.last_agent_at > now() - make_interval(secs => q.last_agent_seconds)"

# $1 ids, $2 queues, $3 from, $4 to. A conversation keeps its place if it had one. Whose contact
# comes back soon enough is to wait for the agent who had it last.
QUEUE: Final = f"""
update conversations c
   set state = $4, queue_id = given.queue_id, queued_at = now(), entered_queue_at = now(),
       origin_queue_ids = '{{}}', overflowed_at = null, is_callback = false,
       target_agent_id = null, target_until = null, version = version + 1,
       preferred_agent_id = case when {_IS_BACK_SOON} then c.last_agent_id end,
       preferred_until = case when {_IS_BACK_SOON} and q.last_agent_wait_seconds > 0
                              then now() + make_interval(secs => q.last_agent_wait_seconds) end,
       requirements = {_REQUIREMENTS}
  from unnest($1::uuid[], $2::uuid[]) as given(id, queue_id)
  join queues q on q.id = given.queue_id
 where c.id = given.id and c.state = any($3::text[])
returning c.*, q.priority_credit_seconds
"""

# $5 queue. It keeps its age, though its time in the queue begins anew. The queue that it leaves is
# told in `previous_queue_id`.
REQUEUE: Final = """
with waiting as (
    select id, queue_id from conversations
     where id = $1 and state = any($2::text[]) and version = coalesce($4::bigint, version)
       for update
)
update conversations c
   set state = $3, queue_id = $5, entered_queue_at = now(), overflowed_at = null,
       origin_queue_ids = c.origin_queue_ids || waiting.queue_id,
       preferred_agent_id = null, preferred_until = null, version = version + 1
  from waiting, queues q
 where c.id = waiting.id and q.id = $5
returning c.*, q.priority_credit_seconds, waiting.queue_id as previous_queue_id
"""

_HAS_HELP = """
exists (select from consults h where h.conversation_id = c.id and h.state in ('asked', 'active'))
"""

# $5 queue, $6 whom alone it waits for, $7 for how many seconds. It keeps its age, though its time
# in the queue begins anew, and requires what the queue does. Its contact waits for us from now on,
# if not already.
TRANSFER: Final = f"""
with held as (
    select id, state, agent_id, queue_id from conversations
     where id = $1 and state = any($2::text[]) and version = coalesce($4::bigint, version)
       for update
)
update conversations c
   set state = $3, queue_id = q.id, agent_id = null, assigned_at = null,
       queued_at = coalesce(c.queued_at, now()), entered_queue_at = now(), overflowed_at = null,
       origin_queue_ids = '{{}}', awaiting = 'agent',
       unanswered_since = coalesce(c.unanswered_since, now()), target_agent_id = $6,
       target_until = now() + make_interval(secs => $7), preferred_agent_id = null,
       preferred_until = null, silent_since = null, returned_at = null, version = version + 1,
       requirements = {_REQUIREMENTS}
  from held, queues q
 where c.id = held.id and q.id = $5
returning c.*, q.priority_credit_seconds, held.queue_id as previous_queue_id,
          held.state as previous_state, {_HAS_HELP} as has_help,
          case when held.state = 'active' then held.agent_id end as previous_agent_id
"""

OFFER: Final = """
update conversations set state = $3, version = version + 1
 where id = $1 and state = any($2::text[]) and version = coalesce($4::bigint, version)
returning *
"""

RETURN: Final = OFFER

_IS_PASSED_ON = """
exists (select from transfers t
         where t.conversation_id = c.id and t.outcome in ('waiting', 'declined', 'timed_out'))
"""

# $5 agent. An earlier holder is told in `previous_agent_id`.
ASSIGN: Final = f"""
with held as (
    select id, agent_id, state from conversations
     where id = $1 and state = any($2::text[]) and version = coalesce($4::bigint, version)
       for update
)
update conversations c
   set state = $3, agent_id = $5, assigned_at = now(), target_agent_id = null,
       target_until = null, silent_since = null, returned_at = null, version = version + 1
  from held where c.id = held.id
returning c.*,
          case when held.state = 'active' then held.agent_id end as previous_agent_id,
          {_IS_PASSED_ON} as is_passed_on, {_HAS_HELP} as has_help
"""

# $5 agent. It keeps its age, though its time in the queue begins anew. Nothing comes back where the
# agent has answered meanwhile, or has it no more.
GIVE_BACK: Final = """
update conversations c
   set state = $3, agent_id = null, assigned_at = null, silent_since = null, returned_at = null,
       entered_queue_at = now(), origin_queue_ids = '{}', overflowed_at = null,
       preferred_agent_id = null, preferred_until = null, version = c.version + 1
  from queues q
 where c.id = $1 and c.state = any($2::text[]) and c.version = coalesce($4::bigint, c.version)
   and c.agent_id = $5 and c.awaiting <> 'customer' and q.id = c.queue_id
returning c.*, q.priority_credit_seconds
"""

# $5 is_solved, $6 disposition. By how much it may be lengthened, its queue says now.
START_WRAP_UP: Final = f"""
update conversations c
   set state = $3, awaiting = 'nobody', unanswered_since = null, wrap_up_at = now(),
       wrap_up_extended_at = null, wrap_up_extension_seconds = coalesce((
           select q.wrap_up_extension_seconds from queue_cards q
            where q.id = c.queue_id and q.wrap_up = 'fixed'), 0),
       is_solved = $5, solved_at = case when $5 then now() end, disposition_code = $6,
       version = version + 1
 where id = $1 and state = any($2::text[]) and version = coalesce($4::bigint, version)
returning c.*, {_HAS_HELP} as has_help
"""

# $1 id, $2 is_solved, $3 disposition. What the contact has confirmed was solved then.
CHOOSE_OUTCOME: Final = """
update conversations
   set is_solved = $2, solved_at = case when $2 then coalesce(solved_at, now()) end,
       disposition_code = $3, version = version + 1
 where id = $1 and state = 'wrap_up' and disposition_code is null
returning *
"""

# $5 is_solved, $6 disposition
CLOSE: Final = f"""
update conversations c
   set state = $3, awaiting = 'nobody', unanswered_since = null, closed_at = now(),
       is_solved = $5, solved_at = case when $5 then now() end, disposition_code = $6,
       version = version + 1
 where id = $1 and state = any($2::text[]) and version = coalesce($4::bigint, version)
returning c.*, {_IS_PASSED_ON} as is_passed_on, {_HAS_HELP} as has_help
"""

FINISH_WRAP_UP: Final = """
update conversations set state = $3, closed_at = now(), version = version + 1
 where id = $1 and state = any($2::text[]) and version = coalesce($4::bigint, version)
returning *
"""

# What follows serves whole batches: $1 ids, $2 from, $3 to.

RESUME: Final = """
update conversations
   set state = $3, wrap_up_at = null, is_solved = null, solved_at = null,
       disposition_code = null, ended_by_contact_at = null, silent_since = null,
       returned_at = null, version = version + 1
 where id = any($1::uuid[]) and state = any($2::text[])
returning *
"""

# Nobody has it and it waits nowhere, until the entry decides.
REOPEN: Final = """
update conversations
   set state = $3, awaiting = 'agent', queue_id = null, queued_at = null,
       last_agent_id = agent_id, last_agent_at = closed_at, agent_id = null,
       assigned_at = null, unanswered_since = null, is_solved = null, solved_at = null,
       disposition_code = null, wrap_up_at = null, closed_at = null, ended_by_contact_at = null,
       reopened_count = reopened_count + 1, version = version + 1
 where id = any($1::uuid[]) and state = any($2::text[])
returning *
"""

# $1 ids, $2 contacts, $3 addresses, $4 accounts, $5 kinds, $6 state.
# Nothing comes back for an address that has an open conversation already. Who had the one before it
# is kept.
OPEN: Final = """
insert into conversations
    (id, contact_id, address_id, channel_account_id, channel_kind, state, opened_at,
     last_agent_id, last_agent_at)
select id, contact_id, address_id, channel_account_id, channel_kind, $6, now(),
       before.agent_id, before.closed_at
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[])
       as given(id, contact_id, address_id, channel_account_id, channel_kind)
  left join lateral (
      select o.agent_id, o.closed_at from conversations o
       where o.address_id = given.address_id and o.state = 'closed'
       order by o.opened_at desc limit 1
  ) as before on true
 order by address_id
on conflict (address_id) where state <> 'closed' do nothing
returning *
"""
