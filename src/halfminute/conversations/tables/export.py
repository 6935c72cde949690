"""The SQL by which everything that was said with a contact is read, for the contact."""

from __future__ import annotations

from typing import Final

# $1 contact, $2 after which id, $3 how many at most
EXPORT_CONVERSATIONS: Final = """
select c.id, c.channel_kind, h.name as channel_account_name, q.name as queue_name, c.address_id,
       c.state, c.opened_at, c.queued_at, c.assigned_at, c.first_customer_message_at,
       c.first_reply_at, c.last_message_at, u.name as agent_name, c.is_solved, c.solved_at,
       c.disposition_code, c.closed_at, c.ended_by_contact_at, c.reopened_count,
       (select jsonb_build_object('score', r.score, 'words', r.words, 'rated_at', r.rated_at)
          from conversation_ratings r where r.conversation_id = c.id) as rating,
       coalesce((select jsonb_agg(jsonb_build_object('text', d.text, 'updated_at', d.updated_at))
                   from drafts d where d.conversation_id = c.id), '[]') as drafts
  from conversations c
  join channel_account_cards h on h.id = c.channel_account_id
  left join queue_cards q on q.id = c.queue_id
  left join user_cards u on u.id = c.agent_id
 where c.contact_id = $1 and c.id > $2
 order by c.id limit $3
"""

# $1 conversation, $2 after which id, $3 how many at most
EXPORT_MESSAGES: Final = """
select m.id, m.direction, m.author_kind, u.name as author_name, m.external_id, m.sent_at,
       m.created_at, m.parts, m.forwarded_from, m.reply_to, m.delivery, m.delivery_code,
       m.delivery_reason, m.edited_at, m.deleted_at, m.erased_at,
       coalesce((select jsonb_agg(jsonb_build_object(
                            'revision', v.revision, 'parts', v.parts,
                            'replaced_at', v.replaced_at) order by v.revision)
                   from message_revisions v where v.message_id = m.id), '[]') as revisions,
       coalesce((select jsonb_agg(jsonb_build_object(
                            'actor_kind', x.actor_kind, 'emoji', x.emoji, 'at', x.at)
                            order by x.at, x.emoji)
                   from message_reactions x where x.message_id = m.id), '[]') as reactions,
       coalesce((select jsonb_agg(jsonb_build_object(
                            'attempt', d.attempt, 'started_at', d.started_at,
                            'outcome', d.outcome, 'reason', d.reason) order by d.attempt)
                   from delivery_attempts d where d.message_id = m.id), '[]') as attempts,
       (select jsonb_build_object('kind', h.kind, 'state', h.state, 'parts', h.parts)
          from message_changes h where h.message_id = m.id) as change
  from messages m
  left join user_cards u on u.id = m.author_id and m.author_kind = 'agent'
 where m.conversation_id = $1 and m.id > $2
 order by m.id limit $3
"""
