"""Notes in the thread, for colleagues alone: somebody's words, or that something has happened."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from halfminute.conversations.access import Locked
from halfminute.conversations.tables import messages as tables
from halfminute.conversations.texts import note_part
from halfminute.conversations.types import MessageId
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.sdk.model import TextPart


async def insert_note(
    unit: Unit,
    locked: Locked,
    author_id: UUID | None,
    *,
    client_id: UUID,
    parts: Sequence[TextPart],
) -> MessageId:
    """Put it into the thread; what is to be told of it, the caller tells."""
    message_id = MessageId(new_id())
    await unit.connection.execute(
        tables.INSERT_NOTE,
        locked.id,
        client_id,
        message_id,
        author_id,
        list(parts),
        locked.address_id,
    )
    return message_id


def optional_note(text: str) -> list[TextPart]:
    """Words that may be left out beside what has happened. Raises InvalidText."""
    return [note_part(text)] if text.strip() else []
