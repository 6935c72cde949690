"""Carries out edits and deletions for one channel account, beside the sending of its messages.

A change waits for the same turn as a message, ahead of bulk. It is asked for only of what has been
sent, so it cannot overtake its own message; of one message one change is called at a time.
"""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

import msgspec
import structlog

from halfminute.conversations.delivery.changes import (
    DueChange,
    end_change,
    list_due_changes,
    seconds_to_next_change,
)
from halfminute.conversations.delivery.endings import NOT_CALLED, Ending, ending_of
from halfminute.conversations.delivery.line import Line
from halfminute.kit.errors import HalfminuteError, Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.kit.metrics import changes_total
from halfminute.kit.wakeups import Waker

# How many changes of one account wait for their turn or are called at once.
CHANGES_AT_ONCE: Final = 8
# The bell may be lost: so often we look by ourselves.
LOOK_SECONDS: Final = 1.0
# How soon a change is looked at again after a fault of ours.
_FAULT_SECONDS: Final = 2.0

logger = structlog.get_logger(__name__)


class ChangeWorker:
    """The worker of one account's changes, for as long as the account's lock is held."""

    def __init__(self, log: EventLog, line: Line, bell: Waker) -> None:
        """`bell` rings at each new change; the worker rings it when a call is over."""
        self._log = log
        self._line = line
        self._bell = bell
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Serve until cancelled; what is cut then is pending still, and called again."""
        try:
            while True:
                await self._bell.wait(await self._look())
        finally:
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self) -> float:
        """Start what may be called now; returns how long to wait for more."""
        try:
            return await self._start_due()
        except Unavailable:
            return LOOK_SECONDS

    async def _start_due(self) -> float:
        free = CHANGES_AT_ONCE - len(self._tasks)
        if free <= 0:
            return LOOK_SECONDS
        account_id, busy = self._line.channel_account_id, list(self._tasks)
        async with self._log.database.connection() as connection:
            due = await list_due_changes(connection, account_id, busy_message_ids=busy, limit=free)
            wait = await seconds_to_next_change(
                connection, account_id, busy_message_ids=[*busy, *(d.message_id for d in due)]
            )
        for change in due:
            self._start(change)
        return LOOK_SECONDS if wait is None else min(max(wait, 0.01), LOOK_SECONDS)

    def _start(self, due: DueChange) -> None:
        task = asyncio.create_task(self._carry(due), name=f"change of {due.message_id}")
        self._tasks[due.message_id] = task

        def settle(_task: asyncio.Task[None]) -> None:
            self._tasks.pop(due.message_id, None)
            self._bell.ring()

        task.add_done_callback(settle)

    async def _carry(self, due: DueChange) -> None:
        try:
            async with self._line.turn(due.outgoing):
                ending = await self._call(due)
                await end_change(self._log, due, ending)
        except Exception as fault:  # noqa: BLE001 - the change is pending still, whatever it was
            logger.warning("change_not_made", message_id=str(due.message_id), fault=repr(fault))
            await asyncio.sleep(_FAULT_SECONDS)

    async def _call(self, due: DueChange) -> Ending:
        try:
            outcome = await self._line.change(due.outgoing)
        except HalfminuteError as error:
            logger.warning("not_called", message_id=str(due.message_id), reason=error.code)
            return NOT_CALLED._replace(reason=error.message, put_off_seconds=_FAULT_SECONDS)
        if outcome.result == "unknown":
            # Done or not, it may be done again.
            outcome = msgspec.structs.replace(outcome, result="retry")
        ending = ending_of(outcome, due.failures)
        changes_total.labels(self._line.channel_kind, ending.happening.value).inc()
        return ending
