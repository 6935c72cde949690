"""The pace that Telegram allows a bot, and the wait it orders beyond that.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about one message
a second in a chat, short bursts aside, and about 30 a second over all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from halfminute.plugins.telegram.fake.refusals import too_many_requests


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOptions:
    """Messages a second and how many at once; `is_enforced` off lets everything through.

    A pressed button waits `press_seconds` for its answer: the reference says only that there is an
    end, and people have measured some fifteen.
    """

    bot_rate: float = 30.0
    bot_burst: int = 30
    chat_rate: float = 1.0
    chat_burst: int = 5
    is_enforced: bool = True
    press_seconds: float = 15.0


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    blocked_until: float = 0.0

    def wait_for(self, rate: float, burst: int, now: float) -> int:
        """Whole seconds until one may be taken; 0 if now. What was ordered is not prolonged."""
        self.tokens = min(float(burst), self.tokens + (now - self.at) * rate)
        self.at = now
        if now >= self.blocked_until and self.tokens < 1:
            self.blocked_until = now + math.ceil((1 - self.tokens) / rate)
        return max(0, math.ceil(self.blocked_until - now))


@dataclass(slots=True)
class Limits:
    """The buckets of all bots and chats. Time is monotonic seconds that come in."""

    options: LimitOptions
    _buckets: dict[tuple[int, int | None], _Bucket] = field(default_factory=dict)

    def take(self, bot_id: int, chat_id: int, now: float) -> None:
        """Counts one message; a Refusal with `retry_after`, which holds until it is over."""
        if not self.options.is_enforced:
            return
        options = self.options
        bot = self._bucket((bot_id, None), options.bot_burst, now)
        chat = self._bucket((bot_id, chat_id), options.chat_burst, now)
        for bucket, rate, burst in (
            (bot, options.bot_rate, options.bot_burst),
            (chat, options.chat_rate, options.chat_burst),
        ):
            seconds = bucket.wait_for(rate, burst, now)
            if seconds > 0:
                raise too_many_requests(seconds)
        bot.tokens -= 1
        chat.tokens -= 1

    def _bucket(self, key: tuple[int, int | None], burst: int, now: float) -> _Bucket:
        return self._buckets.setdefault(key, _Bucket(float(burst), now))
