"""Notes which message shows which file: who may read the conversation may see it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from halfminute.files.tables import showing as tables
from halfminute.kit.event_log import Unit


async def show_files(
    unit: Unit, conversation_id: UUID, shown: Sequence[tuple[UUID, Sequence[UUID]]]
) -> None:
    """`shown` are messages of the conversation, each with its files. Harmless when repeated."""
    pairs = [(file_id, message_id) for message_id, files in shown for file_id in files]
    if pairs:
        file_ids, message_ids = zip(*pairs, strict=True)
        await unit.connection.execute(
            tables.SHOW, list(file_ids), list(message_ids), conversation_id
        )
