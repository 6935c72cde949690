"""Lets subscribers come, by a rate, until it is stopped."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

import httpx

from halfminute_demo.stay import Stay
from halfminute_demo.telegram import Gone, Telegram
from halfminute_demo.visits import next_visit_seconds, plan_visit

_PAUSE_SECONDS: Final = 1.0

logger = logging.getLogger("halfminute_demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Addresses, and who comes how often.

    `visits` ends it after so many; `haste` makes people quicker than people are.
    """

    halfminute: str
    telegram: str
    rate_per_minute: float = 6.0
    seed: int = 1
    visits: int | None = None
    haste: float = 1.0


class Town:
    """The subscribers, and who of them is writing now."""

    def __init__(self, options: Options, http: httpx.AsyncClient) -> None:
        """`http` has the simulated Telegram's base address."""
        self._options = options
        self._http = http
        self._busy: set[int] = set()
        self._is_full = False
        self.answered = 0
        self.unanswered = 0

    async def run(self) -> None:
        """Visits, each in a task of its own; returns when the last has ended."""
        options = self._options
        telegram = Telegram(self._http, await find_bot(self._http))
        number = 0
        async with asyncio.TaskGroup() as group:
            while options.visits is None or number < options.visits:
                number += 1
                pause = next_visit_seconds(options.seed, number, options.rate_per_minute)
                await asyncio.sleep(pause / options.haste)
                group.create_task(self._visit(telegram, number))

    async def _visit(self, telegram: Telegram, number: int) -> None:
        try:
            visit = plan_visit(self._options.seed, number, self._busy)
        except ValueError:
            if not self._is_full:
                logger.warning("everybody waits for an answer: nobody new comes until one goes")
            self._is_full = True
            return
        self._is_full = False
        self._busy.add(visit.person.id)
        logger.info("%s writes about %s", visit.person.first_name, visit.topic)
        try:
            is_answered = await Stay(telegram, visit, self._options.haste).live()
        except (httpx.HTTPError, Gone) as error:
            logger.warning("%s lost Telegram: %s", visit.person.first_name, type(error).__name__)
        else:
            self.answered += is_answered
            self.unanswered += not is_answered
            logger.info("%s goes, %s", visit.person.first_name, _mood(is_answered=is_answered))
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
