"""The offers' SQL. An offer ends once: each end is a compare-and-set from `pending`."""

from __future__ import annotations

from typing import Final

GET: Final = "select * from offers where id = $1"
GET_BY_NUMBER: Final = "select * from offers where number = $1"
LIST_PENDING: Final = "select * from offers where state = 'pending' order by number"
LIST_PENDING_OF_AGENT: Final = "select * from offers where state = 'pending' and agent_id = $1"
LIST_OF: Final = "select * from offers where id = any($1::uuid[])"

LIST_RINGING_AGENTS: Final = "select agent_id from offers where state = 'pending'"

LAST_NUMBER: Final = "select coalesce(max(number), 0) from offers"

# Nothing comes back where the conversation or the agent has another pending offer.
INSERT: Final = """
insert into offers
    (id, number, conversation_id, agent_id, queue_id, channel_kind, state, epoch, expires_at)
values ($1, $2, $3, $4, $5, $6, 'pending', $7, $8)
on conflict do nothing returning id
"""

# An offer that could not be made after all, in the transaction that inserted it.
DELETE: Final = "delete from offers where id = $1"

END: Final = """
update offers set state = $2, reason = $3, ended_at = now()
 where id = $1 and state = 'pending' returning id
"""

# What rings of a conversation that goes elsewhere.
WITHDRAW: Final = """
update offers set state = 'withdrawn', reason = 'superseded', ended_at = now()
 where conversation_id = $1 and state = 'pending' returning *
"""

# As END, by who answers: only the agent it rings at, by the epoch that the agent was shown.
ANSWER: Final = """
update offers set state = $2, reason = $3, ended_at = now()
 where id = $1 and state = 'pending' and agent_id = $4 and epoch = $5 returning id
"""

LOCK_CONVERSATIONS: Final = """
select id from conversations where id = any($1::uuid[]) order by id for no key update
"""

LOCK_FREE_CONVERSATIONS: Final = """
select id from conversations where id = any($1::uuid[]) order by id for no key update skip locked
"""
