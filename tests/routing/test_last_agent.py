"""Who comes back after the end is given to the agent who had the conversation, for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from halfminute.agents.types import Presence
from halfminute.identity.principals import SYSTEM
from halfminute.queues.return_rules import ReturnRules
from halfminute.routing.actions.decline_offer import decline_offer
from halfminute.routing.explanations import get_explanation
from halfminute.routing.follower import RouterFollower
from tests.routing.answering_play import AnsweringPlay, open_play
from tests.routing.centre import Centre, agent_principal

RETURNS = ReturnRules(last_agent_seconds=3600, last_agent_wait_seconds=60)


@pytest.fixture
async def play(centre: Centre) -> AsyncIterator[AnsweringPlay]:
    async with open_play(centre, RETURNS, wrap_up="none") as play:
        yield play


async def part(play: AnsweringPlay, agent_id: UUID, name: str) -> UUID:
    """The agent has talked with the customer, and that is over."""
    conversation_id = await play.serve(agent_id, name)
    await play.centre.close(conversation_id)
    await play.turn()
    return conversation_id


async def test_who_comes_back_soon_waits_for_the_last_agent_and_then_for_anybody(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await part(play, ada, "Vera")
    await play.serve(ada, "Oleg")
    bea = await play.add_agent("Bea")

    assert await play.write("Vera", "One thing more") == vera

    assert not await play.rings_at(bea)
    why = await get_explanation(
        play.centre.database, RouterFollower(play.centre.database), SYSTEM, vera
    )
    assert (why.awaited_agent_name, why.awaited_until is None) == ("Ada", False)
    verdicts = {each.agent_name: (each.verdict, each.is_preferred) for each in why.candidates}
    assert verdicts == {"Ada": ("full", True), "Bea": ("other_awaited", False)}
    # Somebody else is asked all the while.
    igor = await play.write("Igor")
    assert await play.take(bea) == igor
    await play.centre.close(igor)
    await play.turn()
    assert not await play.rings_at(bea)

    await play.wait(61)
    assert await play.take(bea) == vera
    await play.check_journal()


async def test_the_last_agent_has_the_customer_as_soon_as_there_is_room(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await part(play, ada, "Vera")
    oleg = await play.serve(ada, "Oleg")
    await play.write("Vera")

    await play.centre.close(oleg)
    await play.turn()

    assert await play.take(ada) == vera


async def test_a_conversation_begun_anew_knows_the_last_agent_too(play: AnsweringPlay) -> None:
    bea = await play.add_agent("Bea", presence="away")
    ada = await play.add_agent()
    vera = await part(play, ada, "Vera")
    await play.centre.execute("update conversations set closed_at = closed_at - interval '6 days'")
    returns = ReturnRules(last_agent_seconds=604_800)
    await play.configure(play.queue_id, "Support", wrap_up="none", returns=returns)
    await play.serve(ada, "Oleg")
    await play.centre.set_presence(bea, "available")
    await play.turn()

    again = await play.write("Vera")

    assert again != vera
    assert not await play.rings_at(bea)


@pytest.mark.parametrize(
    "returns",
    [
        ReturnRules(),
        ReturnRules(last_agent_seconds=600, last_agent_wait_seconds=60),
        ReturnRules(last_agent_seconds=3600, last_agent_wait_seconds=0),
    ],
    ids=["not asked for", "too late", "asked first and not waited for"],
)
async def test_nobody_is_waited_for_where_the_queue_does_not_say_so(
    play: AnsweringPlay, returns: ReturnRules
) -> None:
    ada = await play.add_agent()
    vera = await part(play, ada, "Vera")
    await play.centre.execute(
        "update conversations set closed_at = closed_at - interval '30 minutes' where id = $1", vera
    )
    await play.serve(ada, "Oleg")
    bea = await play.add_agent("Bea")
    await play.configure(play.queue_id, "Support", returns=returns)

    await play.write("Vera")

    assert await play.take(bea) == vera


async def test_of_two_who_are_free_the_last_agent_is_asked_first(play: AnsweringPlay) -> None:
    returns = ReturnRules(last_agent_seconds=3600, last_agent_wait_seconds=0)
    await play.configure(play.queue_id, "Support", wrap_up="none", returns=returns)
    bea = await play.add_agent("Bea", presence="away")
    ada = await play.add_agent()
    vera = await part(play, ada, "Vera")
    # Bea has been idle for longer.
    await play.centre.set_presence(bea, "available")
    oleg = await play.write("Oleg")
    other = bea if await play.rings_at(bea) else ada
    assert await play.take(other) == oleg
    await play.centre.close(oleg)
    await play.wait(10)
    for agent_id in (ada, bea):
        await play.centre.set_presence(agent_id, "away")
        await play.centre.set_presence(agent_id, "available")
        await play.wait(1)

    await play.write("Vera")

    assert await play.take(ada) == vera


async def test_an_agent_who_is_gone_or_cannot_take_it_is_not_waited_for(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await part(play, ada, "Vera")
    oleg = await part(play, ada, "Oleg")
    bea = await play.add_agent("Bea", units_by_kind={"plain": 50})
    await play.centre.set_presence(ada, "offline")
    await play.write("Vera")
    assert await play.take(bea) == vera

    # There again, but serving others.
    await play.centre.set_presence(ada, "away")
    await play.centre.execute("delete from queue_agents where agent_id = $1", ada)
    await play.begin_anew()
    await play.write("Oleg")
    assert await play.take(bea) == oleg


@pytest.mark.parametrize("presence", ["offline", "available"])
async def test_an_agent_who_leaves_meanwhile_or_declines_lets_others_have_it(
    play: AnsweringPlay, presence: Presence
) -> None:
    ada = await play.add_agent()
    vera = await part(play, ada, "Vera")
    await play.centre.set_presence(ada, "busy")
    bea = await play.add_agent("Bea")
    await play.write("Vera")
    assert not await play.rings_at(bea)

    await play.centre.set_presence(ada, presence)
    await play.turn()
    if offer := await play.centre.find_offer(ada):
        principal = agent_principal(ada)
        await decline_offer(play.centre.log, principal, offer.id, epoch=offer.epoch)
        await play.turn()

    assert await play.take(bea) == vera


async def test_a_router_that_begins_anew_loses_nobody_by_it(play: AnsweringPlay) -> None:
    ada = await play.add_agent()
    vera = await part(play, ada, "Vera")
    await play.serve(ada, "Oleg")
    bea = await play.add_agent("Bea", presence="away")
    await play.write("Vera")

    await play.begin_anew()
    await play.centre.set_presence(bea, "available")
    await play.turn()

    assert await play.take(bea) == vera
