"""What waits too long goes elsewhere, in the engine and in the rows alike."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from halfminute.conversations import transitions
from halfminute.conversations.queries import get_conversation_view
from halfminute.identity.principals import SYSTEM
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.schemas import QueueSettings
from halfminute.queues.waiting_rules import QueueOverflow, WaitingRules
from halfminute.routing.actions.pull_conversation import pull_conversation
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.term import Term
from halfminute_engine.routing.events import QueueConfigured
from halfminute_engine.routing.queue_rules import Overflow, OverflowKind
from halfminute_engine.routing.values import QueueId
from tests.routing.centre import Centre, agent_principal
from tests.routing.test_races import Play, Time
from tests.routing.test_requirements import queue_in

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


WORDS = {"en": "We are late.", "ru": "Мы опаздываем."}


async def notices(centre: Centre) -> list[str]:
    """What the house itself has said."""
    rows = await centre.fetch("select parts from messages where author_kind = 'system' order by id")
    return [row["parts"][0]["text"] for row in rows]


def ending(kind: Any, **fields: Any) -> WaitingRules:
    overflow = QueueOverflow(after_seconds=60, kind=kind, words=WORDS, **fields)
    return WaitingRules(overflow=overflow)


@pytest.mark.parametrize("kind", ["callback", "message"])
async def test_who_is_told_waits_on_in_its_place_and_is_told_once(
    play: WaitingPlay, kind: str
) -> None:
    centre = play.centre
    queue_id = await centre.add_queue(rules=ending(kind))
    agent_id = await centre.add_agent(queue_id, presence="away")
    conversation_id = await queue_in(centre, queue_id, "ru")
    await play.wait()

    (told,) = await centre.told("ConversationOverflowed")
    assert told["data"] == {
        "conversation_id": str(conversation_id),
        "queue_id": str(queue_id),
        "reason": kind,
    }
    # A router that knows nothing of it brings it to the same step again.
    await play.term.start_anew()
    await play.wait()
    assert await notices(centre) == ["Мы опаздываем."]
    assert len(await centre.told("ConversationOverflowed")) == 1
    assert await centre.state_of(conversation_id) == "queued"
    async with centre.database.connection() as connection:
        view = await get_conversation_view(connection, conversation_id)
    assert view.is_callback is (kind == "callback")

    await centre.set_presence(agent_id, "available")
    await play.turn()
    assert (await centre.offer_for(agent_id)).conversation_id == conversation_id


async def test_who_was_told_already_is_closed_where_the_queue_now_says_so(
    play: WaitingPlay,
) -> None:
    centre = play.centre
    queue_id = await centre.add_queue(rules=ending("message"))
    conversation_id = await queue_in(centre, queue_id)
    await play.wait()
    settings = QueueSettings(name="Closing", rules=ending("message", is_kept=False))
    await configure_queue(centre.log, SYSTEM, settings, queue_id=queue_id)
    await play.turn()
    assert await centre.state_of(conversation_id) == "queued"

    await play.term.start_anew()
    await play.wait()

    assert await centre.state_of(conversation_id) == "closed"
    assert await notices(centre) == ["We are late."]


async def test_after_a_message_it_is_closed_where_the_queue_says_so(play: WaitingPlay) -> None:
    centre = play.centre
    queue_id = await centre.add_queue(rules=ending("message", is_kept=False))
    conversation_id = await queue_in(centre, queue_id, "kk")
    await play.wait()
    await play.turn()

    assert await notices(centre) == ["We are late."]
    assert await centre.state_of(conversation_id) == "closed"
    # It comes back as any other, and is told again once it has waited again for so long.
    async with centre.log.write() as unit:
        await transitions.reopen_conversations(unit, [conversation_id])
        await transitions.queue_conversation(unit, conversation_id, queue_id)
    await play.wait()
    await play.turn()
    assert await notices(centre) == ["We are late."] * 2
    await play.check_journal()
