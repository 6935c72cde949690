"""An agent needs longer for the notes."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations.access import lock_conversation, require_hold
from halfminute.conversations.errors import WrapUpNotExtendable
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.schemas import ConversationView
from halfminute.conversations.tables import wrap_up as tables
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name


async def extend_wrap_up(
    log: EventLog, principal: Principal, conversation_id: UUID
) -> ConversationView:
    """Lengthen the wrap-up once, by what its queue allowed when it began.

    Raises ConversationNotFound, ConversationClosed (its time was up), ConversationNotYours,
    WrapUpNotExtendable.
    """
    async with log.write() as unit:
        locked = await lock_conversation(unit, principal, conversation_id)
        require_hold(principal, "conversation.close", locked)
        agent_id = await unit.connection.fetchval(tables.EXTEND, locked.id)
        if agent_id is None:
            raise WrapUpNotExtendable
        data = {"conversation_id": str(locked.id), "agent_id": str(agent_id)}
        streams = stream_name("conversation", locked.id), stream_name("agent", agent_id)
        unit.record("WrapUpExtended", data, *streams)
        return await get_conversation_view(unit.connection, conversation_id)


async def is_extended_yet(unit: Unit, conversation_id: UUID) -> bool:
    """Whether its agent has just been given more time, so that it must not end now."""
    return bool(await unit.connection.fetchval(tables.IS_EXTENDED_YET, conversation_id))
