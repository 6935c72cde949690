"""Lets tests wait for the next message of a bot."""

from __future__ import annotations

import asyncio
from collections import defaultdict

Place = tuple[int, int | None]


class Arrivals:
    """Who waits for a bot's next message, in one chat or in any (`None`)."""

    def __init__(self) -> None:
        self._waiting: dict[Place, set[asyncio.Future[None]]] = defaultdict(set)

    def notify(self, bot_id: int, chat_id: int) -> None:
        """A message of the bot arrived in the chat."""
        for place in ((bot_id, chat_id), (bot_id, None)):
            for future in self._waiting.pop(place, ()):
                if not future.done():
                    future.set_result(None)

    async def wait(self, place: Place, seconds: float) -> None:
        """Returns at the next message, or when the time is over."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[place].add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return
        finally:
            self._waiting[place].discard(future)
