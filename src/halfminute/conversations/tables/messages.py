"""The SQL by which agents write: replies, notes, drafts, read marks."""

from __future__ import annotations

from typing import Final

# Alone in its statement: what is joined to a row that had to be waited for would be stale.
LOCK: Final = """
select id, state, agent_id, queue_id, target_agent_id, address_id, channel_account_id, channel_kind,
       is_solved, disposition_code, reply_until,
       coalesce(reply_until < now(), false) as is_reply_window_closed,
       state = 'active' and coalesce(silent_since, returned_at) is not null as is_silent_or_back
  from conversations where id = $1 for no key update
"""

# $1 conversation, $2 its address, $3 its agent, $4 its queue, $5 who asks, $6 client id.
FACTS: Final = """
select a.is_reachable, a.unreachable_reason, g.team_id, q.wrap_up,
       b.is_enabled as is_connected, b.can_reply, b.can_delete,
       exists (select from erased_addresses e where e.id = $2) as is_erased,
       exists (select from queue_members m where m.queue_id = $4 and m.agent_id = $5) as is_member,
       (select h.state from consults h
         where h.conversation_id = $1 and h.agent_id = $5 and h.state in ('asked', 'active'))
           as consult_state,
       (select k.message_id from client_keys k
         where k.conversation_id = $1 and k.client_id = $6) as known_message_id
  from address_cards a
  left join business_chats b on b.address_id = a.id
  left join agent_cards g on g.id = $3
  left join queue_cards q on q.id = $4
 where a.id = $2
"""

# $1 conversation, $2 client id, $3 message, $4 author, $5 parts, $6 reply to
INSERT_REPLY: Final = """
with answered as (
    update conversations
       set awaiting = 'customer', unanswered_since = null, version = version + 1,
           silent_since = null, returned_at = null,
           first_reply_at = coalesce(first_reply_at, now()),
           last_message_at = now(), last_message_id = $3
     where id = $1
    returning id, address_id, channel_account_id
), keyed as (
    insert into client_keys (conversation_id, client_id, message_id) values ($1, $2, $3)
), posted as (
    insert into outbox (message_id, channel_account_id, address_id, state)
    select $3, channel_account_id, address_id, 'queued' from answered
)
insert into messages (id, conversation_id, address_id, direction, author_kind, author_id,
                      client_id, sent_at, parts, reply_to, delivery)
select $3, id, address_id, 'out', 'agent', $4, $2, now(), $5, $6, 'queued' from answered
"""

# $1 conversation, $2 client id, $3 message, $4 author, $5 parts, $6 address
INSERT_NOTE: Final = """
with keyed as (
    insert into client_keys (conversation_id, client_id, message_id) values ($1, $2, $3)
)
insert into messages (id, conversation_id, address_id, direction, author_kind, author_id,
                      client_id, sent_at, parts)
values ($3, $1, $6, 'internal', 'agent', $4, $2, now(), $5)
"""

CHANNEL_KIND: Final = "select channel_kind from conversations where id = $1"

IS_MESSAGE_OF: Final = """
select exists (select from messages where id = $2 and conversation_id = $1
                                      and direction in ('in', 'out'))
"""

IS_DISPOSITION: Final = """
select exists (select from dispositions where code = $1 and is_enabled)
"""

# $4 the version that the caller has read, 0 for none. Versions are microseconds.
SAVE_DRAFT: Final = """
insert into drafts as d (conversation_id, agent_id, text, version)
select $1, $2, $3, (extract(epoch from clock_timestamp()) * 1000000)::bigint
 where $4::bigint = 0 or exists (
       select from drafts where conversation_id = $1 and agent_id = $2 and version = $4)
on conflict (conversation_id, agent_id) do update
   set text = excluded.text, version = greatest(excluded.version, d.version + 1),
       updated_at = now()
 where d.version = $4
returning version
"""

DELETE_DRAFT: Final = """
delete from drafts where conversation_id = $1 and agent_id = $2 and version = $3
"""

DRAFT_VERSION: Final = """
select version from drafts where conversation_id = $1 and agent_id = $2
"""

# Only forwards, and only to a message of this conversation.
MARK_READ: Final = """
insert into conversation_reads as r (conversation_id, agent_id, last_read_message_id)
select conversation_id, $2, id from messages where id = $3 and conversation_id = $1
on conflict (conversation_id, agent_id) do update
   set last_read_message_id = excluded.last_read_message_id
 where r.last_read_message_id < excluded.last_read_message_id
returning last_read_message_id
"""

IS_IN: Final = """
select exists (select from messages where id = $2 and conversation_id = $1)
"""

# $1 message, $2 its conversation. The messages that show a line of it, in whichever of its
# address's conversations.
LIST_QUOTING: Final = """
select m.id, m.conversation_id
  from messages m
 where m.conversation_id in (select id from conversations where address_id = (
           select address_id from conversations where id = $2))
   and m.id > $1 and m.reply_to ->> 'message_id' = $1::uuid::text
 order by m.id
"""
