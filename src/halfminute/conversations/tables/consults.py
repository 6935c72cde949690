"""The SQL of consults: who helps in a conversation without having it."""

from __future__ import annotations

from typing import Final

# Who was asked and has not answered in time was not asked any more.
VIEWS: Final = """
select h.id, h.conversation_id, h.message_id, h.agent_id,
       jsonb_build_object(
           'id', h.id, 'conversation_id', h.conversation_id, 'agent_id', h.agent_id,
           'agent_name', u.name, 'asked_by', h.asked_by, 'asked_by_name', a.name,
           'state', case when h.state = 'asked' and h.expires_at < now() then 'timed_out'
                         else h.state end,
           'expires_at', h.expires_at) as view
  from consults h
  join user_cards u on u.id = h.agent_id
  join user_cards a on a.id = h.asked_by
"""

LIST_VIEWS: Final = f"{VIEWS} where h.id = any($1::uuid[])"

# $1 agent. What it is asked, and where it helps.
LIST_OPEN: Final = f"""
{VIEWS}
 where h.agent_id = $1 and (h.state = 'active' or h.state = 'asked' and h.expires_at > now())
 order by h.asked_at, h.id
"""

# $1 conversation, $2 client id, $3 who asks. What the same word has made already.
FIND_SAID: Final = f"""
select v.id from ({VIEWS}) as v
  join client_keys k on k.message_id = v.message_id
  join consults h on h.id = v.id
 where k.conversation_id = $1 and k.client_id = $2 and h.asked_by = $3
"""

# $1 conversation, $2 agent.
FORGET_UNHEARD: Final = """
update consults set state = 'timed_out', ended_at = now()
 where conversation_id = $1 and agent_id = $2 and state = 'asked' and expires_at < now()
"""

# $1 consult, $2 conversation, $3 agent, $4 who asks, $5 message, $6 seconds. Nothing comes back
# where the agent is asked already, or helps.
ASK: Final = """
insert into consults (id, conversation_id, agent_id, asked_by, message_id, state, expires_at)
values ($1, $2, $3, $4, $5, 'asked', now() + make_interval(secs => $6))
on conflict do nothing returning *
"""

FIND: Final = "select * from consults where id = $1"

# $1 consult, $2 the state it is to be in, $3 those it may come from. Who answers too late has not.
MOVE: Final = """
update consults
   set state = $2, started_at = case when $2 = 'active' then now() else started_at end,
       ended_at = case when $2 = 'active' then null else now() end
 where id = $1 and state = any($3::text[])
   and not ($2 = 'active' and expires_at < now())
returning *
"""

# $1 conversation. Whoever helped in it, or was asked to, need not any more.
END_OF_CONVERSATION: Final = """
with open_ as (
    select id, state from consults
     where conversation_id = $1 and state in ('asked', 'active') for update
)
update consults h
   set state = case when open_.state = 'active' then 'ended' else 'withdrawn' end, ended_at = now()
  from open_ where h.id = open_.id
returning h.*, open_.state as previous_state
"""
