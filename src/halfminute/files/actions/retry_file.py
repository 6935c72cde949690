"""Has a file fetched once more that could not be had."""

from __future__ import annotations

from uuid import UUID

from halfminute.files.actions.expect_files import FILES_TOPIC
from halfminute.files.actions.tell_readers import tell_readers
from halfminute.files.errors import FileNotRetryable
from halfminute.files.queries import get_file
from halfminute.files.tables import fetching as tables
from halfminute.files.types import FileState
from halfminute.kit.event_log import EventLog


async def retry_file(log: EventLog, file_id: UUID) -> FileState:
    """Its state now; asking again while it is pending or when it is ready changes nothing.

    Asks for no permission: the caller has. Raises FileNotFound, and FileNotRetryable for what is
    too large or infected, and for an upload.
    """
    async with log.write() as unit:
        if await unit.connection.fetchval(tables.RETRY, file_id) is not None:
            await tell_readers(unit, "FileRetried", file_id)
            unit.wake(FILES_TOPIC)
            return "pending"
        file = await get_file(unit.connection, file_id)
    if file.state not in ("pending", "ready"):
        raise FileNotRetryable(state=file.state)
    return file.state
