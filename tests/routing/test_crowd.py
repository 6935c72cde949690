"""Many agents and customers at once, in no order that anybody has thought of."""

from __future__ import annotations

import asyncio
import random
from uuid import UUID

from structlog.testing import capture_logs

from halfminute.conversations.types import ConversationId
from halfminute.kit.errors import Conflict, RequestError
from halfminute.routing.actions.decline_offer import decline_offer
from halfminute.routing.actions.pull_conversation import pull_conversation
from halfminute.routing.journal import unpack
from tests.routing.centre import Centre, agent_principal, eventually

AGENTS = 6
CONVERSATIONS = 60


class Crowd:
    """Agents who answer, decline, pull, leave and finish, each by its own dice."""

    def __init__(self, centre: Centre, queue_id: UUID) -> None:
        self.centre = centre
        self.queue_id = queue_id
        self.waiting: set[ConversationId] = set()
        self.open_count = CONVERSATIONS

    async def write(self) -> None:
        for _ in range(CONVERSATIONS):
            self.waiting.add(await self.centre.queue_conversation(self.queue_id))

    async def work(self, agent_id: UUID, dice: random.Random) -> None:
        while self.open_count:
            try:
                await self.act(agent_id, dice)
            except RequestError as error:
                assert isinstance(error, Conflict) or error.status == 404, error  # noqa: PT017
            await asyncio.sleep(0.001)

    async def act(self, agent_id: UUID, dice: random.Random) -> None:
        chance = dice.random()
        if chance < 0.05 and self.waiting:
            target = dice.choice(sorted(self.waiting))
            await pull_conversation(self.centre.log, agent_principal(agent_id), target)
            await self.finish(target, dice)
        elif chance < 0.15:
            await self.centre.set_presence(agent_id, "away")
            await self.centre.set_presence(agent_id, "available")
        elif offer := await self.centre.find_offer(agent_id):
            if chance < 0.3:
                principal = agent_principal(agent_id)
                await decline_offer(self.centre.log, principal, offer.id, epoch=offer.epoch)
            else:
                await self.centre.accept(offer)
                await self.finish(offer.conversation_id, dice)

    async def finish(self, conversation_id: ConversationId, dice: random.Random) -> None:
        self.waiting.discard(conversation_id)
        if dice.random() < 0.5:
            await self.centre.start_wrap_up(conversation_id)
            await self.centre.finish_wrap_up(conversation_id)
        else:
            await self.centre.close(conversation_id)
        self.open_count -= 1


async def test_everybody_is_served_once_whoever_is_quicker(centre: Centre) -> None:
    queue_id = await centre.add_queue(wrap_up_seconds=60)
    agents = [await centre.add_agent(queue_id, name=f"Agent {n}") for n in range(AGENTS)]
    crowd = Crowd(centre, queue_id)
    with capture_logs() as logs:
        async with centre.routing(snapshot_lines=100) as driver, asyncio.timeout(90):
            await asyncio.gather(
                crowd.write(),
                *(crowd.work(agent_id, random.Random(n)) for n, agent_id in enumerate(agents)),  # noqa: S311
            )

            async def is_idle() -> bool:
                term = driver.term
                if term is None or not term.router.snapshot()["state"]["conversations"]:
                    return term is not None
                return False

            await eventually(is_idle)
    assert [entry for entry in logs if entry["log_level"] in ("warning", "error")] == []
    served = await centre.fetch(
        "select data->>'conversation_id' as id from events"
        " where type = 'ConversationClosed' and stream like 'conversation:%'"
    )
    assert len(served) == len({row["id"] for row in served}) == CONVERSATIONS
    newest = await centre.fetchval("select state from router_snapshots order by seq desc limit 1")
    assert (await centre.replay()).snapshot() == unpack(newest)
