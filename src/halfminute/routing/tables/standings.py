"""The SQL by which the router learns where conversations stand now."""

from __future__ import annotations

from typing import Final

_STANDINGS: Final = """
select c.id, c.state, c.queue_id, c.agent_id, c.channel_kind, c.queued_at,
       coalesce(q.priority_credit_seconds, 0) as priority_credit_seconds
  from conversations c left join queues q on q.id = c.queue_id
"""

LIST_ALL: Final = f"""
{_STANDINGS} where c.state in ('queued', 'offered', 'active', 'wrap_up') order by c.queued_at, c.id
"""

LIST_OF: Final = f"""
{_STANDINGS}
 where c.id = any($1::uuid[]) and c.state in ('queued', 'offered', 'active', 'wrap_up')
"""

LIST_WAITING: Final = f"""
{_STANDINGS} where c.state = 'queued' and c.queue_id = any($1::uuid[]) order by c.queued_at, c.id
"""
