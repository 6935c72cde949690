"""The SQL of reads. What belongs to other features is joined by the views they publish."""

from __future__ import annotations

from typing import Final

from halfminute.conversations.tables import consults, transfers

_CONVERSATION = """
select c.id, c.state, c.awaiting, c.channel_kind, c.channel_account_id,
       h.name as channel_account_name, c.queue_id, c.agent_id, u.name as agent_name,
       c.contact_id, k.name as contact_name, k.language as contact_language,
       c.address_id, a.username, a.proof, a.is_disputed, a.is_reachable, a.unreachable_reason,
       b.owner_name, b.is_enabled as is_connected, b.can_reply, b.can_delete, c.reply_until,
       c.opened_at, c.queued_at, c.entered_queue_at, c.target_agent_id,
       g.name as target_agent_name, c.target_until, c.assigned_at, c.first_customer_message_at,
       c.first_reply_at, c.unanswered_since, c.last_message_at, m.id as last_message_id,
       m.direction as last_message_direction, m.author_kind as last_message_author_kind,
       m.parts as last_message_parts, m.deleted_at as last_message_deleted_at,
       c.is_solved, c.solved_at, c.disposition_code, c.wrap_up_at,
       case when q.wrap_up = 'fixed' then q.wrap_up_seconds + case
           when c.wrap_up_extended_at is null then 0 else c.wrap_up_extension_seconds end
       end as wrap_up_seconds,
       case when c.state = 'wrap_up' and c.wrap_up_extended_at is null
            then c.wrap_up_extension_seconds else 0 end as wrap_up_extension_seconds,
       case when c.state = 'active' then c.silent_since end as silent_since,
       case when c.state = 'active' then c.returned_at end as returned_at,
       c.closed_at, c.ended_by_contact_at, c.is_callback, c.reopened_count, c.version,
       r.score as rating_score, r.words as rating_words, r.rated_at,
       case when c.requirements = '[]' then '[]' else
           coalesce((select jsonb_agg(jsonb_build_object('skill', s.name,
                                                         'least_proficiency', each_.value -> 1)
                                      order by s.name)
                       from jsonb_array_elements(c.requirements) as each_
                       join skill_cards s on s.id = (each_.value ->> 0)::uuid), '[]')
       end as requirements
  from conversations c
  join channel_account_cards h on h.id = c.channel_account_id
  join contact_cards k on k.id = c.contact_id
  join address_cards a on a.id = c.address_id
  left join business_chats b on b.address_id = c.address_id
  left join user_cards u on u.id = c.agent_id
  left join user_cards g on g.id = c.target_agent_id
  left join queue_cards q on q.id = c.queue_id
  left join messages m on m.id = c.last_message_id
  left join conversation_ratings r on r.conversation_id = c.id
"""

# What a sight covers: $1 everything, $2 the user, $3 whether what the user holds, and what waits in
# its queues or for it, or the user is asked to help in, $4 queues, $5 teams. What waits for a queue
# to open is seen as if it waited in it.
_SEEN = """
($1 or $3 and c.agent_id = $2 or c.queue_id = any($4::uuid[])
    or c.agent_id in (select g.id from agent_cards g where g.team_id = any($5::uuid[]))
    or $3 and exists (select from consults h
                       where h.conversation_id = c.id and h.agent_id = $2
                         and h.state in ('asked', 'active'))
    or $3 and c.state in ('queued', 'offered')
          and (c.target_agent_id = $2
               or c.queue_id in (select s.queue_id from queue_members s where s.agent_id = $2))
    or c.state = 'new' and exists (
        select from awaited_openings w
          join channel_account_cards x on x.id = c.channel_account_id
         where w.conversation_id = c.id
           and (x.queue_id = any($4::uuid[]) or $3 and x.queue_id in (
                select s.queue_id from queue_members s where s.agent_id = $2))))
"""

CONVERSATIONS: Final = f"{_CONVERSATION} where c.id = any($1::uuid[])"

HELD: Final = f"""
{_CONVERSATION}
 where c.agent_id = $1 and c.state in ('active', 'wrap_up')
 order by c.assigned_at, c.id
"""

WAITING: Final = f"""
{_CONVERSATION}
 where c.queue_id = $1 and c.state in ('queued', 'offered') and (c.queued_at, c.id) > ($2, $3)
 order by c.queued_at, c.id
 limit $4
"""

WAITING_IDS: Final = """
select id from conversations
 where queue_id = $1 and state in ('queued', 'offered')
 order by queued_at, id
 limit $2
"""

WAITING_AMONG: Final = """
select id from conversations where id = any($1::uuid[]) and state in ('queued', 'offered')
"""

# $6 queue, $7 and $8 after which, $9 how many. What belongs to the queue, is not over, and does not
# wait in it.
HELD_IN_QUEUE: Final = f"""
{_CONVERSATION}
 where {_SEEN}
   and (c.state in ('active', 'wrap_up') and c.queue_id = $6
        or c.state = 'new' and h.queue_id = $6
           and exists (select from awaited_openings w where w.conversation_id = c.id))
   and (c.opened_at, c.id) > ($7, $8)
 order by c.opened_at, c.id
 limit $9
"""

OF_CONTACT: Final = f"""
{_CONVERSATION}
 where {_SEEN} and c.contact_id = $6
 order by c.opened_at desc, c.id desc
 limit $7
"""

IS_SEEN: Final = f"""
select exists (select from conversations c where c.id = $6 and {_SEEN})
"""

MESSAGE: Final = f"""
select m.id, m.conversation_id, m.direction, m.author_kind, m.author_id,
       coalesce(u.name, case m.author_kind when 'contact' then k.name
                                          when 'account_owner' then b.owner_name end, '')
           as author_name,
       m.client_id, m.sent_at, m.created_at, m.parts, m.forwarded_from,
       m.reply_to, r.parts as replied_parts, r.deleted_at as replied_deleted_at,
       m.delivery, m.delivery_code, m.delivery_reason, m.is_retryable,
       m.revision, m.edited_at, m.deleted_at, m.is_deleted_in_channel,
       m.erased_at,
       h.kind as change_kind, h.state as change_state, h.parts as change_parts,
       h.code as change_code, h.reason as change_reason, h.is_retryable as change_is_retryable,
       case when m.direction = 'internal' then
           (select v.view from ({transfers.VIEWS}) as v where v.message_id = m.id)
       end as transfer,
       case when m.direction = 'internal' then
           (select v.view from ({consults.VIEWS}) as v where v.message_id = m.id)
       end as consult,
       coalesce((select jsonb_agg(jsonb_build_object('actor_kind', x.actor_kind, 'emoji', x.emoji)
                                  order by x.at, x.emoji)
                   from message_reactions x where x.message_id = m.id), '[]') as reactions
  from messages m
  join conversations c on c.id = m.conversation_id
  join contact_cards k on k.id = c.contact_id
  left join user_cards u on u.id = m.author_id and m.author_kind = 'agent'
  left join business_chats b on b.address_id = m.address_id and m.author_kind = 'account_owner'
  left join messages r on r.id = (m.reply_to ->> 'message_id')::uuid
  left join message_changes h on h.message_id = m.id
"""

MESSAGES: Final = f"{MESSAGE} where m.id = any($1::uuid[])"

MESSAGES_BEFORE: Final = f"""
{MESSAGE}
 where m.conversation_id = $1 and ($2::uuid is null or m.id < $2)
 order by m.id desc
 limit $3
"""

# Parts as they were, oldest first, and only of a message of this conversation.
REVISIONS: Final = """
select v.revision, v.parts, v.replaced_at
  from message_revisions v join messages m on m.id = v.message_id
 where v.message_id = $2 and m.conversation_id = $1
 order by v.revision
"""

DRAFT: Final = "select text, version from drafts where conversation_id = $1 and agent_id = $2"

LAST_READ: Final = """
select last_read_message_id from conversation_reads where conversation_id = $1 and agent_id = $2
"""

DRAFTS: Final = """
select conversation_id, text, version from drafts
 where agent_id = $1 and conversation_id = any($2::uuid[])
"""

READS: Final = """
select conversation_id, last_read_message_id from conversation_reads
 where agent_id = $1 and conversation_id = any($2::uuid[])
"""

DISPOSITIONS: Final = """
select code, labels from dispositions where is_enabled order by position, code
"""
