"""The SQL of conversations that wait for their queue to open."""

from __future__ import annotations

from typing import Final

# $1 conversations, $2 when to look again. Those that come to wait only now come back.
AWAIT: Final = """
insert into awaited_openings (conversation_id, look_at)
select * from unnest($1::uuid[], $2::timestamptz[])
on conflict (conversation_id) do update set look_at = excluded.look_at
returning conversation_id, xmax = 0 as is_first
"""

# The conversation is locked as intake locks it; one that intake has just now is left to the next
# look.
LIST_DUE: Final = """
select c.*
  from conversations c
 where c.state = 'new'
   and c.id in (select conversation_id from awaited_openings where look_at <= now()
                 order by look_at limit $1)
 order by c.id
   for update skip locked
"""

# It is in its queue, somebody has taken it, or it has ended.
FORGET_SETTLED: Final = """
delete from awaited_openings w using conversations c
 where c.id = w.conversation_id and c.state <> 'new'
"""
