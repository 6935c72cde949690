"""What of a queue does not wait in it and is not over stands in a list, for who may see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from halfminute.conversations import queries
from halfminute.conversations.errors import InvalidCursor
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.queues.errors import QueueNotFound
from tests.callers import open_application
from tests.conversations.test_opening import House, build, centre
from tests.conversations.world import World, signed_in

__all__ = ["centre"]


@pytest.fixture
async def house(centre: Any) -> House:
    return await build(centre)


async def held(
    world: Any, principal: Principal, queue_id: UUID, after: str | None = None, limit: int = 50
) -> list[UUID]:
    page = await queries.get_held_page(
        world.database, principal, queue_id, after=after, limit=limit
    )
    return [view.id for view in page.items]


async def test_who_answers_sees_its_own_and_a_supervisor_what_everybody_has(world: World) -> None:
    ours, theirs = await world.add_queue(), await world.add_queue()
    ada_id, bob_id = await world.add_agent(ours), await world.add_agent(ours, name="Bob")
    own, other = await world.give(ada_id, ours), await world.give(bob_id, ours)
    await world.queue_conversation(ours)
    await world.give(bob_id, theirs)
    await world.start_wrap_up(other)
    over = await world.give(ada_id, ours)
    await world.close(over)
    chief = signed_in(await world.add_user("Sara"), Grant("supervisor", "queue", ours))

    assert await held(world, signed_in(ada_id), ours) == [own]
    assert await held(world, signed_in(bob_id), ours) == [other]
    assert await held(world, chief, ours) == [own, other]
    with pytest.raises(QueueNotFound):
        await held(world, signed_in(ada_id), theirs)


async def test_it_is_read_in_pages_without_a_gap(world: World) -> None:
    queue_id = await world.add_queue()
    ada_id = await world.add_agent(queue_id)
    given = [await world.give(ada_id, queue_id) for _ in range(5)]
    found: list[UUID] = []
    after: str | None = None
    while True:
        page = await queries.get_held_page(world.database, SYSTEM, queue_id, after=after, limit=2)
        found += [view.id for view in page.items]
        after = page.next
        if after is None:
            break
    assert found == given
    with pytest.raises(InvalidCursor):
        await held(world, SYSTEM, queue_id, after="here")


async def test_what_is_held_until_it_opens_is_seen_by_who_serves_the_queue(house: House) -> None:
    conversation_id = await house.open()
    assert await held(house.centre, SYSTEM, house.queue_id) == []
    await house.write(conversation_id)
    ada_id = await house.centre.add_agent(house.queue_id)
    bob_id = await house.centre.add_agent(await house.centre.add_queue(), name="Bob")
    chief = signed_in(bob_id, Grant("supervisor", "queue", house.queue_id))

    for reader in (SYSTEM, signed_in(ada_id), chief):
        assert await held(house.centre, reader, house.queue_id) == [conversation_id]
        detail = await queries.get_conversation_detail(
            house.centre.database, reader, conversation_id
        )
        assert detail.conversation.state == "new"
    with pytest.raises(QueueNotFound):
        await held(house.centre, signed_in(bob_id), house.queue_id)


async def test_the_route_says_who_has_it(world: World, tmp_path: Path) -> None:
    queue_id = await world.add_queue()
    given = await world.give(await world.add_agent(queue_id), queue_id)
    async with open_application(world.log, tmp_path) as callers:
        chief = await callers.sign_in("Chief", Grant("supervisor", "all"))
        answer = await chief.ask("GET", f"/api/queues/{queue_id}/held-conversations")
        bad = await chief.ask("GET", f"/api/queues/{queue_id}/held-conversations?after=x")

    [item] = answer.json()["items"]
    assert (item["id"], item["agent_name"], answer.json()["next"]) == (str(given), "Ada", None)
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid_cursor")
