"""Keeps one worker per channel account across all processes, and frees a dead one's at once.

The locks are PostgreSQL's session locks on a connection of their own: when the process dies its
connection ends, and with it the locks. They keep order and pace; that nothing is sent twice rests
on the compare-and-set of the outbox alone.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.conversations.tables import delivery as tables
from halfminute.kit.database import Database, OwnConnection

# A server that does not answer for so long counts as gone.
_PATIENCE_SECONDS: Final = 5.0


class AccountLocks:
    """The accounts that this process sends for."""

    def __init__(self, connection: OwnConnection) -> None:
        """`connection` is used for nothing else."""
        self._connection = connection

    @classmethod
    async def open(cls, database: Database) -> AccountLocks:
        """Locks on a new connection. Raises DatabaseUnavailable."""
        return cls(await database.connect())

    async def take(self, channel_account_id: UUID) -> bool:
        """Whether the account is ours now; False while another process has it.

        Any error means that the connection is lost, and with it every lock.
        """
        return bool(
            await self._connection.fetchval(
                tables.TRY_LOCK_ACCOUNT, str(channel_account_id), timeout=_PATIENCE_SECONDS
            )
        )

    async def release(self, channel_account_id: UUID) -> None:
        """Let another process have it."""
        await self._connection.execute(
            tables.UNLOCK_ACCOUNT, str(channel_account_id), timeout=_PATIENCE_SECONDS
        )

    async def check(self) -> None:
        """Raises if the locks are lost."""
        await self._connection.execute(tables.IS_ALIVE, timeout=_PATIENCE_SECONDS)

    def close(self) -> None:
        """Free everything."""
        self._connection.terminate()
