"""Sends for one channel account: several addresses at once, each address in order."""

from __future__ import annotations

import time
from typing import Final
from uuid import UUID

import structlog

from halfminute.conversations.delivery.attempts import (
    DueMessage,
    cut_attempts,
    list_due,
    seconds_to_next,
)
from halfminute.conversations.delivery.calls import Calls
from halfminute.conversations.delivery.line import Line
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.kit.wakeups import Waker

# How many addresses of one account wait for their turn or are served at once.
ADDRESSES_AT_ONCE: Final = 16
# The bell may be lost: so often we look by ourselves.
LOOK_SECONDS: Final = 1.0
# Twice the longest call. A process that had lost the account's lock without knowing may have begun
# an attempt after our take-over, and died of it.
FORGOTTEN_SECONDS: Final = 120.0

logger = structlog.get_logger(__name__)


class AccountWorker:
    """The worker of one account, for as long as its lock is held."""

    def __init__(self, log: EventLog, line: Line, calls: Calls, bell: Waker) -> None:
        """`bell` rings at each new row of the outbox; the worker rings it when a call is over."""
        self._log = log
        self._line = line
        self._calls = calls
        self._bell = bell
        self._busy: dict[UUID, UUID] = {}
        self._cut_at = 0.0

    async def run(self) -> None:
        """Serve until cancelled; attempts that are begun belong to `Calls` and go on."""
        # Its rows are a dead predecessor's: it had the lock that we have now.
        await self._cut(older_than_seconds=0.0)
        try:
            while True:
                await self._bell.wait(await self._look())
        finally:
            self._calls.abandon(self._busy.values())

    async def _look(self) -> float:
        """Start what may be sent now; returns how long to wait for more."""
        try:
            if time.monotonic() - self._cut_at > FORGOTTEN_SECONDS / 4:
                await self._cut(older_than_seconds=FORGOTTEN_SECONDS)
            return await self._start_due()
        except Unavailable:
            return LOOK_SECONDS

    async def _cut(self, *, older_than_seconds: float) -> None:
        self._cut_at = time.monotonic()
        cut = await cut_attempts(
            self._log,
            self._line.channel_account_id,
            held=list(self._calls.held),
            older_than_seconds=older_than_seconds,
        )
        for message_id in cut:
            logger.warning("attempt_found_cut", message_id=str(message_id))

    async def _start_due(self) -> float:
        free = ADDRESSES_AT_ONCE - len(self._busy)
        if free <= 0:
            return LOOK_SECONDS
        async with self._log.database.connection() as connection:
            due = await list_due(
                connection,
                self._line.channel_account_id,
                busy_address_ids=list(self._busy),
                limit=free,
            )
            wait = None if due else await seconds_to_next(connection, self._line.channel_account_id)
        for message in due:
            if message.message_id not in self._calls.held:
                self._start(message)
        return LOOK_SECONDS if wait is None else min(max(wait, 0.01), LOOK_SECONDS)

    def _start(self, message: DueMessage) -> None:
        self._busy[message.address_id] = message.message_id

        def when_over() -> None:
            self._busy.pop(message.address_id, None)
            self._bell.ring()

        self._calls.start(self._line, message, when_over)
