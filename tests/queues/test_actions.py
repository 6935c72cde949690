"""Queues and who serves them."""

from __future__ import annotations

import pytest

from halfminute.identity.principals import SYSTEM
from halfminute.kit.errors import NotFound
from halfminute.kit.ids import new_id
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.actions.set_queue_agents import set_queue_agents
from halfminute.queues.errors import InvalidQueueAgents, QueueNameTaken, QueueNotFound
from halfminute.queues.queries import get_queue_view, list_queue_agent_ids
from halfminute.queues.schemas import QueueSettings
from tests.routing.centre import Centre, agent_principal


async def test_a_queue_is_created_and_changed(centre: Centre) -> None:
    view = await configure_queue(centre.log, SYSTEM, QueueSettings(name="Fibre"))
    assert (view.waiting_count, view.longest_waiting_since) == (0, None)
    settings = QueueSettings(name="Fibre", offer_timeout_seconds=5, wrap_up="open")
    changed = await configure_queue(centre.log, SYSTEM, settings, queue_id=view.id)
    assert (changed.id, changed.offer_timeout_seconds, changed.wrap_up) == (view.id, 5, "open")
    assert await centre.count_told("QueueConfigured") == 2


async def test_a_name_is_given_once_and_an_unknown_queue_is_not_changed(centre: Centre) -> None:
    await centre.add_queue(name="Fibre")
    with pytest.raises(QueueNameTaken):
        await centre.add_queue(name="Fibre")
    with pytest.raises(QueueNotFound):
        await configure_queue(centre.log, SYSTEM, QueueSettings(name="Other"), queue_id=new_id())
    assert await centre.count_told("QueueConfigured") == 1


async def test_who_is_added_or_removed_is_told_and_nobody_else(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    staying, leaving, coming = [await centre.add_agent() for _ in range(3)]
    await set_queue_agents(centre.log, SYSTEM, queue_id, [staying, leaving])
    before = await centre.told("AgentConfigured")
    await set_queue_agents(centre.log, SYSTEM, queue_id, [coming, staying, staying])
    after = (await centre.told("AgentConfigured"))[len(before) :]
    assert {row["data"]["agent_id"] for row in after} == {str(leaving), str(coming)}
    await set_queue_agents(centre.log, SYSTEM, queue_id, [staying, coming])
    assert len(await centre.told("AgentConfigured")) == len(before) + 2
    async with centre.database.connection() as connection:
        assert await list_queue_agent_ids(connection, queue_id) == sorted([staying, coming])


async def test_only_agents_serve_a_queue_and_only_supervisors_say_who(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    with pytest.raises(InvalidQueueAgents):
        await set_queue_agents(centre.log, SYSTEM, queue_id, [await centre.add_user("Guest")])
    with pytest.raises(QueueNotFound):
        await set_queue_agents(centre.log, SYSTEM, new_id(), [agent_id])
    with pytest.raises(NotFound):
        await set_queue_agents(centre.log, agent_principal(agent_id), queue_id, [])
    async with centre.database.connection() as connection:
        assert await list_queue_agent_ids(connection, queue_id) == [agent_id]


async def test_what_waits_and_rings_is_counted(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    async with centre.routing():
        first = await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(agent_id)
        await centre.queue_conversation(queue_id)
        async with centre.database.connection() as connection:
            view = await get_queue_view(connection, queue_id)
        queued_at = await centre.fetchval(
            "select queued_at from conversations where id = $1", first
        )
        assert (view.waiting_count, view.longest_waiting_since) == (2, queued_at)
        await centre.accept(offer)
    async with centre.database.connection() as connection:
        assert (await get_queue_view(connection, queue_id)).waiting_count == 1
