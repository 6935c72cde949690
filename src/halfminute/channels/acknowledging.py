"""Tells providers that we have what they wait for, after the ack and beside all sending.

Telling may be repeated without harm, so a row is taken away after the call: a process that dies in
between leaves it to its lease, and it is told once more.
"""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from halfminute.channels import tables
from halfminute.channels.accounts import AccountBook
from halfminute.channels.actions.owe_acknowledgements import ACKNOWLEDGEMENTS_TOPIC
from halfminute.channels.clients import ClientPool
from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.kit.claimed_rows import Claim, ClaimedRows
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.sdk.errors import ProviderError

AT_ONCE: Final = 16
CALL_TIMEOUT_SECONDS: Final = 20.0
# With the pauses between them some minutes: longer nobody waits before a button.
ATTEMPTS: Final = 8
FIRST_PAUSE_SECONDS: Final = 1.0
# Longer than a call may take, so that two never tell the same.
_LEASE_SECONDS: Final = CALL_TIMEOUT_SECONDS + 10

logger = structlog.get_logger(__name__)


class AcknowledgementWorker:
    """The worker of the `delivery` role that tells what is owed. Any number may run."""

    def __init__(self, log: EventLog, book: AccountBook, clients: ClientPool) -> None:
        """Tells through `clients`."""
        self._log = log
        self._book = book
        self._clients = clients
        bell = log.wakeups.subscribe(ACKNOWLEDGEMENTS_TOPIC)
        claim = Claim(tables.CLAIM_OWED, tables.SECONDS_TO_NEXT_OWED, _LEASE_SECONDS, AT_ONCE)
        self._owed = ClaimedRows(log.database, bell, claim, self._work_on)

    async def run(self) -> None:
        """Tell what is due until cancelled."""
        await self._owed.run()

    async def _work_on(self, row: asyncpg.Record) -> None:
        try:
            await self._tell(row)
        except Unavailable:
            logger.warning("acknowledgement_left_to_its_lease", id=str(row["id"]))

    async def _tell(self, row: asyncpg.Record) -> None:
        try:
            async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
                account = await self._book.get(row["channel_account_id"])
                async with self._clients.use(account) as client:
                    await client.acknowledge(row["reference"])
            await self._settle(row["id"])
        except ProviderError as error:
            await self._after_refusal(row, error)
        except ChannelAccountNotFound:
            await self._settle(row["id"])
        except TimeoutError:
            await self._try_later(row, "the provider took too long", None)
        except Unavailable:
            raise
        except Exception as error:  # told again, then given up: no fault is for ever
            logger.exception("acknowledging_broke", id=str(row["id"]))
            await self._try_later(row, type(error).__name__, None)

    async def _after_refusal(self, row: asyncpg.Record, error: ProviderError) -> None:
        if error.is_retryable or error.refusal == "account_refused":
            await self._try_later(row, error.reason, error.retry_after_seconds)
        else:
            await self._give_up(row, error.reason)

    async def _try_later(
        self, row: asyncpg.Record, reason: str, retry_after_seconds: float | None
    ) -> None:
        if row["attempts"] >= ATTEMPTS:
            await self._give_up(row, reason)
            return
        pause = FIRST_PAUSE_SECONDS * 2.0 ** (row["attempts"] - 1)
        async with self._log.database.transaction() as connection:
            seconds = max(pause, retry_after_seconds or 0)
            await connection.execute(tables.POSTPONE_OWED, row["id"], seconds)

    async def _give_up(self, row: asyncpg.Record, reason: str) -> None:
        logger.warning("acknowledgement_given_up", id=str(row["id"]), reason=reason)
        await self._settle(row["id"])

    async def _settle(self, acknowledgement_id: UUID) -> None:
        async with self._log.database.transaction() as connection:
            await connection.execute(tables.SETTLE_OWED, acknowledgement_id)
