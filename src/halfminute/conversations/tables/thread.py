"""The SQL of what the contact in a conversation reads and confirms."""

from __future__ import annotations

from typing import Final

from halfminute.conversations.tables.queries import MESSAGE

# $1 account, $2 what the address is called there. The newest first.
NEWEST_CONVERSATION: Final = """
select c.id
  from conversations c
  join address_cards a on a.id = c.address_id
 where a.channel_account_id = $1 and a.external_id = $2
 order by c.opened_at desc, c.id desc
 limit 1
"""

# $1 account, $2 address, $3 before which message, $4 how many. Of each conversation no more than
# are wanted are looked at.
OF_ADDRESS: Final = f"""
{MESSAGE}
 where m.id = any(array(
     select n.id
       from conversations c
       join address_cards a on a.id = c.address_id
      cross join lateral (
            select id from messages
             where conversation_id = c.id and ($3::uuid is null or id < $3)
               and direction in ('in', 'out')
             order by id desc limit $4) n
      where a.channel_account_id = $1 and a.external_id = $2
      order by n.id desc limit $4
 ))
 order by m.id desc
"""

# $1 account, $2 address, $3 what the channel calls the message.
FIND_SAID: Final = """
select m.id, m.conversation_id
  from messages m
  join address_cards a on a.id = m.address_id
 where a.channel_account_id = $1 and a.external_id = $2 and m.external_id = $3
   and m.direction = 'in'
 order by m.id desc
 limit 1
"""

# $1 account, $2 address, $3 message. What the channel calls it.
EXTERNAL_ID: Final = """
select m.external_id
  from messages m
  join address_cards a on a.id = m.address_id
 where a.channel_account_id = $1 and a.external_id = $2 and m.id = $3
"""

# $1 conversation. How many wait before it in its queue; null where it does not wait.
COUNT_AHEAD: Final = """
select (select count(*) from conversations o
         where o.queue_id = c.queue_id and o.state in ('queued', 'offered')
           and (o.queued_at, o.id) < (c.queued_at, c.id))
  from conversations c
 where c.id = $1 and c.state in ('queued', 'offered')
"""

# $1 account, $2 address, $3 the newest message that was got, $4 the state it is in then, $5 the
# states that come before it. A conversation that is over keeps what it was told.
CONFIRM: Final = """
with got as (
    select m.id
      from messages m
      join conversations c on c.id = m.conversation_id
      join address_cards a on a.id = c.address_id
     where a.channel_account_id = $1 and a.external_id = $2
       and m.conversation_id = (select conversation_id from messages where id = $3)
       and m.direction = 'out' and m.id <= $3 and m.delivery = any($5::text[])
     order by m.id
       for update of m
)
update messages m set delivery = $4 from got where m.id = got.id
returning m.id, m.conversation_id
"""
