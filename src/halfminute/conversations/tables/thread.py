"""The SQL of what the contact in a conversation reads and confirms."""

from __future__ import annotations

from typing import Final

from halfminute.conversations.tables.queries import MESSAGE

# $1 account, $2 what the address is called there. With an address that the site has proven go the
# others of the same contact that it has proven there: other browsers of one person.
_THEIRS: Final = """
select b.id, b.external_id
  from address_cards a
  join address_cards b on b.contact_id = a.contact_id
   and (b.id = a.id
        or a.proof = 'signed' and b.proof = 'signed'
           and b.channel_account_id = a.channel_account_id)
 where a.channel_account_id = $1 and a.external_id = $2
"""

# $1 account, $2 address. An open one first, else the newest.
NEWEST_CONVERSATION: Final = f"""
select c.id, a.external_id, c.state <> 'closed' as is_open
  from ({_THEIRS}) as a
  join conversations c on c.address_id = a.id
 order by (c.state <> 'closed') desc, c.opened_at desc, c.id desc
 limit 1
"""

# $1 accounts, $2 addresses: of each the newest as above, or null, in their order.
NEWEST_CONVERSATIONS: Final = f"""
select newest.id
  from unnest($1::uuid[], $2::text[]) with ordinality as asked (account_id, external_id, n)
  left join lateral (
       select c.id
         from ({_THEIRS.replace("$1", "asked.account_id").replace("$2", "asked.external_id")}) as a
         join conversations c on c.address_id = a.id
        order by (c.state <> 'closed') desc, c.opened_at desc, c.id desc
        limit 1
  ) as newest on true
 order by asked.n
"""

# $1 account, $2 address.
COUNT_OPEN: Final = f"""
select count(*) from ({_THEIRS}) as a join conversations c on c.address_id = a.id
 where c.state <> 'closed'
"""

# $1 account, $2 address, $3 before which message, $4 how many. Of each conversation no more than
# are wanted are looked at.
OF_ADDRESS: Final = f"""
{MESSAGE}
 where m.id = any(array(
     select n.id
       from ({_THEIRS}) as a
       join conversations c on c.address_id = a.id
      cross join lateral (
            select id from messages
             where conversation_id = c.id and ($3::uuid is null or id < $3)
               and direction in ('in', 'out')
             order by id desc limit $4) n
      order by n.id desc limit $4
 ))
 order by m.id desc
"""

# $1 account, $2 address, $3 after which message, $4 how many, $5 of which conversation, null for
# all.
OF_ADDRESS_AFTER: Final = f"""
{MESSAGE}
 where m.id = any(array(
     select n.id
       from ({_THEIRS}) as a
       join conversations c on c.address_id = a.id
      cross join lateral (
            select id from messages
             where conversation_id = c.id and id > $3 and direction in ('in', 'out')
             order by id limit $4) n
      where $5::uuid is null or c.id = $5
      order by n.id limit $4
 ))
 order by m.id
"""

# $1 account, $2 address, $3 what the channel calls the message.
FIND_SAID: Final = f"""
select m.id, m.conversation_id
  from ({_THEIRS}) as a
  join messages m on m.address_id = a.id
 where m.external_id = $3 and m.direction = 'in'
 order by m.id desc
 limit 1
"""

# $1 account, $2 address, $3 message. What the channel calls it.
EXTERNAL_ID: Final = f"""
select m.external_id
  from ({_THEIRS}) as a
  join messages m on m.address_id = a.id
 where m.id = $3
"""

# $1 account, $2 address, $3 conversation. Alone in its statement: what is joined to a row that had
# to be waited for would be stale.
LOCK_OWN: Final = f"""
select c.id, c.state, c.address_id, c.agent_id, c.queue_id, c.first_reply_at,
       case when c.state in ('wrap_up', 'closed') then coalesce(c.wrap_up_at, c.closed_at) end
           as ended_at
  from conversations c
 where c.id = $3 and c.address_id in (select a.id from ({_THEIRS}) as a)
   for no key update
"""

WRAP_UP_OF_QUEUE: Final = "select wrap_up from queue_cards where id = $1"

NOTE_END_BY_CONTACT: Final = "update conversations set ended_by_contact_at = now() where id = $1"

# $1 conversation. The newest message that one of ours has read.
READ_BY_US: Final = """
select last_read_message_id from conversation_reads
 where conversation_id = $1
 order by last_read_message_id desc
 limit 1
"""

# $1 account, $2 address, $3 the newest message that was got, $4 the state it is in then, $5 the
# states that come before it. A conversation that is over keeps what it was told.
CONFIRM: Final = f"""
with got as (
    select m.id
      from ({_THEIRS}) as a
      join conversations c on c.address_id = a.id
      join messages m on m.conversation_id = c.id
     where m.conversation_id = (select conversation_id from messages where id = $3)
       and m.direction = 'out' and m.id <= $3 and m.delivery = any($5::text[])
     order by m.id
       for update of m
)
update messages m set delivery = $4 from got where m.id = got.id
returning m.id, m.conversation_id
"""

# $1 account, $2 address, $3 files. Of messages that the contact may read.
FILES_SHOWN: Final = f"""
select distinct f.file_id
  from message_files f
  join messages m on m.id = f.message_id
  join ({_THEIRS}) as a on a.id = m.address_id
 where f.file_id = any($3::uuid[])
   and m.direction in ('in', 'out') and m.deleted_at is null
"""
