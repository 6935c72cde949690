"""What the realtime hub joins to events: the present views of the conversations they name.

The contact sees less than our own people: no notes, no ids of agents, no outcome codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from halfminute.conversations.queries import list_conversation_views, list_message_views
from halfminute.conversations.schemas import ConversationView, MessageView
from halfminute.kit.database import Connection
from halfminute.realtime.types import Audience


async def fetch_conversations(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, ConversationView]:
    """The views of those that are there, for events that name `conversation_id`."""
    views = await list_conversation_views(connection, ids)
    if audience == "user":
        return views
    return {id_: _for_contact(view) for id_, view in views.items()}


async def fetch_messages(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, MessageView]:
    """The views of those that are there and that the audience may see, for `message_id`."""
    views = await list_message_views(connection, ids)
    if audience == "user":
        return views
    return {
        id_: _message_for_contact(view)
        for id_, view in views.items()
        if view.direction in ("in", "out")
    }


def _for_contact(view: ConversationView) -> ConversationView:
    return msgspec.structs.replace(
        view,
        address=msgspec.structs.replace(view.address, is_disputed=False),
        agent_id=None,
        queue_id=None,
        business=None,
        reply_until=None,
        is_solved=None,
        solved_at=None,
        disposition_code=None,
        wrap_up_at=None,
        wrap_up_seconds=None,
    )


def _message_for_contact(view: MessageView) -> MessageView:
    is_theirs = view.author_kind == "contact"
    return msgspec.structs.replace(
        view,
        author_id=view.author_id if is_theirs else None,
        parts=view.parts if view.deleted_at is None else (),
        delivery_code="",
        delivery_reason="",
        is_retryable=False,
        change=None,
    )
