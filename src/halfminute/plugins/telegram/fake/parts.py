"""Puts the fake together."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from halfminute.plugins.telegram.fake.arrivals import Arrivals
from halfminute.plugins.telegram.fake.business import BusinessChats
from halfminute.plugins.telegram.fake.facts import BotMade
from halfminute.plugins.telegram.fake.faults import Faults
from halfminute.plugins.telegram.fake.journal import Journal
from halfminute.plugins.telegram.fake.limits import LimitOptions, Limits
from halfminute.plugins.telegram.fake.methods import Methods
from halfminute.plugins.telegram.fake.owners import Owners
from halfminute.plugins.telegram.fake.stickers import StickerSets
from halfminute.plugins.telegram.fake.subscribers import Subscribers
from halfminute.plugins.telegram.fake.updates import Updates
from halfminute.plugins.telegram.fake.webhooks import Webhooks
from halfminute.plugins.telegram.fake.world import Bot, World

_2026: Final = 1_767_225_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a fake behaves.

    `webhook_retry_seconds` is the first delay after a refused update (it doubles);
    `are_chats_open` lets bots write to any positive chat id, known or not.
    """

    tokens: tuple[str, ...] = ()
    limits: LimitOptions = field(default_factory=LimitOptions)
    webhook_retry_seconds: float = 1.0
    state_file: Path | None = None
    are_chats_open: bool = False


class Parts:
    """All parts of one fake, on one event loop."""

    def __init__(self, options: Options) -> None:
        journal = Journal(options.state_file) if options.state_file is not None else None
        self.world = World(journal)
        self.faults = Faults()
        self.arrivals = Arrivals()
        self.updates = Updates(self.world, self.faults)
        self.subscribers = Subscribers(self.world, self.updates)
        self.stickers = StickerSets(self.world)
        self.webhooks = Webhooks(self.world, self.updates, options.webhook_retry_seconds)
        limits = Limits(options.limits)
        self.business = BusinessChats(self.world, self.updates, limits, self.faults, self.arrivals)
        self.owners = Owners(self.world, self.updates, self.business)
        self.methods = Methods(
            self.world,
            self.updates,
            self.webhooks,
            limits=limits,
            faults=self.faults,
            arrivals=self.arrivals,
            are_chats_open=options.are_chats_open,
            business=self.business,
        )
        for number, token in enumerate(options.tokens, start=1):
            if self.world.find_bot(token) is None:
                self.make_bot(token, f"halfminute_{number}_bot", "Halfminute")

    def make_bot(self, token: str, username: str, name: str) -> Bot:
        """A new bot; ValueError if the token has no number or the number is taken."""
        bot_id = int(token.partition(":")[0])
        if bot_id in self.world.bots or not token.partition(":")[2]:
            raise ValueError(f"bot {bot_id} is there already, or its token has no secret")
        made = BotMade(
            bot_id=bot_id,
            token=token,
            username=username,
            name=name,
            first_number=_fresh_number(),
        )
        self.world.record(made)
        return self.world.bots[bot_id]

    async def start(self) -> None:
        """Goes on with what a former life left undone."""
        for bot in self.world.bots.values():
            self.webhooks.start(bot)

    def end_waits(self) -> None:
        """Answers all who wait for something to happen."""
        self.updates.close()
        self.arrivals.close()

    async def close(self) -> None:
        """Ends polls and deliveries."""
        self.end_waits()
        await self.webhooks.close()
        self.world.close()


def _fresh_number() -> int:
    """A number that a former life without a state file has not reached.

    Who talks to the fake remembers the numbers that it has seen, and takes nothing in twice. Ten a
    second since 2026: message numbers stay within 32 bits for years.
    """
    return int((time.time() - _2026) * 10)
