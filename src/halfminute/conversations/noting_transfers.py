"""The note that tells in the thread that a conversation was passed on, and what to know of it."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations.access import Locked
from halfminute.conversations.tables import messages as tables
from halfminute.conversations.texts import note_part
from halfminute.conversations.types import MessageId
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id


async def insert_transfer_note(
    unit: Unit, locked: Locked, author_id: UUID | None, *, client_id: UUID, text: str
) -> MessageId:
    """A note of these words, or of none. Raises InvalidText."""
    message_id = MessageId(new_id())
    await unit.connection.execute(
        tables.INSERT_NOTE,
        locked.id,
        client_id,
        message_id,
        author_id,
        [note_part(text)] if text.strip() else [],
        locked.address_id,
    )
    return message_id
