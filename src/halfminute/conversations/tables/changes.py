"""The SQL of what agents change in messages that the provider has."""

from __future__ import annotations

from typing import Final

# $1 message, $2 its conversation. Locked before its change is, here and everywhere: so nobody waits
# for another in a circle, and what is read of the change afterwards is the present.
LOCK_SENT: Final = """
select m.direction, m.author_kind, m.delivery, m.external_id, m.parts, m.revision, m.deleted_at
  from messages m
 where m.id = $1 and m.conversation_id = $2 and m.erased_at is null
   for no key update
"""

FIND_CHANGE: Final = """
select id, kind, state, parts from message_changes where message_id = $1
"""

# $1 message, $2 id, $3 conversation, $4 account, $5 kind, $6 parts, $7 who asks
PUT_CHANGE: Final = """
insert into message_changes (message_id, id, conversation_id, channel_account_id, kind, parts,
                             requested_by)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (message_id) do update
   set id = excluded.id, kind = excluded.kind, parts = excluded.parts,
       requested_by = excluded.requested_by, requested_at = now(), state = 'pending',
       failures = 0, next_attempt_at = now(), reason = '', code = '', is_retryable = false
"""

DROP_CHANGE: Final = """
delete from message_changes where message_id = $1 and state = 'failed' returning id
"""

# $1 account, $2 messages that this process is busy with, $3 limit
DUE_CHANGES: Final = """
select h.id, h.message_id, h.conversation_id, h.kind, h.parts, h.failures, m.external_id,
       m.address_id, coalesce(b.chat_external_id, a.external_id) as address_external_id,
       b.connection_external_id as business_connection_id,
       array(select p.external_id from album_pictures p
              where p.address_id = m.address_id and p.album_key = 'sent:' || m.id
                and p.external_id <> m.external_id
              order by p.position) as more_external_ids
  from message_changes h
  join messages m on m.id = h.message_id
  join address_cards a on a.id = m.address_id
  left join business_chats b on b.address_id = m.address_id
 where h.channel_account_id = $1 and h.state = 'pending' and h.next_attempt_at <= now()
   and h.message_id <> all($2::uuid[])
 order by h.requested_at, h.message_id
 limit $3
"""

SECONDS_TO_NEXT_CHANGE: Final = """
select extract(epoch from min(next_attempt_at) - clock_timestamp())::float8
  from message_changes
 where channel_account_id = $1 and state = 'pending' and message_id <> all($2::uuid[])
"""

# $1 message, $2 id of the change
END_CHANGE: Final = """
delete from message_changes where message_id = $1 and id = $2 returning id
"""

# $1 message, $2 its revision before, $3 the parts that are set aside, $4 those that stand
REVISE_SENT: Final = """
with aside as (
    insert into message_revisions (message_id, revision, parts, replaced_at)
    values ($1, $2, $3, now())
)
update messages set parts = $4, revision = $2 + 1, edited_at = now() where id = $1
"""

DELETE_SENT: Final = """
with ended as (delete from message_changes where message_id = $1)
update messages set deleted_at = now() where id = $1
"""

# $1 message, $2 id of the change, $3 seconds until it is tried again, $4 how many failures it
# counts for
PUT_OFF_CHANGE: Final = """
update message_changes
   set failures = failures + $4, next_attempt_at = now() + make_interval(secs => $3)
 where message_id = $1 and id = $2 and state = 'pending'
"""

# $1 message, $2 id of the change, $3 reason, $4 code, $5 is retryable
FAIL_CHANGE: Final = """
update message_changes set state = 'failed', reason = $3, code = $4, is_retryable = $5
 where message_id = $1 and id = $2 and state = 'pending'
returning id
"""
