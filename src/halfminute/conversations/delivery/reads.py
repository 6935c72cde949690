"""Shows customers how far we have read, where the channel and the account's owner let us.

Best effort, after the commit and beside all sending: it may be repeated without harm, and what is
refused for good is let be. Only the newest word of a chat is told.
"""

from __future__ import annotations

import asyncio
from typing import Final

import asyncpg
import structlog

from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.conversations.tables import business as tables
from halfminute.kit.claimed_rows import Claim, ClaimedRows
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.sdk.channel import OutgoingReadMark
from halfminute.sdk.errors import ProviderError

READS_TOPIC: Final = "channel_reads"

AT_ONCE: Final = 8
CALL_TIMEOUT_SECONDS: Final = 20.0
# With the pauses between them about a minute: later it interests nobody.
ATTEMPTS: Final = 6
FIRST_PAUSE_SECONDS: Final = 1.0
# Longer than a call may take, so that two never tell the same.
_LEASE_SECONDS: Final = CALL_TIMEOUT_SECONDS + 10

logger = structlog.get_logger(__name__)


class ReadWorker:
    """The worker of the `delivery` role that tells what was read. Any number may run."""

    def __init__(self, log: EventLog, book: AccountBook, clients: ClientPool) -> None:
        """Tells through `clients`."""
        self._log = log
        self._book = book
        self._clients = clients
        bell = log.wakeups.subscribe(READS_TOPIC)
        claim = Claim(tables.CLAIM_READS, tables.SECONDS_TO_NEXT_READ, _LEASE_SECONDS, AT_ONCE)
        self._owed = ClaimedRows(log.database, bell, claim, self._work_on)

    async def run(self) -> None:
        """Tell what is due until cancelled."""
        await self._owed.run()

    async def _work_on(self, row: asyncpg.Record) -> None:
        try:
            await self._set_next(row, await self._tell(row))
        except Unavailable:
            logger.warning("read_left_to_its_lease", address_id=str(row["address_id"]))

    async def _tell(self, row: asyncpg.Record) -> float | None:
        """Seconds until it is told again; None where it is over."""
        if not row["may_mark_read"]:
            return None
        mark = OutgoingReadMark(
            address_external_id=row["chat_external_id"],
            external_id=row["external_id"],
            business_connection_id=row["connection_external_id"],
        )
        try:
            async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
                account = await self._book.get(row["channel_account_id"])
                async with self._clients.use(account) as client:
                    await client.mark_read(mark)
        except ChannelAccountNotFound:
            return None
        except ProviderError as error:
            return self._pause_after(row, error.reason, error) if error.is_retryable else None
        except TimeoutError:
            return self._pause_after(row, "the provider took too long", None)
        return None

    def _pause_after(
        self, row: asyncpg.Record, reason: str, error: ProviderError | None
    ) -> float | None:
        if row["attempts"] >= ATTEMPTS:
            logger.warning("read_given_up", address_id=str(row["address_id"]), reason=reason)
            return None
        pause: float = FIRST_PAUSE_SECONDS * 2.0 ** (row["attempts"] - 1)
        ordered = error.retry_after_seconds if error is not None else None
        return max(pause, ordered or 0.0)

    async def _set_next(self, row: asyncpg.Record, seconds: float | None) -> None:
        async with self._log.database.transaction() as connection:
            await connection.execute(
                tables.SET_NEXT_READ, row["address_id"], row["message_id"], seconds
            )
