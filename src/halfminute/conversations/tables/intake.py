"""The SQL by which customers' words come in, each statement for a whole batch."""

from __future__ import annotations

from typing import Final

# $1 addresses. For each its open conversation, else its latest; locked in the order of their ids.
LOCK_LATEST: Final = """
select c.*, extract(epoch from now() - c.closed_at)::float8 as closed_seconds_ago
  from conversations c
 where c.id = any(array(
     select latest.id
       from unnest($1::uuid[]) as given(address_id)
      cross join lateral (
          select id from conversations o
           where o.address_id = given.address_id
           order by (o.state <> 'closed') desc, o.opened_at desc
           limit 1
      ) as latest
 ))
 order by c.id
   for no key update
"""

# $1 address, $2 a moment
LATEST: Final = """
select c.id,
       exists (select from messages m
                where m.conversation_id = c.id and m.direction = 'in' and m.sent_at > $2
       ) as has_written_since
  from conversations c
 where c.address_id = $1
 order by (c.state <> 'closed') desc, c.opened_at desc
 limit 1
"""

# $1 addresses, $2 external ids
FIND_MESSAGES: Final = """
select m.id, m.conversation_id, given.address_id, given.external_id, m.revision, m.parts,
       m.edited_at, null::integer as position
  from unnest($1::uuid[], $2::text[]) as given(address_id, external_id)
  join messages m on m.address_id = given.address_id and m.external_id = given.external_id
 where not exists (select from album_pictures p
                    where p.address_id = given.address_id and p.external_id = given.external_id)
union all
select m.id, m.conversation_id, given.address_id, given.external_id, m.revision, m.parts,
       p.edited_at, p.position
  from unnest($1::uuid[], $2::text[]) as given(address_id, external_id)
  join album_pictures p on p.address_id = given.address_id and p.external_id = given.external_id
  join messages m on m.id = p.message_id
"""

# $1 ids, $2 conversations, $3 addresses, $4 contacts, $5 external ids, $6 sent at, $7 parts,
# $8 reply to, $9 raw payloads, $10 revisions, $11 edited at, $12 forwarded from, $13 directions,
# $14 author kinds, $15 deliveries. What they mean for conversations: $16 ids, and the fields of
# `noting.Noted` from $17 on. In one that has ended nobody waits. An answer counts as the first only
# if it was asked for. Whose customer speaks is silent no more.
INSERT_MESSAGES: Final = """
with noted as (
    update conversations c
       set awaiting = case when c.state in ('wrap_up', 'closed') then c.awaiting
                           else given.awaiting end,
           first_customer_message_at = coalesce(c.first_customer_message_at, given.first_at),
           unanswered_since = case when given.has_answer then given.waiting_since
                                   else coalesce(c.unanswered_since, given.waiting_since) end,
           first_reply_at = coalesce(c.first_reply_at, case
               when coalesce(c.first_customer_message_at, given.first_at) <= given.answered_at
               then given.answered_at end),
           reply_until = greatest(c.reply_until, given.reply_until),
           last_message_at = greatest(c.last_message_at, given.last_at),
           last_message_id = given.last_id,
           returned_at = case when c.silent_since is not null and given.first_at is not null
                              then now() else c.returned_at end,
           silent_since = case when given.first_at is null then c.silent_since end,
           version = c.version + 1
      from unnest($16::uuid[], $17::timestamptz[], $18::uuid[], $19::timestamptz[],
                  $20::timestamptz[], $21::boolean[], $22::timestamptz[], $23::text[],
                  $24::timestamptz[])
           as given(id, last_at, last_id, first_at, waiting_since, has_answer, answered_at,
                    awaiting, reply_until)
     where c.id = given.id
)
insert into messages (id, conversation_id, address_id, author_id, external_id, sent_at, parts,
                      reply_to, raw_payload_id, revision, edited_at, forwarded_from,
                      direction, author_kind, delivery)
select *
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[],
              $7::jsonb[], $8::jsonb[], $9::uuid[], $10::integer[], $11::timestamptz[],
              $12::text[], $13::text[], $14::text[], $15::text[])
"""

# $1 message, $2 its revision before, $3 the parts that are set aside, $4 those that stand,
# $5 edited at
REVISE: Final = """
with aside as (
    insert into message_revisions (message_id, revision, parts, replaced_at)
    values ($1, $2, $3, now())
)
update messages
   set parts = $4, revision = $2 + 1, edited_at = greatest(edited_at, $5)
 where id = $1
"""

# The first words of a message of which we had heard only the edit.
KEEP_ORIGINAL: Final = """
insert into message_revisions (message_id, revision, parts, replaced_at)
values ($1, 0, $2, now())
on conflict (message_id, revision) do nothing
"""

# $1 message, $2 contact, $3 the whole set of emojis, $4 when. An older word changes nothing.
REACT: Final = """
with newer as (
    select 1 from message_reactions where message_id = $1 and actor_id = $2 and at > $4
), gone as (
    delete from message_reactions
     where message_id = $1 and actor_id = $2 and emoji <> all($3::text[])
       and not exists (select from newer)
)
insert into message_reactions (message_id, actor_kind, actor_id, emoji, at)
select $1, 'contact', $2, emoji, $4
  from (select distinct unnest($3::text[])) as given(emoji)
 where not exists (select from newer)
on conflict (message_id, actor_id, emoji) do update set at = excluded.at
"""
