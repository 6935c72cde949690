"""What comes while its queue is closed is told so, and waits, or is left in the queue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from halfminute.conversations.entry import enter
from halfminute.conversations.opening import OpeningSweep, words_for
from halfminute.conversations.transition_facts import conversation_of
from halfminute.conversations.types import ConversationId
from halfminute.identity.principals import SYSTEM
from halfminute.main.parts import ENTRY_STEPS
from halfminute.queues.actions.configure_calendar import configure_calendar
from halfminute.queues.calendar import Calendar, Interval
from halfminute.queues.hours import Hours
from halfminute.queues.schemas_calendars import CalendarSettings, OpenHours
from halfminute.webchat.attendance import Attendance
from tests.routing.centre import Centre
from tests.routing.conftest import centre

__all__ = ["centre"]

WORDS = {"en": "We are closed.", "ru": "Мы закрыты."}
ALL_DAY = [[OpenHours(opens="00:00", closes="24:00")]] * 7
NEVER: list[list[OpenHours]] = [[]] * 7


class House:
    """A centre whose one account leads to a queue that goes by a calendar."""

    def __init__(self, centre: Centre, calendar_id: UUID, queue_id: UUID) -> None:
        self.centre = centre
        self.calendar_id = calendar_id
        self.queue_id = queue_id

    async def set_hours(self, weekly: list[list[OpenHours]]) -> None:
        settings = CalendarSettings(name="Office", time_zone="Europe/Berlin", weekly=weekly)
        await configure_calendar(self.centre.log, SYSTEM, settings, calendar_id=self.calendar_id)

    async def open(self, language: str = "ru") -> ConversationId:
        conversation_id = await self.centre.open_conversation()
        await self.centre.execute("update channel_accounts set queue_id = $1", self.queue_id)
        await self.centre.execute("update contacts set language = $1", language)
        return conversation_id

    async def write(self, conversation_id: ConversationId) -> None:
        """The contact writes, once or once more."""
        async with self.centre.log.write() as unit:
            row = await unit.connection.fetchrow(
                "select * from conversations where id = $1 for update", conversation_id
            )
            assert row is not None
            await enter(unit, ENTRY_STEPS, [conversation_of(row)])

    async def notices(self) -> list[str]:
        rows = await self.centre.fetch(
            """select m.parts from messages m join outbox o on o.message_id = m.id
                where m.direction = 'out' and m.author_kind = 'system' order by m.id"""
        )
        return [row["parts"][0]["text"] for row in rows]

    async def sweep(self) -> int:
        await self.centre.execute("update awaited_openings set look_at = now()")
        return await OpeningSweep(self.centre.log, ENTRY_STEPS).run_once()


async def build(centre: Centre, **queue: Any) -> House:
    settings = CalendarSettings(name="Office", time_zone="Europe/Berlin", weekly=NEVER)
    calendar = await configure_calendar(centre.log, SYSTEM, settings)
    queue_id = await centre.add_queue(calendar_id=calendar.id, closed_words=WORDS, **queue)
    return House(centre, calendar.id, queue_id)


@pytest.fixture
async def house(centre: Centre) -> House:
    return await build(centre)


async def test_who_writes_while_it_is_closed_is_told_once_and_waits(house: House) -> None:
    conversation_id = await house.open("ru-RU")

    await house.write(conversation_id)
    await house.write(conversation_id)

    assert await house.notices() == ["Мы закрыты."]
    assert await house.centre.state_of(conversation_id) == "new"
    assert await house.centre.count_told("NoticeQueued") == 1


async def test_it_enters_the_queue_when_it_opens_and_is_offered(house: House) -> None:
    conversation_id = await house.open()
    await house.write(conversation_id)
    ada = await house.centre.add_agent(house.queue_id)
    assert await house.sweep() == 1
    assert await house.centre.state_of(conversation_id) == "new"

    await house.set_hours(ALL_DAY)
    async with house.centre.routing():
        assert await house.sweep() == 1
        await house.centre.offer_for(ada, conversation_id)

    assert await house.sweep() == 0
    assert await house.centre.fetchval("select count(*) from awaited_openings") == 0
    assert await house.notices() == ["Мы закрыты."]


async def test_the_next_look_is_not_before_its_time(house: House) -> None:
    await house.write(await house.open())
    assert await OpeningSweep(house.centre.log, ENTRY_STEPS).run_once() == 0


async def test_where_it_is_open_nothing_is_said(house: House) -> None:
    await house.set_hours(ALL_DAY)
    conversation_id = await house.open()

    await house.write(conversation_id)

    assert await house.notices() == []
    assert await house.centre.state_of(conversation_id) == "queued"


async def test_a_message_may_be_left_in_the_queue_at_once(centre: Centre) -> None:
    house = await build(centre, closed_action="leave")
    conversation_id = await house.open("kk")

    await house.write(conversation_id)

    assert await house.notices() == ["We are closed."]
    assert await centre.state_of(conversation_id) == "queued"


async def test_nobody_is_there_while_it_is_closed(house: House) -> None:
    await house.centre.add_agent(house.queue_id)
    assert not await Attendance(house.centre.database).is_attended(house.queue_id)

    await house.set_hours(ALL_DAY)

    assert await Attendance(house.centre.database).is_attended(house.queue_id)


@pytest.mark.parametrize(
    ("words", "language", "told"),
    [
        ({"en": "Until {opens}.", "ru": "До {opens}."}, "ru", "До 2026-11-30 09:00."),
        ({"en": "Until {opens}.", "ru": "До {opens}."}, "kk", "Until 2026-11-30 09:00."),
        ({"uk": "До {opens}."}, None, "До 2026-11-30 09:00."),
        ({}, "ru", ""),
    ],
)
def test_the_words_say_when_it_opens(
    words: dict[str, str], language: str | None, told: str
) -> None:
    weekly = ((Interval(540, 1080),), (), (), (), (), (), ())
    hours = Hours(Calendar(time_zone="Europe/Berlin", weekly=weekly), "wait", words)

    assert words_for(hours, language, datetime(2026, 11, 28, 12, tzinfo=UTC)) == told
