"""Runs the sending of every channel account that no other process sends for."""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from halfminute.conversations.changes import changes_topic
from halfminute.conversations.delivery.account_worker import AccountWorker
from halfminute.conversations.delivery.attempts import outbox_topic
from halfminute.conversations.delivery.calls import Calls
from halfminute.conversations.delivery.change_worker import ChangeWorker
from halfminute.conversations.delivery.line import Lines
from halfminute.conversations.delivery.locks import AccountLocks
from halfminute.conversations.delivery.typing_worker import TypingWorker
from halfminute.conversations.typing import typing_topic
from halfminute.files.store import FileStore
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.kit.wakeups import Waker, Wakeups

# So long a dead process's accounts may lie idle.
LOOK_SECONDS: Final = 0.5

_LOST = (Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

logger = structlog.get_logger(__name__)


class DeliveryWorker:
    """The delivery role of one process."""

    def __init__(self, log: EventLog, lines: Lines, wakeups: Wakeups, files: FileStore) -> None:
        """Sends by `lines`, at once when `wakeups` tell of a new row of the outbox.

        `files` has the bytes of what is sent beside words.
        """
        self._log = log
        self._lines = lines
        self._wakeups = wakeups
        self._calls = Calls(log, files)
        self._bells: dict[str, Waker] = {}
        self._workers: dict[UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Serve until cancelled; then what is under way gets a few seconds to end."""
        while True:
            try:
                await self._serve()
            except _LOST as error:
                logger.warning("delivery_interrupted", fault=repr(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def _serve(self) -> None:
        locks = await AccountLocks.open(self._log.database)
        try:
            while True:
                await locks.check()
                await self._look(locks)
                await asyncio.sleep(LOOK_SECONDS)
        except asyncio.CancelledError:
            await self._stop_all()
            await self._calls.drain()
            raise
        finally:
            await self._stop_all()
            locks.close()

    async def _look(self, locks: AccountLocks) -> None:
        """Serve the accounts that may send and that nobody else serves, and no others."""
        accounts = set(await self._lines.list_accounts())
        for account_id, worker in list(self._workers.items()):
            if account_id not in accounts or worker.done():
                await self._stop(account_id)
                await locks.release(account_id)
        for account_id in sorted(accounts - self._workers.keys()):
            if await locks.take(account_id):
                self._workers[account_id] = asyncio.create_task(
                    self._work(account_id), name=f"delivery of {account_id}"
                )

    async def _work(self, account_id: UUID) -> None:
        line = await self._lines.open(account_id)
        sending = AccountWorker(self._log, line, self._calls, self._bell(outbox_topic(account_id)))
        changing = ChangeWorker(self._log, line, self._bell(changes_topic(account_id)))
        typing = TypingWorker(self._log.database, line, self._bell(typing_topic(account_id)))
        async with asyncio.TaskGroup() as together:
            together.create_task(sending.run())
            together.create_task(changing.run())
            together.create_task(typing.run())

    def _bell(self, topic: str) -> Waker:
        if topic not in self._bells:
            self._bells[topic] = self._wakeups.subscribe(topic)
        return self._bells[topic]

    async def _stop(self, account_id: UUID) -> None:
        worker = self._workers.pop(account_id)
        worker.cancel()
        [fault] = await asyncio.gather(worker, return_exceptions=True)
        if isinstance(fault, Exception):
            logger.warning("account_not_served", account=str(account_id), fault=repr(fault))

    async def _stop_all(self) -> None:
        for account_id in list(self._workers):
            await self._stop(account_id)
