"""An agent types an answer, or has stopped: the customer may see it."""

from __future__ import annotations

from uuid import UUID

from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.access import require_sight
from halfminute.conversations.errors import ConversationNotYours
from halfminute.conversations.tables import typing as tables
from halfminute.conversations.typing import APART_SECONDS, typing_topic
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, stream_name
from halfminute.realtime.typing import tell_typing


async def show_typing(
    log: EventLog,
    registry: ChannelRegistry,
    principal: Principal,
    conversation_id: UUID,
    *,
    is_typing: bool,
) -> None:
    """Note it for the channel, which is told by `delivery` as far as it can be; no event tells it.

    Where the customer's own screen follows the conversation it is told at once, and noted nowhere.
    Only for the agent who holds the conversation: raises ConversationNotFound,
    ConversationNotYours.
    """
    async with log.database.transaction() as connection:
        held = await connection.fetchrow(tables.HELD, conversation_id, principal.user_id)
        if held is None:
            await require_sight(connection, principal, conversation_id)
            raise ConversationNotYours
        capabilities = registry.get(held["channel_kind"]).capabilities
        if capabilities.is_followed:
            stream = stream_name("conversation", conversation_id)
            tell_typing(log.wakeups, stream, "agent", is_typing=is_typing)
            return
        if not capabilities.can_show_typing:
            return
        await connection.execute(tables.LAZILY)
        if not is_typing:
            await connection.execute(tables.END, conversation_id)
            return
        signalled = await connection.fetchval(
            tables.SIGNAL, conversation_id, held["channel_account_id"], APART_SECONDS
        )
    if signalled is not None:
        log.wakeups.wake(typing_topic(held["channel_account_id"]))
