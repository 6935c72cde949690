"""A recorded day by the real verbs, whose times are those of the play and not of the wall.

After each step of the play, all that was told in it, and every offer that was made or ended, is
dated as the play has it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from halfminute.kit.time import to_us
from halfminute.routing.driver import RouterDriver
from halfminute.workforce.replay.days import Day as NamedDay
from halfminute.workforce.replay.days import day_of, find_zone
from halfminute.workforce.replay.recording import Recording, read_recording
from halfminute.workforce.replay.running import compare, document_of
from halfminute.workforce.replay.setup import Setup, read_setup
from tests.reports.day import Day
from tests.routing.centre import eventually

_DATE_EVENTS = """
update events
   set at = $1,
       data = case when type = 'ConversationQueued'
                   then data || jsonb_build_object('queued_at_us', $2::bigint) else data end
 where position > $3
"""
_DATE_OFFERS = "update offers set offered_at = $1 where offered_at > $2"
_DATE_OFFER_ENDS = "update offers set ended_at = $1 where ended_at > $2"


T = TypeVar("T")


class RecordedPlay:
    """Steps of a day, each at its second after nine in the morning of six hours ago."""

    def __init__(self, day: Day, driver: RouterDriver) -> None:
        self.day = day
        self.driver = driver
        self.nine = (datetime.now(UTC) - timedelta(hours=6)).replace(microsecond=0)
        self.named = day_of_nine(self.nine)
        self._position = 0

    async def at(self, seconds: float, step: Awaitable[T]) -> T:
        """Do this then, and date all that came of it."""
        result = await step
        await self.settle(seconds)
        return result

    async def settle(self, seconds: float) -> None:
        """Date what was told since the last step, once the router has read it."""
        moment, undated = self.nine + timedelta(seconds=seconds), self.nine + timedelta(hours=5)
        await eventually(self._is_routed)
        await self.day.execute(_DATE_EVENTS, moment, to_us(moment), self._position)
        await self.day.execute(_DATE_OFFERS, moment, undated)
        await self.day.execute(_DATE_OFFER_ENDS, moment, undated)
        self._position = await self.day.fetchval("select coalesce(max(position), 0) from events")

    async def take(self, seconds: float, agent_id: UUID, conversation_id: UUID) -> None:
        """The agent accepts what rings, and says the first words at once."""
        offer = await self.day.offer_for(agent_id, conversation_id)
        await self.at(seconds, self.day.accept(offer))
        await self.at(seconds, self.day.reply(conversation_id, agent_id))

    async def _is_routed(self) -> bool:
        term = self.driver.term
        return term is not None and await self.day.is_read(term)


@asynccontextmanager
async def playing(day: Day) -> AsyncIterator[RecordedPlay]:
    """A play with a router at work."""
    async with day.routing() as driver:
        yield RecordedPlay(day, driver)


def day_of_nine(nine: datetime) -> NamedDay:
    """The day in the zone of whole hours in which it is nine o'clock then."""
    ahead = (9 - nine.hour) % 24
    ahead = ahead if ahead <= 12 else ahead - 24
    # The names of these zones have the sign of POSIX.
    name = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
    return day_of(nine.astimezone(find_zone(name)).date(), name)


async def record(day: Day, named: NamedDay, now: datetime | None = None) -> tuple[Recording, Setup]:
    """What is recorded of the day, and how all is configured."""
    async with day.database.transaction(isolation="repeatable_read") as connection:
        setup = await read_setup(connection)
        return await read_recording(connection, named, setup, now or datetime.now(UTC)), setup


async def document(day: Day, named: NamedDay, **options: Any) -> dict[str, Any]:
    """What a replay of the day tells."""
    recording, setup = await record(day, named)
    return document_of(compare(recording, setup, **({"fewest": 1} | options)))
