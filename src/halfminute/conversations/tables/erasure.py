"""The SQL by which the words of a contact are erased; what happened, and when, stays."""

from __future__ import annotations

from typing import Final

LOCK_CONVERSATIONS: Final = """
select id, state, address_id from conversations where contact_id = $1 order by id for update
"""

# $1 addresses, $2 code. What was not begun is not sent; of what is on its way nobody knows.
WITHDRAW_SENDINGS: Final = """
with gone as (
    delete from outbox where address_id = any($1::uuid[])
    returning message_id, state
)
update messages m
   set delivery = case when gone.state = 'queued' then 'failed' else 'unknown' end,
       delivery_reason = '', delivery_code = $2, is_retryable = false
  from gone
 where m.id = gone.message_id
returning m.id, m.conversation_id, m.delivery
"""

# $1 conversations, $2 addresses, $3 and $4 their channel accounts and the names of them there
FORGET_UNSAID: Final = """
with changes as (
    delete from message_changes where conversation_id = any($1::uuid[])
), early as (
    delete from early_words where address_id = any($2::uuid[])
), pictures as (
    delete from album_pictures where address_id = any($2::uuid[])
), reads as (
    delete from channel_reads where address_id = any($2::uuid[])
), deletions as (
    delete from early_deletions e
     using unnest($3::uuid[], $4::text[]) as given(channel_account_id, external_id)
     where e.channel_account_id = given.channel_account_id
       and e.address_external_id = given.external_id
), ratings as (
    update conversation_ratings set words = ''
     where conversation_id = any($1::uuid[]) and words <> ''
), signals as (
    delete from typing_signals where conversation_id = any($1::uuid[])
)
delete from drafts where conversation_id = any($1::uuid[])
"""

# $1 contact, $2 how many at most
LOCK_WRITTEN: Final = """
select m.id, m.conversation_id, m.raw_payload_id
  from messages m
 where m.id = any(array(
     select w.id from conversations c
       join messages w on w.conversation_id = c.id
      where c.contact_id = $1 and w.erased_at is null
      order by w.id limit $2
 ))
 order by m.id
   for update
"""

# $1 messages. A statement of its own after they were locked: what others wrote beside them until
# then is seen.
FORGET_BESIDE: Final = """
with revisions as (
    delete from message_revisions where message_id = any($1::uuid[])
), reactions as (
    delete from message_reactions where message_id = any($1::uuid[])
), attempts as (
    update delivery_attempts set reason = '', external_id = null
     where message_id = any($1::uuid[])
)
delete from message_changes where message_id = any($1::uuid[])
"""

# $1 messages
BLANK_MESSAGES: Final = """
update messages
   set parts = '[]', reply_to = null, forwarded_from = null, external_id = null,
       raw_payload_id = null, delivery_reason = '', erased_at = now()
 where id = any($1::uuid[])
"""

LIST_CONVERSATIONS: Final = """
select id from conversations where contact_id = $1 order by id
"""

# Waits while the conversation is being shut; what is read afterwards is the present.
HOLD_CONVERSATION: Final = "select address_id from conversations where id = $1 for key share"

IS_ERASED: Final = "select exists (select from erased_addresses where id = $1)"
