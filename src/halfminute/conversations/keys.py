"""Forgets the keys of clients' messages that no client sends again."""

from __future__ import annotations

from typing import Final

from halfminute.conversations.tables import keys as tables
from halfminute.kit.database import Database
from halfminute.kit.retention import delete_in_batches

# A desk sends what it has not seen answered as soon as it is open and signed in, which a session
# makes it be every week; a month is longer than an agent leaves a screen alone between shifts.
# What the customer would hear twice is safe at any age: the keys of a conversation are kept while
# it is open, and in a closed one a reply is refused.
KEPT_DAYS: Final = 30
_AT_ONCE: Final = 5000


async def forget_old_client_keys(database: Database) -> int:
    """Delete keys older than `KEPT_DAYS` of conversations that are closed; returns how many."""
    return await delete_in_batches(database, tables.FORGET_CLIENT_KEYS, KEPT_DAYS, at_once=_AT_ONCE)
