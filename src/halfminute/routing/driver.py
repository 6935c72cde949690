"""Routes one domain for as long as it has the lease, and stands by while another process has it."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, NamedTuple

import structlog

from halfminute.kit.cadence import Cadence
from halfminute.kit.database import Database
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog, event_topic
from halfminute.kit.wakeups import Wakeups
from halfminute.routing.errors import LeaseLost
from halfminute.routing.lease import Lease, release_lease, renew_lease, try_acquire_lease
from halfminute.routing.term import SNAPSHOT_LINES, Term
from halfminute.routing.translate import EVENT_TYPES, LEISURELY_TYPES

logger = structlog.get_logger(__name__)

# How long a fact may wait for others when it is not urgent.
_LEISURE_SECONDS: Final = 0.04
# A busy log is read in batches, and what they decide is committed once.
_PACE_SECONDS: Final = 0.01
_RETRY_SECONDS: Final = 0.5
_STOP_SECONDS: Final = 2.0


class Pace(NamedTuple):
    """How long things take. The longest take-over is `lease` + `standby` + a recovery."""

    lease_seconds: float = 3.0
    renewal_seconds: float = 1.0
    standby_seconds: float = 0.5
    # Bells can be lost: so often the log is looked at without one.
    idle_seconds: float = 0.5


class RouterDriver:
    """Any number of processes may run one for the same domain; one of them routes."""

    def __init__(
        self,
        database: Database,
        log: EventLog,
        wakeups: Wakeups,
        *,
        domain: str = "main",
        pace: Pace = Pace(),  # noqa: B008 - an immutable value
        snapshot_lines: int = SNAPSHOT_LINES,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """`monotonic_ns` is the clock by which the timers run."""
        self._database = database
        self._log = log
        self._bell = wakeups.subscribe(*map(event_topic, EVENT_TYPES))
        self._urgent_bell = wakeups.subscribe(*map(event_topic, EVENT_TYPES - LEISURELY_TYPES))
        self._domain = domain
        self._pace = pace
        self._snapshot_lines = snapshot_lines
        self._monotonic_ns = monotonic_ns
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{id(self)}"
        self.term: Term | None = None

    async def run(self) -> None:
        """Stand by, route, stand by, until cancelled; then the next one may take over at once."""
        while True:
            try:
                lease = await try_acquire_lease(
                    self._database, self._domain, self._holder, seconds=self._pace.lease_seconds
                )
                if lease is None:
                    await asyncio.sleep(self._pace.standby_seconds)
                else:
                    await self._lead(lease)
            except LeaseLost:
                logger.warning("router_lease_lost", domain=self._domain)
            except Unavailable as error:
                logger.warning("router_waits", domain=self._domain, reason=error.code)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _lead(self, lease: Lease) -> None:
        logger.info("router_leads", domain=lease.domain, epoch=lease.epoch, holder=self._holder)
        term = Term(
            self._log,
            lease,
            monotonic_ns=self._monotonic_ns,
            snapshot_lines=self._snapshot_lines,
        )
        try:
            await self._work(term, lease)
        except asyncio.CancelledError:
            await self._step_down(term, lease)
            raise
        finally:
            self.term = None

    async def _work(self, term: Term, lease: Lease) -> None:
        renewed_at = time.monotonic()
        cadence = Cadence(_PACE_SECONDS)
        while True:
            await cadence.wait()
            try:
                if time.monotonic() - renewed_at >= self._pace.renewal_seconds:
                    await renew_lease(self._database, lease, seconds=self._pace.lease_seconds)
                    renewed_at = time.monotonic()
                await _to_its_end(self._turn(term))
            except LeaseLost:
                raise
            except Exception as error:  # noqa: BLE001 - what was committed is the truth, go on from it
                self.term = None
                _log_failure(error, lease)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if not term.is_behind:
                await self._bell.wait(self._seconds_to_wait(term))
                await self._urgent_bell.wait(_LEISURE_SECONDS)

    async def _turn(self, term: Term) -> None:
        if self.term is None:
            await term.start()
            self.term = term
        await term.turn()

    def _seconds_to_wait(self, term: Term) -> float:
        to_timer = term.seconds_to_timer
        idle = self._pace.idle_seconds
        return idle if to_timer is None else min(idle, to_timer)

    async def _step_down(self, term: Term, lease: Lease) -> None:
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await term.save_snapshot()
                await release_lease(self._database, lease)
        except (LeaseLost, Unavailable, TimeoutError):
            logger.warning("router_left_its_lease", domain=lease.domain, epoch=lease.epoch)


async def _to_its_end(turn: Coroutine[Any, Any, None]) -> None:
    """A turn is not broken off by a clean stop, but finished first."""
    task = asyncio.create_task(turn)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=_STOP_SECONDS)
        task.cancel()
        raise


def _log_failure(error: Exception, lease: Lease) -> None:
    if isinstance(error, Unavailable):
        logger.warning("router_waits", domain=lease.domain, reason=error.code)
    else:
        logger.error("router_turn_failed", domain=lease.domain, exc_info=error)
