"""Nobody waits for a replay any more: its process hears of it, and ends."""

from __future__ import annotations

from uuid import UUID

from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.workforce.tables import replays as tables
from halfminute.workforce.trials import get_replay


async def cancel_replay(database: Database, principal: Principal, replay_id: UUID) -> None:
    """What is over stays as it is. Raises ReplayNotFound."""
    await get_replay(database, principal, replay_id)
    async with database.connection() as connection:
        await connection.fetchval(tables.END, replay_id, "cancelled", None, "", "")
