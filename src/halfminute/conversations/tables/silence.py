"""The SQL of conversations whose customers have fallen silent, and of their coming back."""

from __future__ import annotations

from typing import Final

# A call in which nobody speaks is a call yet: it is its line that is held.
_NOT_WRITTEN = "voice"

# $1 how many at once. What somebody else has in hand is left to the next look.
FALL_SILENT: Final = f"""
with due as (
    select c.id
      from conversations c join queue_cards q on q.id = c.queue_id
     where c.state = 'active' and c.awaiting = 'customer' and c.silent_since is null
       and c.channel_kind <> '{_NOT_WRITTEN}'
       and c.last_message_at < now() - make_interval(secs => q.silence_seconds)
     order by c.id limit $1
       for no key update of c skip locked
)
update conversations c
   set silent_since = now(), returned_at = null, version = version + 1
  from due where c.id = due.id
returning c.id, c.agent_id
"""
