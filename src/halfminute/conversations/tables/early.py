"""The SQL of words that come before the end of the sending that they speak of."""

from __future__ import annotations

from typing import Final

# One at a time per address, and each sees what the last one committed.
LOCK_EARLY: Final = """
select pg_advisory_xact_lock(hashtextextended('early_words:' || given.address_id, 0))
  from unnest($1::uuid[]) as given(address_id)
"""

# An ending that is being committed at this moment is waited for; one that comes later sees the
# mark on the very row that it takes away.
MARK_SENDINGS: Final = """
update outbox set is_spoken_of = true where address_id = any($1::uuid[]) and state = 'sending'
"""

# $1 addresses, $2 external ids, $3 answers, $4 emojis as JSON, $5 when. An older word changes
# nothing. Those that nothing came of are forgotten as others come.
KEEP_EARLY: Final = """
with forgotten as (
    delete from early_words where ctid = any(array(
        select ctid from early_words
         where received_at < now() - interval '1 day' limit 1000 for update skip locked
    ))
)
insert into early_words as e (address_id, external_id, answer_external_id, emojis, at)
select given.address_id, given.external_id, given.answer_external_id,
       array(select jsonb_array_elements_text(given.emojis)), given.at
  from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])
       as given(address_id, external_id, answer_external_id, emojis, at)
on conflict (address_id, external_id, answer_external_id) do update
   set emojis = excluded.emojis, at = excluded.at
 where e.at <= excluded.at
"""

# $1 address, $2 external id
TAKE_EARLY: Final = """
with taken as (
    delete from early_words where address_id = $1 and external_id = $2
    returning address_id, answer_external_id, emojis, at
)
select a.contact_id, taken.answer_external_id, taken.emojis, taken.at
  from taken join address_cards a on a.id = taken.address_id
 order by taken.at
"""

# $1 address, $2 the answers, $3 the message that they answer
LINK_ANSWERS: Final = """
update messages
   set reply_to = jsonb_set(reply_to, '{message_id}', to_jsonb($3::uuid::text))
 where address_id = $1 and external_id = any($2::text[]) and reply_to is not null
returning id, conversation_id
"""
