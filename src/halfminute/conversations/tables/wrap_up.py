"""The SQL of a wrap-up that takes longer."""

from __future__ import annotations

from typing import Final

EXTEND: Final = """
update conversations set wrap_up_extended_at = now(), version = version + 1
 where id = $1 and state = 'wrap_up' and wrap_up_extended_at is null
   and wrap_up_extension_seconds > 0
returning agent_id
"""

# Whether it was extended, and that time is not over; asked of a fixed one alone.
IS_EXTENDED_YET: Final = """
select c.wrap_up_extended_at is not null
       and c.wrap_up_at + make_interval(secs => q.wrap_up_seconds + c.wrap_up_extension_seconds)
           > now() + interval '1 second'
  from conversations c join queue_cards q on q.id = c.queue_id
 where c.id = $1 and c.state = 'wrap_up' and q.wrap_up = 'fixed'
"""
