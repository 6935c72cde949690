"""The SQL of ratings."""

from __future__ import annotations

from typing import Final

from halfminute.kit.retention import count_rows

# $1 conversation, $2 agent, $3 queue, $4 score, $5 words. Nothing comes back where the same was
# said of the same before.
RATE: Final = """
insert into ratings as known (conversation_id, agent_id, queue_id, score, words)
values ($1, $2, $3, $4, $5)
on conflict (conversation_id) do update
   set agent_id = excluded.agent_id, queue_id = excluded.queue_id, score = excluded.score,
       words = excluded.words, rated_at = now()
 where (known.agent_id, known.queue_id, known.score, known.words)
       is distinct from (excluded.agent_id, excluded.queue_id, excluded.score, excluded.words)
returning conversation_id
"""

# What the reader may see: $1 everything, or of $2 queues, or $3 teams. $4, $5 the place after
# which, $6 how many.
LIST: Final = """
select r.conversation_id, c.contact_id, k.name as contact_name, k.language as contact_language,
       c.channel_kind, r.queue_id, r.agent_id, u.name as agent_name, r.score, r.words, r.rated_at
  from ratings r
  join conversations c on c.id = r.conversation_id
  join contact_cards k on k.id = c.contact_id
  left join user_cards u on u.id = r.agent_id
 where ($1 or r.queue_id = any($2::uuid[])
           or r.agent_id in (select g.id from agent_cards g where g.team_id = any($3::uuid[])))
   and (r.rated_at, r.conversation_id) > ($4, $5)
 order by r.rated_at, r.conversation_id
 limit $6
"""

_OLD_WORDS: Final = "words <> '' and rated_at < $1"

# $1 before when, $2 how many at most. The number stays.
FORGET_WORDS: Final = f"""
update ratings set words = ''
 where conversation_id = any(array(
     select conversation_id from ratings where {_OLD_WORDS} limit $2
 ))
"""
COUNT_WORDS: Final = count_rows("ratings", _OLD_WORDS)
