"""How far sending is behind: what is due and has not been begun."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from halfminute.conversations.tables import delivery as tables
from halfminute.kit.database import Connection


class Backlog(NamedTuple):
    """Messages that could go out now, and for how long the oldest of them could have."""

    waiting: int
    oldest_seconds: float


async def get_backlog(connection: Connection, account_ids: Collection[UUID]) -> Backlog:
    """Of these channel accounts."""
    (row,) = await connection.fetch(tables.BACKLOG, list(account_ids))
    return Backlog(row["waiting"], row["oldest_seconds"])
