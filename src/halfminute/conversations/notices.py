"""What contacts are told by the house itself, in their language."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import msgspec

from halfminute.channels.types import ChannelAccountId
from halfminute.conversations.delivery.attempts import outbox_topic
from halfminute.conversations.tables import notices as tables
from halfminute.conversations.types import ConversationId
from halfminute.kit.database import Connection
from halfminute.kit.event_log import Unit, stream_name
from halfminute.kit.ids import new_id
from halfminute.sdk.model import TextPart


async def map_languages(
    connection: Connection, conversation_ids: Collection[UUID]
) -> dict[UUID, str | None]:
    """The languages of the contacts of these conversations, where they are known."""
    rows = await connection.fetch(tables.LANGUAGES, list(conversation_ids))
    return {row["id"]: row["language"] for row in rows}


async def send_notice(
    unit: Unit, conversation_id: ConversationId, account_id: ChannelAccountId, words: str
) -> None:
    """Have it sent; whose turn it is does not change by it. The conversation's row is locked."""
    message_id = new_id()
    parts = [msgspec.to_builtins(TextPart(text=words))]
    await unit.connection.execute(tables.INSERT_NOTICE, conversation_id, message_id, parts)
    data = {"conversation_id": str(conversation_id), "message_id": str(message_id)}
    unit.record("NoticeQueued", data, stream_name("conversation", conversation_id))
    unit.wake(outbox_topic(account_id))
