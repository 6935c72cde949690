"""Carries attempts through, from the message's turn to the stored ending, come what may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from contextlib import AsyncExitStack
from typing import Final
from uuid import UUID

import structlog

from halfminute.conversations.delivery.attachments import attach_files
from halfminute.conversations.delivery.attempts import (
    CUT_SHORT,
    Attempt,
    DueMessage,
    attempt_after,
    begin_attempt,
    end_attempt,
)
from halfminute.conversations.delivery.endings import NOT_CALLED, Ending, cut, ending_of
from halfminute.conversations.delivery.line import Line
from halfminute.conversations.delivery.states import Happening
from halfminute.files.errors import FileNotFound
from halfminute.files.store import FileStore
from halfminute.kit.errors import HalfminuteError, Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.kit.metrics import deliveries_total

# What is under way when the process is told to stop may end within this time, and what was cut then
# may be stored. Together they are less than a supervisor's patience.
DRAIN_SECONDS: Final = 1.5
CUT_SECONDS: Final = 1.0
# How soon a message is looked at again after a fault of ours.
_FAULT_SECONDS: Final = 2.0
_STORE_AGAIN_SECONDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0)

logger = structlog.get_logger(__name__)


class Calls:
    """The attempts of this process that are under way, whichever account they belong to.

    They outlive the worker that started them: an answer is stored even if the account's lock was
    lost meanwhile, and even if the database comes back only later.
    """

    def __init__(self, log: EventLog, store: FileStore) -> None:
        """Stores endings through `log`; `store` has the files that are sent."""
        self._log = log
        self._files = store
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._begun: set[UUID] = set()

    @property
    def held(self) -> Collection[UUID]:
        """The messages that wait for their turn, for an answer, or for its storing."""
        return self._tasks.keys()

    @property
    def begun(self) -> Collection[UUID]:
        """Those of them that have had their turn: the provider may have them."""
        return self._begun

    def start(self, line: Line, due: DueMessage, when_over: Callable[[], None]) -> None:
        """Carry one message through in the background, then call `when_over`."""
        task = asyncio.create_task(self._carry(line, due), name=f"delivery {due.message_id}")
        self._tasks[due.message_id] = task

        def settle(_task: asyncio.Task[None]) -> None:
            self._tasks.pop(due.message_id, None)
            self._begun.discard(due.message_id)
            when_over()

        task.add_done_callback(settle)

    def abandon(self, message_ids: Iterable[UUID]) -> None:
        """Let those of the messages wait no longer that have not begun; they stay queued."""
        for message_id in set(message_ids) - self._begun:
            if (task := self._tasks.get(message_id)) is not None:
                task.cancel()

    async def drain(self) -> None:
        """Let what is begun end; what takes too long is cut, and stored as unknown."""
        for seconds in (DRAIN_SECONDS, CUT_SECONDS):
            if not self._tasks:
                return
            _ended, late = await asyncio.wait(set(self._tasks.values()), timeout=seconds)
            for task in late:
                task.cancel()

    async def _carry(self, line: Line, due: DueMessage) -> None:
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(line.turn(due.outgoing))
            except Exception as fault:  # noqa: BLE001 - the message stays queued, whatever it was
                logger.warning("turn_not_given", message_id=str(due.message_id), fault=repr(fault))
                await asyncio.sleep(_FAULT_SECONDS)
                return
            self._begun.add(due.message_id)
            attempt = await self._begin(due)
            if attempt is not None:
                await self._call(line, due, attempt)

    async def _begin(self, due: DueMessage) -> Attempt | None:
        try:
            return await begin_attempt(self._log, due)
        except Exception as fault:  # noqa: BLE001 - whatever it was, the commit may have happened
            logger.warning("attempt_not_begun", message_id=str(due.message_id), fault=repr(fault))
            await self._store(attempt_after(due), NOT_CALLED)
            return None

    async def _call(self, line: Line, due: DueMessage, attempt: Attempt) -> None:
        try:
            ending = await self._send(line, due)
        except asyncio.CancelledError:
            await end_attempt(self._log, attempt, cut(CUT_SHORT))
            raise
        deliveries_total.labels(line.channel_kind, ending.happening.value).inc()
        await self._store(attempt, ending)

    async def _send(self, line: Line, due: DueMessage) -> Ending:
        try:
            outgoing = await attach_files(
                self._log.database, self._files, line.channel_account_id, due.outgoing
            )
            outcome = await line.send(outgoing)
        except FileNotFound:
            return Ending(Happening.REFUSED, "a file of it is gone", "media_refused")
        except HalfminuteError as error:
            logger.warning("not_called", message_id=str(due.message_id), reason=error.code)
            return NOT_CALLED._replace(reason=error.message, put_off_seconds=_FAULT_SECONDS)
        except Exception:
            logger.exception("sender_broke", message_id=str(due.message_id))
            return cut("internal error")
        if outcome.result != "sent":
            logger.info(
                "not_sent",
                message_id=str(due.message_id),
                result=outcome.result,
                reason=outcome.reason,
            )
        return ending_of(outcome, due.failures)

    async def _store(self, attempt: Attempt, ending: Ending) -> None:
        """Until it is stored: a provider's answer is never given again."""
        tries = 0
        while True:
            try:
                await end_attempt(self._log, attempt, ending)
            except Unavailable as error:
                logger.warning("ending_kept", message_id=str(attempt.message_id), why=error.code)
            except Exception:
                logger.exception("ending_not_stored", message_id=str(attempt.message_id))
            else:
                return
            await asyncio.sleep(_STORE_AGAIN_SECONDS[min(tries, len(_STORE_AGAIN_SECONDS) - 1)])
            tries += 1
