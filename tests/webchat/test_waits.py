"""A visitor who waits sees the true place and an honest range of the wait; nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.actions.set_presence import set_presence
from halfminute.agents.schemas import AgentSettings
from halfminute.conversations import transitions
from halfminute.conversations.types import ConversationId
from halfminute.identity.principals import SYSTEM
from halfminute.queues.actions.set_queue_agents import set_queue_agents
from halfminute.routing.actions.accept_offer import accept_offer
from halfminute.routing.driver import RouterDriver
from halfminute.routing.queries import find_pending_offers
from tests.webchat.conftest import PATIENCE_SECONDS, Browser, House, Socket

ACCEPTED = """
select from router_journal where event->>'type' = 'OfferAccepted' having count(*) >= $1
"""


@pytest.fixture
async def routed(house: House) -> AsyncIterator[House]:
    """With a router at work, and an agent who can have one conversation, and is away."""
    # Without the sweep of lost agents: nobody's browser beats for this one.
    parts = house.parts
    routing = asyncio.create_task(RouterDriver(parts.database, parts.log, parts.wakeups).run())
    user_id = house.agent.user_id
    assert user_id is not None
    alone = AgentSettings(units_by_kind={"webchat": 100})
    await configure_agent(house.parts.log, SYSTEM, user_id, alone)
    await set_queue_agents(house.parts.log, SYSTEM, house.queue_id, [user_id])
    try:
        yield house
    finally:
        routing.cancel()
        await asyncio.gather(routing, return_exceptions=True)


async def be(house: House, presence: str) -> None:
    assert house.agent.user_id is not None
    await set_presence(house.parts.log, SYSTEM, house.agent.user_id, presence)  # type: ignore[arg-type]


async def accept_next(house: House) -> None:
    """The agent accepts what rings, as soon as something does."""
    assert house.agent.user_id is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with house.parts.database.connection() as connection:
                offers = await find_pending_offers(connection, house.agent.user_id)
            if offers:
                break
            await asyncio.sleep(0.02)
    await accept_offer(house.parts.log, house.agent, offers[0].id, epoch=offers[0].epoch)


async def handle(house: House, count: int) -> None:
    """So many conversations come, are accepted and closed."""
    for number in range(count):
        said = await (await house.begin()).say("Quickly")
        await accept_next(house)
        # What is accepted and closed between two turns of the router has taken no time.
        await house.wait_for(ACCEPTED, number + 1)
        async with house.parts.log.write() as unit:
            await transitions.close(
                unit,
                ConversationId(UUID(said["message"]["conversation_id"])),
                is_solved=True,
                disposition_code="question_answered",
            )


async def hear_place(socket: Socket) -> tuple[int | None, object]:
    frame = await socket.hear("wait")
    return frame["position"], frame["expected_wait"]


async def wait_as(visitor: Browser) -> int:
    said = await visitor.say("Hello")
    seq: int = said["stream_seq"]
    return seq


async def test_two_visitors_wait_and_the_second_hears_of_its_own_place(routed: House) -> None:
    first, second = await routed.begin(), await routed.begin()
    first_seq = await wait_as(first)
    async with first.follow(first_seq) as own:
        assert await hear_place(own) == (1, None)
        second_seq = await wait_as(second)
        async with second.follow(second_seq) as other:
            assert await hear_place(other) == (2, None)

            await be(routed, "available")
            await accept_next(routed)
            assert await hear_place(own) == (None, None)
            assert await hear_place(other) == (1, None)


async def test_a_range_is_told_once_the_pace_is_known(routed: House) -> None:
    await be(routed, "available")
    await handle(routed, 6)
    await (await routed.begin()).say("Hello")
    await accept_next(routed)
    visitor = await routed.begin()
    seq = await wait_as(visitor)

    async with visitor.follow(seq) as socket:
        position, expected = await hear_place(socket)

    assert position == 1
    assert isinstance(expected, dict)
    assert expected["least_minutes"] == 0
    assert expected["most_minutes"] >= 1


async def test_a_stream_of_events_carries_it_as_well(routed: House) -> None:
    visitor = await routed.begin()
    await visitor.say("Hello")
    given = await visitor.ticket()
    headers = {"authorization": f"Bearer {given['ticket']}"}
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        visitor.client.stream("GET", "/api/realtime/stream?after=0", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        async for line in answer.aiter_lines():
            if '"type":"wait"' in line:
                break

    assert '"position":1' in line
