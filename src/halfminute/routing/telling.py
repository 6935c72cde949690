"""Tells contacts who wait, and whose screens this process serves, their place and expected wait.

Foretold by the follower, so that the router does nothing for it; told beside the log, since it is
true for a moment only and nobody need read it later. Each contact is told of its own conversation
alone, when something has changed, and seldom where many go before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from halfminute.conversations.queries import find_waiting
from halfminute.kit.database import Database
from halfminute.kit.errors import Unavailable
from halfminute.kit.time import to_us, utc_now
from halfminute.realtime.hub import Hub
from halfminute.realtime.protocol import wait_frame
from halfminute.realtime.sockets import Subscription
from halfminute.realtime.waits import WaitPlace
from halfminute.routing.follower import RouterFollower
from halfminute.routing.rounding import place_of

TURN_SECONDS: Final = 2.0
# Of the first ones; those behind them, and who does not wait, are looked at less often.
_FRONT: Final = 20
_FRONT_SECONDS: Final = 1.5
_BEHIND_SECONDS: Final = 10.0
_IDLE_SECONDS: Final = 4.0
# A range alone that changes is news after so long: it breathes with each handling.
_RANGE_SECONDS: Final = 10.0
# What was told is taken back when it could not be confirmed for so long.
_TRUE_SECONDS: Final = 30.0
# Forecasts may take so much of a turn, and the turns a tenth of the time.
_MOST_SECONDS: Final = 0.2
_REST: Final = 9


@dataclass(slots=True)
class _Told:
    """What a screen was told, and when; when it was last found to be so, and is to be looked at."""

    place: WaitPlace | None = None
    told_at: float = float("-inf")
    true_at: float = float("-inf")
    due_at: float = float("-inf")


class WaitTeller:
    """One for each process that serves contacts' screens; `run_once` is one turn."""

    def __init__(
        self,
        database: Database,
        follower: RouterFollower,
        hub: Hub,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` in seconds, as `time.monotonic`."""
        self._database = database
        self._follower = follower
        self._hub = hub
        self._clock = clock
        self._told: dict[Subscription, _Told] = {}
        self._rests_until = float("-inf")

    async def run_once(self) -> None:
        """Look at those who are due, and tell what has changed."""
        begun = self._clock()
        if begun < self._rests_until:
            return
        due = self._list_due(begun)
        if not due:
            return
        found: dict[UUID, WaitPlace | None] = {}
        try:
            await self._look([one.key.id for one in due], found)
        except Unavailable:
            self._take_back([one for one in due if one.key.id not in found], begun)
        ended = self._clock()
        self._rests_until = ended + _REST * (ended - begun)
        for one in due:
            if one.key.id in found:
                self._take(one, found[one.key.id], ended)

    def _list_due(self, now: float) -> list[Subscription]:
        """The longest due first, so that everybody has a turn."""
        following = self._hub.list_contacts_following("conversation")
        self._told = {one: self._told.get(one) or _Told() for one in following}
        due = [one for one in following if self._told[one].due_at <= now]
        return sorted(due, key=lambda one: self._told[one].due_at)

    async def _look(
        self, conversation_ids: Sequence[UUID], found: dict[UUID, WaitPlace | None]
    ) -> None:
        """Fill in what could be found out in the time. Raises Unavailable, when less is found."""
        async with self._database.connection() as connection:
            waiting = await find_waiting(connection, conversation_ids)
        found.update((each, None) for each in conversation_ids if each not in waiting)
        asked = [each for each in dict.fromkeys(conversation_ids) if each in waiting]
        if asked:
            now_us = to_us(utc_now())
            waits = await self._follower.expect(asked, now_us, most_seconds=_MOST_SECONDS)
            found.update((each, place_of(wait)) for each, wait in waits.items())

    def _take(self, one: Subscription, place: WaitPlace | None, now: float) -> None:
        told = self._told[one]
        told.true_at = now
        told.due_at = now + _seconds_to_next(place)
        is_moved = _position(place) != _position(told.place)
        if is_moved or (place != told.place and now - told.told_at >= _RANGE_SECONDS):
            self._tell(one, told, place, now)

    def _tell(self, one: Subscription, told: _Told, place: WaitPlace | None, now: float) -> None:
        if self._hub.tell(one, wait_frame(one.stream, place)):
            told.place, told.told_at = place, now

    def _take_back(self, unknown: Sequence[Subscription], now: float) -> None:
        for one in unknown:
            told = self._told[one]
            if told.place is not None and now - told.true_at >= _TRUE_SECONDS:
                self._tell(one, told, None, now)


def _seconds_to_next(place: WaitPlace | None) -> float:
    if place is None:
        return _IDLE_SECONDS
    return _FRONT_SECONDS if place.position <= _FRONT else _BEHIND_SECONDS


def _position(place: WaitPlace | None) -> int | None:
    return None if place is None else place.position
