"""A wake-up that nobody hears costs the time until the next look, and nothing else."""

from __future__ import annotations

import asyncio

from halfminute.kit.nats_wakeups import NatsWakeups
from tests.nats import NatsServer
from tests.routing.centre import Centre


async def test_a_router_whose_bus_is_away_looks_by_itself(
    centre: Centre, nats_server: NatsServer
) -> None:
    nats_server.kill()
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    # The log tells of its commits by bells of its own, which do not ring at this router.
    centre.wakeups = NatsWakeups(nats_server.url)
    bus = asyncio.create_task(centre.wakeups.run())
    async with centre.routing():
        for _ in range(3):
            conversation_id = await centre.queue_conversation(queue_id)
            await centre.accept(await centre.offer_for(agent_id, conversation_id))
            await centre.close(conversation_id)
    bus.cancel()
    await asyncio.gather(bus, return_exceptions=True)
    assert await centre.count_told("ConversationOffered") == 3
