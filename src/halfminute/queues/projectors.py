"""What the realtime hub asks of queues: their present views, and who may follow their streams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from halfminute.identity.access import Facts, allows
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection
from halfminute.queues.queries import is_queue_agent, list_queue_views
from halfminute.queues.schemas import QueueView
from halfminute.realtime.types import Audience

# The events that tell of the queue itself; in others it is named beside.
QUEUE_EVENTS: Final = frozenset({"QueueConfigured"})


async def fetch_queues(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, QueueView]:
    """The views of those that are there, for events that name `queue_id`; none for contacts."""
    return await list_queue_views(connection, ids) if audience == "user" else {}


async def may_follow_queue(connection: Connection, principal: Principal, queue_id: UUID) -> bool:
    """Whether the principal may follow the queue's stream: by scope, or by serving it."""
    if allows(principal, "queue.read", Facts(queue_id=queue_id)):
        return True
    if principal.user_id is None:
        return False
    return await is_queue_agent(connection, queue_id, principal.user_id)
