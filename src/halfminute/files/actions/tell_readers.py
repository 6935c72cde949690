"""Tells who is shown a file that something about it has changed."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from halfminute.files.tables import showing as tables
from halfminute.kit.event_log import Unit, stream_name

FileEvent = Literal["FileReady", "FileFailed", "FileInfected", "FileRetried", "FilePreviewed"]


async def tell_readers(unit: Unit, event_type: FileEvent, file_id: UUID) -> None:
    """An event for each message that shows the file, on its conversation's stream."""
    for row in await unit.connection.fetch(tables.SHOWN_BY, file_id):
        data = {
            "conversation_id": str(row["conversation_id"]),
            "message_id": str(row["message_id"]),
            "file_id": str(file_id),
        }
        unit.record(event_type, data, stream_name("conversation", row["conversation_id"]))
