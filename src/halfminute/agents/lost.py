"""Signs off agents whose browsers have fallen silent, and nobody else.

A silence counts only while we were listening ourselves: after a start, after an outage of the
database, and after a jump of its clock, agents first get the time to be heard again.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

import structlog

from halfminute.agents import tables
from halfminute.agents.presence import record_presence
from halfminute.agents.types import CONNECTION_LOST
from halfminute.kit.database import Connection
from halfminute.kit.event_log import EventLog

logger = structlog.get_logger(__name__)

ListRinging = Callable[[Connection], Awaitable[Collection[UUID]]]


class LostAgentSweep:
    """To be run about once a second, by `run_once`.

    An agent at whom an offer rings is lost after `ringing_seconds` of silence, any other after
    `silence_seconds`: a customer waits for the first one's answer.
    """

    def __init__(
        self,
        log: EventLog,
        list_ringing: ListRinging,
        *,
        ringing_seconds: float = 8.0,
        silence_seconds: float = 30.0,
        gap_seconds: float = 4.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`list_ringing` names the agents at whom an offer rings.

        `gap_seconds`: two sweeps further apart than this have not listened in between.
        """
        self._log = log
        self._list_ringing = list_ringing
        self._ringing_seconds = ringing_seconds
        self._silence_seconds = silence_seconds
        self._gap_seconds = gap_seconds
        self._monotonic = monotonic
        self._listening_since = 0.0
        self._last_swept_at: tuple[float, float] | None = None

    async def run_once(self) -> list[UUID]:
        """Sign off who is lost; returns them. Raises DatabaseUnavailable."""
        silences, ringing = await self._read()
        if self._monotonic() - self._listening_since < self._ringing_seconds:
            return []
        lost = []
        for agent_id, silence_seconds in silences.items():
            limit = self._ringing_seconds if agent_id in ringing else self._silence_seconds
            if silence_seconds >= limit and await self._sign_off(agent_id, limit):
                lost.append(agent_id)
        return lost

    async def _read(self) -> tuple[dict[UUID, float], Collection[UUID]]:
        async with self._log.database.connection() as connection:
            self._note_swept(self._monotonic(), await connection.fetchval(tables.CLOCK))
            rows = await connection.fetch(tables.LIST_SILENT, self._ringing_seconds)
            ringing = await self._list_ringing(connection) if rows else ()
        return {row["id"]: row["silence_seconds"] for row in rows}, ringing

    def _note_swept(self, ours: float, theirs: float) -> None:
        before, self._last_swept_at = self._last_swept_at, (ours, theirs)
        if before is None or any(
            not -self._gap_seconds < passed < self._gap_seconds
            for passed in (ours - before[0], theirs - before[1])
        ):
            self._listening_since = ours

    async def _sign_off(self, agent_id: UUID, limit_seconds: float) -> bool:
        async with self._log.write() as unit:
            lost = await unit.connection.fetchval(
                tables.LOSE_SILENT, agent_id, limit_seconds, CONNECTION_LOST
            )
            if lost is not None:
                record_presence(unit, agent_id, "offline")
        if lost is not None:
            logger.info("agent_lost", agent_id=str(agent_id), after_seconds=limit_seconds)
        return lost is not None
