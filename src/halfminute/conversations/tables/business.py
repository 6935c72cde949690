"""The SQL of conversations in chats of an owner's account, and of what is deleted there."""

from __future__ import annotations

from typing import Final

# $1 connections
LIST_OPEN: Final = """
select c.id
  from conversations c join business_chats b on b.address_id = c.address_id
 where b.business_connection_id = any($1::uuid[]) and c.state <> 'closed'
 order by c.id
"""

# $1 connections. What waits to be sent goes out when it may again; when the time for an answer is
# over it is tried all the same, so that nobody believes it to be on its way for ever.
HOLD_BACK: Final = """
update outbox o
   set next_attempt_at = greatest(o.next_attempt_at,
                                  coalesce(c.reply_until, now() + interval '1 day'))
  from business_chats b, messages m, conversations c
 where b.business_connection_id = any($1::uuid[]) and not (b.is_enabled and b.can_reply)
   and o.address_id = b.address_id and o.state = 'queued'
   and m.id = o.message_id and c.id = m.conversation_id
"""

# $1 connections
LET_GO: Final = """
update outbox o
   set next_attempt_at = now()
  from business_chats b
 where b.business_connection_id = any($1::uuid[]) and b.is_enabled and b.can_reply
   and o.address_id = b.address_id and o.state = 'queued' and o.next_attempt_at > now()
returning o.channel_account_id
"""

# $1 address, $2 external ids. The messages that are meant; of an album a row for each picture.
FIND_DELETED: Final = """
select m.id, m.deleted_at, m.external_id, false as is_picture
  from messages m
 where m.address_id = $1 and m.external_id = any($2::text[])
   and not exists (select from album_pictures p
                    where p.address_id = $1 and p.external_id = m.external_id)
union all
select p.message_id, null, p.external_id, true
  from album_pictures p
 where p.address_id = $1 and p.external_id = any($2::text[])
"""

# $1 messages. Before their changes are, as everywhere.
LOCK_DELETED: Final = """
select id from messages where id = any($1::uuid[]) order by id for no key update
"""

# $1 address, $2 external ids. The albums of which nothing is left.
DELETE_PICTURES: Final = """
with gone as (
    update album_pictures set deleted_at = now()
     where address_id = $1 and external_id = any($2::text[]) and deleted_at is null
    returning message_id, external_id
)
select distinct gone.message_id
  from gone
 where not exists (
     select from album_pictures p
      where p.address_id = $1 and p.message_id = gone.message_id and p.deleted_at is null
        and p.external_id <> all($2::text[]))
"""

# $1 messages. What an agent has asked to be deleted counts as deleted by us.
DELETE_IN_CHANNEL: Final = """
with ended as (
    delete from message_changes where message_id = any($1::uuid[]) returning message_id, kind
)
update messages m
   set deleted_at = now(),
       is_deleted_in_channel = not exists (
           select from ended where ended.message_id = m.id and ended.kind = 'delete')
 where m.id = any($1::uuid[]) and m.deleted_at is null
returning m.id, m.conversation_id
"""

# $1 account, $2 address as the provider names it, $3 external ids
KEEP_EARLY_DELETIONS: Final = """
with forgotten as (
    delete from early_deletions where ctid = any(array(
        select ctid from early_deletions
         where received_at < now() - interval '1 day' limit 1000 for update skip locked
    ))
)
insert into early_deletions (channel_account_id, address_external_id, external_id, at)
select $1, $2, external_id, now() from unnest($3::text[]) as given(external_id)
on conflict do nothing
"""

# $1 addresses, $2 external ids
TAKE_EARLY_DELETIONS: Final = """
delete from early_deletions e
 using unnest($1::uuid[], $2::text[]) as given(address_id, external_id), address_cards a
 where a.id = given.address_id and e.channel_account_id = a.channel_account_id
   and e.address_external_id = a.external_id and e.external_id = given.external_id
returning given.address_id, e.external_id
"""

# $1 message. What an agent has asked a message to say, and it does not say yet.
FIND_ASKED_EDIT: Final = """
select parts from message_changes where message_id = $1 and kind = 'edit'
"""

# $1 conversation, $2 the newest message that was read. The customer's last one up to there; a row
# only if the account's owner lets us show it.
OWE_READ: Final = """
insert into channel_reads as r (address_id, channel_account_id, message_id, external_id)
select m.address_id, b.channel_account_id, m.id, m.external_id
  from messages m join business_chats b on b.address_id = m.address_id
 where m.conversation_id = $1 and m.id <= $2 and m.direction = 'in' and m.deleted_at is null
   and m.external_id is not null and b.is_enabled and b.can_mark_read
 order by m.id desc
 limit 1
on conflict (address_id) do update
   set message_id = excluded.message_id, external_id = excluded.external_id, attempts = 0,
       next_attempt_at = now()
 where r.message_id < excluded.message_id
returning address_id
"""

# $1 how many, $2 for how many seconds nobody else may
CLAIM_READS: Final = """
with claimed as (
    update channel_reads
       set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2::float8)
     where address_id = any(array(
         select address_id from channel_reads
          where next_attempt_at <= now()
          order by next_attempt_at
          limit $1
            for update skip locked
     ))
    returning address_id, channel_account_id, message_id, external_id, attempts
)
select claimed.*, b.chat_external_id, b.connection_external_id,
       b.is_enabled and b.can_mark_read as may_mark_read
  from claimed join business_chats b on b.address_id = claimed.address_id
"""

SECONDS_TO_NEXT_READ: Final = """
select extract(epoch from min(next_attempt_at) - now())::float8
  from channel_reads where next_attempt_at is not null
"""

# $1 address, $2 message, $3 how long to wait, null for ever. Nothing if more was read meanwhile.
SET_NEXT_READ: Final = """
update channel_reads set next_attempt_at = now() + make_interval(secs => $3::float8)
 where address_id = $1 and message_id = $2
"""
