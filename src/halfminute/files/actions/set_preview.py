"""Writes down what a file looks or sounds like, and tells those who are shown it."""

from __future__ import annotations

from uuid import UUID

from halfminute.files.actions.tell_readers import tell_readers
from halfminute.files.decoding.decoder import Found
from halfminute.files.keeping import claim_bytes, loosen_bytes
from halfminute.files.tables import previews as tables
from halfminute.files.types import StoredFile
from halfminute.kit.event_log import EventLog


async def set_preview(
    log: EventLog, file_id: UUID, found: Found, thumbnail: StoredFile | None
) -> None:
    """What was found, perhaps nothing; where another was quicker, nothing changes.

    The bytes of a thumbnail that nobody names are due to go then.
    """
    async with log.write() as unit:
        changed = await unit.connection.fetchval(
            tables.SET_PREVIEW,
            file_id,
            found.width,
            found.height,
            found.whole_seconds,
            bytes(found.waveform) if found.waveform else None,
            None if thumbnail is None else thumbnail.storage_key,
            None if thumbnail is None else thumbnail.size,
            None if thumbnail is None else thumbnail.sha256,
        )
        if changed is None:
            if thumbnail is not None:
                await loosen_bytes(unit.connection, [thumbnail.storage_key])
            return
        if thumbnail is not None:
            await claim_bytes(unit.connection, thumbnail.storage_key)
        if thumbnail is not None or found.waveform or found.whole_seconds:
            await tell_readers(unit, "FilePreviewed", file_id)
