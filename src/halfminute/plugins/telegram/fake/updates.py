"""Queues updates for bots and hands them to pollers (https://core.telegram.org/bots/api#getupdates).

How the server keeps order is read from its source: updates of one kind and chat are brought one
after another, and different kinds may overtake each other
(https://github.com/tdlib/telegram-bot-api, WebhookActor.cpp).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from halfminute.plugins.telegram.fake.facts import (
    InboundConfigured,
    UpdateQueued,
    UpdatesForgotten,
)
from halfminute.plugins.telegram.fake.faults import Faults
from halfminute.plugins.telegram.fake.refusals import Refusal, conflict
from halfminute.plugins.telegram.fake.world import Bot, World

LONGEST_POLL_SECONDS: Final = 50

_ONE_LANE: Final = {
    "edited_message": "message",
    "edited_business_message": "business_message",
    "deleted_business_messages": "business_message",
}


class Updates:
    """What waits for each bot, and who waits for it."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._pollers: dict[int, asyncio.Future[Refusal | None]] = {}
        self._is_closed = False
        # Called with each new update of a bot that has a webhook.
        self.on_webhook_update: Callable[[Bot, UpdateQueued], None] = lambda _bot, _update: None

    def queue(self, bot: Bot, kind: str, chat_id: int, content: dict[str, Any]) -> int | None:
        """Queues an update if the bot asked for its kind; its number."""
        if not bot.wants(kind):
            return None
        update_id = bot.last_update_id + 1
        update = UpdateQueued(
            bot_id=bot.id,
            update_id=update_id,
            lane=f"{_ONE_LANE.get(kind, kind)}:{chat_id}",
            at=time.time(),
            body={"update_id": update_id, kind: content},
        )
        self._world.record(update)
        if bot.inbound.url:
            self.on_webhook_update(bot, update)
        self._wake(bot, None)
        return update_id

    def acknowledge(self, bot: Bot, update_ids: tuple[int, ...]) -> None:
        """The bot has them; those for which a duplicate is ordered stay once."""
        gone = tuple(
            each
            for each in update_ids
            if each in bot.pending and not self._faults.take_duplicate(bot.id)
        )
        if gone:
            self._world.record(UpdatesForgotten(bot_id=bot.id, update_ids=gone))

    def configure(self, bot: Bot, inbound: InboundConfigured, *, drop_pending: bool) -> None:
        """A webhook set or deleted; ends the long poll that goes on."""
        self._world.record(inbound)
        if drop_pending:
            dropped = UpdatesForgotten(bot_id=bot.id, update_ids=tuple(bot.pending))
            self._world.record(dropped)
        if inbound.url:
            self._wake(bot, conflict("terminated by setWebhook request"))

    async def poll(self, bot: Bot, offset: int, limit: int, timeout_seconds: int) -> list[Any]:
        """What getUpdates answers; a Refusal (409) to a poller that another one replaced."""
        if bot.inbound.url:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self._wake(
            bot,
            conflict(
                "terminated by other getUpdates request; "
                "make sure that only one bot instance is running"
            ),
        )
        self._acknowledge_before(bot, offset)
        if not bot.pending and timeout_seconds > 0 and not self._is_closed:
            await self._wait(bot, min(timeout_seconds, LONGEST_POLL_SECONDS))
        first = sorted(bot.pending)[:limit]
        return [msgspec.Raw(msgspec.json.encode(bot.pending[each].body)) for each in first]

    def close(self) -> None:
        """Ends all long polls, and begins none."""
        self._is_closed = True
        for woken in self._pollers.values():
            if not woken.done():
                woken.set_result(None)
        self._pollers.clear()

    def _acknowledge_before(self, bot: Bot, offset: int) -> None:
        """ "The negative offset can be specified to retrieve updates starting from -offset update
        from the end of the updates queue. All previous updates will be forgotten."
        """
        if offset < 0:
            self.acknowledge(bot, tuple(sorted(bot.pending)[:offset]))
        else:
            self.acknowledge(bot, tuple(each for each in sorted(bot.pending) if each < offset))

    async def _wait(self, bot: Bot, seconds: float) -> None:
        woken: asyncio.Future[Refusal | None] = asyncio.get_running_loop().create_future()
        self._pollers[bot.id] = woken
        try:
            refusal = await asyncio.wait_for(woken, seconds)
        except TimeoutError:
            return
        finally:
            if self._pollers.get(bot.id) is woken:
                del self._pollers[bot.id]
        if refusal is not None:
            raise refusal

    def _wake(self, bot: Bot, refusal: Refusal | None) -> None:
        woken = self._pollers.pop(bot.id, None)
        if woken is not None and not woken.done():
            woken.set_result(refusal)
