"""Notes that agents' browsers are alive."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from halfminute.agents import tables
from halfminute.kit.database import Database


async def record_heartbeats(database: Database, agent_ids: Collection[UUID]) -> None:
    """One update for all of them; ids of users who are no agents are harmless.

    No event is told: a heartbeat changes nothing until it stays away.
    """
    if not agent_ids:
        return
    async with database.connection() as connection:
        await connection.execute(tables.RECORD_HEARTBEATS, list(agent_ids))
