"""The SQL of settings that are tried on a recorded day."""

from __future__ import annotations

from typing import Final

# Whoever has not heard of its process for so long takes it for dead. $1 seconds.
END_LOST: Final = """
update replays set state = 'failed', error_code = 'replay_lost'
 where state = 'running' and seen_at < now() - make_interval(secs => $1)
"""

# Long enough for who asked to look at it.
FORGET_OLD: Final = "delete from replays where requested_at < now() - interval '1 day'"

# Nothing comes back where another one runs.
INSERT: Final = """
insert into replays (id, requested_by, queue_id, settings, agent_ids, day, time_zone)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict ((true)) where state = 'running' do nothing
returning id
"""

GET: Final = """
select id, queue_id, settings, agent_ids, day, time_zone, state, progress, result, error_code,
       error_message
  from replays where id = $1
"""

# $2 progress. Nothing comes back where nobody waits for it any more.
REPORT: Final = """
update replays set progress = $2, seen_at = now()
 where id = $1 and state = 'running' returning id
"""

# $2 state, $3 result, $4 code of an error, $5 in words.
END: Final = """
update replays
   set state = $2, result = $3, error_code = $4, error_message = $5, seen_at = now(),
       progress = case when $2 = 'done' then 1 else progress end
 where id = $1 and state = 'running' returning id
"""
