"""Forgets browsers that did not come back; what they wrote is their contact's, and stays."""

from __future__ import annotations

from typing import Final

from halfminute.kit.database import Database
from halfminute.kit.retention import delete_in_batches
from halfminute.webchat import tables
from halfminute.webchat.visitors import ABSENCE_DAYS

_AT_ONCE: Final = 5000


async def forget_old_visitors(database: Database) -> int:
    """Delete those whose token is good no more; returns how many."""
    return await delete_in_batches(database, tables.FORGET_VISITORS, ABSENCE_DAYS, at_once=_AT_ONCE)
