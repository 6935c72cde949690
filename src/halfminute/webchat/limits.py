"""How fast visitors may write and connect, and visits may begin, in one process."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from halfminute.channels.pacing import Bucket
from halfminute.files.receiving import Uploads
from halfminute.kit.errors import TooManyRequests
from halfminute.webchat.errors import (
    TooManyDeeds,
    TooManyFiles,
    TooManyLinks,
    TooManyMessages,
    TooManySignIns,
    TooManyTickets,
    TooManyVisits,
)

# Forgetting a bucket fills it, so as many are kept as an attacker has addresses to try.
_REMEMBERED: Final = 50_000


class VisitorLimits:
    """The limits of web chat."""

    def __init__(self) -> None:
        # A person who is upset sends ten short lines at once, not a hundred.
        self.messages = Limit(1.0, 20, TooManyMessages)
        # A connection takes one; a bad network takes many, but not all day.
        self.tickets = Limit(0.5, 60, TooManyTickets)
        # An office, or a mobile operator's own gateway, may sit behind one address.
        self.visits = Limit(2.0, 100, TooManyVisits)
        self.sign_ins = Limit(2.0, 100, TooManySignIns)
        # By visitor: a link is pressed, or forgotten.
        self.links = Limit(1 / 60, 5, TooManyLinks)
        # Of one address: what its visitors may each hand in, `uploading` says.
        self.uploads = Limit(0.5, 60, TooManyFiles)
        # Beside the agents' own, so that no crowd of visitors keeps an agent from answering.
        self.receiving = Uploads(of_one=2, of_all=16)
        # Of one address: the picker reads them whenever it is opened.
        self.stickers = Limit(2.0, 100, TooManyDeeds)
        # A rating may be thought over; a browser says every three seconds that somebody types.
        self.deeds = Limit(0.2, 20, TooManyDeeds)
        self.typing = Limit(0.5, 10, TooManyDeeds)
        # Each reads a whole thread.
        self.transcripts = Limit(0.05, 5, TooManyDeeds)


class Limit:
    """A bucket for each of those who are told apart by a key."""

    def __init__(
        self,
        rate: float,
        burst: int,
        error: type[TooManyRequests],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`burst` at once and `rate` a second after that; more is refused with `error`."""
        self._rate = rate
        self._burst = burst
        self._error = error
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, key: str) -> None:
        """Count one. Raises the error, with the seconds until the next is let through."""
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._rate, self._burst, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        ready_at = bucket.ready_at(now)
        if ready_at > now:
            raise self._error(retry_after_seconds=max(1, math.ceil(ready_at - now)))
        bucket.take(now)
