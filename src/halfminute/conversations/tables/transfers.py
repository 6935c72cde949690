"""The SQL of transfers: what somebody's word has made of who has a conversation."""

from __future__ import annotations

from typing import Final

VIEWS: Final = """
select t.id, t.conversation_id, t.message_id, t.transferred_by,
       jsonb_build_object(
           'id', t.id, 'conversation_id', t.conversation_id, 'contact_name', k.name,
           'transferred_by', t.transferred_by, 'from_agent_id', t.from_agent_id,
           'from_agent_name', f.name, 'queue_id', t.queue_id, 'queue_name', q.name,
           'target_agent_id', t.target_agent_id, 'target_agent_name', a.name,
           'target_until', t.target_until, 'outcome', t.outcome, 'taken_by', t.taken_by,
           'taken_by_name', b.name) as view
  from transfers t
  join conversations c on c.id = t.conversation_id
  join contact_cards k on k.id = c.contact_id
  left join user_cards f on f.id = t.from_agent_id
  left join user_cards a on a.id = t.target_agent_id
  left join user_cards b on b.id = t.taken_by
  left join queue_cards q on q.id = t.queue_id
"""

LIST_VIEWS: Final = f"{VIEWS} where t.id = any($1::uuid[])"

# $1 conversation, $2 client id, $3 who says so. What the same word has made already.
FIND_SAID: Final = f"""
select v.view from ({VIEWS}) as v
  join client_keys k on k.message_id = v.message_id
 where k.conversation_id = $1 and k.client_id = $2 and v.transferred_by = $3
"""

# $1 transfer, $2 conversation, $3 message, $4 who says so, $5 who had it, $6 queue, $7 target,
# $8 the outcome so far, $9 who has it by that.
RECORD: Final = """
insert into transfers (id, conversation_id, message_id, transferred_by, from_agent_id, queue_id,
                       target_agent_id, target_until, outcome, taken_by)
select $1, c.id, $3, $4, $5, $6, $7, c.target_until, $8, $9 from conversations c where c.id = $2
"""

# $1 conversation, $2 outcome, $3 who has it by that. Of a conversation one at most is open.
SETTLE: Final = """
update transfers set outcome = $2, taken_by = $3
 where conversation_id = $1 and outcome in ('waiting', 'declined', 'timed_out')
returning id, message_id, transferred_by
"""

# $1 conversation, $2 outcome, $3 agent: the one it was meant for has not taken it.
MISS: Final = """
with missed as (
    update conversations set target_agent_id = null, target_until = null
     where id = $1 and target_agent_id = $3
    returning id
)
update transfers t set outcome = $2
  from missed
 where t.conversation_id = missed.id and t.outcome = 'waiting'
returning t.id, t.message_id, t.transferred_by
"""
