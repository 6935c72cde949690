"""What the realtime hub joins to events: the present views of the conversations they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from halfminute.conversations.consults import list_consult_views
from halfminute.conversations.contact_views import (
    conversation_for_contact,
    message_for_contact,
)
from halfminute.conversations.queries import list_conversation_views, list_message_views
from halfminute.conversations.schemas import ConversationView, MessageView
from halfminute.conversations.schemas_consults import ConsultView
from halfminute.conversations.schemas_transfers import TransferView
from halfminute.conversations.transfers import list_transfer_views
from halfminute.kit.database import Connection
from halfminute.realtime.types import Audience


async def fetch_conversations(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, ConversationView]:
    """The views of those that are there, for events that name `conversation_id`."""
    views = await list_conversation_views(connection, ids)
    if audience == "user":
        return views
    return {id_: conversation_for_contact(view) for id_, view in views.items()}


async def fetch_messages(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, MessageView]:
    """The views of those that are there and that the audience may see, for `message_id`."""
    views = await list_message_views(connection, ids)
    if audience == "user":
        return views
    shown = ((id_, message_for_contact(view)) for id_, view in views.items())
    return {id_: view for id_, view in shown if view is not None}


async def fetch_consults(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, ConsultView]:
    """The views of those that are there, for events that name `consult_id`; none for contacts."""
    return await list_consult_views(connection, ids) if audience == "user" else {}


async def fetch_transfers(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, TransferView]:
    """The views of those that are there, for events that name `transfer_id`; none for contacts."""
    return await list_transfer_views(connection, ids) if audience == "user" else {}
