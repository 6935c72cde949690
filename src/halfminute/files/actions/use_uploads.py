"""Lets a message show what its author has handed in."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from halfminute.files import tables
from halfminute.files.errors import FileNotFound, FileNotReady
from halfminute.kit.event_log import Unit


async def use_uploads(
    unit: Unit,
    user_id: UUID,
    file_ids: Sequence[UUID],
    *,
    message_id: UUID,
    conversation_id: UUID,
) -> None:
    """From the commit on they are kept, and seen by who may read the conversation.

    Raises FileNotFound for what is not this person's upload, FileNotReady.
    """
    rows = await unit.connection.fetch(tables.LOCK_UPLOADS, list(file_ids), user_id)
    states = {row["id"]: row["state"] for row in rows}
    for file_id in file_ids:
        if file_id not in states:
            raise FileNotFound
        if states[file_id] != "ready":
            raise FileNotReady(state=states[file_id])
    await unit.connection.execute(tables.USE_UPLOADS, list(file_ids), message_id, conversation_id)
