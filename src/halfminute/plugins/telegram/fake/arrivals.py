"""Lets tests wait for the next message of a bot."""

from __future__ import annotations

import asyncio
from collections import defaultdict

Place = tuple[int, int | None]


class Arrivals:
    """Who waits for a bot's next message, in one chat or in any (`None`)."""

    def __init__(self) -> None:
        self._waiting: dict[Place, set[asyncio.Future[None]]] = defaultdict(set)
        self._is_closed = False

    def close(self) -> None:
        """Nobody waits any more."""
        self._is_closed = True
        for place in list(self._waiting):
            self._wake(place)

    def notify(self, bot_id: int, chat_id: int) -> None:
        """A message of the bot arrived in the chat."""
        for place in ((bot_id, chat_id), (bot_id, None)):
            self._wake(place)

    async def wait(self, place: Place, seconds: float) -> None:
        """Returns at the next message, or when the time is over."""
        if self._is_closed:
            return
        future = asyncio.get_running_loop().create_future()
        self._waiting[place].add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return
        finally:
            self._waiting[place].discard(future)

    def _wake(self, place: Place) -> None:
        for future in self._waiting.pop(place, ()):
            if not future.done():
                future.set_result(None)
