"""Lets subscribers come as they are planned, until it is stopped."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import httpx

from halfminute_demo.plan import TownSettings, plan_town
from halfminute_demo.stay import Stay
from halfminute_demo.telegram import Gone, Telegram
from halfminute_demo.visits import Visit

_PAUSE_SECONDS: Final = 1.0

logger = logging.getLogger("halfminute_demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Addresses, and the town.

    `visits` ends it after so many; `haste` makes people quicker than people are, and divides every
    pause, also those between the visits.
    """

    halfminute: str
    telegram: str
    town: TownSettings = field(default_factory=TownSettings)
    visits: int | None = None
    haste: float = 1.0


class Town:
    """The subscribers, and who of them is writing now."""

    def __init__(self, options: Options, http: httpx.AsyncClient) -> None:
        """`http` has the simulated Telegram's base address."""
        self._options = options
        self._http = http
        self._busy: set[int] = set()
        self.answered = 0
        self.unanswered = 0
        self.let_go = 0

    async def run(self) -> None:
        """Visits, each in a task of its own; returns when the last has ended."""
        options = self._options
        telegram = Telegram(self._http, await find_bot(self._http))
        loop = asyncio.get_running_loop()
        started_at = loop.time()
        async with asyncio.TaskGroup() as group:
            for visit in islice(plan_town(options.town), options.visits):
                due = started_at + visit.at_seconds / options.haste
                await asyncio.sleep(max(0.0, due - loop.time()))
                group.create_task(self._visit(telegram, visit))

    async def _visit(self, telegram: Telegram, visit: Visit) -> None:
        name = visit.person.first_name
        if visit.person.id in self._busy:
            # They write of one thing at a time. The plan stays as it is: others come as they would.
            self.let_go += 1
            return
        self._busy.add(visit.person.id)
        clock = self._options.town.day.time_at(visit.at_seconds)
        logger.info("%s in town: %s writes about %s", clock, name, visit.topic)
        try:
            is_answered = await Stay(telegram, visit, self._options.haste).live()
        except (httpx.HTTPError, Gone) as error:
            logger.warning("%s lost Telegram: %s", name, type(error).__name__)
        else:
            self.answered += is_answered
            self.unanswered += not is_answered
            logger.info("%s goes, %s", name, _mood(is_answered=is_answered))
        finally:
            self._busy.discard(visit.person.id)


async def wait_until_healthy(http: httpx.AsyncClient, address: str) -> None:
    """Returns when the address answers 200."""
    is_told = False
    while True:
        try:
            response = await http.get(address)
        except httpx.TransportError:
            pass
        else:
            if response.status_code == 200:
                return
        if not is_told:
            logger.info("waiting for %s", address)
            is_told = True
        await asyncio.sleep(_PAUSE_SECONDS)


async def find_bot(http: httpx.AsyncClient) -> int:
    """The first bot at the simulated Telegram; waits until there is one."""
    while True:
        bots = (await http.get("/control/bots")).json()
        if bots:
            return int(bots[0]["id"])
        await asyncio.sleep(_PAUSE_SECONDS)


def _mood(*, is_answered: bool) -> str:
    return "with an answer" if is_answered else "without an answer"
