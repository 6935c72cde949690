"""One simulated agent: signs in, is available, takes what rings, answers, and takes breaks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import httpx

from halfminute_demo.day import Day
from halfminute_demo.staff.desk import Desk, Refused
from halfminute_demo.staff.holding import Holding
from halfminute_demo.staff.live import LOST, Live, is_signed_out, open_live
from halfminute_demo.staff.reading import Talk, replies

_AGAIN_SECONDS: Final = 1.0
_FAREWELL_SECONDS: Final = 2.0
# By the town's clock; and never so short, whatever its speed, that nobody would see it.
_WORK_CLOCK_SECONDS: Final = (75 * 60.0, 150 * 60.0)
_BREAK_CLOCK_SECONDS: Final = (8 * 60.0, 15 * 60.0)
_SHORTEST_WORK_SECONDS: Final = 90.0
_SHORTEST_BREAK_SECONDS: Final = 15.0
_COMING_BACK_SECONDS: Final = 8.0

logger = logging.getLogger("halfminute_demo.staff")


@dataclass(frozen=True, slots=True)
class Hired:
    """Somebody of the roster: a real user with a password."""

    email: str
    password: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast agents live. `day` times their breaks; `haste` divides every pause."""

    seed: int = 1
    day: Day = field(default_factory=Day)
    haste: float = 1.0


class Agent:
    """An agent at work. What it knows of its conversations outlives a lost connection."""

    def __init__(self, address: str, hired: Hired, pace: Pace) -> None:
        """Signed out."""
        self._desk = Desk(address)
        self._hired = hired
        self._pace = pace
        self._chance = Random(f"{pace.seed}:agent:{hired.email}")
        self._is_signed_in = False
        self._presence = "available"
        self._talks: dict[str, Talk] = {}
        self._holdings: dict[str, Holding] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled; whatever breaks is begun anew."""
        try:
            while True:
                await self._work_while_connected()
                await asyncio.sleep(_AGAIN_SECONDS)
        finally:
            await self._go_home()

    async def _work_while_connected(self) -> None:
        try:
            if not self._is_signed_in:
                await self._desk.sign_in(self._hired.email, self._hired.password)
                self._is_signed_in = True
            async with open_live(self._desk) as live:
                await self._work(live)
        except (httpx.HTTPError, *LOST) as error:
            self._is_signed_in = self._is_signed_in and not is_signed_out(error)
            logger.warning("%s lost Halfminute: %s", self._hired.name, type(error).__name__)
        except Refused as refusal:
            self._is_signed_in = False
            logger.warning("%s is refused: %s", self._hired.name, refusal)
        finally:
            await self._drop_everything()

    async def _work(self, live: Live) -> None:
        self._begin(live.beat())
        seen = await self._desk.look()
        own = f"agent:{seen['user']['id']}"
        await live.follow(own, seen["streams"][own])
        await self._desk.set_presence(self._presence)
        self._begin(self._take_breaks())
        for conversation in seen["conversations"]:
            await self._hold(live, conversation)
        for offer in seen["offers"]:
            self._begin(self._accept(offer))
        async for event in live.events():
            await self._hear(live, event)

    async def _hear(self, live: Live, event: dict[str, Any]) -> None:
        data = event["data"]
        is_ours = data.get("agent_id") == self._id_in(event["stream"])
        match event["event"]:
            case "ConversationOffered" if is_ours and data.get("offer"):
                self._begin(self._accept(data["offer"]))
            case "ConversationAssigned" if is_ours and data.get("conversation"):
                await self._hold(live, data["conversation"])
            case "AgentPresenceChanged" if is_ours:
                self._begin(self._come_back())
            case "MessageReceived":
                holding = self._holdings.get(data["conversation_id"])
                if holding is not None:
                    holding.notice()

    def _id_in(self, stream: str) -> str | None:
        """The agent whose stream it is: an agent follows its own alone."""
        kind, _, identifier = stream.partition(":")
        return identifier if kind == "agent" else None

    async def _accept(self, offer: dict[str, Any]) -> None:
        await self._pause(self._chance.uniform(1, 4))
        await self._desk.accept(offer)
        logger.info("%s takes a conversation", self._hired.name)

    async def _hold(self, live: Live, conversation: dict[str, Any]) -> None:
        conversation_id = conversation["id"]
        if conversation_id in self._holdings or conversation["state"] != "active":
            return
        contact = conversation["contact"]
        talk = self._talks.setdefault(
            conversation_id,
            Talk(replies(contact["language"] or "en"), contact["name"], self._chance),
        )
        holding = Holding(self._desk, conversation_id, talk, self._chance, self._pace.haste)
        self._holdings[conversation_id] = holding
        await live.follow(f"conversation:{conversation_id}")
        self._begin(self._work_on(live, holding))

    async def _work_on(self, live: Live, holding: Holding) -> None:
        try:
            is_over = await self._has_ended(holding)
            while not is_over:
                await asyncio.sleep(_AGAIN_SECONDS)
                is_over = await self._has_ended(holding)
            self._talks.pop(holding.conversation_id, None)
            await live.leave(f"conversation:{holding.conversation_id}")
        finally:
            self._holdings.pop(holding.conversation_id, None)

    async def _has_ended(self, holding: Holding) -> bool:
        """False when Halfminute was away for a while and it has to be gone on with."""
        try:
            await holding.work()
        except httpx.HTTPError as error:
            logger.warning("%s tries again: %s", self._hired.name, type(error).__name__)
            return False
        except Refused as refusal:
            logger.info("%s may not go on: %s", self._hired.name, refusal.code)
            await holding.let_go()
        return True

    async def _take_breaks(self) -> None:
        while True:
            await self._pause(self._stretch(_WORK_CLOCK_SECONDS, _SHORTEST_WORK_SECONDS))
            await self._be("away", "break")
            await self._pause(self._stretch(_BREAK_CLOCK_SECONDS, _SHORTEST_BREAK_SECONDS))
            await self._be("available")

    def _stretch(self, clock_seconds: tuple[float, float], shortest: float) -> float:
        return max(shortest, self._pace.day.seconds_of(self._chance.uniform(*clock_seconds)))

    async def _be(self, presence: str, reason: str = "") -> None:
        self._presence = presence
        await self._desk.set_presence(presence, reason)
        logger.info("%s is %s", self._hired.name, f"{presence}, {reason}" if reason else presence)

    async def _come_back(self) -> None:
        """Be available again, whoever said that we are not."""
        await self._pause(_COMING_BACK_SECONDS)
        agent = (await self._desk.look())["agent"]
        if self._presence == "available" and agent["presence"] != "available":
            await self._be("available")

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._forgive(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forgive(self, work: Coroutine[Any, Any, None]) -> None:
        """A refusal ends this piece of work alone: an offer that has ended, for example."""
        try:
            await work
        except Refused as refusal:
            logger.info("%s may not: %s", self._hired.name, refusal.code)
        except (httpx.HTTPError, *LOST) as error:
            logger.warning("%s could not: %s", self._hired.name, type(error).__name__)

    async def _drop_everything(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._holdings.clear()

    async def _go_home(self) -> None:
        """Be offline, so that nothing rings at an empty chair."""
        try:
            async with asyncio.timeout(_FAREWELL_SECONDS):
                if self._is_signed_in:
                    await self._desk.set_presence("offline")
                    await self._desk.sign_out()
                    logger.info("%s goes home", self._hired.name)
        except (httpx.HTTPError, Refused, TimeoutError) as error:
            logger.info("%s left without a word: %s", self._hired.name, type(error).__name__)
        finally:
            await self._desk.close()

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._pace.haste)
