"""The live router asks more agents as time goes on, by what the queue's rules say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from halfminute.agents.actions.configure_skill import configure_skill
from halfminute.agents.schemas import SkillSettings
from halfminute.identity.principals import SYSTEM
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.schemas import QueueSettings
from halfminute.queues.waiting_rules import QueueOverflow, QueueRing, WaitingRules
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.term import Term
from tests.routing.centre import Centre
from tests.routing.test_races import Play, Time
from tests.routing.test_requirements import queue_in, skill


class WaitingPlay(Play):
    """A centre in which time passes, and routers are made anew."""

    async def wait(self, seconds: int) -> None:
        self.time.seconds += seconds
        await self.turn()

    async def begin_anew(self) -> None:
        """A router that knows nothing but the rows, as after an update of the engine's rules."""
        await self.term.start_anew()
        await self.turn()

    async def rings_at(self, agent_id: UUID) -> bool:
        return await self.centre.find_offer(agent_id) is not None

    async def configure(self, queue_id: UUID, name: str, **settings: Any) -> None:
        changed = QueueSettings(name=name, **settings)
        await configure_queue(self.centre.log, SYSTEM, changed, queue_id=queue_id)
        await self.turn()


@pytest.fixture
async def play(centre: Centre) -> WaitingPlay:
    lease = await try_acquire_lease(centre.database, "main", "a test", seconds=600)
    assert lease is not None
    time = Time()
    term = Term(centre.log, lease, monotonic_ns=time)
    await term.start()
    return WaitingPlay(centre, term, time)


ANYBODY_AFTER_100 = WaitingRules(rings=(QueueRing(after_seconds=100, is_any_agent=True),))


def overflow_to(queue_id: UUID) -> WaitingRules:
    overflow = QueueOverflow(after_seconds=100, kind="queue", queue_id=queue_id)
    return WaitingRules(overflow=overflow)


async def test_a_ring_asks_who_lacks_the_skill_when_it_is_time(play: WaitingPlay) -> None:
    fibre = await skill(play.centre, "Fibre")
    rules = WaitingRules(
        rings=(
            QueueRing(after_seconds=100, requirements={fibre: 2}),
            QueueRing(after_seconds=200, requirements={fibre: 0}),
        ),
        overflow=QueueOverflow(
            after_seconds=900, kind="message", is_kept=False, words={"en": "Later."}
        ),
    )
    queue_id = await play.centre.add_queue(requirements={fibre: 4}, rules=rules)
    able = await play.centre.add_agent(queue_id, skills={"Fibre": 2}, presence="away")
    unable = await play.centre.add_agent(queue_id, name="Bea")
    await play.centre.queue_conversation(queue_id)
    await play.turn()
    assert not await play.rings_at(unable)

    await play.centre.set_presence(able, "available")
    await play.wait(150)
    assert await play.rings_at(able)
    await play.centre.set_presence(able, "away")
    await play.turn()
    assert not await play.rings_at(unable)

    await play.wait(100)
    assert await play.rings_at(unable)
    await play.check_journal()


async def test_a_router_that_begins_anew_counts_rings_from_the_entry(play: WaitingPlay) -> None:
    fibre = await skill(play.centre, "Fibre")
    first = await play.centre.add_queue()
    second = await play.centre.add_queue(requirements={fibre: 1}, rules=ANYBODY_AFTER_100)
    await play.configure(first, "First", requirements={fibre: 1}, rules=overflow_to(second))
    agent_id = await play.centre.add_agent(second)
    conversation_id = await play.centre.queue_conversation(first)
    await play.wait(150)
    assert not await play.rings_at(agent_id)
    # The rows have the real time, and the play's clock runs ahead of it: it came there just now.
    await play.centre.execute(
        """update conversations set queued_at = queued_at - interval '1 hour',
                  entered_queue_at = now() + interval '150 seconds' where id = $1""",
        conversation_id,
    )

    await play.begin_anew()
    assert not await play.rings_at(agent_id)

    await play.wait(150)
    assert await play.rings_at(agent_id)


async def test_what_overflowed_does_not_go_back_also_by_a_new_router(play: WaitingPlay) -> None:
    fibre = await skill(play.centre, "Fibre")
    first, second = await play.centre.add_queue(), await play.centre.add_queue()
    await play.configure(first, "First", requirements={fibre: 1}, rules=overflow_to(second))
    await play.configure(second, "Second", rules=overflow_to(first))
    conversation_id = await play.centre.queue_conversation(first)
    await play.wait(150)
    await play.begin_anew()

    await play.wait(500)

    row = (await play.centre.fetch("select queue_id, origin_queue_ids from conversations"))[0]
    assert (row["queue_id"], row["origin_queue_ids"]) == (second, [first])
    assert play.place_of(conversation_id) == ("waiting", None)


async def test_rules_that_are_changed_hold_for_who_waits(play: WaitingPlay) -> None:
    fibre = await skill(play.centre, "Fibre")
    queue_id = await play.centre.add_queue(requirements={fibre: 1})
    agent_id = await play.centre.add_agent(queue_id)
    await play.centre.queue_conversation(queue_id)
    await play.wait(150)
    assert not await play.rings_at(agent_id)

    await play.configure(queue_id, "Any", requirements={fibre: 1}, rules=ANYBODY_AFTER_100)

    assert await play.rings_at(agent_id)
    await play.check_journal()


async def test_a_skill_that_becomes_a_language_is_dropped_where_languages_are(
    play: WaitingPlay,
) -> None:
    tatar = await skill(play.centre, "Tatar")
    rules = WaitingRules(
        rings=(QueueRing(after_seconds=100, least_language_proficiency=0),),
        overflow=QueueOverflow(
            after_seconds=900, kind="message", is_kept=False, words={"en": "Later."}
        ),
    )
    queue_id = await play.centre.add_queue(requirements={tatar: 1}, rules=rules)
    agent_id = await play.centre.add_agent(queue_id)
    await play.centre.queue_conversation(queue_id)
    await play.wait(150)
    assert not await play.rings_at(agent_id)

    settings = SkillSettings(name="Tatar", language="tt")
    await configure_skill(play.centre.log, SYSTEM, settings, skill_id=tatar)
    await play.turn()

    assert await play.rings_at(agent_id)
    await play.check_journal()


@pytest.mark.parametrize(
    ("choice", "is_asked"), [("longest_idle", "novice"), ("best_skilled", "expert")]
)
async def test_the_queue_says_whom_of_several_it_asks_first(
    play: WaitingPlay, choice: Any, is_asked: str
) -> None:
    fibre = await skill(play.centre, "Fibre")
    rules = WaitingRules(agent_choice=choice)
    queue_id = await play.centre.add_queue(requirements={fibre: 1}, rules=rules)
    novice = await play.centre.add_agent(queue_id, skills={"Fibre": 1})
    await play.turn()
    play.time.seconds += 10
    expert = await play.centre.add_agent(queue_id, skills={"Fibre": 5}, name="Bea")
    await play.turn()

    await play.centre.queue_conversation(queue_id)
    await play.turn()

    asked = {"novice": novice, "expert": expert}[is_asked]
    assert await play.rings_at(asked)


async def test_of_two_queues_the_one_whose_wait_weighs_more_comes_first(play: WaitingPlay) -> None:
    slow = await play.centre.add_queue()
    steep = await play.centre.add_queue(rules=WaitingRules(slope_per_mille=10_000))
    older = await play.centre.queue_conversation(slow)
    younger = await play.centre.queue_conversation(steep)
    agent_id = await play.centre.add_agent(slow, steep, presence="away")
    await play.wait(60)

    await play.centre.set_presence(agent_id, "available")
    await play.turn()

    offer = await play.centre.find_offer(agent_id)
    assert offer is not None
    assert offer.conversation_id == younger
    assert await play.centre.state_of(older) == "queued"


async def test_who_speaks_a_language_nobody_does_waits_for_its_ring(play: WaitingPlay) -> None:
    await skill(play.centre, "Kazakh", "kk")
    queue_id = await play.centre.add_queue(least_language_proficiency=2, rules=ANYBODY_AFTER_100)
    agent_id = await play.centre.add_agent(queue_id)
    await queue_in(play.centre, queue_id, "kk")
    await play.turn()
    assert not await play.rings_at(agent_id)

    await play.wait(150)

    assert await play.rings_at(agent_id)
