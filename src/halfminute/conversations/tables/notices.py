"""The SQL of what contacts are told by the house itself, and of waits that have lasted too long."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = """
select c.id, k.language from conversations c join contact_cards k on k.id = c.contact_id
 where c.id = any($1::uuid[])
"""

# $1 conversation, $2 message, $3 parts. Whose turn it is does not change by it.
INSERT_NOTICE: Final = """
with noted as (
    update conversations set last_message_at = now(), last_message_id = $2, version = version + 1
     where id = $1
    returning id, address_id, channel_account_id
), posted as (
    insert into outbox (message_id, channel_account_id, address_id, state)
    select $2, channel_account_id, address_id, 'queued' from noted
)
insert into messages
    (id, conversation_id, address_id, direction, author_kind, sent_at, parts, delivery)
select $2, id, address_id, 'out', 'system', now(), $3, 'queued' from noted
"""

# $1 conversation, $2 the queue in which it has waited too long, $3 whether it is called back.
# `is_first`: it is so for the first time in its stay there.
MARK_OVERFLOWED: Final = """
with waiting as (
    select id, overflowed_at is null as is_first from conversations
     where id = $1 and queue_id = $2 and state = 'queued'
       for update
)
update conversations c
   set overflowed_at = coalesce(c.overflowed_at, now()), is_callback = c.is_callback or $3,
       version = version + 1
  from waiting where c.id = waiting.id
returning c.*, waiting.is_first
"""
