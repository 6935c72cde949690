"""What is configured of an agent takes effect in the router that runs."""

from __future__ import annotations

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.schemas import AgentSettings
from halfminute.identity.principals import SYSTEM
from tests.routing.centre import Centre


async def test_who_joins_a_queue_is_offered_what_waits_there(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    ada = await centre.add_agent()
    async with centre.routing():
        waiting = await centre.queue_conversation(queue_id)

        await configure_agent(centre.log, SYSTEM, ada, AgentSettings(), queue_ids=[queue_id])

        await centre.offer_for(ada, waiting)


async def test_who_can_hold_more_is_offered_more(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    ada = await centre.add_agent(queue_id, units_by_kind={"telegram": 100})
    async with centre.routing():
        await centre.queue_conversation(queue_id)
        await centre.accept(await centre.offer_for(ada))
        second = await centre.queue_conversation(queue_id)
        assert await centre.find_offer(ada) is None

        settings = AgentSettings(units_by_kind={"telegram": 50})
        await configure_agent(centre.log, SYSTEM, ada, settings)

        await centre.offer_for(ada, second)
