"""Notes what a provider calls what it has taken: every message of an album, and every file."""

from __future__ import annotations

import asyncpg

from halfminute.conversations.delivery.endings import Ending
from halfminute.conversations.tables import albums as tables
from halfminute.conversations.types import MessageId
from halfminute.files.references import keep_references
from halfminute.kit.event_log import Unit


async def note_sent(
    unit: Unit, message_id: MessageId, message: asyncpg.Record, ending: Ending
) -> None:
    """So that an answer to any part of an album finds the message, and no file goes up twice."""
    if ending.external_id is not None and ending.more_external_ids:
        await unit.connection.execute(
            tables.NOTE_SENT_ALBUM,
            message_id,
            message["address_id"],
            [ending.external_id, *ending.more_external_ids],
        )
    if ending.references:
        await keep_references(unit, message["channel_account_id"], ending.references)
