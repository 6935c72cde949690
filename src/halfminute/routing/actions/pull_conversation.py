"""An agent takes a waiting conversation from the list by itself."""

from __future__ import annotations

from uuid import UUID

from halfminute.agents.queries import get_agent
from halfminute.conversations.access import lock_conversation
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.schemas import ConversationView
from halfminute.conversations.transitions import assign
from halfminute.identity.access import Facts, require
from halfminute.identity.principals import Principal
from halfminute.kit.errors import Forbidden
from halfminute.kit.event_log import EventLog
from halfminute.queues.queries import get_queue, is_queue_agent
from halfminute.routing.errors import PullNotAllowed


async def pull_conversation(
    log: EventLog, principal: Principal, conversation_id: UUID
) -> ConversationView:
    """Only what waits can be pulled: what rings at somebody is that agent's to answer.

    The agent decides for itself, so its capacity is no limit here. Raises ConversationNotFound,
    PullNotAllowed, and ConversationChanged where somebody was quicker.
    """
    if principal.user_id is None:
        raise Forbidden
    async with log.write() as unit:
        connection = unit.connection
        conversation = await lock_conversation(unit, principal, conversation_id)
        agent = await get_agent(connection, principal.user_id)
        require(
            principal,
            "conversation.pull",
            Facts(agent_id=agent.id, team_id=agent.team_id, queue_id=conversation.queue_id),
        )
        if conversation.queue_id is not None:
            queue = await get_queue(connection, conversation.queue_id)
            is_member = await is_queue_agent(connection, queue.id, agent.id)
            if not (queue.is_pull_allowed and is_member):
                raise PullNotAllowed
        await assign(unit, conversation.id, agent.id, from_states=["queued"], by="pull")
        return await get_conversation_view(connection, conversation_id)
