"""Where a conversation can be passed on to, and how it stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from halfminute.agents.rooms import AgentRoom, get_agent_room, list_agent_rooms
from halfminute.conversations.access import Locked, lock_conversation, require_hold
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection
from halfminute.kit.event_log import EventLog
from halfminute.kit.time import utc_now
from halfminute.queues.calendar import is_open
from halfminute.queues.hours import map_hours
from halfminute.queues.queries import list_enabled_queue_views
from halfminute.routing.errors import AgentCannotTake
from halfminute.routing.schemas_transfers import AgentTarget, QueueTarget, TransferTargets


async def get_transfer_targets(
    log: EventLog, principal: Principal, conversation_id: UUID
) -> TransferTargets:
    """For whoever may pass it on. Raises as `transfer_conversation` does."""
    async with log.write() as unit:
        locked = await lock_conversation(unit, principal, conversation_id)
        require_hold(principal, "conversation.transfer", locked)
    async with log.database.connection() as connection:
        rooms = await list_agent_rooms(connection, locked.channel_kind)
        return TransferTargets(
            queues=await _list_queues(connection, locked.queue_id, rooms),
            agents=[_target(room, locked) for room in rooms if room.id != locked.agent_id],
        )


def _target(room: AgentRoom, locked: Locked) -> AgentTarget:
    return AgentTarget(
        id=room.id,
        name=room.name,
        presence=room.presence,
        presence_reason=room.presence_reason,
        serves_queue=locked.queue_id in room.queue_ids,
        can_take=_can_take(room),
    )


def _can_take(room: AgentRoom) -> Literal["now", "full", "busy", "away", "offline", "channel"]:
    if not room.takes_kind:
        return "channel"
    if room.presence != "available":
        return room.presence
    return "now" if room.has_room else "full"


async def _list_queues(
    connection: Connection, present_id: UUID | None, agents: Sequence[AgentRoom]
) -> list[QueueTarget]:
    queues = await list_enabled_queue_views(connection)
    hours = await map_hours(connection, {queue.id for queue in queues})
    now = utc_now()
    available = Counter(
        queue_id
        for agent in agents
        if agent.presence == "available"
        for queue_id in agent.queue_ids
    )
    return [
        QueueTarget(
            id=queue.id,
            name=queue.name,
            is_present=queue.id == present_id,
            is_open=queue.id not in hours or is_open(hours[queue.id].calendar, now),
            waiting_count=queue.waiting_count,
            longest_waiting_since=queue.longest_waiting_since,
            available_count=available[queue.id],
        )
        for queue in queues
    ]


async def require_target(connection: Connection, locked: Locked, agent_id: UUID) -> AgentRoom:
    """The agent, if it can be given the conversation. Raises AgentNotFound, AgentCannotTake."""
    room = await get_agent_room(connection, agent_id, locked.channel_kind)
    if room.id == locked.agent_id and locked.state == "active":
        raise AgentCannotTake(reason="has_it")
    if not room.takes_kind:
        raise AgentCannotTake(reason="channel")
    return room
