"""Reserves, limits and interrupts hold in the engine and in the rows alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from halfminute.agents.actions.configure_skill import configure_skill
from halfminute.agents.actions.remove_skill import remove_skill
from halfminute.agents.schemas import SkillSettings
from halfminute.conversations import transitions
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.routing.actions.pull_conversation import pull_conversation
from tests.callers import Caller, open_application
from tests.routing.centre import Centre, agent_principal
from tests.routing.test_waiting_rules import WaitingPlay, play

__all__ = ["play"]

FIBRE = SkillSettings(name="Fibre", idle_reserve=1, reserve_wait_seconds=100)


@pytest.fixture
async def chief(centre: Centre, tmp_path: Path) -> AsyncIterator[Caller]:
    async with open_application(centre.log, tmp_path) as callers:
        yield await callers.sign_in("Chief", Grant("admin", "all"))


async def of_kind(play: WaitingPlay, queue_id: UUID, kind: str) -> UUID:
    """A conversation of this kind that waits."""
    conversation_id = await play.centre.open_conversation()
    await play.centre.execute(
        "update conversations set channel_kind = $2 where id = $1", conversation_id, kind
    )
    async with play.centre.log.write() as unit:
        await transitions.queue_conversation(unit, conversation_id, queue_id)
    await play.turn()
    return conversation_id


async def take(play: WaitingPlay, agent_id: UUID) -> UUID:
    """The agent takes what rings."""
    offer = await play.centre.find_offer(agent_id)
    assert offer is not None
    await play.centre.accept(offer)
    await play.turn()
    return offer.conversation_id


async def test_the_last_idle_agent_of_a_rare_skill_is_kept_back_for_a_while(
    play: WaitingPlay,
) -> None:
    fibre = await configure_skill(play.centre.log, SYSTEM, FIBRE)
    queue_id = await play.centre.add_queue()
    agent_id = await play.centre.add_agent(queue_id, skills={"Fibre": 3})
    await play.centre.queue_conversation(queue_id)
    await play.turn()
    assert not await play.rings_at(agent_id)
    # A router that begins anew knows of it.
    await play.begin_anew()
    assert not await play.rings_at(agent_id)

    await play.wait(150)
    assert await play.rings_at(agent_id)

    await remove_skill(play.centre.log, SYSTEM, fibre.id)
    await play.turn()
    assert play.term.router.snapshot()["state"]["skills"] == []


async def test_a_reserve_that_is_lifted_lets_general_work_ring(play: WaitingPlay) -> None:
    fibre = await configure_skill(play.centre.log, SYSTEM, FIBRE)
    queue_id = await play.centre.add_queue()
    agent_id = await play.centre.add_agent(queue_id, skills={"Fibre": 3})
    await play.centre.queue_conversation(queue_id)
    await play.turn()
    assert not await play.rings_at(agent_id)

    lifted = SkillSettings(name="Fibre")
    await configure_skill(play.centre.log, SYSTEM, lifted, skill_id=fibre.id)
    await play.turn()

    assert await play.rings_at(agent_id)
    await play.check_journal()


async def test_no_more_of_a_kind_ring_than_its_limit(play: WaitingPlay) -> None:
    queue_id = await play.centre.add_queue()
    agent_id = await play.centre.add_agent(
        queue_id, units_by_kind={"telegram": 10}, limits={"telegram": 2}
    )
    for _ in range(2):
        await of_kind(play, queue_id, "telegram")
        await take(play, agent_id)

    waiting = await of_kind(play, queue_id, "telegram")
    assert not await play.rings_at(agent_id)

    # Another kind has room yet.
    await of_kind(play, queue_id, "email")
    assert await take(play, agent_id) != waiting
    await play.check_journal()


async def test_a_call_rings_at_who_may_be_interrupted_in_letters(play: WaitingPlay) -> None:
    queue_id = await play.centre.add_queue()
    plain = {"email": 100, "voice": 100}
    agent_id = await play.centre.add_agent(
        queue_id, units_by_kind=plain, interrupts={"voice": ["email"]}
    )
    await of_kind(play, queue_id, "email")
    letter = await take(play, agent_id)

    call = await of_kind(play, queue_id, "voice")

    assert await take(play, agent_id) == call
    assert play.place_of(letter) == ("assigned", str(agent_id))
    # Letters interrupt nothing: the next one waits.
    await of_kind(play, queue_id, "email")
    assert not await play.rings_at(agent_id)
    await play.check_journal()


async def test_the_rows_know_of_a_limit_of_which_the_engine_has_not_heard(
    play: WaitingPlay,
) -> None:
    """An agent took one by hand a moment ago: the offer that would be one too many is not made."""
    queue_id = await play.centre.add_queue()
    agent_id = await play.centre.add_agent(
        queue_id, units_by_kind={"telegram": 10}, limits={"telegram": 1}, presence="away"
    )
    first = await play.centre.queue_conversation(queue_id)
    await play.turn()
    await play.centre.set_presence(agent_id, "available")
    await play.centre.queue_conversation(queue_id)
    async with play.log_is_silent():
        await pull_conversation(play.centre.log, agent_principal(agent_id), first)
        await play.turn()
        assert not await play.rings_at(agent_id)
    await play.turn()
    assert not await play.rings_at(agent_id)


async def test_it_is_configured_and_listed(centre: Centre, chief: Caller) -> None:
    agent_id = await centre.add_agent()
    rules: dict[str, Any] = {"limits": {"email": 3}, "interrupts": {"voice": ["email", "sms"]}}
    path = f"/api/agents/{agent_id}"

    changed = await chief.ask("PUT", path, rules)
    assert {name: changed.json()[name] for name in rules} == rules

    wrong = {"interrupts": {"voice": ["voice"]}}
    refused = await chief.ask("PUT", path, wrong)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_agent_capacity")
    assert refused.json()["fields"]["problems"] == {"interrupts.voice": "itself"}

    plain = await chief.ask("PUT", path, {})
    assert (plain.json()["limits"], plain.json()["interrupts"]) == ({}, {})

    skill = {"name": "Fibre", "language": None, "idle_reserve": 2, "reserve_wait_seconds": 45}
    made = await chief.ask("POST", "/api/skills", skill)
    assert {name: made.json()[name] for name in skill} == skill
