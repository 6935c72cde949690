"""Sends no faster than the provider allows, and agents' replies before everything else."""

from __future__ import annotations

import asyncio
import time
from bisect import insort
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from itertools import count
from typing import Final

from halfminute.channels.window import Window
from halfminute.sdk.channel import Pace

# How soon it is looked again whether calls that do not end have widened the window.
_LOOK_SECONDS: Final = 0.05
_ADDRESSES_REMEMBERED: Final = 10_000
# Of the account's places: below that, what need not be done is left undone.
_SPARE_SHARE: Final = 0.5


class Bucket:
    """A token bucket: `burst` tokens at most, `rate` new ones a second."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        """Full at first. Times are seconds of one monotonic clock."""
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._at = now

    def ready_at(self, now: float) -> float:
        """When there is a token: `now` or later."""
        self._fill(now)
        return now if self._tokens >= 1 else now + (1 - self._tokens) / self._rate

    def has_spare(self, now: float, *, share: float = 0.0) -> bool:
        """Whether one may be taken and another is left, and `share` of them all."""
        self._fill(now)
        return self._tokens >= max(2.0, self._burst * share)

    def take(self, now: float) -> None:
        """Take one; to be called when there is one."""
        self._fill(now)
        self._tokens -= 1

    def is_full(self, now: float) -> bool:
        """Whether it has been left alone long enough to be as good as new."""
        self._fill(now)
        return self._tokens >= self._burst

    def _fill(self, now: float) -> None:
        # A hair more than elapsed: a timer may fire a rounding error before the token is whole.
        gained = (now - self._at) * self._rate + 1e-9
        self._tokens = min(self._burst, self._tokens + gained)
        self._at = now


class _Turn:
    """One message's place in the line."""

    def __init__(self, priority: int, number: int, address: str) -> None:
        self.place = (priority, number)
        self.is_reply = priority == 0
        self.address = address
        self.granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __lt__(self, other: _Turn) -> bool:
        return self.place < other.place


class Pacer:
    """The line before one account: lower priorities first, then first come, first served.

    Who waits for an address that has had its share lets those behind pass. No more turns are under
    way at once than the pace can use; agents' replies wait for no bulk that is under way.
    """

    def __init__(self, pace: Pace, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._pace = pace
        self._clock = clock
        self._account = Bucket(pace.account_rate, pace.account_burst, clock())
        self._window = Window(pace.account_rate, clock=clock)
        self._addresses: dict[str, Bucket] = {}
        self._waiting: list[_Turn] = []
        self._numbers = count()
        self._closed_until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def block(self, seconds: float) -> None:
        """Nothing of this account goes out for so long."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    @asynccontextmanager
    async def turn(self, address: str, priority: int) -> AsyncIterator[None]:
        """Enters when this address may be sent one message; leave it when the message is through.

        Cancelling gives the turn up.
        """
        turn = _Turn(priority, next(self._numbers), address)
        insort(self._waiting, turn)
        self._grant()
        try:
            await turn.granted
            yield
        finally:
            if turn in self._waiting:
                self._waiting.remove(turn)
            self._window.end(turn)
            self._grant()

    def take_spare(self, address: str) -> bool:
        """Whether something that may as well be left undone can go now, and if so its place.

        It waits for nobody, and nobody will wait for it: not while anybody is in line, and only
        from a bucket that is half full and an address that has another place left.
        """
        now = self._clock()
        bucket = self._bucket(address, now)
        if (
            self._waiting
            or self._closed_until > now
            or not self._window.has_room
            or not self._account.has_spare(now, share=_SPARE_SHARE)
            or not bucket.has_spare(now)
        ):
            return False
        self._account.take(now)
        bucket.take(now)
        return True

    def calling(self) -> AbstractContextManager[None]:
        """Around the call of the provider, so that its length is known."""
        return self._window.calling()

    def _grant(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            now = self._clock()
            wait_seconds = self._grant_one(now)
            if wait_seconds > 0:
                self._timer = asyncio.get_running_loop().call_later(wait_seconds, self._grant)
                return

    def _grant_one(self, now: float) -> float:
        """Grant the best turn that may go; else how many seconds until one may."""
        is_crowded = not self._window.has_room
        if is_crowded and not (self._window.has_room_for_reply and self._waiting[0].is_reply):
            return _LOOK_SECONDS
        account_ready = max(self._account.ready_at(now), self._closed_until)
        if account_ready > now:
            return account_ready - now
        earliest = float("inf")
        for turn in self._waiting:
            if is_crowded and not turn.is_reply:
                return min(earliest - now, _LOOK_SECONDS)
            bucket = self._bucket(turn.address, now)
            ready = bucket.ready_at(now)
            if ready <= now:
                self._account.take(now)
                bucket.take(now)
                self._waiting.remove(turn)
                if not turn.granted.done():
                    self._window.begin(turn, is_reply=turn.is_reply)
                    turn.granted.set_result(None)
                return 0.0
            earliest = min(earliest, ready)
        return min(earliest - now, _LOOK_SECONDS) if is_crowded else earliest - now

    def _bucket(self, address: str, now: float) -> Bucket:
        bucket = self._addresses.get(address)
        if bucket is None:
            if len(self._addresses) >= _ADDRESSES_REMEMBERED:
                self._forget_idle(now)
            bucket = Bucket(self._pace.address_rate, self._pace.address_burst, now)
            self._addresses[address] = bucket
        return bucket

    def _forget_idle(self, now: float) -> None:
        self._addresses = {
            address: bucket
            for address, bucket in self._addresses.items()
            if not bucket.is_full(now)
        }
