"""The SQL that reads what was recorded of a stretch of time, out of a log of years."""

from __future__ import annotations

from typing import Final

# A day of a large house takes a while to read, and nothing is locked meanwhile.
BE_PATIENT: Final = """
select set_config(name, '0', true) from pg_settings
 where name in ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')
"""

# The log has no index by time, but its transactions come by it, to within the longest of them.
# $1: the first from this transaction on.
FIRST_FROM: Final = """
select xid::text::bigint as xid, at from events
 where (xid, position) >= ($1::bigint::text::xid8, 0::bigint)
 order by events.xid, events.position limit 1
"""
LAST: Final = """
select xid::text::bigint as xid, at from events
 order by events.xid desc, events.position desc limit 1
"""

# In all: $1 and $2 the transactions, $3 and $4 the times between which something was told.
_BETWEEN: Final = """
xid >= $1::bigint::text::xid8 and xid <= $2::bigint::text::xid8 and at >= $3 and at < $4
"""

# $5 the types. All that was ever told of the conversations of which something was told then.
CONVERSATIONS: Final = f"""
with named as (
    select distinct stream from events
     where {_BETWEEN} and stream like 'conversation:%' and type = any($5::text[])
)
select e.xid::text::bigint as xid, e.position, e.stream, e.seq, e.at, e.type, e.data,
       c.requirements
  from named n
  join events e on e.stream = n.stream and e.type = any($5::text[])
  left join conversations c on c.id = substr(n.stream, 14)::uuid
 order by e.stream, e.seq
"""

# An offer's id has the time of its making.
OFFERS: Final = """
select conversation_id, agent_id, state, offered_at, ended_at from offers
 where id >= uuid7_floor($1) and id < uuid7_floor($2)
 order by number
"""

PRESENCES: Final = f"""
select at, (data ->> 'agent_id')::uuid as agent_id, data ->> 'presence' as presence
  from events
 where {_BETWEEN} and type = 'AgentPresenceChanged' and stream like 'agent:%'
 order by events.xid, events.position
"""

# $1 when. Who has never said anything by then is left out.
PRESENCES_AT: Final = """
select a.id as agent_id, last.presence
  from agent_cards a
 cross join lateral (
     select e.data ->> 'presence' as presence from events e
      where e.stream = 'agent:' || a.id and e.type = 'AgentPresenceChanged' and e.at < $1
      order by e.seq desc limit 1
 ) as last
"""

# $5 the types. How many things have been configured.
CONFIGURED: Final = f"""
select type, count(distinct stream) as changed_count from events
 where {_BETWEEN} and type = any($5::text[]) group by type
"""
