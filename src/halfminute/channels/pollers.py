"""Fetches the updates of accounts that have no public address for a provider to bring them to.

Each polled account has one poller in the whole installation: it holds an advisory lock on a
connection of its own, which PostgreSQL gives up when the process dies. The offset is written after
the updates are committed; what is fetched twice is taken in once.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from halfminute.channels import tables
from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.health import health_after, record_health
from halfminute.channels.types import ChannelAccount, Health
from halfminute.kit.database import DatabaseUnavailable, OwnConnection
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.sdk.errors import MalformedPayload, ProviderError
from halfminute.sdk.inbox import Inbox

# How soon a new account, a change of one, or the death of another process is noticed.
LOOK_SECONDS: Final = 2.0
_FIRST_PAUSE_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 30.0
_LOCK_SPACE: Final = 0x504F4C4C  # "POLL"

logger = structlog.get_logger(__name__)


class PollerFleet:
    """One poller for each account that is to be polled."""

    def __init__(self, log: EventLog, book: AccountBook, clients: ClientPool, inbox: Inbox) -> None:
        """Updates are handed to `inbox`."""
        self._log = log
        self._book = book
        self._clients = clients
        self._inbox = inbox
        self._running: dict[UUID, tuple[ChannelAccount, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Keep the pollers in step with the accounts, until cancelled."""
        try:
            while True:
                with suppress(Unavailable):
                    await self._keep_step()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._stop(list(self._running))

    async def _keep_step(self) -> None:
        polled = await self._book.list_polled()
        wanted: dict[UUID, ChannelAccount] = {account.id: account for account in polled}
        over = [
            account_id
            for account_id, (account, task) in self._running.items()
            if task.done() or not _is_same(account, wanted.get(account_id))
        ]
        await self._stop(over)
        for account_id, account in wanted.items():
            if account_id not in self._running:
                task = asyncio.create_task(self._keep_polling(account))
                self._running[account_id] = (account, task)

    async def _stop(self, account_ids: list[UUID]) -> None:
        tasks = [self._running.pop(account_id)[1] for account_id in account_ids]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_polling(self, account: ChannelAccount) -> None:
        pause_seconds = _FIRST_PAUSE_SECONDS
        while True:
            connection: OwnConnection | None = None
            try:
                connection = await self._log.database.connect()
                if await connection.fetchval(tables.TRY_LOCK_POLLING, _LOCK_SPACE, _key(account)):
                    poller = _Poller(account, connection, self._log, self._clients, self._inbox)
                    await poller.run()
            except (DatabaseUnavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                logger.warning("poller_lost_database", channel_account_id=str(account.id))
            except Exception:  # loud; one broken account must not end the polling of it for good
                logger.exception("poller_broke", channel_account_id=str(account.id))
            finally:
                if connection is not None:
                    connection.terminate()
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(LOOK_SECONDS, pause_seconds * 2)


class _Poller:
    """Polls one account while its lock is held."""

    def __init__(
        self,
        account: ChannelAccount,
        connection: OwnConnection,
        log: EventLog,
        clients: ClientPool,
        inbox: Inbox,
    ) -> None:
        self._account = account
        self._connection = connection
        self._log = log
        self._clients = clients
        self._inbox = inbox
        self._pause_seconds = _FIRST_PAUSE_SECONDS
        self._is_webhook_deleted = False
        self._noted: tuple[Health, str] | None = None

    async def run(self) -> None:
        """Poll until the lock's connection is gone."""
        row = await self._connection.fetchrow(tables.GET, self._account.id)
        offset = row["poll_offset"] if row is not None else 0
        while not self._connection.is_closed():
            try:
                offset = await self._poll_once(offset)
            except ProviderError as error:
                await self._rest(error)
            except Unavailable:
                await self._rest(None)

    async def _poll_once(self, offset: int) -> int:
        async with self._clients.use(self._account) as client:
            if not self._is_webhook_deleted:
                await client.delete_webhook()
                self._is_webhook_deleted = True
            updates, next_offset = await client.poll(offset)
        if updates:
            await self._take_in(updates)
        if next_offset != offset:
            await self._connection.execute(tables.ADVANCE_POLL, self._account.id, next_offset)
        self._pause_seconds = _FIRST_PAUSE_SECONDS
        await self._note_health("ok")
        return next_offset

    async def _take_in(self, updates: list[bytes]) -> None:
        answers = await asyncio.gather(
            *(self._inbox.take_in(self._account.id, raw) for raw in updates),
            return_exceptions=True,
        )
        for answer in answers:
            if isinstance(answer, MalformedPayload):
                logger.error("malformed_update", channel_account_id=str(self._account.id))
            elif isinstance(answer, BaseException):
                raise answer

    async def _rest(self, error: ProviderError | None) -> None:
        ordered_seconds = 0.0
        if error is not None:
            ordered_seconds = error.retry_after_seconds or 0.0
            with suppress(Unavailable):
                await self._note_health(health_after(error), error.reason)
        await asyncio.sleep(max(self._pause_seconds, ordered_seconds))
        self._pause_seconds = min(_LONGEST_PAUSE_SECONDS, self._pause_seconds * 2)

    async def _note_health(self, health: Health, detail: str = "") -> None:
        if self._noted != (health, detail):
            await record_health(
                self._log,
                self._account.id,
                health,
                detail,
                secrets_revision=self._account.secrets_revision,
            )
            self._noted = (health, detail)


def _key(account: ChannelAccount) -> int:
    """32 bits of the account's id, as a signed number; UUIDv7 ends in its random part."""
    return int.from_bytes(account.id.bytes[-4:], "big", signed=True)


def _is_same(account: ChannelAccount, wanted: ChannelAccount | None) -> bool:
    return wanted is not None and (account.settings, account.secrets) == (
        wanted.settings,
        wanted.secrets,
    )
