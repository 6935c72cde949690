"""The SQL of agents who are typing."""

from __future__ import annotations

from typing import Final

# Nothing of it is worth waiting for the disk.
LAZILY: Final = "set local synchronous_commit = off"

# $1 conversation, $2 who types
HELD: Final = """
select channel_account_id, channel_kind from conversations
 where id = $1 and agent_id = $2 and state in ('active', 'wrap_up')
"""

# $1 conversation, $2 its account, $3 how many seconds two signals lie apart at least: nothing is
# returned for one that comes too soon.
SIGNAL: Final = """
insert into typing_signals as known (conversation_id, channel_account_id, typed_at)
values ($1, $2, clock_timestamp())
on conflict (conversation_id) do update
   set typed_at = excluded.typed_at, is_told = false
 where known.typed_at < excluded.typed_at - make_interval(secs => $3::float8)
returning conversation_id
"""

# What was not told yet is true no more.
END: Final = "delete from typing_signals where conversation_id = $1 and not is_told"

# $1 account, $2 for how many seconds a signal is true, $3 limit. Left out where the agent has
# written since, or has a message under way: that says more, and would be followed by a lie. One
# that is just being repeated is waited for: skipped, nobody would ring for it again.
CLAIM: Final = """
with due as (
    update typing_signals set is_told = true
     where conversation_id = any(array(
         select conversation_id from typing_signals
          where channel_account_id = $1 and not is_told
          order by typed_at
          limit $3
            for update
     ))
    returning conversation_id, typed_at
)
select d.conversation_id, coalesce(b.chat_external_id, a.external_id) as address_external_id,
       b.connection_external_id as business_connection_id
  from due d
  join conversations c on c.id = d.conversation_id
  join address_cards a on a.id = c.address_id
  left join business_chats b on b.address_id = c.address_id
 where d.typed_at > clock_timestamp() - make_interval(secs => $2::float8)
   and c.state = 'active' and a.is_reachable
   and not exists (select from outbox o where o.address_id = c.address_id)
   and not exists (select from messages m where m.id = c.last_message_id
                                            and m.direction = 'out' and m.created_at > d.typed_at)
 order by d.typed_at
"""

# $1 account. The newest signals tell how soon the next may follow; older ones tell nothing.
FORGET: Final = """
delete from typing_signals
 where channel_account_id = $1 and typed_at < clock_timestamp() - interval '1 minute'
"""
