"""Forgets what was said so long ago that it is kept no longer."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from halfminute.conversations.tables import retention as tables
from halfminute.files.actions.remove_files import part_from_old_messages
from halfminute.kit.database import Connection, Database
from halfminute.kit.ids import first_id_at
from halfminute.kit.partitions import drop_behind, measure_behind
from halfminute.kit.retention import Amount, delete_in_batches, measure

# A sending ends within minutes.
EARLY_WORDS_DAYS: Final = 1
_AT_ONCE: Final = 5000


async def forget_old_messages(database: Database, floor: datetime) -> Amount:
    """Forget the months of messages before `floor`, and all that hangs on them.

    Their files are marked, for who removes files. What hangs on messages goes before them, so that
    being cut short leaves nothing that nobody finds.
    """
    first_id = first_id_at(floor)
    await part_from_old_messages(database, first_id)
    rows = 0
    for statement in (tables.FORGET_PICTURES, tables.FORGET_CHANGES, tables.FORGET_OUTBOX):
        rows += await delete_in_batches(database, statement, first_id, at_once=_AT_ONCE)
    forgotten = Amount(rows)
    for parent in tables.MONTHLY:
        forgotten += await drop_behind(database, parent, floor)
    return forgotten


async def measure_old_messages(connection: Connection, floor: datetime) -> Amount:
    """About how much that would be."""
    return await measure_behind(connection, tables.MONTHLY, floor)


async def forget_old_drafts(database: Database, days: int) -> int:
    """Forget what was begun to be written and not touched since; returns how many."""
    return await delete_in_batches(database, tables.FORGET_DRAFTS, days, at_once=_AT_ONCE)


async def measure_old_drafts(connection: Connection, days: int) -> Amount:
    """How much that would be."""
    return await measure(connection, tables.COUNT_DRAFTS, days)


async def forget_early_words(database: Database) -> int:
    """Forget what was said of messages that never came, also that they were deleted; how many."""
    forgotten = 0
    for statement in (tables.FORGET_EARLY, tables.FORGET_EARLY_DELETIONS):
        forgotten += await delete_in_batches(
            database, statement, EARLY_WORDS_DAYS, at_once=_AT_ONCE
        )
    return forgotten
