"""Sends for one channel account: several addresses at once, each address in order."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import structlog

from halfminute.conversations.delivery.attempts import (
    DueMessage,
    cut_attempts,
    list_due,
    seconds_to_next,
)
from halfminute.conversations.delivery.calls import Account, Calls
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.kit.wakeups import Waker

# How many addresses of one account are served at once.
ADDRESSES_AT_ONCE: Final = 16
# The bell may be lost: so often we look by ourselves.
LOOK_SECONDS: Final = 1.0

logger = structlog.get_logger(__name__)


class AccountWorker:
    """The worker of one account, for as long as its lock is held."""

    def __init__(self, log: EventLog, account: Account, calls: Calls, bell: Waker) -> None:
        """`bell` rings at each new row of the outbox; the worker rings it when a call is over."""
        self._log = log
        self._account = account
        self._calls = calls
        self._bell = bell
        self._busy: dict[UUID, UUID] = {}

    async def run(self) -> None:
        """Serve until cancelled; the calls under way belong to `Calls` and go on."""
        await self._take_over()
        while True:
            try:
                seconds = await self._start_due()
            except Unavailable:
                seconds = LOOK_SECONDS
            await self._bell.wait(seconds)

    async def _take_over(self) -> None:
        cut = await cut_attempts(self._log, self._account.id, held=list(self._calls.held))
        for message_id in cut:
            logger.warning("attempt_found_cut", message_id=str(message_id))

    async def _start_due(self) -> float:
        """Start what may be sent now; returns how long to wait for more."""
        free = ADDRESSES_AT_ONCE - len(self._busy)
        if free <= 0:
            return LOOK_SECONDS
        async with self._log.database.connection() as connection:
            due = await list_due(
                connection,
                self._account.id,
                busy_address_ids=list(self._busy),
                limit=free,
            )
            wait = None if due else await seconds_to_next(connection, self._account.id)
        for message in due:
            if message.message_id not in self._calls.held:
                self._start(message)
        return LOOK_SECONDS if wait is None else min(max(wait, 0.01), LOOK_SECONDS)

    def _start(self, message: DueMessage) -> None:
        self._busy[message.address_id] = message.message_id

        def when_over() -> None:
            self._busy.pop(message.address_id, None)
            self._bell.ring()

        self._calls.start(self._account, message, when_over)
