"""The one loop that reads the log for all sockets of this process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import asyncpg
import structlog

from halfminute.kit import metrics
from halfminute.kit.cadence import Cadence
from halfminute.kit.database import Database, OwnConnection
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import LOG_TOPIC, Event, LogTail, event_of, log_end
from halfminute.kit.time import utc_now
from halfminute.kit.wakeups import Wakeups
from halfminute.realtime import tables
from halfminute.realtime.projection import Address, Projection
from halfminute.realtime.protocol import Frame, subscribed_frame
from halfminute.realtime.sockets import Subscription
from halfminute.realtime.types import Audience
from halfminute.realtime.watchers import Watchers

logger = structlog.get_logger(__name__)

_POLL_SECONDS: Final = 0.25
# Turns that read so many events begin so far apart, so that a busy log is read in batches.
_PACE_SECONDS: Final = 0.008
_CROWD: Final = 16
_RETRY_SECONDS: Final = 0.25
_TURN_SECONDS: Final = 6.0
_LIVE_SECONDS: Final = 2.0
_CATCH_UPS_A_TURN: Final = 32
_EVENTS_A_CATCH_UP: Final = 100
# Who lacks more reads the present state anew instead, which is quicker.
LONGEST_REPLAY: Final = 5000

_FAULTS: Final = (
    Unavailable,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)


class _Lack(NamedTuple):
    """What one subscription lacked, by one snapshot of the database."""

    subscription: Subscription
    last_seq: int
    events: list[Event]


class Pump:
    """Reads the tail of the log and what subscriptions lack, and hands out frames in order."""

    def __init__(
        self,
        database: Database,
        wakeups: Wakeups,
        watchers: Watchers,
        projection: Projection,
        *,
        refuse: Callable[[Subscription, str], None],
        observe: Callable[[Event], None],
    ) -> None:
        """`refuse` ends a subscription that cannot be served; `observe` sees every event."""
        self._database = database
        self._bell = wakeups.subscribe(LOG_TOPIC)
        self._watchers = watchers
        self._projection = projection
        self._refuse = refuse
        self._observe = observe
        self._tail: LogTail | None = None
        self._lacking: deque[Subscription] = deque()
        self._read_at = float("-inf")
        self._cadence = Cadence(_PACE_SECONDS, crowd=_CROWD)

    @property
    def is_live(self) -> bool:
        """Whether the log was read within the last two seconds."""
        return asyncio.get_running_loop().time() - self._read_at <= _LIVE_SECONDS

    def catch_up(self, subscription: Subscription) -> None:
        """Send it all that it lacks, and from then on what comes."""
        subscription.phase = "catching_up"
        self._lacking.append(subscription)
        self._bell.ring()

    async def run(self) -> None:
        """Read until cancelled; a database that is gone is waited for."""
        while True:
            try:
                await self._read_until_fault()
            except _FAULTS as error:
                logger.warning("log_unreadable", fault=type(error).__name__)
            except Exception:  # a bug must not end the loop that every screen lives on
                logger.exception("pump_failed")
            await asyncio.sleep(_RETRY_SECONDS)

    async def _read_until_fault(self) -> None:
        # A connection of its own: a pool that is exhausted must not make screens old.
        connection = await self._database.connect()
        try:
            while True:
                await self._cadence.wait()
                async with asyncio.timeout(_TURN_SECONDS):
                    await self._turn(connection)
                if not self._has_more():
                    await self._bell.wait(_POLL_SECONDS)
        finally:
            connection.terminate()

    def _has_more(self) -> bool:
        is_behind = self._tail is not None and self._tail.is_behind
        return is_behind or any(one.socket.has_room for one in self._lacking)

    async def _turn(self, connection: OwnConnection) -> None:
        """Read once and hand out what came."""
        if self._tail is None:
            self._tail = LogTail(await log_end(connection))
        cursor = self._tail.cursor
        taken = self._take_lacking()
        try:
            events = await self._tail.read(connection)
            lacks = await self._read_lacks(connection, taken)
            frames = await self._project(connection, events, lacks)
        except BaseException:
            self._tail.cursor = cursor
            self._lacking.extendleft(reversed(taken))
            raise
        self._read_at = asyncio.get_running_loop().time()
        for lack in lacks:
            self._hand_out_lack(lack, frames)
        self._hand_out(events, frames)
        self._cadence.note_served(len(events))

    def _take_lacking(self) -> list[Subscription]:
        taken: list[Subscription] = []
        without_room: list[Subscription] = []
        while self._lacking and len(taken) < _CATCH_UPS_A_TURN:
            one = self._lacking.popleft()
            if one.phase == "catching_up" and not one.socket.is_closing:
                (taken if one.socket.has_room else without_room).append(one)
        for one in without_room:
            one.socket.on_room = self._bell.ring
        self._lacking.extend(without_room)
        return taken

    async def _read_lacks(
        self, connection: OwnConnection, taken: Sequence[Subscription]
    ) -> list[_Lack]:
        if not taken:
            return []
        rows = await connection.fetch(
            tables.CATCH_UP,
            [one.stream for one in taken],
            [one.last_seq for one in taken],
            _EVENTS_A_CATCH_UP,
        )
        lacks = [_Lack(one, 0, []) for one in taken]
        for row in rows:
            index = row["n"] - 1
            lack = lacks[index] = lacks[index]._replace(last_seq=row["last_seq"])
            if row["seq"] is not None:
                lack.events.append(event_of(row))
        return lacks

    async def _project(
        self, connection: OwnConnection, events: Sequence[Event], lacks: Sequence[_Lack]
    ) -> dict[Address, Frame]:
        wanted: dict[Audience, dict[tuple[str, int], Event]] = {}
        for lack in lacks:
            audience = lack.subscription.socket.audience
            for event in lack.events:
                wanted.setdefault(audience, {})[event.stream, event.seq] = event
        for event in events:
            for one in self._watchers.of(event.stream):
                if one.phase == "live" and event.seq > one.last_seq:
                    audience = one.socket.audience
                    wanted.setdefault(audience, {})[event.stream, event.seq] = event
        listed = {audience: list(by_number.values()) for audience, by_number in wanted.items()}
        return await self._projection.project(connection, listed)

    def _hand_out_lack(self, lack: _Lack, frames: dict[Address, Frame]) -> None:
        one = lack.subscription
        if one.phase != "catching_up":
            return
        if (code := _find_obstacle(lack)) is not None:
            self._refuse(one, code)
            return
        for event in lack.events:
            if not one.socket.has_room:
                break
            self._send(one, event, frames)
        if one.last_seq < lack.last_seq:
            self._lacking.append(one)
            return
        one.phase = "live"
        if not one.is_announced:
            one.is_announced = True
            one.socket.push(subscribed_frame(one.stream, one.last_seq))

    def _hand_out(self, events: Sequence[Event], frames: dict[Address, Frame]) -> None:
        # Within a stream positions follow the numbers; a reader of the whole log sees the order
        # of transactions instead, in which a later number may come first.
        for event in sorted(events, key=_position):
            for one in self._watchers.of(event.stream):
                if one.phase != "live" or event.seq <= one.last_seq:
                    continue
                if event.seq == one.last_seq + 1 and one.socket.has_room:
                    self._send(one, event, frames)
                else:
                    self.catch_up(one)
            self._observe(event)
        if events:
            metrics.hub_lag_seconds.set((utc_now() - events[-1].at).total_seconds())

    def _send(self, one: Subscription, event: Event, frames: dict[Address, Frame]) -> None:
        frame = frames.get((event.stream, event.seq, one.socket.audience))
        one.last_seq = event.seq
        if frame is not None:
            metrics.frames_total.inc()
            one.socket.push(frame)


def _find_obstacle(lack: _Lack) -> str | None:
    """Why a subscription cannot go on from where it stands: its screen must be read anew."""
    after = lack.subscription.last_seq
    if after > lack.last_seq:
        return "unknown_seq"
    is_torn = bool(lack.events) and lack.events[0].seq != after + 1
    is_emptied = after < lack.last_seq and not lack.events
    if is_torn or is_emptied or lack.last_seq - after > LONGEST_REPLAY:
        return "too_far_behind"
    return None


def _position(event: Event) -> int:
    return event.position
