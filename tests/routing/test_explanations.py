"""The desk asks why a conversation waits, and is told what the router has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from halfminute.identity.principals import Grant
from halfminute.kit.ids import new_id
from halfminute.kit.time import to_us, utc_now
from halfminute.queues.waiting_rules import QueueOverflow, QueueRing, WaitingRules
from halfminute.routing.errors import ConversationNotRouted, RouterNotReady
from halfminute.routing.follower import RouterFollower
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.term import Term
from halfminute_engine.routing.explain import Explanation
from tests.callers import AGENT, Caller, Callers, open_application
from tests.routing.centre import Centre
from tests.routing.test_races import Play, Time
from tests.routing.test_requirements import skill

RINGS = (
    QueueRing(after_seconds=100, least_language_proficiency=1),
    QueueRing(after_seconds=200, is_any_agent=True),
)


class Floor(NamedTuple):
    """Ada serves the queue and lacks what it requires; Bea is an agent elsewhere."""

    play: Play
    callers: Callers
    queue_id: UUID
    ada: Caller
    bea: Caller

    async def ask(self, caller: Caller, conversation_id: UUID) -> dict[str, Any]:
        answer = await caller.ask("GET", path_of(conversation_id))
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


def path_of(conversation_id: UUID) -> str:
    return f"/api/conversations/{conversation_id}/explanation"


@pytest.fixture
async def play(centre: Centre) -> Play:
    lease = await try_acquire_lease(centre.database, "main", "a test", seconds=600)
    assert lease is not None
    time = Time()
    return Play(centre, Term(centre.log, lease, monotonic_ns=time), time)


@pytest.fixture
async def floor(play: Play, tmp_path: Path) -> AsyncIterator[Floor]:
    centre = play.centre
    fibre = await skill(centre, "Fibre")
    rules = WaitingRules(
        rings=RINGS,
        overflow=QueueOverflow(after_seconds=300, kind="callback", words={"en": "We call."}),
    )
    queue_id = await centre.add_queue(name="Fibre", requirements={fibre: 3}, rules=rules)
    async with open_application(centre.log, tmp_path) as callers:
        ada = await callers.sign_in("Ada", AGENT, queue_ids=(queue_id,))
        bea = await callers.sign_in("Bea", AGENT)
        await centre.set_presence(ada.id, "available")
        yield Floor(play, callers, queue_id, ada, bea)


async def test_who_may_read_it_is_told_its_ring_and_who_could_take_it(floor: Floor) -> None:
    play = floor.play
    await play.term.start()
    conversation_id = await play.centre.queue_conversation(floor.queue_id)
    await play.turn()

    told = await floor.ask(floor.ada, conversation_id)

    assert (told["place"], told["queue_name"]) == ("waiting", "Fibre")
    assert (told["ring"], told["ring_count"], told["next_step"]) == (0, 2, "ring")
    assert told["requirements"] == [{"skill": "Fibre", "least_proficiency": 3}]
    assert told["ahead_count"] == 0
    assert told["candidates"] == [
        {
            "agent_id": str(floor.ada.id),
            "agent_name": "Ada",
            "verdict": "skill_lacking",
            "is_preferred": False,
            "load_ratio": 0.0,
        }
    ]
    assert told["candidate_counts"] == {"skill_lacking": 1}

    play.time.seconds += 250
    await play.turn()
    told = await floor.ask(floor.ada, conversation_id)
    # The follower goes on by the journal: it rings at Ada in the last ring.
    assert (told["place"], told["ring"], told["requirements"]) == ("ringing", 2, [])
    assert told["candidate_counts"] == {"ringing_with_this": 1}


async def test_the_last_step_is_told_too(floor: Floor) -> None:
    play = floor.play
    await play.term.start()
    await play.centre.set_presence(floor.ada.id, "away")
    conversation_id = await play.centre.queue_conversation(floor.queue_id)
    await play.turn()
    play.time.seconds += 250
    await play.turn()

    assert (await floor.ask(floor.ada, conversation_id))["next_step"] == "callback"

    play.time.seconds += 100
    await play.turn()
    told = await floor.ask(floor.ada, conversation_id)
    assert (told["next_step"], told["next_step_at"]) == ("none", None)
    assert told["is_callback"] is True


async def test_rivals_are_told_by_their_queues(floor: Floor) -> None:
    play = floor.play
    other = await play.centre.add_queue(name="Roaming")
    await play.centre.add_agent(floor.queue_id, other, name="Cid", skills={"Fibre": 5})
    await play.term.start()
    await play.centre.execute("update agents set presence = 'away'")
    before = await play.centre.queue_conversation(other)
    conversation_id = await play.centre.queue_conversation(floor.queue_id)
    await play.term.start_anew()

    told = await floor.ask(floor.ada, conversation_id)

    [rival] = told["rivals"]
    assert rival["queue_name"] == "Roaming"
    assert rival["is_before"] is True
    # Who does not serve that queue learns nothing of its conversation.
    answer = await floor.ada.ask("GET", path_of(before))
    assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")


async def test_who_may_not_read_it_is_told_nothing(floor: Floor) -> None:
    await floor.play.term.start()
    conversation_id = await floor.play.centre.queue_conversation(floor.queue_id)
    await floor.play.turn()

    path = path_of(conversation_id)
    assert await floor.bea.is_refused(404, "conversation_not_found", "GET", path, None)
    chief = await floor.callers.sign_in("Chief", Grant("supervisor", "all"))
    assert (await chief.ask("GET", path)).status_code == 200


async def test_what_is_not_routed_and_a_router_that_is_not_there_are_said_apart(
    floor: Floor,
) -> None:
    chief = await floor.callers.sign_in("Chief", Grant("supervisor", "all"))
    path = path_of(await floor.play.centre.open_conversation())
    assert await chief.is_refused(503, "router_not_ready", "GET", path, None)

    await floor.play.term.start()
    await floor.play.turn()

    assert await chief.is_refused(404, "conversation_not_routed", "GET", path, None)


def seen(explanation: Explanation) -> tuple[object, ...]:
    """All but what depends on the moment."""
    return explanation.place, explanation.ring, explanation.candidates, explanation.order_at_us


async def test_the_follower_says_what_the_router_itself_would_say(play: Play) -> None:
    centre = play.centre
    await play.term.start()
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    follower = RouterFollower(centre.database)
    for _ in range(3):
        conversation_id = await centre.queue_conversation(queue_id)
        await play.turn()
        now_us = to_us(utc_now())
        told = await follower.explain(conversation_id, now_us)
        assert seen(told) == seen(play.term.router.explain(told.conversation_id, now_us))
    await centre.accept(await centre.offer_for(agent_id))
    await play.turn()
    # A snapshot does not disturb it, nor a router that begins anew.
    await play.term.save_snapshot()
    assert seen(await follower.explain(conversation_id, now_us)) == seen(
        play.term.router.explain(told.conversation_id, now_us)
    )
    await play.term.start_anew()
    assert seen(await follower.explain(conversation_id, now_us)) == seen(
        play.term.router.explain(told.conversation_id, now_us)
    )
    with pytest.raises(ConversationNotRouted):
        await follower.explain(new_id(), now_us)


async def test_a_journal_with_a_gap_is_not_believed(play: Play) -> None:
    centre = play.centre
    await play.term.start()
    conversation_id = await centre.queue_conversation(await centre.add_queue())
    await play.turn()
    await centre.execute("delete from router_journal where seq = 2")

    with pytest.raises(RouterNotReady):
        await RouterFollower(centre.database).explain(conversation_id, to_us(utc_now()))
