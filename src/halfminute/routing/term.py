"""One term of office: what a router does between winning its lease and losing it.

A turn takes what the log has told since the last one and the timers that are due, feeds the engine,
makes its commands true, and commits all of it with the journal's lines and the log's cursor. The
engine's state moves before the commit: when the commit fails, the engine is thrown away and made
again from what was committed. There is no other way back, and none is needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from halfminute.kit.event_log import Event as LogEvent
from halfminute.kit.event_log import EventLog, LogTail
from halfminute.kit.garbage import search_paused
from halfminute.kit.metrics import router_events_total, router_lag_seconds
from halfminute.kit.time import to_us
from halfminute.routing import journal
from halfminute.routing.clock import RouterClock
from halfminute.routing.effects import Effects
from halfminute.routing.journal import Progress
from halfminute.routing.lease import Lease, hold_lease
from halfminute.routing.present import Present, read_present
from halfminute.routing.recovery import Recovered, begin_anew, read_everything, recover
from halfminute.routing.timers import TimerHeap
from halfminute.routing.translate import UNREADABLE, list_named, translate
from halfminute_engine.routing.commands import Command
from halfminute_engine.routing.events import Event, TimerElapsed
from halfminute_engine.routing.router import Router

logger = structlog.get_logger(__name__)

# How much one turn takes at most, so that its transaction stays far below the limit of all.
BATCH: Final = 200
# A cursor that tells nothing to the engine need not be saved each time.
CURSOR_LAG: Final = 2000
SNAPSHOT_LINES: Final = 10_000


class Term:
    """The router at work under one lease. `start` it, then call `turn` again and again."""

    def __init__(
        self,
        log: EventLog,
        lease: Lease,
        *,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
        snapshot_lines: int = SNAPSHOT_LINES,
    ) -> None:
        """Nothing is read before `start`; a snapshot is kept every `snapshot_lines`."""
        self._log = log
        self._lease = lease
        self._snapshot_lines = snapshot_lines
        self._clock = RouterClock(lease.acquired_at, monotonic_ns=monotonic_ns)
        self._is_sound = False
        self._router = Router()
        self._timers = TimerHeap()
        self._progress: Progress
        self._tail: LogTail
        self._snapshot_seq = 0
        self._untold_count = 0

    @property
    def router(self) -> Router:
        """The engine, to be asked for explanations."""
        return self._router

    @property
    def is_behind(self) -> bool:
        """Whether more of the log is there."""
        return self._tail.is_behind

    @property
    def seconds_to_timer(self) -> float | None:
        """How long until the next timer is due; None when none runs."""
        due_us = self._timers.next_due_us
        return None if due_us is None else max(0, due_us - self._clock.now_us()) / 1_000_000

    async def start(self) -> None:
        """Bring the engine to the present. To be called again after a turn that failed.

        Raises LeaseLost, DatabaseUnavailable.
        """
        self._is_sound = False
        async with self._log.database.connection() as connection:
            recovered = await recover(connection, self._lease.domain)
        if recovered is None:
            await self.start_anew()
            return
        self._take_up(recovered)
        self._snapshot_seq = recovered.progress.seq
        self._is_sound = True
        logger.info("router_recovered", epoch=self._lease.epoch, journal_seq=recovered.progress.seq)

    async def turn(self) -> bool:
        """Take the next events and timers; False when there were none.

        Raises LeaseLost, DatabaseUnavailable, and whatever is wrong with us.
        """
        events, present = await self._read_log()
        facts = self._translate(events, present)
        due = self._timers.pop_due(self._clock.now_us(), BATCH)
        facts += [TimerElapsed(timer_id) for timer_id in due]
        self._untold_count += len(events)
        if not facts and self._untold_count < CURSOR_LAG:
            return bool(events)
        await self._take(facts)
        if self._progress.seq - self._snapshot_seq >= self._snapshot_lines:
            await self.save_snapshot()
        return True

    async def save_snapshot(self) -> None:
        """Keep the engine's state, unless a turn has failed in its middle."""
        if not self._is_sound or self._progress.seq == self._snapshot_seq:
            return
        seq = self._progress.seq
        with search_paused():
            packed = journal.pack(self._router.snapshot())
        async with self._log.database.transaction() as connection:
            await hold_lease(connection, self._lease)
            await journal.save_snapshot(connection, self._lease.domain, packed, seq=seq)
        self._snapshot_seq = seq

    async def start_anew(self) -> None:
        """As `start`, from the present rows and without the journal. Raises as `start` does."""
        self._is_sound = False
        logger.info("router_begins_anew", epoch=self._lease.epoch)
        async with self._log.write() as unit:
            await hold_lease(unit.connection, self._lease)
            recovered = await begin_anew(unit, self._lease.domain, self._clock.now_us())
        facts, cursor = await read_everything(self._log.database)
        self._take_up(recovered)
        self._snapshot_seq = recovered.progress.seq
        for start in range(0, len(facts), BATCH):
            await self._take(facts[start : start + BATCH], is_all=False)
        self._tail = LogTail(cursor)
        await self._take([])

    def _take_up(self, recovered: Recovered) -> None:
        self._router, self._progress = recovered
        self._timers = TimerHeap(self._router.pending_timers())
        self._tail = LogTail(self._progress.cursor)
        self._clock.set_not_before(self._progress.now_us)
        self._untold_count = 0

    async def _read_log(self) -> tuple[list[LogEvent], Present]:
        async with self._log.database.connection() as connection:
            events = await self._tail.read(connection, BATCH)
            return events, await read_present(connection, list_named(events))

    def _translate(self, events: Sequence[LogEvent], present: Present) -> list[Event]:
        facts: list[Event] = []
        for event in events:
            try:
                facts += translate(event, present)
            except UNREADABLE:
                # One fact that nobody can read must not stop the routing of all others.
                logger.exception("event_unreadable", type=event.type, position=event.position)
        if events:
            lag_us = self._clock.now_us() - to_us(events[-1].at)
            router_lag_seconds.set(max(0, lag_us) / 1_000_000)
        return facts

    async def _take(self, facts: Sequence[Event], *, is_all: bool = True) -> None:
        now_us, domain = self._clock.now_us(), self._lease.domain
        self._is_sound = False
        async with self._log.write() as unit:
            await hold_lease(unit.connection, self._lease)
            told = await self._tell(Effects(unit, self._lease.epoch), facts, now_us)
            progress = Progress(self._tail.cursor, self._progress.seq + len(told), now_us)
            await journal.append_lines(unit.connection, domain, told, progress, is_all=is_all)
        self._progress = progress
        self._untold_count = 0
        self._is_sound = True
        router_events_total.inc(len(told))

    async def _tell(self, effects: Effects, facts: Sequence[Event], now_us: int) -> list[Event]:
        told: list[Event] = []
        pending = list(facts)
        while pending:
            decided: list[Command] = []
            for event in pending:
                decided += self._router.handle(event, now_us)
            told += pending
            self._timers.follow(pending, decided)
            pending = await effects.apply(decided)
        return told
