"""Sends for one channel account: several addresses at once, each address in order.

Agents' replies go before bulk, also at an address whose bulk waits for its turn: that one steps
back.
"""

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

# How many addresses of one account wait for their turn or are served at once; of these by bulk at
# most so many, so that there is always room for what agents write.
ADDRESSES_AT_ONCE: Final = 24
BULK_AT_ONCE: Final = 16
# The bell may be lost: so often we look by ourselves.
LOOK_SECONDS: Final = 1.0
# Twice the longest call without files; should a longer one end well after all, its late answer
# corrects what was given up. A process that had lost the account's lock without knowing may have
# begun an attempt after our take-over, and died of it.
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
        # By address.
        self._busy: dict[UUID, DueMessage] = {}
        self._cut_at = 0.0

    async def run(self) -> None:
        """Serve until cancelled; attempts that are begun belong to `Calls` and go on."""
        # Its rows are a dead predecessor's: it had the lock that we have now.
        await self._cut(older_than_seconds=0.0)
        try:
            while True:
                await self._bell.wait(await self._look())
        finally:
            self._calls.abandon(due.message_id for due in self._busy.values())

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
        if len(self._busy) >= ADDRESSES_AT_ONCE:
            return LOOK_SECONDS
        waiting = self._waiting_bulk()
        async with self._log.database.connection() as connection:
            due = await list_due(
                connection,
                self._line.channel_account_id,
                busy_address_ids=[each for each in self._busy if each not in waiting],
                limit=ADDRESSES_AT_ONCE - len(self._busy) + len(waiting),
            )
            wait = None if due else await seconds_to_next(connection, self._line.channel_account_id)
        for message in due:
            self._start_if_free(message)
        return LOOK_SECONDS if wait is None else min(max(wait, 0.01), LOOK_SECONDS)

    def _waiting_bulk(self) -> set[UUID]:
        """The addresses whose bulk has not begun, and may step back."""
        begun = self._calls.begun
        return {
            address_id
            for address_id, due in self._busy.items()
            if due.is_bulk and due.message_id not in begun
        }

    def _start_if_free(self, message: DueMessage) -> None:
        if message.message_id in self._calls.held:
            return
        before = self._busy.get(message.address_id)
        if before is not None:
            # Rings when it has stepped back; then the reply is due still, and the first.
            self._calls.abandon([before.message_id])
            return
        bulk = sum(due.is_bulk for due in self._busy.values())
        is_full = len(self._busy) >= ADDRESSES_AT_ONCE
        if not is_full and not (message.is_bulk and bulk >= BULK_AT_ONCE):
            self._start(message)

    def _start(self, message: DueMessage) -> None:
        self._busy[message.address_id] = message

        def when_over() -> None:
            self._busy.pop(message.address_id, None)
            self._bell.ring()

        self._calls.start(self._line, message, when_over)
