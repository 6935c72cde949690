"""Heartbeats of all sockets by one wheel, instead of a timer for each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final
from uuid import UUID

import structlog

from halfminute.kit.time import utc_now
from halfminute.realtime.protocol import (
    CONTACT_HEARTBEAT_SECONDS,
    USER_HEARTBEAT_SECONDS,
    Frame,
    heartbeat_frame,
)
from halfminute.realtime.sockets import Socket

logger = structlog.get_logger(__name__)

RecordHeartbeats = Callable[[Collection[UUID]], Awaitable[object]]
_TICK_SECONDS: Final = 0.25
_SLOTS: Final = 128
# A screen that has read nothing for so long, though something was sent to it, is closed.
_STALLED_SECONDS: Final = 8.0
_RECORD_SECONDS: Final = 1.0


class Wheel:
    """Sockets lie in slots; each tick empties one, and puts its sockets a period ahead."""

    def __init__(self, is_live: Callable[[], bool]) -> None:
        """`is_live` is what the heartbeats tell."""
        self._is_live = is_live
        self._slots: list[set[Socket]] = [set() for _ in range(_SLOTS)]
        self._place = 0

    def add(self, socket: Socket) -> None:
        """Its first heartbeat comes a period from now."""
        self._slots[(self._place + _ticks(socket)) % _SLOTS].add(socket)

    async def run(self) -> None:
        """Turn until cancelled, by the clock of the loop, whatever the wall clock does."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += _TICK_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))
            self._turn(loop.time())

    def _turn(self, now: float) -> None:
        self._place = (self._place + 1) % _SLOTS
        sockets, self._slots[self._place] = self._slots[self._place], set()
        frame = heartbeat_frame(utc_now(), is_live=self._is_live())
        for socket in sockets:
            if not socket.is_closing:
                self._beat(socket, frame, now)
                self.add(socket)

    def _beat(self, socket: Socket, frame: Frame, now: float) -> None:
        if not socket.is_sending:
            socket.push(frame)
        elif now - socket.progress_at > _STALLED_SECONDS:
            socket.close_slow()


class Heard:
    """The agents that were heard of, told on once a second."""

    def __init__(self, record: RecordHeartbeats) -> None:
        """`record` gets the agents' ids, one call for all."""
        self._record = record
        self._agent_ids: set[UUID] = set()

    def hear(self, agent_id: UUID) -> None:
        """The agent is there."""
        self._agent_ids.add(agent_id)

    async def run(self) -> None:
        """Tell until cancelled; what could not be told is told with the next."""
        while True:
            await asyncio.sleep(_RECORD_SECONDS)
            if self._agent_ids:
                await self._tell()

    async def _tell(self) -> None:
        agent_ids, self._agent_ids = self._agent_ids, set()
        try:
            await self._record(agent_ids)
        except Exception as error:  # noqa: BLE001  presence must survive whatever befalls it once
            self._agent_ids |= agent_ids
            logger.warning("heartbeats_postponed", fault=type(error).__name__)


def _ticks(socket: Socket) -> int:
    is_contact = socket.audience == "contact"
    seconds = CONTACT_HEARTBEAT_SECONDS if is_contact else USER_HEARTBEAT_SECONDS
    return round(seconds / _TICK_SECONDS)
