"""Forgets the words beside old ratings; the numbers stay, for they are nobody's."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from halfminute.feedback import tables
from halfminute.kit.database import Connection, Database
from halfminute.kit.retention import Amount, delete_in_batches, measure

_AT_ONCE: Final = 5000


async def forget_old_rating_words(database: Database, floor: datetime) -> Amount:
    """Blank what was said before `floor`."""
    return Amount(await delete_in_batches(database, tables.FORGET_WORDS, floor, at_once=_AT_ONCE))


async def measure_old_rating_words(connection: Connection, floor: datetime) -> Amount:
    """About how much that would be."""
    return await measure(connection, tables.COUNT_WORDS, floor)
