"""What waits too long goes elsewhere, in the engine and in the rows alike."""

from __future__ import annotations

from uuid import UUID

import pytest

from halfminute.routing.actions.pull_conversation import pull_conversation
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.term import Term
from halfminute_engine.routing.events import QueueConfigured
from halfminute_engine.routing.queue_rules import Overflow, OverflowKind
from halfminute_engine.routing.values import QueueId
from tests.routing.centre import Centre, agent_principal
from tests.routing.test_races import Play, Time

SECOND_US = 1_000_000


class WaitingPlay(Play):
    """A centre in which some queues let nobody wait for longer than a minute."""

    async def overflow(self, queue_id: UUID, kind: OverflowKind, to: UUID | None = None) -> None:
        await self.turn()
        target = None if to is None else QueueId(str(to))
        rule = Overflow(60 * SECOND_US, kind, target)
        event = QueueConfigured(QueueId(str(queue_id)), 20 * SECOND_US, overflow=rule)
        await self.term._take([event])

    async def wait(self) -> None:
        self.time.seconds += 61
        await self.turn()

    async def queue_of(self, conversation_id: UUID) -> UUID:
        queue_id: UUID = await self.centre.fetchval(
            "select queue_id from conversations where id = $1", conversation_id
        )
        return queue_id


@pytest.fixture
async def play(centre: Centre) -> WaitingPlay:
    lease = await try_acquire_lease(centre.database, "main", "a test", seconds=600)
    assert lease is not None
    time = Time()
    term = Term(centre.log, lease, monotonic_ns=time)
    await term.start()
    return WaitingPlay(centre, term, time)


async def test_what_overflows_rings_at_the_other_queues_agent(play: WaitingPlay) -> None:
    centre = play.centre
    first, second = await centre.add_queue(), await centre.add_queue()
    agent_id = await centre.add_agent(second)
    conversation_id = await centre.queue_conversation(first)
    queued_at = await centre.fetchval("select queued_at from conversations")
    await play.overflow(first, OverflowKind.QUEUE, second)
    await play.wait()

    offer = await centre.find_offer(agent_id)
    assert offer is not None
    assert (offer.conversation_id, offer.queue_id) == (conversation_id, second)
    assert await play.queue_of(conversation_id) == second
    assert await centre.fetchval("select queued_at from conversations") == queued_at
    streams = await centre.fetch("select stream from events where type = 'ConversationQueued'")
    told = [row["stream"] for row in streams]
    assert told.count(f"queue:{first}") == 2
    assert told.count(f"queue:{second}") == 1
    await play.check_journal()


async def test_what_was_pulled_just_now_stays_in_its_queue(play: WaitingPlay) -> None:
    centre = play.centre
    first, second = await centre.add_queue(is_pull_allowed=True), await centre.add_queue()
    puller = await centre.add_agent(first, presence="away")
    conversation_id = await centre.queue_conversation(first)
    await play.overflow(first, OverflowKind.QUEUE, second)
    async with play.log_is_silent():
        await pull_conversation(centre.log, agent_principal(puller), conversation_id)
        await play.wait()
    await play.turn()

    assert await play.queue_of(conversation_id) == first
    assert play.place_of(conversation_id) == ("assigned", str(puller))
    await play.check_journal()


@pytest.mark.parametrize("kind", [OverflowKind.CALLBACK, OverflowKind.MESSAGE])
async def test_that_a_callback_or_a_message_is_due_is_told(
    play: WaitingPlay, kind: OverflowKind
) -> None:
    centre = play.centre
    queue_id = await centre.add_queue()
    conversation_id = await centre.queue_conversation(queue_id)
    await play.overflow(queue_id, kind)
    await play.wait()

    (told,) = await centre.told("ConversationOverflowed")
    assert told["data"] == {
        "conversation_id": str(conversation_id),
        "queue_id": str(queue_id),
        "reason": kind.value,
    }
    await play.check_journal()
