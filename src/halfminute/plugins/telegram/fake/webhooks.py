"""Brings updates to webhooks, and again until they are taken.

"In case of an unsuccessful request (a request with response HTTP status code different from 2XY),
we will repeat the request" (https://core.telegram.org/bots/api#setwebhook). The delays (doubling up
to a minute or two), the Retry-After header and the day after which an update is given up are read
from the server's source (https://github.com/tdlib/telegram-bot-api, WebhookActor.cpp).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import msgspec

from halfminute.plugins.telegram.fake.facts import UpdateQueued
from halfminute.plugins.telegram.fake.updates import Updates
from halfminute.plugins.telegram.fake.world import Bot, World

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LONGEST_DELAY_SECONDS: Final = 60.0
LONGEST_RETRY_AFTER_SECONDS: Final = 3600.0
LIFETIME_SECONDS: Final = 86_400.0
ANSWER_SECONDS: Final = 60.0


@dataclass(slots=True)
class Health:
    """What getWebhookInfo tells of a webhook."""

    last_error_at: float | None = None
    last_error: str = ""


@dataclass(slots=True)
class _Lane:
    updates: deque[UpdateQueued] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Webhooks:
    """One task for each bot's lane that has something to bring."""

    def __init__(self, world: World, updates: Updates, base_delay_seconds: float) -> None:
        self._world = world
        self._updates = updates
        self._base_delay_seconds = base_delay_seconds
        self._lanes: dict[tuple[int, str], _Lane] = {}
        self._slots: dict[int, asyncio.Semaphore] = {}
        self._health: dict[int, Health] = {}
        self._http: aiohttp.ClientSession | None = None
        updates.on_webhook_update = self._add

    def health(self, bot: Bot) -> Health:
        """How the bot's webhook has fared."""
        return self._health.setdefault(bot.id, Health())

    def start(self, bot: Bot) -> None:
        """Begins to bring what waits, to the address that the bot has now."""
        self.stop(bot)
        self._slots[bot.id] = asyncio.Semaphore(bot.inbound.max_connections)
        if bot.inbound.url:
            for update_id in sorted(bot.pending):
                self._add(bot, bot.pending[update_id])

    def stop(self, bot: Bot) -> None:
        """Brings nothing more; what waits stays."""
        for key in [key for key in self._lanes if key[0] == bot.id]:
            task = self._lanes.pop(key).task
            if task is not None:
                task.cancel()

    async def close(self) -> None:
        """Ends all deliveries."""
        for bot in self._world.bots.values():
            self.stop(bot)
        if self._http is not None:
            await self._http.close()

    def _add(self, bot: Bot, update: UpdateQueued) -> None:
        lane = self._lanes.setdefault((bot.id, update.lane), _Lane())
        lane.updates.append(update)
        if lane.task is None:
            lane.task = asyncio.create_task(self._work(bot, update.lane, lane))

    async def _work(self, bot: Bot, name: str, lane: _Lane) -> None:
        while lane.updates:
            await self._bring(bot, lane.updates[0])
            update = lane.updates[0]
            # An ordered duplicate is still pending: it is brought once more.
            if update.update_id not in bot.pending:
                lane.updates.popleft()
        del self._lanes[bot.id, name]

    async def _bring(self, bot: Bot, update: UpdateQueued) -> None:
        delay = self._base_delay_seconds
        while update.update_id in bot.pending:
            ordered_delay = await self._post(bot, update)
            if ordered_delay is None:
                self._updates.acknowledge(bot, (update.update_id,))
                return
            if time.time() - update.at > LIFETIME_SECONDS:
                self._updates.acknowledge(bot, (update.update_id,))
                return
            await asyncio.sleep(max(delay, ordered_delay))
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)

    async def _post(self, bot: Bot, update: UpdateQueued) -> float | None:
        """None if it was taken, else the seconds that the answer asked to wait."""
        headers = {"Content-Type": "application/json"}
        if bot.inbound.secret:
            headers[SECRET_HEADER] = bot.inbound.secret
        try:
            async with (
                self._slots[bot.id],
                self._open().post(
                    bot.inbound.url,
                    data=msgspec.json.encode(update.body),
                    headers=headers,
                    allow_redirects=False,
                ) as response,
            ):
                await response.read()
                if 200 <= response.status < 300:
                    return None
                self._note(bot, f"Wrong response from the webhook: {response.status}")
                return _retry_after(response.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._note(bot, f"{type(error).__name__}: {error}")
            return 0.0

    def _note(self, bot: Bot, words: str) -> None:
        health = self.health(bot)
        health.last_error_at = time.time()
        health.last_error = words

    def _open(self) -> aiohttp.ClientSession:
        if self._http is None:
            limits = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
            self._http = aiohttp.ClientSession(
                timeout=limits, connector=aiohttp.TCPConnector(limit=0)
            )
        return self._http


def _retry_after(header: str) -> float:
    """Seconds of a Retry-After header; its form as a date is not obeyed by the server either."""
    return min(float(header), LONGEST_RETRY_AFTER_SECONDS) if header.isdecimal() else 0.0
